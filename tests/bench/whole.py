"""One rule from the texts that somebody typed to the explanation that somebody reads, as a whole and in its parts."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import Any, NamedTuple

from tests.bench import purchases
from tests.bench.decisions import ALL, DUELS, Duel, decided
from tests.bench.purchases import Texts
from tests.bench.timing import Batch, over, race, singles, table

from recourse import days
from recourse.assess import assess
from recourse.facts import read_facts
from recourse.library import Library
from recourse.rules import compiled, explain

ASKED_ON = days.parse("2026-11-22")
LANGUAGES = ("en", "zh")


class Line(NamedTuple):
    """One step or one whole, measured: nanoseconds of CPU each."""

    what: str
    each: float


def fast_path(library: Library, duel: Duel, lang: str) -> Callable[[Any], Any] | None:
    """From facts to answer and steps, each path told once and then filled in; None where there is no such thing."""
    if find_spec("recourse.telling") is None:
        return None
    telling = import_module("recourse.telling")
    return telling.Teller(library, library.rules[duel.rule], lang, asked_on=ASKED_ON).tell  # type: ignore[no-any-return]


def told(library: Library, duel: Duel, lang: str) -> Callable[[Texts], Any] | None:
    """From texts to the answer and its steps by the fast path."""
    tell = fast_path(library, duel, lang)
    vocabulary = library.vocabulary
    return tell and (lambda texts: tell(read_facts(texts, vocabulary)).steps)


def assessed(library: Library, duel: Duel, lang: str) -> Callable[[Texts], Any]:
    """The same by way of a full assessment of the rule: presumptions, doubts, duties, what could still change it."""

    def work(texts: Texts) -> Any:
        found = assess(library, read_facts(texts, library.vocabulary), rule=duel.rule, asked_on=ASKED_ON)
        return explain.steps(found.entitlements[0], found, lang)

    return work


def texts_of(duel: Duel, path: str, count: int, seed: int) -> list[Texts]:
    """So many purchases as somebody typed them."""
    makers = duel.makers if path == ALL else {path: duel.makers[path]}
    return list(islice(purchases.drawn(makers, seed), count))


def parts(library: Library, duel: Duel, path: str, rounds: int, size: int) -> list[Line]:
    """What each step costs on its own, on purchases whose texts were seen before."""
    rule = library.rules[duel.rule]
    unit = compiled.unit(library, rule, rule.versions[-1])
    read = [(one, read_facts(one, library.vocabulary)) for one in texts_of(duel, path, size, seed=2)]
    texts, known = zip(*[(text, one) for text, one in read if decided(unit, one.values)], strict=True)
    found = [assess(library, one, rule=duel.rule, asked_on=ASKED_ON) for one in known]
    runners: dict[str, Batch] = {
        "reading the facts": over(lambda one: read_facts(one, library.vocabulary), texts),
        "the decision with its working": over(unit.decide, [one.values for one in known]),
        "assess() of the one rule": over(lambda one: assess(library, one, rule=duel.rule, asked_on=ASKED_ON), known),
    }
    for lang in LANGUAGES:

        def steps(one: Any, lang: str = lang) -> Any:
            return explain.steps(one.entitlements[0], one, lang)

        runners[f"its steps in words ({lang})"] = over(steps, found)
    for lang in LANGUAGES:
        tell = fast_path(library, duel, lang)
        if tell is not None:
            runners[f"telling: decision and steps ({lang})"] = over(tell, known)
    run = race(runners, rounds, len(known))
    return [Line(name, run.each(name)) for name in runners]


def wholes(library: Library, duel: Duel, path: str, rounds: int, size: int) -> list[Line]:
    """From texts to steps, on purchases seen before and on purchases never seen (new amounts, new pairs of days)."""
    ways = {"assess() and its steps": assessed(library, duel, "en"), "telling": told(library, duel, "en")}
    again = texts_of(duel, path, size, seed=3)
    found = []
    for name, work in ways.items():
        if work is None:
            continue
        runners: dict[str, Batch] = {"again": over(work, again)}
        fresh = iter([over(work, texts_of(duel, path, size, seed=1000 + n)) for n in range(rounds + 1)])
        runners["new"] = lambda fresh=fresh: next(fresh)()  # type: ignore[misc]
        run = race(runners, rounds, size)
        found += [
            Line(f"whole path by {name}, purchases seen before", run.each("again")),
            Line(f"whole path by {name}, new purchases", run.each("new")),
        ]
    return found


def spread(library: Library, duel: Duel, path: str, count: int) -> dict[str, tuple[float, float]]:
    """Median and 99th percentile of single whole paths on new purchases, in microseconds of the wall clock."""
    ways = {"assess() and its steps": assessed(library, duel, "en"), "telling": told(library, duel, "en")}
    texts = texts_of(duel, path, count, seed=77)
    return {name: singles(work, texts) for name, work in ways.items() if work is not None}


def differences(library: Library, count: int, seed: int) -> list[str]:
    """Where the fast path says something else than the assessment; nothing where there is no fast path."""
    found = []
    for duel in DUELS:
        tellers = {lang: fast_path(library, duel, lang) for lang in LANGUAGES}
        for texts in texts_of(duel, ALL, count, seed):
            facts = read_facts(texts, library.vocabulary)
            full = assess(library, facts, rule=duel.rule, asked_on=ASKED_ON)
            entitlement = full.entitlements[0]
            for lang, tell in tellers.items():
                if tell is None:
                    continue
                try:
                    one = tell(facts)
                except (IndexError, TypeError, ValueError) as error:
                    found.append(f"{duel.rule} {lang} {texts}: {error!r}")
                    continue
                ours = (one.refund, one.clause, [text for text, _ in one.steps])
                steps = explain.steps(entitlement, full, lang)
                theirs = (entitlement.refund, entitlement.clause, [step["text"] for step in steps])
                if ours != theirs:
                    found.append(f"{duel.rule} {lang} {texts}: {ours} instead of {theirs}")
    return found


def shown(lines: list[Line]) -> str:
    """The table of (b), in microseconds."""
    return table(("step", "CPU, µs"), [(line.what, f"{line.each / 1000:.2f}") for line in lines])
