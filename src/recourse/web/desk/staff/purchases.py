"""Purchases: found by number or buyer; what learners declared, and matching it with the institution's own orders."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from recourse import money
from recourse.desk.models import Purchase
from recourse.desk.services import purchases as service
from recourse.problems import Problem
from recourse.web import clock, wording
from recourse.web.access import DESK, STAFF, Who, allow
from recourse.web.desk.staff.place import at_desk

EACH = 50


@allow(*STAFF)
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """The newest purchases, or those that a search finds."""
    desk = at_desk(request, slug)
    asked = request.GET.get("q", "").strip()[:120]
    found = service.newest(desk.institution, asked=asked, after=_key(request.GET.get("after", "")), most=EACH + 1)
    context = {
        "desk": desk, "here": "purchases", "rows": [(row, _paid(row)) for row in found[:EACH]], "asked": asked,
        "more": found[EACH - 1].pk if len(found) > EACH else "", "declared": service.declared(desk.institution)[:EACH],
        "told": [str(one) for one in messages.get_messages(request)],
        "brings": desk.may(Who.ADMINISTRATOR, Who.FINANCE), "works": desk.may(*DESK),
    }  # fmt: skip
    return render(request, "desk/purchases.html", context)


@allow(*STAFF)
@require_http_methods(["GET", "HEAD", "POST"])
def match(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """What a learner declared, beside the orders that it may be."""
    desk = at_desk(request, slug, *DESK)
    row = service.declared(desk.institution).filter(pk=pk).first()
    if row is None:
        raise Http404
    problem = ""
    if request.method == "POST":
        chosen = _key(request.POST.get("record", ""))
        record = Purchase.objects.filter(institution=desk.institution, pk=chosen).first() if chosen else None
        if record is None:
            problem = gettext("Choose one of the orders")
        else:
            try:
                service.match(row=row, record=record, by=desk.person, at=clock.now())
            except Problem as error:
                problem = error.say(wording.lang())
            else:
                messages.success(request, gettext("The two are matched."))
                return redirect("web:purchases", slug)
    context: dict[str, Any] = {
        "desk": desk, "here": "purchases", "row": row, "paid": _paid(row), "problem": problem,
        "candidates": [(one, _paid(one)) for one in service.candidates(row)],
    }  # fmt: skip
    return render(request, "desk/purchases_match.html", context, status=422 if problem else 200)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except (ValueError, ValidationError):
        return None


def _paid(row: Purchase) -> str:
    return wording.money(money.show(row.paid_minor, row.currency)) if row.paid_minor is not None else ""
