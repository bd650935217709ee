"""What is kept of a payout: its payee until the books no longer need it, its amount and postings for good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from paid import Moved, drain

from recourse.desk.models import Assessment, Case, Decision
from recourse.desk.retention import due, letting_go
from recourse.desk.services import assessing, audit
from recourse.payouts.models import Award, Payout, Posting
from recourse.payouts.services import sealing

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
