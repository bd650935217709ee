"""Two versions of one policy: who loses by the new one, who gains, at worst and at best."""

from __future__ import annotations

from dataclasses import dataclass

from recourse import places
from recourse.compare.marks import marks
from recourse.compare.plausible import LESSONS
from recourse.compare.search import MOST, search
from recourse.compare.sides import Policy, currencies
from recourse.compare.story import Setup, ordinary_price, story
from recourse.compare.verdict import ELSEWHERE, Question, Region
from recourse.compare.witness import Shrinker, replay
from recourse.library import Library


@dataclass(frozen=True)
class Change:
    """What became of a policy: each pair of rows at which the new one pays less money, and at which it pays more."""

    losses: tuple[Region, ...]  # `more` is the old policy
    gains: tuple[Region, ...]  # `more` is the new one
    runs: int
    cut: bool
    untried: tuple[str, ...]
    currency: str

    @property
    def worst(self) -> Region | None:
        return self.losses[0] if self.losses else None


def compare_policies(old: tuple[Library, str], new: tuple[Library, str], question: Question) -> Change:
    """The old policy against the new one, on the purchases of the question's place and day."""
    found: list[tuple[Region, ...]] = []
    runs, cut, untried = 0, False, set[str]()
    currency = _currency(old, new, question)
    for first, second in ((old, new), (new, old)):
        sides = [Policy(library, name, currency, question.bought_on) for library, name in (first, second)]
        edges = marks([v for side in sides for v in side.versions])
        home = question.seller_place or sides[0].platform.home or question.place
        setup = Setup(question.place, home, currency, question.bought_on, ordinary_price(currency), LESSONS,
                      question.given, {}, fault=True, every=True)  # fmt: skip
        made = story(first[0].vocabulary, edges, setup)
        tally = search(made, sides[0], sides[1], most=MOST)
        runs, cut, untried = runs + tally.runs, cut or tally.cut, untried | tally.untried
        shrinker = Shrinker(sides[0], sides[1], first[0].vocabulary, currency)
        regions = []
        for one in sorted(tally.worst.values(), key=lambda f: (-f.share, f.key)):
            if one.gap > 0 and one.less.how not in ELSEWHERE:
                witness = shrinker.shrink(one)
                replay(witness, sides[0], sides[1], question.bought_on)
                regions.append(Region(witness, one.group, one.less.how))
        found.append(tuple(regions))
    return Change(found[0], found[1], runs, cut, tuple(sorted(untried)), currency)


def _currency(old: tuple[Library, str], new: tuple[Library, str], question: Question) -> str:
    fixed = currencies(
        [v for library, name in (old, new) for c in library.platform(name).clauses for v in library.rules[c].versions]
    )
    return min(fixed) if fixed else places.currency_of(question.place) or "EUR"
