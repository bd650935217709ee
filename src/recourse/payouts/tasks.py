"""The payouts' work in the background: sending, asking what became of it, and the sweeps that forget neither."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

from recourse.payouts.machine import State
from recourse.work.queue import task
from recourse.work.sweep import EVERY as SWEPT
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


@task("payout.gather", lease=LEASE, most=40, takes_context=True)
def gather(turn: Turn, account: UUID) -> None:
    """Hand the transfers of an account that wait to its bank, in one file."""
    from recourse.payouts.services import sending  # noqa: PLC0415

    sending.send_together(account, clock=turn.clock, finish=turn.finish)


@task("payout.ask", lease=LEASE, most=40, takes_context=True)
def ask(turn: Turn, payout: UUID) -> None:
    """Ask the provider what became of it."""
    from recourse.payouts.services import sending  # noqa: PLC0415

    sending.ask(payout, clock=turn.clock, finish=turn.finish)


@task("mail.payout")
def mail(event: UUID) -> None:
    """To the learner: what became of their money."""
    from recourse.payouts.services import telling  # noqa: PLC0415

    telling.send(event)


@sweep
def payouts(now: dt.datetime) -> Iterator[Wake]:
    """What is sending has its job; what is not final is asked about again and again.

    The next question is put in when the last one was answered, so that none pile up where workers are slow; where it
    died, another one follows the next day.
    """
    from recourse.payouts.models import Payout, Route  # noqa: PLC0415
    from recourse.payouts.services import paying  # noqa: PLC0415

    second = int(now.timestamp())
    open_now = Payout.objects.filter(state__in=list(EVERY)).order_by("at").only(
        "state", "tries", "at", "asked_at", "institution_id", "account_id", "route"
    )  # fmt: skip
    for row in open_now:
        key = {"payout": row.pk}
        every = EVERY[State(row.state)]
        if row.state == State.SENDING:
            if row.route == Route.SEPA:
                yield paying.gathering(row.account_id, row.at)._replace(institution=row.institution_id)
            else:
                yield Wake(send.kind, key, now, f"payout.send:{row.pk}:{row.tries}", row.institution_id)
            if second - row.at < every:
                continue
        last = max(row.at, row.asked_at or 0)
        if last + every <= second + SWEPT:
            due = max(now, dt.datetime.fromtimestamp(last + every, dt.UTC))
            yield Wake(ask.kind, key, due, f"payout.ask:{row.pk}:{last}:{second // 86400}", row.institution_id)


@sweep
def successes(now: dt.datetime) -> Iterator[Wake]:
    """What succeeded lately may still fail late or come back."""
    from recourse.payouts.models import Payout  # noqa: PLC0415

    second = int(now.timestamp())
    lately = Payout.objects.filter(state=State.SUCCEEDED, external=False, at__gt=second - TELLING)
    for pk, institution in lately.values_list("pk", "institution").iterator():
        yield Wake(ask.kind, {"payout": pk}, now, f"payout.ask:{pk}:day:{second // 86400}", institution)
