"""A payout from the decision to the money: reserved once, released by the right people, sent once, posted, told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from paid import Moved, drain, planned

from recourse.desk import scope
from recourse.desk.models import Case, Deadline, Payment
from recourse.desk.next_step import next_step
from recourse.desk.selectors import queue
from recourse.desk.services import timeline
from recourse.desk.services.rights import NotYours
from recourse.desk.stages import Stage
from recourse.money import Money
from recourse.payouts import machine
from recourse.payouts.machine import Kind, Source
from recourse.payouts.models import Account, Approval, Award, Dispute, Event, Payout, Posting
from recourse.payouts.providers.sandbox_world import Fault, World
from recourse.payouts.reconciling import Differs
from recourse.payouts.services import applying, comparing, paying, records, reporting, sending, settling
from recourse.payouts.services.paying import Part
from recourse.problems import Problem

SUM = Money(8499, "EUR")


def test_from_the_decision_to_the_money(pay: Callable[..., Payout], moved: Moved, world: World) -> None:
    row = pay()
    assert row.state == "sending"
    drain(moved)
    row.refresh_from_db()
    assert (row.state, row.reference, row.tries) == ("succeeded", "r1", 1)
    assert [one.key for one in world.all()] == [str(row.pk)]
    row.case.refresh_from_db()
    assert row.case.stage == "settled"
    told = [one.body["state"] for one in timeline.read(row.case, inner=True) if one.entry.kind == "payout"]
    assert told == ["planned", "sending", "succeeded"]
    report = reporting.report(row.institution)
    assert report.off == () and report.open == () and comparing.compare(row.institution).differences == ()
    assert {place.value: sum_.minor for place, sum_ in report.balances} == {"provider": -8499, "refunds": 8499}


def test_the_same_form_twice_plans_once_and_a_second_release_sends_nothing(
    decided: Callable[..., Case], moved: Moved, world: World
) -> None:
    made = decided()
    staff = made.institution.staff
    parts, token = paying.propose(made).parts, uuid4()
    first, again = (
        paying.plan(case=made, by=staff["finance"], parts=parts, token=token, at=moved())[0] for _ in range(2)
    )
    assert first.pk == again.pk
    for _ in range(2):
        paying.release(payout=first.pk, by=staff["approver"], seen=SUM, at=moved())
    drain(moved)
    assert world.calls() == 1 and Payout.objects.count() == 1


def test_no_more_is_planned_than_was_awarded(decided: Callable[..., Case], moved: Moved) -> None:
    made = decided()
    by = made.institution.staff["finance"]
    planned(made, by, moved)
    with pytest.raises(Problem, match=r"only 0\.00 EUR of this award is left"):
        paying.plan(case=made, by=by, parts=[Part(1, "manual")], token=uuid4(), at=moved())


def test_above_the_limit_the_planner_does_not_release(decided: Callable[..., Case], moved: Moved) -> None:
    made = decided(limit=8498)
    staff = made.institution.staff
    row = planned(made, staff["finance"], moved)[0]
    assert row.two_people
    with pytest.raises(Problem, match="somebody else than its planner"):
        paying.release(payout=row.pk, by=staff["finance"], seen=SUM, at=moved())
    paying.release(payout=row.pk, by=staff["approver"], seen=SUM, at=moved())
    assert Approval.objects.get().by == staff["approver"]


def test_parts_below_the_limit_do_not_get_around_it(decided: Callable[..., Case], moved: Moved) -> None:
    made = decided(limit=5000)
    payment = Payment.objects.get(purchase=made.purchase)
    parts = [Part(4000, "sandbox", payment.pk), Part(4499, "sandbox", payment.pk)]
    rows = paying.plan(case=made, by=made.institution.staff["finance"], parts=parts, token=uuid4(), at=moved())
    assert [row.two_people for row in rows] == [True, True]


def test_agents_strangers_and_those_complained_about_move_no_money(
    decided: Callable[..., Case], moved: Moved, person: Callable[..., Any]
) -> None:
    made = decided()
    staff = made.institution.staff
    for nobody in (staff["agent"], staff["auditor"], made.learner, person("Stranger")):
        with pytest.raises(NotYours):
            planned(made, nobody, moved)
    Case.objects.filter(pk=made.pk).update(about_person=staff["finance"])
    with pytest.raises(NotYours):
        planned(made, staff["finance"], moved)


def test_another_amount_than_was_seen_is_not_released(decided: Callable[..., Case], moved: Moved) -> None:
    made = decided()
    row = planned(made, made.institution.staff["finance"], moved)[0]
    with pytest.raises(Problem, match="another one than you saw"):
        paying.release(payout=row.pk, by=made.institution.staff["approver"], seen=Money(1, "EUR"), at=moved())


def test_a_card_is_not_passed_by_and_a_dispute_stops_all(decided: Callable[..., Case], moved: Moved) -> None:
    made = decided()
    by, payment = made.institution.staff["finance"], Payment.objects.get(purchase=made.purchase)
    with pytest.raises(Problem, match="Another route needs a failed payout"):
        paying.plan(case=made, by=by, parts=[Part(8499, "manual", payment.pk)], token=uuid4(), at=moved())
    with pytest.raises(Problem, match="goes back the way it came"):
        paying.plan(case=made, by=by, parts=[Part(8499, "manual")], token=uuid4(), at=moved())
    row = planned(made, by, moved)[0]
    Dispute.objects.create(account=row.account, payment=payment, reference="d1", minor=8499, quarrel="open", at=1)
    with pytest.raises(Problem, match="disputed"):
        paying.release(payout=row.pk, by=made.institution.staff["approver"], seen=SUM, at=moved())
    paying.cancel(payout=row.pk, by=by, at=moved())
    with pytest.raises(Problem, match="disputed"):
        paying.plan(case=made, by=by, parts=[Part(8499, "manual")], token=uuid4(), at=moved())


def test_a_contradiction_stops_the_next_payout_until_somebody_looked(
    pay: Callable[..., Payout], moved: Moved, world: World
) -> None:
    row = pay()
    world._script = (frozenset({Fault.REFUSES}),)
    drain(moved)
    staff = {one.role: one.person for one in row.institution.memberships.select_related("person")}
    again = planned(row.case, staff["finance"], moved)[0]
    moved.on(60)
    yes = machine.Event("late", Kind.PAID, Source.LOOK_UP, records.seconds(moved()), reference="r2")
    applying.take(row.pk, yes, at=moved())
    with pytest.raises(Problem, match="contradicts the record"):
        paying.release(payout=again.pk, by=staff["approver"], seen=SUM, at=moved())
    paying.cancel(payout=again.pk, by=staff["finance"], at=moved())
    with pytest.raises(Problem, match="contradicts the record"):
        planned(row.case, staff["finance"], moved)
    settling.see_to_alarm(payout=row.pk, by=staff["finance"], why="It never left.", at=moved())
    assert planned(row.case, staff["finance"], moved)[0].state == "planned"


@pytest.mark.parametrize("stage", [Stage.WITHDRAWN, Stage.SETTLED, Stage.CLOSED, None])
def test_what_became_of_the_case_since_the_plan_stops_the_release(
    stage: Stage | None, decided: Callable[..., Case], moved: Moved, world: World
) -> None:
    made = decided()
    staff = made.institution.staff
    row = planned(made, staff["finance"], moved)[0]
    if stage is None:  # decided anew, for less
        made.decisions.update(minor=8498)
    else:
        Case.objects.filter(pk=made.pk).update(stage=stage)
    with pytest.raises(Problem, match=r"taken back|settled|closed|only 84\.98 EUR"):
        paying.release(payout=row.pk, by=staff["approver"], seen=SUM, at=moved())
    drain(moved)
    assert world.calls() == 0


def test_a_provider_that_could_not_be_asked_is_a_difference(
    pay: Callable[..., Payout], moved: Moved, world: World
) -> None:
    row = pay()
    drain(moved)
    world.down = True
    (line,) = comparing.compare(row.institution).differences
    assert (line.key, line.differs, line.ours) == (row.pk, Differs.UNASKED, "succeeded 84.99 EUR")


@pytest.mark.parametrize("fault", [Fault.TIMEOUT_AFTER, Fault.TIMEOUT_BEFORE, Fault.UNAVAILABLE_AFTER])
def test_a_lost_answer_is_looked_up_and_paid_once(
    fault: Fault, pay: Callable[..., Payout], moved: Moved, world: World
) -> None:
    row = pay()
    world._script = (frozenset({fault}),)
    drain(moved)
    row.refresh_from_db()
    assert row.state == "unknown"
    moved.on(11)
    drain(moved)
    row.refresh_from_db()
    assert row.state == "succeeded"
    assert len(world.all()) == 1
    assert reporting.report(row.institution).off == ()


def test_what_comes_back_later_is_owed_again(pay: Callable[..., Payout], moved: Moved, world: World) -> None:
    row = pay()
    world._script = (frozenset({Fault.FAILS_LATE}),)
    drain(moved)
    for _ in range(4):
        moved.on(86400)
        drain(moved)
    row.refresh_from_db()
    assert row.state == "reversed"
    came, again = timeline.read(row.case, inner=False)[-2:]
    assert came.body["state"] == "reversed" and (again.entry.kind, again.body["amount"]) == ("came-back", str(SUM))
    assert paying.propose(row.case).left == SUM
    assert reporting.report(row.institution).off == ()


@pytest.mark.parametrize(("kind", "goes_on"), [("refund", Stage.DECIDED), ("withdrawal", Stage.IN_REVIEW)])
def test_a_case_whose_money_came_back_goes_on_until_it_is_sent_again(
    kind: str, goes_on: Stage, pay: Callable[..., Payout], decided: Callable[..., Case], moved: Moved, world: World
) -> None:
    row = pay(made := decided())
    Case.objects.filter(pk=row.case_id).update(kind=kind, reason="none" if kind == "withdrawal" else row.case.reason)
    world._script = (frozenset({Fault.FAILS_LATE}),)
    seen = []
    for _ in range(5):
        drain(moved)
        case = Case.objects.get(pk=row.case_id)
        seen.append(case.stage)
        moved.on(86400)
    assert (seen[0], seen[-1], case.lane) == (Stage.SETTLED, goes_on, "open")
    clocks = Deadline.objects.filter(case=case, met_at=None, dropped_at=None)
    step = next_step(case, clocks, moved().date(), case.decisions.first())
    assert (step.verb, step.by, case.next_due) == ("they-pay", row.award.due, row.award.due)
    to_pay = queue.page(row.institution, queue.Asked(), row.planned_by, moved().date()).cases
    assert [one.pk for one in to_pay] == [case.pk]
    pay(made)
    drain(moved)
    case.refresh_from_db()
    assert case.stage == Stage.SETTLED and not clocks.all().exists()


def test_a_refusal_frees_the_amount_and_another_payout_may_follow(
    pay: Callable[..., Payout], moved: Moved, world: World
) -> None:
    row = pay()
    world._script = (frozenset({Fault.REFUSES}),)
    drain(moved)
    row.refresh_from_db()
    assert row.state == "failed"
    row.case.institution.staff = {}
    payment = Payment.objects.get(pk=row.payment_id)
    made = paying.plan(  # the original route failed: by hand is open now
        case=row.case, by=row.planned_by, parts=[Part(8499, "manual", payment.pk)], token=uuid4(), at=moved()
    )
    assert made[0].route == "manual"


def test_no_call_is_made_inside_a_transaction(
    pay: Callable[..., Payout], moved: Moved, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = pay()
    depth = len(connection.savepoint_ids)
    seen = []
    monkeypatch.setattr(World, "_up", lambda _: seen.append(len(connection.savepoint_ids)))
    sending.send(row.pk, clock=moved, finish=lambda: None)
    sending.ask(row.pk, clock=moved, finish=lambda: None)
    assert seen == [depth, depth]


def test_a_call_that_was_begun_is_not_made_again(pay: Callable[..., Payout], moved: Moved, world: World) -> None:
    row = pay()
    sending._begin(row.pk, moved())  # and its worker is killed
    sending.send(row.pk, clock=moved, finish=lambda: None)
    row.refresh_from_db()
    assert (row.state, world.calls()) == ("unknown", 0)
    moved.on(11)
    drain(moved)
    row.refresh_from_db()
    assert (row.state, row.tries, len(world.all())) == ("succeeded", 2, 1)


REFUSED = {
    "more than was awarded": {},
    "no award": {"award": None},
    "nothing": {"minor": 0},
    "paid without a proof": {"state": "succeeded", "external": True},
    "sent, and nobody released it": {"state": "sending"},
    "another currency": {"currency": "USD", "minor": 1},
}


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.usefixtures("guarded")
def test_the_database_itself_refuses(what: str, decided: Callable[..., Case], moved: Moved) -> None:
    made = decided()
    row = planned(made, made.institution.staff["finance"], moved)[0]
    values = {
        "institution": row.institution, "account": row.account, "case": made, "award": row.award, "payment": None,
        "route": "sandbox", "minor": 1, "currency": "EUR", "state": "planned", "at": 1, "planned_by": row.planned_by,
    } | REFUSED[what]  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Payout.objects.create(**values)


CHANGED = {
    "the amount": {"minor": 1},
    "the state, without a release": {"state": "sending", "tries": 1, "sent_at": 1},
    "a release of one's own": {"two_people": True},
}


@pytest.mark.parametrize("what", CHANGED)
@pytest.mark.usefixtures("guarded")
def test_the_database_refuses_to_change(what: str, decided: Callable[..., Case], moved: Moved) -> None:
    made = decided()
    row = planned(made, made.institution.staff["finance"], moved)[0]
    released = {"released_by": made.institution.staff["approver"]} if "state" in CHANGED[what] else {}
    with pytest.raises(IntegrityError), transaction.atomic():
        Payout.objects.filter(pk=row.pk).update(**CHANGED[what], **released)


@pytest.mark.usefixtures("guarded")
def test_what_is_over_stays_over_and_the_record_cannot_be_changed(pay: Callable[..., Payout], moved: Moved) -> None:
    row = pay()
    drain(moved)
    for table, change in ((Payout, {"state": "planned"}), (Payout, {"state": "failed"})):
        with pytest.raises(IntegrityError), transaction.atomic():
            table.objects.filter(pk=row.pk).update(**change)
    for table in (Posting, Event, Award, Approval):
        with pytest.raises(Exception, match="only added"), transaction.atomic():
            table.objects.all()._raw_delete(using="default")


def test_another_institution_sees_nothing(pay: Callable[..., Payout], school: Callable[..., Any]) -> None:
    row, other = pay(), school("Elsewhere")
    tables = (Payout, Award, Account, Approval, Event, Posting)
    with scope.of(scope.Scope(institutions=frozenset({other.pk}))):
        assert [table.objects.count() for table in tables] == [0] * 6
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                for table in tables:
                    cursor.execute(f"SELECT count(*) FROM {table._meta.db_table}")
                    assert cursor.fetchone()[0] == 0
    with scope.of(scope.Scope(person=row.case.learner_id)):
        assert [table.objects.count() for table in tables] == [1, 1, 0, 0, 0, 0]
