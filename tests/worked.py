"""The worked cases of data/cases, read once: facts, the rule or clause that answers, and what is expected."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from recourse import days, facts, source
from recourse.assess import Assessment, assess
from recourse.entitlement import Entitlement
from recourse.facts import Facts, read_facts
from recourse.library import DATA, Library
from recourse.rules.tree import Rule
from recourse.source import Node

FILES = sorted((DATA / "cases").glob("*.yaml"))
OTHERWISE = days.parse("2026-11-22")  # the day of the question where a case names none


@dataclass(frozen=True)
class Case:
    """One worked case."""

    id: str
    file: str
    node: Node
    facts: Facts
    rule: str  # of law, or empty
    platform: str  # with the clause that decides, or empty
    certain: bool
    asked_on: int

    def rules(self, library: Library) -> list[Rule]:
        """The rule that answers; for a platform all clauses of its policy."""
        if self.platform:
            return [library.rules[clause] for clause in library.platform(self.platform).clauses]
        return [library.rule(self.rule)]

    def assessed(self, library: Library, known: Facts, closed: Collection[str] = ()) -> Assessment:
        """What the case's rule, or its platform, says on these facts; `closed` are facts that cannot be had."""
        if self.platform:
            return assess(library, known, platform=self.platform, asked_on=self.asked_on, closed=closed)
        return assess(library, known, rule=self.rule, asked_on=self.asked_on, closed=closed)

    def decided(self, library: Library, known: Facts) -> Entitlement | None:
        """What answers the case on these facts: the rule, or the first clause that applies."""
        found = self.assessed(library, known).entitlements
        if not self.platform:
            return found[0]
        return next((e for e in found if e.rule.policy == self.platform and e.answer != "does-not-apply"), None)


@cache
def all_cases() -> list[Case]:
    """Every case that can be read; what cannot is a failure of test_cases.py."""
    return [case for path in FILES for case in _read(path)]


def _read(path: Path) -> list[Case]:
    vocabulary = facts.vocabulary()
    found = []
    for node in source.read(path.read_text("utf-8"), path.name).sequence():
        entries = node.mapping()
        text = {key: one.value for key, one in entries.items() if isinstance(one.value, str)}
        known = read_facts(entries["facts"], vocabulary)
        day = text.get("asked_on")
        asked_on = (
            days.parse(day)
            if day
            else next(
                (
                    known.values[n]
                    for n in ("requested_on", "request_received_on", "refunded_on", "complaint_received_on")
                    if n in known.values
                ),
                OTHERWISE,
            )
        )
        platform = text["platform"] if "clause" in text else ""
        found.append(
            Case(
                text["id"],
                path.name,
                node,
                known,
                text.get("rule", ""),
                platform,
                text.get("certain") != "false",
                asked_on,
            )
        )
    return found
