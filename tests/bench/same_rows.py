"""Whether all engines give the same rows: seeded orders of any number, decided by each, stretch by stretch.

python -m tests.bench.same_rows ROWS [ROWS_IN_POSTGRES]
"""

from __future__ import annotations

import io
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path += [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "batch")]

import polars as pl
from engine_rooms import POSTGRES, a_cluster
from tests.bench.timing import machine, table

from postgres import there
from recourse import days, library
from recourse.batch import deciding, example, schema
from recourse.batch.csvtext import LINE
from recourse.batch.engines import postgres, scalar
from recourse.batch.orders import open_orders
from recourse.batch.plan import OUTPUT, Plan, plan
from recourse.batch.running import pieces
from recourse.library import Library
from recourse.problems import Problem

ASKED_ON = days.parse("2026-05-01")
POLICIES = ("udemy", "coursera", "italki")
PLACES = ("DE", "FR", "KR", "CN-ZJ", "US-CA")
SAMPLE = 40  # orders of a stretch that are decided one by one
STRETCH = 200_000
FEW = 3  # differing rows that are shown

Decide = Callable[[Plan, pl.DataFrame], pl.DataFrame]


@dataclass
class Line:
    """One engine over the orders of one plan: how many it decided, how many otherwise than Polars, in what time."""

    engine: str
    rows: int = 0
    differing: int = 0
    seconds: float = 0.0
    note: str = ""
    first: list[str] = field(default_factory=list)


def plans(loaded: Library) -> Iterator[tuple[str, Plan]]:
    """Policies by their clauses, and all the law of places."""
    for one in POLICIES:
        yield one, plan(loaded, platform=one, asked_on=ASKED_ON)
    for one in PLACES:
        yield one, plan(loaded, place=one, asked_on=ASKED_ON)


def measure(loaded: Library, rows: int, in_postgres: int) -> dict[str, list[Line]]:
    """So many orders in all, divided among the plans; of which so many go to PostgreSQL too, where it is installed."""
    found: dict[str, list[Line]] = {}
    every = list(plans(loaded))
    with ExitStack() as stack:
        connection = _cluster(stack) if in_postgres else None
        for name, one in every:
            found[name] = _engines(one, rows // len(every), connection, in_postgres // len(every))
            print(name, *(f"{x.engine} {x.rows} {x.differing} {x.seconds:.0f} s" for x in found[name]), file=sys.stderr)
    return found


def _cluster(stack: ExitStack) -> Any:
    if not there():
        return None
    folder = stack.enter_context(TemporaryDirectory(prefix="recourse-"))
    return stack.enter_context(a_cluster(Path(folder)))


def _engines(one: Plan, rows: int, connection: Any, in_postgres: int) -> list[Line]:
    lines = {name: Line(name) for name in ("polars", "native", "duckdb", "postgres", "scalar")}
    draw = random.Random(17)
    for frame in _stretches(one, rows):
        expected = _timed(lines["polars"], _columns(deciding.with_polars), one, frame)
        _compare(lines["native"], _columns(deciding.with_native), one, frame, expected)
        _compare(lines["duckdb"], _columns(deciding.with_duckdb), one, frame, expected)
        room = in_postgres - lines["postgres"].rows
        if connection is not None and room > 0 and not lines["postgres"].note:
            some = frame.head(room)
            try:
                _compare(lines["postgres"], _in_postgres(connection), one, some, expected.head(some.height))
            except Problem as problem:
                lines["postgres"].note = str(problem)
                connection.rollback()
        chosen = sorted(draw.sample(range(frame.height), min(SAMPLE, frame.height)))
        whole = frame[chosen].fill_null(strategy="forward").fill_null(strategy="backward")
        _compare(lines["scalar"], _scalar, one, whole, _columns(deciding.with_polars)(one, whole))
    return list(lines.values())


def _stretches(one: Plan, rows: int) -> Iterator[pl.DataFrame]:
    """Made-up orders, read and checked as `recourse batch` does it."""
    with TemporaryDirectory(prefix="recourse-") as folder:
        path = Path(folder) / "orders.parquet"
        for seed, start in enumerate(range(0, rows, STRETCH)):
            example.write(
                example.recipe(one, rows=min(STRETCH, rows - start), seed=seed, only_place=one.place or None), path
            )
            orders = open_orders(path)
            read = schema.layout(orders.schema, one.facts, one.library.vocabulary, is_text=orders.is_text)
            yield pl.concat(checked.frame for _, checked, _ in pieces(orders, read, one))


def _columns(decide: deciding.Decide) -> Decide:
    def run(one: Plan, frame: pl.DataFrame) -> pl.DataFrame:
        found = decide(one, frame, [LINE], list(OUTPUT))
        return found.with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))

    return run


def _scalar(one: Plan, frame: pl.DataFrame) -> pl.DataFrame:
    return scalar.decide(one, frame.lazy(), keep=[LINE], want=OUTPUT).collect()


def _in_postgres(connection: Any) -> Decide:
    def kind(dtype: Any) -> str:
        return kind(dtype.inner) + "[]" if isinstance(dtype, pl.List) else POSTGRES[dtype.base_type()]

    def run(one: Plan, frame: pl.DataFrame) -> pl.DataFrame:
        nested = [name for name, dtype in frame.schema.items() if dtype.is_nested()]
        plain = frame.drop(nested)  # lists cost most to send; their facts are then not known
        columns = ", ".join(f'"{name}" {kind(dtype)}' for name, dtype in plain.schema.items())
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS orders")
            cursor.execute(f"CREATE TABLE orders ({columns})")
            with cursor.copy("COPY orders FROM STDIN (FORMAT csv)") as copy:
                copy.write(plain.write_csv(include_header=False))
            text = postgres.decide(one, connection, "orders", keep=[LINE])
            with cursor.copy(f"COPY ({text}) TO STDOUT (FORMAT csv)") as copy:
                data = b"".join(map(bytes, copy))
        wanted = {LINE: pl.Int64, **{name: scalar.SCHEMA[name] for name in OUTPUT}}
        return pl.read_csv(io.BytesIO(data), has_header=False, schema=wanted).sort(LINE)

    return run


def _timed(line: Line, decide: Decide, one: Plan, frame: pl.DataFrame) -> pl.DataFrame:
    began = time.perf_counter()
    found = decide(one, frame)
    line.seconds += time.perf_counter() - began
    line.rows += frame.height
    return found


def _compare(line: Line, decide: Decide, one: Plan, frame: pl.DataFrame, expected: pl.DataFrame) -> None:
    found = _timed(line, decide, one, frame)
    if line.engine == "postgres" and any(dtype.is_nested() for dtype in frame.schema.values()):
        expected = _columns(deciding.with_polars)(one, frame.drop(n for n, d in frame.schema.items() if d.is_nested()))
    ours, theirs = expected.select(LINE, *OUTPUT), found.select(LINE, *OUTPUT)
    if ours.equals(theirs):
        return
    for number, (one_, other) in enumerate(zip(ours.rows(), theirs.rows(), strict=True)):
        if one_ != other:
            line.differing += 1
            if len(line.first) < FEW:
                line.first.append(f"{one_}\n{other}\n{frame.row(number, named=True)}")


def shown(found: dict[str, list[Line]]) -> str:
    """The figures as a table."""
    rows = [
        (
            name,
            line.engine,
            f"{line.rows:,}",
            f"{line.differing:,}",
            line.note or f"{line.seconds / max(1, line.rows) * 1e6:.2f}",
        )
        for name, lines in found.items()
        for line in lines
        if line.rows or line.note
    ]
    every = sum(line.rows for lines in found.values() for line in lines if line.engine == "polars")
    wrong = sum(line.differing for lines in found.values() for line in lines)
    said = f"{every:,} seeded orders; **{wrong:,} differing rows**."
    said += f" `scalar` takes {SAMPLE} of each {STRETCH:,}, and gaps are filled for it: where facts are missing it tries out"
    said += " values, and so may settle what columns leave open. `postgres` is given no lists."
    return f"{said}\n\n{table(('by', 'engine', 'orders', 'differing', 'wall, µs an order'), rows)}"


if __name__ == "__main__":
    numbers = [int(one) for one in sys.argv[1:]] or [1_000_000]
    lines_of = measure(library.load(), numbers[0], numbers[1] if len(numbers) > 1 else numbers[0] // 10)
    print(machine())
    print(shown(lines_of))
    for lines_ in lines_of.values():
        for one_ in lines_:
            print(*one_.first, sep="\n")
