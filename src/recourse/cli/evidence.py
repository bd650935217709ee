"""`recourse bundle`, `verify` and `key`: evidence sealed so that anybody can verify it without us."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recourse.bilingual import Words
from recourse.cli.frame import AsJson, Lang, app
from recourse.cli.records import REFERENCE, of_case
from recourse.problems import Problem

if TYPE_CHECKING:
    from recourse.evidence.keys import SealKey

SAID = {
    "key": Words(
        "Made {path}, which only you may read, and {public}, which you publish.",
        "已生成 {path}（仅您可读）和 {public}（请公开发布）。",
    ),
    "fingerprint": Words("Its fingerprint: {fingerprint}", "密钥指纹：{fingerprint}"),
    "keep": Words(
        "Keep a copy of the first in a safe place. Publish the second where nobody can exchange it.",
        "请将前者另存于安全之处；将后者发布在他人无法调换的地方。",
    ),
    "sealed": Words(
        "Sealed: {out}, {files} files, {entries} entries, {exhibits} exhibits",
        "已封存：{out}，{files} 个文件，{entries} 条记录，{exhibits} 份证据材料",
    ),
    "how": Words(
        "To verify: recourse verify {out} --key THE-PUBLIC-KEY.pem", "核验：recourse verify {out} --key 公钥.pem"
    ),
}
DAY = 86_400


def _said(name: str, lang: str, **about: object) -> str:
    return SAID[name].of(lang).format(**about)


@app.command()
def key(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Where the new key goes.")],
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Make a key to seal bundles with: FILE for you alone, FILE.pub.pem for everybody.

    Example: `recourse key institution.pem`
    """
    import secrets

    from recourse.evidence import keys

    made = keys.SealKey(secrets.token_bytes(32))
    public = keys.write(path, made)
    fingerprint = made.public.fingerprint
    if as_json:
        print(json.dumps({"key": str(path), "public": str(public), "fingerprint": fingerprint}, indent=2))
        return
    print(_said("key", lang, path=path, public=public))
    print(_said("fingerprint", lang, fingerprint=fingerprint))
    print(_said("keep", lang))


@app.command()
def bundle(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="FOLDER|CASE",
            help="The files of a case, and perhaps a case.yaml that tells what happened; or the reference of a case of"
            " this installation.",
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="The bundle: a .zip file, or a folder; for a case, CASE.zip if not given.")
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(help="The key to seal with; `recourse key FILE` makes one. A case has its installation's."),
    ] = None,
    authority: Annotated[
        str | None, typer.Option(help="Address of a time-stamp authority (RFC 3161). It gets a checksum, nothing else.")
    ] = None,
    sealed_at: Annotated[
        str | None, typer.Option(help="The moment of sealing, if not now: 2026-11-22T21:30:00Z.")
    ] = None,
    inner: Annotated[
        bool, typer.Option("--inner", help="Of a case, also what its institution noted for itself.")
    ] = False,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Seal a folder of evidence so that anybody can verify it, without Recourse and without a network.

    Examples:

    - `recourse bundle my-case/ --out my-case.zip --key institution.pem`
    - `recourse bundle my-case/ --out my-case.zip --key institution.pem --authority https://stamps.example.org`
    - `recourse bundle RC-7F3K-9Q2M`
    """
    import secrets

    from recourse.evidence import authority as authorities
    from recourse.evidence import bundle as bundles
    from recourse.evidence import filing, instants, keys

    if REFERENCE.fullmatch(str(folder)) and not folder.exists():
        made_of = of_case(str(folder), out, inner=inner, lang=lang)
        from recourse.desk.services import sealing

        _told(made_of, sealing.key(), int(time.time()), lang, as_json=as_json)
        return
    for given, name in ((out, "--out"), (key, "--key")):
        if given is None:
            raise Problem(Words(f"{name} is needed for a folder", f"封存文件夹需要 {name}"), field=name)
    assert out is not None
    assert key is not None
    seal_key = keys.read(key)
    at = int(time.time()) if sealed_at is None else instants.parse(sealed_at)
    stamper = authorities.asks(authority, "--authority") if authority else None
    made = filing.case(folder, key=seal_key, at=at, salt=lambda: secrets.token_bytes(32))
    bundles.write(out, made, key=seal_key, at=at, stamper=stamper)
    _told(out, seal_key, at, lang, as_json=as_json)


def _told(out: Path, key: SealKey, at: int, lang: str, *, as_json: bool) -> None:
    """Verify what was made, as anybody would, and say what it is."""
    from recourse.evidence import boxes, keys, verify

    with boxes.opened(out) as box:
        report = verify.verify(box, known=[keys.Known(key.public)], now=max(at, int(time.time())) + DAY)
    if report.verdict != "proved":
        raise Problem(f"{out} does not verify: " + "; ".join(one.say(lang) for one in report.findings))
    if as_json:
        print(json.dumps({"out": str(out)} | report.facts, ensure_ascii=False, indent=2))
        return
    print(_said("sealed", lang, out=out, **{name: report.facts[name] for name in ("files", "entries", "exhibits")}))
    print(_said("fingerprint", lang, fingerprint=report.facts["key"]))
    print(_said("how", lang, out=out))


@app.command("verify")
def verify_(
    file: Annotated[
        Path, typer.Argument(help="A bundle (the .zip file, or its folder), or a proof that a log only grew.")
    ],
    key: Annotated[
        list[Path] | None,
        typer.Option(
            help="A public key that you got by another way than the bundle, or a list of known keys; may be repeated."
        ),
    ] = None,
    ca: Annotated[
        Path | None, typer.Option(help="Certificates (PEM) of the time-stamp authorities that you trust.")
    ] = None,
    at: Annotated[str | None, typer.Option(help="Judge as of this day, if not today: 2038-11-22.")] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Say in plain words what a bundle proves and what it does not.

    Exit code 0: proved; 1: refused; 2: cannot be used; 3: whole, but nobody vouches for the key. The `verify.sh` in the
    bundle says the same with openssl alone.

    Examples:

    - `recourse verify case.zip --key institution.pub.pem`
    - `recourse verify case.zip --key known-keys.txt --ca authorities.pem --at 2038-11-22 --json`
    - `recourse verify since-my-head.txt --key seal.pub.pem`
    """
    from recourse.evidence import boxes, growth, instants, keys, verify

    known = [one for path in key or () for one in keys.known(path)]
    if ca is not None and not ca.is_file():
        raise Problem(f"there is no file {ca}", field="--ca")
    now = int(time.time()) if at is None else instants.parse(f"{at}T23:59:59Z")
    data = _beginning(file)
    if growth.is_growth(data):
        report = growth.judge(growth.read(data), known)
    else:
        with boxes.opened(file) as box:
            report = verify.verify(box, known=known, authorities=ca, now=now)
    if as_json:
        print(json.dumps({"file": str(file)} | report.to_json(lang), ensure_ascii=False, indent=2))
    else:
        from rich.markup import escape
        from rich.text import Text

        from recourse.terminal import console

        style = {"proved": "bold green", "intact": "bold yellow", "broken": "bold red"}[report.verdict]
        head, *lines = report.told(lang)
        console.print(Text(head, style=style))
        for line in lines:
            console.print(escape(line), highlight=False)
    raise SystemExit(report.exit)


def _beginning(file: Path) -> bytes:
    """As much of a plain file as a proof of growth may have; nothing of a folder, or of what is not there."""
    from recourse.evidence import growth

    if not file.is_file():
        return b""
    with file.open("rb") as opened:
        return opened.read(growth.LONGEST + 1)
