"""A case at the institution: what stands there, asking, deciding, the second person; stale and doubled forms."""

import datetime as dt
import re

import pytest
from setting import NOON

from recourse.desk.models import Case, Decision, DecisionState, Membership, Message, Purchase
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import cases, deciding, texts
from recourse.desk.services.deciding import Deciding
from recourse.desk.stages import Kind, Stage

MONDAY = NOON + dt.timedelta(days=3)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr("recourse.web.clock.now", lambda: MONDAY)


@pytest.fixture
def pages(school, client_of, case):
    """The pages of one case: pages(kind).get("agent", "decide/")."""

    class Pages:
        def __init__(self, kind=Kind.REFUND, **more):
            self.school = school()
            self.made = case(self.school, kind, **more)
            self.browsers = {}

        def browser(self, role):
            if role not in self.browsers:
                self.browsers[role] = client_of(self.school.staff[role], second=True)
            return self.browsers[role]

        def address(self, part=""):
            return f"/desk/{self.school.slug}/cases/{self.made.reference}/{part}"

        def get(self, role="agent", part=""):
            return self.browser(role).get(self.address(part))

        def post(self, role, part, **data):
            return self.browser(role).post(self.address(part), data)

        def seen(self, role="agent", part="decide/"):
            found = re.search(r'name="(?:seen|decision)" value="([^"]+)"', self.get(role, part).content.decode())
            return found[1] if found else ""

        def stage(self):
            with of(EVERYTHING):
                return Case.objects.get(pk=self.made.pk).stage

    return Pages


def test_the_page_says_what_is_owed_why_and_what_can_be_done(pages):
    found = pages()
    text = found.get().content.decode()
    for words in ("84.99", "Fri 4 Dec 2026", "I have no time for it.", "Entry 2, sealed", "Ask the learner", "Decide",
                  "Begin to look at it", "N-"):  # fmt: skip
        assert words in text, words
    assert "Close</a>" not in text  # nothing was answered yet


@pytest.mark.parametrize("role", ["finance", "auditor"])
def test_who_only_reads_finds_no_verbs(pages, role):
    found = pages()
    text = found.get(role).content.decode()
    assert "84.99" in text and "Ask the learner" not in text
    for part in ("decide/", "second/", "give/", "close/"):
        assert found.get(role, part).status_code == 403, part
    assert found.post(role, "messages/", as_="reply", text="x").status_code == 403
    assert found.post(role, "review/").status_code == 403
    assert found.get(role, "messages/").status_code == 200


def test_another_schools_case_a_draft_and_a_missing_one_answer_alike(pages, case, school):
    found = pages()
    with of(EVERYTHING):
        draft = case(found.school, sent=False)
    other = case(school("Elsewhere"))
    browser = found.browser("agent")
    answers = []
    for reference in (draft.reference, other.reference, "RC-0000-0000"):
        response = browser.get(f"/desk/{found.school.slug}/cases/{reference}/")
        answers.append((response.status_code, response.content.replace(reference.encode(), b"")))
    assert answers[0][0] == 404 and answers.count(answers[0]) == 3


def test_a_case_page_takes_as_many_queries_with_one_entry_as_with_many(pages, asks):
    found = pages()
    found.get()
    for _ in range(2):
        # session, person, memberships, institution; case, decisions, assessment, deadlines; messages counted;
        # timeline, files, people, files listed
        with asks(13):
            assert found.get().status_code == 200
        with of(EVERYTHING):
            for n in range(5):
                deciding.reply(case=found.made, by=found.school.staff["agent"], text=f"{n}", at=MONDAY)


def test_the_whole_is_decided_once_however_often_it_is_sent(pages):
    found = pages()
    sent = {"kind": "whole", "letter": "It is on its way.", "reason": "", "seen": found.seen()}
    for _ in range(2):
        response = found.post("agent", "decide/", **sent)
        assert (response.status_code, response["Location"]) == (302, found.address("?done=1"))
    with of(EVERYTHING):
        decision = Decision.objects.get()
        assert (decision.minor, decision.state, decision.assessment) == (8499, "final", found.made.assessments.get())
        assert [m.text for m in Message.objects.all()] == ["It is on its way."]
    assert found.stage() == Stage.DECIDED
    assert "It is decided." in found.get("agent", "decide/").content.decode()


def test_a_part_waits_for_a_second_person_who_agrees(pages):
    found = pages()
    sent = {"kind": "part", "amount": "40,00", "reason": "Half was used.", "letter": "", "seen": found.seen()}
    assert found.post("agent", "decide/", **sent).status_code == 302
    assert found.post("agent", "decide/", **sent).status_code == 302
    with of(EVERYTHING):
        proposal = Decision.objects.get()
        assert (proposal.minor, proposal.state) == (4000, "proposed")
    assert found.stage() == Stage.RECEIVED
    assert "waits for the second person" in found.get().content.decode()
    text = found.get("approver", "second/").content.decode()
    for words in ("40.00", "44.99", "Half was used.", "Agree"):
        assert words in text, words
    assert found.get("agent", "second/").status_code == 403
    for _ in range(2):
        answer = found.post("approver", "second/", decision=proposal.pk, agree="1")
        assert (answer.status_code, answer["Location"]) == (302, found.address("?done=1"))
    assert found.stage() == Stage.DECIDED
    assert "second person Nordlicht-approver" in found.get().content.decode()


def test_the_second_person_says_why_not(pages):
    found = pages()
    found.post("agent", "decide/", kind="refused", reason="No.", seen=found.seen())
    seen = found.seen("approver", "second/")
    silent = found.post("approver", "second/", decision=seen, disagree="1", why=" ")
    assert silent.status_code == 422 and "Say why" in silent.content.decode()
    assert found.post("approver", "second/", decision=seen, disagree="1", why="The law owes it.").status_code == 302
    with of(EVERYTHING):
        assert Decision.objects.get().state == DecisionState.REJECTED
    assert found.stage() == Stage.RECEIVED
    late = found.post("administrator", "second/", decision=seen, agree="1")
    assert late.status_code == 422 and "no longer open" in late.content.decode()


def test_nobody_is_offered_their_own_proposal(pages):
    found = pages()
    found.post("approver", "decide/", kind="refused", reason="No.", seen=found.seen("approver"))
    with of(EVERYTHING):
        proposal = Decision.objects.get()
    assert "Nobody agrees to their own proposal" in found.get("approver", "second/").content.decode()
    answer = found.post("approver", "second/", decision=proposal.pk, agree="1")
    assert answer.status_code == 422 and "own proposal" in answer.content.decode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose what you decide"),
        ({"kind": "part", "amount": "1.2.3", "reason": "kept words"}, "Enter an amount in figures"),
        ({"kind": "part", "amount": "", "reason": "kept words"}, "Enter an amount in figures"),
        ({"kind": "part", "amount": "4.001", "reason": "kept words"}, "decimals"),
        ({"kind": "part", "amount": "90", "reason": "kept words"}, "more than was paid"),
        ({"kind": "part", "amount": "0", "reason": "kept words"}, "more than nothing"),
        ({"kind": "refused", "reason": " ", "letter": "kept words"}, "needs a reason"),
        ({"kind": "answered", "reason": "kept words"}, "Choose what you decide|Select a valid choice"),
    ],
)
def test_a_mistake_is_named_and_what_was_typed_stays(pages, sent, said):
    found = pages()
    response = found.post("agent", "decide/", seen=found.seen(), **sent)
    text = response.content.decode()
    assert response.status_code == 422 and re.search(said, text), text
    assert "<title>Error:" in text and ("kept words" in text or not sent)
    with of(EVERYTHING):
        assert not Decision.objects.exists()


def test_a_form_on_old_figures_says_so_and_keeps_what_was_typed(pages):
    found = pages()
    sent = {"kind": "whole", "letter": "kept words", "seen": found.seen()}
    with of(EVERYTHING):
        cases.answer(case=found.made, by=found.made.learner, text="It was more.", at=MONDAY,
                     facts={"paid": "90.00 EUR", "price": "90.00 EUR"})  # fmt: skip
    response = found.post("agent", "decide/", **sent)
    text = response.content.decode()
    assert response.status_code == 422 and "worked out anew" in text and "kept words" in text and "90.00" in text
    with of(EVERYTHING):
        assert not Decision.objects.exists()
        last = found.made.assessments.order_by("-number").first()
    assert str(last.pk) in text  # the next attempt is on what is now shown


def test_a_withdrawal_is_paid_not_decided(pages):
    found = pages(Kind.WITHDRAWAL)
    text = found.get().content.decode()
    assert "effective when it is received" in text and "/decide/" not in text
    assert "effective when it is received" in found.get("agent", "decide/").content.decode()
    assert found.post("agent", "decide/", kind="refused", reason="No.").status_code == 422
    assert found.stage() == Stage.RECEIVED


def test_the_person_complained_about_is_told_and_cannot_decide(pages):
    found = pages(Kind.COMPLAINT)
    with of(EVERYTHING):
        Case.objects.filter(pk=found.made.pk).update(about_person=found.school.staff["agent"])
    assert "The complaint is about you" in found.get().content.decode()
    response = found.post("agent", "decide/", kind="whole")
    assert response.status_code == 422 and "complained about" in response.content.decode()
    assert found.post("agent", "review/").status_code == 302
    with of(EVERYTHING):
        assert Case.objects.get(pk=found.made.pk).assigned_to is None


def test_a_complaint_without_money_is_answered(pages):
    found = pages(Kind.COMPLAINT)
    with of(EVERYTHING):
        Case.objects.filter(pk=found.made.pk).update(asked_minor=None)
    assert "Answer the complaint" in found.get("agent", "decide/").content.decode()
    assert found.post("agent", "decide/", kind="answered", letter="We are sorry.").status_code == 302
    with of(EVERYTHING):
        assert Decision.objects.get().kind == "answered"
    assert found.stage() == Stage.DECIDED


def test_a_question_stops_the_clocks_and_is_sent_once(pages):
    found = pages()
    answers = [found.post("agent", "messages/", as_="ask", text="Which lesson?").status_code for _ in range(2)]
    assert answers == [302, 422]
    with of(EVERYTHING):
        assert [m.text for m in Message.objects.all()] == ["Which lesson?"]
    assert found.stage() == Stage.WAITING
    text = found.get("agent", "messages/?as=ask").content.decode()
    assert "A question to the learner" not in text  # one is open


def test_a_reply_a_note_and_an_empty_one(pages):
    found = pages()
    for _ in range(2):
        found.post("agent", "messages/", as_="reply", text="We are looking at it.")
        found.post("agent", "messages/", as_="note", text="Difficult.")
    empty = found.post("agent", "messages/", as_="reply", text=" ")
    assert empty.status_code == 422 and "Write what you want to say" in empty.content.decode()
    with of(EVERYTHING):
        assert sorted((m.text, m.inner) for m in Message.objects.all()) == [
            ("Difficult.", True), ("Difficult.", True), ("We are looking at it.", False),
            ("We are looking at it.", False)]  # fmt: skip
    assert "not seen by the learner" in found.get("agent", "messages/").content.decode()


def test_the_same_words_at_once_are_one_message(pages, monkeypatch):
    found = pages()
    monkeypatch.setattr("recourse.web.clock.now", lambda: dt.datetime.now(dt.UTC))
    for _ in range(2):
        assert found.post("agent", "messages/", as_="reply", text="We are looking at it.").status_code == 302
    with of(EVERYTHING):
        assert Message.objects.count() == 1


def test_a_missing_fact_is_put_into_the_question(pages):
    found = pages(sent=False)
    with of(EVERYTHING):
        facts = {name: text for name, text in found.made.facts.items() if name not in ("concluded_on", "kind")}
        Case.objects.filter(pk=found.made.pk).update(facts=facts, language="zh-hans")
        Purchase.objects.filter(pk=found.made.purchase_id).update(facts={}, bought_on=None)
        cases.receive(case=Case.objects.get(pk=found.made.pk), by=found.made.learner, at=NOON)
    assert "What is missing" in found.get().content.decode()
    question = found.get("agent", "messages/?as=ask").context["form"].initial["text"]
    assert "？" in question  # in the learner's language


def test_a_kept_text_is_filled_in_and_what_was_typed_stays(pages):
    found = pages()
    with of(EVERYTHING):
        kept = texts.keep(institution=found.school, by=found.school.staff["approver"], name="Hello", language="en",
                          text="Dear {learner}, {owed} by {pay_by}.")  # fmt: skip
    for part, field in (("messages/", "text"), ("decide/", "letter")):
        text = found.post("agent", part, **{field: "Before.", "as_": "reply", "kind": "whole", "fill": "1",
                                            "text_of": kept.pk}).content.decode()  # fmt: skip
        assert f"Before.\n\nDear {found.made.learner}, EUR 84.99 by 4 December 2026." in text, part
    with of(EVERYTHING):
        assert not Message.objects.exists() and not Decision.objects.exists()


def test_a_text_that_nothing_fills_is_refused(pages):
    found = pages()
    address = f"/desk/{found.school.slug}/texts/"
    sent = {"name": "Hello", "language": "en", "text": "Dear {name}"}
    refused = found.browser("approver").post(address, sent)
    assert refused.status_code == 422 and "nothing fills {name}" in refused.content.decode()
    assert found.browser("agent").post(address, sent).status_code == 403
    assert found.browser("approver").post(address, {**sent, "text": "Dear {learner}"}).status_code == 302
    again = found.browser("approver").post(address, {**sent, "text": "Dear"})
    assert again.status_code == 422 and "of that name" in again.content.decode()
    assert "Hello" in found.browser("agent").get(address).content.decode()


def test_a_case_is_reviewed_given_and_closed_only_when_it_was_answered(pages):
    found = pages()
    assert found.post("agent", "review/").status_code == 302
    assert found.post("agent", "review/").status_code == 302
    assert found.stage() == Stage.IN_REVIEW
    approver = found.school.staff["approver"]
    assert found.post("agent", "give/", to=approver.pk).status_code == 302
    with of(EVERYTHING):
        assert Case.objects.get(pk=found.made.pk).assigned_to == approver
        gone = Membership.objects.get(institution=found.school, role="agent").person
    assert found.post("agent", "give/", to=gone.pk).status_code == 302
    early = found.post("agent", "close/", why="Enough.")
    assert early.status_code == 422 and "decide it first" in early.content.decode()
    with of(EVERYTHING):
        deciding.decide(case=found.made, by=gone, assessment=found.made.assessments.get(), at=MONDAY,
                        what=Deciding("whole", 8499))  # fmt: skip
    assert found.post("agent", "close/", why="Paid elsewhere.").status_code == 302
    assert found.stage() == Stage.CLOSED


def test_who_may_decide_is_said_with_the_reason_and_the_limit(pages):
    found = pages(Kind.COMPLAINT)
    with of(EVERYTHING):
        Case.objects.filter(pk=found.made.pk).update(about_person=found.school.staff["approver"])
        text = found.get("agent", "decide/").content.decode()
        assert "Every payout is let go by a second person." in text
        type(found.school).objects.filter(pk=found.school.pk).update(approval_minor=50000)
    text = found.get("agent", "decide/").content.decode()
    assert "Above EUR 500.00 a second person lets the money go." in text
    assert (
        "may not decide: the complaint is about them" in text and "may not decide: their role does not decide" in text
    )
    shown = found.get("agent", "decide/").context["deciders"]
    assert {one.roles: (one.why_not == "", one.seconds) for one in shown} == {
        "Agent": (True, False), "Approver": (False, False), "Administrator": (True, True), "Finance": (False, False),
        "Auditor": (False, False)}  # fmt: skip


def test_two_people_decide_at_once_and_the_second_is_told(pages):
    found = pages()
    seen = found.seen("agent")
    assert found.post("agent", "decide/", kind="whole", seen=seen).status_code == 302
    late = found.post("administrator", "decide/", kind="refused", reason="kept words", seen=seen)
    text = late.content.decode()
    assert late.status_code == 422 and "It is decided." in text and "kept words" in text, text
    with of(EVERYTHING):
        assert Decision.objects.get().kind == "whole"


def test_the_pages_of_a_case_ask_so_many_times(pages, asks):
    found = pages()
    for part, number in (("decide/", 11), ("messages/", 11), ("give/", 10), ("second/", 9)):
        role = "administrator"
        found.get(role, part)
        with asks(number):
            assert found.get(role, part).status_code == 200, part
