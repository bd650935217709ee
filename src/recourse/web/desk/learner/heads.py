"""The public page of signed heads: with one of them kept elsewhere, nobody can rewrite what was recorded before it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recourse.desk.models import Head
from recourse.desk.services import sealing
from recourse.web.access import Who, allow

SHOWN = 50


@allow(Who.ANYBODY)
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """The key, the last heads, and what they are good for."""
    heads = list(Head.objects.order_by("-size")[:SHOWN])
    context = {
        "heads": heads,
        "note": heads[0].note if heads else "",
        "origin": sealing.origin(),
        "fingerprint": sealing.key().public.fingerprint,
    }
    return render(request, "desk/heads.html", context)


@allow(Who.ANYBODY)
@require_safe
def note(_: HttpRequest, size: int) -> HttpResponse:
    """One head as it was signed."""
    head = Head.objects.filter(size=size).first()
    if head is None:
        raise Http404
    return HttpResponse(head.note, content_type="text/plain; charset=utf-8")


@allow(Who.ANYBODY)
@require_safe
def key(_: HttpRequest) -> HttpResponse:
    """The public key, PEM."""
    return HttpResponse(sealing.key().public.pem, content_type="application/x-pem-file")
