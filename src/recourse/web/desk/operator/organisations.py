"""Organisations of advisers wait here until the operator has looked at who they are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from recourse.desk.models import Person
from recourse.desk.selectors import organisations as selector
from recourse.desk.services import organisations as service
from recourse.problems import Problem
from recourse.web import clock, engine, wording
from recourse.web.access import Who, allow
from recourse.web.desk.staff import saying


@allow(Who.OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Each with what it says of itself; confirm it, or refuse it with a reason."""
    wrong: dict[str, str] = {}
    if request.method == "POST":
        assert isinstance(request.user, Person)
        confirmed = request.POST.get("do") == "confirm"
        try:
            service.answer(
                organisation=_id(request), confirmed=confirmed, reason="" if confirmed else _reason(request),
                saw=request.POST.get("saw", ""), by=request.user, at=clock.now(),
            )  # fmt: skip
        except Problem as problem:
            wrong = {"problem": saying.say(problem), "at": str(_id(request)), "typed": _reason(request)}
        else:
            return redirect("web:organisations")
    found = selector.told()
    context: dict[str, Any] = {
        "waiting": [_shown(one) for one in found if one.waits],
        "answered": [_shown(one) for one in found if not one.waits],
        **wrong,
    }
    return render(request, "desk/organisations.html", context, status=422 if wrong else 200)


def _shown(told: selector.Told) -> tuple[selector.Told, str]:
    return told, engine.place_name(told.institution.place, wording.lang())


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "")[:2000]


def _id(request: HttpRequest) -> UUID:
    try:
        found = UUID(request.POST.get("organisation", ""))
    except ValueError:
        raise Http404 from None
    if found not in {one.institution.pk for one in selector.told()}:
        raise Http404
    return found
