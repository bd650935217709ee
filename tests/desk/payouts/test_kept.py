"""What is kept of a payout: its payee until the books no longer need it, its amount and postings for good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from paid import Moved, drain

from recourse.desk.models import Assessment, Case, Decision
from recourse.desk.retention import due, holds, letting_go
from recourse.desk.services import assessing, audit
from recourse.payouts.models import Award, BankFile, InFile, Notice, Payout, Posting, Told
from recourse.payouts.services import keeping, sealing
from recourse.payouts.services import letting_go as payouts_go

PAYEE = {"name": "Mei", "iban": "DE02120300000000202051"}
END_OF_TERM = dt.datetime(2034, 12, 31, 12, tzinfo=dt.UTC)  # eight years from the end of 2026, in Germany


def test_while_money_moves_nothing_of_its_case_goes(pay: Callable[..., Payout]) -> None:
    row = pay()
    Case.objects.filter(pk=row.case_id).update(stage="closed")
    letting_go.run(at=END_OF_TERM + dt.timedelta(days=9))
    assert Case.objects.get(pk=row.case_id).facts


def test_the_payee_goes_with_the_books_and_the_amount_stays(pay: Callable[..., Payout], moved: Moved) -> None:
    row = pay()
    drain(moved)
    Payout.objects.filter(pk=row.pk).update(payee=sealing.seal(PAYEE), text="Refund for Mei")
    letting_go.run(at=END_OF_TERM)
    row.refresh_from_db()
    assert sealing.unseal(bytes(row.payee)) == PAYEE
    assert due.Due("money", 1) in letting_go.run(at=END_OF_TERM + dt.timedelta(days=1))
    row.refresh_from_db()
    assert (bytes(row.payee), row.text, row.minor, row.state) == (b"", "", 8499, "succeeded")


def test_what_money_was_paid_by_outlives_its_case_without_a_word(pay: Callable[..., Payout], moved: Moved) -> None:
    row = pay()
    drain(moved)
    row.case.facts["lessons_taken"] = "1"
    assessing.assess_case(case=row.case, at=moved())
    assert Assessment.objects.filter(case=row.case_id).count() == 3
    letting_go.run(at=END_OF_TERM)
    award = Award.objects.get(case=row.case_id)
    assert Case.objects.get(pk=row.case_id).facts == {}
    decision = Decision.objects.get()
    assert (decision.pk, decision.letter) == (award.decision_id, "")
    left = set(Assessment.objects.filter(case=row.case_id).values_list("pk", flat=True))
    assert left == {award.assessment_id, decision.assessment_id} - {None}
    assert Posting.objects.filter(case=row.case_id).exists()
    assert audit.audit().findings == []


def test_what_a_bank_and_a_provider_said_is_emptied_with_the_books_and_not_before(
    pay: Callable[..., Payout], moved: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", moved)  # the year in which they came
    row, other = pay(), pay()
    drain(moved)
    account = row.account
    file = BankFile.objects.create(account=account, name="F1", body=b"<Document>Mei DE02</Document>")
    InFile.objects.create(file=file, key=row.pk, place=0)
    told = [
        Told.objects.create(account=account, institution=row.institution, number=number, body=b"Mei", digest=f"{number}")
        for number in (1, 2)
    ]  # fmt: skip
    for one, about in zip(told, (row, other), strict=True):
        Notice.objects.create(told=one, account=account, name=f"n{one.number}", key=about.pk, at=1)
    after = END_OF_TERM + dt.timedelta(days=1)
    assert (payouts_go.count(END_OF_TERM.date()), payouts_go.count(after.date())) == (0, 3)
    Payout.objects.filter(pk=other.pk).update(at=int(dt.datetime(2027, 1, 2, tzinfo=dt.UTC).timestamp()))
    assert due.Due("papers", 2) in letting_go.run(at=after)  # of another payout the term goes on for a year
    for one in (file, *told):
        one.refresh_from_db()
    assert [bytes(one.body) for one in (file, *told)] == [b"", b"", b"Mei"] and told[0].digest == "1"
    assert payouts_go.run(after.date()) == 0
    assert keeping.said(account, row.pk) == []  # nothing is left to be read, and nothing breaks on it


def test_a_hold_and_money_under_way_keep_what_was_said(
    pay: Callable[..., Payout], moved: Moved, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timezone, "now", moved)
    row = pay()
    told = Told.objects.create(account=row.account, institution=row.institution, number=1, body=b"Mei", digest="1")
    Notice.objects.create(told=told, account=row.account, name="n", key=row.pk, at=1)
    after = END_OF_TERM.date() + dt.timedelta(days=1)
    assert payouts_go.count(after) == 0
    drain(moved)
    assert payouts_go.count(after) == 1
    holds.place(case=row.case, reason="court", review_on=moved().date() + dt.timedelta(days=9), by=None, at=moved())
    assert payouts_go.count(after) == 0


@pytest.mark.usefixtures("guarded")
def test_the_database_lets_bytes_be_emptied_and_nothing_else_change(
    pay: Callable[..., Payout], decided: Callable[..., Case]
) -> None:
    made = decided()
    row, staff = pay(made), made.institution.staff  # type: ignore[union-attr]
    told = Told.objects.create(account=row.account, institution=row.institution, number=1, body=b"a", digest="1",
                               by=staff["finance"])  # fmt: skip
    file = BankFile.objects.create(account=row.account, name="F1", body=b"a")
    of_told, of_file = Told.objects.filter(pk=told.pk), BankFile.objects.filter(pk=file.pk)
    of_told.update(second=staff["approver"])
    for rows, change in (
        (of_told, {"body": b"b"}), (of_told, {"digest": "2"}), (of_told, {"by": None}), (of_told, {"second": None}),
        (of_told, {"number": 2}), (of_file, {"body": b"b"}), (of_file, {"name": "F2"}),
    ):  # fmt: skip
        with pytest.raises(DatabaseError, match=r"only added|never change"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
        of_told._raw_delete("default")
    assert (of_told.update(body=b""), of_file.update(body=b"")) == (1, 1)
