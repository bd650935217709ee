"""The worked cases that show what a rule does: the product's own, by rule, each run; and the curve of one of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from recourse import cases, curve, packaged, source
from recourse.cases import Result
from recourse.curve import Series
from recourse.deciding import Desk
from recourse.library import Library
from recourse.rules.document import texts
from recourse.rules.tree import Rule, Texts
from recourse.source import Node

TRIED = 12  # cases of a rule that are tried for the one whose curve shows most
ENOUGH = 8  # steps: more are no clearer


@dataclass(frozen=True)
class Example:
    """A worked case of a rule and what came of it.

    `expected` are the answers that must come out, as the case writes them; `working` by language.
    """

    id: str
    result: Result
    expected: Mapping[str, Any]
    working: Texts
    source: str
    status: str  # how sure the source of the case is: verified, partly, memory


def by_rule(library: Library) -> dict[str, tuple[Node, ...]]:
    """The worked cases of each rule, by the rule's own id; a clause is found by its version's names too."""
    named = {version.name: rule.id for rule in library.rules.values() for version in rule.versions if version.name}
    found: dict[str, list[Node]] = {}
    for name, text in packaged.texts("cases").items():
        for node in source.read(text, name).sequence():
            entries = node.mapping()
            about = str((entries.get("clause") or entries["rule"]).value)
            about = about if about in library.rules else library.covers.get(about) or named.get(about, "")
            found.setdefault(about, []).append(node)
    return {rule: tuple(nodes) for rule, nodes in found.items()}


def run(library: Library, nodes: tuple[Node, ...], asked_on: int) -> tuple[Example, ...]:
    """The cases, each answered by the engine; `asked_on` where a case names no day of its own."""
    return tuple(_example(library, node, asked_on) for node in nodes)


def telling(library: Library, rule: Rule, examples: tuple[Example, ...]) -> tuple[Example, Series] | None:
    """The case whose amount falls in most steps with the day one asks, and its curve; None where none falls.

    Use stays as the case has it, so an amount that rises with the days alone would tell a tale that no course does.
    """
    best: tuple[int, Example, Series] | None = None
    for example in [one for one in examples if one.result.passed and one.result.certain][:TRIED]:
        found = course(library, rule, example)
        known = [amount for _, amount in found.points if amount is not None] if found else []
        falls = len(known) > 1 and all(a > b for a, b in pairwise(known))
        steps = min(len(known), ENOUGH)
        if found is not None and falls and (best is None or steps > best[0]):
            best = steps, example, found
    return (best[1], best[2]) if best else None


def course(library: Library, rule: Rule, example: Example) -> Series | None:
    """What the rule gives in a case by the day of the request; None without a day to begin from or without money."""
    assessment = example.result.assessment
    if assessment is None or assessment.facts.currency is None:
        return None
    facts = assessment.facts
    first, last = curve.span(facts)
    if not first:
        return None
    desk = Desk(library, facts, assessment.asked_on)
    days = curve.moved(facts, "requested_on", first, last)
    points = curve.steps((day, curve.amount(desk, rule, values)) for day, values in days)
    return Series(rule.id, rule.title, "platform" if rule.policy else "law", points, last)


def _example(library: Library, node: Node, asked_on: int) -> Example:
    entries = node.mapping()
    word = {key: str(one.value) for key, one in entries.items() if isinstance(one.value, str)}
    expected = dict(_plain(entries["expect"]))
    return Example(
        word["id"], cases.case(library, node, asked_on), expected, texts(entries.get("working")),
        word.get("source", ""), word.get("source_status", ""),
    )  # fmt: skip


def _plain(node: Node) -> Iterator[tuple[str, Any]]:
    for key, one in node.mapping().items():
        yield key, source.plain(one)
