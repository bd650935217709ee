"""Stripe through the pages: connected, paid, pending, failed late, disputed elsewhere; the far side is our stateful fake."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
import stripe_fake
from django.test import Client
from paid import Moved, drain

from recourse.desk.models import Case, Institution, Payment
from recourse.desk.services import purchases, timeline
from recourse.desk.sheets import Order
from recourse.payouts.models import Account, Dispute, Notice, Payout, Told
from recourse.payouts.providers import stripe
from recourse.payouts.reconciling import Differs
from recourse.payouts.services import comparing, disputes, elsewhere, paying, records, reporting
from recourse.payouts.services.paying import Part
from recourse.problems import Problem

pytestmark = pytest.mark.usefixtures("everything")
KEYS = {"secret_key": "rk_test_a", "webhook_secret": "whsec_test"}


class Far:
    """Stripe's side of the pages: the fake, and its signed news brought to our address."""

    def __init__(self, moved: Moved) -> None:
        self.fake = stripe_fake.Fake(lambda: records.seconds(moved()), KEYS["webhook_secret"])
        self.asked: list[str] = []

    def client(self, secret_key: str, http_client: object = None) -> Any:
        self.asked.append(secret_key)
        return _client(secret_key, stripe_fake.Hook(self.fake))

    def tell(self, account: Account, *bodies: bytes) -> list[int]:
        """Deliver these, or all that there is, to the webhook; what it answers."""
        messages = [self.fake.signed(body) for body in bodies] or self.fake.messages()
        return [
            Client().post(f"/hooks/{account.pk}/", body, content_type="application/json", headers=headers).status_code
            for headers, body in messages
        ]


_client = stripe.client


@pytest.fixture
def far(monkeypatch: pytest.MonkeyPatch, moved: Moved) -> Iterator[Far]:
    found = Far(moved)
    monkeypatch.setattr(stripe, "client", found.client)
    monkeypatch.setattr("recourse.web.clock.now", moved)
    return found


@pytest.fixture
def connected(
    decided: Callable[..., Case], school: Callable[..., Institution], client_of: Callable[..., Client], far: Far
) -> Callable[..., Case]:
    """A case whose payment came through Stripe, at a school that connected it on its page."""

    def make() -> Case:
        place = school(approval_minor=0)
        administrator = client_of(place.staff["administrator"], second=True)  # type: ignore[attr-defined]
        answer = administrator.post(f"/desk/{place.slug}/money/accounts/", {"route": "stripe", "open": "on", **KEYS})
        assert answer.status_code == 302
        made = decided(place, limit=0)
        number = Payment.objects.count()
        Payment.objects.filter(purchase=made.purchase).update(provider="stripe", reference=f"pi_{number}")
        far.fake.captured[f"ch_{number}"] = (8499, "eur")
        return made

    return make


def value(page: str, name: str) -> str:
    return page.partition(f'name="{name}" value="')[2].partition('"')[0]


def planned(made: Case, client_of: Callable[..., Client]) -> Payout:
    staff = made.institution.staff
    finance, where = (
        client_of(staff["finance"], second=True), f"/desk/{made.institution.slug}/cases/{made.reference}/money/",
    )  # fmt: skip
    page = finance.get(where).content.decode()
    assert "Stripe" in page
    assert finance.post(where, {"token": value(page, "token"), "seen": value(page, "seen")}).status_code == 302
    return Payout.objects.filter(case=made).latest("made_at")


def released(made: Case, client_of: Callable[..., Client], moved: Moved) -> Payout:
    row = planned(made, client_of)
    approver = client_of(made.institution.staff["approver"], second=True)
    there = f"/desk/{made.institution.slug}/money/{row.pk}/release/"
    assert "5 to 10 days" in approver.get(there).content.decode()
    assert approver.post(there, {"amount": "84.99 EUR"}).status_code == 302
    drain(moved)
    row.refresh_from_db()
    return row


def test_it_is_paid_with_the_key_that_was_entered(
    connected: Callable[..., Case], client_of: Callable[..., Client], moved: Moved, far: Far
) -> None:
    made = connected()
    row = released(made, client_of, moved)
    assert (row.state, row.reference, set(far.asked)) == ("succeeded", "re_1", {KEYS["secret_key"]})
    account = Account.objects.get(institution=made.institution, route="stripe")
    assert b"rk_test_a" not in bytes(account.sealed) and b"whsec" not in bytes(account.sealed)
    assert far.tell(account) == [200] and far.tell(account) == [200]
    assert Notice.objects.filter(account=account).count() == 1
    drain(moved)
    assert far.fake.posts == 1 and comparing.compare(made.institution).differences == ()
    made.refresh_from_db()
    assert made.stage == "settled"


def test_pending_is_on_its_way_until_a_signed_notice_and_a_look_up_say_so(
    connected: Callable[..., Case], client_of: Callable[..., Client], moved: Moved, far: Far
) -> None:
    made = connected()
    far.fake.faults = ["pending"]
    row = released(made, client_of, moved)
    assert (row.state, row.waits) == ("pending", "settlement")
    assert timeline.read(made, inner=False)[-1].body["state"] == "pending"
    moved.on(3600)
    (headers, body), account = far.fake.messages()[-1], row.account
    forged = body.replace(b"succeeded", b"failed")
    bad = Client().post(f"/hooks/{account.pk}/", forged, content_type="application/json", headers=headers)
    assert (bad.status_code, Told.objects.filter(account=account).count()) == (400, 0)
    assert set(far.tell(account)) == {200}
    row.refresh_from_db()
    assert row.state == "pending"  # a notice alone moves nothing
    drain(moved)
    row.refresh_from_db()
    assert row.state == "succeeded"


def test_a_late_failure_is_told_and_owed_again(
    connected: Callable[..., Case], client_of: Callable[..., Client], moved: Moved, far: Far
) -> None:
    made = connected()
    far.fake.faults = ["late"]
    row = released(made, client_of, moved)
    assert row.state == "succeeded"
    moved.on(3 * 86400 + 1)
    assert set(far.tell(row.account)) == {200}
    drain(moved)
    row.refresh_from_db()
    assert (row.state, row.word) == ("reversed", "failed expired_or_canceled_card")
    assert paying.propose(made).left.minor == 8499 and reporting.report(made.institution).off == ()


def test_a_dispute_opened_elsewhere_blocks_until_it_is_won(
    connected: Callable[..., Case], client_of: Callable[..., Client], moved: Moved, far: Far
) -> None:
    made = connected()
    row = planned(made, client_of)
    item = {"id": "dp_1", "object": "dispute", "status": "needs_response", "amount": 8499, "currency": "eur",
            "payment_intent": row.payment.reference}  # fmt: skip
    at = records.seconds(moved())
    account = Account.objects.get(institution=made.institution, route="stripe")
    assert far.tell(account, stripe_fake.event("evt_1", "charge.dispute.created", item, at)) == [200]
    approver = client_of(made.institution.staff["approver"], second=True)
    there = f"/desk/{made.institution.slug}/money/{row.pk}/"
    refused = approver.post(f"{there}release/", {"amount": "84.99 EUR"})
    assert refused.status_code == 422 and "disputed" in refused.content.decode()
    assert approver.post(f"{there}cancel/").status_code == 302
    where = f"/desk/{made.institution.slug}/cases/{made.reference}/money/"
    assert "A payment is disputed" in approver.get(where).content.decode()
    assert "Plan it" not in approver.get(where).content.decode()
    late = stripe_fake.event("evt_0", "charge.dispute.updated", {**item, "status": "won"}, at - 60)
    assert far.tell(account, late) == [200] and Dispute.objects.get().quarrel == "open"  # older news says nothing
    won = stripe_fake.event("evt_2", "charge.dispute.closed", {**item, "status": "won"}, at + 60)
    assert far.tell(account, won) == [200]
    assert released(made, client_of, moved).state == "succeeded"


def test_a_refund_made_in_its_own_pages_stands_among_those_made_elsewhere(
    connected: Callable[..., Case], client_of: Callable[..., Client], moved: Moved, far: Far
) -> None:
    made = connected()
    payment = Payment.objects.get(purchase=made.purchase)
    item = {"id": "re_9", "object": "refund", "status": "succeeded", "amount": 3000, "currency": "eur",
            "payment_intent": payment.reference, "metadata": {}}  # fmt: skip
    account = Account.objects.get(institution=made.institution, route="stripe")
    body = stripe_fake.event("evt_9", "refund.created", item, records.seconds(moved()))
    assert json.loads(body)["data"]["object"]["id"] == "re_9" and far.tell(account, body) == [200]
    finance = client_of(made.institution.staff["finance"], second=True)
    assert "Made elsewhere" in finance.get(f"/desk/{made.institution.slug}/money/").content.decode()
    row = Payout.objects.get(external=True)
    assert row.payment_id == payment.pk and records.described([payment])[0].payouts[0][0] == 3000
    assert finance.post(f"/desk/{made.institution.slug}/money/{row.pk}/", {"match": "1", "reference": made.reference})
    assert paying.propose(made).left.minor == 5499
    moved.on(86400)
    failed = {**item, "status": "failed", "failure_reason": "lost_or_stolen_card"}
    assert far.tell(account, stripe_fake.event("evt_10", "refund.failed", failed, records.seconds(moved()))) == [200]
    row.refresh_from_db()
    assert (row.state, row.word) == ("reversed", "failed lost_or_stolen_card")
    assert paying.propose(made).left.minor == 8499 and reporting.report(made.institution).off == ()


@pytest.mark.parametrize("currency", ["eur", "ugx"])
def test_a_dispute_told_of_before_its_payment_was_here_blocks_it(
    currency: str, connected: Callable[..., Case], moved: Moved, far: Far
) -> None:
    made = connected()
    payments = Payment.objects.filter(purchase=made.purchase)
    item = {"id": "dp_1", "object": "dispute", "status": "needs_response", "amount": 8499, "currency": currency,
            "payment_intent": "pi_late"}  # fmt: skip
    account = Account.objects.get(institution=made.institution, route="stripe")
    body = stripe_fake.event("evt_1", "charge.dispute.created", item, records.seconds(moved()))
    assert far.tell(account, body) == [200] and not Dispute.objects.exists()
    payments.update(reference="pi_late")
    with pytest.raises(Problem, match="disputed"):
        paying.plan(case=made, by=made.institution.staff["finance"], parts=[Part(8499, "stripe", payments.get().pk)],
                    token=uuid4(), at=moved())  # fmt: skip


def test_what_stripe_keeps_is_a_cost_of_ours_and_takes_nothing_from_the_learner(
    connected: Callable[..., Case], client_of: Callable[..., Client], moved: Moved, far: Far
) -> None:
    made = connected()
    far.fake.fee = 35
    row = released(made, client_of, moved)
    moved.on(86400)
    drain(moved)  # asked again: the same fee is posted once
    report = reporting.report(made.institution)
    assert {place.value: sum_.minor for place, sum_ in report.balances} == {
        "provider": -8534, "refunds": 8499, "fees": 35,
    }  # fmt: skip
    assert (row.minor, paying.propose(made).left.minor, report.off) == (8499, 0, ())
    assert far.fake.refunds[0].amount == 8499
    assert comparing.compare(made.institution).differences == ()
    far.fake.refunds[0].fee = 40
    (differs,) = comparing.compare(made.institution).differences
    assert (differs.ours, differs.theirs) == ("0.35 EUR", "0.40 EUR")
    finance = client_of(made.institution.staff["finance"], second=True)
    slug = made.institution.slug
    assert "EUR 0.35" in finance.get(f"/desk/{slug}/money/{row.pk}/").content.decode()
    table = finance.get(f"/desk/{slug}/money/postings.csv").content.decode().splitlines()
    assert [line.split(",")[3:] for line in table if ",fee," in line] == [["fee", "fees", "provider", "0.35", "EUR"]]


def test_a_list_is_asked_for_once_and_names_what_our_record_has_forgotten(
    connected: Callable[..., Case], client_of: Callable[..., Client], moved: Moved, far: Far
) -> None:
    made = connected()
    released(made, client_of, moved)
    payment = Payment.objects.get(purchase=made.purchase)
    key, charge = uuid4(), payment.reference.replace("pi_", "ch_")

    def there(charge: str, amount: int, metadata: dict[str, str], phases: str = "") -> None:
        far.fake.refunds.append(stripe_fake.Refund(
            f"re_{len(far.fake.refunds) + 1}", charge, amount, "eur", metadata, records.seconds(moved()),
            stripe_fake.PHASES.get(phases, stripe_fake.PAID),
        ))  # fmt: skip

    there(charge, 1000, {"recourse_payout": str(key)})  # of a payout that a restored record no longer has
    there(charge, 500, {})  # made on its own pages, and its notice was lost
    there(charge, 300, {"recourse_payout": str(uuid4())}, "pending")
    there("ch_of_nothing_here", 700, {})  # the account is used for other things, too
    far.fake.gets = 0
    found = comparing.compare(made.institution)
    assert far.fake.gets == 2  # pages of three; no question for each payout
    assert {(one.key, one.theirs) for one in found.differences if one.differs == Differs.ONLY_THERE} >= {
        (key, "re_2 succeeded 10.00 EUR"), (None, "re_3 succeeded 5.00 EUR"),
    }  # fmt: skip
    assert len(found.differences) == 3
    rows = elsewhere.remember(institution=made.institution, lost=found.forgotten, at=moved())
    assert {(row.reference, row.minor, row.payment_id) for row in rows} == {
        ("re_2", 1000, payment.pk), ("re_3", 500, payment.pk),
    }  # fmt: skip
    again = comparing.compare(made.institution)
    assert [one.theirs for one in again.differences] == ["re_4 pending processing 3.00 EUR"]  # told of until it is paid
    assert elsewhere.remember(institution=made.institution, lost=again.forgotten, at=moved()) == []


def test_a_stripe_that_does_not_answer_is_named_for_every_payout_and_without_any_for_its_account(
    connected: Callable[..., Case], client_of: Callable[..., Client], moved: Moved, far: Far
) -> None:
    made = connected()
    far.fake.down = True
    named = {one.ours: one.differs for one in comparing.compare(made.institution).differences}
    assert named == {"stripe": Differs.UNASKED}
    far.fake.down = False
    row = released(made, client_of, moved)
    far.fake.down = True
    (line,) = comparing.compare(made.institution).differences
    assert (line.key, line.differs, line.ours) == (row.pk, Differs.UNASKED, "succeeded 84.99 EUR")


def test_a_key_on_two_refunds_and_another_amount_are_differences(
    connected: Callable[..., Case], client_of: Callable[..., Client], moved: Moved, far: Far
) -> None:
    made = connected()
    released(made, client_of, moved)
    (one,) = far.fake.refunds
    one.amount = 8498
    (line,) = comparing.compare(made.institution).differences
    assert (line.differs, line.ours, line.theirs) == (Differs.AMOUNT, "84.99 EUR", "84.98 EUR")
    one.amount = 8499
    far.fake.refunds.append(replace(one, id="re_2"))
    (line,) = comparing.compare(made.institution).differences
    assert (line.differs, line.theirs) == (Differs.OUTCOME, "unknown")


@pytest.mark.parametrize("others", [0, disputes.FEW])
def test_a_dispute_told_of_before_its_order_was_here_is_kept_when_the_order_comes(
    others: int, connected: Callable[..., Case], moved: Moved, far: Far
) -> None:
    place = connected().institution
    item = {"id": "dp_1", "object": "dispute", "status": "needs_response", "amount": 5000, "currency": "eur",
            "payment_intent": "pi_late"}  # fmt: skip
    account = Account.objects.get(institution=place, route="stripe")
    body = stripe_fake.event("evt_1", "charge.dispute.created", item, records.seconds(moved()))
    assert far.tell(account, body) == [200]
    references = ["pi_late", *(f"pi_other_{number}" for number in range(others))]
    orders = [Order(line, reference, "m@example.org", "", moved().date(), 8499, "EUR", "card", "stripe", reference)
              for line, reference in enumerate(references)]  # fmt: skip
    purchases.bring(institution=place, orders=orders, by=None, at=moved())
    (found,) = Dispute.objects.all()
    assert (found.payment.reference, found.minor, found.quarrel) == ("pi_late", 5000, "open")
