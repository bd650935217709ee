"""Staff's side of a payout: planned, released by a second person where the sum asks for one, or cancelled."""

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
from recourse.payouts import machine, planning
from recourse.payouts.machine import Kind, Source, State
from recourse.payouts.models import Account, Approval, Award, Payout, Reported, Route
from recourse.payouts.planning import Attempt
from recourse.payouts.providers import accounts, latin
from recourse.payouts.providers.contract import Payee
from recourse.payouts.services import applying, awards, disputes, hindrances, keeping, records, routes, sealing
from recourse.problems import Problem
from recourse.work import crash, leases
from recourse.work.queue import enqueue
from recourse.work.sweep import Wake

_DISPUTED = Words("the payment is disputed: the bank decides about it first", "该笔付款存在争议，须先由银行处理")
GATHERED = 300  # seconds: transfers released in the same span go to the bank in one file
PAYERS = keeping.PAYERS


@dataclass(frozen=True)
class Part:
    """So much of the award by one route; `payment` is the one it goes back to, None for what no payment can take."""

    minor: int
    route: str
    payment: UUID | None = None
    payee: Payee | None = None


@dataclass(frozen=True)
class Proposal:
    """What is left of an award, and how it would go back: nothing is reserved by it."""

    whole: Money
    interest: Money
    left: Money
    parts: tuple[Part, ...]
    blocked: tuple[UUID, ...]
    unplaced: int  # minor units that no payment can take


def propose(case: Case) -> Proposal:
    """The plan for what is not yet under way, on the last assessment; writes nothing.

    Raises `Problem` where nothing is to be paid.
    """
    found = awards.figures(case, case.assessments.order_by("-number").first())
    return _propose(case, Money(found.minor + found.interest, found.currency), found.interest)


def _propose(case: Case, whole: Money, interest: int) -> Proposal:
    left = Money(max(0, whole.minor - records.taken(case)), whole.currency)
    rows = {row.pk: row for row in records.payments(case)}
    late = Money(interest, whole.currency)
    if not left.minor:
        return Proposal(whole, late, left, (), (), 0)
    found = planning.spread(left, records.described(rows.values()))
    assert case.institution is not None
    open_here = routes.open_at(case.institution)
    parts = tuple(Part(one.minor, _route(rows[one.payment], open_here), one.payment) for one in found.parts)
    return Proposal(whole, late, left, parts, found.blocked, found.left)


def _route(payment: Payment, open_here: set[str]) -> str:
    """The way a payment came, where this institution has an account there; else by hand."""
    return payment.provider if payment.provider in open_here else Route.MANUAL.value


@transaction.atomic
def plan(*, case: Case, by: Person, parts: Sequence[Part], token: UUID, at: dt.datetime) -> list[Payout]:
    """Put payouts on paper; their amounts are reserved from here on. The same form sent twice plans once.

    Raises `Problem` for more than is left of the award or of a payment, a disputed payment, a route that is not open.
    """
    case = Case.lock(case.pk)
    rights.need(by, case.institution, *PAYERS)
    rights.need_impartial(by, case)
    before = list(Payout.objects.filter(form_token__startswith=f"{token}:", case=case).order_by("form_token"))
    if before:
        return before
    disputes.catch_up(records.payments(case))
    hindrances.need_none(case)
    if Reported.objects.filter(case=case, payout=None, dropped=False).exists():
        raise hindrances.waits_for_second()
    award = awards.settle_on(case=case, at=at)
    _need_left(award, parts)
    made = [_make(case, award, by, part, f"{token}:{number}", at) for number, part in enumerate(parts)]
    for row in made:
        applying.tell_planned(row, timeline.actor(by), at)
    crash.at("payout-planned")
    return made


def _need_left(award: Award, parts: Sequence[Part]) -> None:
    left = award.whole - records.taken(award.case)
    if not parts or any(part.minor <= 0 for part in parts):
        raise Problem(Words("a payout is of more than nothing", "付款金额必须大于零"), field="minor")
    if sum(part.minor for part in parts) > left:
        shown = Money(max(0, left), award.currency)
        raise Problem(Words(f"only {shown} of this award is left", f"该笔应付款仅余 {shown}"), field="minor")


def _make(case: Case, award: Award, by: Person, part: Part, token: str, at: dt.datetime) -> Payout:
    institution = case.institution
    assert institution is not None
    account = routes.account(institution, part.route)
    payment = None
    if part.payment is not None:
        payment = _placed(case, award, part)
    else:
        _need_unplaced(case, award, part)
    standing = machine.plan(
        uuid4(),
        Money(part.minor, award.currency),
        by=str(by.pk),
        at=records.seconds(at),
        two_people=needs_two(institution, Money(award.whole, award.currency)),
    )
    row: Payout = Payout.objects.create(
        id=standing.key, institution=institution, account=account, case=case, award=award, payment=payment,
        route=part.route, minor=part.minor, currency=award.currency, text=f"Refund {case.reference}",
        payee=_payee(part), state=standing.state.value, at=standing.at, two_people=standing.two_people, planned_by=by,
        form_token=token,
    )  # fmt: skip
    return row


def needs_two(institution: Institution, whole: Money) -> bool:
    """Whether a second person is needed. The whole award counts, so that cutting it into parts does not help."""
    limit = institution.approval_minor
    return not limit or institution.approval_currency != whole.currency or whole.minor > limit


def _placed(case: Case, award: Award, part: Part) -> Payment:
    """The payment, held, with room for the part by that route."""
    known = {row.pk for row in records.payments(case)}
    if part.payment not in known:
        raise Problem(Words("this payment is not of this case", "该笔付款不属于本案"), field="payment")
    row = Payment.lock(part.payment)
    _need_none_unmatched(row, part)
    described = records.described([row])[0]
    tried = Payout.objects.filter(payment=row).values_list("route", "minor", "state")
    attempts = [Attempt(row.pk, route, minor, State(state)) for route, minor, state in tried]
    assert case.institution is not None
    tried_here = Account.objects.filter(institution=case.institution, route=row.provider).exists()
    if part.route != row.provider and (tried_here or row.provider in routes.open_at(case.institution)):
        planning.other_route(described, part.minor, part.route, attempts)
    if described.disputed:
        raise Problem(_DISPUTED)
    if row.currency != award.currency:
        raise Problem(Words("the payment was in another currency", "该笔付款为其他币种"))
    if part.minor > planning.remaining(described):
        left = Money(max(0, planning.remaining(described)), row.currency)
        raise Problem(Words(f"only {left} of this payment is left", f"该笔付款仅余 {left}"), field="minor")
    return row


def _need_none_unmatched(payment: Payment, part: Part) -> None:
    """The same amount that went back elsewhere may be the very refund that is planned here."""
    if Payout.objects.filter(
        payment=payment, external=True, award=None, minor=part.minor, state=State.SUCCEEDED
    ).exists():
        raise Problem(
            Words("this amount went back on this payment already, made elsewhere", "该笔付款已在别处退过同样金额"),
            hint=Words("say first which case that refund pays: it stands on the page Money",
                       "请先在“款项”页面说明该笔退款对应哪个案件"),
            field="payment",
        )  # fmt: skip


def _need_unplaced(case: Case, award: Award, part: Part) -> None:
    """What no payment can take goes by a route of its own, by hand or by transfer; never while a dispute is open."""
    found = _propose(case, Money(award.whole, award.currency), award.interest_minor)
    if part.route not in (Route.MANUAL, Route.SEPA):
        raise Problem(Words("a card takes back only what came from it", "卡片只能退回其支付的款项"), field="route")
    if found.blocked:
        raise Problem(Words("a payment is disputed: the bank decides about it first", "有付款存在争议，须先由银行处理"))
    if part.minor > found.unplaced:
        shown = Money(found.unplaced, award.currency)
        raise Problem(
            Words(f"all but {shown} goes back the way it came", f"除 {shown} 外，其余须原路退回"),
            field="minor",
        )


def _payee(part: Part) -> bytes:
    if part.route != Route.SEPA:
        return b""
    if part.payee is None or not part.payee.name.strip():
        raise Problem(Words("a transfer needs the learner’s account", "转账需要学员的银行账户"), field="iban")
    values = {"name": latin.name(part.payee.name), "iban": accounts.iban(part.payee.iban)}
    if part.payee.bic:
        values["bic"] = accounts.bic(part.payee.bic)
    return sealing.seal(values)


@transaction.atomic
def release(*, payout: UUID, by: Person, seen: Money, at: dt.datetime) -> Payout:
    """Let a payout go: from here on it is sent. `seen` is the amount that stood before the person's eyes.

    Twice changes nothing. Raises `Problem` where the planner releases above the limit, or something came up since: a
    dispute, a contradiction, the end of the case, a decision for less.
    """
    row = applying.hold(payout)
    rights.need(by, row.institution, *PAYERS)
    assert row.case is not None
    assert row.planned_by is not None
    rights.need_impartial(by, row.case)
    if row.state != State.PLANNED and row.released_by_id == by.pk:
        return row
    if seen != Money(row.minor, row.currency):
        raise Problem(Words("the amount is another one than you saw", "金额与您所见不同"))
    hindrances.need_none(row.case)
    hindrances.need_covered(row.case)
    if row.payment is not None:
        Payment.lock(row.payment.pk)
        disputes.catch_up([row.payment])
        if records.described([row.payment])[0].disputed:
            raise Problem(_DISPUTED)
    problem = routes.provider(row.account).can(_as_planned(row))
    if not problem.yes:
        assert problem.why is not None
        raise Problem(problem.why)
    event = machine.Event(f"send:{row.pk}", Kind.SEND, Source.STAFF, records.seconds(at), by=str(by.pk))
    machine.step(records.standing(row), event)  # raises before anything is written
    Approval.objects.get_or_create(
        payout=row, defaults={"by": by, "planned_by": row.planned_by, "two_people": row.two_people, "minor": row.minor,
                              "currency": row.currency},
    )  # fmt: skip
    step = applying.take(row.pk, event, at=at, by=timeline.actor(by))
    send_job(row, step.standing.tries, at)
    crash.at("payout-released")
    row.refresh_from_db()
    return row


def _as_planned(row: Payout) -> planning.Payment:
    """The payment as a route is asked about it; a transfer without one stands for itself."""
    if row.payment is not None and row.payment.provider == row.route:
        return records.described([row.payment])[0]
    return planning.Payment(row.pk, row.route, "", Money(row.minor, row.currency))


def send_job(row: Payout, tries: int, at: dt.datetime) -> None:
    """The job that sends it, once a try; transfers wait a few minutes for others, and go in one file with them."""
    if row.route == Route.SEPA:
        wake = gathering(row.account_id, records.seconds(at))
        enqueue("payout.gather", wake.args, run_at=wake.run_at, dedup=wake.dedup, institution=row.institution_id)
        return
    key = f"payout.send:{row.pk}:{tries}"
    enqueue("payout.send", {"payout": row.pk}, dedup=key, institution=row.institution_id)


def gathering(account: UUID, at: int) -> Wake:
    """When the file is made that a transfer of that second goes into, one for each account and span of time."""
    slot = at // GATHERED + 1
    moment = dt.datetime.fromtimestamp(slot * GATHERED, dt.UTC)
    return Wake("payout.gather", {"account": account}, moment, f"payout.gather:{account}:{slot}")


@transaction.atomic
def file_now(*, account: Account, by: Person, at: dt.datetime) -> None:
    """Make the bank's file at once, of all that was released: the job that would make it next comes now.

    No second one is put in: two at once would each find the other's notes, and take its answers for lost.
    """
    rights.need(by, account.institution, *PAYERS)
    leases.bring_forward("payout.gather", {"account": account.pk}, at)


@transaction.atomic
def cancel(*, payout: UUID, by: Person, at: dt.datetime) -> Payout:
    """Think better of it before anything was sent; the amount is free again."""
    row = applying.hold(payout)
    rights.need(by, row.institution, *PAYERS)
    if row.case is not None:
        rights.need_impartial(by, row.case)
    if row.state == State.CANCELLED:
        return row
    event = machine.Event(f"cancel:{row.pk}", Kind.CANCEL, Source.STAFF, records.seconds(at), by=str(by.pk))
    applying.take(row.pk, event, at=at, by=timeline.actor(by))
    row.refresh_from_db()
    return row
