"""The decision of the engine against the same decision by hand, on the same facts, path by path."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import islice
from types import FrameType
from typing import Any, NamedTuple

from tests.bench import byhand, purchases
from tests.bench.byhand import Answer
from tests.bench.purchases import Maker
from tests.bench.timing import over, race, table

from recourse.facts import read_facts
from recourse.library import Library
from recourse.rules import compiled


class Duel(NamedTuple):
    """A rule, the text in force that is measured, the same by hand, and the purchases that lead down its paths."""

    rule: str
    by_hand: Callable[[byhand.Facts], Answer]
    makers: dict[str, Maker]


DUELS = (
    Duel("eu-crd-withdrawal", byhand.eu_withdrawal, purchases.EU),
    Duel("kr-lifelong-education-act-annex-3", byhand.kr_annex_3, purchases.KR),
    Duel("us-ca-refund", byhand.us_ca, purchases.CA),
    Duel("udemy-course", byhand.udemy_course, purchases.UDEMY),
    Duel("coursera-course-2025", byhand.coursera_course, purchases.COURSERA),
)
ALL = "every path in turn"


class Line(NamedTuple):
    """One path, measured: nanoseconds by hand, nanoseconds of the engine, and how many times as long.

    All are 0 where the program decides on none of the purchases, so that the interpreter has to.
    """

    rule: str
    path: str
    by_hand: float
    engine: float
    ratio: float


def typed(library: Library, duel: Duel, path: str, count: int, seed: int = 1) -> list[dict[str, Any]]:
    """The facts of so many purchases, in the engine's form."""
    makers = duel.makers if path == ALL else {path: duel.makers[path]}
    drawn = islice(purchases.drawn(makers, seed), count)
    return [read_facts(texts, library.vocabulary).values for texts in drawn]


def engine(library: Library, duel: Duel) -> compiled.Unit:
    """The program of the text in force now."""
    rule = library.rules[duel.rule]
    return compiled.unit(library, rule, rule.versions[-1])


def answer(unit: compiled.Unit, facts: dict[str, Any]) -> Answer:
    """What the engine says, in the form of the decision by hand."""
    try:
        working = compiled.Working(unit, facts, unit.decide(facts))
    except KeyError as missed:
        return None, f"left to the interpreter, for want of {missed}", None, None
    row, dates = working.row, working.answers
    if row is None:
        return None, "", None, None
    amount = working.extras["at_most"] if row.outcome == "discretion" else working.refund
    return amount, row.id, dates.get("window_ends_on"), dates.get("pay_by")


def differences(library: Library, count: int, seed: int) -> Iterator[tuple[str, dict[str, Any], Answer, Answer]]:
    """Every purchase on which the engine and the decision by hand disagree: rule, facts, by hand, engine."""
    for duel in DUELS:
        unit = engine(library, duel)
        for facts in typed(library, duel, ALL, count, seed):
            ours, theirs = duel.by_hand(facts), answer(unit, facts)
            if ours != theirs:
                yield duel.rule, facts, ours, theirs


def decided(unit: compiled.Unit, facts: dict[str, Any]) -> bool:
    """Whether the program decides on these facts, and does not leave them to the interpreter."""
    try:
        unit.decide(facts)
    except KeyError:
        return False
    return True


Way = tuple[frozenset[int], tuple[bool | str, ...]]


def way(unit: compiled.Unit, facts: dict[str, Any]) -> Way:
    """The way that a decision takes: the lines of the program that it runs through, and what held on the way."""
    lines: set[int] = set()

    def step(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            lines.add(frame.f_lineno)
        return step if frame.f_code is unit.decide.__code__ else None  # type: ignore[attr-defined]

    before = sys.gettrace()
    sys.settrace(step)
    try:
        raw = unit.decide(facts)
    finally:
        sys.settrace(before)
    return frozenset(lines), tuple(value for value in raw[3] if isinstance(value, bool | str))


def ways(library: Library, duel: Duel, count: int) -> dict[str, set[Way]]:
    """For each path by its name, the ways that its purchases take. Raises KeyError where one is not decided."""
    unit = engine(library, duel)
    return {path: {way(unit, facts) for facts in typed(library, duel, path, count)} for path in duel.makers}


def measure(library: Library, rounds: int, size: int) -> list[Line]:
    """Each path and then all of them in turn, engine and hand changing places from round to round."""
    found = []
    for duel in DUELS:
        unit = engine(library, duel)
        for path in (*duel.makers, ALL):
            facts = [one for one in typed(library, duel, path, size) if decided(unit, one)]
            if not facts:
                found.append(Line(duel.rule, path, 0, 0, 0))
                continue
            run = race({"hand": over(duel.by_hand, facts), "engine": over(unit.decide, facts)}, rounds, len(facts))
            found.append(Line(duel.rule, path, run.each("hand"), run.each("engine"), run.ratio("engine", "hand")))
    return found


def shown(lines: list[Line]) -> str:
    """The table of (a)."""
    rows = [
        (f"{x.rule}: {x.path}", f"{x.by_hand:.0f}", f"{x.engine:.0f}", f"{x.ratio:.2f}")
        if x.ratio
        else (f"{x.rule}: {x.path}", "", "interpreter", "")
        for x in lines
    ]
    return table(("decision", "by hand, ns", "engine, ns", "times as long"), rows)
