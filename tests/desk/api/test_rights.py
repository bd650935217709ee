"""Which key gets how far: every address with every kind of key, built from the table of addresses."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from recourse.api import keys, limits
from recourse.api.models import Call, Key, Scope
from recourse.api.routes import ROUTES
from recourse.desk.models import Role
from recourse.desk.scope import EVERYTHING, of
from recourse.work import clock

KEYED = [route for route in ROUTES if route.keyed]
BODIES = {
    "bring": {"purchases": [{"order_number": "R-1", "email": "a@example.org", "bought_on": "2026-11-10", "paid": "1.00 EUR"}]},
    "put": {"email": "a@example.org", "bought_on": "2026-11-10", "paid": "1.00 EUR"},
    "progress": {"progress": [{"order_number": "R-1", "at": "2026-11-10T00:00:00Z", "facts": {"lessons_taken": "1"}}]},
    "ask": {"text": "x"}, "reply": {"text": "x"}, "decide": {"kind": "answered"},
}  # fmt: skip
OF_THEIRS = ("purchase", "case", "ask", "reply", "decide", "payout", "course", "calls")  # which name one thing


@pytest.fixture
def world(school, key_of, case, monkeypatch):
    monkeypatch.setattr(limits, "OF_ADDRESS", 10**9)
    ours, theirs = school("Ours"), school("Theirs")
    made = case(ours)
    values = {
        "order_number": made.purchase.order_number, "reference": made.reference, "slug": "none",
        "id": str(made.pk), "idempotency_key": "none",
    }  # fmt: skip
    return SimpleNamespace(ours=ours, theirs=theirs, case=made, values=values, mine=key_of(ours), other=key_of(theirs))


def send(call, route, values, secret, **more):
    return call(route.method, route.path.format(**values), secret, BODIES.get(route.name), **more)


def test_every_key_gets_as_far_as_the_table_says(call, world, key_of):
    with of(EVERYTHING):
        past = key_of(world.ours)
        Key.objects.filter(pk=past.key.pk).update(until=clock.now())
        ended = key_of(world.ours)
        keys.revoke(key=ended.key, by=world.ours.staff[Role.ADMINISTRATOR], at=clock.now())
    wrong = {
        "none": "", "past": past.secret, "revoked": ended.secret, "cut": world.mine.secret[:-1],
        "other secret": f"rcs_{world.mine.key.prefix}_{'x' * 43}", "no such": f"rcs_zzzzzzzz_{'x' * 43}", "odd": "rcs_",
    }  # fmt: skip
    single = {scope: key_of(world.ours, scope.value).secret for scope in Scope}
    for route in KEYED:
        answers = {name: send(call, route, world.values, secret) for name, secret in wrong.items()}
        assert {one.status_code for one in answers.values()} == {401}, route.name
        assert len({one.content for one in answers.values()}) == 1, (
            "they are alike: nobody learns which keys there were"
        )
        for scope, secret in single.items():
            found = send(call, route, world.values, secret)
            allowed = not route.scopes or scope in route.scopes
            assert (found.status_code != 403 or found.json()["errors"][0]["where"] != "Authorization") == allowed, (
                route.name, scope, found.content,
            )  # fmt: skip
            assert found.status_code < 500


@pytest.mark.parametrize("route", [route for route in KEYED if route.name in OF_THEIRS], ids=lambda route: route.name)
def test_what_is_another_tenants_and_what_is_missing_are_alike(call, world, route):
    missing = {
        "order_number": "N-none", "reference": "RC-2222-2222", "slug": "none", "idempotency_key": "nothing",
        "id": "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
    }  # fmt: skip
    theirs = send(call, route, world.values, world.other.secret)
    none = send(call, route, missing, world.other.secret)
    assert (theirs.status_code, theirs.content) == (none.status_code, none.content) and theirs.status_code == 404


def test_lists_hold_nothing_of_another_tenant(call, world):
    for route in KEYED:
        if route.method == "GET" and "{" not in route.path:
            found = send(call, route, {}, world.other.secret)
            assert found.status_code == 200, route.name
            assert world.case.reference.encode() not in found.content
            assert world.ours.name.encode() not in found.content


def test_a_session_opens_nothing(client_of, world):
    browser = client_of(world.ours.staff[Role.ADMINISTRATOR], second=True)
    for route in KEYED:
        found = browser.generic(route.method, "/api/v1" + route.path.format(**world.values))
        assert found.status_code == 401, route.name


def test_only_an_administrator_makes_and_ends_keys(world):
    for role in set(Role) - {Role.ADMINISTRATOR}:
        with of(EVERYTHING), pytest.raises(keys.Problem):
            keys.make(
                institution=world.ours,
                by=world.ours.staff[role],
                name="x",
                scopes=["cases:read"],
                days=1,
                at=clock.now(),
            )
        with of(EVERYTHING), pytest.raises(keys.Problem):
            keys.revoke(key=world.mine.key, by=world.ours.staff[role], at=clock.now())


def test_the_secret_is_kept_nowhere(call, world):
    call("POST", "/purchases", world.mine.secret, BODIES["bring"])
    with of(EVERYTHING):
        rows = [*Key.objects.values_list(), *Call.objects.values_list()]
    assert world.mine.secret not in repr(rows) and world.mine.secret.rpartition("_")[2] not in repr(rows)


def test_when_a_key_was_used_is_seen(call, world):
    assert world.mine.key.used_at is None
    call("GET", "/institution", world.mine.secret)
    with of(EVERYTHING):
        first = Key.objects.get(pk=world.mine.key.pk).used_at
    assert first is not None


def test_keys_are_tried_slowly(call, world, monkeypatch):
    monkeypatch.setattr(limits, "OF_ADDRESS", 2)
    found = [call("GET", "/institution", f"rcs_{number}_x").status_code for number in range(8)]
    assert found[0] == 401 and 429 in found


def test_an_administrator_makes_a_key_in_the_browser_and_sees_it_once(client_of, call, world):
    browser = client_of(world.ours.staff[Role.ADMINISTRATOR], second=True)
    at = f"/desk/{world.ours.slug}/set-up/keys/"
    made = browser.post(at, {"name": "Shop", "scopes": ["cases:read"], "days": "30"})
    secret = made.content.decode().partition("<code>rcs_")[2].partition("</code>")[0]
    assert made["Cache-Control"] == "no-store" and call("GET", "/cases", f"rcs_{secret}").status_code == 200
    page = browser.get(at)
    assert secret not in page.content.decode() and b"Shop" in page.content
    again = browser.post(at, {"name": "Shop", "scopes": ["cases:read"], "days": "30"})
    assert again.status_code == 422
    with of(EVERYTHING):
        key = Key.objects.get(institution=world.ours, name="Shop")
    browser.post(f"{at}{key.pk}/revoke/")
    assert call("GET", "/cases", f"rcs_{secret}").status_code == 401


def test_an_endpoint_is_opened_and_closed_in_the_browser(client_of, world, case):
    browser = client_of(world.ours.staff[Role.ADMINISTRATOR], second=True)
    at = f"/desk/{world.ours.slug}/set-up/endpoints/"
    assert browser.post(at, {"url": "https://10.0.0.1/", "kinds": ["case.received"]}).status_code == 422
    made = browser.post(at, {"url": "https://hooks.example.org/in", "kinds": ["case.received"]})
    assert b"whsec_" in made.content and b"whsec_" not in browser.get(at).content
    sent = case(world.ours)
    assert sent.reference.encode() in browser.get(at).content
    with of(EVERYTHING):
        endpoint = world.ours.endpoints.get()
    browser.post(f"{at}{endpoint.pk}/close/")
    with of(EVERYTHING):
        assert world.ours.endpoints.get().closed_at is not None
