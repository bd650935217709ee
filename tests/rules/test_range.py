"""The bounds of the integer form are true: no fact that the door lets in makes a value that its node did not declare."""

from __future__ import annotations

import random
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from edge_facts import seed
from evaluator import READ, STATEMENTS, Machine
from hypothesis import given
from hypothesis import strategies as st
from making import VOCABULARY, a_rule, everything, programs, refused
from strategies import RATES, TIMES, examples, fact_values, versions

from recourse.rules import ir, lower
from recourse.rules.stops import Conflict, Contradiction
from recourse.rules.tree import Rule, Version
from recourse.values import FIRST_DAY, LAST_DAY, SHARE_PARTS
from several import each

LIBRARY = everything()
FIRST_SECOND, LAST_SECOND = (FIRST_DAY - 719_163) * 86_400, (LAST_DAY - 719_163 + 1) * 86_400 - 1


@cache
def lowered(rule_id: str, number: int) -> ir.Program:
    return lower.lower(LIBRARY.rules[rule_id].versions[number], VOCABULARY, LIBRARY.setting)


def worked_through(made: Any, rule: Rule, version: Version, program: ir.Program, values: dict[str, Any]) -> None:
    """Every value is within its bounds, and what comes out is what the emitted program says."""
    machine = Machine(program, version, made.setting, values)
    said = programs(made, rule, version, values)
    try:
        chosen, refund, _ = machine.run()
    except KeyError:
        assert said.ending == "missing"
        return
    except Contradiction:
        assert said.ending == "contradiction"
        return
    except Conflict:
        assert said.ending == "conflict"
        return
    finally:
        assert machine.widest <= program.bits
    assert said.working is not None
    assert (said.working.chosen, said.working.refund) == (chosen, refund)


# -- extreme facts


def extremes(name: str) -> tuple[Any, ...]:
    """The far ends of a fact, or of one entry of its list."""
    fact = VOCABULARY.facts[name]
    most = fact.at_most or 10**13
    found: dict[str, tuple[Any, ...]] = {
        "money": (0, 1, most - 1, most),
        "count": (0, 1, most - 1, most),
        "share": (Fraction(0), Fraction(1), Fraction(1, SHARE_PARTS), Fraction(SHARE_PARTS - 1, SHARE_PARTS), Fraction(1, SHARE_PARTS - 1)),
        "date": (FIRST_DAY, FIRST_DAY + 1, LAST_DAY - 1, LAST_DAY),
        "instant": (FIRST_SECOND, LAST_SECOND),
        "period": ((FIRST_DAY, FIRST_DAY), (FIRST_DAY, LAST_DAY), (LAST_DAY, LAST_DAY)),
        "yesno": (False, True),
        "choice": fact.choices or ("none",),
        "place": ("AT", "KR", "US-CA"),
        "text": ("other",),
    }  # fmt: skip
    return found[fact.item_type]


def extreme_facts(version: Version, choose: random.Random) -> dict[str, Any]:
    """Each fact at one of its far ends; one in sixteen is not known."""
    rows = choose.choice([0, 1, *(part.at_most for part in version.parts)])
    found: dict[str, Any] = {}
    for name in sorted(version.facts() | {"paid"}):
        if choose.randrange(16):
            ends = extremes(name)
            many = VOCABULARY.facts[name].is_list
            found[name] = tuple(choose.choices(ends, k=rows)) if many else choose.choice(ends)
    return found


def test_no_extreme_fact_leaves_the_bounds_of_a_rule_of_the_library() -> None:
    start = seed()

    def within(rule: Rule) -> None:
        choose = random.Random(start)
        for number in range(12 * TIMES):
            which = number % len(rule.versions)
            values = extreme_facts(rule.versions[which], choose)
            try:
                worked_through(LIBRARY, rule, rule.versions[which], lowered(rule.id, which), values)
            except Exception as error:
                raise AssertionError(f"seed {start}, {values}: {error!r}") from error

    each(LIBRARY.rules.values(), within, lambda rule: rule.id)


@st.composite
def drawn_extremes(draw: Any, version: Version) -> dict[str, Any]:
    rows = draw(st.sampled_from([0, 1, *(part.at_most for part in version.parts)]))
    found: dict[str, Any] = {}
    for name in sorted(version.facts() | {"paid"}):
        one = st.sampled_from(extremes(name))
        if draw(st.integers(0, 15)):
            many = VOCABULARY.facts[name].is_list
            found[name] = draw(st.lists(one, min_size=rows, max_size=rows).map(tuple) if many else one)
    return found


@examples(40)
@given(st.data())
def test_no_fact_leaves_the_bounds_of_a_rule_nobody_wrote(data: st.DataObject) -> None:
    body, currency = data.draw(versions(), "rule")
    made, rule = a_rule(body, rates=RATES)
    version = rule.versions[0]
    program = lower.lower(version, VOCABULARY, made.setting)
    worked_through(
        made,
        rule,
        version,
        program,
        data.draw(drawn_extremes(version), "extreme facts"),
    )
    worked_through(
        made, rule, version, program, data.draw(fact_values(sorted(version.facts() | {"paid"}), currency, 6), "facts")
    )


@pytest.mark.parametrize(
    ("body", "facts"),
    [
        ("dates: {window_ends_on: (months_total) months after paid_on}\nmonths: last day", {"months_total": 100_000, "paid_on": LAST_DAY}),
        ("dates: {window_ends_on: (months_total) months before paid_on}\nmonths: last day", {"months_total": 100_000, "paid_on": FIRST_DAY}),
        ("dates: {window_ends_on: (seller_window_days) working days after paid_on}\ncalendar: {place: AT}", {"seller_window_days": 100_000, "paid_on": LAST_DAY}),
        ("dates: {window_ends_on: '(seller_window_days) days after paid_on, or the next working day'}\ncalendar: {place: AT}", {"seller_window_days": 100_000, "paid_on": LAST_DAY}),
        ("dates: {window_ends_on: (seller_window_days) days before paid_on}", {"seller_window_days": 100_000, "paid_on": FIRST_DAY}),
        ("dates: {window_ends_on: 100_000 years after paid_on}\nmonths: last day", {"paid_on": LAST_DAY}),
        ("outputs: {hours_carried: months from paid_on to ends_on}\nmonths: last day", {"paid_on": LAST_DAY, "ends_on": FIRST_DAY}),
        ("outputs: {interest: total(month_prices)}", {"month_prices": (10**13,) * 400}),
        ("outputs: {interest: 'sum over month of (fee / n - 1 EUR)'}\nparts: {month: {of: {n: lessons_in_months, fee: month_prices}, at_most: 3}}\narithmetic: big", {"lessons_in_months": (1, 2, 3), "month_prices": (0, 0, 0)}),
        ("outputs: {interest: 'sum over month of (fee - 1 EUR)'}\nparts: {month: {of: {fee: month_prices}, at_most: 3}}", {"month_prices": (0, 0, 0)}),
        ("outputs: {aid_earned_share: 'day of month of ((seller_window_days) days before paid_on) / 31'}", {"seller_window_days": 100_000, "paid_on": FIRST_DAY}),
        ("outputs: {aid_earned_share: 'contract_penalty_share * share_elapsed * share_completed'}", dict.fromkeys(("contract_penalty_share", "share_elapsed", "share_completed"), Fraction(SHARE_PARTS - 1, SHARE_PARTS))),
    ],
)  # fmt: skip
def test_the_bounds_hold_at_the_far_ends(body: str, facts: dict[str, Any]) -> None:
    made, rule = a_rule(body)
    program = lower.lower(rule.versions[0], VOCABULARY, made.setting)
    try:
        worked_through(made, rule, rule.versions[0], program, facts)
    except (ValueError, OverflowError):
        pytest.fail("the machine's calendar ends before the rule does")


def test_working_days_back_in_time_are_within_their_bounds() -> None:
    body = "calendar: {place: AT}\noutputs: {hours_carried: working days from starts_on to paid_on}"
    made, rule = a_rule(body)
    program = lower.lower(rule.versions[0], VOCABULARY, made.setting)
    worked_through(made, rule, rule.versions[0], program, {"starts_on": LAST_DAY, "paid_on": FIRST_DAY})


# -- what does not fit

WIDE = "price / paid * tuition / list_price * monthly_price / item_price * list_price_per_month"


def test_a_rule_that_needs_more_than_128_bits_is_refused() -> None:
    (told,) = refused(f"owed: [{{id: a, pay: {WIDE}}}]")
    assert "a value may need " in told
    assert "bits, more than any engine has" in told
    assert "write `arithmetic: big`" in told


def test_unless_it_says_that_its_arithmetic_is_big() -> None:
    made, rule = a_rule(f"arithmetic: big\nowed: [{{id: a, pay: {WIDE}}}]")
    assert made.prepared[rule.id][0].bits > 127
    values = dict.fromkeys(rule.versions[0].facts(), 7)
    worked_through(made, rule, rule.versions[0], lower.lower(rule.versions[0], VOCABULARY, made.setting), values)


def test_rounding_and_a_cap_on_the_way_make_it_fit() -> None:
    kept = "{fee: 'price / paid * tuition, CAP', penalty: 'fee / list_price * monthly_price'}"
    assert refused(f"owed: [{{id: a, keep: {kept.replace(', CAP', '')}}}]")
    a_rule(f"owed: [{{id: a, keep: {kept.replace('CAP', 'rounded down to minor, at most price')}}}]")


def test_the_rules_of_the_library_fit_into_128_bits_or_say_that_they_do_not() -> None:
    for rule in LIBRARY.rules.values():
        for version, prepared in zip(rule.versions, LIBRARY.prepared[rule.id], strict=True):
            assert prepared.bits <= 127 or version.big, rule.id


def test_the_evaluator_of_these_tests_reads_the_whole_integer_form() -> None:
    assert set(READ) == set(ir.OPS)
    kinds = {kind for kind in vars(ir).values() if isinstance(kind, type) and kind.__module__ == ir.__name__}
    assert set(STATEMENTS) == kinds - {ir.I, ir.Program}
