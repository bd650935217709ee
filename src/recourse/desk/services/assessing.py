"""What is owed on a case's facts, kept as the engine said it; a new one supersedes and is never edited."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction

from recourse import days, money
from recourse.assess import assess
from recourse.desk import corpus
from recourse.desk.models import Actor, Assessment, Case, Deadline, Purchase, Source
from recourse.desk.next_step import PAY
from recourse.desk.services import anew, clocks, policies, progress, timeline
from recourse.desk.stages import Stage
from recourse.facts import Facts, read_facts
from recourse.present import digest
from recourse.problems import Problem
from recourse.vocabulary import Vocabulary


def assess_case(*, case: Case, at: dt.datetime, by: str = timeline.SYSTEM) -> Assessment:
    """Assess the case on its facts as of the learner's today, record it, and set the day by which money is due.

    At an institution its own policy counts, in the version in force at the purchase. Equal answers are not kept twice.
    Raises `Problem` for facts that cannot be read.
    """
    today = case.day(at)
    library, platform = policies.for_case(case, today)
    facts = _known(case, at, library.vocabulary)
    found = assess(library, facts, platform=platform, asked_on=today.toordinal())
    answer = found.to_json(case.language)
    before = Assessment.objects.filter(case=case).order_by("-number").first()
    sealed = digest(answer)
    if before is not None and before.digest == sealed:
        if not Deadline.objects.filter(case=case, name=PAY).exists():  # written and sent on one day: the same answer
            _set_day(case, before, today)
        return before
    best = found.best
    open_still = best is None and found.missing
    owed = None if open_still else found.total(best) if best is not None else 0
    pay_by = best.answers.get("pay_by") if best is not None else None
    made = Assessment.objects.create(
        case=case, number=before.number + 1 if before else 1, answer=answer, digest=sealed,
        rule=best.rule.id if best is not None else "", owed_minor=owed, currency=facts.currency or "",
        pay_by=dt.date.fromordinal(pay_by) if pay_by is not None else None,
    )  # fmt: skip
    timeline.record(
        case=case, by=by, kind="assessed", at=at,
        body={"assessment": str(made.pk), "digest": sealed, "rule": made.rule, "owed": _shown(made),
              "pay_by": days.show(pay_by) if pay_by is not None else None, **_superseded(made, before)},
    )  # fmt: skip
    _set_day(case, made, today)
    return made


def _set_day(case: Case, made: Assessment, today: dt.date) -> None:
    """The day by which the money is due; nobody owes an answer to what was not sent."""
    if made.pay_by is not None and case.received_at is not None:
        clocks.fix(case=case, name=PAY, actor=Actor.INSTITUTION, rule=made.rule, today=today, due=made.pay_by)


@transaction.atomic
def assess_again(*, case: UUID, at: dt.datetime) -> Assessment | None:
    """After facts of the institution came in: a new assessment, where they change the facts; else nothing."""
    held = Case.lock(case)
    if Stage(held.stage) not in anew.OPEN:
        return None
    before = Assessment.objects.filter(case=held).order_by("-number").first()
    vocabulary = corpus.library().vocabulary  # the same beside every policy
    if before is not None and dict(_known(held, at, vocabulary).shown) == before.answer["facts"]:
        return None
    return assess_case(case=held, at=at)


def _superseded(made: Assessment, before: Assessment | None) -> dict[str, Any]:
    """What it was before, and which facts are new or others now: so that both sides see what changed, and why."""
    if before is None:
        return {}
    old, new = before.answer["facts"], made.answer["facts"]
    return {"was": _shown(before), "because": [name for name in new if new[name] != old.get(name)]}


def _shown(one: Assessment) -> str | None:
    return money.show(one.owed_minor, one.currency) if one.owed_minor is not None and one.currency else None


def _known(case: Case, at: dt.datetime, vocabulary: Vocabulary) -> Facts:
    """What the case says; what it leaves open is taken from the institution's own record of the order and its use."""
    recorded = _recorded(case.purchase, at) if case.purchase is not None else {}
    if recorded:
        try:
            return read_facts({**recorded, **case.facts}, vocabulary)
        except Problem:  # the two do not go together: what the case says counts, and a person looks at it
            pass
    return read_facts(case.facts, vocabulary)


def _recorded(purchase: Purchase, at: dt.datetime) -> dict[str, str]:
    record = purchase.matched if purchase.source == Source.DECLARED else purchase
    return {**(record.facts if record is not None else {}), **progress.as_of(purchase, at)}
