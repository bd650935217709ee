"""Working days of real places: substitutes, worked weekends, regions, and years not yet published."""

from datetime import date
from itertools import pairwise

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recourse import days, places
from recourse.calendars import CATEGORIES, Calendar, calendar
from recourse.problems import Problem

places_of_rules = st.sampled_from(["CN", "KR", "DE", "DE-BY", "AT", "FR", "GB-ENG", "US-CA", "TW", "SA", "HK", "BR-SP"])
near_days = st.integers(days.parse("2023-01-01"), days.parse("2028-12-31"))


def on(text: str) -> int:
    return days.parse(text)


def moved(place: str, text: str) -> str:
    return days.show(calendar(place).next_working(on(text)))


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_china_equals_the_second_opinion_on_every_day(year: int) -> None:
    china = calendar("CN")
    span = range(on(f"{year}-01-01"), on(f"{year + 1}-01-01"))
    ours = [day for day in span if china.is_working(day)]
    theirs = [day for day in span if chinese_calendar.is_workday(date.fromordinal(day))]
    assert ours == theirs


def test_chinas_worked_weekends_are_working_days() -> None:
    china = calendar("CN")
    worked = ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
    assert all(china.is_working(on(day)) for day in worked)
    assert moved("CN", "2026-10-01") == "2026-10-08"
    assert moved("CN", "2026-01-01") == "2026-01-04"


def test_koreas_substitute_and_new_holidays() -> None:
    assert moved("KR", "2026-05-01") == "2026-05-04"  # Labor Day, a public holiday since 2026
    assert moved("KR", "2026-07-17") == "2026-07-20"  # Constitution Day again
    assert moved("KR", "2026-05-24") == "2026-05-26"  # Buddha's Birthday on a Sunday, substitute on Monday
    assert moved("KR", "2026-08-15") == "2026-08-18"
    assert moved("KR", "2026-06-03") == "2026-06-04"  # local elections


def test_a_german_state_has_its_own_holidays() -> None:
    assert moved("DE-BY", "2026-06-04") == "2026-06-05"  # Corpus Christi
    assert moved("DE", "2026-06-04") == "2026-06-04"
    assert moved("DE-SN", "2026-11-18") == "2026-11-19"
    assert calendar("DE-BY").place == "DE-BY"


def test_each_nation_of_britain_has_its_bank_holidays() -> None:
    assert moved("GB-ENG", "2026-04-06") == "2026-04-07"  # Easter Monday
    assert moved("GB-SCT", "2026-04-06") == "2026-04-06"
    assert moved("GB-SCT", "2026-01-02") == "2026-01-05"
    assert moved("GB-NIR", "2026-03-17") == "2026-03-18"


def test_christmas_and_two_days_after_it_move_to_monday() -> None:
    assert moved("AT", "2026-12-25") == "2026-12-28"


def test_a_part_without_days_of_its_own_falls_back_to_the_country() -> None:
    beijing, paris, alsace = calendar("CN-BJ"), calendar("FR-75"), calendar("FR-67")
    assert (beijing.place, beijing.falls_back) == ("CN", False)  # China has the same days everywhere
    assert (paris.place, paris.asked, paris.falls_back) == ("FR", "FR-75", True)
    assert (alsace.place, alsace.falls_back) == ("FR-67", False)
    assert not alsace.is_working(on("2026-04-03"))  # Good Friday, only there


def test_rest_days_are_the_places_own_unless_the_rule_names_them() -> None:
    assert not calendar("SA").is_working(on("2026-11-20"))  # a Friday
    assert calendar("HK").is_working(on("2026-11-21"))  # a Saturday
    sundays = calendar("AT", ("sunday",), "none")
    assert sundays.is_working(on("2026-12-25"))
    assert sundays.is_working(on("2026-12-26"))
    assert not sundays.is_working(on("2026-12-27"))


def test_classes_of_holidays_add_up() -> None:
    assert calendar("BR").is_working(on("2026-02-17"))  # Carnival is optional
    assert not calendar("BR", None, ("public", "optional")).is_working(on("2026-02-17"))
    assert calendar("DE", None, ("bank",)).is_working(on("2026-12-25"))  # a class that the place does not have


def test_why_a_day_is_no_working_day_is_said_in_both_languages() -> None:
    assert calendar("AT").why_not(on("2026-12-25")) == "Christmas Day"
    assert calendar("AT").why_not(on("2026-12-25"), "zh") == "圣诞节"
    assert calendar("AT").why_not(on("2026-12-27"), "zh") == "星期日"
    assert calendar("CN").why_not(on("2026-10-06")) == "Day off (substituted from 2026-09-20)"
    assert calendar("CN").why_not(on("2026-10-06"), "zh") == "休息日（由 2026-09-20 调休）"
    assert calendar("KR").why_not(on("2026-08-17"), "zh") == "光复节（补假）"
    assert calendar("GB").why_not(on("2026-12-28"), "zh") == "节礼日（补假）"
    assert calendar("NZ").why_not(on("2026-02-06")) == "Waitangi Day"
    assert calendar("CN").why_not(on("2026-09-20")) == ""


def test_a_year_that_is_not_published_gives_a_provisional_answer() -> None:
    assert not calendar("CN").provisional(on("2026-12-31"))
    assert calendar("CN").provisional(on("2027-01-04"))
    assert calendar("CN-BJ").provisional(on("2027-01-04"))
    assert not calendar("DE").provisional(on("2027-12-31"))  # a law fixes them
    assert calendar("DE").provisional(on("2040-01-01"))
    assert calendar("TR").provisional(on("2040-01-01"))
    assert calendar("MA").provisional(on("2027-06-01"))  # feasts by the moon are only estimated
    assert not calendar("MA").provisional(on("2026-06-01"))
    assert not calendar("CN", None, "none").provisional(on("2027-01-04"))


@given(places_of_rules, near_days)
def test_next_and_previous_enclose_the_day(place: str, day: int) -> None:
    cal = calendar(place)
    following, before = cal.next_working(day), cal.previous_working(day)
    assert before <= day <= following
    assert cal.is_working(following)
    assert cal.is_working(before)
    assert not any(cal.is_working(between) for between in range(before + 1, following) if between != day)
    assert (before == following == day) == cal.is_working(day)
    assert (cal.why_not(day) == "") == cal.is_working(day)


@given(places_of_rules, near_days, st.integers(-600, 600))
def test_adding_working_days_counts_them(place: str, day: int, n: int) -> None:
    cal = calendar(place)
    landed = cal.add_working(day, n)
    if n > 0:
        assert cal.working_days(day + 1, landed + 1) == n
    elif n < 0:
        assert cal.working_days(landed, day) == -n
    assert n == 0 or cal.is_working(landed)


@given(places_of_rules, near_days, near_days)
def test_working_days_are_those_one_counts(place: str, a: int, b: int) -> None:
    cal = calendar(place)
    first, last = min(a, b), min(max(a, b), min(a, b) + 800)
    counted = sum(cal.is_working(day) for day in range(first, last))
    assert cal.working_days(first, last) == counted
    assert cal.working_days(last, first) == -counted


@given(places_of_rules, near_days, near_days)
def test_a_later_day_never_moves_to_an_earlier_one(place: str, a: int, b: int) -> None:
    cal = calendar(place)
    first, second = sorted((a, b))
    assert cal.next_working(first) <= cal.next_working(second)
    assert cal.previous_working(first) <= cal.previous_working(second)
    assert cal.add_working(first, 5) <= cal.add_working(second, 5)


def test_days_beyond_the_library_are_weekdays() -> None:
    cal = calendar("DE")
    assert cal.is_working(on("2500-12-24"))
    assert days.weekday(cal.next_working(4_000_000)) < 5
    assert cal.why_not(cal.next_working(4_000_004) // 7 * 7) == "Sunday"


def test_one_calendar_serves_all_who_ask() -> None:
    assert calendar("CN") is calendar("CN")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("EU",), "EU is a union of countries"),
        (("XX",), "is no place"),
        (("DE", ("caturday",)), "Near: saturday"),
        (("DE", None, "publik"), "Near: public"),
        (("DE", ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")), "all seven days"),
    ],
)
def test_a_calendar_that_does_not_exist_is_refused(arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(Problem, match=message):
        calendar(*arguments)


def test_the_library_knows_every_place_of_ours_and_no_class_more() -> None:
    supported = holidays.list_supported_countries()
    assert set(places.codes()) <= set(supported)
    for country in ("DE", "AT", "GB", "US", "CA", "AU", "IN", "BR", "ES"):
        assert {code[3:] for code in places.codes(country)} <= set(supported[country])
    used = {name for code in places.codes() for name in holidays.country_holidays(code).supported_categories}
    assert {"public", "bank", "optional", "government"} <= CATEGORIES & used


def test_a_year_alone_equals_the_year_among_its_neighbours() -> None:
    for code in ("CN", "KR", "TW", "US", "GB", "DE", "FR", "JP", "HU"):
        cal = Calendar(code, None, "public")
        for year in (2025, 2026, 2027):
            around = holidays.country_holidays(code, years=range(year - 1, year + 2))
            off = {day for day in around if day.year == year and not around.is_working_day(day)}
            assert all(not cal.is_working(day.toordinal()) for day in off)


def test_years_join_without_a_gap() -> None:
    cal = calendar("US")
    ends = [on(f"{year}-12-31") for year in range(2020, 2030)]
    assert all(a < b for a, b in pairwise(cal.next_working(end + 1) for end in ends))
    assert days.show(cal.add_working(on("2026-12-31"), 1)) == "2027-01-04"
