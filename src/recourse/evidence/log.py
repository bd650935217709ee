"""The log of all entries of an install: the Merkle tree of RFC 6962, its roots, its proofs, and their verification.

A root of 32 bytes stands for every entry in its order. An inclusion proof shows that an entry is among them, a
consistency proof that a later log only added to an earlier one. Both are lists of hashes; nothing else is needed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from recourse.problems import Problem

EMPTY = hashlib.sha256(b"").digest()  # the root of a log without entries


def leaf_hash(data: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """A log that grows; a proof takes as many steps as its size has binary digits, for it keeps every whole subtree.

    It takes 64 bytes of hashes for an entry.
    """

    def __init__(self, hashes: Iterable[bytes] = ()) -> None:
        """`hashes` are leaf hashes in order: `leaf_hash(line)`."""
        self._levels: list[list[bytes]] = [[]]
        for one in hashes:
            self.append(one)

    def __len__(self) -> int:
        return len(self._levels[0])

    def append(self, leaf: bytes) -> int:
        """Adds a leaf hash and gives its index, counted from 0. Raises `Problem` unless it has 32 bytes."""
        if len(leaf) != 32:
            raise Problem(f"a leaf hash has 32 bytes, this one {len(leaf)}")
        for level in range(len(self).bit_length() + 1):
            if level == len(self._levels):
                self._levels.append([])
            row = self._levels[level]
            row.append(leaf)
            if len(row) % 2:
                break
            leaf = node_hash(row[-2], row[-1])
        return len(self) - 1

    def root(self, size: int | None = None) -> bytes:
        """The root of the first `size` entries, of all without it. Raises `Problem` when there are not so many."""
        wanted = len(self) if size is None else size
        if not 0 <= wanted <= len(self):
            raise Problem(f"the log has {len(self)} entries, not {wanted}")
        return self._subtree(0, wanted) if wanted else EMPTY

    def inclusion(self, index: int, size: int | None = None) -> tuple[bytes, ...]:
        """The proof that entry `index` is among the first `size`. Raises `Problem` when it is not."""
        wanted = len(self) if size is None else size
        if not 0 <= index < wanted <= len(self):
            raise Problem(f"entry {index} is not among the first {wanted} of {len(self)}")
        return tuple(self._path(index, 0, wanted))

    def consistency(self, old: int, size: int | None = None) -> tuple[bytes, ...]:
        """The proof that the first `size` entries begin with the first `old`, 0 < old <= size. Raises `Problem`."""
        wanted = len(self) if size is None else size
        if not 0 < old <= wanted <= len(self):
            raise Problem(f"a log of {wanted} entries does not continue one of {old}")
        return tuple(self._grown(old, 0, wanted, whole=True))

    def _subtree(self, low: int, high: int) -> bytes:
        width = high - low
        if width & (width - 1) == 0:  # splits are always at powers of two, so a full subtree is one that was kept
            level = width.bit_length() - 1
            return self._levels[level][low >> level]
        middle = low + _split(width)
        return node_hash(self._subtree(low, middle), self._subtree(middle, high))

    def _path(self, index: int, low: int, high: int) -> list[bytes]:
        if high - low == 1:
            return []
        middle = low + _split(high - low)
        if index < middle:
            return [*self._path(index, low, middle), self._subtree(middle, high)]
        return [*self._path(index, middle, high), self._subtree(low, middle)]

    def _grown(self, old: int, low: int, high: int, *, whole: bool) -> list[bytes]:
        if old == high:
            return [] if whole else [self._subtree(low, high)]
        middle = low + _split(high - low)
        if old <= middle:
            return [*self._grown(old, low, middle, whole=whole), self._subtree(middle, high)]
        return [*self._grown(old, middle, high, whole=False), self._subtree(low, middle)]


def _split(width: int) -> int:
    """The greatest power of two below `width`."""
    return 1 << ((width - 1).bit_length() - 1)


def roots(hashes: Iterable[bytes], sizes: Iterable[int]) -> dict[int, bytes]:
    """The roots that a log had at these sizes, in one reading of its leaf hashes and next to no memory.

    A size that the log has not reached is not in the answer.
    """
    wanted = set(sizes)
    found = {0: EMPTY} if 0 in wanted else {}
    whole: list[tuple[int, bytes]] = []  # the full subtrees so far, the largest first: their heights and roots
    for size, leaf in enumerate(hashes, start=1):
        height, node = 0, leaf
        while whole and whole[-1][0] == height:
            node = node_hash(whole.pop()[1], node)
            height += 1
        whole.append((height, node))
        if size in wanted:
            root = node
            for _, left in reversed(whole[:-1]):
                root = node_hash(left, root)
            found[size] = root
    return found


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Does `proof` show that the leaf hash `leaf` is entry `index` of the log of `size` entries with this root?"""
    if not 0 <= index < size:
        return False
    at, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(step, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, step)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def continues(old: int, old_root: bytes, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Does `proof` show that the log of `size` entries begins with the log of `old` entries? 0 < old <= size."""
    if not 0 < old <= size:
        return False
    if old == size:
        return not proof and old_root == root
    steps = list(proof)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)  # a full subtree is its own first step
    if not steps:
        return False
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    older = newer = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            older, newer = node_hash(step, older), node_hash(step, newer)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            newer = node_hash(newer, step)
        at, last = at >> 1, last >> 1
    return last == 0 and older == old_root and newer == root
