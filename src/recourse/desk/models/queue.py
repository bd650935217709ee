"""What an institution's people keep for their work at the queue: views of it, and texts that they write often."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from recourse.desk.models.institutions import Institution
from recourse.desk.models.people import Person
from recourse.desk.rows import Row


class SavedView(Row):
    """Filters of the queue under a name: one person's, or, where there is no person, everybody's there."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="views")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=500)  # the address after the question mark

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "person", "name"], name="view_name_once"),
            models.UniqueConstraint(
                fields=["institution", "name"], condition=Q(person=None), name="view_of_everybody_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="view_has_a_name"),
        ]


class SavedText(Row):
    """A text for replies and decisions, with names in braces that are filled in: {learner}, {reference}, {owed}."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="texts")
    name = models.CharField(max_length=80)
    language = models.CharField(max_length=10, default="en")
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "name", "language"], name="text_name_once"),
            models.CheckConstraint(condition=~Q(text=""), name="text_not_empty"),
        ]
