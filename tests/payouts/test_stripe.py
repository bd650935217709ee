"""Stripe's own ways: its units, its errors, its keys, its events; the signature as its SDK makes and checks it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
import stripe
import stripe_fake
from benches import DAY, HOUR, StripeBench

from recourse.money import EXPONENTS, Money
from recourse.payouts.machine import Waits
from recourse.payouts.providers import signing, stripe_money
from recourse.payouts.providers.contract import Status, Unproven


@pytest.fixture
def bench() -> Iterator[StripeBench]:
    made = StripeBench()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("minor", "currency", "number"),
    [
        (1000, "USD", 1000),
        (500, "JPY", 500),
        (5120, "KWD", 5120),
        (5, "ISK", 500),
        (1200, "MGA", 12),
        (80045, "TWD", 80045),
    ],
)
def test_an_amount_in_stripes_units(minor: int, currency: str, number: int) -> None:
    assert stripe_money.to_stripe(Money(minor, currency)) == number
    assert stripe_money.from_stripe(number, currency.lower()) == Money(minor, currency)


@pytest.mark.parametrize(("minor", "currency"), [(5124, "KWD"), (1201, "MGA"), (100, "UGX"), (100, "IQD"), (1, "CLF")])
def test_what_cannot_be_said_exactly_is_not_sent(bench: StripeBench, minor: int, currency: str) -> None:
    with pytest.raises(ValueError, match="sent"):
        stripe_money.to_stripe(Money(minor, currency))
    order = replace(bench.order(), money=Money(minor, currency))
    assert bench.provider.send(order).status is Status.FAILED
    assert bench.fake.posts == 0


@pytest.mark.parametrize("currency", sorted(EXPONENTS))
def test_every_currency_comes_back_as_it_went_or_is_refused(currency: str) -> None:
    if not stripe_money.known(currency):
        assert stripe_money.from_stripe(100, currency) is None
        return
    for times in (1, 7, 12345):
        money = Money(times * stripe_money.step(currency), currency)
        assert stripe_money.from_stripe(stripe_money.to_stripe(money), currency) == money


def test_a_part_of_a_crown_is_not_understood() -> None:
    assert stripe_money.from_stripe(501, "isk") is None


def test_more_than_was_captured_is_refused(bench: StripeBench) -> None:
    payment = bench.payment(Money(10000, "EUR"))
    assert bench.provider.send(bench.order(6000, payment=payment)).status is Status.SUCCEEDED
    refused = bench.provider.send(bench.order(6000, payment=payment))
    assert refused.status is Status.FAILED
    assert "greater" in refused.word


def test_a_disputed_charge_is_refused(bench: StripeBench) -> None:
    order = bench.order()
    bench.fake.disputed |= set(bench.fake.captured)
    assert bench.provider.send(order).status is Status.FAILED


def test_the_server_error_of_the_first_try_is_repeated_and_stays_unknown(bench: StripeBench) -> None:
    bench.next("unavailable")
    order = bench.order()
    assert [bench.provider.send(order).lost for _ in range(3)] == [True] * 3
    assert bench.moved(order) == 0


@pytest.mark.parametrize("fault", ["too-many", "html"])
def test_what_is_no_answer_of_the_api_is_unknown(bench: StripeBench, fault: str) -> None:
    bench.next(fault)
    assert bench.provider.send(bench.order()).lost


def test_a_key_that_was_used_for_something_else_is_unknown_not_failed(bench: StripeBench) -> None:
    order = bench.order()
    bench.provider.send(order)
    assert bench.provider.send(replace(order, money=Money(1, "EUR"))).status is Status.UNKNOWN


@pytest.mark.parametrize(
    ("fault", "waits", "end"),
    [
        ("no-balance", Waits.BALANCE, Status.SUCCEEDED), ("cancel", Waits.PAYEE, Status.CANCELLED),
        ("deny-later", Waits.SETTLEMENT, Status.FAILED), ("pending", Waits.SETTLEMENT, Status.SUCCEEDED),
    ],
)  # fmt: skip
def test_pending_says_what_it_waits_for_and_ends(bench: StripeBench, fault: str, waits: Waits, end: Status) -> None:
    bench.next(fault)
    order = bench.order()
    assert bench.provider.send(order).waits is waits
    bench.later()
    assert bench.provider.look_up(order).status is end


def test_the_refund_is_found_behind_many_others(bench: StripeBench) -> None:
    payment = bench.payment(Money(20000, "EUR"))
    first = bench.order(100, payment=payment)
    bench.provider.send(first)
    for _ in range(10):
        bench.provider.send(bench.order(100, payment=payment))
    assert bench.provider.look_up(first).reference == "re_1"


def test_two_refunds_with_one_key_are_an_alarm(bench: StripeBench) -> None:
    order = bench.order(100, payment=bench.payment(Money(20000, "EUR")))
    bench.provider.send(order)
    bench.time += 25 * HOUR
    bench.provider.send(order)  # which the reconciler never does at this age
    assert bench.provider.look_up(order).status is Status.UNKNOWN


def test_the_fake_forgets_keys_as_the_real_one_may(bench: StripeBench) -> None:
    order = bench.order(100, payment=bench.payment(Money(20000, "EUR")))
    bench.provider.send(order)
    bench.time += DAY
    bench.provider.send(order)
    assert len(bench.fake.refunds) == 2


def test_a_dispute_is_a_notice_about_its_payment(bench: StripeBench) -> None:
    item = {"id": "dp_1", "object": "dispute", "status": "needs_response", "payment_intent": "pi_1", "charge": "ch_1"}
    headers, body = bench.fake.signed(stripe_fake.event("evt_1", "charge.dispute.created", item, bench.time))
    (notice,) = bench.provider.parse(headers, body)
    assert (notice.dispute, notice.payment, notice.reference) == (True, "pi_1", "dp_1")


def test_other_news_are_none_of_ours(bench: StripeBench) -> None:
    headers, body = bench.fake.signed(stripe_fake.event("evt_1", "customer.created", {"id": "cus_1"}, bench.time))
    assert bench.provider.parse(headers, body) == []


def test_a_charge_that_was_refunded_tells_of_each_refund_or_of_the_payment(bench: StripeBench) -> None:
    refund = {"id": "re_9", "object": "refund", "status": "succeeded", "payment_intent": "pi_1", "metadata": {}}
    for refunds, references in (({"data": [refund]}, ["re_9"]), (None, [None])):
        item = {"id": "ch_1", "object": "charge", "payment_intent": "pi_1", "refunds": refunds}
        headers, body = bench.fake.signed(stripe_fake.event("evt_1", "charge.refunded", item, bench.time))
        assert [notice.reference for notice in bench.provider.parse(headers, body)] == references


def test_an_event_without_its_parts_is_refused(bench: StripeBench) -> None:
    for body in (b"{}", b"[]", b"7", b'{"type": "refund.created", "created": 1, "data": {"object": {}}, "id": "e"}'):
        headers, _ = bench.fake.signed(body)
        with pytest.raises(Unproven):
            bench.provider.parse(headers, body)


def test_our_signature_is_the_sdks_and_theirs_is_ours() -> None:
    body = json.dumps({"id": "evt_1", "object": "event", "type": "x", "data": {"object": {}}}).encode()
    theirs = stripe.WebhookSignature._compute_signature(f"1000.{body.decode()}", "whsec_1")
    assert signing.sign("whsec_1", body, 1000) == f"t=1000,v1={theirs}"
    assert stripe.WebhookSignature.verify_header(body.decode(), signing.sign("whsec_1", body, 1000), "whsec_1", None)


@pytest.mark.parametrize(
    "header",
    [None, "", "t=1000", "v1=00", "t=x,v1=00", "t=1000,t=1000,v1=00", "t=" + "9" * 5000 + ",v1=0", "t=1000,v1=é"],
)
def test_a_bent_header_is_refused(header: str | None) -> None:
    with pytest.raises(Unproven):
        signing.verify(header, b"{}", ["s"], 1000)


def test_an_old_secret_signs_for_a_while_beside_the_new_one() -> None:
    header = signing.sign("old", b"{}", 1000) + ",v1=" + "0" * 64
    assert signing.verify(header, b"{}", ["new", "old"], 1300) == 1000
    with pytest.raises(Unproven):
        signing.verify(header, b"{}", ["new"], 1000)


@pytest.mark.parametrize(
    ("paid", "failed", "fee"),
    [
        ({"fee": 35, "currency": "eur"}, None, Money(35, "EUR")),
        ({"fee": 35, "currency": "eur"}, {"fee": -35, "currency": "eur"}, Money(0, "EUR")),
        ({"fee": 35, "currency": "isk"}, None, None),  # a part of a crown
        ({"fee": 35, "currency": "eur"}, {"fee": 1, "currency": "usd"}, None),
        ("txn_1", None, None), (None, None, None), ({"fee": "35", "currency": "eur"}, None, None),
    ],
)  # fmt: skip
def test_the_fee_is_that_of_both_balance_transactions_or_not_known(
    bench: StripeBench, monkeypatch: pytest.MonkeyPatch, paid: object, failed: object, fee: Money | None
) -> None:
    shown = stripe_fake.Refund.shown
    both = {"balance_transaction": paid, "failure_balance_transaction": failed}
    monkeypatch.setattr(stripe_fake.Refund, "shown", lambda self, now: shown(self, now) | both)
    one = bench.order()
    sent, found = bench.provider.send(one), bench.provider.look_up(one)
    assert sent == found and (sent.status, sent.money, sent.fee) == (Status.SUCCEEDED, one.money, fee)
