"""The timeline of each case: lines of a hash chain that are only ever added, and the bodies they commit to."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from recourse.desk.models.cases import Case, OfCase


class Entry(OfCase):
    """One line, stored as the bytes that were hashed. The database refuses to change or remove it."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="entries")
    seq = models.PositiveIntegerField()
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    line = models.BinaryField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=60)
    inner = models.BooleanField(default=False)  # not seen by the learner

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "seq"], name="entry_number_once"),
            models.UniqueConstraint(fields=["case", "prev"], name="entry_no_fork"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="entry_counts_from_one"),
        ]


class Opening(OfCase):
    """What an entry commits to: salt and body. It may be erased; it can never be changed."""

    INSTITUTION = "entry__case__institution_id"
    LEARNER = "entry__case__learner_id"
    CASE = "entry__case_id"

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="opening")
    salt = models.BinaryField()
    body = models.BinaryField()


class Leaf(models.Model):
    """An entry's place in the log of all entries (RFC 6962): its number counts from 0, without a gap."""

    number = models.BigIntegerField(primary_key=True)
    hash = models.CharField(max_length=64, unique=True)  # of the entry; tells nothing about it

    def __str__(self) -> str:
        return f"{self.number} {self.hash}"


class Head(models.Model):
    """A signed head of the log: how many entries there were, and their root. Old ones are never changed."""

    size = models.BigIntegerField(primary_key=True)
    root = models.CharField(max_length=64)
    note = models.TextField()  # the signed text as it is published
    stamp = models.BinaryField(null=True, blank=True)  # RFC 3161, where an authority is set
    made_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True, blank=True)  # when it left the house

    def __str__(self) -> str:
        return f"{self.size} {self.root}"
