"""A case as its institution's people read it in one row: what it is, what is owed, where it stands, its next clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from babel.dates import format_date
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from recourse import money
from recourse.desk.models import Assessment, Case, Deadline, DecisionState, Reason
from recourse.desk.models.cases import NEVER
from recourse.desk.stages import Kind, Stage
from recourse.web import wording

SOON = 2  # days that are few enough to be said loudly
KINDS = {
    Kind.REFUND: gettext_lazy("Refund"),
    Kind.WITHDRAWAL: gettext_lazy("Withdrawal"),
    Kind.COMPLAINT: gettext_lazy("Complaint"),
}
REASONS = {
    Reason.PERSONAL: gettext_lazy("personal reasons"),
    Reason.QUALITY: gettext_lazy("not what was promised"),
    Reason.CANNOT_ATTEND: gettext_lazy("cannot attend"),
    Reason.NOT_DELIVERED: gettext_lazy("not delivered"),
    Reason.TECHNICAL: gettext_lazy("technical trouble"),
    Reason.WRONG_CHARGE: gettext_lazy("wrong charge"),
    Reason.PRICE: gettext_lazy("price"),
    Reason.INFORMATION: gettext_lazy("information"),
    Reason.PRIVACY: gettext_lazy("privacy"),
    Reason.CONTRACT: gettext_lazy("contract"),
    Reason.CONDUCT: gettext_lazy("conduct"),
    Reason.OTHER: gettext_lazy("something else"),
    Reason.NONE: gettext_lazy("no reason needed"),
}
STAGES = {
    Stage.RECEIVED: gettext_lazy("Received"),
    Stage.IN_REVIEW: gettext_lazy("In review"),
    Stage.WAITING: gettext_lazy("Waiting for the learner"),
    Stage.DECIDED: gettext_lazy("Decided"),
    Stage.SETTLED: gettext_lazy("Settled"),
    Stage.ESCALATED: gettext_lazy("With somebody else"),
    Stage.WITHDRAWN: gettext_lazy("Taken back"),
    Stage.CLOSED: gettext_lazy("Closed"),
}


@dataclass(frozen=True)
class Clock:
    """The next clock: its last day as a day number, how far it is, which one; `tone` of the chip."""

    name: str
    day: int | None = None
    when: str = ""  # the day as <time>, its year left out where it is this one
    distance: str = ""
    tone: str = ""
    provisional: bool = False


@dataclass(frozen=True)
class Row:
    """One case in words; amounts as text with their currency, "" where there is none."""

    case: Case
    key: str  # where it stands in the queue
    what: str
    course: str
    coin: str  # of what is owed: owes, asks, nil; "" where no money is asked
    owed: str
    asked: str
    stage: str
    clock: Clock


def row(case: Case, key: str, today: dt.date) -> Row:
    """The row of a case that `recourse.desk.selectors.queue.page` read."""
    last: Assessment | None = next(iter(case.found), None)  # type: ignore[attr-defined]
    proposed = any(one.state == DecisionState.PROPOSED for one in case.answers)  # type: ignore[attr-defined]
    coin, owed = standing(case, last)
    return Row(
        case=case,
        key=key,
        what=what(case),
        course=case.purchase.course_title if case.purchase is not None else "",
        coin=coin,
        owed=owed,
        asked=amount(case.asked_minor, case.currency),
        stage=stage(case, last, proposed=proposed),
        clock=clock(case.running, today),  # type: ignore[attr-defined]
    )


def what(case: Case) -> str:
    """What is asked for, and why: "Refund, cannot attend"."""
    kind = str(KINDS[Kind(case.kind)])
    if case.kind == Kind.WITHDRAWAL:
        return kind
    return gettext("%(kind)s, %(reason)s") % {"kind": kind, "reason": REASONS[Reason(case.reason)]}


def standing(case: Case, last: Assessment | None) -> tuple[str, str]:
    """Coin and amount of what is owed."""
    if last is None or (case.kind == Kind.COMPLAINT and case.asked_minor is None):
        return "", ""
    if last.owed_minor is None:
        return "asks", gettext("depends")
    if last.owed_minor == 0:
        return "nil", gettext("nothing")
    return "owes", amount(last.owed_minor, last.currency)


def amount(minor: int | None, currency: str) -> str:
    """An amount in words; "" where there is none."""
    return "" if minor is None or not currency else wording.money(money.show(minor, currency))


def stage(case: Case, last: Assessment | None, *, proposed: bool) -> str:
    """What the case needs of the institution, else where it stands."""
    here = Stage(case.stage)
    if proposed:
        return gettext("Second person")
    if to_pay(case):
        return gettext("To pay")
    if here in (Stage.RECEIVED, Stage.IN_REVIEW):
        if case.kind == Kind.COMPLAINT and case.asked_minor is None:
            return gettext("To answer")
        return gettext("Fact missing") if last is not None and last.owed_minor is None else gettext("To decide")
    return str(STAGES[here])


def to_pay(case: Case) -> bool:
    """Whether nothing is left to it but the money."""
    if case.kind == Kind.WITHDRAWAL and case.stage in (Stage.RECEIVED, Stage.IN_REVIEW):
        return True
    return case.stage == Stage.DECIDED and case.next_due != NEVER


def clock(running: list[Deadline], today: dt.date) -> Clock:
    """The institution's soonest clock; where all stand still, since when."""
    ahead = [one for one in running if one.paused_on is None]
    if ahead:
        first = ahead[0]
        day, days = first.due.toordinal(), (first.due - today).days
        tone = "late" if days < 0 else "may" if days <= SOON else ""
        return Clock(
            clock_name(first),
            day,
            when(first.due, today),
            wording.distance(day, today.toordinal()),
            tone,
            first.provisional,
        )
    if running:
        since = min(one.paused_on for one in running if one.paused_on is not None)
        return Clock(gettext("stands still since %(day)s") % {"day": wording.date(since.toordinal(), short=True)})
    return Clock("")


def when(day: dt.date, today: dt.date) -> SafeString:
    """A day with its weekday as short as a row has room for."""
    if day.year != today.year:
        return wording.time_tag(day.toordinal(), weekday=True)
    pattern = "M月d日（EEE）" if wording.lang() == "zh" else "EEE d MMM"
    words = format_date(day, pattern, locale=wording.locale())
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), words)


def clock_name(one: Deadline) -> str:
    """Which clock, in two or three words."""
    names = {
        "pay": gettext("Pay by law or policy"),
        "first-answer": gettext("First answer"),
        "decision": gettext("Decision"),
        "answer-question": gettext("The learner’s answer"),
    }
    return names.get(one.name, one.name)
