"""The table of jobs."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

LONGEST_KEY = 200


class State(models.TextChoices):
    """What became of a job. One that is being worked on waits, too: for the end of its lease."""

    WAITING = "waiting"
    DONE = "done"
    DEAD = "dead"  # tried as often as it may be; somebody has to look


class Job(models.Model):
    """Something to be done at least once, not before `run_at`.

    To claim it is to move `run_at` to the end of the lease: when its worker dies, the job is simply due again, and
    nobody has to notice. `token` is new with every claim; who no longer has the token can neither finish nor fail it.
    `args` are ids and nothing else, so that nobody's data lies here. `dedup` makes a job once and for all: a second one
    under the same key is not put in, done or not.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=80)
    args = models.JSONField(default=dict)
    dedup = models.CharField(max_length=LONGEST_KEY, unique=True, null=True)  # noqa: DJ001 - many have none, and none is no key
    institution = models.UUIDField(null=True)  # for whom, if for one; no foreign key: the work outlives it
    run_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)  # claims so far
    most = models.PositiveSmallIntegerField()  # claims until it is dead
    token = models.UUIDField(null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    last_error = models.CharField(max_length=500, blank=True)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Job]] = models.Manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=State.values), name="job_state"),
            models.CheckConstraint(condition=Q(attempts__lte=models.F("most")), name="job_attempts"),
            models.CheckConstraint(condition=Q(token=None) | Q(state="waiting"), name="job_held_waits"),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | (~Q(state="done") & Q(done_at=None)),
                name="job_done_at",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "run_at"], name="job_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"
