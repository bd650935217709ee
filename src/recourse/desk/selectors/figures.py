"""The figures of an institution for a period: requests, reasons, times, what was paid late, complaints, exposure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Case as Choose
from django.db.models import Count, Func, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Sum, Value, When

from recourse import zones
from recourse.desk.models import Assessment, Case, Deadline, Institution
from recourse.desk.stages import Kind

CLOCKS = ("first-answer", "decision", "pay")
MOST = 20  # lines of a list; the rest is one line
LENGTH = dt.timedelta(days=364)  # of the period that is shown where none is asked for
LONGEST = 5 * 366  # days
KEPT = dt.timedelta(minutes=5)  # figures that were counted


@dataclass(frozen=True)
class Period:
    """Both days are in it; they are those of the institution, and so are all days of its figures."""

    first: dt.date
    last: dt.date

    def bounds(self, place: str) -> tuple[dt.datetime, dt.datetime]:
        """The moments between which it lies at a place, the last one outside."""
        return zones.begins(self.first, place), zones.begins(self.last + dt.timedelta(days=1), place)

    def months(self) -> list[dt.date]:
        """The first day of each month that it touches."""
        first, last = (day.year * 12 + day.month - 1 for day in (self.first, self.last))
        return [dt.date(number // 12, number % 12 + 1, 1) for number in range(first, last + 1)]


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


def lately(institution: Institution, period: Period, today: dt.date, now: dt.datetime) -> tuple[dt.datetime, Figures]:
    """The figures, and when they were counted: at most some minutes ago, since a year of them is long to count."""
    key = f"figures:{institution.pk}:{period.first}:{period.last}:{today}"
    found: tuple[dt.datetime, Figures] | None = cache.get(key)
    if found is None:
        found = now, figures(institution, period, today)
        cache.set(key, found, KEPT.total_seconds())
    return found


def figures(institution: Institution, period: Period, today: dt.date) -> Figures:
    """The figures of the cases received in the period; exposure is that of all cases open now. Four queries."""
    begin, end = period.bounds(institution.place)
    received = Case.of_institution(institution.pk).filter(received_at__gte=begin, received_at__lt=end)
    months, reasons = _months(received, period, institution.place)
    times = _times(institution, period, today)
    return Figures(months, reasons, times, _complaints(received), _exposure(institution))


def cases(institution: Institution, period: Period) -> Iterable[Case]:
    """The cases of the period for a list, oldest first, read in portions."""
    begin, end = period.bounds(institution.place)
    found = Case.of_institution(institution.pk).filter(received_at__gte=begin, received_at__lt=end)
    return (
        _with_owed(found)
        .annotate(first_pay=Min("deadlines__due", filter=Q(deadlines__name="pay")))
        .select_related("purchase")
        .defer("facts", "story", "purchase__facts")
        .order_by("received_at", "pk")
        .iterator(chunk_size=500)
    )


def _months(received: QuerySet[Case], period: Period, place: str) -> tuple[list[Month], list[Counted]]:
    """Requests by month, and the refunds among them by reason. A month is found by its first moment."""
    firsts = period.months()
    later = [
        When(received_at__gte=zones.begins(first, place), then=Value(number)) for number, first in enumerate(firsts)
    ]
    month = Choose(*reversed(later[1:]), default=Value(0))  # the newest first: most cases are of these
    rows = received.annotate(month=month).values_list("month", "kind", "reason").annotate(count=Count("kind"))
    kinds: Counter[tuple[int, str]] = Counter()
    reasons: Counter[str] = Counter()
    for number, kind, reason, count in rows.order_by():
        kinds[number, kind] += count
        reasons[reason] += count if kind == Kind.REFUND else 0
    found = [Month(first, *(kinds[n, kind] for kind in (Kind.REFUND, Kind.WITHDRAWAL, Kind.COMPLAINT)))
             for n, first in enumerate(firsts)]  # fmt: skip
    counted = sorted((-count, reason) for reason, count in reasons.items() if count)
    seen = [number for number, one in enumerate(found) if one.all]
    return found[seen[0] : seen[-1] + 1] if seen else [], [Counted(reason, -count) for count, reason in counted]


def _complaints(received: QuerySet[Case]) -> list[Counted]:
    complaints = received.filter(kind=Kind.COMPLAINT)
    rows = complaints.values_list("reason", "purchase__course_title").annotate(count=Count("pk"))
    return [
        Counted(reason, count, course or "")
        for reason, course, count in rows.order_by("-count", "reason", "purchase__course_title")[:MOST]
    ]


class Day(Func):
    """The number of a day; of a moment and how far the clocks are ahead of UTC, the number of the day it is there."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """A day begins in the middle of a Julian one."""
        template = "CAST(julianday(%(expressions)s) + 0.5 AS INTEGER)"
        return super().as_sql(compiler, connection, template=template, **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:
        """The connection's time is UTC."""
        ahead = "::interval" if len(self.source_expressions) > 1 else ""
        template = f"((%(expressions)s{ahead})::date - DATE '1970-01-01')"
        return super().as_sql(compiler, connection, template=template, arg_joiner=" + ", **more)


def _ahead(moment: str, place: str, first: dt.datetime, last: dt.datetime) -> Any:
    """How far the clocks of the place are ahead of UTC at the moment of a column, as both databases read it."""
    turns = zones.changes(place, first, last)
    *ends, now = [Value(f"{int(ahead.total_seconds())} seconds") for _, ahead in turns]
    until = [{f"{moment}__lt": end} for end, _ in turns[1:]]
    return Choose(*(When(**end, then=ahead) for end, ahead in zip(until, ends, strict=True)), default=now)


def _times(institution: Institution, period: Period, today: dt.date) -> list[Time]:
    """A deadline that was met late, or was not and its day has passed, is late; one that was dropped counts nowhere.

    The days of a clock are the institution's, and so is the day on which it was met.
    """
    begin, end = period.bounds(institution.place)
    ahead = _ahead("met_at", institution.place, begin, zones.begins(today + dt.timedelta(days=1), institution.place))
    rows = (
        Deadline.of_institution(institution.pk)
        .filter(Q(due__lt=today) | Q(met_at__isnull=False), case__received_at__gte=begin, case__received_at__lt=end)
        .filter(dropped_at=None)
        .annotate(took=Day("met_at", ahead) - Day("starts"), given=Day("due") - Day("starts"))
        .values_list("name", "took", "given")
        .annotate(count=Count("name"))
        .order_by()
    )
    days: dict[str, Counter[int]] = {name: Counter() for name in CLOCKS}
    lates: Counter[str] = Counter()
    waited: Counter[str] = Counter()
    for name, took, given, count in rows:
        if name not in days:  # of another kind: the database is quicker without that question
            continue
        late = took is None or took > given
        lates[name] += count if late else 0
        if took is None:
            waited[name] += count
        else:
            days[name][took] += count
    return [
        Time(
            name, _within(days[name], 1, 2), _within(days[name], 9, 10), lates[name], days[name].total() + waited[name]
        )
        for name in CLOCKS
    ]


def _within(days: Counter[int], share: int, of: int) -> int | None:
    """The days within which this share was met; nothing where none was."""
    left = (days.total() * share - 1) // of
    for number in sorted(days):
        left -= days[number]
        if left < 0:
            return number
    return None


def _exposure(institution: Institution) -> list[Exposure]:
    """By currency and by what is owed first: so what is owed is looked up once a case."""
    owed_now: Any = _with_owed(Case.of_institution(institution.pk).filter(lane="open"))
    rows = owed_now.values_list("currency", "owed").annotate(
        every=Count("lane"), asked=Sum("asked_minor"), asking=Count("lane", filter=Q(asked_minor__gt=0))
    )  # fmt: skip
    found: dict[str, list[int]] = {}
    for currency, owed, every, asked, asking in rows.order_by():
        sums = found.setdefault(currency, [0, 0, 0, 0])
        known = owed is not None
        adds = (every if owed else 0, owed * every, 0, 0) if known else (0, 0, asking, asked or 0)
        found[currency] = [old + new for old, new in zip(sums, adds, strict=True)]
    return [Exposure(currency, *sums) for currency, sums in sorted(found.items()) if currency and (sums[0] or sums[2])]


def _with_owed(found: QuerySet[Case]) -> QuerySet[Case]:
    """With what its last assessment says is owed; that is in the currency of the case."""
    last = Assessment.by_key().filter(case=OuterRef("pk"), currency=OuterRef("currency")).order_by("-number")
    return found.annotate(owed=Subquery(last.values("owed_minor")[:1]))
