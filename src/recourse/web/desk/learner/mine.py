"""My cases: one page, each with its next step, who must act, and by when."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from recourse.web.access import Who, allow


@allow(Who.LEARNER)
def page(request: HttpRequest) -> HttpResponse:
    """All cases of the person."""
    return render(request, "desk/mine.html", {"here": "cases"})
