"""The second person: reads the proposal beside what is owed, agrees, or says why not."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from recourse.desk.models import Decision, DecisionState
from recourse.desk.services import deciding
from recourse.problems import Problem
from recourse.web import clock
from recourse.web.access import allow
from recourse.web.desk.staff import of_case, row, saying
from recourse.web.desk.staff.of_case import SECONDS, Found
from recourse.web.desk.staff.place import Desk, at_desk


class Second(forms.Form):
    """Which proposal, and, where the answer is no, why."""

    decision = forms.UUIDField(widget=forms.HiddenInput)
    why = forms.CharField(
        label=gettext_lazy("Why you do not agree"), required=False, max_length=5000,
        help_text=gettext_lazy("Your colleagues read it; the learner does not."), widget=forms.Textarea({"rows": 3}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A no has its reason."""
        given: dict[str, Any] = super().clean() or {}
        if "disagree" in self.data and not given.get("why", "").strip():
            self.add_error("why", gettext_lazy("Say why, so that your colleague can do better"))
        return given


@allow(*SECONDS)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """The proposal and the two answers."""
    desk = at_desk(request, slug, *SECONDS)
    found = of_case.find(desk, reference)
    if request.method != "POST":
        initial = {"decision": found.proposal.pk if found.proposal is not None else None}
        return _show(request, desk, found, Second(initial=initial))
    form = Second(request.POST)
    if form.is_valid():
        decision = Decision.objects.filter(case=found.case, pk=form.cleaned_data["decision"]).first()
        if decision is not None and _done_already(desk, decision, agrees="agree" in request.POST):
            return of_case.done(request, desk, found)
        try:
            _answer(desk, decision or found.proposal, form)
        except Problem as problem:
            form.add_error(None, saying.say(problem))
        else:
            return of_case.done(request, desk, found)
    return _show(request, desk, found, form)


def _answer(desk: Desk, decision: Decision | None, form: Second) -> None:
    if decision is None:
        raise Problem(str(gettext_lazy("There is no open proposal.")))
    if "agree" in form.data:
        deciding.agree(decision=decision, by=desk.person, at=clock.now())
    else:
        why = form.cleaned_data["why"].strip()
        if not why:
            raise Problem(str(gettext_lazy("Choose whether you agree.")))
        deciding.disagree(decision=decision, by=desk.person, why=why, at=clock.now())


def _done_already(desk: Desk, decision: Decision, *, agrees: bool) -> bool:
    """The same answer was sent twice."""
    wanted = DecisionState.FINAL if agrees else DecisionState.REJECTED
    return decision.second_id == desk.person.pk and decision.state == wanted


def _show(request: HttpRequest, desk: Desk, found: Found, form: Second) -> HttpResponse:
    said = of_case.told(found)
    context = {**of_case.context(desk, found, "decide", said), "form": form}
    proposal = found.proposal
    if proposal is not None:
        owed = proposal.assessment.owed_minor if proposal.assessment is not None else None
        context |= {
            "proposal": proposal,
            "proposed": row.amount(proposal.minor, proposal.currency),
            "less": row.amount((owed or 0) - proposal.minor, proposal.currency),
        }
    return render(request, "desk/staff_second.html", context, status=422 if form.errors else 200)
