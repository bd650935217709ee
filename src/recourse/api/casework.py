"""Handlers of cases: the queue, one case, and the institution's verbs in it.

A key is no person. It asks, replies and notes as an agent does; it decides only what needs no second person: all that
is owed or more, up to the institution's limit, or nothing where nothing is owed. All else a person decides.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from recourse import money
from recourse.api.asked import Answer, Asked, day
from recourse.api.refusals import of_service, refused
from recourse.bilingual import Words
from recourse.desk.models import Answer as Kind
from recourse.desk.models import Assessment, Case, Course, Deadline, Decision, Message
from recourse.desk.models.cases import NEVER
from recourse.desk.selectors import queue
from recourse.desk.services import deciding, timeline
from recourse.desk.services.deciding import Deciding
from recourse.problems import Problem

_PERSON = Words("a person decides this, at the desk", "请由工作人员在工作台决定")


def index(asked: Asked) -> Answer:
    """A page of the queue, in its order."""
    given = asked.query
    course = None
    if "course" in given:
        found = Course.objects.filter(institution=asked.institution, slug=given["course"]).first()
        if found is None:
            raise refused("not-valid", "there is no such course here", "没有该课程", where="query:course")
        course = found.pk
    text = given.get("text", "").strip()
    view = given.get("view") or (queue.ALL if text else "open")
    who: UUID | str = given.get("who", "")
    wanted = queue.Asked(
        view=view, stage=given.get("stage", ""), kind=given.get("kind", ""), reason=given.get("reason", ""),
        course=course, who=who if who in ("", queue.NOBODY) else UUID(str(who)), text=text,
        after=_cursor(given["after"], view) if "after" in given else "",
    )  # fmt: skip
    page = queue.page(asked.institution, wanted, asked.by, asked.today)
    onward = page.onward.replace("+00:00", "Z")  # in an address a plus is a blank
    return Answer({"cases": [_line(one) for one in page.cases], "after": onward or None, "cut": page.cut})


def get(asked: Asked) -> Answer:
    """One case: what is asked, what is owed, by when each side must act, what was said and done."""
    case = _find(asked)
    last = case.assessed()
    return Answer({
        **_short(case), "story": case.story, "remedy": case.remedy, "language": case.language, "facts": case.facts,
        "learner": {"name": case.learner.name, "email": case.learner.email},
        "assessment": None if last is None else {"id": str(last.pk), **_assessed(last), "answer": last.answer},
        "deadlines": [_deadline(one) for one in Deadline.objects.filter(case=case).order_by("due", "name")],
        "decisions": [_decision(one) for one in case.decisions.order_by("made_at")],
        "messages": [_message(one) for one in case.messages.order_by("made_at")],
        "timeline": [
            {"number": one.entry.seq, "at": one.entry.at.isoformat(), "kind": one.entry.kind, "by": one.actor,
             "inner": one.entry.inner, "body": one.body, "hash": one.entry.hash}
            for one in timeline.read(case, inner=True)
        ],
    })  # fmt: skip


def ask(asked: Asked) -> Answer:
    """Ask the learner something; the institution's clocks stand still until the answer."""
    return _write(asked, asks=True)


def reply(asked: Asked) -> Answer:
    """Write to the learner, or, with `inner`, a note among colleagues."""
    return _write(asked, inner=asked.body.get("inner", False))


def decide(asked: Asked) -> Answer:
    """Answer the case, within what a key may decide."""
    case = _find(asked)
    case = Case.lock(case.pk)
    kind = Kind(asked.body["kind"])
    assessment = _cited(case, asked.body.get("assessment"))
    minor = _sum(asked, kind, assessment)
    _need_no_second(case, kind, assessment, minor)
    what = Deciding(kind, minor, asked.body.get("reason", "").strip(), asked.body.get("letter", "").strip())
    try:
        made = deciding.decide(case=case, by=asked.by, assessment=assessment, what=what, at=asked.at)
    except Problem as problem:
        raise of_service(problem, {"minor": "/amount", "kind": "/kind", "reason": "/reason"}) from None
    case.refresh_from_db()
    return Answer({"case": case.reference, "stage": case.stage, "decision": _decision(made)}, 201)


def _write(asked: Asked, *, inner: bool = False, asks: bool = False) -> Answer:
    case = _find(asked)
    try:
        made = deciding.reply(
            case=case, by=asked.by, text=asked.body["text"].strip(), at=asked.at, inner=inner, asks=asks
        )
    except Problem as problem:
        raise of_service(problem, {}) from None
    case.refresh_from_db()
    return Answer({"case": case.reference, "stage": case.stage, "message": str(made.pk)}, 201)


def _cursor(given: str, view: str) -> str:
    """The cursor of a page of this view: one that cannot be read would begin at the first page again, for ever."""
    moment, _, pk = given.partition("_")
    zoned = view == queue.ENDED  # which has moments, and the others days
    try:
        UUID(pk)
        read = dt.datetime.fromisoformat(moment).tzinfo if zoned else dt.date.fromisoformat(moment)
    except ValueError:
        read = None
    if read is None:
        raise refused(
            "not-valid", "this is no page of this list", "该列表没有这一页", where="query:after",
            right=Words("the `after` of the page before, and all else as it was asked there",
                        "上一页的 after，其他参数与上一页相同"),
        )  # fmt: skip
    return given


def _find(asked: Asked) -> Case:
    """Another institution's case, a draft and a missing one are alike."""
    found = Case.objects.select_related("learner", "purchase__course", "institution", "assigned_to").filter(
        institution=asked.institution, reference=asked.path["reference"].upper()
    )
    case = found.exclude(stage="draft").first()
    if case is None:
        raise refused("not-found", "there is no case of this reference", "没有这个编号的案件")
    return case


def _cited(case: Case, given: str | None) -> Assessment | None:
    if given is None:
        return None
    found = case.assessments.filter(pk=given).first()
    if found is None:
        raise refused("not-valid", "this is no assessment of the case", "该测算不属于本案", where="/assessment",
                      right=Words("the id under `assessment` of the case", "案件中 assessment 的 id"))  # fmt: skip
    return found


def _sum(asked: Asked, kind: Kind, assessment: Assessment | None) -> int:
    """Smallest units; a part says its amount, nothing else does."""
    given = asked.body.get("amount")
    if (kind is Kind.PART) != (given is not None):
        raise refused(
            "not-valid", "an amount belongs to a part, and to nothing else", "只有部分退款需要金额", where="/amount"
        )
    if kind is Kind.WHOLE:
        return (assessment.owed_minor or 0) if assessment is not None else 0
    if given is None:
        return 0
    try:
        read = money.parse(given)
    except Problem as problem:
        raise of_service(problem.at(field="amount"), {"amount": "/amount"}) from None
    if assessment is not None and read.currency != assessment.currency:
        raise refused(
            "not-valid", f"the case is in {assessment.currency}", f"本案币种为 {assessment.currency}", where="/amount"
        )
    return read.minor


def _need_no_second(case: Case, kind: Kind, assessment: Assessment | None, minor: int) -> None:
    """A key is neither the first of two people nor the second."""
    if kind is Kind.ANSWERED:
        return
    if assessment is None:
        raise refused(
            "not-valid", "a decision on money cites an assessment", "涉及金额的决定必须引用测算", where="/assessment"
        )
    if assessment.owed_minor is None:
        raise refused(
            "not-allowed", "what is owed hangs on a fact that is missing", "应退金额取决于尚缺的事实", right=_PERSON
        )
    if minor < assessment.owed_minor:
        raise refused(
            "not-allowed", "less than what is owed needs two people", "低于应退金额需要两人决定", right=_PERSON
        )
    institution = case.institution
    assert institution is not None
    within = institution.approval_currency == assessment.currency and minor <= institution.approval_minor
    if minor and not within:
        raise refused(
            "not-allowed", "above the institution’s limit two people decide", "超过机构限额需要两人决定", right=_PERSON
        )


def _short(case: Case) -> dict[str, Any]:
    purchase = case.purchase
    return {
        "reference": case.reference, "kind": case.kind, "stage": case.stage, "reason": case.reason,
        "order_number": purchase.order_number if purchase else None,
        "course_title": purchase.course_title if purchase else None,
        "received_at": case.received_at.isoformat() if case.received_at else None,
        "asked": _amount(case.asked_minor, case.currency),
        "assigned_to": str(case.assigned_to_id) if case.assigned_to_id else None,
        "next_due": day(case.next_due) if case.next_due < NEVER else None,
    }  # fmt: skip


def _line(case: Case) -> dict[str, Any]:
    found: list[Assessment] = vars(case)["found"]  # which the queue fetched with the case
    last = found[0] if found else None
    return {**_short(case), "assessment": None if last is None else {"id": str(last.pk), **_assessed(last)}}


def _assessed(one: Assessment) -> dict[str, Any]:
    return {
        "number": one.number, "digest": one.digest, "rule": one.rule or None, "known": one.owed_minor is not None,
        "owed": _amount(one.owed_minor, one.currency), "pay_by": day(one.pay_by),
    }  # fmt: skip


def _deadline(one: Deadline) -> dict[str, Any]:
    state = "met" if one.met_at else "dropped" if one.dropped_at else "paused" if one.paused_on else "running"
    return {
        "name": one.name, "actor": one.actor, "rule": one.rule or None, "starts": one.starts.isoformat(),
        "due": one.due.isoformat(), "provisional": one.provisional, "state": state,
    }  # fmt: skip


def _decision(one: Decision) -> dict[str, Any]:
    return {
        "id": str(one.pk), "kind": one.kind, "state": one.state, "amount": one.shown or None,
        "below_owed": one.below_owed, "assessment": str(one.assessment_id) if one.assessment_id else None,
        "decided_at": one.decided_at.isoformat() if one.decided_at else None,
    }  # fmt: skip


def _message(one: Message) -> dict[str, Any]:
    return {
        "id": str(one.pk), "side": one.side, "text": one.text, "inner": one.inner, "asks": one.asks,
        "at": one.made_at.isoformat(),
    }  # fmt: skip


def _amount(minor: int | None, currency: str) -> str | None:
    return money.show(minor, currency) if minor is not None and currency else None
