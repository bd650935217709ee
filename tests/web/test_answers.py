"""Answers travel in the address: their order, what is left out, what is too much."""

from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recourse import facts
from recourse.web import answers
from recourse.web.answers import NOT_KNOWN, RESERVED, Answers, TooLong

FACTS = facts.vocabulary().facts
BOTH = Answers((("learner_place", "DE"), ("paid", "84.99 EUR"), ("cause", NOT_KNOWN)), "udemy")


def read(query: str) -> Answers:
    return answers.read(parse_qsl(query, keep_blank_values=True), FACTS)


def test_no_fact_has_a_name_that_the_address_needs() -> None:
    assert not RESERVED & set(FACTS)
    assert not [name for name in FACTS if name.partition(".")[0] == "v"]


def test_an_address_is_read_back_as_it_was_written() -> None:
    assert read(BOTH.query()) == BOTH


@given(st.dictionaries(st.sampled_from(sorted(FACTS)), st.text(min_size=1, max_size=20), max_size=8))
def test_every_text_survives_the_address(given_: dict[str, str]) -> None:
    kept = {name: text.strip() for name, text in given_.items() if text.strip()}
    assert dict(read(Answers(tuple(given_.items())).query()).given) == kept


def test_the_order_of_the_questions_is_kept() -> None:
    assert read("paid=1+EUR&learner_place=DE").names == ("paid", "learner_place")


def test_i_do_not_know_is_an_answer_and_no_fact() -> None:
    assert BOTH.unknown == ("cause",)
    assert BOTH.known == {"learner_place": "DE", "paid": "84.99 EUR"}
    assert BOTH.get("cause") is None


def test_what_cannot_be_said_more_exactly_is_kept_and_not_asked_again() -> None:
    settled = BOTH.settle("learner_place")
    assert settled.get("learner_place") == "DE"
    assert set(settled.closed) == {"cause", "learner_place"}
    assert read(settled.query()) == settled
    assert read("settled=paid,learner_place&learner_place=DE").settled == ("learner_place",)


def test_a_changed_answer_keeps_its_place() -> None:
    changed = BOTH.with_("learner_place", "FR")
    assert changed.names == BOTH.names
    assert changed.get("learner_place") == "FR"


def test_back_goes_to_the_question_before() -> None:
    assert BOTH.before("paid") == "learner_place"
    assert BOTH.before("learner_place") is None
    assert BOTH.before("kind") == "cause"


def test_names_that_nobody_knows_and_empty_answers_are_left_out() -> None:
    assert read("nonsense=1&paid=&learner_place=DE&learner_place=FR") == Answers((("learner_place", "DE"),))


@pytest.mark.parametrize("query", ["product_line=" + "x" * 700, "&".join(f"v.{n}=" + "x" * 90 for n in range(90))])
def test_more_than_an_interview_can_hold_is_refused(query: str) -> None:
    with pytest.raises(TooLong):
        read(query)
