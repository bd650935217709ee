"""What a case's assessment says, for its pages: the card on top, the arithmetic, the clause, what else was checked.

The assessment is kept as it was made. Where the rules are still the same, it is told in the language of the page;
else in the language in which it was recorded, since nothing may be computed anew under other rules.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from recourse import money
from recourse.desk.models import Assessment, Case
from recourse.desk.services import policies
from recourse.desk.services.timeline import Told
from recourse.present import digest
from recourse.web import engine, headline, ledger, shown, wording
from recourse.web.answers import Answers
from recourse.web.engine import Assessed, Json
from recourse.web.headline import Card
from recourse.web.shown import Shown


@dataclass(frozen=True)
class Owed:
    """An assessment in words."""

    assessment: Assessment
    card: Card
    best: Shown | None
    others: list[Shown]
    ledger: list[Any]
    answers: Answers
    json: Json


def owed(case: Case, assessment: Assessment, today: int) -> Owed:
    """The assessment of a case, to be read on the day `today`: by the rules of then, the institution's own too."""
    with engine.using(policies.of_assessment(case, assessment)):
        return _owed(case, assessment, today)


def _owed(case: Case, assessment: Assessment, today: int) -> Owed:
    said = tuple((name, str(text)) for name, text in case.facts.items())
    answers = Answers(said, platform=case.platform or None)
    assessed = _assessed(assessment, Answers(said, platform=assessment.answer.get("platform") or None))
    entitlements = [shown.entitlement(one, answers) for one in assessed.json["entitlements"]]
    best_rule = (assessed.json.get("best") or {}).get("rule")
    best = next((one for one in entitlements if one.rule == best_rule), None)
    others = [one for one in entitlements if one is not best and one.answer != "does-not-apply"]
    return Owed(
        assessment,
        headline.card(best, others, assessed, today, sent=case.received_at is not None),
        best,
        others,
        ledger.of(best.raw, assessed.json["facts"]) if best else [],
        answers,
        assessed.json,
    )


def _assessed(assessment: Assessment, answers: Answers) -> Assessed:
    kept: Json = assessment.answer
    day = wording.day_of(kept["asked_on"])
    considered = engine.consider(Answers(tuple(kept["facts"].items()), platform=kept.get("platform")))
    if kept["digests"]["data"] == engine.library().digest and considered.facts is not None and day is not None:
        told = engine.assess(answers, considered.facts, day=day, lang=wording.lang())
        if digest(_figures(told.json)) == digest(_figures(kept)):
            return told
    return Assessed(json=kept, low="", high="", next="", left=0)


def _figures(answer: Json) -> list[Any]:
    """What must be the same in every language: which rule gives what, by when."""
    keys = ("rule", "version", "outcome", "refund", "pay_by", "window_ends_on")
    return [[one.get(key) for key in keys] for one in answer["entitlements"]]


@dataclass(frozen=True)
class Part:
    """A part that was offered or has arrived, the day, and what is still owed; None where nobody can say how much."""

    amount: str
    arrived: bool
    day: int
    left: str | None


def part(assessment: Assessment | None, told: list[Told]) -> Part | None:
    """What the learner told of a part, outside of here; nothing where all of it was paid or all refused."""
    answers = [one.body for one in told if one.entry.kind == "they-answered" and one.body]
    body = answers[-1] if answers else {}
    day = wording.day_of(str(body.get("on", "")))
    if not body.get("refused") or not body.get("minor") or not body.get("currency") or day is None:
        return None
    minor, currency = int(body["minor"]), str(body["currency"])
    whole = assessment.owed_minor if assessment is not None and assessment.currency == currency else None
    left = money.show(whole - minor, currency) if whole is not None else None
    return Part(money.show(minor, currency), bool(body.get("arrived")), day, left)
