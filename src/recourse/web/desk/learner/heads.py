"""The public page of signed heads: with one of them kept elsewhere, nobody can rewrite what was recorded before it."""

from __future__ import annotations

from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recourse.desk.models import Head
from recourse.desk.services import heads as logged
from recourse.desk.services import sealing
from recourse.web.access import Who, allow
from recourse.web.desk.learner import often

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
def grown(request: HttpRequest, size: int) -> HttpResponse:
    """The proof that the log only grew from this head to the newest: for whoever kept it and sees nothing else."""
    head, newest = Head.objects.filter(size=size).first(), Head.objects.order_by("-size").first()
    if head is None or newest is None:
        raise Http404
    refusal = often.refusal(request, "log")
    if refusal is not None:
        return refusal
    answer = HttpResponse(_grown(size, newest.size), content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="log-{size}-{newest.size}.txt"'
    return answer


@lru_cache(maxsize=256)
def _grown(old: int, new: int) -> str:
    """What is between two heads never changes; it takes a reading of the whole log."""
    older, newer = Head.objects.get(size=old), Head.objects.get(size=new)
    return logged.grown(older.note, newest=newer).text


@allow(Who.ANYBODY)
@require_safe
def key(_: HttpRequest) -> HttpResponse:
    """The public key, PEM."""
    return HttpResponse(sealing.key().public.pem, content_type="application/x-pem-file")
