"""Small rules made from text, decided by every reading, for the tests of the rule language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

from recourse import days, facts, library, source
from recourse.facts import read_facts
from recourse.library import Library
from recourse.problems import Problem, each
from recourse.rules import compiled
from recourse.rules.compiled import Working
from recourse.rules.interpret import Decision, Interpreter
from recourse.rules.stops import Conflict, Contradiction, Undetermined
from recourse.rules.tree import Row, Rule, Version
from recourse.rules.unknown import Unknown, plain

VOCABULARY = facts.vocabulary()
HEAD = "id: small\ntitle: {en: Small, zh: 小}\nplace: AT\nbinds: either\nkind: money-back\n"
SHEETS = {path: path.read_text("utf-8") for path in library.DATA.glob("*.yaml")}  # vocabulary, words, sentences, ...


@cache
def everything() -> Library:
    """The product's own data."""
    return library.load()


def a_library(*files: str, rates: str = "") -> Library:
    """What these files hold, and nothing of the product's own rules. The first file is `rule0.yaml`, and so on."""
    texts = {Path(f"rule{number}.yaml"): text for number, text in enumerate(files)}
    if rates:
        texts[Path("rates.yaml")] = rates
    return library._build({**SHEETS, **texts}, "made by a test")


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
    return read_facts({name: str(text) if not isinstance(text, list | bool) else text for name, text in texts.items()}, VOCABULARY).values


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


def shown(made: Library, values: Mapping[str, Any]) -> str:
    """Facts for the message of a failed comparison."""
    return "\n".join(f"  {name}: {value!r}" for name, value in values.items())


def indented(text: str, by: int = 2) -> str:
    return indent(dedent(text), " " * by)


__all__ = [name for name in globals() if not name.startswith("_")] + ["source"]
