"""For everybody: the same answers as the command line, within limits, without anything of a tenant."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from recourse import library as data
from recourse.api import limits, shapes
from recourse.api.routes import ROUTES
from recourse.assess import assess
from recourse.desk import visitors
from recourse.desk.models import Visits
from recourse.facts import read_facts
from recourse.work import clock

FACTS = {"learner_place": "DE", "paid": "84.99 EUR", "concluded_on": "2026-11-10", "kind": "recorded-course"}


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_owed_is_what_the_command_line_prints(call, lang):
    body = {"facts": FACTS, "platform": "udemy", "asked_on": "2026-11-20"}
    found = call("POST", "/assess", body=body, **{"Accept-Language": lang})
    library = data.load()
    day = dt.date(2026, 11, 20).toordinal()
    same = assess(library, read_facts(FACTS, library.vocabulary), platform="udemy", asked_on=day).to_json(lang)
    assert found.status_code == 200 and json.loads(found.content) == json.loads(json.dumps(same))


@pytest.mark.parametrize(
    ("body", "status", "where"),
    [
        (b"{", 400, "body"), (b'{"facts": {"paid": NaN}}', 400, "body"), (b'{"facts": {}, "facts": {}}', 400, "body"),
        (b"\xff", 400, "body"), (b"[" * 5000, 400, "body"), (b'{"facts": {"kind": "\\u0000"}}', 400, "/facts/kind"),
        (b'{"facts": {"kind": "\\ud800"}}', 400, "/facts/kind"), (b"[]", 422, "/"), (b"{}", 422, "/facts"),
        (b'{"facts": {"paid": "85 XXQ"}}', 422, "/facts/paid"), (b'{"facts": {"payd": "85 EUR"}}', 422, "/facts/payd"),
        (b'{"facts": {"paid": 84.99}}', 422, "/facts/paid"), (b'{"facts": {}, "factz": 1}', 422, "/factz"),
        (b'{"facts": {}, "platform": "no-such"}', 422, "/platform"), (b'{"facts": {}, "place": "XX"}', 422, "/place"),
        (b'{"facts": {}, "rule": "no-such"}', 422, "/rule"), (b'{"facts": {}, "asked_on": "soon"}', 422, "/asked_on"),
        (b'{"facts": {"paid": {"a": 1}}}', 422, "/facts/paid"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_is_wrong_is_said_with_its_place(call, body, status, where, lang):
    found = call("POST", "/assess", body=body, **{"Accept-Language": lang})
    told = found.json()
    assert (found.status_code, found["Content-Type"]) == (status, "application/problem+json"), told
    assert told["status"] == status and told["errors"][0]["where"] == where
    assert told["title"].isascii() == (lang == "en")


def test_a_body_that_is_too_large_or_of_another_kind_is_refused(call, client):
    large = call("POST", "/assess", body={"facts": {"kind": "x" * 70_000}})
    other = client.post("/api/v1/assess", {"facts": "{}"})
    assert (large.status_code, other.status_code) == (413, 415)


@pytest.mark.parametrize(
    ("path", "name", "one"),
    [("rules", "rules", "/rules/{}"), ("platforms", "platforms", "/platforms/{}"), ("bodies", "bodies", "/bodies/{}")],
)
def test_lists_lead_to_what_they_list(call, path, name, one):
    listed = call("GET", f"/{path}").json()[name]
    assert len(listed) > 20
    found = call("GET", one.format(listed[0]["id"]))
    assert found.status_code == 200 and found.json()["id"] == listed[0]["id"]
    assert call("GET", one.format("no-such")).status_code == 404


def test_places_and_facts(call):
    codes = [one["code"] for one in call("GET", "/places").json()["places"]]
    assert "DE" in codes and call("GET", "/places/DE?on=2026-11-20").json()["giving"]
    assert call("GET", "/places/WORLD").status_code == 404
    facts = {one["id"] for one in call("GET", "/facts").json()["facts"]}
    assert facts == set(data.load().vocabulary.facts)


def test_rules_of_a_place_hold_there(call):
    found = call("GET", "/rules?place=US-CA").json()["rules"]
    assert {one["place"] for one in found} <= {"US-CA", "US", "WORLD"} and found
    assert call("GET", "/rules?place=EU").json()["rules"]
    clauses = call("GET", "/rules?platform=udemy&kind=clause").json()["rules"]
    assert clauses and {(one["platform"], one["kind"]) for one in clauses} == {("udemy", "clause")}


@pytest.mark.parametrize("name", ["place", "platform", "kind"])
def test_what_there_is_not_is_no_empty_list(call, name):
    found = call("GET", f"/rules?{name}=udmey")
    assert (found.status_code, found.json()["errors"][0]["where"]) == (422, f"query:{name}")
    assert call("GET", f"/rules?{name}=").status_code == 200


def test_a_parameter_that_there_is_not_is_refused(call):
    assert call("GET", "/rules?nothing=1").json()["errors"][0]["where"] == "query:nothing"


def test_an_unknown_address_and_another_method_say_what_there_is(call):
    assert call("GET", "/nothing").status_code == 404
    found = call("DELETE", "/assess")
    assert (found.status_code, found["Allow"]) == (405, "POST")


def test_who_asks_too_often_is_told_when_to_come_back(call, monkeypatch):
    monkeypatch.setattr(limits, "OF_ADDRESS", 3)
    found = [call("GET", "/platforms/udemy") for _ in range(4)]
    assert [one.status_code for one in found] in ([200, 200, 200, 429], [200] * 4)  # a minute may begin in between
    last = [call("GET", "/platforms/udemy") for _ in range(4)][-1]
    assert last.status_code == 429 and 1 <= int(last["Retry-After"]) <= 60


def test_no_address_is_kept(call):
    call("GET", "/platforms/udemy")
    assert Visits.objects.exists()
    assert all(len(one.who) == 64 and "127.0.0.1" not in one.who for one in Visits.objects.all())


def test_addresses_that_there_are_not_are_tried_slowly(call, monkeypatch):
    monkeypatch.setattr(limits, "OF_ADDRESS", 2)
    found = [call(*one).status_code for one in [("GET", "/nothing"), ("DELETE", "/assess")] * 4]
    assert found[:2] == [404, 405] and 429 in found


def test_behind_our_own_proxy_each_network_is_counted_for_itself_whatever_it_writes(rf, settings):
    def seen(address: str, forwarded: str = "") -> str:
        above = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
        return visitors.network(rf.get("/", REMOTE_ADDR=address, **above))

    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert seen("127.0.0.1", "192.0.2.1") == seen("127.0.0.1", "203.0.113.9, 192.0.2.1") == seen("192.0.2.1")
    assert seen("127.0.0.1", "192.0.2.1") != seen("127.0.0.1", "192.0.2.2")
    assert seen("", "192.0.2.1") == seen("192.0.2.1"), "a socket of the machine has no address"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 0
    assert seen("192.0.2.7", "192.0.2.1") == seen("192.0.2.7", "192.0.2.2") == seen("192.0.2.7")
    assert seen("2001:db8:1:2::1") == seen("2001:db8:1:2::2") != seen("2001:db8:1:3::1")
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    assert seen("127.0.0.1", "192.0.2.1") == seen(""), "who came around a proxy is not told apart, and is answered"


def test_a_line_s_end_is_no_part_of_a_pattern():
    cursor = "1_00000000-0000-4000-8000-000000000000"
    shape = next(one.query["after"] for one in ROUTES if one.name == "payouts")
    assert not list(shapes.problems(cursor, shape)) and list(shapes.problems(f"{cursor}\n", shape))


@pytest.mark.parametrize(("place", "day"), [("KR", "2026-11-21"), ("DE", "2026-11-20")])
def test_without_a_day_it_is_the_learner_s_own(call, monkeypatch, place, day):
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 11, 20, 20, 0, tzinfo=dt.UTC))
    assert call("POST", "/assess", body={"facts": {"learner_place": place}}).json()["asked_on"] == day
    assert call("POST", "/assess", body={"facts": {}, "place": place}).json()["asked_on"] == day
    assert call("GET", f"/places/{place}").json()["asked_on"] == day
