"""Loading all data in a fresh process: from the checked cache, and without one."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

from tests.bench.timing import table

SRC = Path(__file__).parents[2] / "src"
LOAD = "from recourse import library; library.load({})"
STARTS = {
    "python alone": "pass",
    "import recourse.library": "import recourse.library",
    "import and load, checked cache": LOAD.format(""),
    "import, load and read every rule, checked cache": f"{LOAD.format('')}.rules.values()",
    "import and load, no cache": LOAD.format("cache=False"),
}


class Line(NamedTuple):
    """One kind of start: milliseconds of the wall clock and of CPU, medians over fresh processes."""

    what: str
    wall: float
    cpu: float


def measure(rounds: int) -> list[Line]:
    """Every kind of start in turn, each in a process of its own; the cache lies in a folder of its own."""
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in STARTS}
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "RECOURSE_CACHE": folder, "PYTHONPATH": str(SRC)}
        _once(STARTS["import and load, checked cache"], environment)  # fills the cache, and that of compiled modules
        for _ in range(rounds):
            for name, code in STARTS.items():
                spent[name].append(_once(code, environment))
    return [Line(name, median(w for w, _ in found), median(c for _, c in found)) for name, found in spent.items()]


def _once(code: str, environment: Mapping[str, str]) -> tuple[float, float]:
    """Milliseconds of wall clock and of CPU that a fresh process takes."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)
    wall, after = perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall * 1000, cpu * 1000


def shown(lines: list[Line]) -> str:
    """The table of (c)."""
    rows = [(line.what, f"{line.wall:.0f}", f"{line.cpu:.0f}") for line in lines]
    return table(("start of a fresh process", "wall, ms", "CPU, ms"), rows)
