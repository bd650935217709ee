"""Letting somebody help: a secret link to read the case, and mandates for organisations of advisers."""

from __future__ import annotations

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from recourse.desk.models import Link, LinkUse, Mandate, Person
from recourse.desk.services import links, mandates, organisations, rights
from recourse.problems import Problem
from recourse.web import clock, wording
from recourse.web.access import Who, allow
from recourse.web.desk.learner import case as pages


class Sharing(forms.Form):
    """A link, for whom, and for how long."""

    label = forms.CharField(label=gettext_lazy("For whom"), max_length=120)
    days = forms.TypedChoiceField(
        label=gettext_lazy("For how long"),
        coerce=int,
        initial="14",
        choices=[("7", gettext_lazy("7 days")), ("14", gettext_lazy("14 days")), ("60", gettext_lazy("60 days"))],
        widget=forms.RadioSelect,
    )


@allow(Who.LEARNER)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """The links and mandates of a case; a new link shows its address this once."""
    case = pages.find(request, reference)
    assert isinstance(request.user, Person)
    form, made, problem = Sharing(request.POST or None), "", ""
    if request.method == "POST" and form.is_valid():
        try:
            link = links.make(
                case=case, by=request.user, use=LinkUse.READ, days=form.cleaned_data["days"],
                label=form.cleaned_data["label"], at=clock.now(),
            )  # fmt: skip
        except Problem as error:
            problem = error.say(wording.lang())
        else:
            made = request.build_absolute_uri(reverse("web:shared", args=[link.secret]))
            form = Sharing()
    now = clock.now()
    given = Mandate.objects.filter(case=case, taken_back_at=None).select_related("organisation")
    found = {
        "here": "cases",
        "case": case,
        "form": form,
        "made": made,
        "problem": problem,
        "links": [
            (one, str(pages.body_title(one.body).text) if one.body else one.label)
            for one in Link.objects.filter(case=case, taken_back_at=None, until__gt=now).order_by("made_at")
        ],
        "mandates": given,
        "organisations": organisations.offered().exclude(pk__in=given.values("organisation")),
    }
    response = render(request, "desk/helping.html", found, status=422 if form.errors or problem else 200)
    response["Cache-Control"] = "no-store"
    return response


@allow(Who.LEARNER)
@require_POST
def change(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """End a link, give a mandate, end one. What is gone already stays gone."""
    case = pages.find(request, reference)
    assert isinstance(request.user, Person)
    row, at = request.POST.get("id", ""), clock.now()
    try:
        if verb == "end-link":
            links.take_back(link=get_object_or_404(Link.objects, pk=_id(row), case=case), by=request.user, at=at)
        elif verb == "mandate":
            chosen = get_object_or_404(organisations.offered(), pk=_id(row))
            mandates.give(case=case, organisation=chosen, by=request.user, at=at)
        elif verb == "end-mandate":
            mandates.take_back(
                mandate=get_object_or_404(Mandate.objects, pk=_id(row), case=case), by=request.user, at=at
            )
    except rights.NotYours:  # an adviser gives no mandates in the learner's name
        raise PermissionDenied from None
    return redirect("web:case_share", case.reference)


def _id(text: str) -> str | None:
    """The id, or nothing: a text that is none finds no row."""
    try:
        return str(forms.UUIDField().clean(text))
    except forms.ValidationError:
        return None
