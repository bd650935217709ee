"""Cases to pay, and what the processes that are killed do with them."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

from django.db import transaction

from recourse.desk import scope
from recourse.desk.models import (
    Answer,
    Assessment,
    Case,
    Exhibit,
    Institution,
    Membership,
    Payment,
    Person,
    Purchase,
    Reason,
    Role,
    Source,
)
from recourse.desk.services import cases, deciding
from recourse.desk.stages import Kind
from recourse.money import Money
from recourse.payouts.models import Account, Payout
from recourse.payouts.services import paying, routes
from recourse.work import clock, worker

SUM = Money(8499, "EUR")
FACTS = {
    "learner_place": "DE", "seller_place": "DE", "paid": "84.99 EUR", "price": "84.99 EUR",
    "concluded_on": "2026-11-10", "kind": "recorded-course", "buyer_is_consumer": "true", "sales_channel": "online",
    "withdrawal_information_given": "true", "supply_begun": "true", "requested_on": "2026-11-20",
    "request_received_on": "2026-11-20",
}  # fmt: skip


def school() -> Institution:
    """A school with one who plans and one who releases."""
    made = Institution.objects.create(name="Fault", slug=f"f-{uuid4().hex[:10]}", place="DE", approval_minor=10**6)
    for role in (Role.AGENT, Role.FINANCE, Role.APPROVER):
        person = Person.objects.create_user(f"{role}-{made.slug}@example.org")
        Membership.objects.create(institution=made, person=person, role=role)
    for route in ("sandbox", "manual"):
        Account.objects.create(institution=made, route=route)
    return made


def staff(place: Institution, role: str) -> Person:
    return Person.objects.get(email=f"{role}-{place.slug}@example.org")


def decided(place: Institution, route: str, captured: int = SUM.minor) -> Case:
    """A case that is to be paid in whole; its payment may have been of more than this purchase."""
    at = clock.now()
    learner = Person.objects.create_user(f"l-{uuid4().hex[:12]}@example.org")
    bought = Purchase.objects.create(
        institution=place, learner=learner, order_number=uuid4().hex[:10], paid_minor=8499, currency="EUR", facts=FACTS,
        source=Source.FILE, bought_on=dt.date(2026, 11, 10),
    )  # fmt: skip
    reference = f"pay-{uuid4().hex[:12]}"
    Payment.objects.create(purchase=bought, minor=captured, currency="EUR", provider=route, reference=reference)
    routes.world().capture(reference, Money(captured, SUM.currency))
    asked = cases.Asked(
        kind=Kind.REFUND, learner=learner, facts=FACTS, purchase=bought, reason=Reason.PERSONAL, asked_minor=8499,
        currency="EUR",
    )  # fmt: skip
    case = cases.receive(case=cases.start(asked=asked, at=at), by=learner, at=at)
    last = Assessment.objects.filter(case=case).order_by("-number").first()
    what = deciding.Deciding(kind=Answer.WHOLE, minor=SUM.minor)
    deciding.decide(case=case, by=staff(place, "agent"), assessment=last, what=what, at=at)
    return Case.objects.get(pk=case.pk)


def plan(case: UUID, token: UUID) -> Payout:
    """One payout of all that a case is to be paid; the same token again is the same payout."""
    found = Case.objects.get(pk=case)
    paid = Payment.objects.get(purchase=found.purchase)
    parts = [paying.Part(SUM.minor, paid.provider, paid.pk)]
    return paying.plan(case=found, by=staff(found.institution, "finance"), parts=parts, token=token, at=clock.now())[0]


def release(payout: UUID) -> Payout:
    row = Payout.objects.get(pk=payout)
    return paying.release(payout=payout, by=staff(row.institution, "approver"), seen=SUM, at=clock.now())


def later(seconds: float) -> object:
    return lambda: clock.now() + dt.timedelta(seconds=seconds)


def drain(seconds: float = 0) -> None:
    worker.drain(later(seconds))


def proof(case: Case) -> Exhibit:
    """A file that says it was paid."""
    return Exhibit.objects.create(case=case, name="proof.pdf", kind="pdf", digest=uuid4().hex * 2, size=1, stored="-")


def inside() -> object:
    """The scope of the background, for a whole process."""
    found = scope.of(scope.EVERYTHING)
    found.__enter__()
    return found


__all__ = [
    "UUID",
    "Case",
    "Payout",
    "clock",
    "decided",
    "drain",
    "inside",
    "later",
    "plan",
    "release",
    "routes",
    "school",
    "transaction",
    "uuid4",
    "worker",
]  # fmt: skip
