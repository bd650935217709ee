"""A mandate ends when it is taken back; a last day could never be named."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("desk", "0008_payment_once")]

    operations = [migrations.RemoveField(model_name="mandate", name="until")]
