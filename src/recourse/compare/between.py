"""Two versions of one policy: who loses by the new one, who gains, at worst and at best."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from recourse import places
from recourse.compare.case import Case
from recourse.compare.marks import marks
from recourse.compare.plausible import LESSONS
from recourse.compare.prove import Prover, ceiling
from recourse.compare.search import MOST, Found, leaves, search
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
    certainty: str = "searched"  # or proved: that nobody loses or gains a larger share of the price

    @property
    def worst(self) -> Region | None:
        return self.losses[0] if self.losses else None


def compare_policies(old: tuple[Library, str], new: tuple[Library, str], question: Question) -> Change:
    """The old policy against the new one, on the purchases of the question's place and day."""
    currency = _currency(old, new, question)
    losses, gains = (_Direction(one, other, question, currency) for one, other in ((old, new), (new, old)))
    ways = (losses, gains)
    proved = losses.is_proved() & gains.is_proved()  # both, so that what refutes is taken up in both
    return Change(
        losses.regions(), gains.regions(), sum(way.tally.runs for way in ways), any(way.tally.cut for way in ways),
        tuple(sorted(losses.tally.untried | gains.tally.untried)), currency, "proved" if proved else "searched",
    )  # fmt: skip


class _Direction:
    """Where the first policy pays more money than the second."""

    def __init__(
        self, first: tuple[Library, str], second: tuple[Library, str], question: Question, currency: str
    ) -> None:
        self.question, self.currency = question, currency
        self.libraries = first[0], second[0]
        self.more, self.less = (Policy(lib, name, currency, question.bought_on) for lib, name in (first, second))
        edges = marks([*self.more.versions, *self.less.versions])
        home = question.seller_place or self.more.platform.home or question.place
        setup = Setup(question.place, home, currency, question.bought_on, ordinary_price(currency), LESSONS,
                      question.given, {}, fault=True, every=True)  # fmt: skip
        self.story = story(first[0].vocabulary, edges, setup)
        self.tally = search(self.story, self.more, self.less, most=MOST)

    def counted(self) -> list[Found]:
        """Where less is paid by whoever keeps the second policy."""
        return [f for f in self.tally.worst.values() if f.gap > 0 and f.less.how not in ELSEWHERE]

    def is_proved(self) -> bool:
        """Whether no purchase of the story shows a larger share than the worst one found; as for a policy and a law."""
        left = self.question.patience // 2
        while left > 0 and not self.tally.cut and not self.tally.untried:
            worst = max((f.share for f in self.counted()), default=Fraction(0))
            if worst * self.story.price >= ceiling(self.libraries[0], tuple(self.more.versions), self.story.price):
                return True
            prover = Prover(self.libraries[0], self.story, self.more, self.less, self.libraries[1])
            proof = prover.never_more_than(math.floor(worst * self.story.price), left)
            self.tally.runs += proof.looked_at
            left -= proof.looked_at
            if proof.settled or proof.refuted is None or not self.refuted(proof.refuted, worst):
                return proof.settled
        return False

    def refuted(self, case: Case, worst: Fraction) -> bool:
        """Takes up a purchase that the search had missed; whether there was one."""
        for whole, more in leaves(self.more, case, self.tally, MOST):
            for both, less in leaves(self.less, whole, self.tally, MOST):
                if less.how not in ELSEWHERE and self.story.possible(both):
                    self.tally.take(both, more, less)
        return any(f.share > worst for f in self.counted())

    def regions(self) -> tuple[Region, ...]:
        """Each pair of rows at which less is paid, decided once more in earnest; the worst first."""
        shrinker = Shrinker(self.more, self.less, self.libraries[0].vocabulary, self.currency)
        found = []
        for one in sorted(self.counted(), key=lambda f: (-f.share, f.key)):
            witness = shrinker.shrink(one)
            replay(witness, self.more, self.less, self.question.bought_on)
            found.append(Region(witness, one.group, one.less.how))
        return tuple(found)


def _currency(old: tuple[Library, str], new: tuple[Library, str], question: Question) -> str:
    fixed = currencies(
        [v for library, name in (old, new) for c in library.platform(name).clauses for v in library.rules[c].versions]
    )
    return min(fixed) if fixed else places.currency_of(question.place) or "EUR"
