"""SEPA: accounts that can be right, files that a bank can take once, answers in every shape that banks send."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest
from bank import SepaBench
from benches import IBAN
from defusedxml import ElementTree as Safe
from sepaxml import SepaTransfer
from sepaxml.validation import ValidationError, try_valid_xml

from recourse.money import Money
from recourse.payouts.providers import accounts, latin, sepa_answers, sepa_file, target
from recourse.payouts.providers.contract import Order, Payee, Status, Unproven
from recourse.payouts.providers.sepa_answers import Means
from recourse.payouts.providers.sepa_file import Debtor
from recourse.problems import Problem

KEY = UUID(int=0xABCDEF)
DAY = dt.date(2026, 11, 24)
DEBTOR = Debtor("Acme Kurse GmbH", "NL41MOCK0000000001", "MOCKNL2A")


def order(number: int, minor: int = 100, name: str = "Zoë Müller", text: str = "Refund") -> Order:
    return Order(UUID(int=number), "pay", Money(minor, "EUR"), text, 1_800_000_000, Payee(name, IBAN))


@pytest.fixture
def bench() -> Iterator[SepaBench]:
    made = SepaBench()
    yield made
    made.close()


@pytest.mark.parametrize(
    "text",
    [
        "DE89 3704 0044 0532 0130 00",
        "gb82west12345698765432",
        "FR1420041010050500013M02606",
        "MT84MALT011000012345MTLCAST001S",
    ],
)
def test_an_iban_is_taken_in_any_spacing(text: str) -> None:
    assert accounts.iban(text) == "".join(text.split()).upper()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("DE88370400440532013000", "check digits"), ("DE8937040044053201300", "22 characters"), ("US64SVBKUS6S3300958879", "SEPA"),
        ("", "not an IBAN"), ("DE89-3704", "not an IBAN"), ("ＤＥ89370400440532013000", "not an IBAN"), ("DE" + "9" * 90, "not an IBAN"),
    ],
)  # fmt: skip
def test_an_iban_that_cannot_be_right_is_refused(text: str, why: str) -> None:
    with pytest.raises(Problem, match=why):
        accounts.iban(text)


def test_every_slip_of_one_character_is_found() -> None:
    for place in range(len(IBAN)):
        for other in "0123456789":
            bent = IBAN[:place] + other + IBAN[place + 1 :]
            if bent != IBAN:
                with pytest.raises(Problem):
                    accounts.iban(bent)


def test_a_bic_has_eight_or_eleven_characters() -> None:
    assert accounts.bic("cobadeff xxx") == "COBADEFFXXX"
    for bent in ("COBADEF", "COBADEFFX", "COBA1EFF", ""):
        with pytest.raises(Problem):
            accounts.bic(bent)


@pytest.mark.parametrize("bic", ["MOCKNL2A", ""])
def test_the_file_fits_the_schema_of_the_standard(bic: str) -> None:
    orders = [order(1, 13333), order(2, 1, "Łucja Đặng-Søndergård", "退款 & <Kurs> №7"), order(3, 10**11 - 1)]
    orders[2] = replace(orders[2], payee=Payee("J" * 90, IBAN, "COBADEFFXXX"))
    file = sepa_file.write(Debtor("Café Straße", DEBTOR.iban, bic), orders, DAY)
    try_valid_xml(file.body, sepa_file.SCHEMA)  # raises
    with pytest.raises(ValidationError):
        try_valid_xml(file.body.replace(b"<PmtMtd>TRF", b"<PmtMtd>CHK2"), sepa_file.SCHEMA)
    assert file.body.isascii()
    for part in (b"Zoe Muller", b"Lucja Dang-Sondergard", b"Cafe Strasse", b"Kurs No7<", b">133.33<", b">0.01<",
                 b">999999999.99<", b"<NbOfTxs>3<", b"<CtrlSum>1000000133.33<", UUID(int=1).hex.encode()):  # fmt: skip
        assert part in file.body, part
    assert b"<BtchBookg>false<" in file.body and b"<ChrgBr>SLEV<" in file.body


def test_another_library_writes_the_same_payments() -> None:
    orders = [order(1, 13333), replace(order(2, 1), payee=Payee("Zoë Müller", IBAN, "COBADEFFXXX"))]
    ours = sepa_file.write(DEBTOR, orders, DAY).body
    transfer = SepaTransfer(
        {"name": DEBTOR.name, "IBAN": DEBTOR.iban, "BIC": DEBTOR.bic, "batch": True, "currency": "EUR"},
        schema=sepa_file.SCHEMA, clean=True,
    )  # fmt: skip
    for one in orders:
        assert one.payee is not None
        bic = {"BIC": one.payee.bic} if one.payee.bic else {}
        transfer.add_payment({"name": one.payee.name, "IBAN": one.payee.iban, "amount": one.money.minor, **bic,
                              "execution_date": DAY, "description": one.text, "endtoend_id": one.key.hex})  # fmt: skip
    theirs = transfer.export(validate=False)
    own = {"MsgId", "CreDtTm", "PmtInfId", "BtchBookg"}  # theirs by chance and the clock, and one booking for all

    def said(body: bytes) -> list[tuple[str, str]]:
        read = Safe.fromstring(body).iter()
        return [(name, one.text or "") for one in read if (name := one.tag.rpartition("}")[2]) not in own]

    assert said(ours) == said(theirs)


@pytest.mark.parametrize("name", ["王小明", "Ольга", "Ελένη", "Zoë 王", "", "  "])
def test_a_name_that_a_bank_could_not_compare_is_refused_and_not_guessed(name: str) -> None:
    with pytest.raises(Problem, match="Latin letters"):
        latin.name(name)


@pytest.mark.parametrize(
    ("day", "opens", "after"),
    [("2026-11-24", "2026-11-24", "2026-11-25"), ("2026-11-27", "2026-11-27", "2026-11-30"), ("2026-12-24", "2026-12-24", "2026-12-28"),
     ("2026-12-25", "2026-12-28", "2026-12-28"), ("2026-04-03", "2026-04-07", "2026-04-07"), ("2027-01-01", "2027-01-04", "2027-01-04")],
)  # fmt: skip
def test_a_file_is_for_a_day_on_which_transfers_are_settled(day: str, opens: str, after: str) -> None:
    given = dt.date.fromisoformat(day)
    assert (target.opens(given).isoformat(), target.after(given, 1).isoformat()) == (opens, after)


def test_the_same_refunds_give_the_same_file_in_whatever_order() -> None:
    one = sepa_file.write(DEBTOR, [order(1), order(2)], DAY)
    other = sepa_file.write(DEBTOR, [order(2), order(1)], DAY)
    assert one == other
    assert one.id != sepa_file.write(DEBTOR, [order(1)], DAY).id


def test_a_batch_is_one_file_and_each_refund_has_its_own_end(bench: SepaBench) -> None:
    orders = [bench.order(1000 + number) for number in range(5)]
    doomed = replace(bench.order(700), payee=Payee("Initech", "NL84MOCK0000000003"))  # whose account is closed
    without = replace(bench.order(700), payee=None)
    bent = replace(bench.order(700), payee=Payee("X", "DE88370400440532013000"))
    outcomes = bench.provider.send_all([*orders, doomed, without, bent])  # type: ignore[attr-defined]
    assert len(bench.postbox.files) == 1
    assert {outcomes[one.key].status for one in (without, bent)} == {Status.FAILED}
    bench.later()
    assert {bench.provider.look_up(one).status for one in orders} == {Status.SUCCEEDED}
    refused = bench.provider.look_up(doomed)
    assert (refused.status, "AC04" in refused.word) == (Status.FAILED, True)


def test_a_refund_that_is_in_a_file_goes_in_no_other(bench: SepaBench) -> None:
    first, second, third = bench.order(100), bench.order(200), bench.order(300)
    bench.next("lost-before")
    bench.provider.send_all([first, second])  # type: ignore[attr-defined]
    bench.provider.send_all([second, third])  # type: ignore[attr-defined]
    assert [sorted(key.int for key in file.keys) for file in bench.postbox.files.values()] == [
        sorted([first.key.int, second.key.int]), [third.key.int],
    ]  # fmt: skip
    bench.later()
    assert [bench.moved(one) for one in (first, second, third)] == [1, 1, 1]


def test_a_file_that_the_bank_has_already_says_nothing_against_its_refunds(bench: SepaBench) -> None:
    one = bench.order()
    bench.provider.send(one)
    bench.provider.send(one)
    bench.deliver()
    assert sum(b"DUPL" in body for _, body in bench.sent) == 1
    assert bench.provider.look_up(one).status is Status.PENDING


def test_a_silent_bank_stays_pending(bench: SepaBench) -> None:
    bench.call("PATCH", "/_mock/accounts/ACME", b'{"behaviour": "silent"}')
    one = bench.order()
    bench.provider.send(one)
    bench.deliver()
    assert bench.provider.look_up(one).status is Status.PENDING


def statement(
    amount: str = "1.00", side: str = "DBIT", status: str = "<Cd>BOOK</Cd>", key: str = KEY.hex, more: str = ""
) -> bytes:
    return f"""<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId>
    <CreDtTm>2026-11-25T08:00:00</CreDtTm></GrpHdr><Stmt><Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>
    <Sts>{status}</Sts>{more}<AcctSvcrRef>R1</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>{key}</EndToEndId></Refs></TxDtls></NtryDtls>
    </Ntry></Stmt></BkToCstmrStmt></Document>""".encode()


@pytest.mark.parametrize(
    ("given", "means"),
    [
        ({}, Means.BOOKED), ({"status": "BOOK"}, Means.BOOKED), ({"status": "PDNG"}, Means.ON_ITS_WAY), ({"side": "CRDT"}, Means.CAME_BACK),
        ({"status": "<Cd>GONE</Cd>"}, Means.STRANGE), ({"more": "<RvslInd>true</RvslInd>"}, Means.STRANGE),
        ({"side": "CRDT", "more": "<RvslInd>true</RvslInd>"}, Means.CAME_BACK),
    ],
)  # fmt: skip
def test_an_entry_of_an_older_statement_is_read(given: dict[str, str], means: Means) -> None:
    (said,) = sepa_answers.read(statement(**given))
    assert (said.means, said.key, said.money, said.reference) == (means, KEY, Money(100, "EUR"), "R1")


@pytest.mark.parametrize(
    ("text", "minor"),
    [("1", 100), ("1.5", 150), ("1.50", 150), ("1.500", 150), ("0.01", 1), ("123456789.01", 12345678901)],
)
def test_amounts_are_read_exactly(text: str, minor: int) -> None:
    assert sepa_answers.read(statement(text))[0].money == Money(minor, "EUR")


@pytest.mark.parametrize("text", ["1.005", "-1.00", "1,00", "NaN", "1e3", "", ".5", "１.00"])
def test_amounts_that_are_none_are_not_guessed(text: str) -> None:
    try:
        said = sepa_answers.read(statement(text))
    except Unproven:
        return
    assert said[0].money is None


@pytest.mark.parametrize("key", ["NOTPROVIDED", "INV-7", KEY.hex.upper(), "g" * 32, ""])
def test_entries_of_others_are_passed_over(key: str) -> None:
    assert sepa_answers.read(statement(key=key)) == []


def test_other_messages_are_none_of_ours() -> None:
    assert (
        sepa_answers.read(b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.004.001.09"><PmtRtr/></Document>')
        == []
    )


@pytest.mark.parametrize(
    "attack",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><Document>&x;</Document>',
        b'<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><Document>&b;</Document>',
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:1/x.dtd"><Document/>', b"<Document>" + b" " * 17_000_000 + b"</Document>",
    ],
    ids=["entity", "laughs", "external", "large"],
)  # fmt: skip
def test_hostile_xml_is_refused(attack: bytes) -> None:
    with pytest.raises(Unproven):
        sepa_answers.read(attack)


def test_contradictions_of_a_bank_are_not_understood(bench: SepaBench) -> None:
    one = bench.order(100)
    bench.provider.send(one)
    bench.receive(statement(key=one.key.hex))
    assert bench.provider.look_up(one).status is Status.SUCCEEDED
    bench.receive(statement(key=one.key.hex).replace(b"R1", b"R2"))
    twice = bench.provider.look_up(one)
    assert (twice.status, twice.word) == (Status.UNKNOWN, "booked twice")


def test_money_that_came_back_is_returned_with_its_reason(bench: SepaBench) -> None:
    bench.next("late")
    one = bench.order()
    bench.provider.send(one)
    bench.later()
    bench.much_later()
    back = bench.provider.look_up(one)
    assert (back.status, "AC04" in back.word) == (Status.RETURNED, True)


OLD = '<Chrgs><Amt Ccy="EUR">0.35</Amt></Chrgs>'
RECORD = '<Rcrd><Amt Ccy="EUR">{}</Amt><CdtDbtInd>{}</CdtDbtInd></Rcrd>'
NEW = f"<Chrgs>{RECORD.format('0.40', 'DBIT')}{RECORD.format('0.05', 'CRDT')}</Chrgs>"


@pytest.mark.parametrize(
    ("charges", "fee"),
    [("", None), (OLD, Money(35, "EUR")), (NEW, Money(35, "EUR")), ("<Chrgs/>", None)],
)  # fmt: skip
def test_what_the_bank_keeps_is_read_in_every_shape(charges: str, fee: Money | None) -> None:
    (said,) = sepa_answers.read(statement(more=charges))
    assert (said.fee, said.money) == (fee, Money(100, "EUR"))


def test_a_fee_that_statement_and_notification_tell_of_is_one_fee(bench: SepaBench) -> None:
    one = bench.order(100)
    bench.provider.send(one)
    bench.receive(statement(key=one.key.hex, more=OLD))
    notified = statement(key=one.key.hex, more=OLD).replace(b"camt.053.001.02", b"camt.054.001.02")
    bench.receive(notified.replace(b"BkToCstmrStmt", b"BkToCstmrDbtCdtNtfctn").replace(b"Stmt>", b"Ntfctn>"))
    booked = bench.provider.look_up(one)
    assert (booked.status, booked.fee, booked.money) == (Status.SUCCEEDED, Money(35, "EUR"), one.money)
    bench.receive(statement(key=one.key.hex, side="CRDT", more=NEW).replace(b"M1", b"M2"))
    back = bench.provider.look_up(one)
    assert (back.status, back.fee) == (Status.RETURNED, Money(70, "EUR"))
