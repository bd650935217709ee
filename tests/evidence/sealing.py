"""A case to seal: a timeline in a log with other cases, exhibits with difficult names, two signed heads."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from authority import Authority

from recourse.evidence import boxes, bundle, chain, heads, instants, layout, log, stamps, verify
from recourse.evidence.bundle import Case, Exhibit
from recourse.evidence.keys import Known, SealKey

KEY = SealKey(hashlib.sha256(b"the institution").digest())
OTHER_KEY = SealKey(hashlib.sha256(b"somebody else").digest())
SEALED = instants.parse("2026-11-22T21:30:00Z")
DAY = 86400
# One exhibit's name in each of twelve scripts, and names that trip programs.
NAMES = (
    "receipt.pdf", "квитанция.pdf", "απόδειξη.pdf", "קבלה.pdf", "إيصال.pdf", "रसीद.pdf", "ใบเสร็จ.pdf", "收据 订单.png",
    "領収書 が.png", "영수증.pdf", "ქვითარი.pdf", "ደረሰኝ.pdf", "անդորրագիր.pdf",
    "-rf *.txt", "$(reboot) `ls` 'a' \"b\";.txt", "../../etc/passwd", ".hidden", "con", "a\nb\tc.txt", "x" * 300 + ".jpeg", "100%.txt",
)  # fmt: skip


def opening(number: int, body: Any) -> chain.Opening:
    return chain.Opening(hashlib.sha256(b"salt %d" % number).digest(), chain.canonical(body))


def case(
    names: Sequence[str] = NAMES[:3],
    *,
    entries: int = 6,
    key: SealKey = KEY,
    stamp: Callable[[bytes, int], bytes] | None = None,
) -> Case:
    """A case of `entries` entries: the last says that the body of the second is erased; the third is not shown."""
    exhibits = [Exhibit(name, f"content of {name}".encode(), kind="application/pdf") for name in names]
    bodies: list[Any] = [
        {"text": f"entry {number}: 退款 <b>&", "exhibits": [hashlib.sha256(b"content of " + names[number % len(names)].encode()).hexdigest()]}
        for number in range(1, entries)
    ]  # fmt: skip
    bodies.append({"ground": "art. 17 GDPR", "rule": "retention"})
    timeline: list[chain.Entry] = []
    openings = {}
    for number, body in enumerate(bodies, start=1):
        openings[number] = opening(number, body)
        last = number == entries
        timeline.append(chain.append(
            timeline[-1] if timeline else None, case="C-2026-0001", at=SEALED - DAY * (entries + 1 - number),
            actor="learner" if number % 2 else "staff:7", kind=chain.ERASED if last else "note", opening=openings[number],
            erases=[2] if last else [],
        ))  # fmt: skip
    del openings[2]
    openings.pop(3)
    tree, indexes = log.Tree(), {}
    for entry in timeline:
        for other in range(entry.seq):
            tree.append(log.leaf_hash(b"entry of another case %d" % other))
        indexes[entry.seq] = tree.append(log.leaf_hash(entry.line))
    tree.append(log.leaf_hash(b"one more"))
    sizes = [indexes[3] + 2, len(tree)]
    signed = []
    for size, at in zip(sizes, (SEALED - 3 * DAY, SEALED - 60), strict=True):
        head = heads.sign(heads.head(origin="refunds.example.org/log", size=size, root=tree.root(size), at=at), key)
        signed.append(head if stamp is None else replace(head, stamp=stamp(head.stamped, at + 5)))
    return Case(
        ref="C-2026-0001", title="Refund of “Python für Anfänger” 退款", institution="Example School & Sons",
        lines=[entry.line for entry in timeline], openings=openings, heads=signed,
        proofs=bundle.proofs(tree, indexes, sizes), exhibits=exhibits,
        papers={"decision.json": b'{"refund":"100.00 EUR"}\n', "assessment.json": b"{}\n"},
    )  # fmt: skip


def report(path: Path, *, key: SealKey | None = KEY, ca: Path | None = None, now: int = SEALED + DAY) -> verify.Report:
    """What the Python verifier says."""
    known = () if key is None else (Known(key.public, "Example School"),)
    with boxes.opened(path) as box:
        return verify.verify(box, known=known, authorities=ca, now=now)


SHELLS: dict[str, list[str]] = {
    name: [path, *words]
    for name, program, words in (("dash", "dash", ()), ("bash", "bash", ("--posix",)), ("busybox", "busybox", ("sh",)))
    if (path := shutil.which(program))
}


@dataclass(frozen=True)
class Said:
    exit: int
    text: str

    @property
    def area(self) -> str:
        return self.text.splitlines()[1].strip().partition(":")[0] if self.exit == 1 else ""


def shell(
    path: Path, *, key: Path | None, ca: Path | None = None, at: str = "2026-11-23", by: str = "dash", lang: str = "en",
    script: Path | None = None,
) -> Said:  # fmt: skip
    """What verify.sh says, run by one of the shells; it is ours and not the one in the bundle."""
    words = [*SHELLS[by], str(script or Path(verify.__file__).with_name("verify.sh")), "--at", at, "--lang", lang]
    words += ["--key", str(key)] if key else []
    words += ["--ca", str(ca)] if ca else []
    done = subprocess.run([*words, str(path)], check=False, capture_output=True, timeout=120)
    return Said(done.returncode, done.stdout.decode() + done.stderr.decode())


def reseal(folder: Path, key: SealKey = KEY) -> None:
    """Make lists and seal anew over what now lies in the folder: what an insider, or a forger with his own key, can do."""
    files = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*") if path.is_file() and path.relative_to(folder).parts[0] == "data"
    }  # fmt: skip
    (folder / "manifest-sha256.txt").write_bytes(boxes.listing(files))
    (folder / "seal.pub.pem").write_bytes(key.public.pem)
    relist(folder, key)


def relist(folder: Path, key: SealKey = KEY) -> None:
    """Make the tag manifest and the seal anew."""
    tags = "VERIFY.txt bag-info.txt bagit.txt manifest-sha256.txt seal.pub.pem verify.sh".split()
    found = {
        name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in tags if (folder / name).exists()
    }
    (folder / "tagmanifest-sha256.txt").write_bytes(boxes.listing(found))
    (folder / "seal.sig").write_bytes(key.sign((folder / "tagmanifest-sha256.txt").read_bytes()))


def erased_opening() -> bytes:
    """The opening of the second entry, which the case has erased."""
    body = {"text": "entry 2: 退款 <b>&", "exhibits": [hashlib.sha256(b"content of " + NAMES[2].encode()).hexdigest()]}
    return opening(2, body).text


def relog(folder: Path, lines: list[bytes]) -> None:
    """Heads and proofs made anew, over a log that holds these lines alone."""
    for path in (folder / "data/heads").iterdir():
        path.unlink()
    tree = log.Tree(log.leaf_hash(line) for line in lines)
    for size in (3, len(lines)):
        head = heads.sign(heads.head(origin="refunds.example.org/log", size=size, root=tree.root(size), at=SEALED), KEY)
        (folder / layout.head(size)).write_bytes(head.head.text)
        (folder / layout.head(size, "sig")).write_bytes(head.signature)
    proofs = bundle.proofs(tree, {number: number - 1 for number in range(1, len(lines) + 1)}, [3, len(lines)])
    (folder / layout.PROOFS).write_text("".join(f"{proof.line}\n" for proof in proofs))


@dataclass(frozen=True)
class Stamping:
    """An authority that the reader trusts and one that he does not."""

    ours: Authority
    stranger: Authority


class Bag(NamedTuple):
    """Two sealed bundles in folders, and the files that a reader has: the key and the authorities."""

    stamped: Path
    plain: Path
    key: Path
    ca: Path
    stamping: Stamping


def request(data: bytes) -> bytes:
    return stamps.request(hashlib.sha256(data).digest())


def over(folder: Path, replies: list[bytes]) -> bytes:
    """What the stamp after these is over."""
    return (folder / layout.TAG_MANIFEST).read_bytes() + (folder / layout.SEAL).read_bytes() + b"".join(replies)


def restamp(folder: Path, change: Callable[[Path, list[bytes]], list[bytes]]) -> None:
    """Exchange the stamps for others, and list those as they should be."""
    here = [folder / layout.stamp(number) for number in (1, 2)]
    replies = change(folder, [path.read_bytes() for path in here])
    for path in here:
        path.unlink()
    listed = ""
    for number, reply in enumerate(replies, start=1):
        (folder / layout.stamp(number)).write_bytes(reply)
        listed += f"{hashlib.sha256(reply).hexdigest()}  {layout.stamp(number)}\n"
    (folder / layout.STAMPS).write_text(listed)
    if not replies:
        (folder / layout.STAMPS).unlink()


def stamped(folder: Path, stamping: Stamping, names: Sequence[str] = NAMES[:3]) -> None:
    """A bundle with stamps on its heads and its seal, the latter renewed, in a folder that is not there yet."""
    ours = stamping.ours
    bundle.write(
        folder, case(names, stamp=lambda data, at: ours.reply(request(data), at)), key=KEY, at=SEALED,
        stamper=lambda asked: ours.reply(asked, SEALED + 30),
    )  # fmt: skip
    bundle.renew(folder, lambda asked: ours.reply(asked, SEALED + DAY // 2))


def plain(folder: Path) -> None:
    """A bundle without any stamp."""
    bundle.write(folder, case(), key=KEY, at=SEALED)
