"""My cases: what needs me first; an adviser also sees the cases of those who asked them to act, and no other."""

import datetime as dt

import pytest
from setting import NOON

from recourse.desk.models import Institution, Membership
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import cases, drafts, exhibits, mandates, onward


@pytest.fixture
def clinic(person):
    """A legal clinic and its adviser."""
    with of(EVERYTHING):
        made = Institution.objects.create(
            name="Clinic", slug="clinic", place="DE", kind="organisation", standing="confirmed"
        )
        adviser = person("Ada")
        Membership.objects.create(institution=made, person=adviser, role="adviser")
    return made, adviser


def test_an_adviser_acts_for_a_learner_while_the_mandate_holds(client_of, case, school, clinic):
    organisation, ada = clinic
    made, other = case(school()), case(school())
    client = client_of(ada, second=True)
    assert made.reference not in client.get("/cases/").content.decode()
    with of(EVERYTHING):
        mandate = mandates.give(case=made, organisation=organisation, by=made.learner, at=NOON)
    page = client.get("/cases/").content.decode()
    assert made.reference in page and "Mei ·" in page and other.reference not in page
    assert client.post(f"/cases/{made.reference}/write/", {"text": "We act for Mei."}).status_code == 302
    assert client.get(f"/cases/{made.reference}/onward/").status_code == 200
    with of(EVERYTHING):
        mandates.take_back(mandate=mandate, by=made.learner, at=NOON)
    assert client.get(f"/cases/{made.reference}/").status_code == 404


def test_what_ended_stands_below(client_of, case, school, person):
    mei = person()
    running, ended = case(school(), learner=mei), case(school(), learner=mei)
    with of(EVERYTHING):
        cases.take_back(case=ended, by=mei, at=NOON)
    page = client_of(mei).get("/cases/").content.decode()
    assert page.index(running.reference) < page.index("Ended") < page.index(ended.reference)


def test_what_is_kept_for_later_says_that_its_files_go_first(client_of, person, settings, tmp_path):
    settings.FILES = tmp_path / "files"
    mei, held = person(), exhibits.hold("voucher.txt", b"84.99 EUR\n")
    with of(EVERYTHING):
        bare = drafts.keep(answers="learner_place=DE", at=NOON, by=mei)
        made = drafts.keep(answers="learner_place=DE", typed={"files": [held.plain()]}, at=NOON, by=mei)
    client = client_of(mei)
    for lang, said, in_list in (
        ("en", "The files you added are kept until", ", its files until"), ("zh", "您添加的文件保留至", "，文件保留至"),
    ):  # fmt: skip
        page = client.get(f"/drafts/{made.secret}/?lang={lang}").content.decode()
        assert said in page and "2027-02-18" in page  # ninety days for the answers
        assert page.index(said) < page.index('datetime="2026-12-20"')  # thirty for files
        assert said not in client.get(f"/drafts/{bare.secret}/").content.decode()
        assert client.get("/cases/").content.decode().count(in_list) == 1
    with of(EVERYTHING):
        drafts.forget_files(at=NOON + dt.timedelta(days=30))
    assert in_list not in client.get("/cases/").content.decode()


def test_a_last_day_ends_where_the_learner_lives(client_of, case, school, monkeypatch):
    """One in the night by the server's clock is still the evening of the last day in California."""
    made = case(school(), facts={"learner_place": "US-CA"})
    last = dt.date(2026, 11, 30)
    with of(EVERYTHING):
        made.deadlines.filter(met_at=None).update(due=last)
    client = client_of(made.learner)
    for hour, late in ((1, False), (9, True)):
        monkeypatch.setattr("recourse.web.clock.now", lambda hour=hour: dt.datetime(2026, 12, 1, hour, tzinfo=dt.UTC))
        with of(EVERYTHING):
            assert (made.day(dt.datetime(2026, 12, 1, hour, tzinfo=dt.UTC)) > last) is late
        for address in ("/cases/", f"/cases/{made.reference}/"):
            assert ("late" in client.get(address).content.decode().lower()) is late, (address, hour)


def test_bodies_are_asked_for_the_day_of_the_learner(case, school, monkeypatch):
    made, asked = case(school(), facts={"learner_place": "US-CA"}), []
    monkeypatch.setattr(onward, "turns", lambda case, today: asked.append(today) or ())
    with of(EVERYTHING):
        onward.set_dates(case=made, at=dt.datetime(2026, 12, 1, 1, tzinfo=dt.UTC))
    assert asked == [dt.date(2026, 11, 30)]
