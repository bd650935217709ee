"""A person's own data: a copy of everything, and the way to have the account erased."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from recourse.desk.models import Person
from recourse.desk.services import people
from recourse.problems import Problem
from recourse.web import clock, wording
from recourse.web.access import Who, allow


@allow(Who.LEARNER)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """What is kept, what erasing would do and why; the button types nothing by accident: the address is asked for."""
    assert isinstance(request.user, Person)
    person, problem = request.user, ""
    if request.method == "POST":
        typed = request.POST.get("email", "").strip().lower()
        try:
            if typed == person.email:
                people.erase(person=person, at=clock.now())
                logout(request)
                return render(request, "desk/erased.html")
            problem = "email"
        except Problem as error:
            problem = error.say(wording.lang())
    lang = wording.lang()
    parts = [
        {
            "what": part.what.of(lang), "count": part.count, "goes": part.goes, "why": part.why.of(lang),
            "until": _day(part.until), "review_on": _day(part.review_on),
        }
        for part in people.plan(person)
    ]  # fmt: skip
    going, staying = ([part for part in parts if part["goes"] is goes] for goes in (True, False))
    context = {"going": going, "staying": staying, "problem": problem}
    return render(request, "desk/data.html", context, status=422 if problem else 200)


def _day(day: dt.date | None) -> str:
    return wording.date(day.toordinal()) if day is not None else ""


@allow(Who.LEARNER)
@require_safe
def copy(request: HttpRequest) -> HttpResponse:
    """Everything, as a file."""
    assert isinstance(request.user, Person)
    answer = JsonResponse(people.copy(request.user), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = 'attachment; filename="recourse-data.json"'
    answer["Cache-Control"] = "no-store"
    return answer
