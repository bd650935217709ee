"""My cases: one page, each with its next step, who must act, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recourse.desk import scope, turned
from recourse.desk.models import Case, Deadline, Decision, DecisionState
from recourse.desk.next_step import NextStep, next_step
from recourse.desk.services import drafts as services
from recourse.desk.stages import ENDED
from recourse.web import clock
from recourse.web.access import Who, allow
from recourse.web.desk import steps
from recourse.web.desk.learner import drafts

MOST = 20  # drafts in the list; older ones end by themselves


@dataclass(frozen=True)
class Mine:
    """A case in the list."""

    case: Case
    step: NextStep
    words: steps.Words
    seller: str


@allow(Who.LEARNER)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """All cases of the person, and those in which they act for somebody by a mandate; what needs them first."""
    now = clock.now()
    found = (
        Case.objects.filter(Q(learner=request.user.pk) | Q(pk__in=scope.current().cases))
        .select_related("institution", "purchase", "learner")
        .prefetch_related(
            Prefetch("deadlines", Deadline.objects.filter(met_at=None, dropped_at=None), to_attr="open_deadlines"),
            Prefetch(
                "decisions", Decision.objects.filter(state=DecisionState.FINAL).order_by("-decided_at"), to_attr="final"
            ),
        )
        .order_by("-made_at")
    )
    mine, no_help = [], turned.without_help(found)
    for case in found:
        today = case.day(now)
        decision = next(iter(case.final), None)
        helped = case.pk not in no_help
        step = next_step(case, case.open_deadlines, today, decision, no_help=not helped)  # type: ignore[arg-type]
        mine.append(Mine(case, step, steps.words(case, step, today), steps.seller(case)))
    running = sorted((one for one in mine if one.case.stage not in ENDED), key=lambda one: steps.urgency(one.step))
    ended = [one for one in mine if one.case.stage in ENDED]
    person: Any = request.user
    unsent = [drafts.unsent(one) for one in services.open_of(person=person, at=clock.now())[:MOST]]
    context = {"here": "cases", "running": running, "ended": ended, "unsent": unsent}
    return render(request, "desk/mine.html", context)
