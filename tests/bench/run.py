"""Measures the engine and prints the tables of docs/benchmarks.md: `python tests/bench/run.py [--quick] [a b c d]`."""

from __future__ import annotations

import sys
from pathlib import Path

if __package__ in (None, ""):  # called as a script: the packages lie beside us
    sys.path[:0] = [str(Path(__file__).parents[2] / "src"), str(Path(__file__).parents[2])]

from tests.bench import decisions, desk, loading, timing, whole

from recourse import library

WHOLE = ("eu-crd-withdrawal", "us-ca-refund", "coursera-course-2025")  # the rules whose whole path is shown


def main(arguments: list[str]) -> int:
    """Measures what is asked for (everything unless letters are given). Returns 1 where compared answers differ."""
    quick = "--quick" in arguments
    wanted = {one for one in arguments if not one.startswith("-")} or set("abcd")
    rounds = 15 if quick else 150
    print(timing.machine(), "\n")
    loaded = library.load()
    wrong = [str(one) for one in decisions.differences(loaded, count=500 if quick else 3000, seed=7)]
    wrong += whole.differences(loaded, count=50 if quick else 200, seed=11)
    if wrong:
        print(f"THE COMPARED ANSWERS DIFFER in {len(wrong)} cases, first:\n{wrong[0]}\n")
    if "a" in wanted:
        print("## (a) One decision with its working, against the same by hand (CPU; goal: at most 2 times as long)\n")
        print(decisions.shown(decisions.measure(loaded, rounds, 100)), "\n")
    if "b" in wanted:
        print("## (b) From texts to an explanation, one rule (goal: at most 10 µs at the median)\n")
        for duel in (one for one in decisions.DUELS if one.rule in WHOLE):
            lines = whole.parts(loaded, duel, decisions.ALL, rounds // 3, 120)
            lines += whole.wholes(loaded, duel, decisions.ALL, rounds // 3, 120)
            print(f"{duel.rule}, {decisions.ALL}\n\n{whole.shown(lines)}\n")
            for name, (middle, tail) in whole.spread(loaded, duel, decisions.ALL, rounds * 20).items():
                print(f"Single calls by {name}, wall clock: median {middle:.1f} µs, 99th percentile {tail:.1f} µs.")
            print()
    if "c" in wanted:
        print("## (c) Loading all data in a fresh process (goal: at most 150 ms from the checked cache)\n")
        print(f"{len(loaded.rules)} rules, {len(loaded.platforms)} platforms.\n")
        print(loading.shown(loading.measure(5 if quick else 15)), "\n")
    if "d" in wanted:
        print("## (d) What a page asks for\n")
        print(desk.shown(desk.measure(loaded, 3 if quick else 15)), "\n")
    print(timing.machine())
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
