"""Tenants apart and timelines unchangeable, by the database's own word."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from recourse.desk import security


def secure(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    there = editor.connection.introspection.table_names()  # those made by later migrations are held there
    security.hold(editor, {table: held for table, held in security.TABLES.items() if table in there})
    security.only_add(editor, security.ADDED_ONLY, security.UNCHANGED)


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial")]
    operations = [migrations.RunPython(secure)]
