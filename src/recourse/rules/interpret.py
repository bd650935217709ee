"""The slow, obviously right reading: the typed tree walked with exact fractions, and with facts that are not known.

A value is known, or `Unknown`: which facts it lacks and the bounds it lies in. Every other reading must agree with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from typing import Any

from recourse import days
from recourse.calendars import Calendar
from recourse.facts import Vocabulary
from recourse.rules.readers import READ
from recourse.rules.setting import Setting, calendar_for
from recourse.rules.stops import Conflict, Contradiction, NoFigure, Undetermined
from recourse.rules.tree import Expr, Row, Version
from recourse.rules.types import fact_type
from recourse.rules.unknown import Measured, Unknown, domain, extreme, plain, plus, rising, round_to, times


@dataclass
class Decision:
    """What one version says on some facts. Amounts are whole smallest units, or Unknown.

    `outcome` is the deciding row's word, or `out-of-scope`. `values` holds what each node came to, by its identity.
    """

    outcome: str
    row: Row | None = None
    refund: Any = None
    lines: dict[str, Any] = field(default_factory=dict)
    extras: dict[str, Any] = field(default_factory=dict)
    values: dict[int, Any] = field(default_factory=dict)


def presumed_values(version: Version, vocabulary: Vocabulary) -> dict[str, Any]:
    """What is taken for facts nobody knows: an Expr where the version says how, a value where the vocabulary does."""
    return {**_fair(vocabulary), **{p.fact: p.value for p in version.presume}}


@lru_cache(maxsize=8)
def _fair(vocabulary: Vocabulary) -> dict[str, Any]:
    """What the vocabulary takes for facts nobody knows, whatever the rule."""
    return {f.id: f.presumed for f in vocabulary.facts.values() if f.presumed is not None}


@lru_cache(maxsize=4096)
def _anything(vocabulary: Vocabulary, name: str) -> Unknown:
    """All that an unknown fact can be."""
    return domain(fact_type(vocabulary, name), name, vocabulary.facts[name].at_most)


class Interpreter:
    """One version on one set of facts; every named value is worked out once, when first needed."""

    def __init__(
        self, version: Version, facts: Mapping[str, Any], setting: Setting, vocabulary: Vocabulary, *,
        readings: Mapping[str, bool] | None = None, forced: Mapping[int, bool] | None = None,
        known: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        self.version, self.facts, self.setting, self.vocabulary = version, facts, setting, vocabulary
        self.presumed = presumed_values(version, vocabulary)
        self.readings: dict[str, bool] = {o.name: o.taken for o in version.opens} | dict(readings or {})
        self.forced = forced or {}
        self.named = version.named()
        self.parts = {p.name: p for p in version.parts}
        self.known: dict[str, Any] = dict(known or {})  # named values, those of a reading that these facts agree with
        self.values: dict[int, Any] = {}
        self.terms: dict[int, list[Any]] = {}  # of sums over rows, for the working
        self.assumed: dict[str, Any] = {}
        self.it: list[Any] = []
        self.row: list[tuple[int, dict[str, Any]]] = []

    # -- the decision

    def decide(self) -> Decision:
        """The outcome and amount. Raises Undetermined where a condition hangs on unknown facts."""
        version = self.version
        if version.applies is not None and not self.holds(version.applies):
            return Decision("out-of-scope", values=self.values)
        row = self.exception() or next((r for r in version.owed if r.when is None or self.holds(r.when)), None)
        if row is None:
            return Decision("answers", values=self.values)
        decision = Decision(row.outcome, row, values=self.values)
        if row.outcome == "pay":
            decision.refund = self.owed(row.amount)
        elif row.outcome == "keep":
            self.keep(row, decision)
        elif row.outcome == "credit":
            decision.refund = self.owed(row.amount)
        elif row.outcome == "discretion":
            decision.extras = {
                k: self.owed(e) for k, e in (("at_most", row.amount), ("likely", row.likely)) if e is not None
            }
        elif row.outcome in ("lost", "nothing", "excluded", "silent", "ask", "see", "exchange"):
            decision.refund = 0
        for name, expr in row.also:
            decision.extras[name] = self.rounded(expr)
        return decision

    def exception(self) -> Row | None:
        """The exception that holds; two that differ and hold are a conflict unless one stands over the other."""
        found: Row | None = None
        for row in self.version.exceptions:
            assert row.when is not None
            if found is None:
                if self.holds(row.when):
                    found = row
            elif row.id not in found.over and differ(found, row) and self.value(row.when) is True:
                raise Conflict(found, row)
        return found

    def keep(self, row: Row, decision: Decision) -> None:
        paid = self.fact("paid")
        total: Any = 0
        for name, expr in row.lines:
            amount = self.owed(expr)
            self.known[name] = decision.lines[name] = amount
            total = plus(total, amount)
        decision.refund = extreme(max, 0, plus(paid, times(total, -1)))
        decision.extras["owed_to_seller"] = total
        short = extreme(max, 0, plus(total, times(paid, -1)))
        decision.extras["still_owed_by_learner"] = short if self.version.shortfall == "owed" else 0

    def owed(self, expr: Expr | None) -> Any:
        """An amount as the version rounds it: never below nothing."""
        assert expr is not None
        rounding = self.version.rounding
        value = extreme(max, 0, plain(self.value(expr)))
        found = rising(value, lambda v: round_to(v, rounding.direction, Fraction(rounding.step)))
        self.values[id(expr)] = value
        return found

    def rounded(self, expr: Expr) -> Any:
        """Another answer of a row; money is rounded like an owed amount."""
        return self.owed(expr) if expr.type.kind in ("money", "zero") else plain(self.value(expr))

    def holds(self, condition: Expr) -> bool:
        forced = self.forced.get(id(condition))
        if forced is not None:
            return forced
        found = self.value(condition)
        if isinstance(found, Unknown):
            raise Undetermined(condition, found.lacks)
        return bool(found)

    def answers(self) -> dict[str, Any]:
        """Dates and outputs; Unknown where facts are missing. Money is whole smallest units."""
        found: dict[str, Any] = {}
        for name, _ in self.version.dates:
            found[name] = self.tried(self.name, name)
        for name, expr in self.version.outputs:
            value = self.tried(self.value, expr)
            if value is None:
                continue
            self.known[name] = value
            if expr.type.kind in ("money", "zero"):
                value = rising(extreme(max, 0, value), lambda v: round_to(v, "half up", Fraction(1)))
            found[name] = self.known[name] = value
        return found

    def tried(self, read: Callable[[Any], Any], what: str | Expr) -> Any:
        """An answer beside the decision: None where the facts contradict each other."""
        try:
            return plain(read(what))
        except Contradiction:
            return None

    # -- values

    def fact(self, name: str) -> Any:
        if name in self.facts:
            return self.facts[name]
        taken = self.presumed.get(name)
        if taken is None:
            return _anything(self.vocabulary, name)
        if name not in self.assumed:
            self.assumed[name] = self.value(taken) if isinstance(taken, Expr) else taken
        return self.assumed[name]

    def name(self, name: str) -> Any:
        if name not in self.known:
            if name not in self.named:  # an earlier answer that the facts contradict
                raise Contradiction(None, name)
            expr = self.named[name]
            self.known[name] = self.value(expr)
        return self.known[name]

    def value(self, expr: Expr) -> Any:
        found = READ[expr.op](self, expr)
        self.values[id(expr)] = found
        return found

    def args(self, expr: Expr) -> list[Any]:
        """The arguments' values; two counts of different measures are not brought together."""
        found = [self.value(a) for a in expr.args]
        measures = [v for v in found if isinstance(v, Measured)]
        if len({v.unit for v in measures}) > 1:
            lacks = frozenset[str]().union(*(v.lacks for v in measures))
            if not lacks:
                raise Contradiction(expr, f"{measures[0].unit} do not go with {measures[1].unit}")
            return [Unknown(lacks), *map(plain, found[1:])]
        return found

    def calendar(self) -> Calendar | Unknown:
        use = self.version.calendar
        assert use is not None
        place = use.place or self.fact(use.fact)
        if isinstance(place, Unknown):
            return Unknown(place.lacks)
        return calendar_for(use, place)

    def rate(self, series: str, day: int) -> Any:
        found = self.setting.rates[series].on(day)
        if found is None:
            raise NoFigure(None, f"{series}, {days.show(day)}")
        return found


def differ(a: Row, b: Row) -> bool:
    """Whether two rows can give different money: ends of a right that pay nothing are alike."""
    ends = ("lost", "nothing", "excluded", "silent")
    if a.outcome in ends and b.outcome in ends:
        return False
    return (a.outcome, a.amount, a.lines, a.word) != (b.outcome, b.amount, b.lines, b.word)
