"""Withdraw from a contract: for anybody, without a reason, with a receipt that says when; once."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.core import mail
from django.test import Client
from setting import FACTS

from recourse.desk.models import Case, Deadline, Person
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import intake
from recourse.desk.stages import Kind
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
    assert any(name.endswith(".pdf") for name, *_ in receipt.attachments)


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


def test_a_stranger_names_nobodys_account_and_the_declaration_still_says_the_name(person, school):
    mei = person("Mei")
    Person.objects.update(name="")
    confirmed(Client(SERVER_NAME="localhost"), typed(email=mei.email, institution=school().slug))
    assert Person.objects.get(pk=mei.pk).name == ""
    with of(EVERYTHING):
        assert Case.objects.get().story == "Lena Brandt"
    drain()
    assert "Lena Brandt" in next(one for one in mail.outbox if one.to == [mei.email]).body


def test_a_stranger_learns_nothing_of_what_the_school_has_on_record(person, school, bought, client_of):
    """Address and order number can be guessed or found: the answer shows what was typed, and nothing besides."""
    mei, nordlicht = person("Mei"), school()
    order = bought(mei, nordlicht)
    client = Client(SERVER_NAME="localhost")
    data = typed(email=mei.email, order_number=order.order_number, institution=nordlicht.slug)
    _, done, _ = confirmed(client, data)
    with of(EVERYTHING):
        case = Case.objects.get()
    assert case.purchase_id == order.pk  # to the school it is the order that it knows
    page = client.get(done).content.decode()
    assert "Watercolour" in page and "Norwegian" not in page and "84.99" not in page and ">by " not in page
    assert "receipt.pdf" not in page and client.get(f"/cases/{case.reference}/receipt.pdf").status_code == 302
    assert "receipt.pdf" not in client_of(person("Eve")).get(done).content.decode()


def test_who_is_signed_in_types_no_address(person, school, client_of):
    mei = person("Mei")
    client = client_of(mei)
    data = typed(institution=school().slug)
    del data["email"]
    _, done, _ = confirmed(client, data)
    with of(EVERYTHING):
        case = Case.objects.get()
    assert case.learner_id == mei.pk
    receipt = f"/cases/{case.reference}/receipt.pdf"
    assert receipt in client.get(done).content.decode() and client.get(receipt).content.startswith(b"%PDF")


def test_the_day_of_a_request_is_the_learners_and_that_of_a_clock_the_institutions(person, school):
    """It is the 24th in UTC, and the last day, the 23rd, in California: the withdrawal is in time, as the page said."""
    late = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)
    facts = {name: said for name, said in FACTS.items() if not name.startswith("request")}
    facts |= {"learner_place": "US-CA", "concluded_on": "2026-11-09"}
    nordlicht, mei = school(place="CN"), person("Mei")
    wanted = intake.Wanted(kind=Kind.WITHDRAWAL, facts=facts, institution=nordlicht)
    with of(EVERYTHING):
        case = intake.send(wanted=wanted, by=mei, at=late)
        assert case.facts["requested_on"] == case.facts["request_received_on"] == "2026-11-23"
        assert Deadline.objects.get(case=case, name="first-answer").starts == dt.date(2026, 11, 24)
        assert case.assessments.get().answer["facts"]["requested_on"] == "2026-11-23"
    east = dt.datetime(2026, 11, 23, 20, 0, tzinfo=dt.UTC)
    assert intake.dated(replace(wanted, facts={"learner_place": "CN"}), east)["requested_on"] == "2026-11-24"


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
