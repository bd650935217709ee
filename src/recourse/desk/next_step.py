"""What happens next with a case: who must act, what, and by when; the same answer for every page and mail."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from recourse.desk.models import Actor, Answer, Case, Deadline, Decision
from recourse.desk.stages import Kind, Stage

# The verbs that pages put into words.
SEND, SEND_THERE, ANSWER, THEY_ANSWER, THEY_PAY, THEY_ARE_LATE, REFUSED, WAIT_BODY, NOT_HELPED, NOTHING = (
    "send", "send-there", "answer", "they-answer", "they-pay", "they-are-late", "refused", "wait-body", "not-helped",
    "nothing",
)  # fmt: skip
BEYOND = frozenset({REFUSED, WAIT_BODY, NOT_HELPED})  # somebody else is turned to; the money stays due all the same
PAY = "pay"  # the day by which law or policy has the seller pay
AGREED = "pay-agreed"  # the day by which the seller must pay because a body said so, or both sides settled


@dataclass(frozen=True)
class NextStep:
    """`actor` is None where nobody must act; `by` is the last day that is still in time, where one is set.

    `unpaid` is the day by which the seller had to pay, where it has passed and the step itself is another one.
    """

    verb: str
    actor: Actor | None
    by: dt.date | None = None
    deadline: str = ""  # its name
    provisional: bool = False
    unpaid: dt.date | None = None

    def late(self, today: dt.date) -> bool:
        """Whether the day has passed."""
        return self.by is not None and self.by < today


def next_step(
    case: Case,
    deadlines: Iterable[Deadline],
    today: dt.date,
    decision: Decision | None = None,
    *,
    no_help: bool = False,
) -> NextStep:
    """The next step; `deadlines` are the case's open ones, `decision` its last final one.

    `no_help` says that the bodies which were turned to have answered, and not helped (recourse.desk.turned).
    """
    running = sorted((d for d in deadlines if d.paused_on is None), key=lambda d: d.due)
    theirs = [one for one in running if one.actor == Actor.INSTITUTION]
    found = _next(case, running, theirs, today, decision, no_help)
    if found.verb not in BEYOND:
        return found
    passed = (one.due for one in theirs if one.name in (PAY, AGREED) and one.due < today)
    return replace(found, unpaid=next(passed, None))


def _next(
    case: Case,
    running: list[Deadline],
    theirs: list[Deadline],
    today: dt.date,
    decision: Decision | None,
    no_help: bool,
) -> NextStep:
    stage = Stage(case.stage)
    if stage is Stage.DRAFT:
        return NextStep(SEND if case.institution_id else SEND_THERE, Actor.LEARNER)
    if stage is Stage.WAITING:
        return _by(ANSWER, Actor.LEARNER, [one for one in running if one.actor == Actor.LEARNER])
    if stage in (Stage.RECEIVED, Stage.IN_REVIEW):
        if case.institution_id is None and "seller_refused_on" in case.facts:
            return NextStep(REFUSED, Actor.LEARNER)  # a withdrawal, which nobody can refuse
        late = [one for one in theirs if one.due < today]
        if late:
            return _by(THEY_ARE_LATE, Actor.LEARNER, late[:1])
        if case.kind == Kind.WITHDRAWAL:
            return _by(THEY_PAY, Actor.INSTITUTION, [one for one in theirs if one.name == PAY])
        return _by(THEY_ANSWER, Actor.INSTITUTION, theirs[:1])
    if stage is Stage.DECIDED:
        found = _after_decision(case, decision, [one for one in theirs if one.name == PAY], today)
        return replace(found, verb=NOT_HELPED) if found.verb == REFUSED and no_help else found
    if stage is Stage.ESCALATED:
        agreed = [one for one in theirs if one.name == AGREED]
        if agreed and agreed[0].due < today:
            return _by(THEY_ARE_LATE, Actor.LEARNER, agreed)
        if agreed:
            return _by(THEY_PAY, Actor.INSTITUTION, agreed)
        return NextStep(NOT_HELPED, Actor.LEARNER) if no_help else NextStep(WAIT_BODY, Actor.BODY)
    return NextStep(NOTHING, None)


def _after_decision(case: Case, decision: Decision | None, pay: list[Deadline], today: dt.date) -> NextStep:
    refused = "seller_refused_on" in case.facts if decision is None else decision.kind == Answer.REFUSED
    if refused or (decision is not None and decision.below_owed):
        return NextStep(REFUSED, Actor.LEARNER)
    if decision is not None and decision.kind == Answer.ANSWERED:
        return NextStep(NOTHING, None)
    if pay and pay[0].due < today:
        return _by(THEY_ARE_LATE, Actor.LEARNER, pay)
    return _by(THEY_PAY, Actor.INSTITUTION, pay)


def _by(verb: str, actor: Actor, deadlines: list[Deadline]) -> NextStep:
    if not deadlines:
        return NextStep(verb, actor)
    first = deadlines[0]
    return NextStep(verb, actor, first.due, first.name, first.provisional)
