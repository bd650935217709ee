"""Kept texts in a form: the list to choose from, and one of them filled in for a case beside what was typed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from recourse.desk.models import SavedText
from recourse.desk.services import texts as kept
from recourse.web import wording
from recourse.web.desk.staff import row
from recourse.web.desk.staff.of_case import Found
from recourse.web.desk.staff.place import Desk


def texts(desk: Desk, found: Found) -> list[SavedText]:
    """The kept texts, those in the learner's language first."""
    all_of_them = SavedText.objects.filter(institution=desk.institution).order_by("name")
    return sorted(all_of_them, key=lambda one: one.language != found.case.language)


def values(desk: Desk, found: Found) -> dict[str, str]:
    """What fills the names in braces."""
    case, last = found.case, found.assessment
    purchase = case.purchase
    return {
        "learner": str(case.learner),
        "reference": case.reference,
        "course": purchase.course_title if purchase is not None else "",
        "order": purchase.order_number if purchase is not None else "",
        "owed": row.amount(last.owed_minor, last.currency) if last is not None else "",
        "pay_by": wording.date(last.pay_by.toordinal()) if last is not None and last.pay_by is not None else "",
        "institution": desk.institution.name,
    }


def filled(request: HttpRequest, desk: Desk, found: Found, field: str) -> dict[str, Any]:
    """What was typed, with the chosen text after what stands in `field`."""
    typed: dict[str, Any] = request.POST.dict()
    chosen = next((one for one in texts(desk, found) if str(one.pk) == typed.get("text_of")), None)
    if chosen is not None:
        before = typed.get(field, "").strip()
        typed[field] = "\n\n".join(part for part in (before, kept.fill(chosen.text, values(desk, found))) if part)
    return typed
