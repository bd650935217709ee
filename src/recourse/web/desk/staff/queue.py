"""The queue: cases by their next clock, filtered by the address, given to colleagues many at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from recourse.desk.models import Case, Course, Person, Reason, SavedView
from recourse.desk.selectors import queue
from recourse.desk.services import deciding, rights
from recourse.desk.stages import Kind, Stage
from recourse.problems import Problem
from recourse.web import clock, links
from recourse.web.access import STAFF, Who, allow
from recourse.web.desk.staff import row, saying
from recourse.web.desk.staff.place import Desk, at_desk
from recourse.web.middleware import WITH_SCRIPT

WORKERS = (Who.AGENT, Who.APPROVER, Who.ADMINISTRATOR)  # whom the services let act in cases
NAMES = {
    "needs-us": gettext_lazy("Needs us"),
    "mine": gettext_lazy("Mine"),
    "nobody": gettext_lazy("With nobody"),
    "late": gettext_lazy("Late"),
    "second": gettext_lazy("Second person"),
    "to-pay": gettext_lazy("To pay"),
    "waiting": gettext_lazy("Waiting for the learner"),
    "open": gettext_lazy("All open"),
    "ended": gettext_lazy("Ended"),
}
GIVEN = "given"  # of the session: cases that were just given away
KEPT = ("view", "stage", "kind", "reason", "course", "who", "q")  # what a saved view keeps of the address


@allow(*STAFF)
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The queue as the address asks for it."""
    return show(request, at_desk(request, slug, *STAFF))


@allow(*WORKERS)
@require_POST
def give(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the ticked cases to a colleague, or take one. What could not be given is said; the rest is done.

    The page that follows offers to undo it: each case goes back to whom it was with.
    """
    desk = at_desk(request, slug, *WORKERS)
    if "undo" in request.POST:
        return _undo(request, desk)
    taken = request.POST.get("take")
    references = [taken] if taken else request.POST.getlist("case")
    to, problems = (desk.person, []) if taken else _colleague(desk, request.POST.get("to", ""))
    if not references:
        problems.append(gettext("Tick the cases to give first"))
    found = Case.objects.filter(institution=desk.institution, reference__in=references).exclude(stage="draft")
    given = []
    for case in [] if problems else found:
        before = case.assigned_to_id
        try:
            deciding.assign(case=case, by=desk.person, to=to, at=clock.now())
            given.append(f"{case.reference}:{before or queue.NOBODY}")
        except Problem as problem:
            problems.append(f"{case.reference}: {saying.say(problem)}")
    if given:
        request.session[GIVEN] = {"desk": slug, "to": str(to.pk) if to else queue.NOBODY, "cases": given}
    if problems:
        return show(request, desk, problems, QueryDict(request.POST.get("back", "")))
    return _to_queue(request, desk, QueryDict(request.POST.get("back", "")))


def _undo(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Each case back to whom it was with, where it is still with whom it was given to."""
    people = {str(one.pk): one for one in queue.colleagues(desk.institution, rights.DESK)}
    was = dict(one.split(":", 1) for one in request.POST.getlist("given") if ":" in one)
    back, problems = QueryDict(request.POST.get("back", "")), []
    for case in Case.objects.filter(institution=desk.institution, reference__in=was).exclude(stage="draft"):
        if str(case.assigned_to_id or queue.NOBODY) != request.POST.get("to"):
            continue
        try:
            deciding.assign(case=case, by=desk.person, to=people.get(was[case.reference]), at=clock.now())
        except Problem as problem:
            problems.append(f"{case.reference}: {saying.say(problem)}")
    return show(request, desk, problems, back) if problems else _to_queue(request, desk, back)


def _to_queue(request: HttpRequest, desk: Desk, back: QueryDict) -> HttpResponse:
    query = back.urlencode()
    return redirect(links.to(request, "queue", desk.institution.slug) + (f"?{query}" if query else ""))


def _given(request: HttpRequest, desk: Desk, colleagues: list[Person]) -> dict[str, Any] | None:
    """What was just given away here, to be said once, with the way back."""
    given: dict[str, Any] | None = request.session.get(GIVEN)
    if given is None or given["desk"] != desk.institution.slug:
        return None
    del request.session[GIVEN]
    return {**given, "person": next((str(one) for one in colleagues if str(one.pk) == given["to"]), "")}


def _colleague(desk: Desk, pk: str) -> tuple[Person | None, list[str]]:
    if pk == queue.NOBODY:
        return None, []
    for one in queue.colleagues(desk.institution, rights.DESK):
        if str(one.pk) == pk:
            return one, []
    return None, [gettext("Choose a colleague")]


def asked_of(query: QueryDict) -> queue.Asked:
    """What an address asks for; what it does not say, or says wrongly, is left out. A search goes through all cases."""
    text, who = query.get("q", "").strip()[:100], query.get("who", "")
    asked = queue.Asked(
        stage=_among(query.get("stage", ""), row.STAGES),
        kind=_among(query.get("kind", ""), row.KINDS),
        reason=_among(query.get("reason", ""), row.REASONS),
        course=_uuid(query.get("course", "")),
        who=queue.NOBODY if who == queue.NOBODY else _uuid(who) or "",
        text=text,
        after=query.get("after", "")[:80],
    )
    narrowed = any((asked.stage, asked.kind, asked.reason, asked.course, asked.who))
    view = _among(query.get("view", ""), NAMES) or ("open" if narrowed else "needs-us")
    return replace(asked, view="all" if text else view)


def _among(text: str, choices: Iterable[Any]) -> str:
    return text if text in {str(one) for one in choices} else ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except (ValueError, ValidationError):
        return None


def show(
    request: HttpRequest, desk: Desk, problems: Iterable[str] = (), query: QueryDict | None = None
) -> HttpResponse:
    """The page of the queue, with what went wrong on top; 422 where something did."""
    query = request.GET if query is None else query
    asked, today = asked_of(query), desk.today
    found = queue.page(desk.institution, asked, desk.person, today)
    kept = {name: str(query[name]) for name in KEPT if query.get(name)}
    colleagues = queue.colleagues(desk.institution, rights.DESK)
    context = {
        "desk": desk,
        "here": "queue",
        "problems": list(problems),
        "asked": asked,
        "rows": [row.row(case, queue.key(case, asked), today) for case in found.cases],
        "views": _views(request, desk, asked, kept),
        "name": NAMES.get(asked.view, gettext("Search")),
        "filters": _filters(desk, asked, colleagues),
        "filtered": any(kept.get(name) for name in KEPT if name != "view"),
        "onward": urlencode({**kept, "after": found.onward}) if found.onward else "",
        "first": urlencode(kept) if asked.after else "",
        "back": urlencode(kept),
        "cut": found.cut,
        "given": _given(request, desk, colleagues),
        "colleagues": [one for one in colleagues if one.pk != desk.person.pk],
        "works": desk.may(*WORKERS),
        "shares": desk.may(Who.ADMINISTRATOR),
    }
    response = render(request, "desk/queue.html", context, status=422 if context["problems"] else 200)
    response.headers["Content-Security-Policy"] = WITH_SCRIPT
    return response


def _views(request: HttpRequest, desk: Desk, asked: queue.Asked, kept: dict[str, str]) -> list[dict[str, Any]]:
    counts = queue.counts(desk.institution, desk.person, desk.today)
    address = links.to(request, "queue", desk.institution.slug)
    here = urlencode(kept)
    saved = [view for view in SavedView.objects.filter(institution=desk.institution).order_by("name")
             if view.person_id in (None, desk.person.pk)]  # fmt: skip
    plain = len(kept) <= 1 and not any(view.query == here for view in saved)
    shown: list[dict[str, Any]] = [
        {"name": name, "count": counts.get(key), "address": f"{address}?view={key}",
         "here": plain and asked.view == key}
        for key, name in NAMES.items()
    ]  # fmt: skip
    return shown + [
        {"name": view.name, "address": f"{address}?{view.query}", "here": view.query == here, "saved": view}
        for view in saved
    ]


def _filters(desk: Desk, asked: queue.Asked, colleagues: list[Person]) -> list[dict[str, Any]]:
    """The fields of choice: name, label, options as (value, words), what is chosen."""
    courses = Course.objects.filter(institution=desk.institution).order_by("title").values_list("pk", "title")
    people = [(queue.NOBODY, gettext("Nobody")), *((str(one.pk), str(one)) for one in colleagues)]
    fields = (
        ("kind", gettext("What"), [(k.value, row.KINDS[k]) for k in Kind], asked.kind),
        ("reason", gettext("Why"), [(r.value, row.REASONS[r]) for r in Reason], asked.reason),
        ("stage", gettext("Stage"), [(s.value, row.STAGES[s]) for s in Stage if s in row.STAGES], asked.stage),
        ("course", gettext("Course"), [(str(pk), title) for pk, title in courses[:200]], str(asked.course or "")),
        ("who", gettext("With"), people, str(asked.who)),
    )
    return [
        {"name": name, "label": label, "options": options, "chosen": chosen} for name, label, options, chosen in fields
    ]
