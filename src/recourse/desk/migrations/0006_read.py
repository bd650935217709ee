"""Indexes by which the institution's pages are read: figures, what is owed, purchases by buyer, newest, declared."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("desk", "0005_holds")]

    operations = [
        migrations.AddIndex(
            model_name="assessment",
            index=models.Index(fields=["case", "-number", "currency", "owed_minor"], name="assessment_owed"),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(fields=["institution", "received_at", "kind", "reason", "id"], name="case_received"),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                fields=["case", "name", "starts", "due", "met_at"], condition=Q(dropped_at=None), name="deadline_times"
            ),
        ),
        migrations.AddIndex(
            model_name="purchase", index=models.Index(fields=["institution", "email"], name="purchase_by_buyer")
        ),
        migrations.AddIndex(
            model_name="purchase",
            index=models.Index(fields=["institution", "-made_at", "id"], name="purchase_newest"),
        ),
        migrations.AddIndex(
            model_name="purchase",
            index=models.Index(fields=["institution", "source", "matched", "-made_at"], name="purchase_declared"),
        ),
        migrations.AddIndex(
            model_name="purchase",
            index=models.Index(fields=["institution", "course", "course_title"], name="purchase_by_course"),
        ),
    ]
