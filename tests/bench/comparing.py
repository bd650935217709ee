"""Policies against law: how long one comparison takes, how many come out proved, and what all of them together cost."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random
from statistics import median, quantiles
from time import process_time

from tests.bench.timing import table

from recourse import days
from recourse.compare.shared import Shared
from recourse.compare.table import asked, batches, pairs
from recourse.compare.verdict import compare_rule, rules_for
from recourse.library import Library

BOUGHT_ON = days.parse("2026-11-23")


@dataclass
class Found:
    """CPU seconds of each comparison of a policy with a rule of law, and what came of it."""

    places: int = 0  # policies with places in the sample
    of: int = 0  # and of how many the sample is
    seconds: list[float] = field(default_factory=list)
    reused: int = 0  # comparisons that another place had answered
    answers: Counter[tuple[str, str, str]] = field(default_factory=Counter)

    @property
    def everything(self) -> float:
        """CPU seconds for all policies and all places, from the sample."""
        return sum(self.seconds) / self.places * self.of


def measure(library: Library, count: int, seed: int = 3) -> Found:
    """At least so many policies with places: whole parts of the table, chosen by chance. Programs are made beforehand."""
    parts = batches(library)
    Random(seed).shuffle(parts)
    found = Found(of=len(pairs(library)))
    for platform, together in parts:
        if found.places >= count:
            break
        shared = Shared(library)
        for place in together:
            found.places += 1
            question = asked(platform, place, BOUGHT_ON)
            for rule in rules_for(library, question):
                compare_rule(library, replace(question, patience=0, most=10), rule)
                start = process_time()
                verdict = shared.verdict(question, rule)
                found.seconds.append(process_time() - start)
                found.answers[verdict.answer, verdict.group, verdict.certainty] += 1
        found.reused += shared.reused
    return found


def shown(found: Found) -> str:
    """The figures, and a table of the answers."""
    tenths = quantiles(found.seconds, n=10)
    owing = [n for (answer, _, _), n in found.answers.items() if answer not in ("not-owing", "currency")]
    said = (
        f"{found.places} of {found.of} pairs of a platform and a place, {len(found.seconds)} comparisons with a rule of"
        f" law, {sum(owing)} of which owe something, and {found.reused} of which another place had answered: median"
        f" {median(found.seconds) * 1e3:.1f} ms, nine of ten under {tenths[-1] * 1e3:.0f} ms, longest"
        f" {max(found.seconds) * 1e3:.0f} ms. All pairs by this sample: {found.everything:.0f} s of CPU,"
        f" {found.everything / 2:.0f} s on two cores."
    )
    rows = [(*key, str(n)) for key, n in sorted(found.answers.items(), key=lambda one: -one[1])]
    lines = [said, table(("the policy", "seller", "how sure", "comparisons"), rows)]
    return "\n\n".join(lines)
