"""The door from the pages to the corpus: rights of a place, bodies, sources, worked cases, curves of rules.

What is read aloud is kept for each language while the process runs: the data do not change under it.
"""

from collections.abc import Collection
from functools import lru_cache
from typing import Any

from recourse import days, guide, places, provenance
from recourse import examples as shown
from recourse import onward as turns
from recourse import rights as law
from recourse.bodies import STAGES
from recourse.curve import Series
from recourse.examples import Example
from recourse.facts import Facts
from recourse.library import Platform
from recourse.provenance import Sourced
from recourse.rules import gist
from recourse.rules.tree import Rule, Version
from recourse.web import engine

Json = dict[str, Any]


def is_place(code: str) -> bool:
    """Whether rights can be told for it: a country, a part of one, or a union of countries."""
    return places.is_place(code) or is_union(code)


def is_union(code: str) -> bool:
    """Whether it is a union of countries, in which nobody lives."""
    return places.is_union(code)


@lru_cache(maxsize=256)
def rights(place: str, day: int, lang: str) -> Json:
    """The law of a place on a day as plain data, read aloud. The caller has checked the place."""
    return guide.rights_json(law.rights(engine.library(), place, day), engine.library(), lang)


@lru_cache(maxsize=1)
def covered() -> dict[str, tuple[int, int]]:
    """The places with rules or bodies of their own: how many of each."""
    library = engine.library()
    rules = [head.place for head in library.heads() if not head.policy]
    bodies = [body.rule.place for body in library.bodies.values()]
    return {place: (rules.count(place), bodies.count(place)) for place in law.covered(library)}


@lru_cache(maxsize=512)
def body(name: str, lang: str) -> Json | None:
    """A body as plain data; nothing where there is none of that name."""
    found = engine.library().bodies.get(name)
    return None if found is None else guide.body_json(found, engine.library(), lang)


@lru_cache(maxsize=2)
def bodies(lang: str) -> tuple[Json, ...]:
    """Every body in a line, by the stage at which people turn to it."""
    library = engine.library()
    ordered = sorted(library.bodies.values(), key=lambda one: (STAGES.index(one.stage), one.id))
    return tuple(guide.body_line(one, library, lang) for one in ordered)


def onward(facts: Facts, day: int, closed: Collection[str], lang: str) -> list[Json]:
    """Whom to turn to on these facts, in the order that makes sense, as plain data."""
    found = turns.onward(engine.library(), facts, day, closed)
    return [guide.turn_json(turn, engine.library(), lang) for turn in found]


@lru_cache(maxsize=1)
def sources() -> tuple[Sourced, ...]:
    """Everything with its source, the least certain and the oldest first."""
    return tuple(provenance.sources(engine.library()))


def within(place: str, other: str) -> bool:
    """Whether law of `other` is law in `place`."""
    return places.contains(place, other)


def current(rule: Rule, day: int) -> Version:
    """The version of a rule in force on a day, else the newest."""
    return law.current(rule, day) or rule.versions[-1]


@lru_cache(maxsize=1024)
def _gist(rule: str, version: int, lang: str) -> tuple[Json, ...]:
    return tuple(gist.gist(engine.library(), engine.rules()[rule].versions[version], lang))


def gist_of(rule: Rule, version: Version, lang: str) -> tuple[Json, ...]:
    """A version of a rule in a few short lines {key, name, text}."""
    return _gist(rule.id, rule.versions.index(version), lang)


@lru_cache(maxsize=1)
def _cases() -> dict[str, Any]:
    return shown.by_rule(engine.library())


@lru_cache(maxsize=512)
def examples(rule: str) -> tuple[Example, ...]:
    """The worked cases of a rule, each run; one without any day is asked on the day the rule was last read."""
    read = [version.cite.checked_on for version in engine.rules()[rule].versions if version.cite.checked_on]
    return shown.run(engine.library(), _cases().get(rule, ()), days.parse(max(read, default="2026-01-01")))


@lru_cache(maxsize=512)
def telling(rule: str) -> tuple[Example, Series] | None:
    """The worked case of a rule that shows best how its amount runs, with the curve."""
    return shown.telling(engine.library(), engine.rules()[rule], examples(rule))


def platform(name: str) -> Platform | None:
    """A platform by its id."""
    return engine.library().platforms.get(name)


def platforms() -> tuple[Platform, ...]:
    """All platforms."""
    return tuple(engine.library().platforms.values())
