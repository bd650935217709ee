"""The page behind a secret link, and taking an invitation."""

from recourse.desk.models import LinkUse, Membership, Role
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import invitations, links, timeline
from recourse.web import clock


def shared(case, use, days=7):
    with of(EVERYTHING):
        return links.make(case=case, by=case.learner, use=use, days=days, at=clock.now())


def test_a_helper_reads_and_the_opening_is_told_once(client_of, case, school):
    made = case(school())
    link = shared(made, LinkUse.READ)
    client = client_of()
    for _ in range(3):
        response = client.get(f"/s/{link.secret}/")
        assert response.status_code == 200 and "no-store" in response["Cache-Control"]
    text = response.content.decode()
    assert "84.99" in text and "You may read, not change." in text
    with of(EVERYTHING):
        told = [one.entry.kind for one in timeline.read(made, inner=False)]
    assert told.count("link-opened") == 1
    assert client.post(f"/s/{link.secret}/", {"text": "x"}).status_code == 404


def test_an_officer_writes_into_the_case(client_of, case, school):
    made = case(school())
    link = shared(made, LinkUse.OFFICER)
    client = client_of()
    assert client.post(f"/s/{link.secret}/", {"text": ""}).status_code == 422
    assert client.post(f"/s/{link.secret}/", {"text": "We have opened file 12."}).status_code == 302
    assert "We have opened file 12." in client_of(made.learner).get(f"/cases/{made.reference}/").content.decode()


def test_a_link_that_ended_and_an_unknown_one_answer_alike(client_of, case):
    made = case()
    link = shared(made, LinkUse.READ)
    with of(EVERYTHING):
        links.take_back(link=link.link, by=made.learner, at=clock.now())
    ended, unknown = (client_of().get(f"/s/{secret}/") for secret in (link.secret, "nothing"))
    assert ended.status_code == unknown.status_code == 404


def test_an_invitation_is_taken_by_the_one_invited(client_of, school, person):
    ours = school()
    mei, eve = person("Mei"), person("Eve")
    with of(EVERYTHING):
        made = invitations.invite(
            institution=ours, email=mei.email, role=Role.AGENT, by=ours.staff[Role.ADMINISTRATOR], at=clock.now()
        )
    address = f"/invited/{made.secret}/"
    assert client_of().get(address).status_code == 302
    assert client_of(eve).post(address).status_code == 422
    assert "Nordlicht invites you" in client_of(mei).get(address).content.decode()
    assert client_of(mei).post(address)["Location"] == "/account/"
    with of(EVERYTHING):
        assert Membership.objects.filter(person=mei, role=Role.AGENT).exists()
