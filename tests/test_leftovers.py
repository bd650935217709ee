"""Nothing that a person reads is left in the language of the data: no empty reason, no English word in a Chinese page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from recourse import days, guide, rights
from recourse.assess import assess
from recourse.facts import read_facts
from recourse.library import Library, load
from recourse.rules.check import check_library
from recourse.rules.reading import rule_words
from recourse.rules.tree import Version

LIBRARY = load()
DAY = days.parse("2026-11-22")
# Keys that hold ids, addresses, names of sources and original words, which are the same in every language.
SAME = {
    "id", "rule", "title", "source", "site", "at", "key", "address", "apply", "cite", "place", "kind", "binds", "stage",
    "version", "in_force", "languages", "by",
}  # fmt: skip
FOREIGN = re.compile(
    "“[A-ZÀ-Ý][^”]*”|“[^”]*”（|（[^）]*）|[(][a-z][)]"
)  # a name in quotes, words with a translation, brackets
AS_ENTERED = {"italki", "iOS", "coloso", "global", "then"}  # names, and a word that a doubt is about
LETTER = "A-Za-zÀ-ÖØ-öø-ÿ"
WORDS = re.compile(f"(?<![{LETTER}])[a-zà-öø-ÿ][{LETTER}_'-]*(?: [{LETTER}_'-]+)*")


def texts(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        for key, one in found.items():
            if key not in SAME:
                yield from texts(one)
    elif isinstance(found, list):
        for one in found:
            yield from texts(one)
    elif isinstance(found, str):
        yield found


def left_over(text: str) -> list[str]:
    """Words that begin in lower case: in a Chinese text names and abbreviations begin with a capital."""
    return WORDS.findall(FOREIGN.sub("", text))


def entered(version: Version) -> set[str]:
    """The texts that a version asks for: a person enters them as they are."""
    nodes = [node for top in version.expressions() for node in top.walk()]
    asked = {word for node in nodes if node.op == "is" and node.args[0].type.kind == "text" for word in node.value}
    return asked | {node.value for node in nodes if node.op == "lit" and node.type.kind == "text"}


def test_the_sieve_lets_an_english_word_not_pass() -> None:
    assert left_over("“服务种类”为none") == ["none"]
    assert left_over("付款渠道为Google Play，CPF账户，先“renoncer au contrat ici”（在此放弃合同）") == []


@pytest.mark.parametrize("place", rights.covered(LIBRARY))
def test_what_a_place_says_in_chinese_has_no_english_word_in_it(place: str) -> None:
    told = guide.rights_json(rights.rights(LIBRARY, place, DAY), LIBRARY, "zh")
    assert {text: left_over(text) for text in texts(told) if left_over(text)} == {}


def test_what_a_rule_says_in_chinese_has_no_english_word_in_it() -> None:
    found = {}
    for rule in LIBRARY.rules.values():
        for version in rule.versions:
            for section in rule_words(LIBRARY, version, "zh"):
                for line in section["lines"]:
                    words = [word for word in left_over(line["text"]) if word not in AS_ENTERED | entered(version)]
                    if words:
                        found[f"{rule.id}: {line['text'][:120]}"] = words
    assert found == {}


def test_a_rule_whose_place_is_only_partly_known_says_what_it_hangs_on() -> None:
    facts = read_facts({"learner_place": "US", "paid": "100.00 USD"}, LIBRARY.vocabulary)
    told = {lang: assess(LIBRARY, facts, asked_on=DAY).to_json(lang) for lang in ("en", "zh")}
    (english,) = (e for e in told["en"]["entitlements"] if e["rule"] == "us-ca-refund")
    (chinese,) = (e for e in told["zh"]["entitlements"] if e["rule"] == "us-ca-refund")
    assert english["answer"] == "depends"
    assert "Whether the rule covers this is not known yet. It hangs on “" in english["steps"][0]["text"]
    assert "取决于“" in chinese["steps"][0]["text"]


@pytest.mark.parametrize("place", ["US", "CA", "CN", "AU", "TW", "GB", "DE", "JP"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_step_of_an_answer_breaks_off(place: str, lang: str) -> None:
    for known in ({"learner_place": place}, {"seller_place": place}, {"learner_place": place, "seller_place": place}):
        facts = read_facts({**known, "paid": "100.00 EUR"}, LIBRARY.vocabulary)
        for one in assess(LIBRARY, facts, asked_on=DAY).to_json(lang)["entitlements"]:
            for step in one["steps"]:
                assert not re.search(r"[:：]\s*[.。]|“”|\{|\}", step["text"]), (one["rule"], step)


OWN = """id: a-rule
title: {en: A rule, zh: 规则}
place: AT
binds: learner_place
kind: money-back
cite: {article: s. 1, title: An act, checked_on: 2026-11-22, status: memory}
let:
  group:
    choices: CHOICES
    rows: [{if: kind is gift, then: given}, {then: none}]
owed: [{id: a, if: group is none, pay: paid, cite: s. 1}, {id: b, nothing: {en: No., zh: 否。}, cite: s. 2}]
"""


def test_a_word_of_the_rules_own_is_told_by_its_name_in_each_language() -> None:
    named = "{given: {en: a present, zh: 赠品}, none: {en: no present, zh: 不是赠品}}"
    made = one_rule(OWN.replace("CHOICES", named))
    for lang, words in (("en", ("is no present", "a present")), ("zh", ("为“不是赠品”", "赠品"))):
        said = " ".join(
            line["text"] for s in rule_words(made, made.rules["a-rule"].versions[0], lang) for line in s["lines"]
        )
        assert all(one in said for one in words), said
        assert "none" not in said.replace("the source names none", "")
    assert not [one for one in check_library(made, {"a-rule"}) if "word" in one.message]


def test_a_word_of_the_rules_own_without_a_name_is_found_by_the_check() -> None:
    made = one_rule(OWN.replace("CHOICES", "[given, none]"))
    found = [one.message for one in check_library(made, {"a-rule"})]
    assert found == [f"the word {word} of group lacks {lang}" for word in ("given", "none") for lang in ("en", "zh")]


def one_rule(text: str) -> Library:
    from making import a_library  # noqa: PLC0415  of tests/rules

    return a_library(text)
