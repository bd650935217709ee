"""Signing in as a person does it: a code by mail, then for staff a second factor."""

import re

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core import mail
from django.test import Client

from recourse.desk.models import Membership, Person, Role
from recourse.desk.scope import EVERYTHING, of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def ask_for_code(client, email="Mei@Example.org", **more):
    return client.post("/account/login/", {"email": email, **more})


def code():
    return re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mail.outbox[-1].body, re.MULTILINE)[0]


def test_a_code_by_mail_makes_the_account_and_leads_on():
    client = Client(SERVER_NAME="localhost")
    sent = ask_for_code(client, next="/cases/?x=1")
    page = client.get(sent["Location"])
    assert "mei@example.org" in page.content.decode()
    wrong = client.post("/account/login/code/confirm/", {"code": "AAAA-AAAA"})
    assert "Error:" in wrong.content.decode()
    right = client.post(sent["Location"], {"code": code(), "next": "/cases/?x=1"})
    assert (right.status_code, right["Location"]) == (302, "/cases/?x=1")
    assert client.get("/cases/").status_code == 200
    assert Person.objects.get().email == "mei@example.org"
    client.post("/account/logout/")
    assert client.get("/cases/").status_code == 302


def test_staff_come_to_their_queue_and_others_to_their_cases(school, person):
    """From the page they were on the way to, if there is one."""
    ours, clinic = school("Ours"), school("Clinic", kind="organisation")
    both = ours.staff[Role.AUDITOR]
    with of(EVERYTHING):
        Membership.objects.create(institution=school("Theirs"), person=both, role=Role.AGENT)
    places = {
        ours.staff[Role.AGENT]: f"/desk/{ours.slug}/", both: "/institutions/",
        clinic.staff[Role.ADVISER]: "/cases/", person(): "/cases/",
    }  # fmt: skip
    for who, address in places.items():
        client = Client(SERVER_NAME="localhost")
        sent = ask_for_code(client, who.email)
        assert client.post(sent["Location"], {"code": code()})["Location"] == address
        assert client.get("/account/login/")["Location"] == address


def test_known_and_unknown_addresses_are_answered_alike(person):
    known = ask_for_code(Client(SERVER_NAME="localhost"), person().email)
    unknown = ask_for_code(Client(SERVER_NAME="localhost"), "nobody@example.org")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert len(mail.outbox) == 2


def test_the_mail_speaks_the_language_of_the_page():
    client = Client(SERVER_NAME="localhost")
    client.post("/account/login/?lang=zh", {"email": "mei@example.org"})
    assert mail.outbox[-1].subject.strip() == "Recourse 验证码" and "15 分钟内有效" in mail.outbox[-1].body


def test_nobody_is_led_to_a_strangers_site():
    client = Client(SERVER_NAME="localhost")
    assert "evil" not in ask_for_code(client, next="https://evil.example/")["Location"]


def test_a_wrong_address_is_said_and_kept():
    answer = ask_for_code(Client(SERVER_NAME="localhost"), "mei@")
    text = answer.content.decode()
    assert answer.status_code == 422 and "There is a problem" in text and 'value="mei@"' in text


def test_staff_set_up_a_second_factor_and_show_it(school, client_of):
    ours = school()
    agent = ours.staff[Role.AGENT]
    client = client_of(agent)
    page = client.get("/account/2fa/totp/activate/")
    assert "script-src 'self'" in page["Content-Security-Policy"]
    secret = re.search(r'value="([A-Z2-7]{32})"', page.content.decode())[1]
    now = next(iter(yield_hotp_counters_from_time()))
    made = client.post("/account/2fa/totp/activate/", {"code": format_hotp_value(hotp_value(secret, now))})
    assert made.status_code == 302, made.content.decode()
    asked = client.get(client.get(f"/desk/{ours.slug}/")["Location"])
    assert "If you have only just set it up, this is its first use." in asked.content.decode()
    later = client_of(agent)  # another session, opened with the code by mail alone
    from recourse.web import access  # noqa: PLC0415

    request = type("Request", (), {"user": agent, "get_full_path": lambda self: "/desk/x/"})()
    assert access._to_second_factor(request)["Location"] == "/account/2fa/reauthenticate/?next=/desk/x/"
    assert later.get("/account/2fa/").status_code == 200


@pytest.mark.parametrize("what", ["recovery-codes/generate", "totp/deactivate"])
def test_what_is_changed_by_one_button_shows_the_button(school, client_of, what):
    agent = school().staff[Role.AGENT]
    TOTP.activate(agent, generate_totp_secret())
    client = client_of(agent, second=True)
    session = client.session
    session["account_authentication_methods"][-1]["reauthenticated"] = True
    session["account_authentication_methods_user"] = session["_auth_user_id"]
    session.save()
    page = client.get(f"/account/2fa/{what}/").content.decode()
    assert re.findall(r'<form method="post"([^>]*)>\s*<input', page) == [f' action="/account/2fa/{what}/"'], page
