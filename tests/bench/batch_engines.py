"""What deciding orders in whole columns costs, against merely decoding the same Parquet file: processor time, one run.

python -m tests.bench.batch_engines ORDERS.parquet udemy [platform|place]
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable

import polars as pl

from recourse import days, library
from recourse.batch.engines import polars
from recourse.batch.plan import OUTPUT, plan


def processor(run: Callable[[], object], rounds: int = 3) -> float:
    """The least processor seconds of some runs."""
    found = []
    for _ in range(rounds):
        began = time.process_time()
        run()
        found.append(time.process_time() - began)
    return min(found)


def drained(frame: pl.LazyFrame) -> Callable[[], object]:
    """Reads every column of a frame to its end and keeps nothing of it."""
    names = frame.collect_schema().names()
    return lambda: frame.select(pl.col(name).is_not_null().sum() for name in names).collect(engine="streaming")


def measure(path: str, what: str, kind: str) -> dict[str, float]:
    """Nanoseconds of processor time for each order."""
    loaded = library.load()
    asked_on = days.parse("2026-05-01")
    if kind == "platform":
        one = plan(loaded, platform=what, asked_on=asked_on)
    else:
        whole = plan(loaded, place=what, asked_on=asked_on)
        fitting = [rule.id for rule in whole.rules if not any(version.big for version in rule.versions)]
        one = plan(loaded, rules=fitting, place=what, asked_on=asked_on)
    orders = pl.scan_parquet(path)
    count = orders.select(pl.len()).collect().item()
    columns = orders.collect_schema().names()
    full = [name for name in columns if orders.filter(pl.col(name).is_null()).head(1).collect().is_empty()]
    found = {"decoding the file": processor(drained(orders))}
    for name, want in (("answer and refund", ("answer", "refund")), ("all columns", OUTPUT)):
        decided = polars.decide(one, orders, keep=columns[:1], want=want, whole=full)
        found[f"decoding and deciding: {name}"] = processor(drained(decided))
    return {name: seconds / count * 1e9 for name, seconds in found.items()}


if __name__ == "__main__":
    figures = measure(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "platform")
    base = next(iter(figures.values()))
    for name, nanoseconds in figures.items():
        print(f"{name}: {nanoseconds:.1f} ns an order, {nanoseconds / base:.2f} of decoding")
    print(f"most memory held: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")
