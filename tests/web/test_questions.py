"""Every fact of the vocabulary can be asked, answered, read by the engine, and filled in again."""

from collections.abc import Callable

import pytest
from django.utils import translation

from recourse import facts
from recourse.facts import Fact
from recourse.web import engine, questions, shown
from recourse.web.fields import Around, Option
from recourse.web.typed import Wrong
from several import each

VOCABULARY = facts.vocabulary()
FACTS = tuple(VOCABULARY.facts.values())
AROUND = Around("EUR", "DE", (Option("DE", "Germany"), Option("US-CA", "California")))

# What a person types into the parts of each type, and the text that comes of it.
TYPED = {
    "yesno": ({"v": "true"}, "true"),
    "place": ({"v": "US-CA"}, "US-CA"),
    "date": ({"v.day": "7", "v.month": "3", "v.year": "2026"}, "2026-03-07"),
    "instant": (
        {"v.day": "7", "v.month": "3", "v.year": "2026", "v.time": "21:05", "v.zone": "Europe/Berlin"},
        "2026-03-07T21:05+01:00",
    ),
    "money": ({"v.amount": "1250,50", "v.currency": "EUR"}, "1250.50 EUR"),
    "count": ({"v": "12"}, "12"),
    "share": ({"v": "20"}, "20%"),
    "text": ({"v": "full-stack"}, "full-stack"),
    "list-of-count": ({"v": "8\n9"}, "8, 9"),
    "list-of-money": ({"v.rows": "10\n12", "v.currency": "EUR"}, "10.00 EUR, 12.00 EUR"),
    "list-of-date": ({"v": "2026-03-07\n2026-06-07"}, "2026-03-07, 2026-06-07"),
    "list-of-period": ({"v": "2026-12-21 to 2027-01-04"}, "2026-12-21/2027-01-04"),
    "list-of-share": ({"v": "90\n50\n20\n0"}, "90%, 50%, 20%, 0%"),
}


def example(fact: Fact) -> tuple[dict[str, str], str]:
    return ({"v": fact.choices[0]}, fact.choices[0]) if fact.type == "choice" else TYPED[fact.type]


def of_each_fact(check: Callable[[Fact], None]) -> None:
    each(FACTS, check, lambda fact: fact.id)


def test_every_fact_can_be_answered_and_the_engine_reads_it() -> None:
    @of_each_fact
    def _(fact: Fact) -> None:
        typed_in, text = example(fact)
        assert questions.read(fact, typed_in, AROUND) == text
        source: object = text.split(", ") if fact.is_list else text
        read = facts.read_facts({fact.id: source}, VOCABULARY)
        assert list(read.values) == [fact.id]


def test_every_answer_fills_its_question_again() -> None:
    @of_each_fact
    def _(fact: Fact) -> None:
        _, text = example(fact)
        filled = {one.name: one.value for one in questions.question(fact, AROUND, text).fields}
        if fact.type == "instant":
            filled["v.zone"] = "Europe/Berlin"
        assert questions.read(fact, filled, AROUND) == text


def test_nothing_typed_is_an_error_at_a_field() -> None:
    @of_each_fact
    def _(fact: Fact) -> None:
        with pytest.raises(Wrong) as wrong:
            questions.read(fact, {}, Around(places=AROUND.places))
        question = questions.question(fact, AROUND).as_typed({}).wrong([wrong.value])
        (target, message), *_ = question.errors
        assert message
        assert target in {one.target for one in question.fields}


def test_no_answer_is_chosen_for_the_person() -> None:
    for fact in FACTS:
        for one in questions.question(fact, Around(places=AROUND.places)).fields:
            assert one.value == ""


def test_the_currency_in_use_is_the_one_thing_filled_in() -> None:
    question = questions.question(VOCABULARY.facts["paid"], AROUND)
    assert [one.value for one in question.fields] == ["", "EUR"]


def test_a_date_is_asked_in_the_order_of_the_language() -> None:
    fact = VOCABULARY.facts["concluded_on"]
    assert [one.part for one in questions.question(fact, AROUND).fields] == ["day", "month", "year"]
    with translation.override("zh-hans"):
        assert [one.part for one in questions.question(fact, AROUND).fields] == ["year", "month", "day"]


def test_every_choice_has_words_in_both_languages() -> None:
    def different(fact: Fact) -> None:
        for lang in ("en", "zh"):
            words = [engine.said("choices", fact.id, choice, lang=lang) for choice in fact.choices]
            assert all(words)
            assert len(set(words)) == len(words)

    each([fact for fact in FACTS if fact.choices], different, lambda fact: fact.id)


def test_every_further_answer_has_a_name() -> None:
    def named(name: str) -> None:
        assert engine.said("answers", name, lang="en")
        assert engine.said("answers", name, lang="zh")

    each(sorted(set(VOCABULARY.expectations) - set(shown.TOLD)), named)
