"""How often somebody calls is counted where every other visit is."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("api", "0002_security")]
    operations = [migrations.DeleteModel(name="Window")]
