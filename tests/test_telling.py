"""Explanations at speed say, word for word, what the explanation in full says: for all rules, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import VOCABULARY, everything, known
from strategies import examples, facts_near

from recourse.facts import Facts
from recourse.problems import Problem
from recourse.rules.tree import Rule, Version
from recourse.telling import Teller

LIBRARY = everything()
ASKED_ON = known(paid_on="2026-03-01")["paid_on"]
LANGUAGES = ("en", "zh")
NUMBERS = ("money", "count", "share", "date", "period", "instant")  # what another purchase on the same path has otherwise


@st.composite
def purchases(draw: Any, rule: Rule, version: Version) -> list[dict[str, Any]]:
    """A purchase, and others that know the same facts and differ from it in numbers and days only."""
    missing = draw(st.sampled_from([0, 0, 0, 10]))
    first = draw(facts_near(rule, version, LIBRARY.setting, missing=missing))
    found = [first]
    for _ in range(draw(st.integers(1, 3))):
        other = draw(facts_near(rule, version, LIBRARY.setting))
        numbers = {n for n in first if VOCABULARY.facts[n].item_type in NUMBERS and draw(st.booleans())}
        found.append({name: other.get(name, value) if name in numbers else value for name, value in first.items()})
    return found


def said(tell: Callable[[Facts], Any], facts: Facts) -> Any:
    """What is told, or which problem there is."""
    try:
        return tell(facts)
    except Problem as problem:
        return str(problem)


@pytest.mark.parametrize("rule_id", LIBRARY.rules)
@examples(4)
@given(data=st.data())
def test_a_path_told_before_is_told_in_the_words_of_the_full_explanation(rule_id: str, data: st.DataObject) -> None:
    rule = LIBRARY.rules[rule_id]
    version = rule.versions[data.draw(st.integers(0, len(rule.versions) - 1), "version")]
    currency = version.currency or data.draw(st.sampled_from(["EUR", "KRW", "KWD"]), "currency")
    bought = data.draw(purchases(rule, version), "purchases")
    for lang in LANGUAGES:
        teller = Teller(LIBRARY, rule, lang, asked_on=ASKED_ON)
        for values in (*bought, bought[0]):
            facts = Facts(values, currency, dict.fromkeys(values, ""), VOCABULARY)
            assert said(teller.tell, facts) == said(teller.in_full, facts)
