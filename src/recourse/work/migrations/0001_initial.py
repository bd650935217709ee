"""The table of jobs."""

import uuid
from typing import ClassVar

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    """The table as it was first."""

    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=80)),
                ("args", models.JSONField(default=dict)),
                ("dedup", models.CharField(max_length=200, null=True, unique=True)),  # noqa: DJ001
                ("institution", models.UUIDField(null=True)),
                ("run_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("most", models.PositiveSmallIntegerField()),
                ("token", models.UUIDField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("done", "Done"), ("dead", "Dead")],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("last_error", models.CharField(blank=True, max_length=500)),
                ("made_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["state", "run_at"], name="job_due")],
                "constraints": [
                    models.CheckConstraint(condition=Q(state__in=["waiting", "done", "dead"]), name="job_state"),
                    models.CheckConstraint(condition=Q(attempts__lte=F("most")), name="job_attempts"),
                    models.CheckConstraint(condition=Q(token=None) | Q(state="waiting"), name="job_held_waits"),
                    models.CheckConstraint(
                        condition=Q(done_at__isnull=False, state="done") | (~Q(state="done") & Q(done_at=None)),
                        name="job_done_at",
                    ),
                ],
            },
        ),
    ]
