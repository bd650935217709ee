"""What a comparison promises: never less or the worst, which clauses, replayed in earnest, and honest about its limits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from compare.conftest import DAY, Pair, pair
from recourse.compare import witness
from recourse.compare.search import group_of
from recourse.compare.verdict import Question, compare_place, compare_rule, headline, rules_for
from recourse.library import Library

LATE = "{id: late, if: requested_on > N days after concluded_on, lost: {en: late, zh: 迟}}"
FOURTEEN = f"owed:\n- {LATE.replace('N', '14')}\n- {{id: all, pay: paid}}\n"


def days(n: int, last: str = "{id: all, pay: paid}") -> str:
    return f"owed:\n- {LATE.replace('N', str(n))}\n- {last}\n"


def test_a_longer_window_is_never_less_and_that_is_proved() -> None:
    found = pair(FOURTEEN, days(20)).verdict()
    assert (found.answer, found.certainty, found.worst()) == ("never-less", "proved", None)


def test_a_window_one_day_short_falls_short_on_exactly_that_day() -> None:
    worst = pair(FOURTEEN, days(13)).verdict().worst()
    assert worst is not None
    assert worst.witness.facts["requested_on"] == DAY + 14
    assert (worst.witness.share, worst.how) == (1, "money")
    assert (worst.witness.more.key, worst.witness.less.key) == (("law", "all"), ("terms", "late"))


def test_the_purchase_shown_has_no_fact_that_does_not_matter() -> None:
    worst = pair(FOURTEEN, days(13)).verdict().worst()
    assert worst is not None
    assert set(worst.witness.facts) == {"concluded_on", "paid", "requested_on"}
    assert worst.witness.facts["paid"] == 10_000  # a round price


def test_a_working_day_later_is_seen() -> None:
    """The law's last day moves past a weekend, the policy's does not; only some days of purchase show it."""
    law = "calendar: {place: AT}\n" + FOURTEEN.replace(
        "concluded_on,", "concluded_on, or the next working day,"
    ).replace(
        "if: requested_on > 14 days after concluded_on, or the next working day,",
        "if: 'requested_on > (14 days after concluded_on, or the next working day)',",
    )
    found = pair(law, days(14)).verdict()
    assert found.answer == "less"
    assert found.domain is not None
    worst = found.worst()
    assert worst is not None
    assert worst.witness.facts["requested_on"] - worst.witness.facts["concluded_on"] > 14


@pytest.mark.parametrize(
    ("last", "answer", "how"),
    [
        ("{id: c, credit: paid}", "other-form", "credit"),
        ("{id: d, discretion: {at_most: paid}}", "other-form", "discretion"),
        ("{id: e, exchange: yes}", "other-form", "exchange"),
        ("{id: s, silent: {en: says nothing, zh: 未规定}}", "less", "silent"),
        ("{id: n, nothing: {en: no, zh: 否}}", "less", "money"),
    ],
)
def test_what_is_no_money_is_told_apart(last: str, answer: str, how: str) -> None:
    found = pair(FOURTEEN, f"owed:\n- {last}\n").verdict()
    worst = found.worst()
    assert worst is not None
    assert (found.answer, worst.how) == (answer, how)


def test_somebody_else_who_decides_is_no_shortfall() -> None:
    found = pair(FOURTEEN, "owed:\n- {id: a, ask: institution}\n").verdict()
    assert (found.answer, found.worst(), found.falls_short) == ("elsewhere", None, False)


def test_a_purchase_outside_every_clause_counts_as_nothing_owed() -> None:
    found = pair(
        FOURTEEN, "applies: requested_on <= 5 days after concluded_on\nowed:\n- {id: all, pay: paid}\n"
    ).verdict()
    worst = found.worst()
    assert worst is not None
    assert (worst.how, worst.witness.facts["requested_on"]) == ("no-clause", DAY + 6)


def test_kinds_of_course_that_the_policy_does_not_speak_of_are_left_out() -> None:
    law = FOURTEEN.replace("pay: paid", "pay: paid", 1)
    law = "applies: not kind is gift\n" + law
    found = pair(law, "applies: kind is recorded-course\n" + days(14)).verdict()
    assert found.answer == "never-less"
    assert found.domain is not None
    assert found.domain.kinds == ("recorded-course",)


def test_fault_is_a_group_of_its_own() -> None:
    law = "owed:\n- {id: blame, if: cause is seller, pay: paid}\n- {id: no, nothing: {en: no, zh: 否}}\n"
    found = pair(law, "owed:\n- {id: none, nothing: {en: no, zh: 否}}\n").verdict()
    assert found.group == "fault"
    assert not found.falls_short
    assert found.worst("fault") is not None


def test_a_licence_is_a_group_of_its_own_until_it_is_given() -> None:
    law = "applies: seller_kind is academy\n" + FOURTEEN
    both = pair(law, "owed:\n- {id: none, nothing: {en: no, zh: 否}}\n")
    assert both.verdict().group == "licence"
    given = both.verdict(given={"seller_kind": "academy"})
    assert (given.group, given.falls_short) == ("ordinary", True)


def test_another_currency_is_not_compared() -> None:
    law = "owed:\n- {id: a, pay: '50% of paid, at most 10 AUD'}\n"
    found = pair(law, "owed:\n- {id: a, pay: 'paid, at most 10 USD'}\n").verdict()
    assert (found.answer, found.note) == ("currency", "AUD, USD")


def test_written_amounts_choose_prices_of_their_own() -> None:
    """Ten per cent up to 50 euros: the law keeps no more than 50; the policy keeps ten per cent of whatever was paid."""
    law = "owed:\n- {id: a, keep: {penalty: '10% of price, at most 50 EUR'}}\n"
    found = pair(law, "owed:\n- {id: a, keep: {penalty: 10% of price}}\n").verdict()
    worst = found.worst()
    assert worst is not None
    assert worst.witness.price > 50_000
    assert not found.domain.scales  # type: ignore[union-attr]


def test_a_search_that_is_cut_is_no_proof() -> None:
    law = "owed:\n- {id: a, keep: {kept_for_use: 'lessons_taken / lessons_total * price'}}\n"
    assert pair(law, law).verdict().certainty == "proved"
    assert pair(law, law).verdict(most=3).certainty == "searched"
    assert pair(law, law).verdict(patience=2).certainty == "searched"


def test_a_fact_that_no_purchase_has_is_named() -> None:
    law = "owed:\n- {id: a, pay: 'item(month_prices, 1)'}\n"
    found = pair(law, days(14)).verdict()
    assert found.domain is not None
    assert (found.certainty, found.domain.untried) == ("searched", ("month_prices",))


def test_a_replay_that_disagrees_is_raised_loudly(monkeypatch: pytest.MonkeyPatch) -> None:
    both = pair(FOURTEEN, days(13))
    real = witness.policy.clauses
    monkeypatch.setattr(witness.policy, "clauses", lambda *a: [replace(e, refund=1, answer="owes") for e in real(*a)])
    with pytest.raises(witness.Disagreement, match="in earnest differs"):
        both.verdict()


def test_a_displaced_rule_is_not_asked(product: Library) -> None:
    ids = {rule.id for rule in rules_for(product, Question("udemy", "DE", DAY))}
    assert "de-bgb-withdrawal" in ids
    assert "eu-crd-withdrawal" not in ids


@pytest.mark.parametrize(
    ("platform", "place"), [("udemy", "IT"), ("coursera", "DE"), ("coloso", "KR"), ("preply", "CN")]
)
def test_real_pairs_come_out_again_in_earnest(product: Library, platform: str, place: str) -> None:
    """Every region of every rule is replayed inside; here it is only looked at that something was."""
    found = compare_place(product, Question(platform, place, DAY, most=24_000, patience=200))
    worst = headline(found)
    assert worst is not None
    assert worst.witness.gap > 0
    assert all(group_of is not None and r.witness.more.rule is not None for v in found for r in v.regions)


def test_a_rule_of_law_against_itself_is_never_less() -> None:
    """The same text on both sides, with bands, a share and a window: nothing falls short, and that is proved."""
    text = days(10, "{id: used, keep: {kept_for_use: 'lessons_taken / lessons_total * price'}}")
    assert isinstance(pair(text, text), Pair)
    found = pair(text, text).verdict()
    assert (found.answer, found.certainty) == ("never-less", "proved")


def test_one_rule_may_be_asked_alone(product: Library) -> None:
    found = compare_rule(product, Question("udemy", "IT", DAY), product.rule("eu-crd-withdrawal"))
    assert found.falls_short
    assert found.certainty == "proved"


def test_a_fact_that_goes_with_the_use_is_not_settled_beforehand() -> None:
    """Not to have begun is best for the learner, but then nothing was taken; the shortfall needs something taken."""
    law = """
    owed:
    - {id: begun, if: supply_begun and consent_to_immediate_start, lost: {en: begun, zh: 已开始}}
    - {id: all, pay: paid}
    """
    policy = """
    owed:
    - {id: used, if: lessons_taken > 0, nothing: {en: used, zh: 已用}}
    - {id: all, pay: paid}
    """
    worst = pair(law, policy).verdict().worst()
    assert worst is not None
    assert worst.witness.facts["lessons_taken"] > 0
    assert worst.witness.facts.get("supply_begun") is not False


def test_of_equal_purchases_not_the_one_that_rules_the_shortfall_out() -> None:
    """Before the first day nothing can be taken; the shortfall needs something taken, so a day after it must be kept."""
    law = """
    owed:
    - {id: all, if: requested_on <= 200 days after starts_on, pay: paid}
    - {id: none, nothing: {en: late, zh: 迟}}
    """
    policy = """
    owed:
    - {id: used, if: lessons_taken > 0, nothing: {en: used, zh: 已用}}
    - {id: all, pay: paid}
    """
    worst = pair(law, policy).verdict(given={"starts_on": DAY + 30}, patience=0).worst()
    assert worst is not None
    assert worst.witness.facts["lessons_taken"] > 0
