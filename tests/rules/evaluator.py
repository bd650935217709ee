"""A plain reading of the integer form, which looks at every value on the way: is it whole, and within its bounds?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from recourse import calendars, days, places
from recourse.calendars import Calendar
from recourse.rules import ir
from recourse.rules.ir import I
from recourse.rules.setting import Setting
from recourse.rules.spans import length, move
from recourse.rules.stops import Conflict, Contradiction
from recourse.rules.tree import Version


class Left(Exception):
    """Out of scope."""


class Decided(Exception):
    """A row decides."""


class OutOfBounds(AssertionError):
    """A value that its node did not allow."""


class Machine:
    """One program on one set of facts. `run` gives the chosen row (-1 out of scope), refund and kept."""

    def __init__(self, program: ir.Program, version: Version, setting: Setting, facts: Mapping[str, Any]) -> None:
        self.program, self.version, self.setting, self.facts = program, version, setting, facts
        self.names: dict[str, Any] = {}
        self.lacks: dict[str, Exception] = {}
        self.widest = 0

    def run(self) -> tuple[int, int | None, int | None]:
        try:
            self.block(self.program.body)
        except Left:
            return -1, self.names.get("refund"), self.names.get("kept")
        except Decided as row:
            return row.args[0], self.names.get("refund"), self.names.get("kept")
        raise AssertionError("the program ends without a word")

    # -- statements

    def block(self, statements: Any) -> None:
        for statement in statements:
            STATEMENTS[type(statement)](self, statement)

    def set(self, s: ir.Set) -> None:
        self.names[s.name] = self.value(s.value)

    def branch(self, s: ir.If) -> None:
        self.block(s.then if self.value(s.condition) else s.other)

    def attempt(self, s: ir.Attempt) -> None:
        caught = (KeyError, Contradiction) if s.or_impossible else (KeyError,)
        try:
            self.block(s.body)
        except caught as lack:
            self.lacks[s.lack] = lack
            able = any(all(fact in self.facts for fact in one) for one in s.needs)
            if able and any(fact in self.facts for fact in s.unless):
                raise
            self.block(s.other)

    def unless(self, s: ir.Unless) -> None:
        if self.names.get(s.name) is None:
            self.block(s.body)

    def need(self, s: ir.Need) -> None:
        if self.names.get(s.name) is None:
            raise self.lacks[f"lack_{s.name}"]

    def guard(self, s: ir.Guard) -> None:
        if self.value(replace(s.value, low=min(0, s.value.low))) <= 0:
            raise Contradiction(None, "divided by nothing")

    def agree(self, s: ir.Agree) -> None:
        if self.value(s.one) != self.value(s.other):
            raise KeyError("measure")

    def done(self, s: ir.Done) -> None:
        raise Decided(s.row)

    def calendar(self, s: ir.Calendar) -> None:
        use = self.version.calendar
        assert use is not None
        self.names[s.name] = calendars.calendar(self.value(s.place), use.rest or None, use.holidays)

    def loop(self, s: ir.Loop) -> None:
        lists = {name: self.value(one) for name, one in s.columns}
        sizes = {len(one) for one in lists.values()}
        if len(sizes) > 1 or max(sizes) > s.at_most:
            raise Contradiction(None, "rows")
        self.names[s.terms] = []
        for name in s.so_far:
            self.names[ir.before_name(s.part, name)] = 0
        for number in range(max(sizes)):
            self.names[ir.row_name(s.part)] = number + 1
            for name, one in lists.items():
                self.names[ir.entry_name(s.part, name)] = one[number]
            self.block(s.body)
            for name in s.so_far:
                self.names[ir.before_name(s.part, name)] += lists[name][number]

    def term(self, s: ir.Term) -> None:
        top = self.value(s.top)
        self.names[s.name].append(top if s.bottom is None else (top, self.value(s.bottom)))

    def fail(self, s: ir.Fail) -> None:
        raise Contradiction(None, s.why)

    def clash(self, s: ir.Clash) -> None:
        raise Conflict(*(self.version.exceptions[row] for row in s.rows))

    def leave(self, _: ir.Leave) -> None:
        raise Left

    # -- expressions

    def value(self, i: I) -> Any:
        found = READ[i.op](self, i)
        if type(found) is int:
            if not i.low <= found <= i.high:
                raise OutOfBounds(f"{i.op} came to {found}, declared {i.low} to {i.high}")
            self.widest = max(self.widest, found.bit_length())
        else:
            assert isinstance(found, bool | str | tuple | Calendar) or i.op in ("fact", "tmp", "item"), (
                f"{i.op} gives {found!r}"
            )
        return found

    def both(self, i: I) -> tuple[Any, Any]:
        return self.value(i.args[0]), self.value(i.args[1])

    def fact(self, i: I) -> Any:
        name, presumed = i.value
        return self.facts[name] if presumed is None else self.facts.get(name, presumed)

    def share(self, i: I) -> Any:
        name, presumed = i.value
        return self.facts[name] if presumed is None else self.facts.get(name, presumed)

    def positive(self, i: I) -> int:
        found: int = self.value(i.args[0])
        if found <= 0:
            raise Contradiction(None, "divided by nothing")
        return found

    def floor(self, i: I) -> int:
        a, b = self.both(i)
        assert b > 0, "a floor by nothing"
        assert i.op == "floor" or a >= 0, "// of a negative number"
        return int(a // b)

    def noted(self, i: I) -> Any:
        self.names[i.value] = self.value(i.args[0])
        return self.names[i.value]

    def moved(self, i: I) -> int:
        unit, way, months, calendar = i.value
        start, n = self.both(i)
        return move(start, n, unit, way, months, self.names[calendar] if calendar else None)

    def between(self, i: I) -> int:
        unit, through, begun, months, calendar = i.value
        a, b = self.both(i)
        return length(a, b, unit, through, begun, months, self.names[calendar] if calendar else None)

    def workday(self, i: I) -> int:
        way, calendar = i.value
        found: Calendar = self.names[calendar]
        day = self.value(i.args[0])
        return found.next_working(day) if way == "next" else found.previous_working(day)

    def rate(self, i: I) -> int:
        series, bottom = i.value
        found = self.setting.rates[series].on(self.value(i.args[0]))
        if found is None:
            raise Contradiction(None, "not known")
        assert bottom % found.denominator == 0
        return int(found * bottom)

    def item(self, i: I) -> Any:
        entries = self.value(i.args[0])
        if len(entries) < i.value:
            raise Contradiction(None, "no such entry")
        return entries[i.value - 1]


STATEMENTS: dict[type, Callable[[Machine, Any], None]] = {
    ir.Set: Machine.set, ir.If: Machine.branch, ir.Attempt: Machine.attempt, ir.Unless: Machine.unless, ir.Calendar: Machine.calendar,
    ir.Loop: Machine.loop, ir.Term: Machine.term, ir.Fail: Machine.fail, ir.Clash: Machine.clash, ir.Leave: Machine.leave,
    ir.Need: Machine.need, ir.Guard: Machine.guard, ir.Agree: Machine.agree, ir.Done: Machine.done,
}  # fmt: skip
READ: dict[str, Callable[[Machine, I], Any]] = {
    "const": lambda m, i: i.value,
    "fact": Machine.fact,
    "top": lambda m, i: m.share(i).numerator,
    "bottom": lambda m, i: m.share(i).denominator,
    "numer": lambda m, i: m.value(i.args[0]).numerator,
    "denom": lambda m, i: m.value(i.args[0]).denominator,
    "has": lambda m, i: i.value in m.facts,
    "tmp": lambda m, i: m.names[i.value],
    "+": lambda m, i: sum(m.both(i)),
    "-": lambda m, i: m.value(i.args[0]) - m.value(i.args[1]),
    "*": lambda m, i: m.value(i.args[0]) * m.value(i.args[1]),
    "//": Machine.floor,
    "floor": Machine.floor,
    "positive": Machine.positive,
    "min": lambda m, i: min(m.both(i)),
    "max": lambda m, i: max(m.both(i)),
    "<": lambda m, i: m.value(i.args[0]) < m.value(i.args[1]),
    "<=": lambda m, i: m.value(i.args[0]) <= m.value(i.args[1]),
    "==": lambda m, i: m.value(i.args[0]) == m.value(i.args[1]),
    "in": lambda m, i: m.value(i.args[0]) in i.value,
    "within": lambda m, i: places.contains(m.value(i.args[0]), i.value),
    "compatriot": lambda m, i: m.value(i.args[0]).split("-")[0] == m.value(i.args[1]).split("-")[0],
    "and": lambda m, i: m.value(i.args[0]) and m.value(i.args[1]),
    "or": lambda m, i: m.value(i.args[0]) or m.value(i.args[1]),
    "not": lambda m, i: not m.value(i.args[0]),
    "note": Machine.noted,
    "workday": Machine.workday,
    "move": Machine.moved,
    "length": Machine.between,
    "month_day": lambda m, i: days.day_of_month(m.value(i.args[0])),
    "rate": Machine.rate,
    "item": Machine.item,
    "total": lambda m, i: sum(m.value(i.args[0])),
    "first": lambda m, i: m.value(i.args[0])[0],
    "last": lambda m, i: m.value(i.args[0])[1],
}
