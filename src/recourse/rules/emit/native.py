"""Nodes -> a list of instructions for the operations of `kernels`: each goes over a block of orders at once.

A number lies in as many bits as its bounds need, a truth in one, and whether a value is known in another one. Places in
the memory are used again as soon as nothing reads them any more, so that a block stays near the processor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from recourse.problems import Problem
from recourse.rules.columns import spans
from recourse.rules.columns.node import BOOL, INT, LIST, WORD, C
from recourse.rules.emit.kernels import BLOCK, NOTHING, names

SIZE = spans.LAST - spans.FIRST + 1  # of a calendar's table
_MOST_BITS = 127
_DOUBLE = 53  # bits that a quotient of doubles is exact for
_FEW = 4  # words that are compared one by one
_BYTES = {1: BLOCK // 8, 32: BLOCK * 4, 64: BLOCK * 8, 128: BLOCK * 16}
_COUNTRIES = 2
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


class Out(NamedTuple):
    """A column that comes out: its node, the bits of its cells; or a table that gives a text's number for a number."""

    node: C
    bits: int
    texts: Mapping[int, int | None] | None = None

    @property
    def null(self) -> bool:
        """Whether a cell may be null."""
        return self.node.null or (self.texts is not None and None in self.texts.values())


class Check(NamedTuple):
    """Between which numbers, as they stand in the column, all cells of a column of numbers or days have to lie."""

    column: str
    type: str
    low: int
    high: int


@dataclass(frozen=True)
class Emitted:
    """The instructions, eight numbers each, what they read, and how many bytes of memory they work in.

    The first bits of the memory are truths that never change: all true, then all false.
    """

    code: tuple[tuple[int, ...], ...]
    needs: Needs
    memory: int


def emit(outs: Sequence[Out], checks: Sequence[Check] = ()) -> Emitted:
    """The program for these columns, which stops where a check fails. Raises Problem for numbers that are too wide."""
    writer = _Writer([out.node for out in outs])
    for check in checks:
        writer.check(check)
    for number, out in enumerate(outs):
        writer.store(number, out)
    code, memory = _placed(writer.lines)
    return Emitted(code, writer.needs, memory)


class _Line(NamedTuple):
    op: str
    bits: int  # of the result; 0: it goes out
    reads: tuple[int, ...]  # values by number
    written: tuple[int, ...]


class _Value(NamedTuple):
    value: Any  # the number of a value; of a written number `_Written`; of a list three
    known: int  # the number of a truth


class _Written(NamedTuple):
    number: int


_TRUE, _FALSE = -1, -2


def bits_of(node: C) -> int:
    """The bits in which a number lies."""
    if node.kind != INT:
        return 32
    bits = max(abs(node.low), abs(node.high)).bit_length()
    if bits > _MOST_BITS:
        raise Problem(f"a value may need {bits} bits; there are {_MOST_BITS}", field="rules")
    return 32 if bits < 32 else 64 if bits < 64 else 128


class _Writer:
    def __init__(self, tops: Sequence[C]) -> None:
        self.needs = Needs()
        self.lines: list[_Line] = []
        self.same: dict[_Line, int] = {}
        self.open: set[int] = set()  # texts of which each one matters, also those that no rule names
        self.found: dict[int, _Value] = {}
        seen: set[int] = set()
        order = [node for top in tops for node in top.walk(seen)]
        for node in order:
            if node.op in ("country", "look") or (node.op == "==" and node.args[0].kind == WORD):
                self.open |= _texts_below(node)
        for top in tops:
            if top.kind == WORD:
                self.open |= _texts_below(top)
        for node in order:
            self.found[node.number] = SHOW[node.op](self, node)

    # -- instructions

    def do(self, op: str, bits: int, *reads: int, written: tuple[int, ...] = ()) -> int:
        """The number of the value that an operation gives; the same operation on the same values is done once."""
        line = _Line(op, bits, reads, written)
        if line not in self.same:
            self.same[line] = len(self.lines)
            self.lines.append(line)
        return self.same[line]

    def both(self, one: int, other: int) -> int:
        if _FALSE in (one, other):
            return _FALSE
        if one in (_TRUE, other):
            return other
        return one if other == _TRUE else self.do("and", 1, *sorted((one, other)))

    def either(self, one: int, other: int) -> int:
        if _TRUE in (one, other):
            return _TRUE
        if one in (_FALSE, other):
            return other
        return one if other == _FALSE else self.do("or", 1, *sorted((one, other)))

    def less(self, one: int, other: int) -> int:
        """The first truth where the second does not hold."""
        if one == _FALSE or other in (_TRUE, one):
            return _FALSE
        return one if other == _FALSE else self.do("less", 1, one, other)

    def pick(self, mask: int, one: int, other: int) -> int:
        if mask in (_TRUE, _FALSE) or one == other:
            return one if mask == _TRUE or one == other else other
        if one == _FALSE:
            return self.less(other, mask)
        if other == _FALSE:
            return self.both(mask, one)
        if one == _TRUE:
            return self.either(mask, other)
        return self.do("pick", 1, mask, one, other)

    def widened(self, value: Any, from_: int, to: int) -> Any:
        """A number in other bits."""
        if isinstance(value, _Written):
            low, high = value.number & _ONES, value.number >> 64 & _ONES
            return value if to < 128 else self.do("fill128", 128, written=(low, high))
        if from_ == to:
            return value
        small, large = sorted((from_, to))
        return self.do(f"{'wide' if from_ < to else 'cut'}{small}_{large}", to, value)

    def on(self, op: str, bits: int, result: int, *operands: Any) -> Any:
        """An operation on numbers, written ones among them."""
        if all(isinstance(one, _Written) for one in operands):
            operands = (self.do(f"fill{bits}", bits, written=(operands[0].number,)), *operands[1:])
        way = "".join("s" if isinstance(one, _Written) else "p" for one in operands)
        reads = [one if not isinstance(one, _Written) else _FALSE for one in operands]
        return self.do(
            f"{op}{bits}{way}",
            result,
            *reads,
            written=tuple(one.number for one in operands if isinstance(one, _Written)),
        )

    def value(self, node: C, bits: int) -> Any:
        """The number of a node in so many bits."""
        return self.widened(self.found[node.number].value, bits_of(node), bits)

    def known(self, node: C) -> int:
        return self.found[node.number].known

    # -- what goes in and comes out

    def check(self, check: Check) -> None:
        bits = 32 if check.type == "date" else 64
        number = self.needs.column(check.column, check.type)
        cells = self.do(f"load{bits}", bits, written=(number,))
        known = self.do("known", 1, written=(number,))
        self.do(f"within{bits}", 0, cells, known, written=(number, check.low, check.high))

    def store(self, number: int, out: Out) -> None:
        value, known = self.found[out.node.number]
        if out.node.kind == BOOL:
            self.do("putbytes", 0, value, written=(2 * number,))
        else:
            own = bits_of(out.node)
            if isinstance(value, _Written):
                value = (
                    self.widened(value, own, 128) if own == 128 else self.do(f"fill{own}", own, written=(value.number,))
                )
            if out.texts is not None:
                table, size = self.needs.table("texts", number), max(out.texts, default=0) + 1
                value = self.do(f"entry{own}", 32, value, written=(table, 0, size))
                known = (
                    self.both(known, self.on("lt", 32, 1, _Written(-1), value)) if None in out.texts.values() else known
                )
                value = self.on("max", 32, 32, value, _Written(0))  # also where it is null the number is a text's
                own = 32
            put = max(out.bits, 32)
            value = self.widened(value, own, put)
            self.do(f"put{out.bits}", 0, value, written=(2 * number,))
        if out.null:
            self.do("putbits", 0, known, written=(2 * number + 1,))

    # -- operations

    def const(self, node: C) -> _Value:
        if node.kind == BOOL:
            return _Value(_TRUE if node.value else _FALSE, _FALSE if node.value is None else _TRUE)
        known = _FALSE if node.value is None else _TRUE
        if node.kind == LIST:
            nothing = self.do("fill64", 64, written=(0,))
            return _Value((nothing, nothing, nothing), known)
        if node.kind == WORD:
            return _Value(_Written(0 if node.value is None else self.needs.word(node.value)), known)
        return _Value(_Written(node.value or 0), known)

    def column(self, node: C) -> _Value:
        name, type_ = node.value
        number = self.needs.column(name, type_)
        known = self.do("known", 1, written=(number,)) if node.null else _TRUE
        if node.kind == LIST:
            described = self.do("described", 64, written=(number + type_.startswith("list-of-"),))
            if type_ == "period":
                row = self.do("rows", 64)
                return _Value((described, row, row), known)
            first, end = (self.do("bound", 64, written=(number, more)) for more in (0, 1))
            return _Value((described, first, end), known)
        if node.kind == BOOL:
            return _Value(self.both(known, self.do("bits", 1, written=(number,))), known)
        if node.kind == WORD:
            return _Value(self.do("word", 32, known, written=(number, int(node.number in self.open))), known)
        cells = 32 if type_ == "date" else 64
        return _Value(self.number(node, self.do(f"load{cells}", cells, written=(number,)), cells, type_), known)

    def number(self, node: C, value: int, bits: int, type_: str) -> int:
        if type_ == "instant":
            value = self.on("floor", 64, 64, value, _Written(1_000_000))
        return self.widened(value, bits, bits_of(node))  # type: ignore[no-any-return]

    def pair(self, node: C) -> tuple[int, Any, Any, int]:
        """Two numbers in as many bits as they and their node need, and whether both are known."""
        a, b = node.args
        bits = max(bits_of(one) for one in ((a, b, node) if node.kind == INT else (a, b)))
        return bits, self.value(a, bits), self.value(b, bits), self.both(self.known(a), self.known(b))

    def arithmetic(self, node: C) -> _Value:
        bits, x, y, known = self.pair(node)
        op = {"+": "add", "-": "sub", "*": "mul", "min": "min", "max": "max"}[node.op]
        return _Value(self.widened(self.on(op, bits, bits, x, y), bits, bits_of(node)), known)

    def floor(self, node: C) -> _Value:
        bits, x, y, known = self.pair(node)
        a, b = node.args
        exact = max(abs(one) for one in (a.low, a.high, b.high)).bit_length() < _DOUBLE and b.low > 0 and not b.null
        if bits == 32 and a.low >= 0 and b.is_const and not isinstance(x, _Written):
            shift = 31 + (b.value - 1).bit_length()
            found = self.do("part", 32, x, written=(-(-(1 << shift) // b.value), shift))
            return _Value(found, known)
        if bits == 32 and not exact:
            x, y, bits = self.widened(x, 32, 64), self.widened(y, 32, 64), 64
        found = self.on("quot" if exact else "floor", bits, bits, x, y)
        return _Value(self.widened(found, bits, bits_of(node)), known)

    def positive(self, node: C) -> _Value:
        inner = node.args[0]
        value, bits = self.found[inner.number].value, bits_of(inner)
        nothing = self.widened(_Written(0), bits, bits)
        known = self.both(self.known(inner), self.on("lt", bits, 1, nothing, value))
        return _Value(self.widened(value, bits, bits_of(node)), known)

    def compare(self, node: C) -> _Value:
        a, b = node.args
        if a.kind == BOOL:
            known = self.both(self.known(a), self.known(b))
            holds = self.do("same", 1, *(self.found[one.number].value for one in (a, b)))
            return _Value(self.both(known, holds), known)
        bits, x, y, known = self.pair(node)
        holds = self.on({"<": "lt", "<=": "le", "==": "eq"}[node.op], bits, 1, x, y)
        return _Value(self.both(known, holds), known)

    def among(self, node: C) -> _Value:
        value, known = self.found[node.args[0].number]
        holds = _FALSE
        numbers = [self.needs.word(word) for word in node.value]
        if len(numbers) > _FEW:
            table = self.needs.table("among", *sorted(numbers))
            entry = self.do("entry32", 32, value, written=(table, 0, max(numbers) + 1))
            holds = self.on("eq", 32, 1, entry, _Written(1))
        else:
            for number in numbers:
                holds = self.either(holds, self.on("eq", 32, 1, value, _Written(number)))
        return _Value(self.both(known, holds), known)

    def chain(self, node: C) -> _Value:
        found = self.found[node.args[0].number]
        for arg in node.args[1:]:
            more = self.found[arg.number]
            both = self.both(found.known, more.known)
            if node.op == "and":
                value = self.both(found.value, more.value)
                refuted = self.either(self.less(found.known, found.value), self.less(more.known, more.value))
                known = _TRUE if both == _TRUE else self.either(both, refuted)
            else:
                value = self.either(found.value, more.value)
                known = _TRUE if both == _TRUE else self.either(both, value)
            found = _Value(value, known)
        return found

    def not_(self, node: C) -> _Value:
        value, known = self.found[node.args[0].number]
        return _Value(self.less(known, value), known)

    def known_(self, node: C) -> _Value:
        return _Value(self.known(node.args[0]), _TRUE)

    def chosen(self, node: C, mask: int, a: C, b: C) -> Any:
        """One value or the other."""
        if a.is_null or b.is_null:  # where it is not known it does not matter
            return self.moved(b if a.is_null else a, node)
        if node.kind == BOOL:
            return self.pick(mask, self.found[a.number].value, self.found[b.number].value)
        if node.kind == LIST:
            both = zip(self.found[a.number].value, self.found[b.number].value, strict=True)
            return tuple(self.selected(64, mask, x, y) for x, y in both)
        bits = bits_of(node)
        x, y = self.value(a, bits), self.value(b, bits)
        if x == y or mask in (_TRUE, _FALSE):
            return y if mask == _FALSE else x
        return self.selected(bits, mask, x, y)

    def selected(self, bits: int, mask: int, x: Any, y: Any) -> int:
        way = "".join("s" if isinstance(one, _Written) else "p" for one in (x, y))
        reads = [_FALSE if isinstance(one, _Written) else one for one in (x, y)]
        written = tuple(one.number if isinstance(one, _Written) else 0 for one in (x, y))
        return self.do(f"sel{bits}{way}", bits, mask, *reads, written=written)

    def moved(self, arm: C, node: C) -> Any:
        return self.value(arm, bits_of(node)) if node.kind in (INT, WORD) else self.found[arm.number].value

    def choice(self, node: C) -> _Value:
        c, a, b = node.args
        holds, sure = self.found[c.number]
        known = self.both(sure, self.pick(holds, self.known(a), self.known(b)))
        value = self.chosen(node, holds, a, b)
        return _Value(self.both(known, value) if node.kind == BOOL else value, known)

    def first_known(self, node: C) -> _Value:
        a, b = node.args
        known = self.either(self.known(a), self.known(b)) if node.null else _TRUE
        value = self.chosen(node, self.known(a), a, b)
        return _Value(value, known)

    def country(self, node: C) -> _Value:
        value, known = self.found[node.args[0].number]
        return _Value(self.do("byword", 32, value, written=(_COUNTRIES,)), known)

    def look(self, node: C) -> _Value:
        what, place, rest, holidays = node.value
        first = 1 if what == "nth" else spans.FIRST
        day = node.args[-1]
        bits = bits_of(day)
        value = self.plain(self.value(day, bits), bits)
        known, table = self.known(day), self.needs.table("look", what, place, rest, holidays)
        if place is not None:
            if bits > 64:
                value, bits = self.widened(value, bits, 64), 64
            entry = self.do(f"entry{bits}", 32, value, written=(table, first, SIZE))
        else:
            where = node.args[0]
            known = self.both(known, self.known(where))
            there = self.plain(self.found[where.number].value, 32)
            entry = self.do("placed", 32, self.widened(value, bits, 64), there, written=(table, first, SIZE))
        known = self.both(known, self.on("lt", 32, 1, _Written(NOTHING), entry))
        return _Value(self.widened(entry, 32, bits_of(node)), known)

    def plain(self, value: Any, bits: int) -> int:
        """A value in the memory, also where it is a written number."""
        return self.do(f"fill{bits}", bits, written=(value.number,)) if isinstance(value, _Written) else value

    def tabled(self, node: C) -> _Value:
        inner = node.args[0]
        bits = bits_of(inner)
        table = self.needs.table("table", *node.value, inner.low, inner.high)
        size = inner.high - inner.low + 1
        entry = self.do(f"entry{bits}", 32, self.value(inner, bits), written=(table, inner.low, size))
        return _Value(self.widened(entry, 32, bits_of(node)), self.known(inner))

    def same_(self, node: C) -> _Value:
        inner = node.args[0]
        return _Value(self.value(inner, bits_of(node)), self.known(inner))

    def size(self, node: C) -> _Value:
        (_, first, end), known = self.found[node.args[0].number]
        return _Value(self.widened(self.on("sub", 64, 64, end, first), 64, bits_of(node)), known)

    def total(self, node: C) -> _Value:
        whole, known = self.found[node.args[0].number]
        return _Value(self.widened(self.do("total", 64, *whole), 64, bits_of(node)), known)

    def entry(self, node: C) -> _Value:
        number, type_ = node.value
        (described, first, end), known = self.found[node.args[0].number]
        at = self.on("add", 64, 64, first, _Written(number - 1))
        there = self.both(known, self.on("lt", 64, 1, at, end))
        known = self.both(there, self.do("atknown", 1, described, at, there, written=(0,)))
        if node.kind == LIST:
            return _Value((described, at, at), known)
        if node.kind == BOOL:
            return _Value(self.both(known, self.do("attruth", 1, described, at, there, written=(0,))), known)
        if node.kind == WORD:
            written = (0, int(node.number in self.open))
            return _Value(self.do("atword", 32, described, at, known, written=written), known)
        if type_ == "date":
            value, bits = self.do("atday", 32, described, at, there, written=(0,)), 32
        else:
            value, bits = self.do("atwhole", 64, described, at, there, written=(0,)), 64
        return _Value(self.number(node, value, bits, type_), known)

    def end(self, node: C) -> _Value:
        (described, at, _), known = self.found[node.args[0].number]
        day = self.do("atday", 32, described, at, known, written=(1 if node.op == "first" else 2,))
        return _Value(self.widened(day, 32, bits_of(node)), known)


_ONES = (1 << 64) - 1


def _texts_below(node: C) -> set[int]:
    return {n.number for n in node.walk() if n.kind == WORD}


def _placed(lines: Sequence[_Line]) -> tuple[tuple[tuple[int, ...], ...], int]:
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
    place = {_TRUE: 0, _FALSE: _BYTES[1]}
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
        written = [one & _ONES for one in line.written]
        code.append((number[line.op], goes, *reads, *[0] * (3 - len(reads)), *written, *[0] * (3 - len(written))))
        for read in {read for read in line.reads if read >= 0}:
            if last[read] == at:
                free[lines[read].bits].append(place[read])
    return tuple(code), size


SHOW: dict[str, Callable[[_Writer, C], _Value]] = {
    "const": _Writer.const, "col": _Writer.column, "+": _Writer.arithmetic, "-": _Writer.arithmetic,
    "*": _Writer.arithmetic, "//": _Writer.floor, "min": _Writer.arithmetic, "max": _Writer.arithmetic,
    "positive": _Writer.positive, "<": _Writer.compare, "<=": _Writer.compare, "==": _Writer.compare,
    "in": _Writer.among, "and": _Writer.chain, "or": _Writer.chain, "not": _Writer.not_, "known": _Writer.known_,
    "sel": _Writer.choice, "else": _Writer.first_known, "country": _Writer.country, "look": _Writer.look,
    "table": _Writer.tabled, "in bounds": _Writer.same_, "size": _Writer.size, "total": _Writer.total,
    "at": _Writer.entry, "first": _Writer.end, "last": _Writer.end,
}  # fmt: skip
