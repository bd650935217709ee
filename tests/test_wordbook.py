"""A fact is found by what people call it, in either language, and is shown whole."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from recourse import library, wordbook
from recourse.bilingual import Words
from recourse.cli import app
from recourse.facts import Vocabulary, load
from recourse.problems import Problem

RUN = CliRunner()
LOADED = library.load()


def found(asked: str) -> list[str]:
    labels = LOADED.labels["choices"]
    return [fact.id for fact in wordbook.search(LOADED.vocabulary.facts.values(), labels, asked)]


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("lessons_taken", "lessons_taken"),  # its id
        ("Lessons taken", "lessons_taken"),  # its name, in whatever case
        ("app store", "bought_through"),  # the name of a choice
        ("google-play", "bought_through"),  # a choice as it is written
        ("应用商店", "bought_through"),  # the question, in Chinese
        ("办学许可", "seller_kind"),
        ("Korean credit bank", "seller_kind"),  # what a choice means
    ],
)
def test_a_fact_is_found_by_its_names_choices_and_meaning(asked: str, first: str) -> None:
    assert found(asked)[0] == first


def test_every_word_has_to_stand_somewhere() -> None:
    assert "bought_through" in found("store")
    assert found("store xyzzy") == []
    assert found("  ") == []


def test_every_choice_of_the_vocabulary_has_a_name_in_both_languages() -> None:
    labels = LOADED.labels["choices"]
    nameless = [
        f"{fact.id}: {one.word}"
        for fact in LOADED.vocabulary.facts.values()
        for one in wordbook.choices(fact, labels)
        if one.name == Words(one.word, one.word)
    ]
    assert not nameless


def test_a_fact_is_shown_whole() -> None:
    shown = RUN.invoke(app, ["facts", "kind"]).output
    fact = LOADED.vocabulary.facts["kind"]
    for one in wordbook.choices(fact, LOADED.labels["choices"]):
        assert one.word in shown
        assert one.name.en in shown
        assert one.means is None or one.means.en in shown
    chinese = RUN.invoke(app, ["facts", "separate_parts_supplied_price", "--lang", "zh"]).output
    for words in ("带货币的金额", "合同", "无"):
        assert words in chinese


def test_a_bound_is_told_in_the_words_of_the_type() -> None:
    facts = LOADED.vocabulary.facts
    assert wordbook.kind(facts["lessons_taken"]).en == "a whole number of lessons, at most 100,000"
    assert "at most 100,000,000,000.00" in wordbook.kind(facts["paid"]).en
    assert wordbook.kind(facts["month_prices"]).en.startswith("a list, each entry an amount")


def test_programs_get_the_same() -> None:
    (data,) = json.loads(RUN.invoke(app, ["facts", "app", "store", "--json"]).output)
    assert data["id"] == "bought_through"
    assert data["choices_mean"][0]["name"] == {"en": "On the platform’s own website", "zh": "平台官网"}


def test_a_word_that_is_nowhere_says_what_is_near() -> None:
    with pytest.raises(Problem, match="Near: lessons_taken"):
        RUN.invoke(app, ["facts", "lessons_takn"], catch_exceptions=False)


def test_a_meaning_of_no_choice_is_refused() -> None:
    entry = "{type: choice, name: {en: a, zh: a}, meaning: {en: a, zh: a}, ask: {en: a, zh: a}, known_by: record, choices: [one, two], means: {tow: {en: 2, zh: 2}}}"

    def made(text: str) -> Vocabulary:
        return load(
            f"because: {{}}\ngroups: {{g: {{en: g, zh: g}}}}\nfacts: {{g: {{f: {text}}}}}\nexpectations: {{}}\nconsistency: []\n"
        )

    with pytest.raises(Problem, match="“tow” is none of the choices"):
        made(entry)
    assert made(entry.replace("tow", "two")).facts["f"].means == {"two": Words("2", "2")}
