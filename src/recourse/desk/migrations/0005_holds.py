"""Legal holds; and an assessment, like the body of an entry, may be erased when its term is over, and never changed."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from recourse.desk import security


def secure(apps, editor):
    security.hold(editor, {"desk_hold": security.TABLES["desk_hold"]})
    security.let_go(editor, ("desk_assessment",), ())
    security.only_add(editor, (), ("desk_assessment",))


class Migration(migrations.Migration):
    dependencies = [("desk", "0004_drafts")]

    operations = [
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("reason", models.CharField(max_length=500)),
                ("review_on", models.DateField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="holds", to="desk.case"
                    ),
                ),
                (
                    "placed_by",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at", None)), fields=("case",), name="hold_one_a_case"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="hold_has_a_reason"
                    ),
                ],
            },
        ),
        migrations.RunPython(secure),
    ]
