"""Policies against law: how long one comparison takes, how many come out proved, and what all of them together cost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random
from statistics import median, quantiles
from time import process_time

from tests.bench.timing import table

from recourse import days
from recourse.compare.table import asked, pairs
from recourse.compare.verdict import compare_rule, rules_for
from recourse.library import Library

BOUGHT_ON = days.parse("2026-11-23")


@dataclass
class Found:
    """CPU seconds of each comparison of a policy with a rule of law, and what came of it."""

    places: int = 0  # policies with places in the sample
    of: int = 0  # and of how many the sample is
    seconds: list[float] = field(default_factory=list)
    answers: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    @property
    def everything(self) -> float:
        """CPU seconds for all policies and all places, from the sample."""
        return sum(self.seconds) / self.places * self.of


def measure(library: Library, count: int, seed: int = 3) -> Found:
    """So many policies with places, chosen by chance, each against every rule there; programs are made beforehand."""
    every = pairs(library)
    chosen = Random(seed).sample(every, min(count, len(every)))
    found = Found(len(chosen), len(every))
    for warm in (True, False):
        for platform, place in chosen:
            question = asked(platform, place, BOUGHT_ON)
            if warm:
                question = replace(question, patience=0, most=10)
            for rule in rules_for(library, question):
                start = process_time()
                verdict = compare_rule(library, question, rule)
                if not warm:
                    found.seconds.append(process_time() - start)
                    found.answers[verdict.answer, verdict.group, verdict.certainty] += 1
    return found


def shown(found: Found) -> str:
    """The figures, and a table of the answers."""
    tenths = quantiles(found.seconds, n=10)
    owing = [n for (answer, _, _), n in found.answers.items() if answer not in ("not-owing", "currency")]
    said = (
        f"{found.places} of {found.of} pairs of a platform and a place, {len(found.seconds)} comparisons with a rule of"
        f" law, {sum(owing)} of which owe something: median {median(found.seconds) * 1e3:.1f} ms, nine of ten under"
        f" {tenths[-1] * 1e3:.0f} ms, longest {max(found.seconds) * 1e3:.0f} ms. All pairs by this sample:"
        f" {found.everything:.0f} s of CPU, {found.everything / 2:.0f} s on two cores."
    )
    rows = [(*key, str(n)) for key, n in sorted(found.answers.items(), key=lambda one: -one[1])]
    lines = [said, table(("the policy", "seller", "how sure", "comparisons"), rows)]
    return "\n\n".join(lines)
