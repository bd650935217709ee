"""The only door from the pages to the engine: every call stands here, so that no page knows how it is made."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from recourse import ask, curve, money, places, rebutted
from recourse import library as data
from recourse.assess import Assessment
from recourse.assess import assess as assess_facts
from recourse.desk import corpus
from recourse.facts import Fact, Facts, read_facts
from recourse.library import Library, Platform
from recourse.present import version_name
from recourse.problems import Problem, each
from recourse.rules import reading
from recourse.rules.tree import Rule, Version
from recourse.web import first, wording
from recourse.web.answers import Answers

Json = dict[str, Any]


@dataclass(frozen=True)
class Considered:
    """Answers as the engine understands them: the facts, or what is wrong with which of them."""

    facts: Facts | None
    problems: tuple[Problem, ...] = ()


_own: ContextVar[Library | None] = ContextVar("own", default=None)


def library() -> Library:
    """All rules, platforms and facts; loaded once in a process. Inside of `using` the one that is used there."""
    return _own.get() or corpus.library()


@contextmanager
def using(other: Library) -> Iterator[None]:
    """Work with another library: the corpus with an institution's own policy in it."""
    token = _own.set(other)
    try:
        yield
    finally:
        _own.reset(token)


def remembered(name: str, work: Callable[[], Json]) -> Json:
    """What `work()` gives, kept for the next start; it hangs on the data and the name alone."""
    found: Json = data.remembered(library(), name, work)
    return found


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


@dataclass(frozen=True)
class Assessed:
    """What the engine answers on known facts: the documented JSON, the range of the best answer, the next question.

    `low` and `high` are amounts as text, "" where none can be named; `next` is the fact to ask for, "" where no answer
    that is still open changes what is owed; `left` is about how many questions there will be, the next one included.
    """

    json: Json
    low: str
    high: str
    next: str
    left: int


def assess(answers: Answers, known: Facts, *, day: int, lang: str) -> Assessed:
    """What is owed on these facts, asked on that day.

    What anybody can say is asked first: `first.question` says in which order.
    """
    found = assess_facts(library(), known, platform=answers.platform, asked_on=day, closed=answers.closed)
    low, high = ask.bounds(found)
    named = known.currency is not None and found.entitlements
    upcoming = first.question(found, answers)
    return Assessed(
        json=found.to_json(lang),
        low=money.show(low, known.currency) if named and known.currency else "",
        high=money.show(high, known.currency) if named and known.currency else "",
        next=upcoming,
        left=_left(found, answers) + (upcoming == "learner_place" and "learner_place" not in answers),
    )


def safe_until(rule: str, assessment: Json) -> int | None:
    """The last day under a rule of this assessment, whatever the seller may yet prove; nothing where it sets none."""
    day = wording.day_of(assessment.get("asked_on") or "")
    if day is None or rule not in rules():  # an assessment that was kept may name one that is no more
        return None
    return rebutted.safe_until(library(), assessment["facts"], rule, asked_on=day)


def _left(found: Assessment, answers: Answers) -> int:
    """About how many questions are left: twice those that the longest rule needs on average.

    The rules share most of their questions, and who does not know an answer is asked for another measure of the
    same thing; over interviews that were tried, twice came nearest. It is never more than there are facts to ask for.
    """
    sure = ask.bounds(found).low
    matter = [one for one in ask.ranked(found) if one.answer == "depends" and ask.matters(one, sure)]
    names = {name for one in matter for name in one.depends_on} - set(answers.closed)
    longest = max((ask.questions(one.outlook.tree) for one in matter if one.outlook is not None), default=0.0)
    return min(len(names), round(2 * longest))


@lru_cache(maxsize=128)
def _course(known: Facts, platform: str | None, day: int) -> tuple[curve.Series, ...]:
    return tuple(curve.curve(library(), known, platform=platform, asked_on=day))


def course(answers: Answers, known: Facts, *, day: int) -> tuple[curve.Series, ...]:
    """How the amount of each rule changes with the day of the request; kept, as every day of it is an assessment."""
    return _course(known, answers.platform, day)


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
    bound = {rule.place for rule in library().heads() if rule.place}
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


def sets(rule: str, version: str, answer: str) -> bool:
    """Whether a version of a rule says such a day or sum at all, known or not."""
    found = [one for one in rules()[rule].versions if version_name(one) == version]
    return any(answer in dict((*one.dates, *one.outputs)) for one in found)


def rule_words(version: Version, lang: str) -> list[Json]:
    """A version of a rule read aloud: sections {head, lines: [{id, text, cite}]}."""
    return reading.rule_words(library(), version, lang)


def _name(name: Mapping[str, str], lang: str) -> str:
    return name.get(lang) or name.get("en") or next(iter(name.values()))
