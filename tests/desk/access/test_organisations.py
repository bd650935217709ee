"""An organisation of advisers is offered to learners once the operator has confirmed who it is, and never before."""

from __future__ import annotations

import datetime as dt

import pytest
from setting import NOON

from recourse.desk.models import Entry, Institution, InstitutionKind, Mandate, Role, Standing
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.selectors import organisations as selector
from recourse.desk.services import institutions, mandates, organisations, rights
from recourse.problems import Problem
from recourse.work import worker

PAGE = "/operator/organisations/"
LATER = NOON + dt.timedelta(days=1)
DETAILS = institutions.Details(
    "Legal Clinic", "DE", InstitutionKind.ORGANISATION, website="https://clinic.example", about="Register of Berlin, 42"
)


@pytest.fixture
def operator(person):
    """Whoever runs the installation."""
    made = person("Olga")
    made.is_operator = True
    made.save(update_fields=["is_operator"])
    return made


@pytest.fixture
def clinic(person):
    """An organisation that was set up just now, with its founder."""
    founder = person("Ada")
    made = institutions.found(details=DETAILS, by=founder)
    made.founder = founder
    return made


def answer(made, operator, *, confirmed=True, reason="", at=NOON):
    with of(EVERYTHING):
        saw = organisations.seen(Institution.objects.get(pk=made.pk))
    return organisations.answer(organisation=made.pk, confirmed=confirmed, reason=reason, saw=saw, by=operator, at=at)


def test_learners_are_offered_it_once_it_is_confirmed(client_of, case, operator, clinic):
    ours = case()
    learner, share = client_of(ours.learner), f"/cases/{ours.reference}/share/"
    assert "Legal Clinic" not in learner.get(share).content.decode()
    assert learner.post(f"{share}mandate/", {"id": str(clinic.pk)}).status_code == 404
    with of(EVERYTHING), pytest.raises(Problem, match="not confirmed yet"):
        mandates.give(case=ours, organisation=clinic, by=ours.learner, at=NOON)
    browser = client_of(operator, second=True)
    page = browser.get(PAGE)
    assert "Register of Berlin, 42" in page.content.decode() and clinic.founder.email in page.content.decode()
    sent = {"organisation": str(clinic.pk), "saw": page.context["waiting"][0][0].seen, "do": "confirm"}
    assert [browser.post(PAGE, sent).status_code for _ in range(2)] == [302, 302]  # sent twice
    assert "Legal Clinic" in learner.get(share).content.decode()
    assert learner.post(f"{share}mandate/", {"id": str(clinic.pk)}).status_code == 302
    with of(EVERYTHING):
        assert Mandate.objects.get().organisation_id == clinic.pk
        assert Institution.objects.get().standing_by == operator


def test_the_founder_reads_where_it_stands_and_gets_the_answer_by_mail(client_of, operator, clinic, mailoutbox):
    browser, setup = client_of(clinic.founder, second=True), f"/desk/{clinic.slug}/set-up/"
    assert "Waiting for confirmation." in browser.get(setup).content.decode()
    answer(clinic, operator, confirmed=False, reason="The register has no such number.")
    text = browser.get(setup).content.decode()
    assert "Not confirmed" in text and "The register has no such number." in text
    worker.drain()
    told = {one.to[0]: one for one in mailoutbox}
    assert set(told) == {operator.email, clinic.founder.email}
    assert PAGE in told[operator.email].body and "no such number" in told[clinic.founder.email].body
    answer(clinic, operator, at=LATER)
    assert "Learners can let your advisers act for them." in browser.get(setup).content.decode()


def test_a_refusal_ends_its_mandates_and_their_cases_say_so(client_of, case, operator, clinic):
    answer(clinic, operator)
    ours = case()
    with of(EVERYTHING):
        clinic.refresh_from_db()
        clinic.memberships.create(person=clinic.founder, role=Role.ADVISER)
        mandates.give(case=ours, organisation=clinic, by=ours.learner, at=NOON)
    adviser = client_of(clinic.founder, second=True)
    assert adviser.get(f"/cases/{ours.reference}/").status_code == 200
    answer(clinic, operator, confirmed=False, reason="It is not who it says.", at=LATER)
    assert adviser.get(f"/cases/{ours.reference}/").status_code == 404
    with of(EVERYTHING):
        assert Entry.objects.filter(case=ours).order_by("seq").last().kind == "mandate-ended"
    assert (
        "whose confirmation was taken back" in client_of(ours.learner).get(f"/cases/{ours.reference}/").content.decode()
    )


@pytest.mark.parametrize(
    ("changed", "standing"),
    [({"name": "Ministry of Justice"}, "waiting"), ({"website": "https://x.example"}, "waiting"),
     ({"contact": "hello@clinic.example"}, "confirmed")],
)  # fmt: skip
def test_whoever_says_to_be_somebody_else_is_looked_at_again(operator, clinic, changed, standing):
    answer(clinic, operator)
    with of(EVERYTHING):
        clinic.refresh_from_db()
        details = institutions.Details(**{**vars(DETAILS), **changed})
        institutions.change(institution=clinic, details=details, by=clinic.founder)
        assert Institution.objects.get().standing == standing


def test_what_changed_while_the_operator_looked_is_not_confirmed(client_of, operator, clinic):
    browser = client_of(operator, second=True)
    saw = browser.get(PAGE).context["waiting"][0][0].seen
    with of(EVERYTHING):
        institutions.change(
            institution=clinic, details=institutions.Details(**{**vars(DETAILS), "name": "Ministry"}), by=clinic.founder
        )
    sent = {"organisation": str(clinic.pk), "saw": saw, "do": "confirm"}
    page = browser.post(PAGE, sent)
    assert page.status_code == 422 and "look again" in page.content.decode()
    with of(EVERYTHING):
        assert Institution.objects.get().standing == Standing.WAITING


def test_a_refusal_without_a_reason_keeps_nothing_and_says_so(client_of, operator, clinic):
    browser = client_of(operator, second=True)
    saw = browser.get(PAGE).context["waiting"][0][0].seen
    page = browser.post(PAGE, {"organisation": str(clinic.pk), "saw": saw, "do": "refuse", "reason": "  "})
    assert page.status_code == 422 and "a refusal needs a reason" in page.content.decode()
    for nonsense in ("x", "00000000-0000-0000-0000-000000000000"):
        assert browser.post(PAGE, {"organisation": nonsense, "do": "confirm"}).status_code == 404


def test_only_an_operator_answers_and_a_seller_is_not_asked(person, school, operator, clinic):
    with pytest.raises(rights.NotYours):
        answer(clinic, clinic.founder)
    seller = school()
    with pytest.raises(Problem, match="look again"):
        answer(seller, operator)
    assert [one.institution.pk for one in selector.told()] == [clinic.pk]


def test_an_organisation_says_who_it_is_and_stays_one_while_it_acts(case, operator, clinic):
    with pytest.raises(Problem, match="says who it is"):
        institutions.found(details=institutions.Details("X", "DE", InstitutionKind.ORGANISATION), by=clinic.founder)
    answer(clinic, operator)
    ours = case()
    with of(EVERYTHING):
        clinic.refresh_from_db()
        mandates.give(case=ours, organisation=clinic, by=ours.learner, at=NOON)
        with pytest.raises(Problem, match="let this organisation act"):
            institutions.change(institution=clinic, details=institutions.Details("Clinic", "DE"), by=clinic.founder)
