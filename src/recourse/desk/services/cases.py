"""The life of a case from its draft on: what the learner does, and what happens by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from recourse.bilingual import Words
from recourse.desk.models import Actor, Case, Message, Person, Purchase, Reason, Role, Side
from recourse.desk.services import assessing, clocks, rights, secrets, timeline
from recourse.desk.stages import Kind, Stage, Step, after, steps
from recourse.problems import Problem

NOBODYS = ".example"  # addresses with this ending can never be anybody's


@dataclass(frozen=True)
class Asked:
    """What a learner asks for: a case before it is one. Amounts are whole smallest units."""

    kind: Kind
    learner: Person
    facts: Mapping[str, str]
    purchase: Purchase | None = None
    platform: str = ""
    reason: Reason = Reason.OTHER
    remedy: str = ""
    story: str = ""
    language: str = "en"
    asked_minor: int | None = None
    currency: str = ""
    form_token: UUID | None = None


def start(*, asked: Asked, at: dt.datetime) -> Case:
    """A draft. The same form sent twice gives the same case."""
    if asked.form_token is not None:
        again = Case.objects.filter(form_token=asked.form_token, learner=asked.learner).first()
        if again is not None:
            return again
    purchase = asked.purchase
    institution = purchase.institution if purchase is not None else None
    try:
        with transaction.atomic():
            case = Case.objects.create(
                reference=secrets.reference(), kind=asked.kind.value, stage=Stage.DRAFT.value, learner=asked.learner,
                institution=institution, purchase=purchase,
                platform=asked.platform or (institution.platform if institution else ""),
                reason=Reason.NONE if asked.kind is Kind.WITHDRAWAL else asked.reason, remedy=asked.remedy,
                story=asked.story, facts=dict(asked.facts), language=asked.language, asked_minor=asked.asked_minor,
                currency=asked.currency, form_token=asked.form_token,
                example=_invented(asked),
            )  # fmt: skip
            timeline.record(
                case=case, by=timeline.actor(asked.learner), kind="drafted", at=at,
                body={"kind": case.kind, "reason": case.reason, "facts": dict(asked.facts), "story": asked.story},
            )  # fmt: skip
    except IntegrityError:
        if asked.form_token is None:
            raise
        return Case.objects.get(form_token=asked.form_token, learner=asked.learner)
    return case


def _invented(asked: Asked) -> bool:
    """Whether the case is of the example world: asked by, or of, somebody who does not exist."""
    institution = asked.purchase.institution if asked.purchase is not None else None
    return asked.learner.email.endswith(NOBODYS) or (institution is not None and institution.example)


@transaction.atomic
def receive(*, case: Case, by: Person, at: dt.datetime, facts: Mapping[str, str] | None = None) -> Case:
    """The request is sent: its clocks start, and what is owed is worked out. A second time changes nothing.

    A participating institution has it with this; for a listed platform it says that the learner sent it that day.
    """
    case = Case.lock(case.pk)
    rights.need_learner(by, case)
    if case.stage != Stage.DRAFT:
        return case
    case.facts = {**case.facts, **(facts or {})}
    case.received_at = at
    _step(case, Step.RECEIVE)
    institution = case.institution
    if institution is not None:
        case.clocks = {
            "place": institution.place, "answer_days": institution.answer_days, "decide_days": institution.decide_days,
        }  # fmt: skip
    case.save(update_fields=["facts", "received_at", "stage", "clocks"])
    timeline.record(
        case=case, by=timeline.actor(by), kind="received", at=at,
        body={"facts": dict(case.facts), "asked": case.asked_minor, "currency": case.currency},
    )  # fmt: skip
    assessing.assess_case(case=case, at=at)
    _start_clocks(case, clocks.today(case, at))
    return case


def _start_clocks(case: Case, today: dt.date) -> None:
    frozen = case.clocks
    if not frozen:
        return
    wanted = [("first-answer", frozen["answer_days"])]
    if case.kind != Kind.WITHDRAWAL:
        wanted.append(("decision", frozen["decide_days"]))
    for name, length in wanted:
        clocks.begin(case=case, name=name, actor=Actor.INSTITUTION, today=today, days=length, place=frozen["place"])


@transaction.atomic
def answer(*, case: Case, by: Person, text: str, at: dt.datetime, facts: Mapping[str, str] | None = None) -> Message:
    """The learner writes. Where the institution had asked, its clocks run on; changed facts are assessed anew."""
    case = Case.lock(case.pk)
    rights.need_learner(by, case)
    message = Message.objects.create(case=case, side=Side.LEARNER, author=by, text=text)
    body: dict[str, Any] = {"message": str(message.pk), "text": text}
    if case.stage == Stage.WAITING:
        _step(case, Step.ANSWER)
        clocks.run_on(case=case, today=clocks.today(case, at))
        clocks.meet(case=case, name="answer-question", at=at)
    if facts:
        case.facts = {**case.facts, **facts}
        body["facts"] = dict(facts)
    case.save(update_fields=["stage", "facts"])
    timeline.record(case=case, by=timeline.actor(by), kind="wrote", at=at, body=body)
    if facts:
        assessing.assess_case(case=case, at=at)
    return message


@transaction.atomic
def take_back(*, case: Case, by: Person, at: dt.datetime) -> Case:
    """The learner takes the request back; nothing is lost, and it may be opened again."""
    case = Case.lock(case.pk)
    rights.need_learner(by, case)
    _step(case, Step.TAKE_BACK)
    case.save(update_fields=["stage"])
    clocks.drop(case=case, at=at)
    timeline.record(case=case, by=timeline.actor(by), kind="taken-back", at=at, body={})
    return case


@transaction.atomic
def object_to(*, case: Case, by: Person, text: str, at: dt.datetime) -> Case:
    """The learner does not accept the decision: it is looked at again."""
    case = Case.lock(case.pk)
    rights.need_learner(by, case)
    _step(case, Step.OBJECT)
    case.save(update_fields=["stage"])
    Message.objects.create(case=case, side=Side.LEARNER, author=by, text=text)
    if case.clocks:
        clocks.begin(
            case=case, name="decision", actor=Actor.INSTITUTION, today=clocks.today(case, at),
            days=case.clocks["decide_days"], place=case.clocks["place"],
        )  # fmt: skip
    timeline.record(case=case, by=timeline.actor(by), kind="objected", at=at, body={"text": text})
    return case


@transaction.atomic
def they_answered(
    *, case: Case, by: Person, said: str, refused: bool, minor: int | None, on: dt.date, at: dt.datetime,
    arrived: bool = False,
) -> Case:  # fmt: skip
    """A listed platform answered outside of here: the learner says what, and on which day; `arrived`: money came.

    A withdrawal stays as it is, whatever they answer: nobody can refuse it, and a part of the money does not end it.
    """
    case = Case.lock(case.pk)
    rights.need_learner(by, case)
    if case.kind != Kind.WITHDRAWAL:
        _step(case, Step.DECIDE)
    elif not refused:
        _step(case, Step.SETTLE)
    if refused:
        case.facts = {**case.facts, "seller_refused_on": on.isoformat()}
    case.save(update_fields=["stage", "facts"])
    clocks.meet(case=case, name="decision", at=at)
    timeline.record(
        case=case, by=timeline.actor(by), kind="they-answered", at=at,
        body={"said": said, "refused": refused, "minor": minor, "currency": case.currency, "on": on.isoformat(),
              **({"arrived": True} if arrived else {})},
    )  # fmt: skip
    return case


@transaction.atomic
def settle(*, case: Case, by: Person | None, at: dt.datetime, how: str) -> Case:
    """What was owed or promised is done: the learner says so, or the institution, or (`by` None) the money itself."""
    case = Case.lock(case.pk)
    if by is not None and case.learner_id != by.pk:
        _need_either_side(by, case, Role.FINANCE)
    _step(case, Step.SETTLE)
    case.save(update_fields=["stage"])
    clocks.meet(case=case, name="pay", at=at)
    clocks.drop(case=case, at=at)
    timeline.record(case=case, by=timeline.actor(by), kind="settled", at=at, body={"how": how})
    return case


@transaction.atomic
def come_back(*, case: Case, at: dt.datetime, amount: str) -> Case:
    """Money that was sent came back, and `amount` is owed again: a case that had ended goes on until it is sent."""
    case = Case.lock(case.pk)
    if Step.COME_BACK in steps(Stage(case.stage), Kind(case.kind)):
        _step(case, Step.COME_BACK)
        case.save(update_fields=["stage"])
        timeline.record(case=case, by=timeline.SYSTEM, kind="came-back", at=at, body={"amount": amount})
    return case


@transaction.atomic
def close(*, case: Case, by: Person, at: dt.datetime, why: str) -> Case:
    """The case ends without more; the learner can always open it again. An institution closes only what it answered."""
    case = Case.lock(case.pk)
    if case.learner_id != by.pk:
        _need_either_side(by, case)
        if case.stage in (Stage.RECEIVED, Stage.IN_REVIEW, Stage.WAITING) and _is_staff(by, case):
            raise Problem(
                Words("a request that was not answered stays open", "尚未答复的申请不能结案"),
                hint=Words("decide it first, or let the learner take it back", "请先作出决定，或由学员撤销"),
            )
    _step(case, Step.CLOSE)
    case.save(update_fields=["stage"])
    clocks.drop(case=case, at=at)
    timeline.record(case=case, by=timeline.actor(by), kind="closed", at=at, body={"why": why})
    return case


@transaction.atomic
def reopen(*, case: Case, by: Person, at: dt.datetime, why: str) -> Case:
    """A closed or taken-back case goes on."""
    case = Case.lock(case.pk)
    rights.need_learner(by, case)
    _step(case, Step.REOPEN)
    case.save(update_fields=["stage"])
    timeline.record(case=case, by=timeline.actor(by), kind="reopened", at=at, body={"why": why})
    return case


def _need_either_side(by: Person, case: Case, *more: Role) -> None:
    if not _is_staff(by, case, *more):
        rights.need_learner(by, case)


def _is_staff(by: Person, case: Case, *more: Role) -> bool:
    try:
        rights.need(by, case.institution, *rights.DESK, *more)
    except rights.NotYours:
        return False
    return True


def _step(case: Case, step: Step) -> None:
    case.stage = after(Stage(case.stage), step, Kind(case.kind)).value
