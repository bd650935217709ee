"""Small rules made from text, decided by every reading, for the tests of the rule language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from textwrap import dedent, indent
from typing import Any

from recourse import building, days, facts, library
from recourse.assess import assess
from recourse.entitlement import Entitlement
from recourse.facts import Facts, read_facts
from recourse.library import Library
from recourse.problems import Problem, each
from recourse.rules import compiled
from recourse.rules.compiled import Working
from recourse.rules.interpret import Decision, Interpreter
from recourse.rules.stops import Conflict, Contradiction, Undetermined
from recourse.rules.tree import Expr, Row, Rule, Version
from recourse.rules.unknown import Unknown, plain

VOCABULARY = facts.vocabulary()
HEAD = "id: small\ntitle: {en: Small, zh: 小}\nplace: AT\nbinds: either\nkind: money-back\n"
SHEETS = {
    path.name: path.read_text("utf-8") for path in library.DATA.glob("*.yaml")
}  # vocabulary, words, sentences, ...


@cache
def everything() -> Library:
    """The product's own data."""
    return library.load()


def a_library(*files: str, rates: str = "") -> Library:
    """What these files hold, and nothing of the product's own rules. The first file is `rule0.yaml`, and so on."""
    texts = {f"rule{number}.yaml": text for number, text in enumerate(files)}
    if rates:
        texts["rates.yaml"] = rates
    made = building.build({"sentences.yaml": "{}", **texts}, "made by a test")
    return replace(made, labels=_labels())


@cache
def _labels() -> Mapping[str, Any]:
    """Words and sentences, which every library has alike: to read them takes six times as long as to build a rule."""
    return building.build(SHEETS, "no rules").labels


def a_rule(body: str, head: str = HEAD, *, rates: str = "") -> tuple[Library, Rule]:
    """A rule of law for Austria with this body (keys of a version, or `versions:`)."""
    made = a_library(head + dedent(body), rates=rates)
    return made, next(iter(made.rules.values()))


def refused(body: str, head: str = HEAD) -> list[str]:
    """What loading the rule complains about: `line:column message. hint` each, lines counted within the body."""
    skipped = head.count("\n")
    try:
        a_library(head + dedent(body))
    except Problem as problem:
        return [_complaint(one, skipped) for one in each(problem)]
    raise AssertionError("it was loaded without complaint")


def _complaint(problem: Problem, skipped: int) -> str:
    assert problem.where is not None, f"says not where: {problem}"
    assert problem.where.file.startswith("rule"), problem
    return f"{problem.where.line - skipped}:{problem.where.column} {problem.at(None).message.en}. {problem.hint.en if problem.hint else ''}".strip()


def paying(amount: str, more: str = "") -> str:
    """The body of a rule that pays one amount."""
    return f"{dedent(more)}\nowed:\n- {{id: it, pay: {quoted(amount)}}}\n"


def quoted(text: str) -> str:
    return '"' + text + '"'


def known(**texts: object) -> dict[str, Any]:
    """Facts in the engine's form, from their texts."""
    return read_facts(
        {name: str(text) if not isinstance(text, list | bool) else text for name, text in texts.items()}, VOCABULARY
    ).values


def day(text: str) -> int:
    return days.parse(text)


# -- what each reading says


@dataclass
class Said:
    """What one reading says on some facts, in a form that two readings share."""

    ending: str  # the outcome's word; or contradiction, conflict, missing
    row: Row | None = None
    refund: Any = None
    lines: dict[str, Any] = field(default_factory=dict)
    extras: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    lacks: frozenset[str] = frozenset()
    working: Working | None = None


def exact(value: Any) -> Any:
    """Numbers as fractions, so that (2, 4), 1/2 and Fraction(1, 2) are one value; never a float."""
    value = plain(value)
    if isinstance(value, Unknown) or value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, tuple):
        top, bottom = value
        assert type(top) is int and type(bottom) is int, value
        return Fraction(top, bottom)
    assert isinstance(value, int | Fraction), f"{value!r} is a {type(value).__name__}"
    return Fraction(value)


def programs(made: Library, rule: Rule, version: Version, values: Mapping[str, Any]) -> Said:
    """What the emitted program says."""
    try:
        working = compiled.run(made, rule, version, values)
    except KeyError:
        return Said("missing")
    except Contradiction:
        return Said("contradiction")
    except Conflict as error:
        return Said("conflict", extras={"rows": error.rows})
    decision = working.decision()
    return Said(
        decision.outcome, decision.row, exact(decision.refund), {k: exact(v) for k, v in decision.lines.items()},
        {k: exact(v) for k, v in decision.extras.items()}, {k: exact(v) for k, v in working.answers.items()}, working=working,
    )  # fmt: skip


def interpreters(made: Library, version: Version, values: Mapping[str, Any]) -> Said:
    """What the interpreter says."""
    reader = Interpreter(version, values, made.setting, made.vocabulary)
    try:
        decision: Decision = reader.decide()
    except Undetermined as gap:
        return Said("missing", lacks=gap.lacks)
    except Contradiction:
        return Said("contradiction")
    except Conflict as error:
        return Said("conflict", extras={"rows": error.rows})
    answers = {} if decision.outcome == "out-of-scope" else reader.answers()
    return Said(
        decision.outcome, decision.row, exact(decision.refund), {k: exact(v) for k, v in decision.lines.items()},
        {k: exact(v) for k, v in decision.extras.items()}, {k: exact(v) for k, v in answers.items()},
    )  # fmt: skip


# -- what must hold between readings, and between knowing less and knowing more


def agreed(made: Library, rule: Rule, version: Version, values: Mapping[str, Any]) -> Said:
    """What the program says, after making sure that the interpreter says the same; `missing` if it misses a fact."""
    program = programs(made, rule, version, values)
    interpreter = interpreters(made, version, values)
    if program.ending == "missing":
        assert interpreter.lacks <= unknown_facts(version, values), f"lacks what is known: {interpreter.lacks}"
        return program
    assert (program.ending, _id(program.row)) == (interpreter.ending, _id(interpreter.row))
    assert program.row is interpreter.row
    assert (program.refund, program.lines, program.extras) == (
        interpreter.refund,
        interpreter.lines,
        interpreter.extras,
    )
    if program.ending == "out-of-scope":
        return program
    for name, answer in interpreter.answers.items():
        found = program.answers.get(name)
        if found is None and answer is not None and not isinstance(answer, Unknown):
            found = exact(compiled.known_answers(made, version, values).get(name))  # known without the missing fact
        assert (found is None and isinstance(answer, Unknown)) or found == answer, name
    assert set(program.answers) <= set(interpreter.answers)
    return program


def _id(row: Row | None) -> str:
    return row.id if row is not None else "no row"


def unknown_facts(version: Version, values: Mapping[str, Any]) -> set[str]:
    return set(VOCABULARY.facts) - set(values)


def deep(version: Version, expr: Expr, seen: frozenset[Any] = frozenset()) -> Iterator[Expr]:
    """An expression's nodes and those of all the names that it uses."""
    rows = {(part.name, name): inner for part in version.parts for name, inner in (*part.lets, *part.columns)}
    for node in expr.walk():
        yield node
        key = node.value
        inner = (
            version.named().get(key)
            if node.op == "let"
            else rows.get(key)
            if node.op in ("rowlet", "column", "so_far")
            else None
        )
        if inner is not None and key not in seen:
            yield from deep(version, inner, seen | {key})


def settled_otherwise(rule: Rule) -> set[str]:
    """Facts of which learning more may do more than narrow: presumed ones, the better of two measures, a date that the day of the question stands in for."""
    found = {fact.id for fact in VOCABULARY.facts.values() if fact.presumed is not None}
    found |= set(rule.selected_by[:-1])  # for which the next date stands in
    for version in rule.versions:
        found |= {presumption.fact for presumption in version.presume}
        for top in version.expressions():
            for node in deep(version, top):
                if node.op == "else":
                    found |= {e.value for e in deep(version, node.args[0]) if e.op == "fact"}
    return found


def range_of(e: Entitlement) -> tuple[int, int] | None:
    """What may be owed; None where the facts contradict each other, or nothing is ever owed."""
    if e.answer == "depends":
        return e.between
    return (e.refund or 0, e.refund or 0)


def only_narrows(less: Entitlement, more: Entitlement) -> None:
    """Knowing more never leaves the range, never unsettles what was settled, and never takes back an answer."""
    before, after = range_of(less), range_of(more)
    if more.answer == "depends" and more.between is None:
        return  # with what was learnt the facts contradict each other, or there are only days and figures
    if less.answer == "depends":
        if before is not None and after is not None:
            assert before[0] <= after[0] <= after[1] <= before[1], f"{after} is not within {before}"
        return
    nothing = ("does-not-apply", "owes-nothing")
    assert more.answer == less.answer or (less.answer in nothing and more.answer in nothing), (
        f"{less.answer}, then {more.answer}"
    )
    assert less.refund == more.refund or less.answer in nothing, f"{less.refund}, then {more.refund}"
    for name, answer in less.answers.items():
        found = more.answers.get(name)
        assert None in (answer, found) or exact(found) == exact(answer), f"{name} was {answer}, then {found}"


def asked(
    made: Library, rule: Rule, values: Mapping[str, Any], currency: str | None, asked_on: str = "2026-03-01"
) -> Entitlement:
    """What the assessment says of the rule on values in the engine's form."""
    facts = Facts(dict(values), currency, dict.fromkeys(values, ""), VOCABULARY)
    return assess(made, facts, rule=rule.id, asked_on=day(asked_on)).entitlements[0]


def indented(text: str, by: int = 2) -> str:
    return indent(dedent(text), " " * by)
