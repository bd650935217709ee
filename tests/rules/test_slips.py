"""Who writes a rule the first time writes it as it is written elsewhere: each common slip is answered with what is right."""

from __future__ import annotations

import time

import pytest
from making import a_library, a_rule, known, programs, refused

from recourse.problems import Problem
from recourse.rules import slips
from recourse.rules.check import check_library
from recourse.rules.grammar import parse

AS_CONDITION = [
    ("within 14 days of concluded_on", "requested_on <= 14 days after concluded_on"),
    ("requested_on within 30 days of paid_on", "requested_on <= 30 days after paid_on"),
    ("14 days after concluded_on", "requested_on <= 14 days after concluded_on"),
    ("requested_on <= 14 days from concluded_on", "14 days after concluded_on"),
    ("lessons_taken more than 3", "lessons_taken > 3"),
    ("lessons_taken is more than 3", "lessons_taken > 3"),
    ("lessons_taken at most 3", "lessons_taken <= 3"),
    ("lessons_taken is at least 3", "lessons_taken >= 3"),
    ("lessons_taken exceeds 3", "lessons_taken > 3"),
    ("requested_on before starts_on", "requested_on < starts_on"),
    ("requested_on is on or before starts_on", "requested_on <= starts_on"),
    ("lessons_taken between 3 and 5", "lessons_taken >= 3 and lessons_taken <= 5"),
    ("3 < lessons_taken < 5", "lessons_taken > 3 and lessons_taken < 5"),
    ("kind is one of live-course, boot-camp", "kind in (live-course, boot-camp)"),
    ("kind is live-course or boot-camp", "kind in (boot-camp, …)"),
    ("kind is live-corse", "near: live-course"),
    ("kind is Live-Course", "live-course"),
    ("kind is zzz", "one of recorded-course, live-course"),
    ("kind is 'live-course'", "without quotes"),
    ("kind == live-course", "“is” is written here"),
    ("kind != live-course", "“is not” is written here"),
    ("service_used && supply_begun", "“and” is written here"),
    ("service_used AND supply_begun", "lower case: and"),
    ("buyer_is_consumer is True", "a fact that is one stands alone"),
    ("buyer_is_consumer is true", "a fact that is one stands alone"),
    ("False", "written `yes` and `no`"),
    ("starts_on is None", "no “not known”"),
    ("starts_on is none", "no “not known”"),
    ("learner_place is NZ", "learner_place in NZ"),
    ("seller_place is learner_place", "seller_place in country of learner_place"),
    ("learner_place in nz", "learner_place in NZ"),
    ("concluded_on >= 1 January 2020", "2020-01-01"),
    ("concluded_on >= March 3, 2020", "2020-03-03"),
    ("lessons_taken", "lessons_taken > 0"),
    ("concluded_on < today", "`asked_on` is the day of the question"),
]


@pytest.mark.parametrize(("text", "right"), AS_CONDITION)
def test_a_condition_written_otherwise_is_answered_with_the_right_one(text: str, right: str) -> None:
    (told,) = refused(f'owed:\n- {{id: a, if: "{text}", pay: paid}}\n- {{id: b, nothing: no}}\n')
    assert right in told
    line, column = told.split(" ")[0].split(":")
    assert line == "2"
    assert int(column) >= 15, "the error points into the condition"


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("50 cents", "0.50 USD"),
        ("150 cents", "1.50 USD"),
        ("$50", "50 USD"),
        ("50 €", "50 EUR"),
        ("50 dollars", "50 USD"),
        ("USD 50", "50 USD"),
        ("50", "50 USD"),
        ("paid, at most $50", "50 USD"),
        ("0.9 * paid", "write a fraction (1/3) or per cent (33%)"),
        ("90 percent of paid", "90% of …"),
        ("90% paid", "90% of paid"),
        ("None", "no money is written `nothing`"),
        ("paid if service_used", "rows choose among values"),
        ("max(price, paid)", "greater of … and …"),
        ("paid × 2", "“*” is written here"),
    ],
)
def test_an_amount_written_otherwise_is_answered_with_the_right_one(text: str, right: str) -> None:
    (told,) = refused(f'owed: [{{id: a, pay: "{text}"}}]')
    assert right in told
    assert told.startswith("1:")
    assert int(told.split(" ")[0].split(":")[1]) >= 21


@pytest.mark.parametrize(
    ("line", "where", "right"),
    [
        ("calendar: NZ", "1:11", "calendar: {place: NZ}"),
        ("in_force: 2020-01-01", "1:11", "in_force: {from: 2020-01-01}"),
        ("calendar: {place: NZ, holidays: zzzz}", "1:33", "one of public, none"),
        ("presume: {kind: liv-course}", "1:17", "near: live-course"),
    ],
)
def test_a_key_with_the_wrong_shape_is_answered_with_the_right_one(line: str, where: str, right: str) -> None:
    (told,) = refused(f"{line}\nowed: [{{id: a, pay: paid}}]\n")
    assert told.startswith(f"{where} ")
    assert right in told


@pytest.mark.parametrize("text", ["paid + + price", "paid paid", "(paid", "sum over month", "rate(x"])
def test_what_is_no_common_slip_gets_no_made_up_hint(text: str) -> None:
    with pytest.raises(Problem) as raised:
        parse(text)
    assert raised.value.hint is None


def test_a_long_text_is_not_looked_through_for_slips() -> None:
    started = time.process_time()
    assert slips.hint("a-" * 200_000 + "€", 400_000) == ""
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("rounding", "owed"), [("down to 10 minor", 3330), ("half up to 50 minor", 3350), ("up to 100 minor", 3400)]
)
def test_money_of_any_currency_is_rounded_to_so_many_smallest_units(rounding: str, owed: int) -> None:
    for body in (
        f"round: {rounding}\nowed: [{{id: a, pay: 1/3 of paid}}]",
        f'owed: [{{id: a, pay: "1/3 of paid, rounded {rounding}"}}]',
    ):
        made, rule = a_rule(body)
        for paid in ("100.00 EUR", "10000 KRW"):
            assert programs(made, rule, rule.versions[0], known(paid=paid)).refund == owed


@pytest.mark.parametrize("step", ["0 minor", "1.5 minor"])
def test_a_rounding_to_no_whole_smallest_units_is_refused(step: str) -> None:
    (told,) = refused(f"round: down to {step}\nowed: [{{id: a, pay: paid}}]")
    assert told.startswith("1:16 ")
    assert "minor, or 10 minor" in told


FOUND = """id: a-rule
title: {en: A rule}
place: AT
binds: learner_place
kind: money-back
cite: {article: s. 1, title: An act, checked_on: 2026-11-22}
let:
  never: 2 * paid
open:
  a_doubt:
    asks: {en: "Is it?"}
    taken: no
    because: {en: So., zh: 是。}
owed: [{id: a, pay: paid, cite: s. 1}]
duties: [{id: tell, says: {en: Tell}}]
not_encoded: [{cite: s. 2, excerpt: x, why: {en: Weighed by a court.}}]
"""


def test_a_finding_points_at_what_it_is_about() -> None:
    made = a_library(FOUND)
    found = {one.message: (one.where.line, one.where.column) for one in check_library(made, {"a-rule"}) if one.where}
    assert found == {
        "the title lacks zh": (2, 8),
        "the citation lacks status": (6, 7),
        "duty tell lacks zh": (15, 10),
        "the open question a_doubt lacks zh": (11, 5),
        "the reason why s. 2 is not encoded lacks zh": (16, 15),
        "“never” is never used": (8, 12),
        "the open question “a_doubt” is never used": (11, 5),
    }
