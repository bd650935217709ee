"""A policy against itself: purchases for which no clause decides, and those for which two decide differently."""

from __future__ import annotations

from dataclasses import dataclass

from recourse import places
from recourse.compare.case import Ask, Case
from recourse.compare.marks import marks
from recourse.compare.plausible import LESSONS
from recourse.compare.search import MOST, Tally
from recourse.compare.sides import NO_CLAUSE, Outcome, Policy, currencies
from recourse.compare.story import Setup, ordinary_price, story
from recourse.compare.verdict import Question
from recourse.compare.witness import Shrinker, Witness
from recourse.library import Library
from recourse.rules.check import Finding, check_library
from recourse.rules.stops import Conflict, Contradiction


@dataclass(frozen=True)
class Overlap:
    """A purchase in the scope of two clauses; the first decides, and the second would give something else."""

    witness: Witness  # `more` is the clause that decides, `less` the one that would as well

    @property
    def key(self) -> tuple[str, str]:
        return self.witness.more.key[0], self.witness.less.key[0]


@dataclass(frozen=True)
class Inside:
    """What a policy leaves open, says twice, and what the linter of rules finds in it."""

    gaps: tuple[Witness, ...]  # no clause, or a clause that is silent; one for each kind of course and clause
    overlaps: tuple[Overlap, ...]
    findings: tuple[Finding, ...]
    runs: int
    cut: bool

    @property
    def clean(self) -> bool:
        """Whether there is nothing to mend: an overlap that the order of the clauses settles is no fault."""
        return not self.gaps and not self.findings


def compare_itself(library: Library, question: Question) -> Inside:
    """Every purchase that the policy tells apart, looked at for gaps and overlaps."""
    name = question.platform
    fixed = currencies([v for c in library.platform(name).clauses for v in library.rules[c].versions])
    currency = min(fixed) if fixed else places.currency_of(question.place) or "EUR"
    side = Policy(library, name, currency, question.bought_on)
    setup = Setup(question.place, question.seller_place or side.platform.home or question.place, currency,
                  question.bought_on, ordinary_price(currency), LESSONS, question.given, every=True)  # fmt: skip
    made = story(library.vocabulary, marks(side.versions), setup)
    tally = Tally()
    both = _All(side)
    gaps: dict[tuple[str, str, str], tuple[Case, Outcome]] = {}
    overlaps: dict[tuple[str, str], tuple[Case, Outcome, Outcome]] = {}
    covered: set[str] = set()
    for case, outcomes in both.leaves(made.case(), tally):
        if not made.possible(case):
            continue
        kind = str(dict.get(case, "kind", ""))
        if not outcomes or outcomes[0].how == "silent":
            first = outcomes[0] if outcomes else NO_CLAUSE
            gaps.setdefault((kind, *first.key), (case, first))
        if outcomes and outcomes[0].how != "ask":  # a shop that decides for every kind says nothing of this one
            covered.add(kind)
        for other in outcomes[1:]:
            if _differs(outcomes[0], other):
                overlaps.setdefault((outcomes[0].key[0], other.key[0]), (case, outcomes[0], other))
    price = setup.price
    shrinker = Shrinker(side, side, library.vocabulary, currency)
    return Inside(
        tuple(shrinker.small(c, o, o, price) for (kind, *_), (c, o) in gaps.items() if kind in covered or o.rule),
        tuple(Overlap(Witness(c.facts(), a, b, price, currency)) for c, a, b in overlaps.values()),
        tuple(check_library(library, set(side.platform.clauses))),
        tally.runs,
        tally.cut,
    )


def _differs(a: Outcome, b: Outcome) -> bool:
    return (a.amount, a.how, a.worth) != (b.amount, b.how, b.worth)


class _All:
    """What every clause gives on a purchase in whose scope it lies."""

    def __init__(self, side: Policy) -> None:
        self.side = side

    def leaves(self, start: Case, tally: Tally) -> list[tuple[Case, list[Outcome]]]:
        ahead, found = [start], []
        while ahead:
            case = ahead.pop()
            tally.runs += 1
            if tally.runs > MOST // 2:
                tally.cut = True
                break
            try:
                found.append((case, list(self.side.applying(case))))
            except Ask as ask:
                ahead += [case.with_(ask.name, value) for value in reversed(ask.values)]
            except (KeyError, Contradiction, Conflict):
                continue
        return found
