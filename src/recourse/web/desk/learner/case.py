"""The page of one case: what is owed, the next step, dates ahead, what happened, why, and the file."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recourse.desk.models import Case, Deadline, DecisionState, Person
from recourse.desk.next_step import next_step
from recourse.desk.services import timeline
from recourse.desk.stages import Kind, Stage, steps
from recourse.web import clock
from recourse.web.access import Who, allow
from recourse.web.desk import lines, owed
from recourse.web.desk import steps as wording


@allow(Who.LEARNER, Who.ADVISER)
@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """The case as its learner, or an adviser with a mandate, sees it."""
    case = find(request, reference)
    return render(request, "desk/case.html", {"here": "cases", "mine": True, **context(case, request.user)})


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
    today = clock.now().date()
    person = reader if isinstance(reader, Person) else None
    deadlines = list(Deadline.objects.filter(case=case, met_at=None, dropped_at=None).order_by("due"))
    decision = case.decisions.filter(state=DecisionState.FINAL).order_by("-decided_at").first()
    assessment = case.assessments.order_by("-number").first()
    step = next_step(case, deadlines, today, decision)
    return {
        "case": case,
        "seller": wording.seller(case),
        "step": step,
        "words": wording.words(case, step, today),
        "owed": owed.owed(case, assessment, today.toordinal()) if assessment is not None else None,
        "decision": decision,
        "ahead": [(one, one.due.toordinal(), wording.deadline(one, case)) for one in deadlines],
        "lines": lines.lines(case, timeline.read(case, inner=False), person),
        "messages_": case.messages.filter(inner=False).order_by("-made_at").select_related("author"),
        "exhibits": case.exhibits.order_by("made_at"),
        "may": set(steps(Stage(case.stage), Kind(case.kind))),
        "today": today.toordinal(),
    }
