"""The payouts' work in the background: sending, asking what became of it, and the sweeps that forget neither."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

from recourse.payouts.machine import State
from recourse.work.queue import task
from recourse.work.sweep import Wake, sweep
from recourse.work.worker import Turn

# Longer than any provider's call lasts: a second worker comes when the first can no longer be calling.
LEASE = 180
EVERY = {State.UNKNOWN: 300, State.PENDING: 3600, State.SENDING: 600}  # seconds between two look-ups
TELLING = 30 * 86400  # a success is asked about once a day for so long: it may come back


@task("payout.send", lease=LEASE, most=40, takes_context=True)
def send(turn: Turn, payout: UUID) -> None:
    """Call the provider, once a try."""
    from recourse.payouts.services import sending  # noqa: PLC0415 - every worker loads this module

    sending.send(payout, clock=turn.clock, finish=turn.finish)


@task("payout.ask", lease=LEASE, most=40, takes_context=True)
def ask(turn: Turn, payout: UUID) -> None:
    """Ask the provider what became of it."""
    from recourse.payouts.services import sending  # noqa: PLC0415

    sending.ask(payout, clock=turn.clock, finish=turn.finish)


@sweep
def payouts(now: dt.datetime) -> Iterator[Wake]:
    """What is sending has its job; what is not final is asked about again and again."""
    from recourse.payouts.models import Payout  # noqa: PLC0415

    second = int(now.timestamp())
    open_now = Payout.objects.filter(state__in=list(EVERY)).order_by("at")
    for pk, state, tries, at, institution in open_now.values_list("pk", "state", "tries", "at", "institution"):
        key = {"payout": pk}
        every = EVERY[State(state)]
        if state == State.SENDING:
            yield Wake(send.kind, key, now, f"payout.send:{pk}:{tries}", institution)
            if second - at < every:
                continue
        yield Wake(ask.kind, key, now, f"payout.ask:{pk}:{second // every}", institution)


@sweep
def successes(now: dt.datetime) -> Iterator[Wake]:
    """What succeeded lately may still fail late or come back."""
    from recourse.payouts.models import Payout  # noqa: PLC0415

    second = int(now.timestamp())
    lately = Payout.objects.filter(state=State.SUCCEEDED, external=False, at__gt=second - TELLING)
    for pk, institution in lately.values_list("pk", "institution").iterator():
        yield Wake(ask.kind, {"payout": pk}, now, f"payout.ask:{pk}:day:{second // 86400}", institution)
