"""The institutions that take part and their courses, to look through before buying."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from recourse import money
from recourse.desk.models import Course
from recourse.desk.services import publishing
from recourse.web import clock, engine, wording
from recourse.web.access import Who, allow

EACH = 50  # courses on a page


@dataclass(frozen=True)
class Listed:
    """A course in a list, with its price for everybody."""

    course: Course
    price: str


@allow(Who.ANYBODY)
@require_safe
def courses(request: HttpRequest) -> HttpResponse:
    """All courses that are published; those that a search finds."""
    asked = request.GET.get("q", "").strip()[:80]
    found = publishing.courses()
    if asked:
        found = found.filter(Q(title__icontains=asked) | Q(institution__name__icontains=asked))
    page = Paginator(found, EACH).get_page(request.GET.get("page"))
    context = {
        "here": "check",
        "asked": asked,
        "page": page,
        "listed": _listed(page.object_list),
        "example": any(one.institution.example for one in page.object_list),
    }
    return render(request, "desk/course_list.html", context)


@allow(Who.ANYBODY)
@require_safe
def institution(request: HttpRequest, slug: str) -> HttpResponse:
    """One institution: who it is, its courses, its terms, how it treats a request."""
    found = get_object_or_404(publishing.institutions(), slug=slug)
    now = clock.now()
    context = {
        "here": "check",
        "institution": found,
        "place": engine.place_name(found.place, wording.lang()),
        "listed": _listed(publishing.courses(found)[:200]),
        "contracts": publishing.contracts(found, at=now),
        "example": found.example,
        "platform": found.platform if engine.platform(found.platform) is not None else "",
    }
    return render(request, "desk/institution.html", context)


def _listed(found: Iterable[Course]) -> list[Listed]:
    courses_ = list(found)
    prices = publishing.prices(courses_, at=clock.now())
    return [
        Listed(one, money.show(offer.price_minor, offer.currency) if (offer := prices.get(one.pk)) is not None else "")
        for one in courses_
    ]
