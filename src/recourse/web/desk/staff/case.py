"""A case at the institution: what is asked, what is owed and why, what is missing, what happened, what can be done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recourse.desk.models import Actor
from recourse.desk.services import timeline
from recourse.web import progress
from recourse.web.access import STAFF, allow
from recourse.web.desk import lines
from recourse.web.desk.staff import of_case, row
from recourse.web.desk.staff.place import at_desk


@allow(*STAFF)
@require_safe
def page(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """The case as its institution's people see it, inner notes with it."""
    desk = at_desk(request, slug, *STAFF)
    found = of_case.find(desk, reference)
    case, said = found.case, of_case.told(found)
    told = timeline.read(case, inner=True)
    return render(
        request,
        "desk/staff_case.html",
        {
            **of_case.context(desk, found, "case", said),
            "lines": lines.lines(case, told, desk.person),
            "facts": progress.said(said.answers) if said is not None else [],
            "missing": said.card.missing if said is not None else (),
            "checked": [one for one in [said.best, *said.others] if one is not None] if said is not None else [],
            "ahead": [
                (row.clock_name(one), one.due.toordinal(), one) for one in found.deadlines if one.actor != Actor.BODY
            ],
            "exhibits": case.exhibits.order_by("made_at"),
            "day": found.today.toordinal(),
        },
    )
