"""How what is owed changes as one day runs: a step curve for each rule and for the policy as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from recourse.assess import assess
from recourse.deciding import Desk
from recourse.entitlement import Entitlement
from recourse.facts import Facts
from recourse.library import Library
from recourse.rules import compiled
from recourse.rules.interpret import Decision, Interpreter
from recourse.rules.outlook import Choose
from recourse.rules.stops import Conflict, Contradiction, Undetermined
from recourse.rules.tree import Rule, Texts, Version
from recourse.selection import NotBound

LONGEST = 800  # days in one curve
STARTS = ("concluded_on", "paid_on", "charged_on", "starts_on", "access_given_on", "contract_document_received_on")


@dataclass(frozen=True, slots=True)
class Series:
    """One line of the curve, with a point at each change.

    `points` are (day number, smallest units), None where it depends on missing facts; `last` is the last day drawn.
    """

    rule: str
    title: Texts
    kind: str  # law or platform
    points: tuple[tuple[int, int | None], ...]
    last: int


def span(facts: Facts) -> tuple[int, int]:
    """The days worth drawing: from the contract to a while after its end or the request; (0, 0) where none is known."""
    known = facts.values
    starts = [known[n] for n in STARTS if n in known]
    asked = known.get("requested_on") or known.get("request_received_on")
    first = min([*starts, *([asked] if asked else [])], default=0)
    if not first:
        return 0, 0
    ends = [known[n] for n in ("ends_on", "starts_on") if n in known]
    last = max([first + 45, *(d + 14 for d in ends), *([asked + 14] if asked else [])])
    return first, min(last, first + LONGEST)


def curve(
    library: Library,
    facts: Facts,
    *,
    platform: str | None = None,
    place: str | None = None,
    asked_on: int,
    fact: str = "requested_on",
) -> list[Series]:
    """The curves of each rule that pays something on some day, and of the policy. Use stays as the facts say."""
    first, last = span(facts)
    if not first or facts.currency is None:
        return []
    today = assess(library, facts, platform=platform, place=place, asked_on=asked_on)
    desk = Desk(library, facts, asked_on)
    days = list(moved(facts, fact, first, last))
    found = []
    for one in today.entitlements:
        if drawn(one):
            points = steps((day, amount(desk, one.rule, values)) for day, values in days)
            found.append(Series(one.rule.id, one.rule.title, "law", points, last))
    found = [series for series in found if any(value for _, value in series.points)]
    if platform:
        clauses = [library.rules[c] for c in library.platform(platform).clauses]
        points = steps((day, policy(desk, clauses, values)) for day, values in days)
        found.append(Series(platform, library.platform(platform).name, "platform", points, last))
    return found


def drawn(one: Entitlement) -> bool:
    """Whether a rule of law has a curve: it pays, stands for itself, and its answer does not hang on missing facts."""
    settled = one.answer not in ("depends", "duties", "gives")
    owes = one.version is not None and bool(one.version.owed)
    return settled and owes and not one.rule.policy and not one.displaced_by and not one.rule.relations.adds_to


def moved(facts: Facts, fact: str, first: int, last: int) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The facts on each day; the request arrives as many days after it was sent as it did."""
    values = facts.values
    received = values.get("request_received_on") if fact == "requested_on" else None
    behind = received - values["requested_on"] if received is not None and "requested_on" in values else 0
    for day in range(first, last + 1):
        there = {**values, fact: day}
        if received is not None:
            there["request_received_on"] = day + behind
        yield day, there


def amount(desk: Desk, rule: Rule, values: Mapping[str, Any]) -> int | None:
    """What one rule gives: nothing where it does not apply, None where a fact is missing that matters."""
    try:
        version, _ = desk.select(rule, values, {})
        return 0 if version is None else settled(decided(desk, rule, version, values))
    except NotBound:
        return 0
    except (Contradiction, Conflict, Undetermined, Choose):
        return None


def policy(desk: Desk, clauses: list[Rule], values: Mapping[str, Any]) -> int | None:
    """What the deciding clause gives; None where it is not known which one decides, or how much."""
    for rule in clauses:
        try:
            version, _ = desk.select(rule, values, {})
            if version is None:
                continue
            decision = decided(desk, rule, version, values)
        except (Contradiction, Conflict, Undetermined, Choose):
            return None
        if decision.outcome not in ("out-of-scope", "excluded"):
            return settled(decision)
    return 0


def decided(desk: Desk, rule: Rule, version: Version, values: Mapping[str, Any]) -> Decision:
    """The decision of one version; the interpreter is asked where a fact is missing, which may not matter."""
    try:
        return compiled.run(desk.library, rule, version, values).decision()
    except KeyError:
        return Interpreter(version, values, desk.library.setting, desk.library.vocabulary).decide()


def settled(decision: Decision) -> int | None:
    """The amount of a decision: nothing where it names none, None where it is open."""
    return decision.refund or 0 if decision.refund is None or isinstance(decision.refund, int) else None


def steps(amounts: Iterator[tuple[int, int | None]]) -> tuple[tuple[int, int | None], ...]:
    """Only the days on which something changes."""
    points: list[tuple[int, int | None]] = []
    for day, value in amounts:
        if not points or points[-1][1] != value:
            points.append((day, value))
    return tuple(points)
