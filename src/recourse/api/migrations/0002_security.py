"""Tenants apart, by the database's own word."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from recourse.api.security import TABLES
from recourse.desk import security


def secure(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    security.hold(editor, TABLES)


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial")]
    operations = [migrations.RunPython(secure)]
