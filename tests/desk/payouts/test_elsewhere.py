"""Refunds made outside of the desk: with a proof, counted against award and payment, above the limit by two people."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from paid import Moved, drain, planned
from PIL import Image
from typer.testing import CliRunner

from recourse import cli
from recourse.desk import writing
from recourse.desk.models import Case, Exhibit, Payment
from recourse.desk.services.rights import NotYours
from recourse.letters.plain import plain
from recourse.money import Money
from recourse.payouts import planning
from recourse.payouts.models import Dispute, Payout, Reported
from recourse.payouts.providers.sandbox_world import World
from recourse.payouts.services import applying, comparing, elsewhere, paying, records, reported, reporting, routes
from recourse.payouts.services.paying import Part
from recourse.payouts.services.reported import Telling
from recourse.problems import Problem

pytestmark = pytest.mark.usefixtures("everything")


def proof(case: Case) -> Exhibit:
    return Exhibit.objects.create(case=case, name="proof.pdf", kind="pdf", digest=uuid4().hex * 2, size=1, stored="-")


def tell(made: Case, moved: Moved, minor: int = 3000, role: str = "finance", **more: object) -> Reported:
    what = Telling(Money(minor, "EUR"), moved().date(), more.pop("proof", None) or proof(made), **more)  # type: ignore[arg-type]
    return reported.report(case=made, by=made.institution.staff[role], what=what, at=moved())


def left(made: Case) -> tuple[int, int]:
    """What is left of the award, and of the payment."""
    (payment,) = records.described([Payment.objects.get(purchase=made.purchase)])
    return paying.propose(made).left.minor, planning.remaining(payment)


def test_within_the_limit_it_counts_at_once_against_award_and_payment(
    decided: Callable[..., Case], moved: Moved
) -> None:
    made = decided()
    shown = proof(made)
    first, again = (tell(made, moved, proof=shown) for _ in range(2))
    assert first.pk == again.pk and first.payout.external and left(made) == (5499, 5499)
    assert planned(made, made.institution.staff["finance"], moved)[0].minor == 5499
    assert reporting.report(made.institution).off == ()


def test_a_letter_says_what_was_sent_and_when_and_claims_the_rest(
    decided: Callable[..., Case], moved: Moved, world: World
) -> None:
    made = decided()
    tell(made, moved, 3000)
    moved.on(3 * 86400)
    staff, payment = made.institution.staff, Payment.objects.get(purchase=made.purchase)  # type: ignore[attr-defined]
    parts = [Part(1000, "sandbox", payment.pk)]
    (row,) = paying.plan(case=made, by=staff["finance"], parts=parts, token=uuid4(), at=moved())
    paying.release(payout=row.pk, by=staff["approver"], seen=Money(1000, "EUR"), at=moved())
    drain(moved)
    text = plain(writing.letter(made, "reminder", lang="en", at=moved()))
    for words in ("84,99 € is to be paid back", "30,00 € was paid back on 21 November 2026",
                  "10,00 € was paid back on 24 November 2026", "44,99 € is still owed", "not received the rest"):  # fmt: skip
        assert words in text.replace("\u00a0", " "), text
    world._rows.execute('UPDATE refund SET phases = \'[[0, "paid"], [86400, "failed"]]\'')
    moved.on(2 * 86400)
    drain(moved)
    row.refresh_from_db()
    text = plain(writing.letter(made, "reminder", lang="en", at=moved())).replace("\u00a0", " ")
    assert row.state == "reversed" and "10,00" not in text and "54,99 € is still owed" in text


def test_above_the_limit_nothing_counts_and_nothing_is_planned_until_another_agrees(
    decided: Callable[..., Case], moved: Moved
) -> None:
    made = decided(limit=0)
    staff = made.institution.staff
    row = tell(made, moved)
    assert row.payout is None and left(made) == (8499, 8499)
    with pytest.raises(Problem, match="waits for a second person"):
        planned(made, staff["finance"], moved)
    with pytest.raises(NotYours, match="their own word"):
        reported.agree(reported=row.pk, by=staff["finance"], at=moved())
    with pytest.raises(NotYours):
        reported.agree(reported=row.pk, by=staff["agent"], at=moved())
    Case.objects.filter(pk=made.pk).update(about_person=staff["approver"])
    for verb in (reported.agree, reported.drop):  # the person complained about says nothing of its money
        with pytest.raises(NotYours, match="complained about"):
            verb(reported=row.pk, by=staff["approver"], at=moved())
    Case.objects.filter(pk=made.pk).update(about_person=None)
    reported.agree(reported=row.pk, by=staff["approver"], at=moved())
    assert left(made) == (5499, 5499)
    with pytest.raises(Problem, match="no longer open"):
        reported.drop(reported=row.pk, by=staff["finance"], at=moved())


def test_what_was_dropped_frees_the_case_and_may_be_said_again(decided: Callable[..., Case], moved: Moved) -> None:
    made = decided(limit=0)
    shown = proof(made)
    reported.drop(reported=tell(made, moved, proof=shown).pk, by=made.institution.staff["finance"], at=moved())
    assert tell(made, moved, proof=shown).payout is None and Reported.objects.count() == 2


def test_what_cannot_be_is_refused(decided: Callable[..., Case], moved: Moved) -> None:
    made, other = decided(), decided()
    with pytest.raises(Problem, match="was sent, and"):
        tell(made, moved, 8500)
    with pytest.raises(Problem, match="another case"):
        tell(made, moved, proof=proof(other))
    with pytest.raises(Problem, match="not of this case"):
        tell(made, moved, payment=Payment.objects.get(purchase=other.purchase).pk)
    what = Telling(Money(1, "EUR"), moved().date() + dt.timedelta(days=1), proof(made))
    with pytest.raises(Problem, match="not come yet"):
        reported.report(case=made, by=made.institution.staff["finance"], what=what, at=moved())
    with pytest.raises(NotYours):
        tell(made, moved, role="auditor")
    payment, row = Payment.objects.get(purchase=made.purchase), planned(made, made.institution.staff["finance"], moved)
    Dispute.objects.create(account=row[0].account, payment=payment, reference="d", minor=8499, quarrel="lost", at=1)
    paying.cancel(payout=row[0].pk, by=made.institution.staff["finance"], at=moved())
    with pytest.raises(Problem, match=r"only 0\.00 EUR of this payment"):
        tell(made, moved)


def test_the_database_counts_none_without_its_second_person(decided: Callable[..., Case], moved: Moved) -> None:
    made = decided(limit=0)
    row, one = tell(made, moved), decided()
    payout = tell(one, moved).payout
    for change in ({"payout": payout}, {"second": row.by}, {"minor": 0}, {"evidence": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Reported.objects.filter(pk=row.pk).update(**change)


def picture() -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (60, 40), "white").save(out, "PNG")
    return SimpleUploadedFile("bank.png", out.getvalue(), "image/png")


def test_on_its_page_two_people_record_what_went_back(
    decided: Callable[..., Case], client_of: Callable[..., Client], moved: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recourse.web.clock.now", moved)
    made = decided(limit=0)
    slug, staff = made.institution.slug, made.institution.staff
    finance, approver = (client_of(staff[role], second=True) for role in ("finance", "approver"))
    money = f"/desk/{slug}/cases/{made.reference}/money/"
    assert "refunded outside of the desk" in finance.get(money).content.decode()
    page = f"{money}elsewhere/"
    assert "EUR 84.99 is not yet under way" in finance.get(page).content.decode()
    given = {"amount": "84.99", "sent_on": moved().date().isoformat()}
    assert finance.post(page, given).status_code == 422  # no proof
    assert finance.post(page, {**given, "amount": "many", "proof": picture()}).status_code == 422
    assert finance.post(page, {**given, "proof": picture()}).status_code == 302
    assert "waits for a second person" in finance.get(money).content.decode()
    assert 'name="agree"' not in finance.get(page).content.decode()
    assert finance.post(page, {"agree": "1"}).status_code == 422
    shown = approver.get(f"{page}?lang=zh").content.decode()
    assert "84.99" in shown and 'name="agree"' in shown
    look = f"/cases/{made.reference}/files/{Exhibit.objects.get(case=made, purpose='payment proof').pk}/"
    assert look in shown and approver.get(look).status_code == 200
    assert approver.post(page, {"agree": "1"}).status_code == 302
    drain(moved)
    made.refresh_from_db()
    assert made.stage == "settled" and Payout.objects.get(external=True).minor == 8499
    agent = client_of(staff["agent"], second=True)
    assert agent.get(page).status_code == 403 and "outside of the desk" not in agent.get(money).content.decode()


def test_what_is_put_on_record_is_there_in_whole_or_not_at_all(
    decided: Callable[..., Case], moved: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = routes.account(decided().institution, "sandbox")  # type: ignore[arg-type]

    def broken(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(applying, "post", broken)
    with pytest.raises(RuntimeError):
        elsewhere.seen(account=account, what=elsewhere.Seen(Money(500, "EUR"), "r9"), name="n", at=moved())
    assert not Payout.objects.filter(reference="r9").exists()


def test_the_command_says_what_it_recorded_at_each_institution_and_takes_no_mistake_for_an_outage(
    decided: Callable[..., Case], moved: Moved, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, other = decided(), decided()
    world.refund(str(uuid4()), Payment.objects.get(purchase=made.purchase).reference, Money(500, "EUR"))
    told = CliRunner().invoke(cli.app, ["reconcile", "--record", "--json"])
    counts = {one["institution"]: one["recorded"] for one in json.loads(told.stdout)}
    assert (told.exit_code, counts) == (1, {made.institution.slug: 1, other.institution.slug: 0})
    assert Payout.objects.get(external=True).institution_id == made.institution_id
    again = CliRunner().invoke(cli.app, ["reconcile", "--json"])
    assert (again.exit_code, "recorded" in again.stdout) == (0, False)

    def broken(_: object) -> None:
        raise IntegrityError

    monkeypatch.setattr(comparing, "compare", broken)
    assert isinstance(CliRunner().invoke(cli.app, ["reconcile"]).exception, IntegrityError)
