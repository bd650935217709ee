"""My cases: what needs me first; an adviser also sees the cases of those who asked them to act, and no other."""

import pytest
from setting import NOON

from recourse.desk.models import Institution, Membership
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import cases, mandates


@pytest.fixture
def clinic(person):
    """A legal clinic and its adviser."""
    with of(EVERYTHING):
        made = Institution.objects.create(name="Clinic", slug="clinic", place="DE", kind="organisation")
        adviser = person("Ada")
        Membership.objects.create(institution=made, person=adviser, role="adviser")
    return made, adviser


def test_an_adviser_acts_for_a_learner_while_the_mandate_holds(client_of, case, school, clinic):
    organisation, ada = clinic
    made, other = case(school()), case(school())
    client = client_of(ada, second=True)
    assert made.reference not in client.get("/cases/").content.decode()
    with of(EVERYTHING):
        mandate = mandates.give(case=made, organisation=organisation, by=made.learner, at=NOON)
    page = client.get("/cases/").content.decode()
    assert made.reference in page and "Mei ·" in page and other.reference not in page
    assert client.post(f"/cases/{made.reference}/write/", {"text": "We act for Mei."}).status_code == 302
    assert client.get(f"/cases/{made.reference}/onward/").status_code == 200
    with of(EVERYTHING):
        mandates.take_back(mandate=mandate, by=made.learner, at=NOON)
    assert client.get(f"/cases/{made.reference}/").status_code == 404


def test_what_ended_stands_below(client_of, case, school, person):
    mei = person()
    running, ended = case(school(), learner=mei), case(school(), learner=mei)
    with of(EVERYTHING):
        cases.take_back(case=ended, by=mei, at=NOON)
    page = client_of(mei).get("/cases/").content.decode()
    assert page.index(running.reference) < page.index("Ended") < page.index(ended.reference)
