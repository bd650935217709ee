"""The twelve rules that hold always, each by its name, each where the database can hold it tried against the database.

docs/payouts.md lists them and where each lives.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.core import mail
from django.db import Error, IntegrityError, connection, models, transaction
from paid import Moved, drain, planned

from recourse.desk.models import Case, Deadline, Payment, Progress, Purchase
from recourse.money import Money
from recourse.payouts import security, tasks
from recourse.payouts.machine import SAID, TABLE, State
from recourse.payouts.models import Account, Approval, Dispute, Event, Notice, Payout, Posting, Told
from recourse.payouts.providers.sandbox_world import Fault, World
from recourse.payouts.services import paying, records, reporting, routes
from recourse.payouts.services.paying import Part

pytestmark = pytest.mark.usefixtures("everything", "guarded")


def refused(change: Callable[[], object], match: str | None = None, kind: type[Exception] = IntegrityError) -> None:
    """The database says no, and nothing stays of the try."""
    with pytest.raises(kind, match=match), transaction.atomic():
        change()


def another(row: Payout, **other: Any) -> Callable[[], object]:
    """A payout beside this one, written past every service."""
    values = {
        "institution": row.institution, "account": row.account, "case": row.case, "award": row.award,
        "payment": row.payment, "route": row.route, "minor": 1, "currency": "EUR", "state": "planned", "at": 1,
        "planned_by": row.planned_by,
    } | other  # fmt: skip
    return lambda: Payout.objects.create(**values)


def test_1_never_more_goes_back_than_was_captured(decided: Callable[..., Case], moved: Moved) -> None:
    made = decided()
    payment, by = Payment.objects.get(purchase=made.purchase), made.institution.staff["finance"]
    (row,) = paying.plan(case=made, by=by, parts=[Part(8000, "sandbox", payment.pk)], token=uuid4(), at=moved())
    refused(another(row, minor=500), "more than was captured")
    refused(another(row, minor=0))
    refused(another(row, minor=-1))
    Dispute.objects.create(account=row.account, payment=payment, reference="d", minor=1, quarrel="lost", at=1)
    refused(another(row, minor=499), "more than was captured")
    another(row, minor=498)()
    paid = {"external": True, "state": "succeeded", "reference": "r1", "award": None, "payment": None}
    another(row, **paid)()
    refused(another(row, **paid))  # the same reference of the same provider


def test_2_a_state_changes_along_an_arrow_and_no_other_way(pay: Callable[..., Payout]) -> None:
    row = pay()
    arrows = {(state, move.to) for (state, _), move in TABLE.items()}
    editor: Any = SimpleNamespace(
        connection=connection, execute=lambda sql, params=None: connection.cursor().execute(sql)
    )
    for before in State:
        security.let_go(editor)
        Payout.objects.filter(pk=row.pk).update(state=before, reference="r")
        security.keep(editor)
        for after in State:
            change = Payout.objects.filter(pk=row.pk)
            if before is after or (before, after) in arrows:
                with transaction.atomic():
                    change.update(state=after)
                    transaction.set_rollback(True)
            else:
                refused(partial(change.update, state=after), "no such step")
    assert len(arrows) == 20


def test_3_what_is_told_is_kept_once_as_it_came(pay: Callable[..., Payout], moved: Moved, world: World) -> None:
    row = pay()
    drain(moved)
    account, event = row.account, Event.objects.filter(payout=row).earliest("made_at")
    told = Told.objects.create(account=account, institution=row.institution, number=1, body=b"{", digest="a" * 64)
    notice = Notice.objects.create(told=told, account=account, name="n1", at=1)
    for one in (event, told, notice):
        again = {field.name: getattr(one, field.name) for field in one._meta.concrete_fields} | {"id": uuid4()}
        refused(partial(one._meta.default_manager.create, **again))
    refused(lambda: Told.objects.update(body=b"}"), "only added", Error)
    refused(lambda: Event.objects.filter(pk=event.pk)._raw_delete("default"), "only added", Error)


def test_4_the_key_is_the_payouts_own_and_never_changes(pay: Callable[..., Payout], moved: Moved, world: World) -> None:
    row = pay()
    refused(lambda: Payout.objects.filter(pk=row.pk).update(id=uuid4()), kind=Error)
    world.plan(str(row.pk), Fault.TIMEOUT_BEFORE)
    drain(moved)
    moved.on(11)
    drain(moved)
    row.refresh_from_db()
    assert (row.tries, [one.key for one in world.all()]) == (2, [str(row.pk)])  # asked again under the same key
    memory = routes.provider(row.account).memory
    assert memory.honours < 24 * 3600 <= (memory.never or 0)


def test_5_and_6_money_is_whole_units_and_no_total_is_stored() -> None:
    fields = [field for model in apps.get_app_config("payouts").get_models() for field in model._meta.concrete_fields]
    assert not [field for field in fields if isinstance(field, models.FloatField | models.DecimalField)]
    numbers = {field.name for field in fields if isinstance(field, models.IntegerField)}
    amounts = {"minor", "interest_minor"}
    moments_and_counts = {"at", "sent_at", "asked_at", "number", "place", "tries"}
    assert numbers == amounts | moments_and_counts
    assert {field.get_internal_type() for field in fields if field.name in amounts} == {"BigIntegerField"}


def test_7_paying_changes_nothing_of_the_course(pay: Callable[..., Payout], moved: Moved, world: World) -> None:
    row = pay()
    world.plan(str(row.pk), Fault.FAILS_LATE)
    course = (list(Purchase.objects.values()), list(Progress.objects.values()), list(Payment.objects.values()))
    for _ in range(5):
        drain(moved)
        moved.on(86400)
    row.refresh_from_db()
    assert row.state == "reversed"
    assert course == (list(Purchase.objects.values()), list(Progress.objects.values()), list(Payment.objects.values()))


def test_8_above_the_limit_the_planner_does_not_release(decided: Callable[..., Case], moved: Moved) -> None:
    made = decided(limit=0)
    staff = made.institution.staff
    (row,) = planned(made, staff["finance"], moved)
    signed = {"payout": row, "planned_by": staff["finance"], "minor": row.minor, "currency": row.currency}
    sent = {"state": "sending", "tries": 1, "sent_at": 1}
    change = Payout.objects.filter(pk=row.pk)
    refused(lambda: Approval.objects.create(**signed, by=staff["finance"], two_people=True))
    refused(lambda: change.update(**sent, released_by=staff["approver"]), "nobody released it")
    with transaction.atomic():
        Approval.objects.create(**signed, by=staff["finance"], two_people=False)  # as if there were no limit
        refused(lambda: change.update(**sent, released_by=staff["finance"]))
        refused(lambda: change.update(**sent, released_by=staff["approver"]), "nobody released it")
        transaction.set_rollback(True)
    Approval.objects.create(**signed, by=staff["approver"], two_people=True)
    change.update(**sent, released_by=staff["approver"])


def test_9_an_open_dispute_stops_planning_and_sending(decided: Callable[..., Case], moved: Moved) -> None:
    made = decided()
    staff, payment = made.institution.staff, Payment.objects.get(purchase=made.purchase)
    part = [Part(100, "sandbox", payment.pk)]
    (row,) = paying.plan(case=made, by=staff["finance"], parts=part, token=uuid4(), at=moved())
    dispute = Dispute.objects.create(account=row.account, payment=payment, reference="d", minor=1, quarrel="open", at=1)
    refused(another(row), "disputed")
    Approval.objects.create(
        payout=row, by=staff["approver"], planned_by=staff["finance"], two_people=False, minor=100, currency="EUR"
    )
    sent = {"state": "sending", "tries": 1, "sent_at": 1, "released_by": staff["approver"]}
    refused(lambda: Payout.objects.filter(pk=row.pk).update(**sent), "disputed")
    Dispute.objects.filter(pk=dispute.pk).update(quarrel="won")
    Payout.objects.filter(pk=row.pk).update(**sent)


def test_10_arrived_is_never_said_and_what_came_back_is_corrected(
    pay: Callable[..., Payout], moved: Moved, world: World
) -> None:
    assert SAID[State.PENDING].en == "Your money is on its way"
    assert not [words for words in SAID.values() if "arriv" in words.en or "到账" in words.zh]
    row = pay()
    world.plan(str(row.pk), Fault.FAILS_LATE)
    for _ in range(5):
        drain(moved)
        moved.on(86400)
    first, last = [one.body for one in mail.outbox if one.to == [row.case.learner.email] and "EUR" in one.subject]
    assert "was sent to you on" in first and "that no longer holds" in last


def test_11_late_is_measured_by_the_awards_day_whatever_the_payout_says(
    pay: Callable[..., Payout], moved: Moved, world: World
) -> None:
    row = pay()
    due, clock = row.award.due, Deadline.objects.filter(case=row.case, name="pay", met_at=None)
    assert due is not None and clock.get().due == due
    world.plan(str(row.pk), Fault.TIMEOUT_AFTER)
    drain(moved)
    row.refresh_from_db()
    assert row.state == "unknown" and clock.get().due == due  # planned, sent, unknown: the day stays
    moved.on(11)
    drain(moved)
    assert not clock.exists()
    world._rows.execute('UPDATE refund SET phases = \'[[0, "paid"], [86400, "failed"]]\'')
    moved.on(30 * 86400 - 60)
    drain(moved)
    row.refresh_from_db()
    assert row.state == "reversed" and clock.get().due == due < dt.date(2026, 12, 20)
    assert [one.pk for one in reporting.report(row.institution).back] == [row.pk]


@pytest.mark.parametrize("state", list(State))
def test_12_whatever_is_not_final_is_asked_about(state: State, pay: Callable[..., Payout], moved: Moved) -> None:
    row = pay()
    drain(moved)
    editor: Any = SimpleNamespace(
        connection=connection, execute=lambda sql, params=None: connection.cursor().execute(sql)
    )
    security.let_go(editor)
    Payout.objects.filter(pk=row.pk).update(state=state, at=records.seconds(moved()))
    security.keep(editor)
    moved.on(3601)
    wakes = [one.kind for sweep in (tasks.payouts, tasks.successes) for one in sweep(moved())]
    asked = {State.SENDING, State.PENDING, State.UNKNOWN, State.SUCCEEDED}
    assert ("payout.ask" in wakes) == (state in asked)
    assert ("payout.send" in wakes) == (state is State.SENDING)


def test_postings_cannot_be_off_balance(pay: Callable[..., Payout], moved: Moved) -> None:
    row = pay()
    drain(moved)
    line = {"institution": row.institution, "about": uuid4(), "cause": "x", "currency": "EUR", "at": 1}
    refused(lambda: Posting.objects.create(**line, debit="fees", credit="fees", minor=1))
    refused(lambda: Posting.objects.create(**line, debit="fees", credit="provider", minor=0))
    refused(lambda: Posting.objects.update(minor=1), "only added", Error)
    assert sum(reporting.balances(row.institution).values()) == 0
    assert Money(8499, "EUR") == Money(row.minor, row.currency) and Account.objects.filter(route="sandbox").exists()
