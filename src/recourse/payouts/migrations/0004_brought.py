"""Who brought a message that nobody signed; bytes that may be emptied when the term of the books is over."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from recourse.payouts import security


def let_go(apps, editor):
    security.let_go(editor)


def keep(apps, editor):
    security.keep(editor)


def _person():
    return models.ForeignKey(
        blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
        to=settings.AUTH_USER_MODEL,
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("payouts", "0003_made_elsewhere"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(let_go, keep),
        migrations.AddField(model_name="told", name="by", field=_person()),
        migrations.AddField(model_name="told", name="second", field=_person()),
        migrations.AddConstraint(
            model_name="told",
            constraint=models.CheckConstraint(
                condition=models.Q(("second", None), models.Q(("second", models.F("by")), _negated=True), _connector="OR"),
                name="told_second_is_another",
            ),
        ),
        migrations.RunPython(keep, let_go),
    ]
