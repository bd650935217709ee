"""The description is true: every answer is as it says, whatever is sent, and its links lead somewhere."""

from __future__ import annotations

import json
import re
from functools import cache
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from setting import NOON
from shaped import NASTY, fitting, near

from recourse.api import calls, limits, shapes
from recourse.api.describing import described, statuses
from recourse.api.models import Kind as Told
from recourse.api.refusals import Refused
from recourse.api.routes import ROUTES
from recourse.api.schemas import KEY, NAMED
from recourse.desk.models import Case, Course, Payment, Role
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.stages import Kind
from recourse.payouts.services import paying
from several import each

TOLD = described("en")
SCHEMAS = TOLD["components"]["schemas"]
GROUPS = 4  # of routes: each is tried on a school of its own, in a process of its own where there are several
ENFORCED = {
    "type", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "minLength", "maxLength",
    "pattern", "enum", "format", "description", "examples",
}  # fmt: skip


@cache
def validator(name: str) -> Draft202012Validator:
    return Draft202012Validator({"$ref": f"#/components/schemas/{name}", "components": TOLD["components"]})


@cache
def as_the_standard_reads(name: str) -> Draft202012Validator:
    return Draft202012Validator({**NAMED[name], "components": TOLD["components"]})


def holds(name: str, value: Any) -> None:
    validator(name).validate(value)


def test_it_is_openapi_3_1_in_both_languages_and_every_schema_is_one(client, db):
    for lang in ("en", "zh"):
        found = client.get("/api/v1/openapi.json", headers={"Accept-Language": lang}).json()
        assert found["openapi"] == "3.1.0" and found["info"]["description"].isascii() is False
        operations = [one for path in found["paths"].values() for one in path.values()]
        assert len({one["operationId"] for one in operations}) == len(operations) == len(ROUTES)
        for one in operations:
            for answer in one["responses"].values():
                for link in answer.get("links", {}).values():
                    target = next(other for other in operations if other["operationId"] == link["operationId"])
                    assert set(link["parameters"]) <= {p["name"] for p in target["parameters"]}
    assert set(found["webhooks"]) == set(Told)
    for name, schema in SCHEMAS.items():
        Draft202012Validator.check_schema(schema)
        for reference in re.findall(r'"\$ref": "#/components/schemas/([^/"]+)', json.dumps(schema)):
            assert reference in SCHEMAS, name


def keywords(schema: Any, inside: str = "") -> set[str]:
    if not isinstance(schema, dict):
        return set()
    found = set() if inside == "properties" else set(schema)
    return found.union(
        *(keywords(one, name) for name, one in schema.items() if name not in ("examples", "enum")), set()
    )


def test_what_is_asked_is_described_with_what_is_enforced_and_nothing_else():
    asked = {route.name: NAMED[route.body] for route in ROUTES if route.body}
    asked |= {f"{route.name} {name}": dict(shape) for route in ROUTES for name, shape in route.query.items()}
    asked["Idempotency-Key"] = KEY
    for name, schema in asked.items():
        assert keywords(schema) <= ENFORCED, name
    assert set().union(*map(keywords, asked.values())) >= ENFORCED, "and nothing is enforced that nobody asks for"


def test_the_key_of_a_call_is_described_as_it_is_enforced():
    writing = [one for path in TOLD["paths"].values() for one in path.values() if one["responses"].get("409")]
    assert writing
    for one in writing:
        header = next(found["schema"] for found in one["parameters"] if found["in"] == "header")
        standard = Draft202012Validator(header)
        for name in ("order 7/a: (x)", "~", "k" * 255, "k" * 256, "a\x01", "a\x7f", "é", "", "a\n"):
            try:
                taken = calls.named(name) == name
            except Refused:
                taken = False
            assert taken == (standard.is_valid(name) and not name.endswith("\n")), name


@pytest.mark.parametrize("route", [one for one in ROUTES if one.body], ids=lambda one: one.name)
@given(data=st.data())
@settings(max_examples=60)
def test_the_door_s_own_reading_of_a_schema_is_the_standard_s(route, data):
    """Two readings of the same schema agree; where they may differ (blanks, formats) ours is the stricter."""
    value = json.loads(json.dumps(data.draw(near(NAMED[route.body]) | fitting(NAMED[route.body]))), parse_float=str)
    standard = as_the_standard_reads(route.body)
    ours = list(shapes.problems(value, NAMED[route.body]))
    if not ours:
        assert standard.is_valid(value), value
    elif standard.is_valid(value):
        words = {one.message.en for one in ours}
        assert all("cannot be read" in one or "empty" in one for one in words), (value, words)


@pytest.fixture
def world(school, key_of, case, monkeypatch):
    monkeypatch.setattr(limits, "OF_KEY", 10**9)
    monkeypatch.setattr(limits, "OF_ADDRESS", 10**9)
    ours, theirs = school("Ours", approval_minor=10_000), school("Theirs")
    made, hidden = case(ours), case(theirs)
    with of(EVERYTHING):
        seen = made.assessments.get()
    known = {
        "reference": [made.reference, hidden.reference], "id": [str(made.pk), "udemy", "de-bgb-withdrawal"], "slug": ["x"],
        "order_number": [made.purchase.order_number, hidden.purchase.order_number], "code": ["DE", "US-CA", "WORLD"],
        "idempotency_key": ["k"],
    }  # fmt: skip
    secrets = [hidden.reference, hidden.purchase.order_number, hidden.learner.email, str(hidden.pk), str(theirs.pk)]
    return SimpleNamespace(secret=key_of(ours).secret, known=known, foreign=secrets, seen=str(seen.pk))


@pytest.mark.parametrize("start", range(GROUPS))
def test_whatever_is_sent_is_answered_as_described(world, start):
    """No answer of ours breaks, each fits its schema and its status, and none holds a word of another tenant."""

    def undone(route):
        with transaction.atomic():
            whatever_is_sent(world, route)
            transaction.set_rollback(True)

    each(ROUTES[start::GROUPS], undone, lambda route: route.name)


def whatever_is_sent(world, route):
    client = Client(SERVER_NAME="localhost")
    # Slow ones are tried less: they read the whole corpus aloud.
    tries = 6 if route.name in ("facts", "bodies", "rules", "place") else 40

    @given(data=st.data())
    @settings(max_examples=tries, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    def tried(data):
        values = {name: data.draw(st.sampled_from([*world.known[name], *NASTY]) if name in world.known else st.text(max_size=9))
                  for name in route.names}  # fmt: skip
        path = "/api/v1" + re.sub(r"{(\w+)}", lambda m: quote(values[m[1]], safe=""), route.path)
        query = data.draw(st.fixed_dictionaries({}, optional={
            name: fitting(dict(shape)) | st.sampled_from(NASTY) for name, shape in route.query.items()
        }))  # fmt: skip
        pairs = "&".join(
            f"{name}={quote(str(text), safe='')}" for name, text in query.items() if str(text)[:1] < "\ud800"
        )
        body = data.draw(fitting(NAMED[route.body]) | near(NAMED[route.body])) if route.body else None
        if isinstance(body, dict) and "assessment" in body and data.draw(st.booleans()):
            body["assessment"] = world.seen
        found = client.generic(
            route.method, f"{path}?{pairs}", json.dumps(body) if body is not None else "", content_type="application/json",
            headers={"Authorization": f"Bearer {world.secret}", "Idempotency-Key": data.draw(st.uuids()).hex, "Accept-Language": "en"},
        )  # fmt: skip
        right = found.status_code in statuses(route) or found.status_code == 404
        assert right and found.status_code < 500, (found.status_code, path, pairs, body, found.content[:300])
        told = found.json()
        if found.status_code < 300:
            holds(route.answer, told)
        else:
            assert found["Content-Type"] == "application/problem+json"
            holds("Problem", told)
        sent = f"{path}{pairs}{body}"
        for one in world.foreign:
            assert one not in found.content.decode() or one in sent, one

    tried()


def _planned(made: Case, ours: Any) -> None:
    payment = Payment.objects.get(purchase=made.purchase)
    parts = (paying.Part(8499, "manual", payment.pk),)
    paying.plan(case=made, by=ours.staff[Role.FINANCE], parts=parts, token=made.pk, at=NOON)


LINKED = [(route, name, parameters) for route in ROUTES for name, parameters in route.links.items()]


@pytest.mark.parametrize(("route", "name", "parameters"), LINKED, ids=[f"{one.name}-{name}" for one, name, _ in LINKED])
def test_the_links_lead_from_an_answer_to_the_next_call(call, school, key_of, case, route, name, parameters):
    ours = school(approval_minor=10_000)
    made = case(ours)
    with of(EVERYTHING):
        seen = made.assessments.get()
        Course.objects.create(institution=ours, slug="norwegian", title="Norwegian")
        if name == "payout":
            _planned(case(ours, Kind.WITHDRAWAL), ours)
    order = {"email": "a@example.org", "bought_on": "2026-11-10", "paid": "1.00 EUR"}
    bodies = {
        "bring": {"purchases": [{**order, "order_number": "L-1"}]}, "put": order, "ask": {"text": "x"}, "reply": {"text": "x"},
        "decide": {"kind": "whole", "assessment": str(seen.pk)},
    }  # fmt: skip
    secret = key_of(ours).secret
    values = {"reference": made.reference, "order_number": "L-1"}
    first = call(route.method, route.path.format(**values), secret, bodies.get(route.name)).json()
    found: Any = first
    for part in next(iter(parameters.values())).partition("#/")[2].split("/"):
        found = found[int(part)] if isinstance(found, list) else found[part]
    target = next(one for one in ROUTES if one.name == name)
    answer = call(target.method, target.path.format(**{next(iter(parameters)): found}), secret, bodies.get(name))
    assert answer.status_code in target.done, answer.content


def test_the_page_for_people_names_every_address(client, db):
    for lang in ("en", "zh"):
        page = client.get("/api/", headers={"Accept-Language": lang}).content.decode()
        assert all(f"/api/v1{route.path}" in page for route in ROUTES) and "<script" not in page
        assert all(f"<code>{kind.value}</code>" in page for kind in Told)
