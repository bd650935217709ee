"""A person's own data: the copy holds everything of theirs and nothing of others; an erased account names nobody."""

import json

import pytest
from django.db import connection
from setting import NOON

from recourse.desk.models import Case, LinkUse, Person, Role
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import cases, deciding, links, people, timeline
from recourse.problems import Problem


def test_the_copy_holds_all_of_theirs_and_nothing_inner(client_of, case, school, person):
    made, other = case(school()), case(school())
    with of(EVERYTHING):
        agent = made.institution.memberships.get(role=Role.AGENT).person
        deciding.reply(case=made, by=agent, text="CANARY-INNER", at=NOON, inner=True)
        deciding.reply(case=made, by=agent, text="CANARY-OUTER", at=NOON)
    answer = client_of(made.learner).get("/account/data.json")
    text = answer.content.decode()
    assert json.loads(text)["account"]["email"] == made.learner.email
    assert made.reference in text and "CANARY-OUTER" in text and "84.99" in text
    assert "CANARY-INNER" not in text and other.reference not in text


def test_an_open_case_keeps_the_account(case, everything):
    made = case()
    with pytest.raises(Problem, match="still open"):
        people.erase(person=made.learner, at=NOON)


def test_after_erasing_nobody_is_named_and_the_timeline_holds(client_of, case, everything):
    made = case()
    mei = made.learner
    email = mei.email
    link = links.make(case=made, by=mei, use=LinkUse.READ, days=9, at=NOON)
    cases.take_back(case=made, by=mei, at=NOON)
    client = client_of(mei)
    assert client.post("/account/data/", {"email": "x"}).status_code == 422
    assert "Your account is erased" in client.post("/account/data/", {"email": email.upper()}).content.decode()
    assert client.get("/cases/").status_code == 302
    assert links.find(link.secret, at=NOON) is None
    gone = Person.objects.get(pk=mei.pk)
    assert (gone.name, gone.is_active) == ("", False)
    assert timeline.read(Case.objects.get(), inner=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM account_emailaddress WHERE email = %s", [email])
        assert cursor.fetchone() == (0,)


def test_staff_cannot_vanish(school, everything):
    with pytest.raises(Problem, match="still work"):
        people.erase(person=school().staff[Role.AGENT], at=NOON)


def test_health_says_yes_or_no_and_the_operator_sees_more(client_of, person, db):
    assert client_of().get("/health").json() == {"well": True}
    root = person("Root")
    assert client_of(root, second=True).get("/operator/work/").status_code == 403
    root.is_operator = True
    root.save()
    assert "Nothing was given up." in client_of(root, second=True).get("/operator/work/").content.decode()
