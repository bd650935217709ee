"""The last day of a month or year: of every day, in both readings, and said in plain words."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from making import a_rule, interpreters, known, programs, refused

from recourse import days
from recourse.rules.reading import rule_words

DATES = "dates: {window_ends_on: last day of year of paid_on, pay_by: last day of month of paid_on}\nowed: [{id: a, pay: paid}]"
MADE, RULE = a_rule(DATES)


def ends(day: date) -> tuple[date, date]:
    """Of the year and of the month, as the calendar of the language this is written in has them."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return date(day.year, 12, 31), following - timedelta(days=1)


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_every_day_lies_in_the_year_and_month_whose_last_day_is_given(day: date) -> None:
    facts = known(paid="5.00 EUR", paid_on=day.isoformat())
    year, month = ends(day)
    for said in (programs(MADE, RULE, RULE.versions[0], facts), interpreters(MADE, RULE.versions[0], facts)):
        assert said.answers == {"window_ends_on": year.toordinal(), "pay_by": month.toordinal()}


def test_it_needs_no_word_on_short_months_and_takes_the_whole_of_what_follows() -> None:
    made, rule = a_rule(
        "dates: {window_ends_on: 1 day after last day of month of 20 days after paid_on}\nowed: [{id: a, pay: paid}]"
    )
    facts = known(paid="5.00 EUR", paid_on="2026-01-20")  # + 20 days = 9 February
    assert programs(made, rule, rule.versions[0], facts).answers["window_ends_on"] == days.parse("2026-03-01")


def test_it_is_said_in_plain_words() -> None:
    told = {
        lang: [line["text"] for s in rule_words(MADE, RULE.versions[0], lang) for line in s["lines"]]
        for lang in ("en", "zh")
    }
    assert any("the last day of the year of payment date" in text for text in told["en"])
    assert any("付款日所在月的最后一天" in text for text in told["zh"])


def test_only_a_date_has_a_last_day_and_a_month_from_any_other_day_still_needs_its_word() -> None:
    assert (
        "the last day of a month or year needs date, not money"
        in refused("dates: {pay_by: last day of year of paid}\nowed: [{id: a, pay: paid}]")[0]
    )
    assert "does not say where" in refused("dates: {pay_by: 1 month after 2026-01-31}\nowed: [{id: a, pay: paid}]")[0]
