"""Tenants apart, rows that never change, and no more money than there is, by the database's own word."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from recourse.payouts import security


def secure(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    security.hold(editor)


class Migration(migrations.Migration):
    dependencies = [("payouts", "0001_initial")]
    operations = [migrations.RunPython(secure)]
