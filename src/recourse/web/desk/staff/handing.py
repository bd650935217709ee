"""Small steps in a case: beginning to look at it, giving it to a colleague, closing it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from recourse.desk.models import Person
from recourse.desk.selectors import queue
from recourse.desk.services import cases, deciding, rights
from recourse.desk.stages import ENDED, Stage
from recourse.problems import Problem
from recourse.web import clock
from recourse.web.access import allow
from recourse.web.desk.staff import of_case, saying
from recourse.web.desk.staff.of_case import WORKERS, Found
from recourse.web.desk.staff.place import Desk, at_desk


class Give(forms.Form):
    """To whom."""

    to = forms.ChoiceField(label=gettext_lazy("Colleague"))

    def __init__(self, people: list[Person], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        nobody = (queue.NOBODY, gettext("Nobody: back to the queue"))
        self.fields["to"].choices = [*((str(one.pk), str(one)) for one in people), nobody]  # type: ignore[attr-defined]


class Close(forms.Form):
    """Why it ends."""

    why = forms.CharField(
        label=gettext_lazy("Why it is closed"), max_length=2000, widget=forms.Textarea({"rows": 3}),
        help_text=gettext_lazy("The learner reads it, and can open the case again."),
        error_messages={"required": gettext_lazy("Say why the case ends")},
    )  # fmt: skip


@allow(*WORKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Give the case to a colleague, or back to the queue."""
    desk = at_desk(request, slug, *WORKERS)
    found = of_case.find(desk, reference)
    people = [one for one in queue.colleagues(desk.institution, rights.DESK) if one.pk != found.case.about_person_id]
    form = Give(people, request.POST if request.method == "POST" else None, initial={"to": str(desk.person.pk)})
    if request.method == "POST" and form.is_valid():
        to = next((one for one in people if str(one.pk) == form.cleaned_data["to"]), None)
        if (to.pk if to is not None else None) == found.case.assigned_to_id:
            return of_case.done(request, desk, found)
        try:
            deciding.assign(case=found.case, by=desk.person, to=to, at=clock.now())
            return of_case.done(request, desk, found)
        except Problem as problem:
            form.add_error(None, saying.say(problem))
    return _show(request, desk, found, form, gettext("Give the case to"), gettext("Give"))


@allow(*WORKERS)
@require_POST
def review(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Say that somebody looks at it, which its learner reads; the case is theirs with it where it was nobody's."""
    desk = at_desk(request, slug, *WORKERS)
    found = of_case.find(desk, reference)
    if found.case.stage == Stage.RECEIVED:
        deciding.review(case=found.case, by=desk.person, at=clock.now())
        if found.case.assigned_to_id is None and found.impartial:
            deciding.assign(case=found.case, by=desk.person, to=desk.person, at=clock.now())
    return of_case.done(request, desk, found)


@allow(*WORKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """End the case with a reason."""
    desk = at_desk(request, slug, *WORKERS)
    found = of_case.find(desk, reference)
    form = Close(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and Stage(found.case.stage) in ENDED:
        return of_case.done(request, desk, found)
    if request.method == "POST" and not found.closes:
        form.add_error(None, gettext("A case ends when it was answered: decide it first."))
    elif request.method == "POST" and form.is_valid():
        try:
            cases.close(case=found.case, by=desk.person, at=clock.now(), why=form.cleaned_data["why"].strip())
            return of_case.done(request, desk, found)
        except Problem as problem:
            form.add_error(None, saying.say(problem))
    return _show(request, desk, found, form, gettext("Close the case"), gettext("Close it"))


def _show(request: HttpRequest, desk: Desk, found: Found, form: forms.Form, title: str, button: str) -> HttpResponse:
    context = {
        **of_case.context(desk, found, "", of_case.told(found)), "form": form, "title": title, "button": button,
    }  # fmt: skip
    return render(request, "desk/staff_small.html", context, status=422 if form.errors else 200)
