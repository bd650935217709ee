"""The page of one case: what is owed, the next step, dates ahead, what happened, why, and the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from recourse.desk import turned
from recourse.desk.models import Case, Deadline, DecisionState, Person
from recourse.desk.next_step import next_step
from recourse.desk.services import onward, timeline
from recourse.desk.services.timeline import Told
from recourse.desk.stages import Kind, Stage, steps
from recourse.problems import Problem
from recourse.web import asking, clock, engine, wording
from recourse.web.access import Who, allow
from recourse.web.desk import lines, owed
from recourse.web.desk import steps as words
from recourse.web.titles import Title
from recourse.web.titles import of as title_of

FIRST = 3  # bodies that are named on the page; the others are one click away
LETTERS = {Kind.REFUND: "request", Kind.WITHDRAWAL: "withdrawal", Kind.COMPLAINT: "complaint"}  # the first of each
# Pages of other rooms that a case leads to, where they are there.
ELSEWHERE = ("case_bundle", "case_share", "case_withdrawal")


@allow(Who.LEARNER, Who.ADVISER)
@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """The case as its learner, or an adviser with a mandate, sees it."""
    return show(request, find(request, reference))


def show(
    request: HttpRequest, case: Case, *, form: forms.Form | None = None, files: forms.Form | None = None,
    said: str = "", status: int = 200,
) -> HttpResponse:  # fmt: skip
    """The page, also with what was typed into one of its forms and what is wrong with it."""
    found = context(case, request.user)
    mine = {
        "here": "cases",
        "mine": True,
        "example": case.example,
        "form": form,
        "files": files,
        "said": said,
        "process": asking.process(case.platform) if case.platform and case.institution_id is None else None,
        "listed": case.institution_id is None,
        "letter_kind": LETTERS[Kind(case.kind)],
        "bodies": _bodies(case, found["answered"]),
        "turned": [(name, body_title(name)) for name in turned_to(found["answered"])],
        "asked": next((one for one in found["messages_"] if one.asks), None),
        "elsewhere": {name: _address(name, case) for name in ELSEWHERE},
    }
    return render(request, "desk/case_mine.html", {**found, **mine}, status=status)


def find(request: HttpRequest, reference: str) -> Case:
    """The case of that reference, for its learner or an adviser. Staff have a page of their own for it."""
    found = Case.objects.select_related("institution", "purchase", "learner").filter(reference=reference.upper())
    case = found.first()
    if case is None or not (case.learner_id == request.user.pk or _advises(request, case)):
        raise Http404
    return case


def _advises(request: HttpRequest, case: Case) -> bool:
    return case.mandates.filter(
        taken_back_at=None,
        organisation__memberships__person=request.user.pk,
        organisation__memberships__role="adviser",
        organisation__memberships__ended_at=None,
    ).exists()


def context(case: Case, reader: Any) -> dict[str, Any]:
    """What the page shows, for whoever may see the case: learner, adviser, holder of a link."""
    today = case.day(clock.now())
    person = reader if isinstance(reader, Person) else None
    deadlines = list(Deadline.objects.filter(case=case, met_at=None, dropped_at=None).order_by("due"))
    decision = case.decisions.filter(state=DecisionState.FINAL).order_by("-decided_at").first()
    assessment = case.assessed()
    told = timeline.read(case, inner=False)
    answered = answers(told)
    step = next_step(case, deadlines, today, decision, no_help=turned.helpless(answered))
    return {
        "case": case,
        "seller": words.seller(case),
        "step": step,
        "words": words.words(case, step, today),
        "owed": owed.owed(case, assessment, today.toordinal()) if assessment is not None else None,
        "part": owed.part(assessment, told) if case.institution_id is None else None,
        "decision": decision,
        "ahead": [(one, one.due.toordinal(), words.deadline(one, case), words.passed(one, today)) for one in deadlines],
        "answered": answered,
        "told": told,
        "lines": lines.lines(case, told, person),
        "messages_": list(case.messages.filter(inner=False).order_by("-made_at").select_related("author")),
        "exhibits": case.exhibits.order_by("made_at"),
        "may": {one.replace("-", "_"): True for one in steps(Stage(case.stage), Kind(case.kind))},
        "today": today.toordinal(),
        "now": clock.now(),
    }


def answers(told: list[Told]) -> dict[str, str]:
    """The bodies that were turned to, each with its answer; "" where that is to come."""
    return turned.answers((one.entry.kind, one.body) for one in told)


def turned_to(answered: dict[str, str]) -> list[str]:
    """Those that have not answered, the last one first."""
    return [name for name, outcome in reversed(answered.items()) if not outcome]


def body_title(name: str) -> Title:
    """What a body is called, in the page's language."""
    found = engine.library().bodies.get(name)
    return title_of(found.rule.title, found.rule.place) if found is not None else Title(name, wording.tag())


def _bodies(case: Case, answered: Mapping[str, str]) -> list[tuple[str, Title, int | None]]:
    """The first of the bodies that fit and were not turned to: id, name, last day."""
    try:
        found = onward.turns(case, case.day(clock.now()))
    except Problem:
        return []
    fit = [one for one in found if one.fits in ("fits", "not-yet") and one.body.id not in answered][:FIRST]
    return [(one.body.id, title_of(one.body.rule.title, one.body.rule.place), one.apply_by) for one in fit]


def _address(name: str, case: Case) -> str:
    try:
        return reverse(f"web:{name}", args=[case.reference])
    except NoReverseMatch:
        return ""
