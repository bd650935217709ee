"""The only place where a payout's row changes: event, posting and line of the timeline in one transaction."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction

from recourse import money
from recourse.desk.models import Actor, Case, Deadline
from recourse.desk.services import cases, clocks, timeline
from recourse.desk.stages import Kind as CaseKind
from recourse.desk.stages import Stage, Step, steps
from recourse.payouts import machine, postings
from recourse.payouts.machine import Standing, State, Taken
from recourse.payouts.models import Award, Event, Payout, Posting
from recourse.payouts.postings import Batch
from recourse.payouts.services import records, telling
from recourse.work import crash

# What a learner is told of in the timeline; what lies between is for the institution's own people.
TOLD = (State.PENDING, State.SUCCEEDED, State.FAILED, State.REVERSED, State.UNKNOWN, State.CANCELLED)


def hold(pk: UUID) -> Payout:
    """The payout, held until the transaction ends; its case is held first, as every verb of the desk does."""
    case = Payout.objects.filter(pk=pk).values_list("case", flat=True).get()
    if case is not None:
        Case.lock(case)
    return Payout.lock(pk)


@transaction.atomic
def take(payout: UUID, event: machine.Event, *, at: dt.datetime, by: str = timeline.SYSTEM) -> machine.Step:
    """Take one event. Raises `Problem` for what staff may not do; what a provider says never raises."""
    row = hold(payout)
    before = records.standing(row)
    step = machine.step(before, event)
    after = step.standing
    if after == before and step.taken is not Taken.MOVED:
        return step
    if event.id in after.seen - before.seen:
        _keep(row, event, step.taken, before, after)
    records.write(row, after)
    if after.state is not before.state:
        batch = postings.made(before, after, explained=row.award_id is not None)
        if batch is not None:
            post(batch, row, after.at)
        if row.case is not None:
            tell(row, after, by, at)
            if before.state is State.SUCCEEDED:
                _owe_again(row.case, at)
        crash.at("payout-uncommitted")
    elif row.case is not None:
        if after.alarm != before.alarm:
            _warn(row, row.case, by, at)
        if after.waits != before.waits:
            telling.put(row)
    return step


def _warn(row: Payout, case: Case, by: str, at: dt.datetime) -> None:
    """A contradiction is for the institution's own people: the state was told when it came, and is not told again."""
    body = {"payout": str(row.pk), "amount": money.show(row.minor, row.currency), "alarm": row.alarm}
    timeline.record(case=case, by=by, kind="payout-note", at=at, body=body, inner=True)


def _owe_again(case: Case, at: dt.datetime) -> None:
    """Money that was sent came back: the case goes on; the day to pay it by counts again, and may have passed."""
    award = Award.objects.filter(case=case).order_by("-number").first()
    left = award.whole - records.paid(case) if award is not None else 0
    if award is None or left <= 0:
        return
    cases.come_back(case=case, at=at, amount=money.show(left, award.currency))
    if award.due is not None:
        last = Deadline.objects.filter(case=case, name="pay").order_by("-made_at").first()
        rule = last.rule if last is not None else ""
        clocks.fix(case=case, name="pay", actor=Actor.INSTITUTION, rule=rule, today=at.date(), due=award.due)


def post(batch: Batch, row: Payout | Award, at: int) -> None:
    """Keep a batch: one row, which balances by the way it is made. The same cause of the same thing posts once."""
    debit, credit = batch.postings
    Posting.objects.create(
        institution_id=row.institution_id, case_id=row.case_id, about=batch.about, cause=batch.cause,
        debit=debit.account.value, credit=credit.account.value, minor=debit.minor, currency=debit.currency, at=at,
    )  # fmt: skip


def _keep(row: Payout, event: machine.Event, taken: Taken, before: Standing, after: Standing) -> None:
    said = {
        "reference": event.reference, "evidence": event.evidence, "word": event.word[:300], "waits": event.waits,
        "amount": str(event.money) if event.money is not None else None,
    }  # fmt: skip
    Event.objects.create(
        payout=row, name=event.id[:250], kind=event.kind.value, source=event.source.value, at=event.at,
        by_id=UUID(event.by) if event.by else None, second_id=UUID(event.second) if event.second else None,
        said={key: value for key, value in said.items() if value}, taken=taken.value, before=before.state.value,
        after=after.state.value,
    )  # fmt: skip


def tell(row: Payout, after: Standing, by: str, at: dt.datetime) -> None:
    """The line of the timeline; where all is paid, the case is settled."""
    case = row.case
    assert case is not None
    timeline.record(
        case=case, by=by, kind="payout", at=at, inner=after.state not in TOLD,
        body={"payout": str(row.pk), "state": after.state.value, "amount": money.show(row.minor, row.currency),
              "route": row.route, "reference": after.reference, "alarm": after.alarm or None,
              **({"on": records.sent_on(row).isoformat()} if after.state is State.SUCCEEDED else {})},
    )  # fmt: skip
    telling.put(row)
    award = row.award
    if after.state is State.SUCCEEDED and award is not None:
        last = Award.objects.filter(case=case).order_by("-number").first()
        open_now = steps(Stage(case.stage), CaseKind(case.kind))
        if last is not None and records.paid(case) >= last.whole:
            if Step.SETTLE in open_now:
                cases.settle(case=case, by=None, at=at, how="paid")
            else:
                clocks.meet(case=case, name="pay", at=at)


def tell_planned(row: Payout, by: str, at: dt.datetime) -> None:
    """The line of a payout that was planned, for the institution's own people."""
    assert row.case is not None
    timeline.record(
        case=row.case, by=by, kind="payout", at=at, inner=True,
        body={"payout": str(row.pk), "state": State.PLANNED.value, "amount": money.show(row.minor, row.currency),
              "route": row.route, "reference": None, "alarm": None},
    )  # fmt: skip
