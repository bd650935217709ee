"""What the institution brings in is worked in: a new assessment, the change told to both sides, amounts first."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction
from setting import NOON

from recourse.desk.models import Case, Purchase, Source
from recourse.desk.services import anew, assessing, cases, progress, purchases, timeline
from recourse.desk.sheets import Came
from recourse.web.desk import lines
from recourse.work.models import Job

pytestmark = pytest.mark.usefixtures("everything")
LATER = NOON + dt.timedelta(days=1)
# The ministry's own example: given up after three of twelve lessons, two thirds come back.
KOREA = {
    "learner_place": "KR", "seller_place": "KR", "seller_kind": "lifelong-education-facility", "kind": "live-course",
    "class_structure": "period", "price": "100000 KRW", "paid": "100000 KRW", "starts_on": "2026-11-01",
    "ends_on": "2026-11-30", "requested_on": "2026-11-11", "request_received_on": "2026-11-11", "lessons_total": "12",
    "concluded_on": "2026-10-20",
}  # fmt: skip


@pytest.fixture
def korean(case, school):
    """A case at a school in Korea, in which nobody said how many lessons there were until then."""

    def make(**more):
        made = case(school(place="KR"))
        Case.objects.filter(pk=made.pk).update(facts={**KOREA, **more}, currency="KRW")
        Purchase.objects.filter(pk=made.purchase_id).update(facts={})
        made.refresh_from_db()
        assessing.assess_case(case=made, at=NOON)
        return made

    return make


def bring(made: Case, **facts: str) -> None:
    row = Purchase.objects.get(pk=made.purchase_id)
    progress.bring(institution=made.institution, lines=[(Came(2, NOON, facts, row.order_number), row)], by=None)


def agent(made: Case):
    return made.institution.memberships.get(role="agent").person


def said(made: Case, reader) -> list[str]:
    return [line.what for line in lines.lines(made, timeline.read(made, inner=False), reader)]


def test_progress_makes_a_new_assessment_that_both_sides_read(korean):
    made = korean()
    before = made.assessments.order_by("-number").first()
    assert before.owed_minor is None
    bring(made, lessons_elapsed="3")
    assert Job.objects.filter(kind=anew.AGAIN).count() == 1
    assert assessing.assess_again(case=made.pk, at=LATER).owed_minor == 66660
    assert made.assessments.count() == before.number + 1
    for reader in (made.learner, agent(made)):
        assert said(made, reader)[0].startswith("worked out anew what is owed: KRW 66,660 instead of open, because of:")


def test_what_changes_no_fact_makes_nothing(korean):
    made = korean(lessons_elapsed="3")
    count = made.assessments.count()
    bring(made, lessons_elapsed="8")  # the case says three: a person has to look at it
    assert assessing.assess_again(case=made.pk, at=LATER) is None
    assert made.assessments.count() == count


def test_a_decided_or_ended_case_keeps_what_it_was_decided_by(korean):
    made = korean()
    cases.take_back(case=made, by=made.learner, at=NOON)
    bring(made, lessons_elapsed="3")
    assert not Job.objects.filter(kind=anew.AGAIN).exists()
    assert assessing.assess_again(case=made.pk, at=LATER) is None


def test_an_order_that_is_matched_brings_its_facts(korean):
    made = korean()
    row = Purchase.objects.get(pk=made.purchase_id)
    Purchase.objects.filter(pk=row.pk).update(source=Source.DECLARED)
    record = Purchase.objects.create(
        institution=made.institution, email=row.email, order_number="K-1", paid_minor=100000, currency="KRW",
        source=Source.FILE, facts={"lessons_elapsed": "3"},
    )  # fmt: skip
    with transaction.atomic():
        purchases.match(row=row, record=record, by=agent(made), at=NOON)
    assert Job.objects.filter(kind=anew.AGAIN).count() == 1
    assert assessing.assess_again(case=made.pk, at=LATER).owed_minor == 66660


def test_what_stays_the_same_is_said_too(korean):
    made = korean(lessons_elapsed="3")
    bring(made, lessons_taken="2")
    assessing.assess_again(case=made.pk, at=LATER)
    assert said(made, made.learner)[0].startswith("worked out anew what is owed: still KRW 66,660, because of:")
