"""What a rule may look up besides the facts, handed in from outside: dated rates and calendars."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from recourse import calendars
from recourse.calendars import Calendar
from recourse.rules.tree import CalendarUse, Texts


@dataclass(frozen=True, slots=True)
class Rate:
    """A figure that changes on known days: `days` ascending, one value from each day on."""

    id: str
    title: Texts
    days: tuple[int, ...]
    values: tuple[Fraction, ...]
    cites: tuple[Mapping[str, str], ...] = ()
    until: int | None = None  # last day on which the last value is known to hold; None: it is carried on

    def on(self, day: int) -> Fraction | None:
        """The figure in force on a day; None where it is not known."""
        if self.until is not None and day > self.until:
            return None
        found = bisect_right(self.days, day)
        return self.values[found - 1] if found else None


@dataclass(frozen=True, slots=True)
class Setting:
    """The rates by id. Calendars come from the library's own cache."""

    rates: Mapping[str, Rate] = field(default_factory=dict)


def calendar_for(use: CalendarUse, place: str) -> Calendar:
    """The working days a version goes by, in a place."""
    return calendars.calendar(place, use.rest or None, use.holidays)
