"""Payouts on both databases with real transactions, in processes that are killed; the far side outlives them in its own file."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections

import postgres
import tables as copies
from nursery import Child, Nursery
from postgres import Cluster
from recourse.desk import scope
from recourse.payouts import security as of_payouts
from recourse.payouts.services import routes
from recourse.web import environment

HERE = Path(__file__).parent
LOADED = (
    "far", "crowd", "recourse.payouts.services.reporting", "recourse.payouts.services.sending", "recourse.payouts.tasks",
    "recourse.desk.tasks", "recourse.api.tasks", "recourse.api.hooks", "recourse.desk.services.heads",
    "recourse.desk.services.reminders", "recourse.desk.retention.letting_go", "recourse.payouts.services.letting_go",
)  # fmt: skip
EMPTIED = (
    "payouts_verdict payouts_approval payouts_event payouts_posting payouts_notice payouts_told payouts_infile"
    " payouts_bankfile payouts_errand payouts_dispute payouts_payout payouts_award payouts_account work_job"
).split()


@pytest.fixture(scope="session")
def home() -> Iterator[Path]:
    """The folder of the installation that is killed: in memory, for a process that dies takes no memory of others."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="recourse-home-", dir=memory if memory.is_dir() else None) as folder:
        (Path(folder) / "var").mkdir()
        yield Path(folder)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL that runs."""
    pytest.importorskip("psycopg")
    if not postgres.there():
        pytest.skip(postgres.MISSING)
    with postgres.a_cluster() as made:
        yield made


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def named(request: pytest.FixtureRequest, home: Path) -> dict[str, str]:
    """The environment of an installation on each database."""
    base = {
        "RECOURSE_HOME": str(home),
        "RECOURSE_SECRET_KEY": "k" * 40,
        "DJANGO_SETTINGS_MODULE": "recourse.web.settings",
    }
    address = request.getfixturevalue("cluster").address if request.param == "postgres" else ""
    return base | {"RECOURSE_DATABASE": address}


@contextmanager
def in_place_of_the_default(named: dict[str, str]) -> Iterator[None]:
    """Another default database for this process."""
    file = Path(named["RECOURSE_HOME"]) / "var" / "recourse.sqlite3"
    wanted = environment.database("RECOURSE_DATABASE", file, source=named)
    before = connections["default"], connections.settings["default"]
    connections.settings["default"] = connections.configure_settings({"default": wanted})["default"]
    connections["default"] = connections.create_connection("default")
    try:
        yield
    finally:
        connection.close()
        connections["default"], connections.settings["default"] = before


@pytest.fixture(scope="session")
def tables(named: dict[str, str], django_db_blocker: Any, kept_tables: Path) -> dict[str, str]:
    """The database with all tables."""
    with django_db_blocker.unblock(), in_place_of_the_default(named):
        if connection.vendor == "sqlite":
            copies.pour(connection, kept_tables, lambda: call_command("migrate", verbosity=0))
        else:
            call_command("migrate", verbosity=0)
    return named


@pytest.fixture
def database(tables: dict[str, str], django_db_blocker: Any, settings: Any, home: Path) -> Iterator[dict[str, str]]:
    """The database, without payouts and jobs; in it the operator's scope, and a sandbox without refunds."""
    (home / "var" / "sandbox.sqlite3").unlink(missing_ok=True)
    settings.SANDBOX, settings.SECRET_KEY = home / "var" / "sandbox.sqlite3", tables["RECOURSE_SECRET_KEY"]
    routes._world.cache_clear()
    with django_db_blocker.unblock(), in_place_of_the_default(tables), scope.of(scope.EVERYTHING):
        editor = SimpleNamespace(
            connection=connection, execute=lambda sql, params=None: connection.cursor().execute(sql)
        )
        of_payouts.let_go(editor)  # type: ignore[arg-type]
        with connection.cursor() as cursor:
            for table in EMPTIED:
                cursor.execute(f"DELETE FROM {table}")
        of_payouts.keep(editor)  # type: ignore[arg-type]
        yield tables
        routes.world().close()
        routes._world.cache_clear()


Start = Callable[..., Child]


@pytest.fixture(scope="session")
def nursery(tables: dict[str, str]) -> Iterator[Nursery]:
    """Where processes of the installation come from."""
    paths = os.pathsep.join([str(HERE), str(HERE.parent), str(HERE.parent.parent / "src")])
    made = Nursery(os.environ | tables | {"PYTHONPATH": paths, "RECOURSE_CRASH_AT": ""}, "from far import *", *LOADED)
    yield made
    made.close()


@pytest.fixture
def start(database: dict[str, str], nursery: Nursery) -> Iterator[Start]:
    """Start a process of the installation: start("code", crash="payout-after-call")."""
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
