"""The learner shares a case: a link shown once, a mandate given and ended; nobody shares for somebody else."""

import re

from recourse.desk.models import InstitutionKind, Link, Mandate, Role
from recourse.desk.scope import EVERYTHING, of


def test_a_link_is_shown_once_and_ended(client_of, case, school):
    made = case(school())
    client = client_of(made.learner)
    address = f"/cases/{made.reference}/share/"
    assert client.post(address, {"label": "", "days": "7"}).status_code == 422
    text = client.post(address, {"label": "My sister", "days": "7"}).content.decode()
    secret = re.search(r"/s/([\w-]{43})/", text)[1]
    assert secret not in client.get(address).content.decode()
    assert client_of().get(f"/s/{secret}/").status_code == 200
    with of(EVERYTHING):
        link = Link.objects.get()
    client.post(f"{address}end-link/", {"id": str(link.pk)})
    assert client_of().get(f"/s/{secret}/").status_code == 404


def test_a_mandate_opens_the_case_and_closes_it(client_of, case, school):
    made, clinic = case(school()), school("Clinic", kind=InstitutionKind.ORGANISATION, standing="confirmed")
    client, address = client_of(made.learner), f"/cases/{made.reference}/share/"
    adviser = client_of(clinic.staff[Role.ADVISER], second=True)
    assert adviser.get(f"/cases/{made.reference}/").status_code == 404
    assert "Clinic" in client.get(address).content.decode()
    client.post(f"{address}mandate/", {"id": str(clinic.pk)})
    assert adviser.get(f"/cases/{made.reference}/").status_code == 200
    assert adviser.post(f"{address}mandate/", {"id": str(clinic.pk)}).status_code == 403
    with of(EVERYTHING):
        given = Mandate.objects.get()
    client.post(f"{address}end-mandate/", {"id": str(given.pk)})
    assert adviser.get(f"/cases/{made.reference}/").status_code == 404


def test_nonsense_finds_no_row(client_of, case):
    made = case()
    client = client_of(made.learner)
    for verb in ("end-link", "mandate", "end-mandate"):
        assert client.post(f"/cases/{made.reference}/share/{verb}/", {"id": "x' OR 1=1"}).status_code == 404


def test_nobody_shares_anothers_case(client_of, case, person):
    made = case()
    answer = client_of(person("Eve")).post(f"/cases/{made.reference}/share/", {"label": "x", "days": "7"})
    assert answer.status_code == 404
