"""How the library is kept as bytes: what everybody needs at once, and rules and bodies one by one, read when asked for.

A purchase concerns some fifty rules of several hundred. Which ones is seen from their heads, which are always there.
"""

from __future__ import annotations

import copyreg
import gc
import pickle
from collections.abc import ItemsView, Iterable, Iterator, Mapping, ValuesView
from fractions import Fraction
from functools import cache
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from recourse.problems import Place
from recourse.rules.tree import Rule, Type

T = TypeVar("T")


class Head(NamedTuple):
    """What says whom a rule may concern."""

    id: str
    place: str
    binds: str
    policy: str
    is_body: bool = False  # whom to turn to


def head(rule: Rule, *, is_body: bool = False) -> Head:
    return Head(rule.id, rule.place, rule.binds, rule.policy, is_body)


class Shelf:
    """Packed things by id; each is unpacked once, by whoever asks first."""

    def __init__(self, packed: Mapping[str, bytes]) -> None:
        self.packed = packed
        self.found: dict[str, tuple[Any, ...]] = {}
        self.lock = Lock()

    def entry(self, key: str) -> tuple[Any, ...]:
        """All that belongs to an id, of which one part may point into another. Raises KeyError."""
        found = self.found.get(key)
        if found is None:
            with self.lock:  # two copies of one rule would be two rules
                found = self.found.get(key)
                if found is None:
                    found = self.found[key] = pickle.loads(self.packed[key])  # noqa: S301 - see library.load
        return found

    def unpack(self) -> None:
        """Unpacks everything: very many new objects, none of them rubbish, which the collector need not look at."""
        if len(self.found) < len(self.packed):
            collecting = gc.isenabled()
            gc.disable()
            try:
                for key in self.packed:
                    self.entry(key)
            finally:
                if collecting:
                    gc.enable()


class Kept(Mapping[str, T]):
    """One part of the things on a shelf, as a mapping. `heads` tell of the rules without unpacking them."""

    def __init__(self, shelf: Shelf, heads: Iterable[Head], part: int) -> None:
        self.shelf, self.part = shelf, part
        self.heads = {one.id: one for one in heads}

    def __getitem__(self, key: str) -> T:
        if key not in self.heads:
            raise KeyError(key)
        return self.shelf.entry(key)[self.part]  # type: ignore[no-any-return]

    def values(self) -> ValuesView[T]:
        self.shelf.unpack()
        return super().values()

    def items(self) -> ItemsView[str, T]:
        self.shelf.unpack()
        return super().items()

    def __contains__(self, key: object) -> bool:
        return key in self.heads

    def __iter__(self) -> Iterator[str]:
        return iter(self.heads)

    def __len__(self) -> int:
        return len(self.heads)

    def __reduce__(self) -> tuple[type, tuple[dict[str, T]]]:
        return dict, (dict(self),)  # for another process: all of it


# Fractions and types come again and again: read from bytes, each is made once.


@cache
def _fraction(numerator: int, denominator: int) -> Fraction:
    return Fraction(numerator, denominator)


@cache
def _type(kind: str, units: tuple[str, ...], words: tuple[str, ...], item: Type | None) -> Type:
    return Type(kind, units, words, item)


class _Written:
    """Where a pickler writes to, in memory."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, part: bytes) -> None:
        self.parts.append(bytes(part))  # a copy: the pickler may use its own again


def packed(thing: object) -> bytes:
    """A thing as bytes that are quick to read."""
    written = _Written()
    pickler = pickle.Pickler(written, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = copyreg.dispatch_table | {
        Fraction: lambda one: (_fraction, (one.numerator, one.denominator)),
        Type: lambda one: (_type, (one.kind, one.units, one.words, one.item)),
        Place: lambda one: (tuple.__new__, (Place, tuple(one))),  # as its own __new__ does, without running Python
    }
    pickler.dump(thing)
    return b"".join(written.parts)
