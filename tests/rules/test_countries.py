"""Two places in one country: compared in both readings, not known while one of them is not, and said in plain words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import a_rule, interpreters, known, programs, refused

from recourse import places
from recourse.rules.check import check_rule
from recourse.rules.reading import rule_words

MADE, RULE = a_rule(
    "owed:\n- {id: abroad, if: seller_place not in country of learner_place, pay: paid, cite: art. 1}\n"
    "- {id: at-home, nothing: {en: The seller is here., zh: 商家就在本地。}, cite: art. 2}\n"
)
PLACES = [
    code
    for code in ("AT", "DE", "DE-BY", "US", "US-CA", "US-NY", "CN", "HK", "GB", "GB-SCT", "TW-TPE")
    if places.is_place(code)
]


@given(st.sampled_from(PLACES), st.sampled_from(PLACES))
def test_only_the_country_counts(seller: str, learner: str) -> None:
    facts = known(paid="5.00 EUR", seller_place=seller, learner_place=learner)
    expected = "nothing" if seller.partition("-")[0] == learner.partition("-")[0] else "pay"
    for said in (programs(MADE, RULE, RULE.versions[0], facts), interpreters(MADE, RULE.versions[0], facts)):
        assert said.ending == expected


def test_it_is_said_in_plain_words() -> None:
    told = {lang: str(rule_words(MADE, RULE.versions[0], lang)) for lang in ("en", "zh")}
    assert "seller's place and learner's place are in different countries" in told["en"]
    assert "不在同一国家或地区" in told["zh"]


def test_the_check_sees_no_row_that_is_never_reached() -> None:
    assert [one.message for one in check_rule(RULE) if "reached" in one.message] == []


@pytest.mark.parametrize("other", ["paid", "cause", "requested_on"])
def test_only_places_have_a_country(other: str) -> None:
    (told,) = refused(f"owed: [{{id: a, if: seller_place in country of {other}, pay: paid}}, {{id: b, nothing: no}}]")
    assert "`in country of` needs place, not" in told
