"""What a comparison asks of the calendar of a place: where another place answers alike, all comes out alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recourse.calendars import Calendar
from recourse.rules.setting import calendar_for
from recourse.rules.tree import CalendarUse


class Reads:
    """The questions to the calendars of the places that a purchase names, with the answers."""

    def __init__(self) -> None:
        self.made: dict[CalendarUse, Calendars] = {}

    def calendars(self, use: CalendarUse) -> Calendars:
        """The calendar of each place, which notes what it is asked."""
        if use not in self.made:
            self.made[use] = Calendars(use)
        return self.made[use]

    def alike(self, where: Mapping[str, str]) -> bool:
        """Whether the calendars of these places, by the fact that names each, would have answered the same."""
        return all(
            getattr(calendar_for(use, where[use.fact]), question)(*days) == answer
            for use, calendars in self.made.items()
            for watched in calendars.values()
            for (question, *days), answer in watched.answers.items()
        )


class Calendars(dict[str, "Watched"]):
    """The calendar of each place, made when it is asked for."""

    def __init__(self, use: CalendarUse) -> None:
        super().__init__()
        self.use = use

    def __missing__(self, place: str) -> Watched:
        self[place] = found = Watched(calendar_for(self.use, place))
        return found


class Watched(Calendar):
    """A calendar that notes what it is asked. It knows nothing else: what is not noted here, it cannot answer."""

    def __init__(self, of: Calendar) -> None:
        self.of = of
        self.answers: dict[tuple[Any, ...], int | bool] = {}

    def is_working(self, day: int) -> bool:
        return bool(self._noted("is_working", day))

    def next_working(self, day: int) -> int:
        return self._noted("next_working", day)

    def previous_working(self, day: int) -> int:
        return self._noted("previous_working", day)

    def add_working(self, day: int, n: int) -> int:
        return self._noted("add_working", day, n)

    def working_days(self, a: int, b: int) -> int:
        return self._noted("working_days", a, b)

    def _noted(self, *question: Any) -> int:
        try:
            return self.answers[question]
        except KeyError:
            answer: int = getattr(self.of, question[0])(*question[1:])
            self.answers[question] = answer
            return answer
