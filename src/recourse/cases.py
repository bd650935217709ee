"""Runs worked cases: facts in, every expected key compared with what the engine gives, without tolerance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from recourse import days, source
from recourse.assess import Assessment, assess
from recourse.entitlement import Entitlement
from recourse.facts import Facts, read_facts
from recourse.library import Library
from recourse.present import answers, applies, held, outcome
from recourse.problems import Problem
from recourse.rules.document import items, known_keys, mapping, text, texts
from recourse.rules.tree import Texts
from recourse.source import Node

CASE_KEYS = frozenset(
    "id about place rule platform clause story facts expect working basis source source_status certain asked_on "
    "reference note".split()
)
NOT_COMPARED = ("reason",)  # words for people
UNORDERED = ("depends_on", "duties_kept", "duties_broken", "duties_to_check", "duties_open", "ways_open")


@dataclass(frozen=True, slots=True)
class Difference:
    """One expected key that came out otherwise."""

    key: str
    expected: Any
    found: Any


@dataclass(frozen=True, slots=True)
class Result:
    """One case: what differs (nothing if it passed), the entitlement that answered, and the assessment around it."""

    id: str
    certain: bool
    differences: tuple[Difference, ...]
    entitlement: Entitlement | None = None
    assessment: Assessment | None = None
    problem: Problem | None = None
    story: Texts = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        return not self.differences and self.problem is None


def run(library: Library, content: str, file: str, *, asked_on: int) -> Iterator[Result]:
    """The results of a file of cases. A file that is no list of cases is a Problem; a case that cannot be read fails.

    A case may state `asked_on`; else the day of its request stands for the day of the question, so that it never ages.
    """
    node = source.read(content, file)
    entries = mapping(node, "cases")["cases"] if isinstance(node.value, dict) and "cases" in node.value else node
    for one in items(entries, "a file of cases"):
        yield case(library, one, asked_on)


def case(library: Library, node: Node, asked_on: int) -> Result:
    """One case."""
    case_id, certain, story = "?", True, texts(None)
    try:
        entries = known_keys(node, CASE_KEYS, "a case")
        case_id = text(entries["id"], "id") if "id" in entries else f"line {node.where.line}"
        certain = "certain" not in entries or text(entries["certain"], "certain") != "false"
        story = texts(entries.get("story"))
        _complete(entries, node)
        facts = read_facts(entries["facts"], library.vocabulary)
        found, assessment = _answered(library, node, entries, facts, _asked_on(entries, facts.values, asked_on))
        differences = tuple(_differences(found, assessment, entries))
        return Result(case_id, certain, differences, found, assessment, story=story)
    except Problem as problem:
        return Result(case_id, certain, (), problem=problem.at(node.where), story=story)


def _complete(entries: Mapping[str, Node], node: Node) -> None:
    for key in ("facts", "expect"):
        if key not in entries:
            raise Problem(f"a case needs `{key}`", where=node.where)


def _answered(
    library: Library, node: Node, entries: Mapping[str, Node], facts: Facts, day: int
) -> tuple[Entitlement | None, Assessment]:
    """What answers a case: its rule, or the clause of its platform that decides, if one does."""
    if "clause" in entries:
        platform = text(entries["platform"], "platform")
        assessment = assess(library, facts, platform=platform, asked_on=day)
        return _decider(assessment, platform), assessment
    if "rule" in entries:
        assessment = assess(library, facts, rule=text(entries["rule"], "rule"), asked_on=day)
        return assessment.entitlements[0], assessment
    raise Problem("a case names a rule, or a platform and its clause", where=node.where)


def _differences(
    found: Entitlement | None, assessment: Assessment, entries: Mapping[str, Node]
) -> Iterator[Difference]:
    wanted = text(entries["clause"], "clause") if "clause" in entries else ""
    if found is None or (wanted and not _named(found, wanted)):
        yield Difference("clause", wanted, found.rule.id if found else "no clause")
    else:
        yield from compare(found, assessment, entries["expect"])


def _asked_on(entries: Mapping[str, Node], facts: Mapping[str, Any], otherwise: int) -> int:
    if "asked_on" in entries:
        return days.parse(text(entries["asked_on"], "asked_on"))
    for name in ("requested_on", "request_received_on", "refunded_on", "complaint_received_on"):
        if isinstance(facts.get(name), int):
            return int(facts[name])
    return otherwise


def _decider(assessment: Assessment, platform: str) -> Entitlement | None:
    clauses = [e for e in assessment.entitlements if e.rule.policy == platform]
    return next((e for e in clauses if e.answer != "does-not-apply"), None)


def _named(entitlement: Entitlement, wanted: str) -> bool:
    names = {entitlement.rule.id, *entitlement.rule.covers}
    if entitlement.version is not None:
        names.add(entitlement.version.name)
    return wanted in names


def compare(entitlement: Entitlement, assessment: Assessment, expected: Node) -> Iterator[Difference]:
    """Each expected key that the engine answers differently."""
    facts = assessment.facts
    given = {**answers(entitlement, assessment), **held(entitlement)}
    given["applies"] = applies(entitlement)
    given["outcome"] = outcome(entitlement, facts.values.get("paid"))
    given["depends_on"] = sorted(entitlement.depends_on)
    for key, node in mapping(expected, "expect").items():
        if key in NOT_COMPARED:
            continue
        if key not in assessment.library.vocabulary.expectations:
            raise Problem(f"“{key}” is no answer of the vocabulary", where=node.where)
        wanted = _plain(node)
        found = given.get(key)
        if key in UNORDERED:
            wanted = sorted(wanted)
        if _canonical(key, wanted, assessment) != _canonical(key, found, assessment):
            yield Difference(key, wanted, found)


def _plain(node: Node) -> Any:
    if isinstance(node.value, list):
        return [_plain(n) for n in node.value]
    return node.value


def _canonical(key: str, value: Any, assessment: Assessment) -> Any:
    """The same answer in one spelling: 4.0% and 4%, true and yes."""
    kind = assessment.library.vocabulary.expectations[key].type
    if kind == "share" and isinstance(value, str):
        return Fraction(value[:-1]) / 100 if value.endswith("%") else Fraction(value)
    if isinstance(value, list):
        return [str(v) for v in value]
    if isinstance(value, bool):
        return "true" if value else "false"
    if kind == "money" and isinstance(value, str) and not any(c in "123456789" for c in value):
        return "nothing"  # no money is no money, in whatever currency
    return None if value is None else str(value)


def summary(results: Iterable[Result]) -> tuple[int, int]:
    """How many passed, how many failed."""
    found = list(results)
    passed = sum(r.passed for r in found)
    return passed, len(found) - passed


def result_json(result: Result) -> dict[str, Any]:
    """One result as plain data."""
    return {
        "id": result.id,
        "certain": result.certain,
        "passed": result.passed,
        "problem": str(result.problem) if result.problem else None,
        "differences": [{"key": d.key, "expected": d.expected, "found": d.found} for d in result.differences],
    }
