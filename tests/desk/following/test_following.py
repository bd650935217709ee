"""The learner follows a case: writes, sends it the platform's own way, says what came back, and turns elsewhere."""

import datetime as dt
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from setting import NOON

from recourse.desk import writing
from recourse.desk.models import Case, Deadline, Link, Message
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import assessing, cases, deciding, onward, timeline
from recourse.desk.services.deciding import Deciding
from recourse.desk.services.onward import Handing, Outcome, Said
from recourse.desk.stages import Kind, Stage
from recourse.problems import Problem
from recourse.web import clock

MONDAY = NOON + dt.timedelta(days=3)


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    """The pages think it is the Monday after the request."""
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def listed(case, bought):
    """A request to Udemy, written and not sent: listed(kind=…)."""

    def make(kind=Kind.REFUND, **more):
        made = case(None, kind, sent=False, **more)
        with of(EVERYTHING):
            made.platform = "udemy"
            made.save(update_fields=["platform"])
            assessing.assess_case(case=made, at=NOON)
        return made

    return make


def now(made):
    with of(EVERYTHING):
        return Case.objects.get(pk=made.pk)


def kinds(made):
    with of(EVERYTHING):
        return [one.entry.kind for one in timeline.read(made, inner=True)]


def due(made, name):
    with of(EVERYTHING):
        return Deadline.objects.filter(case=made, name=name, met_at=None, dropped_at=None).values_list("due").first()


def url(made, rest=""):
    return f"/cases/{made.reference}/{rest}"


# -- writing


def test_writing_twice_the_same_is_one_message(client_of, case, school):
    made = case(school())
    client = client_of(made.learner)
    for _ in range(2):
        assert client.post(url(made, "write/"), {"text": "How long will it take?"}).status_code == 302
    with of(EVERYTHING):
        assert Message.objects.filter(case=made).count() == 1
    assert "How long will it take?" in client.get(url(made)).content.decode()


def test_an_empty_message_is_said_and_nothing_is_kept(client_of, case, school):
    made = case(school())
    response = client_of(made.learner).post(url(made, "write/"), {"text": " "})
    assert response.status_code == 422
    assert "There is a problem" in response.content.decode()
    assert "wrote" not in kinds(made)


def test_answering_a_question_lets_the_clocks_run_on(client_of, case, school):
    made = case(school())
    with of(EVERYTHING):
        agent = made.institution.memberships.get(role="agent").person
        deciding.reply(case=made, by=agent, text="Which lesson was it?", at=NOON, asks=True)
    client = client_of(made.learner)
    page = client.get(url(made)).content.decode()
    assert "Answer the question of Nordlicht" in page and "Which lesson was it?" in page
    client.post(url(made, "write/"), {"text": "The third."})
    assert now(made).stage == Stage.IN_REVIEW


# -- the verbs


@pytest.mark.parametrize(
    ("verb", "stage"), [("take-back", Stage.WITHDRAWN), ("close", Stage.CLOSED), ("paid", Stage.SETTLED)]
)
def test_a_verb_asks_first_and_then_does(client_of, case, school, verb, stage):
    made = case(school())
    client = client_of(made.learner)
    assert client.get(url(made, f"do/{verb}/")).status_code == 200
    assert now(made).stage == Stage.RECEIVED
    assert client.post(url(made, f"do/{verb}/"), {"text": ""}).status_code == 302
    assert now(made).stage == stage
    stale = client.post(url(made, f"do/{verb}/"), {"text": "once more"})
    assert stale.status_code == 409
    assert "cannot be done" in stale.content.decode()


def test_a_closed_case_is_opened_again(client_of, case, school):
    made = case(school())
    client = client_of(made.learner)
    client.post(url(made, "do/close/"), {"text": "I had enough."})
    assert "Open the case again" in client.get(url(made)).content.decode()
    client.post(url(made, "do/reopen/"), {"text": ""})
    assert now(made).stage == Stage.IN_REVIEW


def test_an_objection_needs_its_reason(client_of, case, school):
    made = case(school())
    with of(EVERYTHING):
        agent = made.institution.memberships.get(role="agent").person
        deciding.decide(case=made, by=agent, assessment=made.assessments.get(),
                        what=Deciding("whole", 8499), at=NOON)  # fmt: skip
    client = client_of(made.learner)
    assert client.post(url(made, "do/object/"), {"text": ""}).status_code == 422
    assert client.post(url(made, "do/object/"), {"text": "I was promised interest."}).status_code == 302
    assert now(made).stage == Stage.IN_REVIEW
    assert "I was promised interest." in client.get(url(made)).content.decode()


# -- a listed platform


def test_a_listed_platform_shows_its_own_way_and_the_text_in_both_languages(client_of, listed):
    made = listed()
    client = client_of(made.learner)
    assert "How to send it" in client.get(url(made)).content.decode()
    page = client.get(url(made, "send/"), headers={"accept-language": "zh-hans"}).content.decode()
    for words in ("Purchase history", "Request Refund", "84.99", "申请退款", "I ask", "84,99"):
        assert (words in page) == (words != "I ask"), words


def test_sending_sets_the_days(client_of, listed):
    made = listed()
    client = client_of(made.learner)
    tomorrow = client.post(url(made, "send/"), {"on": "2026-11-26", "by": "online"})
    assert tomorrow.status_code == 422
    assert "still to come" in tomorrow.content.decode()
    assert client.post(url(made, "send/"), {"on": "2026-11-21", "by": "online"}).status_code == 302
    found = now(made)
    assert (found.stage, found.facts["request_received_on"]) == (Stage.RECEIVED, "2026-11-21")
    assert due(made, "pay") == (dt.date(2026, 12, 7),)  # fourteen days after it arrived end on a Saturday
    assert due(made, "ask-learner") == (dt.date(2026, 12, 1),)
    page = client.get(url(made)).content.decode()
    assert "Udemy must answer" in page and "They answered me" in page
    client.post(url(made, "send/"), {"on": "2026-11-22", "by": "online"})
    assert kinds(made).count("received") == 1


def test_what_is_written_and_sent_on_one_day_has_its_day_to_pay(client_of, listed, monkeypatch):
    """Nothing new is known then, so the assessment stays the same; the clock begins all the same."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    made = listed()
    client_of(made.learner).post(url(made, "send/"), {"on": "2026-11-20", "by": "online"})
    assert due(made, "pay") == (dt.date(2026, 12, 4),)
    with of(EVERYTHING):
        assert made.assessments.count() == 1


def test_by_post_the_day_of_arrival_stays_open(client_of, listed):
    made = listed()
    with of(EVERYTHING):
        made.facts.pop("request_received_on")
        made.save(update_fields=["facts"])
    client_of(made.learner).post(url(made, "send/"), {"on": "2026-11-21", "by": "post"})
    assert "request_received_on" not in now(made).facts


def sent(client, made):
    assert client.post(url(made, "send/"), {"on": "2026-11-21", "by": "online"}).status_code == 302


def test_a_refusal_leads_onward(client_of, listed):
    made = listed()
    client = client_of(made.learner)
    sent(client, made)
    said = {"what": "refused", "on": "2026-11-22", "text": "Our policy does not allow it."}
    assert client.post(url(made, "answered/"), said).status_code == 302
    found = now(made)
    assert (found.stage, found.facts["seller_refused_on"]) == (Stage.DECIDED, "2026-11-22")
    page = client.get(url(made)).content.decode()
    assert "Refused, or less than is owed" in page and "Our policy does not allow it." in page
    assert due(made, "ask-learner") is None


def test_a_part_needs_its_amount_and_less_than_owed_is_a_refusal_of_the_rest(client_of, listed):
    made = listed()
    client = client_of(made.learner)
    sent(client, made)
    said = {"what": "part", "on": "2026-11-22", "text": ""}
    assert client.post(url(made, "answered/"), said).status_code == 422
    assert client.post(url(made, "answered/"), {**said, "amount": "40,00"}).status_code == 302
    page = client.get(url(made)).content.decode()
    assert "offered EUR 40.00" in page and "EUR 40.00 was offered on" in page
    assert "EUR 44.99 is still owed" in page and "See whom you can turn to" in page
    assert "seller_refused_on" in now(made).facts


@pytest.mark.parametrize("kind", [Kind.REFUND, Kind.WITHDRAWAL])
def test_a_part_that_has_arrived_leaves_the_rest_owed(client_of, listed, kind):
    made = listed(kind)
    client = client_of(made.learner)
    sent(client, made)
    said = {"what": "arrived", "on": "2026-11-22", "text": "", "amount": "80.00"}
    assert client.post(url(made, "answered/"), said).status_code == 302
    assert now(made).stage == (Stage.DECIDED if kind is Kind.REFUND else Stage.RECEIVED)  # it does not end the case
    page = client.get(url(made)).content.decode()
    assert "EUR 4.99 is still owed" in page and "EUR 80.00 arrived on 22 November 2026" in page
    assert "Refused, or less than is owed" in page


def test_a_part_that_is_all_of_it_leaves_nothing_owed(client_of, listed):
    made = listed()
    client = client_of(made.learner)
    sent(client, made)
    client.post(url(made, "answered/"), {"what": "part", "on": "2026-11-22", "text": "", "amount": "84.99"})
    page = client.get(url(made)).content.decode()
    assert "still owed" not in page and "Udemy must pay" in page


def test_a_promise_of_everything_waits_for_the_money(client_of, listed):
    made = listed()
    client = client_of(made.learner)
    sent(client, made)
    client.post(url(made, "answered/"), {"what": "all", "on": "2026-11-22", "text": "Approved."})
    page = client.get(url(made)).content.decode()
    assert "Udemy must pay" in page and "The money has arrived" in page


def test_a_withdrawal_cannot_be_refused(client_of, listed):
    made = listed(Kind.WITHDRAWAL)
    client = client_of(made.learner)
    sent(client, made)
    client.post(url(made, "answered/"), {"what": "refused", "on": "2026-11-22", "text": "No."})
    assert now(made).stage == Stage.RECEIVED
    assert "Refused, or less than is owed" in client.get(url(made)).content.decode()


def test_an_answer_that_is_none_is_a_message(client_of, listed):
    made = listed()
    client = client_of(made.learner)
    sent(client, made)
    assert client.post(url(made, "answered/"), {"what": "other", "on": "2026-11-22", "text": ""}).status_code == 422
    client.post(url(made, "answered/"), {"what": "other", "on": "2026-11-22", "text": "We will look at it."})
    assert now(made).stage == Stage.RECEIVED
    assert "We will look at it." in client.get(url(made)).content.decode()


def test_a_participating_school_has_no_such_pages(client_of, case, school):
    made = case(school())
    client = client_of(made.learner)
    assert [client.get(url(made, page)).status_code for page in ("send/", "answered/")] == [404, 404]


# -- letters


def test_a_letter_is_shown_with_ones_own_words_and_comes_as_pdf(client_of, listed):
    made = listed()
    client = client_of(made.learner)
    said = {"language": "de", "words": "Ich war <b>krank</b>.", "address": "Hauptstr. 1\n10115 Berlin", "do": "show"}
    page = client.post(url(made, "letter/request/"), said).content.decode()
    assert "Bitte um Erstattung" in page and "Hauptstr. 1" in page and "krank" in page
    assert "<b>krank</b>" not in page
    file = client.post(url(made, "letter/request/"), {**said, "do": "pdf"})
    assert (file["Content-Type"], file.content[:5]) == ("application/pdf", b"%PDF-")
    assert b"assessment.json" in file.content


def test_what_no_letter_may_hold_is_said(client_of, listed):
    made = listed()
    said = {"language": "en", "words": "turned \u202e around", "address": "", "do": "pdf"}
    response = client_of(made.learner).post(url(made, "letter/request/"), said)
    assert response.status_code == 409
    assert "U+202E" in response.content.decode()


# -- onward


@pytest.fixture
def refused(client_of, listed):
    made = listed()
    client = client_of(made.learner)
    sent(client, made)
    client.post(url(made, "answered/"), {"what": "refused", "on": "2026-11-22", "text": "No."})
    return made, client


def test_the_bodies_come_in_order_with_what_they_hang_on(refused):
    made, client = refused
    page = client.get(url(made, "onward/")).content.decode()
    order = [
        page.index(f"onward/{name}/") for name in ("de-verbraucherzentrale", "world-card-dispute", "de-amtsgericht")
    ]
    assert order == sorted(order)
    assert url(made, "facts/payment_method/") in page
    assert client.get(url(made, "onward/no-such-body/")).status_code == 404


def test_a_fact_that_came_to_light_is_recorded_and_counts(refused):
    made, client = refused
    assert client.get(url(made, "facts/payment_method/")).status_code == 200
    assert client.post(url(made, "facts/payment_method/"), {"v": "nonsense"}).status_code == 422
    assert client.post(url(made, "facts/payment_method/"), {"v": "credit-card"}).status_code == 302
    assert now(made).facts["payment_method"] == "credit-card"
    page = client.get(url(made, "onward/")).content.decode()
    assert url(made, "facts/payment_method/") not in page
    assert "facts" in kinds(made)


def test_what_the_amount_hangs_on_is_asked_from_the_case_and_leads_back_to_it(client_of, case):
    made = case(
        None, facts={"learner_place": "CN-BJ", "seller_place": "CN", "paid": "599.00 CNY", "price": "599.00 CNY"}
    )
    client = client_of(made.learner)
    asked = re.search(r'href="([^"]+/facts/\w+/\?then=case[^"]*)"', client.get(url(made)).content.decode())
    assert asked
    page = client.get(asked[1]).content.decode()
    assert f'href="{url(made)}"' in page and url(made, "onward/") not in page
    saved = client.post(url(made, "facts/lessons_total/?then=case"), {"v": "12"})
    assert saved.status_code == 302 and saved["Location"] == url(made)


def test_nothing_is_handed_over_without_consent(refused):
    made, client = refused
    said = {"language": "de", "words": "", "address": "", "do": "hand", "link": "on"}
    response = client.post(url(made, "onward/de-verbraucherzentrale/"), said)
    assert response.status_code == 422
    assert "consent" in response.content.decode()
    assert now(made).stage == Stage.DECIDED
    with of(EVERYTHING):
        assert not Link.objects.filter(case=made).exists()


def test_turning_to_a_body_is_recorded_with_the_letter_and_its_address_shown_once(refused):
    made, client = refused
    said = {"language": "de", "words": "", "address": "", "do": "hand", "link": "on", "consent": "on"}
    page = client.post(url(made, "onward/de-verbraucherzentrale/"), said, follow=True).content.decode()
    secret = re.search(r"http://localhost(/s/[\w-]+/)", page)
    assert secret is not None
    assert secret[1] not in client.get(url(made, "onward/de-verbraucherzentrale/turned/")).content.decode()
    assert client.get(secret[1]).status_code == 200
    assert now(made).stage == Stage.ESCALATED
    assert kinds(made)[-4:-1] == ["consented", "escalated", "link-made"]
    with of(EVERYTHING):
        body = next(one.body for one in timeline.read(made, inner=True) if one.entry.kind == "consented")
    assert "84,99" in body["letter"] and body["whole_case"] is True
    page = client.get(url(made)).content.decode()
    assert "Wait for the answer of the body you turned to" in page
    assert url(made, "onward/de-verbraucherzentrale/answer/") in page
    client.post(url(made, "onward/de-verbraucherzentrale/turned/"))
    assert client.get(secret[1]).status_code == 404


@pytest.mark.parametrize(
    ("outcome", "more", "stage", "title"),
    [
        ("paid", {}, Stage.SETTLED, "Nothing more to do"),
        ("agreed", {"pay_by": "2026-12-07"}, Stage.ESCALATED, "Udemy must pay"),
        ("part", {"amount": "10"}, Stage.DECIDED, "No help from the body"),
        ("against", {}, Stage.DECIDED, "No help from the body"),
        ("not-taken", {}, Stage.DECIDED, "No help from the body"),
    ],
)
def test_what_came_of_it(refused, outcome, more, stage, title):
    made, client = refused
    client.post(url(made, "onward/de-verbraucherzentrale/"), {"language": "de", "do": "hand", "consent": "on"})
    said = {"outcome": outcome, "on": "2026-11-23", "text": "As they said.", **more}
    assert client.post(url(made, "onward/de-verbraucherzentrale/answer/"), said).status_code == 302
    assert now(made).stage == stage
    page = client.get(url(made)).content.decode()
    assert title in page and "As they said." in page


@pytest.mark.parametrize("school_s", [False, True])
def test_after_a_body_said_no_the_others_are_next(client_of, listed, case, school, school_s):
    """Nobody waits for a body that has answered; it is not offered again, and stands last with what it said."""
    made = case(school()) if school_s else listed()
    client, (name, other) = client_of(made.learner), ("de-verbraucherzentrale", "world-card-dispute")
    if not school_s:
        sent(client, made)
        client.post(url(made, "answered/"), {"what": "refused", "on": "2026-11-22", "text": "No."})
    client.post(url(made, f"onward/{name}/"), {"language": "de", "do": "hand", "consent": "on"})
    client.post(url(made, f"onward/{other}/"), {"language": "en", "do": "hand", "consent": "on"})
    client.post(url(made, f"onward/{name}/answer/"), {"outcome": "against", "on": "2026-11-23"})
    assert "Wait for the answer of the body" in client.get(url(made)).content.decode()  # of the other
    client.post(url(made, f"onward/{other}/answer/"), {"outcome": "not-taken", "on": "2026-11-23"})
    for page in (client.get(url(made)).content.decode(), client.get("/cases/").content.decode()):
        assert "see what is left" in page and "Wait for the answer" not in page
    page = client.get(url(made)).content.decode()
    assert "See who is left" in page and url(made, "do/close/") in page and f"onward/{name}/" not in page
    assert ("still has to answer you" in page) == school_s
    left = client.get(url(made, "onward/")).content.decode()
    assert left.index("onward/de-amtsgericht/") < left.index("It is not on your side") < left.index(f"onward/{name}/")
    client.post(url(made, f"onward/{name}/"), {"language": "de", "do": "hand", "consent": "on"})  # once more
    assert "Wait for the answer of the body" in client.get(url(made)).content.decode()


@pytest.mark.parametrize("turned", [False, True])
def test_a_seller_who_has_not_paid_in_time_is_marked_whoever_is_turned_to(refused, monkeypatch, turned):
    made, client = refused
    if turned:
        client.post(url(made, "onward/de-verbraucherzentrale/"), {"language": "de", "do": "hand", "consent": "on"})
    for after, late in ((0, False), (1, True)):  # the day itself is in time
        last = dt.datetime.combine(due(made, "pay")[0], dt.time(12), dt.UTC)
        monkeypatch.setattr(clock, "now", lambda at=last + dt.timedelta(days=after): at)
        for page in (client.get(url(made)).content.decode(), client.get("/cases/").content.decode()):
            assert ("Udemy had to pay by 7 December 2026: 1 day ago" in page) == late
        assert (url(made, "letter/reminder/") in client.get(url(made)).content.decode()) == late


def test_a_letter_names_the_days_that_its_writer_lives_by(case, school):
    """One in the night by the server's clock is still the evening before in California."""
    made, night = case(school(), facts={"learner_place": "US-CA"}), dt.datetime(2026, 11, 24, 1, tzinfo=dt.UTC)
    with of(EVERYTHING), transaction.atomic():
        agent = made.institution.memberships.get(role="agent").person
        what = deciding.Deciding("refused", reason="No.")
        deciding.decide(case=made, by=agent, assessment=made.assessments.get(), what=what, at=night)
        made.decisions.update(state="final", decided_at=night)
        paid = {"payout": "1", "state": "succeeded", "amount": "10.00 EUR"}
        timeline.record(case=made, by=timeline.SYSTEM, kind="payout", at=night, body=paid)
        timeline.record(case=made, by=timeline.SYSTEM, kind="payout", at=night,
                        body={**paid, "payout": "2", "on": "2026-11-20"})  # fmt: skip
        assert writing.answered(made).on == dt.date(2026, 11, 23)
        days = [dt.date.fromordinal(one.day) for one in writing.paid_back(made)]
    assert days == [dt.date(2026, 11, 23), dt.date(2026, 11, 20)]


def test_a_body_decides_nothing_for_a_school_that_has_not_answered(case, school):
    made = case(school())
    with of(EVERYTHING):
        said = {"case": made, "by": made.learner, "said": Said(Outcome.NOT_TAKEN, NOON.date()), "at": NOON}
        with pytest.raises(Problem, match="not taken to that body"):
            onward.came_of_it(body="de-verbraucherzentrale", **said)
        what = Handing(letter="…", language="de", link=False)
        onward.hand_over(case=made, by=made.learner, body="de-verbraucherzentrale", what=what, at=NOON)
        onward.came_of_it(body="de-verbraucherzentrale", **said)
    assert now(made).stage == Stage.ESCALATED


def test_money_to_come_needs_its_day(refused):
    made, client = refused
    client.post(url(made, "onward/de-verbraucherzentrale/"), {"language": "de", "do": "hand", "consent": "on"})
    said = {"outcome": "agreed", "on": "2026-11-23", "text": ""}
    assert client.post(url(made, "onward/de-verbraucherzentrale/answer/"), said).status_code == 422


# -- the card issuer, the calendar, strangers


def test_all_27_fields_of_a_dispute_are_answered(client_of, case, school):
    made = case(school())
    client = client_of(made.learner)
    page = client.get(url(made, "card/")).content.decode()
    assert page.count('<span class="mono soft">') == 27
    evidence = client.get(url(made, "card/?as=json")).json()["evidence"]
    assert len(evidence) == 27
    assert evidence["customer_name"] == "Mei" and "84.99" in evidence["refund_policy"]
    assert evidence["shipping_carrier"] is None
    assert "20 November 2026" in evidence["cancellation_rebuttal"]


def test_the_dates_come_as_a_calendar_file(client_of, case, school):
    made = case(school("Nordlicht, Schule; für alle Sprachen des Nordens und noch viel, viel mehr"))
    file = client_of(made.learner).get(url(made, "dates.ics"))
    lines = file.content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    text = file.content.replace(b"\r\n ", b"").decode()
    assert "DTSTART;VALUE=DATE:20261204" in text and "Nordlicht\\, Schule\\; für" in text
    assert text.count("BEGIN:VEVENT") == text.count("END:VEVENT") == 3


PAGES = ("", "do/close/", "letter/request/", "facts/paid/", "card/", "dates.ics", "onward/",
         "onward/de-verbraucherzentrale/", "onward/de-verbraucherzentrale/turned/",
         "onward/de-verbraucherzentrale/answer/")  # fmt: skip


def test_nobody_else_reaches_any_of_it(client_of, case, school, person):
    made = case(school())
    eve, nobody = client_of(person("Eve")), client_of()
    for page in PAGES:
        assert eve.get(url(made, page)).status_code == 404, page
        assert nobody.get(url(made, page)).status_code == 302, page
    for page in ("write/", "do/close/", "files/"):
        assert eve.post(url(made, page), {"text": "mine now"}).status_code == 404, page
    assert now(made).stage == Stage.RECEIVED


def test_the_page_of_a_case_takes_as_many_queries_whatever_is_in_it(
    client_of, case, school, django_assert_max_num_queries
):
    made = case(school())
    client = client_of(made.learner)
    with of(EVERYTHING):
        for number in range(5):
            cases.answer(case=made, by=made.learner, text=f"Message {number}", at=MONDAY)
    with django_assert_max_num_queries(20):
        assert client.get(url(made)).status_code == 200


def test_a_file_is_added_once(client_of, case, school, settings, tmp_path):
    settings.FILES = tmp_path
    made = case(school())
    client = client_of(made.learner)
    for _ in range(2):
        file = SimpleUploadedFile("mail.txt", b"They wrote: no.", "text/plain")
        assert client.post(url(made, "files/"), {"file": file}).status_code == 302
    with of(EVERYTHING):
        assert made.exhibits.count() == 1
    bad = client.post(url(made, "files/"), {"file": SimpleUploadedFile("x.exe", b"MZ\x90\x00" + b"\0" * 200)})
    assert bad.status_code == 422
    assert "There is a problem" in bad.content.decode()
