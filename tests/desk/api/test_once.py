"""A writing call is done once: every line of that promise, on every writing route."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from recourse.api import calls, keys
from recourse.api.models import Call, Key
from recourse.api.reading import canonical
from recourse.api.routes import ROUTES
from recourse.desk.models import Case, Decision, Message, Progress, Purchase, Role
from recourse.desk.scope import EVERYTHING, of
from recourse.work import clock
from several import each

ORDER = {"email": "mei@example.org", "bought_on": "2026-11-10", "paid": "84.99 EUR"}
LINE = {"at": "2026-11-19T08:00:00Z", "facts": {"lessons_taken": "3"}}
# Route -> where, what, another body, something wrong, and the table where one call leaves one row.
SENT: dict[str, tuple[str, Any, Any, Any, type]] = {
    "bring": ("/purchases", {"purchases": [{**ORDER, "order_number": "Z-1"}]},
              {"purchases": [{**ORDER, "order_number": "Z-2"}]}, {"purchases": []}, Purchase),
    "put": ("/purchases/Z-1", ORDER, {**ORDER, "paid": "80.00 EUR"}, {**ORDER, "paid": "much"}, Purchase),
    "progress": ("/progress", {"progress": [{**LINE, "order_number": "{order}"}]},
                 {"progress": [{**LINE, "order_number": "{order}", "at": "2026-11-18T08:00:00Z"}]},
                 {"progress": [{"order_number": "{order}"}]}, Progress),
    "ask": ("/cases/{case}/questions", {"text": "Which account?"}, {"text": "Which bank?"}, {"text": ""}, Message),
    "reply": ("/cases/{case}/replies", {"text": "We look at it.", "inner": True}, {"text": "Soon."}, {"tekst": "x"}, Message),
    "decide": ("/cases/{case}/decision", {"kind": "whole", "assessment": "{assessment}", "letter": "Yes."},
               {"kind": "whole", "assessment": "{assessment}", "letter": "All."}, {"kind": "maybe"}, Decision),
}  # fmt: skip


@dataclass
class World:
    """A route with everything filled in; `send` calls it, `rows` counts what it left."""

    call: Any
    made: keys.Made
    others: SimpleNamespace
    method: str
    path: str
    body: Any
    other: Any
    wrong: Any
    table: type
    patch: Any
    before: int = field(init=False)

    def __post_init__(self) -> None:
        self.before = self.count()

    def count(self) -> int:
        with of(EVERYTHING):
            return int(self.table.objects.count())

    @property
    def rows(self) -> int:
        return self.count() - self.before

    def send(self, body: Any = None, name: str = "one", secret: str = "", path: str = "", **headers: str) -> Any:
        return self.call(self.method, path or self.path, secret or self.made.secret,
                         self.body if body is None else body, name=name, **headers)  # fmt: skip

    def plant(self, *, until: dt.timedelta, body: Any = None) -> Call:
        """A call that somebody else has begun."""
        key = self.made.key
        with of(EVERYTHING):
            return Call.objects.create(
                institution=key.institution, key=key, name="one", method=self.method, path=f"/api/v1{self.path}",
                digest=hashlib.sha256(canonical(self.body if body is None else body)).hexdigest(), token=uuid4(),
                until=clock.now() + until,
            )  # fmt: skip

    def later(self, **time: int) -> None:
        """The clock goes on."""
        now = clock.now() + dt.timedelta(**time)
        self.patch.setattr(clock, "now", lambda: now)


@pytest.fixture
def worlds(call, school, key_of, case):
    """`with worlds("ask") as world:` what is written there is undone at its end; the school is made once."""
    ours = school(approval_minor=10_000, approval_currency="EUR")
    made = case(ours)
    with of(EVERYTHING):
        seen = made.assessments.get()
    values = {"{order}": made.purchase.order_number, "{case}": made.reference, "{assessment}": str(seen.pk)}

    def filled(given: Any) -> Any:
        text = json.dumps(given)
        for name, value in values.items():
            text = text.replace(name, value)
        return json.loads(text)

    others = SimpleNamespace(
        school=ours, same=lambda *scopes: key_of(ours, *scopes).secret, theirs=lambda: key_of(school("Theirs")).secret,
        elsewhere=lambda path: filled(path).replace(made.reference, case(ours).reference).replace("Z-1", "Z-9"),
    )  # fmt: skip

    @contextmanager
    def begun(name: str) -> Iterator[World]:
        path, body, another, wrong, table = SENT[name]
        route = next(one for one in ROUTES if one.name == name)
        with pytest.MonkeyPatch.context() as patch, transaction.atomic():
            yield World(
                call, key_of(ours, days=700), others, route.method, filled(path), filled(body), filled(another),
                filled(wrong), table, patch,
            )  # fmt: skip
            transaction.set_rollback(True)

    return begun


def on_every_route(*over: Any) -> Callable[..., Any]:
    """The check is tried on every writing route, with each of these; all that fail are named."""

    def made(check: Callable[..., None]) -> Callable[..., None]:
        def one(worlds: Any, tried: tuple[Any, ...]) -> None:
            with worlds(tried[0]) as world:
                check(world, *tried[1:])

        def test(worlds: Any) -> None:
            each(product(SENT, over) if over else [(name,) for name in SENT], lambda tried: one(worlds, tried))

        test.__doc__ = check.__doc__
        return test

    return made


def test_every_writing_route_is_tried():
    assert {route.name for route in ROUTES if route.writes} == set(SENT)


def replayed(answer: Any) -> bool:
    return answer.headers.get("Idempotency-Replayed") == "true"


def same(world: World, first: Any, *again: Any) -> None:
    assert first.status_code in (200, 201), first.content
    assert world.rows == 1
    assert all((one.status_code, one.json()) == (first.status_code, first.json()) for one in again)
    assert not replayed(first) and all(map(replayed, again))


@on_every_route(1, 2, 4)
def test_sent_again_it_is_answered_again_and_done_once(world, times):
    same(world, world.send(), *[world.send() for _ in range(times)])


SPELLINGS = {
    "blanks": lambda body: json.dumps(body, indent=3),
    "order": lambda body: json.dumps(dict(reversed(body.items()))),
    "tight": lambda body: json.dumps(body, separators=(",", ":")),
    "escapes": lambda body: json.dumps(body).replace("e", "\\u0065", 1),
    "line": lambda body: json.dumps(body) + "\n",
}


@on_every_route(*SPELLINGS)
def test_the_same_body_in_another_spelling_is_the_same_call(world, spelling):
    same(world, world.send(), world.send(SPELLINGS[spelling](world.body)))


@on_every_route(0, 25, 24 * 40)
def test_another_body_under_the_same_key_is_refused(world, hours):
    first = world.send()
    world.later(hours=hours)
    other = world.send(world.other)
    assert (other.status_code, other.json()["type"]) == (422, "/api/#key-used-otherwise")
    same(world, first, world.send())


@on_every_route({"hours": 25}, {"days": 31}, {"days": 365})
def test_it_is_known_as_long_as_what_it_wrote(world, time):
    first = world.send()
    world.later(**time)
    same(world, first, world.send())


@on_every_route("1", "k" * 255, "0193e0a0-7f3e-7cc0-8000-000000000000", "order 7/a: (x)", "a\\b'\"%")
def test_a_key_may_be_any_short_text(world, name):
    same(world, world.send(name=name), world.send(name=name))


@on_every_route("", "k" * 256, "a\x01", "a\x7f", "é")
def test_what_is_no_key_does_nothing(world, name):
    found = world.send(name=name)
    assert (found.status_code, found.json()["type"], world.rows) == (400, "/api/#no-idempotency-key", 0)


@on_every_route(("a", "A"), ("1", "01"), ("k", "k2"), ("x-1", "x_1"))
def test_keys_that_look_alike_are_two(world, names):
    one, two = names
    first, second = world.send(name=one), world.send(name=two)
    assert first.status_code in (200, 201) and not replayed(second)
    with of(EVERYTHING):
        assert Call.objects.filter(name__in=[one, two]).count() == 1 + (second.status_code < 300)


@on_every_route()
def test_the_same_key_at_another_address_is_another_call(world):
    elsewhere = world.others.elsewhere(world.path)
    first, second = world.send(), world.send(path=elsewhere)
    assert first.status_code in (200, 201)
    assert not replayed(second) or elsewhere == world.path  # where a route has one address alone


@on_every_route()
def test_the_same_key_of_a_colleague_is_another_call(world):
    first, second = world.send(), world.send(secret=world.others.same())
    assert first.status_code in (200, 201) and not replayed(second)
    assert replayed(world.send())


@on_every_route()
def test_the_same_key_of_another_tenant_tells_nothing(world):
    first = world.send()
    theirs = world.send(secret=world.others.theirs())
    assert not replayed(theirs)
    if "/cases/" in world.path:
        assert theirs.status_code == 404
    with of(EVERYTHING):
        mine = Call.objects.get(key=world.made.key)
    assert mine.answer == first.json()


@on_every_route(1, 60, 3600)
def test_while_it_is_done_nobody_else_does_it(world, seconds):
    world.plant(until=dt.timedelta(seconds=seconds))
    found = world.send()
    assert (found.status_code, found.json()["type"], world.rows) == (409, "/api/#still-running", 0)
    assert 1 <= int(found["Retry-After"]) <= 30


@on_every_route()
def test_while_it_is_done_another_body_is_refused_as_such(world):
    world.plant(until=dt.timedelta(seconds=60))
    assert (world.send(world.other).status_code, world.rows) == (422, 0)


@on_every_route(1, 3600)
def test_a_call_whose_process_died_is_taken_over(world, seconds):
    row = world.plant(until=-dt.timedelta(seconds=seconds))
    same(world, world.send(), world.send())
    with of(EVERYTHING):
        assert Call.objects.get(pk=row.pk).token != row.token


@on_every_route()
def test_one_that_took_too_long_keeps_nothing_beside_the_one_that_took_over(world):
    def slow() -> calls.Answer:
        Call.objects.filter(name="one").update(token=uuid4())  # meanwhile another has it
        with of(EVERYTHING):
            Case.objects.update(story="written by the slow one")
        return calls.Answer({})

    key = world.made.key
    with of(EVERYTHING):
        named = calls.Named(key, "one", world.method, "/api/v1/x", {})
        with pytest.raises(calls.Refused):
            calls.once(named, clock.now(), slow)
        assert not Case.objects.filter(story="written by the slow one").exists()


@on_every_route(RuntimeError, MemoryError, OSError)
def test_after_an_error_of_ours_nothing_is_kept_and_the_same_call_is_done(world, error):
    route = next(one for one in ROUTES if one.matches(world.path) is not None and one.method == world.method)
    do = type(route).do

    def breaks(self):
        handler = do(self)

        def broken(asked):
            handler(asked)
            raise error("in the middle")

        return broken

    with pytest.MonkeyPatch.context() as here:
        here.setattr(type(route), "do", breaks)
        first = world.send()
    assert (first.status_code, world.rows) == (500, 0) and b"middle" not in first.content
    same(world, world.send(), world.send())


@on_every_route(1, 3)
def test_what_was_refused_may_be_corrected_under_its_key(world, times):
    for _ in range(times):
        assert world.send(world.wrong).status_code == 422
    assert world.rows == 0
    same(world, world.send(), world.send())


@on_every_route("revoked", "expired")
def test_a_key_that_no_longer_holds_is_not_answered_again(world, how):
    world.send()
    with of(EVERYTHING):
        if how == "revoked":
            keys.revoke(key=world.made.key, by=world.others.school.staff[Role.ADMINISTRATOR], at=clock.now())
        else:
            Key.objects.filter(pk=world.made.key.pk).update(until=clock.now())
    assert world.send().status_code == 401


@on_every_route()
def test_what_became_of_it_can_be_asked(world):
    assert world.call("GET", "/calls/one", world.made.secret).status_code == 404
    first = world.send()
    found = world.call("GET", "/calls/one", world.made.secret).json()["calls"]
    assert [(one["state"], one["status"], one["answer"], one["path"]) for one in found] == [
        ("done", first.status_code, first.json(), f"/api/v1{world.path}")
    ]
    assert world.call("GET", "/calls/one", world.others.same()).status_code == 404


@on_every_route()
def test_while_it_runs_that_is_what_became_of_it(world):
    world.plant(until=dt.timedelta(seconds=60))
    found = world.call("GET", "/calls/one", world.made.secret).json()["calls"]
    assert [(one["state"], one["status"], one["answer"]) for one in found] == [("running", None, None)]


@on_every_route({"Accept-Language": "zh"}, {"X-Forwarded-For": "9.9.9.9"}, {"User-Agent": "other"})
def test_other_headers_make_no_other_call(world, headers):
    same(world, world.send(), world.send(**headers))


@on_every_route()
def test_a_key_for_something_else_does_nothing(world):
    secret = world.others.same("payouts:read")
    assert (world.send(secret=secret).status_code, world.rows) == (403, 0)


@on_every_route()
def test_an_answer_that_is_kept_names_nobody(world):
    world.send()
    with of(EVERYTHING):
        assert "@" not in json.dumps(Call.objects.get(name="one").answer)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time, and this database none")
def test_sent_at_the_same_time_it_is_done_once(durable_db, call, school, key_of, case):
    """Eight at once: one does it, and each other is told to wait or is given the same answer."""
    ours = school()
    made, secret = case(ours), key_of(ours).secret
    start = threading.Barrier(8)

    def send(_):
        start.wait()
        try:
            return call("POST", f"/cases/{made.reference}/replies", secret, {"text": "Once."}, name="one")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert {one.status_code for one in answers} <= {201, 409} and 201 in {one.status_code for one in answers}
    assert len({one.json()["message"] for one in answers if one.status_code == 201}) == 1
    with of(EVERYTHING):
        assert Message.objects.filter(case=made).count() == 1
