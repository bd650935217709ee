"""Operations on nodes as instructions: what each gives, and where it is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from recourse.rules.columns import spans
from recourse.rules.columns.node import BOOL, INT, LIST, WORD, C
from recourse.rules.emit.instructions import FALSE, SIZE, TRUE, Lines, Value, Written, bits_of
from recourse.rules.emit.kernels import NOTHING

_DOUBLE = 53  # bits that a quotient of doubles is exact for
MICRO = 1_000_000  # in which columns hold instants; rules reckon in seconds
_FEW = 4  # words that are compared one by one
_COUNTRIES = 2


class Operations(Lines):
    """The instructions of nodes, arguments first."""

    def __init__(self) -> None:
        super().__init__()
        self.open: set[int] = set()  # texts of which each one matters, also those that no rule names
        self.found: dict[int, Value] = {}

    def value(self, node: C, bits: int) -> Any:
        """The number of a node in so many bits."""
        return self.widened(self.found[node.number].value, bits_of(node), bits)

    def known(self, node: C) -> int:
        return self.found[node.number].known

    def const(self, node: C) -> Value:
        if node.kind == BOOL:
            return Value(TRUE if node.value else FALSE, FALSE if node.value is None else TRUE)
        known = FALSE if node.value is None else TRUE
        if node.kind == LIST:
            nothing = self.do("fill64", 64, written=(0,))
            return Value((nothing, nothing, nothing), known)
        if node.kind == WORD:
            return Value(Written(0 if node.value is None else self.needs.word(node.value)), known)
        return Value(Written(node.value or 0), known)

    def column(self, node: C) -> Value:
        name, type_ = node.value
        number = self.needs.column(name, type_)
        known = self.do("known", 1, written=(number,)) if node.null else TRUE
        if node.kind == LIST:
            described = self.do("described", 64, written=(number + type_.startswith("list-of-"),))
            if type_ == "period":
                row = self.do("rows", 64)
                return Value((described, row, row), known)
            first, end = (self.do("bound", 64, written=(number, more)) for more in (0, 1))
            return Value((described, first, end), known)
        if node.kind == BOOL:
            return Value(self.both(known, self.do("bits", 1, written=(number,))), known)
        if node.kind == WORD:
            return Value(self.do("word", 32, known, written=(number, int(node.number in self.open))), known)
        cells = 32 if type_ == "date" else 64
        return Value(self.number(node, self.do(f"load{cells}", cells, written=(number,)), cells, type_), known)

    def number(self, node: C, value: int, bits: int, type_: str) -> int:
        if type_ == "instant":
            value = self.on("floor", 64, 64, value, Written(MICRO))
        return self.widened(value, bits, bits_of(node))  # type: ignore[no-any-return]

    def pair(self, node: C) -> tuple[int, Any, Any, int]:
        """Two numbers in as many bits as they and their node need, and whether both are known."""
        a, b = node.args
        bits = max(bits_of(one) for one in ((a, b, node) if node.kind == INT else (a, b)))
        return bits, self.value(a, bits), self.value(b, bits), self.both(self.known(a), self.known(b))

    def arithmetic(self, node: C) -> Value:
        bits, x, y, known = self.pair(node)
        op = {"+": "add", "-": "sub", "*": "mul", "min": "min", "max": "max"}[node.op]
        return Value(self.widened(self.on(op, bits, bits, x, y), bits, bits_of(node)), known)

    def floor(self, node: C) -> Value:
        bits, x, y, known = self.pair(node)
        a, b = node.args
        exact = max(abs(one) for one in (a.low, a.high, b.high)).bit_length() < _DOUBLE and b.low > 0 and not b.null
        if bits == 32 and a.low >= 0 and b.is_const and not isinstance(x, Written):
            shift = 31 + (b.value - 1).bit_length()
            found = self.do("part", 32, x, written=(-(-(1 << shift) // b.value), shift))
            return Value(found, known)
        if bits == 32 and not exact:
            x, y, bits = self.widened(x, 32, 64), self.widened(y, 32, 64), 64
        found = self.on("quot" if exact else "floor", bits, bits, x, y)
        return Value(self.widened(found, bits, bits_of(node)), known)

    def positive(self, node: C) -> Value:
        inner = node.args[0]
        value, bits = self.found[inner.number].value, bits_of(inner)
        nothing = self.widened(Written(0), bits, bits)
        known = self.both(self.known(inner), self.on("lt", bits, 1, nothing, value))
        return Value(self.widened(value, bits, bits_of(node)), known)

    def compare(self, node: C) -> Value:
        a, b = node.args
        if a.kind == BOOL:
            known = self.both(self.known(a), self.known(b))
            holds = self.do("same", 1, *(self.found[one.number].value for one in (a, b)))
            return Value(self.both(known, holds), known)
        bits, x, y, known = self.pair(node)
        holds = self.on({"<": "lt", "<=": "le", "==": "eq"}[node.op], bits, 1, x, y)
        return Value(self.both(known, holds), known)

    def among(self, node: C) -> Value:
        value, known = self.found[node.args[0].number]
        holds = FALSE
        numbers = [self.needs.word(word) for word in node.value]
        if len(numbers) > _FEW:
            table = self.needs.table("among", *sorted(numbers))
            entry = self.do("entry32", 32, value, written=(table, 0, max(numbers) + 1))
            holds = self.on("eq", 32, 1, entry, Written(1))
        else:
            for number in numbers:
                holds = self.either(holds, self.on("eq", 32, 1, value, Written(number)))
        return Value(self.both(known, holds), known)

    def chain(self, node: C) -> Value:
        found = self.found[node.args[0].number]
        for arg in node.args[1:]:
            more = self.found[arg.number]
            both = self.both(found.known, more.known)
            if node.op == "and":
                value = self.both(found.value, more.value)
                refuted = self.either(self.less(found.known, found.value), self.less(more.known, more.value))
                known = TRUE if both == TRUE else self.either(both, refuted)
            else:
                value = self.either(found.value, more.value)
                known = TRUE if both == TRUE else self.either(both, value)
            found = Value(value, known)
        return found

    def not_(self, node: C) -> Value:
        value, known = self.found[node.args[0].number]
        return Value(self.less(known, value), known)

    def known_(self, node: C) -> Value:
        return Value(self.known(node.args[0]), TRUE)

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
        if x == y or mask in (TRUE, FALSE):
            return y if mask == FALSE else x
        return self.selected(bits, mask, x, y)

    def selected(self, bits: int, mask: int, x: Any, y: Any) -> int:
        way = "".join("s" if isinstance(one, Written) else "p" for one in (x, y))
        reads = [FALSE if isinstance(one, Written) else one for one in (x, y)]
        written = tuple(one.number if isinstance(one, Written) else 0 for one in (x, y))
        return self.do(f"sel{bits}{way}", bits, mask, *reads, written=written)

    def moved(self, arm: C, node: C) -> Any:
        return self.value(arm, bits_of(node)) if node.kind in (INT, WORD) else self.found[arm.number].value

    def choice(self, node: C) -> Value:
        c, a, b = node.args
        holds, sure = self.found[c.number]
        known = self.both(sure, self.pick(holds, self.known(a), self.known(b)))
        value = self.chosen(node, holds, a, b)
        return Value(self.both(known, value) if node.kind == BOOL else value, known)

    def first_known(self, node: C) -> Value:
        a, b = node.args
        known = self.either(self.known(a), self.known(b)) if node.null else TRUE
        value = self.chosen(node, self.known(a), a, b)
        return Value(value, known)

    def country(self, node: C) -> Value:
        value, known = self.found[node.args[0].number]
        return Value(self.do("byword", 32, value, written=(_COUNTRIES,)), known)

    def look(self, node: C) -> Value:
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
        known = self.both(known, self.on("lt", 32, 1, Written(NOTHING), entry))
        return Value(self.widened(entry, 32, bits_of(node)), known)

    def plain(self, value: Any, bits: int) -> int:
        """A value in the memory, also where it is a written number."""
        return self.do(f"fill{bits}", bits, written=(value.number,)) if isinstance(value, Written) else value

    def tabled(self, node: C) -> Value:
        inner = node.args[0]
        bits = bits_of(inner)
        table = self.needs.table("table", *node.value, inner.low, inner.high)
        size = inner.high - inner.low + 1
        entry = self.do(f"entry{bits}", 32, self.value(inner, bits), written=(table, inner.low, size))
        return Value(self.widened(entry, 32, bits_of(node)), self.known(inner))

    def same_(self, node: C) -> Value:
        inner = node.args[0]
        return Value(self.value(inner, bits_of(node)), self.known(inner))

    def size(self, node: C) -> Value:
        (_, first, end), known = self.found[node.args[0].number]
        return Value(self.widened(self.on("sub", 64, 64, end, first), 64, bits_of(node)), known)

    def total(self, node: C) -> Value:
        whole, known = self.found[node.args[0].number]
        return Value(self.widened(self.do("total", 64, *whole), 64, bits_of(node)), known)

    def entry(self, node: C) -> Value:
        number, type_ = node.value
        (described, first, end), known = self.found[node.args[0].number]
        at = self.on("add", 64, 64, first, Written(number - 1))
        there = self.both(known, self.on("lt", 64, 1, at, end))
        known = self.both(there, self.do("atknown", 1, described, at, there, written=(0,)))
        if node.kind == LIST:
            return Value((described, at, at), known)
        if node.kind == BOOL:
            return Value(self.both(known, self.do("attruth", 1, described, at, there, written=(0,))), known)
        if node.kind == WORD:
            written = (0, int(node.number in self.open))
            return Value(self.do("atword", 32, described, at, known, written=written), known)
        if type_ == "date":
            value, bits = self.do("atday", 32, described, at, there, written=(0,)), 32
        else:
            value, bits = self.do("atwhole", 64, described, at, there, written=(0,)), 64
        return Value(self.number(node, value, bits, type_), known)

    def end(self, node: C) -> Value:
        (described, at, _), known = self.found[node.args[0].number]
        day = self.do("atday", 32, described, at, known, written=(1 if node.op == "first" else 2,))
        return Value(self.widened(day, 32, bits_of(node)), known)


SHOW: dict[str, Callable[[Operations, C], Value]] = {
    "const": Operations.const, "col": Operations.column, "+": Operations.arithmetic, "-": Operations.arithmetic,
    "*": Operations.arithmetic, "//": Operations.floor, "min": Operations.arithmetic, "max": Operations.arithmetic,
    "positive": Operations.positive, "<": Operations.compare, "<=": Operations.compare, "==": Operations.compare,
    "in": Operations.among, "and": Operations.chain, "or": Operations.chain, "not": Operations.not_,
    "known": Operations.known_,
    "sel": Operations.choice, "else": Operations.first_known, "country": Operations.country, "look": Operations.look,
    "table": Operations.tabled, "in bounds": Operations.same_, "size": Operations.size, "total": Operations.total,
    "at": Operations.entry, "first": Operations.end, "last": Operations.end,
}  # fmt: skip
