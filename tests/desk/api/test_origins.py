"""Pages of other sites: they may read what is for everybody, and nothing that a key opens; and no address answers a page."""

from __future__ import annotations

import pytest

from recourse.api import limits
from recourse.api.routes import ROUTES

FROM = {"Origin": "https://courses.example"}
FILLED = {"id": "udemy", "code": "DE", "order_number": "1", "slug": "x", "reference": "RC-2222-2222", "idempotency_key": "k"}  # fmt: skip
SAYS_ALL = "Access-Control-Allow-Origin"


def before(call, route):
    """What a browser asks before the call itself."""
    asks = {"Access-Control-Request-Method": route.method, "Access-Control-Request-Headers": "content-type"}
    return call("OPTIONS", route.path.format(**FILLED), **FROM, **asks)


def test_any_site_may_ask_what_is_for_everybody_and_none_what_needs_a_key(call, school, key_of):
    secret = key_of(school()).secret
    for route in ROUTES:
        first = before(call, route)
        then = call(route.method, route.path.format(**FILLED), secret if route.keyed else "", {}, **FROM)
        if route.keyed:
            assert first.status_code == 405 and SAYS_ALL not in first and SAYS_ALL not in then, route.name
        else:
            assert (first.status_code, first[SAYS_ALL], then[SAYS_ALL]) == (204, "*", "*"), route.name
            assert route.method in first["Access-Control-Allow-Methods"], route.name
            assert "content-type" in first["Access-Control-Allow-Headers"].lower()
            assert then["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "Access-Control-Allow-Credentials" not in first and "Access-Control-Allow-Credentials" not in then


def test_a_refusal_is_read_there_too_and_with_it_when_to_come_back(call, client, monkeypatch):
    assert call("POST", "/assess", body={}, **FROM)[SAYS_ALL] == call("GET", "/nothing", **FROM)[SAYS_ALL] == "*"
    monkeypatch.setattr(limits, "OF_ADDRESS", 0)
    late = call("GET", "/platforms/udemy", **FROM)
    assert (late.status_code, late[SAYS_ALL]) == (429, "*")
    assert late["Access-Control-Expose-Headers"] == "Retry-After" and late["Retry-After"]
    assert client.get("/api/v1/openapi.json")[SAYS_ALL] == "*"


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "path",
    ["/api/nothing", "/api/v1", "/api/v1/", "/api/v2/rules", "/api/v1/nothing%0a", "/api/v1/%0arules", "/api/v1/rules%0a",
     "/api/v1/rules/%00", "/api/%00", "/api/v1/cases/%0a", "/api/v1/calls/a%0ab", "/api/v1/" + "x" * 20_000,
     "/api/v1/rules/" + "x/" * 9_000, "/api/v1/%ff", "/api/v1//rules", "/api/v1/rules/../rules", "/api/v1/rules/%E2%80%A8"],
)  # fmt: skip
def test_every_address_answers_programs(client, db, method, path):
    found = client.generic(method, path, "{}", content_type="application/json")
    assert found["Content-Type"] == "application/problem+json" and found.json()["status"] == found.status_code
    assert found.status_code in (401, 404, 405)


def test_what_goes_wrong_before_the_door_is_said_to_programs_too(client, db):
    many = client.get("/api/v1/rules?" + "&".join(f"a{number}=" for number in range(500)))
    stranger = client.get("/api/v1/rules", headers={"Host": "elsewhere.example"})
    for found in (many, stranger):
        assert (found.status_code, found["Content-Type"]) == (400, "application/problem+json")
        assert found.json()["type"] == "/api/#not-readable"
    assert client.delete("/api/v1/openapi.json").json()["status"] == 405
    for path, host in (
        ("/?" + "&".join(f"a{number}=" for number in range(500)), "localhost"),
        ("/api/", "elsewhere.example"),
    ):
        page = client.get(path, headers={"Host": host})
        assert (page.status_code, page["Content-Type"]) == (400, "text/html; charset=utf-8"), "people read a page"
