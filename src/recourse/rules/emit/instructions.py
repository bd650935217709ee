"""Instructions for the operations of `kernels`: values by number, each made once, and their places in the memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from recourse.problems import Problem
from recourse.rules.columns import spans
from recourse.rules.columns.node import INT, C
from recourse.rules.emit.kernels import BLOCK, names

SIZE = spans.LAST - spans.FIRST + 1  # of a calendar's table
TRUE, FALSE = -1, -2  # the truths that never change
ONES = (1 << 64) - 1
_MOST_BITS = 127
_BYTES = {1: BLOCK // 8, 32: BLOCK * 4, 64: BLOCK * 8, 128: BLOCK * 16}
_HEAD = 3  # tables that every program has: words by their hash, the mask of the hash, countries


class Slot(NamedTuple):
    """A column, or a part of what lies in it."""

    of: str
    part: str = ""


@dataclass
class Needs:
    """What a program reads: columns by number; words by number from 1; tables by number."""

    slots: dict[Slot, int] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    words: dict[str, int] = field(default_factory=dict)
    tables: dict[tuple[Any, ...], int] = field(default_factory=dict)

    def column(self, name: str, type_: str) -> int:
        """The number of a column; its parts have those that follow."""
        self.types[name] = type_
        number = self.slots.setdefault(Slot(name), len(self.slots))
        parts = ("entries",) if type_.startswith("list-of-") else ()
        ends = ("first", "last") if type_.endswith("period") else ()
        for part in (*parts, *ends):
            self.slots.setdefault(Slot(name, part), len(self.slots))
        return number

    def word(self, text: str) -> int:
        """The number of a word."""
        return self.words.setdefault(text, len(self.words) + 1)

    def table(self, *key: Any) -> int:
        """The number of a table: `look` of a calendar, `table` of days, `texts` of a column that comes out."""
        return self.tables.setdefault(key, len(self.tables) + _HEAD)


class Line(NamedTuple):
    op: str
    bits: int  # of the result; 0: it goes out
    reads: tuple[int, ...]  # values by number
    written: tuple[int, ...]


class Value(NamedTuple):
    value: Any  # the number of a value; of a written number `Written`; of a list three
    known: int  # the number of a truth


class Written(NamedTuple):
    number: int


def bits_of(node: C) -> int:
    """The bits in which a number lies."""
    if node.kind != INT:
        return 32
    bits = max(abs(node.low), abs(node.high)).bit_length()
    if bits > _MOST_BITS:
        raise Problem(f"a value may need {bits} bits; there are {_MOST_BITS}", field="rules")
    return 32 if bits < 32 else 64 if bits < 64 else 128


class Lines:
    """The instructions so far. The same operation on the same values is done once."""

    def __init__(self) -> None:
        self.needs = Needs()
        self.lines: list[Line] = []
        self.same: dict[Line, int] = {}

    def do(self, op: str, bits: int, *reads: int, written: tuple[int, ...] = ()) -> int:
        """The number of the value that an operation gives; the same operation on the same values is done once."""
        line = Line(op, bits, reads, written)
        if line not in self.same:
            self.same[line] = len(self.lines)
            self.lines.append(line)
        return self.same[line]

    def both(self, one: int, other: int) -> int:
        if FALSE in (one, other):
            return FALSE
        if one in (TRUE, other):
            return other
        return one if other == TRUE else self.do("and", 1, *sorted((one, other)))

    def either(self, one: int, other: int) -> int:
        if TRUE in (one, other):
            return TRUE
        if one in (FALSE, other):
            return other
        return one if other == FALSE else self.do("or", 1, *sorted((one, other)))

    def less(self, one: int, other: int) -> int:
        """The first truth where the second does not hold."""
        if one == FALSE or other in (TRUE, one):
            return FALSE
        return one if other == FALSE else self.do("less", 1, one, other)

    def pick(self, mask: int, one: int, other: int) -> int:
        if mask in (TRUE, FALSE) or one == other:
            return one if mask == TRUE or one == other else other
        if one == FALSE:
            return self.less(other, mask)
        if other == FALSE:
            return self.both(mask, one)
        if one == TRUE:
            return self.either(mask, other)
        return self.do("pick", 1, mask, one, other)

    def widened(self, value: Any, from_: int, to: int) -> Any:
        """A number in other bits."""
        if isinstance(value, Written):
            low, high = value.number & ONES, value.number >> 64 & ONES
            return value if to < 128 else self.do("fill128", 128, written=(low, high))
        if from_ == to:
            return value
        small, large = sorted((from_, to))
        return self.do(f"{'wide' if from_ < to else 'cut'}{small}_{large}", to, value)

    def on(self, op: str, bits: int, result: int, *operands: Any) -> Any:
        """An operation on numbers, written ones among them."""
        if all(isinstance(one, Written) for one in operands):
            operands = (self.do(f"fill{bits}", bits, written=(operands[0].number,)), *operands[1:])
        way = "".join("s" if isinstance(one, Written) else "p" for one in operands)
        reads = [one if not isinstance(one, Written) else FALSE for one in operands]
        return self.do(
            f"{op}{bits}{way}",
            result,
            *reads,
            written=tuple(one.number for one in operands if isinstance(one, Written)),
        )


def placed(lines: Sequence[Line]) -> tuple[tuple[tuple[int, ...], ...], int]:
    """The lines that something comes of, with places in the memory; and how large it is."""
    number = {name: k for k, name in enumerate(names())}
    last: dict[int, int] = {}
    used = [False] * len(lines)
    for at in range(len(lines) - 1, -1, -1):
        line = lines[at]
        used[at] = line.bits == 0 or at in last
        if used[at]:
            for read in line.reads:
                last.setdefault(read, at)
    free: dict[int, list[int]] = {bits: [] for bits in _BYTES}
    place = {TRUE: 0, FALSE: _BYTES[1]}
    size = 2 * _BYTES[1]
    code = []
    for at, line in enumerate(lines):
        if not used[at]:
            continue
        goes = 0
        if line.bits:
            if free[line.bits]:
                goes = free[line.bits].pop()
            else:
                goes, size = size, size + _BYTES[line.bits]
            place[at] = goes
        reads = [place[read] for read in line.reads]
        written = [one & ONES for one in line.written]
        code.append((number[line.op], goes, *reads, *[0] * (3 - len(reads)), *written, *[0] * (3 - len(written))))
        for read in {read for read in line.reads if read >= 0}:
            if last[read] == at:
                free[lines[read].bits].append(place[read])
    return tuple(code), size
