"""What crowds of processes do: workers in a hurry under a sandbox that fails at every turn, and approvers all at once."""

from __future__ import annotations

import os
import random
from pathlib import Path
from threading import Thread
from uuid import UUID, uuid4

import far
from django.db import connection

from recourse.desk import scope
from recourse.payouts.providers.sandbox_world import Fault, World
from recourse.payouts.services import routes, sending
from recourse.problems import Problem
from recourse.work import crew, worker

HURRY = """
import datetime as dt, time
from recourse.work import clock
first = {first}
clock.now = lambda: dt.datetime.fromtimestamp(first + (time.time() - first) * {speed}, dt.UTC)
"""
RATES = {
    "TIMEOUT_BEFORE": 80, "TIMEOUT_AFTER": 120, "UNAVAILABLE": 50, "UNAVAILABLE_AFTER": 50, "WAITS": 100,
    "STRANGE_WORD": 40, "TELLS_TWICE": 50, "REFUSES": 20,
}  # fmt: skip


def workers(count: int) -> None:
    """A crew whose sandbox misbehaves; each worker opens the sandbox's file for itself."""
    worlds: dict[tuple[int, Path], World] = {}
    rates = {Fault[name]: chance for name, chance in RATES.items()}

    def world(path: Path) -> World:
        return worlds.setdefault((os.getpid(), path), World(routes.now, path, rates=rates, seed=7))

    routes._world = world  # type: ignore[assignment]
    assert sending  # loaded before the workers are: each lives for a second or two
    crew.AGAIN, crew.LOOK, worker.LOOK = 0.05, 0.05, 0.05
    crew.run(count)


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
            try:
                far.release(far.plan(case, uuid4()).pk)
            except Problem:
                continue
    connection.close()
