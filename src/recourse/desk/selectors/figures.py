"""The figures of an institution for a period: requests, reasons, times, what was paid late, complaints, exposure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import TruncMonth

from recourse.desk.models import Assessment, Case, Deadline, Institution
from recourse.desk.stages import Kind

MOST = 20  # lines of a list; the rest is one line


@dataclass(frozen=True)
class Period:
    """Both days are in it."""

    first: dt.date
    last: dt.date

    def bounds(self) -> tuple[dt.datetime, dt.datetime]:
        """The moments between which it lies, the last one outside."""
        begin = dt.datetime.combine(self.first, dt.time(), dt.UTC)
        return begin, dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time(), dt.UTC)


@dataclass(frozen=True)
class Month:
    """Requests received in a month, by kind."""

    first: dt.date
    refunds: int
    withdrawals: int
    complaints: int

    @property
    def all(self) -> int:
        """Of every kind."""
        return self.refunds + self.withdrawals + self.complaints


@dataclass(frozen=True)
class Counted:
    """How many cases have something in common."""

    name: str
    count: int
    course: str = ""


@dataclass(frozen=True)
class Time:
    """How long a clock took: calendar days, over those that were met; `late` of `all` whose day came."""

    name: str
    median: int | None
    slowest_tenth: int | None
    late: int
    all: int


@dataclass(frozen=True)
class Exposure:
    """What open cases may still cost in one currency: owed for certain, and asked where a fact is missing."""

    currency: str
    cases: int
    owed: int
    unclear_cases: int
    unclear_asked: int


@dataclass(frozen=True)
class Figures:
    """All of them."""

    months: list[Month]
    reasons: list[Counted]
    times: list[Time]
    complaints: list[Counted]
    exposure: list[Exposure]


def figures(institution: Institution, period: Period, today: dt.date) -> Figures:
    """The figures of the cases received in the period; exposure is that of all cases open now. Eight queries."""
    begin, end = period.bounds()
    received = Case.objects.filter(institution=institution, received_at__gte=begin, received_at__lt=end)
    return Figures(
        months=_months(received.exclude(lane="draft")),
        reasons=_reasons(received.filter(kind=Kind.REFUND).exclude(lane="draft")),
        times=[_time(institution, name, period, today) for name in ("first-answer", "decision", "pay")],
        complaints=_complaints(received.filter(kind=Kind.COMPLAINT).exclude(lane="draft")),
        exposure=_exposure(institution),
    )


def cases(institution: Institution, period: Period) -> Iterable[Case]:
    """The cases of the period for a list, oldest first, read in portions."""
    begin, end = period.bounds()
    found = Case.objects.filter(institution=institution, received_at__gte=begin, received_at__lt=end)
    return (
        _with_owed(found.exclude(lane="draft"))
        .annotate(first_pay=Min("deadlines__due", filter=Q(deadlines__name="pay")))
        .select_related("purchase")
        .defer("facts", "story", "purchase__facts")
        .order_by("received_at", "pk")
        .iterator(chunk_size=500)
    )


def _months(received: QuerySet[Case]) -> list[Month]:
    rows = received.annotate(month=TruncMonth("received_at")).values_list("month", "kind")
    counted: dict[dt.date, dict[str, int]] = {}
    for month, kind, count in rows.annotate(count=Count("pk")).order_by("month"):
        counted.setdefault(month.date(), {})[kind] = count
    return [
        Month(first, by.get(Kind.REFUND, 0), by.get(Kind.WITHDRAWAL, 0), by.get(Kind.COMPLAINT, 0))
        for first, by in counted.items()
    ]


def _reasons(received: QuerySet[Case]) -> list[Counted]:
    rows = received.values_list("reason").annotate(count=Count("pk")).order_by("-count", "reason")
    return [Counted(reason, count) for reason, count in rows]


def _complaints(received: QuerySet[Case]) -> list[Counted]:
    rows = received.values_list("reason", "purchase__course_title").annotate(count=Count("pk"))
    return [
        Counted(reason, count, course or "")
        for reason, course, count in rows.order_by("-count", "reason", "purchase__course_title")[:MOST]
    ]


def _time(institution: Institution, name: str, period: Period, today: dt.date) -> Time:
    """A deadline that was met late, or was not and its day has passed, is late; one that was dropped counts nowhere."""
    rows = Deadline.objects.filter(
        case__institution=institution, name=name, starts__gte=period.first, starts__lte=period.last, dropped_at=None
    ).values_list("starts", "due", "met_at")
    days, late, came = [], 0, 0
    for starts, due, met_at in rows.iterator(chunk_size=5000):
        if met_at is not None:
            days.append((met_at.date() - starts).days)
        if met_at is not None or due < today:
            came += 1
            late += (met_at.date() if met_at is not None else today) > due
    days.sort()
    return Time(
        name,
        median=days[(len(days) - 1) // 2] if days else None,
        slowest_tenth=days[(len(days) * 9 - 1) // 10] if days else None,
        late=late,
        all=came,
    )


def _exposure(institution: Institution) -> list[Exposure]:
    open_now = _with_owed(Case.objects.filter(institution=institution, lane="open"))
    rows = open_now.values_list("currency").annotate(
        cases=Count("pk", filter=Q(owed__gt=0)),
        sum=Sum("owed"),
        unclear=Count("pk", filter=Q(owed=None) & Q(asked_minor__gt=0)),
        asked=Sum("asked_minor", filter=Q(owed=None)),
    )
    return [
        Exposure(currency, count, owed or 0, unclear, asked or 0)
        for currency, count, owed, unclear, asked in rows.order_by("currency")
        if currency and (count or unclear)
    ]


def _with_owed(found: QuerySet[Case]) -> QuerySet[Case]:
    """With what its last assessment says is owed; that is in the currency of the case."""
    last = Assessment.objects.filter(case=OuterRef("pk"), currency=F("case__currency")).order_by("-number")
    return found.annotate(owed=Subquery(last.values("owed_minor")[:1]))
