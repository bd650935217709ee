"""Facts -> assessment: every entitlement that law and policy give on these facts, the best one, and what is missing.

Known facts go through the emitted program; where it misses a fact, the interpreter is asked what the answer hangs on.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from recourse import places, policy
from recourse.deciding import Desk
from recourse.entitlement import Entitlement
from recourse.facts import Facts
from recourse.keeping import Head
from recourse.library import Library
from recourse.present import assessment_json
from recourse.rules.tree import Rule
from recourse.selection import sides

MONEY_KINDS = ("money-back", "remedy", "damages", "aid", "clause")


@dataclass(frozen=True)
class Assessment:
    """All entitlements on these facts. Same facts, data and engine: same bytes of `to_json`."""

    library: Library
    facts: Facts
    asked_on: int
    entitlements: tuple[Entitlement, ...]
    platform: str = ""
    place: str = ""

    @cached_property
    def best(self) -> Entitlement | None:
        """The one that gives the learner most, then soonest; credit and discretion are never ranked against money."""
        owing = [
            e
            for e in self.entitlements
            if e.answer == "owes" and not e.displaced_by and e.refund and not e.rule.relations.adds_to
        ]
        owing = [e for e in owing if e.row is None or e.row.outcome != "credit"]
        return min(owing, key=lambda e: (-self.total(e), e.answers.get("pay_by") or 10**9, e.rule.id), default=None)

    def total(self, entitlement: Entitlement) -> int:
        """The refund with what other rules add to it, in smallest units."""
        added = entitlement.added
        for other in self.entitlements:
            if entitlement.rule.id in other.rule.relations.adds_to and other.answer in ("owes", "gives"):
                added += other.added + (other.refund or 0)
        return (entitlement.refund or 0) + added

    @property
    def missing(self) -> tuple[str, ...]:
        """Facts on which some money hangs, in the order of the vocabulary."""
        found = {
            name
            for e in self.entitlements
            if e.rule.kind in MONEY_KINDS and (e.version is None or e.version.owed) and not e.rule.relations.adds_to
            for name in e.depends_on
        }
        return tuple(
            sorted(
                found,
                key=lambda n: (
                    self.library.vocabulary.facts[n].position if n in self.library.vocabulary.facts else 10**6
                ),
            )
        )

    def to_json(self, lang: str = "en") -> dict[str, Any]:
        """The assessment as plain data, in the shape of data/assessment.schema.json."""
        return assessment_json(self, lang)


def assess(
    library: Library,
    facts: Facts,
    *,
    platform: str | None = None,
    place: str | None = None,
    rule: str | None = None,
    asked_on: int,
    closed: Collection[str] = (),
) -> Assessment:
    """Everything that these facts give. `asked_on` is the day of the question: an input, never a clock.

    `rule` asks one rule only; `platform` adds that platform's policy; `place` is where the learner lives if the facts
    do not say; `closed` are facts that were asked for in vain, so that another measure of the same is named. Raises
    Problem for an unknown rule, platform or place.
    """
    if place:
        places.check(place)
        if "learner_place" not in facts.values:
            facts = facts.with_("learner_place", place)
    desk = Desk(library, facts, asked_on, closed)
    if rule is not None:
        chosen = library.rule(rule)
        found = [desk.entitlement(chosen)]
    else:
        found = [desk.entitlement(r) for r in relevant(library, facts)]
        if platform:
            found += policy.clauses(desk, platform)
    found = policy.displaced(desk, found)
    return Assessment(library, facts, asked_on, tuple(found), platform or "", place or "")


def relevant(library: Library, facts: Facts) -> list[Rule]:
    """The rules of law that bind, or might bind once a missing place is known."""
    return [library.rules[one.id] for one in library.heads() if not one.policy and concerns(one, facts)]


def concerns(rule: Rule | Head, facts: Facts) -> bool:
    """Whether a rule of law binds these people, or might once a missing place is known."""
    known = {name: facts.values.get(name) for name in ("learner_place", "seller_place")}
    here = [known[s] for s in sides(rule)]
    if any(p is not None and _near(p, rule.place) for p in here):
        return True  # it binds; or a country is known, and its province is not
    return any(p is None for p in here) and any(p is not None and _near(p, rule.place) for p in known.values())


def _near(place: str, other: str) -> bool:
    """Whether a rule of `other` could still bind somebody whose one known place is `place`."""
    return places.contains(place, other) or places.contains(other, place)
