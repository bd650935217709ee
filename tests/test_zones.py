"""The day at a place: the same moment is another day elsewhere, and a day begins where somebody lives."""

from __future__ import annotations

import datetime as dt

import pytest

from recourse import zones

LATE = dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.mark.parametrize(
    ("place", "day"),
    [("CN", 21), ("DE", 21), ("DE-BY", 21), ("GB", 20), ("US", 20), ("US-HI", 20), ("NZ", 21), (None, 20), ("XX", 20)],
)
def test_a_moment_is_on_the_day_of_the_place(place, day):
    assert zones.day(LATE, place) == dt.date(2026, 11, day)


def test_a_country_of_many_zones_is_on_the_day_of_most_of_them():
    noon = dt.datetime(2026, 1, 20, 5, 30, tzinfo=dt.UTC)  # 00:30 in New York, 23:30 in Chicago
    assert (zones.day(noon, "US"), zones.day(noon + HOUR, "US")) == (dt.date(2026, 1, 19), dt.date(2026, 1, 20))


@pytest.mark.parametrize("place", ["CN", "DE", "US", "CU", "CL", "EG", "LB", "PY", "NP", "NZ", "MA"])
def test_a_day_begins_with_its_first_second(place):
    """Some places turn their clocks at midnight: there a day begins at one, or the one before is longer."""
    for number in range(730):
        day = dt.date(2025, 1, 1) + dt.timedelta(days=number)
        first = zones.begins(day, place)
        assert (zones.day(first, place), zones.day(first - zones.SECOND, place)) == (day, day - dt.timedelta(days=1))


def test_the_turns_of_the_clocks_are_found_to_the_second():
    first, last = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (2026, 2027))
    assert zones.changes("DE", first, last) == [
        (first, HOUR),
        (dt.datetime(2026, 3, 29, 1, tzinfo=dt.UTC), 2 * HOUR),
        (dt.datetime(2026, 10, 25, 1, tzinfo=dt.UTC), HOUR),
    ]
    assert zones.changes("CN", first, last) == [(first, 8 * HOUR)]
    assert zones.changes("DE", first, first) == [(first, HOUR)]
