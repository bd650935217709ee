"""What providers keep for a refund: the institution's cost, posted beside it; the learner's sum never changes."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet, Sum

from recourse.money import Money
from recourse.payouts import postings
from recourse.payouts.models import Account, Payout, Posting
from recourse.payouts.services import applying

_FEES = ("fee", "fee-returned")


def settle(row: Payout, fee: Money | None, at: int) -> None:
    """Post what lacks until the fee is what the provider says now; None says nothing. The row is held."""
    if fee is None:
        return
    more = fee.minor - kept(row).get(fee.currency, 0)
    if more > 0:
        applying.post(postings.fee(row.pk, Money(more, fee.currency)), row, at)
    elif more < 0:
        applying.post(postings.fee_returned(row.pk, Money(-more, fee.currency)), row, at)


def kept(row: Payout) -> dict[str, int]:
    """What was kept for a payout so far, in minor units of each currency; a provider may count in its own."""
    return {currency: minor for (_, currency), minor in _sums(Posting.objects.filter(about=row.pk)).items()}


def kept_by(account: Account) -> dict[tuple[UUID, str], int]:
    """The same of all payouts of an account."""
    payouts = Payout.objects.filter(account=account.pk).values("pk")
    return _sums(Posting.objects.filter(institution=account.institution_id, about__in=payouts))


def _sums(rows: QuerySet[Posting]) -> dict[tuple[UUID, str], int]:
    sums = rows.filter(cause__in=_FEES).values_list("about", "currency").annotate(
        taken=Sum("minor", filter=Q(cause="fee"), default=0), back=Sum("minor", filter=~Q(cause="fee"), default=0)
    ).order_by("currency")  # fmt: skip
    return {(about, currency): taken - back for about, currency, taken, back in sums}
