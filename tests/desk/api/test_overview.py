"""What an institution's system reads of its house: prices, payouts page by page and what happened to them, figures."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.cache import cache
from setting import NOON

from recourse.api import keys, overview
from recourse.desk.models import Case, Course, Institution, Offer, Payment, Role
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.selectors import figures
from recourse.desk.stages import Kind
from recourse.money import Money
from recourse.payouts.models import Payout
from recourse.payouts.services import paying
from recourse.work import clock

DAY = dt.timedelta(days=1)


def planned(made: Case, ours: Institution) -> Payout:
    payment = Payment.objects.get(purchase=made.purchase)
    parts = (paying.Part(8499, "manual", payment.pk),)
    (row,) = paying.plan(case=made, by=ours.staff[Role.FINANCE], parts=parts, token=made.pk, at=NOON)
    return row


def test_the_price_of_now_is_the_newest_for_everybody_and_all_prices_are_told(call, school, key_of):
    ours, now = school(), clock.now()
    with of(EVERYTHING):
        row = Course.objects.create(
            institution=ours, slug="norwegian", title="Norwegian", starts_on=NOON.date(), lessons=12
        )
        Course.objects.create(institution=ours, slug="old", title="Old")
        for minor, begins, ends, condition in (
            (12_000, -90, -30, ""), (9_900, -30, None, ""), (8_499, -10, None, ""), (100, -5, -1, ""),
            (4_900, -2, None, "students"), (15_000, 30, None, ""),
        ):  # fmt: skip
            Offer.objects.create(
                course=row, price_minor=minor, currency="EUR", condition=condition, begins_at=now + begins * DAY,
                ends_at=None if ends is None else now + ends * DAY, fees=[{"name": "Book", "minor": 499}],
            )  # fmt: skip
    secret = key_of(ours).secret
    listed = call("GET", "/courses", secret).json()["courses"]
    assert [(one["slug"], one["price"], one["starts_on"], one["lessons"]) for one in listed] == [
        ("norwegian", "84.99 EUR", NOON.date().isoformat(), 12), ("old", None, None, None),
    ]  # fmt: skip
    whole = call("GET", "/courses/norwegian", secret).json()
    assert whole["price"] == "84.99 EUR"
    assert [(one["price"], one["condition"], one["ends_at"] is None) for one in whole["offers"]] == [
        ("150.00 EUR", None, True), ("49.00 EUR", "students", True), ("1.00 EUR", None, False), ("84.99 EUR", None, True),
        ("99.00 EUR", None, True), ("120.00 EUR", None, False),
    ]  # fmt: skip
    assert {str(one["fees"]) for one in whole["offers"]} == {str([{"name": "Book", "amount": "4.99 EUR"}])}
    assert whole["offers"][0]["begins_at"] == (now + 30 * DAY).isoformat()


def test_payouts_are_read_page_by_page_to_their_end_each_once(call, school, key_of, case, monkeypatch):
    monkeypatch.setattr(overview, "PAGE", 2)
    ours = school()
    with of(EVERYTHING):
        rows = [planned(case(ours, Kind.WITHDRAWAL), ours) for _ in range(4)]
        Payout.objects.filter(pk=rows[0].pk).update(at=rows[0].at + 60)
        Payout.objects.filter(pk=rows[1].pk).update(at=rows[0].at - 60)
    same = sorted(str(one.pk) for one in rows[2:])  # changed in the same second, on either side of a page's end
    wanted = [str(rows[0].pk), *same, str(rows[1].pk)]
    secret, found, after = key_of(ours, "payouts:read").secret, [], ""
    for _ in range(2):
        page = call("GET", f"/payouts?state=planned{after}", secret).json()
        found += [one["id"] for one in page["payouts"]]
        assert len(page["payouts"]) == 2
        after = f"&after={page['after']}"
    assert found == wanted and page["after"] is None
    assert call("GET", "/payouts?after=1_x", secret).status_code == 422


def test_what_happened_to_a_payout_is_read(call, school, key_of, case):
    ours = school(approval_minor=10_000, approval_currency="EUR")
    with of(EVERYTHING):
        row = planned(case(ours, Kind.WITHDRAWAL), ours)
        paying.release(payout=row.pk, by=ours.staff[Role.FINANCE], seen=Money(8499, "EUR"), at=NOON)
    found = call("GET", f"/payouts/{row.pk}", key_of(ours).secret).json()
    assert [(one["kind"], one["source"], one["before"], one["after"]) for one in found["events"]] == [
        ("send", "staff", "planned", "sending")
    ]
    assert found["events"][0]["at"] == NOON.isoformat() == found["changed_at"]
    assert (found["state"], found["amount"], found["two_people"], found["external"]) == (
        "sending", "84.99 EUR", False, False,
    )  # fmt: skip


def test_figures_are_counted_once_in_some_minutes_and_say_when(call, school, key_of, case, monkeypatch):
    ours = school()
    case(ours)
    secret, asked = key_of(ours).secret, "/figures?first=2026-11-01&last=2026-11-30"
    first = call("GET", asked, secret).json()
    case(ours)
    assert call("GET", asked, secret).json() == first and first["months"][0]["refunds"] == 1
    assert dt.datetime.fromisoformat(first["counted_at"]) <= clock.now()
    cache.clear()
    assert call("GET", asked, secret).json()["months"][0]["refunds"] == 2
    monkeypatch.setattr(figures, "LONGEST", 28)
    assert call("GET", asked, secret).status_code == 422


@pytest.mark.parametrize(("place", "day"), [("KR", "2026-11-21"), ("DE", "2026-11-20"), ("US-HI", "2026-11-20")])
def test_a_day_is_that_of_the_institution(call, school, key_of, monkeypatch, place, day):
    ours = school(place=place)
    secret = key_of(ours).secret
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 11, 20, 20, 0, tzinfo=dt.UTC))
    assert call("GET", "/figures", secret).json()["last"] == day


def test_when_a_key_was_used_is_kept_to_the_minute(call, school, key_of, asks):
    made, now = key_of(school()), clock.now()
    seen = []
    for seconds in (0, 59, 61):
        with of(EVERYTHING):
            key = keys.presented(f"Bearer {made.secret}", now + dt.timedelta(seconds=seconds))
            seen.append(type(key).objects.get(pk=key.pk).used_at)
    assert seen == [now, now, now + dt.timedelta(seconds=61)]
    with of(EVERYTHING), asks(1):
        keys.presented(f"Bearer {made.secret}", now + dt.timedelta(seconds=70))
