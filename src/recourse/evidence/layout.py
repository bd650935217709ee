"""What stands where in a bundle: the names and shapes that its writer and its verifiers share."""

from __future__ import annotations

import re
from typing import NamedTuple

from recourse.evidence import instants
from recourse.evidence.chain import WORD

FORMAT = "1"
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
ABOUT = re.compile(
    r"Bag-Software-Agent: (?P<agent>[A-Za-z0-9 .+-]{1,80})\n"
    r"Bagging-Date: (?P<day>[0-9-]{10})\n"
    rf"External-Identifier: (?P<case>{WORD.pattern})\n"
    r"Recourse-Bundle: (?P<format>[1-9][0-9]{0,3})\n"
    rf"Recourse-Sealed-At: (?P<at>{instants.SHAPE})\n"
    r"Recourse-Stamp: (?P<stamp>expected|none)\n"
)
# What the tag manifest lists, in its order, and what stands beside it.
TAGS = ("VERIFY.txt", "bag-info.txt", "bagit.txt", "manifest-sha256.txt", "seal.pub.pem", "verify.sh")
MANIFEST, TAG_MANIFEST, SEAL, STAMPS = "manifest-sha256.txt", "tagmanifest-sha256.txt", "seal.sig", "stamps-sha256.txt"
TIMELINE, PROOFS, README = "data/timeline.jsonl", "data/proofs.txt", "data/README.html"
NEEDED = (*TAGS, TAG_MANIFEST, SEAL, TIMELINE, PROOFS, README)

ENTRY = re.compile(r"data/entries/(?P<seq>[0-9]{6})\.txt")
HEAD = re.compile(r"data/heads/(?P<size>[0-9]{15})\.(?P<what>txt|sig|tsr)")
LISTED = re.compile(rb"(?P<sha256>[0-9a-f]{64})  (?P<name>[^\n]+)")
_NUMBER = "(?:0|[1-9][0-9]{0,14})"
INCLUSION = re.compile(
    rf"inclusion (?P<seq>{_NUMBER}) (?P<index>{_NUMBER}) (?P<size>{_NUMBER})(?P<path>(?: [0-9a-f]{{64}})*)"
)
CONSISTENCY = re.compile(rf"consistency (?P<old>{_NUMBER}) (?P<size>{_NUMBER})(?P<path>(?: [0-9a-f]{{64}})*)")


def entry(seq: int) -> str:
    return f"data/entries/{seq:06}.txt"


def head(size: int, what: str = "txt") -> str:
    return f"data/heads/{size:015}.{what}"


def stamp(number: int) -> str:
    """The name of the stamp, counted from 1: the first, then its renewals."""
    return "seal.tsr" if number == 1 else f"seal.{number}.tsr"


class Inclusion(NamedTuple):
    """Entry `seq` of the case is entry `place` (from 0) of the log of `size` entries."""

    seq: int
    place: int
    size: int
    path: tuple[bytes, ...]

    @property
    def line(self) -> str:
        return " ".join(
            ["inclusion", str(self.seq), str(self.place), str(self.size), *(one.hex() for one in self.path)]
        )


class Consistency(NamedTuple):
    """The log of `size` entries begins with that of `old` entries."""

    old: int
    size: int
    path: tuple[bytes, ...]

    @property
    def line(self) -> str:
        return " ".join(["consistency", str(self.old), str(self.size), *(one.hex() for one in self.path)])


def proof(line: str) -> Inclusion | Consistency | None:
    """The proof of a line, or none when it is not exactly as `line` writes it."""
    found = INCLUSION.fullmatch(line) or CONSISTENCY.fullmatch(line)
    if found is None:
        return None
    path = tuple(bytes.fromhex(part) for part in found["path"].split())
    if line.startswith("inclusion"):
        return Inclusion(int(found["seq"]), int(found["index"]), int(found["size"]), path)
    return Consistency(int(found["old"]), int(found["size"]), path)


def lines(text: bytes) -> list[bytes] | None:
    """The lines of a list that ends with a line feed and holds no control characters, or none when it does not."""
    if not text.endswith(b"\n") or re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", text):
        return None
    return text[:-1].split(b"\n")
