"""Nodes -> Polars expressions, in layers; lookups go through tables, a whole batch at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from threading import Lock
from typing import Any

import polars as pl

from recourse.problems import Problem
from recourse.rules.columns import spans
from recourse.rules.columns.layers import layers
from recourse.rules.columns.node import BOOL, INT, C

_WIDTHS: dict[int, Any] = {16: pl.Int16, 32: pl.Int32, 64: pl.Int64, 128: pl.Int128}
TYPES: dict[str, Any] = {INT: pl.Int64, BOOL: pl.Boolean, "word": pl.String, "list": pl.List(pl.Int64)}


@dataclass(frozen=True)
class Emitted:
    """Expressions in layers: each is one selection over what the one before gives, the last is put beside it."""

    layers: tuple[tuple[pl.Expr, ...], ...]
    last: tuple[pl.Expr, ...]

    def over(self, orders: pl.LazyFrame) -> pl.LazyFrame:
        """The last layer over a frame."""
        for layer in self.layers:
            orders = orders.select(layer)
        return orders.with_columns(self.last)  # beside, so that what is the same for all is there for each


def emit(
    tops: Mapping[str, C], keep: Sequence[str], schema: Mapping[str, pl.DataType], bits: Mapping[str, int]
) -> Emitted:
    """Layers that leave `keep` as it is and give a column for each of `tops`, in so many bits where they say so."""
    printer = _Printer(schema)
    plan = layers(tops.values())
    named = {n.number: n for layer in plan.kept for n in layer}
    printer.kept = {number: f"__{number}" for number in named}
    columns = {n.number: n.value[0] for t in tops.values() for n in t.walk() if n.op == "col"}
    made: set[int] = set()
    found: list[tuple[pl.Expr, ...]] = []
    for layer, needed in zip(plan.kept, plan.needed, strict=True):
        new = [printer.show(node, top=True).alias(f"__{node.number}") for node in layer]
        raw = [columns[n] for n in sorted(needed) if n in columns]
        carried = [f"__{n}" for n in sorted(needed) if n in made]
        if new:
            found.append((*map(pl.col, dict.fromkeys([*keep, *raw])), *map(pl.col, carried), *new))
        made |= {node.number for node in layer}
    last = [
        (printer.shown_in(node, bits[name]) if name in bits and node.kind == INT else printer.show(node)).alias(name)
        for name, node in tops.items()
    ]
    return Emitted(tuple(found), tuple(last))


def width(node: C) -> int:
    """How many bits of the machine a node needs, with all that it is made of."""
    bits = max(abs(node.low), abs(node.high)).bit_length()
    return 16 if bits <= 15 else 32 if bits <= 31 else 64 if bits <= 63 else 128


class _Printer:
    def __init__(self, schema: Mapping[str, pl.DataType]) -> None:
        self.schema = schema
        self.kept: dict[int, str] = {}
        self.widths: dict[int, int] = {}
        self.tables: dict[Any, _Table] = {}

    def width(self, node: C) -> int:
        if node.number not in self.widths:
            if node.op in ("//", "*", "+", "-", "min", "max", "sel", "else", "positive", "in bounds"):
                args = node.args[1:] if node.op == "sel" else node.args
                least = 16 if node.op in ("sel", "else", "in bounds") else 32  # choices are stored, sums worked out
                below = max((self.width(a) for a in args if not a.is_const), default=16)
                below = max(below, least)
            elif node.op in ("col", "at", "total", "size"):
                date = node.value is not None and isinstance(node.value, tuple) and node.value[1] == "date"
                below = 32 if date else 64
            else:
                below = 32 if node.op in ("look", "table") or not node.is_const else 16
            self.widths[node.number] = max(below, width(node))
        return self.widths[node.number]

    def show(self, node: C, *, top: bool = False) -> pl.Expr:
        """The expression of a node; `top` where the node itself is being given its column."""
        if not top and node.number in self.kept:
            return pl.col(self.kept[node.number])
        return SHOW[node.op](self, node)

    def const(self, node: C, bits: int = 0) -> pl.Expr:
        if node.value is None:
            return pl.lit(None, dtype=TYPES[node.kind])
        if node.kind == INT:
            return pl.lit(node.value, dtype=_WIDTHS[max(bits, width(node))])
        return pl.lit(node.value)

    def number(self, node: C, bits: int) -> pl.Expr:
        """A number in at least so many bits."""
        if node.is_const and node.value is not None:
            return self.const(node, bits)
        found = self.show(node)
        return found.cast(_WIDTHS[bits]) if self.width(node) < bits else found

    def shown_in(self, node: C, bits: int) -> pl.Expr:
        """A whole number in exactly so many bits."""
        return self.number(node, bits) if self.width(node) <= bits else self.show(node).cast(_WIDTHS[bits])

    def column(self, node: C) -> pl.Expr:
        name, type_ = node.value
        found, dtype = pl.col(name), self.schema[name]
        if type_.startswith("list-of-"):
            return found
        return _converted(found, type_, dtype)

    def arithmetic(self, node: C) -> pl.Expr:
        bits = self.width(node)
        a, b = (self.number(arg, bits) for arg in node.args)
        return {"+": a.__add__, "-": a.__sub__, "*": a.__mul__, "//": a.__floordiv__}[node.op](b)

    def extreme(self, node: C) -> pl.Expr:
        a, b = node.args
        bits = self.width(node)
        if a.is_const:
            bound, other = self.const(a, bits), self.number(b, bits)
            return other.clip(upper_bound=bound) if node.op == "min" else other.clip(lower_bound=bound)
        x, y = self.number(a, bits), self.number(b, bits)
        first = x <= y if node.op == "min" else x >= y
        if not a.null and not b.null:
            return pl.when(first).then(x).otherwise(y)
        return pl.when(first).then(x).when(~first).then(y)

    def positive(self, node: C) -> pl.Expr:
        found = self.show(node.args[0])
        return pl.when(found > 0).then(found)

    def compare(self, node: C) -> pl.Expr:
        a, b = node.args
        if a.kind == INT:
            bits = max(self.width(arg) for arg in node.args)
            x, y = self.number(a, bits), self.number(b, bits)
        else:
            x, y = self.show(a), self.show(b)
        return {"<": x.__lt__, "<=": x.__le__, "==": x.__eq__}[node.op](y)

    def among(self, node: C) -> pl.Expr:
        found, words = self.show(node.args[0]), node.value
        inner = node.args[0]
        if inner.op == "col":
            dtype = self.schema[inner.value[0]]
            if isinstance(dtype, pl.Enum):
                words = tuple(word for word in words if word in set(dtype.categories))
        if not words:
            return pl.when(found.is_not_null()).then(statement=False)
        if len(words) <= 3:
            tests: list[pl.Expr] = [found == word for word in words]
            return reduce(or_, tests)
        return found.is_in(list(words))

    def choice(self, node: C) -> pl.Expr:
        c, a, b = node.args
        bits = self.width(node) if node.kind == INT else 0
        arms = [self.number(x, bits) if node.kind == INT and not x.is_null else self.show(x) for x in (a, b)]
        condition = self.show(c)
        if a.is_null:
            return pl.when(~condition).then(arms[1])
        if b.is_null:
            return pl.when(condition).then(arms[0])
        if not c.null:
            return pl.when(condition).then(arms[0]).otherwise(arms[1])
        return pl.when(condition).then(arms[0]).when(~condition).then(arms[1])

    def first_known(self, node: C) -> pl.Expr:
        bits = self.width(node) if node.kind == INT else 0
        a, b = (self.number(x, bits) if node.kind == INT else self.show(x) for x in node.args)
        return a.fill_null(b) if node.args[1].is_const else pl.coalesce(a, b)

    def country(self, node: C) -> pl.Expr:
        return self.show(node.args[0]).cast(pl.String).str.slice(0, 2)

    def look(self, node: C) -> pl.Expr:
        what, place, rest, holidays = node.value
        key = (what, rest, holidays)
        if key not in self.tables:
            self.tables[key] = _Table(what, spans.Use(None, rest, holidays))
        table = self.tables[key]
        value = self.number(node.args[-1], 32)
        if place is not None:
            return value.map_batches(lambda s: table.at(place, s), return_dtype=pl.Int32, is_elementwise=True)
        where = self.show(node.args[0]).cast(pl.String)
        return pl.struct(place=where, value=value).map_batches(
            table.by_place, return_dtype=pl.Int32, is_elementwise=True
        )

    def tabled(self, node: C) -> pl.Expr:
        what, count, clamp = node.value
        first, last = node.args[0].low, node.args[0].high
        entries = pl.Series("", [spans.entry(what, k, count, clamp) for k in range(first, last + 1)], dtype=pl.Int32)
        value = self.show(node.args[0])

        def looked_up(asked: pl.Series) -> pl.Series:
            return entries.gather(_index(asked - first)).alias(asked.name)

        return value.map_batches(looked_up, return_dtype=pl.Int32, is_elementwise=True)

    def entry(self, node: C) -> pl.Expr:
        number, type_ = node.value
        column = node.args[0]
        found = self.show(column).list.get(number - 1, null_on_oob=True)
        if column.op != "col":
            raise Problem("a list that is chosen between several cannot be read entry by entry", field="rules")
        dtype = self.schema[column.value[0]]
        assert isinstance(dtype, pl.List)
        return _converted(found, type_, dtype.inner)

    def end(self, node: C) -> pl.Expr:
        return self.show(node.args[0]).struct.field(node.op).cast(pl.Date).cast(pl.Int32)


def _converted(found: pl.Expr, type_: str, dtype: Any) -> pl.Expr:
    """A column, or an entry of a list, in the engine's form."""
    if type_ == "date":
        return (found if dtype == pl.Date else found.cast(pl.Date)).to_physical()
    if type_ == "instant":
        return found.cast(pl.Datetime("us")).cast(pl.Int64) // 1_000_000 if isinstance(dtype, pl.Datetime) else found
    if type_ in ("money", "count"):
        return found if dtype == pl.Int64 else found.cast(pl.Int64)
    if type_ == "yesno":
        return found if dtype == pl.Boolean else found.cast(pl.Boolean)
    return found


def _index(numbers: pl.Series) -> pl.Series:
    """Numbers not below zero, to gather by: a cast that checks each costs more than the gathering."""
    return numbers.reinterpret(signed=False) if numbers.dtype == pl.Int32 else numbers.cast(pl.UInt32)


class _Table:
    """Entries of calendars: one run for each place, with an empty entry at both ends for what lies beyond."""

    def __init__(self, what: str, use: spans.Use) -> None:
        self.what, self.use = what, use
        self.starts: dict[str, int] = {}  # place -> where its run begins
        self.sizes = 0
        self.first = 0
        self.entries = pl.Series("", [], dtype=pl.Int32)
        self.lock = Lock()

    def start(self, place: str) -> int | None:
        with self.lock:
            if place not in self.starts:
                table = spans.known_workdays(self.use, place)
                if table is None:
                    return None
                run = getattr(table, self.what)
                self.first = 1 if self.what == "nth" else table.first
                size = spans.LAST - spans.FIRST + 1  # all runs are of one length, whatever they hold
                run = [None, *run, *[None] * (size - len(run)), None]
                self.starts[place] = len(self.entries)
                self.entries = pl.concat([self.entries, pl.Series("", run, dtype=pl.Int32)])
                self.sizes = size
            return self.starts[place]

    def at(self, place: str, values: pl.Series) -> pl.Series:
        start = self.start(place)
        if start is None or not len(values):
            return pl.Series(values.name, [None] * len(values), dtype=pl.Int32)
        index = (values - (self.first - 1)).clip(0, self.sizes + 1) + start
        return self.entries.gather(_index(index)).alias(values.name)

    def by_place(self, both: pl.Series) -> pl.Series:
        places, values = both.struct.field("place"), both.struct.field("value")
        if not len(values):
            return pl.Series(both.name, [], dtype=pl.Int32)
        found = {p: self.start(p) for p in places.unique().to_list() if p is not None}
        if all(start is None for start in found.values()):
            return pl.Series(both.name, [None] * len(values), dtype=pl.Int32)
        starts = places.replace_strict(list(found), list(found.values()), default=None, return_dtype=pl.Int64)
        index = (values - (self.first - 1)).clip(0, self.sizes + 1) + starts
        return self.entries.gather(index).alias(both.name)


SHOW: dict[str, Callable[[_Printer, C], pl.Expr]] = {
    "const": lambda p, n: p.const(n), "col": _Printer.column,
    "+": _Printer.arithmetic, "-": _Printer.arithmetic, "*": _Printer.arithmetic, "//": _Printer.arithmetic,
    "min": _Printer.extreme, "max": _Printer.extreme,
    "positive": _Printer.positive,
    "<": _Printer.compare, "<=": _Printer.compare, "==": _Printer.compare, "in": _Printer.among,
    "and": lambda p, n: reduce(and_, (p.show(a) for a in n.args)),
    "or": lambda p, n: reduce(or_, (p.show(a) for a in n.args)),
    "not": lambda p, n: ~p.show(n.args[0]), "known": lambda p, n: p.show(n.args[0]).is_not_null(),
    "sel": _Printer.choice, "else": _Printer.first_known, "country": _Printer.country, "look": _Printer.look,
    "table": _Printer.tabled,
    "in bounds": lambda p, n: p.show(n.args[0]),
    "size": lambda p, n: p.show(n.args[0]).list.len().cast(pl.Int64),
    "total": lambda p, n: p.show(n.args[0]).list.sum().cast(pl.Int64), "at": _Printer.entry,
    "first": _Printer.end, "last": _Printer.end,
}  # fmt: skip
