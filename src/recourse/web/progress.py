"""Where somebody stands in the interview: how many questions, between which amounts, why this one, what was said."""

from dataclasses import dataclass

from recourse.web import engine, first, titles, values, wording
from recourse.web.answers import NOT_KNOWN, Answers
from recourse.web.engine import Json
from recourse.web.titles import Title
from recourse.web.views.requests import Asked


@dataclass(frozen=True)
class Said:
    """One answer in words; nothing as `value` where it is not known."""

    fact: str
    name: str
    question: str
    value: str
    group: str


@dataclass(frozen=True)
class Progress:
    """What stands above and beside a question."""

    number: int
    about: int
    share: int  # of the bar, 0 to 100
    low: str
    high: str
    reasons: list[tuple[str, Title]]


def of(asked: Asked, name: str, *, again: bool) -> Progress:
    """How far the interview has come when it asks for `name`; `again` where it asks for more of an answer it has."""
    names = asked.answers.names
    before = names[: names.index(name)] if name in names and not again else names
    number = first.asked(before) + 1
    json: Json = asked.assessed.json if asked.assessed else {"entitlements": [], "missing": []}
    left = asked.assessed.left if asked.assessed else 0
    about = max(number, first.asked(names) + left)
    if not first.round_over(asked.answers):
        about = max(number, min(about, first.ROUND))
    return Progress(
        number=number,
        about=about,
        share=round(100 * (number - 1) / about),
        low=asked.assessed.low if asked.assessed else "",
        high=asked.assessed.high if asked.assessed else "",
        reasons=_reasons(json, name),
    )


def said(answers: Answers) -> list[Said]:
    """All answers in words, in the order given."""
    kinds = engine.facts()
    lang = wording.lang()
    return [
        Said(
            fact=name,
            name=kinds[name].name.of(lang),
            question=kinds[name].ask.of(lang),
            value="" if text == NOT_KNOWN else values.shown(kinds[name], text),
            group=kinds[name].group,
        )
        for name, text in answers.given
    ]


def _reasons(assessment: Json, name: str) -> list[tuple[str, Title]]:
    turning_on_it = [one for one in assessment["entitlements"] if name in one.get("missing", ())]
    return [(one["rule"], titles.of(one["title"], one.get("place") or "")) for one in turning_on_it[:3]]
