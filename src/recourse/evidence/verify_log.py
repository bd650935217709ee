"""The stage of verification that is about the log: signed heads, the timeline in them, and that the log only grew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from recourse.evidence import heads, layout, log
from recourse.evidence.heads import SignedHead
from recourse.evidence.keys import PublicKey
from recourse.evidence.report import Findings
from recourse.problems import Problem

Proof = layout.Inclusion | layout.Consistency


class Logged(NamedTuple):
    """The heads, oldest first, and the proofs that hold."""

    heads: tuple[SignedHead, ...]
    proofs: tuple[Proof, ...]

    def covers(self, size: int) -> int:
        """The number of the last entry that is shown to be in the head of this size, 0 when none is."""
        inside = (one.seq for one in self.proofs if isinstance(one, layout.Inclusion) and one.size == size)
        return max(inside, default=0)


def check(found: Findings, files: Iterable[str], timeline: Sequence[bytes], key: PublicKey) -> Logged:
    """Test heads and proofs of the bundle with these files, this timeline and the seal of this key."""
    signed = _signed(found, files, key)
    roots = {one.head.size: one.head.root for one in signed}
    proofs: list[Proof] = []
    for line in found.lines("log", layout.PROOFS):
        proof = layout.proof(line.decode("utf-8", "replace"))
        if proof is None:
            found.broken("log", "malformed", name=layout.PROOFS)
        if not _holds(proof, roots, timeline):
            found.broken("log", "proof", name=_name(proof))
        proofs.append(proof)
    last = signed[-1].head
    logged = Logged(tuple(signed), tuple(proofs))
    if logged.covers(last.size) != len(timeline):
        found.broken("log", "proof missing", name=f"inclusion {len(timeline)} {last.size}")
    shown = {(one.old, one.size) for one in proofs if isinstance(one, layout.Consistency)}
    for older, newer in pairwise(signed):
        if (older.head.size, newer.head.size) not in shown:
            found.broken("log", "proof missing", name=f"consistency {older.head.size} {newer.head.size}")
    found.held("log", "log", origin=last.origin, size=last.size, at=last.at)
    if len(signed) > 1:
        found.held("log", "heads", count=len(signed))
    found.facts |= {"log": last.origin, "log_size": last.size, "root": last.root.hex()}
    return logged


def _signed(found: Findings, files: Iterable[str], key: PublicKey) -> list[SignedHead]:
    sizes: dict[int, set[str]] = {}
    for name in (name for name in files if name.startswith("data/heads/")):
        match = layout.HEAD.fullmatch(name)
        if match is None:
            found.broken("log", "extra", name=name)
        sizes.setdefault(int(match["size"]), set()).add(match["what"])
    if not sizes:
        found.broken("log", "missing", name="data/heads/")
    made: list[SignedHead] = []
    for size, parts in sorted(sizes.items()):
        name = layout.head(size)
        if not {"txt", "sig"} <= parts:
            found.broken("log", "missing", name=name)
        try:
            head = heads.read(found.read("log", name))
        except Problem:
            found.broken("log", "malformed", name=name)
        stamp = found.read("log", layout.head(size, "tsr")) if "tsr" in parts else None
        signed = SignedHead(head, found.read("log", layout.head(size, "sig")), stamp)
        if not heads.holds(signed, key):
            found.broken("log", "head signature", name=name)
        if head.size != size or (made and (head.origin != made[-1].head.origin or head.at < made[-1].head.at)):
            found.broken("log", "malformed", name=name)
        made.append(signed)
    return made


def _holds(proof: Proof, roots: dict[int, bytes], timeline: Sequence[bytes]) -> bool:
    if proof.size not in roots:
        return False
    if isinstance(proof, layout.Consistency):
        old = roots.get(proof.old)
        return old is not None and log.continues(proof.old, old, proof.size, roots[proof.size], proof.path)
    if not 0 < proof.seq <= len(timeline):
        return False
    leaf = log.leaf_hash(timeline[proof.seq - 1])
    return log.includes(leaf, proof.place, proof.size, proof.path, roots[proof.size])


def _name(proof: Proof) -> str:
    """A proof without its hashes."""
    return proof._replace(path=()).line
