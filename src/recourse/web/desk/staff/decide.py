"""Deciding a case: the whole, a part, a refusal or an answer, on the last assessment; nothing typed is lost."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from recourse import money
from recourse.desk.models import Answer, Assessment, Decision
from recourse.desk.services import deciding
from recourse.desk.services.deciding import Deciding
from recourse.problems import Problem
from recourse.web import clock, typed
from recourse.web.access import allow
from recourse.web.desk.staff import deciders, of_case, row, saying, writing
from recourse.web.desk.staff.of_case import WORKERS, Found
from recourse.web.desk.staff.place import Desk, at_desk

FIELDS = {"minor": "amount", "reason": "reason", "letter": "letter"}  # of the service, and of the form
AREA = forms.Textarea({"rows": 4})


class Decide(forms.Form):
    """What is decided. `seen` is the assessment that the page showed."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Decision"), widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what you decide")},
    )  # fmt: skip
    amount = forms.CharField(label=gettext_lazy("Amount"), required=False, max_length=40)
    reason = forms.CharField(
        label=gettext_lazy("Why less, or why not"), required=False, widget=AREA, max_length=5000,
        help_text=gettext_lazy("The learner and the second person read it, beside both figures and the clause."),
    )  # fmt: skip
    letter = forms.CharField(label=gettext_lazy("To the learner"), required=False, widget=AREA, max_length=10000)
    seen = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, found: Found, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.found = found
        self.fields["kind"].choices = [(kind, kind) for kind in kinds(found)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Reads the amount of a part with its currency."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("kind") == Answer.PART and "amount" in given:
            currency = currency_of(self.found)
            try:
                given["minor"] = money.parse(typed.amount(given["amount"], currency)).minor
            except (typed.Wrong, Problem) as wrong:
                said = wrong.message if isinstance(wrong, typed.Wrong) else saying.say(wrong)
                self.add_error("amount", str(said))
        elif given.get("kind") == Answer.WHOLE:
            given["minor"] = whole(self.found)
        return given

    def what(self) -> Deciding:
        """The decision as the service takes it."""
        given = self.cleaned_data
        return Deciding(
            Answer(given["kind"]), given.get("minor") or 0, given["reason"].strip(), given["letter"].strip()
        )


def kinds(found: Found) -> list[Answer]:
    """What can be decided on this case."""
    if found.no_money:
        return [Answer.ANSWERED]
    paying = [Answer.WHOLE] if whole(found) else []
    return [*paying, *([Answer.PART] if currency_of(found) else []), Answer.REFUSED]


def whole(found: Found) -> int:
    """What the whole is: what is owed; where nothing is for certain, what is asked or was paid."""
    owed = found.assessment.owed_minor if found.assessment is not None else None
    paid = found.case.purchase.paid_minor if found.case.purchase is not None else None
    return owed or found.case.asked_minor or paid or 0


def currency_of(found: Found) -> str:
    """The currency of the decision: that of the assessment."""
    return (found.assessment.currency if found.assessment is not None else "") or ""


@allow(*WORKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """The form, or why there is none; what is sent is decided, or waits for the second person."""
    desk = at_desk(request, slug, *WORKERS)
    found = of_case.find(desk, reference)
    seen = found.assessment.pk if found.assessment is not None else None
    if request.method != "POST":
        return _show(request, desk, found, Decide(found, initial={"seen": seen}))
    form = Decide(found, request.POST)
    if "fill" in request.POST:
        return _show(request, desk, found, Decide(found, initial=writing.filled(request, desk, found, "letter")))
    if form.is_valid():
        if _done_already(desk, found, form.what()):
            return of_case.done(request, desk, found)
        try:
            _decide(desk, found, form)
        except Problem as problem:
            field = FIELDS.get(problem.field or "")
            form.add_error(field, saying.say(problem))
        else:
            return of_case.done(request, desk, found)
    fresh = request.POST.copy()
    fresh["seen"] = str(seen or "")  # what is shown below is the last assessment: the next attempt is on that
    form.data = fresh
    return _show(request, desk, found, form)


def _decide(desk: Desk, found: Found, form: Decide) -> None:
    seen = form.cleaned_data["seen"]
    assessment: Assessment | None = None
    if not found.no_money:
        assessment = found.case.assessments.filter(pk=seen).first() or found.assessment
    deciding.decide(case=found.case, by=desk.person, assessment=assessment, what=form.what(), at=clock.now())


def _done_already(desk: Desk, found: Found, what: Deciding) -> bool:
    """Whether this very decision stands: the same form was sent twice."""
    last: Decision | None = found.proposal or found.final
    same = last is not None and (last.kind, last.minor, last.reason, last.letter) == (
        what.kind, what.minor, what.reason, what.letter,
    )  # fmt: skip
    return same and last is not None and last.proposed_by_id == desk.person.pk and (
        found.proposal is not None or not found.decides
    )  # fmt: skip


def _show(request: HttpRequest, desk: Desk, found: Found, form: Decide) -> HttpResponse:
    said = of_case.told(found)
    currency = currency_of(found)
    owed = found.assessment.owed_minor if found.assessment is not None else None
    context = {
        **of_case.context(desk, found, "decide", said),
        "form": form,
        "chosen": form["kind"].value(),
        "choices": kinds(found),
        "whole": row.amount(whole(found), currency) if whole(found) else "",
        "is_owed": bool(owed),
        "currency": currency,
        "texts": writing.texts(desk, found),
        "why_not": _why_not(found),
        "deciders": deciders.deciders(desk, found),
        "limit": deciders.limit(desk),
    }
    return render(request, "desk/staff_decide.html", context, status=422 if form.errors else 200)


def _why_not(found: Found) -> str:
    """Why there is no form, or ""."""
    if found.decides:
        return ""
    if found.case.kind == "withdrawal":
        return gettext("A withdrawal is effective when it is received. There is nothing to approve or refuse: pay it.")
    if not found.impartial:
        return gettext("The complaint is about you: somebody else decides it.")
    if found.final is not None:
        return gettext("It is decided.")
    return gettext("It cannot be decided as it stands.")
