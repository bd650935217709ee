"""Measures the engine and prints tables in Markdown: `python tests/bench/run.py [--quick] [--write] [PART ...]`.

Parts are a, b, c, d, e, compare, batch, others and rows; without any, all. `--write` puts what was measured into
docs/benchmarks.md, below its marker, in place of the same sections there.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

if __package__ in (None, ""):  # called as a script: the packages lie beside us
    sys.path[:0] = [str(Path(__file__).parents[2] / "src"), str(Path(__file__).parents[2])]

from tests.bench import (
    against,
    asking,
    batch_engines,
    comparing,
    decisions,
    loading,
    page,
    same_rows,
    starting,
    timing,
    whole,
)

from recourse import library
from recourse.library import Library

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
QUICK = 100  # fewer rounds are a try
MARKER = "<!-- measured: everything below is written by tests/bench/run.py -->"


def main(arguments: list[str]) -> int:
    """Measures what is asked for (everything unless letters are given). Returns 1 where compared answers differ."""
    quick = "--quick" in arguments
    wanted = {one for one in arguments if not one.startswith("-")} or {*"abcde", "compare", "batch", "others", "rows"}
    loaded = library.load()
    wrong = [str(one) for one in decisions.differences(loaded, count=500 if quick else 3000, seed=7)]
    wrong += whole.differences(loaded, count=50 if quick else 200, seed=11)
    if wrong:
        print(f"THE COMPARED ANSWERS DIFFER in {len(wrong)} cases, first:\n{wrong[0]}\n")
    said = []
    for part in measured(loaded, wanted, 15 if quick else 150):
        print(part, "\n", flush=True)
        said.append(part)
    if wrong:
        said.insert(1, f"**{len(wrong)} of the compared answers differed: `pytest -m bench` shows which.**")
    if "--write" in arguments:
        head, _, old = PAGE.read_text(encoding="utf-8").partition(MARKER)
        PAGE.write_text(head + MARKER + "\n\n" + page.merged(old, said) + "\n", encoding="utf-8")
    return 1 if wrong else 0


def measured(loaded: Library, wanted: set[str], rounds: int) -> Iterator[str]:
    """One piece of Markdown after another, as it is measured."""
    yield f"At the start: {timing.machine()}"
    if "a" in wanted:
        yield "## (a) One decision with its working, against the same by hand"
        yield "CPU. Goal: at most twice as long."
        yield decisions.shown(decisions.measure(loaded, rounds, 100))
    if "b" in wanted:
        yield "## (b) From texts to an explanation, one rule"
        yield "CPU. Goal: at most 10 µs at the median."
        for duel in decisions.DUELS:
            lines = whole.parts(loaded, duel, decisions.ALL, rounds // 3, 120)
            lines += whole.wholes(loaded, duel, decisions.ALL, rounds // 3, 120)
            yield f"`{duel.rule}`, {decisions.ALL}:"
            yield whole.shown(lines)
            for name, (middle, tail) in whole.spread(loaded, duel, decisions.ALL, rounds * 20).items():
                yield f"Single calls by {name}, wall clock: median {middle:.1f} µs, 99th percentile {tail:.1f} µs."
    if "c" in wanted:
        yield "## (c) Loading all data in a fresh process"
        yield f"{len(loaded.rules)} rules, {len(loaded.platforms)} platforms. Goal: at most 150 ms, checked cache."
        yield loading.shown(loading.measure(max(3, rounds // 10)))
    if "d" in wanted:
        yield "## (d) What a page asks for"
        yield asking.shown(asking.measure(loaded, max(3, rounds // 10)))
    if "e" in wanted:
        yield "## (e) A second start"
        yield "`./start` until the first page has been answered. Goal: at most 500 ms."
        yield starting.shown(starting.measure(max(3, rounds // 10)))
    if "compare" in wanted:
        yield "## Policies against law"
        yield "CPU. Goal: at most 50 ms at the median, all pairs within 300 s on two cores."
        yield comparing.shown(comparing.measure(loaded, max(4, rounds)))
    yield from of_orders(loaded, wanted, quick=rounds < QUICK)
    yield f"At the end: {timing.machine()}"


def of_orders(loaded: Library, wanted: set[str], *, quick: bool) -> Iterator[str]:
    """What is measured over whole books of orders."""
    if "batch" in wanted:
        rows = 20_000 if quick else 1_000_000
        yield batch_engines.HEAD
        yield batch_engines.GOAL
        yield batch_engines.shown(batch_engines.measure(loaded, rows), rows)
    if "others" in wanted:
        rows = 5_000 if quick else 200_000
        yield "## Books of orders: the same policy elsewhere"
        yield against.shown(against.measure(loaded, rows), rows)
    if "rows" in wanted:
        rows = 8_000 if quick else 10_000_000
        yield "## Books of orders: the same rows from every engine"
        yield same_rows.shown(same_rows.measure(loaded, rows, rows // 10))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
