"""No operation of the language is without a reader, a lowering, words in both languages, and a worked example."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from constructs import CONSTRUCTS, Construct, body, given
from evaluator import READ, STATEMENTS, Machine
from making import HEAD, VOCABULARY, a_library, a_rule, everything, exact, programs
from strategies import RATES

from recourse.library import Library
from recourse.rules import ir, lower, nouns, readers, tree
from recourse.rules.emit import python, running
from recourse.rules.reading import rule_words
from recourse.rules.tree import Expr, Rule, Version
from recourse.rules.words import Speech
from several import each

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def made(one: Construct) -> tuple[Library, Rule, ir.Program]:
    return _made(CONSTRUCTS.index(one))


@cache
def _made(number: int) -> tuple[Library, Rule, ir.Program]:
    one = CONSTRUCTS[number]
    library, rule = a_rule(body(one), rates=RATES)
    return library, rule, lower.lower(rule.versions[0], VOCABULARY, library.setting)


def operations(version: Version) -> set[str]:
    return {node.op for top in version.expressions() for node in top.walk()}


def nodes(program: ir.Program) -> Iterator[Any]:
    """Every statement and every expression of a program."""

    def of(statements: Any) -> Iterator[Any]:
        for statement in statements:
            yield statement
            for slot in type(statement).__dataclass_fields__:
                value = getattr(statement, slot)
                if isinstance(value, ir.I):
                    yield from value.walk()
                elif isinstance(value, list):
                    yield from of(value)
                elif slot == "columns":
                    for _, column in value:
                        yield from column.walk()

    yield from of(program.body)


# -- the tree


def test_every_operation_has_a_worked_example_that_really_holds_it() -> None:
    def held(op: str) -> None:
        shown = [one for one in CONSTRUCTS if one.op == op]
        assert shown, f"no construct in tests/rules/constructs.py shows “{op}”"
        assert any(op in operations(made(one)[1].versions[0]) for one in shown)

    each(sorted(tree.OPS), held)


def test_every_operation_is_shown_and_read_by_the_interpreter_and_nothing_else_is() -> None:
    assert {one.op for one in CONSTRUCTS} == set(tree.OPS)
    assert set(readers.READ) == set(tree.OPS)


def test_every_example_is_lowered_emitted_and_evaluated_to_one_value() -> None:
    each(CONSTRUCTS, comes_to_one_value)


def comes_to_one_value(one: Construct) -> None:
    library, rule, program = made(one)
    facts = given(one)
    (found,) = programs(library, rule, rule.versions[0], facts).answers.values()
    machine = Machine(program, rule.versions[0], library.setting, facts)
    machine.run()
    (slot,) = [
        s
        for s in program.slots
        if isinstance(s.node, tuple) and s.node[0] in ("output", "let") and s.node[1] in _answers(rule)
    ]
    bottom = machine.names.get(slot.bottom, 1) if isinstance(slot.bottom, str) else slot.bottom
    value = machine.names[slot.top]
    assert exact(value if isinstance(value, bool) else (value, bottom)) == found == exact(one.value)


def _answers(rule: Rule) -> set[str]:
    version = rule.versions[0]
    return {name for name, _ in (*version.dates, *version.outputs)}


# -- words


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_example_can_be_said(lang: str) -> None:
    each(CONSTRUCTS, lambda one: can_be_said(one, lang))


def can_be_said(one: Construct, lang: str) -> None:
    library, rule, _ = made(one)
    version = rule.versions[0]
    speech = Speech(lang, VOCABULARY, library.labels, library.setting, version)
    ((_, expr),) = (*version.dates, *version.outputs)
    for said in (
        speech.noun(expr),
        *([speech.clause(expr), speech.clause(expr, holds=False)] if expr.type == tree.YESNO else []),
    ):
        assert said.strip()
        assert "_" not in said, f"an id instead of words: {said}"
        assert not re.search(r"[{}<>]|Expr\(|None|Fraction", said), said
        assert said.count("(") == said.count(")"), said
        assert said.count("（") == said.count("）"), said
        if lang == "zh" and any(node.op not in ("lit", "add", "div") for node in expr.walk()):  # figures are figures
            assert CHINESE.search(said), said


def test_every_operation_has_words_of_its_own() -> None:
    assert not [op for op in tree.OPS if op not in nouns.NOUNS and op not in inspect.getsource(nouns)]


def test_a_condition_turned_round_says_the_opposite() -> None:
    library, rule = a_rule(
        "owed: [{id: a, if: service_used and lessons_taken < 3 or cause is seller, pay: paid}, {id: b, nothing: no}]"
    )
    version = rule.versions[0]
    condition = version.owed[0].when
    assert condition is not None
    for lang in ("en", "zh"):
        speech = Speech(lang, VOCABULARY, library.labels, library.setting, version)
        assert speech.clause(condition) != speech.clause(condition, holds=False)
        assert speech.clause(condition, holds=False) == speech.clause(Expr("not", (condition,)))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_rule_of_the_library_can_be_read_aloud(lang: str) -> None:
    library = everything()
    for rule in library.rules.values():
        for version in rule.versions:
            for section in rule_words(library, version, lang):
                for line in section["lines"]:
                    assert line["text"].strip(), rule.id
                    assert not re.search(r"\bNone\b|Expr\(|\{\w*\}", line["text"]), f"{rule.id}: {line['text']}"


# -- outcomes


OUTCOMES = {
    "pay": "pay: paid", "keep": "keep: {fee: 1 EUR}", "credit": "credit: paid", "exchange": "exchange: yes", "see": "see: other", "ask": "ask: seller",
    "discretion": "discretion: {at_most: paid}", "lost": "lost: late", "nothing": "nothing: no", "silent": "silent: no row", "excluded": "excluded: outside",
}  # fmt: skip


def test_every_outcome_has_its_example() -> None:
    from recourse.rules import document  # noqa: PLC0415

    assert set(OUTCOMES) == set(document.OUTCOMES)


@pytest.mark.parametrize("outcome", sorted(OUTCOMES))
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_outcome_is_decided_and_told(outcome: str, lang: str) -> None:
    from recourse.assess import assess  # noqa: PLC0415
    from recourse.facts import read_facts  # noqa: PLC0415

    other = HEAD.replace("small", "other") + "owed: [{id: a, pay: paid}]\n"
    text = (
        HEAD + f"exceptions: [{{id: x, if: service_used, {OUTCOMES[outcome]}}}]\nowed: [{{id: a, pay: 1/2 of paid}}]\n"
    )
    library = a_library(text, other)
    facts = read_facts({"learner_place": "AT", "paid": "8.00 EUR", "service_used": True}, VOCABULARY)
    found = assess(library, facts, rule="small", asked_on=739_000).to_json(lang)["entitlements"][0]
    assert found["clause"] == "x"
    assert found["steps"]
    assert all(step["text"].strip() for step in found["steps"])


# -- the integer form


def exercised() -> tuple[set[str], set[type]]:
    """Operations and statements of the integer form that the worked examples come to."""
    programs_ = [made(one)[2] for one in CONSTRUCTS]
    library = a_library(HEAD + EVERYTHING)
    programs_.append(lower.lower(library.rules["small"].versions[0], VOCABULARY, library.setting))
    found = [node for program in programs_ for node in nodes(program)]
    return {n.op for n in found if isinstance(n, ir.I)}, {type(n) for n in found if not isinstance(n, ir.I)}


# What no single expression needs: scope, exceptions that clash, a presumption that is worked out.
EVERYTHING = """applies: learner_place in AT
presume: {price: 2 * paid}
let: {begun_on: 3 days after concluded_on}
exceptions:
- {id: x, if: service_used, pay: 1/2 of price}
- {id: y, if: supply_begun, nothing: begun}
dates: {window_ends_on: 14 days after begun_on}
owed:
- {id: b, if: requested_on > begun_on, pay: lessons_taken / (lessons_total - lessons_gift) * price}
- {id: c, if: requested_on > window_ends_on, nothing: late}
- {id: a, keep: {fee: 1 EUR}}
"""


def test_every_operation_and_statement_of_the_integer_form_is_evaluated_printed_and_exercised() -> None:
    operations_, statements = exercised()
    emitter = inspect.getsource(python) + inspect.getsource(running)

    def known(op: str) -> None:
        assert op in READ
        assert op in operations_, f"no worked example comes to “{op}”"
        assert f'"{op}"' in emitter, f"the Python emitter does not know “{op}”"

    each(sorted(ir.OPS), known)
    assert not set(STATEMENTS) - statements, "no worked example comes to these"
