"""The tables of the API: keys, calls and what became of them, endpoints and what was told to them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from recourse.desk.models import Entry, Institution, Person
from recourse.desk.rows import Row, one_of


class Scope(models.TextChoices):
    """What a key may be used for."""

    PURCHASES_WRITE = "purchases:write"
    PROGRESS_WRITE = "progress:write"
    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"
    PAYOUTS_READ = "payouts:read"


class Key(Row):
    """A key of an institution. Only its digest is kept; `prefix` is the part that people may see.

    `acts_as` is the account in whose name it acts: nobody can sign in with it, and it is an agent at most.
    """

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="keys")
    name = models.CharField(max_length=60)
    prefix = models.CharField(max_length=12, unique=True)
    digest = models.CharField(max_length=64)  # SHA-256 of the whole key
    scopes = models.JSONField(default=list)
    acts_as = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)  # to the minute
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(scopes=[]), name="key_is_for_something")]

    def __str__(self) -> str:
        return f"{self.name} {self.prefix}"


class CallState(models.TextChoices):
    """How far a call is."""

    RUNNING = "running"
    DONE = "done"


class Call(Row):
    """A writing call under its Idempotency-Key: what was asked (its digest), and what was answered.

    It lives as long as what it wrote. An answer holds no words and addresses of people, so there is nothing to erase.
    """

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="calls")
    name = models.CharField(max_length=255)
    method = models.CharField(max_length=6)
    path = models.CharField(max_length=400)
    digest = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=CallState.choices, default=CallState.RUNNING)
    token = models.UUIDField()  # of whoever does it: one that took too long must not finish beside another
    until = models.DateTimeField()  # while it runs: when it counts as given up
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.JSONField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            one_of("call_state", CallState, "state"),
            models.UniqueConstraint(fields=["key", "name", "method", "path"], name="call_once"),
            models.CheckConstraint(
                condition=Q(state="running", status=None) | Q(state="done", status__isnull=False), name="call_answered"
            ),
        ]


class Kind(models.TextChoices):
    """What is told."""

    RECEIVED = "case.received"
    DECIDED = "case.decided"
    SETTLED = "case.settled"
    PAID = "payout.succeeded"
    FAILED = "payout.failed"


class Endpoint(Row):
    """An address of the institution's that is told what happens. Its secret is sealed; a closed one is told nothing."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="endpoints")
    url = models.CharField(max_length=500)
    kinds = models.JSONField(default=list)
    sealed = models.BinaryField()
    made_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=~Q(kinds=[]), name="endpoint_is_told_something")]

    def __str__(self) -> str:
        return self.url


class DeliveryState(models.TextChoices):
    """What became of a delivery."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    DEAD = "dead"  # tried as often as it may be; somebody has to look


class Delivery(Row):
    """One line of a timeline, told to one endpoint; its id is the message's, the same at every attempt."""

    institution = models.ForeignKey(Institution, on_delete=models.PROTECT, related_name="+")
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="deliveries")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    body = models.TextField()  # the bytes that are signed
    state = models.CharField(max_length=9, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    said = models.CharField(max_length=120, blank=True)  # of the last attempt: a status, or why there was none
    tried_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            one_of("delivery_kind", Kind, "kind"),
            one_of("delivery_state", DeliveryState, "state"),
            models.UniqueConstraint(fields=["endpoint", "entry"], name="delivery_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["endpoint", "-made_at"], name="delivery_newest")]
