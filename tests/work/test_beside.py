"""The worker that `./start` keeps beside the pages, and `recourse work`: quick to begin, and gone with the server."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.db import transaction
from errands import tasks as errands
from typer.testing import CliRunner

from nursery import Child
from recourse import cli
from recourse.work.models import Job

Start = Callable[..., Child]

BESIDE = """
from recourse.web import serve
import time
with serve.working_beside():
    time.sleep(float({seconds}))
"""
HEAVY = "recourse.library", "recourse.rules", "yaml", "polars", "babel", "cryptography", "rich", "typer", "PIL"
IMPORTS = f"""
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "recourse.web.settings"
import django
django.setup()
from recourse.work import crew, queue
queue.tasks()
sys.exit(" ".join(name for name in {HEAVY!r} if name in sys.modules) or None)
"""


def put(task: object = errands.plain) -> None:
    with transaction.atomic():
        task.enqueue(key=uuid4())  # type: ignore[attr-defined]


def test_it_works_beside_the_server_and_is_gone_with_it(start: Start) -> None:
    put()
    server = start(BESIDE.format(seconds=60))
    within(lambda: len(errands.traces("plain")) == 1)
    server.kill()
    server.wait()
    time.sleep(1.5)
    put()
    time.sleep(1)
    assert len(errands.traces("plain")) == 1


def test_a_server_that_stops_at_once_leaves_no_worker_behind(start: Start) -> None:
    put()
    assert start(BESIDE.format(seconds=0.1)).wait(timeout=10) == 0
    time.sleep(2)
    assert not errands.traces("plain")


def test_a_worker_loads_nothing_before_a_job_needs_it() -> None:
    found = subprocess.run([sys.executable, "-c", IMPORTS], capture_output=True, text=True, check=False)
    assert (found.stderr.strip(), found.returncode) == ("", 0)


@pytest.mark.usefixtures("database")
def test_the_command_does_what_is_due_and_says_how_it_stands() -> None:
    run = CliRunner().invoke
    put()
    assert "1, of these in hand 0" in run(cli.app, ["work", "--health"]).output
    assert run(cli.app, ["work", "--once"]).output == "Jobs done: 2\n"  # the tidying is one
    assert "等待 0" in run(cli.app, ["work", "--health", "--lang", "zh"]).output
    assert json.loads(run(cli.app, ["work", "--health", "--json"]).output)["done"] == 2
    put()
    Job.objects.filter(state="waiting").update(run_at="2026-01-01T00:00:00Z")
    late = run(cli.app, ["work", "--health"])
    assert late.exit_code == 1
    assert "Nobody is working" in late.output


def within(true: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)
