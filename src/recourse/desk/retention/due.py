"""Whose term is over, and until when a case is kept. It reads, and changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from django.contrib.sessions.models import Session
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from recourse.desk.above import above, verb
from recourse.desk.models import Case, Draft, Entry, Hold, Person
from recourse.desk.retention import holds, terms
from recourse.desk.retention.terms import Term
from recourse.desk.services import drafts
from recourse.desk.stages import ENDED, Stage
from recourse.evidence.chain import ERASED

OVER = (*sorted(stage.value for stage in ENDED), Stage.DECIDED.value, Stage.DRAFT.value)
MOVING = ("planned", "sending", "pending", "unknown")  # money that may still go
QUIET = (*holds.ENTRIES, ERASED, "link-opened", "reminded")  # entries of which no side did anything


class Until(NamedTuple):
    """The last day on which something is kept, and the term that says so."""

    day: dt.date
    term: Term
    place: str  # whose term it is, "" where neither place has one of its own


class Due(NamedTuple):
    """How many of a class go, and what some of them are called (references, never names)."""

    kept: str
    number: int
    named: tuple[str, ...] = ()


def until(case: Case, last: dt.date) -> Until:
    """When the words of a case go, if `last` was the last day on which anything happened in it.

    The claim may be under the law of either side's place: the later end counts.
    """
    ours = (str(case.facts.get("learner_place", "")), case.institution.place if case.institution else "")
    found = []
    for place in filter(None, ours):
        term = terms.term("cases", place)
        found.append(Until(term.ends(last), term, place if term.known else ""))
    if not found:
        term = terms.term("cases")
        found.append(Until(term.ends(last), term, ""))
    return max(found, key=lambda one: one.day)


def last_of(case: Case) -> dt.date:
    """The last day on which anything happened in a case."""
    at = Entry.objects.filter(case=case).exclude(kind__in=QUIET).aggregate(at=Max("at"))["at"]
    return (at or case.made_at).date()


def whole(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Those of them that were not erased."""
    return cases.filter(~Exists(Entry.objects.filter(case=OuterRef("pk"), kind=ERASED)))


def cases(today: dt.date) -> Iterator[Case]:
    """The cases whose words go: over, their term ended, under no hold, and no money moving."""
    standing = Hold.objects.filter(case=OuterRef("pk"), lifted_at=None)
    found = whole(Case.objects.filter(~Exists(standing), stage__in=OVER, example=False))
    found = found.annotate(last=Max("entries__at", filter=~Q(entries__kind__in=QUIET)))
    early = today - dt.timedelta(days=365 * min(_years("cases")))  # no term ends before that
    for case in found.filter(last__date__lte=early).select_related("institution").order_by("made_at").iterator():
        if until(case, case.last.date()).day < today and not is_paid_out(case):
            yield case


def is_paid_out(case: Case) -> bool:
    """Whether money of the case may still go."""
    payouts = money("Payout")
    return payouts is not None and payouts.filter(case=case, state__in=MOVING).exists()


def payees(today: dt.date) -> Iterator[Any]:
    """The payouts whose payee is not needed any more: they ended in a year whose term is over; no hold stands."""
    payouts = money("Payout")
    if payouts is None:
        return
    standing = Hold.objects.filter(case=OuterRef("case"), lifted_at=None)
    early = dt.datetime(today.year - min(_years("money")), 1, 1, tzinfo=dt.UTC)
    found = payouts.exclude(state__in=MOVING).exclude(payee=b"", text="").filter(~Exists(standing))
    for one in found.filter(at__lt=int(early.timestamp())).select_related("institution").iterator():
        ended = dt.date(dt.datetime.fromtimestamp(one.at, dt.UTC).year, 12, 31)
        if terms.term("money", one.institution.place).ends(ended) < today:
            yield one


def old_sign_ins(at: dt.datetime) -> QuerySet[Person]:
    """People whose last signing in is longer ago than it is remembered."""
    return Person.objects.filter(last_login__lt=at - terms.span("sign-ins"))


def old_sessions(at: dt.datetime) -> QuerySet[Session]:
    """Sessions that have ended; Django leaves their rows."""
    return Session.objects.filter(expire_date__lt=at)


def deliveries(at: dt.datetime) -> Any:
    """The messages to endpoints that are over and old; nothing where there is no API."""
    told = above("api", "Delivery")
    return told.exclude(state="waiting").filter(made_at__lt=at - terms.span("deliveries")) if told is not None else None


def everything(at: dt.datetime) -> list[Due]:
    """What would go now, class by class."""
    return [_due(name, find(at)) for name, find in CLASSES.items()]


def _due(name: str, found: int | tuple[str, ...]) -> Due:
    return Due(name, found) if isinstance(found, int) else Due(name, len(found), found)


# What is let go: how much of each class is due at a moment, or what it is called.
CLASSES: dict[str, Callable[[dt.datetime], int | tuple[str, ...]]] = {
    "drafts": lambda at: Draft.objects.filter(kept_until__lte=at).count(),
    "uploads": lambda at: drafts.with_old_files(at=at).count(),
    "sign-ins": lambda at: old_sign_ins(at).count(),
    "sessions": lambda at: old_sessions(at).count(),
    "cases": lambda at: tuple(case.reference for case in cases(at.date())),
    "money": lambda at: sum(1 for _ in payees(at.date())),
    "papers": lambda at: found(at.date()) if (found := verb("payouts", "letting_go.count")) is not None else 0,
    "deliveries": lambda at: old.count() if (old := deliveries(at)) is not None else 0,
}


def to_review(today: dt.date) -> QuerySet[Hold]:
    """Holds that somebody has to look at again."""
    return Hold.objects.filter(lifted_at=None, review_on__lte=today).select_related("case").order_by("review_on")


def _years(name: str) -> list[int]:
    table = terms.table()
    by_place = table.classes[name].term
    assert not isinstance(by_place, Term)
    return [one.number for one in (table.defaults[by_place], *table.places[by_place].values())]


def money(name: str) -> Any:
    """A table of payouts, by its name."""
    return above("payouts", name)
