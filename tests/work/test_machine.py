"""Any order of claiming, finishing, failing, dying and reviving, by workers whose clocks disagree and jump, in both
databases, held against a model of a few lines.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from moved import START, MovedClock

from recourse.work import health, leases, queue
from recourse.work.leases import Held
from recourse.work.models import Job, State

LEASES = {"errand.short": 10, "errand.long": 60}
MOST = {"errand.short": 3, "errand.long": 1}
RUNS = 15 * int(os.environ.get("RECOURSE_EXAMPLES", "1"))
SKEWS = (0, 7, -40)  # seconds that each worker's clock is wrong by


@dataclass
class Known:
    """What the model knows of a job."""

    kind: str
    run_at: dt.datetime
    attempts: int = 0
    token: UUID | None = None
    state: str = State.WAITING


class Machine(RuleBasedStateMachine):
    clock: ClassVar[MovedClock]

    def __init__(self) -> None:
        super().__init__()
        Job.objects.all().delete()
        self.clock.at = START
        self.jobs: dict[UUID, Known] = {}
        self.keys: dict[str, UUID] = {}
        self.hands: list[tuple[int, Held]] = []  # whoever thinks that it holds something, rightly or not

    @initialize(kinds=st.lists(st.sampled_from([*LEASES]), min_size=2, max_size=4))
    def some_jobs(self, kinds: list[str]) -> None:
        for kind in kinds:
            self.put(kind, 0, None, kept=True)

    @rule(data=st.data(), who=st.sampled_from([0, 1, 2]))
    def next(self, data: st.DataObject, who: int) -> None:
        """One rule for all: left to itself, Hypothesis leaves out rules for whole runs, and little happens in them."""
        match data.draw(st.sampled_from(["put", "move", "claim", "claim late", "end", "end", "revive"])):
            case "put":
                kind, key = data.draw(st.sampled_from([*LEASES])), data.draw(st.none() | st.sampled_from("abc"))
                self.put(kind, data.draw(st.integers(0, 100)), key, kept=data.draw(st.booleans()))
            case "move":
                self.clock.move(data.draw(st.integers(-60, 120)))
            case "claim":
                self.claim(who)
            case "claim late":  # whoever held something has lost it
                self.clock.move(max(LEASES.values()) - min(SKEWS))
                self.claim(who)
            case "end" if self.hands:
                pair = data.draw(st.sampled_from(self.hands))
                self.end(*pair, data.draw(st.sampled_from(["finish", "fail", "give up", "renew", "die"])))
            case "revive" if self.jobs:
                self.revive(data.draw(st.sampled_from([*self.jobs])))

    def put(self, kind: str, wait: int, key: str | None, *, kept: bool) -> None:
        run_at = self.clock() + dt.timedelta(seconds=wait)
        with transaction.atomic():
            job = queue.enqueue(kind, {}, run_at=run_at, dedup=key)
            transaction.set_rollback(not kept)
        if key in self.keys:
            assert job.pk == self.keys[key]
        elif kept:
            self.jobs[job.pk] = Known(kind, run_at)
            if key:
                self.keys[key] = job.pk

    def claim(self, who: int) -> None:
        now = self.at(who)
        due = {pk: job for pk, job in self.jobs.items() if job.state == State.WAITING and job.run_at <= now}
        able = {pk: job for pk, job in due.items() if job.attempts < MOST[job.kind]}
        held = leases.claim(now)
        until = None
        if held is None:
            assert not able
        else:
            assert held.id in able
            until = self.jobs[held.id].run_at
            assert until == min(job.run_at for job in able.values())
            job = self.jobs[held.id]
            job.attempts, job.token = job.attempts + 1, held.token
            job.run_at = now + dt.timedelta(seconds=LEASES[job.kind])
            assert held.attempt == job.attempts
            self.hands.append((who, held))
        for pk in due.keys() - able.keys():  # spent, and due before what was claimed
            job = self.jobs[pk]
            if until is None or job.run_at < until:
                job.state, job.token = State.DEAD, None
            elif job.run_at == until:
                job.state = Job.objects.get(pk=pk).state
                job.token = None if job.state == State.DEAD else job.token

    def end(self, who: int, held: Held, how: str) -> None:
        job, now = self.jobs[held.id], self.at(who)
        if how != "renew":
            self.hands.remove((who, held))
        if how == "die":
            return
        if job.token != held.token:
            with pytest.raises(leases.LeaseLost):
                self.change(how, held, now)
            return
        self.change(how, held, now)
        if how == "renew":
            job.run_at = now + dt.timedelta(seconds=LEASES[job.kind])
            return
        job.token = None
        if how == "finish":
            job.state = State.DONE
        elif how == "give up" or job.attempts == MOST[job.kind]:
            job.state = State.DEAD
        else:
            job.run_at = Job.objects.get(pk=held.id).run_at
            assert 2**job.attempts / 2 <= (job.run_at - now).total_seconds() <= 2**job.attempts

    def revive(self, pk: UUID) -> None:
        job = self.jobs[pk]
        assert leases.revive(pk, self.clock()) == (job.state == State.DEAD)
        if job.state == State.DEAD:
            job.state, job.attempts, job.run_at = State.WAITING, 0, self.clock()

    @invariant()
    def the_table_is_what_the_model_says(self) -> None:
        found = {job.pk: Known(job.kind, job.run_at, job.attempts, job.token, job.state) for job in Job.objects.all()}
        assert found == self.jobs
        counted = health.health(self.clock())
        assert counted.waiting + counted.done + counted.dead == len(self.jobs)
        due = [job.run_at for job in found.values() if job.state == State.WAITING and job.run_at <= self.clock()]
        assert counted.oldest_due == min(due, default=None)

    def at(self, who: int) -> dt.datetime:
        return self.clock() + dt.timedelta(seconds=SKEWS[who])

    @staticmethod
    def change(how: str, held: Held, now: dt.datetime) -> None:
        if how == "fail":
            leases.fail(held, ValueError(), now)
        elif how == "give up":
            leases.fail(held, leases.GiveUp("no use"), now)
        else:
            {"finish": leases.finish, "renew": leases.renew}[how](held, now)


def test_the_queue_is_what_its_model_says(
    database: dict[str, str], clock: MovedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "_TASKS", dict(queue.tasks()))
    for kind, lease in LEASES.items():
        queue.task(kind, lease=lease, most=MOST[kind])(lambda: None)
    monkeypatch.setattr(Machine, "clock", clock, raising=False)
    run_state_machine_as_test(
        Machine,
        # a run takes a tenth of a second: making a failure smaller would take minutes
        settings=settings(max_examples=RUNS, stateful_step_count=40, deadline=None, phases=[Phase.generate]),
    )
