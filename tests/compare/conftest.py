"""What the tests of comparisons share: a small law and a small policy, and everything that they give, one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from textwrap import dedent, indent

from making import a_library

from recourse import days
from recourse.compare.sides import Law, Policy
from recourse.compare.verdict import ELSEWHERE, Question, Shape, Verdict, compare_rule
from recourse.library import Library

DAY = days.parse("2026-11-23")
LAW = "id: law\ntitle: {en: Law, zh: 法}\nplace: AT\nbinds: learner_place\nkind: money-back\n"
POLICY = "platform: school\nname: {en: School, zh: 学校}\nhome: AT\nclauses:\n"
CLAUSE = "- id: terms\n  title: {en: Terms, zh: 条款}\n"


@dataclass(frozen=True)
class Pair:
    """A law and a policy, alone in a library."""

    library: Library

    def verdict(self, *shapes: tuple[int, int], **more: object) -> Verdict:
        """The law against the policy, for these prices and numbers of lessons."""
        chosen = tuple(Shape(price, lessons, DAY) for price, lessons in shapes)
        question = Question("school", "AT", DAY, shapes=chosen, **more)  # type: ignore[arg-type]
        return compare_rule(self.library, question, self.library.rules["law"])

    def gaps(self, price: int, lessons: int, last: int = 365, currency: str = "EUR") -> Iterator[tuple[int, int, int]]:
        """By how much the policy pays less, for every day and every number of lessons taken: (gap, day, taken)."""
        law = Law(self.library, self.library.rules["law"], "AT", "AT", currency, DAY)
        policy = Policy(self.library, "school", currency, DAY)
        for day in range(last + 1):
            for taken in range(lessons + 1):
                facts = {
                    "price": price, "paid": price, "concluded_on": DAY, "paid_on": DAY, "requested_on": DAY + day,
                    "lessons_total": lessons, "lessons_taken": taken, "kind": "recorded-course", "learner_place": "AT",
                }  # fmt: skip
                less = policy.decide(facts)
                if less.how not in ELSEWHERE:
                    yield law.decide(facts).amount - less.amount, day, taken

    def worst(self, price: int, lessons: int, last: int = 365) -> Fraction:
        """The worst share of the price, by looking at every purchase."""
        return max(Fraction(gap, price) for gap, _, _ in self.gaps(price, lessons, last))


def pair(law: str, policy: str) -> Pair:
    """A law and a policy of one clause, from the keys of a version each."""
    clause = CLAUSE + indent(dedent(policy).strip("\n"), "  ") + "\n"
    return Pair(a_library(LAW + dedent(law), POLICY + clause))
