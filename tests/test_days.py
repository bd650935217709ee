"""Dates are day numbers; months clamp where the caller says; instants have a zone."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from recourse import days
from recourse.days import Clamp
from recourse.problems import Problem

any_day = st.integers(-800_000, 4_500_000)
real_day = st.integers(1, date.max.toordinal())
months = st.integers(-30_000, 30_000)
clamps = st.sampled_from(["last day", "next day"])


def on(text: str) -> int:
    return days.parse(text)


def said(text: str) -> str:
    with pytest.raises(Problem) as raised:
        days.parse(text)
    return str(raised.value)


@given(real_day)
def test_a_shown_day_is_read_back(day: int) -> None:
    assert days.parse(days.show(day)) == day


@given(any_day)
def test_a_day_number_is_the_day_that_the_calendar_names(day: int) -> None:
    year, month, day_of = days.civil(day)
    assert days.day_number(year, month, day_of) == day
    assert (days.year_of(day), days.day_of_month(day)) == (year, day_of)
    if 1 <= day <= date.max.toordinal():
        same = date.fromordinal(day)
        assert (same.year, same.month, same.day) == (year, month, day_of)
        assert days.weekday(day) == same.weekday()


def test_the_month_table_is_right_on_every_day_of_400_years() -> None:
    month_starts = {days.day_number(year, month, 1) for year in range(2001, 2402) for month in range(1, 13)}
    count = 0
    for day in range(on("2001-01-01"), on("2401-01-01")):
        count += day in month_starts
        assert days.months_between(1, day) == 24_000 + count - 1
    assert count == 4800


def test_years_beyond_9999_are_days_too() -> None:
    far = days.add_months(on("2026-01-31"), 120_000, "last day")
    assert days.show(far) == "12026-01-31"
    assert days.add_months(far, -120_000, "last day") == on("2026-01-31")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026-02-30", "2026-02-30: February 2026 has 28 days"),
        ("2026-04-31", "2026-04-31: April 2026 has 30 days"),
        ("1900-02-29", "1900-02-29: February 1900 has 28 days"),
        ("2026-13-01", "2026-13-01 does not exist. Months run from 01 to 12."),
        ("2026-2-3", "not a date: '2026-2-3'. Write 2026-02-03."),
        ("2026/03/01", "not a date: '2026/03/01'. Write 2026-03-01."),
        ("2026年3月1日", "not a date: '2026年3月1日'. Write 2026-03-01."),
        ("31.12.2026", "not a date: '31.12.2026'. Write year, month, day: 2026-03-31."),
        ("20260301", "not a date: '20260301'. Write year, month, day: 2026-03-31."),
        ("2026-W01-1", "not a date: '2026-W01-1'. Write year, month, day: 2026-03-31."),
        ("2026-06-14T10:00Z", "not a date: '2026-06-14T10:00Z'. A day is wanted, without the time: 2026-06-14."),
    ],
)
def test_a_day_that_does_not_exist_is_told_why(text: str, message: str) -> None:
    assert said(text) == message


@given(st.text(max_size=14) | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", fullmatch=True))
def test_any_text_is_a_date_or_a_problem(text: str) -> None:
    with suppress(Problem):
        assert days.show(days.parse(text)) == text


@pytest.mark.parametrize(
    ("start", "n", "last_day", "next_day"),
    [
        ("2026-01-31", 1, "2026-02-28", "2026-03-01"),
        ("2028-01-31", 1, "2028-02-29", "2028-03-01"),
        ("2028-02-29", 12, "2029-02-28", "2029-03-01"),
        ("2026-03-31", -1, "2026-02-28", "2026-03-01"),
        ("2026-05-31", 1, "2026-06-30", "2026-07-01"),
        ("2026-01-28", 1, "2026-02-28", "2026-02-28"),
        ("2026-12-15", 1, "2027-01-15", "2027-01-15"),
        ("2026-12-31", 2, "2027-02-28", "2027-03-01"),
    ],
)
def test_months_land_where_the_clamp_says(start: str, n: int, last_day: str, next_day: str) -> None:
    assert days.show(days.add_months(on(start), n, "last day")) == last_day
    assert days.show(days.add_months(on(start), n, "next day")) == next_day


@given(any_day, any_day, months, clamps)
def test_a_later_day_never_lands_earlier(a: int, b: int, n: int, clamp: Clamp) -> None:
    assume(a <= b)
    assert days.add_months(a, n, clamp) <= days.add_months(b, n, clamp)


@given(any_day, months, st.integers(1, 400), clamps)
def test_more_months_land_strictly_later(day: int, n: int, more: int, clamp: Clamp) -> None:
    assert days.add_months(day, n, clamp) < days.add_months(day, n + more, clamp)


@given(any_day, months)
def test_the_clamps_differ_by_a_day_at_most(day: int, n: int) -> None:
    last, following = days.add_months(day, n, "last day"), days.add_months(day, n, "next day")
    assert following - last in (0, 1)
    assert (following == last) == (days.day_of_month(day) == days.day_of_month(last))


@given(any_day, any_day, clamps)
def test_whole_months_are_the_most_that_fit(a: int, b: int, clamp: Clamp) -> None:
    n = days.months_between(a, b, clamp)
    assert days.add_months(a, n, clamp) <= b < days.add_months(a, n + 1, clamp)


@given(any_day, any_day, clamps)
def test_begun_months_are_the_fewest_that_cover(a: int, b: int, clamp: Clamp) -> None:
    n = days.begun_months(a, b, clamp)
    assert days.add_months(a, n - 1, clamp) < b <= days.add_months(a, n, clamp)


@given(any_day, any_day, any_day, clamps)
def test_months_between_never_fall_as_time_runs(a: int, b: int, c: int, clamp: Clamp) -> None:
    assume(b <= c)
    assert days.months_between(a, b, clamp) <= days.months_between(a, c, clamp)
    assert days.begun_months(a, b, clamp) <= days.begun_months(a, c, clamp)


def test_a_single_day_begins_a_month_and_a_week() -> None:
    a = on("2026-03-31")
    assert (days.begun_months(a, a), days.begun_months(a, a + 1), days.begun_months(a, on("2026-04-30"))) == (0, 1, 1)
    assert (days.begun_weeks(a, a), days.begun_weeks(a, a + 1), days.begun_weeks(a, a + 7)) == (0, 1, 1)
    assert (days.weeks_between(a, a + 6), days.weeks_between(a, a + 7)) == (0, 1)


@given(st.integers(-62_135_596_800, 253_402_300_799), st.integers(-12 * 60, 14 * 60))
def test_an_instant_is_the_same_in_every_zone(seconds: int, offset: int) -> None:
    assume(0 < days.day_of_instant(seconds, offset) <= date.max.toordinal())
    assert days.parse_instant(days.show_instant(seconds)) == seconds
    assert days.parse_instant(days.show_instant(seconds, offset)) == seconds
    there = datetime.fromtimestamp(seconds, UTC).astimezone(timezone(timedelta(minutes=offset)))
    assert days.day_of_instant(seconds, offset) == there.toordinal()


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(Problem, match="no offset from UTC"):
        days.parse_instant("2026-06-14T10:00")
    assert days.show_instant(days.parse_instant("2026-06-14T10:00+09:00")) == "2026-06-14T01:00Z"


@pytest.mark.parametrize(
    "text", ["2026-06-14", "2026-06-14 10:00Z", "2026-06-14T24:00Z", "2026-06-14T10:00+19:00", "x"]
)
def test_a_wrong_instant_is_refused(text: str) -> None:
    with pytest.raises(Problem):
        days.parse_instant(text)


def test_an_instant_on_a_day_that_does_not_exist_says_so() -> None:
    with pytest.raises(Problem, match="February 2026 has 28 days"):
        days.parse_instant("2026-02-30T10:00Z")


def test_a_period_has_both_its_days() -> None:
    period = days.parse_period("2026-11-21/2026-11-29")
    assert period == (on("2026-11-21"), on("2026-11-29"))
    assert days.show_period(period) == "2026-11-21/2026-11-29"
    assert days.parse_period("2026-11-21/2026-11-21")[0] == on("2026-11-21")


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(Problem, match="ends before it begins"):
        days.parse_period("2026-11-29/2026-11-21")
    with pytest.raises(Problem, match="Write both days"):
        days.parse_period("2026-11-29")
