"""Purchases on the edges of rules: seeded facts at and just beside what a rule compares with.

Hypothesis draws such facts too (`strategies.facts_near`), at seven milliseconds a purchase; these cost a twentieth of
one, so that every rule of the library is tried with many. `HYPOTHESIS_PROFILE=search` tries others on every run.
"""

from __future__ import annotations

import os
import random
from datetime import date
from typing import Any

from strategies import edges

from recourse.rules.setting import Setting
from recourse.rules.tree import Rule, Version
from recourse.vocabulary import Fact, Vocabulary

EPOCH = 719_163
FIRST, LAST = date(1990, 1, 1).toordinal(), date(2099, 12, 31).toordinal()


def seed() -> int:
    """The same one on every run, unless somebody looks further; a test shows it where it fails."""
    return random.SystemRandom().randrange(2**32) if os.environ.get("HYPOTHESIS_PROFILE") == "search" else 1


def asked_about(vocabulary: Vocabulary, rule: Rule, version: Version) -> tuple[Fact, ...]:
    """The facts that a purchase must have for a version of a rule to say all that it can."""
    places = {"learner_place", "seller_place"} if rule.place else set()
    names = (version.facts() | {"paid", *rule.selected_by[:1]} | places) - {"asked_on"}
    return tuple(vocabulary.facts[name] for name in sorted(names))


class Near:
    """Values at and just beside what a rule compares with."""

    def __init__(self, rules: list[Rule], setting: Setting, seed: int) -> None:
        self.seed, self.random = seed, random.Random(seed)
        at = [edges(rule, version, setting) for rule in rules for version in rule.versions]
        self.amounts = sorted({a for e in at for a in e.amounts})
        self.numbers = sorted({a for e in at for a in e.numbers})
        self.shares = sorted({a for e in at for a in e.shares})
        self.days = sorted({a for e in at for a in e.days})
        self.words = sorted({a for e in at for a in e.words})
        self.places = sorted({a for e in at for a in e.places})
        self.steps = sorted({*(n for n in self.numbers if n < 400), -1, 30, 31, 90, 365})

    def order(self, facts: tuple[Fact, ...], missing: float) -> dict[str, Any]:
        """One order in the engine's form; each fact is missing with that probability."""
        choose = self.random
        start, rows = choose.choice(self.days), choose.choice((0, 1, 2, 3, 4))
        found = {}
        for fact in facts:
            if choose.random() < missing:
                continue
            if fact.is_list:
                found[fact.id] = tuple(
                    self.value(fact, start) for _ in range(rows if choose.random() < 0.9 else rows + 1)
                )
            else:
                found[fact.id] = self.value(fact, start)
        return found

    def value(self, fact: Fact, start: int) -> Any:
        choose, kind = self.random, fact.item_type
        if kind == "money":
            found = choose.choice(self.amounts) if choose.random() < 0.5 else choose.randrange(1_000_001)
            return min(found, fact.at_most or found)
        if kind == "count":
            found = choose.choice(self.numbers) if choose.random() < 0.7 else choose.randrange(41)
            return min(found, fact.at_most or found)
        if kind == "share":
            return choose.choice(self.shares)
        if kind == "yesno":
            return choose.random() < 0.5
        if kind == "choice":
            near = [w for w in fact.choices if w in self.words]
            return choose.choice(near) if near and choose.random() < 0.7 else choose.choice(fact.choices)
        if kind == "place":
            return choose.choice(self.places)
        if kind == "text":
            return choose.choice(list(self.words) or ["other"]) if choose.random() < 0.7 else "other"
        day = min(LAST, max(FIRST, start + choose.choice(self.steps)))
        if kind == "date":
            return day
        if kind == "period":
            return day, min(LAST, day + choose.randrange(21))
        return (day - EPOCH) * 86_400 + 3600 * choose.choice((0, 23, 24, 25, 47, 48, 49))
