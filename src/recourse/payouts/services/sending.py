"""Money moves: the call of a provider and what follows when its answer is late, strange or lost.

No provider is called inside a transaction. That it will be called is on record before: whoever finds that record and no
answer (its worker was killed) calls nobody, takes the answer for lost and looks the payout up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction

from recourse.money import Money
from recourse.payouts import reconciling
from recourse.payouts.machine import Event as Happened
from recourse.payouts.machine import Kind, Source, Standing, State
from recourse.payouts.models import Event, Payout
from recourse.payouts.providers.contract import Order, Outcome, Provider, Status
from recourse.payouts.providers.sepa import Sepa
from recourse.payouts.services import applying, fees, paying, records, routes
from recourse.work import crash
from recourse.work.queue import enqueue

PATIENCE = 600  # seconds: no call lasts longer, and no lease of one
ASK_SOON = dt.timedelta(seconds=10)
Finish = Callable[[], Any]


def send(payout: UUID, *, clock: Callable[[], dt.datetime], finish: Finish) -> None:
    """Call the provider for a payout that is sending, once a try; `finish` ends the job in the last transaction."""
    before = _begin(payout, clock())
    if before is None:
        _end(payout, None, clock, finish)
        return
    row = Payout.objects.select_related("account", "payment").get(pk=payout)
    provider, order = routes.provider(row.account), records.order(row)
    crash.at("payout-before-call")
    outcome = _earlier(provider, order, clock()) or provider.send(order)
    crash.at("payout-after-call")
    at = clock()
    _end(payout, reconciling.answered(before, outcome, at=records.seconds(at)), clock, finish, fee=outcome.fee)
    crash.at("payout-answer-kept")


def send_together(account: UUID, *, clock: Callable[[], dt.datetime], finish: Finish) -> None:
    """Hand all transfers of an account that were released and not sent yet to the bank in one file."""
    waiting = Payout.objects.filter(account=account, state=State.SENDING).order_by("at", "pk")
    keys = list(waiting.values_list("pk", flat=True))
    before = {pk: standing for pk in keys if (standing := _begin(pk, clock(), PATIENCE)) is not None}
    outcomes: dict[UUID, Outcome] = {}
    if before:
        rows = list(Payout.objects.filter(pk__in=before).select_related("account", "payment"))
        provider = routes.provider(rows[0].account)
        assert isinstance(provider, Sepa)
        crash.at("payout-before-call")
        outcomes = provider.send_all([records.order(row) for row in rows])
        crash.at("payout-after-call")
    for pk in keys:
        at = records.seconds(clock())
        event = reconciling.answered(before[pk], outcomes[pk], at=at) if pk in before else None
        fee = outcomes[pk].fee if pk in before else None
        _end(pk, event, clock, lambda: None, fee=fee)
    with transaction.atomic():
        finish()
    crash.at("payout-answer-kept")


def _earlier(provider: Provider, order: Order, at: dt.datetime) -> Outcome | None:
    """What is there already under a key that the provider may have forgotten, as after a restored backup.

    Our record then says that it was never called, and the request would be a second refund. None: it may be made.
    """
    if records.seconds(at) - order.made_at < provider.memory.honours:
        return None
    found = provider.look_up(order)
    return None if found.status is Status.ABSENT else found


def _begin(payout: UUID, at: dt.datetime, patience: int = 0) -> Standing | None:
    """Put on record that the provider is called now; None where it was called for this try, or is not to be called.

    A call that was noted less than `patience` seconds ago may be another job's, which has its answer yet to come.
    """
    with transaction.atomic():
        row = applying.hold(payout)
        standing = records.standing(row)
        name = f"call:{row.tries}"
        if standing.state is not State.SENDING:
            return None
        if name in standing.seen:
            moment, called = records.seconds(at), Event.objects.values_list("at", flat=True).get(payout=row, name=name)
            if moment - called < patience:
                return None
            lost = Happened(
                f"no-answer:{row.tries}", Kind.LOST, Source.ANSWER, moment, word="no answer", attempt=row.tries
            )
            applying.take(payout, lost, at=at)
            return None
        Event.objects.create(
            payout=row, name=name, kind="call", source="call", at=records.seconds(at), taken="noted",
            before=row.state, after=row.state,
        )  # fmt: skip
        crash.at("payout-call-uncommitted")
    crash.at("payout-call-kept")
    return standing


def _end(
    payout: UUID, event: Happened | None, clock: Callable[[], dt.datetime], finish: Finish, *, fee: Money | None = None
) -> None:
    """Take the answer and finish the job together; what is unknown is asked about soon."""
    at = clock()
    with transaction.atomic():
        if event is not None:
            applying.take(payout, event, at=at)
        row = applying.hold(payout)
        fees.settle(row, fee, records.seconds(at))
        if row.state == State.UNKNOWN:
            ask_job(row, at + ASK_SOON, f"lost:{row.tries}")
        finish()
        crash.at("payout-answer-uncommitted")


def ask(payout: UUID, *, clock: Callable[[], dt.datetime], finish: Finish) -> None:
    """Ask the provider what became of a payout, and take what it says; where nothing is there, send once more or not.

    An outcome that says nothing changes nothing: the sweep asks again.
    """
    row = Payout.objects.select_related("account", "payment").get(pk=payout)
    standing = records.standing(row)
    now = records.seconds(clock())
    lost = reconciling.stale(standing, now=now, patience=PATIENCE)
    if lost is not None:
        standing = applying.take(payout, lost, at=clock()).standing
    # Not ours, or being sent right now: there is nothing to look up. One never sent is: a restored record may have
    # forgotten that it was, and what the provider says of it then is an alarm.
    if standing.external or standing.state is State.SENDING:
        with transaction.atomic():
            finish()
        return
    provider, order = routes.provider(row.account), records.order(row)
    crash.at("payout-before-look-up")
    outcome = provider.look_up(order)
    crash.at("payout-after-look-up")
    at = clock()
    event = reconciling.looked_up(standing, outcome, provider.memory, at=records.seconds(at))
    with transaction.atomic():
        held = applying.hold(payout)
        moved_on = held.tries != standing.tries or held.state != standing.state
        if event is not None and not (moved_on and event.kind in {Kind.AGAIN, Kind.NEVER, Kind.STRANGE}):
            after = applying.take(payout, event, at=at).standing
            if after.state is State.SENDING:
                paying.send_job(row, after.tries, at)
        fees.settle(held, outcome.fee, records.seconds(at))
        Payout.objects.filter(pk=payout).update(asked_at=records.seconds(at))
        finish()
        crash.at("payout-look-up-uncommitted")
    crash.at("payout-look-up-kept")


def ask_job(row: Payout, when: dt.datetime, why: str) -> None:
    """The job that asks about it, once for each reason."""
    enqueue(
        "payout.ask", {"payout": row.pk}, run_at=when, dedup=f"payout.ask:{row.pk}:{why}"[:200],
        institution=row.institution_id,
    )  # fmt: skip
