"""Accounts with the providers, and what goes back and forth there: messages, disputes, lists of staff, bank files."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from recourse.desk.models import Institution, Payment, Person
from recourse.desk.rows import Row, one_of
from recourse.payouts.planning import Quarrel


class Route(models.TextChoices):
    """The providers there are."""

    MANUAL = "manual"
    SEPA = "sepa"
    STRIPE = "stripe"
    SANDBOX = "sandbox"


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


class Told(Row):
    """A message from a provider, or a statement of staff, as the bytes that came; emptied when its term is over.

    `by` is who brought a message that nobody signed, `second` somebody else who brought the same.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="messages")
    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveBigIntegerField()  # the order in which they came
    body = models.BinaryField()
    digest = models.CharField(max_length=64)
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    second = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "digest"], name="told_once"),
            models.UniqueConstraint(fields=["account", "number"], name="told_number_once"),
            models.CheckConstraint(condition=Q(second=None) | ~Q(second=F("by")), name="told_second_is_another"),
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
    """A payment file, kept before the bank sees it; its bytes never change, and are emptied when their term is over."""

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
