from django.db import migrations, models


class Migration(migrations.Migration):
    """What lists are filtered by stands in their indexes, and the figures are read from indexes alone."""

    dependencies = [
        ("desk", "0010_emptied"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="case", name="desk_case_institu_1326bd_idx"),
        migrations.RemoveIndex(model_name="case", name="case_queue"),
        migrations.RemoveIndex(model_name="case", name="case_newest"),
        migrations.RemoveIndex(model_name="case", name="case_received"),
        migrations.RemoveIndex(model_name="deadline", name="deadline_times"),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["institution", "lane", "next_due", "id", "kind", "reason", "purchase"], name="case_queue"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["institution", "lane", "-received_at", "id", "kind", "reason", "purchase"], name="case_newest"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["institution", "received_at", "kind", "reason", "purchase", "id"], name="case_received"
            ),
        ),
        migrations.AddIndex(
            model_name="case",
            index=models.Index(
                fields=["institution", "lane", "currency", "asked_minor", "id"], name="case_exposure"
            ),
        ),
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                fields=["case", "name", "starts", "due", "met_at", "dropped_at"],
                condition=models.Q(dropped_at=None),
                name="deadline_times",
            ),
        ),
    ]
