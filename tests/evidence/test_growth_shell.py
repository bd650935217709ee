"""Of a proof that a log only grew, `verify.sh` says in every shell what our verifier says: proved, refused or no use.

Ordinarily each case is judged by one of the shells; with HYPOTHESIS_PROFILE=search by each of them.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pytest
import sealing
from test_growth import KEY, LEAVES, OTHER, TREE, note

from recourse.evidence import growth, layout, log
from recourse.evidence.keys import Known
from recourse.problems import Problem

WHOLE = os.environ.get("HYPOTHESIS_PROFILE") == "search"
TEXT = growth.prove(TREE, note(7), note(23)).text
LINES = TEXT.splitlines(keepends=True)
HASHES = LINES[1].split()[3:]
FORGED = log.Tree([log.leaf_hash(b"forged"), *LEAVES[1:]])


def between(old: int, size: int) -> str:
    return growth.prove(TREE, note(old), note(size)).text


def of(
    older: str = "", newer: str = "", *, path: tuple[bytes, ...] | None = None, sizes: tuple[int, int] = (7, 23)
) -> str:
    """A text of these two notes and a proof, good or not."""
    shown = TREE.consistency(*sizes) if path is None else path
    return growth.Growth(older or note(7), newer or note(23), layout.Consistency(*sizes, shown)).text


def line(number: int, text: str) -> str:
    """The good text with one line exchanged, counted from 1."""
    return "".join([*LINES[: number - 1], f"{text}\n", *LINES[number:]])


def proof(*words: str) -> str:
    return line(2, " ".join(words))


def sealed(change: int, *, at: int = 0) -> str:
    """The good text with a byte of the first hint and signature changed."""
    name, _, seal = LINES[8].rstrip("\n").rpartition(" ")
    raw = bytearray(base64.b64decode(seal))
    raw[at] ^= change
    return line(9, f"{name} {base64.b64encode(bytes(raw)).decode()}")


def other_spelling(text: str) -> str:
    """The same bytes in base64 whose spare bits are set."""
    return f"{text[:-2]}{chr(ord(text[-2]) + 1)}="


GOOD = {
    f"from {old} to {size}": between(old, size) for old, size in ((1, 40), (7, 23), (8, 8), (8, 23), (32, 40), (39, 40))
}
BAD = {
    "the older by another key": of(note(7, key=OTHER)),
    "the newer by another key": of(newer=note(23, key=OTHER)),
    "the newer of another log": of(newer=note(23, origin="elsewhere.example.org/heads")),
    "the newer is earlier": of(note(7, at=99)),
    "another size in the older": of(note(8)),
    "another size in the newer": of(newer=note(24)),
    "another root in the older": of(note(7, root=TREE.root(8))),
    "another root in the newer": of(newer=note(23, root=TREE.root(24))),
    "written anew": of(newer=note(23, root=FORGED.root(23)), path=FORGED.consistency(7, 23)),
    "written anew, whole trees": of(note(8), note(16, root=FORGED.root(16)), path=FORGED.consistency(8, 16), sizes=(8, 16)),
    "the heads exchanged": "".join([*LINES[:3], *LINES[10:], "\n", *LINES[3:9]]),
    "backwards": of(note(23, at=1), note(7, at=2), path=(), sizes=(23, 7)),
    "the same size, another root": of(note(8), note(8, root=TREE.root(9)), path=(), sizes=(8, 8)),
    "the same size, a hash": of(note(8), note(8), path=(b"\0" * 32,), sizes=(8, 8)),
    "no hash": proof("consistency 7 23"),
    "the last hash is missing": proof("consistency 7 23", *HASHES[:-1]),
    "a hash twice": proof("consistency 7 23", *HASHES, HASHES[-1]),
    "two hashes exchanged": proof("consistency 7 23", HASHES[1], HASHES[0], *HASHES[2:]),
    "other sizes than the heads": proof("consistency 7 24", *HASHES),
    "from nothing": proof("consistency 0 23", *HASHES),
    "capital digits": proof("consistency 7 23", *(one.upper() for one in HASHES)),
    "a zero before": proof("consistency 07 23", *HASHES),
    "two blanks": proof("consistency  7 23", *HASHES),
    "a blank at the end": proof("consistency 7 23", *HASHES, ""),
    "an inclusion": proof("inclusion 1 7 23", *HASHES),
    "longer than any": proof("consistency 7 23", *HASHES, *["0" * 64] * 300),
    "another hint": sealed(1),
    "another signature": sealed(1, at=30),
    "another spelling of the signature": line(9, other_spelling(LINES[8].rstrip("\n"))),
    "another spelling of the root": line(6, other_spelling(LINES[5].rstrip("\n"))),
    "a signature with no end": line(9, LINES[8].rstrip("\n=")),
    "a signature with two ends": line(9, LINES[8].rstrip("\n") + "="),
    "a blank after the signature": line(9, LINES[8].rstrip("\n") + " "),
    "another name under the head": line(9, LINES[8].replace("refunds", "Refunds").rstrip("\n")),
    "another dash": line(9, LINES[8].replace("—", "-").rstrip("\n")),
    "another time": line(7, "time 2026-09-21T00:00:00Z"),
    "no time": line(7, "time soon"),
    "the size is nothing": line(5, "0"),
    "a size with a sign": line(5, "+7"),
    "words where nothing stands": line(3, "see below"),
    "another beginning": line(1, "recourse-growth/2"),
    "one head alone": "".join(LINES[:9]),
    "a third head": TEXT + "\n" + note(40),
    "cut": TEXT[:-1],
    "a line more": TEXT + "\n",
    "a line before": "\n" + TEXT,
    "as Windows ends lines": TEXT.replace("\n", "\r\n"),
    "a tab": TEXT.replace("time ", "time\t"),
    "nothing": "",
    "the words of a bundle": "BagIt-Version: 1.0\n",
    **{f"a bit at {at}": TEXT[:at] + chr(ord(TEXT[at]) ^ 1) + TEXT[at + 1 :] for at in range(20, len(TEXT), 149)},
}  # fmt: skip


def ours(text: str) -> tuple[int, str]:
    try:
        report = growth.judge(growth.read(text.encode()), [Known(KEY.public)])
    except Problem:
        return 2, ""
    return report.exit, "Log" if report.verdict == "broken" else ""


@pytest.mark.parametrize("by", ["dash", "bash", "busybox"])
def test_every_shell_judges_as_we_do(by: str, tmp_path: Path) -> None:
    if by not in sealing.SHELLS:
        pytest.skip(f"no {by} on this machine")
    key, other, file = (tmp_path / name for name in ("key.pem", "other.pem", "since.txt"))
    key.write_bytes(KEY.public.pem)
    shells, differ = list(sealing.SHELLS), []
    for number, (what, text) in enumerate((GOOD | BAD).items()):
        if not WHOLE and shells[number % len(shells)] != by:
            continue
        file.write_bytes(text.encode())
        said, wanted = sealing.shell(file, key=key, by=by), ours(text)
        if (said.exit, said.area.capitalize()) != wanted or (wanted[0] == 0) != (what in GOOD):
            differ.append((what, wanted, said))
    assert differ == []
    file.write_text(TEXT, encoding="utf-8")
    other.write_bytes(OTHER.public.pem)
    assert sealing.shell(file, key=other, by=by).exit == 1
    assert sealing.shell(file, key=None, by=by).exit == 2
    assert "begins with that of 7 entries" in sealing.shell(file, key=key, by=by).text
    assert "未被改动" in sealing.shell(file, key=key, by=by, lang="zh").text
