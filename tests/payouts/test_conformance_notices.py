"""What every provider must keep to, continued: what it sends of itself, its currencies, what it says about itself."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from benches import Bench
from janitor import reconcile, send, sending

from recourse.money import Money
from recourse.payouts.machine import State
from recourse.payouts.providers.contract import Memory, Status, Unproven


def test_a_notice_leads_to_its_refund(bench: Bench) -> None:
    order = bench.order()
    bench.provider.send(order)
    bench.later()
    notices = bench.notices()
    assert notices
    assert all(notice.key == order.key and notice.id and notice.word for notice in notices)


def test_the_same_message_twice_has_the_same_ids(bench: Bench) -> None:
    bench.provider.send(bench.order())
    bench.later()
    assert [one.id for one in bench.notices()] == [one.id for one in bench.notices()]


def test_every_notice_has_an_id_of_its_own(bench: Bench) -> None:
    for _ in range(3):
        bench.provider.send(bench.order())
    bench.later()
    ids = [notice.id for notice in bench.notices()]
    assert len(set(ids)) == len(ids) >= 3


def test_notices_in_any_order_change_nothing(bench: Bench) -> None:
    """A notice says only that something is new: whatever comes first, the look-up tells how it is now."""
    bench.next("pending")
    order = bench.order()
    payout = send(bench, sending(bench, order), order)
    bench.later()
    for _ in reversed(bench.notices()):
        payout = reconcile(bench, payout, order)
    assert payout.state is State.SUCCEEDED
    assert not payout.alarm


@pytest.mark.parametrize(
    "body",
    [b"", b"\x00", b"[]", b"{}", b"null", b"<a/", b"\xff\xfe", b'{"key": 1}', b"[" * 100_000],
    ids=map(str, range(9)),
)
def test_what_cannot_be_read_is_refused(bench: Bench, body: bytes) -> None:
    headers = dict(bench.messages()[0][0]) if bench.messages() else {}
    with pytest.raises(Unproven):
        bench.provider.parse(headers, body)


def test_a_message_cut_short_is_refused(bench: Bench) -> None:
    bench.provider.send(bench.order())
    bench.later()
    for headers, body in bench.messages():
        for end in range(0, len(body) - 1, max(1, len(body) // 40)):
            with pytest.raises(Unproven):
                bench.provider.parse(headers, body[:end])


def test_a_signed_message_with_one_changed_byte_is_refused(bench: Bench) -> None:
    bench.provider.send(bench.order())
    bench.later()
    if not bench.signs:
        pytest.skip("its messages come through a channel that the desk proves")
    headers, body = bench.messages()[0]
    for place in range(0, len(body), 7):
        bent = body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]
        with pytest.raises(Unproven):
            bench.provider.parse(headers, bent)


@pytest.mark.parametrize("seconds", [301, -301, 86400])
def test_a_signed_message_of_another_time_is_refused(bench: Bench, seconds: int) -> None:
    bench.provider.send(bench.order())
    bench.later()
    if not bench.signs:
        pytest.skip("its messages come through a channel that the desk proves")
    headers, body = bench.messages()[0]
    bench.time += 300 if seconds > 0 else -300
    assert bench.provider.parse(headers, body)
    bench.time += seconds - (300 if seconds > 0 else -300)
    with pytest.raises(Unproven):
        bench.provider.parse(headers, body)


def test_the_signature_is_looked_for_whatever_the_case_of_its_header(bench: Bench) -> None:
    bench.provider.send(bench.order())
    bench.later()
    headers, body = bench.messages()[0]
    assert bench.provider.parse({name.lower(): value for name, value in headers.items()}, body)
    if bench.signs:
        with pytest.raises(Unproven):
            bench.provider.parse({}, body)


# Currencies


@pytest.mark.parametrize(("minor", "currency"), [(1, "EUR"), (500, "JPY"), (5120, "KWD"), (999_999_999, "EUR")])
def test_an_amount_goes_out_exactly_or_not_at_all(bench: Bench, minor: int, currency: str) -> None:
    payment = replace(bench.payment(), captured=Money(minor, currency), route=bench.provider.name)
    open_ = bench.provider.can(payment).yes
    assert open_ == (currency in bench.currencies)
    order = bench.order(minor, currency)
    bench.provider.send(order)
    bench.later()
    found = bench.provider.look_up(order)
    if open_:
        assert (found.status, found.money) == (Status.SUCCEEDED, Money(minor, currency))
    else:
        assert found.status in {Status.FAILED, Status.ABSENT}
        assert bench.moved(order) == 0


def test_a_route_that_is_closed_says_why_in_both_languages(bench: Bench) -> None:
    answer = bench.provider.can(replace(bench.payment(), captured=Money(1, "XXX"), route="elsewhere", reference="x"))
    assert not answer.yes
    assert answer.why is not None
    assert re.search("[a-z]", answer.why.en) and re.search("[\u4e00-\u9fff]", answer.why.zh)


# Itself


def test_it_describes_itself_in_both_languages(bench: Bench) -> None:
    en, zh = bench.provider.describe("en-GB"), bench.provider.describe("zh-hans")
    assert len(en) > 30 and en.isascii()
    assert re.search("[\u4e00-\u9fff]", zh)


def test_its_name_can_stand_in_records(bench: Bench) -> None:
    assert re.fullmatch("[a-z][a-z0-9-]*", bench.provider.name)
    assert bench.again().name == bench.provider.name


def test_what_it_forgets_it_does_not_honour(bench: Bench) -> None:
    memory: Memory = bench.provider.memory
    assert memory.honours >= 0
    assert memory.never is None or memory.never > memory.honours


def test_the_suite_has_at_least_twenty_five_behaviours() -> None:
    texts = [path.read_text("utf-8") for path in Path(__file__).parent.glob("test_conformance*.py")]
    assert len(re.findall(r"^def test_\w+\(bench: Bench", "".join(texts), re.MULTILINE)) >= 25
