"""The routes beside the card: by hand with a proof, by bank file, made elsewhere; what only two people can say; interest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from paid import Moved, drain, planned
from PIL import Image
from setting import NOON

from recourse.desk.models import Answer, Assessment, Case, Exhibit, Payment
from recourse.desk.services import cases, deciding
from recourse.desk.stages import Kind as CaseKind
from recourse.money import Money
from recourse.payouts import machine
from recourse.payouts.machine import Kind, Source
from recourse.payouts.models import Account, BankFile, Payout, Posting
from recourse.payouts.providers.contract import Payee
from recourse.payouts.providers.sandbox_world import World
from recourse.payouts.services import (
    applying,
    awards,
    elsewhere,
    fees,
    notices,
    opening,
    paying,
    records,
    reported,
    reporting,
    settling,
)
from recourse.payouts.services.paying import Part
from recourse.problems import Problem

SUM = Money(8499, "EUR")
IBAN = "DE89370400440532013000"


def proof(case: Case) -> Exhibit:
    return Exhibit.objects.create(case=case, name="proof.pdf", kind="pdf", digest=uuid4().hex * 2, size=1, stored="-")


def at_hand(decided: Callable[..., Case], moved: Moved) -> Payout:
    """A payout by hand that was released and put on the list."""
    made = decided(route="")
    staff = made.institution.staff
    row = planned(made, staff["finance"], moved)[0]
    paying.release(payout=row.pk, by=staff["approver"], seen=SUM, at=moved())
    drain(moved)
    row.refresh_from_db()
    return row


def test_what_the_bank_kept_for_a_payment_by_hand_is_posted_once_and_can_be_corrected(
    decided: Callable[..., Case], moved: Moved
) -> None:
    row = at_hand(decided, moved)
    shown = proof(row.case)

    def say(fee: int | None) -> dict[str, int]:
        moved.on(60)
        settling.state(payout=row.pk, by=row.planned_by, word="paid", proof=shown, at=moved(), fee=fee)
        drain(moved)
        return fees.kept(row)

    with pytest.raises(Problem, match="below zero"):
        say(-1)
    assert (say(250), say(250), say(None), say(200)) == ({"EUR": 250}, {"EUR": 250}, {"EUR": 250}, {"EUR": 200})
    row.refresh_from_db()
    report = reporting.report(row.institution)
    assert (row.state, report.off) == ("succeeded", ())
    assert {place.value: sum_.minor for place, sum_ in report.balances}["fees"] == 200


def test_on_the_page_a_payment_by_hand_is_said_with_its_proof_and_what_the_bank_kept(
    decided: Callable[..., Case], client_of: Callable[..., Client], moved: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recourse.web.clock.now", moved)
    row = at_hand(decided, moved)
    client, where = client_of(row.planned_by, second=True), f"/desk/{row.institution.slug}/money/{row.pk}/"
    assert "counts when a second person agrees" in client.get(where).content.decode()
    out = BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "PNG")
    shown = SimpleUploadedFile("bank.png", out.getvalue(), "image/png")
    given = {"say": "1", "word": "paid", "fee": "2.50"}
    moved.on(60)
    for wrong in (given, {**given, "proof": shown, "fee": "much"}, {**given, "proof": shown, "word": ""}):
        shown.seek(0)
        assert client.post(where, wrong).status_code == 422
    shown.seek(0)
    assert client.post(where, {**given, "proof": shown}).status_code == 302
    drain(moved)
    page = client.get(where).content.decode()
    assert "Kept by the provider, borne by us" in page and "EUR 2.50" in page
    row.refresh_from_db()
    assert row.state == "succeeded"


def test_by_hand_it_is_paid_when_the_proof_is_there(decided: Callable[..., Case], moved: Moved) -> None:
    row = at_hand(decided, moved)
    assert (row.route, row.state, row.waits) == ("manual", "pending", "staff")
    with pytest.raises(Problem, match="needs its proof"):
        settling.state(payout=row.pk, by=row.planned_by, word="paid", proof=None, at=moved())
    with pytest.raises(Problem, match="another case"):
        settling.state(payout=row.pk, by=row.planned_by, word="paid", proof=proof(decided()), at=moved())
    settling.state(payout=row.pk, by=row.planned_by, word="paid", proof=proof(row.case), at=moved())
    drain(moved)
    row.refresh_from_db()
    assert row.state == "succeeded" and row.evidence.startswith("sha256:")
    moved.on(3600)
    with pytest.raises(Problem, match="needs its proof"):
        settling.state(payout=row.pk, by=row.planned_by, word="came-back", proof=None, at=moved())
    settling.state(payout=row.pk, by=row.planned_by, word="came-back", proof=proof(row.case), at=moved())
    drain(moved)
    row.refresh_from_db()
    assert row.state == "succeeded"  # one person's word frees nothing
    verdict, approver = row.verdicts.get(), row.released_by
    Case.objects.filter(pk=row.case_id).update(about_person=approver)
    with pytest.raises(Problem, match="complained about"):
        settling.agree(verdict=verdict.pk, by=approver, at=moved())
    Case.objects.filter(pk=row.case_id).update(about_person=None)
    settling.agree(verdict=verdict.pk, by=approver, at=moved())
    drain(moved)
    row.refresh_from_db()
    assert row.state == "reversed" and reporting.report(row.institution).off == ()


def test_a_transfer_goes_into_one_file_and_is_paid_when_it_is_booked(
    decided: Callable[..., Case], moved: Moved
) -> None:
    made = decided(route="")
    staff = made.institution.staff
    opening.settle(institution=made.institution, by=staff["administrator"], route="sepa", open_=True,
                   values={"name": "Nordlicht", "iban": IBAN})  # fmt: skip
    payment = Payment.objects.get(purchase=made.purchase)
    with pytest.raises(Problem, match="learner’s account"):
        paying.plan(case=made, by=staff["finance"], parts=[Part(8499, "sepa", payment.pk)], token=uuid4(), at=moved())
    parts = [Part(8499, "sepa", payment.pk, Payee("Zoë Müller", "DE02120300000000202051"))]
    row = paying.plan(case=made, by=staff["finance"], parts=parts, token=uuid4(), at=moved())[0]
    assert b"DE02" not in bytes(row.payee)
    paying.release(payout=row.pk, by=staff["approver"], seen=SUM, at=moved())
    moved.on(paying.GATHERED)
    drain(moved)
    row.refresh_from_db()
    assert (row.state, row.waits) == ("pending", "bank")
    file = BankFile.objects.get()
    assert b"Zoe Muller" in bytes(file.body) and row.pk.hex.encode() in bytes(file.body)
    message = BOOKED.replace("KEY", row.pk.hex).encode()
    assert notices.take_in(account=row.account, headers={}, body=message, at=moved()) == 1
    assert notices.take_in(account=row.account, headers={}, body=message, at=moved()) == 0
    drain(moved)
    row.refresh_from_db()
    assert (row.state, BankFile.objects.count()) == ("succeeded", 1)


BOOKED = """<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08">
<BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-25T08:00:00Z</CreDtTm></GrpHdr><Ntfctn><Id>N1</Id>
<Ntry><NtryRef>E1</NtryRef><Amt Ccy="EUR">84.99</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<NtryDtls><TxDtls><Refs><AcctSvcrRef>BANK-1</AcctSvcrRef><EndToEndId>KEY</EndToEndId></Refs>
<Amt Ccy="EUR">84.99</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls></NtryDtls></Ntry></Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"""


def test_what_a_restored_record_forgot_goes_to_the_bank_in_no_second_file(
    decided: Callable[..., Case], moved: Moved
) -> None:
    made = decided(route="")
    staff = made.institution.staff
    opening.settle(institution=made.institution, by=staff["administrator"], route="sepa", open_=True,
                   values={"name": "Nordlicht", "iban": IBAN})  # fmt: skip
    payment = Payment.objects.get(purchase=made.purchase)
    parts = [Part(8499, "sepa", payment.pk, Payee("Zoë Müller", "DE02120300000000202051"))]
    row = paying.plan(case=made, by=staff["finance"], parts=parts, token=uuid4(), at=moved())[0]
    booked = BOOKED.replace("KEY", row.pk.hex).encode()
    assert notices.take_in(account=row.account, headers={}, body=booked, at=moved()) == 1
    drain(moved)
    row.refresh_from_db()
    assert (row.state, row.alarm) == ("planned", "paid while planned: BOOK DBIT")
    with pytest.raises(Problem, match="contradicts the record"):
        paying.release(payout=row.pk, by=staff["approver"], seen=SUM, at=moved())
    settling.see_to_alarm(payout=row.pk, by=staff["finance"], why="The backup was older.", at=moved())
    paying.release(payout=row.pk, by=staff["approver"], seen=SUM, at=moved())
    moved.on(paying.GATHERED)
    drain(moved)
    row.refresh_from_db()
    assert (row.state, BankFile.objects.count()) == ("succeeded", 0)


def test_a_refund_of_another_learner_s_payment_does_not_pay_this_case(
    decided: Callable[..., Case], moved: Moved
) -> None:
    made = decided()
    other, by = decided(made.institution), made.institution.staff["finance"]
    account = Account.objects.get(institution=made.institution, route="sandbox")
    reference = Payment.objects.get(purchase=other.purchase).reference
    row = elsewhere.seen(
        account=account,
        what=elsewhere.Seen(Money(3000, "EUR"), "re_1", frozenset({reference})),
        name="evt_1",
        at=moved(),
    )
    with pytest.raises(Problem, match="another case"):
        elsewhere.match(payout=row.pk, case=made, by=by, at=moved())
    Case.objects.filter(pk=other.pk).update(about_person=by)
    with pytest.raises(Problem, match="complained about"):
        elsewhere.match(payout=row.pk, case=other, by=by, at=moved())
    elsewhere.match(payout=row.pk, case=other, by=made.institution.staff["approver"], at=moved())


def test_a_refund_made_elsewhere_is_matched_and_pays_once(decided: Callable[..., Case], moved: Moved) -> None:
    made = decided()
    by = made.institution.staff["finance"]
    account = Account.objects.get(institution=made.institution, route="sandbox")
    seen = elsewhere.Seen(Money(3000, "EUR"), "re_1")
    first, again = (elsewhere.seen(account=account, what=seen, name="evt_1", at=moved()) for _ in range(2))
    assert first.pk == again.pk and first.case is None
    assert [row.pk for row in reporting.report(made.institution).unmatched] == [first.pk]
    for _ in range(2):
        elsewhere.match(payout=first.pk, case=made, by=by, at=moved())
    assert paying.propose(made).left == Money(5499, "EUR")
    rest = reported.Telling(Money(5499, "EUR"), moved().date(), proof(made))
    told = reported.report(case=made, by=by, what=rest, at=moved()).payout
    assert told is not None and told.external and paying.propose(made).left.minor == 0
    made.refresh_from_db()
    assert made.stage == "settled"
    more = reported.Telling(Money(1, "EUR"), moved().date(), proof(made))
    with pytest.raises(Problem, match="was sent, and"):
        reported.report(case=made, by=by, what=more, at=moved())
    report = reporting.report(made.institution)
    assert report.off == () and {place.value for place, _ in report.balances} == {"provider", "refunds"}


def test_what_nobody_can_look_up_is_said_by_two_people_with_a_proof(
    pay: Callable[..., Payout], moved: Moved, world: World
) -> None:
    row = pay()
    world.down = True
    drain(moved)
    row.refresh_from_db()
    assert row.state == "unknown"
    staff = {one.role: one.person for one in row.institution.memberships.select_related("person")}
    verdict = settling.claim(payout=row.pk, by=staff["finance"], kind="paid", proof=proof(row.case), at=moved())
    with pytest.raises(Problem, match="their own word"):
        settling.agree(verdict=verdict.pk, by=staff["finance"], at=moved())
    settling.agree(verdict=verdict.pk, by=staff["approver"], at=moved())
    row.refresh_from_db()
    assert row.state == "succeeded"


def test_a_contradiction_is_an_alarm_until_somebody_has_looked(
    pay: Callable[..., Payout], moved: Moved, world: World
) -> None:
    row = pay()
    drain(moved)
    other = machine.Event("odd", Kind.PAID, Source.LOOK_UP, records.seconds(moved()), reference="r2")
    applying.take(row.pk, other, at=moved())
    assert [one.pk for one in reporting.report(row.institution).alarms] == [row.pk]
    with pytest.raises(Problem, match="what you found"):
        settling.see_to_alarm(payout=row.pk, by=row.planned_by, why=" ", at=moved())
    settling.see_to_alarm(payout=row.pk, by=row.planned_by, why="A test of theirs.", at=moved())
    assert reporting.report(row.institution).alarms == ()


def test_a_withdrawal_is_paid_without_a_decision(
    case: Callable[..., Case], school: Callable[..., Any], everything: None, moved: Moved
) -> None:
    made = case(school(), CaseKind.WITHDRAWAL)
    found = paying.propose(made)
    assert found.whole.minor == made.assessments.get().owed_minor and found.left == found.whole


def test_a_newer_decision_supersedes_the_award_and_what_was_paid_counts(
    decided: Callable[..., Case], moved: Moved, pay: Callable[..., Payout]
) -> None:
    made = decided()
    by, agent = made.institution.staff["finance"], made.institution.staff["agent"]
    first = awards.settle_on(case=made, at=moved())
    assert awards.settle_on(case=made, at=moved()).pk == first.pk
    planned(made, by, moved)
    cases.object_to(case=made, by=made.learner, text="No.", at=NOON + dt.timedelta(days=1))
    made.refresh_from_db()
    last = Assessment.objects.filter(case=made).order_by("-number").first()
    Payment.objects.filter(purchase=made.purchase).update(minor=9000)
    made.purchase.paid_minor = 9000
    made.purchase.save()
    what = deciding.Deciding(kind=Answer.PART, minor=9000)
    deciding.decide(case=made, by=agent, assessment=last, what=what, at=NOON + dt.timedelta(days=1))
    second = awards.settle_on(case=made, at=moved())
    assert second.number == 2 and paying.propose(made).left == Money(501, "EUR")
    assert Posting.objects.filter(about=first.pk).count() == 2


@pytest.mark.parametrize(("text", "late"), [("1.23 EUR", 123), ("1.23 USD", 0), (None, 0)])
def test_late_interest_by_law_is_paid_on_top(
    text: str | None, late: int, decided: Callable[..., Case], moved: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = decided()
    rule = made.assessments.get().rule
    answer = {"entitlements": [{"rule": "interest", "adds_to": [rule], "interest": text}]}
    newer = Assessment.objects.create(
        case=made, number=2, answer=answer, digest="x", rule=rule, owed_minor=8499 + late, currency="EUR"
    )
    monkeypatch.setattr(awards.assessing, "assess_case", lambda **_: newer)
    award = awards.settle_on(case=made, at=moved())
    assert (award.minor, award.interest_minor) == (8499, late)
    found = paying.propose(made)
    assert (sum(part.minor for part in found.parts), found.unplaced) == (8499, late)
    if late:
        parts = [*found.parts, Part(late, "manual")]
        rows = paying.plan(case=made, by=made.institution.staff["finance"], parts=parts, token=uuid4(), at=moved())
        assert [row.minor for row in rows] == [8499, 123] and rows[1].payment is None
        assert {place.value: one.minor for place, one in reporting.report(made.institution).balances} == {
            "owed-to-learner": -8622, "refunds": 8499, "late-interest": 123,
        }  # fmt: skip
