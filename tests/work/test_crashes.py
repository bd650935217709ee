"""Killed at every named place, with kill -9: nothing is lost, and what carries a key or ends with its job is done once.

What comes after is done by a worker whose clock is past the lease, so nobody waits.
"""

from __future__ import annotations

import datetime as dt
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, transaction
from errands import tasks as errands

import recourse.work
from nursery import Child
from postgres import Cluster
from recourse.work import clock, health, worker
from recourse.work.models import Job, State

pytestmark = pytest.mark.usefixtures("database")

DRAIN = "worker.drain()"
ENQUEUE = """
from django.db import transaction
from errands import tasks
with transaction.atomic():
    tasks.leave("change", (key := __import__("uuid").uuid4()))
    tasks.keyed.enqueue(key=key)
"""
RENEW = """
from recourse.work import clock, leases
leases.renew(leases.claim(clock.now()), clock.now())
"""
# the place, what the process does, and its job
PLACES = {
    "enqueued": (ENQUEUE, None),
    "claiming": (DRAIN, errands.keyed),
    "after-claim": (DRAIN, errands.keyed),
    "in-task": (DRAIN, errands.keyed),
    "after-task": (DRAIN, errands.keyed),
    "after-finish": (DRAIN, errands.keyed),
    "task-uncommitted": (DRAIN, errands.together),
    "task-committed": (DRAIN, errands.together),
    "after-fail": (DRAIN, errands.broken),
    "after-renew": (RENEW, errands.keyed),
    "sweeping": (DRAIN, errands.keyed),
}
Start = Callable[..., Child]


def later(seconds: float = 31) -> Callable[[], dt.datetime]:
    return lambda: clock.now() + dt.timedelta(seconds=seconds)


def put(task: Any, count: int = 1) -> list[str]:
    with transaction.atomic():
        return [task.enqueue(key=uuid4()).args["key"] for _ in range(count)]


def once() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM once")
        return [str(row[0]) for row in cursor.fetchall()]


def states() -> list[str]:
    return sorted(Job.objects.exclude(kind="work.tidy").values_list("state", flat=True))


def test_every_named_place_is_tried() -> None:
    named = {
        place
        for file in (*Path(recourse.work.__file__).parent.glob("*.py"), Path(errands.__file__))
        for place in re.findall(r'crash\.at\("([^"]+)"\)', file.read_text())
    }
    assert named == set(PLACES)


@pytest.mark.parametrize("place", PLACES)
def test_killed_there_nothing_is_lost_and_nothing_done_twice(place: str, start: Start) -> None:
    code, task = PLACES[place]
    keys = put(task) if task else []
    process = start(code, crash=place)
    process.communicate(timeout=30)
    assert process.returncode == -signal.SIGKILL

    if place == "enqueued":  # the change went with its job; done again, both are there
        assert (errands.traces("change"), states()) == ([], [])
        assert start(code).wait(timeout=30) == 0
        keys = errands.traces("change")
    if task is errands.broken:  # its failure was written before the plug was pulled
        assert Job.objects.get(kind="errand.broken").attempts == 1
        for hour in (1, 2):
            worker.drain(later(3700 * hour))
        assert states() == [State.DEAD]
        return
    worker.drain(later())
    worker.drain(later(62))
    assert states() == [State.DONE]
    assert (once() or errands.traces("together")) == keys
    assert len(errands.traces("call")) <= 2


def test_a_job_that_takes_its_workers_with_it_dies_after_the_last_attempt(start: Start) -> None:
    put(errands.deadly)
    for _ in range(3):
        assert start(DRAIN).wait(timeout=30) == -signal.SIGKILL
        Job.objects.update(run_at=clock.now())
    put(errands.plain)
    assert start(DRAIN).wait(timeout=30) == 0
    assert len(errands.traces("deadly")) == 3
    assert len(errands.traces("plain")) == 1
    dead = Job.objects.get(kind="errand.deadly")
    assert (dead.state, dead.last_error) == (State.DEAD, "its worker died; before that: -")


def test_a_task_that_hangs_keeps_no_other_waiting(start: Start) -> None:
    keys = put(errands.hangs)
    process = start("worker.LOOK = 0.05; worker.run(worker.until_told())")
    until(lambda: errands.traces("hangs"))
    put(errands.plain)
    until(lambda: errands.traces("plain"), seconds=10)
    held = Job.objects.get(kind="errand.hangs")
    assert "TookTooLong" in held.last_error
    assert held.state == State.WAITING  # to be tried again, after its pause
    assert set(errands.traces("hangs")) == set(keys)
    process.terminate()
    assert process.wait(timeout=10) == 0


def test_told_to_stop_it_finishes_what_it_has_in_hand_and_begins_nothing(start: Start) -> None:
    put(errands.slow, 2)
    process = start("worker.run(worker.until_told())")
    until(lambda: errands.traces("begun"))
    process.terminate()
    assert process.wait(timeout=10) == 0
    assert len(errands.traces("begun")) == len(errands.traces("ended")) == 1
    assert states() == [State.DONE, State.WAITING]


def test_a_worker_of_a_crew_that_is_killed_is_replaced_and_all_end_with_their_parent(start: Start) -> None:
    put(errands.deadly)
    process = start("crew.AGAIN = 0.1; crew.run(2)")
    until(lambda: errands.traces("deadly"))
    keys = put(errands.keyed, 50)
    until(lambda: len(once()) == 50)
    assert sorted(once()) == sorted(keys)
    process.kill()  # it can tell nobody
    process.wait()
    time.sleep(1.5)
    put(errands.keyed)
    time.sleep(1)
    assert len(once()) == 50
    assert states().count(State.WAITING) == 2


def test_a_crew_that_is_told_to_stop_leaves_nobody_behind(start: Start) -> None:
    process = start("crew.run(3)")
    put(errands.slow, 3)
    until(lambda: errands.traces("begun"))
    process.terminate()
    assert process.wait(timeout=15) == 0
    assert sorted(errands.traces("begun")) == sorted(errands.traces("ended"))


def test_eight_processes_do_five_hundred_jobs_none_twice(start: Start) -> None:
    keys = put(errands.plain, 500)
    crowd = [start(DRAIN) for _ in range(8)]
    assert [process.wait(timeout=60) for process in crowd] == [0] * 8
    assert sorted(errands.traces("plain")) == sorted(keys)  # it has no key of its own: twice would be seen
    assert states() == [State.DONE] * 500
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT pid) FROM trace")
        assert cursor.fetchone()[0] > 1


def test_a_crew_whose_workers_die_all_the_time_loses_nothing(start: Start) -> None:
    keys = put(errands.fragile, 120)
    start("crew.AGAIN = 0.1; crew.LOOK = 0.05; worker.LOOK = 0.1; crew.run(3)")
    until(lambda: states() == [State.DONE] * 120, seconds=60)
    assert sorted(once()) == sorted(keys)


def test_it_outlives_its_database_and_does_the_rest_when_it_is_back(start: Start, request: Any) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server that could stop")
    cluster: Cluster = request.getfixturevalue("cluster")
    process = start("worker.LOOK = 0.1; worker.run(worker.until_told())")
    put(errands.keyed)
    until(once)
    for round_ in range(2):
        done = len(once())
        keys = put(errands.keyed, 200)
        until(lambda done=done: len(once()) > done + 5)
        cluster.stop()
        connection.close()
        with pytest.raises(OperationalError):
            connection.ensure_connection()
        cluster.start()
        connection.close()
        # what was in hand is due after its lease, the others at once
        until(lambda most=round_ + 1: Job.objects.filter(state=State.WAITING).count() <= most)
        assert set(once()) & set(keys)
    worker.drain(later())
    assert set(states()) == {State.DONE}
    assert len(once()) == 401
    assert process.poll() is None


def test_a_new_job_is_heard_at_once(start: Start) -> None:
    start("worker.LOOK = 20 if worker.connection.vendor == 'postgresql' else 0.2; worker.run(worker.until_told())")
    put(errands.plain)
    until(lambda: errands.traces("plain"))
    time.sleep(0.3)  # now it waits
    put(errands.plain)
    until(lambda: len(errands.traces("plain")) == 2, seconds=5)


def test_nothing_due_is_well(start: Start) -> None:
    assert start(DRAIN).wait(timeout=30) == 0
    assert health.health(clock.now()).well


def until(true: Callable[[], object], seconds: float = 20) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.05)
