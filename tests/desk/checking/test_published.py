"""What a school publishes: its page says what a buyer must know, to people and to programs, and to nobody too much."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from django.test import Client
from published_school import NOW, TERMS

from recourse.desk import scope
from recourse.desk.models import Contract, Course, Offer, Purchase, Role
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import publishing
from recourse.desk.services.publishing import Changed
from recourse.documents import course as reading
from recourse.problems import Problem

DAY = dt.timedelta(days=1)


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def address(school) -> str:
    return f"/at/{school.slug}/norwegian/"


def test_a_course_page_says_all_that_a_buyer_must_know(published):
    response = Client(SERVER_NAME="localhost").get(address(published))
    text = text_of(response)
    for words in (
        "Order a coffee in Bergen.", "Twelve units.", "Mondays at 18:00", "Live, with Ingrid.", "EUR 480.00",
        "Materials: EUR 20.00", "students: EUR 300.00", "Lowest in the last 30 days", "EUR 450.00", "12 lessons",
        "24 hours", "Terms, version 2", "What changed since version 1", "Seats cannot be sold twice.",
        "Germany: up to 100% of the price less.", "We look at it", "Policy, version 1", "Nobody has asked yet.",
    ):  # fmt: skip
        assert words in text, words
    assert "A draft." not in text
    assert '<svg class="wide"' in response.content.decode()


def test_the_page_is_for_programs_too_and_reads_back(published):
    page = Client(SERVER_NAME="localhost").get(address(published)).content.decode()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert block is not None and "<for>" not in block[1]
    assert json.loads(block[1])["name"] == "Norwegian <for> beginners"
    found = reading.read([block[1]])
    assert found.readings("price") == ("480.00 EUR",) and found.readings("starts_on") == ("2026-12-01",)
    alone = Client(SERVER_NAME="localhost").get(f"{address(published)}course.jsonld")
    assert alone["Content-Type"] == "application/ld+json" and alone.json() == json.loads(block[1])


def test_the_page_opens_with_a_fixed_number_of_queries(published, asks_the_database):
    client = Client(SERVER_NAME="localhost")
    with asks_the_database(7):  # course, offers, contract, policy, process, older contract, questions
        client.get(address(published))


def test_lists_take_as_many_queries_for_one_course_as_for_twenty(published, asks_the_database):
    client = Client(SERVER_NAME="localhost")
    for rounds in range(2):
        with of(EVERYTHING):
            for number in range(rounds * 20):
                Course.objects.create(institution=published, slug=f"c{number}", title=f"C {number}", published=True)
        with asks_the_database(3):  # how many, which, their prices
            client.get("/courses/")
        with asks_the_database(4):  # institution, courses, prices, contracts
            client.get(f"/at/{published.slug}/")


def test_a_search_finds_courses_and_schools(published):
    client = Client(SERVER_NAME="localhost")
    assert "EUR 480.00" in text_of(client.get("/courses/?q=norweg"))
    assert "EUR 480.00" in text_of(client.get(f"/courses/?q={published.name}"))
    assert "Nothing is called like" in text_of(client.get("/courses/?q=pottery"))


@pytest.mark.parametrize("hidden", ["course", "institution"])
def test_what_is_not_published_is_not_there(published, client_of, hidden):
    with of(EVERYTHING):
        if hidden == "course":
            Course.objects.update(published=False)
        else:
            type(published).objects.update(open=False)
    staff = client_of(published.staff[Role.AGENT], second=True)
    for client in (Client(SERVER_NAME="localhost"), staff):
        assert client.get(address(published)).status_code == 404
        assert "Norwegian" not in text_of(client.get("/courses/"))


def test_terms_stay_readable_in_every_version_and_drafts_are_not(published):
    client = Client(SERVER_NAME="localhost")
    two = client.get(f"/at/{published.slug}/terms/2/").content.decode()
    assert "<del>2. The course lasts 12 weeks.</del>" in two and "<ins>4. Complaints: two days.</ins>" in two
    one = text_of(client.get(f"/at/{published.slug}/terms/1/"))
    assert "A newer version holds" in one and "12 weeks" in one
    assert client.get(f"/at/{published.slug}/terms/3/").status_code == 404


def test_a_place_changes_the_curve_and_nonsense_does_not(published):
    client = Client(SERVER_NAME="localhost")
    assert "Germany" in text_of(client.get(f"{address(published)}?place=DE"))
    assert client.get(f"{address(published)}?place=<x>").status_code == 200


# -- prices


def offer(minor: int, begins: int, ends: int | None = None, condition: str = "", currency: str = "EUR") -> Offer:
    return Offer(
        price_minor=minor, currency=currency, condition=condition, begins_at=NOW + begins * DAY,
        ends_at=NOW + ends * DAY if ends is not None else None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("offers", "lowest"),
    [
        ([offer(500, -100)], 500),
        ([offer(300, -100, -40), offer(500, -40)], 500),  # it ended before the thirty days
        ([offer(300, -100, -30), offer(500, -30)], 500),  # its end is the first moment of them, which is not its own
        ([offer(300, -100), offer(500, -29)], 300),  # a newer one takes its place, within them
        ([offer(500, -100), offer(300, -5, -4), offer(500, -4)], 300),
        ([offer(500, -100), offer(100, -5, condition="students")], 500),
        ([offer(500, -100), offer(100, -5, -4, currency="USD")], 500),
        ([], None),
    ],
)
def test_the_lowest_price_of_thirty_days(offers, lowest):
    assert publishing.lowest(offers, NOW - 30 * DAY, NOW, "EUR") == lowest


def test_differences_show_what_was_added_and_removed():
    found = [(one.kind, one.text) for one in publishing.differences(*TERMS)]
    assert ("removed", "2. The course lasts 12 weeks.") in found and ("added", "4. Complaints: two days.") in found
    assert publishing.differences(TERMS[0], TERMS[0]) == []


# -- acceptance


def newest(school) -> Contract:
    with of(EVERYTHING):
        return Contract.objects.get(institution=school, number=2)


def test_acceptance_is_recorded_once_with_the_digest(published, person, client_of):
    mei = person()
    client, digest = client_of(mei), newest(published).digest
    for _ in range(2):
        response = client.post(f"{address(published)}accept/", {"digest": digest})
        assert (response.status_code, response["Location"]) == (302, f"{address(published)}#terms")
    with of(EVERYTHING):
        made = Purchase.objects.get(learner=mei)
    assert (made.accepted_digest, made.contract.number, made.accepted_at) == (digest, 2, NOW)
    assert "You accepted version 2 on 20 November 2026" in text_of(client.get(address(published)))


def test_terms_that_changed_in_the_meantime_are_not_accepted(published, person, client_of):
    with of(EVERYTHING):
        old = Contract.objects.get(institution=published, number=1)
    response = client_of(person()).post(f"{address(published)}accept/", {"digest": old.digest})
    assert response.status_code == 409 and "version 2 holds now" in text_of(response)
    with of(EVERYTHING):
        assert not Purchase.objects.exists()


def test_a_visitor_signs_in_first(published):
    for verb in ("accept", "ask"):
        response = Client(SERVER_NAME="localhost").post(f"{address(published)}{verb}/", {"text": "?"})
        page = response.content.decode()  # with a way to sign in, and what was typed still there
        assert response.status_code == 403 and "/account/login/" in page and "?</textarea>" in page


def test_the_terms_of_an_order_are_recorded_once(published, person, bought, school):
    mei, terms = person(), newest(published)
    order = bought(mei, published)
    with of(scope.Scope(person=mei.pk)):
        publishing.accept_for(purchase=order, contract=terms, by=mei, at=NOW)
        publishing.accept_for(purchase=order, contract=terms, by=mei, at=NOW + DAY)
    with of(EVERYTHING):
        order.refresh_from_db()
        assert (order.accepted_at, order.accepted_digest) == (NOW, terms.digest)
        other = Contract.objects.get(institution=published, number=1)
        with pytest.raises(Problem, match="other terms"):
            publishing.accept_for(purchase=order, contract=other, by=mei, at=NOW)
        draft = Contract.objects.get(institution=published, number=3)
        with pytest.raises(Problem, match="not the terms of this seller"):
            publishing.accept_for(purchase=bought(mei, published), contract=draft, by=mei, at=NOW)
        with pytest.raises(Problem, match="roles"):
            publishing.accept_for(purchase=bought(mei, published), contract=terms, by=person("Eve"), at=NOW)


def test_a_school_without_terms_has_none_to_accept(published, person):
    with of(EVERYTHING):
        Contract.objects.filter(institution=published).delete()
        with pytest.raises(Problem, match="no terms") as raised:
            publishing.accept(course=published.course, digest="x", by=person(), at=NOW)
    assert not isinstance(raised.value, Changed)
