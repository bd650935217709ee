"""The learner's letters that follow a request: reminder, complaint, a letter to a body; what was answered meanwhile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from recourse import money
from recourse.assess import assess
from recourse.bilingual import Words, language
from recourse.desk import corpus, receipts
from recourse.desk.models import Answer, Assessment, Case, DecisionState, Side
from recourse.desk.services import timeline
from recourse.facts import read_facts
from recourse.letters import compose, tongues
from recourse.letters.letter import Addressee, Letter, Party, Payment
from recourse.onward import Turn
from recourse.present import digest
from recourse.problems import Problem

SAME = ("rule", "version", "answer", "outcome", "refund", "pay_by", "window_ends_on")  # whatever the language


@dataclass(frozen=True)
class Typed:
    """What a person adds to a letter: their own words, and where they can be written to."""

    words: str = ""
    address: str = ""


@dataclass(frozen=True)
class Answered:
    """What the seller answered: one of recourse.letters.letter.ANSWERS, or "" where it is not known; and when."""

    what: str = ""
    on: dt.date | None = None


def home(case: Case) -> str:
    """The place of the seller, as far as it is known; else the learner's, whose law and language then serve."""
    platform = corpus.library().platforms.get(case.platform)
    found = (receipts.place(case), platform.home if platform is not None else "", case.facts.get("learner_place") or "")
    return str(next((place for place in found if place), ""))


def told(assessment: Assessment, lang: str) -> Mapping[str, Any]:
    """The assessment in "en" or "zh": told anew where the rules are still the same, else as it was kept."""
    kept: Mapping[str, Any] = assessment.answer
    library = corpus.library()
    if language(kept["language"]) == lang or kept["digests"]["data"] != library.digest:
        return kept
    day = dt.date.fromisoformat(kept["asked_on"]).toordinal()
    found = assess(library, read_facts(kept["facts"], library.vocabulary), platform=kept["platform"], asked_on=day)
    again = found.to_json(lang)
    return again if digest(_figures(again)) == digest(_figures(kept)) else kept


def letter(
    case: Case, kind: str, *, lang: str, at: dt.datetime, typed: Typed | None = None, to: Turn | None = None
) -> Letter:
    """A letter of the learner about the case. Raises `Problem` for what it lacks."""
    typed, answer = typed or Typed(), answered(case)
    plain = receipts.matter(case, at, lang)
    address = tuple(typed.address.splitlines())
    matter = replace(
        plain,
        learner=Party(plain.learner.name, address, plain.learner.mail),
        case=case.reference if case.institution_id is not None else "",
        words=typed.words,
        answer=answer.what,
        answered_on=answer.on.toordinal() if answer.on is not None else None,
        paid_back=paid_back(case),
        body=Addressee(dict(to.body.rule.title), to.body.stage) if to is not None else None,
    )
    place = to.body.rule.place if to is not None else home(case)
    return compose.compose(told(last(case), language(lang)), matter, kind, lang, "" if place == "WORLD" else place)


def last(case: Case) -> Assessment:
    """The last assessment. Raises `Problem` where nothing was worked out yet."""
    found = case.assessed()
    if found is None:
        raise Problem(Words("what is owed was not worked out yet", "尚未计算应退金额"))
    return found


def tongue(case: Case, to: Turn | None = None) -> str:
    """The language in which one writes to the seller, or to a body: one of those that letters exist in."""
    if to is None:
        return tongues.language_of(home(case))
    known = next((one for one in to.body.languages if one in tongues.LANGUAGES), "")
    place = to.body.rule.place
    return known or tongues.language_of(home(case) if place == "WORLD" else place)


def answered(case: Case) -> Answered:
    """What the seller answered so far, here or as the learner told it."""
    decision = case.decisions.filter(state=DecisionState.FINAL).order_by("-decided_at").first()
    if decision is not None:
        what = "refused" if decision.kind == Answer.REFUSED else "less" if decision.below_owed else ""
        return Answered(what, case.day(decision.decided_at) if decision.decided_at and what else None)
    bodies = [one.body for one in timeline.read(case, inner=False) if one.entry.kind == "they-answered" and one.body]
    if bodies:
        body = bodies[-1]
        what = "less" if body.get("minor") else "refused"
        return Answered(what, dt.date.fromisoformat(body["on"])) if body.get("refused") else Answered()
    refused = str(case.facts.get("seller_refused_on") or "")
    if refused:
        return Answered("refused", dt.date.fromisoformat(refused))
    wrote = case.messages.filter(side=Side.INSTITUTION, inner=False).exists()
    return Answered() if wrote else Answered("none")


def paid_back(case: Case) -> tuple[Payment, ...]:
    """What was paid back so far: sent from here or by others, and not come back; or arrived, as the learner told."""
    sent: dict[str, Payment] = {}
    arrived: tuple[Payment, ...] = ()
    for one in timeline.read(case, inner=False):
        body = one.body
        if body is None or one.entry.kind not in ("payout", "they-answered"):
            continue
        said = body.get("on")
        day = (dt.date.fromisoformat(said) if said else case.day(one.entry.at)).toordinal()
        if one.entry.kind == "payout":
            sent.pop(body["payout"], None)
            if body["state"] == "succeeded":
                sent[body["payout"]] = Payment(body["amount"], day)
        else:  # the last answer stands for all
            some = body.get("arrived") and body.get("minor") and body.get("currency")
            arrived = (Payment(money.show(body["minor"], body["currency"]), day),) if some else ()
    return (*sent.values(), *arrived)


def _figures(answer: Mapping[str, Any]) -> list[Any]:
    return [[one.get(key) for key in SAME] for one in answer["entitlements"]]
