"""A version of an institution's terms, and what changed since the one before."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from recourse.desk.services import publishing
from recourse.web import clock
from recourse.web.access import Who, allow


@allow(Who.ANYBODY)
@require_safe
def page(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One version; older ones stay readable for ever."""
    institution = get_object_or_404(publishing.institutions(), slug=slug)
    versions = list(publishing.contracts(institution, at=clock.now()))
    one = next((version for version in versions if version.number == number), None)
    if one is None:
        raise Http404
    before = next((version for version in versions if version.number < number), None)
    context = {
        "here": "check",
        "institution": institution,
        "one": one,
        "before": before,
        "differences": publishing.differences(before.text, one.text) if before is not None else [],
        "versions": versions,
        "newest": one is versions[0],
        "example": institution.example,
    }
    return render(request, "desk/course_terms.html", context)
