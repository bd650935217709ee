"""The figures of an institution, as pictures with their tables, and its cases as a file for a spreadsheet."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import Any

from django import forms
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_safe

from recourse import money
from recourse.desk.models import Case, Institution, Reason
from recourse.desk.selectors import figures
from recourse.desk.selectors.figures import Counted, Figures, Period, Time
from recourse.web import clock, wording
from recourse.web.access import STAFF, allow
from recourse.web.desk.staff import columns, row
from recourse.web.desk.staff.place import at_desk

LENGTH = dt.timedelta(days=364)  # of the period that is shown where none is asked for
KEPT = dt.timedelta(minutes=5)  # figures that were counted
LONGEST = 5 * 366  # days
CLOCKS = {
    "first-answer": gettext_lazy("First answer"),
    "decision": gettext_lazy("Decision"),
    "pay": gettext_lazy("Payment, by law or policy"),
}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
HEADINGS = ("reference", "kind", "reason", "stage", "received", "course", "asked", "owed", "currency", "pay by")
DAY = {"type": "date", "class": "m"}  # a browser takes such a day in one form only, whatever the language


class Between(forms.Form):
    """The period."""

    first = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(DAY, format="%Y-%m-%d"))
    last = forms.DateField(label=gettext_lazy("To"), widget=forms.DateInput(DAY, format="%Y-%m-%d"))

    def clean(self) -> dict[str, Any]:
        """The days are in order and not too far apart."""
        given: dict[str, Any] = super().clean() or {}
        first, last = given.get("first"), given.get("last")
        if first and last and not 0 <= (last - first).days <= LONGEST:
            self.add_error("last", gettext_lazy("Enter a day after the first one, at most five years later"))
        return given


@allow(*STAFF)
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Requests, reasons, times, what was paid late, complaints and exposure."""
    desk = at_desk(request, slug, *STAFF)
    today = clock.now().date()
    period, form = _period(request, today)
    at, found = _lately(desk.institution, period, today)
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


def _lately(institution: Institution, period: Period, today: dt.date) -> tuple[dt.datetime, Figures]:
    """The figures, and when they were counted: at most some minutes ago, since a year of them is long to count."""
    key = f"figures:{institution.pk}:{period.first}:{period.last}:{today}"
    found: tuple[dt.datetime, Figures] | None = cache.get(key)
    if found is None:
        found = clock.now(), figures.figures(institution, period, today)
        cache.set(key, found, KEPT.total_seconds())
    return found


def _period(request: HttpRequest, today: dt.date) -> tuple[Period, Between]:
    usual = {"first": today - LENGTH, "last": today}
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
    period, _ = _period(request, clock.now().date())
    lines = [_line(HEADINGS), *(_line(_cells(case)) for case in figures.cases(desk.institution, period))]
    answer = HttpResponse("\ufeff" + "".join(lines), content_type="text/csv; charset=utf-8")
    name = f"cases-{slug}-{period.first.isoformat()}-{period.last.isoformat()}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _cells(case: Case) -> tuple[str, ...]:
    course = case.purchase.course_title if case.purchase is not None else ""
    owed: int | None = case.owed  # type: ignore[attr-defined]
    pay: dt.date | None = case.first_pay  # type: ignore[attr-defined]
    received = case.received_at.date().isoformat() if case.received_at is not None else ""
    return (
        case.reference, case.kind, case.reason, case.stage, received, course, _figure(case.asked_minor, case.currency),
        _figure(owed, case.currency), case.currency, pay.isoformat() if pay is not None else "",
    )  # fmt: skip


def _figure(minor: int | None, currency: str) -> str:
    return "" if minor is None or not currency else money.show(minor, currency).partition(" ")[0]


def _line(cells: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([safe(cell) for cell in cells])
    return out.getvalue()


def safe(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: one that begins like it gets an apostrophe before it."""
    return f"'{cell}" if cell.lstrip().startswith(FORMULA) or cell.startswith(FORMULA) else cell
