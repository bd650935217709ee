"""What crowds of processes do: workers in a hurry under a sandbox that fails at every turn, and people all at once."""

from __future__ import annotations

import datetime as dt
import os
import random
import sys
import time
from functools import partial
from pathlib import Path
from threading import Thread
from uuid import UUID, uuid4

import far
from django.db import DatabaseError, OperationalError, connection

from recourse.desk import scope
from recourse.payouts import tasks
from recourse.payouts.machine import State
from recourse.payouts.providers import sandbox_world
from recourse.payouts.providers.sandbox_world import Fault, World
from recourse.payouts.services import routes
from recourse.problems import Problem
from recourse.work import clock, crew, sweep, worker

SPEED = 120  # seconds of the workers' time in one of ours
SOONER = 6  # times: what waits for an hour or for minutes waits for so much less
RATES = {
    "TIMEOUT_BEFORE": 80, "TIMEOUT_AFTER": 120, "UNAVAILABLE": 50, "UNAVAILABLE_AFTER": 50, "WAITS": 100,
    "STRANGE_WORD": 40, "TELLS_TWICE": 50,
}  # fmt: skip


def hurried(first: float) -> dt.datetime:
    """The workers' time, which began with ours at `first`."""
    return dt.datetime.fromtimestamp(first + (time.time() - first) * SPEED, dt.UTC)


def workers(count: int, first: float) -> None:
    """A crew in a hurry whose sandbox misbehaves; each worker opens the sandbox's file for itself."""
    worlds: dict[tuple[int, Path], World] = {}
    rates = {Fault[name]: chance for name, chance in RATES.items()}

    def world(path: Path) -> World:
        return worlds.setdefault((os.getpid(), path), World(routes.now, path, rates=rates, seed=7))

    routes._world = world  # type: ignore[assignment]
    clock.now = partial(hurried, first)
    worker.run = partial(worker.run, clock=clock.now)
    sandbox_world._PHASES = {
        fault: tuple((after // SOONER, word) for after, word in phases)
        for fault, phases in sandbox_world._PHASES.items()
    }
    tasks.EVERY = {state: seconds // SOONER for state, seconds in tasks.EVERY.items()} | {State.SENDING: 600}
    sweep.EVERY //= SOONER
    crew.AGAIN, crew.LOOK, worker.LOOK, worker.LONGEST_OUTAGE_PAUSE = 0.05, 0.05, 0.05, 0.5
    crew.run(count)


def insist(cases: list[str], first: float) -> None:
    """One who plans and releases every case, and where the page does not come sends the same form again."""
    clock.now = partial(hurried, first)
    with scope.of(scope.EVERYTHING):
        for case in cases:
            while not _sent(UUID(case)):
                connection.close()
                time.sleep(0.1)


def _sent(case: UUID) -> bool:
    try:
        far.release(far.plan(case, case).pk)  # the form is known by the case's id
    except DatabaseError:
        return False
    return True


def approve(cases: list[str], threads: int) -> None:
    """So many people, each planning and releasing every case; who comes second is refused."""
    crowd = [Thread(target=_one, args=([UUID(case) for case in cases],)) for _ in range(threads)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()


def _one(cases: list[UUID]) -> None:
    with scope.of(scope.EVERYTHING):
        for case in random.sample(cases, len(cases)):
            token = uuid4()
            while not _tried(case, token):  # SQLite has one writer at a time: whoever waited in vain does it again
                connection.close()
    connection.close()


def _tried(case: UUID, token: UUID) -> bool:
    try:
        far.release(far.plan(case, token).pk)
    except Problem:
        return True
    except OperationalError as error:
        print(f"again: {error}", file=sys.stderr)
        return False
    return True
