"""How what is owed changes as one day runs: a step curve for each rule and for the policy as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from recourse import days
from recourse.assess import assess
from recourse.facts import Facts, read_facts
from recourse.library import Library
from recourse.problems import Problem
from recourse.rules.tree import Texts

LONGEST = 800  # days in one curve


@dataclass(frozen=True, slots=True)
class Series:
    """One line: `points` are (day number, smallest units or None where facts are missing), a point at each change."""

    rule: str
    title: Texts
    kind: str  # law or platform
    points: tuple[tuple[int, int | None], ...]
    last: int  # last day of the curve


def span(facts: Facts) -> tuple[int, int]:
    """The days worth drawing: from the contract to some time after its end or the request."""
    known = facts.values
    starts = [
        known[n]
        for n in (
            "concluded_on",
            "paid_on",
            "charged_on",
            "starts_on",
            "access_given_on",
            "contract_document_received_on",
        )
        if n in known
    ]
    asked = known.get("requested_on") or known.get("request_received_on")
    first = min([*starts, *([asked] if asked else [])], default=0)
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
    """The curves of every rule that pays on some day, and of the platform's policy. Use stays as the facts say."""
    first, last = span(facts)
    if not first or facts.currency is None:
        return []
    behind = 0
    if "requested_on" in facts.values and "request_received_on" in facts.values:
        behind = facts.values["request_received_on"] - facts.values["requested_on"]
    lines: dict[str, list[tuple[int, int | None]]] = {}
    titles: dict[str, tuple[Texts, str]] = {}
    for day in range(first, last + 1):
        moved = {fact: days.show(day)}
        if fact == "requested_on" and "request_received_on" in facts.values:
            moved["request_received_on"] = days.show(day + behind)
        try:
            there = read_facts({**facts.shown, **moved}, library.vocabulary)
        except Problem:
            continue  # a day on which these facts could not be: a request before the contract
        policy: int | None = 0
        decided = False
        for e in assess(library, there, platform=platform, place=place, asked_on=asked_on).entitlements:
            amount = None if e.answer == "depends" else (e.refund or 0)
            if e.rule.policy:
                if not decided and e.answer != "does-not-apply":
                    policy, decided = amount, True
            elif not e.displaced_by and not e.rule.relations.adds_to and e.version is not None and e.version.owed:
                _extend(lines.setdefault(e.rule.id, []), day, amount)
                titles[e.rule.id] = (e.rule.title, "law")
        if platform:
            _extend(lines.setdefault(platform, []), day, policy)
            titles[platform] = (library.platform(platform).name, "platform")
    return [
        Series(name, titles[name][0], titles[name][1], tuple(points), last)
        for name, points in lines.items()
        if any(amount for _, amount in points) or titles[name][1] == "platform"
    ]


def _extend(points: list[tuple[int, int | None]], day: int, amount: int | None) -> None:
    if not points or points[-1][1] != amount:
        points.append((day, amount))
