"""What staff say of money with a proof: what became of a payout, and a refund that was made outside of the desk."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from recourse.desk.models import Case, Payment, Person
from recourse.desk.rows import Row
from recourse.payouts.models.payouts import Payout


class Verdict(Row):
    """What staff say became of a payout that no look-up settles: with a proof, and only once a second person agrees."""

    INSTITUTION = "payout__institution_id"

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="verdicts")
    kind = models.CharField(max_length=10, choices=[(one, one) for one in ("paid", "never", "returned")])
    evidence = models.CharField(max_length=80)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    dropped = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=["paid", "never", "returned"]), name="verdict_kind"),
            models.CheckConstraint(condition=~Q(evidence=""), name="verdict_has_a_proof"),
            models.CheckConstraint(condition=Q(second=None) | ~Q(second=F("by")), name="verdict_second_is_another"),
            models.UniqueConstraint(
                fields=["payout"], condition=Q(second=None, dropped=False), name="verdict_one_open"
            ),
        ]


class Reported(Row):
    """A refund that staff say was made outside of the desk, with a proof; above the limit a second person agrees."""

    INSTITUTION = "case__institution_id"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="reported")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    sent_on = models.DateField()
    evidence = models.CharField(max_length=80)
    two_people = models.BooleanField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    dropped = models.BooleanField(default=False)
    payout = models.OneToOneField(Payout, on_delete=models.PROTECT, related_name="reported", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(minor__gt=0), name="reported_positive"),
            models.CheckConstraint(condition=~Q(evidence=""), name="reported_has_a_proof"),
            models.CheckConstraint(condition=Q(second=None) | ~Q(second=F("by")), name="reported_second_is_another"),
            models.CheckConstraint(
                condition=Q(payout=None) | Q(two_people=False) | Q(second__isnull=False), name="reported_was_agreed"
            ),
            models.UniqueConstraint(
                fields=["case", "evidence"], condition=Q(dropped=False), name="reported_proof_once"
            ),
        ]
