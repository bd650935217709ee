"""What is over goes, all of it; what is not over, held, or still moving money stays; the proofs hold all the while."""

import datetime as dt

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from setting import NOON

from recourse.api import keys as apikeys
from recourse.api.models import Call, Delivery, Endpoint
from recourse.desk.models import Answer, Assessment, Case, Draft, Entry, Head, Hold, LinkUse, Opening, Person, Role
from recourse.desk.retention import due, holds, letting_go
from recourse.desk.services import audit, bundles, cases, deciding, drafts, exhibits, heads, links, people, timeline
from recourse.evidence import boxes, keys, verify
from recourse.payouts.models import Award
from recourse.problems import Problem

pytestmark = pytest.mark.usefixtures("everything")
SECRET = "CANARY-7Q"  # stands in everything that the learner and the school wrote
LAST = dt.datetime(2029, 12, 31, 12, tzinfo=dt.UTC)  # of a German case that ended in 2026
AFTER = LAST + dt.timedelta(days=1)


@pytest.fixture
def told(case, school):
    """A case with words, a file, a link, a decision and a head; taken back, so that it is over."""
    ours = school()
    made = case(ours)
    Case.objects.filter(pk=made.pk).update(story=SECRET)
    exhibits.keep(case=made, name=f"{SECRET}.txt", data=SECRET.encode(), by=made.learner, at=NOON)
    deciding.reply(case=made, by=ours.staff[Role.AGENT], text=f"{SECRET} we look at it", at=NOON)
    links.make(case=made, by=made.learner, use=LinkUse.READ, days=9, at=NOON, label=SECRET)
    cases.take_back(case=made, by=made.learner, at=NOON)
    heads.make(at=NOON)
    made.refresh_from_db()
    return made


def everywhere():
    """Every text of every table, as the database has it."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                for value in row:
                    yield (
                        bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
                    )


def test_on_its_last_day_a_case_stays_and_on_the_next_it_goes(told):
    assert letting_go.erase(case=told, at=LAST) is False
    assert [one.number for one in due.everything(LAST) if one.kept == "cases"] == [0]
    assert due.Due("cases", 1, (told.reference,)) in due.everything(AFTER)
    assert due.Due("cases", 1) in letting_go.run(at=AFTER)
    assert due.Due("cases", 0) in letting_go.run(at=AFTER)


def test_no_word_of_it_is_left_in_any_table_or_file(told, settings, django_capture_on_commit_callbacks):
    email = told.learner.email
    holds.place(case=told, by=None, reason=SECRET, review_on=NOON.date() + dt.timedelta(days=9), at=NOON)
    holds.lift(case=told, by=None, reason=SECRET, at=NOON)
    assert any(SECRET in text for text in everywhere())
    with django_capture_on_commit_callbacks(execute=True):
        letting_go.run(at=AFTER)
    assert not [text for text in everywhere() if SECRET in text]
    assert not [path for path in settings.FILES.rglob("*") if path.is_file()]
    left = Case.objects.get(pk=told.pk)
    assert (left.facts, left.learner.email) == ({}, letting_go.NOBODY)
    assert not Case.objects.filter(learner__email=email).exists()
    assert not Assessment.objects.filter(case=told).exists()


@pytest.fixture
def paid(case, school):
    """A case that was decided, and money awarded on it: its amounts stay in the books for longer than its words."""
    ours = school()
    made = case(ours)
    what = deciding.Deciding(kind=Answer.WHOLE, minor=8499, letter=SECRET)
    deciding.decide(case=made, by=ours.staff[Role.AGENT], assessment=made.assessed(), what=what, at=NOON)
    ground = {"decision": made.decisions.get(), "assessment": made.assessed()}
    Award.objects.create(institution=ours, case=made, number=1, minor=8499, currency="EUR", **ground)
    heads.make(at=NOON)
    made.refresh_from_db()
    return made


@pytest.mark.usefixtures("guarded")
def test_of_a_case_that_was_paid_the_figures_stay_and_no_fact(paid, client_of, settings, tmp_path):
    before = Head.objects.get().note
    kept = Assessment.objects.get(case=paid)
    assert kept.answer["facts"]["paid"] == "84.99 EUR"
    assert due.Due("cases", 1) in letting_go.run(at=AFTER)
    left = Assessment.objects.get(case=paid)
    assert left.answer == {"digest": kept.digest}
    assert (left.owed_minor, left.currency, left.rule) == (kept.owed_minor, kept.currency, kept.rule)
    assert not [text for text in everywhere() if SECRET in text]
    heads.make(at=AFTER)
    assert audit.audit([before]).findings == []
    bundles.write(case=Case.objects.get(pk=paid.pk), out=tmp_path / "b.zip", at=AFTER)
    agent = paid.institution.memberships.get(role=Role.AGENT).person
    page = client_of(agent, second=True).get(f"/desk/{paid.institution.slug}/cases/{paid.reference}/")
    assert page.status_code == 200


def test_the_words_of_an_assessment_that_went_before_their_time_are_found(told):
    kept = Assessment.objects.filter(case=told)
    kept.update(answer={"digest": kept.get().digest})  # the database cannot tell that it is too early
    assert "assessment 1 is not what was recorded" in {one.said.en for one in audit.audit().findings}


def test_what_programs_asked_about_a_case_goes_with_it_and_messages_after_ninety_days(told, case):
    ours = told.institution
    admin = ours.memberships.get(role=Role.ADMINISTRATOR).person
    key = apikeys.make(institution=ours, by=admin, name="lms", scopes=["cases:write"], days=30, at=NOON).key
    other = case(ours)
    for number, path in enumerate((f"cases/{told.reference}/replies", f"cases/{other.reference}/replies", "purchases")):
        Call.objects.create(institution=ours, key=key, name=str(number), method="POST", path=f"/api/v1/{path}",
                            digest="", token=key.pk, until=NOON)  # fmt: skip
    endpoint = Endpoint.objects.create(
        institution=ours, url="https://x.example", kinds=["case.received"], made_by=admin
    )
    for number, state in enumerate(("waiting", "delivered", "dead")):
        entry = Entry.objects.filter(case=told).order_by("seq")[number]
        Delivery.objects.create(institution=ours, endpoint=endpoint, entry=entry, kind="case.received", state=state)
    made = max(Delivery.objects.values_list("made_at", flat=True))
    last = made + dt.timedelta(days=90)
    assert due.Due("deliveries", 0) in letting_go.run(at=min(Delivery.objects.values_list("made_at", flat=True)))
    assert Delivery.objects.count() == 3 and Call.objects.count() == 3
    assert due.Due("deliveries", 2) in due.everything(last + dt.timedelta(seconds=1))
    assert due.Due("deliveries", 2) in letting_go.run(at=last + dt.timedelta(seconds=1))
    letting_go.run(at=AFTER)
    assert sorted(Call.objects.values_list("name", flat=True)) == ["1", "2"]
    assert list(Delivery.objects.values_list("state", flat=True)) == ["waiting"]


def test_the_chain_the_log_and_a_bundle_verify_afterwards(told, settings, tmp_path):
    before = Head.objects.get().note
    letting_go.run(at=AFTER)
    heads.make(at=AFTER)
    assert audit.audit([before]).findings == []
    entry = timeline.read(told, inner=True)[-1]
    assert (entry.entry.kind, entry.body["term"], entry.body["shown_by"]) == (
        "erased", "3 years, from the end of the year", "de-amtsgericht",
    )  # fmt: skip
    assert Opening.objects.filter(entry__case=told).count() == 1
    bundles.write(case=Case.objects.get(pk=told.pk), out=tmp_path / "b.zip", at=AFTER)
    known = [keys.Known(keys.read(settings.SEAL_KEY).public)]
    with boxes.opened(tmp_path / "b.zip") as box:
        report = verify.verify(box, known=known, now=int(AFTER.timestamp()) + 9)
    assert report.verdict == "proved"
    assert report.facts["erased"] == list(range(1, entry.entry.seq))


def test_the_pages_of_an_erased_case_still_open(told, client_of):
    agent = told.institution.memberships.get(role=Role.AGENT).person
    letting_go.run(at=AFTER)
    page = client_of(agent, second=True).get(f"/desk/{told.institution.slug}/cases/{told.reference}/")
    assert page.status_code == 200
    assert SECRET not in page.content.decode()


@pytest.mark.parametrize("running", ["received", "in-review", "escalated"])
def test_a_case_that_is_not_over_stays_for_ever(told, running):
    Case.objects.filter(pk=told.pk).update(stage=running)
    assert due.Due("cases", 0) in letting_go.run(at=AFTER + dt.timedelta(days=9999))


def test_the_later_end_of_both_places_counts(case, school):
    made = case(school("Leeds", place="GB"))
    cases.take_back(case=made, by=made.learner, at=NOON)
    assert due.until(made, NOON.date())[:1] == (dt.date(2032, 11, 20),)
    assert due.until(made, NOON.date()).place == "GB"


def test_a_hold_stops_it_until_it_is_lifted(told):
    agent = told.institution.memberships.get(role=Role.AGENT).person
    admin = told.institution.memberships.get(role=Role.ADMINISTRATOR).person
    day = NOON.date() + dt.timedelta(days=200)
    with pytest.raises(Problem, match="roles"):
        holds.place(case=told, by=agent, reason="court", review_on=day, at=NOON)
    holds.place(case=told, by=admin, reason="court", review_on=day, at=NOON)
    assert due.Due("cases", 0) in letting_go.run(at=AFTER)
    assert letting_go.erase(case=told, at=AFTER) is False
    assert [one.case_id for one in due.to_review(AFTER.date())] == [told.pk]
    holds.place(case=told, by=None, reason="appeal", review_on=AFTER.date() + dt.timedelta(days=9), at=AFTER)
    assert (Hold.objects.count(), due.to_review(AFTER.date()).count()) == (1, 0)
    holds.lift(case=told, by=admin, reason="judgment", at=AFTER)
    kinds = [one.entry.kind for one in timeline.read(told, inner=False)]
    assert kinds[-3:] == ["hold-placed", "hold-reviewed", "hold-lifted"]
    assert due.Due("cases", 1) in letting_go.run(at=AFTER)


@pytest.mark.parametrize(
    ("reason", "days", "field"), [(" ", 9, "reason"), ("court", 0, "review_on"), ("court", 367, "review_on")]
)
def test_a_hold_has_a_reason_and_a_day_within_a_year(told, reason, days, field):
    with pytest.raises(Problem) as caught:
        holds.place(case=told, by=None, reason=reason, review_on=NOON.date() + dt.timedelta(days=days), at=NOON)
    assert caught.value.field == field
    with pytest.raises(Problem, match="no hold"):
        holds.lift(case=told, by=None, reason="", at=NOON)


def test_files_of_a_draft_go_before_its_answers(settings, django_capture_on_commit_callbacks):
    held = exhibits.hold("voucher.txt", b"84.99 EUR\n")
    drafts.keep(answers="/owed?x=1", typed={"files": [held.plain()], "words": "hello"}, at=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        counts = {
            days: {one.kept: one.number for one in letting_go.run(at=NOON + dt.timedelta(days=days))}
            for days in (29, 30, 89)
        }
    assert [counts[day]["uploads"] for day in (29, 30, 89)] == [0, 1, 0]
    assert Draft.objects.get().typed == {"words": "hello"}
    assert not [path for path in settings.FILES.rglob("*") if path.is_file()]
    assert due.Due("drafts", 1) in letting_go.run(at=NOON + dt.timedelta(days=90))


def test_files_that_a_case_has_are_no_drafts(case):
    held = exhibits.hold("voucher.txt", b"84.99 EUR\n")
    drafts.keep(answers="", typed={"files": [held.plain()], "case": "RC-1"}, at=NOON)
    letting_go.run(at=NOON + dt.timedelta(days=90))
    assert exhibits.original(held.stored)


def test_old_sign_ins_and_ended_sessions_go(person):
    mei, old = person(), person("Old")
    Person.objects.filter(pk=mei.pk).update(last_login=NOON)
    Person.objects.filter(pk=old.pk).update(last_login=NOON - dt.timedelta(days=366))
    for key, days in (("a", -1), ("b", 1)):
        Session.objects.create(session_key=key, session_data="", expire_date=NOON + dt.timedelta(days=days))
    letting_go.run(at=NOON)
    assert list(Session.objects.values_list("session_key", flat=True)) == ["b"]
    assert [Person.objects.get(pk=one.pk).last_login for one in (mei, old)] == [NOON, None]


def test_an_assessment_that_vanished_without_a_word_is_found(told):
    Assessment.objects.filter(case=told).delete()
    assert "an assessment of the timeline is gone" in {one.said.en for one in audit.audit().findings}


def test_before_erasing_an_account_its_owner_reads_what_stays_and_until_when(told, client_of):
    assert (False, LAST.date()) in {(part.goes, part.until) for part in people.plan(told.learner)}
    page = client_of(told.learner).get("/account/data/").content.decode()
    assert told.reference in page and "Until 31 December 2029" in page and "(Germany)" in page
    holds.place(case=told, by=None, reason="court 12 C 3", review_on=NOON.date() + dt.timedelta(days=9), at=NOON)
    page = client_of(told.learner).get("/account/data/").content.decode()
    assert "court 12 C 3" in page and "looked at again by 29 November 2026" in page
    Case.objects.filter(pk=told.pk).update(stage="received")
    assert not [part for part in people.plan(told.learner) if part.until]


def test_an_erased_account_is_no_part_of_the_example_world(told):
    people.erase(person=told.learner, at=NOON)
    assert not Person.objects.get(pk=told.learner_id).email.endswith(cases.NOBODYS)
    invented = Person.objects.create_user("somebody@people.example")
    people.erase(person=invented, at=NOON)
    assert Person.objects.get(pk=invented.pk).email.endswith(cases.NOBODYS)  # and goes when that world is removed


def test_an_erased_account_leaves_neither_address_nor_file_behind(
    case, person, settings, django_capture_on_commit_callbacks
):
    lin = person("Lin")
    email = lin.email
    made = case(learner=lin)  # with a seller that does not work here: what the learner declared of it is the learner's
    cases.take_back(case=made, by=lin, at=NOON)
    held = exhibits.hold("voucher.txt", b"84.99 EUR\n")
    drafts.keep(answers="", typed={"files": [held.plain()]}, by=lin, at=NOON)
    assert any(email in text for text in everywhere())
    with django_capture_on_commit_callbacks(execute=True):
        people.erase(person=lin, at=NOON)
    assert not [text for text in everywhere() if email in text]
    assert not [path for path in settings.FILES.rglob("*") if path.is_file()]


def test_orders_that_a_school_filed_are_named_as_the_schools(told):
    assert ("Orders that a school filed", False) in {(str(part.what), part.goes) for part in people.plan(told.learner)}
