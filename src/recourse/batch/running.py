"""Runs a plan over files of orders, unit by unit: reads, checks, decides, writes; then puts the output together."""

from __future__ import annotations

import csv
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from recourse.batch import checking, deciding, summary
from recourse.batch.careful import Bad
from recourse.batch.checking import Checked
from recourse.batch.csvtext import LINE
from recourse.batch.deciding import Decide
from recourse.batch.example import amount_text
from recourse.batch.orders import Orders, Unit
from recourse.batch.plan import OUTPUT, Plan, in_order
from recourse.batch.schema import CURRENCY, Layout
from recourse.batch.summary import Summary
from recourse.batch.work import Work, digest, name_of
from recourse.bilingual import Words
from recourse.problems import Problem

BAD_COLUMNS = ("file", "line", "column", "value", "reason", "hint")
FIRST_LOOK = 1000  # rows that are checked before anything is written
FEW = 100  # rows of which nobody says that most are bad
_MOST = 2  # of so many rows one may be bad: more, and the file is not what it is taken for


@dataclass(frozen=True)
class Job:
    """One run: what is decided over which orders, and what is written."""

    plan: Plan
    orders: Orders
    layout: Layout
    out: Path
    engine: str = "polars"
    want: tuple[str, ...] = OUTPUT
    bad: Path | None = None  # without one: beside the output
    lang: str = "en"
    months: str = ""  # the day whose month the summary tells apart
    decide: Decide | None = field(default=None, repr=False)

    @property
    def bad_file(self) -> Path:
        return self.bad or self.out.with_name(f"{self.out.name}.bad.csv")

    @property
    def suffix(self) -> str:
        """Of the parts: of CSV and of a folder as they stay, else what is quickest to write and read once more."""
        return {".csv": ".csv", ".parquet": ".arrow"}.get(self.out.suffix, ".parquet")

    def about(self) -> dict[str, Any]:
        """Everything on which the bytes of the output depend."""
        return {
            "orders": self.orders.digest, "data": self.plan.library.digest, "engine": f"{self.engine} {digest()}",
            "rules": [rule.id for rule in self.plan.rules], "mode": self.plan.mode, "asked on": self.plan.asked_on,
            "platform": self.plan.platform, "place": self.plan.place, "columns": [*self.want],
            "kept columns": [*self.layout.keep], "currency": self.layout.currency, "language": self.lang,
            "facts": self.layout.names, "units": [unit.stop for unit in self.orders.units], "kind": self.suffix,
        }  # fmt: skip


@dataclass(frozen=True)
class Report:
    """What a run came to."""

    summary: Summary
    resumed: int = 0  # units that an earlier run had finished
    over: bool = False  # the run had been finished before
    told: dict[str, Any] = field(default_factory=dict)


Told = Callable[[Unit, Summary, bool], None]  # after each unit: what it came to, and whether it was done before


def run(job: Job, *, fresh: bool = False, told: Told | None = None) -> Report:
    """Runs the job, or what is left of it. Raises `Problem` for orders that cannot be what they are taken for."""
    about = job.about()
    work = Work(job.out, name_of(about))
    if work.is_over() and not fresh:
        shutil.rmtree(work.folder, ignore_errors=True)
        return Report(Summary(), over=True, told=work.told())
    whole = Summary()
    with work.begun(about, fresh=fresh) as finished:
        if not finished:
            first_look(job)
        for unit in job.orders.units:
            done = finished.get(unit.number)
            came_to = Summary.from_json(done) if done is not None else _unit(job, work, unit)
            whole.add(came_to)
            if done is None and whole.bad > FIRST_LOOK and whole.bad * _MOST > whole.count + whole.bad:
                raise too_many(whole.bad, whole.count + whole.bad, ())
            if told is not None:
                told(unit, came_to, done is not None)
        put_together(job, work)
        result = {"schema": summary.SCHEMA, **about, "month_of": job.months or None, **whole.told()}
        result |= {"columns": len(job.want), "bad_rows": str(job.bad_file) if whole.bad else None}
        work.end({key: value for key, value in result.items() if key not in ("units", "facts", "columns")})
    return Report(whole, resumed=len(finished), told=result)


def pieces(orders: Orders, layout: Layout, plan: Plan) -> Iterator[tuple[Unit, Checked, int]]:
    """The orders, checked, unit by unit, with the number of blank lines: for those who write nothing."""
    for unit in orders.units:
        piece = orders.read(unit, layout.names)
        yield unit, checking.check(piece, layout, plan.library.vocabulary, len(orders.schema)), piece.blank


def first_look(job: Job) -> tuple[Bad, ...]:
    """Checks the first rows. Raises `Problem` where most of them are bad, and names the first of them."""
    if not job.orders.units:
        raise Problem(Words("there are no orders in it", "文件中没有订单"), field="ORDERS")
    piece = job.orders.read(job.orders.units[0], job.layout.names)
    head = type(piece)(piece.frame.head(FIRST_LOOK), piece.ragged[:FIRST_LOOK])
    checked = checking.check(head, job.layout, job.plan.library.vocabulary, len(job.orders.schema))
    lines = {one.line for one in checked.bad}
    rows = checked.frame.height + len(lines)
    if len(lines) * _MOST > rows and (rows >= FEW or not checked.frame.height):
        raise too_many(len(lines), rows, checked.bad)
    return checked.bad


def too_many(bad: int, rows: int, shown: Sequence[Bad]) -> Problem:
    """The orders are not what they are taken for."""
    what = Words(f"{bad} of the first {rows} rows cannot be used", f"前 {rows} 行中有 {bad} 行无法使用")
    if not shown:
        return Problem(what, field="ORDERS")
    first = [one for one in shown if one.line <= shown[0].line + 50][:5]
    hint = Words(
        "; ".join(f"line {one.line}: {one.say('en')}" for one in first),
        "；".join(f"第 {one.line} 行：{one.say('zh')}" for one in first),
    )
    return Problem(what, field="ORDERS", hint=hint)


def _unit(job: Job, work: Work, unit: Unit) -> Summary:
    """Reads, checks, decides and writes one unit."""
    piece = job.orders.read(unit, job.layout.names)
    checked = checking.check(piece, job.layout, job.plan.library.vocabulary, len(job.orders.schema))
    decide = job.decide or deciding.by_name(job.engine)
    keep = list(dict.fromkeys([LINE, *job.layout.keep, CURRENCY]))
    found = decide(job.plan, checked.frame, keep, in_order(job.want))
    came_to = summary.of(found, checked.frame[job.months] if job.months else None)
    if len(job.orders.paths) > 1:
        found = found.with_columns(pl.lit(job.orders.paths[unit.file].name).alias("file"))
        keep = ["file", *keep]
    came_to.bad = len({one.line for one in checked.bad})
    came_to.blank = piece.blank
    came_to.reasons = Counter(one.column for one in checked.bad)
    _write_part(
        found.select([*keep, *_written(job, found)]), work.part(unit.number, job.suffix), header=not unit.number
    )
    if checked.bad:
        _write_bad(checked.bad, work.part(unit.number, ".bad"), str(job.orders.paths[unit.file]), job.lang)
    work.finish(unit.number, came_to.to_json())
    return came_to


def _written(job: Job, found: pl.DataFrame) -> list[str]:
    """The columns wanted, in the order in which they were named; of a fraction both its columns."""
    return [
        column
        for name in job.want
        for column in ([name] if name in found.columns else [f"{name}_top", f"{name}_bottom"])
    ]


def _write_part(found: pl.DataFrame, path: Path, *, header: bool) -> None:
    fresh = path.with_name(f"{path.name}.new")
    if path.suffix == ".csv":
        as_texts(found).write_csv(fresh, include_header=header)
    elif path.suffix == ".arrow":
        found.write_ipc(fresh)
    else:
        found.write_parquet(fresh, compression="zstd", statistics=False)
    fresh.replace(path)


def as_texts(found: pl.DataFrame) -> pl.DataFrame:
    """Answers as CSV holds them: amounts with the decimals of the row's currency, lists as texts."""
    codes = [code for code in found[CURRENCY].cast(pl.String).unique().to_list() if code]
    nested = [name for name, kind in found.schema.items() if kind.is_nested()]
    return found.with_columns(
        *(amount_text(pl.col(name), codes).alias(name) for name in ("refund", "kept") if name in found.columns),
        *(pl.col(name).map_elements(str, return_dtype=pl.String) for name in nested),
    )


def _write_bad(bad: Sequence[Bad], path: Path, file: str, lang: str) -> None:
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("w", encoding="utf-8", newline="") as target:
        writer = csv.writer(target, lineterminator="\n")
        for one in bad:
            hint = one.hint.of(lang) if one.hint is not None else ""
            writer.writerow((file, one.line, one.column, one.value, one.message.of(lang), hint))
    fresh.replace(path)


def put_together(job: Job, work: Work) -> None:
    """The side file of bad rows, then the output: each appears whole, at once. Can be done again at any point."""
    numbers = [unit.number for unit in job.orders.units]
    spoiled = [work.part(number, ".bad") for number in numbers if work.part(number, ".bad").exists()]
    if spoiled:
        fresh = job.bad_file.with_name(f"{job.bad_file.name}.new")
        with fresh.open("wb") as target:
            target.write(",".join(BAD_COLUMNS).encode() + b"\n")
            _append(target, spoiled)
        fresh.replace(job.bad_file)
    else:
        job.bad_file.unlink(missing_ok=True)
    parts = [work.part(number, job.suffix) for number in numbers]
    fresh = work.folder / f"whole{job.out.suffix}"
    if not job.out.suffix:  # a folder of parts
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir()
        for number, part in enumerate(parts):
            os.link(part, fresh / f"part-{number:06d}{job.suffix}")
        shutil.rmtree(job.out, ignore_errors=True)
    elif job.suffix == ".csv":
        with fresh.open("wb") as target:
            _append(target, parts)
    else:
        pl.scan_ipc(parts).sink_parquet(fresh, compression="zstd", statistics=False)
    fresh.replace(job.out)


def _append(target: Any, parts: Sequence[Path]) -> None:
    for part in parts:
        with part.open("rb") as source:
            shutil.copyfileobj(source, target, 1 << 20)
