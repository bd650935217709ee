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


@task("mail.organisation-waiting")
def organisation_waiting(organisation: UUID) -> None:
    """To the operators: an organisation waits for them."""
    from recourse.desk import mails  # noqa: PLC0415
    from recourse.desk.models import Institution, Person  # noqa: PLC0415

    found = Institution.objects.get(pk=organisation)
    for person in Person.objects.filter(is_operator=True, is_active=True):
        mails.send(mails.organisation_waiting(found, person))


@task("mail.organisation-answered")
def organisation_answered(organisation: UUID) -> None:
    """To the administrators of an organisation: whether it was confirmed."""
    from recourse.desk import mails  # noqa: PLC0415
    from recourse.desk.models import Institution, Person, Role  # noqa: PLC0415

    found = Institution.objects.get(pk=organisation)
    there = {"memberships__institution": found, "memberships__ended_at": None}
    for person in Person.objects.filter(**there, memberships__role=Role.ADMINISTRATOR, is_active=True):
        mails.send(mails.organisation_answered(found, person))


@task("retention.let-go", takes_context=True, lease=300)
def let_go(turn: Turn) -> None:
    """Whatever is not to be kept any longer (docs/operating.md has the terms)."""
    from recourse.desk.retention import letting_go  # noqa: PLC0415

    letting_go.run(at=turn.clock(), between=turn.renew)


@sweep
def daily(now: dt.datetime) -> Iterator[Wake]:
    """Once a day, what is over goes."""
    yield Wake(let_go.kind, {}, now, f"{let_go.kind}:{now.date().isoformat()}")


@task("assess.again", takes_context=True)
def again(turn: Turn, case: UUID) -> None:
    """What is owed, worked out anew on what the institution brought in."""
    from recourse.desk.services import assessing  # noqa: PLC0415

    assessing.assess_again(case=case, at=turn.clock())


@task("remind", takes_context=True)
def remind(turn: Turn, deadline: UUID) -> None:
    """The mail about a date of a case, if it still holds."""
    from recourse.desk.services import reminders  # noqa: PLC0415

    reminders.remind(turn, deadline)


@task("onward.renew", takes_context=True)
def renew(turn: Turn, case: UUID) -> None:
    """The last days of the bodies of a case that was refused or is late."""
    from recourse.desk.services import reminders  # noqa: PLC0415

    reminders.renew(case, turn.clock())


@sweep
def dates(now: dt.datetime) -> Iterator[Wake]:
    """A wake-up for each date that comes soon, and a look each day at cases for which bodies may be there."""
    from recourse.desk.services import reminders  # noqa: PLC0415

    yield from reminders.wanted(now)
    yield from reminders.to_renew(now)


@task("heads.sign", lease=600, takes_context=True)
def sign(turn: Turn) -> None:
    """Take new entries into the log, and sign its head."""
    from recourse.desk.services import heads  # noqa: PLC0415 - keys are long to import

    heads.make(at=turn.clock())


@task("heads.send", lease=300, takes_context=True)
def send_heads(turn: Turn) -> None:
    """The newest head leaves the house: to the auditors of institutions, and to the witnesses."""
    from recourse.desk import mails  # noqa: PLC0415
    from recourse.desk.services import heads  # noqa: PLC0415

    head = heads.unsent()
    if head is None:
        return
    for address, lang in heads.readers():
        mails.send(mails.head(head.size, head.note, address, lang))
        turn.renew()
    heads.sent(head=head, at=turn.clock())


@sweep
def records(now: dt.datetime) -> Iterator[Wake]:
    """A head within ten minutes of whatever was recorded; once a day the newest goes out."""
    from recourse.desk.services import heads  # noqa: PLC0415

    if heads.missing().exists():
        slot = now.replace(minute=now.minute // 10 * 10)
        yield Wake(sign.kind, {}, now, f"{sign.kind}:{slot:%Y-%m-%dT%H:%M}")
    if heads.unsent() is not None and heads.readers():
        yield Wake(send_heads.kind, {}, now, f"{send_heads.kind}:{now.date().isoformat()}")
