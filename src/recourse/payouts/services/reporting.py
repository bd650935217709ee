"""The reconciliation report: what is under way, what contradicts itself, and whether the postings balance."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from recourse.desk.models import Institution
from recourse.money import Money
from recourse.payouts.machine import RESERVES, State
from recourse.payouts.models import Award, Payout, Posting
from recourse.payouts.postings import Account as Place

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
    back: tuple[Payout, ...]  # failed or come back, and nothing planned instead: the money is owed and lies still
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
        back=_back(near, most),
        balances=tuple((place, Money(minor, currency)) for (place, currency), minor in balances(institution).items()),
        off=off(institution),
    )


def _back(rows: QuerySet[Payout], most: int) -> tuple[Payout, ...]:
    """The last payout of each case whose award is not covered by what is reserved or paid."""
    again = Payout.objects.filter(case=OuterRef("case"), state__in=list(RESERVES)).order_by().values("case")
    awards = Award.objects.filter(case=OuterRef("case")).order_by("-number")
    found = rows.filter(state__in=[State.FAILED, State.REVERSED], award__isnull=False).annotate(
        covered=Coalesce(Subquery(again.annotate(whole=Sum("minor")).values("whole")), 0),
        awarded=Subquery(awards.annotate(awarded=F("minor") + F("interest_minor")).values("awarded")[:1]),
    )  # fmt: skip
    last = {row.case_id: row for row in found.filter(covered__lt=F("awarded")).order_by("at", "pk")[:most]}
    return tuple(last.values())


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
            kept = there.get((Place.FEES, currency), 0) if place is Place.PROVIDER else 0  # gone from there as well
            if (posted := -there.get((place, currency), 0) - kept) != lies.get(currency, 0):
                states_say, postings_say = Money(lies.get(currency, 0), currency), Money(posted, currency)
                wrong.append(f"{place}: {states_say} / {postings_say}")
    return tuple(wrong)
