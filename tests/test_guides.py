"""Rights of a place, where everything comes from, and rules read aloud with their named values spelled out once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from recourse import days, guide, provenance, rights
from recourse.cli import app
from recourse.library import load
from recourse.problems import Problem
from recourse.rules import reading

LIBRARY = load()
TODAY = days.parse("2026-11-22")
PLACES = rights.covered(LIBRARY)


def run(*args: str) -> Any:
    return CliRunner().invoke(app, list(args))


@pytest.mark.parametrize("place", PLACES)
def test_a_place_has_its_own_law_and_that_around_it_and_none_from_elsewhere(place: str) -> None:
    found = rights.rights(LIBRARY, place, TODAY)
    everything = [*found.giving, *found.limits, *found.coming]
    for one in everything:
        assert rights.places.contains(place, one.rule.place)
    for one in (*found.giving, *found.limits):
        version = one.version
        assert not version.enacted_only
        assert version.starts is None or version.starts <= TODAY
        assert version.ends is None or version.ends >= TODAY
    told = guide.rights_json(found, LIBRARY, "zh")
    assert json.dumps(told)
    assert told["bodies"][0]["stage"] == "seller"


def test_law_that_a_member_state_has_made_its_own_stands_instead_of_the_directive() -> None:
    german = {one.rule.id for one in rights.rights(LIBRARY, "DE", TODAY).giving}
    austrian = {one.rule.id for one in rights.rights(LIBRARY, "AT", TODAY).giving}
    assert "de-bgb-withdrawal" in german
    assert "eu-crd-withdrawal" not in german
    assert "eu-crd-withdrawal" in austrian


def test_what_is_coming_is_not_yet_what_one_has() -> None:
    before, after = (rights.rights(LIBRARY, "GB", days.parse(day)) for day in ("2026-11-22", "2030-01-01"))
    assert {h.rule.id for h in before.coming}
    assert not {h.rule.id for h in before.coming if not h.version.enacted_only} & {h.rule.id for h in after.coming}


def test_an_unknown_place_is_refused_with_what_was_meant() -> None:
    with pytest.raises(Problem, match="Did you mean GB"):
        rights.rights(LIBRARY, "UK", TODAY)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_named_value_that_is_told_by_its_name_has_one_and_is_spelled_out(lang: str) -> None:
    nameless = set()
    for rule in [*LIBRARY.rules.values(), *(b.rule for b in LIBRARY.bodies.values())]:
        for version in rule.versions:
            sections = reading.rule_words(LIBRARY, version, lang)
            where = [line["id"] for s in sections if s["key"] == "where" for line in s["lines"]]
            assert len(where) == len(set(where))
            text = " ".join(line["text"] for s in sections for line in s["lines"])
            for name in where:
                assert f"“{name}”" in text
                nameless |= {name} if "_" in name or (lang == "zh" and name.isascii()) else set()
    assert not nameless


def test_a_sentence_of_a_rule_stays_short_enough_to_be_read() -> None:
    """Rows that are tables are long by nature; everything else is told by names."""
    lengths = [
        len(line["text"])
        for rule in LIBRARY.rules.values()
        for version in rule.versions
        for s in reading.rule_words(LIBRARY, version, "en")
        if s["key"] in ("covers", "exceptions", "owed", "days")
        for line in s["lines"]
    ]
    lengths.sort()
    assert lengths[len(lengths) // 2] < 130
    assert lengths[len(lengths) * 99 // 100] < 900


def test_sources_begin_with_the_least_certain_and_the_oldest() -> None:
    found = provenance.sources(LIBRARY)
    keys = [(provenance.STATUSES.index(s.status), s.checked_on) for s in found]
    assert keys == sorted(keys)
    assert {s.what for s in found} == {"rule", "clause", "body", "rate"}
    versions = sum(len(r.versions) for r in LIBRARY.rules.values())
    assert sum(s.what in ("rule", "clause") for s in found) == versions
    assert all(s.status for s in found if s.what != "rate")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("rights", "DE"), "de-bgb-withdrawal"),
        (("rights", "DE", "--lang", "zh"), "可以找谁"),
        (("rights", "AQ"), "We have read no law of this place."),
        (("sources", "--status", "memory"), "the least certain and the oldest first"),
        (("sources", "--place", "KR"), "kr-academies-act-annex-4"),
        (("sources", "--platform", "udemy"), "udemy"),
        (("sources", "--left-out", "--place", "DE"), "de-bgb-withdrawal"),
        (("onward", "docs/examples/at-withdrawal.yaml"), "The seller"),
    ],
)
def test_the_commands_answer(args: tuple[str, ...], said: str) -> None:
    result = run(*args)
    assert result.exit_code == 0, result.output
    assert said in result.output
    plain = run(*args, "--json")
    assert json.loads(plain.output)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("rights", "XX"), "is no place"),
        (("sources", "--status", "sure"), "is no status"),
        (("onward", "nowhere"), "no file"),
    ],
)
def test_bad_input_is_refused_in_clear_words(args: tuple[str, ...], said: str) -> None:
    result = run(*args)
    assert result.exit_code != 0
    assert said in str(result.exception)
