"""Mails before each date of a case: what is due, when, and where to act. A date that a body sets is watched, too.

The rows are the truth; a job only wakes us, and looks at its row again before it writes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from recourse.bilingual import Words, language
from recourse.desk import corpus, mails, receipts
from recourse.desk.models import Actor, Case, Deadline, Entry
from recourse.desk.next_step import AGREED
from recourse.desk.services import cases, onward, timeline
from recourse.desk.stages import ENDED, Stage
from recourse.letters import tongues
from recourse.problems import Problem
from recourse.work.sweep import Wake
from recourse.work.worker import Turn

HOUR = 8  # of the day, in UTC, from which mails of that day are sent
BEFORE = {"ask-learner": 0, "pay": -1, AGREED: -1, "decision": -1, "first-answer": -1}  # days before; -1: the day after
APPLY = (14, 3)  # days before the last day to turn to a body
OTHERS = (2,)
AHEAD = 15  # days that a sweep looks ahead
QUIET = 180  # days without an entry after which a case is looked at only while a body still takes it
BACK = 5  # days after which a reminder that was missed is no longer sent

SUBJECT = {
    "passed": Words("{reference}: {seller} is late", "{reference}：{seller} 已逾期"),
    "ask": Words("{reference}: did {seller} answer?", "{reference}：{seller} 回复了吗？"),
    "apply": Words("{reference}: last day to turn to {body}: {day}", "{reference}：向{body}提出的最后期限：{day}"),
    "answer": Words("{reference}: your answer is due on {day}", "{reference}：请于 {day} 前回复"),
}
TEXT = {
    "passed": Words(
        "The day by which {seller} had to act was {day}, and we know of nothing that was done. Your case shows whom "
        "you can turn to, with the letter ready.\nIf it was done: say so there, and we stop.\n\n{link}",
        "{seller} 应在 {day} 前处理，但我们没有收到处理记录。案件页面列出了可以求助的机构，信函已写好。\n"
        "如果对方已经处理，请在案件页面注明，我们不再提醒。\n\n{link}",
    ),
    "ask": Words(
        "You sent your request to {seller}. Did they answer? Tell it in your case: what comes next hangs on it."
        "\n\n{link}",
        "您已向 {seller} 提出申请。对方回复了吗？请在案件页面告知，下一步取决于对方的答复。\n\n{link}",
    ),
    "apply": Words(
        "{day} is the last day on which {body} takes your case. What it wants, and the letter to it, stand here:"
        "\n\n{link}",
        "{body} 受理本案的最后期限是 {day}。所需材料和信函在这里：\n\n{link}",
    ),
    "answer": Words(
        "{seller} asked you something, and waits. Answer by {day}; until then its own clocks stand still.\n\n{link}",
        "{seller} 向您提了一个问题，正在等您回复。请于 {day} 前答复；在此之前对方的期限暂停计算。\n\n{link}",
    ),
}


def wanted(now: dt.datetime) -> Iterator[Wake]:
    """What a sweep puts in: one wake-up for each date that is still open and comes soon, or passed just now."""
    today = now.date()
    found = Deadline.objects.filter(
        met_at=None, dropped_at=None, paused_on=None, case__example=False,
        due__gte=today - dt.timedelta(days=BACK + 1), due__lte=today + dt.timedelta(days=AHEAD),
    ).exclude(case__stage__in=[stage.value for stage in ENDED])  # fmt: skip
    for one in found.iterator():
        for days in ahead(one.name):
            on = one.due - dt.timedelta(days=days)
            at = dt.datetime.combine(on, dt.time(HOUR), dt.UTC)
            if (now - at).days <= BACK:
                what = (
                    one.case_id if _kind(one) == "passed" else one.pk
                )  # of several that pass together, one mail tells
                yield Wake("remind", {"deadline": one.pk}, at, f"remind:{what}:{one.due:%Y%m%d}:{days}")


def ahead(name: str) -> tuple[int, ...]:
    """How many days before a date the learner hears of it; -1 is the day after."""
    if name.startswith(onward.APPLY):
        return APPLY
    return (BEFORE[name],) if name in BEFORE else OTHERS


def remind(turn: Turn, deadline: UUID) -> None:
    """Write to the learner, once, if the date still holds; the mail and the entry that tells of it go together."""
    with transaction.atomic():
        case_id = Deadline.objects.filter(pk=deadline).values_list("case_id", flat=True).first()
        if case_id is None:
            turn.finish()
            return
        case = Case.lock(case_id)
        one = _still_open(Deadline.objects.get(pk=deadline))
        mail = written(one, turn.clock().date()) if _holds(one) else None
        if mail is not None:
            timeline.record(
                case=case, by=timeline.SYSTEM, kind="reminded", at=turn.clock(),
                body={"deadline": str(one.pk), "name": one.name, "due": one.due.isoformat()},
            )  # fmt: skip
        turn.finish()
        if mail is not None:  # last: should the server refuse it, nothing above has happened
            mails.send(mail)


def written(one: Deadline, today: dt.date) -> mails.Mail | None:
    """The mail about a date; none where the date is the seller's and has not passed."""
    case, kind = one.case, _kind(one)
    if kind == "passed" and one.due >= today:
        return None
    lang = mails.language(case.learner) if case.learner.language else case.language
    body = one.name.removeprefix(onward.APPLY)
    page = f"/cases/{case.reference}/"
    said = {
        "reference": case.reference,
        "seller": receipts.seller(case, lang),
        "day": _day(one.due, case, language(lang)),
        "body": _body(body, lang),
        "link": mails.address(
            f"{page}onward/{body}/" if kind == "apply" else f"{page}answered/" if kind == "ask" else page
        ),
    }
    text = "\n\n".join([mails.put(TEXT[kind], lang, **said), mails.put(mails.FOOT, lang, site=mails.address(""))])
    key = f"remind-{one.pk}-{one.due:%Y%m%d}-{(one.due - today).days}"
    return mails.Mail(case.learner.email, mails.put(SUBJECT[kind], lang, **said), text, key)


def to_renew(now: dt.datetime) -> Iterator[Wake]:
    """Each day, the cases that were decided or whose seller is late: bodies may be there for them now.

    Not for ever: while a body still takes it, as far as is known, or something happened in the last half year.
    """
    today = now.date()
    taken = Deadline.objects.filter(
        case=OuterRef("pk"), name__startswith=onward.APPLY, met_at=None, dropped_at=None, due__gte=today
    )
    lately = Entry.objects.filter(case=OuterRef("pk"), at__gte=now - dt.timedelta(days=QUIET))
    going = Case.objects.filter(Exists(taken) | Exists(lately), example=False)
    decided = going.filter(stage=Stage.DECIDED)
    late = going.filter(
        stage__in=[Stage.RECEIVED, Stage.IN_REVIEW], deadlines__actor=Actor.INSTITUTION,
        deadlines__met_at=None, deadlines__dropped_at=None, deadlines__due__lt=today,
    )  # fmt: skip
    for pk, institution in decided.union(late).values_list("pk", "institution_id"):
        yield Wake("onward.renew", {"case": pk}, now, f"onward.renew:{pk}:{today:%Y%m%d}", institution)


def renew(case_id: UUID, at: dt.datetime) -> int:
    """The days on which bodies stop taking a case, worked out on its facts of today; how many rows changed."""
    with transaction.atomic():
        case = Case.lock(case_id)
        try:
            return onward.set_dates(case=case, at=at)
        except Problem:  # facts that the rules of today cannot read: nothing is set, and the page says so
            return 0


def _still_open(one: Deadline) -> Deadline:
    """The date itself; where it is done, another of the seller's that passed the same day: one wake-up is for all."""
    found = Deadline.objects.select_related("case__learner", "case__institution", "case__purchase")
    if _kind(one) == "passed":
        same = found.filter(case=one.case_id, due=one.due, actor=Actor.INSTITUTION, met_at=None, dropped_at=None)
        return same.filter(paused_on=None).first() or found.get(pk=one.pk)
    return found.get(pk=one.pk)


def _holds(one: Deadline) -> bool:
    case = one.case
    if case.example or case.learner.email.endswith(cases.NOBODYS):  # nobody reads what goes there
        return False
    open_still = one.met_at is None and one.dropped_at is None and one.paused_on is None
    return open_still and Stage(case.stage) not in ENDED


def _day(day: dt.date, case: Case, lang: str) -> str:
    """A day in words, as they are written where the learner lives."""
    place = str(case.facts.get("learner_place") or "")
    return tongues.day(day.toordinal(), lang, tongues.region(lang, place))


def _kind(one: Deadline) -> str:
    if one.name.startswith(onward.APPLY):
        return "apply"
    if one.name == "ask-learner":
        return "ask"
    return "passed" if one.actor == Actor.INSTITUTION else "answer"


def _body(name: str, lang: str) -> str:
    found = corpus.library().bodies.get(name)
    if found is None:
        return name
    title = found.rule.title
    return title.get(lang[:2]) or title.get("en") or next(iter(title.values()))
