"""A payment's reference is unique at its institution: what one institution has on record is nothing to another."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery

from recourse.desk.scope import EVERYTHING, of


def copied(apps, _):
    """Last, so that no change to the table waits behind it: what was unique everywhere is so here, too."""
    purchases = apps.get_model("desk", "Purchase").objects.filter(pk=OuterRef("purchase_id"))
    with of(EVERYTHING):
        apps.get_model("desk", "Payment").objects.update(
            institution_id=Subquery(purchases.values("institution_id")[:1])
        )


class Migration(migrations.Migration):
    dependencies = [("desk", "0007_visits")]

    operations = [
        migrations.AddField(
            model_name="payment",
            name="institution",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+",
                to="desk.institution",
            ),
        ),
        migrations.RemoveConstraint(model_name="payment", name="payment_reference_once"),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                fields=["institution", "provider", "reference"], condition=~Q(reference=""),
                name="payment_reference_once",
            ),
        ),
        migrations.RunPython(copied, migrations.RunPython.noop),
    ]  # fmt: skip
