"""The integer-only form: what a version becomes before any engine runs it.

Money is in smallest units, days are numbers, a fraction is two integers, comparisons are cross-multiplied, and the one
division is a floor. Every node carries its bounds, so that an engine with 64 or 128 bits knows beforehand what fits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from recourse.rules.prepared import Slot


@dataclass(frozen=True, slots=True)
class I:  # noqa: E742 - an integer (or truth) expression; the name is read hundreds of times
    """`op` over `args`; `low` and `high` bound the value (both 0 for truths and words)."""

    op: str
    args: tuple[I, ...] = ()
    value: Any = None
    low: int = 0
    high: int = 0

    def walk(self) -> Iterator[I]:
        yield self
        for arg in self.args:
            yield from arg.walk()


# op        value                     what it is
OPS = {
    "const": "a whole number, truth or word",
    "fact": "a fact: whole number, truth, word or list",
    "top": "a share fact's numerator",
    "bottom": "a share fact's denominator",
    "numer": "a share's numerator",
    "denom": "a share's denominator",
    "has": "whether a fact is known",
    "tmp": "a value set before",
    "+": "sum", "-": "difference", "*": "product",
    "//": "floor of a non-negative by a positive",
    "floor": "floor of any number by a positive",
    "positive": "the argument, which must be above zero, or the facts contradict each other",
    "min": "the lesser", "max": "the greater",
    "<": "less", "<=": "at most", "==": "equal", "in": "one of these words",
    "within": "the place lies in this one", "compatriot": "both places lie in one country",
    "and": "both", "or": "either", "not": "not",
    "note": "the argument, noted under a name for the working",
    "workday": "the next or previous working day", "move": "a day moved by months or working days",
    "length": "months or working days between two days", "month_day": "day of the month",
    "rate": "a dated figure over the series' denominator",
    "item": "an entry of a list", "total": "total of a list", "first": "first day of a period", "last": "its last day",
}  # fmt: skip


@dataclass(slots=True)
class Set:
    """A value gets a name."""

    name: str
    value: I


@dataclass(slots=True)
class If:
    condition: I
    then: list[Any]
    other: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class Attempt:
    """The first block; where a fact is missing, the second (if any of `unless` is known, the miss stands)."""

    body: list[Any]
    other: list[Any]
    unless: tuple[str, ...] = ()
    or_impossible: bool = False  # a contradiction in the first block is let go as well
    needs: tuple[frozenset[str], ...] = (frozenset(),)  # where none of these is known whole, the miss does not stand
    lack: str = ""  # a name for what was missing or impossible


@dataclass(slots=True)
class Unless:
    """The body, unless this name has its value already."""

    name: str
    body: list[Any]


@dataclass(slots=True)
class Need:
    """This name must have its value; else a fact was missing when it was tried."""

    name: str


@dataclass(slots=True)
class Guard:
    """This must be above zero, or the facts contradict each other."""

    value: I


@dataclass(slots=True)
class Agree:
    """These two measures must be one, or a fact was missing."""

    one: I
    other: I


@dataclass(slots=True)
class Done:
    """This row decides; nothing follows."""

    row: int


@dataclass(slots=True)
class Calendar:
    """A calendar for this place gets a name."""

    name: str
    place: I


@dataclass(slots=True)
class Loop:
    """Once for each row of lists laid side by side; `columns` name -> list, `so_far` the running totals to keep."""

    part: str
    columns: tuple[tuple[str, I], ...]
    so_far: tuple[str, ...]
    at_most: int
    body: list[Any]
    terms: str  # name of the list of its terms


@dataclass(slots=True)
class Term:
    """One more term of a sum, kept for the working."""

    name: str
    top: I
    bottom: I | None  # None: one for all, noted beside the list


@dataclass(slots=True)
class Fail:
    """The facts contradict each other."""

    why: str


@dataclass(slots=True)
class Clash:
    """If this holds too, two exceptions are in conflict."""

    rows: tuple[int, int]


@dataclass(slots=True)
class Leave:
    """Out of scope: nothing further is worked out."""


@dataclass(frozen=True)
class Program:
    """A version in integer form. `bits` is what its largest intermediate value needs."""

    body: tuple[Any, ...]
    slots: tuple[Slot, ...]
    bits: int
    wide: str  # what needs most


def entry_name(part: str, column: str) -> str:
    """What an entry of a row is called inside its loop; also for names that are no identifiers elsewhere."""
    return f"e_{part}_{column}".replace("-", "__")


def before_name(part: str, column: str) -> str:
    return f"b_{part}_{column}".replace("-", "__")


def row_name(part: str) -> str:
    return f"r_{part}".replace("-", "__")


def const(value: Any) -> I:
    if isinstance(value, bool) or not isinstance(value, int):
        return I("const", (), value)
    return I("const", (), value, value, value)


def add(a: I, b: I) -> I:
    if a.op == b.op == "const":
        return const(a.value + b.value)
    if a == ZERO:
        return b
    if b == ZERO:
        return a
    return I("+", (a, b), None, a.low + b.low, a.high + b.high)


def sub(a: I, b: I) -> I:
    if a.op == b.op == "const":
        return const(a.value - b.value)
    if b == ZERO:
        return a
    return I("-", (a, b), None, a.low - b.high, a.high - b.low)


def mul(a: I, b: I) -> I:
    if a.op == b.op == "const":
        return const(a.value * b.value)
    if ZERO in (a, b):
        return ZERO
    if a == ONE:
        return b
    if b == ONE:
        return a
    corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
    return I("*", (a, b), None, min(corners), max(corners))


def floor(a: I, b: I) -> I:
    """a // b, b above zero."""
    if b == ONE:
        return a
    if a.op == b.op == "const":
        return const(a.value // b.value)
    corners = [x // y for x in (a.low, a.high) for y in (max(1, b.low), max(1, b.high))]
    return I("//" if a.low >= 0 else "floor", (a, b), None, min(corners), max(corners))


def lesser(a: I, b: I) -> I:
    if a.op == b.op == "const":
        return const(min(a.value, b.value))
    return I("min", (a, b), None, min(a.low, b.low), min(a.high, b.high))


def greater(a: I, b: I) -> I:
    if a.op == b.op == "const":
        return const(max(a.value, b.value))
    if a.low >= b.high:
        return a
    if b.low >= a.high:
        return b
    return I("max", (a, b), None, max(a.low, b.low), max(a.high, b.high))


def positive(a: I) -> I:
    if a.low > 0:
        return a
    return I("positive", (a,), None, 1, max(1, a.high))


ZERO, ONE = const(0), const(1)
TRUE, FALSE = const(True), const(False)
