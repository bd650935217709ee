"""One policy decided by what others offer: OpenFisca-core, zen-engine, SQL written by hand, plain Python, and us."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import polars as pl
from tests.bench.byhand import coursera_course
from tests.bench.others import ROWS, WINDOW, digest
from tests.bench.timing import table

from recourse import days
from recourse import library as libraries
from recourse.batch.engines import polars
from recourse.batch.plan import Plan, plan
from recourse.library import Library
from recourse.rules import compiled

RULE = "coursera-course-2025"
PACKAGES = ("openfisca-core==46.0.1", "zen-engine==2.1.3")
WANT = ("answer", "refund", "row")


class Line(NamedTuple):
    """How long one of them takes for an order, in nanoseconds of processor time, and whether it answers as we do."""

    name: str
    given: str  # the form in which it is given the orders
    nanoseconds: float
    same: bool


def orders(count: int, seed: int = 5) -> pl.DataFrame:
    """Orders with every fact that the rule reads, on all its ways."""
    draw = random.Random(seed)
    first = date(2026, 1, 1)
    bought = [first + timedelta(draw.randrange(300)) for _ in range(count)]
    starts = [day + timedelta(draw.choice((0, 0, 0, 5, 20))) for day in bought]
    asked = [day + timedelta(draw.randrange(20)) for day in bought]
    return pl.DataFrame({
        "kind": [draw.choice(("recorded-course", "recorded-course", "recorded-course", "degree")) for _ in bought],
        "paid": [draw.randrange(900, 90_000) for _ in bought], "paid_on": bought, "starts_on": starts,
        "requested_on": asked, "certificate_issued": [draw.random() < 0.1 for _ in bought],
        "certificate_issued_on": asked, "earlier_refunds": [int(draw.random() < 0.1) for _ in bought],
        "currency": ["USD"] * count,
    })  # fmt: skip


def least(run: Callable[[], Any], rounds: int, count: int) -> tuple[float, Any]:
    """The least processor nanoseconds for an order of some runs, and what the last came to."""
    spent, found = [], None
    for _ in range(rounds):
        began = time.process_time()
        found = run()
        spent.append(time.process_time() - began)
    return min(spent) / count * 1e9, found


def measure(library: Library, count: int, rounds: int = 3) -> list[Line]:
    """Every one of them on the same orders; the others are installed for it, and gone afterwards."""
    one = plan(library, rules=[RULE], asked_on=days.parse("2026-11-22"))
    made = orders(count)
    with TemporaryDirectory(prefix="recourse-bench-") as folder:
        path = Path(folder) / "orders.parquet"
        made.write_parquet(path)
        spent, found = least(lambda: polars.decide(one, pl.scan_parquet(path), want=WANT).collect(), rounds, count)
        expected = digest(_numbers(found))
        lines = [Line("Recourse, columns", "Parquet", spent, same=True)]
        lines += _sql(path, count, rounds, expected)
        lines += _python(made, rounds, expected)
        lines += _one_by_one(one, made, rounds, expected)
        told = _elsewhere(Path(folder), made, rounds)
    lines += [
        Line(f"{name} {it['version']}", "arrays" if name == "OpenFisca" else "dicts", it["nanoseconds"], it["rows"] == expected)
        for name, it in told.items()
    ]  # fmt: skip
    return sorted(lines, key=lambda line: line.nanoseconds)


def _numbers(found: pl.DataFrame) -> list[int]:
    return [ROWS.index(row or "outside") for row in found["row"].cast(pl.String).to_list()]


def _sql(path: Path, count: int, rounds: int, expected: str) -> list[Line]:
    try:
        import duckdb  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        return []
    text = f"""
        SELECT row, CASE WHEN row = 4 THEN paid WHEN row IN (1, 2) THEN 0 END AS refund FROM (
            SELECT paid, CASE
                WHEN kind <> 'recorded-course' THEN 0
                WHEN requested_on > paid_on + {WINDOW} AND requested_on > starts_on + {WINDOW} THEN 1
                WHEN certificate_issued THEN 2
                WHEN earlier_refunds > 0 THEN 3
                ELSE 4 END AS row
            FROM read_parquet('{path}'))"""
    with duckdb.connect() as connection:
        spent, found = least(lambda: pl.DataFrame(connection.sql(text)), rounds, count)
        return [
            Line("SQL by hand, DuckDB", "Parquet", spent, digest(list(map(int, found["row"].to_list()))) == expected)
        ]


def _python(made: pl.DataFrame, rounds: int, expected: str) -> list[Line]:
    typed = made.with_columns(pl.col(pl.Date).cast(pl.Int32)).rows(named=True)
    spent, found = least(lambda: [coursera_course(one) for one in typed], rounds, len(typed))
    rows = [ROWS.index(row or "outside") for _, row, _, _ in found]
    return [Line("plain Python", "dicts", spent, digest(rows) == expected)]


def _one_by_one(one: Plan, made: pl.DataFrame, rounds: int, expected: str) -> list[Line]:
    """Our own function for one purchase, that the columns are measured by."""
    rule = one.rules[0]
    version = rule.versions[-1]
    unit = compiled.unit(one.library, rule, version)
    zero = days.parse("1970-01-01")
    typed = made.with_columns(pl.col(pl.Date).cast(pl.Int32) + zero).rows(named=True)
    spent, found = least(lambda: [unit.decide(facts) for facts in typed], rounds, len(typed))
    rows = [ROWS.index(unit.rows[row].id) if row >= 0 else 0 for row, *_ in found]
    return [Line("Recourse, one by one", "dicts", spent, digest(rows) == expected)]


def _elsewhere(folder: Path, made: pl.DataFrame, rounds: int) -> dict[str, dict[str, Any]]:
    """Installs the others into an environment of their own and has them decide there."""
    venv.create(folder / "env", with_pip=True)
    python = folder / "env" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", *PACKAGES], check=True, capture_output=True, timeout=600)
    plain = made.drop("certificate_issued_on", "currency").with_columns(pl.col(pl.Date).cast(pl.Int32))
    data = folder / "orders.json"
    data.write_text(json.dumps(plain.to_dict(as_series=False)), encoding="utf-8")
    script = Path(__file__).with_name("others.py")
    done = subprocess.run([python, script, data, str(rounds)], check=True, capture_output=True, text=True, timeout=1800)
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found


def shown(lines: list[Line], count: int) -> str:
    """The figures as a table."""
    ours = next(line.nanoseconds for line in lines if line.name == "Recourse, columns")
    rows = [
        (
            line.name,
            line.given,
            f"{line.nanoseconds:.0f}",
            f"{line.nanoseconds / ours:.2f}",
            "yes" if line.same else "NO",
        )
        for line in lines
    ]
    said = f"`{RULE}` on {count:,} orders with every fact, in the form that each takes them."
    return f"{said}\n\n{table(('decided by', 'given', 'CPU, ns an order', 'of ours', 'same rows'), rows)}"


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    print(shown(measure(libraries.load(), number), number))
