"""Refunds that staff say were made outside of the desk: recorded with a proof, above the limit with a second person.

Until that person agrees nothing counts, and nothing else is planned in the case: the same money might go out twice.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from recourse import money
from recourse.bilingual import Words
from recourse.desk.models import Case, Exhibit, Payment, Person
from recourse.desk.services import rights, timeline
from recourse.money import Money
from recourse.payouts import machine, planning
from recourse.payouts.machine import Kind, Source
from recourse.payouts.models import Reported, Route
from recourse.payouts.services import awards, elsewhere, hindrances, paying, records, routes
from recourse.problems import Problem


@dataclass(frozen=True)
class Telling:
    """What went back, on which day, with what proof; `payment` is the one it went back for, where that is known."""

    money: Money
    sent_on: dt.date
    proof: Exhibit
    payment: UUID | None = None


def waiting(case: Case) -> Reported | None:
    """The one that waits for its second person."""
    return Reported.objects.filter(case=case, payout=None, dropped=False).select_related("by", "payment").first()


@transaction.atomic
def report(*, case: Case, by: Person, what: Telling, at: dt.datetime) -> Reported:
    """Record it; within the limit it counts at once, against the award and its payment. The same proof twice is one.

    Raises `Problem` for more than is left of the award or of the payment: that wants a person's look.
    """
    case = Case.lock(case.pk)
    rights.need(by, case.institution, *paying.PAYERS)
    rights.need_impartial(by, case)
    assert case.institution is not None
    if what.proof.case_id != case.pk:
        raise Problem(Words("the proof belongs to another case", "凭证不属于本案"), field="proof")
    evidence = f"sha256:{what.proof.digest}"
    again = Reported.objects.filter(case=case, evidence=evidence, dropped=False).first()
    if again is not None:
        return again
    if waiting(case) is not None:
        raise hindrances.waits_for_second()
    if what.sent_on > at.date():
        raise Problem(Words("this day has not come yet", "该日期尚未到来"), field="sent_on")
    award = awards.settle_on(case=case, at=at)
    elsewhere.need_room(award, what.money)
    two = paying.needs_two(case.institution, Money(award.whole, award.currency))
    made: Reported = Reported.objects.create(
        case=case, payment=_payment(case, what), minor=what.money.minor, currency=what.money.currency,
        sent_on=what.sent_on, evidence=evidence, two_people=two, by=by,
    )  # fmt: skip
    _note(made, by, at, "elsewhere")
    if not made.two_people:
        _count(made, by, at)
    return made


@transaction.atomic
def agree(*, reported: UUID, by: Person, at: dt.datetime) -> Reported:
    """The second person looked at the proof, and agrees: from now on it counts. Raises `Problem` for one's own."""
    row = _open(reported, by)
    if row.by_id == by.pk:
        raise rights.NotYours(Words("nobody agrees to their own word", "不能复核自己的认定"))
    elsewhere.need_room(awards.settle_on(case=row.case, at=at), Money(row.minor, row.currency))
    row.second = by
    row.save(update_fields=["second"])
    _count(row, by, at)
    return row


@transaction.atomic
def drop(*, reported: UUID, by: Person, at: dt.datetime) -> Reported:
    """It was a mistake, or the second person does not agree; the record of it stays in the timeline."""
    row = _open(reported, by)
    row.dropped = True
    row.save(update_fields=["dropped"])
    _note(row, by, at, "elsewhere-dropped")
    return row


def _open(reported: UUID, by: Person) -> Reported:
    case = Case.lock(Reported.objects.filter(pk=reported).values_list("case", flat=True).get())
    row: Reported = Reported.lock(reported)
    rights.need(by, case.institution, *paying.PAYERS)
    rights.need_impartial(by, case)
    if row.dropped or row.payout_id is not None:
        raise Problem(Words("this is no longer open", "该项已不再待处理"))
    return row


def _payment(case: Case, what: Telling) -> Payment | None:
    """The payment it went back for, held; the only one where there is only one."""
    rows = {row.pk: row for row in records.payments(case)}
    chosen = what.payment or (next(iter(rows)) if len(rows) == 1 else None)
    if chosen is None:
        if rows:
            raise Problem(Words("say for which payment it went back", "请说明退回的是哪一笔付款"), field="payment")
        return None
    if chosen not in rows:
        raise Problem(Words("this payment is not of this case", "该笔付款不属于本案"), field="payment")
    row: Payment = Payment.lock(chosen)
    left = Money(max(0, planning.remaining(records.described([row])[0])), row.currency)
    if what.money.currency != row.currency or what.money.minor > left.minor:
        raise Problem(Words(f"only {left} of this payment is left", f"该笔付款仅余 {left}"), field="amount")
    return row


def _count(row: Reported, by: Person, at: dt.datetime) -> None:
    """From here on it is a payout like any other, made by others."""
    event = machine.Event(
        f"told:{row.pk}", Kind.PAID, Source.STAFF, records.seconds(at), by=str(row.by_id),
        second=str(row.second_id or ""), evidence=row.evidence,
    )  # fmt: skip
    assert row.case.institution is not None
    account = routes.account(row.case.institution, Route.MANUAL)
    row.payout = elsewhere.make(account, Money(row.minor, row.currency), event, row.payment)
    row.save(update_fields=["payout"])
    elsewhere.match(payout=row.payout.pk, case=row.case, by=by, at=at)


def _note(row: Reported, by: Person, at: dt.datetime, what: str) -> None:
    body = {"amount": money.show(row.minor, row.currency), what: row.evidence, "sent_on": row.sent_on.isoformat()}
    timeline.record(case=row.case, by=timeline.actor(by), kind="payout-note", at=at, body=body, inner=True)
