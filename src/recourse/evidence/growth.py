"""The proof that a log only grew from one signed head to a later one, as one text: it tells nothing of any entry.

Whoever kept a head needs no access to the log to see that nothing before it was changed, left out or put in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from recourse.bilingual import Words
from recourse.evidence import heads, layout, log, notes
from recourse.evidence.heads import SignedHead
from recourse.evidence.keys import Known
from recourse.evidence.report import Finding, Report
from recourse.problems import Problem

FIRST = "recourse-growth/1\n"
LONGEST = 16_384  # bytes; a proof between logs of 10^15 entries takes 3,300
_NOTE = 6  # lines: four of the head, an empty one, the signature


@dataclass(frozen=True)
class Growth:
    """Two heads, as the notes that were published, and the proof that the newer log begins with the older."""

    older: str
    newer: str
    proof: layout.Consistency

    @property
    def text(self) -> str:
        return f"{FIRST}{self.proof.line}\n\n{self.older}\n{self.newer}"


def prove(tree: log.Tree, older: str, newer: str) -> Growth:
    """The proof from the log's own tree. Raises `Problem` where the two heads are not of this log in this order."""
    old, size = (notes.read(one).head.size for one in (older, newer))
    return Growth(older, newer, layout.Consistency(old, size, tree.consistency(old, size)))


def is_growth(data: bytes) -> bool:
    """Whether these are the first bytes of such a text."""
    return data.startswith(FIRST.encode())


def read(data: bytes) -> Growth:
    """The proof of a text exactly as `Growth.text` writes it. Raises `Problem`."""
    text = data[: LONGEST + 1].decode("utf-8", "replace")
    lines = text.splitlines(keepends=True)
    proof = layout.proof(lines[1].rstrip("\n")) if len(lines) == 4 + 2 * _NOTE else None
    if isinstance(proof, layout.Consistency):
        found = Growth("".join(lines[3 : 3 + _NOTE]), "".join(lines[4 + _NOTE :]), proof)
        if found.text.encode() == data:
            return found
    raise Problem(Words("this is no proof that a log only grew", "这不是日志只增不改的证明"))


def judge(found: Growth, known: Iterable[Known]) -> Report:
    """Judge it by the keys that the reader knows. Raises `Problem` without a key, and for heads that are none."""
    keys = tuple(known)
    if not keys:
        raise Problem(
            Words("the key of the log is needed", "需要日志的密钥"),
            hint=Words("give it with --key; /heads/ has it", "请用 --key 给出，见 /heads/"),
        )
    older, newer = (notes.read(one) for one in (found.older, found.newer))
    for one, text in ((older, found.older), (newer, found.newer)):
        if not any(_signed(one, text, key) for key in keys):
            return _broken("head other", name=str(one.head.size))
    sizes = older.head.size, newer.head.size
    if older.head.origin != newer.head.origin or older.head.at > newer.head.at or found.proof[:2] != sizes:
        return _broken("malformed", name="consistency {} {}".format(*sizes))
    if not log.continues(sizes[0], older.head.root, sizes[1], newer.head.root, found.proof.path):
        return _broken("proof", name="consistency {} {}".format(*sizes))
    about = {
        "origin": newer.head.origin,
        "old": sizes[0],
        "old_at": older.head.at,
        "size": sizes[1],
        "at": newer.head.at,
    }
    return Report("proved", (Finding("held", "log", "grown", about),), about)


def _signed(one: SignedHead, text: str, key: Known) -> bool:
    """Signed with that key, while it was good; and the note says nothing else, such as that it was another key.

    Whoever has a lost key writes any day into a head, and no stamp here proves one to be older.
    """
    in_force = key.since <= one.head.at[:10] <= key.until and not key.lost
    return in_force and heads.holds(one, key.key) and notes.note(one, key.key) == text


def _broken(key: str, **about: str) -> Report:
    return Report("broken", (Finding("broken", "log", key, about),))
