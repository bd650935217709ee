"""Orders that lie in a PostgreSQL table or before a Spark cluster: decided there by one statement, and written there.

The output comes into being whole or not at all, so nothing is resumed. Rows that cannot be used go to a table or a
folder of their own, with the reason; the rest is decided.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from recourse.batch import relation
from recourse.batch.plan import OUTPUT, Plan
from recourse.batch.schema import CURRENCY, IDS
from recourse.batch.summary import CREDIT, Cell, Summary
from recourse.bilingual import Words
from recourse.problems import Problem
from recourse.rules.emit.sql import DIALECTS, Dialect
from recourse.rules.forms import IN_KIND

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?", re.ASCII)


def in_postgres(
    plan: Plan, connect: str, table: str, out: str, bad: str = "", *, want: Sequence[str] = OUTPUT,
    keep: Sequence[str] = (), lang: str = "en",
) -> Summary:  # fmt: skip
    """Writes the answers to the orders of `table` into a new table `out`, and sums them up (without months).

    Rows that cannot be used go to a new table `bad` (else OUT_bad), which is there only if there are any. `connect` is
    an address that libpq knows; empty, its environment variables say it all. Raises `Problem` for a table that cannot
    be read, or is there already, and where a rule cannot be decided this way.
    """
    try:
        import psycopg  # noqa: PLC0415  an extra
    except ModuleNotFoundError:
        what = Words("psycopg is not installed", "没有安装 psycopg")
        raise Problem(what, field="--engine", hint='pip install "recourse-desk[postgres]"') from None
    bad = bad or f"{out}_bad"
    for name in (table, out, bad):
        if _NAME.fullmatch(name) is None:
            what = Words(f"{name!r} is not the name of a table", f"“{name}”不是表名")
            raise Problem(what, hint=Words("Write it like orders or shop.orders.", "请写成 orders 或 shop.orders。"))
    try:
        with psycopg.connect(connect) as connection:
            return _postgres(plan, connection, (table, out, bad), want, keep, lang)
    except psycopg.Error as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise Problem(Words(f"PostgreSQL says: {first}", f"PostgreSQL 报告：{first}"), field=table) from None


def _postgres(
    plan: Plan, connection: Any, names: tuple[str, str, str], want: Sequence[str], keep: Sequence[str], lang: str
) -> Summary:
    from recourse.batch.engines import postgres  # noqa: PLC0415

    table, out, bad = names
    speaks = DIALECTS["postgres"]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            (table,),
        )
        columns = dict(cursor.fetchall())
        tests, kept = _begin(plan, columns, table, keep, speaks)
        some = [name for name in kept if name != CURRENCY]
        cursor.execute(f"CREATE TABLE {bad} AS {relation.unusable(tests, table, some, speaks, lang)}")
        cursor.execute(f'SELECT "column", count(*) FROM {bad} GROUP BY 1')  # noqa: S608 - checked above
        reasons = cursor.fetchall()
        source = table
        if reasons:
            source = "recourse_usable"
            cursor.execute(f"CREATE TEMPORARY VIEW {source} AS {relation.usable(tests, table)}")
        else:
            cursor.execute(f"DROP TABLE {bad}")
        text = postgres.decide(plan, connection, source, keep=kept, want=_in_order(want))
        cursor.execute(f"CREATE TABLE {out} AS {text}")
        cursor.execute(
            f"SELECT answer, form, clause, currency, count(*), sum(refund) FROM {out} GROUP BY 1, 2, 3, 4"  # noqa: S608
        )
        found = _summed(cursor)
        cursor.execute("DROP VIEW IF EXISTS pg_temp.recourse_usable")
        cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - checked above
        return _with_bad(found, reasons, cursor.fetchone()[0])


def in_spark(
    plan: Plan, master: str, source: str, out: str, bad: str = "", *, want: Sequence[str] = OUTPUT,
    keep: Sequence[str] = (), lang: str = "en",
) -> Summary:  # fmt: skip
    """Writes the answers to the orders in Parquet at `source` to a new folder `out`, and sums them up (without months).

    Rows that cannot be used go to a new folder `bad` (else OUT.bad), which is there only if there are any. `master` is
    the address of a cluster; empty, this machine. All paths are read as the cluster reads them.
    """
    try:
        from pyspark.errors import PySparkException  # noqa: PLC0415  an extra
        from pyspark.sql import SparkSession  # noqa: PLC0415
    except ModuleNotFoundError:
        what = Words("PySpark is not installed", "没有安装 PySpark")
        raise Problem(what, field="--engine", hint='pip install "recourse-desk[spark]"') from None
    session = (
        SparkSession.builder.master(master or "local[*]")
        .appName("recourse")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.ansi.enabled", "true")
        .getOrCreate()
    )
    try:
        return _spark(plan, session, (source, out, bad or f"{out.rstrip('/')}.bad"), want, keep, lang)
    except PySparkException as error:
        first = str(error).strip().splitlines()[0]
        raise Problem(Words(f"Spark says: {first}", f"Spark 报告：{first}"), field=source) from None


def _spark(
    plan: Plan, session: Any, places: tuple[str, str, str], want: Sequence[str], keep: Sequence[str], lang: str
) -> Summary:
    from recourse.batch.engines import spark  # noqa: PLC0415

    source, out, bad = places
    speaks = DIALECTS["spark"]
    orders = session.read.parquet(source)
    orders.createOrReplaceTempView("recourse_all")
    tests, kept = _begin(plan, dict(orders.dtypes), source, keep, speaks)
    some = [name for name in kept if name != CURRENCY]
    spoiled = session.sql(relation.unusable(tests, "recourse_all", some, speaks, lang))
    reasons = [tuple(row) for row in spoiled.groupBy("column").count().collect()]
    if reasons:
        spoiled.write.parquet(bad)
    session.sql(relation.usable(tests, "recourse_all")).createOrReplaceTempView("recourse_orders")
    spark.decide(plan, session, "recourse_orders", keep=kept, want=_in_order(want)).write.parquet(out)
    session.read.parquet(out).createOrReplaceTempView("recourse_answers")
    sums = session.sql(
        "SELECT answer, form, clause, currency, count(*), sum(CAST(refund AS DECIMAL(38))) "
        "FROM recourse_answers GROUP BY 1, 2, 3, 4"
    ).collect()
    return _with_bad(_summed(sums), reasons, orders.count())


def _begin(
    plan: Plan, columns: Mapping[str, str], where: str, keep: Sequence[str], speaks: Dialect
) -> tuple[tuple[relation.Test, ...], list[str]]:
    """The tests of rows and the columns to carry along. Raises `Problem` for columns that cannot be meant."""
    if CURRENCY not in columns:
        raise Problem(Words("there is no column `currency`", "缺少 currency 列"), field=where)
    found = relation.tests_of(plan, columns, speaks)
    return found, [name for name in dict.fromkeys([*IDS, *keep, CURRENCY]) if name in columns]


def _with_bad(found: Summary, reasons: Iterable[Sequence[Any]], rows: int) -> Summary:
    """The summary with the rows that could not be used, and what was wrong with them by column."""
    found.bad = rows - found.count
    found.reasons.update({str(column): int(count) for column, count in reasons})
    return found


def _in_order(want: Sequence[str]) -> list[str]:
    """The columns wanted and those that are summed up, in their usual order; further ones last."""
    needed = {"answer", "form", "refund", "clause", *want}
    return [*(name for name in OUTPUT if name in needed), *(name for name in want if name not in OUTPUT)]


def _summed(rows: Iterable[Sequence[Any]]) -> Summary:
    found = Summary()
    for answer, form, clause, currency, orders, owed in rows:
        told = CREDIT if answer == "owes" and form in IN_KIND else answer
        found.count_in(Cell(told, clause, currency, None), orders, int(owed or 0))
    return found
