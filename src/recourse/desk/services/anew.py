"""Facts of an institution came in: the open cases they are about are to be worked out anew, by a job for each."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q

from recourse.desk.models import Case
from recourse.desk.stages import Stage
from recourse.work.queue import enqueue

AGAIN = "assess.again"
OPEN = (Stage.RECEIVED, Stage.IN_REVIEW, Stage.WAITING, Stage.ESCALATED)  # a decision stands on what it was made by


def ask(purchases: Iterable[UUID]) -> int:
    """Put in a job for each open case about these purchases, or matched with them. Call it inside a transaction."""
    ids = set(purchases)
    about = Q(purchase__in=ids) | Q(purchase__matched__in=ids)
    found = Case.objects.filter(about, stage__in=[stage.value for stage in OPEN]).values_list("pk", "institution_id")
    for pk, institution in found:
        enqueue(AGAIN, {"case": pk}, institution=institution)
    return len(found)
