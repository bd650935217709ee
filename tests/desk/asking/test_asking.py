"""Ask for it: from the result of the interview to a request that was sent, with nothing typed lost on the way."""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from recourse.desk.models import Case, Draft, Exhibit, Purchase, Source
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import drafts, exhibits, timeline
from recourse.work.worker import drain

ANSWERS = {
    "platform": "udemy",
    "learner_place": "DE",
    "paid": "84.99 EUR",
    "concluded_on": "2026-11-10",
    "kind": "recorded-course",
    "buyer_is_consumer": "true",
    "sales_channel": "online",
    "withdrawal_information_given": "true",
}
VOUCHER = b"""Order number: UD-30418827
Order date: 2026-11-10
Watercolour from Zero
Total: EUR 84.99
"""


IN_A_YEAR = dt.datetime.now(dt.UTC) + dt.timedelta(days=365)


@pytest.fixture(autouse=True)
def _files(tmp_path, settings):
    settings.FILES = tmp_path / "files"


@pytest.fixture
def ask(person, client_of):
    """Walks the flow to its check page: ask(answers, voucher=..., reason=...)."""

    def walk(answers=ANSWERS, *, mei=None, voucher=b"", order="UD-30418827", name="Mei Li", **why):
        mei = mei or person("")
        client = Client(SERVER_NAME="localhost")
        begun = client.post(f"/cases/new/?{urlencode(answers)}", {"course_title": "Watercolour", "order_number": order})
        assert begun.status_code == 302, begun.content.decode()
        secret = begun["Location"].split("/")[3]
        asked = client.get(begun["Location"])
        assert asked["Location"].startswith("/account/login/?next=/cases/new/")
        client = client_of(mei)
        at = f"/cases/new/{secret}"
        if voucher:
            handed = client.post(f"{at}/voucher/", {"file": SimpleUploadedFile("voucher.txt", voucher)})
        else:
            handed = client.post(f"{at}/voucher/", {"without": "1"})
        typed = {"reason": "personal", "remedy": "refund", "story": "I have no time.", "name": name, **why}
        return client, secret, handed, lambda: client.post(f"{at}/reason/", typed)

    return walk


def sent(client, secret):
    response = client.post(f"/cases/new/{secret}/check/")
    assert response.status_code == 302, response.content.decode()[:3000]
    with of(EVERYTHING):
        return Case.objects.select_related("purchase", "learner").get(reference=response["Location"].split("/")[2])


def test_a_request_to_a_listed_platform_is_written_and_the_next_step_is_the_learners(
    ask, django_capture_on_commit_callbacks
):
    client, secret, handed, reason = ask()
    assert handed["Location"] == f"/cases/new/{secret}/reason/"
    assert reason()["Location"] == f"/cases/new/{secret}/check/"
    text = client.get(f"/cases/new/{secret}/check/").content.decode()
    for words in ("UD-30418827", "Watercolour", "I have no time.", "Udemy", "84.99"):
        assert words in text, words
    case = sent(client, secret)
    assert (case.stage, case.platform, case.purchase.order_number) == ("draft", "udemy", "UD-30418827")
    assert case.learner.name == "Mei Li"
    with of(EVERYTHING):
        assert case.assessments.count() == 1
    page = client.get(f"/cases/{case.reference}/sent/").content.decode()
    assert case.reference in page and "Now send it to Udemy" in page


def test_a_participating_school_has_it_at_once_with_clocks_and_receipt(ask, school):
    nordlicht = school(platform="udemy", contact="desk@nordlicht.example")
    client, secret, _, reason = ask()
    reason()
    case = sent(client, secret)
    assert (case.stage, case.institution_id) == ("received", nordlicht.pk)
    page = client.get(f"/cases/{case.reference}/sent/").content.decode()
    assert "Nordlicht has your request" in page and "Nordlicht must decide" in page
    with of(EVERYTHING):
        assert [told.entry.kind for told in timeline.read(case, inner=True)] == ["drafted", "received", "assessed"]
    drain()
    subjects = {one.to[0]: one for one in mail.outbox}
    receipt = subjects[case.learner.email]
    assert case.reference in receipt.subject and "I have no time." in receipt.body
    assert receipt.attachments[0][0].endswith(".pdf") and receipt.attachments[0][1].startswith(b"%PDF")
    assert "I have no time." not in subjects["desk@nordlicht.example"].body
    pdf = client.get(f"/cases/{case.reference}/receipt.pdf")
    assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF")


def test_sending_twice_makes_one_case(ask):
    client, secret, _, reason = ask()
    reason()
    first, second = sent(client, secret), sent(client, secret)
    assert first.pk == second.pk
    with of(EVERYTHING):
        assert (Case.objects.count(), Purchase.objects.count()) == (1, 1)


def test_a_voucher_that_agrees_asks_nothing_and_becomes_an_exhibit(ask):
    client, secret, handed, reason = ask(voucher=VOUCHER)
    assert handed["Location"] == f"/cases/new/{secret}/reason/"
    reason()
    case = sent(client, secret)
    with of(EVERYTHING):
        (kept,) = Exhibit.objects.filter(case=case)
        assert exhibits.original(kept.stored) == VOUCHER and kept.scanned == "not scanned"
    original = client.get(f"/cases/{case.reference}/files/{kept.pk}/")
    assert original.content == VOUCHER and original["Content-Disposition"].startswith("attachment")
    shown = client.get(f"/cases/{case.reference}/files/{kept.pk}/1/")
    assert shown["Content-Type"].startswith("text/plain") and b"UD-30418827" in shown.content
    assert client.get(f"/cases/{case.reference}/files/{kept.pk}/2/").status_code == 404


def test_a_date_that_can_be_two_is_two_radios_with_what_each_would_mean(ask):
    answers = {name: text for name, text in ANSWERS.items() if name != "concluded_on"}
    client, secret, handed, _ = ask(answers, voucher=VOUCHER.replace(b"2026-11-10", b"10/11/2026"))
    assert handed["Location"] == f"/cases/new/{secret}/read/"
    page = client.get(handed["Location"]).content.decode()
    assert 'value="2026-11-10"' in page and 'value="2026-10-11"' in page and "checked" not in page
    wrong = client.post(handed["Location"], {})
    assert wrong.status_code == 422
    other = client.post(handed["Location"], {"concluded_on": "other", "concluded_on_other": "12 Nov 2026"})
    assert other["Location"] == f"/cases/new/{secret}/reason/"
    assert "concluded_on=2026-11-12" in Draft.objects.get().answers


def test_a_voucher_that_says_another_amount_is_put_to_its_owner(ask):
    client, _, handed, _ = ask(voucher=VOUCHER.replace(b"84.99", b"48.99"))
    page = client.get(handed["Location"]).content.decode()
    assert 'value="48.99 EUR"' in page and "EUR 84.99 (as you said before)" in page
    client.post(handed["Location"], {"paid": "48.99 EUR"})
    assert "paid=48.99+EUR" in Draft.objects.get().answers


def test_without_a_voucher_what_is_not_known_yet_is_asked(ask):
    answers = {name: text for name, text in ANSWERS.items() if name not in ("paid", "concluded_on")}
    client, secret, handed, _ = ask(answers)
    assert handed["Location"] == f"/cases/new/{secret}/read/"
    assert "What did you pay, and when?" in client.get(handed["Location"]).content.decode()
    wrong = client.post(handed["Location"], {"paid": "84,99", "concluded_on": "10/11/2026"})
    assert wrong.status_code == 422 and 'value="84,99"' in wrong.content.decode()
    done = client.post(handed["Location"], {"paid": "84,99 eur", "concluded_on": "2026-11-10"})
    assert done["Location"] == f"/cases/new/{secret}/reason/"
    assert "paid=84.99+EUR" in Draft.objects.get().answers


def test_a_file_that_is_not_taken_says_why_and_nothing_is_kept(ask, settings):
    client, secret, _, _ = ask()
    response = client.post(
        f"/cases/new/{secret}/voucher/", {"file": SimpleUploadedFile("v.pdf", b"MZ\x90\x00" + b"0" * 200)}
    )
    assert response.status_code == 422 and "Error:" in response.content.decode()
    assert not [path for path in settings.FILES.rglob("*") if path.is_file()]


def test_an_order_on_record_is_found_by_number_and_address_only(ask, school, person):
    nordlicht = school(platform="udemy")
    mei, eve = person("Mei"), person("Eve")
    with of(EVERYTHING):
        record = Purchase.objects.create(
            institution=nordlicht, email=mei.email, order_number="N-77", paid_minor=8499, currency="EUR",
            source=Source.FILE,
        )  # fmt: skip
    for who, fits in ((eve, False), (mei, True)):
        client, secret, _, reason = ask(mei=who, order="n-77")
        reason()
        assert (sent(client, secret).purchase_id == record.pk) is fits, who


def test_another_account_does_not_see_a_claimed_draft(ask, client_of, person):
    _, secret, _, _ = ask()
    eve = client_of(person("Eve"))
    for path in (f"/cases/new/{secret}/check/", f"/cases/new/{secret}/reason/", f"/drafts/{secret}/"):
        assert eve.get(path).status_code == 404, path
    assert Client(SERVER_NAME="localhost").get(f"/drafts/{secret}/").status_code == 404


def test_answers_are_kept_for_later_behind_an_address(client_of, person):
    client = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    kept = client.post(f"/drafts/?{urlencode(ANSWERS)}")
    page = client.get(kept["Location"])
    text = page.content.decode()
    assert "learner_place=DE" in text and kept["Location"] in text
    assert Draft.objects.get().secret not in kept["Location"]  # only the digest is kept
    mei = client_of(person())
    assert mei.post(kept["Location"]).status_code == 302
    assert client.get(kept["Location"]).status_code == 404
    assert mei.get(f"/drafts/{Draft.objects.get().secret}/").status_code == 200


def test_drafts_end_after_ninety_days_with_their_files(ask, settings, django_capture_on_commit_callbacks):
    _, _, _, _ = ask(voucher=VOUCHER)
    assert [path for path in settings.FILES.rglob("*") if path.is_file()]
    soon, later = (dt.datetime.now(dt.UTC) + dt.timedelta(days=days) for days in (89, 91))
    with django_capture_on_commit_callbacks(execute=True):
        assert drafts.forget(at=soon) == 0
        assert drafts.forget(at=later) == 1 and not Draft.objects.exists()
    assert not [path for path in settings.FILES.rglob("*") if path.is_file()]


@pytest.mark.parametrize("forget", [drafts.forget_all_of, lambda by: drafts.forget_files(at=IN_A_YEAR)])
def test_files_stay_where_what_removes_them_does_not_come_to_its_end(
    ask, settings, person, django_capture_on_commit_callbacks, forget
):
    """An account that is erased, and then is not, has its draft with its file."""
    ask(mei=(mei := person()), voucher=VOUCHER)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        forget(mei)
        assert not Draft.objects.filter(claimed_by=mei, typed__has_key="files").exists()
        transaction.set_rollback(True)
    (told,) = Draft.objects.get(claimed_by=mei).typed["files"]
    assert exhibits.original(told["stored"]) == VOUCHER


def test_a_draft_that_is_sent_while_old_ones_are_removed_keeps_its_files(ask, settings, monkeypatch):
    """What was read before the lock no longer holds: the case that was made meanwhile has the files."""
    _, _, _, _ = ask(voucher=VOUCHER)
    locking = drafts.QuerySet.select_for_update

    def meanwhile(rows, *more, **named):
        Draft.objects.update(typed={**Draft.objects.get().typed, "case": "RC-1"})
        return locking(rows, *more, **named)

    monkeypatch.setattr(drafts.QuerySet, "select_for_update", meanwhile)
    assert drafts.forget(at=dt.datetime.now(dt.UTC) + dt.timedelta(days=91)) == 1
    assert [path for path in settings.FILES.rglob("*") if path.is_file()]


def test_what_was_begun_is_listed_with_a_way_on_and_a_way_out(ask, settings, django_capture_on_commit_callbacks):
    client, _, _, _ = ask(voucher=VOUCHER)
    page = client.get("/cases/").content.decode()
    kept = Draft.objects.get().secret
    assert "Begun, not sent" in page and "Watercolour" in page and f"/cases/new/{kept}/reason/" in page
    assert client.get(f"/cases/new/{kept}/reason/").status_code == 200
    asked = client.get(f"/drafts/{kept}/away/")
    assert asked.status_code == 200 and Draft.objects.exists()  # asking first deletes nothing
    for _ in range(2):  # pressed twice
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(f"/drafts/{kept}/away/")["Location"] == "/cases/"
    assert not Draft.objects.exists() and not [path for path in settings.FILES.rglob("*") if path.is_file()]
    assert "Begun, not sent" not in client.get("/cases/").content.decode()


def test_a_draft_that_was_sent_or_is_anothers_is_not_thrown_away(ask, client_of, person):
    client, secret, _, reason = ask()
    kept = Draft.objects.get().secret
    eve = client_of(person("Eve"))
    assert eve.get(f"/drafts/{kept}/away/").status_code == 404
    assert eve.post(f"/drafts/{kept}/away/")["Location"] == "/cases/" and Draft.objects.exists()
    reason()
    case = sent(client, secret)
    assert client.post(f"/drafts/{kept}/away/")["Location"] == f"/cases/{case.reference}/sent/"
    assert Draft.objects.exists() and "Begun, not sent" not in client.get("/cases/").content.decode()


def test_a_complaint_needs_its_story_and_no_interview(client_of, person, school):
    nordlicht = school()
    client = client_of(person())
    text = client.get("/complain/").content.decode()
    assert nordlicht.slug in text
    begun = client.post("/complain/", {"institution": nordlicht.slug, "course_title": "Norwegian"})
    secret = begun["Location"].split("/")[3]
    client.post(f"/cases/new/{secret}/voucher/", {"without": "1"})
    typed = {"reason": "conduct", "remedy": "answer", "story": ""}
    assert client.post(f"/cases/new/{secret}/reason/", typed).status_code == 422
    client.post(f"/cases/new/{secret}/reason/", {**typed, "story": "He shouted.", "name": "Mei"})
    case = sent(client, secret)
    assert (case.kind, case.reason, case.stage, case.asked_minor) == ("complaint", "conduct", "received", None)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_step_answers_in_both_languages(ask, lang):
    client, secret, _, reason = ask(voucher=VOUCHER)
    reason()
    for step in ("order", "voucher", "read", "reason", "check"):
        response = client.get(f"/cases/new/{secret}/{step}/?lang={lang}")
        assert response.status_code == 200, step
        assert len(re.findall("<h1", response.content.decode())) == 1
    case = sent(client, secret)
    assert client.get(f"/cases/{case.reference}/sent/?lang={lang}").status_code == 200
    assert client.get(f"/cases/{case.reference}/receipt.pdf?lang={lang}").status_code == 200
