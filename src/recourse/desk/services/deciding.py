"""The institution's side of a case: reviewing, asking, deciding, a second person, and what the learner then reads."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from recourse import money
from recourse.bilingual import Words
from recourse.desk.models import (
    Actor,
    Answer,
    Assessment,
    Case,
    Decision,
    DecisionState,
    Message,
    Person,
    Role,
    Side,
)
from recourse.desk.services import clocks, rights, timeline
from recourse.desk.stages import Kind, Stage, Step, after
from recourse.problems import Problem

ANSWER_DAYS = 10  # working days that a learner has for a question; what passes with them stands in the message


@transaction.atomic
def assign(*, case: Case, by: Person, to: Person | None, at: dt.datetime) -> Case:
    """Give the case to a colleague, or back to the queue."""
    case = Case.lock(case.pk)
    rights.need(by, case.institution, *rights.DESK)
    if to is not None:
        rights.need(to, case.institution, *rights.DESK)
        rights.need_impartial(to, case)
    case.assigned_to = to
    case.save(update_fields=["assigned_to"])
    body = {"to": None if to is None else timeline.actor(to)}
    timeline.record(case=case, by=timeline.actor(by), kind="assigned", at=at, body=body, inner=True)
    return case


@transaction.atomic
def review(*, case: Case, by: Person, at: dt.datetime) -> Case:
    """Somebody began to look at it."""
    case = Case.lock(case.pk)
    rights.need(by, case.institution, *rights.DESK)
    _step(case, Step.REVIEW)
    case.save(update_fields=["stage"])
    timeline.record(case=case, by=timeline.actor(by), kind="in-review", at=at, body={})
    return case


@transaction.atomic
def reply(*, case: Case, by: Person, text: str, at: dt.datetime, inner: bool = False, asks: bool = False) -> Message:
    """Write to the learner, or a note among colleagues. A question stops the institution's clocks until its answer."""
    case = Case.lock(case.pk)
    rights.need(by, case.institution, *rights.DESK)
    message = Message.objects.create(case=case, side=Side.INSTITUTION, author=by, text=text, inner=inner, asks=asks)
    if asks:
        _step(case, Step.ASK)
        case.save(update_fields=["stage"])
        today = clocks.today(case, at)
        clocks.pause(case=case, today=today)
        clocks.begin(
            case=case, name="answer-question", actor=Actor.LEARNER, today=today, days=ANSWER_DAYS,
            place=case.clocks["place"],
        )  # fmt: skip
    if not inner:
        clocks.meet(case=case, name="first-answer", at=at)
    kind = "noted" if inner else "asked" if asks else "replied"
    timeline.record(
        case=case, by=timeline.actor(by), kind=kind, at=at, body={"message": str(message.pk), "text": text}, inner=inner
    )
    return message


@dataclass(frozen=True)
class Deciding:
    """A decision as it is proposed: `minor` in whole smallest units of the assessment's currency."""

    kind: Answer
    minor: int = 0
    reason: str = ""
    letter: str = ""


@transaction.atomic
def decide(*, case: Case, by: Person, assessment: Assessment | None, what: Deciding, at: dt.datetime) -> Decision:
    """Answer the case. Below what is owed it stays a proposal until a second person agrees.

    Raises `Problem` for a decision on an assessment that is no longer the last, an amount that fits no decision, and a
    decision below what is owed without a reason.
    """
    case = Case.lock(case.pk)
    rights.need(by, case.institution, *rights.DESK)
    rights.need_impartial(by, case)
    after(Stage(case.stage), Step.DECIDE, Kind(case.kind))
    _need_last(case, assessment)
    _need_sound(case, assessment, what)
    owed = assessment.owed_minor if assessment is not None else 0
    below = assessment is not None and what.kind is not Answer.ANSWERED and what.minor < (owed or 0)
    if below and not what.reason.strip():
        raise Problem(
            Words("less than what is owed needs a reason", "低于应退金额必须写明理由"), field="reason",
            hint=Words("the learner and the second person read it", "学员与复核人都会看到"),
        )  # fmt: skip
    _replace_proposal(case, by, at)
    decision = Decision.objects.create(
        case=case, assessment=assessment, kind=what.kind, minor=what.minor, below_owed=below, reason=what.reason,
        currency=assessment.currency if assessment is not None else "", letter=what.letter, proposed_by=by,
        state=DecisionState.PROPOSED if below else DecisionState.FINAL, decided_at=None if below else at,
    )  # fmt: skip
    if below:
        body = _told(decision)
        timeline.record(case=case, by=timeline.actor(by), kind="proposed", at=at, body=body, inner=True)
        return decision
    _publish(case, decision, by, at)
    return decision


def _replace_proposal(case: Case, by: Person, at: dt.datetime) -> None:
    """The proposal that waits for its second person, if there is one, gives way to a new decision."""
    for old in Decision.objects.filter(case=case, state=DecisionState.PROPOSED):
        old.state = DecisionState.REJECTED
        old.save(update_fields=["state"])
        body = {"decision": str(old.pk), "why": "", "replaced": True}
        timeline.record(case=case, by=timeline.actor(by), kind="disagreed", at=at, body=body, inner=True)


@transaction.atomic
def agree(*, decision: Decision, by: Person, at: dt.datetime) -> Decision:
    """The second person agrees: the decision is final. The proposer cannot."""
    case = Case.lock(decision.case_id)
    decision = Decision.lock(decision.pk)
    _need_second(case, decision, by)
    _need_last(case, decision.assessment)
    decision.second, decision.state, decision.decided_at = by, DecisionState.FINAL, at
    decision.save(update_fields=["second", "state", "decided_at"])
    _publish(case, decision, by, at)
    return decision


@transaction.atomic
def disagree(*, decision: Decision, by: Person, why: str, at: dt.datetime) -> Decision:
    """The second person does not agree; the case stays open."""
    case = Case.lock(decision.case_id)
    decision = Decision.lock(decision.pk)
    _need_second(case, decision, by)
    decision.second, decision.state = by, DecisionState.REJECTED
    decision.save(update_fields=["second", "state"])
    body = {"decision": str(decision.pk), "why": why}
    timeline.record(case=case, by=timeline.actor(by), kind="disagreed", at=at, body=body, inner=True)
    return decision


def _need_second(case: Case, decision: Decision, by: Person) -> None:
    rights.need(by, case.institution, Role.APPROVER, Role.ADMINISTRATOR)
    rights.need_impartial(by, case)
    if decision.state != DecisionState.PROPOSED:
        raise Problem(Words("this proposal is no longer open", "该提议已不再待复核"))
    if decision.proposed_by_id == by.pk:
        raise rights.NotYours(Words("nobody agrees to their own proposal", "提议人不能复核自己的提议"))


def _need_last(case: Case, assessment: Assessment | None) -> None:
    last = case.assessments.order_by("-number").first()
    if assessment is not None and last is not None and last.pk != assessment.pk:
        raise Problem(
            Words("what is owed was worked out anew since this page was opened", "打开本页后应退金额已重新计算"),
            hint=Words("look at the new figures, then decide", "请查看新的金额后再决定"),
        )


def _need_sound(case: Case, assessment: Assessment | None, what: Deciding) -> None:
    money_moves = what.kind in (Answer.WHOLE, Answer.PART)
    if what.kind is Answer.ANSWERED and case.kind != Kind.COMPLAINT:
        raise Problem(
            Words("only a complaint is answered without deciding on money", "只有投诉可以只作答复、不对金额作决定"),
            field="kind",
        )
    if money_moves and assessment is None:
        raise Problem(Words("money is decided on an assessment", "退款决定必须以测算为依据"), field="assessment")
    if money_moves == (what.minor == 0):
        raise Problem(
            Words("a refusal pays nothing, and a refund more than nothing", "拒绝即不付款；退款金额须大于零"),
            field="minor",
        )
    paid = case.purchase.paid_minor if case.purchase is not None else None
    if paid is not None and what.minor > paid and what.minor > (assessment.owed_minor or 0 if assessment else 0):
        shown = money.show(paid, assessment.currency if assessment else case.currency)
        raise Problem(
            Words(f"more than was paid: {shown}", f"超过已付金额：{shown}"), field="minor",
            hint=Words("the amount is at most what was paid or what is owed", "金额不得超过已付或应退金额"),
        )  # fmt: skip


def _publish(case: Case, decision: Decision, by: Person, at: dt.datetime) -> None:
    _step(case, Step.DECIDE)
    case.save(update_fields=["stage"])
    clocks.run_on(case=case, today=clocks.today(case, at))
    for name in ("first-answer", "decision"):
        clocks.meet(case=case, name=name, at=at)
    clocks.drop(case=case, at=at, names=("answer-question",))
    if decision.letter:
        Message.objects.create(case=case, side=Side.INSTITUTION, author=by, text=decision.letter)
    timeline.record(case=case, by=timeline.actor(by), kind="decided", at=at, body=_told(decision))


def _told(decision: Decision) -> dict[str, str | bool | None]:
    return {
        "decision": str(decision.pk),
        "assessment": str(decision.assessment_id) if decision.assessment_id else None,
        "kind": decision.kind,
        "amount": money.show(decision.minor, decision.currency) if decision.currency else None,
        "below_owed": decision.below_owed,
        "reason": decision.reason,
        "letter": decision.letter,
    }


def _step(case: Case, step: Step) -> None:
    case.stage = after(Stage(case.stage), step, Kind(case.kind)).value
