"""The measurements run, and what they compare gives equal answers. Nothing here asks how long anything took."""

from __future__ import annotations

import polars as pl
import pytest
from tests.bench import (
    against,
    asking,
    batch_engines,
    byhand,
    comparing,
    decisions,
    loading,
    page,
    same_rows,
    starting,
    whole,
)  # fmt: skip

from recourse import days, library
from recourse.batch.engines import polars
from recourse.batch.plan import plan
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
    assert asking.measure(loaded, rounds=1)
    assert starting.measure(rounds=1)
    assert comparing.measure(loaded, count=2).seconds


def test_all_engines_give_the_same_rows(loaded: Library) -> None:
    lines = [line for found in same_rows.measure(loaded, 4_000, 1_600).values() for line in found]
    assert sum(line.rows for line in lines) > 8_000
    assert not [line.first for line in lines if line.differing]


def test_deciding_can_be_measured_against_decoding(loaded: Library) -> None:
    assert all(line.decoding and line.deciding for line in batch_engines.measure(loaded, 500, rounds=1))


def test_the_policy_by_hand_is_the_rule(loaded: Library) -> None:
    """What stands in SQL and in plain Python beside us; the others have to be installed for it."""
    made = against.orders(2_000)
    one = plan(loaded, rules=[against.RULE], asked_on=days.parse("2026-11-22"))
    rows = polars.decide(one, made.lazy(), want=against.WANT).collect()["row"].cast(pl.String).to_list()
    by_hand = byhand.coursera_course
    typed = made.with_columns(pl.col(pl.Date).cast(pl.Int32)).rows(named=True)
    assert rows == [by_hand(order)[1] or None for order in typed]
    assert set(rows) == {None, *against.ROWS[1:]}


def test_what_is_measured_again_takes_the_place_of_what_stood_there() -> None:
    old = page.merged("", ["At the start: one", "## A", "1", "## B", "2", "At the end: one"])
    new = page.merged(old, ["At the start: two", "## B", "3", "## C", "4", "At the end: two"])
    assert new.split("\n\n") == [
        "## A", "At the start: one", "1", "At the end: one",
        "## B", "At the start: two", "3", "At the end: two",
        "## C", "At the start: two", "4", "At the end: two",
    ]  # fmt: skip
