"""The side of those who want something done: kinds of tasks, and putting a job in with the change that asks for it.

    @task("payout.send", lease=120, most=40)
    def send(payout: UUID) -> None: ...

    with transaction.atomic():
        payout = Payout.objects.create(...)
        send.enqueue(payout=payout.id)

`@task`, `enqueue`, `using` and `call` have the shapes that `django.tasks` gave them.
"""

from __future__ import annotations

import datetime as dt
import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import cache
from uuid import UUID

from django.db import connection
from django.utils.module_loading import autodiscover_modules

from recourse.work import clock, crash
from recourse.work.models import LONGEST_KEY, Job

LEASE = 60  # seconds: longer than the longest wait of an ordinary task
MOST = 20  # claims; with the pauses between them about ten hours
CHANNEL = "recourse_work"

Args = Mapping[str, UUID]
Around = Callable[[UUID | None], AbstractContextManager[object]]


class OutsideTransaction(RuntimeError):
    """A job was to be put in without the change it belongs to: a mistake of ours, never of a person's."""


@dataclass(frozen=True)
class Task:
    """A kind of job and how it is done. Times in seconds."""

    kind: str
    function: Callable[..., object]
    lease: int
    most: int
    takes_context: bool = False
    last: bool = False
    run_after: dt.datetime | None = None
    dedup: str | None = None
    institution: UUID | None = None

    def using(
        self, *, run_after: dt.datetime | None = None, dedup: str | None = None, institution: UUID | None = None
    ) -> Task:
        """The same task, to be done not before `run_after`, or only once under the key `dedup`."""
        return replace(self, run_after=run_after, dedup=dedup, institution=institution)

    def enqueue(self, **args: UUID) -> Job:
        """Put a job in; see `enqueue` of this module."""
        return enqueue(self.kind, args, run_at=self.run_after, dedup=self.dedup, institution=self.institution)

    def call(self, *context: object, **args: UUID) -> object:
        """Do it now and here, without a job."""
        return self.function(*context, **args)

    def fits(self, args: Args) -> None:
        """Raises `TypeError` where the function would not take these arguments, or where one is not an id."""
        for name, value in args.items():
            if not isinstance(value, UUID):
                raise TypeError(
                    f"{self.kind}: {name} is {type(value).__name__}; a job takes ids (UUID) and nothing else"
                )
        inspect.signature(self.function).bind(*[None] * self.takes_context, **args)


_TASKS: dict[str, Task] = {}
_AROUND: list[Around] = []


def task(
    kind: str, *, lease: int = LEASE, most: int = MOST, takes_context: bool = False, last: bool = False
) -> Callable[[Callable[..., object]], Task]:
    """Make a function a task, in the `tasks` module of an application.

    It may be called again after it was done (a plug was pulled in between), so it must make no difference the second
    time. `lease` (seconds) must exceed the longest time it can take; longer work takes its `Turn` as first argument
    (`takes_context`) and renews it. `most` is how often it is tried. What waits for strangers comes `last`: when
    nothing else is due.
    """

    def register(function: Callable[..., object]) -> Task:
        made = Task(kind, function, lease, most, takes_context, last)
        other = _TASKS.setdefault(kind, made)
        if other.function is not function:
            raise ValueError(f"two tasks are called {kind}")
        return made

    return register


def tasks() -> Mapping[str, Task]:
    """Every task of the installed applications, by its kind."""
    _discover()
    return _TASKS


@cache
def _discover() -> None:
    autodiscover_modules("tasks")


def around(manager: Around) -> None:
    """Do every job, and every sweep, inside this context: it is given the job's institution, or None."""
    _AROUND.append(manager)


@contextmanager
def surroundings(institution: UUID | None) -> Iterator[None]:
    """The contexts that jobs are done in."""
    with ExitStack() as stack:
        for manager in _AROUND:
            stack.enter_context(manager(institution))
        yield


def enqueue(
    kind: str,
    args: Args,
    *,
    run_at: dt.datetime | None = None,
    dedup: str | None = None,
    institution: UUID | None = None,
) -> Job:
    """Put a job in with the transaction that is open: both are kept, or neither is.

    Done at or after `run_at` (None: at once). Where there is a job under the key `dedup` already, in whatever state, it
    is the answer and nothing is put in. Raises `OutsideTransaction`; `LookupError` for a kind that nobody knows;
    `ValueError` for a key that is too long; `TypeError` for arguments that the task does not take or that are not ids.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction(f"{kind}: put a job in inside `transaction.atomic()`, with the change it belongs to")
    known = _TASKS.get(kind) or tasks().get(kind)
    if known is None:
        raise LookupError(f"no task is called {kind}")
    if dedup is not None and len(dedup) > LONGEST_KEY:
        raise ValueError(f"{kind}: a key has at most {LONGEST_KEY} characters")
    known.fits(args)
    now = clock.now()
    job = Job(
        kind=kind,
        args={name: str(value) for name, value in args.items()},
        dedup=dedup,
        institution=institution,
        run_at=run_at or now,
        most=known.most,
        made_at=now,
    )
    job = _put(job)
    if job.run_at <= now and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")  # heard when the transaction is kept
    crash.at("enqueued")
    return job


def _put(job: Job) -> Job:
    if job.dedup is None:
        job.save(force_insert=True)
        return job
    Job.objects.bulk_create([job], ignore_conflicts=True)
    return Job.objects.get(dedup=job.dedup)


def arguments(kept: Mapping[str, str]) -> dict[str, UUID]:
    """The arguments of a job as its task takes them."""
    return {name: UUID(value) for name, value in kept.items()}
