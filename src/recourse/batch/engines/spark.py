"""Decides orders with Spark: one statement over a table or view of a session, wherever its cluster is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyspark.sql import DataFrame, SparkSession

from recourse.batch.engines.sql import calendars, statement
from recourse.batch.plan import OUTPUT, Plan
from recourse.rules.columns.given import Seen


def decide(
    plan: Plan,
    session: SparkSession,
    table: str,
    *,
    keep: Sequence[str] = (),
    want: Sequence[str] = OUTPUT,
    seen: Mapping[str, Seen] | None = None,
) -> DataFrame:
    """One row for each order, lazily; see `polars.decide`. The calendars it joins become temporary views.

    Needs ANSI arithmetic (`spark.sql.ansi.enabled`, the default since Spark 4): without it an overflow would be silent.
    """
    _deep(session)
    columns = session.table(table).columns
    found = statement(plan, "spark", table, columns, keep=keep, want=want, seen=seen)
    if found.calendars:
        places = {row[0] for row in session.sql(found.places).collect() if row[0]} if found.places else set()
        for name, query in calendars("spark", found, places | ({plan.place} if plan.place else set())):
            session.sql(query).cache().createOrReplaceTempView(name)
    return session.sql(found.text)


def _deep(session: SparkSession) -> None:
    """A statement has a sub-query for each layer: deeper than what Spark expects of a person."""
    for setting, least in (("spark.sql.analyzer.maxIterations", 2000), ("spark.sql.optimizer.maxIterations", 2000)):
        session.conf.set(setting, str(max(least, int(session.conf.get(setting) or 0))))
    session.conf.set("spark.sql.constraintPropagation.enabled", "false")  # it grows without bounds over layers
