"""What every provider must keep to: one suite of behaviours, run against each of them with its far side."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from benches import DAY, FAULTS, HOUR, Bench
from janitor import apply, reconcile, send, sending

from recourse.money import Money
from recourse.payouts import reconciling
from recourse.payouts.machine import State
from recourse.payouts.providers.contract import Outcome, Status

FINAL_NO = {Status.FAILED, Status.RETURNED}


# What is asked, and how it ends


def test_a_refund_ends_as_sent_with_a_proof(bench: Bench) -> None:
    order = bench.order()
    bench.provider.send(order)
    bench.later()
    found = bench.provider.look_up(order)
    assert found.status is Status.SUCCEEDED
    assert found.reference or found.evidence
    assert found.money == order.money
    assert bench.moved(order) == 1


def test_what_is_accepted_is_not_yet_sent(bench: Bench) -> None:
    bench.next("pending")
    order = bench.order()
    outcome = bench.provider.send(order)
    assert outcome.status is Status.PENDING
    assert outcome.waits is not None
    assert bench.provider.look_up(order).status is Status.PENDING


def test_a_pending_refund_is_sent_later(bench: Bench) -> None:
    bench.next("pending")
    order = bench.order()
    bench.provider.send(order)
    bench.later()
    assert bench.provider.look_up(order).status is Status.SUCCEEDED


def test_a_definite_no_is_failed_and_nothing_moved(bench: Bench) -> None:
    bench.next("deny")
    order = bench.order()
    bench.provider.send(order)
    bench.later()
    payout = sending(bench, order)
    after = apply(payout, reconciling.answered(payout, bench.provider.look_up(order), at=bench.time))
    assert bench.moved(order) == 0
    assert bench.provider.look_up(order).status in {Status.FAILED, Status.ABSENT}
    assert after.state is not State.SUCCEEDED


def test_a_success_can_fail_later_and_is_reversed(bench: Bench) -> None:
    bench.next("late")
    order = bench.order()
    payout = send(bench, sending(bench, order), order)
    bench.later()
    if payout.state is not State.SUCCEEDED:
        payout = reconcile(bench, payout, order)
    assert payout.state is State.SUCCEEDED
    bench.much_later()
    assert bench.provider.look_up(order).status in FINAL_NO
    assert reconcile(bench, payout, order).state is State.REVERSED


# The same once more


def test_the_same_order_twice_moves_money_once(bench: Bench) -> None:
    order = bench.order()
    first = bench.provider.send(order)
    second = bench.provider.send(order)
    bench.later()
    assert bench.moved(order) == 1
    assert (first.status, first.reference) == (second.status, second.reference)


def test_the_same_order_after_it_was_sent_moves_money_once(bench: Bench) -> None:
    order = bench.order()
    bench.provider.send(order)
    bench.later()
    bench.provider.send(order)
    bench.later()
    assert bench.moved(order) == 1


def test_the_same_order_from_eight_workers_at_once_moves_money_once(bench: Bench) -> None:
    order = bench.order()
    with ThreadPoolExecutor(8) as workers:
        outcomes = list(workers.map(lambda _: bench.provider.send(order), range(8)))
    bench.later()
    assert bench.moved(order) == 1
    assert {outcome.status for outcome in outcomes} <= {Status.PENDING, Status.SUCCEEDED}


def test_the_key_is_honoured_for_as_long_as_is_said(bench: Bench) -> None:
    order = bench.order()
    bench.provider.send(order)
    bench.time += min(bench.provider.memory.honours, 20 * 366 * DAY) - 1
    bench.provider.send(order)
    bench.later()
    assert bench.moved(order) == 1


def test_it_is_found_when_its_key_is_long_forgotten(bench: Bench) -> None:
    order = bench.order()
    bench.provider.send(order)
    bench.later()
    bench.time += 400 * DAY
    assert bench.provider.look_up(order).status is Status.SUCCEEDED


def test_a_no_after_an_earlier_yes_is_not_believed(bench: Bench) -> None:
    """All that was captured went back, and the key is forgotten: the provider refuses, and yet it was paid."""
    order = bench.order(payment=bench.payment(Money(13333, "EUR")))
    bench.provider.send(order)
    bench.later()
    bench.time += 30 * HOUR
    assert bench.provider.send(order).status is Status.SUCCEEDED
    assert bench.moved(order) == 1


def test_a_restart_of_our_side_changes_nothing(bench: Bench) -> None:
    order = bench.order()
    bench.provider.send(order)
    bench.provider = bench.again()
    bench.provider.send(order)
    bench.later()
    assert bench.provider.look_up(order).status is Status.SUCCEEDED
    assert bench.moved(order) == 1


# No answer


@pytest.mark.parametrize("fault", ["lost-before", "lost-after", "unavailable"])
def test_no_answer_is_unknown(bench: Bench, fault: str) -> None:
    bench.next(fault)
    outcome = bench.provider.send(bench.order())
    assert (outcome.status, outcome.lost) == (Status.UNKNOWN, True)


def test_an_answer_that_was_lost_after_paying_is_found(bench: Bench) -> None:
    bench.next("lost-after")
    order = bench.order()
    bench.provider.send(order)
    bench.later()
    assert bench.provider.look_up(order).status is Status.SUCCEEDED


def test_what_never_arrived_is_absent(bench: Bench) -> None:
    bench.next("lost-before")
    order = bench.order()
    bench.provider.send(order)
    assert bench.provider.look_up(order).status is Status.ABSENT
    assert bench.moved(order) == 0


@pytest.mark.parametrize("fault", ["lost-before", "lost-after"])
def test_after_a_lost_answer_the_same_request_moves_money_once(bench: Bench, fault: str) -> None:
    bench.next(fault)
    order = bench.order()
    bench.provider.send(order)
    bench.provider.send(order)
    bench.later()
    assert bench.moved(order) == 1
    assert bench.provider.look_up(order).status is Status.SUCCEEDED


def test_an_error_of_the_server_is_never_paid_twice(bench: Bench) -> None:
    """Stripe gives the same error to the same key for a day, others do what was asked: once at most, in any case."""
    bench.next("unavailable")
    order = bench.order()
    bench.provider.send(order)
    bench.provider.send(order)
    bench.later()
    assert bench.moved(order) <= 1


@pytest.mark.parametrize("fault", ["lost-before", "lost-after", "unavailable"])
def test_the_reconciler_brings_a_lost_answer_to_its_end(bench: Bench, fault: str) -> None:
    bench.next(fault)
    order = bench.order()
    payout = send(bench, sending(bench, order), order)
    assert payout.state is State.UNKNOWN
    for _ in range(4):
        bench.later()
        payout = reconcile(bench, payout, order)
    bench.time += 3 * DAY
    payout = reconcile(bench, payout, order)
    assert payout.state in {State.SUCCEEDED, State.FAILED}
    assert (payout.state is State.SUCCEEDED) == (bench.moved(order) == 1)
    assert fault != "lost-after" or payout.state is State.SUCCEEDED


def test_a_provider_that_cannot_be_reached_says_nothing(bench: Bench) -> None:
    order = bench.order()
    bench.provider.send(order)
    with bench.unreachable():
        found = bench.provider.look_up(order)
    assert (found.status, found.lost) == (Status.UNKNOWN, True)


def test_nothing_that_goes_wrong_is_an_exception_or_a_success(bench: Bench) -> None:
    for fault in FAULTS:
        bench.next(fault)
        order = bench.order()
        outcome = bench.provider.send(order)
        assert isinstance(outcome, Outcome)
        assert outcome.status is not Status.SUCCEEDED or fault == "late"


# Asking


def test_what_was_never_sent_is_absent(bench: Bench) -> None:
    assert bench.provider.look_up(bench.order()).status is Status.ABSENT


def test_asking_moves_nothing_and_always_says_the_same(bench: Bench) -> None:
    never, sent = bench.order(), bench.order()
    bench.provider.send(sent)
    bench.later()
    assert len({bench.provider.look_up(sent) for _ in range(5)}) == 1
    assert {bench.provider.look_up(never).status for _ in range(5)} == {Status.ABSENT}
    assert (bench.moved(never), bench.moved(sent)) == (0, 1)


def test_a_word_that_nobody_knows_is_unknown(bench: Bench) -> None:
    bench.next("strange")
    order = bench.order()
    payout = send(bench, sending(bench, order), order)
    bench.deliver()
    found = bench.provider.look_up(order)
    assert (found.status, found.lost, bool(found.word)) == (Status.UNKNOWN, False, True)
    payout = reconcile(bench, payout, order)
    assert payout.state is State.UNKNOWN
    bench.later()
    assert reconcile(bench, payout, order).state is State.SUCCEEDED


def test_another_amount_is_unknown(bench: Bench) -> None:
    bench.next("other-amount")
    order = bench.order()
    payout = send(bench, sending(bench, order), order)
    bench.later()
    assert bench.provider.look_up(order).status is Status.UNKNOWN
    assert reconcile(bench, payout, order).state is State.UNKNOWN


def test_two_parts_of_one_payment_are_two_refunds(bench: Bench) -> None:
    payment = bench.payment(Money(20000, "EUR"))
    orders = [bench.order(7000, payment=payment), bench.order(7000, payment=payment)]
    for order in orders:
        bench.provider.send(order)
    bench.later()
    found = [bench.provider.look_up(order) for order in orders]
    assert [one.status for one in found] == [Status.SUCCEEDED] * 2
    assert found[0].reference is None or found[0].reference != found[1].reference
    assert [bench.moved(order) for order in orders] == [1, 1]


def test_refunds_of_others_are_not_taken_for_ours(bench: Bench) -> None:
    payment = bench.payment(Money(20000, "EUR"))
    bench.provider.send(bench.order(7000, payment=payment))
    bench.later()
    assert bench.provider.look_up(bench.order(7000, payment=payment)).status is Status.ABSENT


def test_a_list_has_every_refund_as_it_stands_and_a_half_one_is_none(bench: Bench) -> None:
    """What a provider lists is what it says when it is asked, one by one."""
    orders = [bench.order(7000) for _ in range(5)]  # more than a page of the fake's
    for order in orders:
        bench.provider.send(order)
    bench.later()
    listed = bench.provider.refunds()
    if listed is None:
        return
    found = {one.key: one for one in listed}
    for order in orders:
        asked = bench.provider.look_up(order)
        assert order.payment in found[order.key].payments
        assert (found[order.key].outcome, asked.status) == (asked, Status.SUCCEEDED)
    assert len(found) == len(orders)
    with bench.unreachable(), pytest.raises(OSError, match="connection"):
        list(bench.provider.refunds() or ())
