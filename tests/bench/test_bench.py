"""The measurements run, and what they compare gives equal answers. Nothing here asks how long anything took."""

from __future__ import annotations

import pytest
from tests.bench import comparing, decisions, desk, loading, starting, whole

from recourse import library
from recourse.library import Library

pytestmark = pytest.mark.bench


@pytest.fixture(scope="module")
def loaded() -> Library:
    return library.load()


def test_the_engine_and_the_decisions_by_hand_agree(loaded: Library) -> None:
    found = list(decisions.differences(loaded, count=3000, seed=7))
    assert not found, f"{len(found)} disagree, first: {found[0]}"


@pytest.mark.parametrize("duel", decisions.DUELS, ids=[duel.rule for duel in decisions.DUELS])
def test_every_path_is_a_way_of_its_own(loaded: Library, duel: decisions.Duel) -> None:
    taken = decisions.ways(loaded, duel, 200)
    for path, ways in taken.items():
        others = {way for other, found in taken.items() if other != path for way in found}
        assert ways - others, f"the purchases of “{path}” go down no way that others do not take"


def test_the_fast_path_says_what_the_assessment_says(loaded: Library) -> None:
    found = whole.differences(loaded, count=300, seed=11)
    assert not found, f"{len(found)} disagree, first: {found[0]}"


def test_everything_can_be_measured(loaded: Library) -> None:
    assert len(decisions.measure(loaded, rounds=1, size=5)) > 30
    for duel in decisions.DUELS:
        assert whole.parts(loaded, duel, decisions.ALL, rounds=1, size=10)
        assert whole.wholes(loaded, duel, decisions.ALL, rounds=1, size=10)
        assert whole.spread(loaded, duel, decisions.ALL, count=20)
    assert len(loading.measure(rounds=1)) == len(loading.STARTS)
    assert desk.measure(loaded, rounds=1)
    assert starting.measure(rounds=1)
    assert comparing.measure(loaded, count=2).seconds
