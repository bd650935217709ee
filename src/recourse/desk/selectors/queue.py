"""The queue of an institution: its cases by their next clock, filtered, searched, counted, page by page.

The trap: an institution may have a hundred thousand cases. A page reads its fifty rows in the order of an index, and
the next page begins behind the last row's key, so that no page is slower than the first.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from recourse.desk.models import (
    Actor,
    Assessment,
    Case,
    Deadline,
    Decision,
    DecisionState,
    Institution,
    Person,
    Purchase,
)
from recourse.desk.models.cases import NEVER
from recourse.desk.stages import Stage

PAGE = 50
FOUND = 300  # people or purchases that a search takes at most; who finds more types more
REFERENCE = re.compile(r"(?:RC-?)?([0-9A-Z]{2,4})(?:-?([0-9A-Z]{1,4}))?", re.IGNORECASE)
NOBODY = "nobody"


@dataclass(frozen=True)
class Asked:
    """What of the queue is wanted. `who` is a person, or `NOBODY`; `after` the key of the last row seen."""

    view: str = "needs-us"
    stage: str = ""
    kind: str = ""
    reason: str = ""
    course: UUID | None = None
    who: UUID | str = ""
    text: str = ""
    after: str = ""


@dataclass(frozen=True)
class Page:
    """One page of the queue; `onward` is the key of its last row where there are more, else ""."""

    cases: list[Case]
    onward: str


VIEWS = ("needs-us", "mine", "nobody", "late", "second", "to-pay", "waiting", "open", "ended")
ALL = "all"  # open and ended: for a search


def _view(name: str, me: Person, today: dt.date) -> Q:
    """What a view shows of its lane. The person and the day are those of whoever looks."""
    to_pay = Q(stage=Stage.DECIDED.value, next_due__lt=NEVER)
    needs_us = Q(stage__in=(Stage.RECEIVED.value, Stage.IN_REVIEW.value, Stage.ESCALATED.value)) | to_pay
    return {
        "needs-us": needs_us,
        "mine": Q(assigned_to=me),
        "nobody": Q(assigned_to=None) & needs_us,
        "late": Q(next_due__lt=today),
        "second": Q(pk__in=_proposed().values("case_id")),
        "to-pay": to_pay,
        "waiting": Q(stage=Stage.WAITING.value),
    }.get(name, Q())


def counts(institution: Institution, me: Person, today: dt.date) -> dict[str, int]:
    """How many cases each view has, but those that ended; two queries, of an index alone."""
    here = Case.objects.filter(institution=institution, lane="open")
    wanted = [name for name in VIEWS if name not in ("second", "ended")]
    counted = here.order_by().aggregate(
        **{name: Count("stage", filter=_view(name, me, today) or Q(lane="open")) for name in wanted}
    )
    return {**counted, "second": _proposed().filter(case__institution=institution).count()}


def _proposed() -> QuerySet[Decision]:
    return Decision.objects.filter(state=DecisionState.PROPOSED)


def page(institution: Institution, asked: Asked, me: Person, today: dt.date) -> Page:
    """The cases that are wanted, soonest clock first; those that ended newest first. Drafts are their learners' own."""
    ended = asked.view == "ended"
    lanes = {"lane__in": ("open", "ended")} if asked.view == ALL else {"lane": "ended" if ended else "open"}
    found = Case.objects.filter(institution=institution, **lanes)
    found = found.filter(_view(asked.view, me, today) & _filters(asked))
    if asked.text:
        found = found.filter(_search(institution, asked.text))
    order = ("-received_at", "pk") if ended else ("next_due", "pk")
    found = found.filter(_behind(asked.after, ended=ended)).order_by(*order)
    rows = list(_with_all(found)[: PAGE + 1])
    more = len(rows) > PAGE
    return Page(rows[:PAGE], key(rows[PAGE - 1], ended=ended) if more else "")


def key(case: Case, *, ended: bool) -> str:
    """Where a case stands in the order."""
    moment = case.received_at if ended else case.next_due
    return f"{moment.isoformat() if moment else ''}_{case.pk}"


def _behind(after: str, *, ended: bool) -> Q:
    moment, _, pk = after.partition("_")
    try:
        number = UUID(pk)
        if ended:
            at = dt.datetime.fromisoformat(moment)
            return Q(received_at__lte=at) & (Q(received_at__lt=at) | Q(pk__gt=number))
        due = dt.date.fromisoformat(moment)
    except ValueError:
        return Q()
    return Q(next_due__gte=due) & (Q(next_due__gt=due) | Q(pk__gt=number))


def _filters(asked: Asked) -> Q:
    found = Q()
    for name in ("stage", "kind", "reason"):
        if getattr(asked, name):
            found &= Q(**{name: getattr(asked, name)})
    if asked.course is not None:
        found &= Q(purchase__course=asked.course)
    if asked.who:
        found &= Q(assigned_to=None) if asked.who == NOBODY else Q(assigned_to=asked.who)
    return found


def _search(institution: Institution, text: str) -> Q:
    """By reference, name, mail, order number or course.

    People and purchases are looked up first: their few keys find the cases by index, where one query over all three
    tables would read every case.
    """
    text = text.strip()
    found = Q(pk__in=())
    reference = REFERENCE.fullmatch(text)
    if reference is not None:
        begin = f"RC-{reference[1]}{'-' + reference[2] if reference[2] else ''}".upper()
        found |= Q(reference__gte=begin, reference__lte=begin + "~")
    people = Person.objects.filter(Q(name__icontains=text) | Q(email__icontains=text))
    theirs = people.filter(cases__institution=institution).distinct()
    found |= Q(learner__in=list(theirs.values_list("pk", flat=True)[:FOUND]))
    bought = Purchase.objects.filter(institution=institution)
    for match in (Q(order_number=text), Q(course_title__icontains=text)):
        if keys := list(bought.filter(match).values_list("pk", flat=True)[:FOUND]):
            found |= Q(purchase__in=keys)
    return found


def _with_all(found: QuerySet[Case]) -> QuerySet[Case]:
    """With everything a row shows: four more queries however many rows."""
    running = Deadline.objects.filter(met_at=None, dropped_at=None, actor=Actor.INSTITUTION).order_by("due")
    return (
        found.select_related("learner", "purchase", "assigned_to")
        .defer("story", "facts", "clocks", "purchase__facts")
        .prefetch_related(
            Prefetch("deadlines", running, to_attr="running"),
            Prefetch("assessments", Assessment.objects.defer("answer").order_by("-number"), to_attr="found"),
            Prefetch("decisions", Decision.objects.exclude(state=DecisionState.REJECTED), to_attr="answers"),
        )
    )


def colleagues(institution: Institution, roles: tuple[str, ...]) -> list[Person]:
    """Who works there in one of these roles."""
    there = Q(memberships__institution=institution, memberships__ended_at=None, memberships__role__in=roles)
    return list(Person.objects.filter(there).distinct().order_by("name", "email"))
