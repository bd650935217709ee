"""An interview over a worked case, and the smallest set of its facts that would have settled the same answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from recourse.ask import bounds, choose
from recourse.assess import Assessment
from recourse.facts import Facts, read_facts
from recourse.library import Library
from worked import Case

PLACES = ("learner_place", "seller_place")
MOST = 60  # questions of one interview; more is an endless one
EFFORT = 150  # assessments for one case, before the search for the smallest set is given up


@dataclass(frozen=True)
class Interview:
    """What was asked, in order; `unknown` are those that the case cannot answer."""

    case: Case
    asked: tuple[str, ...]
    unknown: frozenset[str]
    facts: Facts
    last: Assessment

    @property
    def answered(self) -> tuple[str, ...]:
        return tuple(name for name in self.asked if name not in self.unknown)


def narrow(product: Library, case: Case) -> Library:
    """The library with only what the case is about, so that an interview is about that too."""
    return replace(product, rules={rule.id: rule for rule in _with_taken(product, case)})


def _with_taken(product: Library, case: Case) -> list[Any]:
    found = {rule.id: rule for rule in case.rules(product)}
    ahead = list(found.values())
    while ahead:
        rule = ahead.pop()
        for _, _, other in rule.relations.takes:
            if other not in found:
                found[other] = product.rules[other]
                ahead.append(found[other])
    return list(found.values())


def start(case: Case) -> Facts:
    return _only(case, [name for name in PLACES if name in case.facts.shown])


def _only(case: Case, names: Iterable[str]) -> Facts:
    return read_facts({name: case.facts.shown[name] for name in names}, case.facts.vocabulary)


def interview(library: Library, case: Case) -> Interview:
    """Asks until nothing more is asked; whatever the case does not know is answered so."""
    facts, asked, unknown = start(case), [], set()
    while len(asked) < MOST:
        found = case.assessed(library, facts, unknown)
        question = choose(found, unknown)
        if question is None:
            return Interview(case, tuple(asked), frozenset(unknown), facts, found)
        asked.append(question)
        if question in case.facts.values and question not in facts.values:
            facts = facts.with_(question, case.facts.shown[question])
        else:
            unknown.add(question)
    raise AssertionError(f"{case.id}: more than {MOST} questions: {', '.join(asked[-5:])} …")


def answer(case: Case, found: Assessment) -> Any:
    """What two interviews must agree on: the range of what is owed, and what decides with which amount."""
    decided = next(
        (
            e
            for e in found.entitlements
            if e.answer != "does-not-apply" and (not case.platform or e.rule.policy == case.platform)
        ),
        None,
    )
    return bounds(found), None if decided is None else (
        decided.rule.id,
        decided.answer,
        decided.refund,
        decided.between,
    )


class Search:
    """The smallest set of a case's facts that settles the answer of an interview; exact unless the effort ran out.

    What does not settle it is made as large as it stays open; the facts left out then are a set that every settling
    set must hit. The smallest set that hits all of them is tried next (an implicit hitting set).
    """

    def __init__(self, library: Library, done: Interview) -> None:
        self.library, self.case, self.most = library, done.case, len(done.answered)
        self.wanted = answer(done.case, done.last)
        read = {n for rule in library.rules.values() for v in rule.versions for n in (*v.facts(), *rule.selected_by)}
        self.pool = tuple(name for name in done.case.facts.values if name in read | {"paid"} and name not in PLACES)
        self.known: dict[frozenset[str], bool] = {}
        self.left = EFFORT
        if not self.settles(frozenset(self.pool)):  # the case rebuts what is presumed, and nobody asked
            self.pool = tuple(name for name in done.answered if name not in PLACES)

    def settles(self, names: frozenset[str]) -> bool:
        """Whether nothing is left to ask that the case could answer, and the answer is the same."""
        if names not in self.known:
            self.left -= 1
            facts = _only(self.case, [*(p for p in PLACES if p in self.case.facts.shown), *names])
            unknown: set[str] = set()
            found = self.case.assessed(self.library, facts)
            while (question := choose(found, unknown)) is not None and (
                question not in self.case.facts.values or question in facts.values
            ):
                unknown.add(question)
                found = self.case.assessed(self.library, facts, unknown)
            self.known[names] = question is None and answer(self.case, found) == self.wanted
        return self.known[names]

    def smallest(self) -> tuple[frozenset[str] | None, int]:
        """The smallest settling set (None if the effort ran out before it was found), and a bound from below."""
        whole = frozenset(self.pool)
        to_hit = [frozenset((name,)) for name in self.pool if not self.settles(whole - {name})]  # nobody can do without
        while self.left > 0:
            tried = _hitting(to_hit, self.pool, self.most)
            if tried is None:
                return frozenset(self.pool), self.most  # nothing smaller than what was asked
            if self.settles(tried):
                return tried, len(tried)
            grown = set(tried)
            for name in self.pool:
                if name not in grown and self.left > 0 and not self.settles(frozenset(grown | {name})):
                    grown.add(name)
            if frozenset(grown) == whole:
                return whole, self.most
            to_hit.append(whole - grown)
        return None, len(_hitting(to_hit, self.pool, self.most) or ())


def _hitting(sets: list[frozenset[str]], pool: tuple[str, ...], most: int) -> frozenset[str] | None:
    """A smallest set of names that hits every one of the sets, of at most so many."""
    forced = frozenset(name for one in sets if len(one) == 1 for name in one)
    rest = [one for one in sets if not one & forced]
    names = [name for name in pool if any(name in one for one in rest)]
    for size in range(max(0, most - len(forced)) + 1):
        for chosen in combinations(names, size):
            if all(one & set(chosen) for one in rest):
                return forced | frozenset(chosen)
    return None
