"""The words of an assessment that money was paid by may be taken away when its case goes; its figures stay."""

from django.db import migrations

from recourse.desk import security


def secure(apps, editor):
    security.let_go(editor, (), ("desk_assessment",))
    security.only_add(editor, (), ("desk_assessment",))


class Migration(migrations.Migration):
    dependencies = [("desk", "0009_mandate_without_end")]

    operations = [migrations.RunPython(secure, migrations.RunPython.noop)]
