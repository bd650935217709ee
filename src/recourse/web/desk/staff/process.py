"""The process of a request, step by step, and the days and limits that an institution sets itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from recourse.desk.models import Actor
from recourse.desk.services import institutions as service
from recourse.problems import Problem
from recourse.web import clock
from recourse.web.access import STAFF, Who, allow
from recourse.web.desk.staff import choices
from recourse.web.desk.staff.place import Desk, at_desk

ROWS = 6
ACTORS = (
    (Actor.INSTITUTION.value, gettext_lazy("The institution")),
    (Actor.LEARNER.value, gettext_lazy("The learner")),
)


class StepForm(forms.Form):
    """One step; an empty name leaves it out."""

    name = forms.CharField(label=gettext_lazy("What happens"), max_length=200, required=False)
    actor = forms.ChoiceField(label=gettext_lazy("Who acts"), choices=ACTORS)
    days = choices.Number(gettext_lazy("Within working days"), least=1, most=service.LONGEST_DAYS, needed=False)
    silence = forms.CharField(label=gettext_lazy("What follows if nothing is done"), max_length=200, required=False)


class LimitsForm(forms.Form):
    """How fast one answers, and which refunds need two people."""

    answer_days = choices.Number(
        gettext_lazy("First answer within working days"), least=1, most=service.LONGEST_DAYS,
        hint=gettext_lazy("Counted by the calendar of the place where you are established."),
    )  # fmt: skip
    decide_days = choices.Number(gettext_lazy("Decision within working days"), least=1, most=service.LONGEST_DAYS)
    approval = choices.figure(
        gettext_lazy("Refunds above this amount need a second person"),
        hint=gettext_lazy("0: all of them. Less than what is owed always needs one."),
    )  # fmt: skip
    approval_currency = choices.currency()

    def clean(self) -> dict[str, Any]:
        """With the amount read."""
        code = self.cleaned_data.get("approval_currency", "")
        self.cleaned_data["approval_minor"] = choices.minor(self, "approval", code)
        return self.cleaned_data


@allow(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The steps as learners read them, and changing them."""
    writes = request.method == "POST"
    desk = at_desk(request, slug, *((Who.ADMINISTRATOR,) if writes else ()))
    now = service.process(desk.institution)
    steps = service.read_steps(now.steps) if now is not None else ()
    forms_ = _forms(request, desk, steps)
    if writes and not [form for form in forms_ if not form.is_valid()]:
        found = [_step(form) for form in forms_ if form.cleaned_data["name"].strip()]
        try:
            service.publish_process(institution=desk.institution, steps=found, by=desk.person, at=clock.now())
        except Problem as error:
            choices.blame(forms_[0], error)
        else:
            return redirect("web:process", slug)
    wrong = any(form.errors for form in forms_) if writes else False
    context = {
        "desk": desk, "here": "setup", "now": now, "steps": steps, "forms": list(enumerate(forms_, 1)), "wrong": wrong,
        "administrator": desk.may(Who.ADMINISTRATOR),
    }  # fmt: skip
    return render(request, "desk/process.html", context, status=422 if wrong else 200)


def _forms(request: HttpRequest, desk: Desk, steps: tuple[service.Step, ...]) -> list[StepForm]:
    start = [{"name": one.name, "actor": one.actor.value, "days": one.days, "silence": one.silence} for one in steps]
    start = start or _usual(desk)
    count = min(service.MOST_STEPS, max(ROWS, len(start) + 1))
    data = request.POST if request.method == "POST" else None
    return [
        StepForm(data, prefix=f"s{number}", initial=start[number] if number < len(start) else {})
        for number in range(count)
    ]


def _usual(desk: Desk) -> list[dict[str, Any]]:
    """What most institutions do, with this one's own days: a proposal to be changed."""
    here = desk.institution
    return [
        {"name": gettext("We confirm that we have the request"), "actor": "institution", "days": 1},
        {"name": gettext("We give a first answer, or ask for what is missing"), "actor": "institution",
         "days": here.answer_days},
        {"name": gettext("The learner answers our question"), "actor": "learner", "days": 10,
         "silence": gettext("We decide on what we have")},
        {"name": gettext("We decide, and say why"), "actor": "institution", "days": here.decide_days,
         "silence": gettext("The learner can turn to the bodies that Recourse names")},
    ]  # fmt: skip


def _step(form: StepForm) -> service.Step:
    found = form.cleaned_data
    return service.Step(found["name"], Actor(found["actor"]), found["days"], found["silence"])


@allow(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def limits(request: HttpRequest, slug: str) -> HttpResponse:
    """Days and limits; they hold for cases that are received from now on."""
    desk = at_desk(request, slug, Who.ADMINISTRATOR)
    here = desk.institution
    start = {
        "answer_days": here.answer_days, "decide_days": here.decide_days, "approval_currency": here.approval_currency,
        "approval": choices.shown(here.approval_minor, here.approval_currency),
    }  # fmt: skip
    form = LimitsForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        found = form.cleaned_data
        new = service.Limits(
            found["answer_days"], found["decide_days"], found["approval_minor"], found["approval_currency"]
        )
        try:
            service.set_limits(institution=here, limits=new, by=desk.person)
        except Problem as problem:
            choices.blame(form, problem)
        else:
            return redirect("web:setup", slug)
    context = {
        "desk": desk, "here": "setup", "form": form, "title": gettext("Days and limits"),
        "about": gettext("Clocks of cases that you have already received stay as they are."),
    }  # fmt: skip
    return render(request, "desk/found_form.html", context, status=422 if form.errors else 200)
