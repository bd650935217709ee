"""What a page asks of the engine: everything that a place gives, the next question, the curve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.bench import purchases
from tests.bench.purchases import Draw, Texts
from tests.bench.timing import over, race, table

from recourse import days
from recourse.ask import next_question
from recourse.assess import assess
from recourse.curve import curve
from recourse.facts import read_facts
from recourse.library import Library
from recourse.rules import explain

ASKED_ON = days.parse("2026-11-22")


class Line(NamedTuple):
    """One request, measured: milliseconds of CPU."""

    what: str
    each: float


def _german(draw: Draw) -> Texts:
    return {**purchases.EU["share by lessons"](draw), "learner_place": "DE", "seller_place": "DE", "cause": "learner"}


def _on_udemy(draw: Draw) -> Texts:
    german = {**_german(draw), "kind": "recorded-course", "earlier_refunds": "0", "share_completed": "25%"}
    return {name: text for name, text in german.items() if name not in ("lessons_total", "lessons_taken")}


class Visit(NamedTuple):
    """A purchase with everything known, what a first visitor has said of it, and the platform it was made on."""

    full: Texts
    little: Texts
    platform: str | None = None


VISITS = {
    "Germany": Visit(_german(Draw(1)), {"learner_place": "DE"}),
    "Germany, Udemy": Visit(_on_udemy(Draw(1)), {"learner_place": "DE", "paid": "49.99 EUR"}, "udemy"),
    "Korea": Visit(purchases.KR["thirds and halves by hours"](Draw(1)), {"learner_place": "KR", "paid": "300000 KRW"}),
    "California": Visit(purchases.CA["pro rata by hours"](Draw(1)), {"learner_place": "US-CA"}),
}


def measure(library: Library, rounds: int) -> list[Line]:
    """Every request on every purchase, taking turns."""
    runners: dict[str, Callable[[], None]] = {}
    for name, (full, little, platform) in VISITS.items():
        for how, texts in (("all facts", full), ("almost none", little)):
            facts = read_facts(texts, library.vocabulary)

            def whole(_: int, facts: Any = facts, platform: str | None = platform) -> Any:
                return assess(library, facts, platform=platform, asked_on=ASKED_ON)

            def page(_: int, facts: Any = facts, platform: str | None = platform) -> Any:
                found = assess(library, facts, platform=platform, asked_on=ASKED_ON)
                return [explain.steps(one, found, "en") for one in found.entitlements]

            def question(_: int, facts: Any = facts, platform: str | None = platform) -> Any:
                return next_question(library, facts, platform=platform, asked_on=ASKED_ON)

            runners[f"{name}, {how}: assess()"] = over(whole, [0])
            runners[f"{name}, {how}: assess() and every step"] = over(page, [0])
            runners[f"{name}, {how}: next question"] = over(question, [0])
        facts = read_facts(full, library.vocabulary)

        def line(_: int, facts: Any = facts, platform: str | None = platform) -> Any:
            return curve(library, facts, platform=platform, asked_on=ASKED_ON)

        runners[f"{name}: curve"] = over(line, [0])
    run = race(runners, rounds, 1)
    return [Line(name, run.each(name) / 1e6) for name in runners]


def shown(lines: list[Line]) -> str:
    """The table of (d)."""
    return table(("request", "CPU, ms"), [(line.what, f"{line.each:.2f}") for line in lines])
