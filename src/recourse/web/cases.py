"""The worked cases of a rule on its page: the facts in words, what must come out, whether it does, and an address."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from recourse.examples import Example
from recourse.facts import Facts
from recourse.web import curve, engine, labels, shelf, titles, values, wording
from recourse.web.answers import Answers
from recourse.web.curve import Chart

SAID = 4  # facts in the line that stands for a case; all of them are behind it
# What tells one case from another soonest; then come the other facts in which they differ.
TELLING = ("paid", "kind", "cause", "reason", "concluded_on", "requested_on")


@dataclass(frozen=True)
class Case:
    """A worked case. `passed` says whether the engine gives what must come out."""

    id: str
    story: tuple[str, str]  # the words, and the tag of the language they are in
    working: tuple[str, str]
    facts: Sequence[tuple[str, str]]
    short: str
    expected: Sequence[tuple[str, str]]
    wrong: Sequence[tuple[str, str, str]]  # (answer, expected, found)
    passed: bool
    certain: bool
    source: str
    status: str
    answers: Answers | None  # None where the facts cannot be read


@dataclass(frozen=True)
class Telling:
    """The case whose amount changes with time, and the drawing."""

    case: Case
    chart: Chart


def of(rule: str, platform: str) -> list[Case]:
    """The worked cases of a rule, those that pass and are certain first."""
    examples = shelf.examples(rule)
    told = [dict(one.result.assessment.facts.shown) for one in examples if one.result.assessment]
    names = dict.fromkeys((*TELLING, *(name for one in told for name in one)))
    apart = [name for name in names if len({str(one.get(name)) for one in told}) > 1]
    found = [_case(one, platform, apart) for one in examples]
    return sorted(found, key=lambda one: (not one.passed, not one.certain))


def telling(rule: str, platform: str, today: int) -> Telling | None:
    """The case to draw; nothing where no case of the rule changes with the day."""
    found = shelf.telling(rule)
    if found is None:
        return None
    example, series = found
    assessment = example.result.assessment
    currency = assessment.facts.currency if assessment else None
    chart = curve.chart([series], {"currency": currency}, today)
    return Telling(_case(example, platform, TELLING), chart) if chart else None


def _case(one: Example, platform: str, telling: Sequence[str]) -> Case:
    """A case in words; `telling` are the facts that stand for it."""
    result = one.result
    facts = result.assessment.facts if result.assessment else None
    pairs = _pairs(facts) if facts else ()
    kinds = engine.facts()
    said = [(name, kinds[name].name.of(wording.lang()), values.shown(kinds[name], text)) for name, text in pairs]
    spoken = {name: (label, value) for name, label, value in said}
    short = [spoken[name] for name in telling if name in spoken][:SAID]
    day = result.assessment.asked_on if result.assessment else None
    version = result.entitlement.version if result.entitlement else None
    known = {one.id: _said(one.says) for one in (*version.duties, *version.ways)} if version else {}
    return Case(
        id=one.id,
        story=_told(result.story),
        working=_told(one.working),
        facts=[(name, value) for _, name, value in said],
        short=" · ".join(gettext("%(name)s: %(value)s") % {"name": name, "value": value} for name, value in short),
        expected=[(_name(key), _value(key, value, known)) for key, value in one.expected.items() if key != "reason"],
        wrong=[
            (_name(d.key), _value(d.key, d.expected, known), _value(d.key, d.found, known)) for d in result.differences
        ],
        passed=result.passed,
        certain=result.certain,
        source=one.source,
        status=one.status,
        answers=Answers(pairs, platform or None, wording.iso(day) if day else None) if pairs else None,
    )


def _told(texts: Mapping[str, str]) -> tuple[str, str]:
    """In the page's language where it is told in it, else in English."""
    lang = wording.lang() if wording.lang() in texts else "en"
    return texts.get(lang, ""), titles.TAGS.get(lang, lang)


def _pairs(facts: Facts) -> tuple[tuple[str, str], ...]:
    return tuple(facts.shown.items())


def _name(key: str) -> str:
    if key == "applies":
        return gettext("The rule applies")
    if key == "refund":
        return gettext("Owed")
    return labels.more(key)


def _said(texts: Mapping[str, str]) -> str:
    return texts.get(wording.lang(), "") or texts.get("en", "")


def _value(key: str, value: Any, known: Mapping[str, str]) -> str:
    """An answer in words; several where it is a list. `known` says what the rule's duties and ways are."""
    if isinstance(value, (list, tuple)):
        if key == "ways_open" or key.startswith("duties_"):
            return " ".join(known.get(str(one), str(one)) for one in value) or gettext("none")
        if key == "depends_on":
            kinds = engine.facts()
            return wording.listed(
                [kinds[name].name.of(wording.lang()) if name in kinds else str(name) for name in value]
            )
        return wording.listed([_value(key, one, known) for one in value])
    if value is None:
        return "–"
    text = str(value)
    if text.lower() in ("true", "yes"):
        return gettext("Yes")
    if text.lower() in ("false", "no"):
        return gettext("No")
    return _typed(key, text, engine.expectations())


def _typed(key: str, text: str, kinds: Mapping[str, Any]) -> str:
    kind = kinds[key].type if key in kinds else ""
    day = wording.day_of(text)
    if day is not None:
        return wording.date(day)
    if kind == "choice":
        return labels.answer(key, text)
    figure, _, code = text.partition(" ")
    return wording.money(text) if len(code) == 3 and code.isupper() and figure else text
