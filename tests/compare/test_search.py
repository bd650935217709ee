"""How purchases are led on: the same ones as by splitting fact by fact, and the worst of each group without the rest."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from making import everything

from compare.conftest import DAY, pair
from compare.test_parts import REFUNDS
from recourse.compare.case import Ask, Case
from recourse.compare.marks import marks
from recourse.compare.search import MOST, Tally, leaves
from recourse.compare.sides import Law, Outcome
from recourse.compare.story import Setup, Story, story
from recourse.compare.verdict import Question, compare_place
from recourse.library import Library
from recourse.rules.stops import Conflict, Contradiction

BOTH = pair(REFUNDS, "owed:\n- {id: a, pay: paid}\n").library


def law_and_story() -> tuple[Law, Story]:
    law = Law(BOTH, BOTH.rules["law"], "AT", "AT", "EUR", DAY)
    return law, story(everything().vocabulary, marks(law.versions), Setup("AT", "AT", "EUR", DAY, 12_000))


def split(law: Law, start: Case) -> Iterator[tuple[Case | None, Outcome | None]]:
    """Plainly: a run on each purchase, cut at the first fact that is not settled, and begun again with each value."""
    ahead = [start]
    while ahead:
        case = ahead.pop()
        try:
            yield case, law.decide(case)
        except Ask as ask:
            yield None, None
            ahead += [case.with_(ask.name, value) for value in reversed(ask.values)]
        except (KeyError, Contradiction, Conflict):
            yield None, None


def test_leading_a_purchase_on_meets_the_same_ones_in_the_same_order() -> None:
    law, made = law_and_story()
    runs = list(split(law, made.case()))
    wanted = [(dict(case), case.chosen, outcome) for case, outcome in runs if case is not None]
    tally = Tally()
    found = [(dict(case), dict(case.chosen), outcome) for case, outcome in leaves(law, made.case(), tally, MOST)]
    assert found == wanted
    assert len(found) > 100
    assert tally.runs == len(runs)  # each fact of several values counts as the run that it would have cut


@pytest.mark.parametrize("most", [1, 7, 50])
def test_a_search_ends_where_it_is_cut(most: int) -> None:
    law, made = law_and_story()
    runs = list(split(law, made.case()))[:most]
    tally = Tally()
    found = [dict(case) for case, _ in leaves(law, made.case(), tally, most)]
    assert found == [dict(case) for case, _ in runs if case is not None]
    assert tally.cut


def test_a_purchase_that_is_kept_is_not_led_on() -> None:
    law, made = law_and_story()
    kept = [(case.copy(), dict(case)) for case, _ in leaves(law, made.case(), Tally(), 500)]
    assert all(dict(copy) == then for copy, then in kept)
    assert len({tuple(copy.items()) for copy, _ in kept}) == len(kept)


@pytest.mark.parametrize(
    ("platform", "place"), [("udemy", "IT"), ("yotta", "US-GA"), ("coloso", "KR"), ("teachable", "TW")]
)
def test_without_its_rows_a_comparison_says_the_same_of_each_rule(product: Library, platform: str, place: str) -> None:
    """The page for buyers shows the worst of each rule only, and looks no further than it must."""

    def said(**more: Any) -> tuple[list[tuple[object, ...]], list[bool]]:
        question = Question(platform, place, DAY, most=16_000, patience=200, **more)
        found = [(v, v.worst(v.group)) for v in compare_place(product, question)]
        return [(v.rule.id, v.answer, v.group, w and w.witness.share) for v, w in found], [
            v.certainty == "proved" for v, _ in found
        ]

    (few, sure), (whole, as_sure) = said(regions=False, every_group=False), said()
    assert few == whole
    assert all(one >= other for one, other in zip(sure, as_sure, strict=True))  # less is cut off, so more is proved
