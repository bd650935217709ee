"""What is to be paid in a case: the sum of its last decision, or of its assessment where nothing is left to decide."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from recourse import money
from recourse.bilingual import Words
from recourse.desk.models import Answer, Assessment, Case, Decision, DecisionState
from recourse.desk.services import assessing
from recourse.desk.stages import Kind
from recourse.money import Money
from recourse.payouts import postings
from recourse.payouts.models import Award
from recourse.payouts.services import applying, records
from recourse.problems import Problem


def current(case: Case) -> Award | None:
    """The award that holds."""
    return Award.objects.filter(case=case).order_by("-number").first()


class Figures(NamedTuple):
    """What is to be paid, in minor units, `interest` on top of `minor`; `decision` is None for a withdrawal."""

    decision: Decision | None
    assessment: Assessment
    minor: int
    interest: int
    currency: str


def figures(case: Case, assessed: Assessment | None) -> Figures:
    """The figures as of an assessment; writes nothing. Raises `Problem` where nothing is to be paid."""
    if case.institution is None:
        raise Problem(Words("this seller does not pay from here", "该商家不在此处付款"))
    decision = _ground(case)
    if assessed is None:
        raise Problem(Words("nothing is worked out for this case yet", "本案尚未测算"))
    late = _interest(assessed)
    if decision is None:
        minor, currency = (assessed.owed_minor or 0) - late, assessed.currency
    else:  # what was owed when it was decided is in its sum; what the law adds since is not
        late -= _interest(decision.assessment) if decision.assessment is not None else 0
        minor, currency = decision.minor, decision.currency
    if minor <= 0 or not currency:
        raise Problem(Words("nothing is owed in this case", "本案没有应付款项"))
    return Figures(decision, assessed, minor, max(0, late), currency)


def settle_on(*, case: Case, at: dt.datetime) -> Award:
    """The award as of now, made anew where decision, assessment or late interest have changed. Holds the case's row.

    Raises `Problem` where nothing is to be paid.
    """
    figures(case, case.assessments.order_by("-number").first())  # where nothing is to be paid, nothing is written
    found = figures(case, assessing.assess_case(case=case, at=at))
    last = current(case)
    wanted = (found.decision.pk if found.decision else None, found.minor, found.interest, found.currency)
    if last is not None and (last.decision_id, last.minor, last.interest_minor, last.currency) == wanted:
        return last
    return _make(case, last, found, at)


def _make(case: Case, last: Award | None, found: Figures, at: dt.datetime) -> Award:
    assert case.institution is not None
    sum_, late = Money(found.minor, found.currency), found.interest
    made = Award.objects.create(
        institution=case.institution, case=case, number=last.number + 1 if last else 1, decision=found.decision,
        assessment=found.assessment, minor=sum_.minor, interest_minor=late, currency=sum_.currency,
        due=found.assessment.pay_by,
    )  # fmt: skip
    moment = records.seconds(at)
    if last is not None:
        applying.post(postings.withdrawn(last.pk, Money(last.minor, last.currency)), last, moment)
        if last.interest_minor:
            batch = postings.interest(last.pk, Money(last.interest_minor, last.currency))
            debit, credit = batch.postings
            back = (credit._replace(minor=-credit.minor), debit._replace(minor=-debit.minor))
            applying.post(postings.Batch(last.pk, "interest-superseded", back), last, moment)
    applying.post(postings.awarded(made.pk, sum_), made, moment)
    if late:
        applying.post(postings.interest(made.pk, Money(late, sum_.currency)), made, moment)
    return made


def _ground(case: Case) -> Decision | None:
    """The decision that holds; none for a withdrawal, which nobody decides."""
    if case.kind == Kind.WITHDRAWAL:
        return None
    final = Decision.objects.filter(case=case, state=DecisionState.FINAL).order_by("-decided_at").first()
    if final is None or final.kind not in (Answer.WHOLE, Answer.PART):
        raise Problem(
            Words("no decision to pay stands in this case", "本案没有同意付款的决定"),
            hint=Words("money goes back after a decision, or on a withdrawal", "作出决定或收到撤回通知后方可付款"),
        )
    return final


def _interest(assessment: Assessment) -> int:
    """Late interest by law in an assessment, in minor units: of its best rule and of those that add to it."""
    answer: dict[str, Any] = assessment.answer
    found = 0
    for one in answer.get("entitlements", ()):
        adds = one.get("rule") == assessment.rule or assessment.rule in one.get("adds_to", ())
        if assessment.rule and adds and not one.get("displaced_by") and one.get("interest"):
            read = money.parse(one["interest"])
            found += read.minor if read.currency == assessment.currency else 0
    return found
