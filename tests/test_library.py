"""What is loaded from the cache is what was built; what a file lacks is said with its line."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from making import SHEETS

from recourse import building, cached, library
from recourse.keeping import Kept, head
from recourse.library import Library
from recourse.problems import Problem
from recourse.rules.compiled import unit
from recourse.rules.tree import Expr

RULE = "eu-crd-withdrawal"


@pytest.fixture(scope="module")
def built() -> Library:
    return library.load(cache=False)


@pytest.fixture(scope="module")
def kept(built: Library, tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The same, stored and found again."""
    file = tmp_path_factory.mktemp("cache") / "library-0.pickle"
    library._write_cache(file, built)
    found = library._read_cache(file)
    assert found is not None
    assert isinstance(found.rules, Kept)
    return found


def test_what_is_found_in_the_cache_is_what_was_built(built: Library, kept: Library) -> None:
    assert kept.digest == built.digest
    assert list(kept.rules) == list(built.rules)
    assert kept.rules == built.rules
    assert kept.bodies == built.bodies
    assert kept.platforms == built.platforms
    for name, versions in built.prepared.items():
        assert [(one.source, one.layouts) for one in kept.prepared[name]] == [
            (one.source, one.layouts) for one in versions
        ]


def test_the_heads_say_what_the_rules_say(kept: Library, built: Library) -> None:
    assert list(kept.heads()) == [head(rule) for rule in kept.rules.values()] == list(built.heads())


@pytest.fixture(scope="module")
def stored(built: Library) -> bytes:
    return library._stored(built)


def test_another_process_gets_all_of_it(kept: Library) -> None:
    fresh = pickle.loads(pickle.dumps(kept))
    assert isinstance(fresh.rules, dict)
    assert fresh.rules.keys() == kept.rules.keys()


def test_only_what_is_asked_for_is_unpacked(stored: bytes) -> None:
    again = library._restored(memoryview(stored))
    assert again is not None
    assert isinstance(again.rules, Kept)
    assert again.rules[RULE].id == RULE
    assert "nothing" not in again.rules
    assert RULE in again.rules
    assert list(again.rules.shelf.found) == [RULE]


def test_a_rule_is_one_object_whoever_asks(stored: bytes) -> None:
    again = library._restored(memoryview(stored))
    assert again is not None
    with ThreadPoolExecutor(8) as pool:
        found = set(map(id, pool.map(lambda _: again.rules[RULE], range(64))))
    assert len(found) == 1


def test_the_programs_of_a_rule_speak_of_its_own_tree(kept: Library) -> None:
    rule = kept.rules[RULE]
    for version in rule.versions:
        own = {id(node) for top in version.expressions() for node in top.walk()}
        noted = [node for node, _ in unit(kept, rule, version).program.slots if isinstance(node, Expr)]
        assert noted
        assert all(id(node) in own for node in noted)


def test_the_tables_of_places_and_calendars_come_with_what_was_stored(stored: bytes) -> None:
    code = (
        "import sys; from recourse import calendars, library, places;"
        "library._restored(memoryview(sys.stdin.buffer.read()));"
        "print(places.name('US-CA'), calendars.table().by_law_until > 0, 'yaml' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], input=stored, capture_output=True, check=True)
    assert done.stdout.decode() == "California (United States) True False\n"


def test_what_is_remembered_hangs_on_the_data_and_the_name(
    built: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECOURSE_CACHE", str(tmp_path))
    assert library.remembered(built, "one", lambda: {"a": (1, 2)}) == {"a": [1, 2]}
    assert library.remembered(built, "one", lambda: "not asked again") == {"a": [1, 2]}
    assert library.remembered(built, "two", lambda: "another") == "another"
    assert library.remembered(replace(built, digest="other data"), "one", lambda: "new") == "new"
    for half in (tmp_path / "recourse").glob("*.json"):
        half.write_text("{")
    assert library.remembered(built, "one", lambda: "made again") == "made again"


def test_what_cannot_be_kept_is_worked_out_each_time(
    built: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "recourse").write_text("no folder can be made here")
    monkeypatch.setenv("RECOURSE_CACHE", str(tmp_path))
    assert library.remembered(built, "one", lambda: 1) == 1
    assert library.remembered(built, "one", lambda: 2) == 2


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="this system has no owners of files")
def test_what_others_could_have_written_is_not_unpickled(tmp_path: Path) -> None:
    file = tmp_path / "library-0.pickle"
    cached.write(file, b"no pickle")
    with pytest.raises(pickle.UnpicklingError):
        library._read_cache(file)
    file.chmod(0o666)
    assert library._read_cache(file) is None


LACKING = [
    ("name: {en: X}\nclauses: []\n", "1:1  a platform needs `platform`"),
    ("title: {en: X}\nvalues:\n- {value: 3%}\n", "3:3  a value needs `from`"),
    ("id: a-rate\nvalues:\n- {from: 2026-01-01}\n", "3:3  a value needs `value`"),
    ("title: {en: X}\nvalues:\n- {from: 2026-01-01, value: 3%}\n", "1:1  a rate needs `id`"),
    ("id: a-rate\nvalues:\n- {from: 2026-01-01, value: x%}\n", "3:29  “x%” is no figure"),
    ("id: a-rate\nvalues:\n- {from: 2026-02-30, value: 3%}\n", "3:10  2026-02-30"),
]


@pytest.mark.parametrize(("content", "complaint"), LACKING, ids=[one[1] for one in LACKING])
def test_what_a_rate_or_a_platform_lacks_is_said_with_its_line(content: str, complaint: str) -> None:
    with pytest.raises(Problem) as caught:
        building.build({**SHEETS, "mine.yaml": content}, "made by a test")
    assert f"mine.yaml:{complaint}" in str(caught.value)


def test_rules_are_listed_by_place_platform_and_kind_and_what_there_is_not_is_said(product: Library) -> None:
    german = {rule.id for rule in product.listed(place="DE", kind="money-back")}
    assert "de-bgb-withdrawal" in german and not {rule.place for rule in product.listed(place="DE")} - {
        "DE",
        "EU",
        "WORLD",
    }
    assert {rule.policy for rule in product.listed(platform="udemy")} == {"udemy"}
    assert len(product.listed()) == len(product.rules) > len(german)
    for asked, near in (
        ({"place": "UK"}, "GB"),
        ({"platform": "udmey"}, "udemy"),
        ({"kind": "moneyback"}, "money-back"),
    ):
        with pytest.raises(Problem, match=near):
            product.listed(**asked)
