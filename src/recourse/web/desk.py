"""The only door from the pages to the engine: every call stands here, so that no page knows how it is made."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from recourse import assess as engine
from recourse import library as data
from recourse import places
from recourse.facts import Fact, Facts, read_facts
from recourse.library import Library, Platform
from recourse.problems import Problem, each
from recourse.rules import ask, curve, reading
from recourse.rules.tree import Rule, Version
from recourse.web.answers import Answers

Json = dict[str, Any]


@dataclass(frozen=True)
class Considered:
    """Answers as the engine understands them: the facts, or what is wrong with which of them."""

    facts: Facts | None
    problems: tuple[Problem, ...] = ()


@lru_cache(maxsize=1)
def library() -> Library:
    """All rules, platforms and facts; loaded once in a process."""
    return data.load()


def facts() -> Mapping[str, Fact]:
    """The vocabulary's facts by id."""
    return library().vocabulary.facts


def expectations() -> Mapping[str, Fact]:
    """What a rule may answer, by id."""
    return library().vocabulary.expectations


def consider(answers: Answers) -> Considered:
    """Reads the answers as facts; never raises, so that a page can show what is wrong beside its question."""
    kinds = facts()
    source = {
        name: text.split(", ") if kinds[name].type.startswith("list-of-") else text
        for name, text in answers.known.items()
    }
    try:
        return Considered(read_facts(source, library().vocabulary))
    except Problem as problem:
        return Considered(None, tuple(each(problem)))


def assess(answers: Answers, known: Facts, *, day: int, lang: str) -> Json:
    """What is owed on these facts, asked on that day, as the documented JSON."""
    return engine.assess(library(), known, platform=answers.platform, asked_on=day).to_json(lang)


def next_question(answers: Answers, known: Facts, *, day: int) -> str | None:
    """The fact to ask next: none where nothing that is left can change the answer, or all of it is not known.

    Where the learner lives comes first: without it no law can bind.
    """
    if "learner_place" not in answers:
        return "learner_place"
    return ask.next_question(
        library(), known, platform=answers.platform, place=None, asked_on=day, skip=answers.unknown
    )


def course(answers: Answers, known: Facts, *, day: int) -> list[Any]:
    """How the amount of each rule changes with the day of the request."""
    return list(curve.curve(library(), known, platform=answers.platform, place=None, asked_on=day))


def platform(name: str) -> Platform | None:
    """A platform by its id."""
    return library().platforms.get(name)


def platform_name(name: str, lang: str) -> str:
    """The name of a platform in the page's language."""
    return _name(library().platforms[name].name, lang)


def platforms(lang: str) -> list[tuple[str, str]]:
    """Id and name of each platform, by name."""
    return sorted(
        ((key, _name(one.name, lang)) for key, one in library().platforms.items()), key=lambda pair: pair[1].lower()
    )


@lru_cache(maxsize=4)
def all_places(lang: str) -> tuple[tuple[str, str, bool], ...]:
    """Code, name and whether we have read its law, for every place to choose: countries, each followed by its parts.

    The parts of a country are listed where a rule of ours is the law of one of them.
    """
    bound = {rule.place for rule in library().rules.values() if rule.place}
    found = []
    for country in sorted(places.codes(), key=lambda code: by_sound(places.name(code, lang), lang)):
        parts = places.codes(country) if any(place.startswith(f"{country}-") for place in bound) else ()
        found += [country, *sorted(parts, key=lambda code: by_sound(places.name(code, lang), lang))]
    return tuple(
        (code, places.name(code, lang), any(places.contains(code, place) for place in bound)) for code in found
    )


def by_sound(name: str, lang: str) -> bytes:
    """Sorts names as a dictionary does: the old national code has common Chinese characters by their sound."""
    return name.encode("gb18030") if lang == "zh" else name.casefold().encode()


def group_name(group: str, lang: str) -> str:
    """The heading of a group of facts."""
    return library().vocabulary.groups[group].of(lang)


def said(*keys: str, lang: str) -> str:
    """What the data calls a choice or an answer; "" where it has no words for it."""
    found: Any = library().labels
    for key in keys:
        found = found.get(key) or {}
    return str(found.get(lang, ""))


def place_name(code: str, lang: str) -> str:
    """A place in words."""
    return places.name(code, lang)


def rules() -> Mapping[str, Rule]:
    """All rules by id, laws and platforms' clauses."""
    return library().rules


def rule_words(rule: Rule, version: Version, lang: str) -> list[Json]:
    """A rule read aloud: sections {head, lines: [{id, text, cite}]}."""
    return reading.rule_words(library(), rule, version, lang)


def _name(name: Mapping[str, str], lang: str) -> str:
    return name.get(lang) or name.get("en") or next(iter(name.values()))
