"""The way onward of a case: which bodies fit and until when, handing it over with consent, and what came of it.

Besides, what a learner tells of a platform that does not work here: what it wrote, and facts that came to light.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from recourse import money
from recourse.bilingual import Words
from recourse.desk import corpus, turned
from recourse.desk.models import Actor, Case, Deadline, DecisionState, LinkUse, Message, Person, Side
from recourse.desk.next_step import AGREED
from recourse.desk.services import assessing, clocks, links, rights, timeline
from recourse.desk.stages import Kind, Stage, Step, after, steps
from recourse.facts import read_facts
from recourse.onward import Turn, onward
from recourse.problems import Problem

APPLY = "apply:"  # the name of a deadline to turn to a body begins so
LINK_DAYS = 60  # that an officer's link lives


class Outcome(StrEnum):
    """What a body said."""

    PAID = "paid"  # the money came
    AGREED = "agreed"  # the body agrees with the learner, or both sides settled; the money is still to come
    PART = "part"
    AGAINST = "against"
    NOT_TAKEN = "not-taken"  # it does not deal with the case


@dataclass(frozen=True)
class Handing:
    """What the learner agreed to hand over: the letter, by its text, and with a link the whole case."""

    letter: str
    language: str
    link: bool


@dataclass(frozen=True)
class Said:
    """What came of turning to a body; `minor` is whole smallest units of the case's currency."""

    outcome: Outcome
    on: dt.date
    text: str = ""
    minor: int | None = None
    pay_by: dt.date | None = None


def turns(case: Case, today: dt.date) -> tuple[Turn, ...]:
    """The bodies that fit or may fit, in the order that makes sense. Raises `Problem` for facts that cannot be read."""
    library = corpus.library()
    found = onward(library, read_facts(case.facts, library.vocabulary), today.toordinal())
    return tuple(one for one in found if one.body.stage != "seller")


def turn(case: Case, body: str, today: dt.date) -> Turn | None:
    """One of them."""
    return next((one for one in turns(case, today) if one.body.id == body), None)


def set_dates(*, case: Case, at: dt.datetime) -> int:
    """Each last day on which a body still takes the case is a deadline, until it was turned to; others are dropped.

    How many rows changed: none the second time. Call it inside a transaction that holds the case's row.
    """
    today = case.day(at)
    mine = Deadline.objects.filter(case=case, name__startswith=APPLY)
    met = set(mine.filter(met_at__isnull=False).values_list("name", flat=True))
    wanted = {
        f"{APPLY}{one.body.id}": (dt.date.fromordinal(one.apply_by), one.body.id)
        for one in turns(case, today)
        if one.apply_by is not None and one.fits in ("fits", "not-yet") and f"{APPLY}{one.body.id}" not in met
    }
    there = {one.name: one for one in mine.filter(met_at=None, dropped_at=None)}
    gone = [name for name, one in there.items() if name not in wanted and one.due >= today]
    if gone:
        clocks.drop(case=case, at=at, names=tuple(gone))
    new = {name: day for name, day in wanted.items() if name not in there or there[name].due != day[0]}
    for name, (due, body) in new.items():
        clocks.fix(case=case, name=name, actor=Actor.LEARNER, rule=body, today=today, due=due)
    return len(gone) + len(new)


@transaction.atomic
def hand_over(*, case: Case, by: Person, body: str, what: Handing, at: dt.datetime) -> links.Made | None:
    """The learner turns to a body: consent, letter and day are recorded, the date to apply is met.

    With `what.link` there is a secret address for the body's officer. The same body twice only makes a new link.
    """
    case = Case.lock(case.pk)
    rights.need_learner(by, case)
    found = turn(case, body, case.day(at))
    if found is None:
        raise Problem(
            Words("this body is not there for this case any more", "该机构已不适用于本案"),
            hint=Words("look at the list again: facts or dates have changed", "事实或日期已有变化，请重新查看列表"),
        )
    name = found.body.rule.title.get("en") or next(iter(found.body.rule.title.values()))
    actor = timeline.actor(by)
    timeline.record(
        case=case, by=actor, kind="consented", at=at,
        body={"body": body, "name": name, "letter": what.letter, "language": what.language, "whole_case": what.link},
    )  # fmt: skip
    if Step.ESCALATE in steps(Stage(case.stage), Kind(case.kind)):
        case.stage = after(Stage(case.stage), Step.ESCALATE, Kind(case.kind)).value
        case.save(update_fields=["stage"])
    elif case.stage != Stage.ESCALATED:
        after(Stage(case.stage), Step.ESCALATE, Kind(case.kind))  # raises, naming what is open
    if found.apply_by is not None:
        due = dt.date.fromordinal(found.apply_by)
        clocks.fix(case=case, name=f"{APPLY}{body}", actor=Actor.LEARNER, rule=body, today=case.day(at), due=due)
    clocks.meet(case=case, name=f"{APPLY}{body}", at=at)
    timeline.record(case=case, by=actor, kind="escalated", at=at, body={"body": body, "name": name})
    if not what.link:
        return None
    return links.make(case=case, by=by, use=LinkUse.OFFICER, days=LINK_DAYS, at=at, label=name, body=body)


@transaction.atomic
def came_of_it(*, case: Case, by: Person, body: str, said: Said, at: dt.datetime) -> Case:
    """What the body answered: the case is settled, waits for the money, or is open for the next body.

    No body's answer stands for that of an institution that has not decided yet, nor for that of another body that was
    turned to and has not answered: the case stays escalated.
    """
    case = Case.lock(case.pk)
    rights.need_learner(by, case)
    answered = turned.answers((told.entry.kind, told.body) for told in timeline.read(case, inner=False))
    if body not in answered:
        raise Problem(Words("this case was not taken to that body", "本案未向该机构提出"))
    waiting = {name for name, outcome in answered.items() if not outcome} | {body}
    found = corpus.library().bodies.get(body)
    name = found.rule.title.get("en", body) if found is not None else body
    timeline.record(
        case=case, by=timeline.actor(by), kind="body-answered", at=at,
        body={"body": body, "name": name, "outcome": said.outcome.value, "on": said.on.isoformat(), "text": said.text,
              "amount": money.show(said.minor, case.currency) if said.minor and case.currency else None},
    )  # fmt: skip
    kind = Kind(case.kind)
    if said.outcome is Outcome.PAID:
        case.stage = after(Stage(case.stage), Step.SETTLE, kind).value
        for each in ("pay", AGREED):
            clocks.meet(case=case, name=each, at=at)
        clocks.drop(case=case, at=at)
    elif said.outcome is Outcome.AGREED:
        if said.pay_by is not None:
            clocks.fix(case=case, name=AGREED, actor=Actor.INSTITUTION, rule=body, today=case.day(at), due=said.pay_by)
    elif waiting == {body} and Step.DECIDE in steps(Stage(case.stage), kind) and _answered(case):
        case.stage = after(Stage(case.stage), Step.DECIDE, kind).value
    case.save(update_fields=["stage"])
    return case


def _answered(case: Case) -> bool:
    """Whether the seller has decided; what one says that does not work here is the learner's to tell."""
    return case.institution_id is None or case.decisions.filter(state=DecisionState.FINAL).exists()


@transaction.atomic
def they_wrote(*, case: Case, by: Person, said: str, on: dt.date, at: dt.datetime) -> Message:
    """A seller that does not work here wrote something that is no answer yet: the learner tells it."""
    case = Case.lock(case.pk)
    rights.need_learner(by, case)
    if case.institution_id is not None:
        raise rights.NotYours(Words("this seller writes here itself", "该商家会在此自行回复"))
    message = Message.objects.create(case=case, side=Side.INSTITUTION, text=said)
    timeline.record(
        case=case, by=timeline.actor(by), kind="they-wrote", at=at,
        body={"message": str(message.pk), "text": said, "on": on.isoformat()},
    )  # fmt: skip
    return message


@transaction.atomic
def state(*, case: Case, by: Person, facts: Mapping[str, str], at: dt.datetime) -> Case:
    """A fact that came to light: what is owed and who is there for it are worked out anew. Raises `Problem`."""
    case = Case.lock(case.pk)
    rights.need_learner(by, case)
    stated = {**case.facts, **facts}
    read_facts(stated, corpus.library().vocabulary)
    if stated == case.facts:
        return case
    case.facts = stated
    case.save(update_fields=["facts"])
    timeline.record(case=case, by=timeline.actor(by), kind="facts", at=at, body={"facts": dict(facts)})
    assessing.assess_case(case=case, at=at)
    return case
