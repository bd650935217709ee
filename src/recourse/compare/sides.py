"""What one side gives on a purchase, by the functions that decide in earnest: a rule of law, or a policy's clauses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from recourse.compare.watched import Reads
from recourse.facts import Facts
from recourse.library import Library
from recourse.rules import compiled
from recourse.rules.compiled import Unit
from recourse.rules.emit.running import Decide, asking
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


Pays = Callable[[int], Outcome]  # what comes of a row that decides, from the amount that it came to


@dataclass(frozen=True)
class Terms:
    """One version, ready to decide: its function, and what comes of each of its rows."""

    decide: Decide
    rows: tuple[Outcome | Pays, ...]  # the last: no row of the version decides

    def outcome(self, facts: Mapping[str, Any]) -> Outcome:
        """It is asked for each purchase, so it is quick: what a row without an amount comes to is made beforehand."""
        number, refund, _, _ = self.decide(facts)
        if number < 0:
            return OUTSIDE
        found = self.rows[number]
        return found if found.__class__ is Outcome else found(refund or 0)  # type: ignore[operator]


class Chosen:
    """A rule with the version that answers: always the same, or chosen by a day of the purchase."""

    def __init__(self, library: Library, rule: Rule, selection: Selection, reads: Reads | None) -> None:
        self.rule, self.selection = rule, selection
        self.terms = {id(v): _terms(rule, v, compiled.unit(library, rule, v), reads) for v in rule.versions}
        only = rule.versions[0] if len(rule.versions) == 1 else None
        free = only is not None and only.starts is None and only.ends is None
        self.by = rule.selected_by[0] if rule.selected_by else "asked_on"  # the day that chooses
        self.on: dict[int, Terms | None] = {}
        self.only = self.answering(only) if free else None
        self.always = free

    def decide(self, facts: Mapping[str, Any]) -> Outcome:
        if self.always:
            terms = self.only
        else:
            day = self.selection.asked_on if self.by == "asked_on" else facts.get(self.by)
            try:
                terms = self.on[day]  # type: ignore[index]
            except KeyError:
                terms = self.answering(self.selection.version(self.rule, facts))
                if day.__class__ is int:
                    self.on[day] = terms
        return OUTSIDE if terms is None else terms.outcome(facts)

    def answering(self, version: Version | None) -> Terms | None:
        """The version's terms, where it binds and speaks of this money."""
        currency = self.selection.facts.currency
        if version is None or version.enacted_only or (version.currency and version.currency != currency):
            return None
        return self.terms[id(version)]


class Law:
    """One rule of law."""

    def __init__(
        self, library: Library, rule: Rule, place: str, seller_place: str, currency: str, asked_on: int,
        reads: Reads | None = None,
    ) -> None:  # fmt: skip
        self.rule, self.library, self.reads = rule, library, reads
        self.selection = Selection(library, _nobody(library, currency), asked_on)
        self.places = {"learner_place": place, "seller_place": seller_place}
        self.chosen = Chosen(library, rule, self.selection, reads)
        try:
            self.selection.binds(rule, self.places, {})
            self.binds = True
        except (NotBound, Undetermined):
            self.binds = False

    @property
    def versions(self) -> Sequence[Version]:
        return self.rule.versions

    def decide(self, facts: Mapping[str, Any]) -> Outcome:
        return self.chosen.decide(facts) if self.binds else OUTSIDE


class Policy:
    """A platform's clauses: the first whose scope is met decides."""

    def __init__(
        self, library: Library, platform: str, currency: str, asked_on: int, reads: Reads | None = None
    ) -> None:
        self.platform, self.library, self.reads = library.platform(platform), library, reads
        self.selection = Selection(library, _nobody(library, currency), asked_on)
        self.clauses = [Chosen(library, library.rules[name], self.selection, reads) for name in self.platform.clauses]

    @property
    def versions(self) -> Sequence[Version]:
        return [v for clause in self.clauses for v in clause.rule.versions]

    def decide(self, facts: Mapping[str, Any]) -> Outcome:
        for clause in self.clauses:
            found = clause.decide(facts)
            if found is not OUTSIDE:
                return found
        return NO_CLAUSE

    def applying(self, facts: Mapping[str, Any]) -> Iterator[Outcome]:
        """What each clause in whose scope the purchase lies gives, in order; the first is the answer."""
        for clause in self.clauses:
            found = clause.decide(facts)
            if found is not OUTSIDE:
                yield found


def _nobody(library: Library, currency: str) -> Facts:
    return Facts({}, currency, {}, library.vocabulary)


def _terms(rule: Rule, version: Version, unit: Unit, reads: Reads | None) -> Terms:
    rows = tuple(_row(rule, version, row) for row in unit.rows)
    use = version.calendar
    decide = asking(unit.decide, reads.calendars(use)) if reads and use and use.fact else unit.decide
    return Terms(decide, (*rows, Outcome(0, "silent", rule, version)))


def _row(rule: Rule, version: Version, row: Row) -> Outcome | Pays:
    word = row.outcome
    if word == "excluded":
        return OUTSIDE
    if word == "credit" or (word in ("pay", "keep") and (row.form or version.form) in IN_KIND):
        return lambda worth: Outcome(0, "credit", rule, version, row, worth)
    if word in ("pay", "keep"):
        payer = row.payer or version.payer
        how = "money" if payer in ("", "seller") else "another-pays"
        return lambda amount: Outcome(amount, how, rule, version, row)
    how = {"discretion": "discretion", "ask": "ask", "see": "ask", "exchange": "exchange", "silent": "silent"}.get(
        word, "money"
    )
    return Outcome(0, how, rule, version, row)


def currencies(versions: Sequence[Version]) -> set[str]:
    """The currencies that these versions fix by a written amount."""
    return {v.currency for v in versions if v.currency}
