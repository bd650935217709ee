"""The product's vocabulary is whole, speaks both languages, and has not drifted from the one it was made from."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from recourse import facts, packaged, source, vocabulary
from recourse.bilingual import Words
from recourse.problems import Problem
from recourse.vocabulary import Fact
from several import each

VOCABULARY = facts.vocabulary()
TEXT = packaged.text("vocabulary.yaml")
SHARED = Path(__file__).resolve().parents[2] / "shared" / "vocabulary.yaml"

FACTS = tuple(VOCABULARY.facts.values())


def is_chinese(words: Words) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in words.zh)


def test_every_fact_has_name_question_and_meaning_in_both_languages() -> None:
    def worded(fact: Fact) -> None:
        for words in (fact.name, fact.ask, fact.meaning):
            assert is_chinese(words)
            assert not is_chinese(Words("", words.en))
        assert fact.ask.en.endswith("?")
        assert fact.ask.zh.endswith(("？", "?", "）？"))
        assert fact.presumed is None or is_chinese(fact.presumed_because or Words("", ""))

    each(FACTS, worded, lambda fact: fact.id)


def test_every_fact_is_bounded_for_the_engines_arithmetic() -> None:
    def bounded(fact: Fact) -> None:
        assert (fact.at_most is not None) == (fact.item_type in ("money", "count"))
        assert (fact.unit is not None) == (fact.item_type == "count")
        assert bool(fact.choices) == (fact.item_type == "choice")
        assert fact.known_by in ("learner", "institution", "record")
        assert fact.group in VOCABULARY.groups

    each(FACTS, bounded, lambda fact: fact.id)


def test_facts_stand_in_the_order_of_the_file() -> None:
    assert [fact.position for fact in VOCABULARY.facts.values()] == list(range(len(VOCABULARY.facts)))
    assert all(a.id != b.id for a, b in pairwise(VOCABULARY.facts.values()))


def test_every_expectation_has_a_name_and_meaning_in_both_languages() -> None:
    assert all(is_chinese(one.name) and is_chinese(one.meaning) for one in VOCABULARY.expectations.values())


def test_what_is_presumed_is_a_value_of_its_type() -> None:
    presumed = {fact.id: fact.presumed for fact in VOCABULARY.facts.values() if fact.presumed is not None}
    assert presumed["registration_fee"] == 0
    assert presumed["withdrawal_information_given"] is False
    assert presumed["trial_days"] == 0


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("type: place", "type: plaice", "'plaice' is not a type"),
        ("      known_by: learner", "      knwon_by: learner", "knwon_by is not a key of a fact"),
        ("{earlier: starts_on,", "{earlier: starts_om,", "starts_om: there is nothing of this name"),
        ("{length: refund_table_shares,", "{lenght: refund_table_shares,", "not a check"),
        ("presumed_because: part-not-named", "presumed_because: no-such-reason", "no-such-reason"),
        ("      at_most: 100000\n", "      at_most: many\n", "at_most is a whole number"),
    ],
)
def test_a_slip_in_the_vocabulary_is_told_with_its_place(before: str, after: str, message: str) -> None:
    assert before in TEXT
    with pytest.raises(Problem, match=message) as raised:
        vocabulary.load(TEXT.replace(before, after, 1), "vocabulary.yaml")
    assert "vocabulary.yaml:" in str(raised.value)


@pytest.mark.skipif(not SHARED.exists(), reason="the vocabulary that this one was made from is not here")
def test_nothing_has_drifted_from_the_shared_vocabulary() -> None:
    shared: Any = source.plain(source.read(SHARED.read_text(encoding="utf-8"), "shared"))
    ours: Any = source.plain(source.read(TEXT, "ours"))
    theirs = {name: entry for group in shared["facts"].values() for name, entry in group.items()}
    assert {name for group in ours["facts"].values() for name in group} >= set(theirs)
    for name, entry in theirs.items():
        mine = ours["facts"][VOCABULARY.facts[name].group][name]
        known = {
            key: value for key, value in mine.items() if key not in ("says", "means")
        }  # ours alone: how a choice is told
        assert {**known, **same_shape(mine, ours)} == entry, name
    for name, entry in shared["expectations"].items():
        mine = ours["expectations"][name]
        more = {"choices": mine["choices"]} if set(mine.get("choices", ())) > set(entry.get("choices", ())) else {}
        assert {**entry, "meaning": mine["meaning"], "name": mine["name"], **more} == mine
        assert mine["meaning"]["en"].startswith(entry["meaning"])


def same_shape(mine: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    """Our entry as the shared file writes it: meaning and reason in English only, the reason at the fact itself."""
    shape: dict[str, Any] = {"meaning": mine["meaning"]["en"]}
    if "presumed_because" in mine:
        shape["presumed_because"] = ours["because"][mine["presumed_because"]]["en"]
    return shape


def test_a_yes_or_no_can_be_told_as_a_clause_either_way() -> None:
    def told(fact: Fact) -> None:
        assert fact.says is not None
        no, yes = fact.says
        for lang in ("en", "zh"):
            assert yes.of(lang) != no.of(lang)
            assert not yes.of(lang).endswith((".", "。"))

    each([fact for fact in FACTS if fact.type == "yesno"], told, lambda fact: fact.id)
