"""Decides orders that lie in a table of PostgreSQL: one statement, nothing leaves the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

from recourse.batch.engines.sql import calendars, statement
from recourse.batch.plan import OUTPUT, Plan
from recourse.rules.columns.given import Seen


def decide(
    plan: Plan,
    connection: psycopg.Connection[Any],
    table: str,
    *,
    keep: Sequence[str] = (),
    want: Sequence[str] = OUTPUT,
    seen: Mapping[str, Seen] | None = None,
) -> str:
    """The statement for the orders of a table: to be read with a cursor, or written with CREATE TABLE ... AS.

    The calendars that it joins are made as temporary tables, so it has to run over this connection. A period is a
    daterange, an instant a timestamptz, a share two columns; otherwise as `polars.decide`.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} LIMIT 0", prepare=False)
        columns = [column.name for column in cursor.description or ()]
        found = statement(plan, "postgres", table, columns, keep=keep, want=want, seen=seen)
        if found.calendars:
            places = set()
            if found.places:
                places = {row[0] for row in cursor.execute(found.places, prepare=False) if row[0]}
            for name, query in calendars("postgres", found, places | ({plan.place} if plan.place else set())):
                cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{name}")
                cursor.execute(f"CREATE TEMPORARY TABLE {name} AS {query}")
                cursor.execute(f"ANALYZE {name}")
    return found.text
