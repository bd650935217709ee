"""What was bought, how it was paid, how far the learner came, and which terms were accepted."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from recourse.desk.models.institutions import Contract, Course, Institution
from recourse.desk.models.people import Person
from recourse.desk.rows import Row, one_of


class Source(models.TextChoices):
    """How a purchase came to be known."""

    FILE = "file"
    API = "api"
    DECLARED = "declared"


class Purchase(Row):
    """One order. It comes from the institution (a file, the API) or is declared by the learner, and then matched."""

    LEARNER = "learner_id"
    CASE = "cases__id"

    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="purchases", null=True, blank=True
    )
    platform = models.SlugField(max_length=80, blank=True)  # a platform of the corpus
    seller = models.CharField(max_length=200, blank=True)  # its name, where it is neither
    learner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="purchases", null=True, blank=True)
    email = models.EmailField(blank=True)  # the buyer as the institution knows them, until the account is matched
    order_number = models.CharField(max_length=120, blank=True)
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="purchases", null=True, blank=True)
    course_title = models.CharField(max_length=200, blank=True)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="purchases", null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)  # when the terms were accepted
    accepted_digest = models.CharField(max_length=64, blank=True)
    bought_on = models.DateField(null=True, blank=True)
    paid_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    facts = models.JSONField(default=dict, blank=True)  # facts of the vocabulary about this purchase
    source = models.CharField(max_length=10, choices=Source.choices, default=Source.DECLARED)
    matched = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="declarations", null=True, blank=True
    )  # a declared purchase: the institution's own record of it

    class Meta:
        constraints: ClassVar = [
            one_of("purchase_source", Source, "source"),
            models.CheckConstraint(
                condition=Q(institution__isnull=False) | Q(learner__isnull=False), name="purchase_belongs_to_somebody"
            ),
            models.CheckConstraint(
                condition=Q(paid_minor=None) | (Q(paid_minor__gte=0) & ~Q(currency="")), name="purchase_amount_whole"
            ),
            models.UniqueConstraint(
                fields=["institution", "order_number"],
                condition=Q(source__in=["file", "api"]) & ~Q(order_number=""),
                name="purchase_order_number_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["institution", "order_number"], name="purchase_by_number"),
            models.Index(fields=["institution", "email"], name="purchase_by_buyer"),
            models.Index(fields=["institution", "-made_at", "id"], name="purchase_newest"),
            models.Index(fields=["institution", "source", "matched", "-made_at"], name="purchase_declared"),
            models.Index(fields=["institution", "course", "course_title"], name="purchase_by_course"),
        ]


class Payment(Row):
    """Money that was taken for a purchase; what may go back goes back by the way it came."""

    INSTITUTION = "purchase__institution_id"
    LEARNER = "purchase__learner_id"
    CASE = "purchase__cases__id"

    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="payments")
    institution = models.ForeignKey(
        Institution, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )  # the purchase's: within it a reference is unique
    minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    paid_on = models.DateField(null=True, blank=True)
    method = models.CharField(max_length=40, blank=True)
    provider = models.CharField(max_length=40, blank=True)
    reference = models.CharField(max_length=200, blank=True)  # the provider's own

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(minor__gt=0), name="payment_positive"),
            models.UniqueConstraint(
                fields=["institution", "provider", "reference"],
                condition=~Q(reference=""),
                name="payment_reference_once",
            ),
        ]


class Progress(Row):
    """How far the learner had come, as the institution recorded it at a moment."""

    INSTITUTION = "purchase__institution_id"
    LEARNER = "purchase__learner_id"
    CASE = "purchase__cases__id"

    purchase = models.ForeignKey(Purchase, on_delete=models.PROTECT, related_name="progress")
    at = models.DateTimeField()
    facts = models.JSONField()  # lessons_taken, progress, certificate_issued, …: facts of the vocabulary
