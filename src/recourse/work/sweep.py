"""Sweeps: every few minutes, whatever the tables say is still to be done is compared with the jobs there are.

A deadline is a row of its own table and a job only wakes somebody; so a job that is missing, because an older backup
was restored or a row was lost, is put in again, and one that is there already is known by its key.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from recourse.work import crash, leases
from recourse.work.models import Job
from recourse.work.queue import Args, enqueue, surroundings, tasks

log = logging.getLogger("recourse.work")

EVERY = 300  # seconds
TOGETHER = 200  # wake-ups put in with one transaction


class Wake(NamedTuple):
    """A job that there ought to be, and the key by which it is known: `deadline:<case>:<name>:<date>`."""

    kind: str
    args: Args
    run_at: dt.datetime
    dedup: str
    institution: UUID | None = None


Sweep = Callable[[dt.datetime], Iterable[Wake]]
_SWEEPS: list[Sweep] = []


def sweep(function: Sweep) -> Sweep:
    """Register a sweep, in the `tasks` module of an application.

    It is given the time and yields what is still to be done from its own tables: what is due soon is enough, for it is
    asked again every five minutes. What is done must be known from there, since jobs that are done are forgotten one
    day.
    """
    _SWEEPS.append(function)
    return function


def is_time(last: float | None, now: float) -> bool:
    """Whether it is time to sweep again (seconds since 1970); also where the clock was put back."""
    return last is None or not last <= now < last + EVERY


def heal(now: dt.datetime) -> int:
    """Run every sweep; how many jobs were missing. A sweep that fails is logged and keeps no other from running.

    Jobs that a clock which was wrong put off are due again.
    """
    tasks()  # the sweeps stand beside them
    leases.pull_back(now)
    made = 0
    for one in _SWEEPS:
        try:
            with surroundings(None):
                made += _put_in(one(now))
        except Exception as error:  # noqa: BLE001 - where it is the database, the worker's next question finds out
            log.error("the sweep %s failed: %s", one.__qualname__, type(error).__qualname__)  # noqa: TRY400
    return made


def _put_in(wanted: Iterable[Wake]) -> int:
    made = 0
    rest = iter(wanted)
    while batch := {wake.dedup: wake for wake in islice(rest, TOGETHER)}:
        there = set(Job.objects.filter(dedup__in=batch).values_list("dedup", flat=True))
        missing = sorted(batch.keys() - there)  # in one order, so that two sweeps do not wait for each other
        if not missing:
            continue
        with transaction.atomic():
            for key in missing:
                wake = batch[key]
                enqueue(wake.kind, wake.args, run_at=wake.run_at, dedup=key, institution=wake.institution)
            crash.at("sweeping")
        made += len(missing)
    return made
