"""Counts of what visitors do that costs much; nobody's rows, so they need no row-level security."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("desk", "0006_read")]

    operations = [
        migrations.CreateModel(
            name="Visits",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("who", models.CharField(max_length=64)),
                ("what", models.CharField(max_length=20)),
                ("until", models.DateTimeField(db_index=True)),
                ("count", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("who", "what", "until"), name="visits_of_one")],
            },
        ),
    ]
