"""The pages about money: planned and released by different people, with a fresh second factor, and nobody else's."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from paid import Moved, drain, planned

from recourse.desk.models import Case, Payment
from recourse.money import Money
from recourse.payouts.models import Account, Notice, Payout
from recourse.payouts.providers.sandbox import Sandbox
from recourse.payouts.providers.sandbox_world import World
from recourse.payouts.services import elsewhere, routes, sealing
from recourse.problems import Problem
from recourse.web.desk.money import place

pytestmark = pytest.mark.usefixtures("everything")


def value(page: str, name: str) -> str:
    return page.partition(f'name="{name}" value="')[2].partition('"')[0]


def test_from_the_plan_to_the_report(
    decided: Callable[..., Case], client_of: Callable[..., Client], moved: Moved, world: World
) -> None:
    made = decided(limit=0)
    slug, staff = made.institution.slug, made.institution.staff
    finance, approver = (client_of(staff[role], second=True) for role in ("finance", "approver"))
    where = f"/desk/{slug}/cases/{made.reference}/money/"
    page = finance.get(where).content.decode()
    assert "EUR 84.99" in page and "Plan it" in page
    sent = {"token": value(page, "token"), "seen": value(page, "seen")}
    for _ in range(2):  # the same form twice
        assert finance.post(where, sent).status_code == 302
    row = Payout.objects.get()
    there = f"/desk/{slug}/money/{row.pk}/"
    assert "Release" in finance.get(there).content.decode()

    own = finance.get(f"{there}release/").content.decode()
    assert "somebody else than its planner" in own
    assert finance.post(f"{there}release/", {"amount": "84.99 EUR"}).status_code == 422
    page = approver.get(f"{there}release/").content.decode()
    assert str(row.pk) in page and "EUR 84.99" in page and row.payment.reference in page
    assert approver.post(f"{there}release/", {"amount": "84.99 EUR"}).status_code == 302
    drain(moved)
    assert "Sent" in approver.get(there).content.decode()
    report = finance.get(f"/desk/{slug}/money/").content.decode()
    assert "Refunds" in report and "disagree" not in report
    for lang in ("zh", "en"):
        for path in (where, there, f"{there}release/", f"/desk/{slug}/money/"):
            assert finance.get(f"{path}?lang={lang}").status_code == 200, path


def test_a_stale_form_says_so_and_another_amount_is_typed(
    decided: Callable[..., Case], client_of: Callable[..., Client], moved: Moved
) -> None:
    made = decided()
    where, staff = f"/desk/{made.institution.slug}/cases/{made.reference}/money/", made.institution.staff
    finance = client_of(staff["finance"], second=True)
    page = finance.get(where).content.decode()
    payment = Payment.objects.get(purchase=made.purchase)
    other = {"token": value(page, "token"), "seen": value(page, "seen"), "other": "1", "route": "sandbox",
             "payment": str(payment.pk), "amount": "50"}  # fmt: skip
    assert finance.post(where, other).status_code == 302
    assert Payout.objects.get().minor == 5000
    stale = finance.post(where, {**other, "token": "7b1f7c1e-7c1c-4c52-9d2c-0f6a3a1f4c11"})
    assert stale.status_code == 422 and "has changed since this page" in stale.content.decode()
    assert Payout.objects.count() == 1


def test_an_old_second_factor_releases_nothing(
    decided: Callable[..., Case], client_of: Callable[..., Client], moved: Moved
) -> None:
    made = decided()
    row = planned(made, made.institution.staff["finance"], moved)[0]
    approver = client_of(made.institution.staff["approver"], second=True)
    session = approver.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time() - 3600}]
    session.save()
    answer = approver.post(f"/desk/{made.institution.slug}/money/{row.pk}/release/", {"amount": "84.99 EUR"})
    assert answer.status_code == 302 and "/account/reauthenticate/" in answer["Location"]
    row.refresh_from_db()
    assert row.state == "planned"


def test_agents_read_and_plan_nothing_and_strangers_see_nothing(
    decided: Callable[..., Case], client_of: Callable[..., Client], moved: Moved, school: Callable[..., Any]
) -> None:
    made = decided()
    slug, where = made.institution.slug, f"/desk/{made.institution.slug}/cases/{made.reference}/money/"
    row = planned(made, made.institution.staff["finance"], moved)[0]
    agent = client_of(made.institution.staff["agent"], second=True)
    assert agent.get(where).status_code == 200 and agent.post(where, {}).status_code == 403
    assert agent.get(f"/desk/{slug}/money/{row.pk}/release/").status_code == 403
    other = school("Elsewhere")
    stranger = client_of(other.staff["finance"], second=True)
    assert stranger.get(f"/desk/{slug}/money/{row.pk}/").status_code == 404
    assert stranger.get(f"/desk/{other.slug}/money/{row.pk}/").status_code == 404
    assert stranger.post(f"/desk/{other.slug}/money/{row.pk}/release/", {"amount": "84.99 EUR"}).status_code == 404


def test_a_notice_is_proved_kept_once_and_looked_up(pay: Callable[..., Payout], moved: Moved, world: World) -> None:
    row = pay()
    drain(moved)
    provider = routes.provider(row.account)
    assert isinstance(provider, Sandbox)
    (headers, body), browser = provider.messages()[0], Client()
    hook = f"/hooks/{row.account_id}/"
    assert browser.post(hook, body, content_type="application/json").status_code == 400
    assert browser.post(hook, body[:-1] + b" }", content_type="application/json", headers=headers).status_code == 400
    for _ in range(2):
        assert browser.post(hook, body, content_type="application/json", headers=headers).status_code == 200
    assert Notice.objects.count() == 1 and Notice.objects.get().key == row.pk
    assert (
        browser.post("/hooks/7b1f7c1e-7c1c-4c52-9d2c-0f6a3a1f4c11/", body, content_type="application/json").status_code
        == 404
    )


def test_secrets_are_sealed_and_never_shown(decided: Callable[..., Case], client_of: Callable[..., Client]) -> None:
    made = decided()
    where = f"/desk/{made.institution.slug}/money/accounts/"
    administrator = client_of(made.institution.staff["administrator"], second=True)
    given = {"route": "stripe", "open": "on", "secret_key": "rk_live_quietly", "webhook_secret": "whsec_hush"}
    assert administrator.post(where, {**given, "secret_key": "password"}).status_code == 422
    assert administrator.post(where, given).status_code == 302
    account = Account.objects.get(route="stripe")
    assert (
        b"quietly" not in bytes(account.sealed)
        and sealing.unseal(bytes(account.sealed))["secret_key"] == "rk_live_quietly"
    )
    page = administrator.get(where).content.decode()
    assert "quietly" not in page and "hush" not in page and f"/hooks/{account.pk}/" in page
    bad = {"route": "sepa", "open": "on", "name": "School", "iban": "DE00 1234"}
    assert administrator.post(where, bad).status_code == 422
    assert administrator.post(where, {**bad, "iban": "DE89 3704 0044 0532 0130 00"}).status_code == 302
    assert "3000" in administrator.get(where).content.decode()


def test_a_refund_made_elsewhere_is_given_to_its_case(
    decided: Callable[..., Case], client_of: Callable[..., Client], moved: Moved
) -> None:
    made = decided()
    account = Account.objects.get(institution=made.institution, route="sandbox")
    row = elsewhere.seen(account=account, what=elsewhere.Seen(Money(8499, "EUR"), "re_1"), name="evt_1", at=moved())
    finance = client_of(made.institution.staff["finance"], second=True)
    there = f"/desk/{made.institution.slug}/money/{row.pk}/"
    assert "Which case it pays" in finance.get(there).content.decode()
    assert finance.post(there, {"match": "1", "reference": "RC-0000-0000"}).status_code == 422
    assert finance.post(there, {"match": "1", "reference": made.reference.lower()}).status_code == 302
    made.refresh_from_db()
    assert made.stage == "settled"


def test_the_report_asks_the_database_as_often_whatever_there_is(
    decided: Callable[..., Case], client_of: Callable[..., Client], moved: Moved, django_assert_num_queries: Any
) -> None:
    made = decided()
    staff = made.institution.staff
    finance = client_of(staff["finance"], second=True)
    planned(made, staff["finance"], moved)
    page = f"/desk/{made.institution.slug}/money/"
    finance.get(page)
    with CaptureQueriesContext(connection) as first:
        finance.get(page)
    for _ in range(3):
        planned(decided(made.institution), staff["finance"], moved)
    with django_assert_num_queries(len(first)):
        finance.get(page)


def test_a_proof_that_is_too_large_is_refused_before_it_is_read() -> None:
    class Large(SimpleUploadedFile):
        def read(self, *_: object) -> bytes:
            raise AssertionError

    given = Large("bank.pdf", b"")
    given.size = place.LARGEST + 1
    with pytest.raises(Problem, match="larger than 20 MB"):
        place.read(given)
