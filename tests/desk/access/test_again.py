"""A form that came too late: what was typed comes back to be sent again, and never what another site sent."""

import re

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
TYPED = "We looked at it,\n<b>and</b> “agree”."


def test_what_was_typed_is_kept_when_the_session_has_ended(school, client_of):
    made = school()
    address = f"/desk/{made.slug}/texts/?lang=en"
    answer = Client(SERVER_NAME="localhost").post(address, {"name": "Hello", "text": TYPED, "language": "en"})
    page = answer.content.decode()
    assert answer.status_code == 403 and "Sign in, in a new tab" in page and 'href="/account/login/"' in page
    assert "&lt;b&gt;and&lt;/b&gt;" in page and "<b>and" not in page
    fields = dict(re.findall(r'<textarea class="hide" name="(\w+)" hidden>\n(.*?)</textarea>', page, re.DOTALL))
    assert set(fields) == {"name", "text", "language"}
    assert f'action="{address}"' in page
    signed_in = client_of(made.staff["administrator"], second=True)  # in the other tab; then the form goes off again
    assert signed_in.post(address, {"name": "Hello", "text": TYPED, "language": "en"}).status_code == 302


def test_without_the_second_factor_it_is_kept_too(school, client_of):
    made = school()
    answer = client_of(made.staff["agent"]).post(f"/desk/{made.slug}/give/", {"take": "RC-0000-0000"})
    page = answer.content.decode()
    assert answer.status_code == 403 and 'href="/account/2fa/"' in page and "RC-0000-0000" in page


def test_a_form_without_this_sessions_token_comes_back_only_if_it_is_ours(school, client_of):
    made = school()
    ours = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    ours.cookies = client_of(made.staff["administrator"], second=True).cookies
    address = f"/desk/{made.slug}/texts/"
    sent = {"name": "Hello", "text": TYPED, "language": "en", "csrfmiddlewaretoken": "x" * 64}
    stale = ours.post(address, sent, headers={"origin": "http://localhost"})
    page = stale.content.decode()
    assert stale.status_code == 403 and "This form is older than your session" in page
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    again = ours.post(address, {**sent, "csrfmiddlewaretoken": token}, headers={"origin": "http://localhost"})
    assert again.status_code == 302
    for headers in ({"origin": "https://evil.example"}, {}):
        foreign = ours.post(address, sent, headers=headers)
        assert foreign.status_code == 403 and "Hello" not in foreign.content.decode()


def test_a_code_that_was_typed_to_sign_in_never_comes_back():
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    answer = strict.post("/account/login/code/confirm/", {"code": "ABCD-EFGH"}, headers={"origin": "http://localhost"})
    assert answer.status_code == 403 and "ABCD-EFGH" not in answer.content.decode()


def test_a_file_has_to_be_chosen_again_and_that_is_said(school):
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415

    address = f"/desk/{school().slug}/purchases/file/"
    answer = Client(SERVER_NAME="localhost").post(
        address, {"text": "", "do": "look", "file": SimpleUploadedFile("orders.csv", b"a,b")}
    )
    assert "Choose it again afterwards: orders.csv" in answer.content.decode()
