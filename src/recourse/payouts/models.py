"""The tables of payouts: awards, the attempts to pay them, who released them, what was said of them, the postings."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from recourse.desk.models import Assessment, Case, Decision, Institution, Payment, Person
from recourse.desk.rows import Row, one_of
from recourse.payouts.machine import RELEASED, State
from recourse.payouts.planning import Quarrel
from recourse.payouts.postings import Account as Place


class Route(models.TextChoices):
    """The providers there are."""

    MANUAL = "manual"
    SEPA = "sepa"
    STRIPE = "stripe"
    SANDBOX = "sandbox"


STATES = [(state.value, state.value) for state in State]
GONE = sorted(state.value for state in RELEASED)
UNSENT = [State.PLANNED.value, State.CANCELLED.value]


class Account(Row):
    """An institution's account with a provider. Secrets are sealed (recourse.payouts.services.sealing)."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="accounts")
    route = models.CharField(max_length=10, choices=Route.choices)
    name = models.CharField(max_length=80, blank=True)  # as staff call it
    sealed = models.BinaryField(default=bytes)  # the provider's keys, or the account that is debited
    open = models.BooleanField(default=True)  # new payouts may take it; a closed one is still asked about old ones

    class Meta:
        constraints: ClassVar = [
            one_of("account_route", Route, "route"),
            models.UniqueConstraint(fields=["institution", "route"], name="account_once_a_route"),
        ]


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


class Told(Row):
    """A message from a provider, or a statement of staff, as the bytes that came."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="messages")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveBigIntegerField()  # the order in which they came
    body = models.BinaryField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "digest"], name="told_once"),
            models.UniqueConstraint(fields=["account", "number"], name="told_number_once"),
        ]


class Notice(Row):
    """One piece of news in a message: a hint that a payout must be asked about, kept under the key that it names."""

    INSTITUTION = "account__institution_id"

    told = models.ForeignKey(Told, on_delete=models.PROTECT, related_name="notices")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="notices")
    name = models.CharField(max_length=250)
    key = models.UUIDField(null=True, blank=True)
    reference = models.CharField(max_length=200, blank=True)
    payment = models.CharField(max_length=200, blank=True)
    word = models.CharField(max_length=300, blank=True)
    dispute = models.BooleanField(default=False)
    at = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "name"], name="notice_once")]
        indexes: ClassVar = [models.Index(fields=["key"], name="notice_by_key")]


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


class Dispute(Row):
    """A dispute of a payment (chargeback), as the provider's latest message about it says."""

    INSTITUTION = "account__institution_id"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="disputes")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="disputes")
    reference = models.CharField(max_length=200)
    minor = models.BigIntegerField()
    quarrel = models.CharField(max_length=5, choices=[(one.value, one.value) for one in Quarrel])
    at = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "reference"], name="dispute_once"),
            models.CheckConstraint(condition=Q(quarrel__in=[one.value for one in Quarrel]), name="dispute_quarrel"),
            models.CheckConstraint(condition=Q(minor__gt=0), name="dispute_positive"),
        ]


class Errand(Row):
    """A payout that stands on the list of what staff pay by hand."""

    INSTITUTION = "account__institution_id"

    key = models.UUIDField(unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")


class BankFile(Row):
    """A payment file, kept before the bank sees it; its bytes never change."""

    INSTITUTION = "account__institution_id"

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=35)  # the message's id
    body = models.BinaryField()
    offered_at = models.DateTimeField(null=True, blank=True)  # from then on staff find it among the files to hand in
    taken_at = models.DateTimeField(null=True, blank=True)  # somebody took it to the bank, the first time
    taken_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "name"], name="bank_file_once")]


class InFile(Row):
    """A payout is in this file, and in no other for ever."""

    INSTITUTION = "file__account__institution_id"

    file = models.ForeignKey(BankFile, on_delete=models.PROTECT, related_name="lines")
    key = models.UUIDField(unique=True)
    place = models.PositiveIntegerField()


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
