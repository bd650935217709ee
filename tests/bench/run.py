"""Measures the engine and prints tables in Markdown: `python tests/bench/run.py [--quick] [--write] [a b c d e compare]`.

`--write` puts what was measured into docs/benchmarks.md, below its marker.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

if __package__ in (None, ""):  # called as a script: the packages lie beside us
    sys.path[:0] = [str(Path(__file__).parents[2] / "src"), str(Path(__file__).parents[2])]

from tests.bench import comparing, decisions, desk, loading, starting, timing, whole

from recourse import library
from recourse.library import Library

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
MARKER = "<!-- measured: everything below is written by tests/bench/run.py -->"


def main(arguments: list[str]) -> int:
    """Measures what is asked for (everything unless letters are given). Returns 1 where compared answers differ."""
    quick = "--quick" in arguments
    wanted = {one for one in arguments if not one.startswith("-")} or {*"abcde", "compare"}
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
        head = PAGE.read_text(encoding="utf-8").partition(MARKER)[0]
        PAGE.write_text(head + MARKER + "\n\n" + "\n\n".join(said) + "\n", encoding="utf-8")
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
        yield desk.shown(desk.measure(loaded, max(3, rounds // 10)))
    if "e" in wanted:
        yield "## (e) A second start"
        yield "`./start` until the first page has been answered. Goal: at most 500 ms."
        yield starting.shown(starting.measure(max(3, rounds // 10)))
    if "compare" in wanted:
        yield "## Policies against law"
        yield "CPU. Goal: at most 50 ms at the median, all pairs within 300 s on two cores."
        yield comparing.shown(comparing.measure(loaded, max(4, rounds)))
    yield f"At the end: {timing.machine()}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
