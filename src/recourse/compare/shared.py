"""Verdicts that hold in more than one place: what a comparison came to where another place answers as the first did.

A comparison reads three things of a place: whether it lies in those that the two texts name, its calendar, and its
money. Members of a union mostly differ in none of them, and need not be compared one by one. Each purchase that is
shown is decided in earnest again for its own place all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from recourse import money, places
from recourse.compare.sides import Law, Policy
from recourse.compare.verdict import (
    Question,
    Verdict,
    compare_rule,
    currency_of,
    fixed_currencies,
    rules_for,
    seat,
)
from recourse.compare.watched import Reads
from recourse.compare.witness import replay
from recourse.library import Library
from recourse.rules.tree import Expr, Rule, Version

PLACES = ("learner_place", "seller_place", "card_issued_in")


class Shared:
    """Compares rules of one library, each no oftener than places differ for it."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.known: dict[tuple[Any, ...], list[tuple[Reads, Verdict]]] = {}
        self.reused = 0

    def place(self, question: Question) -> list[Verdict]:
        """The same as `compare_place` says."""
        return [self.verdict(question, rule) for rule in rules_for(self.library, question)]

    def verdict(self, question: Question, rule: Rule) -> Verdict:
        """The same as `compare_rule` says. Raises Disagreement where a purchase that is shown comes out otherwise."""
        if question.given:
            return compare_rule(self.library, question, rule)
        where = dict.fromkeys(PLACES, question.place) | {"seller_place": seat(self.library, question)}
        known = self.known.setdefault(self.key(question, rule, where), [])
        for reads, verdict in known:
            if reads.alike(where):
                self.reused += 1
                return self.moved(verdict, question, where)
        reads = Reads()
        verdict = compare_rule(self.library, question, rule, reads)
        known.append((reads, verdict))
        return verdict

    def key(self, question: Question, rule: Rule, where: Mapping[str, str]) -> tuple[Any, ...]:
        """All that a comparison depends on, but for the calendar of the place."""
        clauses = [self.library.rules[name] for name in self.library.platform(question.platform).clauses]
        versions = [v for one in (rule, *clauses) for v in one.versions]
        currency = currency_of(self.library, question, rule)
        asked = replace(question, place="", seller_place="", given=())  # type: ignore[arg-type]
        return (
            rule.id, asked,
            currency if fixed_currencies(self.library, question, rule) else money.exponent(currency) > 0,
            Law(self.library, rule, question.place, where["seller_place"], currency, question.bought_on).binds,
            *sorted({(fact, place, not place or places.contains(where[fact], place), "" if place else where[fact])
                     for fact, place in _asked_of_places(versions)}),
        )  # fmt: skip

    def moved(self, verdict: Verdict, question: Question, where: Mapping[str, str]) -> Verdict:
        """The verdict for a purchase from somewhere else; what it shows is decided again there."""
        if verdict.domain is None:
            return verdict
        currency = currency_of(self.library, question, verdict.rule)
        law = Law(self.library, verdict.rule, question.place, where["seller_place"], currency, question.bought_on)
        policy = Policy(self.library, question.platform, currency, question.bought_on)
        regions = []
        for region in verdict.regions:
            facts = {name: where.get(name, value) for name, value in region.witness.facts.items()}
            witness = replace(region.witness, facts=facts, currency=currency)
            if witness.gap > 0:
                replay(witness, law, policy, question.bought_on)
            regions.append(replace(region, witness=witness))
        return replace(verdict, regions=tuple(regions), domain=replace(verdict.domain, currency=currency))


def _asked_of_places(versions: Iterable[Version]) -> Iterator[tuple[str, str]]:
    """Each fact that names a place, with the place in which a text asks whether it lies; "" where it asks otherwise."""
    for version in versions:
        for top in version.expressions():
            yield from _below(top, "")


def _below(expr: Expr, within: str) -> Iterator[tuple[str, str]]:
    if expr.op == "fact" and expr.value in PLACES:
        yield expr.value, within
    for arg in expr.args:
        yield from _below(arg, expr.value if expr.op == "within" else "")
