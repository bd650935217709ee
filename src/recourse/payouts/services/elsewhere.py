"""Refunds that were made without us: seen at the provider or told by staff with a proof, then matched to a case."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction

from recourse.bilingual import Words
from recourse.desk.models import Case, Exhibit, Payment, Person
from recourse.desk.services import rights, timeline
from recourse.money import Money
from recourse.payouts import machine, postings
from recourse.payouts.machine import Kind, Source, Taken
from recourse.payouts.models import Account, Award, Event, Payout, Route
from recourse.payouts.services import applying, awards, paying, records
from recourse.problems import Problem


@dataclass(frozen=True)
class Seen:
    """A refund of others: the provider's reference of it, and of its payment ("" where it is not said)."""

    money: Money
    reference: str
    payment: str = ""


def seen(*, account: Account, what: Seen, name: str, at: dt.datetime) -> Payout:
    """A refund that the provider tells of and that is none of ours; it changes no case until it is matched."""
    again = Payout.objects.filter(account=account, reference=what.reference).first()
    if again is not None:
        return again
    moment = records.seconds(at)
    event = machine.Event(name, Kind.PAID, Source.LOOK_UP, moment, reference=what.reference, word="succeeded")
    payment = None
    if what.payment:
        payment = Payment.objects.filter(
            provider=account.route, reference=what.payment, purchase__institution=account.institution_id
        ).first()
    return _make(account, what.money, event, payment)


@transaction.atomic
def told(*, case: Case, by: Person, sum_: Money, proof: Exhibit, at: dt.datetime) -> Payout:
    """Staff say that money went back outside of the desk, with a proof. The same proof twice is one refund.

    It pays the case's award at once. Raises `Problem` for more than is left of it: that wants a person's look.
    """
    case = Case.lock(case.pk)
    rights.need(by, case.institution, *paying.PAYERS)
    rights.need_impartial(by, case)
    assert case.institution is not None
    if proof.case_id != case.pk:
        raise Problem(Words("the proof belongs to another case", "凭证不属于本案"))
    account = paying.account_of(case.institution, Route.MANUAL)
    again = Payout.objects.filter(account=account, case=case, evidence=f"sha256:{proof.digest}").first()
    if again is not None:
        return again
    moment = records.seconds(at)
    event = machine.Event(
        f"told:{proof.digest}", Kind.PAID, Source.STAFF, moment, by=str(by.pk), evidence=f"sha256:{proof.digest}"
    )
    row = _make(account, sum_, event, None)
    return match(payout=row.pk, case=case, by=by, at=at)


def _make(account: Account, sum_: Money, event: machine.Event, payment: Payment | None) -> Payout:
    standing = machine.elsewhere(uuid4(), sum_, event)
    row: Payout = Payout.objects.create(
        id=standing.key, institution_id=account.institution_id, account=account, payment=payment, route=account.route,
        minor=sum_.minor, currency=sum_.currency, state=standing.state.value, at=standing.at, external=True,
        reference=standing.reference or "", evidence=standing.evidence or "", word=standing.word,
    )  # fmt: skip
    Event.objects.create(
        payout=row, name=event.id[:250], kind=event.kind.value, source=event.source.value, at=event.at,
        by_id=UUID(event.by) if event.by else None, taken=Taken.MOVED.value, before="", after=standing.state.value,
        said={"amount": str(sum_), "reference": event.reference, "evidence": event.evidence},
    )  # fmt: skip
    applying.post(postings.seen_elsewhere(standing), row, standing.at)
    return row


@transaction.atomic
def match(*, payout: UUID, case: Case, by: Person, at: dt.datetime) -> Payout:
    """Say which case a refund of others pays. Raises `Problem` where it pays another one, or more than is left."""
    case = Case.lock(case.pk)
    rights.need(by, case.institution, *paying.PAYERS)
    row = Payout.lock(payout)
    if row.institution_id != case.institution_id or not row.external:
        raise Problem(Words("only a refund made elsewhere is matched to a case", "只有在别处完成的退款可以对应到案件"))
    if row.award_id is not None:
        if row.case_id == case.pk:
            return row
        raise Problem(Words("it pays another case already", "该笔退款已对应另一案件"))
    award = awards.settle_on(case=case, at=at)
    _need_room(award, row)
    row.case, row.award = case, award
    row.save(update_fields=["case", "award"])
    moment = records.seconds(at)
    applying.post(postings.matched(row.pk, Money(row.minor, row.currency)), row, moment)
    applying.tell(row, records.standing(row), timeline.actor(by), at)
    return row


def _need_room(award: Award, row: Payout) -> None:
    left = Money(max(0, award.whole - records.taken(award.case)), award.currency)
    if row.currency != award.currency or row.minor > left.minor:
        shown = Money(row.minor, row.currency)
        raise Problem(
            Words(f"{shown} was sent, and {left} is left to pay", f"已退 {shown}，而应付仅余 {left}"),
            hint=Words("look whether it was paid twice; a payout that waits can be cancelled",
                       "请核对是否重复付款；尚未发出的付款可以取消"),
        )  # fmt: skip
