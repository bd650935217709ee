"""The postings as a table for the institution's own books, one line a posting, the oldest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from recourse.payouts.models import Posting
from recourse.web.access import allow
from recourse.web.desk import cells
from recourse.web.desk.money.place import READERS
from recourse.web.desk.staff.place import at_desk

HEAD = ("at", "case", "about", "cause", "debit", "credit", "amount", "currency")


@allow(*READERS)
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """All of it; fees of providers are lines of their own."""
    desk = at_desk(request, slug, *READERS)
    found = Posting.objects.filter(institution=desk.institution).order_by("at", "made_at", "pk").values_list(
        "at", "case__reference", "about", "cause", "debit", "credit", "minor", "currency"
    )  # fmt: skip
    answer = HttpResponse("".join(_lines(found.iterator())), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{desk.institution.slug}-postings.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _lines(found: Iterator[tuple[int, str | None, object, str, str, str, int, str]]) -> Iterator[str]:
    yield cells.line(HEAD)
    for at, case, about, cause, debit, credit, minor, currency in found:
        moment = dt.datetime.fromtimestamp(at, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        amount = cells.figure(minor, currency)
        yield cells.line((moment, case or "", str(about), cause, debit, credit, amount, currency))
