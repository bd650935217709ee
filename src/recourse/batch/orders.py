"""Files of orders: what kind they are, what columns they have, and the units of work into which they are divided.

A unit is a stretch of one file that is read, checked, decided and written at once, so memory does not grow with the
file. The same file always gives the same units.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from recourse.batch import csvtext
from recourse.batch.csvtext import LINE, Header, Ragged
from recourse.bilingual import Words
from recourse.problems import Place, Problem

UNIT_ROWS = 1 << 18  # of a Parquet file
UNIT_BYTES = 1 << 25  # of a CSV file
_CHUNK = 1 << 22

Told = Callable[[int, int], None]  # bytes read, bytes in all


@dataclass(frozen=True, slots=True)
class Unit:
    """Rows `start` to before `stop` of a Parquet file, or so many bytes of a CSV file beginning on `line`."""

    number: int
    file: int
    start: int
    stop: int
    line: int  # of its first record: the line in a CSV file, the number of the row (from 1) in a Parquet file


@dataclass(frozen=True, slots=True)
class Piece:
    """The records of a unit as they stand in the file, with `line`; and those that have another number of cells."""

    frame: pl.DataFrame
    ragged: tuple[Ragged, ...] = ()
    blank: int = 0


@dataclass(frozen=True)
class Orders:
    """Files of one kind with the same columns. `digest` names their content byte for byte."""

    paths: tuple[Path, ...]
    kind: str  # csv or parquet
    schema: dict[str, pl.DataType]  # in a CSV file every column is text
    units: tuple[Unit, ...]
    digest: str
    size: int  # bytes
    heads: tuple[Header, ...] = field(default=(), repr=False)

    @property
    def is_text(self) -> bool:
        return self.kind == "csv"

    def read(self, unit: Unit, columns: list[str]) -> Piece:
        """The records of a unit, of these columns only."""
        path = self.paths[unit.file]
        if self.kind == "parquet":
            found = pl.scan_parquet(path).slice(unit.start, unit.stop - unit.start).select(columns).collect()
            lines = pl.int_range(unit.line, unit.line + found.height, dtype=pl.Int64, eager=True)
            return Piece(found.with_columns(lines.alias(LINE)))
        with path.open("rb") as file:
            file.seek(unit.start)
            block = csvtext.parse(file.read(unit.stop - unit.start), self.heads[unit.file], str(path), unit.line)
        return Piece(block.frame.select([*columns, LINE]), block.ragged, block.blank)

    def shown(self, unit: Unit, line: int) -> Place:
        """Where a record stands, as an error names it."""
        return Place(str(self.paths[unit.file]), line, 1)


def open_orders(
    path: Path, *, unit_rows: int = UNIT_ROWS, unit_bytes: int = UNIT_BYTES, told: Told | None = None
) -> Orders:
    """The orders of a file, or of all .csv or .parquet files in a folder. Raises `Problem` for what cannot be read."""
    paths = _paths(path)
    size = sum(one.stat().st_size for one in paths)
    report = _progress(told, size)
    whole = hashlib.sha256()

    def seen(chunk: bytes) -> None:
        whole.update(chunk)
        report(len(chunk))

    if paths[0].suffix == ".parquet":
        schema, units = _parquet(paths, unit_rows)
        for one in paths:
            for chunk in _chunks(one):
                seen(chunk)
        return Orders(paths, "parquet", schema, tuple(units), whole.hexdigest(), size)
    heads: list[Header] = []
    found: list[Unit] = []
    for number, one in enumerate(paths):
        with one.open("rb") as file:
            head = csvtext.header(file.read(1 << 16), str(one))
        if heads and head.names != heads[0].names:
            raise _otherwise(one, paths[0])
        heads.append(head)
        for start, stop, line in _stretches(one, head, unit_bytes, seen):
            found.append(Unit(len(found), number, start, stop, line))
    schema = {name: pl.String() for name in heads[0].names}
    return Orders(paths, "csv", schema, tuple(found), whole.hexdigest(), size, tuple(heads))


def _paths(path: Path) -> tuple[Path, ...]:
    if path.is_dir():
        found = sorted(one for one in path.iterdir() if one.suffix in (".parquet", ".csv") and one.is_file())
        kinds = {one.suffix for one in found}
        if len(kinds) != 1:
            what = Words(f"{path} holds {'both kinds' if found else 'no orders'}", f"{path} 中没有可用的订单文件")
            raise Problem(
                what, hint=Words("A folder of .parquet or of .csv files.", "目录中应全是 .parquet 或全是 .csv。")
            )
        return tuple(found)
    if not path.exists():
        raise Problem(Words(f"there is no file {path}", f"没有文件 {path}"), field="ORDERS")
    if path.suffix not in (".parquet", ".csv"):
        what = Words(f"{path.name}: orders are read from .parquet or .csv", f"{path.name}：只读取 .parquet 或 .csv")
        raise Problem(
            what,
            field="ORDERS",
            hint=Words("`recourse example orders` writes one.", "`recourse example orders` 可生成样例。"),
        )
    return (path,)


def _parquet(paths: tuple[Path, ...], unit_rows: int) -> tuple[dict[str, pl.DataType], list[Unit]]:
    schema: dict[str, pl.DataType] = {}
    units: list[Unit] = []
    for number, one in enumerate(paths):
        try:
            columns = dict(pl.read_parquet_schema(one))
            rows = int(pl.scan_parquet(one).select(pl.len()).collect().item())
        except (pl.exceptions.PolarsError, OSError) as error:
            what = Words(f"{one} cannot be read as Parquet: {error}", f"{one} 不是可读的 Parquet 文件")
            raise Problem(what) from None
        if number and columns != schema:
            raise _otherwise(one, paths[0])
        schema = columns
        for start in range(0, rows, unit_rows):
            units.append(Unit(len(units), number, start, min(rows, start + unit_rows), start + 1))
    return schema, units


def _stretches(path: Path, head: Header, size: int, seen: Callable[[bytes], None]) -> Iterator[tuple[int, int, int]]:
    """Stretches of whole records of about `size` bytes: first byte, byte behind, line of the first record."""
    with path.open("rb") as file:
        seen(file.read(head.length))
        at, line = head.length, 2
        held = b""
        while chunk := file.read(min(size, _CHUNK)):
            seen(chunk)
            held += chunk
            if len(held) < size:
                continue
            whole = csvtext.cut(held)
            if not whole:
                if len(held) > size + csvtext.LONGEST_RECORD:
                    what = Words("a quotation mark is opened here and not closed", "此处的引号没有闭合")
                    raise Problem(what, Place(str(path), line, 1))
                continue
            yield at, at + whole, line
            at, line, held = at + whole, line + held.count(b"\n", 0, whole), held[whole:]
        if held.strip():
            yield at, at + len(held), line


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _progress(told: Told | None, size: int) -> Callable[[int], None]:
    done = 0

    def report(more: int) -> None:
        nonlocal done
        done += more
        if told is not None:
            told(done, size)

    return report


def _otherwise(one: Path, first: Path) -> Problem:
    what = Words(f"{one.name} has other columns than {first.name}", f"{one.name} 与 {first.name} 的列不同")
    return Problem(what, hint=Words("The files of a folder have the same columns.", "同一目录的文件须有相同的列。"))
