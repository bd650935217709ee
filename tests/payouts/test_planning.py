"""Where a sum goes back to: never more than was captured, in as few transactions as there can be."""

from __future__ import annotations

from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recourse.money import Money
from recourse.payouts import planning
from recourse.payouts.machine import RESERVES, State
from recourse.payouts.planning import Attempt, Dispute, Part, Payment, Quarrel
from recourse.problems import Problem


def payment(number: int, minor: int, currency: str = "EUR", **other: object) -> Payment:
    return Payment(UUID(int=number), "stripe", f"pi_{number}", Money(minor, currency), **other)  # type: ignore[arg-type]


def spread(minor: int, *captured: int, currency: str = "EUR") -> list[tuple[int, int]]:
    payments = [payment(number, amount, currency) for number, amount in enumerate(captured)]
    return [(part.payment.int, part.minor) for part in planning.spread(Money(minor, currency), payments).parts]


def test_an_exact_match_takes_it_all() -> None:
    assert spread(5000, 9000, 5000, 20000) == [(1, 5000)]


def test_else_the_smallest_that_covers_it() -> None:
    assert spread(6000, 20000, 9000, 5000) == [(1, 6000)]


def test_else_the_largest_first_and_the_rest_as_before() -> None:
    assert spread(25000, 3000, 20000, 5000, 9000) == [(1, 20000), (2, 5000)]


@pytest.mark.parametrize(("currency", "minor"), [("JPY", 3001), ("KWD", 3001), ("EUR", 3001)])
def test_the_unit_is_the_smallest_of_the_currency_whatever_its_decimals(currency: str, minor: int) -> None:
    assert spread(minor, 2000, 1500, currency=currency) == [(0, 2000), (1, minor - 2000)]


sums = st.integers(1, 60)


@given(st.integers(1, 200), st.lists(sums, max_size=6))
def test_it_is_all_or_all_there_is_in_as_few_parts_as_can_be(owed: int, captured: list[int]) -> None:
    parts = spread(owed, *captured)
    sent = sum(minor for _, minor in parts)
    assert sent == min(owed, sum(captured))
    assert all(0 < minor <= captured[number] for number, minor in parts)
    fewest = next(
        (size for size in range(len(captured) + 1) if any(sum(some) >= sent for some in combinations(captured, size))),
        0,
    )
    assert len(parts) == fewest


@given(st.integers(1, 300), st.lists(st.tuples(sums, st.sampled_from([1, 10])), max_size=5))
def test_a_route_is_only_given_amounts_that_it_can_send(owed: int, captured: list[tuple[int, int]]) -> None:
    payments = [payment(number, minor, step=step) for number, (minor, step) in enumerate(captured)]
    plan = planning.spread(Money(owed, "EUR"), payments)
    assert sum(part.minor for part in plan.parts) + plan.left == owed
    steps = {one.id: one.step for one in payments}
    assert all(part.minor % steps[part.payment] == 0 for part in plan.parts)


def test_a_dinar_by_card_leaves_its_last_fils_to_another_route() -> None:
    plan = planning.spread(Money(5124, "KWD"), [payment(1, 9000, "KWD", step=10)])
    assert plan == ((Part(UUID(int=1), 5120),), (), 4)


@pytest.mark.parametrize("state", State)
def test_what_is_reserved_or_paid_is_taken(state: State) -> None:
    taken = payment(1, 100, payouts=((30, state),))
    assert planning.free(taken) == (70 if state in RESERVES else 100)


def test_an_open_dispute_blocks_a_lost_one_counts_a_won_one_does_not() -> None:
    for quarrel, free in ((Quarrel.OPEN, 0), (Quarrel.LOST, 60), (Quarrel.WON, 100)):
        assert planning.free(payment(1, 100, disputes=(Dispute(40, quarrel),))) == free
    disputed = payment(1, 100, disputes=(Dispute(1, Quarrel.OPEN),))
    plan = planning.spread(Money(150, "EUR"), [disputed, payment(2, 100)])
    assert plan == ((Part(UUID(int=2), 100),), (UUID(int=1),), 50)


def test_nothing_below_nothing_is_free() -> None:
    over = payment(1, 100, payouts=((90, State.SUCCEEDED),), disputes=(Dispute(40, Quarrel.LOST),))
    assert (planning.remaining(over), planning.free(over)) == (-30, 0)


def test_interest_on_top_of_the_price_is_left_for_another_route() -> None:
    assert planning.spread(Money(10250, "EUR"), [payment(1, 10000)]).left == 250


def attempt(state: State, route: str = "stripe") -> Attempt:
    return Attempt(UUID(int=1), route, 100, state)


def test_another_route_needs_a_failure_of_the_original_one() -> None:
    one = payment(1, 100)
    for attempts in ([], [attempt(State.SUCCEEDED)], [attempt(State.CANCELLED)], [attempt(State.FAILED, "manual")]):
        with pytest.raises(Problem, match="failed payout"):
            planning.other_route(one, 100, "sepa", attempts)
    assert planning.other_route(one, 100, "sepa", [attempt(State.FAILED)]) == Part(one.id, 100)
    assert planning.other_route(one, 100, "sepa", [attempt(State.REVERSED)]) == Part(one.id, 100)


@pytest.mark.parametrize("state", [State.SENDING, State.PENDING, State.UNKNOWN])
def test_no_other_route_while_the_original_may_still_arrive(state: State) -> None:
    with pytest.raises(Problem, match="still arrive"):
        planning.other_route(payment(1, 100), 50, "sepa", [attempt(State.FAILED), attempt(state)])


def test_another_route_has_the_same_ceiling_and_the_same_block() -> None:
    with pytest.raises(Problem, match="Only"):
        planning.other_route(payment(1, 100, payouts=((60, State.PENDING),)), 50, "sepa", [attempt(State.FAILED)])
    with pytest.raises(Problem, match="disputed"):
        planning.other_route(payment(1, 100, disputes=(Dispute(1, Quarrel.OPEN),)), 50, "sepa", [attempt(State.FAILED)])


def test_what_makes_no_sense_is_refused() -> None:
    for owed, payments in (
        (Money(0, "EUR"), []),
        (Money(1, "USD"), [payment(1, 5)]),
        (Money(1, "EUR"), [payment(1, 5)] * 2),
    ):
        with pytest.raises(Problem):
            planning.spread(owed, payments)
