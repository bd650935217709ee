"""Lets go what is due. Each case is a transaction of its own, looked at again under its lock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from django.db import transaction

from recourse.desk.above import above, verb
from recourse.desk.models import (
    Assessment,
    Case,
    Deadline,
    Decision,
    Exhibit,
    Hold,
    Link,
    Mandate,
    Message,
    Person,
    Purchase,
)
from recourse.desk.retention import due, holds
from recourse.desk.retention.due import Due, Until
from recourse.desk.services import drafts, exhibits, timeline

NOBODY = "nobody@erased.invalid"  # whose cases are those that were erased; .invalid can never be anybody's
GONE = "erased"  # where the database wants a word that was there


def run(*, at: dt.datetime, between: Callable[[], None] = lambda: None) -> list[Due]:
    """Let go whatever is due; how much it was. `between` is called after each step: it renews a lease."""
    counts = dict.fromkeys(due.CLASSES, 0)
    for name, one in _steps(at):
        counts[name] += one
        between()
    return [Due(name, count) for name, count in counts.items()]


def _steps(at: dt.datetime) -> Iterator[tuple[str, int]]:
    while more := drafts.forget_files(at=at):
        yield "uploads", more
    while more := drafts.forget(at=at):
        yield "drafts", more
    yield "sign-ins", due.old_sign_ins(at).update(last_login=None)
    yield "sessions", due.old_sessions(at).delete()[0]
    for case in list(due.cases(at.date())):
        yield "cases", int(erase(case=case, at=at))
    for one in list(due.payees(at.date())):
        # The database itself lets nothing else of a payout change.
        yield "money", type(one)._base_manager.filter(pk=one.pk).update(payee=b"", text="")  # noqa: SLF001
    if (empty := verb("payouts", "letting_go.run")) is not None:
        yield "papers", empty(at.date())
    if (old := due.deliveries(at)) is not None:
        yield "deliveries", old.delete()[0]


@transaction.atomic
def erase(*, case: Case, at: dt.datetime) -> bool:
    """Take the words and files of a case away. False where it is not to go: a hold, or something happened since."""
    case = Case.lock(case.pk)
    kept = due.until(case, due.last_of(case))
    if case.stage not in due.OVER or holds.standing(case) or due.is_paid_out(case) or kept.day >= at.date():
        return False
    if timeline.erase(case=case, by=timeline.SYSTEM, at=at, body=_why(kept)) is None:
        return False
    _rows(case)
    _purchase(case)
    case.story, case.facts, case.form_token, case.about_person = "", {}, None, None
    case.learner = _nobody()
    case.save(update_fields=["story", "facts", "form_token", "about_person", "learner"])
    return True


def _why(kept: Until) -> dict[str, str]:
    """The entry that stays says on which ground: it names nobody."""
    shown_by = kept.term.shown_by or "default"
    return {"ground": "retention", "term": kept.term.said.en, "shown_by": shown_by, "place": kept.place}


def _rows(case: Case) -> None:
    """The rows that pages show. What money was paid by stays, without a word: amounts are the ledger's."""
    for exhibit in Exhibit.objects.filter(case=case):
        transaction.on_commit(lambda one=exhibit: exhibits.remove(one.stored, one.shown))  # type: ignore[misc]
    for model in (Message, Exhibit, Link, Deadline, Mandate, Hold):
        model.objects.filter(case=case).delete()
    calls = above("api", "Call")
    if calls is not None:
        calls.filter(institution=case.institution_id, path__contains=f"/cases/{case.reference}/").delete()
    cited = due.money("Award")
    of_case = cited.filter(case=case) if cited is not None else ()
    decisions = Decision.objects.filter(case=case)
    decisions.exclude(pk__in=[one.decision_id for one in of_case if one.decision_id]).delete()
    decisions.filter(below_owed=True).update(letter="", reason=GONE)
    decisions.filter(below_owed=False).update(letter="", reason="")
    kept = {one.assessment_id for one in of_case} | set(decisions.values_list("assessment_id", flat=True))
    assessments = Assessment.objects.filter(case=case)
    assessments.exclude(pk__in=kept - {None}).delete()
    for one in assessments:  # facts and working go; the database lets nothing else of such a row change
        assessments.filter(pk=one.pk).update(answer={"digest": one.digest})


def _purchase(case: Case) -> None:
    """What the learner declared goes with the last case about it; an order that a school filed is that school's."""
    purchase = case.purchase
    if purchase is None or due.whole(Case.objects.filter(purchase=purchase).exclude(pk=case.pk)).exists():
        return
    if purchase.source == "declared":
        Purchase.objects.filter(pk=purchase.pk).update(email="", order_number="", seller="", course_title="", facts={})
    Purchase.objects.filter(pk=purchase.pk).update(learner=_nobody())


def _nobody() -> Person:
    made, _ = Person.objects.get_or_create(email=NOBODY, defaults={"is_active": False})
    return made
