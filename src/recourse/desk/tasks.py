"""The desk's work in the background; every job and sweep runs in the scope of everything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

from recourse.desk import scope
from recourse.work import queue
from recourse.work.queue import task
from recourse.work.sweep import Wake, sweep
from recourse.work.worker import Turn

queue.around(lambda _: scope.of(scope.EVERYTHING))


@task("mail.receipt")
def receipt(case: UUID) -> None:
    """The receipt of a request, to its learner."""
    from recourse.desk import mails  # noqa: PLC0415 - letters are long to import, and not every worker writes one
    from recourse.desk.models import Case  # noqa: PLC0415

    mails.send(mails.receipt(Case.objects.select_related("learner", "institution", "purchase").get(pk=case)))


@task("mail.arrived")
def arrived(case: UUID) -> None:
    """To the institution: something came in."""
    from recourse.desk import mails  # noqa: PLC0415
    from recourse.desk.models import Case  # noqa: PLC0415

    mail = mails.arrived(Case.objects.select_related("institution").get(pk=case))
    if mail is not None:
        mails.send(mail)


@task("drafts.forget", takes_context=True, lease=300)
def forget(turn: Turn) -> None:
    """Drafts whose thirty days are over."""
    from recourse.desk.services import drafts  # noqa: PLC0415

    while drafts.forget(at=turn.clock()):
        turn.renew()


@sweep
def daily(now: dt.datetime) -> Iterator[Wake]:
    """One tidying of drafts a day."""
    yield Wake(forget.kind, {}, now, f"drafts.forget:{now.date().isoformat()}")
