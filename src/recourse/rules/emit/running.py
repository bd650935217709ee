"""The emitted Python at work: a program's text becomes a function, with the few things that it may call."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any, NoReturn

from recourse import days, places
from recourse.calendars import Calendar
from recourse.rules import spans
from recourse.rules.prepared import Prepared
from recourse.rules.setting import Setting, calendar_for
from recourse.rules.stops import Conflict, Contradiction, NoFigure
from recourse.rules.tree import CalendarUse, Version

# The known facts by id -> the deciding row (-1: out of scope), the refund, what is kept, the noted values of that row.
Decide = Callable[[Mapping[str, Any]], tuple[int, int | None, int | None, tuple[Any, ...]]]


def code(text: str, name: str = "decide") -> bytes:
    """The text compiled, for this very Python only: reading this is fifty times as fast as compiling the text."""
    return marshal.dumps(compile(text, f"<{name}>", "exec"))


def compiled(program: Prepared, version: Version, setting: Setting, name: str = "decide") -> Decide:
    """The function itself, with what it may call."""
    rates = {series: rate.on for series, rate in setting.rates.items()}

    def rate(series: str, bottom: int, day: int) -> int:
        found = rates[series](day)
        if found is None:
            raise NoFigure(None, f"{series}, {days.show(day)}")
        return found.numerator * (bottom // found.denominator)

    def clash(first: int, second: int) -> NoReturn:
        raise Conflict(version.exceptions[first], version.exceptions[second])

    space: dict[str, Any] = {
        "within": places.contains, "move": spans.move, "length": spans.length, "month_day": days.day_of_month,
        "rate": rate, "clash": clash, "contradiction": _contradiction, "positive": _positive, "miss": _miss,
        "rows_of": _rows_of, "entry": _entry, "CALENDARS": _Calendars(version.calendar),
        "list_of": _list_of, "add_months": days.add_months, "Contradiction": Contradiction,
    }  # fmt: skip
    exec(marshal.loads(program.code or code(program.source, name)), space)  # noqa: S102, S302 - from a checked tree
    return space[name]  # type: ignore[no-any-return]


def asking(decide: Decide, calendars: Mapping[str, Calendar]) -> Decide:
    """The same function, with other calendars to ask."""
    assert isinstance(decide, FunctionType)
    return FunctionType(decide.__code__, {**decide.__globals__, "CALENDARS": calendars}, decide.__name__)


def _contradiction(why: str = "divided by nothing, or by less") -> NoReturn:
    raise Contradiction(None, why)


def _positive(value: int) -> int:
    return value if value > 0 else _contradiction()


def _miss() -> NoReturn:
    raise KeyError("measure")


def _list_of(part: str, at_most: int, entries: tuple[Any, ...]) -> tuple[Any, ...]:
    if len(entries) > at_most:
        _contradiction(f"{part} has {len(entries)} rows, at most {at_most}")
    return entries


class _Calendars(dict[str, Any]):
    """The calendar of each place, looked up once."""

    def __init__(self, use: CalendarUse | None) -> None:
        super().__init__()
        self.use = use

    def __missing__(self, place: str) -> Any:
        assert self.use is not None
        self[place] = calendar_for(self.use, place)
        return self[place]


def _rows_of(part: str, at_most: int, *lists: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    size = len(lists[0])
    if size > at_most or any(len(one) != size for one in lists):
        _contradiction(f"{part} has {size} rows, at most {at_most}, all lists of one length")
    return list(zip(*lists, strict=True))


def _entry(values: tuple[Any, ...], number: int) -> Any:
    return values[number - 1] if len(values) >= number else _contradiction(f"the list has no entry {number}")
