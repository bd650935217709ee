"""The learner's pages: the list, the case, and nothing of anybody else's."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from setting import NOON

from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import deciding, drafts
from recourse.web import clock


def test_a_visitor_is_asked_to_sign_in(db):
    response = Client(SERVER_NAME="localhost").get("/cases/")
    assert (response.status_code, response["Location"]) == (302, "/account/login/?next=/cases/")


def test_the_list_is_empty_at_first(client_of, person):
    text = client_of(person()).get("/cases/").content.decode()
    assert "Here will stand what you have asked for" in text


def test_the_list_takes_as_many_queries_for_one_case_as_for_five(client_of, person, case):
    mei = person()
    client = client_of(mei)
    for rounds in range(2):
        for _ in range(1 + 4 * rounds):
            case(learner=mei)
            drafts.keep(answers="learner_place=DE", at=clock.now(), by=mei)
        with CaptureQueriesContext(connection) as found:
            assert client.get("/cases/").status_code == 200
        asked = [one["sql"] for one in found if "set_config" not in one["sql"]]  # PostgreSQL is told the scope
        assert len(asked) == 7, asked  # session, person, memberships, cases, deadlines, decisions, drafts


def test_a_case_shows_what_is_owed_by_when_and_why(client_of, case, school):
    made = case(school())
    text = client_of(made.learner).get(f"/cases/{made.reference}/").content.decode()
    for words in ("84.99", "Nordlicht must answer", "Fri 4 Dec 2026", "sent the request", "Entry 2, sealed"):
        assert words in text, words
    assert "recorded-course" not in text


def test_another_persons_case_and_a_missing_one_answer_alike(client_of, case, school, person):
    made = case(school())
    client = client_of(person("Eve"))
    theirs, none = (client.get(f"/cases/{reference}/") for reference in (made.reference, "RC-0000-0000"))
    assert theirs.status_code == none.status_code == 404
    assert theirs.content.replace(made.reference.encode(), b"") == none.content.replace(b"RC-0000-0000", b"")


def test_inner_notes_are_not_for_the_learner(client_of, case, school):
    made = case(school())
    with of(EVERYTHING):
        agent = made.institution.memberships.get(role="agent").person
        deciding.reply(case=made, by=agent, text="A difficult customer.", at=NOON, inner=True)
        deciding.reply(case=made, by=agent, text="We are looking at it.", at=NOON)
    text = client_of(made.learner).get(f"/cases/{made.reference}/").content.decode()
    assert "We are looking at it." in text and "difficult" not in text and agent.name not in text
