"""The figures of an institution, as pictures with their tables, and its cases as a file for a spreadsheet."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from recourse import zones
from recourse.desk.models import Case, Reason
from recourse.desk.selectors import figures
from recourse.desk.selectors.figures import Counted, Figures, Period, Time
from recourse.web import clock, wording
from recourse.web.access import STAFF, allow
from recourse.web.desk import cells
from recourse.web.desk.staff import columns, row
from recourse.web.desk.staff.place import at_desk

CLOCKS = {
    "first-answer": gettext_lazy("First answer"),
    "decision": gettext_lazy("Decision"),
    "pay": gettext_lazy("Payment, by law or policy"),
}
HEADINGS = ("reference", "kind", "reason", "stage", "received", "course", "asked", "owed", "currency", "pay by")
FIRST_YEAR, LAST_YEAR = 2000, 2199
DAY = {"type": "date", "class": "m"}  # a browser takes such a day in one form only, whatever the language


class Between(forms.Form):
    """The period."""

    first = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(DAY, format="%Y-%m-%d"))
    last = forms.DateField(label=gettext_lazy("To"), widget=forms.DateInput(DAY, format="%Y-%m-%d"))

    def clean(self) -> dict[str, Any]:
        """The days are in order, not too far apart, and of a year that a calendar of now can mean."""
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if not (first and last):
            return given
        if first.year < FIRST_YEAR or last.year > LAST_YEAR:
            self.add_error("first", gettext_lazy("Enter days of the years 2000 to 2199"))
        elif not 0 <= (last - first).days <= figures.LONGEST:
            self.add_error("last", gettext_lazy("Enter a day after the first one, at most five years later"))
        return given


@allow(*STAFF)
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Requests, reasons, times, what was paid late, complaints and exposure."""
    desk = at_desk(request, slug, *STAFF)
    period, form = _period(request, desk.today)
    at, found = figures.lately(desk.institution, period, desk.today, clock.now())
    context = {
        "desk": desk,
        "here": "figures",
        "form": form,
        "period": period,
        "at": at,
        "days": (period.first.toordinal(), period.last.toordinal()),
        **_shown(found),
    }
    return render(request, "desk/figures.html", context, status=422 if form.errors else 200)


def _period(request: HttpRequest, today: dt.date) -> tuple[Period, Between]:
    usual = {"first": today - figures.LENGTH, "last": today}
    form = Between(request.GET if "first" in request.GET or "last" in request.GET else None, initial=usual)
    given = form.cleaned_data if form.is_bound and form.is_valid() else usual
    return Period(given["first"], given["last"]), form


def _shown(found: Figures) -> dict[str, Any]:
    months = [(wording.month(one.first.toordinal()), one) for one in found.months]
    return {
        "months": months,
        "received": sum(one.all for one in found.months),
        "pictures": columns.draw([(name, one.all) for name, one in months]),
        "reasons": _bars(found.reasons),
        "complaints": _bars(found.complaints),
        "times": [(CLOCKS[one.name], one, _share(one), 100 * one.late // one.all) for one in found.times if one.all],
        "exposure": [
            (one, row.amount(one.owed, one.currency), row.amount(one.unclear_asked, one.currency))
            for one in found.exposure
        ],
    }


def _bars(counted: list[Counted]) -> list[tuple[str, Counted, int]]:
    """Words, the count, and the length of its bar from 0 to 100."""
    most = max((one.count for one in counted), default=1)
    return [(str(row.REASONS[Reason(one.name)]), one, 100 * one.count // most) for one in counted]


def _share(one: Time) -> str:
    """How many were late, in per cent; less than one is said so, never rounded to nothing."""
    if one.late and 100 * one.late < one.all:
        return gettext("less than 1%")
    return f"{100 * one.late // one.all}%"


@allow(*STAFF)
@require_safe
def as_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The cases of the period, one a line. No name and no mail of any learner is in it."""
    desk = at_desk(request, slug, *STAFF)
    period, _ = _period(request, desk.today)
    lines = [
        cells.line(HEADINGS),
        *(cells.line(_cells(case, desk.institution.place)) for case in figures.cases(desk.institution, period)),
    ]
    answer = HttpResponse("\ufeff" + "".join(lines), content_type="text/csv; charset=utf-8")
    name = f"cases-{slug}-{period.first.isoformat()}-{period.last.isoformat()}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _cells(case: Case, place: str) -> tuple[str, ...]:
    course = case.purchase.course_title if case.purchase is not None else ""
    owed: int | None = case.owed  # type: ignore[attr-defined]
    pay: dt.date | None = case.first_pay  # type: ignore[attr-defined]
    received = zones.day(case.received_at, place).isoformat() if case.received_at is not None else ""
    return (
        case.reference, case.kind, case.reason, case.stage, received, course,
        cells.figure(case.asked_minor, case.currency), cells.figure(owed, case.currency), case.currency,
        pay.isoformat() if pay is not None else "",
    )  # fmt: skip
