"""The backend: a table is changed by being made anew, and the triggers of the database outlive that.

SQLite drops a table's own triggers with it, and refuses to put the new table in its place while a trigger anywhere
speaks of one that is not there. So all are taken out before and put back after, in the transaction of the change:
whoever writes a migration of one room need not know the triggers of another.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3.base import DatabaseWrapper as Original
from django.db.backends.sqlite3.schema import DatabaseSchemaEditor
from django.db.models import Model


class SchemaEditor(DatabaseSchemaEditor):
    """Keeps triggers."""

    def _remake_table(self, model: type[Model], *args: Any, **changes: Any) -> None:
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            kept: list[tuple[str, str]] = cursor.fetchall()
        for name, _ in kept:
            self.execute(f"DROP TRIGGER {self.quote_name(name)}", params=None)
        super()._remake_table(model, *args, **changes)  # type: ignore[misc]
        for _, sql in kept:
            self.execute(sql, params=None)


class DatabaseWrapper(Original):
    """Django's own, with that editor."""

    SchemaEditorClass = SchemaEditor
