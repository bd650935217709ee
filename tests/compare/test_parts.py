"""The parts of a comparison: edges, facts that push one way, plausible purchases, changes of a policy, gaps within."""

from __future__ import annotations

from fractions import Fraction
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import a_library, everything

from compare.conftest import CLAUSE, DAY, LAW, POLICY, pair
from recourse.compare.between import compare_policies
from recourse.compare.case import Case
from recourse.compare.itself import compare_itself
from recourse.compare.leaning import leaning
from recourse.compare.marks import marks
from recourse.compare.plausible import LESSONS, unlikely
from recourse.compare.sides import Law, Policy
from recourse.compare.story import LAST, Setup, ordinary_price, story
from recourse.compare.verdict import Question
from recourse.library import Library
from recourse.rules.tree import Version

REFUNDS = """
applies: buyer_is_consumer and (content_downloaded or not takes_credit)
owed:
- {id: late, if: 'requested_on > 2 weeks after concluded_on', lost: {en: late, zh: 迟}}
- {id: used, if: supply_begun and lessons_taken / lessons_total > 1/3, nothing: {en: used, zh: 已用}}
- {id: half, if: account_activated, pay: 1/2 of paid}
- {id: all, pay: paid}
"""


def version(text: str) -> Version:
    made = a_library(LAW + dedent(text))
    return made.rules["law"].versions[-1]


def test_edges_are_found_with_the_facts_they_are_set_against() -> None:
    found = marks([version(REFUNDS)])
    assert 14 in found.of("requested_on").days  # two weeks
    assert {n for n in found.of("lessons_taken").numbers if n < 1} == {Fraction(1, 3)}
    assert not found.of("paid").days
    assert not found.calendars


def test_edges_are_found_through_names_and_tables() -> None:
    text = """
    let: {used: lessons_taken / lessons_total}
    dates: {window_ends_on: 3 weeks after paid_on}
    tables:
      back: [{when: at most 1/4, then: 2/3}, {then: 0}]
    owed:
    - {id: a, if: requested_on <= window_ends_on, pay: back(used) * paid}
    - {id: b, nothing: {en: no, zh: 否}}
    """
    found = marks([version(text)])
    assert 21 in found.of("requested_on").days
    assert any(n * 4 == 1 for n in found.of("lessons_taken").numbers)


def test_facts_that_push_one_way_are_told_from_those_that_do_not() -> None:
    found = leaning([version(REFUNDS)])
    assert found["buyer_is_consumer"] is True
    assert found["supply_begun"] is False
    assert found["takes_credit"] is False
    assert "account_activated" not in found  # it stands in a row that pays


YESNO = ("buyer_is_consumer", "content_downloaded", "takes_credit", "supply_begun", "account_activated")


SLACK = pair(REFUNDS, "owed:\n- {id: a, pay: paid}\n").library


@settings(max_examples=150, deadline=None)
@given(
    truths=st.lists(st.booleans(), min_size=len(YESNO), max_size=len(YESNO)),
    day=st.integers(0, 30),
    taken=st.integers(0, 6),
)
def test_the_value_that_is_taken_never_owes_less(truths: list[bool], day: int, taken: int) -> None:
    law = Law(SLACK, SLACK.rules["law"], "AT", "AT", "EUR", DAY)
    facts = {**dict(zip(YESNO, truths, strict=True)), "concluded_on": DAY, "requested_on": DAY + day, "paid": 900,
             "lessons_total": 6, "lessons_taken": taken}  # fmt: skip
    owed = law.decide(facts).amount
    for name, value in leaning(law.versions).items():
        if name in facts:
            assert law.decide({**facts, name: value}).amount >= owed


def test_a_fact_is_only_asked_for_when_a_rule_reads_it() -> None:
    setup = Setup("AT", "AT", "EUR", DAY, 12_000)
    made = story(everything().vocabulary, marks([version(REFUNDS)]), setup)
    case = made.case()
    assert case["paid"] == 12_000
    assert case["concluded_on"] == DAY
    assert not case.known("kind")
    assert "month_prices" not in case
    assert isinstance(case.with_("kind", "gift"), Case)


@pytest.mark.parametrize(
    ("facts", "strange"),
    [
        ({"~taken": 3, "~elapsed": 2}, True),
        ({"requested_on": 5, "starts_on": 9, "~taken": 1}, True),
        ({"requested_on": 5, "starts_on": 9, "~taken": 0}, False),
        ({"supply_begun": False, "~taken": 2}, True),
        ({"fully_performed": True, "~taken": 59}, True),
        ({"fully_performed": True, "~taken": 60}, False),
        ({"kind": "recorded-course", "legal_class": "goods"}, True),
        ({"kind": "live-course", "legal_class": "service"}, False),
    ],
)
def test_purchases_that_one_would_not_meet_are_left_out(facts: dict[str, object], strange: bool) -> None:
    assert unlikely(facts) is strange


# -- two versions of one policy


def school(body: str) -> tuple[Library, str]:
    clause = CLAUSE + "".join(f"  {line}\n" for line in dedent(body).strip().splitlines())
    return a_library(POLICY + clause), "school"


def window(days: int, share: str = "paid") -> tuple[Library, str]:
    late = f"- {{id: late, if: requested_on > {days} days after concluded_on, lost: {{en: late, zh: 迟}}}}"
    return school(f"owed:\n{late}\n- {{id: back, pay: {share}}}\n")


def test_who_loses_and_who_gains_by_a_new_version() -> None:
    """Fourteen days become thirty, and nine tenths come back instead of all."""
    change = compare_policies(window(14), window(30, "90% of paid"), Question("school", "AT", DAY))
    (loss,) = change.losses
    (gain,) = change.gains
    assert (loss.witness.share * 10, gain.witness.share * 10) == (1, 9)
    assert gain.witness.facts["requested_on"] == DAY + 15
    assert loss.witness.facts["requested_on"] - DAY <= 14


def test_a_version_that_changes_nothing_changes_nobody() -> None:
    change = compare_policies(window(14), window(14), Question("school", "AT", DAY))
    assert (change.losses, change.gains, change.worst) == ((), (), None)
    assert change.certainty == "proved"


BANDED = school("""
owed:
- {id: third, if: lessons_taken / lessons_total < 1/3, pay: 2/3 of paid}
- {id: half, if: lessons_taken / lessons_total < 1/2, pay: 1/2 of paid}
- {id: more, nothing: {en: no, zh: 否}}
""")
USED = school("""
owed:
- {id: late, if: requested_on > 20 days after concluded_on, lost: {en: late, zh: 迟}}
- {id: used, pay: (1 - lessons_taken / lessons_total) * paid}
""")


@pytest.mark.parametrize(("old", "new"), [(BANDED, USED), (USED, BANDED), (window(14), window(30, "90% of paid"))])
def test_what_is_proved_of_two_versions_is_the_worst_of_every_purchase(
    old: tuple[Library, str], new: tuple[Library, str]
) -> None:
    change = compare_policies(old, new, Question("school", "AT", DAY))
    assert change.certainty == "proved"
    price = ordinary_price("EUR")
    sides = [Policy(library, name, "EUR", DAY) for library, name in (old, new)]
    gaps = []
    for day in range(LAST + 1):
        for taken in range(LESSONS + 1):
            facts = {
                "concluded_on": DAY, "requested_on": DAY + day, "price": price, "paid": price,
                "lessons_taken": taken, "lessons_total": LESSONS,
            }  # fmt: skip
            before, after = (side.decide(facts).amount for side in sides)
            gaps.append(Fraction(before - after, price))
    found = [max((r.witness.share for r in side), default=Fraction(0)) for side in (change.losses, change.gains)]
    assert found == [max(0, *gaps), max(0, -min(gaps))]


# -- a policy against itself


def test_a_day_in_no_clause_is_a_gap() -> None:
    body = "applies: requested_on <= 5 days after concluded_on or requested_on > 7 days after concluded_on\nowed: [{id: a, pay: paid}]"
    library, name = school(body)
    inside = compare_itself(library, Question(name, "AT", DAY))
    assert [w.facts["requested_on"] - w.facts["concluded_on"] for w in inside.gaps] == [6]
    assert not inside.clean


def test_two_clauses_that_differ_overlap() -> None:
    text = (
        POLICY
        + CLAUSE
        + "  applies: takes_credit\n  owed: [{id: c, credit: paid}]\n"
        + CLAUSE.replace("terms", "rest")
        + "  owed: [{id: m, pay: paid}]\n"
    )
    inside = compare_itself(a_library(text), Question("school", "AT", DAY))
    (overlap,) = inside.overlaps
    assert overlap.key == ("terms", "rest")
    assert not inside.gaps
    assert overlap.witness.facts["takes_credit"] is True
