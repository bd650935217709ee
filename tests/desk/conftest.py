"""What the tests of the desk share: people, a school, purchases and cases, made as the services make them."""

from __future__ import annotations

import datetime as dt
import itertools
import pickle
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from setting import FACTS, NOON

from recourse import assess as assessment
from recourse.assess import Assessment, assess
from recourse.desk import scope, security
from recourse.desk.models import Case, Institution, Membership, Payment, Person, Purchase, Reason, Role, Source
from recourse.desk.services import assessing, cases
from recourse.desk.stages import Kind
from recourse.facts import Facts
from recourse.library import Library
from recourse.payouts import security as of_payouts
from recourse.present import assessment_json
from recourse.web import engine

HERE = Path(__file__).parent
_numbers = itertools.count(1)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL a test of the desk that asks no database is left out: the ordinary run has tried it."""
    if connection.vendor == "postgresql":
        alike = {one for one in items if HERE in one.path.parents and not asks_a_database(one)}
        config.hook.pytest_deselected(items=[*alike])
        items[:] = [one for one in items if one not in alike]


def asks_a_database(item: pytest.Item) -> bool:
    named = {"db", "transactional_db"} & {*getattr(item, "fixturenames", ())}
    return bool(named) or item.get_closest_marker("django_db") is not None


@pytest.fixture(scope="session", autouse=True)
def _told_once() -> Iterator[None]:
    """The engine is asked once what is owed on the same facts, and once to say it: its answer hangs on what it is given.

    Most cases here are one case, and the tests of the engine are elsewhere.
    """
    kept: dict[tuple[Any, ...], tuple[Library, Assessment]] = {}
    in_words: dict[tuple[int, str], bytes] = {}  # of those that are kept; whoever asks may change what they get
    ours: set[int] = set()

    def told(library: Library, facts: Facts, **asked: Any) -> Assessment:
        key = (id(library), facts, *((name, str(value)) for name, value in sorted(asked.items())))
        if key not in kept:
            kept[key] = library, assess(library, facts, **asked)  # the library stays, and so does its id
            ours.add(id(kept[key][1]))
        return kept[key][1]

    def worded(found: Assessment, lang: str) -> dict[str, Any]:
        if id(found) not in ours:
            return assessment_json(found, lang)
        if (id(found), lang) not in in_words:
            in_words[id(found), lang] = pickle.dumps(assessment_json(found, lang))
        return pickle.loads(in_words[id(found), lang])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assessing, "assess", told)
        patch.setattr(engine, "assess_facts", told)
        patch.setattr(assessment, "assessment_json", worded)
        yield


def _editor() -> Any:
    return SimpleNamespace(connection=connection, execute=lambda sql, params=None: connection.cursor().execute(sql))


@pytest.fixture
def guarded(db: None) -> None:
    """The triggers that refuse changes; a test with `durable_db` may have taken them away."""
    security.let_go(_editor(), security.ADDED_ONLY, security.UNCHANGED)
    of_payouts.let_go(_editor())
    security.only_add(_editor(), security.ADDED_ONLY, security.UNCHANGED)
    of_payouts.keep(_editor())


@pytest.fixture
def durable_db(transactional_db: None) -> Iterator[None]:
    """A database whose transactions are real ones; it is emptied afterwards, which its triggers would refuse."""
    yield
    security.let_go(_editor(), security.ADDED_ONLY, security.UNCHANGED)
    of_payouts.let_go(_editor())


@pytest.fixture
def everything(db: None) -> Iterator[None]:
    """The scope of the operator: a test that is not about who may see what."""
    with scope.of(scope.EVERYTHING):
        yield


@pytest.fixture
def person(db: None) -> Callable[..., Person]:
    """Somebody with an account: person("Mei")."""

    def make(name: str = "Mei") -> Person:
        return Person.objects.create_user(f"{name.lower()}.{next(_numbers)}@example.org", name=name)

    return make


@pytest.fixture
def school(db: None, person: Callable[..., Person]) -> Callable[..., Institution]:
    """A school with one colleague for each role: school("Nordlicht").staff["agent"]."""

    def make(name: str = "Nordlicht", place: str = "DE", **more: Any) -> Institution:
        with scope.of(scope.EVERYTHING):
            made = Institution.objects.create(name=name, slug=f"{name.lower()}-{next(_numbers)}", place=place, **more)
            made.staff = {}  # type: ignore[attr-defined]
            for role in Role:
                colleague = person(f"{name}-{role}")
                Membership.objects.create(institution=made, person=colleague, role=role)
                made.staff[role] = colleague  # type: ignore[attr-defined]
        return made

    return make


@pytest.fixture
def bought(db: None) -> Callable[..., Purchase]:
    """A purchase at a school, paid once."""

    def make(learner: Person, institution: Institution | None, minor: int = 8499) -> Purchase:
        with scope.of(scope.EVERYTHING):
            made = Purchase.objects.create(
                institution=institution, learner=learner, email=learner.email, order_number=f"N-{next(_numbers)}",
                course_title="Norwegian for beginners", bought_on=dt.date(2026, 11, 10), paid_minor=minor,
                currency="EUR", facts=FACTS, source=Source.FILE if institution else Source.DECLARED,
            )  # fmt: skip
            Payment.objects.create(purchase=made, minor=minor, currency="EUR", paid_on=dt.date(2026, 11, 10))
        return made

    return make


@pytest.fixture
def case(db: None, person: Callable[..., Person], bought: Callable[..., Purchase]) -> Callable[..., Case]:
    """A case that was received on NOON: case(school)."""

    def make(
        institution: Institution | None = None, kind: Kind = Kind.REFUND, *, learner: Person | None = None,
        sent: bool = True, facts: dict[str, str] | None = None, at: dt.datetime = NOON,
    ) -> Case:  # fmt: skip
        learner = learner or person()
        with scope.of(scope.EVERYTHING):
            asked = cases.Asked(
                kind=kind, learner=learner, facts={**FACTS, **(facts or {})}, purchase=bought(learner, institution),
                reason=Reason.PERSONAL, story="I have no time for it.", asked_minor=8499, currency="EUR",
            )  # fmt: skip
            made = cases.start(asked=asked, at=at)
            return cases.receive(case=made, by=learner, at=at) if sent else made

    return make


@pytest.fixture
def client_of(db: None) -> Callable[..., Client]:
    """A browser in which somebody is signed in: client_of(agent, second=True) with a second factor."""

    def make(person: Person | None = None, *, second: bool = False) -> Client:
        client = Client(SERVER_NAME="localhost")
        if person is not None:
            client.force_login(person)
            session = client.session
            methods = [{"method": "code", "at": time.time()}]
            session["account_authentication_methods"] = [
                *methods, *([{"method": "mfa", "type": "totp", "at": time.time()}] if second else [])
            ]  # fmt: skip
            session.save()
        return client

    return make


@pytest.fixture
def asks(db: None) -> Callable[[int], AbstractContextManager[None]]:
    """`with asks(6):` so many queries, whatever the database; telling PostgreSQL the scope is not counted."""

    @contextmanager
    def counted(number: int) -> Iterator[None]:
        with CaptureQueriesContext(connection) as found:
            yield
        asked = [one["sql"] for one in found if "set_config" not in one["sql"]]
        assert len(asked) == number, "\n".join(asked)

    return counted
