"""The worker: does what is due, one job after the other, until told to stop; no outage of the database ends it."""

from __future__ import annotations

import datetime as dt
import logging
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import Error as DatabaseTrouble
from django.db import connection

from recourse.work import crash, leases, limit, sweep
from recourse.work.clock import Clock, now
from recourse.work.leases import Held, LeaseLost
from recourse.work.queue import CHANNEL, arguments, surroundings

log = logging.getLogger("recourse.work")

LOOK = 0.5  # seconds between two looks at the table; a word from PostgreSQL comes sooner
LONGEST_OUTAGE_PAUSE = 10.0


@dataclass
class Turn:
    """What a task with `takes_context` is given: its job, while it holds it."""

    held: Held
    clock: Clock
    finished: bool = field(default=False, init=False)  # by the task itself: the worker has nothing left to say

    @property
    def id(self) -> UUID:
        """The job's."""
        return self.held.id

    @property
    def attempt(self) -> int:
        """1 for the first."""
        return self.held.attempt

    @property
    def institution(self) -> UUID | None:
        """For whom the work is, if for one institution."""
        return self.held.institution

    def renew(self) -> None:
        """Keep the job for another whole lease. Raises `LeaseLost`: stop then, another worker has it."""
        leases.renew(self.held, self.clock())
        limit.extend(self.held.task.lease)

    def finish(self) -> None:
        """Finish the job inside the task's own transaction, so that it and what it did are kept together, or not.

        Raises `LeaseLost`: the transaction then must not be kept.
        """
        leases.finish(self.held, self.clock())
        self.finished = True

    def put_off(self, until: dt.datetime) -> None:
        """Leave the job for then, as if it had not been begun; the task returns after this. Raises `LeaseLost`."""
        leases.put_off(self.held, until)
        self.finished = True


def perform(held: Held, clock: Clock) -> None:
    """Do a job that is held, then finish or fail it; one that outlasts its lease is stopped.

    Raises only where the database does not answer.
    """
    crash.at("after-claim")
    turn = Turn(held, clock)
    try:
        with limit.of(held.task.lease), surroundings(held.institution):
            held.task.call(*[turn] * held.task.takes_context, **arguments(held.args))
    except LeaseLost:
        log.warning("%s %s took longer than its lease", held.task.kind, held.id)
    except (Exception, limit.TookTooLong) as error:  # noqa: BLE001 - whatever it raises, the next is none the worse
        _fail(held, error, clock)
    else:
        crash.at("after-task")
        _finish(turn)
        crash.at("after-finish")


def _finish(turn: Turn) -> None:
    try:
        leases.finish(turn.held, turn.clock())
    except LeaseLost:
        if not turn.finished:
            log.warning("%s %s was done after its lease had ended", turn.held.task.kind, turn.id)


def _fail(held: Held, error: BaseException, clock: Clock) -> None:
    log.warning("%s %s, attempt %s: %s", held.task.kind, held.id, held.attempt, leases.said(error))
    log.debug("in full", exc_info=error)  # not among what is kept: an error may quote somebody's data
    try:
        leases.fail(held, error, clock())
    except LeaseLost:
        log.warning("%s %s failed after its lease had ended", held.task.kind, held.id)
    crash.at("after-fail")


def drain(clock: Clock = now) -> int:
    """Do what is due, sweeps included, until nothing is; the number of jobs."""
    sweep.heal(clock())
    done = 0
    while held := leases.claim(clock()):
        perform(held, clock)
        done += 1
    return done


def run(stopping: Callable[[], bool], clock: Clock = now, idle: Callable[[float], None] | None = None) -> None:
    """Work until `stopping`; the job in hand is done to its end. `idle` waits for seconds, or less.

    While the database cannot be had, the worker waits for it; a job that was in hand then is due again after its lease.
    """
    idle = idle or Ears().wait
    swept: float | None = None
    outage = 0
    while not stopping():
        try:
            at = clock()
            if sweep.is_time(swept, at.timestamp()):
                sweep.heal(at)
                swept = at.timestamp()
            held = leases.claim(at)
            if held is None:
                idle(LOOK)
            else:
                perform(held, clock)
            if outage:
                log.warning("the database is back")
            outage = 0
        except DatabaseTrouble as error:
            outage = _after_trouble(error, outage, stopping)


def _after_trouble(error: Exception, outage: int, stopping: Callable[[], bool]) -> int:
    """Let go of the connection and wait a little longer each time; which time this is."""
    if not outage:
        log.warning("waiting for the database: %s", type(error).__qualname__)
    connection.close()
    left = min(LONGEST_OUTAGE_PAUSE, LOOK * 2**outage)
    while left > 0 and not stopping():
        time.sleep(min(left, LOOK))
        left -= LOOK
    return min(outage + 1, 10)


class Ears:
    """Waits between two looks at the table; on PostgreSQL only until somebody puts in a job.

    A call that is missed costs the rest of the wait, nothing else.
    """

    def __init__(self) -> None:
        self._listening: object = None

    def wait(self, seconds: float) -> None:
        """Wait that long, or less."""
        if connection.vendor != "postgresql":
            time.sleep(seconds)
            return
        connection.ensure_connection()
        raw: Any = connection.connection
        with connection.wrap_database_errors:
            if self._listening is not raw:
                raw.execute(f"LISTEN {CHANNEL}")
                self._listening = raw
            for _ in raw.notifies(timeout=seconds, stop_after=1):
                pass


def until_told(parent: int | None = None) -> Callable[[], bool]:
    """Takes SIGTERM and SIGINT as the wish to stop after the job in hand; a second one stops at once.

    With `parent`, the end of that process is the same wish.
    """
    told: list[int] = []

    def hear(number: int, frame: object) -> None:  # noqa: ARG001
        told.append(number)
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, hear)
    return lambda: bool(told) or (parent is not None and os.getppid() != parent)
