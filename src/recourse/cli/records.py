"""`recourse audit`, and the bundle of a case of this installation for `recourse bundle CASE`."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from recourse.bilingual import Words
from recourse.cli.frame import AsJson, Lang, app
from recourse.cli.installation import installation
from recourse.problems import Problem

if TYPE_CHECKING:
    from recourse.desk.services.audit import Report
    from recourse.evidence.growth import Growth

REFERENCE = re.compile(r"RC-[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", re.IGNORECASE)
SAID = {
    "read": Words(
        "Read again: {cases} cases, {entries} entries ({erased} erased), {exhibits} files, {leaves} entries of the log,"
        " {heads} signed heads, {postings} postings.",
        "已重新核对：{cases} 个案件，{entries} 条记录（其中 {erased} 条内容已删除），{exhibits} 份文件，"
        "日志 {leaves} 条，签名状态 {heads} 份，账目 {postings} 笔。",
    ),
    "waiting": Words(
        "Not in the log yet: {waiting} entries; the next head takes them in.",
        "尚未进入日志：{waiting} 条，下次签名时写入。",
    ),
    "grown": Words(
        "Since that head the log only grew: from {old} to {size} entries.",
        "自该签名状态以来日志只增不改：由 {old} 条增至 {size} 条。",
    ),
    "good": Words("Everything holds.", "全部相符。"),
    "bad": Words("{n} things do not hold:", "有 {n} 处不符："),
}


def of_case(reference: str, out: Path | None, *, inner: bool, lang: str) -> Path:
    """Write the bundle of a case of this installation; where it lies. Raises `Problem` for one that is not there."""
    with installation(lang):
        from recourse.desk.models import Case
        from recourse.desk.services import bundles

        case = Case.objects.select_related("institution", "purchase", "learner").filter(reference=reference.upper())
        found = case.first()
        if found is None:
            raise Problem(
                Words(f"there is no case {reference} here", f"这里没有案件 {reference}"),
                hint=Words(
                    "RECOURSE_HOME and RECOURSE_DATABASE say where", "由 RECOURSE_HOME 和 RECOURSE_DATABASE 决定"
                ),
            )
        path = out or Path(f"{found.reference}.zip")
        bundles.write(case=found, out=path, at=datetime.now(UTC), inner=inner)
    return path


@app.command()
def audit(
    head: Annotated[
        list[Path] | None,
        typer.Option(help="A signed head that left the house earlier (a file with its text); may be repeated."),
    ] = None,
    since: Annotated[
        Path | None,
        typer.Option(help="Such a head, too; besides, prove that the log only grew from it to the newest head."),
    ] = None,
    proof: Annotated[
        Path | None, typer.Option(help="Where that proof goes: a text that `recourse verify` judges. Needs --since.")
    ] = None,
    lang: Lang = "en",
    as_json: AsJson = False,
) -> None:
    """Read everything that is recorded again: timelines, bodies, files, the log, its heads, the postings.

    Exit code 0 when everything holds, 1 when something does not. Only a head that left the house earlier shows that
    history was not written anew by somebody who has the key: give it with --head.

    Examples:

    - `recourse audit`
    - `recourse audit --head from-my-mail.txt --json`
    - `recourse audit --since from-my-mail.txt --proof since-then.txt`
    """
    from recourse.cli.frame import read_input

    if proof is not None and since is None:
        raise Problem(Words("--proof needs --since", "--proof 须与 --since 同用"), field="--proof")
    kept = [read_input(str(path))[0] for path in (*(head or ()), *((since,) if since else ()))]
    with installation(lang):
        from recourse.desk.services import audit as reading

        report = reading.audit(kept)
        grown = _grown(kept[-1], report) if since is not None else None
    if proof is not None and grown is not None:
        proof.write_text(grown.text, encoding="utf-8")
    if as_json:
        more = {} if grown is None else {"since": {"old": grown.proof.old, "size": grown.proof.size}}
        print(json.dumps(report.to_json(lang) | more, ensure_ascii=False, indent=2))
    else:
        print(SAID["read"].of(lang).format(**report.counts))
        if report.counts["waiting"]:
            print(SAID["waiting"].of(lang).format(**report.counts))
        if grown is not None:
            print(SAID["grown"].of(lang).format(old=grown.proof.old, size=grown.proof.size))
        print(SAID["bad" if report.findings else "good"].of(lang).format(n=len(report.findings)))
        for one in report.findings:
            print(f"- {one.where}: {one.said.of(lang)}")
    raise SystemExit(1 if report.findings else 0)


def _grown(note: str, report: Report) -> Growth | None:
    """The proof of growth from that head; where there is none, the report says why."""
    from recourse.desk.services import heads

    try:
        return heads.grown(note)
    except Problem as problem:
        report.add("since", problem.message.en, problem.message.zh)
        return None
