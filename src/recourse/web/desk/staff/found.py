"""Being built."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from recourse.web.access import Who, allow


@allow(Who.ANYBODY)
def institutions(request: HttpRequest) -> HttpResponse:
    """Being built."""
    return render(request, "desk/mine.html", {"here": "institutions"})
