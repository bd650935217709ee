"""Which fact to ask for next: the one after which the fewest questions are left, and none that changes nothing.

The answer is what the learner gets at best. A rule that cannot give more than is already certain is not asked about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from recourse.assess import Assessment, assess
from recourse.entitlement import Entitlement
from recourse.facts import Facts
from recourse.library import Library
from recourse.rules.outlook import Leaf, Split


class Bounds(NamedTuple):
    """What may be owed, in smallest units: certain at least, possible at most; equal once nothing can change it."""

    low: int
    high: int


def bounds(assessment: Assessment) -> Bounds:
    """The least and the most that the best entitlement can come to."""
    lows, highs = [0], [0]
    for e in ranked(assessment):  # clauses whose scope is open all carry the range of their policy
        if e.between is not None and e.answer == "depends":
            lows.append(e.between[0])
            highs.append(e.between[1])
        elif e.answer == "owes":
            lows.append(e.refund or 0)
            highs.append(max(e.refund or 0, e.between[1] if e.between else 0))
    return Bounds(max(lows), max(highs))


def ranked(assessment: Assessment) -> list[Entitlement]:
    """The entitlements that compete for the best; sums on top of another (interest, damages) do not."""
    return [e for e in assessment.entitlements if not e.displaced_by and not e.rule.relations.adds_to]


def next_question(
    library: Library, facts: Facts, *, platform: str | None = None, place: str | None = None, rule: str | None = None,
    asked_on: int, skip: Collection[str] = (),
) -> str | None:  # fmt: skip
    """The id of the fact to ask for, or None where no answer changes what is owed. `skip`: asked, and not known.

    A place of which only the country is known is asked for again where provinces have laws of their own: then it is to
    be made more exact, or put into `skip`.
    """
    found = assess(library, facts, platform=platform, place=place, rule=rule, asked_on=asked_on, closed=skip)
    return choose(found, skip)


def choose(assessment: Assessment, skip: Collection[str] = ()) -> str | None:
    """The next question for an assessment: unknown facts first, presumed ones last."""
    if not assessment.entitlements:
        return next(
            (n for n in ("learner_place", "seller_place") if n not in assessment.facts.values and n not in skip), None
        )
    sure = bounds(assessment).low
    competing = ranked(assessment)
    alone = len(assessment.entitlements) == 1  # one rule was asked: then its days and figures matter too
    open_ = [e for e in competing if e.answer == "depends" and (matters(e, sure) or alone)]
    trees = [(e.outlook.tree if e.outlook is not None else place_first(e), e.depends_on) for e in open_]
    candidates = [n for n in ordered(assessment, {n for _, names in trees for n in names}) if n not in skip]
    if candidates:
        deciding = {name for tree, _ in trees for name in split_on(tree)}  # the others only scale an amount

        def worth(name: str) -> tuple[bool, float, int]:
            return name not in deciding, sum(left_after(tree, name) for tree, _ in trees), candidates.index(name)

        return min(candidates, key=worth)
    rebuttable = {n for e in competing if e.answer != "depends" and matters(e, sure) for n in e.depends_on}
    return next((n for n in ordered(assessment, rebuttable) if n not in skip), None)


def place_first(e: Entitlement) -> Split:
    """A law of which it is not known whether it binds: once the place is known, there is more to ask."""
    more = Leaf(None, None, "open", 0, 0, lacks=frozenset(("paid", "requested_on")))
    return Split(frozenset(e.depends_on), (Leaf(None, None, "none", 0, 0), more))


def matters(e: Entitlement, sure: int) -> bool:
    """Whether more facts about this entitlement can move the best answer."""
    if e.between is None:
        return False
    low, high = e.between
    return high > sure or low < sure == (e.refund or 0)


def ordered(assessment: Assessment, names: Iterable[str]) -> list[str]:
    """In the order of the vocabulary; what the learner knows before what others know."""
    facts = assessment.library.vocabulary.facts
    rank = {"learner": 0, "record": 0, "institution": 1}
    return sorted(names, key=lambda n: (rank.get(facts[n].known_by, 1), facts[n].position))


def split_on(tree: Leaf | Split) -> frozenset[str]:
    """The facts on which it hangs how a rule ends, not just how much it comes to."""
    if isinstance(tree, Leaf):
        return frozenset()
    return tree.facts.union(*map(split_on, tree.children))


def left_after(tree: Leaf | Split, name: str) -> float:
    """How many questions are left on average once this fact is known."""
    if isinstance(tree, Leaf):
        return float(len(tree.lacks - {name}))
    if name in tree.facts:
        parts = [questions(child, name) for child in tree.children]
        return sum(parts) / len(parts)
    parts = [left_after(child, name) for child in tree.children]
    return len(tree.facts) + sum(parts) / len(parts)


def questions(tree: Leaf | Split, known: str = "") -> float:
    """How many questions a tree asks on average, from its root down."""
    if isinstance(tree, Leaf):
        return float(len(tree.lacks - {known}))
    parts = [questions(child, known) for child in tree.children]
    return len(tree.facts - {known}) + sum(parts) / len(parts)
