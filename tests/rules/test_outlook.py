"""What is still open while facts are missing: the range, and exactly the facts that the answer hangs on."""

from __future__ import annotations

from typing import Any

import pytest
from making import HEAD, a_library, day

from recourse.assess import Assessment, assess
from recourse.entitlement import Entitlement
from recourse.facts import read_facts

ASKED_ON = day("2026-06-01")
PLATFORM = "platform: plat\nname: {en: Plat, zh: 平台}\nclauses:\n"


def assessed(text: str, **facts: object) -> Assessment:
    made = a_library(text)
    texts = {name: value if isinstance(value, bool | list) else str(value) for name, value in facts.items()}
    known = read_facts({"learner_place": "AT", **texts}, made.vocabulary)
    return assess(
        made,
        known,
        rule="small" if "small" in made.rules else None,
        platform="plat" if "plat" in made.platforms else None,
        asked_on=ASKED_ON,
    )


def answer(body: str, **facts: object) -> Entitlement:
    (found,) = assessed(HEAD + body, **facts).entitlements
    return found


def seen(e: Entitlement) -> tuple[str, Any, tuple[str, ...]]:
    """Answer, refund or range, and what it hangs on."""
    return e.answer, e.between if e.answer == "depends" else e.refund, e.depends_on


# -- conditions that hang on a fact

WINDOW = "dates: {window_ends_on: 14 days after paid_on}\nowed:\n- {id: in-time, if: requested_on <= window_ends_on, pay: paid}\n- {id: late, pay: 1/4 of paid}\n"


def test_an_open_condition_gives_both_sides_as_a_range() -> None:
    assert seen(answer(WINDOW, paid="8.00 EUR", paid_on="2026-03-01")) == ("depends", (200, 800), ("requested_on",))


def test_dates_are_told_although_the_amount_is_open() -> None:
    assert answer(WINDOW, paid="8.00 EUR", paid_on="2026-03-01").answers["window_ends_on"] == day("2026-03-15")


def test_two_unknown_days_are_both_named() -> None:
    assert seen(answer(WINDOW, paid="8.00 EUR")) == ("depends", (200, 800), ("paid_on", "requested_on"))


def test_sides_that_end_alike_leave_nothing_open() -> None:
    assert seen(answer(WINDOW.replace("1/4 of paid", "paid"), paid="8.00 EUR")) == ("owes", 800, ())


def test_an_unknown_amount_has_the_bounds_of_its_fact() -> None:
    kept = "owed: [{id: a, keep: {kept_for_use: lessons_taken / lessons_total * paid}}]\n"
    assert seen(answer(kept, paid="8.00 EUR", lessons_total=4)) == ("depends", (0, 800), ("lessons_taken",))


@pytest.mark.parametrize(
    ("condition", "facts", "open_"),
    [
        ("service_used and supply_begun", {"service_used": False}, ()),
        ("service_used and supply_begun", {"service_used": True}, ("supply_begun",)),
        ("supply_begun and service_used", {"service_used": False}, ()),
        ("service_used or supply_begun", {"supply_begun": True}, ()),
        ("not (service_used or supply_begun)", {"supply_begun": True}, ()),
        ("service_used or not service_used", {}, ()),
        ("lessons_taken >= 0", {}, ()),
        ("lessons_taken / lessons_total > 1", {"lessons_total": 3, "lessons_taken": 3}, ()),
        ("share_elapsed > 1", {}, ()),
        ("cause is learner or cause is seller or cause is neither", {}, ()),
        ("paid_on < 1980-01-01", {}, ()),
        ("lessons_taken * price > 1 EUR", {"lessons_taken": 0}, ()),
        ("lessons_taken * price > 1 EUR", {"lessons_taken": 2}, ("price",)),
        ("(lesser of price and 5 EUR) > 6 EUR", {}, ()),
        ("(later of paid_on and 2026-03-01) >= 2026-03-01", {}, ()),
        ("14 days after paid_on > paid_on", {"service_used": True}, ("paid_on",)),
    ],
)  # fmt: skip
def test_a_condition_hangs_only_on_facts_that_can_turn_it(
    condition: str, facts: dict[str, Any], open_: tuple[str, ...]
) -> None:
    found = answer(
        f"owed: [{{id: a, if: '{condition}', pay: paid}}, {{id: b, nothing: no}}]\n", paid="8.00 EUR", **facts
    )
    if open_ != ("paid_on",):  # that a day comes before the fourteenth after it, nobody sees who looks at bounds only
        assert found.depends_on == open_


# -- numbers and days that turn a condition


@pytest.mark.parametrize(
    ("body", "between"),
    [
        ("owed: [{id: a, if: lessons_taken <= 3, pay: paid}, {id: b, pay: 1/4 of paid}]\n", (200, 800)),
        ("owed: [{id: a, if: lessons_taken <= 3, keep: {kept_for_use: lessons_taken * 1 EUR}}, {id: b, nothing: no}]\n", (0, 800)),
        ("owed: [{id: a, if: lessons_taken is 3, pay: paid}, {id: b, pay: 1/2 of paid}]\n", (400, 800)),
        ("owed: [{id: a, if: lessons_taken >= 2 and lessons_taken <= 3, pay: paid}, {id: b, pay: 1/2 of paid}]\n", (400, 800)),
        ("owed: {by: lessons_taken, bands: [{id: a, when: at most 2, pay: paid}, {id: b, when: at most 5, pay: 1/2 of paid}, {id: c, pay: 1/4 of paid}]}\n", (200, 800)),
        ("tables: {steps: [{when: at most 2, then: 1}, {when: at most 5, then: 1/2}, {then: 1/8}]}\nowed: [{id: a, pay: steps(lessons_taken) * paid}]\n", (100, 800)),
    ],
)  # fmt: skip
def test_a_number_is_tried_out_where_it_turns(body: str, between: tuple[int, int]) -> None:
    assert seen(answer(body, paid="8.00 EUR")) == ("depends", between, ("lessons_taken",))


def test_on_one_side_of_the_turn_another_fact_does_not_matter() -> None:
    body = "owed:\n- {id: late, if: requested_on > 14 days after paid_on, lost: late}\n- {id: used, if: service_used, pay: 1/2 of paid}\n- {id: all, pay: paid}\n"
    facts = {"paid": "8.00 EUR", "paid_on": "2026-03-01"}
    assert seen(answer(body, **facts)) == ("depends", (0, 800), ("requested_on", "service_used"))
    assert seen(answer(body, **facts, requested_on="2026-03-16")) == ("owes-nothing", 0, ())
    assert seen(answer(body, **facts, requested_on="2026-03-15")) == ("depends", (400, 800), ("service_used",))


def test_a_division_by_what_may_be_nothing_is_bounded() -> None:
    body = "owed: [{id: a, if: lessons_taken / lessons_total > 1/2, nothing: no}, {id: b, pay: paid}]\n"
    assert seen(answer(body, paid="8.00 EUR", lessons_taken=3)) == ("depends", (0, 800), ("lessons_total",))
    assert seen(answer(body, paid="8.00 EUR", lessons_taken=0)) == ("owes", 800, ())


def test_a_share_turns_a_condition_too() -> None:
    body = "owed: [{id: a, if: share_elapsed > 60%, nothing: no}, {id: b, pay: paid}]\n"
    assert seen(answer(body, paid="8.00 EUR")) == ("depends", (0, 800), ("share_elapsed",))


def test_a_moment_turns_a_condition_too() -> None:
    body = "owed: [{id: a, if: requested_at <= 24 hours after paid_at, pay: paid}, {id: b, nothing: no}]\n"
    assert seen(answer(body, paid="8.00 EUR", paid_at="2026-03-01T00:00Z")) == ("depends", (0, 800), ("requested_at",))
    assert seen(answer(body, paid="8.00 EUR")) == ("depends", (0, 800), ("paid_at", "requested_at"))


def test_words_are_tried_out_as_far_as_the_rule_tells_them_apart() -> None:
    body = "owed: [{id: a, if: 'kind in (live-course, recorded-course)', pay: paid}, {id: b, pay: 1/2 of paid}]\n"
    assert seen(answer(body, paid="8.00 EUR")) == ("depends", (400, 800), ("kind",))
    tables = "tables: {limit: {by: cause, rows: {learner: {cap: 1 EUR}, seller: {cap: 2 EUR}, neither: {cap: 6 EUR}}}}\nowed: [{id: a, pay: limit.cap}]\n"
    assert seen(answer(tables, paid="8.00 EUR")) == ("depends", (100, 600), ("cause",))


def test_a_place_inside_the_rule_is_named_when_it_matters() -> None:
    body = "owed: [{id: a, if: seller_place in US-CA, pay: paid}, {id: b, pay: 1/2 of paid}]\n"
    assert seen(answer(body, paid="8.00 EUR")) == ("depends", (400, 800), ("seller_place",))


def test_a_list_that_is_missing_is_named() -> None:
    body = "parts: {month: {of: {fee: month_prices}, at_most: 3}}\nowed: [{id: a, pay: 'sum over month of fee, at most paid'}]\n"
    found = answer(body, paid="8.00 EUR")
    assert (found.answer, found.depends_on) == ("depends", ("month_prices",))
    assert found.between == (0, 800)


def test_many_open_facts_end_in_bounds_not_in_an_endless_search() -> None:
    yes = [
        name
        for name, fact in a_library(HEAD + "owed: [{id: a, pay: paid}]\n").vocabulary.facts.items()
        if fact.type == "yesno" and fact.presumed is None
    ][:39]
    rows = "".join(f"- {{id: r{n}, if: {name}, pay: {n + 1}/50 of paid}}\n" for n, name in enumerate(yes))
    found = answer(f"owed:\n{rows}- {{id: end, nothing: no}}\n", paid="50.00 EUR")
    assert found.answer == "depends"
    assert found.between is not None
    assert found.between[0] == 0
    assert found.between[1] >= 3900


def test_deeply_nested_unknowns_do_not_end_in_the_stack() -> None:
    body = "let: {quick: 'requested_at <= 24 hours after paid_at, failing which requested_at <= 24 hours after starts_at'}\nowed: [{id: a, if: quick, pay: paid}, {id: b, nothing: no}]\n"
    assert answer(body, paid="8.00 EUR").between == (0, 800)


# -- presumptions

PRESUMED = "presume: {service_used: no, supply_begun: no}\nowed:\n- {id: a, if: service_used and supply_begun, nothing: no}\n- {id: b, pay: paid}\n"


def test_a_presumption_that_alone_changes_nothing_is_no_question() -> None:
    found = answer(PRESUMED, paid="8.00 EUR")
    assert seen(found) == ("owes", 800, ())
    assert {name for name, _, _ in found.presumed} == {"service_used"}  # the other was never reached


def test_a_presumption_whose_rebuttal_changes_the_answer_is_named_with_both_amounts() -> None:
    found = answer(PRESUMED, paid="8.00 EUR", supply_begun=True)
    assert (found.answer, found.refund, found.between, found.depends_on) == ("owes", 800, (0, 800), ("service_used",))


def test_what_was_presumed_and_is_then_known_is_not_named() -> None:
    found = answer(PRESUMED, paid="8.00 EUR", supply_begun=True, service_used=False)
    assert (found.refund, found.depends_on, found.presumed) == (800, (), ())


def test_the_vocabulary_presumes_that_a_part_nobody_names_is_nothing() -> None:
    found = answer("owed: [{id: a, pay: paid - registration_fee}]\n", paid="8.00 EUR")
    assert seen(found) == ("owes", 800, ())
    assert (
        answer("owed: [{id: a, pay: paid - registration_fee}]\n", paid="8.00 EUR", registration_fee="1.00 EUR").refund
        == 700
    )


def test_another_measure_is_taken_where_the_first_is_not_known() -> None:
    body = (
        "owed: [{id: a, pay: '(hours_elapsed / hours_total, failing which lessons_elapsed / lessons_total) * paid'}]\n"
    )
    lessons = {"lessons_elapsed": 1, "lessons_total": 4}
    assert seen(answer(body, paid="8.00 EUR", **lessons)) == ("owes", 200, ())
    assert seen(answer(body, paid="8.00 EUR", **lessons, hours_elapsed=1, hours_total=2)) == ("owes", 400, ())
    assert "lessons_elapsed" in seen(answer(body, paid="8.00 EUR", lessons_total=4))[2]


# -- versions and places

VERSIONS = """selected_by: concluded_on
versions:
- {in_force: {from: 2020-01-01, until: 2025-12-31}, owed: [{id: a, pay: 1/4 of paid}]}
- {in_force: {from: 2026-01-01}, owed: [{id: a, if: service_used, pay: 1/2 of paid}, {id: b, pay: paid}]}
"""


def test_an_unknown_day_gives_a_range_over_the_versions() -> None:
    assert seen(answer(VERSIONS, paid="8.00 EUR")) == ("depends", (0, 800), ("concluded_on", "service_used"))
    assert seen(answer(VERSIONS, paid="8.00 EUR", concluded_on="2025-12-31")) == ("owes", 200, ())
    assert seen(answer(VERSIONS, paid="8.00 EUR", concluded_on="2026-01-01")) == (
        "depends",
        (400, 800),
        ("service_used",),
    )


def test_the_day_that_chooses_the_version_is_not_taken_for_a_fact() -> None:
    body = VERSIONS.replace("1/4 of paid", "paid").replace(
        "if: service_used", "if: requested_on > 14 days after concluded_on"
    )
    found = answer(body, paid="8.00 EUR", requested_on="2026-03-01")
    assert seen(found) == ("depends", (0, 800), ("concluded_on",))


def test_one_version_in_force_since_a_day_hangs_on_that_day() -> None:
    body = "selected_by: concluded_on\nin_force: {from: 2020-01-01}\nowed: [{id: a, pay: paid}]\n"
    assert seen(answer(body, paid="8.00 EUR")) == ("depends", (0, 800), ("concluded_on",))


def test_an_unknown_place_leaves_open_whether_the_law_binds() -> None:
    made = a_library(HEAD.replace("either", "seller_place") + "owed: [{id: a, pay: paid}]\n")
    (found,) = assess(
        made, read_facts({"learner_place": "AT", "paid": "8.00 EUR"}, made.vocabulary), asked_on=ASKED_ON
    ).entitlements
    assert seen(found) == ("depends", (0, 800), ("seller_place",))


def test_a_province_that_is_not_known_leaves_its_law_open() -> None:
    made = a_library(
        HEAD.replace("place: AT", "place: US-CA").replace("either", "learner_place") + "owed: [{id: a, pay: paid}]\n"
    )
    (found,) = assess(
        made, read_facts({"learner_place": "US", "paid": "8.00 EUR"}, made.vocabulary), asked_on=ASKED_ON
    ).entitlements
    assert (found.answer, found.depends_on) == ("depends", ("learner_place",))
    assert not assess(
        made, read_facts({"learner_place": "DE", "paid": "8.00 EUR"}, made.vocabulary), asked_on=ASKED_ON
    ).entitlements


def test_where_the_law_does_not_bind_no_fact_is_asked() -> None:
    made = a_library(HEAD + VERSIONS)
    found = assess(
        made,
        read_facts({"learner_place": "US", "seller_place": "US", "paid": "8.00 EUR"}, made.vocabulary),
        rule="small",
        asked_on=ASKED_ON,
    ).entitlements[0]
    assert seen(found) == ("does-not-apply", None, ())


def test_an_open_scope_is_open_and_a_closed_one_asks_nothing_more() -> None:
    body = "applies: buyer_is_consumer and kind is live-course\nowed: [{id: a, if: service_used, pay: 1/2 of paid}, {id: b, pay: paid}]\n"
    assert seen(answer(body, paid="8.00 EUR", kind="live-course", service_used=True)) == (
        "depends",
        (0, 400),
        ("buyer_is_consumer",),
    )
    assert seen(answer(body, paid="8.00 EUR", kind="degree")) == ("does-not-apply", None, ())


# -- policies

POLICY = (
    PLATFORM
    + """- id: first
  title: {en: First, zh: 一}
  applies: kind is subscription
  owed: [{id: a, nothing: no}]
- id: second
  title: {en: Second, zh: 二}
  applies: is_renewal
  owed: [{id: a, pay: 1/2 of paid}]
- id: third
  title: {en: Third, zh: 三}
  owed: [{id: a, if: service_used, pay: 1/4 of paid}, {id: b, pay: paid}]
"""
)


def clauses(**facts: object) -> dict[str, tuple[str, Any, tuple[str, ...]]]:
    return {e.rule.id: seen(e) for e in assessed(POLICY, paid="8.00 EUR", **facts).entitlements}


def test_the_first_clause_whose_scope_is_met_decides() -> None:
    found = clauses(kind="live-course", is_renewal=True)
    assert found["first"][0] == found["third"][0] == "does-not-apply"
    assert found["second"] == ("owes", 400, ())


def test_a_clause_with_an_open_scope_leaves_room_for_those_after_it() -> None:
    found = clauses(kind="live-course", service_used=False)
    assert found["second"] == found["third"] == ("depends", (400, 800), ("is_renewal",))


def test_the_range_of_a_policy_runs_over_all_clauses_that_can_still_decide() -> None:
    found = clauses()
    assert {one[1] for one in found.values()} == {(0, 800)}
    assert {frozenset(one[2]) for one in found.values()} == {frozenset(("kind", "is_renewal", "service_used"))}


def test_a_clause_that_surely_decides_keeps_its_own_open_facts() -> None:
    found = clauses(kind="live-course", is_renewal=False)
    assert found["third"] == ("depends", (200, 800), ("service_used",))


def test_no_clause_at_all_is_an_answer_too() -> None:
    text = POLICY.replace(
        "  owed: [{id: a, if: service_used", "  applies: supply_begun\n  owed: [{id: a, if: service_used"
    )
    found = assessed(text, paid="8.00 EUR", kind="live-course", is_renewal=False, supply_begun=False)
    assert {e.answer for e in found.entitlements} == {"does-not-apply"}
    assert found.best is None


# -- other endings


@pytest.mark.parametrize(
    ("row", "between"),
    [
        ("ask: google-play", (0, 800)),
        ("exchange: yes", (0, 800)),
        ("discretion: {at_most: paid}", (0, 800)),
        ("silent: no row", (0, 800)),
        ("credit: 1/2 of paid", (400, 800)),
    ],
)
def test_endings_of_different_kinds_are_never_taken_for_one(row: str, between: tuple[int, int]) -> None:
    found = answer(f"owed: [{{id: a, if: service_used, {row}}}, {{id: b, pay: paid}}]\n", paid="8.00 EUR")
    assert seen(found) == ("depends", between, ("service_used",))


def test_a_silent_text_and_a_lost_right_stay_apart() -> None:
    assert (
        answer("owed: [{id: a, if: service_used, silent: no row}, {id: b, lost: over}]\n", paid="8.00 EUR").answer
        == "depends"
    )


def test_two_ways_to_nothing_are_nothing_without_a_reason_that_may_be_wrong() -> None:
    found = answer("owed: [{id: a, if: service_used, lost: it was used}, {id: b, lost: it is over}]\n", paid="8.00 EUR")
    assert (found.answer, found.refund or 0, found.depends_on) == ("owes-nothing", 0, ())
    assert found.why.get("en") not in ("it was used", "it is over")


def test_days_and_figures_alone_say_what_they_lack() -> None:
    found = answer("dates: {pay_by: 14 days after request_received_on}\n")
    assert (found.answer, found.depends_on) == ("depends", ("request_received_on",))
    assert answer("dates: {pay_by: 14 days after request_received_on}\n", request_received_on="2026-03-01").answers == {
        "pay_by": day("2026-03-15")
    }


def test_facts_that_contradict_each_other_are_told_apart_from_facts_that_are_missing() -> None:
    found = answer(
        "owed: [{id: a, pay: lessons_taken / lessons_total * paid}]\n",
        paid="8.00 EUR",
        lessons_taken=0,
        lessons_total=0,
    )
    assert (found.answer, found.depends_on, found.between) == ("depends", (), None)
    assert "contradict" in found.why["en"]


def test_a_missing_fact_that_makes_two_exceptions_clash_is_not_thrown_at_the_reader() -> None:
    body = "exceptions: [{id: x, if: service_used, pay: 1/2 of paid}, {id: y, if: supply_begun, nothing: no}]\nowed: [{id: a, pay: paid}]\n"
    found = answer(body, paid="8.00 EUR", service_used=True)
    assert found.answer in ("owes", "depends")
    assert found.refund == 400 or found.between is not None
