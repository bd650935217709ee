"""What deciding orders in whole columns costs, against merely decoding the same Parquet file: processor time, one run.

python -m tests.bench.batch_engines [ROWS [ROUNDS]] [--write]: written, it takes the place of its section in
docs/benchmarks.md.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.bench.timing import machine, table

from recourse import days, library
from recourse.batch import deciding, example, running, schema
from recourse.batch.orders import Orders, open_orders
from recourse.batch.plan import OUTPUT, Plan, plan
from recourse.library import Library

ASKED_ON = days.parse("2026-05-01")
PLANS = (("platform", "udemy"), ("platform", "coursera"), ("place", "DE"), ("place", "FR"), ("place", "KR"))
SEED = 1
HEAD = "## Books of orders: deciding against decoding the file"
GOAL = "CPU. Goal: at most 1.25 times for one policy, twice for all the law of a place."


class Line(NamedTuple):
    """Nanoseconds of processor time for an order, of one plan: the file alone, and with what is decided of it."""

    name: str
    rules: int
    engine: str
    making: float  # milliseconds, once a run: the program of the plan
    decoding: float
    deciding: float  # reading what the rules read, answer and refund
    everything: float  # the same, all columns of the output
    whole: float  # `recourse batch`: with the checks of every cell, the summary, and writing Parquet


def processor(run: Callable[[], object], rounds: int) -> float:
    """The least processor seconds of some runs."""
    found = []
    for _ in range(rounds):
        began = time.process_time()
        run()
        found.append(time.process_time() - began)
    return min(found)


@contextmanager
def made(one: Plan, rows: int) -> Iterator[tuple[Path, Orders]]:
    """A file of seeded orders with the facts that the plan reads."""
    with TemporaryDirectory(prefix="recourse-bench-") as folder:
        path = Path(folder) / "orders.parquet"
        example.write(example.recipe(one, rows=rows, seed=SEED, only_place=one.place or None), path)
        yield Path(folder), open_orders(path)


def measure(loaded: Library, rows: int, rounds: int = 3) -> list[Line]:
    """Every plan on a file of its own, stretch by stretch as `recourse batch` takes it."""
    found = []
    for kind, what in PLANS:
        one = plan(loaded, **{kind: what}, asked_on=ASKED_ON)  # type: ignore[arg-type]
        with made(one, rows) as (folder, orders):
            found += [_line(one, what, engine, folder, orders, rows, rounds) for engine in ("native", "polars")]
    return found


def _line(one: Plan, name: str, engine: str, folder: Path, orders: Orders, rows: int, rounds: int) -> Line:
    decide = deciding.by_name(engine)
    wanted = [column for column in one.columns if column in orders.schema]
    layout = schema.layout(orders.schema, one.facts, one.library.vocabulary, is_text=False)

    def decoded() -> None:
        for unit in orders.units:
            orders.read(unit, list(orders.schema))

    def decided(want: tuple[str, ...]) -> Callable[[], None]:
        def run() -> None:
            for unit in orders.units:
                decide(one, orders.read(unit, wanted).frame, [], want)

        return run

    def batch() -> None:
        running.run(running.Job(one, orders, layout, folder / f"answers.{engine}.parquet", engine), fresh=True)

    first = orders.read(orders.units[0], wanted).frame
    once = processor(lambda: decide(one, first, [], ("answer", "refund")), 1)
    again = processor(lambda: decide(one, first, [], ("answer", "refund")), 1)
    runs = (decoded, decided(("answer", "refund")), decided(OUTPUT), batch)
    spent = (processor(run, rounds) / rows * 1e9 for run in runs)
    return Line(name, len(one.rules), engine, max(0.0, once - again) * 1e3, *spent)


def shown(lines: list[Line], rows: int) -> str:
    """The figures as a table."""
    heads = (
        "by",
        "rules",
        "engine",
        "the program, ms",
        "decoding, ns an order",
        "and deciding",
        "ratio",
        "all columns",
        "ratio",
        "recourse batch",
    )
    cells = [
        (
            line.name, str(line.rules), line.engine, f"{line.making:.0f}", f"{line.decoding:.0f}", f"{line.deciding:.0f}",
            f"{line.deciding / line.decoding:.2f}", f"{line.everything:.0f}",
            f"{line.everything / line.decoding:.2f}", f"{line.whole:.0f}",
        )
        for line in lines
    ]  # fmt: skip
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    said = (
        f"{rows:,} orders a plan, of each figure the least of the rounds. `and deciding` reads the columns that the rules"
        " read, decoding reads all: so it may cost less. The program of a plan is made once a run and is in none of the"
        f" other figures. Most memory held: {most} MB, by both engines one after another and the library."
    )
    return f"{said}\n\n{table(heads, cells)}"


def main(arguments: list[str]) -> None:
    """Measures, prints, and writes the section if asked to."""
    numbers = [int(one) for one in arguments if one.isdigit()]
    rows, rounds = (*numbers, *(500_000, 3)[len(numbers) :])
    start = f"At the start: {machine()}"
    said = shown(measure(library.load(), rows, rounds), rows)
    parts = [start, HEAD, GOAL, said, f"At the end: {machine()}"]
    print(*parts, sep="\n\n")
    if "--write" in arguments:
        from tests.bench import page, run  # noqa: PLC0415  which measures this, too

        head, _, old = run.PAGE.read_text(encoding="utf-8").partition(run.MARKER)
        run.PAGE.write_text(f"{head}{run.MARKER}\n\n{page.merged(old, parts)}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
