"""A person's own data: a copy of everything, and the way to have the account erased."""

from __future__ import annotations

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
    parts = [
        (part.what.of(wording.lang()), part.count, part.goes, part.why.of(wording.lang()))
        for part in people.plan(person)
    ]
    return render(request, "desk/data.html", {"parts": parts, "problem": problem}, status=422 if problem else 200)


@allow(Who.LEARNER)
@require_safe
def copy(request: HttpRequest) -> HttpResponse:
    """Everything, as a file."""
    assert isinstance(request.user, Person)
    answer = JsonResponse(people.copy(request.user), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = 'attachment; filename="recourse-data.json"'
    answer["Cache-Control"] = "no-store"
    return answer
