"""Between rows and the plain values of the pure half: payouts as they stand, payments, orders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from recourse.desk.models import Case, Payment, Purchase
from recourse.money import Money
from recourse.payouts import planning
from recourse.payouts.machine import RESERVES, Standing, State, Waits
from recourse.payouts.models import Dispute, Event, Payout
from recourse.payouts.planning import Quarrel
from recourse.payouts.providers import stripe_money
from recourse.payouts.providers.contract import Order, Payee
from recourse.payouts.services import sealing


def seconds(at: dt.datetime) -> int:
    """A moment as the pure half takes it."""
    return int(at.timestamp())


def standing(row: Payout, *, seen: frozenset[str] | None = None) -> Standing:
    """A payout as it stands, with the names of everything that was taken of it, unless these are given."""
    if seen is None:
        seen = frozenset(Event.objects.filter(payout=row).values_list("name", flat=True))
    return Standing(
        key=row.pk, money=Money(row.minor, row.currency), state=State(row.state), at=row.at,
        planned_by=str(row.planned_by_id or ""), two_people=row.two_people, released_by=str(row.released_by_id or ""),
        sent_at=row.sent_at, tries=row.tries, reference=row.reference or None, evidence=row.evidence or None,
        waits=Waits(row.waits) if row.waits else None, word=row.word, external=row.external, alarm=row.alarm,
        seen=seen,
    )  # fmt: skip


def write(row: Payout, after: Standing) -> None:
    """The row as it stands now; what a payout is of is not among these."""
    row.state, row.at, row.sent_at, row.tries = after.state.value, after.at, after.sent_at, after.tries
    row.released_by_id = UUID(after.released_by) if after.released_by else None
    row.reference, row.evidence = (after.reference or "")[:200], (after.evidence or "")[:80]
    row.waits, row.word, row.alarm = (after.waits or ""), after.word[:300], after.alarm[:300]
    row.save(
        update_fields=[
            "state", "at", "sent_at", "tries", "released_by", "reference", "evidence", "waits", "word", "alarm",
        ]
    )  # fmt: skip


def order(row: Payout) -> Order:
    """What the provider is asked: the same at every try."""
    payee = sealing.unseal(bytes(row.payee))
    return Order(
        key=row.pk, payment=row.payment.reference if row.payment is not None else "",
        money=Money(row.minor, row.currency),
        text=row.text, made_at=seconds(row.made_at), payee=Payee(payee["name"], payee["iban"], payee.get("bic", ""))
        if payee else None,
    )  # fmt: skip


def sent_on(row: Payout) -> dt.date:
    """The day on which money went: as staff reported it, else as the provider said."""
    reported = getattr(row, "reported", None)
    day: dt.date = reported.sent_on if reported is not None else dt.datetime.fromtimestamp(row.at, dt.UTC).date()
    return day


def purchase_of(case: Case) -> Purchase | None:
    """The purchase as the institution has it: a declared one may have been matched to theirs."""
    purchase: Purchase | None = case.purchase
    return (purchase.matched or purchase) if purchase is not None else None


def payments(case: Case) -> list[Payment]:
    """The payments of the purchase, the first one first."""
    purchase = purchase_of(case)
    return (
        [] if purchase is None else list(Payment.objects.filter(purchase=purchase).order_by("paid_on", "made_at", "pk"))
    )


def described(rows: Iterable[Payment]) -> list[planning.Payment]:
    """The payments with all that was ever planned on them and every dispute."""
    found = {row.pk: row for row in rows}
    payouts: dict[UUID, list[tuple[int, State]]] = {pk: [] for pk in found}
    for payment, minor, state in Payout.objects.filter(payment__in=found).values_list("payment", "minor", "state"):
        payouts[payment].append((minor, State(state)))
    quarrels: dict[UUID, list[planning.Dispute]] = {pk: [] for pk in found}
    for payment, minor, quarrel in Dispute.objects.filter(payment__in=found).values_list("payment", "minor", "quarrel"):
        quarrels[payment].append(planning.Dispute(minor, Quarrel(quarrel)))
    return [
        planning.Payment(
            id=pk, route=row.provider or "manual", reference=row.reference, captured=Money(row.minor, row.currency),
            payouts=tuple(payouts[pk]), disputes=tuple(quarrels[pk]),
            step=stripe_money.step(row.currency) if row.provider == "stripe" else 1,
        )
        for pk, row in found.items()
    ]  # fmt: skip


def taken(case: Case) -> int:
    """How much is reserved or paid in a case, in minor units."""
    rows = Payout.objects.filter(case=case).values_list("minor", "state")
    return sum(minor for minor, state in rows if State(state) in RESERVES)


def paid(case: Case) -> int:
    """How much of it was sent for good."""
    return sum(Payout.objects.filter(case=case, state=State.SUCCEEDED).values_list("minor", flat=True))
