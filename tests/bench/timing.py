"""Timing that survives a busy machine: the compared things take turns; what counts is the median of many batches."""

from __future__ import annotations

import gc
import os
import platform
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from time import perf_counter_ns, process_time_ns
from typing import Any, NamedTuple

Batch = Callable[[], object]


class Race(NamedTuple):
    """What came of a race: for each runner the CPU nanoseconds of its batches, one entry for each round."""

    batches: dict[str, list[int]]
    size: int  # calls in a batch

    def each(self, name: str) -> float:
        """Nanoseconds of CPU for one call: the median of the batches."""
        return median(self.batches[name]) / self.size

    def ratio(self, name: str, to: str) -> float:
        """How many times as long one takes as the other: the median over the rounds, each with its own pair."""
        return median(a / b for a, b in zip(self.batches[name], self.batches[to], strict=True))


def race(runners: dict[str, Batch], rounds: int, size: int) -> Race:
    """Runs every runner once in each round, the order turning from round to round; the first round warms up."""
    names = list(runners)
    found: dict[str, list[int]] = {name: [] for name in names}
    was_on = gc.isenabled()
    gc.collect()
    gc.disable()
    try:
        for round_ in range(rounds + 1):
            for name in (names[round_ % len(names) :] + names)[: len(names)]:
                run = runners[name]
                start = process_time_ns()
                run()
                spent = process_time_ns() - start
                if round_:
                    found[name].append(spent)
            gc.collect(0)
    finally:
        if was_on:
            gc.enable()
    return Race(found, size)


def over(work: Callable[[Any], Any], things: Iterable[Any]) -> Batch:
    """A batch: the work done on each of the things, with as little around it as Python can."""
    kept = list(things)
    return lambda: deque(map(work, kept), maxlen=0)


def singles(work: Callable[[Any], Any], things: Iterable[Any]) -> tuple[float, float]:
    """Median and 99th percentile of single calls, in microseconds of the clock on the wall."""
    spent = []
    for one in things:
        start = perf_counter_ns()
        work(one)
        spent.append(perf_counter_ns() - start)
    spent.sort()
    return spent[len(spent) // 2] / 1000, spent[len(spent) * 99 // 100] / 1000


def machine() -> str:
    """Where and when this was measured, in one line; a load above a tenth means that others were working too."""
    load = " ".join(f"{one:.2f}" for one in os.getloadavg()) if hasattr(os, "getloadavg") else "not known"
    now = datetime.now(UTC)
    return (
        f"{now:%Y-%m-%d %H:%M} UTC; {os.cpu_count()} cores, {_processor()}; {platform.system()} {platform.machine()}; "
        f"{platform.python_implementation()} {platform.python_version()}; load of the last 1, 5, 15 minutes: {load}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "processor not known"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "not known")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown: the first column to the left, figures to the right."""
    lines = [list(heads), *map(list, rows)]
    wide = [max(len(line[n]) for line in lines) for n in range(len(heads))]
    rule = ["-" * wide[0], *("-" * (w - 1) + ":" for w in wide[1:])]
    turned = [[line[0].ljust(wide[0]), *map(str.rjust, line[1:], wide[1:])] for line in lines]
    return "\n".join("| " + " | ".join(line) + " |" for line in [turned[0], rule, *turned[1:]])
