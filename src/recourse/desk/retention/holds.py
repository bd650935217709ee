"""Legal holds on cases: placed with a reason, looked at again by a day, lifted. While one stands nothing is let go.

A hold whose day of review has passed still stands; `recourse retention` names it until somebody looks.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from recourse.bilingual import Words
from recourse.desk.models import Case, Hold, Person, Role
from recourse.desk.services import rights, timeline
from recourse.problems import Problem

LONGEST = 366  # days until somebody has to look again
PLACED, REVIEWED, LIFTED = "hold-placed", "hold-reviewed", "hold-lifted"
ENTRIES = (PLACED, REVIEWED, LIFTED)  # such an entry begins no term anew


@transaction.atomic
def place(*, case: Case, by: Person | None, reason: str, review_on: dt.date, at: dt.datetime) -> Hold:
    """Keep all of the case until the hold is lifted. `by` is an administrator of its institution; None: the operator.

    Where a hold stands already, this is its review: reason and day are new.
    """
    case = Case.lock(case.pk)
    if by is not None:
        rights.need(by, case.institution, Role.ADMINISTRATOR)
    if not reason.strip():
        raise Problem(Words("a hold has a reason", "请写明保全理由"), field="reason")
    if not 0 < (review_on - at.date()).days <= LONGEST:
        said = Words(f"it is looked at again within {LONGEST} days", f"须在 {LONGEST} 天内复核")
        raise Problem(said, field="review_on")
    held = standing(case)
    kind = PLACED if held is None else REVIEWED
    if held is None:
        held = Hold(case=case, placed_by=by)
    held.reason, held.review_on = reason.strip(), review_on
    held.save()
    timeline.record(
        case=case, by=timeline.actor(by), kind=kind, at=at,
        body={"hold": str(held.pk), "reason": held.reason, "review_on": review_on.isoformat()},
    )  # fmt: skip
    return held


@transaction.atomic
def lift(*, case: Case, by: Person | None, reason: str, at: dt.datetime) -> None:
    """From now on the case goes when its term is over. Raises `Problem` where no hold stands."""
    case = Case.lock(case.pk)
    if by is not None:
        rights.need(by, case.institution, Role.ADMINISTRATOR)
    held = standing(case)
    if held is None:
        raise Problem(Words("no hold stands on this case", "此案件没有保全"))
    held.lifted_at = at
    held.save(update_fields=["lifted_at"])
    timeline.record(
        case=case, by=timeline.actor(by), kind=LIFTED, at=at, body={"hold": str(held.pk), "reason": reason.strip()}
    )


def standing(case: Case) -> Hold | None:
    """The hold that stands on a case."""
    return Hold.objects.filter(case=case, lifted_at=None).first()
