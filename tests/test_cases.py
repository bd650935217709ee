"""The worked cases: every expected key must come out exactly, and a wrong or broken case is told, never passed over."""

from __future__ import annotations

from pathlib import Path

import pytest
from making import HEAD, a_library

from recourse.cases import Difference, Result, result_json, run, summary
from recourse.library import Library
from recourse.problems import Problem
from worked import FILES, OTHERWISE, Case


@pytest.fixture(scope="module")
def results(product: Library) -> dict[str, Result]:
    return {
        result.id: result
        for path in FILES
        for result in run(product, path.read_text("utf-8"), path.name, asked_on=OTHERWISE)
    }


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_case_that_is_certain_passes(path: Path, product: Library) -> None:
    wrong = [
        result
        for result in run(product, path.read_text("utf-8"), path.name, asked_on=OTHERWISE)
        if result.certain and not result.passed
    ]
    assert not wrong, "\n".join(_told(result) for result in wrong)


def test_a_case_that_is_not_certain_passes_or_its_rule_says_what_is_open(results: dict[str, Result]) -> None:
    for result in results.values():
        if not result.certain and not result.passed:
            assert result.entitlement is not None, _told(result)
            version = result.entitlement.version
            assert version is not None, _told(result)
            assert version.opens or version.not_encoded, f"{_told(result)}\nand the rule names no doubt"


def _told(result: Result) -> str:
    lines = [f"{d.key}: expected {d.expected}, found {d.found}" for d in result.differences] + (
        [str(result.problem)] if result.problem else []
    )
    return f"{result.id}: " + "; ".join(lines)


def test_every_case_is_run(results: dict[str, Result], cases: list[Case]) -> None:
    assert set(results) == {case.id for case in cases}
    assert len(cases) == len(results), "two cases have one id"
    assert len(cases) >= 250


def test_what_was_found_can_be_written_down(results: dict[str, Result]) -> None:
    for result in results.values():
        written = result_json(result)
        assert (written["id"], written["certain"], written["passed"], written["problem"]) == (
            result.id,
            result.certain,
            result.passed,
            None,
        )


# -- the runner itself

RULE = (
    HEAD
    + "dates: {window_ends_on: 14 days after paid_on}\nowed:\n- {id: late, if: requested_on > window_ends_on, lost: late}\n- {id: all, keep: {penalty: 10% of paid}}\n"
)
GOOD = """- id: good
  rule: small
  story: In time.
  facts: {learner_place: AT, paid: 10.00 EUR, paid_on: 2026-03-01, requested_on: 2026-03-15}
  expect: {applies: true, refund: 9.00 EUR, penalty: 1.00 EUR, window_ends_on: 2026-03-15}
"""


def ran(text: str, rule: str = RULE) -> list[Result]:
    return list(run(a_library(rule), text, "mine.yaml", asked_on=OTHERWISE))


def test_a_case_passes_when_every_key_is_right() -> None:
    (result,) = ran(GOOD)
    assert (result.id, result.passed, result.certain, result.story) == ("good", True, True, {"en": "In time."})


@pytest.mark.parametrize(
    ("written", "differences"),
    [
        ("{refund: 8.99 EUR}", [Difference("refund", "8.99 EUR", "9.00 EUR")]),
        ("{refund: 8.99 EUR, penalty: 1.00 EUR, window_ends_on: 2026-03-16}", [Difference("refund", "8.99 EUR", "9.00 EUR"), Difference("window_ends_on", "2026-03-16", "2026-03-15")]),
        ("{applies: false}", [Difference("applies", "false", True)]),
        ("{interest: 1.00 EUR}", [Difference("interest", "1.00 EUR", None)]),
        ("{depends_on: [paid]}", [Difference("depends_on", ["paid"], [])]),
        ("{outcome: full}", [Difference("outcome", "full", "partial")]),
        ("{refund: 9.00 EUR, reason: words are for people}", []),
    ],
)  # fmt: skip
def test_every_wrong_key_is_told_with_both_values_and_no_tolerance(written: str, differences: list[Difference]) -> None:
    (result,) = ran(GOOD.partition("  expect:")[0] + f"  expect: {written}\n")
    assert list(result.differences) == differences
    assert result.passed is not bool(differences)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- {id: a, rule: smal, facts: {paid: 1.00 EUR}, expect: {refund: 1.00 EUR}}", "there is no rule “smal”. near: small"),
        ("- {id: a, rule: small, facts: {payd: 1.00 EUR}, expect: {refund: 1.00 EUR}}", "mine.yaml:1:32  payd: there is nothing of this name"),
        ("- {id: a, rule: small, facts: {paid: 1.0 EUR}, expect: {refund: 1.00 EUR}}", "mine.yaml:1:38  paid: EUR has 2 decimals"),
        ("- {id: a, rule: small, facts: {paid: 1.00 EUR}, expect: {refnd: 1.00 EUR}}", "mine.yaml:1:65  “refnd” is no answer of the vocabulary"),
        ("- {id: a, rule: small, facts: {paid: 1.00 EUR}}", "a case needs `expect`"),
        ("- {id: a, rule: small, expect: {refund: 1.00 EUR}}", "a case needs `facts`"),
        ("- {id: a, facts: {paid: 1.00 EUR}, expect: {refund: 1.00 EUR}}", "a case names a rule, or a platform and its clause"),
        ("- {id: a, rule: small, fcts: {}, expect: {}}", "a case has no key “fcts”. near: facts"),
        ("- {id: a, rule: small, asked_on: soon, facts: {paid: 1.00 EUR}, expect: {refund: 1.00 EUR}}", "not a date: 'soon'"),
        ("- {id: a, platform: plat, clause: one, facts: {paid: 1.00 EUR}, expect: {}}", "there is no platform “plat”"),
        ("- {rule: small, facts: {paid: 1.0 EUR}, expect: {}}", "EUR has 2 decimals"),
    ],
)  # fmt: skip
def test_a_broken_case_is_a_failure_of_its_own(text: str, words: str) -> None:
    broken, good = ran(text + "\n" + GOOD)
    assert broken.problem is not None
    assert words in str(broken.problem)
    assert str(broken.problem).startswith("mine.yaml:1:")
    assert (broken.passed, good.passed) == (False, True)
    assert summary([broken, good]) == (1, 1)
    assert result_json(broken)["problem"] == str(broken.problem)


@pytest.mark.parametrize(
    ("text", "words"),
    [("facts: {}", "a file of cases is a list"), ("", "nothing is written here"), ("- [", "not readable as YAML")],
)
def test_a_file_that_is_no_list_of_cases_is_a_problem(text: str, words: str) -> None:
    with pytest.raises(Problem, match=words):
        ran(text)


def test_a_case_that_is_not_certain_is_marked() -> None:
    assert [r.certain for r in ran(GOOD + "  certain: false\n")] == [False]


def test_a_case_is_asked_on_the_day_it_names_or_on_the_day_of_its_request() -> None:
    rule = (
        HEAD
        + "selected_by: paid_on, else asked_on\nversions:\n- {in_force: {until: 2026-03-31}, owed: [{id: a, pay: paid}]}\n- {in_force: {from: 2026-04-01}, owed: [{id: a, nothing: no}]}\n"
    )
    text = "- {id: a, rule: small, facts: {learner_place: AT, paid: 1.00 EUR, requested_on: 2026-03-31}, expect: {refund: 1.00 EUR}}\n"
    assert ran(text, rule)[0].passed
    assert not ran(text.replace("id: a,", "id: a, asked_on: 2026-04-01,"), rule)[0].passed


POLICY = "platform: plat\nname: {en: Plat, zh: 平台}\nclauses:\n- {id: one, title: {en: One, zh: 一}, applies: service_used, owed: [{id: a, nothing: no}]}\n- {id: two, title: {en: Two, zh: 二}, covers: [dos], versions: [{name: y2026, owed: [{id: a, pay: paid}]}]}\n"


@pytest.mark.parametrize(
    ("clause", "used", "differences"),
    [
        ("two", "no", ()),
        ("y2026", "no", ()),
        ("dos", "no", ()),
        ("one", "yes", ()),
        ("one", "no", (Difference("clause", "one", "two"),)),
        ("three", "no", (Difference("clause", "three", "two"),)),
    ],
)
def test_the_clause_that_decides_must_be_the_one_expected(
    clause: str, used: str, differences: tuple[Difference, ...]
) -> None:
    text = f"- {{id: a, platform: plat, clause: {clause}, facts: {{paid: 1.00 EUR, service_used: {used}}}, expect: {{}}}}\n"
    assert ran(text, POLICY)[0].differences == differences


def test_shares_and_truths_are_compared_by_what_they_mean() -> None:
    rule = HEAD + "outputs: {aid_earned_share: 4/100, complaint_in_time: yes, hours_carried: lessons_taken}\n"
    text = "- {id: a, rule: small, facts: {learner_place: AT, lessons_taken: 3}, expect: {aid_earned_share: 4.0%, complaint_in_time: true, hours_carried: 3}}\n"
    assert ran(text, rule)[0].passed
