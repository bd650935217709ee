"""A desk in three functions: a payout that is sending, the answer to its call, and a round of the reconciler."""

from __future__ import annotations

from benches import Bench

from recourse.payouts import machine, reconciling
from recourse.payouts.machine import Event, Kind, Source, Standing, State
from recourse.payouts.providers.contract import Order


def apply(payout: Standing, event: Event) -> Standing:
    """The payout after an event, whatever became of the event."""
    return machine.step(payout, event).standing


def sending(bench: Bench, order: Order) -> Standing:
    planned = machine.plan(order.key, order.money, by="ada", at=bench.time)
    return apply(planned, Event("go", Kind.SEND, Source.STAFF, bench.time, by="ben"))


def send(bench: Bench, payout: Standing, order: Order) -> Standing:
    return apply(payout, reconciling.answered(payout, bench.provider.send(order), at=bench.time))


def reconcile(bench: Bench, payout: Standing, order: Order) -> Standing:
    """One round of the reconciler, with the same request again where that is what follows."""
    outcome = bench.provider.look_up(order)
    event = reconciling.looked_up(payout, outcome, bench.provider.memory, at=bench.time)
    after = payout if event is None else apply(payout, event)
    return send(bench, after, order) if after.state is State.SENDING else after
