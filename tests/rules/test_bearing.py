"""What an open question bears on: where it is some dates alone, all else is the same under the other reading."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import VOCABULARY, everything
from strategies import examples, facts_near

from recourse.rules.bearing import bears_on
from recourse.rules.interpret import Interpreter
from recourse.rules.stops import Conflict, Contradiction, Undetermined

LIBRARY = everything()
ALONE = [
    (rule.id, number, one.name)
    for rule in LIBRARY.rules.values()
    for number, version in enumerate(rule.versions)
    for one in version.opens
    if bears_on(version, one.name) is not None
]


def test_a_question_about_the_day_to_pay_bears_on_it_alone() -> None:
    (*_, version) = LIBRARY.rules["eu-crd-withdrawal"].versions
    assert bears_on(version, "day_to_pay_moves") == {"pay_by"}
    assert bears_on(version, "silence_on_function_extends") is None
    assert bears_on(version, "live_leisure_class_counts") is None


def read(version: Any, facts: dict[str, Any], readings: dict[str, bool]) -> tuple[Any, dict[str, Any]]:
    reader = Interpreter(version, facts, LIBRARY.setting, VOCABULARY, readings=readings)
    try:
        found = reader.decide()
        return (found.outcome, found.row and found.row.id, found.refund), dict(reader.answers())
    except (Undetermined, Contradiction, Conflict) as stop:
        return type(stop), {}


@pytest.mark.parametrize(("rule_id", "number", "question"), ALONE)
@examples(5)
@given(data=st.data())
def test_all_else_is_the_same_under_the_other_reading(
    rule_id: str, number: int, question: str, data: st.DataObject
) -> None:
    rule = LIBRARY.rules[rule_id]
    version = rule.versions[number]
    facts = data.draw(facts_near(rule, version, LIBRARY.setting, missing=data.draw(st.sampled_from([0, 10]))))
    taken = next(one.taken for one in version.opens if one.name == question)
    ours, theirs = (read(version, facts, {question: way}) for way in (taken, not taken))
    assert ours[0] == theirs[0]
    alone = bears_on(version, question)
    assert alone is not None
    assert {k: v for k, v in ours[1].items() if k not in alone} == {
        k: v for k, v in theirs[1].items() if k not in alone
    }
