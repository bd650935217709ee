"""Expressions of a program as nodes, and the state in which they are read: what is named, and on which way we are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from recourse.rules import ir
from recourse.rules.columns import spans
from recourse.rules.columns.given import Given, bounds, dated, inside
from recourse.rules.columns.node import INT, WORD, C
from recourse.rules.setting import Setting
from recourse.rules.tree import CalendarUse


@dataclass
class Attempted:
    """A block whose misses are caught: what may be null in it so far, and the contradictions met."""

    lets_go: bool  # contradictions are caught as well
    seen: list[C] = field(default_factory=list)
    met: list[C] = field(default_factory=list)


class Reader:
    """Reads expressions. What is met on the way, a gap or a contradiction, is kept for statements."""

    def __init__(self, given: Given, setting: Setting, use: CalendarUse | None, scoped: C | None) -> None:
        self.n, self.given, self.setting, self.use = given.nodes, given, setting, use
        self.names: dict[str, Any] = {}
        self.path: C = scoped if scoped is not None else self.n.true
        self.alive: C = self.n.true  # null or false: what is worked out from here on is not known
        self.tries: list[Attempted] = []
        self.lacks: dict[str, C] = {}
        self.contradictions: list[C] = []
        self.conflicts: list[C] = []
        self.guarded: dict[str, C] = {}

    def poisoned(self, value: C) -> C:
        return value if self.alive is self.n.true else self.n.sel(self.alive, value, self.n.null(value.kind))

    def seen(self, value: C) -> C:
        if value.null and self.tries:
            self.tries[-1].seen.append(value)
        return value

    def has(self, name: str) -> C:
        value = self.given.fact(name)
        return self.n.and_(*(self.n.known(v) for v in value)) if isinstance(value, tuple) else self.n.known(value)

    def met(self, failed: C) -> None:
        """A contradiction where this holds, if the way leads here and nothing was missing before."""
        mask = self.n.surely(self.n.and_(self.path, failed))
        if self.tries:
            tried = self.tries[-1]
            mask = self.n.and_(mask, *(self.n.known(v) for v in dict.fromkeys(tried.seen)))
        if mask is self.n.false:
            return
        if any(t.lets_go for t in self.tries):
            self.alive = self.n.and_(self.alive, self.n.not_(mask))
        (self.tries[-1].met if self.tries else self.contradictions).append(mask)

    def entry(self, value: Any, number: int) -> Any:
        """An entry of a list, null beyond its end."""
        if isinstance(value, tuple):
            return tuple(self.entry(one, number) for one in value)
        for node in value.walk():
            if node.op == "col":
                column, type_ = node.value
                facts = self.given.vocabulary.facts
                fact = facts.get(column) or facts[column.removesuffix("_top").removesuffix("_bottom")]
                item = type_.removeprefix("list-of-")
                return dated(self.n, self.n.at(value, number, item, *bounds(fact)), item)
        return self.n.null(INT)

    def show(self, i: ir.I) -> Any:
        return EXPRESSIONS[i.op](self, i)

    def const(self, i: ir.I) -> C:
        return self.n.const(i.value)

    def tmp(self, i: ir.I) -> Any:
        found = self.guarded.get(key_of(i)) or self.names.get(i.value)
        if found is None:  # no way sets it that leads here
            return self.n.null(INT if i.low or i.high else WORD)
        return found

    def fact(self, i: ir.I) -> Any:
        name, presumed = i.value
        value = self.guarded.get(key_of(i)) or self.given.fact(name)
        if presumed is None or isinstance(value, tuple):
            return value
        return self.n.or_else(value, self.n.const(presumed))

    def end_of_share(self, i: ir.I) -> C:
        name, presumed = i.value
        value = self.guarded.get(key_of(i)) or self.given.fact(name)[0 if i.op == "top" else 1]
        if presumed is None:
            return value
        return self.n.or_else(value, self.n.const(presumed.numerator if i.op == "top" else presumed.denominator))

    def two(self, i: ir.I) -> tuple[C, C]:
        return self.show(i.args[0]), self.show(i.args[1])

    def both(self, i: ir.I) -> C:
        left = self.show(i.args[0])
        path = self.path
        self.path = self.n.and_(path, left if i.op == "and" else self.n.not_(left))
        right = self.show(i.args[1])
        self.path = path
        return self.n.and_(left, right) if i.op == "and" else self.n.or_(left, right)

    def positive(self, i: ir.I) -> C:
        value = self.show(i.args[0])
        self.met(self.n.compare("<=", value, self.n.zero))
        return self.n.positive(value)

    def within(self, i: ir.I) -> C:
        place = self.show(i.args[0])
        return inside(self.n, place, i.value)

    def compatriot(self, i: ir.I) -> C:
        one, other = (self.n.country(place) for place in self.two(i))
        return self.n.compare("==", one, other)

    def workday(self, i: ir.I) -> C:
        way, calendar = i.value
        use, place = self.calendar_of(calendar)
        return spans.ask(self.n, way, use, place, self.show(i.args[0])) if use else self.n.null(INT)

    def calendar_of(self, name: str | None) -> tuple[spans.Use | None, C | None]:
        if name is None or name not in self.names:
            return None, None
        use, place = self.names[name], self.names[f"{name} place"]
        if place.is_null:
            return None, None
        return use, None if use.place is not None else place

    def move(self, i: ir.I) -> C:
        unit, way, clamp, calendar = i.value
        day, count = self.two(i)
        first = way == "beginning"
        if unit == "working days":
            use, place = self.calendar_of(calendar)
            if use is None:
                return self.n.null(INT)
            return spans.add_working(self.n, use, place, self.n.add(day, self.n.const(-1)) if first else day, count)
        months = self.n.mul(count, self.n.const(12)) if unit == "years" else count
        found = spans.add_months(self.n, day, months, clamp)
        return self.n.add(found, self.n.const(-1)) if first else found

    def length(self, i: ir.I) -> C:
        unit, through, begun, clamp, calendar = i.value
        a, b = self.two(i)
        end = self.n.add(b, self.n.one) if through else b
        if unit == "working days":
            use, place = self.calendar_of(calendar)
            return spans.working_days(self.n, use, place, a, end) if use else self.n.null(INT)
        months = spans.months_between(self.n, a, end, clamp, begun=begun)
        if unit == "months":
            return months
        return self.n.floor(self.n.add(months, self.n.const(11)) if begun else months, self.n.const(12))

    def rate(self, i: ir.I) -> C:
        series, bottom = i.value
        rate, day = self.setting.rates[series], self.show(i.args[0])
        outside = self.n.compare("<", day, self.n.const(rate.days[0]))
        if rate.until is not None:
            outside = self.n.or_(outside, self.n.compare("<", self.n.const(rate.until), day))
        self.met(outside)
        tops = tuple(v.numerator * (bottom // v.denominator) for v in rate.values)
        if day.is_null:
            return self.n.null(INT)
        return self.n.sel(outside, self.n.null(INT), spans.step(self.n, day, rate.days, tops))

    def item(self, i: ir.I) -> Any:
        value = self.show(i.args[0])
        size = self.n.size(value[0] if isinstance(value, tuple) else value)
        self.met(self.n.compare("<", size, self.n.const(i.value)))
        return self.entry(value, i.value)

    def end_of_fraction(self, i: ir.I) -> C:
        pair = self.show(i.args[0])
        if not isinstance(pair, tuple):
            return self.n.null(INT)
        return pair[0] if i.op == "numer" else self.n.positive(pair[1])


def key_of(i: ir.I) -> str:
    return f"{i.op} {i.value if i.op == 'tmp' else i.value[0]}"


EXPRESSIONS: dict[str, Callable[[Reader, ir.I], Any]] = {
    "const": Reader.const, "tmp": Reader.tmp, "fact": Reader.fact, "top": Reader.end_of_share,
    "bottom": Reader.end_of_share, "has": lambda c, i: c.has(i.value), "note": lambda c, i: c.show(i.args[0]),
    "+": lambda c, i: c.n.add(*c.two(i)), "-": lambda c, i: c.n.sub(*c.two(i)), "*": lambda c, i: c.n.mul(*c.two(i)),
    "//": lambda c, i: c.n.floor(*c.two(i)), "floor": lambda c, i: c.n.floor(*c.two(i)),
    "min": lambda c, i: c.n.extreme("min", *c.two(i)), "max": lambda c, i: c.n.extreme("max", *c.two(i)),
    "<": lambda c, i: c.n.compare("<", *c.two(i)), "<=": lambda c, i: c.n.compare("<=", *c.two(i)),
    "==": lambda c, i: c.n.compare("==", *c.two(i)), "in": lambda c, i: c.n.among(c.show(i.args[0]), i.value),
    "not": lambda c, i: c.n.not_(c.show(i.args[0])), "and": Reader.both, "or": Reader.both,
    "positive": Reader.positive, "within": Reader.within, "compatriot": Reader.compatriot,
    "workday": Reader.workday, "move": Reader.move,
    "length": Reader.length, "rate": Reader.rate, "item": Reader.item,
    "month_day": lambda c, i: spans.month_day(c.n, c.show(i.args[0])),
    "numer": Reader.end_of_fraction, "denom": Reader.end_of_fraction,
    "total": lambda c, i: c.n.total(c.show(i.args[0]), i.low, i.high),
    "first": lambda c, i: dated(c.n, c.n.end("first", c.show(i.args[0]), i.low, i.high), "date"),
    "last": lambda c, i: dated(c.n, c.n.end("last", c.show(i.args[0]), i.low, i.high), "date"),
}  # fmt: skip
