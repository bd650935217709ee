"""The side of those who do the work: claim a job for a while, keep it longer, finish it, fail it, revive it.

Every change is one statement that names the token or the state it expects, so it holds whatever else happens. No clock
is read here; `now` is the worker's.
"""

from __future__ import annotations

import datetime as dt
import random
import traceback
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import F, Q, QuerySet

from recourse.work import crash
from recourse.work.models import Job, State
from recourse.work.queue import Args, Task, tasks

LONGEST_PAUSE = 3600  # seconds between two attempts
_BETWEEN = (
    "recourse.work.limit",
    "recourse.work.queue",
    "recourse.work.worker",
)  # never the task's fault


class LeaseLost(RuntimeError):
    """Whoever raises this took too long: the job is another worker's by now."""


class GiveUp(Exception):
    """Trying again would not help: the job is dead at once. The words are kept and shown: no personal data in them."""


@dataclass(frozen=True)
class Held:
    """A job that is ours until its lease ends."""

    id: UUID
    task: Task
    args: dict[str, str]  # ids, as they are kept
    token: UUID
    attempt: int  # 1 for the first
    most: int
    institution: UUID | None


def claim(now: dt.datetime) -> Held | None:
    """The job that has been due longest, held for the lease of its task; None where none is due.

    Tasks that come `last` are done when no other is due, so that no stranger's server keeps money or mail waiting. What
    a newer release put in is left to a newer worker.
    """
    known = tasks()
    first = [kind for kind, task in known.items() if not task.last]
    return _claim(now, known, first) or _claim(now, known, [*known.keys() - first])


def _claim(now: dt.datetime, known: Mapping[str, Task], kinds: Collection[str]) -> Held | None:
    """One of these kinds. A job whose last permitted attempt ended without a word, as it takes its workers with it,
    dies here.
    """
    due = Job.objects.filter(state=State.WAITING, run_at__lte=now, kind__in=kinds)
    while due.exists():  # looking costs no lock
        with transaction.atomic(durable=True):
            job = due.select_for_update(skip_locked=True).order_by("run_at").first()
            if job is None:  # others were quicker
                return None
            if job.attempts < job.most:
                held = _hold(job, known[job.kind], now)
                crash.at("claiming")
                return held
            Job.objects.filter(pk=job.pk).update(
                state=State.DEAD, token=None, last_error=f"its worker died; before that: {job.last_error or '-'}"[:500]
            )
    return None


def _hold(job: Job, task: Task, now: dt.datetime) -> Held:
    held = Held(job.pk, task, job.args, uuid4(), job.attempts + 1, job.most, job.institution)
    Job.objects.filter(pk=job.pk).update(
        token=held.token, attempts=held.attempt, run_at=now + dt.timedelta(seconds=task.lease)
    )
    return held


def renew(held: Held, now: dt.datetime) -> None:
    """Hold it for another whole lease from now. Raises `LeaseLost`."""
    if not _ours(held).update(run_at=now + dt.timedelta(seconds=held.task.lease)):
        raise LeaseLost(f"{held.task.kind} {held.id}")
    crash.at("after-renew")


def finish(held: Held, now: dt.datetime) -> None:
    """It is done. Raises `LeaseLost`: then another worker has it, or has done it."""
    if not _ours(held).update(state=State.DONE, done_at=now, token=None, last_error=""):
        raise LeaseLost(f"{held.task.kind} {held.id}")


def fail(held: Held, error: BaseException, now: dt.datetime) -> None:
    """It went wrong: due again after a pause, or dead. Raises `LeaseLost`."""
    change: dict[str, object] = {"token": None, "last_error": said(error)}
    if held.attempt >= held.most or isinstance(error, GiveUp):
        change["state"] = State.DEAD
    else:
        change["run_at"] = now + dt.timedelta(seconds=pause(held.attempt, random.random()))  # noqa: S311
    if not _ours(held).update(**change):
        raise LeaseLost(f"{held.task.kind} {held.id}")


def put_off(held: Held, until: dt.datetime) -> None:
    """It is not for now: due again then, and this attempt does not count. Raises `LeaseLost`."""
    if not _ours(held).update(token=None, attempts=held.attempt - 1, run_at=until):
        raise LeaseLost(f"{held.task.kind} {held.id}")


def revive(job: UUID, now: dt.datetime) -> bool:
    """A dead job is due again, with all its attempts; False where it is not dead. Whoever calls this keeps a record."""
    found = Job.objects.filter(pk=job, state=State.DEAD)
    return bool(found.update(state=State.WAITING, attempts=0, run_at=now))


def bring_forward(kind: str, args: Args, now: dt.datetime) -> bool:
    """The next job of this kind and these arguments is due now; False where none waits for its time.

    One alone, and none while another of them is due or held: two would do the same at the same time. Its key is free
    from here on, so that what comes up before its own time is put in anew.
    """
    same = Job.objects.filter(kind=kind, args={name: str(value) for name, value in args.items()}, state=State.WAITING)
    if same.filter(Q(token__isnull=False) | Q(run_at__lte=now)).exists():
        return False
    following = same.order_by("run_at", "pk").values_list("pk", flat=True).first()
    return following is not None and bool(same.filter(pk=following, token=None).update(run_at=now, dedup=None))


def pull_back(now: dt.datetime) -> int:
    """Make due what a clock that ran ahead put off: no lease and no pause ends so late. The number of jobs.

    Otherwise a job that was held or put in while the clock was wrong by a year would wait for that year.
    """
    latest = now + dt.timedelta(seconds=max(LONGEST_PAUSE, *(task.lease for task in tasks().values())))
    tried = Q(attempts__gt=0, run_at__gt=latest)
    at_once = Q(attempts=0, made_at__gt=latest, run_at__gt=now, run_at__lte=F("made_at"))  # put in, in that future
    return Job.objects.filter(tried | at_once, state=State.WAITING).update(run_at=now)


def pause(attempt: int, chance: float) -> float:
    """Seconds until the next attempt: 2, 4, 8 … up to an hour, less up to a half of it by `chance` (0 to 1).

    So that those that failed together do not come back together.
    """
    return float(min(LONGEST_PAUSE, 2 ** min(attempt, 12)) * (1 - chance / 2))


def said(error: BaseException) -> str:
    """An error as it is kept: what and where, without its words, for these may hold somebody's data."""
    if isinstance(error, GiveUp):
        return str(error).replace("\0", "")[:500]
    parts: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(parts) < 4:
        frames = [
            (str(frame.f_globals.get("__name__")), line) for frame, line in traceback.walk_tb(cause.__traceback__)
        ]
        ours = [place for place in frames if place[0].startswith("recourse.") and place[0] not in _BETWEEN] or frames
        where = " at {}:{}".format(*ours[-1]) if ours else ""
        parts.append(type(cause).__qualname__ + where)
        cause = cause.__cause__ or (None if cause.__suppress_context__ else cause.__context__)
    return " from ".join(parts)[:500]


def _ours(held: Held) -> QuerySet[Job]:
    return Job.objects.filter(pk=held.id, token=held.token, state=State.WAITING)
