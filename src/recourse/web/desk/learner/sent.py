"""After sending: the reference, what happens next and by when, the receipt as a file."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from recourse.desk import receipts
from recourse.desk.models import Case, Deadline
from recourse.desk.stages import Kind, Stage
from recourse.exhibits import serving
from recourse.problems import Problem
from recourse.web import clock, wording
from recourse.web.access import Who, allow
from recourse.web.desk import steps
from recourse.web.desk.learner import case as pages


@allow(Who.LEARNER, Who.ADVISER)
@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """The confirmation."""
    case = pages.find(request, reference)
    return render(request, "desk/new_sent.html", {"here": "cases", **context(case)})


def context(case: Case) -> dict[str, object]:
    """What the confirmation shows."""
    open_now = Deadline.objects.filter(case=case, met_at=None, dropped_at=None).order_by("due")
    written = case.stage == Stage.DRAFT
    return {
        "case": case,
        "seller": steps.seller(case),
        "written": written,
        "withdrawal": case.kind == Kind.WITHDRAWAL,
        "title": _title(case, written),
        "moment": case.received_at or case.made_at,
        "ahead": [(one.due.toordinal(), steps.deadline(one, case), one.provisional) for one in open_now],
        "today": clock.now().toordinal(),
    }


def _title(case: Case, written: bool) -> str:
    who = {"who": steps.seller(case)}
    if written:
        return gettext("It is written. Now send it to %(who)s") % who
    if case.kind == Kind.WITHDRAWAL:
        return gettext("%(who)s has your withdrawal") % who
    if case.kind == Kind.COMPLAINT:
        return gettext("%(who)s has your complaint") % who
    return gettext("%(who)s has your request") % who


@allow(Who.LEARNER, Who.ADVISER)
@require_safe
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """The receipt as PDF; for what is only written, the letter itself."""
    return _as_file(pages.find(request, reference))


def _as_file(case: Case) -> HttpResponse:
    """PDF, or plain text where no font at hand can show what was typed."""
    at = case.received_at or case.made_at
    written = case.stage == Stage.DRAFT
    paper = receipts.request(case, at, wording.lang()) if written else receipts.receipt(case)
    try:
        content, kind, ending = paper.pdf(at), "application/pdf", "pdf"
    except Problem:
        content, kind, ending = paper.text.encode(), "text/plain; charset=utf-8", "txt"
    place = serving.disposition(f"{case.reference}.{ending}")
    return HttpResponse(content, kind, headers={"Content-Disposition": place, "Cache-Control": "private, no-store"})
