"""Explanations at speed say, word for word, what the explanation in full says: for all rules, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from edge_facts import Near, asked_about, seed
from making import VOCABULARY, everything, known
from strategies import TIMES

from recourse import telling
from recourse.facts import Facts
from recourse.problems import Problem
from recourse.rules.tree import Rule
from recourse.telling import Teller
from recourse.vocabulary import Fact
from several import each

LIBRARY = everything()
ASKED_ON = known(paid_on="2026-03-01")["paid_on"]
LANGUAGES = ("en", "zh")
NUMBERS = (
    "money",
    "count",
    "share",
    "date",
    "period",
    "instant",
)  # what another purchase on the same path has otherwise


def purchases(maker: Near, asked: tuple[Fact, ...], missing: float) -> list[dict[str, Any]]:
    """A purchase, and others that know the same facts and differ from it in numbers and days only."""
    found, choose = [maker.order(asked, missing)], maker.random
    for _ in range(choose.randrange(1, 4)):
        other = maker.order(asked, 0)
        same = {n for n in other if VOCABULARY.facts[n].item_type not in NUMBERS or choose.random() < 0.5}
        found.append({name: value if name in same else other[name] for name, value in found[0].items()})
    return found


def said(tell: Callable[[Facts], Any], facts: Facts) -> Any:
    """What is told, or which problem there is."""
    try:
        return tell(facts)
    except Problem as problem:
        return str(problem)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_path_told_before_is_told_in_the_words_of_the_full_explanation(lang: str) -> None:
    start = seed()

    def told_alike(rule: Rule) -> None:
        maker = Near([rule], LIBRARY.setting, start)
        teller = Teller(LIBRARY, rule, lang, asked_on=ASKED_ON)
        for number in range(4 * TIMES):
            version = rule.versions[number % len(rule.versions)]
            currency = version.currency or maker.random.choice(["EUR", "KRW", "KWD"])
            bought = purchases(maker, asked_about(VOCABULARY, rule, version), (0, 0, 0, 0.1)[number % 4])
            for values in (*bought, bought[0]):
                facts = Facts(values, currency, dict.fromkeys(values, ""), VOCABULARY)
                assert said(teller.tell, facts) == said(teller.in_full, facts), f"seed {start}, {values}"

    each(LIBRARY.rules.values(), told_alike, lambda rule: rule.id)


EUR = "EUR"
SECOND = (  # rule, currency, what is the same, what the first purchase has, what the second has
    ("puff-before-start", "TWD", {"kind": "recorded-course", "paid": 5, "starts_on": 738944}, {"requested_on": 738944}, {"requested_on": 738945}),
    ("codingdojo-late", "USD", {"kind": "boot-camp", "paid": 5, "concluded_on": 738944}, {"share_completed": Fraction(0)}, {"share_completed": Fraction(1, 3)}),
    ("opencolleges-later", "AUD", {"kind": "recorded-course", "price": 0}, {"paid": 0}, {"paid": 1}),
    ("fr-travail-l6353-7-force-majeure", EUR, {
        "cause": "seller", "reason": "force-majeure", "learner_place": "FR", "seller_place": "FR", "paid": 0, "concluded_on": 738944,
        "vocational_training_paid_by_learner": True, "lessons_not_given": 0, "lessons_taken": 0, "lessons_total": 1, "hours_taken": 0, "hours_total": 0,
        "class_days_attended": 0, "class_days_total": 0}, {"price": 9999}, {"price": 1}),
    ("simpliv-cancelled", "USD", {"course_held": False, "kind": "live-course", "seller_agreed_on": 739678}, {"paid": 7_717}, {"paid": 0}),
    ("preply-late-cancel", "USD", {"kind": "one-to-one-lessons", "paid": 700, "starts_at": 1_775_260_800}, {"requested_at": 1_773_450_000}, {"requested_at": 1_773_453_600}),
    ("preply-subscription-hours", "USD", {"kind": "subscription", "paid": 700}, {"hours_per_period": 37, "hours_taken": 27}, {"hours_per_period": 1, "hours_taken": 27}),
)  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("rule_id", "currency", "same", "first", "second"), SECOND, ids=[one[0] for one in SECOND])
def test_a_second_purchase_is_told_its_own_numbers(
    rule_id: str, currency: str, same: dict[str, Any], first: dict[str, Any], second: dict[str, Any], lang: str
) -> None:
    teller = Teller(LIBRARY, LIBRARY.rules[rule_id], lang, asked_on=ASKED_ON)
    for values in ({**same, **first}, {**same, **second}, {**same, **first}):
        facts = Facts(values, currency, dict.fromkeys(values, ""), VOCABULARY)
        assert teller.tell(facts) == teller.in_full(facts)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_silent_text_has_no_amount_however_often_it_is_told(lang: str) -> None:
    teller = Teller(LIBRARY, LIBRARY.rules["puff-single-event"], lang, asked_on=ASKED_ON)
    for paid in (100, 200, 300):
        facts = Facts({"paid": paid, "product_line": "limited-offer"}, "TWD", {}, VOCABULARY)
        assert teller.tell(facts).refund is None


def test_a_teller_that_is_full_starts_afresh_and_says_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "MOST_PATHS", 3)
    rule = LIBRARY.rules["coursera-course-2025"]
    teller = Teller(LIBRARY, rule, "en", asked_on=ASKED_ON)
    day = ASKED_ON
    found = {"kind": "recorded-course", "paid": 4900, "concluded_on": day, "paid_on": day}
    for more in ({}, {"certificate_earned": True}, {"requested_on": day + 3}, {"requested_on": day + 30}, {}):
        for paid in (4900, 100):
            facts = Facts({**found, **more, "paid": paid}, "USD", {}, VOCABULARY)
            assert said(teller.tell, facts) == said(teller.in_full, facts)
        assert len(teller.known) <= 3


def test_a_rule_that_does_not_bind_is_told_in_full_wherever_people_live() -> None:
    rule = LIBRARY.rules["us-ca-refund"]
    teller = Teller(LIBRARY, rule, "en", asked_on=ASKED_ON)
    for place in ("US-CA", "DE", "US", "US-CA", "DE"):
        facts = Facts({"seller_place": place, "paid": 10_000}, "USD", {}, VOCABULARY)
        assert said(teller.tell, facts) == said(teller.in_full, facts)
    assert {one[0][1]: bound for one, bound in teller.bound.items()} == {"US-CA": True, "DE": False, "US": False}
