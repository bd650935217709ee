"""Lengths of time in every unit of the language: a day moved by so many, and how many lie between two days."""

from __future__ import annotations

from recourse import days
from recourse.calendars import Calendar


def move(start: int, n: int, unit: str, way: str, clamp: str, calendar: Calendar | None) -> int:
    """A day (or instant) moved by n units; `beginning with` counts the first day itself."""
    seconds = start > 10_000_000  # an instant: seconds, never a day number
    if way == "beginning":
        if unit == "days":
            return start + n - 1
        if unit == "weeks":
            return start + 7 * n - 1
        if unit == "working days" and calendar is not None:
            return calendar.add_working(start - 1, n)
        return days.add_months(start, n * (12 if unit == "years" else 1), clamp) - 1  # type: ignore[arg-type]
    if unit == "hours":
        return start + 3600 * n
    if unit in ("days", "weeks"):
        return start + n * (7 if unit == "weeks" else 1) * (86400 if seconds else 1)
    if unit == "working days":
        assert calendar is not None
        return calendar.add_working(start, n)
    return days.add_months(start, n * (12 if unit == "years" else 1), clamp)  # type: ignore[arg-type]


def length(a: int, b: int, unit: str, through: bool, begun: bool, clamp: str, calendar: Calendar | None) -> int:
    """How many units lie between two days; `through` counts the last one too."""
    end = b + 1 if through else b
    if unit == "days":
        return end - a
    if unit == "hours":
        return -(-(b - a) // 3600) if begun else (b - a) // 3600
    if unit == "weeks":
        return -(-(end - a) // 7) if begun else (end - a) // 7
    if unit == "working days":
        assert calendar is not None
        return calendar.working_days(a, end)
    months = days.begun_months(a, end, clamp) if begun else days.months_between(a, end, clamp)  # type: ignore[arg-type]
    return months if unit == "months" else (-(-months // 12) if begun else months // 12)
