"""Counts that may be in one measure or another: what is divided is always of one unit, however the measures are written."""

from __future__ import annotations

import pytest
from tests.rules.making import VOCABULARY, a_rule, interpreters, known, paying, programs, refused

from recourse.assess import assess
from recourse.facts import read_facts

ALTERNATIVES = {
    "three": (
        "hours_elapsed, failing which lessons_elapsed, failing which class_days_elapsed",
        "hours_total, failing which lessons_total, failing which class_days_total",
    ),
    "joined from the right": (
        "hours_elapsed, failing which (lessons_elapsed, failing which class_days_elapsed)",
        "hours_total, failing which lessons_total, failing which class_days_total",
    ),
    "one unit twice": (
        "hours_elapsed, failing which lessons_elapsed, failing which lessons_taken, failing which class_days_elapsed",
        "hours_total, failing which lessons_total, failing which class_days_total",
    ),
}
ELAPSED = {"hours": "hours_elapsed", "lessons": "lessons_elapsed", "days": "class_days_elapsed"}
TOTALS = {"hours": "hours_total", "lessons": "lessons_total", "days": "class_days_total"}


@pytest.mark.parametrize("of", TOTALS)
@pytest.mark.parametrize("gone", ELAPSED)
@pytest.mark.parametrize("written", ALTERNATIVES)
def test_three_measures_in_a_row_are_never_mixed(written: str, gone: str, of: str) -> None:
    top, bottom = ALTERNATIVES[written]
    made, rule = a_rule(paying("gone / all * paid", f"let: {{gone: '{top}', all: '{bottom}'}}"))
    facts = known(paid="90.00 EUR") | known(**{ELAPSED[gone]: 3}) | known(**{TOTALS[of]: 12})
    program, interpreted = (
        programs(made, rule, rule.versions[0], facts),
        interpreters(made, rule.versions[0], facts),
    )
    if gone == of:
        assert program.refund == interpreted.refund == 2250
    else:
        assert program.ending == "missing"
        assert TOTALS[gone] in interpreted.refund.lacks or ELAPSED[of] in interpreted.refund.lacks


def test_the_same_unit_in_two_places_is_one_measure() -> None:
    body = "let: {gone: 'lessons_elapsed, failing which lessons_taken, failing which hours_elapsed', all: 'lessons_total, failing which hours_total'}"
    made, rule = a_rule(paying("gone / all * paid", body))
    for facts in (
        known(paid="90.00 EUR", lessons_taken=3, lessons_total=12),
        known(paid="90.00 EUR", hours_elapsed=3, hours_total=12),
    ):
        assert programs(made, rule, rule.versions[0], facts).refund == 2250
        assert interpreters(made, rule.versions[0], facts).refund == 2250


ROWS = """
    let:
      gone:
      - {if: service_used, then: hours_elapsed}
      - {if: is_renewal, then: 0}
      - {then: lessons_elapsed}
      all: hours_total, failing which lessons_total
"""
CHOSEN = (
    ({"service_used": "yes", "hours_elapsed": 3, "hours_total": 12}, 2250),
    ({"service_used": "yes", "hours_elapsed": 3, "lessons_total": 12}, None),
    ({"service_used": "no", "is_renewal": "no", "lessons_elapsed": 3, "lessons_total": 12}, 2250),
    ({"service_used": "no", "is_renewal": "no", "lessons_elapsed": 3, "hours_total": 12}, None),
    ({"service_used": "no", "is_renewal": "yes", "hours_total": 12}, 0),  # a bare number goes with every measure
    ({"service_used": "no", "is_renewal": "yes", "lessons_total": 12}, 0),
)


@pytest.mark.parametrize(("given", "owed"), CHOSEN)
def test_rows_remember_the_measure_of_the_one_that_was_chosen(given: dict[str, object], owed: int | None) -> None:
    made, rule = a_rule(paying("gone / all * paid", ROWS))
    facts = known(paid="90.00 EUR", **given)
    program, interpreted = programs(made, rule, rule.versions[0], facts), interpreters(made, rule.versions[0], facts)
    if owed is None:
        assert program.ending == "missing"
        assert (
            interpreted.ending == "contradiction"
            if "hours_total" in given
            else interpreted.refund.lacks == {"hours_total"}
        )
    else:
        assert program.refund == interpreted.refund == owed


def test_measures_stand_in_one_order_on_both_sides() -> None:
    top, bottom = "hours_elapsed, failing which lessons_elapsed", "lessons_total, failing which hours_total"
    for amount in (f"({top}) / ({bottom}) * paid", f"(({top}) - ({bottom})) / 10 * paid"):
        (complaint,) = refused(paying(amount))
        assert "one order on both sides" in complaint


def test_what_may_be_days_or_lessons_is_no_length_of_time() -> None:
    body = "dates: {pay_by: '(class_days_elapsed, failing which lessons_elapsed) days after paid_on'}"
    (complaint,) = refused(paying("paid", body))
    assert "days or lessons are used as days" in complaint


def test_rows_that_may_each_be_in_another_measure_are_not_added_up() -> None:
    body = """
    parts:
      month:
        of: {n: lessons_in_months}
        at_most: 36
        let:
          done: [{if: n < 3, then: n}, {then: hours_elapsed}]
    """
    (complaint,) = refused(paying("(sum over month of done) / (lessons_total, failing which hours_total) * paid", body))
    assert "counted in different measures" in complaint


def test_an_answer_whose_measures_can_never_meet_is_left_open() -> None:
    made, _rule = a_rule(paying("gone / all * paid", ROWS))
    facts = {"paid": "90.00 EUR", "learner_place": "AT", "seller_place": "AT"}
    facts |= {"service_used": "no", "is_renewal": "no", "lessons_elapsed": "3", "hours_total": "12"}
    found = assess(made, read_facts(facts, VOCABULARY), asked_on=known(paid_on="2026-03-01")["paid_on"])
    (only,) = found.entitlements
    assert only.answer == "depends"
    assert "contradict" in only.why["en"]
