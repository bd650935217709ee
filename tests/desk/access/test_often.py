"""Whoever sends very much in a short time waits, knows how long, and loses nothing; others do not wait with them."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from setting import NOON

from recourse.desk.models import Draft, Visits
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import heads, visits
from recourse.web.desk.learner import often

TERMS = "The price is 499 EUR. You may cancel within 14 days. Complaints: help@school.example."


@pytest.fixture
def two(monkeypatch):
    """Two of each in ten minutes, and these do not end while a test runs."""
    monkeypatch.setattr(often, "clock", SimpleNamespace(now=lambda: NOON))
    monkeypatch.setattr(often, "MOST", dict.fromkeys(often.MOST, (2, 600)))


def client(address: str) -> Client:
    return Client(SERVER_NAME="localhost", REMOTE_ADDR=address)


@pytest.mark.django_db
def test_a_count_ends_with_its_stretch_of_time():
    counted = [visits.count(who="a", what="check", most=2, within=600, at=NOON) for _ in range(3)]
    assert counted == [0, 0, 600]
    assert visits.count(who="b", what="check", most=2, within=600, at=NOON) == 0
    assert visits.count(who="a", what="file", most=2, within=600, at=NOON) == 0
    later = NOON + dt.timedelta(minutes=10)
    assert visits.count(who="a", what="check", most=2, within=600, at=later) == 0
    assert Visits.objects.count() == 1  # what was over is forgotten


@pytest.mark.django_db
@pytest.mark.usefixtures("two")
def test_a_pasted_contract_is_still_there_and_other_addresses_go_on():
    asked = {"place": "DE", "text": TERMS}
    assert [client("192.0.2.1").post("/check/", asked).status_code for _ in range(3)] == [200, 200, 429]
    refused = client("192.0.2.1").post("/check/", asked)
    page = refused.content.decode()
    assert 1 <= int(refused["Retry-After"]) <= 600 and TERMS in page and "send it again in" in page
    assert client("192.0.2.2").post("/check/", asked).status_code == 200
    assert not [row for row in Visits.objects.all() if "192" in row.who]


@pytest.mark.django_db
@pytest.mark.usefixtures("two")
def test_addresses_of_one_household_count_together():
    asked = {"place": "DE", "text": TERMS}
    found = [client(f"2001:db8:1:2::{n}").post("/check/", asked).status_code for n in range(1, 4)]
    assert found == [200, 200, 429]
    assert client("2001:db8:1:3::1").post("/check/", asked).status_code == 200


@pytest.mark.django_db
@pytest.mark.usefixtures("two")
def test_a_request_is_not_begun_too_often_and_what_was_typed_is_sent_again():
    for path in ("/cases/new/?platform=udemy", "/withdraw/?platform=udemy", "/drafts/?learner_place=DE"):
        Visits.objects.all().delete()
        typed = {"course_title": "Watercolour & more", "order_number": "A-1", "name": "Mei", "email": "mei@example.org"}
        found = [client("192.0.2.3").post(path, typed) for _ in range(3)]
        assert [one.status_code for one in found] == [302, 302, 429], path
        page = found[-1].content.decode()
        assert "Please wait a moment" in page and f'action="{path}"' in page and "Watercolour &amp; more" in page


@pytest.mark.usefixtures("two")
def test_a_file_too_many_is_told_and_a_visitor_elsewhere_does_not_use_it_up(client_of, person, settings, tmp_path):
    settings.FILES = tmp_path
    mei = client_of(person("Mei"))
    begun = client("192.0.2.4").post("/cases/new/?platform=udemy&learner_place=DE", {"course_title": "Watercolour"})
    at = begun["Location"]
    found = [mei.post(at, {"file": SimpleUploadedFile("v.txt", f"Order number: A-{n}".encode())}) for n in range(3)]
    assert [one.status_code for one in found] == [302, 302, 429]
    assert "choose it again" in found[-1].content.decode()
    assert len(Draft.objects.get().typed["files"]) == 2


@pytest.mark.usefixtures("two")
def test_the_whole_log_is_not_read_for_anybody_at_any_pace(case):
    case()
    with of(EVERYTHING):
        size = heads.make(at=NOON).size
    found = [client("192.0.2.5").get(f"/heads/{size}/grown.txt?from=1") for _ in range(3)]
    assert [one.status_code for one in found] == [200, 200, 429]
    page = found[-1].content.decode()
    assert f'method="get" action="/heads/{size}/grown.txt' in page and "csrfmiddlewaretoken" not in page
    assert 'name="from" hidden>\n1</textarea>' in page  # a form by GET sends no more than its fields
