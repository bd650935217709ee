"""The policy as its text: the same policy as in the form, errors with their place, and nothing lost by the other view."""

from __future__ import annotations

import re

import pytest

from recourse.desk.models import Policy, Role
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import policies
from recourse.desk.terms import read

FORM = {
    "since": "2026-01-01", "window_days": "14", "window_use": "", "meter": "held", "until_0": "25", "back_0": "75",
    "fee": "", "currency": "EUR", "pay_days": "14", "places": "Germany", "reason": "Seats.",
}  # fmt: skip
EXTRA = "  - {id: moved-away, if: reason is illness, pay: 1/2 of paid}\n"


@pytest.fixture
def desk(school, client_of):
    """A school, the address of its policy, and a browser of its administrator."""
    made = school()
    made.slug = "nordlicht"  # which stands in the policy: a text that was compared with the law is not compared again
    with of(EVERYTHING):
        made.save(update_fields=["slug"])
    return made, f"/desk/{made.slug}/policy/", client_of(made.staff[Role.ADMINISTRATOR], second=True)


def text_of(client, at):
    found = re.search(
        r'<textarea[^>]*name="text"[^>]*>\n(.*?)</textarea>', client.get(f"{at}text/").content.decode(), re.DOTALL
    )
    return found[1].replace("&quot;", '"').replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def versions(made):
    with of(EVERYTHING):
        return list(Policy.objects.filter(institution=made).order_by("number"))


def test_form_and_text_are_one_policy(desk):
    made, at, client = desk
    assert client.post(f"{at}write/", {**FORM, "do": "publish"}).status_code == 302
    text = text_of(client, at)
    assert "article: version 2," in text and "used <= 25%" in text
    sent = {"text": text.replace("pay: 75% of paid", "pay: 80% of paid"), "places": "Germany", "reason": "Seats."}
    shown = client.post(f"{at}text/", {**sent, "do": "show"})
    assert shown.status_code == 200 and "<svg" in shown.content.decode() and len(versions(made)) == 1
    for _ in range(2):  # sent twice
        assert client.post(f"{at}text/", {**sent, "do": "publish"}).status_code == 302
    first, second = versions(made)
    assert (first.number, second.number) == (1, 2)
    assert read(second.text)[1].bands[0].back * 100 == 80
    assert 'value="80"' in client.get(f"{at}write/").content.decode()  # the form reads it back


def test_what_the_form_cannot_say_is_kept_and_shown_as_such(desk):
    made, at, client = desk
    client.post(f"{at}write/", {**FORM, "do": "publish"})
    text = text_of(client, at).replace("  - {id: later", EXTRA + "  - {id: later")
    for _ in range(2):
        answer = client.post(
            f"{at}text/", {"text": text.replace("\n", "\r\n"), "places": "Germany", "reason": "Seats.", "do": "publish"}
        )
        assert answer.status_code == 302, answer.content.decode()
    kept = versions(made)[-1]
    assert kept.number == 2 and EXTRA in kept.text and read(kept.text) is None
    form = client.get(f"{at}write/").content.decode()
    assert "says more than this form can" in form and f"{at}text/" in form
    refused = client.post(f"{at}write/", {**FORM, "do": "publish"})
    assert refused.status_code == 422 and "change its text instead" in refused.content.decode()
    assert len(versions(made)) == 2 and EXTRA in text_of(client, at)
    assert client.post(f"{at}write/", {**FORM, "do": "publish", "replace": "on"}).status_code == 302
    assert len(versions(made)) == 3


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("pay: 75% of paid", "pay: 75% of payed", "Line 20, column 47"),
        ("clauses:", "clauses: [", "Line "),
        ("platform: own-", "platform: udemy-", "Line 1, column 11"),
        ("requested_on", "asked_for_on", "Line "),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_was_typed_stays(desk, old, new, says):
    made, at, client = desk
    client.post(f"{at}write/", {**FORM, "do": "publish"})
    text = text_of(client, at)
    assert old in text
    answer = client.post(
        f"{at}text/", {"text": text.replace(old, new), "places": "Germany", "reason": "Seats.", "do": "publish"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and says in page and new in page and "<title>Error:" in page, page
    assert len(versions(made)) == 1


def test_less_than_the_law_takes_a_reason_in_the_text_too(desk):
    made, at, client = desk
    client.post(f"{at}write/", {**FORM, "do": "publish"})
    text = (
        text_of(client, at)
        .replace("pay: paid}", "pay: 1/10 of paid}")
        .replace("  - {id: later", EXTRA + "  - {id: later")
    )
    sent = {"text": text, "places": "Germany", "do": "publish"}
    refused = client.post(f"{at}text/", sent)
    assert refused.status_code == 422 and "This gives less than the law" in refused.content.decode()
    assert client.post(f"{at}text/", {**sent, "reason": "Seats are few."}).status_code == 302
    kept = versions(made)[-1]
    assert kept.shortfalls and kept.reason == "Seats are few."


def test_only_an_administrator_writes_it(desk, client_of):
    made, at, _ = desk
    assert client_of(made.staff[Role.AGENT], second=True).get(f"{at}text/").status_code == 403


def test_nobody_publishes_another_platforms_policy(desk):
    made, at, client = desk
    client.post(f"{at}write/", {**FORM, "do": "publish"})
    text = text_of(client, at)
    foreign = text.replace(f"- id: own-{made.slug}-refund", "- id: udemy-refund")
    with of(EVERYTHING), pytest.raises(Exception, match="needs an id of this institution"):
        policies.own_text(made, foreign, versions(made)[0].published_at.date())
