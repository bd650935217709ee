"""Orders and progress come in: what a file would do is said before, line by line, and schools do not meet in it."""

import datetime as dt
from dataclasses import replace

import pytest
from setting import NOON

from recourse.desk.models import Payment, Progress
from recourse.desk.services import progress, purchases
from recourse.desk.sheets import Came, Order, Sheet

pytestmark = pytest.mark.usefixtures("everything")

ORDER = Order(2, "A-1", "mei@example.org", "", NOON.date(), 8499, "EUR", provider="sandbox", reference="2026-0001")


def test_two_schools_may_have_the_same_payment_reference(school):
    for each in (school("Nordlicht"), school("Elsewhere")):
        assert purchases.preview(institution=each, sheet=Sheet((ORDER,), ())).new == (ORDER,)
        assert purchases.bring(institution=each, orders=[ORDER], by=None, at=NOON) == 1
        taken = replace(ORDER, order_number="A-2")
        found = purchases.preview(institution=each, sheet=Sheet((taken,), ()))
        assert not found.new and "another order" in found.bad[0].why.en
    assert Payment.objects.filter(reference=ORDER.reference).count() == 2


def test_a_payment_that_stands_twice_in_a_sheet_is_refused_with_its_line(school):
    twice = replace(ORDER, line=3, order_number="A-2")
    found = purchases.preview(institution=school(), sheet=Sheet((ORDER, twice), ()))
    assert found.new == (ORDER,) and [one.line for one in found.bad] == [3]


def test_progress_is_compared_with_what_is_known_of_its_moments_only(school):
    nordlicht = school()
    purchases.bring(institution=nordlicht, orders=[ORDER], by=None, at=NOON)
    came = [Came(line, NOON + dt.timedelta(days=line), {"progress": "0.5"}, order_number="A-1") for line in range(3)]
    found = progress.preview(institution=nordlicht, sheet=Sheet(tuple(came), ()))
    progress.bring(institution=nordlicht, lines=found.new, by=None)
    read = []
    of_row = Progress.from_db.__func__
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Progress, "from_db", classmethod(lambda cls, *row: read.append(1) or of_row(cls, *row)))
        assert progress.preview(institution=nordlicht, sheet=Sheet((came[1],), ())).same == 1
    assert len(read) == 1
