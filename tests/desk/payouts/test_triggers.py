"""On SQLite a table is changed by being made anew: no trigger of any room hinders that, and none is lost by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from recourse.desk.models import Entry, Payment
from recourse.payouts.models import Payout

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL changes tables where they are"),
]


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[BaseDatabaseWrapper]:
    """The tables and triggers of the database, in a file that may be changed."""
    made = connection.copy("copy")
    made.settings_dict["NAME"] = tmp_path / "copy.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%%' ORDER BY rowid"
        )
        script = ";\n".join(sql for (sql,) in cursor.fetchall())
    made.ensure_connection()
    made.connection.executescript(f"BEGIN; {script}; COMMIT;")
    connections["copy"] = made
    yield made
    made.close()
    del connections["copy"]


def triggers(database: BaseDatabaseWrapper) -> set[tuple[str, str]]:
    with database.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return set(cursor.fetchall())


@pytest.mark.parametrize("model", [Payment, Payout, Entry], ids=["read by them", "held by them", "added only"])
def test_a_table_that_triggers_know_can_be_changed_and_they_stay(
    model: type[models.Model], copy: BaseDatabaseWrapper
) -> None:
    before = triggers(copy)
    assert {f"payouts_payout_{act}" for act in ("insert", "update")} < {name for name, _ in before}
    with copy.schema_editor() as editor:
        editor.add_constraint(model, model._meta.constraints[0])  # whatever the change: the table is made anew
    assert triggers(copy) == before


def test_what_they_refuse_is_refused_afterwards(copy: BaseDatabaseWrapper) -> None:
    with copy.schema_editor() as editor:
        editor.add_constraint(Payout, Payout._meta.constraints[0])
    with copy.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        with pytest.raises(IntegrityError, match="an award of another case"):
            cursor.execute(
                "INSERT INTO payouts_payout (id, made_at, institution_id, account_id, case_id, award_id, route, minor,"
                " currency, text, payee, state, at, tries, two_people, reference, evidence, waits, word, external,"
                " alarm, planned_by_id) VALUES ('a', '2026-11-23', 'i', 'a', 'c', 'w', 'manual', 1, 'EUR', '', '',"
                " 'planned', 1, 0, 0, '', '', '', '', 0, '', 'p')"
            )
