"""Lengths of time in columns: months by arithmetic of our own, working days by one table for each calendar.

A table is asked with a day (or a number of working days); beyond its years it has no entry, and the value is not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from recourse import calendars, days
from recourse.problems import Problem
from recourse.rules.columns.node import C
from recourse.rules.columns.nodes import Nodes

# The years of the tables. Facts lie between 1990 and 2099, what is worked out from them seldom leaves these.
FIRST, LAST = days.parse("1950-01-01"), days.parse("2199-12-31")
FAR = 3_800_000
_MARCH = 305  # what to add to a day number to count days from 1 March of the year 0, so that a leap day ends a year
_ERA = 146_097  # days in 400 years


@dataclass(frozen=True)
class Use:
    """Which calendar: a place, or None where a column says it; the days off and the holidays that count."""

    place: str | None
    rest: tuple[str, ...]
    holidays: str | tuple[str, ...]


@dataclass(frozen=True)
class Workdays:
    """One calendar in a form that every engine can look things up in; `first` is the day of the first entries.

    `by[i]` is how many working days lie between `first` and the day, both included; `nth[k - 1]` is the k-th of them;
    `next[i]` and `previous[i]` are the day itself if it is a working day.
    """

    first: int
    by: list[int]
    nth: list[int]
    next: list[int | None]
    previous: list[int | None]


def workdays(use: Use, place: str, first: int = FIRST, last: int = LAST) -> Workdays:
    """The table of a calendar."""
    calendar = calendars.calendar(place, use.rest or None, use.holidays)
    nth = calendar.worked(first, last)
    by: list[int] = []
    following: list[int | None] = []
    previous: list[int | None] = []
    start = first
    for count, (before, after) in enumerate(pairwise((None, *nth, None))):  # a working day and the days up to the next
        size = (last + 1 if after is None else after) - start
        by += [count] * size
        previous += [before] * size
        following += [after] * size
        if before is not None:
            following[start - first] = before
        start += size
    return Workdays(first, by, nth, following, previous)


@lru_cache(maxsize=8)
def known_workdays(use: Use, place: str) -> Workdays | None:
    """The table of a calendar, kept for a while: programs ask in turn for several parts of one. None: there is none."""
    try:
        return workdays(use, place)
    except Problem:
        return None


def flags(use: Use, place: str, first: int = FIRST, last: int = LAST) -> str:
    """One character for each day: 1 for a working day."""
    calendar = calendars.calendar(place, use.rest or None, use.holidays)
    worked = frozenset(calendar.worked(first, last))
    return "".join("1" if day in worked else "0" for day in range(first, last + 1))


def ask(n: Nodes, what: str, use: Use, place: C | None, value: C) -> C:
    """An entry of a calendar's table: `next`, `previous` and `by` take a day, `nth` a number of working days."""
    args = (value,) if place is None else (place, value)
    low, high = (0, LAST - FIRST) if what == "by" else (FIRST, LAST)
    return n.look((what, use.place, use.rest, use.holidays), args, low, high)


def add_working(n: Nodes, use: Use, place: C | None, day: C, count: C) -> C:
    """The count-th working day after a day, which itself is not counted; before it where the count is below zero."""

    def after() -> C:
        return ask(n, "nth", use, place, n.add(ask(n, "by", use, place, day), count))

    def before() -> C:
        passed = ask(n, "by", use, place, n.add(day, n.const(-1)))
        return ask(n, "nth", use, place, n.add(n.add(passed, count), n.one))

    if count.is_null:
        return count
    if count.low > 0:
        return after()
    if count.high < 0:
        return before()
    if count.is_const:
        return day
    ahead = n.sel(n.compare("<", n.zero, count), after(), day) if count.high > 0 else day
    return n.sel(n.compare("<", count, n.zero), before(), ahead) if count.low < 0 else ahead


def working_days(n: Nodes, use: Use, place: C | None, a: C, end: C) -> C:
    """How many working days there are from a day up to, and without, another."""
    passed, until = (ask(n, "by", use, place, n.add(day, n.const(-1))) for day in (a, end))
    return n.sub(until, passed)


def entry(what: str, number: int, count: int = 0, clamp: str = "") -> int:
    """An entry of a table: of a day its month as in `_era`, its day of the month from 0, or the day months later; of
    a month its first day.
    """
    if what == "later":
        return days.add_months(number, count, clamp)  # type: ignore[arg-type]
    if what == "first":
        year, index = divmod(number, 12)
        return date(year + (index > 9), (index + 2) % 12 + 1, 1).toordinal()
    day = date.fromordinal(number)
    return day.day - 1 if what == "passed" else day.year * 12 + day.month - 3


def _tabled(n: Nodes, what: str, value: C, count: int = 0, clamp: str = "") -> C | None:
    """An entry of a table; None where there is no use for one. Entries rise with the number, but for `passed`."""
    low, high = (FIRST, LAST) if what != "first" else (entry("month", FIRST), entry("month", LAST))
    if not n.tables or value.is_const or value.low < low or value.high > high:
        return None
    first, last = (entry(what, end, count, clamp) for end in (value.low, value.high))
    ends = (0, 30) if what == "passed" else (first, last)
    return n.make("table", (value,), (what, count, clamp), "int", *ends)


def _era(n: Nodes, day: C) -> tuple[C, C]:
    """The month in which a day lies, counted from March of the year 0, and its day of the month from 0."""
    month_, passed_ = _tabled(n, "month", day), _tabled(n, "passed", day)
    if month_ is not None and passed_ is not None:
        return month_, passed_
    shifted = n.add(day, n.const(_MARCH))
    era = n.floor(shifted, n.const(_ERA))
    rest = _between(n, n.sub(shifted, n.mul(era, n.const(_ERA))), 0, _ERA - 1)
    leapless = n.add(
        n.sub(n.sub(rest, n.floor(rest, n.const(1460))), n.floor(rest, n.const(146_096))),
        n.floor(rest, n.const(36_524)),
    )
    year = _between(n, n.floor(leapless, n.const(365)), 0, 399)
    passed = n.sub(n.add(n.mul(year, n.const(365)), n.floor(year, n.const(4))), n.floor(year, n.const(100)))
    in_year = _between(n, n.sub(rest, passed), 0, 365)
    month = _between(n, n.floor(n.add(n.mul(in_year, n.const(5)), n.const(2)), n.const(153)), 0, 11)
    began = n.floor(n.add(n.mul(month, n.const(153)), n.const(2)), n.const(5))
    months = n.add(n.mul(n.add(n.mul(era, n.const(400)), year), n.const(12)), month)
    return months, _between(n, n.sub(in_year, began), 0, 30)


def _between(n: Nodes, value: C, low: int, high: int) -> C:
    """The same value with bounds that arithmetic alone does not show."""
    if value.is_const:
        return value
    return n.make("in bounds", (value,), (low, high), value.kind, low, high)


def _first_of(n: Nodes, month: C) -> C:
    """The first day of a month that is counted as in `_era`."""
    first = _tabled(n, "first", month)
    if first is not None:
        return first
    year = n.floor(month, n.const(12))
    index = _between(n, n.sub(month, n.mul(year, n.const(12))), 0, 11)
    leap = n.add(n.sub(n.floor(year, n.const(4)), n.floor(year, n.const(100))), n.floor(year, n.const(400)))
    before = n.add(
        n.add(n.mul(year, n.const(365)), leap), n.floor(n.add(n.mul(index, n.const(153)), n.const(2)), n.const(5))
    )
    return n.add(before, n.const(-_MARCH))


def add_months(n: Nodes, day: C, count: C, clamp: str) -> C:
    """The same day of a later or earlier month; `clamp` says where a month too short ends (see `days.add_months`)."""
    if day.is_null or count.is_null:
        return n.null("int")
    if day.is_const and count.is_const:
        return n.const(days.add_months(day.value, count.value, clamp))  # type: ignore[arg-type]
    later = _tabled(n, "later", day, count.value, clamp) if count.is_const else None
    if later is not None:
        return later
    month, passed = _era(n, day)
    return _land(n, n.add(month, count), passed, clamp)


def _land(n: Nodes, month: C, passed: C, clamp: str) -> C:
    landed = n.add(_first_of(n, month), passed)
    following = _first_of(n, n.add(month, n.one))
    return n.extreme("min", landed, n.add(following, n.const(-1)) if clamp == "last day" else following)


def months_between(n: Nodes, a: C, b: C, clamp: str, *, begun: bool) -> C:
    """Whole months between two days, or begun ones."""
    if a.is_null or b.is_null:
        return n.null("int")
    (from_month, passed), (to_month, _) = _era(n, a), _era(n, b)
    landed = _land(n, to_month, passed, clamp)
    months = n.sub(to_month, from_month)
    if begun:
        return n.add(months, n.sel(n.compare("<", landed, b), n.one, n.zero))
    return n.add(months, n.sel(n.compare("<", b, landed), n.const(-1), n.zero))


def month_day(n: Nodes, day: C) -> C:
    """1 for the first day of a month."""
    return n.add(_era(n, day)[1], n.one)


def step(n: Nodes, day: C, starts: tuple[int, ...], values: tuple[int, ...]) -> C:
    """The value of the last start that the day has reached; the day is not before the first."""
    if len(values) == 1:
        return (
            n.const(values[0]) if not day.null else n.sel(n.compare("<=", day, day), n.const(values[0]), n.null("int"))
        )
    middle = len(values) // 2
    later = step(n, day, starts[middle:], values[middle:])
    return n.sel(n.compare("<", day, n.const(starts[middle])), step(n, day, starts[:middle], values[:middle]), later)
