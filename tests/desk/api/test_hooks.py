"""What is told to an institution's own systems: durable, signed, once a thing, and never into anybody's house."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
import socket
import threading
import time
from contextlib import suppress
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import transaction
from jsonschema import Draft202012Validator
from setting import NOON

from recourse.api import addresses, hooks, sending
from recourse.api.describing import described
from recourse.api.models import Delivery, Endpoint, Kind
from recourse.desk.models import Role
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import cases, deciding, timeline
from recourse.problems import Problem
from recourse.work import leases, limit, worker
from recourse.work.leases import GiveUp
from recourse.work.models import Job

URL = "https://hooks.example.org/in?a=1"


@pytest.fixture
def opened(school):
    """A school whose endpoint wants to know everything."""
    ours = school(approval_minor=10_000, approval_currency="EUR")
    with of(EVERYTHING):
        made = hooks.open_(
            institution=ours, by=ours.staff[Role.ADMINISTRATOR], url=URL, kinds=[one.value for one in Kind]
        )
    return SimpleNamespace(school=ours, endpoint=made.endpoint, secret=made.secret)


def turn(attempt: int = 1, most: int = 40, **more):
    return SimpleNamespace(attempt=attempt, held=SimpleNamespace(most=most), clock=lambda: NOON, **more)


def told() -> list[Delivery]:
    with of(EVERYTHING):
        return list(Delivery.objects.order_by("made_at"))


def as_described(row: Delivery) -> None:
    shown = described("en")["webhooks"][row.kind]["post"]["requestBody"]["content"]["application/json"]["schema"]
    Draft202012Validator(shown).validate(json.loads(row.body))


def test_what_happens_is_told_with_the_change_itself(opened, case):
    made = case(opened.school)
    with of(EVERYTHING):
        what = deciding.Deciding(deciding.Answer.WHOLE, 8499)
        deciding.decide(
            case=made, by=opened.school.staff[Role.AGENT], assessment=made.assessments.get(), what=what, at=NOON
        )
        cases.settle(case=made, by=opened.school.staff[Role.FINANCE], at=NOON, how="paid")
    rows = told()
    assert [one.kind for one in rows] == ["case.received", "case.decided", "case.settled"]
    jobs = Job.objects.filter(kind="hook.deliver")
    assert {one.args["delivery"] for one in jobs} == {str(one.pk) for one in rows}
    decided = json.loads(rows[1].body)
    assert decided["type"] == "case.decided" and decided["data"]["amount"] == "84.99 EUR"
    assert decided["data"]["case"] == made.reference
    assert "@" not in "".join(one.body for one in rows) and "no time for it" not in rows[0].body
    for one in rows:
        as_described(one)


def test_what_is_undone_is_not_told(opened, case):
    def undone():
        with transaction.atomic():
            case(opened.school)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undone()
    assert told() == [] and not Job.objects.filter(kind="hook.deliver").exists()


@pytest.mark.parametrize("state", ["planned", "sending", "pending", "unknown", "succeeded", "failed", "reversed"])
def test_of_payouts_only_the_end_is_told(opened, case, state):
    made = case(opened.school)
    with of(EVERYTHING), transaction.atomic():
        body = {"payout": "p", "state": state, "amount": "1.00 EUR"}
        timeline.record(case=made, by="desk", kind="payout", body=body, at=NOON)
    kinds = [one.kind for one in told()][1:]
    assert kinds == ([f"payout.{state}"] if state in ("succeeded", "failed") else [])
    for one in told()[1:]:
        as_described(one)


def test_others_and_those_who_did_not_ask_are_told_nothing(opened, case, school):
    case(school("Theirs"))
    with of(EVERYTHING):
        Endpoint.objects.update(kinds=["case.decided"])
    case(opened.school)
    with of(EVERYTHING):
        hooks.close(endpoint=opened.endpoint, by=opened.school.staff[Role.ADMINISTRATOR], at=NOON)
    case(opened.school)
    assert told() == []


def test_the_signature_is_that_of_standard_webhooks(opened, case):
    case(opened.school)
    seen = {}

    def post(url, body, above):
        seen.update(above, url=url, body=body)
        return 204

    with of(EVERYTHING):
        hooks.deliver(turn(), told()[0].pk, post)
    signed = f"{seen['webhook-id']}.{seen['webhook-timestamp']}.".encode() + seen["body"]
    key = base64.b64decode(opened.secret.removeprefix("whsec_"))
    mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert seen["webhook-signature"] == f"v1,{mac}" and seen["url"] == URL
    assert seen["webhook-timestamp"] == str(int(NOON.timestamp()))
    row = told()[0]
    assert (row.state, row.said, row.attempts) == ("delivered", "204", 1)
    with of(EVERYTHING):
        assert opened.secret.encode() not in bytes(row.endpoint.sealed), "the secret is sealed"


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 429, 500, 503, OSError("x"), TimeoutError("x")], ids=str)
def test_whatever_is_no_success_is_tried_again_and_dies_in_the_end(opened, case, status):
    case(opened.school)

    def post(*_):
        if isinstance(status, Exception):
            raise status
        return status

    with of(EVERYTHING):
        with pytest.raises(hooks.NotTaken):
            hooks.deliver(turn(), told()[0].pk, post)
        assert told()[0].state == "waiting"
        with pytest.raises(GiveUp):
            hooks.deliver(turn(40), told()[0].pk, post)
    row = told()[0]
    assert (row.state, row.attempts) == ("dead", 2)
    with of(EVERYTHING):
        hooks.again(delivery=row, by=opened.school.staff[Role.ADMINISTRATOR])
    assert told()[0].state == "waiting" and Job.objects.filter(dedup__startswith=f"hook:{row.pk}:again-").exists()


def test_a_delivery_whose_job_died_without_a_word_is_dead_and_can_be_sent_again(opened, case):
    for _ in range(2):
        case(opened.school)
    lost, _ = told()
    jobs = Job.objects.filter(kind="hook.deliver")
    jobs.filter(args={"delivery": str(lost.pk)}).update(state="dead")
    with of(EVERYTHING):
        assert (hooks.bury(NOON), hooks.bury(NOON)) == (1, 0)
        assert [(one.state, one.said) for one in told()] == [("dead", "its worker died"), ("waiting", "")]
        hooks.again(delivery=lost, by=opened.school.staff[Role.ADMINISTRATOR])
        assert hooks.bury(NOON) == 0 and told()[0].state == "waiting"


def test_an_endpoint_that_is_gone_is_closed(opened, case):
    case(opened.school)
    with of(EVERYTHING), pytest.raises(GiveUp):
        hooks.deliver(turn(), told()[0].pk, lambda *_: 410)
    with of(EVERYTHING):
        assert Endpoint.objects.get().closed_at is not None
    assert told()[0].state == "dead"


def test_delivered_once_it_is_not_sent_again(opened, case):
    case(opened.school)
    sent = []
    with of(EVERYTHING):
        for _ in range(2):
            hooks.deliver(turn(), told()[0].pk, lambda *_: sent.append(1) or 200)
    assert sent == [1]


INSIDE = [
    "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0", "100.64.0.1", "224.0.0.1",
    "255.255.255.255", "::1", "fe80::1", "fc00::1", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "::",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_nothing_is_sent_into_a_house(address):
    assert not addresses.is_public(address)
    with pytest.raises(OSError, match="public"):
        addresses.public("rebinding.example.org", 443, lambda *_: [address])
    with pytest.raises(OSError, match="public"):
        addresses.public("rebinding.example.org", 443, lambda *_: ["93.184.216.34", address])
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(Problem):
        addresses.check(f"https://{host}/")


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111"])
def test_public_addresses_are_called(address):
    assert addresses.public("example.org", 443, lambda *_: [address]) == address


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "ftp://example.org/", "https://user:pw@example.org/", "https://localhost/", "https://",
     "https://example.org:22/", "https://example.org:99999/", "https://exa mple.org/", "https://example.org/#x", "x",
     "https://exämple.org/", "https://example.org/\n", "https://intranet/"],
)  # fmt: skip
def test_only_public_machines_by_https_can_be_endpoints(opened, url):
    with of(EVERYTHING), pytest.raises(Problem):
        addresses.check(url)


def test_only_an_administrator_opens_endpoints(opened):
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with of(EVERYTHING), pytest.raises(Problem):
            hooks.open_(institution=opened.school, by=opened.school.staff[role], url=URL, kinds=["case.received"])


@pytest.mark.parametrize("trouble", ["the sealing key was changed", limit.TookTooLong])
def test_a_last_attempt_that_breaks_is_the_end_of_the_delivery(opened, case, settings, trouble):
    case(opened.school)
    if trouble is not limit.TookTooLong:
        settings.SECRET_KEY = "another" * 8

    def post(*_):
        raise limit.TookTooLong

    with of(EVERYTHING), pytest.raises(GiveUp):
        hooks.deliver(turn(40), told()[0].pk, post)
    assert told()[0].state == "dead"


def test_an_endpoint_that_gives_no_answer_rests_before_its_next_message(opened, case):
    for _ in range(2):
        case(opened.school)
    first, second = told()
    sent = []

    def silent(*_):
        sent.append(1)
        raise TimeoutError

    later: list[dt.datetime] = []
    with of(EVERYTHING):
        with pytest.raises(hooks.NotTaken):
            hooks.deliver(turn(), first.pk, silent)
        hooks.deliver(turn(put_off=later.append), second.pk, silent)
        assert len(sent) == 1 and told()[1].attempts == 0 and later == [NOON + hooks.REST]
        Delivery.objects.update(tried_at=NOON - hooks.REST)
        hooks.deliver(turn(), second.pk, lambda *_: 200)
    assert told()[1].state == "delivered"


def test_a_message_that_waits_for_an_endpoint_at_rest_loses_no_attempt(opened, case, monkeypatch):
    """Its job is due again when the rest is over, as if it had not been taken up: forty attempts stay forty."""
    for _ in range(2):
        case(opened.school)
    first, second = told()
    with of(EVERYTHING):
        Delivery.objects.filter(pk=first.pk).update(tried_at=NOON, said="TimeoutError")
    jobs = Job.objects.filter(kind="hook.deliver", args={"delivery": str(second.pk)})
    Job.objects.exclude(pk__in=jobs).update(state="done", done_at=NOON)
    jobs.update(run_at=NOON, attempts=39)
    for _ in range(3):
        held = leases.claim(NOON)
        assert (held.attempt, held.id) == (40, jobs.get().pk)
        worker.perform(held, lambda: NOON)
        job = jobs.get()
        assert (job.state, job.attempts, job.token, job.run_at) == ("waiting", 39, None, NOON + hooks.REST)
        assert leases.claim(NOON) is None
        jobs.update(run_at=NOON)
    held = leases.claim(NOON)
    jobs.update(token=uuid4())
    with pytest.raises(leases.LeaseLost):
        leases.put_off(held, NOON)


def test_many_messages_for_an_endpoint_at_rest_come_back_one_after_another(opened, case, monkeypatch):
    monkeypatch.setattr(hooks, "EACH", 2)
    for _ in range(8):
        case(opened.school)
    later: list[dt.datetime] = []
    with of(EVERYTHING):
        Delivery.objects.filter(pk=told()[0].pk).update(tried_at=NOON, said="TimeoutError")
        for row in told()[1:]:
            hooks.deliver(turn(put_off=later.append), row.pk, lambda *_: pytest.fail("it rests"))
    assert later == [NOON + hooks.REST * (1 + row.pk.int % 4) for row in told()[1:]]


def test_a_name_that_is_looked_up_for_too_long_is_not_called(monkeypatch):
    """Nobody can end a look-up; the ten seconds count from its begin, and after them nothing is begun."""
    now = iter([0.0, sending.SECONDS])
    monkeypatch.setattr(sending, "monotonic", lambda: next(now))
    monkeypatch.setattr(addresses, "public", lambda *_: "127.0.0.1")
    monkeypatch.setattr(sending.socket, "create_connection", lambda *_, **__: pytest.fail("it is too late"))
    with pytest.raises(TimeoutError):
        sending.post("https://slow.example.org/", b"{}", {})


def test_a_machine_that_dribbles_is_cut_off(monkeypatch):
    """Each reading is answered in time; the whole never would be."""
    monkeypatch.setattr(sending, "SECONDS", 0.4)
    monkeypatch.setattr(addresses, "public", lambda *_: "127.0.0.1")
    with socket.create_server(("127.0.0.1", 0)) as far:

        def dribble():
            near, _ = far.accept()
            with near, suppress(OSError):
                near.sendall(b"\x16\x03\x03\x10\x00")  # TLS: so many bytes of greeting follow
                for _ in range(100):
                    near.sendall(b"\x02")
                    time.sleep(0.1)

        thread = threading.Thread(target=dribble)
        thread.start()
        begun = time.monotonic()
        with pytest.raises(OSError):  # noqa: PT011 - in whichever words TLS puts it
            sending.post(f"https://slow.example.org:{far.getsockname()[1]}/", b"{}", {})
        took = time.monotonic() - begun
        thread.join()
    assert took < 3
