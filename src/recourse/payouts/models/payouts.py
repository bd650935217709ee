"""What is to be paid, the attempts to pay it, who released them, what happened to them, and the postings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from recourse.desk.models import Assessment, Case, Decision, Institution, Payment, Person
from recourse.desk.rows import Row, one_of
from recourse.payouts.machine import RELEASED, State
from recourse.payouts.models.accounts import Account, Route
from recourse.payouts.postings import Account as Place

STATES = [(state.value, state.value) for state in State]
GONE = sorted(state.value for state in RELEASED)
UNSENT = [State.PLANNED.value, State.CANCELLED.value]


class Award(Row):
    """What is to be paid in a case, by which decision or assessment. Never edited; a new one supersedes."""

    LEARNER = "case__learner_id"
    CASE = "case_id"

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="awards")
    number = models.PositiveIntegerField()
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    minor = models.BigIntegerField()
    interest_minor = models.BigIntegerField(default=0)  # for paying late, as the law has it; on top
    currency = models.CharField(max_length=3)
    due = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "number"], name="award_number_once"),
            models.CheckConstraint(condition=Q(minor__gt=0, interest_minor__gte=0), name="award_positive"),
            models.CheckConstraint(
                condition=Q(decision__isnull=False) | Q(assessment__isnull=False), name="award_has_its_ground"
            ),
        ]

    @property
    def whole(self) -> int:
        """Refund and interest."""
        return self.minor + self.interest_minor


class Payout(Row):
    """One attempt to move money by one route; its id is the key that the provider is given, and never changes."""

    LEARNER = "case__learner_id"
    CASE = "case_id"

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="payouts")
    # One that was seen elsewhere has no case and no award until it is matched.
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="payouts", null=True, blank=True)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="payouts", null=True, blank=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="payouts", null=True, blank=True)
    route = models.CharField(max_length=10, choices=Route.choices)
    minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    text = models.CharField(max_length=140, blank=True)  # on the learner's statement
    payee = models.BinaryField(default=bytes)  # sealed: name, IBAN, BIC
    state = models.CharField(max_length=10, choices=STATES)
    at = models.BigIntegerField()  # UTC seconds of the last change
    sent_at = models.BigIntegerField(null=True, blank=True)
    asked_at = models.BigIntegerField(null=True, blank=True)  # the last look-up
    tries = models.PositiveIntegerField(default=0)
    two_people = models.BooleanField(default=False)
    planned_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    released_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    reference = models.CharField(max_length=200, blank=True)
    evidence = models.CharField(max_length=80, blank=True)
    waits = models.CharField(max_length=12, blank=True)
    word = models.CharField(max_length=300, blank=True)
    external = models.BooleanField(default=False)
    alarm = models.CharField(max_length=300, blank=True)
    form_token = models.CharField(max_length=50, unique=True, null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            one_of("payout_route", Route, "route"),
            models.CheckConstraint(condition=Q(state__in=[state.value for state in State]), name="payout_state"),
            models.CheckConstraint(condition=Q(minor__gt=0), name="payout_positive"),
            models.CheckConstraint(
                condition=Q(external=True) | Q(case__isnull=False, award__isnull=False, planned_by__isnull=False),
                name="payout_is_of_an_award",
            ),
            models.CheckConstraint(
                condition=Q(external=False) | Q(state__in=["succeeded", "reversed"]), name="payout_elsewhere_was_paid"
            ),
            models.CheckConstraint(condition=Q(award=None) | Q(case__isnull=False), name="payout_award_has_a_case"),
            models.CheckConstraint(
                condition=Q(external=True) | Q(state__in=UNSENT)
                | Q(released_by__isnull=False, sent_at__isnull=False, tries__gte=1),
                name="payout_sent_was_released",
            ),
            models.CheckConstraint(
                condition=Q(two_people=False) | Q(released_by=None) | ~Q(released_by=F("planned_by")),
                name="payout_released_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="succeeded") | ~Q(reference="") | ~Q(evidence=""), name="payout_success_is_proved"
            ),
            models.UniqueConstraint(
                fields=["account", "reference"], condition=~Q(reference=""), name="payout_reference_once"
            ),
        ]  # fmt: skip
        indexes: ClassVar = [
            models.Index(fields=["institution", "state", "at"], name="payout_by_state"),
            models.Index(fields=["state", "at"], condition=~Q(state__in=[*GONE, "succeeded"]), name="payout_open"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.minor} {self.currency} {self.state}"


class Approval(Row):
    """Somebody released a payout, with this amount before their eyes; without it the database lets nothing be sent."""

    INSTITUTION = "payout__institution_id"

    payout = models.OneToOneField(Payout, on_delete=models.PROTECT, related_name="approval")
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    planned_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    two_people = models.BooleanField()
    minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(two_people=False) | ~Q(by=F("planned_by")), name="approval_is_not_one_s_own"
            )
        ]


class Event(Row):
    """What happened to a payout, each thing once, in the order in which it was taken; never changed."""

    INSTITUTION = "payout__institution_id"

    payout = models.ForeignKey(Payout, on_delete=models.PROTECT, related_name="events")
    name = models.CharField(max_length=250)  # the same whenever the same thing is told again
    kind = models.CharField(max_length=12)
    source = models.CharField(max_length=8)  # staff, answer, look-up; call: the provider is being called
    at = models.BigIntegerField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    said = models.JSONField(default=dict)  # reference, evidence, word, amount
    taken = models.CharField(max_length=10)
    before = models.CharField(max_length=10)
    after = models.CharField(max_length=10)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["payout", "name"], name="event_once")]


class Posting(Row):
    """Money moves from one account (credit) to another (debit): a row balances by the way it is made. Never changed."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="postings", null=True, blank=True)
    about = models.UUIDField()  # the payout or the award
    cause = models.CharField(max_length=20)
    debit = models.CharField(max_length=20, choices=[(place.value, place.value) for place in Place])
    credit = models.CharField(max_length=20, choices=[(place.value, place.value) for place in Place])
    minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    at = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(minor__gt=0), name="posting_positive"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="posting_moves"),
            models.UniqueConstraint(
                fields=["about", "cause"], condition=~Q(cause__in=["fee", "fee-returned"]), name="posting_once"
            ),
        ]
