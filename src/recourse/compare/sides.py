"""What one side gives on a purchase, by the functions that decide in earnest: a rule of law, or a policy's clauses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from recourse.facts import Facts
from recourse.library import Library
from recourse.rules import compiled
from recourse.rules.compiled import Unit
from recourse.rules.forms import IN_KIND
from recourse.rules.stops import Undetermined
from recourse.rules.tree import Row, Rule, Version
from recourse.selection import NotBound, Selection


class Outcome(NamedTuple):
    """What a side gives: `how` is money, credit, discretion, ask, exchange, silent, no-clause or outside.

    `amount` is money owed in smallest units (0 where none is), `worth` what a credit or a discretion can come to.
    """

    amount: int
    how: str
    rule: Rule | None = None
    version: Version | None = None
    row: Row | None = None
    worth: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """The rule and the row that decide."""
        return (self.rule.id if self.rule else "", self.row.id if self.row else "")


OUTSIDE, NO_CLAUSE = Outcome(0, "outside"), Outcome(0, "no-clause")


class Side(Protocol):
    """One set of terms."""

    @property
    def versions(self) -> Sequence[Version]: ...

    def decide(self, facts: Mapping[str, Any]) -> Outcome:
        """Raises KeyError for a fact that is needed and not known, Contradiction, Conflict."""


@dataclass(frozen=True)
class Chosen:
    """A rule with the version that answers on these days, where that does not hang on the purchase."""

    rule: Rule
    units: Mapping[int, Unit]  # by identity of the version
    only: Version | None


class Law:
    """One rule of law."""

    def __init__(
        self, library: Library, rule: Rule, place: str, seller_place: str, currency: str, asked_on: int
    ) -> None:
        self.rule, self.library = rule, library
        self.selection = Selection(library, _nobody(library, currency), asked_on)
        self.places = {"learner_place": place, "seller_place": seller_place}
        self.chosen = _chosen(library, rule)
        try:
            self.selection.binds(rule, self.places, {})
            self.binds = True
        except (NotBound, Undetermined):
            self.binds = False

    @property
    def versions(self) -> Sequence[Version]:
        return self.rule.versions

    def decide(self, facts: Mapping[str, Any]) -> Outcome:
        return _decided(self.selection, self.chosen, facts) if self.binds else OUTSIDE


class Policy:
    """A platform's clauses: the first whose scope is met decides."""

    def __init__(self, library: Library, platform: str, currency: str, asked_on: int) -> None:
        self.platform, self.library = library.platform(platform), library
        self.selection = Selection(library, _nobody(library, currency), asked_on)
        self.clauses = [_chosen(library, library.rules[name]) for name in self.platform.clauses]

    @property
    def versions(self) -> Sequence[Version]:
        return [v for clause in self.clauses for v in clause.rule.versions]

    def decide(self, facts: Mapping[str, Any]) -> Outcome:
        return next(self.applying(facts), NO_CLAUSE)

    def applying(self, facts: Mapping[str, Any]) -> Iterator[Outcome]:
        """What each clause in whose scope the purchase lies gives, in order; the first is the answer."""
        for clause in self.clauses:
            found = _decided(self.selection, clause, facts)
            if found.how != "outside":
                yield found


def _nobody(library: Library, currency: str) -> Facts:
    return Facts({}, currency, {}, library.vocabulary)


def _chosen(library: Library, rule: Rule) -> Chosen:
    units = {id(v): compiled.unit(library, rule, v) for v in rule.versions}
    only = rule.versions[0] if len(rule.versions) == 1 else None
    free = only is not None and only.starts is None and only.ends is None and not only.enacted_only
    return Chosen(rule, units, only if free and only is not None and not only.currency else None)


def _decided(selection: Selection, chosen: Chosen, facts: Mapping[str, Any]) -> Outcome:
    version = chosen.only
    if version is None:
        version = selection.version(chosen.rule, facts)
        currency = selection.facts.currency
        if version is None or version.enacted_only or (version.currency and version.currency != currency):
            return OUTSIDE
    unit = chosen.units[id(version)]
    number, refund, _, _ = unit.decide(facts)
    if number < 0:
        return OUTSIDE
    if number >= len(unit.rows):
        return Outcome(0, "silent", chosen.rule, version)
    return _outcome(chosen.rule, version, unit.rows[number], refund or 0)


def _outcome(rule: Rule, version: Version, row: Row, refund: int) -> Outcome:
    word = row.outcome
    if word == "excluded":
        return OUTSIDE
    if word == "credit" or (word in ("pay", "keep") and (row.form or version.form) in IN_KIND):
        return Outcome(0, "credit", rule, version, row, refund)
    if word in ("pay", "keep"):
        payer = row.payer or version.payer
        return Outcome(refund, "money" if payer in ("", "seller") else "another-pays", rule, version, row)
    how = {"discretion": "discretion", "ask": "ask", "see": "ask", "exchange": "exchange", "silent": "silent"}
    return Outcome(0, how.get(word, "money"), rule, version, row)


def currencies(versions: Sequence[Version]) -> set[str]:
    """The currencies that these versions fix by a written amount."""
    return {v.currency for v in versions if v.currency}
