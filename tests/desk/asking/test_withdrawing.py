"""Withdraw from a contract: for anybody, without a reason, with a receipt that says when; once."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client

from recourse.desk.models import Case, Person
from recourse.desk.scope import EVERYTHING, of
from recourse.work.worker import drain


@pytest.fixture(autouse=True)
def _files(tmp_path, settings):
    settings.FILES = tmp_path / "files"


def typed(**more):
    return {
        "name": "Lena Brandt",
        "email": "Lena@Example.org",
        "course_title": "Watercolour",
        "order_number": "UD-3",
    } | more


def confirmed(client, data, address="/withdraw/"):
    first = client.post(address, data)
    assert first.status_code == 302, first.content.decode()[:3000]
    page = client.get(first["Location"]).content.decode()
    assert ">Confirm withdrawal</button>" in page
    done = client.post(first["Location"])
    assert done.status_code == 302, done.content.decode()[:3000]
    return first["Location"], done["Location"], page


def test_a_school_that_takes_part_has_it_at_once_and_the_receipt_goes_out(school):
    nordlicht = school()
    client = Client(SERVER_NAME="localhost")
    check, done, page = confirmed(client, typed(institution=nordlicht.slug))
    assert "Watercolour" in page and "Lena Brandt" in page and 'name="reason"' not in page
    with of(EVERYTHING):
        case = Case.objects.get()
        assert (case.kind, case.stage, case.reason, case.institution_id) == (
            "withdrawal",
            "received",
            "none",
            nordlicht.pk,
        )
        assert case.learner.email == "lena@example.org"
    text = client.get(done).content.decode()
    assert case.reference in text and "has your withdrawal" in text
    assert client.post(check)["Location"] == done  # a second press makes no second case
    with of(EVERYTHING):
        assert Case.objects.count() == 1
    drain()
    receipt = next(one for one in mail.outbox if one.to == ["lena@example.org"])
    assert f"{case.received_at:%H:%M}" in receipt.body and "Watercolour" in receipt.body
    assert client.get(done.replace("done/", "receipt.pdf")).content.startswith(b"%PDF")


def test_a_listed_platform_gets_it_from_the_learner_and_the_page_says_so(db):
    client = Client(SERVER_NAME="localhost")
    _, done, page = confirmed(client, typed(institution="platform:udemy"))
    assert "does not take part here" in page
    text = client.get(done).content.decode()
    assert "not sent yet" in text and "Watercolour" in text
    with of(EVERYTHING):
        assert (Case.objects.get().stage, Case.objects.get().platform) == ("draft", "udemy")


def test_somebody_elses_address_shows_nothing_of_their_account(person, school):
    mei = person("Mei")
    client = Client(SERVER_NAME="localhost")
    _, done, _ = confirmed(client, typed(email=mei.email, institution=school().slug))
    assert "Mei" not in client.get(done).content.decode()
    assert Person.objects.get(pk=mei.pk).name == "Mei"
    assert client.get("/cases/").status_code == 302  # nobody is signed in by it


def test_who_is_signed_in_types_no_address(person, school, client_of):
    mei = person("Mei")
    client = client_of(mei)
    data = typed(institution=school().slug)
    del data["email"]
    confirmed(client, data)
    with of(EVERYTHING):
        assert Case.objects.get().learner_id == mei.pk


@pytest.mark.parametrize(
    ("left_out", "said"),
    [
        ({"name": ""}, "Your name"),
        ({"email": "lena"}, "e-mail"),
        ({"course_title": "", "order_number": ""}, "Name the course, or give the order number"),
        ({"institution": "", "seller": ""}, "Name the seller"),
    ],
)
def test_what_is_missing_is_named_and_the_rest_stays(school, left_out, said):
    client = Client(SERVER_NAME="localhost")
    response = client.post("/withdraw/", typed(institution=school().slug) | left_out)
    text = response.content.decode()
    assert response.status_code == 422 and said in text
    assert ("Watercolour" in text) or "course_title" in left_out


def test_another_browser_without_the_address_finds_nothing(school):
    client = Client(SERVER_NAME="localhost")
    _, done, _ = confirmed(client, typed(institution=school().slug))
    assert client.get(done.replace("withdraw/", "withdraw/x")).status_code == 404
    assert client.get(done.replace("/withdraw/", "/cases/new/").replace("done", "check")).status_code == 302


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_both_languages(school, lang):
    client = Client(SERVER_NAME="localhost")
    assert client.get(f"/withdraw/?lang={lang}").status_code == 200
    slug = school().slug
    first = client.post(f"/withdraw/?lang={lang}", typed(institution=slug))
    assert client.get(first["Location"]).status_code == 200
    assert client.get(client.post(first["Location"])["Location"]).status_code == 200
    with of(EVERYTHING):
        assert Case.objects.get().language == lang
