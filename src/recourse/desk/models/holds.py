"""Legal holds: while one stands, nothing of its case is let go."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from recourse.desk.models.cases import Case, OfCase
from recourse.desk.models.people import Person


class Hold(OfCase):
    """Somebody needs the records of a case for longer, and says why; it is looked at again by a day, or lifted."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds")
    reason = models.CharField(max_length=500)
    review_on = models.DateField()
    placed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case"], condition=Q(lifted_at=None), name="hold_one_a_case"),
            models.CheckConstraint(condition=~Q(reason=""), name="hold_has_a_reason"),
        ]
