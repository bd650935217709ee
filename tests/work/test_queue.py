"""Putting jobs in: with their change or not at all, ids only, once under a key; and what one worker makes of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction
from errands import tasks as errands

from recourse.work import health, leases, queue, sweep, worker
from recourse.work.models import Job, State
from recourse.work.sweep import Wake

pytestmark = pytest.mark.usefixtures("database")


def put(task: queue.Task = errands.plain, **more: Any) -> Job:
    with transaction.atomic():
        return task.using(**more).enqueue(key=uuid4())


class Thrown(Exception):
    pass


def test_a_job_needs_the_transaction_of_its_change() -> None:
    with pytest.raises(queue.OutsideTransaction, match=r"errand\.plain"):
        errands.plain.enqueue(key=uuid4())


def test_strangers_come_last_though_they_have_waited_longer(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    known = {**queue.tasks(), "errand.keyed": replace(errands.keyed, last=True)}
    monkeypatch.setattr(queue, "_TASKS", known)
    stranger = put(errands.keyed)
    clock.move(60)
    ours = put()
    found = [leases.claim(clock()) for _ in range(3)]
    assert [one and one.id for one in found] == [ours.pk, stranger.pk, None]


def test_a_change_that_is_taken_back_takes_its_job_back() -> None:
    with suppress(Thrown), transaction.atomic():
        errands.plain.enqueue(key=uuid4())
        raise Thrown
    assert not Job.objects.exists()


@pytest.mark.parametrize("args", [{}, {"key": "somebody@example.org"}, {"key": 7}, {"other": UUID(int=7)}], ids=str)
def test_a_job_takes_ids_that_its_task_takes_and_nothing_else(args: dict[str, Any]) -> None:
    with pytest.raises(TypeError), transaction.atomic():
        queue.enqueue("errand.plain", args)


def test_a_kind_that_nobody_knows_is_refused() -> None:
    with pytest.raises(LookupError, match=r"errand\.none"), transaction.atomic():
        queue.enqueue("errand.none", {})


def test_a_key_makes_a_job_once_done_or_not(clock: Any) -> None:
    first = put(dedup="deadline:1:answer:2026-12-01")
    assert put(dedup="deadline:1:answer:2026-12-01") == first
    worker.drain(clock)
    assert put(dedup="deadline:1:answer:2026-12-01").state == State.DONE
    assert len(errands.traces("plain")) == 1
    with pytest.raises(ValueError, match="200"):
        put(dedup="x" * 201)


def test_what_is_due_longest_is_done_first_and_nothing_early(clock: Any) -> None:
    late = put(run_after=clock() + dt.timedelta(days=400))
    second, first = put(), put(run_after=clock() - dt.timedelta(hours=1))
    clock.move(86_400 * 400 - 1)
    assert worker.drain(clock) == 3  # the tidying is one
    assert errands.traces("plain") == [first.args["key"], second.args["key"]]
    clock.move(1)
    worker.drain(clock)
    assert errands.traces("plain")[2:] == [late.args["key"]]


def test_a_task_that_fails_is_tried_again_later_and_later_then_dies_and_can_be_revived(clock: Any) -> None:
    job = put(errands.broken)
    for attempt in (1, 2, 3):
        held = leases.claim(clock())
        assert held is not None
        assert held.attempt == attempt
        worker.perform(held, clock)
        job.refresh_from_db()
        assert job.last_error.startswith("ValueError at errands.tasks:")
        assert "example.org" not in job.last_error  # nobody's data is kept with an error
        if attempt < 3:
            assert job.state == State.WAITING
            assert 2**attempt / 2 <= (job.run_at - clock()).total_seconds() <= 2**attempt
            assert leases.claim(clock()) is None
            clock.move(2**attempt)
    assert job.state == State.DEAD
    assert health.health(clock()).dead == 1
    assert leases.revive(job.pk, clock())
    assert not leases.revive(job.pk, clock())
    held = leases.claim(clock())
    assert held is not None
    assert held.attempt == 1


def test_the_pause_grows_to_an_hour_and_chance_only_shortens_it() -> None:
    assert [leases.pause(n, 0) for n in (1, 2, 3, 11, 12, 4000)] == [2, 4, 8, 2048, 3600, 3600]
    assert leases.pause(3, 1) == 4


def test_giving_up_is_dying_at_once_with_words(clock: Any, registry: Any) -> None:
    @queue.task("errand.hopeless")
    def hopeless() -> None:
        raise leases.GiveUp("the account is closed\0")

    with transaction.atomic():
        job = hopeless.enqueue()
    worker.drain(clock)
    job.refresh_from_db()
    assert (job.state, job.last_error, job.attempts) == (State.DEAD, "the account is closed", 1)


def test_a_worker_leaves_what_it_does_not_know_to_a_newer_one(clock: Any) -> None:
    job = put()
    Job.objects.update(kind="errand.of-the-next-release")
    assert leases.claim(clock()) is None
    clock.move(301)
    assert not health.health(clock()).well  # and the page says that nobody does it
    job.refresh_from_db()
    assert job.attempts == 0


def test_who_took_too_long_can_neither_finish_nor_fail_nor_renew(clock: Any) -> None:
    put()
    slow = leases.claim(clock())
    assert slow
    clock.move(31)
    quick = leases.claim(clock())
    assert quick
    for late in (leases.finish, leases.renew):
        with pytest.raises(leases.LeaseLost):
            late(slow, clock())
    with pytest.raises(leases.LeaseLost):
        leases.fail(slow, ValueError(), clock())
    leases.finish(quick, clock())
    with pytest.raises(leases.LeaseLost):
        leases.finish(quick, clock())


def test_a_lease_that_is_renewed_is_not_lost(clock: Any) -> None:
    put()
    held = leases.claim(clock())
    assert held
    for _ in range(5):
        clock.move(29)
        leases.renew(held, clock())
        assert leases.claim(clock()) is None
    leases.finish(held, clock())


def test_what_is_kept_with_the_end_of_its_job_is_not_kept_without(clock: Any) -> None:
    put(errands.together)
    slow = leases.claim(clock())
    assert slow
    clock.move(31)
    quick = leases.claim(clock())
    assert quick
    worker.perform(quick, clock)
    worker.perform(slow, clock)  # what it wrote is taken back, since the end of the job is not its any more
    assert len(errands.traces("together")) == 1
    assert Job.objects.get().state == State.DONE


def test_jobs_are_done_in_the_surroundings_of_their_institution(clock: Any, registry: Any) -> None:
    seen: list[UUID | None] = []

    @contextmanager
    def note(institution: UUID | None) -> Iterator[None]:
        seen.append(institution)
        yield

    queue.around(note)
    school = uuid4()
    job = put(institution=school)
    worker.perform(leases.claim(clock()), clock)  # type: ignore[arg-type]
    job.refresh_from_db()
    assert seen == [school]
    assert job.state == State.DONE


def test_a_sweep_puts_in_what_is_missing_and_only_that(clock: Any, registry: Any) -> None:
    ids = [uuid4() for _ in range(450)]

    @sweep.sweep
    def wakes(now: dt.datetime) -> Iterator[Wake]:
        return (Wake("errand.plain", {"key": one}, now, f"deadline:{one}") for one in ids)

    assert sweep.heal(clock()) == 451  # and the tidying
    assert sweep.heal(clock()) == 0
    Job.objects.filter(dedup__in=[f"deadline:{one}" for one in ids[100:103]]).delete()
    clock.move(300)
    assert sweep.heal(clock()) == 3
    assert worker.drain(clock) == 451
    assert sorted(errands.traces("plain")) == sorted(map(str, ids))


def test_a_sweep_that_fails_keeps_no_other_from_running(clock: Any, registry: Any) -> None:
    @sweep.sweep
    def wrong(now: dt.datetime) -> Iterator[Wake]:
        yield Wake("errand.plain", {"key": uuid4()}, now, "one")
        yield Wake("errand.none", {}, now, "two")

    @sweep.sweep
    def right(now: dt.datetime) -> Iterator[Wake]:
        yield Wake("errand.plain", {"key": uuid4()}, now, "three")

    sweep.heal(clock())
    assert sorted(Job.objects.values_list("dedup", flat=True)) == ["three", f"work.tidy:{clock().date()}"]


def test_sweeps_come_every_five_minutes_and_when_the_clock_went_back() -> None:
    assert sweep.is_time(None, 0)
    assert [sweep.is_time(1000.0, now) for now in (999.0, 1000.0, 1299.0, 1300.0)] == [True, False, False, True]


def test_a_clock_that_ran_a_year_ahead_puts_nothing_off_for_a_year(clock: Any, registry: Any) -> None:
    wanted = put(run_after=clock() + dt.timedelta(days=400))
    clock.move(86_400 * 365)
    put()
    held, failed = leases.claim(clock()), put(errands.broken)
    assert held
    taken = leases.claim(clock())
    assert taken
    leases.fail(taken, ValueError(), clock())
    untouched = put()
    assert Job.objects.filter(run_at__lte=clock()).count() == 1
    clock.move(-86_400 * 365)  # set right again
    assert leases.claim(clock()) is None
    assert leases.pull_back(clock()) == 3
    assert leases.pull_back(clock()) == 0
    due = set(Job.objects.filter(run_at__lte=clock()).values_list("pk", flat=True))
    assert due == {held.id, failed.pk, untouched.pk}
    wanted.refresh_from_db()
    assert wanted.run_at == clock() + dt.timedelta(days=400)


def test_pauses_and_leases_of_clocks_that_differ_a_little_stay(clock: Any) -> None:
    put()
    assert leases.claim(clock() + dt.timedelta(seconds=300))
    put(errands.broken)
    worker.perform(leases.claim(clock()), clock)  # type: ignore[arg-type]
    put(run_after=clock() + dt.timedelta(hours=2))
    assert leases.pull_back(clock()) == 0


def test_health_says_how_it_stands(clock: Any) -> None:
    assert health.health(clock()) == (0, 0, 0, 0, 0, None, 0)
    for _ in range(3):
        put()
    put(errands.broken, run_after=clock() - dt.timedelta(seconds=1))
    worker.perform(leases.claim(clock()), clock)  # type: ignore[arg-type]
    leases.claim(clock())
    found = health.health(clock())
    assert found[:5] == (4, 1, 1, 0, 0)
    clock.move(300)
    assert health.health(clock()).well
    clock.move(1)
    found = health.health(clock())
    assert (found.late, found.well, found.to_json()["oldest_due"]) == (301, False, "2026-11-22T12:00:00+00:00")


def test_what_was_done_is_forgotten_after_thirty_days_what_died_is_not(clock: Any) -> None:
    put()
    dead = put(errands.broken)
    worker.drain(clock)
    for _ in range(3):
        clock.move(3600)
        worker.drain(clock)
    clock.move(86_400 * 31)
    worker.drain(clock)
    assert [job.pk for job in Job.objects.exclude(kind="work.tidy")] == [dead.pk]


@pytest.mark.parametrize(
    "change",
    [
        {"state": "lost"},
        {"state": "done"},
        {"done_at": dt.datetime(2026, 1, 1, tzinfo=dt.UTC)},
        {"state": "dead", "token": UUID(int=8)},
        {"attempts": 21},
    ],
    ids=str,
)
def test_the_database_refuses_what_cannot_be(change: dict[str, Any]) -> None:
    put()
    with pytest.raises(IntegrityError):
        Job.objects.update(**change)


def test_a_second_task_of_one_name_is_refused() -> None:
    with pytest.raises(ValueError, match=r"errand\.plain"):
        queue.task("errand.plain")(lambda: None)


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test registers is gone after it."""
    monkeypatch.setattr(queue, "_TASKS", dict(queue.tasks()))
    monkeypatch.setattr(queue, "_AROUND", [])
    monkeypatch.setattr(sweep, "_SWEEPS", [*sweep._SWEEPS])


def test_the_next_of_a_kind_is_brought_forward_alone_and_none_while_another_is_due_or_held(clock: Any) -> None:
    key, rows = uuid4(), []
    for minutes in (9, 5):
        at = clock() + dt.timedelta(minutes=minutes)
        with transaction.atomic():
            rows.append(errands.plain.using(run_after=at, dedup=f"slot:{minutes}").enqueue(key=key))
    later, following = rows
    assert not leases.bring_forward("errand.plain", {"key": uuid4()}, clock())  # of something else
    assert [leases.bring_forward("errand.plain", {"key": key}, clock()) for _ in range(2)] == [True, False]  # it is due
    held = leases.claim(clock())
    assert held is not None
    assert held.id == following.pk
    assert not leases.bring_forward("errand.plain", {"key": key}, clock())  # somebody does it right now
    leases.finish(held, clock())
    assert put(dedup="slot:5").pk != following.pk  # its key is free: what comes up now has a job of its own
    assert leases.bring_forward("errand.plain", {"key": key}, clock())
    later.refresh_from_db()
    assert (later.run_at, later.state) == (clock(), State.WAITING)
