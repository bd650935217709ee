"""The example world's money: paid in the sandbox without keys, made to fail on request, gone with the world."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from paid import Moved, drain, planned

from recourse.desk.example import people, removal
from recourse.desk.example import world as example
from recourse.desk.models import Case, Exhibit, Person
from recourse.desk.services import audit
from recourse.money import Money
from recourse.payouts import example as money
from recourse.payouts.models import Dispute, Payout, Posting, Route
from recourse.payouts.providers.contract import Payee
from recourse.payouts.providers.sandbox_world import Fault, World
from recourse.payouts.services import opening, paying, reported, settling
from recourse.payouts.services.paying import Part

pytestmark = pytest.mark.usefixtures("everything", "quick")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("recourse.desk.services.policies.shortfalls", lambda *_: ())


def who(somebody: people.Somebody) -> Person:
    return Person.objects.get(email=somebody.email)


def to_be_paid() -> Case:
    return Case.objects.get(learner__email=people.SOFIA.email, stage="decided")


def payouts() -> dict[str, int]:
    return {model.__name__: model._base_manager.count() for model in apps.get_app_config("payouts").get_models()}


def test_it_is_paid_in_the_sandbox_and_may_be_told_to_fail(
    moved: Moved, world: World, client_of: Callable[..., Client]
) -> None:
    example.make(moved())
    (row,) = planned(to_be_paid(), who(people.MIRIAM), moved)
    assert row.route == "sandbox"
    approver, there = client_of(who(people.TOBIAS), second=True), f"/desk/nordlicht/money/{row.pk}/release/"
    assert "No answer, and it was paid" in approver.get(there).content.decode()
    amount = str(Money(row.minor, row.currency))
    assert approver.post(there, {"amount": amount, "fault": "SOMETHING"}).status_code == 422
    assert approver.post(there, {"amount": amount, "fault": "TIMEOUT_AFTER"}).status_code == 302
    drain(moved)
    row.refresh_from_db()
    assert row.state == "unknown" and len(world.all()) == 1
    moved.on(11)
    drain(moved)
    row.refresh_from_db()
    assert row.state == "succeeded" and len(world.all()) == 1


def test_its_money_stands_in_three_states_and_waits_for_somebody_in_two(
    moved: Moved, world: World, client_of: Callable[..., Client]
) -> None:
    money.tell(example.make(moved()))
    states = {row.case.learner.email: row.state for row in Payout.objects.all() if row.case}
    assert states == {people.MEI.email: "succeeded", people.PAUL.email: "failed", people.EMIL.email: "planned"}
    assert len(world.all()) == 1 and audit.audit().findings == []
    drain(moved)
    assert len(world.all()) == 1
    page = client_of(who(people.MIRIAM), second=True).get("/desk/nordlicht/money/").content.decode()
    assert all(Case.objects.get(payouts__state=one).reference in page for one in ("failed", "planned"))


@pytest.mark.usefixtures("guarded")
def test_it_goes_with_all_its_money_and_can_be_made_again(
    moved: Moved, world: World, pay: Callable[..., Payout]
) -> None:
    ours = pay()
    drain(moved)
    before = payouts()
    for _ in range(2):
        money.tell(example.make(moved()))
        _spend(moved, world)
        assert all(payouts().values()), payouts()
        gone = removal.remove()
        assert gone["payouts.Posting"] > 2 and gone["payouts.Reported"] == 1 and payouts() == before
    ours.refresh_from_db()
    assert ours.state == "succeeded"
    with pytest.raises(Exception, match="only added"), transaction.atomic():
        Posting.objects.all()._raw_delete(using="default")
    with pytest.raises(Exception, match="never changes"), transaction.atomic():
        Payout.objects.filter(pk=ours.pk).update(minor=1)


def _spend(moved: Moved, world: World) -> None:
    """By the sandbox, which refuses; then by a file, by hand, and elsewhere; with a verdict and a dispute."""
    made, miriam = to_be_paid(), who(people.MIRIAM)
    assert made.institution is not None
    opening.settle(institution=made.institution, by=who(people.JOERG), route=Route.SEPA, open_=True,
                   values={"name": "Nordlicht", "iban": "DE89370400440532013000"})  # fmt: skip
    (failed,) = planned(made, miriam, moved)
    world.plan(str(failed.pk), Fault.REFUSES)
    _release(moved, failed)
    pay_to = Payee("Sofia", "DE02120300000000202051")
    parts = [Part(1000, "sepa", failed.payment_id, pay_to), Part(1000, "manual", failed.payment_id)]
    rows = paying.plan(case=made, by=miriam, parts=parts, token=uuid4(), at=moved())
    _release(moved, *rows)
    proof = Exhibit.objects.create(case=made, name="p.pdf", kind="pdf", digest="f" * 64, size=1, stored="-")
    settling.claim(payout=rows[0].pk, by=miriam, kind="paid", proof=proof, at=moved())
    settling.state(payout=rows[1].pk, by=miriam, word="paid", proof=proof, at=moved())
    drain(moved)
    reported.report(case=made, by=miriam, what=reported.Telling(Money(100, "EUR"), moved().date(), proof), at=moved())
    Dispute.objects.create(
        account=rows[0].account, payment=failed.payment, reference=f"d{made.pk}", minor=1, quarrel="open", at=1
    )
    for row, state in ((failed, "failed"), (rows[0], "pending"), (rows[1], "succeeded")):
        row.refresh_from_db()
        assert row.state == state


def _release(moved: Moved, *rows: Payout) -> None:
    for row in rows:
        paying.release(payout=row.pk, by=who(people.TOBIAS), seen=Money(row.minor, row.currency), at=moved())
    moved.on(paying.GATHERED)
    drain(moved)
