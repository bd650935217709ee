"""Orders that lie in a PostgreSQL table or before a Spark cluster: decided there piece by piece, and written there.

What both ways share. Pieces of the orders are decided one after another and recorded, so a run killed at any moment
goes on where it was; the output has its name only when it is whole. Rows that cannot be used go to a table or a folder
of their own, with the reason; the rest is decided.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from recourse.batch import relation, work
from recourse.batch.engines.aside import Beside, written
from recourse.batch.engines.whole import decided
from recourse.batch.plan import OUTPUT, Plan, columns_of
from recourse.batch.schema import CURRENCY, IDS
from recourse.batch.summary import CREDIT, Cell, Summary
from recourse.bilingual import Words
from recourse.problems import Problem
from recourse.rules.emit.sql import Dialect
from recourse.rules.forms import IN_KIND

Told = Callable[[int, int, bool], None]  # after each piece: how many are done, of how many, and whether it was before


class Asked(NamedTuple):
    """What is wanted of a run beside its plan."""

    want: tuple[str, ...] = OUTPUT
    keep: tuple[str, ...] = ()  # columns to carry along
    lang: str = "en"  # of reasons
    fresh: bool = False  # throw an unfinished run away
    told: Told | None = None
    piece: int = 0  # its size: blocks of a table, bytes of files; 0: as usual


def in_postgres(plan: Plan, connect: str, table: str, out: str, bad: str = "", asked: Asked | None = None) -> Summary:
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
    from recourse.batch import database  # noqa: PLC0415

    names = database.named(table, out, bad)
    try:
        with psycopg.connect(connect) as reader, psycopg.connect(connect) as writer:
            return database.run(plan, (reader, writer), names, asked or Asked())
    except psycopg.Error as error:
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise Problem(Words(f"PostgreSQL says: {first}", f"PostgreSQL 报告：{first}"), field=table) from None


def in_spark(plan: Plan, master: str, source: str, out: str, bad: str = "", asked: Asked | None = None) -> Summary:
    """Writes the answers to the orders in Parquet at `source` to a new folder `out`, and sums them up (without months).

    Rows that cannot be used go to a new folder `bad` (else OUT.bad), which is there only if there are any. `master` is
    the address of a cluster; empty, this machine. All paths are read as the cluster reads them.
    """
    try:
        from py4j.protocol import Py4JError, Py4JJavaError  # noqa: PLC0415  an extra, and what comes with it
        from pyspark.errors import PySparkException  # noqa: PLC0415
    except ModuleNotFoundError:
        what = Words("PySpark is not installed", "没有安装 PySpark")
        raise Problem(what, field="--engine", hint='pip install "recourse-desk[spark]"') from None
    from recourse.batch import cluster  # noqa: PLC0415

    places = cluster.Places(source, out.rstrip("/"), (bad or f"{out.rstrip('/')}.bad").rstrip("/"))
    try:
        return cluster.run(plan, cluster.session(master), places, asked or Asked())
    except PySparkException as error:
        first = str(error).strip().splitlines()[0]
    except Py4JJavaError as error:  # of the file system
        first = str(error.java_exception.toString())
    except (Py4JError, ConnectionError):
        what = Words("Spark has gone away", "Spark 已经不在运行")
        hint = Words("The same command goes on where it stopped.", "再次运行同一命令，会从中断处继续。")
        raise Problem(what, field=source, hint=hint) from None
    raise Problem(Words(f"Spark says: {first}", f"Spark 报告：{first}"), field=source)


# -- what both ways share


def begin(
    plan: Plan, columns: Mapping[str, str], where: str, keep: Sequence[str], speaks: Dialect
) -> tuple[tuple[relation.Test, ...], list[str]]:
    """The tests of rows and the columns to carry along. Raises `Problem` for columns that cannot be meant."""
    if CURRENCY not in columns:
        raise Problem(Words("there is no column `currency`", "缺少 currency 列"), field=where)
    found = relation.tests_of(plan, columns, speaks)
    return found, [name for name in dict.fromkeys([*IDS, *keep, CURRENCY]) if name in columns]


def read_by(plan: Plan) -> tuple[str, ...]:
    """All columns that a plan reads of a table, also where no rule names them."""
    return (*(column for fact in plan.facts for column in columns_of(fact)), "learner_place", "requested_on", CURRENCY)


def about(plan: Plan, engine: str, asked: Asked, orders: Mapping[str, Any]) -> dict[str, Any]:
    """Everything on which the rows of the output depend."""
    return {
        **orders, "data": plan.library.digest, "engine": f"{engine} {work.digest()}",
        "rules": [rule.id for rule in plan.rules], "mode": plan.mode, "asked on": plan.asked_on,
        "platform": plan.platform, "place": plan.place, "columns": [*asked.want, *plan.extra], "language": asked.lang,
    }  # fmt: skip


def beside(plan: Plan, columns: Collection[str], want: Sequence[str]) -> Beside | None:
    """The rules that no statement can decide, to be sent to where the orders are; None where there are none."""
    found = decided(plan, columns, want=(*want, *plan.extra)).aside
    return written(found) if found else None


def summed(rows: Iterable[Sequence[Any]]) -> Summary:
    """Rows of answer, form, clause, currency, how many orders, and what they come to."""
    found = Summary()
    for answer, form, clause, currency, orders, owed in rows:
        told = CREDIT if answer == "owes" and form in IN_KIND else answer
        found.count_in(Cell(told, clause, currency, None), orders, int(owed or 0))
    return found


def with_bad(found: Summary, reasons: Iterable[Sequence[Any]], rows: int) -> Summary:
    """The summary with the rows that could not be used, and what was wrong with them by column."""
    found.bad = rows - found.count
    found.reasons.update({str(column): int(count) for column, count in reasons})
    return found
