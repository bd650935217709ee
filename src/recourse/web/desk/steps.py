"""The next step of a case in words, for the list, the case page and mails."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from recourse.desk import next_step as steps
from recourse.desk.models import Actor, Case, Deadline
from recourse.desk.next_step import NextStep
from recourse.web import engine, wording


@dataclass(frozen=True)
class Words:
    """`title` is the verb as a heading, `status` where it stands, `due` the distance of the day; `tone` of the chip."""

    title: str
    status: str
    due: str = ""
    day: int | None = None
    tone: str = ""  # "", may (soon), late, owes (done)
    unpaid: str = ""  # since when the seller is late with the money, where the step is another one


def seller(case: Case) -> str:
    """Who sold the course, as the person knows them."""
    if case.institution is not None:
        return case.institution.name
    if case.platform and engine.platform(case.platform):
        return engine.platform_name(case.platform, wording.lang())
    return (case.purchase.seller if case.purchase is not None else "") or gettext("the seller")


def urgency(step: NextStep) -> tuple[int, dt.date]:
    """What needs the learner first, then the soonest day."""
    mine = step.actor == Actor.LEARNER
    return (0 if mine else 1 if step.actor is not None else 2, step.by or dt.date.max)


def words(case: Case, step: NextStep, today: dt.date) -> Words:
    """The step for the learner of the case."""
    who = {"who": seller(case)}
    title, status = _said(step.verb, who)
    if step.verb == steps.THEY_ANSWER and case.institution_id is None:
        status = gettext("Sent, not answered yet")
    if step.unpaid is not None:
        due = step.unpaid.toordinal()
        said = {**who, "day": wording.date(due), "ago": wording.distance(due, today.toordinal())}
        return Words(title, status, unpaid=gettext("%(who)s had to pay by %(day)s: %(ago)s") % said)
    if step.by is None:
        return Words(title, status)
    days = (step.by - today).days
    day = step.by.toordinal()
    if days < 0:
        return Words(title, status, wording.distance(day, today.toordinal()), day, "late")
    return Words(title, status, wording.distance(day, today.toordinal()), day, "may" if days <= 2 else "")


def _said(verb: str, who: dict[str, str]) -> tuple[str, str]:
    if verb == steps.SEND:
        return gettext("Check it and send it to %(who)s") % who, gettext("Not sent yet")
    if verb == steps.SEND_THERE:
        return gettext("Send it to %(who)s in their own way") % who, gettext("Ready, not sent yet")
    if verb == steps.ANSWER:
        return gettext("Answer the question of %(who)s") % who, gettext("They asked you something")
    if verb == steps.THEY_ANSWER:
        return gettext("%(who)s must answer") % who, gettext("We have it")
    if verb == steps.THEY_PAY:
        return gettext("%(who)s must pay") % who, gettext("The money is due")
    if verb == steps.THEY_ARE_LATE:
        return gettext("%(who)s is late: see what you can do") % who, gettext("The day has passed")
    if verb == steps.REFUSED:
        return gettext("Refused, or less than is owed: here is what you can do"), gettext("Refused, or less than owed")
    if verb == steps.WAIT_BODY:
        return gettext("Wait for the answer of the body you turned to"), gettext("With somebody else")
    if verb == steps.NOT_HELPED:
        return gettext("No help from the body you turned to: see what is left"), gettext("The body did not help")
    return gettext("Nothing more to do"), gettext("Ended")


def deadline(one: Deadline, case: Case) -> str:
    """What a deadline is about, as its learner reads it."""
    who = {"who": seller(case)}
    if one.name == "pay":
        return gettext("%(who)s must pay, by law or policy") % who
    if one.name == "first-answer":
        return gettext("%(who)s must answer first") % who
    if one.name == "decision":
        return gettext("%(who)s must decide") % who
    if one.name == "answer-question":
        return gettext("Your answer is due")
    if one.name == steps.AGREED:
        return gettext("%(who)s must pay, as agreed or decided") % who
    if one.name == "ask-learner":
        return gettext("We ask you whether %(who)s answered") % who
    if one.name.startswith("apply:"):
        return gettext("Last day to turn to %(name)s") % {"name": _body(one.name.removeprefix("apply:"))}
    return one.name


def passed(one: Deadline, today: dt.date) -> str:
    """How long ago the day was; "" where it is still to come or stands still."""
    over = one.due < today and one.paused_on is None
    return wording.distance(one.due.toordinal(), today.toordinal()) if over else ""


def _body(name: str) -> str:
    found = engine.library().bodies.get(name)
    return shown_name(found.rule.title, wording.lang()) if found is not None else name


def shown_name(texts: Mapping[str, str], lang: str) -> str:
    """A name in the page's language, else in its own."""
    return texts.get(lang) or texts.get("en") or next(iter(texts.values()), "")
