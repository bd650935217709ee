"""Disputes of payments (chargebacks), as a provider tells of them: an open one stops payouts of its payment."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from recourse.desk.models import Payment
from recourse.payouts.models import Account, Dispute, Notice
from recourse.payouts.planning import Quarrel
from recourse.payouts.providers import contract, stripe_money

_WON = ("won", "warning_closed")
_CHARGES = ("ch_", "py_")
FEW = 100  # references that one question to the database names


def told(account: Account, one: contract.Notice | Notice, body: bytes) -> None:
    """The newest message about a dispute counts. One of a payment that is not here yet waits for `catch_up`."""
    item: dict[str, Any] = json.loads(body)["data"]["object"]
    payment = Payment.objects.filter(
        provider=account.route, reference__in=[item.get("payment_intent") or "-", item.get("charge") or "-"],
        purchase__institution=account.institution_id,
    ).first()  # fmt: skip
    if payment is None or not one.reference:
        return
    status = str(item.get("status"))
    quarrel = Quarrel.WON if status in _WON else Quarrel.LOST if status == "lost" else Quarrel.OPEN
    Payment.lock(payment.pk)  # who plans or releases on it right now comes before or after, not beside
    minor = _minor(payment, item)
    row = Dispute.objects.filter(account=account, reference=one.reference).first()
    if row is None:
        Dispute.objects.create(
            account=account, payment=payment, reference=one.reference, minor=minor, quarrel=quarrel.value, at=one.at
        )
    elif one.at >= row.at:
        row.quarrel, row.minor, row.at = quarrel.value, minor, one.at
        row.save(update_fields=["quarrel", "minor", "at"])


def catch_up(payments: Sequence[Payment]) -> None:
    """Disputes that were told of before their payment was here: read again from what was kept."""
    references = {one.reference for one in payments if one.reference}
    if not references:
        return
    institution = payments[0].purchase.institution_id
    waiting = Notice.objects.filter(dispute=True, account__institution=institution).exclude(
        reference__in=Dispute.objects.filter(account__institution=institution).values("reference")
    )
    if len(references) < FEW:  # a file of purchases brings thousands, and few disputes wait
        about = Q(payment__in=references)
        if any(one.startswith(_CHARGES) for one in references):
            about |= Q(payment__startswith="pi_")  # a notice keeps the intent where the message names both
        waiting = waiting.filter(about)
    for one in waiting.exclude(told__body=b"").select_related("account", "told").order_by("at"):
        told(one.account, one, bytes(one.told.body))


def _minor(payment: Payment, item: dict[str, Any]) -> int:
    """How much is disputed; the whole payment where the amount cannot be read for certain."""
    found = stripe_money.from_stripe(item.get("amount", -1), str(item.get("currency", "")))
    sure = found is not None and found.minor > 0 and found.currency == payment.currency
    return found.minor if found is not None and sure else payment.minor
