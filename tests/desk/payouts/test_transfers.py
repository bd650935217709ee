"""Transfers through the desk and a bank: one file for many, taken once, refused in part, booked one by one, come back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from uuid import UUID, uuid4

import pytest
from bank import SepaBench
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from paid import Moved, drain

from recourse.desk.models import Case, Institution, Payment
from recourse.desk.services import timeline
from recourse.money import Money
from recourse.payouts.models import Account, BankFile, Event, InFile, Notice, Payout, Told
from recourse.payouts.providers.contract import Order, Outcome, Payee, Status
from recourse.payouts.providers.sepa import Sepa
from recourse.payouts.services import comparing, opening, paying, records, reporting, sending
from recourse.payouts.services.paying import Part
from recourse.work import clock

pytestmark = pytest.mark.usefixtures("everything")
IBAN, CLOSED = "DE02120300000000202051", "NL84MOCK0000000003"


class Bank(SepaBench):
    """mock-bank at the desk's far side: staff carry files to it and its messages back."""

    clock = "2026-11-20T09:00"  # a Friday: what is released on Saturday is for Monday

    def carry(self, page: bytes) -> int:
        return self.call("POST", "/payments", page)[0]

    def mail(self) -> list[bytes]:
        _, body = self.call("GET", "/_mock/mailbox?raw")
        return [part.strip() for part in body.split(b"<?xml version='1.0' encoding='utf-8'?>")[1:]]

    def day(self, days: int = 1) -> None:
        self.call("POST", f"/_mock/advance?days={days}")


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch, moved: Moved) -> Iterator[Bank]:
    monkeypatch.setattr("recourse.web.clock.now", moved)  # the pages' clock is that of the work
    found = Bank()
    yield found
    found.close()


@pytest.fixture
def place(school: Callable[..., Institution], bank: Bank) -> Institution:
    """A school with an account at that bank, and no limit below which one person is enough."""
    made = school(approval_minor=1_000_000)
    opening.settle(institution=made, by=made.staff["administrator"], route="sepa", open_=True,  # type: ignore[attr-defined]
                   values={"name": "Nordlicht Straße", "iban": bank.account["iban"], "bic": bank.account["bic"]})  # fmt: skip
    return made


@pytest.fixture
def sent(place: Institution, decided: Callable[..., Case], moved: Moved) -> Callable[..., Payout]:
    """A transfer that was released and waits for the file: sent("DE…")."""

    def make(iban: str = IBAN) -> Payout:
        made, staff = decided(place, route=""), place.staff  # type: ignore[attr-defined]
        payment = Payment.objects.get(purchase=made.purchase)
        parts = [Part(8499, "sepa", payment.pk, Payee("Zoë Müller", iban))]
        row = paying.plan(case=made, by=staff["finance"], parts=parts, token=uuid4(), at=moved())[0]
        paying.release(payout=row.pk, by=staff["approver"], seen=records.order(row).money, at=moved())
        return row

    return make


def states(rows: list[Payout]) -> list[str]:
    for row in rows:
        row.refresh_from_db()
    return [row.state for row in rows]


class Staff:
    """Somebody of the finances in a browser, whose second factor is always fresh."""

    def __init__(self, client: Client, place: Institution, moved: Moved) -> None:
        self.client, self.moved, self.here = client, moved, f"/desk/{place.slug}/money/"

    def __call__(self, path: str = "", given: dict[str, object] | None = None) -> HttpResponse:
        session = self.client.session
        now = self.moved().timestamp()
        session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": now}]
        session.save()
        if given is None:
            return self.client.get(f"{self.here}{path}")  # type: ignore[return-value]
        answer = self.client.post(f"{self.here}{path}", given)
        assert (answer.status_code, answer["Location"]) == (302, self.here)
        return answer  # type: ignore[return-value]

    def bring(self, messages: list[bytes]) -> None:
        for number, body in enumerate(messages):
            self("messages/", {"file": SimpleUploadedFile(f"{number}.xml", body, "application/xml")})


@pytest.fixture
def finance(place: Institution, client_of: Callable[..., Client], moved: Moved) -> Staff:
    return Staff(client_of(place.staff["finance"], second=True), place, moved)  # type: ignore[attr-defined]


def test_from_one_file_to_what_came_back(
    sent: Callable[..., Payout], place: Institution, bank: Bank, moved: Moved, finance: Staff
) -> None:
    rows = [sent(), sent(), sent(CLOSED)]
    drain(moved)
    assert states(rows) == ["sending"] * 3 and not BankFile.objects.exists()
    page = finance().content.decode()
    assert "3 transfers wait" in page
    moved.on(paying.GATHERED)
    drain(moved)
    file = BankFile.objects.get()
    assert states(rows) == ["pending"] * 3 and InFile.objects.filter(file=file).count() == 3

    first, again = (finance(f"files/{file.pk}.xml").content for _ in range(2))
    file.refresh_from_db()
    assert first == again == bytes(file.body) and file.taken_by == place.staff["finance"]  # type: ignore[attr-defined]
    assert "A bank refuses the same file a second time" in finance().content.decode()
    bank.call("PATCH", "/_mock/accounts/ACME",
              b'{"behaviour": "return-later", "parameters": {"days": 3, "end_to_end_id": "%s"}}' % rows[1].pk.hex.encode())  # fmt: skip
    # Somebody hands it in twice: the bank refuses the second, and its report on that says nothing of the transfers.
    assert [bank.carry(first) < 300, bank.carry(again) < 300] == [True, False]

    finance.bring(bank.mail())
    drain(moved)
    assert states(rows) == ["pending", "pending", "failed"]
    assert "AC04" in rows[2].word and paying.propose(rows[2].case).left.minor == 8499

    bank.day(3)
    moved.on(2 * 86400)
    booked = bank.mail()
    finance.bring(booked)
    told = Notice.objects.count()
    finance.bring(booked)  # the same messages once more
    drain(moved)
    assert states(rows) == ["succeeded", "succeeded", "failed"] and Notice.objects.count() == told
    assert rows[0].reference != rows[1].reference

    bank.day(4)
    moved.on(4 * 86400)
    finance.bring(bank.mail())
    drain(moved)
    assert states(rows) == ["succeeded", "reversed", "failed"]
    assert paying.propose(rows[1].case).left.minor == 8499 and paying.propose(rows[0].case).left.minor == 0
    report = reporting.report(place)
    assert report.off == () and report.alarms == () and comparing.compare(place).differences == ()
    theirs = [json.loads(bank.call("GET", f"/_mock/payments/{row.pk.hex}?all")[1]) for row in rows]
    assert [sum(one["status"] != "rejected" for one in listed) for listed in theirs] == [1, 1, 0]


def test_all_that_wait_are_counted_however_few_are_listed(
    sent: Callable[..., Payout], finance: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent()
    sent()
    monkeypatch.setitem(reporting.report.__kwdefaults__, "most", 1)
    assert "2 transfers wait" in finance().content.decode()


def test_the_file_is_made_at_once_when_somebody_asks(
    sent: Callable[..., Payout], place: Institution, moved: Moved, finance: Staff,
) -> None:  # fmt: skip
    rows = [sent(), sent()]
    finance("files/", {})
    moved.on(1)
    drain(moved)
    assert states(rows) == ["pending"] * 2 and BankFile.objects.count() == 1
    later = sent()
    moved.on(paying.GATHERED)
    drain(moved)
    assert states([later]) == ["pending"] and BankFile.objects.count() == 2


def test_who_asks_twice_and_for_two_spans_gets_one_file_and_doubts_nothing(
    sent: Callable[..., Payout], moved: Moved, finance: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = sent()
    moved.on(paying.GATHERED)
    rows = [first, sent()]  # of another span, which has a job of its own
    honest = Sepa.send_all

    def slowly(self: Sepa, orders: list[Order]) -> dict[UUID, Outcome]:
        finance("files/", {})  # while the file is handed in
        drain(moved)
        assert states(rows) == ["sending"] * 2
        return honest(self, orders)

    monkeypatch.setattr(Sepa, "send_all", slowly)
    moved.on(-paying.GATHERED)
    finance("files/", {})
    finance("files/", {})
    moved.on(1)
    drain(moved)
    moved.on(paying.GATHERED)
    drain(moved)
    assert states(rows) == ["pending"] * 2
    assert InFile.objects.count() == 2 and BankFile.objects.count() == 1
    assert not Event.objects.filter(kind="lost").exists()


def test_a_fee_that_comes_with_the_answer_to_many_is_posted_for_each(
    sent: Callable[..., Payout], place: Institution, moved: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [sent(), sent()]

    def booked(_: Sepa, orders: list[Order]) -> dict[UUID, Outcome]:
        fees = (Money(12, "EUR"), None)
        return {one.key: Outcome(Status.SUCCEEDED, one.key.hex, "BOOK", money=one.money, fee=fee)
                for one, fee in zip(orders, fees, strict=True)}  # fmt: skip

    monkeypatch.setattr(Sepa, "send_all", booked)
    moved.on(paying.GATHERED)
    drain(moved)
    assert states(rows) == ["succeeded"] * 2
    assert {place.value: sum_.minor for place, sum_ in reporting.report(place).balances}["fees"] == 12


def test_accounts_do_not_share_a_file(
    sent: Callable[..., Payout], place: Institution, school: Callable[..., Institution], moved: Moved,
    decided: Callable[..., Case], bank: Bank,
) -> None:  # fmt: skip
    mine, other = sent(), school("Elsewhere", approval_minor=1_000_000)
    opening.settle(institution=other, by=other.staff["administrator"], route="sepa", open_=True,  # type: ignore[attr-defined]
                   values={"name": "Elsewhere", "iban": IBAN})  # fmt: skip
    made = decided(other, route="")
    parts = [Part(8499, "sepa", Payment.objects.get(purchase=made.purchase).pk, Payee("Zoë", bank.account["iban"]))]
    staff = other.staff  # type: ignore[attr-defined]
    theirs = paying.plan(case=made, by=staff["finance"], parts=parts, token=uuid4(), at=moved())[0]
    paying.release(payout=theirs.pk, by=staff["approver"], seen=records.order(theirs).money, at=moved())
    moved.on(paying.GATHERED)
    drain(moved)
    assert {InFile.objects.get(key=row.pk).file.account_id for row in (mine, theirs)} == {
        mine.account_id, theirs.account_id,
    }  # fmt: skip


@pytest.mark.parametrize("begun", [True, False])
def test_a_worker_killed_at_the_file_costs_no_transfer_and_doubles_none(
    begun: bool, sent: Callable[..., Payout], moved: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [sent(), sent()]

    class Killed(Exception):
        pass

    def kill(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr(sending, "_end" if begun else "_begin", kill)  # after the file was kept, or before anything
        with pytest.raises(Killed):
            sending.send_together(rows[0].account_id, clock=clock.now, finish=lambda: None)
    assert BankFile.objects.count() == begun
    for _ in range(3):
        moved.on(paying.GATHERED)
        drain(moved)
    assert states(rows) == ["pending"] * 2
    assert InFile.objects.count() == 2 and BankFile.objects.count() == 1


def test_a_closed_account_still_takes_the_banks_messages(
    sent: Callable[..., Payout], place: Institution, moved: Moved, finance: Staff, bank: Bank
) -> None:
    row = sent()
    moved.on(paying.GATHERED)
    drain(moved)
    Account.objects.filter(pk=row.account_id).update(open=False)
    bank.carry(bytes(BankFile.objects.get().body))
    bank.day(3)
    moved.on(2 * 86400)
    finance.bring(bank.mail())
    drain(moved)
    assert states([row]) == ["succeeded"]


def test_above_the_limit_a_message_counts_when_somebody_else_than_who_released_brings_it(
    sent: Callable[..., Payout], place: Institution, moved: Moved, finance: Staff, bank: Bank,
    client_of: Callable[..., Client],
) -> None:  # fmt: skip
    Institution.objects.filter(pk=place.pk).update(approval_minor=1000)
    place.approval_minor = 1000
    row = sent()
    moved.on(paying.GATHERED)
    drain(moved)
    assert row.two_people
    bank.carry(bytes(BankFile.objects.get().body))
    bank.day(3)
    moved.on(2 * 86400)
    booked = bank.mail()
    releaser = Staff(client_of(place.staff["approver"], second=True), place, moved)  # type: ignore[attr-defined]
    releaser.bring(booked)
    releaser.bring(booked)  # again, and still one person's word
    drain(moved)
    assert states([row]) == ["pending"]
    page = finance(f"{row.pk}/").content.decode()
    assert "brought by" in page and "brings the same file" in page
    finance.bring(booked)
    drain(moved)
    assert states([row]) == ["succeeded"]
    (told,) = Told.objects.filter(notices__key=row.pk, notices__word__startswith="BOOK").distinct()[:1]
    assert (told.by, told.second) == (place.staff["approver"], place.staff["finance"])  # type: ignore[attr-defined]
    page = finance(f"{row.pk}/").content.decode()
    assert "and by" in page and "brings the same file" not in page
    lines = [one for one in timeline.read(row.case, inner=True) if "message" in one.body]
    assert {one.body["message"] for one in lines} >= {f"sha256:{told.digest}"} and all(one.entry.inner for one in lines)


def test_within_the_limit_one_person_is_enough_for_all_of_it(
    sent: Callable[..., Payout], place: Institution, moved: Moved, bank: Bank, client_of: Callable[..., Client]
) -> None:
    row = sent()
    moved.on(paying.GATHERED)
    drain(moved)
    bank.carry(bytes(BankFile.objects.get().body))
    bank.day(3)
    moved.on(2 * 86400)
    Staff(client_of(place.staff["approver"], second=True), place, moved).bring(bank.mail())  # type: ignore[attr-defined]
    drain(moved)
    assert states([row]) == ["succeeded"] and not row.two_people
