"""Yesterday's backup is restored: what was paid since is found again, named, and not paid a second time.

Every payment is of more than is refunded, so that the far side has room for a second refund and would make it.
"""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import far
import pytest
from django.db import connection
from typer.testing import CliRunner

import postgres
from recourse import cli
from recourse.desk.models import Case, Institution, Payment
from recourse.payouts.models import Account, Payout
from recourse.payouts.providers.sandbox_world import Fault, World
from recourse.payouts.services import comparing, elsewhere, reporting, routes
from recourse.problems import Problem
from recourse.work import clock

A_DAY = dt.timedelta(hours=25)  # the far side has forgotten our keys by then


@pytest.fixture
def backup(database: dict[str, str], tmp_path: Path) -> Callable[[], Callable[[], None]]:
    """Make a copy of the database; what that gives puts it back."""
    if connection.vendor == "sqlite":
        return lambda: _of_sqlite(Path(database["RECOURSE_HOME"]) / "var" / "recourse.sqlite3", tmp_path / "copy")
    return lambda: _of_postgres(tmp_path / "copy", database["RECOURSE_DATABASE"])


def _of_sqlite(file: Path, copy: Path) -> Callable[[], None]:
    with closing(sqlite3.connect(file)) as there, closing(sqlite3.connect(copy)) as here:
        there.backup(here)

    def back() -> None:
        connection.close()
        for beside in ("-wal", "-shm"):
            file.with_name(file.name + beside).unlink(missing_ok=True)
        shutil.copy(copy, file)

    return back


def _of_postgres(copy: Path, address: str) -> Callable[[], None]:
    programs = postgres.programs()
    assert programs is not None
    subprocess.run([programs / "pg_dump", "-Fc", "-f", copy, address], check=True)

    def back() -> None:
        connection.close()
        command = [programs / "pg_restore", "--clean", "--if-exists", "--single-transaction", "-d", address, copy]
        subprocess.run(command, check=True)

    return back


def test_what_was_paid_since_the_backup_is_named_and_not_paid_again(
    backup: Callable[[], Callable[[], None]], monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    place = far.school()
    cases = {
        name: far.decided(place, "sandbox", 3 * far.SUM.minor) for name in ("paid", "lost", "waits", "planned", "none")
    }
    rows = {name: far.plan(cases[name].pk, far.uuid4()) for name in ("paid", "lost", "waits", "planned")}
    far.release(rows["paid"].pk)
    far.drain()
    far.release(rows["lost"].pk)
    world, honest = routes.world(), routes._world
    routes._world = lambda _: _broken(settings.SANDBOX)  # type: ignore[assignment]
    far.drain()
    routes._world = honest
    far.release(rows["waits"].pk)
    put_back = backup()

    far.release(rows["planned"].pk)
    far.release(far.plan(cases["none"].pk, far.uuid4()).pk)
    far.drain(3700)
    assert set(Payout.objects.values_list("state", flat=True)) == {"succeeded"}
    assert len(world.all()) == 5

    put_back()
    later = clock.now() + A_DAY
    monkeypatch.setattr(clock, "now", lambda: later)
    assert dict(Counter(Payout.objects.values_list("state", flat=True))) == {
        "succeeded": 1, "unknown": 1, "sending": 1, "planned": 1,
    }  # fmt: skip
    forgotten = next(one for one in world.all() if not Payout.objects.filter(pk=one.key).exists())
    named = {str(line.key): line.ours for line in comparing.compare(place).differences}
    assert named == {
        str(rows["lost"].pk): "unknown", str(rows["waits"].pk): "sending", str(rows["planned"].pk): "planned",
        forgotten.key: "–",
    }  # fmt: skip
    told = CliRunner().invoke(cli.app, ["reconcile", "--institution", place.slug, "--record"])
    assert told.exit_code == 1
    assert all(key in told.output for key in named)
    again = CliRunner().invoke(cli.app, ["reconcile", "--institution", place.slug, "--record"])
    assert forgotten.key not in again.output  # it stands among what was made elsewhere by now, once

    with pytest.raises(Problem, match="made elsewhere"):
        far.plan(cases["none"].pk, far.uuid4())
    found = Payout.objects.get(external=True)
    elsewhere.match(payout=found.pk, case=cases["none"], by=far.staff(place, "finance"), at=clock.now())
    far.release(rows["planned"].pk)  # nobody remembers that somebody did
    far.drain(3700)
    assert len(world.all()) == 5
    assert dict(Counter(Payout.objects.values_list("state", flat=True))) == {"succeeded": 5}
    assert set(Case.objects.filter(institution=place).values_list("stage", flat=True)) == {"settled"}
    assert comparing.compare(place).differences == () and reporting.off(place) == ()
    assert not Payout.objects.exclude(alarm="").exists()


def test_an_institution_whose_backup_is_older_than_its_first_account_is_asked_about(database: dict[str, str]) -> None:
    assert database
    place = far.school()
    case = far.decided(place, "sandbox", 3 * far.SUM.minor)
    paid = Payment.objects.get(purchase=case.purchase)
    routes.world().refund(str(far.uuid4()), paid.reference, far.SUM)
    Account.objects.filter(institution=place).delete()
    Institution.objects.filter(pk=place.pk).update(example=True)  # in the example world the trial needs no account
    told = CliRunner().invoke(cli.app, ["reconcile", "--institution", place.slug, "--record"])
    assert (told.exit_code, "as made elsewhere: 1" in told.output) == (1, True), told.output
    with pytest.raises(Problem, match="made elsewhere"):
        far.plan(case.pk, far.uuid4())


def _broken(path: Path) -> World:
    """The sandbox, which pays and does not answer."""
    return World(routes.now, path, rates={Fault.TIMEOUT_AFTER: 1000})
