"""Small books of orders for the tests of batch: a policy of their own, so that nothing hangs on the product's data."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from recourse import library
from recourse.batch import example, plan, schema
from recourse.batch.deciding import by_name
from recourse.batch.orders import Orders, open_orders
from recourse.batch.plan import Plan
from recourse.batch.running import Job
from recourse.library import Library

POLICY = """\
platform: school
name: {en: A school, zh: 一所学校}
home: DE
clauses:
- id: school-recorded
  title: {en: Recorded courses, zh: 录播课}
  cite: {article: Terms 1, title: Terms, address: https://school.example/terms, checked_on: 2026-11-22, status: verified}
  form: original
  applies: kind is recorded-course
  dates:
    window_ends_on: WINDOW days after concluded_on
    pay_by: 14 days after requested_on
  owed:
  - {id: late, if: requested_on > window_ends_on, lost: {en: The window is over., zh: 期限已过。}, cite: Terms 1}
  - {id: full, if: lessons_taken * 4 <= lessons_total, pay: paid, cite: Terms 1}
  - {id: half, pay: paid / 2, cite: Terms 1}
- id: school-other
  title: {en: Other courses, zh: 其他课程}
  cite: {article: Terms 2, title: Terms, address: https://school.example/terms, checked_on: 2026-11-22, status: verified}
  form: original
  applies: kind in (live-course, subscription)
  owed:
  - {id: unused, if: lessons_taken is 0, pay: paid, cite: Terms 2}
  - id: kind
    discretion:
      at_most: paid
      why: {en: The school decides., zh: 由学校决定。}
    cite: Terms 2
"""


def policy(folder: Path, *, window: int = 30, name: str = "school.yaml") -> Path:
    """The school's terms, with so many days to ask."""
    path = folder / name
    path.write_text(POLICY.replace("WINDOW", str(window)), encoding="utf-8")
    return path


def school(folder: Path) -> tuple[Library, Plan]:
    """The library with the school in it, and the plan of its policy."""
    loaded = library.load([policy(folder)])
    return loaded, plan.plan(loaded, platform="school", asked_on=None)


def orders(wanted: Plan, path: Path, rows: int, *, bad: int = 0, seed: int = 1) -> Path:
    """Made-up orders in a file; `bad` in a million are impossible."""
    example.write(example.recipe(wanted, rows=rows, seed=seed, bad=bad), path)
    return path


def of_its_place(one: Plan, folder: Path) -> pl.DataFrame:
    """Realistic orders of the plan's place, most of which it decides."""
    example.write(example.recipe(one, rows=80, seed=1, only_place=one.place), folder / "made.parquet")
    return pl.read_parquet(folder / "made.parquet").with_row_index("id")


def opened(path: Path, *, rows: int = 500, size: int = 20_000) -> Orders:
    """The file in small units, so that there are several."""
    return open_orders(path, unit_rows=rows, unit_bytes=size)


def read(found: Orders, wanted: Plan, **options: object) -> schema.Layout:
    """The columns that the plan reads."""
    words = wanted.library.vocabulary
    return schema.layout(found.schema, wanted.facts, words, is_text=found.is_text, **options)  # type: ignore[arg-type]


def job(wanted: Plan, source: Path, out: Path, *, engine: str = "scalar") -> Job:
    """A run over a file in small units."""
    found = opened(source)
    return Job(wanted, found, read(found, wanted), out, engine=engine, months="requested_on", decide=by_name(engine))
