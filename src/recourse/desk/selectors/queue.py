"""The queue of an institution: its cases by their next clock, filtered, searched, counted, page by page.

The trap: an institution may have a hundred thousand cases. A page reads its fifty rows in the order of an index, and
the next page begins behind the last row's key, so that no page is slower than the first.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from recourse.desk import scope
from recourse.desk.models import (
    Actor,
    Assessment,
    Case,
    Course,
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
FOUND = 100  # cases that a search takes at most of each way to find them; who finds more types more
MOST = 30 * FOUND  # cases of every institution that are looked through for them
# A number may begin with RC itself: without a hyphen, RC stands before a whole number only.
REFERENCE = re.compile(r"(?:RC-|RC(?=.{8,9}$))?([0-9A-Z]{2,4})(?:-?([0-9A-Z]{1,4}))?", re.IGNORECASE)
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
    cut: bool = False  # a search found more than it takes


VIEWS = ("needs-us", "mine", "nobody", "late", "second", "to-pay", "waiting", "open", "ended")
ENDED = "ended"  # newest first; the others by their clock
ALL = "all"  # open and ended: for a search
NEED_US = (Stage.RECEIVED.value, Stage.IN_REVIEW.value, Stage.ESCALATED.value)


def _view(name: str, me: Person, today: dt.date) -> Q:
    """What a view shows of its lane. The person and the day are those of whoever looks."""
    to_pay = Q(stage=Stage.DECIDED.value, next_due__lt=NEVER)
    needs_us = Q(stage__in=NEED_US) | to_pay
    return {
        "needs-us": needs_us,
        "mine": Q(assigned_to=me),
        "nobody": Q(assigned_to=None) & needs_us,
        "late": Q(next_due__lt=today),
        "second": Q(pk__in=Decision.by_key().filter(state=DecisionState.PROPOSED).values("case_id")),
        "to-pay": to_pay,
        "waiting": Q(stage=Stage.WAITING.value),
    }.get(name, Q())


def counts(institution: Institution, me: Person, today: dt.date) -> dict[str, int]:
    """How many cases each view has, but those that ended; two queries, of an index alone.

    The cases are counted once, by stage and person, in the order of that index; the views are sums of these.
    """
    here = Case.of_institution(institution.pk).filter(lane="open")
    groups = here.order_by().values_list("stage", "assigned_to").annotate(
        every=Count("stage"), late=Count("stage", filter=Q(next_due__lt=today)),
        due=Count("stage", filter=Q(next_due__lt=NEVER)),
    )  # fmt: skip
    found = dict.fromkeys(VIEWS[:-1], 0)
    for stage, person, every, late, due in groups:
        to_pay = due if stage == Stage.DECIDED else 0
        needs_us = every if stage in NEED_US else to_pay
        found["open"] += every
        found["late"] += late
        found["to-pay"] += to_pay
        found["needs-us"] += needs_us
        found["mine"] += every if person == me.pk else 0
        found["nobody"] += needs_us if person is None else 0
        found["waiting"] += every if stage == Stage.WAITING else 0
    return {**found, "second": here.filter(_view("second", me, today)).count()}


def page(institution: Institution, asked: Asked, me: Person, today: dt.date) -> Page:
    """The cases that are wanted, soonest clock first; those that ended newest first. Drafts are their learners' own."""
    keys, cut = _search(institution, asked.text) if asked.text else (None, False)
    found = _wanted(institution, asked, me, today, keys).filter(_behind(asked)).order_by(*_order(asked))
    rows = list(_with_all(found)[: PAGE + 1])
    more = len(rows) > PAGE
    return Page(rows[:PAGE], key(rows[PAGE - 1], asked) if more else "", cut)


def beside(institution: Institution, asked: Asked, me: Person, today: dt.date) -> tuple[Case | None, Case | None]:
    """The cases before and behind the key of `asked`, wherever the case that had it is by now. Two queries."""
    here = _moment(asked)
    if here is None:
        return None, None
    keys = _search(institution, asked.text)[0] if asked.text else None
    found = _wanted(institution, asked, me, today, keys).select_related("learner")
    found = found.exclude(pk=here[1])  # what was decided stands somewhere else now, and is not its own next
    found = found.only("reference", "next_due", "received_at", "learner__name", "learner__email")
    last = found.filter(_behind(asked, back=True)).order_by(*_order(asked)).reverse()
    return last.first(), found.filter(_behind(asked)).order_by(*_order(asked)).first()


def _wanted(
    institution: Institution, asked: Asked, me: Person, today: dt.date, keys: list[UUID] | None
) -> QuerySet[Case]:
    if keys is not None:  # the few that a search found are within the scope, and no drafts
        found = Case.by_key().filter(pk__in=keys)
    else:
        lanes = ("open", "ended") if asked.view == ALL else ("ended",) if asked.view == ENDED else ("open",)
        found = Case.of_institution(institution.pk).filter(lane__in=lanes)
    return found.filter(_view(asked.view, me, today) & _filters(asked))


def _order(asked: Asked) -> tuple[str, str]:
    return ("-received_at", "pk") if asked.view == ENDED else ("next_due", "pk")


def key(case: Case, asked: Asked) -> str:
    """Where a case stands in the order of what is asked."""
    moment = case.received_at if asked.view == ENDED else case.next_due
    return f"{moment.isoformat() if moment else ''}_{case.pk}"


def _moment(asked: Asked) -> tuple[dt.date, UUID] | None:
    """The key as values; nothing for what is none."""
    moment, _, pk = asked.after.partition("_")
    read = dt.datetime.fromisoformat if asked.view == ENDED else dt.date.fromisoformat
    try:
        at, number = read(moment), UUID(pk)
    except ValueError:
        return None
    return None if isinstance(at, dt.datetime) and at.tzinfo is None else (at, number)


def _behind(asked: Asked, *, back: bool = False) -> Q:
    """What stands behind the key, or before it; both bounds are said, so that an index begins at the first."""
    found = _moment(asked)
    if found is None:
        return Q()
    (moment, number), field = found, _order(asked)[0].lstrip("-")
    way = "lt" if back != (asked.view == ENDED) else "gt"
    same = Q(pk__lt=number) if back else Q(pk__gt=number)
    return Q(**{f"{field}__{way}e": moment}) & (Q(**{f"{field}__{way}": moment}) | same)


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


def _search(institution: Institution, text: str) -> tuple[list[UUID], bool]:
    """The cases by reference, name, mail, order number or course: at most `FOUND` keys of each way, and if more fit.

    Each way is gone by itself, by an index of its own: one query over all tables would read every case. A whole
    reference, order number or mail address that is known needs no further way.
    """
    text, here = text.strip(), institution.pk
    if not scope.covers(here):
        return [], False
    reference = REFERENCE.fullmatch(text)
    begin = f"RC-{reference[1]}{'-' + reference[2] if reference[2] else ''}".upper() if reference else ""
    numbered, _ = _keys(Purchase.of_institution(here).filter(order_number=text))
    buyers, _ = _keys(Person.objects.filter(email=text.lower())) if "@" in text else ([], False)
    for exact in (Q(reference=begin), Q(purchase__in=numbered), Q(learner__in=buyers)):
        found, cut = _cases(here, exact)
        if found:
            return found, cut
    theirs = Case.by_key().filter(learner=OuterRef("pk"), institution=here).exclude(lane="draft")
    people = Person.objects.filter(Q(name__icontains=text) | Q(email__icontains=text)).filter(Exists(theirs))
    courses = Course.of_institution(here).filter(title__icontains=text)
    unlisted = Purchase.of_institution(here).filter(course=None, course_title__icontains=text)
    kept = {"learner__in": _keys(people), "purchase__course__in": _keys(courses), "purchase__in": _keys(unlisted)}
    ways = [Q(**{name: keys}) for name, (keys, _) in kept.items()]
    if begin:
        ways.append(Q(reference__gte=begin, reference__lte=begin + "~"))
    each = [_cases(here, way) for way in ways]
    return [key for keys, _ in each for key in keys], any(cut for _, cut in [*kept.values(), *each])


def _cases(institution: UUID, way: Q) -> tuple[list[UUID], bool]:
    """The cases there that are found this way, which alone finds few: those of others are sorted out afterwards.

    Asked for the institution as well, a database may read all of its cases instead.
    """
    few = Case.by_key().filter(way).exclude(lane="draft").order_by().values_list("pk", "institution")
    rows = list(few[: FOUND + 1])
    if len(rows) > FOUND and any(where != institution for _, where in rows):
        rows = list(few[: MOST + 1])
    found = [pk for pk, where in rows if where == institution]
    return found[:FOUND], len(found) > FOUND or len(rows) > MOST


def _keys(found: QuerySet[Any]) -> tuple[list[UUID], bool]:
    keys = list(found.order_by().values_list("pk", flat=True)[: FOUND + 1])
    return keys[:FOUND], len(keys) > FOUND


def _with_all(found: QuerySet[Case]) -> QuerySet[Case]:
    """With everything a row shows: four more queries however many rows.

    The cases are within the scope, and so is what hangs on them: it is found by their keys alone.
    """
    running = Deadline.by_key().filter(met_at=None, dropped_at=None, actor=Actor.INSTITUTION).order_by("due")
    last = Assessment.by_key().defer("answer").order_by("-number")
    answers = Decision.by_key().exclude(state=DecisionState.REJECTED)
    return (
        found.select_related("learner", "purchase", "assigned_to")
        .defer("story", "facts", "clocks", "purchase__facts")
        .prefetch_related(
            Prefetch("deadlines", running, to_attr="running"),
            Prefetch("assessments", last, to_attr="found"),
            Prefetch("decisions", answers, to_attr="answers"),
        )
    )


def colleagues(institution: Institution, roles: tuple[str, ...]) -> list[Person]:
    """Who works there in one of these roles."""
    there = Q(memberships__institution=institution, memberships__ended_at=None, memberships__role__in=roles)
    return list(Person.objects.filter(there).distinct().order_by("name", "email"))
