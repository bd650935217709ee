"""Links, mandates and invitations: each opens exactly what it says, until it ends, and then nothing."""

import datetime as dt

import pytest
from setting import NOON

from recourse.desk.models import Case, InstitutionKind, LinkUse, Membership, Role
from recourse.desk.scope import Scope, of
from recourse.desk.services import invitations, links, mandates, rights, timeline
from recourse.problems import Problem

LATER = NOON + dt.timedelta(days=8)
pytestmark = pytest.mark.usefixtures("everything")


def kinds(case):
    return [told.entry.kind for told in timeline.read(case, inner=False)]


def test_a_link_opens_its_case_until_it_ends(case):
    ours, other = case(), case()
    made = links.make(case=ours, by=ours.learner, use=LinkUse.READ, days=7, at=NOON, label="My sister")
    found = links.find(made.secret, at=NOON)
    assert found == made.link and made.secret not in str(found.__dict__)
    with of(Scope(cases=frozenset({found.case_id}))):
        assert list(Case.objects.all()) == [ours]
        links.opened(link=found, at=NOON)
    assert kinds(ours)[-2:] == ["link-made", "link-opened"]
    assert links.find(made.secret, at=LATER) is None
    assert links.find("something else", at=NOON) is None
    assert other.links.count() == 0


def test_a_link_that_was_taken_back_is_unknown(case):
    ours = case()
    made = links.make(case=ours, by=ours.learner, use=LinkUse.OFFICER, days=30, at=NOON)
    links.take_back(link=made.link, by=ours.learner, at=NOON)
    assert links.find(made.secret, at=NOON) is None


def test_only_an_officer_writes(case):
    ours = case()
    reads = links.make(case=ours, by=ours.learner, use=LinkUse.READ, days=1, at=NOON).link
    with pytest.raises(rights.NotYours):
        links.write(link=reads, text="x", at=NOON)
    officer = links.make(case=ours, by=ours.learner, use=LinkUse.OFFICER, days=1, at=NOON, body="x").link
    assert links.write(link=officer, text="Received.", at=NOON).side == "body"
    assert kinds(ours)[-1] == "body-wrote"


@pytest.mark.parametrize("days", [0, 91])
def test_a_link_has_a_bounded_life(case, days):
    ours = case()
    with pytest.raises(Problem, match="from 1 to 90 days"):
        links.make(case=ours, by=ours.learner, use=LinkUse.READ, days=days, at=NOON)


def test_nobody_shares_anothers_case(case, person):
    with pytest.raises(rights.NotYours):
        links.make(case=case(), by=person(), use=LinkUse.READ, days=1, at=NOON)


def test_an_adviser_acts_by_a_mandate_and_not_after_it(case, school):
    clinic, shop = school("Clinic", kind=InstitutionKind.ORGANISATION, standing="confirmed"), school("Shop")
    ours = case()
    adviser = clinic.staff[Role.ADVISER]
    with pytest.raises(rights.NotYours):
        rights.need_learner(adviser, ours)
    with pytest.raises(Problem, match="organisation of advisers"):
        mandates.give(case=ours, organisation=shop, by=ours.learner, at=NOON)
    given = mandates.give(case=ours, organisation=clinic, by=ours.learner, at=NOON)
    assert mandates.give(case=ours, organisation=clinic, by=ours.learner, at=NOON) == given
    rights.need_learner(adviser, ours)
    mandates.take_back(mandate=given, by=ours.learner, at=NOON)
    with pytest.raises(rights.NotYours):
        rights.need_learner(adviser, ours)


def test_an_invitation_is_for_one_address_once(school, person):
    ours = school()
    boss, mei, eve = ours.staff[Role.ADMINISTRATOR], person("Mei"), person("Eve")
    made = invitations.invite(institution=ours, email=mei.email.upper(), role=Role.AGENT, by=boss, at=NOON)
    with pytest.raises(rights.NotYours, match="another address"):
        invitations.take(secret=made.secret, by=eve, at=NOON)
    invitations.take(secret=made.secret, by=mei, at=NOON)
    assert Membership.objects.filter(person=mei, role=Role.AGENT, ended_at=None).count() == 1
    with pytest.raises(Problem, match="over"):
        invitations.take(secret=made.secret, by=mei, at=NOON)


def test_only_an_administrator_invites_and_the_last_one_stays(school):
    ours = school()
    boss = ours.staff[Role.ADMINISTRATOR]
    with pytest.raises(rights.NotYours):
        invitations.invite(institution=ours, email="x@example.org", role=Role.AGENT, by=ours.staff[Role.AGENT], at=NOON)
    own = Membership.objects.get(person=boss, role=Role.ADMINISTRATOR)
    with pytest.raises(Problem, match="last administrator"):
        invitations.end(membership=own, by=boss, at=NOON)
    invitations.end(membership=Membership.objects.get(institution=ours, role=Role.AGENT), by=boss, at=NOON)
    with pytest.raises(rights.NotYours):
        rights.need(ours.staff[Role.AGENT], ours, Role.AGENT)
