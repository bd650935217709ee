"""The state of the durable work: a yes or no for whatever watches, and a page with a button for dead jobs."""

from __future__ import annotations

import logging

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from recourse.web import clock
from recourse.web.access import Who, allow
from recourse.work import leases
from recourse.work.health import health
from recourse.work.models import Job, State

log = logging.getLogger("recourse.work")

SHOWN = 100  # dead jobs on a page


@allow(Who.ANYBODY)
@require_safe
def alive(_: HttpRequest) -> HttpResponse:
    """200 while the database answers and work is being done, else 503. It names no numbers to strangers."""
    try:
        well = health(clock.now()).well
    except DatabaseError:
        well = False
    return JsonResponse({"well": well}, status=200 if well else 503, headers={"Cache-Control": "no-store"})


@allow(Who.OPERATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Counts by state, the oldest that is due, and the dead with their last error. A dead one can be tried again."""
    now = clock.now()
    if request.method == "POST":
        job = get_object_or_404(Job, pk=request.POST.get("job"), state=State.DEAD)
        leases.revive(job.pk, now)
        log.warning("%s %s was revived by the operator %s", job.kind, job.pk, request.user.pk)
        return redirect("web:work")
    dead = Job.objects.filter(state=State.DEAD).order_by("-run_at")[:SHOWN]
    return render(request, "desk/work.html", {"health": health(now), "dead": dead})
