"""Decides orders in DuckDB: one statement over a table, a view or a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from recourse.batch.engines.sql import calendars, statement
from recourse.batch.plan import OUTPUT, Plan
from recourse.rules.columns.given import Seen


def decide(
    plan: Plan,
    connection: duckdb.DuckDBPyConnection,
    table: str,
    *,
    keep: Sequence[str] = (),
    want: Sequence[str] = OUTPUT,
    seen: Mapping[str, Seen] | None = None,
) -> duckdb.DuckDBPyRelation:
    """One row for each order of a table (or of `read_parquet('...')`), lazily; see `polars.decide`.

    The calendars that the plan needs are written into two temporary tables of the connection. The side of joins is not
    chosen anew by the engine: DuckDB 2.0.0 fails on joins whose smaller side is a file with dictionaries.
    """
    connection.execute("SET disabled_optimizers = 'build_side_probe_side'")
    columns = connection.sql(f"SELECT * FROM {table} LIMIT 0").columns
    found = statement(plan, "duckdb", table, columns, keep=keep, want=want, seen=seen)
    if found.calendars:
        places = {row[0] for row in connection.sql(found.places).fetchall() if row[0]} if found.places else set()
        for name, query in calendars("duckdb", found, places | ({plan.place} if plan.place else set())):
            connection.execute(f"CREATE OR REPLACE TEMPORARY TABLE {name} AS {query}")
    return connection.sql(found.text)
