"""What `recourse owed --json` prints has the shape that is published, for every worked case in both languages."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from recourse import days, library, places, present, source
from recourse.assess import Assessment, assess
from recourse.facts import read_facts
from recourse.library import DATA
from recourse.source import Node
from several import each

SCHEMA: dict[str, Any] = json.loads((DATA / "assessment.schema.json").read_text(encoding="utf-8"))
ASKED_ON = days.parse("2026-11-22")


CASES = sorted((DATA / "cases").glob("*.yaml"))


@pytest.fixture(scope="module")
def loaded(product: library.Library) -> library.Library:
    return product


class Shape:
    """The published shape. Answers are alike in most of their parts: what was found right once is not looked at again."""

    def __init__(self) -> None:
        one = SCHEMA["$defs"]["entitlement"]
        assert set(one) <= {"type", "description", "properties", "required", "additionalProperties"}, (
            "read part by part"
        )
        self.whole = Draft202012Validator(SCHEMA)
        self.names = Draft202012Validator({**one, "properties": dict.fromkeys(one["properties"], True)})
        self.part = {
            name: Draft202012Validator({"$defs": SCHEMA["$defs"], "allOf": [part]})
            for name, part in one["properties"].items()
        }
        self.right: set[tuple[str, str]] = set()

    def told(self, found: dict[str, Any]) -> list[str]:
        """What is wrong with an assessment, as it comes out of JSON again."""
        plain = json.loads(json.dumps(found, ensure_ascii=False))
        problems = [*self.whole.iter_errors({**plain, "entitlements": []})]
        for one in plain["entitlements"]:
            problems += self.names.iter_errors(one)
            for name in one.keys() & self.part.keys():
                known = name, json.dumps(one[name])
                wrong = [] if known in self.right else [*self.part[name].iter_errors(one[name])]
                if not wrong:
                    self.right.add(known)
                problems += wrong
        return [f"{problem.json_path}: {problem.message[:300]}" for problem in problems]


@pytest.fixture(scope="module")
def shape() -> Shape:
    Draft202012Validator.check_schema(SCHEMA)
    return Shape()


def assessed(case: dict[str, Node], loaded: library.Library) -> Assessment:
    """Everything that the facts of a case give, not only the rule that it asks."""
    platform = case["platform"].text() if "platform" in case else None
    return assess(loaded, read_facts(case["facts"], loaded.vocabulary), platform=platform, asked_on=ASKED_ON)


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_the_assessments_of_worked_cases_have_the_published_shape(
    path: Path, loaded: library.Library, shape: Shape
) -> None:
    def shaped(case: dict[str, Node]) -> None:
        assessment = assessed(case, loaded)
        for lang in ("en", "zh"):
            assert shape.told(assessment.to_json(lang)) == []

    cases = source.read(path.read_text(encoding="utf-8"), path.name).sequence()
    each([case.mapping() for case in cases], shaped, lambda case: case["id"].text())


def test_the_shape_is_named_by_its_number() -> None:
    assert SCHEMA["title"] == present.SCHEMA == SCHEMA["properties"]["schema"]["const"]
    assert SCHEMA["$id"].rpartition(":")[2] == present.SCHEMA.rpartition("/")[2]


def test_every_answer_of_the_vocabulary_is_in_the_shape(loaded: library.Library) -> None:
    """`depends_on` is called `missing` there, and `reason` is `why`; duties and ways stand there with their words."""
    known = SCHEMA["$defs"]["entitlement"]["properties"]
    expectations = loaded.vocabulary.expectations
    told = {"depends_on", "reason", *(name for name in expectations if name.startswith(("duties_", "ways_")))}
    assert set(expectations) - told <= set(known)
    for name, one in expectations.items():
        if one.choices:
            assert set(one.choices) <= set(known[name]["enum"]), name


def test_a_key_that_nobody_described_is_refused(loaded: library.Library, shape: Shape) -> None:
    facts = read_facts({"learner_place": "FR", "paid": "10.00 EUR"}, loaded.vocabulary)
    found = assess(loaded, facts, asked_on=ASKED_ON).to_json()
    assert shape.told(found) == []
    found["entitlements"][0]["surprise"] = 1
    assert shape.told(found)


def test_an_assessment_of_nothing_known_has_the_shape(loaded: library.Library, shape: Shape) -> None:
    facts = read_facts({}, loaded.vocabulary)
    for given in ({}, {"place": "KR"}, {"platform": "udemy"}, {"platform": "coursera", "place": "DE"}):
        assert shape.told(assess(loaded, facts, asked_on=ASKED_ON, **given).to_json()) == []  # type: ignore[arg-type]


def test_every_rule_alone_has_the_shape(loaded: library.Library, shape: Shape) -> None:
    """With hardly a fact known: each rule in its own place, in its own currency or none."""
    for rule in loaded.rules.values():
        here = next(iter(places.codes(rule.place)), rule.place) if rule.place in ("EU", "EEA") else rule.place or "US"
        facts = read_facts({"learner_place": here, "seller_place": here, "kind": "recorded-course"}, loaded.vocabulary)
        assert shape.told(assess(loaded, facts, rule=rule.id, asked_on=ASKED_ON).to_json("zh")) == [], rule.id


def test_the_same_facts_give_the_same_bytes(loaded: library.Library) -> None:
    given = {"learner_place": "DE", "seller_place": "DE", "paid": "100.00 EUR", "concluded_on": "2026-09-01"}
    one = assess(loaded, read_facts(given, loaded.vocabulary), asked_on=ASKED_ON)
    other = assess(loaded, read_facts(dict(reversed(given.items())), loaded.vocabulary), asked_on=ASKED_ON)
    assert json.dumps(one.to_json()) == json.dumps(other.to_json())
