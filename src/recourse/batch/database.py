"""Orders in a table of PostgreSQL, decided there piece by piece: a run killed at any moment goes on where it was.

One connection reads all along in one transaction, so it sees the table as it was when it began, whatever others write
meanwhile. The other writes the answers of a piece and the record of it in one transaction: each piece is there once or
not at all. Until the last piece is there the answers stand in OUT_unfinished; then all names change at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple

import psycopg
from psycopg.types.range import Range

from recourse.batch import relation, tables, work
from recourse.batch.engines import postgres
from recourse.batch.engines.aside import Beside
from recourse.batch.plan import Plan, in_order
from recourse.batch.schema import CURRENCY
from recourse.batch.summary import Summary
from recourse.bilingual import Words
from recourse.problems import Problem
from recourse.rules.emit import rows
from recourse.rules.emit.sql import DIALECTS

SPEAKS = DIALECTS["postgres"]
BLOCKS = 4096  # of a table in a piece; 32 MB
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?", re.ASCII)
_LONGEST = 48  # letters of a name, so that what is added to it fits
_PIECE, _PART, _ASIDE, _ROW = "recourse_piece", "recourse_part", "recourse_aside", "recourse_row"
_BATCH = 2000  # rows fetched at once


class Names(NamedTuple):
    """The tables of a run. A table of a schema is written `shop.orders`."""

    orders: str
    out: str
    bad: str

    @property
    def unfinished(self) -> str:
        """Where the answers stand until all of them are there."""
        return f"{self.out}_unfinished"

    @property
    def spoiled(self) -> str:
        """Where the rows stand until then that cannot be used."""
        return f"{self.out}_unfinished_bad"

    @property
    def work(self) -> str:
        """What is finished: a row for each piece, and one, -1, for the run."""
        return f"{self.out}_work"


def named(orders: str, out: str, bad: str) -> Names:
    """The names. Raises `Problem` for what is no name of a table."""
    names = Names(orders, out, bad or f"{out}_bad")
    for name in names:
        if _NAME.fullmatch(name) is None or any(len(part) > _LONGEST for part in name.split(".")):
            what = Words(f"{name!r} is not the name of a table", f"“{name}”不是表名")
            raise Problem(what, hint=Words("Write it like orders or shop.orders.", "请写成 orders 或 shop.orders。"))
    return names


def run(plan: Plan, connections: tuple[Any, Any], names: Names, asked: tables.Asked) -> Summary:
    """Decides the orders over two connections, one to read and one to write, and sums the answers up."""
    reader, writer = connections
    reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    reading, writing = reader.cursor(), writer.cursor()
    _alone(writing, names)
    source = _Source(plan, reading, names.orders, asked)
    about = tables.about(plan, "postgres", asked, {"orders": source.digest(), "kept columns": source.kept})
    pieces = _begun(writing, names, about, fresh=asked.fresh)
    if pieces is None:
        pieces = source.pieces(asked.piece or BLOCKS)
        _create(writing, names, source, about, pieces)
    writer.commit()
    finished = {row[0] for row in writing.execute(f"SELECT piece FROM {names.work} WHERE piece >= 0")}
    for number, piece in enumerate(pieces):
        if number not in finished:
            source.take(piece)
            _copy(reading, source.answers, writing, names.unfinished)
            _copy(reading, source.unusable(piece), writing, names.spoiled)
            writing.execute(f"INSERT INTO {names.work} VALUES (%s, '')", (number,))
            writer.commit()
        if asked.told is not None:
            asked.told(number + 1, len(pieces), number in finished)
    found = _ended(writing, names, source.rows)
    writer.commit()
    reader.rollback()
    return found


# -- what is read


class _Source:
    """The table of orders, as the reading connection sees it, and what is asked about it."""

    def __init__(self, plan: Plan, cursor: Any, table: str, asked: tables.Asked) -> None:
        self.plan, self.cursor, self.table, self.lang = plan, cursor, table, asked.lang
        cursor.execute("SET LOCAL TimeZone = 'UTC'")
        cursor.execute("SET LOCAL DateStyle = 'ISO'")
        cursor.execute(
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            (table,),
        )
        columns = dict(cursor.fetchall())
        self.tests, self.kept = tables.begin(plan, columns, table, asked.keep, SPEAKS)
        self.read = [name for name in columns if name in {*self.kept, *tables.read_by(plan)}]
        cursor.execute("SELECT relkind IN ('r', 'm') FROM pg_class WHERE oid = %s::regclass", (table,))
        self.has_blocks = bool(cursor.fetchone()[0])  # a view has none, and is one piece
        want = in_order(asked.want)
        self.aside = tables.beside(plan, columns, want)
        self._prepare()
        self.answers = postgres.decide(plan, cursor.connection, _PIECE, keep=self.kept, want=want)
        self.rows = 0

    def _prepare(self) -> None:
        """The view that the statement reads, over all orders: it finds out which places they name."""
        gives = self.aside.gives if self.aside is not None else ()
        cells = ", ".join([*map(SPEAKS.named, self.read), *(f"0::bigint AS {SPEAKS.named(name)}" for name in gives)])
        self.cursor.execute(f"CREATE TEMPORARY VIEW {_PIECE} AS SELECT {cells} FROM {self.table}")
        if gives:
            made = ", ".join(f"{SPEAKS.named(name)} bigint" for name in gives)
            self.cursor.execute(f"CREATE TEMPORARY TABLE {_ASIDE} ({_ROW} bigint, {made})")
            self.cursor.execute(
                f"CREATE TEMPORARY TABLE {_PART} AS SELECT 0::bigint AS {_ROW}, {self._read()} FROM {self.table} "
                "WITH NO DATA"
            )

    def _read(self) -> str:
        return ", ".join(map(SPEAKS.named, self.read))

    def digest(self) -> str:
        """Names the cells that are read, of all rows, and where these lie; counts the rows."""
        place = "o.ctid, " if self.has_blocks else ""
        self.cursor.execute(
            f"SELECT count(*), sum(hashtextextended(ROW({place}{self._read()})::text, 0)::numeric) "
            f"FROM {self.table} AS o"
        )
        self.rows, total = self.cursor.fetchone()
        return f"{self.rows} {total or 0}"

    def pieces(self, blocks: int) -> list[str]:
        """Conditions, each of a part of the rows; the last goes on for as long as there are blocks."""
        if not self.has_blocks:
            return ["TRUE"]
        self.cursor.execute("SELECT pg_relation_size(%s::regclass) / current_setting('block_size')::int", (self.table,))
        starts = range(0, max(1, self.cursor.fetchone()[0]), blocks)
        ends = [f" AND ctid < '({start},0)'" for start in starts[1:]]
        return [f"ctid >= '({start},0)'{end}" for start, end in zip(starts, [*ends, ""], strict=True)]

    def within(self, piece: str) -> str:
        """The rows of a piece as a sub-query."""
        return f"(SELECT * FROM {self.table} WHERE {piece})"

    def unusable(self, piece: str) -> str:
        """The query for what cannot be used of a piece."""
        some = [name for name in self.kept if name != CURRENCY]
        return relation.unusable(self.tests, self.within(piece), some, SPEAKS, self.lang)

    def take(self, piece: str) -> None:
        """Lets the statement read the usable rows of a piece."""
        usable = relation.usable(self.tests, f"{self.within(piece)} AS o")
        if self.aside is None:
            self.cursor.execute(f"CREATE OR REPLACE TEMPORARY VIEW {_PIECE} AS SELECT {self._read()} FROM ({usable}) u")
            return
        self.cursor.execute(f"TRUNCATE {_PART}, {_ASIDE}")
        self.cursor.execute(f"INSERT INTO {_PART} SELECT row_number() OVER (), {self._read()} FROM ({usable}) u")
        made = self._decided(self.aside)
        with self.cursor.copy(f"COPY {_ASIDE} FROM STDIN") as target:
            for row in made:
                target.write_row(row)
        self.cursor.execute(f"ANALYZE {_PART}, {_ASIDE}")
        cells = [f"p.{SPEAKS.named(name)}" for name in self.read]
        cells += [f"a.{SPEAKS.named(name)}" for name in self.aside.gives]
        self.cursor.execute(
            f"CREATE OR REPLACE TEMPORARY VIEW {_PIECE} AS SELECT {', '.join(cells)} "
            f"FROM {_PART} p JOIN {_ASIDE} a USING ({_ROW})"
        )

    def _decided(self, aside: Beside) -> list[tuple[Any, ...]]:
        """What rules with very large numbers come to, order by order."""
        run_ = aside.decider()
        cells = ", ".join([_ROW, *map(SPEAKS.named, aside.reads)])
        self.cursor.execute(f"SELECT {cells} FROM {_PART}")
        found = []
        while some := self.cursor.fetchmany(_BATCH):
            found += [(number, *run_([rows.plain(cell, _mapped) for cell in row])) for number, *row in some]
        return found


def _mapped(cell: Any) -> Any:
    """A range of days as a period with its last day."""
    if isinstance(cell, Range) and cell.lower is not None and cell.upper is not None:
        return {"first": cell.lower, "last": cell.upper - timedelta(days=1)}
    return cell


# -- what is written


def _alone(cursor: Any, names: Names) -> None:
    """Keeps a second run away for as long as this connection lasts."""
    cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", (f"recourse batch {names.out}",))
    if not cursor.fetchone()[0]:
        what = Words(f"another run is working on {names.out}", f"另一个任务正在写 {names.out}")
        raise Problem(what, field="--out")


def _begun(cursor: Any, names: Names, about: Mapping[str, Any], *, fresh: bool) -> list[str] | None:
    """The pieces of a run that was broken off; None where there is none. Raises `Problem` for another's."""
    if fresh:
        cursor.execute(f"DROP TABLE IF EXISTS {names.unfinished}, {names.spoiled}, {names.work}")
    for name in (names.out, names.bad):
        if _there(cursor, name):
            raise Problem(Words(f"{name} already exists", f"{name} 已经存在"), field="--out")
    if not _there(cursor, names.work):
        return None
    cursor.execute(f"SELECT told FROM {names.work} WHERE piece = -1")
    left = json.loads(cursor.fetchone()[0])
    if left["run"] != work.name_of(about):
        raise work.another(names.out, left, about)
    return list(left["pieces"])


def _there(cursor: Any, name: str) -> bool:
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", (name,))
    return bool(cursor.fetchone()[0])


def _create(cursor: Any, names: Names, source: _Source, about: Mapping[str, Any], pieces: list[str]) -> None:
    """The tables of a run that begins."""
    for name, query in ((names.unfinished, source.answers), (names.spoiled, source.unusable(pieces[0]))):
        source.cursor.execute(f"SELECT * FROM ({query}) q LIMIT 0", prepare=False)
        found = [(column.name, column.type_code) for column in source.cursor.description]
        types = ", ".join(f"{SPEAKS.named(column)} {_type(cursor, oid)}" for column, oid in found)
        cursor.execute(f"CREATE TABLE {name} ({types})")
    cursor.execute(f"CREATE TABLE {names.work} (piece integer PRIMARY KEY, told text NOT NULL)")
    told = {"run": work.name_of(about), "about": dict(about), "pieces": pieces}
    cursor.execute(f"INSERT INTO {names.work} VALUES (-1, %s)", (json.dumps(told, ensure_ascii=False),))


def _type(cursor: Any, oid: int) -> str:
    cursor.execute("SELECT format_type(%s, NULL)", (oid,))
    return str(cursor.fetchone()[0])


def _copy(source: Any, query: str, target: Any, table: str) -> None:
    """What a query gives, as it comes, into a table."""
    with (
        source.copy(f"COPY ({query}) TO STDOUT (FORMAT binary)") as out,
        target.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as into,
    ):
        for data in out:
            into.write(data)


def _ended(cursor: Any, names: Names, rows_: int) -> Summary:
    """All pieces are there: sums them up and gives them their names."""
    cursor.execute(
        f"SELECT answer, form, clause, currency, count(*), sum(refund) FROM {names.unfinished} GROUP BY 1, 2, 3, 4"
    )
    found = tables.summed(cursor)
    cursor.execute(f'SELECT "column", count(*) FROM {names.spoiled} GROUP BY 1')
    tables.with_bad(found, cursor.fetchall(), rows_)
    _rename(cursor, names.unfinished, names.out)
    if found.reasons:
        _rename(cursor, names.spoiled, names.bad)
    else:
        cursor.execute(f"DROP TABLE {names.spoiled}")
    cursor.execute(f"DROP TABLE {names.work}")
    return found


def _rename(cursor: Any, before: str, after: str) -> None:
    schema, _, _ = before.rpartition(".")
    wanted, _, plain = after.rpartition(".")
    if wanted and wanted != schema:
        cursor.execute(f"ALTER TABLE {before} SET SCHEMA {wanted}")
        before = f"{wanted}.{before.rpartition('.')[2]}"
    cursor.execute(f"ALTER TABLE {before} RENAME TO {plain}")


__all__ = ["BLOCKS", "Names", "named", "run"]
