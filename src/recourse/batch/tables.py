"""Orders that lie in a PostgreSQL table or before a Spark cluster: decided there by one statement, and written there.

The output comes into being whole or not at all. Rows are not checked one by one, as those of a file are: the columns
have their types already.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from recourse.batch.plan import OUTPUT, Plan
from recourse.batch.schema import CURRENCY, IDS
from recourse.batch.summary import Cell, Summary
from recourse.bilingual import Words
from recourse.problems import Problem

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?", re.ASCII)


def in_postgres(
    plan: Plan, connect: str, table: str, out: str, *, want: Sequence[str] = OUTPUT, keep: Sequence[str] = ()
) -> Summary:
    """Writes the answers to the orders of `table` into a new table `out`, and sums them up (without months).

    `connect` is an address that libpq knows; empty, its environment variables say it all. Raises `Problem` for a table
    that cannot be read, or is there already, and where a rule cannot be decided this way.
    """
    try:
        import psycopg  # noqa: PLC0415  an extra

        from recourse.batch.engines import postgres  # noqa: PLC0415
    except ModuleNotFoundError:
        what = Words("psycopg is not installed", "没有安装 psycopg")
        raise Problem(what, field="--engine", hint='pip install "recourse-desk[postgres]"') from None
    for name in (table, out):
        if _NAME.fullmatch(name) is None:
            what = Words(f"{name!r} is not the name of a table", f"“{name}”不是表名")
            raise Problem(what, hint=Words("Write it like orders or shop.orders.", "请写成 orders 或 shop.orders。"))
    chosen = list(dict.fromkeys(["answer", "refund", "clause", *want]))
    try:
        with psycopg.connect(connect) as connection, connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM {table} LIMIT 0")  # noqa: S608 - checked above
            there = [column.name for column in cursor.description or ()]
            if CURRENCY not in there:
                raise Problem(Words("there is no column `currency`", "缺少 currency 列"), field=table)
            kept = [name for name in dict.fromkeys([*IDS, *keep, CURRENCY]) if name in there]
            text = postgres.decide(plan, connection, table, keep=kept, want=chosen)
            cursor.execute(f"CREATE TABLE {out} AS {text}")
            cursor.execute(
                f"SELECT answer, clause, currency, count(*), sum(refund) FROM {out} GROUP BY 1, 2, 3"  # noqa: S608
            )
            return _summed(cursor)
    except psycopg.Error as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise Problem(Words(f"PostgreSQL says: {first}", f"PostgreSQL 报告：{first}"), field=table) from None


def in_spark(
    plan: Plan, master: str, source: str, out: str, *, want: Sequence[str] = OUTPUT, keep: Sequence[str] = ()
) -> Summary:
    """Writes the answers to the orders in Parquet at `source` to a new folder `out`, and sums them up (without months).

    `master` is the address of a cluster; empty, this machine. Both paths are read as the cluster reads them.
    """
    try:
        from pyspark.errors import PySparkException  # noqa: PLC0415  an extra
        from pyspark.sql import SparkSession  # noqa: PLC0415

        from recourse.batch.engines import spark  # noqa: PLC0415
    except ModuleNotFoundError:
        what = Words("PySpark is not installed", "没有安装 PySpark")
        raise Problem(what, field="--engine", hint='pip install "recourse-desk[spark]"') from None
    chosen = list(dict.fromkeys(["answer", "refund", "clause", *want]))
    session = (
        SparkSession.builder.master(master or "local[*]")
        .appName("recourse")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.ansi.enabled", "true")
        .getOrCreate()
    )
    try:
        orders = session.read.parquet(source)
        if CURRENCY not in orders.columns:
            raise Problem(Words("there is no column `currency`", "缺少 currency 列"), field=source)
        orders.createOrReplaceTempView("recourse_orders")
        kept = [name for name in dict.fromkeys([*IDS, *keep, CURRENCY]) if name in orders.columns]
        spark.decide(plan, session, "recourse_orders", keep=kept, want=chosen).write.parquet(out)
        session.read.parquet(out).createOrReplaceTempView("recourse_answers")
        sums = session.sql(
            "SELECT answer, clause, currency, count(*), sum(CAST(refund AS DECIMAL(38))) "
            "FROM recourse_answers GROUP BY 1, 2, 3"
        ).collect()
    except PySparkException as error:
        first = str(error).strip().splitlines()[0]
        raise Problem(Words(f"Spark says: {first}", f"Spark 报告：{first}"), field=source) from None
    return _summed(sums)


def _summed(rows: Iterable[Sequence[Any]]) -> Summary:
    found = Summary()
    for answer, clause, currency, orders, owed in rows:
        cell = Cell(answer, clause, currency, None)
        found.orders[cell] += orders
        found.refund[cell] += int(owed or 0) if answer == "owes" else 0
    return found
