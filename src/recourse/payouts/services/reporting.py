"""The reconciliation report: what is under way, what contradicts itself, and whether the postings balance."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Sum

from recourse.desk.models import Institution, Payment
from recourse.money import Money
from recourse.payouts import reconciling
from recourse.payouts.machine import State
from recourse.payouts.models import Payout, Posting
from recourse.payouts.postings import Account as Place
from recourse.payouts.providers.contract import Status
from recourse.payouts.reconciling import Difference, Differs, Found
from recourse.payouts.services import records, routes
from recourse.problems import Problem

OPEN = (State.PLANNED, State.SENDING, State.PENDING, State.UNKNOWN)


@dataclass(frozen=True)
class Line:
    """So many payouts of a state, over so much."""

    state: State
    count: int
    money: Money


@dataclass(frozen=True)
class Report:
    """`off` are postings that do not fit the payouts: what a state says lies there, and what the postings say."""

    sums: tuple[Line, ...]
    open: tuple[Payout, ...]
    alarms: tuple[Payout, ...]
    unmatched: tuple[Payout, ...]
    balances: tuple[tuple[Place, Money], ...]
    off: tuple[str, ...]


def report(institution: Institution, *, most: int = 200) -> Report:
    """The whole of it, with at most `most` open payouts, the longest waiting first."""
    rows = Payout.objects.filter(institution=institution)
    sums = (
        rows.values_list("state", "currency")
        .annotate(count=Count("pk"), whole=Sum("minor"))
        .order_by("state", "currency")
    )
    near = rows.select_related("case", "released_by", "planned_by", "account")
    return Report(
        sums=tuple(Line(State(state), count, Money(whole, currency)) for state, currency, count, whole in sums),
        open=tuple(near.filter(state__in=OPEN).order_by("at")[:most]),
        alarms=tuple(near.exclude(alarm="").order_by("at")[:most]),
        unmatched=tuple(near.filter(external=True, award=None).order_by("at")[:most]),
        balances=tuple((place, Money(minor, currency)) for (place, currency), minor in balances(institution).items()),
        off=off(institution),
    )


def balances(institution: Institution) -> dict[tuple[Place, str], int]:
    """What stands on each account, in minor units; those at nothing are left out."""
    found: dict[tuple[Place, str], int] = defaultdict(int)
    mine = Posting.objects.filter(institution=institution)
    for side, sign in (("debit", 1), ("credit", -1)):
        for place, currency, minor in mine.values_list(side, "currency").annotate(whole=Sum("minor")).order_by(side):
            found[Place(place), currency] += sign * minor
    return {key: minor for key, minor in sorted(found.items()) if minor}


def off(institution: Institution) -> tuple[str, ...]:
    """Where postings and payouts disagree: what is in flight, and what left the provider."""
    wrong = []
    there = balances(institution)
    for place, states in (
        (Place.IN_FLIGHT, (State.SENDING, State.PENDING, State.UNKNOWN)), (Place.PROVIDER, (State.SUCCEEDED,))
    ):  # fmt: skip
        rows = Payout.objects.filter(institution=institution, state__in=states).values_list("currency")
        lies = dict(rows.annotate(whole=Sum("minor")).order_by("currency"))
        for currency in sorted({*lies, *(currency for where, currency in there if where is place)}):
            if (posted := -there.get((place, currency), 0)) != lies.get(currency, 0):
                states_say, postings_say = Money(lies.get(currency, 0), currency), Money(posted, currency)
                wrong.append(f"{place}: {states_say} / {postings_say}")
    return tuple(wrong)


def compare(institution: Institution) -> tuple[Difference, ...]:
    """Ask the providers about every payout that was ever sent; every difference to our record. Moves nothing.

    What a provider does not answer about, or cannot be asked, is left out.
    """
    ours, theirs, unasked = [], [], set[UUID]()
    rows = Payout.objects.filter(institution=institution, external=False, tries__gt=0)
    for row in rows.select_related("account", "payment").iterator():
        ours.append(records.standing(row))
        try:
            outcome = routes.provider(row.account).look_up(records.order(row))
        except Problem:
            unasked.add(row.pk)
            continue
        if outcome.lost:
            unasked.add(row.pk)
        elif outcome.status is not Status.ABSENT:
            theirs.append(Found(row.pk, outcome, outcome.money or Money(row.minor, row.currency)))
    found = reconciling.differences([one for one in ours if one.key not in unasked], theirs)
    return found + _beside(institution)


def _beside(institution: Institution) -> tuple[Difference, ...]:
    """Refunds in the sandbox's world on our payments that we do not know: what a restored backup has forgotten."""
    references = set(
        Payment.objects.filter(purchase__institution=institution, provider="sandbox").values_list(
            "reference", flat=True
        )
    )
    if not references:
        return ()
    refunds = [one for one in routes.world().all() if one.payment in references]
    known = set(Payout.objects.filter(pk__in=[one.key for one in refunds]).values_list("pk", flat=True))
    return tuple(
        Difference(UUID(one.key), Differs.ONLY_THERE, "–", f"{one.word} {one.money}")
        for one in refunds
        if UUID(one.key) not in known
    )
