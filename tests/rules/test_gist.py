"""A rule in short lines: what its rows can give, the days they name, and never a name that is explained elsewhere."""

from __future__ import annotations

import re

import pytest
from making import HEAD, a_library, everything

from recourse.library import Library
from recourse.rules.gist import gist, reasons
from recourse.rules.tree import Version


def made(body: str) -> tuple[Library, Version]:
    library = a_library(HEAD + body)
    return library, library.rules["small"].versions[0]


def lines(body: str, lang: str = "en") -> dict[str, str]:
    return {line["key"]: line["text"] for line in gist(*made(body), lang)}


@pytest.mark.parametrize(
    ("owed", "said"),
    [
        ("{id: a, pay: paid}", "Everything you paid"),
        ("{id: a, pay: 1/2 of paid}", "1/2 × amount paid"),
        ("{id: a, pay: lessons_taken / lessons_total * paid}", "A part of what you paid"),
        ("{id: a, keep: {fee: 1 EUR}}", "What you paid, less what may be kept (as a fee)"),
        ("{id: a, keep: {fee: nothing}}", "Everything you paid"),
        ("{id: x, if: service_used, keep: {fee: 1 EUR}}, {id: b, keep: {penalty: 2 EUR}}", "What you paid, less what may be kept (as a fee, as a penalty)"),
        ("{id: x, if: service_used, nothing: no}, {id: b, pay: paid}", "Everything you paid"),
        ("{id: a, credit: paid}", "Everything you paid, as credit instead of money"),
        ("{id: a, exchange: yes}", "Another course instead of money"),
        ("{id: a, discretion: {at_most: paid}}", "What the seller decides to give"),
        ("{id: x, if: bought_through is apple-app-store, ask: apple-app-store}, {id: b, ask: google-play}", "Nothing here: ask Apple, Google Play"),
    ],
)  # fmt: skip
def test_what_can_come_back(owed: str, said: str) -> None:
    assert lines(f"owed: [{owed}]")["back"] == said


def test_a_rule_that_gives_nothing_says_nothing_of_it() -> None:
    assert "back" not in lines("owed: [{id: a, nothing: no}]")


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("14 days after paid_on", "14 days after payment date"),
        ("[{if: service_used, then: 7 days after paid_on}, {then: 14 days after paid_on}]", "14 days after payment date; in other cases 7 days after payment date"),
        ("later of starts_on and 7 days after concluded_on", "7 days after contract date; in other cases start date"),
        ("'14 days after (paid_on, failing which starts_on)'", "14 days after payment date"),
    ],
)  # fmt: skip
def test_the_usual_day_comes_first_and_those_of_other_cases_after_it(day: str, said: str) -> None:
    body = f"dates: {{window_ends_on: {day}}}\nowed: [{{id: late, if: requested_on > window_ends_on, lost: late}}, {{id: a, pay: paid}}]"
    assert lines(body)["window_ends_on"] == said


def test_a_doubt_is_taken_as_the_rule_takes_it() -> None:
    body = (
        "open: {counts: {asks: Does it count?, taken: no, because: Doubt.}}\n"
        "dates: {window_ends_on: [{if: counts, then: 30 days after paid_on}, {then: 14 days after paid_on}]}\n"
        "owed: [{id: late, if: requested_on > window_ends_on, lost: late}, {id: a, pay: paid}]"
    )
    assert lines(body)["window_ends_on"] == "14 days after payment date"


def test_named_days_are_resolved() -> None:
    body = (
        "let: {from_then: [{if: service_used, then: starts_on}, {then: concluded_on}]}\n"
        "dates: {window_ends_on: 14 days after from_then}\n"
        "owed: [{id: late, if: requested_on > window_ends_on, lost: late}, {id: a, pay: paid}]"
    )
    assert lines(body)["window_ends_on"] == "14 days after contract date; in other cases 14 days after start date"


def test_the_reasons_for_nothing_are_the_rows_own_words_each_once() -> None:
    body = "exceptions: [{id: x, if: supply_begun, nothing: used up}]\nowed: [{id: y, if: service_used, lost: used up}, {id: a, pay: paid}]"
    assert [one["text"] for one in reasons(*made(body), "en")] == ["Used up"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_rule_of_the_library_can_be_told_in_short(lang: str) -> None:
    library = everything()
    for rule in library.rules.values():
        for version in rule.versions:
            for line in gist(library, version, lang):
                assert line["text"].strip(), rule.id
                assert line["name"].strip(), rule.id
                assert not re.search(r"\bNone\b|Expr\(|\{\w*\}|“", line["text"]), f"{rule.id}: {line['text']}"
                assert len(line["text"]) < 400, f"{rule.id}: {line['text']}"
            if any(row.outcome in ("pay", "keep", "credit", "exchange", "discretion", "ask") for row in version.owed):
                assert gist(library, version, lang)[0]["key"] == "back", rule.id
