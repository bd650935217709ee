"""Orders in Parquet before a Spark cluster, decided there piece by piece: a run killed at any moment goes on.

A piece is some whole files of the orders. Its answers and bad rows lie in folders of OUT.work, and a record is renamed
beside them when they are whole. When all pieces are there their files move together, and the folder gets its name.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f
from pyspark.sql.types import LongType, StructField, StructType

from recourse.batch import relation, tables, work
from recourse.batch.engines import spark
from recourse.batch.engines.aside import Beside
from recourse.batch.plan import Plan, in_order
from recourse.batch.schema import CURRENCY
from recourse.batch.summary import Summary
from recourse.bilingual import Words
from recourse.problems import Problem
from recourse.rules.emit import rows
from recourse.rules.emit.sql import DIALECTS

SPEAKS = DIALECTS["spark"]
SIZE = 1 << 30  # bytes of orders in a piece
_ALL, _PIECE, _ANSWERS, _ASIDE = "recourse_all", "recourse_orders", "recourse_answers", "recourse_aside"


class Places(NamedTuple):
    """Where the orders are, and where answers and bad rows go."""

    orders: str
    out: str
    bad: str

    @property
    def work(self) -> str:
        """What is finished, until all of it is."""
        return f"{self.out}.work"


def session(master: str) -> SparkSession:
    """A session of the cluster; without an address, of this machine, whose workers run this very Python."""
    found = (
        SparkSession.builder.master(master or "local[*]")
        .appName("recourse")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.ansi.enabled", "true")
        .getOrCreate()
    )
    if not master or master.startswith("local"):
        found.sparkContext.pythonExec = sys.executable
    return found


def run(plan: Plan, session_: SparkSession, places: Places, asked: tables.Asked) -> Summary:
    """Decides the orders and sums the answers up."""
    files = _Files(session_)
    orders = session_.read.parquet(places.orders)
    found = _Orders(plan, session_, places, asked, orders)
    every = files.listed(sorted(orders.inputFiles()))
    stamp = sha256("\n".join(f"{name} {length} {when}" for name, length, when in every).encode()).hexdigest()
    run_of = {"orders": stamp, "kept columns": found.kept, "place for bad rows": places.bad}
    about = tables.about(plan, "spark", asked, run_of)
    pieces = _begun(files, places, about, _pieces(every, asked.piece or SIZE), fresh=asked.fresh)
    finished = _finished(files, places)
    sums: list[list[Any]] = []
    bad: list[list[Any]] = []
    count = 0
    for number, piece in enumerate(pieces):
        record = f"{places.work}/{number:06d}.json"
        if number not in finished:
            files.write(record, json.dumps(found.decide(piece, f"{places.work}/{number:06d}"), ensure_ascii=False))
        came_to = json.loads(files.read(record))
        sums, bad, count = sums + came_to["sums"], bad + came_to["bad"], count + came_to["rows"]
        if asked.told is not None:
            asked.told(number + 1, len(pieces), number in finished)
    _put_together(files, places, len(pieces))
    reasons: dict[str, int] = {}
    for column, many in bad:
        reasons[column] = reasons.get(column, 0) + many
    return tables.with_bad(tables.summed(sums), reasons.items(), count)


def _pieces(every: list[tuple[str, int, int]], size: int) -> list[list[str]]:
    """Files one after another, as many together as have so many bytes."""
    found: list[list[str]] = []
    room = 0
    for name, length, _ in every:
        if not found or length > room:
            found.append([])
            room = size
        found[-1].append(name)
        room -= length
    return found


class _Orders:
    """The orders and what is asked about them."""

    def __init__(
        self, plan: Plan, session_: SparkSession, places: Places, asked: tables.Asked, orders: DataFrame
    ) -> None:
        self.plan, self.session, self.lang, self.schema = plan, session_, asked.lang, orders.schema
        columns = dict(orders.dtypes)
        self.tests, self.kept = tables.begin(plan, columns, places.orders, asked.keep, SPEAKS)
        self.want = in_order(asked.want)
        self.aside = tables.beside(plan, columns, self.want)
        self.root = places.orders if _Files(session_).is_folder(places.orders) else ""
        self.columns = columns

    def decide(self, piece: list[str], folder: str) -> Mapping[str, Any]:
        """Writes what a piece comes to below a folder, and sums it up."""
        reader = self.session.read.schema(self.schema)
        orders = (reader.option("basePath", self.root) if self.root else reader).parquet(*piece)
        orders.createOrReplaceTempView(_ALL)
        some = [name for name in self.kept if name != CURRENCY]
        spoiled = self.session.sql(relation.unusable(self.tests, _ALL, some, SPEAKS, self.lang))
        bad = [list(row) for row in spoiled.groupBy("column").count().collect()]
        if bad:
            spoiled.write.mode("overwrite").parquet(f"{folder}.bad")
        usable = self.session.sql(relation.usable(self.tests, _ALL))
        (usable if self.aside is None else self._with(self.aside, usable)).createOrReplaceTempView(_PIECE)
        answers = spark.decide(self.plan, self.session, _PIECE, keep=self.kept, want=self.want)
        answers.write.mode("overwrite").parquet(f"{folder}.answers")
        self.session.read.parquet(f"{folder}.answers").createOrReplaceTempView(_ANSWERS)
        sums = self.session.sql(
            "SELECT answer, form, clause, currency, count(*), CAST(sum(CAST(refund AS DECIMAL(38))) AS STRING) "
            f"FROM {_ANSWERS} GROUP BY 1, 2, 3, 4"
        ).collect()
        self.session.catalog.clearCache()  # the calendars of this piece
        return {"sums": [list(row) for row in sums], "bad": bad, "rows": orders.count()}

    def _with(self, aside: Beside, orders: DataFrame) -> DataFrame:
        """The orders with what rules with very large numbers come to, decided by the workers order by order."""
        kept: list[Any] = []  # made by each worker once

        def decide(*cells: Any) -> tuple[Any, ...]:
            if not kept:
                kept.append(aside.decider())
            return kept[0]([rows.plain(cell, _mapped) for cell in cells])  # type: ignore[no-any-return]

        kind = StructType([StructField(f"c{number}", LongType()) for number in range(len(aside.gives))])
        cells = [self._cell(name) for name in aside.reads]
        wider = orders.withColumn(_ASIDE, f.udf(decide, kind)(*cells))
        made = [f.col(_ASIDE)[f"c{number}"].alias(name) for number, name in enumerate(aside.gives)]
        return wider.select(*(f.col(SPEAKS.named(name)) for name in orders.columns), *made)

    def _cell(self, name: str) -> Any:
        """A column as workers read it: instants as seconds, which have no zone of any machine."""
        cell = f.col(SPEAKS.named(name))
        return f.unix_seconds(cell) if self.columns[name] == "timestamp" else cell


def _mapped(cell: Any) -> Any:
    """A row of Spark's, which is how workers meet a period, as a mapping."""
    return cell.asDict() if hasattr(cell, "asDict") else cell


# -- the folder of work


def _begun(
    files: _Files, places: Places, about: Mapping[str, Any], pieces: list[list[str]], *, fresh: bool
) -> list[list[str]]:
    """The pieces, of a run that was broken off or of one that begins. Raises `Problem` for another's work."""
    manifest = f"{places.work}/manifest.json"
    if fresh:
        files.remove(places.work)
    if files.there(manifest):
        left = json.loads(files.read(manifest))
        if left["run"] != work.name_of(about):
            raise work.another(places.out, left, about)
        pieces = list(left["pieces"])
        if len(_finished(files, places)) == len(pieces):
            return pieces  # killed while it was put together: a folder that is there may be its own
    for place in (places.out, places.bad):
        _free(files, place)
    if not files.there(manifest):
        told = {"run": work.name_of(about), "about": dict(about), "pieces": pieces}
        files.write(manifest, json.dumps(told, ensure_ascii=False))
    return pieces


def _finished(files: _Files, places: Places) -> set[int]:
    """The pieces of which there is a record."""
    return {int(name[:6]) for name in files.names(places.work) if name.endswith(".json") and name[:6].isdigit()}


def _free(files: _Files, place: str) -> None:
    """Raises `Problem` where something is in the way."""
    if files.there(place):
        raise Problem(Words(f"{place} already exists", f"{place} 已经存在"), field="--out")


def _put_together(files: _Files, places: Places, pieces: int) -> None:
    """Moves the parts into one folder each, and these to their names. Can be done again at any point.

    What is done already has left neither parts nor a folder to move.
    """
    for what, goes in (("bad", places.bad), ("answers", places.out)):
        whole = f"{places.work}/{what}"
        for number in range(pieces):
            part = f"{places.work}/{number:06d}.{what}"
            for name in files.names(part):
                if name.endswith(".parquet"):
                    files.move(f"{part}/{name}", f"{whole}/{number:06d}-{name}")
        if files.there(whole):
            _free(files, goes)  # else a file system may move one folder into the other
            if not files.there(f"{whole}/_SUCCESS"):
                files.write(f"{whole}/_SUCCESS", "")
            files.move(whole, goes)
    files.remove(places.work)


@dataclass(frozen=True)
class _Files:
    """The file system of the cluster, through the session's own libraries."""

    session: SparkSession

    def _at(self, place: str) -> tuple[Any, Any]:
        jvm: Any = self.session._jvm  # noqa: SLF001 - the only way to the file system that the cluster reads
        path = jvm.org.apache.hadoop.fs.Path(place)
        return path.getFileSystem(self.session._jsc.hadoopConfiguration()), path  # noqa: SLF001

    def there(self, place: str) -> bool:
        files, path = self._at(place)
        return bool(files.exists(path))

    def is_folder(self, place: str) -> bool:
        files, path = self._at(place)
        return bool(files.exists(path) and files.getFileStatus(path).isDirectory())

    def names(self, folder: str) -> list[str]:
        files, path = self._at(folder)
        if not files.exists(path):
            return []
        return sorted(one.getPath().getName() for one in files.listStatus(path))

    def listed(self, addresses: list[str]) -> list[tuple[str, int, int]]:
        """Each file's address, length and day of change."""
        found = []
        for address in addresses:
            jvm: Any = self.session._jvm  # noqa: SLF001
            path = jvm.org.apache.hadoop.fs.Path(jvm.java.net.URI(address))
            status = path.getFileSystem(self.session._jsc.hadoopConfiguration()).getFileStatus(path)  # noqa: SLF001
            found.append((str(path.toString()), int(status.getLen()), int(status.getModificationTime())))
        return found

    def move(self, before: str, after: str) -> None:
        files, path = self._at(before)
        _, goes = self._at(after)
        files.mkdirs(goes.getParent())
        if not files.rename(path, goes):
            raise Problem(Words(f"{before} cannot be moved to {after}", f"无法把 {before} 移到 {after}"))

    def remove(self, place: str) -> None:
        files, path = self._at(place)
        files.delete(path, True)

    def read(self, place: str) -> str:
        files, path = self._at(place)
        jvm: Any = self.session._jvm  # noqa: SLF001
        stream = files.open(path)
        try:
            return str(jvm.org.apache.commons.io.IOUtils.toString(stream, "UTF-8"))
        finally:
            stream.close()

    def write(self, place: str, text: str) -> None:
        """A text that is whole as soon as it has its name."""
        files, fresh = self._at(f"{place}.new")
        stream = files.create(fresh, True)
        stream.write(text.encode())
        stream.close()
        self.move(f"{place}.new", place)


__all__ = ["SIZE", "Places", "run", "session"]
