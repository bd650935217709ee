"""Two databases to work on, SQLite in a file and a PostgreSQL of our own, each with the table of jobs and nothing else.

Transactions are real here: nothing is rolled back behind a test, every table is emptied before it.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from errands.tasks import TABLES
from moved import MovedClock

import postgres
from nursery import Child, Nursery
from postgres import Cluster
from recourse.web import environment
from recourse.work import clock as room
from recourse.work import queue, sweep

HERE = Path(__file__).parent


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> MovedClock:
    """The time, for the worker and for whoever puts a job in."""
    moved = MovedClock()
    monkeypatch.setattr(room, "now", moved)
    return moved


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL that runs."""
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install recourse-desk[postgres]")
    if not postgres.there():
        pytest.skip(postgres.MISSING)
    with postgres.a_cluster() as made:
        yield made


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """A folder in memory, where there is one: a process that dies takes no memory of others with it."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="recourse-work-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def named(request: pytest.FixtureRequest, home: Path) -> dict[str, str]:
    """The variables of the environment that name the database."""
    file = home / "jobs.sqlite3"
    address = request.getfixturevalue("cluster").address if request.param == "postgres" else ""
    return {"RECOURSE_DATABASE": address, "RECOURSE_TEST_FILE": str(file)}


@pytest.fixture(scope="session")
def tables(named: dict[str, str], django_db_blocker: Any) -> dict[str, str]:
    """The database with its tables."""
    with django_db_blocker.unblock(), in_place_of_the_default(named), connection.cursor() as cursor:
        MigrationExecutor(connection).migrate([("work", "0001_initial")])
        for statement in TABLES:
            cursor.execute(statement)
    return named


@contextmanager
def in_place_of_the_default(named: dict[str, str]) -> Iterator[None]:
    """Another default database for this process; the connection of other tests stays open, and comes back."""
    wanted = environment.database("RECOURSE_DATABASE", Path(named["RECOURSE_TEST_FILE"]), source=named)
    before = connections["default"], connections.settings["default"]
    connections.settings["default"] = connections.configure_settings({"default": wanted})["default"]
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connection.close()
        connections["default"], connections.settings["default"] = before


@pytest.fixture(autouse=True)
def _errands_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tasks of the tests and of the work itself: the other applications' have no tables here."""
    ours = ("recourse.work", "errands")
    known = {kind: one for kind, one in queue.tasks().items() if one.function.__module__.startswith(ours)}
    monkeypatch.setattr(queue, "_TASKS", known)
    monkeypatch.setattr(queue, "_AROUND", [])
    monkeypatch.setattr(sweep, "_SWEEPS", [one for one in sweep._SWEEPS if one.__module__.startswith(ours)])


@pytest.fixture
def database(tables: dict[str, str], django_db_blocker: Any) -> Iterator[dict[str, str]]:
    """The database, emptied; it is Django's default as long as the test runs."""
    with django_db_blocker.unblock(), in_place_of_the_default(tables):
        with connection.cursor() as cursor:
            for table in ("work_job", "trace", "once"):
                cursor.execute(f"DELETE FROM {table}")
        yield tables


Start = Callable[..., Child]


@pytest.fixture(scope="session")
def nursery(tables: dict[str, str]) -> Iterator[Nursery]:
    """Where the processes on this database come from."""
    paths = os.pathsep.join([str(HERE), str(HERE.parent), str(HERE.parent.parent / "src")])
    variables = os.environ | tables | {"PYTHONPATH": paths, "DJANGO_SETTINGS_MODULE": "bare", "RECOURSE_CRASH_AT": ""}
    made = Nursery(variables, "from recourse.work import crew, worker", "recourse.work.crew", "errands.tasks")
    yield made
    made.close()


@pytest.fixture
def start(database: dict[str, str], nursery: Nursery) -> Iterator[Start]:
    """Start a process of our own on this database: start("code", crash="after-claim")."""
    assert database
    running: list[Child] = []

    def begin(code: str, crash: str = "") -> Child:
        running.append(nursery.start(code, crash))
        return running[-1]

    yield begin
    for process in running:
        if process.poll() is None:
            process.kill()
            process.wait()
