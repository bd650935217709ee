"""Refunds that were made without us: seen at the provider or reported by staff, then matched to a case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction

from recourse.bilingual import Words
from recourse.desk.models import Case, Institution, Payment, Person
from recourse.desk.services import rights, timeline
from recourse.money import Money
from recourse.payouts import machine, postings
from recourse.payouts.machine import Kind, Source, Taken
from recourse.payouts.models import Account, Award, Event, Payout
from recourse.payouts.providers.contract import Status
from recourse.payouts.services import applying, awards, paying, records, routes
from recourse.payouts.services.comparing import Forgotten
from recourse.problems import Problem


@dataclass(frozen=True)
class Seen:
    """A refund of others: the provider's reference of it, and those of its payment, where they are said."""

    money: Money
    reference: str
    payments: frozenset[str] = frozenset()


def seen(*, account: Account, what: Seen, name: str, at: dt.datetime) -> Payout:
    """A refund that the provider tells of and that is none of ours; it changes no case until it is matched."""
    again = Payout.objects.filter(account=account, reference=what.reference).first()
    if again is not None:
        return again
    moment = records.seconds(at)
    event = machine.Event(name, Kind.PAID, Source.LOOK_UP, moment, reference=what.reference, word="succeeded")
    payment = Payment.objects.filter(
        provider=account.route, reference__in=what.payments, purchase__institution=account.institution_id
    ).first()
    return make(account, what.money, event, payment)


def remember(*, institution: Institution, lost: Sequence[Forgotten], at: dt.datetime) -> list[Payout]:
    """Put on record, as made elsewhere, what a comparison found forgotten, as after a restored backup.

    Only what was paid, and what sum can be read: what still waits there is told of until it is.
    """
    made = []
    for one in lost:
        outcome = one.listed.outcome
        if outcome.status is Status.SUCCEEDED and outcome.money is not None and outcome.reference:
            kept = Account.objects.filter(pk=one.account.pk).first()
            account = kept or routes.account(institution, one.account.route)
            what = Seen(outcome.money, outcome.reference, frozenset({one.payment}))
            made.append(seen(account=account, what=what, name=f"forgotten:{outcome.reference}", at=at))
    return made


@transaction.atomic
def make(account: Account, sum_: Money, event: machine.Event, payment: Payment | None) -> Payout:
    """The row of a refund that was made without us."""
    standing = machine.elsewhere(uuid4(), sum_, event)
    row: Payout = Payout.objects.create(
        id=standing.key, institution_id=account.institution_id, account=account, payment=payment, route=account.route,
        minor=sum_.minor, currency=sum_.currency, state=standing.state.value, at=standing.at, external=True,
        reference=standing.reference or "", evidence=standing.evidence or "", word=standing.word,
    )  # fmt: skip
    Event.objects.create(
        payout=row, name=event.id[:250], kind=event.kind.value, source=event.source.value, at=event.at,
        by_id=UUID(event.by) if event.by else None, second_id=UUID(event.second) if event.second else None,
        taken=Taken.MOVED.value, before="", after=standing.state.value,
        said={"amount": str(sum_), "reference": event.reference, "evidence": event.evidence},
    )  # fmt: skip
    applying.post(postings.seen_elsewhere(standing), row, standing.at)
    return row


@transaction.atomic
def match(*, payout: UUID, case: Case, by: Person, at: dt.datetime) -> Payout:
    """Say which case a refund of others pays. Raises `Problem` where it pays another one, or more than is left."""
    case = Case.lock(case.pk)
    rights.need(by, case.institution, *paying.PAYERS)
    rights.need_impartial(by, case)
    row = Payout.lock(payout)
    if row.institution_id != case.institution_id or not row.external:
        raise Problem(Words("only a refund made elsewhere is matched to a case", "只有在别处完成的退款可以对应到案件"))
    if row.award_id is not None:
        if row.case_id == case.pk:
            return row
        raise Problem(Words("it pays another case already", "该笔退款已对应另一案件"))
    if row.payment_id is not None and row.payment_id not in {one.pk for one in records.payments(case)}:
        raise Problem(Words("its payment belongs to another case", "该笔退款对应的付款不属于本案"), field="reference")
    award = awards.settle_on(case=case, at=at)
    need_room(award, Money(row.minor, row.currency))
    row.case, row.award = case, award
    row.save(update_fields=["case", "award"])
    moment = records.seconds(at)
    applying.post(postings.matched(row.pk, Money(row.minor, row.currency)), row, moment)
    applying.tell(row, records.standing(row), timeline.actor(by), at)
    return row


def need_room(award: Award, shown: Money) -> None:
    """Raises `Problem` where more was sent than is left of an award."""
    left = Money(max(0, award.whole - records.taken(award.case)), award.currency)
    if shown.currency != award.currency or shown.minor > left.minor:
        raise Problem(
            Words(f"{shown} was sent, and {left} is left to pay", f"已退 {shown}，而应付仅余 {left}"),
            hint=Words("look whether it was paid twice; a payout that waits can be cancelled",
                       "请核对是否重复付款；尚未发出的付款可以取消"),
        )  # fmt: skip
