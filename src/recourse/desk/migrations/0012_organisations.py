import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """An organisation of advisers waits until the operator has confirmed who it is; those that are here wait as well."""

    dependencies = [
        ("desk", "0011_indexes"),
    ]

    operations = [
        migrations.AddField(model_name="institution", name="about", field=models.TextField(blank=True)),
        migrations.AddField(
            model_name="institution",
            name="standing",
            field=models.CharField(
                choices=[("waiting", "Waiting"), ("confirmed", "Confirmed"), ("refused", "Refused")],
                default="waiting",
                max_length=10,
            ),
        ),
        migrations.AddField(model_name="institution", name="standing_reason", field=models.TextField(blank=True)),
        migrations.AddField(
            model_name="institution", name="standing_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.AddField(
            model_name="institution",
            name="standing_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.CheckConstraint(
                condition=models.Q(("standing__in", ["waiting", "confirmed", "refused"])), name="institution_standing"
            ),
        ),
        migrations.AddConstraint(
            model_name="institution",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("standing", "refused"), _negated=True), models.Q(("standing_reason", ""), _negated=True), _connector="OR"),
                name="institution_refused_has_reason",
            ),
        ),
    ]
