"""A table of orders in each engine, and the rows that come back; what both tests of engines share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from postgres import Cluster
from recourse.batch.engines import polars, scalar
from recourse.batch.plan import OUTPUT, Plan
from recourse.rules.columns.given import Seen

Rows = list[tuple[Any, ...]]
NOTHING = ("does-not-apply", "owes-nothing")


def by_polars(
    plan: Plan, orders: pl.DataFrame, want: Sequence[str] = OUTPUT, seen: Mapping[str, Seen] | None = None
) -> Rows:
    return polars.decide(plan, orders.lazy(), keep=["id"], want=want, seen=seen).collect().rows()


def one_by_one(plan: Plan, orders: pl.DataFrame, want: Sequence[str] = OUTPUT) -> Rows:
    return scalar.decide(plan, orders.lazy(), keep=["id"], want=(*want, "low", "high")).collect().rows()


def agree(plan: Plan, orders: pl.DataFrame, rows: Rows, gaps: Sequence[bool], want: Sequence[str] = OUTPUT) -> None:
    """Every order is decided as one decision decides it.

    Where facts are missing the columns may leave open what trying out every value would settle; and where nothing is
    owed whatever they are, the reason may be another. What they do settle is so.
    """
    for found, expected, gap in zip(rows, one_by_one(plan, orders, want), gaps, strict=True):
        *whole, low, high = expected
        if found == tuple(whole):
            continue
        said = f"{plan}\n{orders.row(found[0], named=True)}\n{dict(zip(want, found[1:], strict=True))}\n{dict(zip(want, whole[1:], strict=True))}"
        assert gap, said
        (answer, refund), (one, other) = found[1:3], whole[1:3]
        if answer == "depends" or (answer, refund) == (one, other):
            continue
        if one == "depends":
            assert answer in NOTHING and (low, high) in ((0, 0), (None, None)), said
        else:
            assert answer in NOTHING and one in NOTHING, said


# -- DuckDB


def by_duckdb(plan: Plan, orders: pl.DataFrame, folder: Path) -> Rows:
    import duckdb

    from recourse.batch.engines import duckdb as engine

    path = folder / "orders.parquet"
    orders.write_parquet(path)
    with duckdb.connect() as connection:
        return sorted(engine.decide(plan, connection, f"read_parquet('{path}')", keep=["id"]).fetchall())


# -- PostgreSQL: a cluster of our own, in a folder, without a port


@contextmanager
def a_cluster(folder: Path) -> Iterator[Any]:
    import psycopg

    cluster = Cluster(folder)
    cluster.make()
    cluster.start()
    try:
        with psycopg.connect(host=str(folder), user="postgres", dbname="postgres") as connection:
            yield connection
    finally:
        cluster.stop()


POSTGRES = {
    pl.Int64: "BIGINT", pl.UInt32: "BIGINT", pl.String: "TEXT", pl.Boolean: "BOOLEAN", pl.Date: "DATE",
    pl.Datetime: "TIMESTAMPTZ", pl.Struct: "DATERANGE",
}  # fmt: skip


def fill(connection: Any, table: str, orders: pl.DataFrame) -> None:
    """A new table that holds these orders."""
    from psycopg.types.range import DateRange

    def kind(dtype: Any) -> str:
        return kind(dtype.inner) + "[]" if isinstance(dtype, pl.List) else POSTGRES[dtype.base_type()]

    def cell(value: Any) -> Any:
        if isinstance(value, list):
            return [cell(one) for one in value]
        return DateRange(value["first"], value["last"], "[]") if isinstance(value, dict) else value

    columns = ", ".join(f'"{name}" {kind(dtype)}' for name, dtype in orders.schema.items())
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(f"CREATE TABLE {table} ({columns})")
        places = ", ".join(f"%s::{kind(dtype)}" for dtype in orders.schema.values())
        cursor.executemany(f"INSERT INTO {table} VALUES ({places})", [tuple(map(cell, row)) for row in orders.rows()])


def by_postgres(plan: Plan, orders: pl.DataFrame, connection: Any) -> Rows:
    from recourse.batch.engines import postgres as engine

    fill(connection, "orders", orders)
    with connection.cursor() as cursor:
        text = engine.decide(plan, connection, "orders", keep=["id"])
        return sorted(cursor.execute(text, prepare=False).fetchall())


# -- Spark, in this process's own JVM


@contextmanager
def a_session(folder: Path) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.memory", "3g")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.warehouse.dir", str(folder / "warehouse"))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    try:
        yield session
    finally:
        session.stop()


def by_spark(plan: Plan, orders: pl.DataFrame, session: Any, folder: Path) -> Rows:
    from recourse.batch.engines import spark as engine

    path = folder / "orders.parquet"
    orders.with_columns(pl.col("id").cast(pl.Int64)).write_parquet(path)
    session.read.parquet(str(path)).createOrReplaceTempView("orders")
    return sorted(tuple(row) for row in engine.decide(plan, session, "orders", keep=["id"]).collect())
