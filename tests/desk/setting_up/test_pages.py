"""The pages on which an institution is set up, as its people use them."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from setting import NOON

from recourse.desk.models import (
    Course,
    Institution,
    Invitation,
    Membership,
    Offer,
    Payment,
    Policy,
    Purchase,
    Role,
    Source,
)
from recourse.desk.scope import EVERYTHING, of

ORDERS = """order_number,email,course,bought_on,paid,currency
A-1,mei@example.org,Norwegian,2026-11-10,84.99,EUR
A-2,li@example.org,Norwegian,10/11/2026,84.99,EUR
A-3,no address,Norwegian,2026-11-10,84.99,EUR
A-1,mei@example.org,Norwegian,2026-11-10,84.99,EUR
"""
COURSE = {
    "title": "Norwegian", "kind": "live-course", "objectives": "Speak", "contents": "Words", "arrangement": "Mondays",
    "methods": "Talking, with Ola", "lessons": "10", "starts_on": "2026-12-01", "language": "en", "published": "on",
}  # fmt: skip
POLICY = {
    "since": "2026-01-01", "window_days": "14", "window_use": "", "meter": "held", "until_0": "25", "back_0": "75",
    "fee": "", "currency": "EUR", "pay_days": "14", "places": "Germany", "reason": "",
}  # fmt: skip
GET_PAGES = ("set-up/", "set-up/details/", "people/", "courses/", "courses/new/", "contract/", "policy/", "policy/write/",
             "process/", "limits/", "purchases/", "purchases/file/", "purchases/progress/")  # fmt: skip


@pytest.fixture
def desk(school, client_of):
    """A school, its address, and a browser of its administrator."""
    made = school()
    return made, f"/desk/{made.slug}", client_of(made.staff[Role.ADMINISTRATOR], second=True)


def test_from_nothing_to_an_institution(client_of, person):
    mei = person()
    client = client_of(mei, second=True)
    page = client.get("/institutions/new/").content.decode()
    token = re.search(r'name="token" value="([0-9a-f-]+)"', page)[1]
    data = {"name": "Ålesund språkskole", "kind": "seller", "place": "NO", "contact": "hei@example.org", "language": "en",
            "website": "", "token": token}  # fmt: skip
    for _ in range(2):  # a form that is sent twice
        response = client.post("/institutions/new/", data)
        assert response.status_code == 302
    with of(EVERYTHING):
        made = Institution.objects.get(name="Ålesund språkskole")
        assert made.approval_currency == "NOK" and str(made.pk) == token
        assert made.memberships.get().role == Role.ADMINISTRATOR
    setup = client.get(response["Location"]).content.decode()
    assert "Still to do" in setup and "Ålesund" in setup
    assert "Where you work" in client.get("/institutions/").content.decode()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("path", GET_PAGES)
def test_each_page_answers_in_both_languages(desk, path, lang):
    _, at, client = desk
    response = client.get(f"{at}/{path}?lang={lang}")
    assert response.status_code == 200, path


def test_colleagues_read_and_strangers_find_nothing(desk, client_of, person, school):
    made, at, _ = desk
    agent = client_of(made.staff[Role.AGENT], second=True)
    assert agent.get(f"{at}/people/").status_code == 200
    assert agent.post(f"{at}/people/", {"email": "x@example.org", "role": "agent"}).status_code == 403
    assert agent.get(f"{at}/policy/write/").status_code == 403
    elsewhere = client_of(school("Other").staff[Role.ADMINISTRATOR], second=True)
    assert {elsewhere.get(f"{at}/{path}").status_code for path in GET_PAGES} == {404}


def test_somebody_is_invited_and_a_role_ends(desk, mailoutbox):
    made, at, client = desk
    response = client.post(f"{at}/people/", {"email": "Ola@example.org", "role": "agent"}, follow=True)
    text = response.content.decode()
    secret = re.search(r"/invited/([\w-]+)/", text)[1]
    assert secret in mailoutbox[0].body and mailoutbox[0].to == ["ola@example.org"]
    assert secret not in client.get(f"{at}/people/").content.decode()  # shown only once
    with of(EVERYTHING):
        invitation = Invitation.objects.get(institution=made)
        agent = Membership.objects.get(institution=made, role=Role.AGENT)
        chief = Membership.objects.get(institution=made, role=Role.ADMINISTRATOR)
    client.post(f"{at}/people/invited/{invitation.pk}/")
    client.post(f"{at}/people/{agent.pk}/end/")
    refused = client.post(f"{at}/people/{chief.pk}/end/")
    assert refused.status_code == 422 and "last administrator" in refused.content.decode()
    with of(EVERYTHING):
        assert not Invitation.objects.filter(institution=made).exists()
        assert Membership.objects.get(pk=agent.pk).ended_at is not None


def test_a_course_gets_a_price_and_a_history(desk):
    made, at, client = desk
    assert client.post(f"{at}/courses/new/", {**COURSE, "methods": ""}).status_code == 422
    assert client.post(f"{at}/courses/new/", COURSE).status_code == 302
    price = {"price": "200", "currency": "EUR", "fees": "Registration: 20.00", "condition": ""}
    assert client.post(f"{at}/courses/norwegian/", {**price, "fees": "Registration 20"}).status_code == 422
    for figure in ("200", "200", "180.50"):
        assert client.post(f"{at}/courses/norwegian/", {**price, "price": figure}).status_code == 302
    with of(EVERYTHING):
        course = Course.objects.get(institution=made)
        assert course.facts["lessons_total"] == "10" and course.facts["starts_on"] == "2026-12-01"
        old, new = Offer.objects.filter(course=course).order_by("begins_at")
    assert (old.price_minor, new.price_minor, old.ends_at, new.ends_at) == (20000, 18050, new.begins_at, None)
    text = client.get(f"{at}/courses/norwegian/").content.decode()
    assert "EUR 180.50" in text and "Registration EUR 20.00" in text


def test_terms_are_kept_in_versions(desk):
    made, at, client = desk
    for text in ("One.\nTwo.", "One.\r\nTwo.", "One.\nThree."):
        assert client.post(f"{at}/contract/", {"text": text, "language": "en"}).status_code == 302
    with of(EVERYTHING):
        assert [one.number for one in made.contracts.order_by("number")] == [1, 2]
    text = client.get(f"{at}/contract/2/").content.decode()
    assert "<del>Two.</del>" in text and "<ins>Three.</ins>" in text


def test_a_policy_that_gives_less_than_the_law_needs_a_reason(desk):
    made, at, client = desk
    shown = client.post(f"{at}/policy/write/", {**POLICY, "window_days": "0", "do": "show"}).content.decode()
    assert "This gives less than the law" in shown and "<svg" in shown
    refused = client.post(f"{at}/policy/write/", {**POLICY, "window_days": "0", "do": "publish"})
    assert refused.status_code == 422
    assert 'value="75"' in refused.content.decode()  # what was typed stays
    with of(EVERYTHING):
        assert not Policy.objects.filter(institution=made).exists()
    told = {**POLICY, "window_days": "0", "reason": "Seats are few.", "do": "publish"}
    assert client.post(f"{at}/policy/write/", told).status_code == 302
    with of(EVERYTHING):
        policy = Policy.objects.get(institution=made)
    assert policy.shortfalls and policy.reason == "Seats are few."
    page = client.get(f"{at}/policy/").content.decode()
    assert "Seats are few." in page and "Less than the law" in page
    assert client.get(f"{at}/policy/1/").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"places": "Germania"}, "no place"),
        ({"until_0": "abc"}, "percentage"),
        ({"until_1": "10", "back_1": "50"}, "after the one before"),
        ({"meter": "days", "window_use": "20"}, "by what the use is counted"),
        ({"pay_days": "0"}, "1"),
        ({"fee": "3.999"}, "decimals"),
    ],
)
def test_a_wrong_policy_says_what_is_wrong(desk, wrong, says):
    _, at, client = desk
    response = client.post(f"{at}/policy/write/", {**POLICY, **wrong, "do": "publish"})
    assert response.status_code == 422 and says in response.content.decode()


def test_orders_are_looked_at_and_then_taken_once(desk):
    made, at, client = desk
    looked = client.post(f"{at}/purchases/file/", {"text": ORDERS})
    text = looked.content.decode()
    assert "10/11/2026" in text and "read one way only" in text and "no e-mail address" in text and "line 2" in text
    with of(EVERYTHING):
        assert not Purchase.objects.filter(institution=made).exists()
    for _ in range(2):
        client.post(f"{at}/purchases/file/", {"text": ORDERS, "do": "take"})
    with of(EVERYTHING):
        row = Purchase.objects.get(institution=made)
        assert (row.order_number, row.paid_minor, row.source) == ("A-1", 8499, Source.FILE)
        assert Payment.objects.get(purchase=row).minor == 8499
    assert "A-1" in client.get(f"{at}/purchases/?q=mei@example.org").content.decode()


def test_the_list_of_purchases_takes_six_queries_for_one_and_for_many(desk):
    _, at, client = desk
    for count in (1, 60):
        lines = "".join(f"B-{count}-{n},mei@example.org,Norwegian,2026-11-10,84.99,EUR\n" for n in range(count))
        client.post(f"{at}/purchases/file/", {"text": ORDERS.partition("\n")[0] + "\n" + lines, "do": "take"})
        client.get(f"{at}/purchases/")
        with CaptureQueriesContext(connection) as made:
            client.get(f"{at}/purchases/")
        asked = [one["sql"] for one in made.captured_queries if "set_config" not in one["sql"]]
        assert len(asked) == 6, asked  # session, person, memberships, institution, purchases, declared


def test_progress_comes_from_a_file_and_from_statements(desk):
    made, at, client = desk
    client.post(f"{at}/purchases/file/", {"text": ORDERS, "do": "take"})
    lines = "order_number,at,lessons_taken\nA-1,2026-11-12,3\nA-9,2026-11-12,3\n"
    assert "no such purchase" in client.post(f"{at}/purchases/progress/", {"text": lines}).content.decode()
    client.post(f"{at}/purchases/progress/", {"text": lines, "do": "take"})
    statement = """[{"actor": {"mbox": "mailto:mei@example.org"}, "verb": {"id": "http://adlnet.gov/expapi/verbs/progressed"},
      "object": {"definition": {"name": {"en": "Norwegian"}}}, "timestamp": "2026-11-13T10:00:00Z",
      "result": {"extensions": {"https://w3id.org/xapi/cmi5/result/extensions/progress": 30}}}]"""
    for _ in range(2):
        client.post(f"{at}/purchases/progress/", {"text": statement, "do": "take"})
    with of(EVERYTHING):
        from recourse.desk.services import progress  # noqa: PLC0415

        row = Purchase.objects.get(institution=made)
        assert row.progress.count() == 2
        assert progress.as_of(row, NOON) == {"lessons_taken": "3", "supply_begun": "true", "share_completed": "30%"}


def test_what_a_learner_declared_is_matched(desk, case, person):
    made, at, client = desk
    mei = person()
    sent = case(made, learner=mei)
    with of(EVERYTHING):
        row = sent.purchase
        Purchase.objects.filter(pk=row.pk).update(source=Source.DECLARED)
    lines = f"order_number,email,bought_on,paid,currency\nX-1,{mei.email},2026-11-10,84.99,EUR\n"
    client.post(f"{at}/purchases/file/", {"text": lines, "do": "take"})
    page = f"{at}/purchases/{row.pk}/match/"
    assert "X-1" in client.get(page).content.decode()
    assert client.post(page).status_code == 422
    with of(EVERYTHING):
        record = Purchase.objects.get(order_number="X-1")
    assert client.post(page, {"record": str(record.pk)}).status_code == 302
    with of(EVERYTHING):
        row.refresh_from_db()
        assert row.matched_id == record.pk
        assert sent.entries.order_by("-seq").first().kind == "purchase-matched"
    assert client.get(page).status_code == 404


def test_the_process_is_published_and_limits_are_set(desk):
    made, at, client = desk
    steps = {}
    for number in range(6):
        steps |= {
            f"s{number}-name": "",
            f"s{number}-actor": "institution",
            f"s{number}-days": "",
            f"s{number}-silence": "",
        }
    assert client.post(f"{at}/process/", steps).status_code == 422
    steps |= {"s0-name": "We confirm", "s0-days": "1"}
    for _ in range(2):
        assert client.post(f"{at}/process/", steps).status_code == 302
    limits = {"answer_days": "3", "decide_days": "8", "approval": "500", "approval_currency": "EUR"}
    assert client.post(f"{at}/limits/", {**limits, "decide_days": "2"}).status_code == 422
    assert client.post(f"{at}/limits/", limits).status_code == 302
    with of(EVERYTHING):
        made.refresh_from_db()
        assert made.processes.count() == 1 and made.processes.get().steps[0]["name"] == {"en": "We confirm"}
        assert (made.answer_days, made.decide_days, made.approval_minor) == (3, 8, 50000)


def test_a_course_that_is_sent_twice_is_one_course(desk):
    made, at, client = desk
    answers = [client.post(f"{at}/courses/new/", COURSE)["Location"] for _ in range(2)]
    assert answers[0] == answers[1]
    for other in ({"starts_on": "2027-01-04"}, {"kind": "recorded-course"}):  # the same title, another course
        assert client.post(f"{at}/courses/new/", {**COURSE, **other})["Location"] not in answers
    with of(EVERYTHING):
        assert Course.objects.filter(institution=made).count() == 3


def test_a_kept_text_that_is_sent_or_removed_twice(desk):
    made, at, client = desk
    sent = {"name": "Hello", "language": "en", "text": "Dear {learner}"}
    assert [client.post(f"{at}/texts/", sent).status_code for _ in range(2)] == [302, 302]
    other = client.post(f"{at}/texts/", {**sent, "text": "Hi {learner}"})
    assert other.status_code == 422 and "Hi {learner}" in other.content.decode()
    with of(EVERYTHING):
        kept = made.texts.get()
    assert [client.post(f"{at}/texts/{kept.pk}/", {"remove": "1"}).status_code for _ in range(2)] == [302, 302]
    late = client.post(f"{at}/texts/{kept.pk}/", {**sent, "text": "kept words"})
    page = late.content.decode()
    assert late.status_code == 422 and "removed in the meantime" in page and "kept words" in page
    assert f'action="{at}/texts/"' in page  # sent from there it is a new text
