"""The files of a case, for whoever sees the case: the original as a download, the copy made anew to look at."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from recourse.desk.models import Exhibit
from recourse.desk.services import exhibits
from recourse.exhibits import serving
from recourse.web.access import Who, allow


@allow(Who.LEARNER)
@require_safe
def original(request: HttpRequest, reference: str, pk: UUID) -> HttpResponse:  # noqa: ARG001
    """The file as it came."""
    return download(_find(reference, pk))


@allow(Who.LEARNER)
@require_safe
def shown(request: HttpRequest, reference: str, pk: UUID, number: int) -> HttpResponse:  # noqa: ARG001
    """A page of the copy."""
    return picture(_find(reference, pk), number)


def download(exhibit: Exhibit) -> HttpResponse:
    """The original, as a download and never as a page. Raises `Http404` where it is gone."""
    try:
        data = exhibits.original(exhibit.stored)
    except FileNotFoundError:
        raise Http404 from None
    return HttpResponse(data, headers=serving.headers(exhibits.kind(exhibit), exhibit.name))


def picture(exhibit: Exhibit, number: int) -> HttpResponse:
    """A page of the copy. Raises `Http404` for a page that is not there."""
    data = exhibits.copy(exhibit.shown, number)
    if data is None:
        raise Http404
    return HttpResponse(data, headers=serving.shown_headers(exhibit.shown_kind))


def _find(reference: str, pk: UUID) -> Exhibit:
    """Within the scope of whoever asks: their own cases, those of their institution, those given to them."""
    found: Any = Exhibit.objects.filter(pk=pk, case__reference=reference.upper()).first()
    if found is None:
        raise Http404
    exhibit: Exhibit = found
    return exhibit
