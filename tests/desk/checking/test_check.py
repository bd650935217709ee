"""Before you buy: what is given is read, set beside the law of the place, and not kept."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from recourse.desk import scope
from recourse.desk.models import Exhibit, Purchase
from recourse.web import comparing
from recourse.web.desk import checking, given

PAGE = """<!doctype html><html><head><title>N</title><script type="application/ld+json">
{"@context":"https://schema.org","@type":"Course","name":"Norwegian","offers":{"@type":"Offer","price":"480.00",
"priceCurrency":"EUR"},"provider":{"@type":"Organization","name":"Nordlicht GmbH"}}</script></head>
<body><h1>Norwegian</h1></body></html>"""
TERMS = """1. The tuition is 480 EUR, payable in advance.
3. Fees are non-refundable once the course has started.
4. The contract renews automatically unless cancelled.
"""


def browser() -> Client:
    return Client(SERVER_NAME="localhost")


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def post(**more):
    return browser().post("/check/", {"place": "DE", "platform": "", "text": "", **more})


def file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


@pytest.fixture(autouse=True)
def database(db: None) -> None:
    """Pages look whether somebody is signed in."""


def test_the_page_is_a_form_at_first():
    response = browser().get("/check/")
    assert response.status_code == 200 and 'name="place"' in response.content.decode()


def test_a_platform_alone_has_an_address_to_come_back_to():
    response = post(platform="udemy")
    assert (response.status_code, response["Location"]) == (302, "/check/?place=DE&platform=udemy")


def test_a_platform_stands_beside_the_law_of_the_place():
    text = text_of(browser().get("/check/?place=DE&platform=udemy"))
    for words in ("If you leave, this policy pays up to", "100%", "Law by law", "pays less", "Ask the seller"):
        assert words in text, words


def test_where_the_law_gives_nothing_no_shortfall_is_claimed():
    text = text_of(browser().get("/check/?place=US-TX&platform=coursera"))
    assert "of the price less than the law" not in text and "No law that we have read owes money" in text


def test_a_course_page_and_a_contract_are_read_together():
    response = post(course_page=file("page.html", PAGE.encode()), text=TERMS)
    text = text_of(response)
    assert response.status_code == 200
    for words in (
        "Before you buy: Norwegian", "EUR 480.00", "Nordlicht GmbH", "Nothing paid back", "non-refundable",
        "Read this passage", "What the law gives where you live", "What the seller must do, beside this text",
        "Your terms say that nothing is paid back", "Who answers complaints",
    ):  # fmt: skip
        assert words in text, words


def test_what_the_page_says_is_not_asked_again():
    found = checking.check(checking.Subject("DE", 739_950), given.read(PAGE.encode(), b"", TERMS))
    assert "price" not in found.open.missing and "duration" in found.open.missing
    assert "refund" not in found.open.missing  # the text speaks of it
    assert {"no_refund", "renewal"} <= set(found.open.found)


def test_nothing_is_kept():
    post(course_page=file("page.html", PAGE.encode()), text=TERMS)
    with scope.of(scope.EVERYTHING):
        assert not Exhibit.objects.exists() and not Purchase.objects.exists()


def test_a_pasted_policy_is_compared_and_not_remembered():
    before = checking._remembered.cache_info().currsize
    text = text_of(post(text=comparing.shipped("udemy")))
    assert "of the price less than the law" in text
    assert checking._remembered.cache_info().currsize == before


def test_a_policy_with_a_mistake_says_the_line():
    text = text_of(post(text=comparing.shipped("udemy").replace("nothing:", "nothin:", 1)))
    assert "in the policy cannot be read" in text and "The policy cannot be read yet" in text


@pytest.mark.parametrize(
    ("given_", "says"),
    [
        ({}, "Choose a platform, or give a page, a file or a text"),
        ({"place": "", "platform": "udemy"}, "Choose where you live"),
        ({"place": "ZZ", "platform": "udemy"}, "Select a valid choice"),
        ({"contract": file("x.zip", b"PK\x03\x04" + b"0" * 40)}, "archive"),
        ({"contract": file("x.pdf", b"%PDF-1.4\nbroken")}, "There is a problem"),
        ({"contract": file("x.txt", b"")}, "The file is empty"),
        ({"text": "x" * 200_001}, "200000"),
    ],
)
def test_what_cannot_be_read_says_so_and_what_was_typed_stays(given_, says):
    response = post(**{"text": "", **given_})
    text = response.content.decode()
    assert response.status_code == 422, text_of(response)[:400]
    assert says in text_of(response) and "<title>Error:" in text
    if given_.get("platform") == "udemy":
        assert '<option value="udemy" selected>' in text


def test_a_stranger_cannot_write_markup_into_the_page():
    evil = '<script>alert(1)</script> The price: "<img src=x onerror=1>" no refunds </q>'
    text = post(text=f"Price list\n{evil}\n").content.decode()
    assert "<script>alert" not in text and "<img src=x" not in text


def test_the_message_is_there_in_both_languages():
    text = post(text=TERMS).content.decode()
    assert "Good day," in text and "您好：" in text and 'lang="zh-Hans"' in text


def test_the_words_around_the_page_follow_its_language():
    text = text_of(browser().get("/check/?place=DE&platform=udemy&lang=zh"))
    assert "如果退出" in text and "If you leave" not in text


def test_a_course_of_a_school_is_checked_by_its_address(published):
    text = text_of(browser().get(f"/check/?place=DE&course={published.slug}/norwegian"))
    for words in ("Norwegian", "EUR 480.00", "What the contract says", "Beside each other"):
        assert words in text, words


def test_a_course_that_nobody_knows_is_no_answer(published):
    response = browser().get(f"/check/?place=DE&course={published.slug}/nothing")
    assert response.status_code == 200 and "Norwegian" not in response.content.decode()
