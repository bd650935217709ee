"""Questions before buying: private until they are answered, and then there for everybody, unchanged."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from published_school import NOW

from recourse.desk.models import Question, Role
from recourse.desk.scope import EVERYTHING, Scope, of
from recourse.desk.services import questions
from recourse.problems import Problem

pytestmark = pytest.mark.usefixtures("whole_navigation")


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


@pytest.fixture
def asked(published, person):
    mei = person("Mei")
    with of(Scope(person=mei.pk)):
        return questions.ask(course=published.course, by=mei, text="Is there homework?")


def test_a_question_is_answered_and_stays(published, person, client_of):
    mei, address = person("Mei"), f"/at/{published.slug}/norwegian/"
    client = client_of(mei)
    for _ in range(2):
        response = client.post(f"{address}ask/", {"text": "Is there homework? "})
        assert (response.status_code, response["Location"]) == (302, f"{address}#questions")
    with of(EVERYTHING):
        question = Question.objects.get()
    assert "Is there homework?" in text_of(client.get(address))
    visitor = Client(SERVER_NAME="localhost")
    assert "Is there homework?" not in text_of(visitor.get(address))
    agent = client_of(published.staff[Role.AGENT], second=True)
    desk = f"/desk/{published.slug}/questions/"
    assert "Is there homework?" in text_of(agent.get(desk))
    assert agent.post(f"{desk}{question.pk}/", {"answer": "Half an hour a week."}).status_code == 302
    text = text_of(visitor.get(address))
    assert "Half an hour a week." in text and "Mei" not in text


def test_an_answer_cannot_be_changed_and_what_was_typed_stays(published, asked, client_of):
    agent = published.staff[Role.AGENT]
    with of(Scope(institutions=frozenset({published.pk}))):
        questions.answer(question=asked, by=agent, text="No.", at=NOW)
    response = client_of(agent, second=True).post(f"/desk/{published.slug}/questions/{asked.pk}/", {"answer": "Yes!"})
    text = text_of(response)
    assert response.status_code == 409 and "answers stay" in text and "Yes!" in text
    with of(EVERYTHING):
        assert Question.objects.get().answer == "No."


def test_an_empty_answer_and_an_empty_question_say_so(published, asked, client_of, person):
    agent = client_of(published.staff[Role.AGENT], second=True)
    response = agent.post(f"/desk/{published.slug}/questions/{asked.pk}/", {"answer": " "})
    assert response.status_code == 422 and "There is a problem" in text_of(response)
    response = client_of(person()).post(f"/at/{published.slug}/norwegian/ask/", {"text": ""})
    assert response.status_code == 422 and "There is a problem" in text_of(response)


def test_auditors_read_and_do_not_answer(published, asked, client_of):
    auditor = client_of(published.staff[Role.AUDITOR], second=True)
    desk = f"/desk/{published.slug}/questions/"
    page = auditor.get(desk)
    assert "Is there homework?" in text_of(page) and "<textarea" not in page.content.decode()
    assert auditor.post(f"{desk}{asked.pk}/", {"answer": "Yes."}).status_code == 403


def test_another_schools_question_is_not_there(published, asked, client_of, school):
    other = school("Other")
    agent = client_of(other.staff[Role.AGENT], second=True)
    assert agent.post(f"/desk/{other.slug}/questions/{asked.pk}/", {"answer": "Yes."}).status_code == 404
    assert agent.post(f"/desk/{published.slug}/questions/{asked.pk}/", {"answer": "Yes."}).status_code == 404
    with of(EVERYTHING), pytest.raises(Problem, match="roles"):
        questions.answer(question=asked, by=other.staff[Role.AGENT], text="Yes.", at=NOW)


def test_nobody_floods_a_school_with_questions(published, asked):
    with of(EVERYTHING):
        for number in range(questions.WAITING - 1):
            questions.ask(course=published.course, by=asked.asked_by, text=f"Question {number}?")
        with pytest.raises(Problem, match="still waiting"):
            questions.ask(course=published.course, by=asked.asked_by, text="One more?")


def test_nobody_asks_about_a_course_that_is_not_published(published, person):
    published.course.published = False
    with of(EVERYTHING), pytest.raises(Problem, match="not published"):
        questions.ask(course=published.course, by=person(), text="Why?")


def test_the_list_of_questions_takes_a_fixed_number_of_queries(
    published, asked, client_of, asks_the_database
):  # fmt: skip
    agent = client_of(published.staff[Role.AGENT], second=True)
    for rounds in range(2):
        with of(EVERYTHING):
            for number in range(5 * rounds):
                questions.ask(course=published.course, by=asked.asked_by, text=f"Question {number}?")
        with asks_the_database(6):  # session, person, memberships, institution, waiting, answered
            agent.get(f"/desk/{published.slug}/questions/")
