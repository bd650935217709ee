"""Workers killed again and again while the provider fails, too; a server that is stopped; many approvers at once.

Nothing is paid twice or lost. The same in full size: `pytest -m bench -s tests/faults`.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import crowd
import far
import pytest
from django.db import DatabaseError, connection

from nursery import Child
from postgres import Cluster
from recourse.desk.services import timeline
from recourse.payouts.models import Approval, Payout
from recourse.payouts.services import comparing, reporting, routes
from recourse.work import clock

Start = Callable[..., Child]
Harm = Callable[[int, int], int]


def kills() -> Harm:
    """Kills one worker of the crew, at moments of chance."""
    chance = random.Random(20261123)

    def harm(crew: int, _: int) -> int:
        time.sleep(chance.uniform(0.2, 1.2))
        alive = Path(f"/proc/{crew}/task/{crew}/children").read_text().split()
        with contextlib.suppress(ProcessLookupError):
            if alive:
                os.kill(int(chance.choice(alive)), signal.SIGKILL)
        return len(alive[:1])

    return harm


def stops(cluster: Cluster, times: int, count: int) -> Harm:
    """Stops the server so often, spread over the work, as a pulled plug would; each time it is back after a moment."""
    left = [count * number // (times + 1) for number in range(times)]

    def harm(_: int, final: int) -> int:
        time.sleep(0.1)
        if not left or final < left[0]:
            return 0
        left.pop(0)
        cluster.stop()
        time.sleep(0.3)
        cluster.start()
        return 1

    return harm


def final() -> int:
    """How many payouts succeeded; while the server is away, nobody knows of any."""
    try:
        return Payout.objects.filter(state="succeeded").count()
    except DatabaseError:
        connection.close()
        return 0


def paid_under(
    harm: Harm, start: Start, count: int, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> tuple[int, float]:
    """How often harm was done until every payout had succeeded, and in how many seconds."""
    first, begun = time.time(), time.monotonic()
    place = far.school()
    cases = [far.decided(place, "sandbox") for _ in range(count)]
    crew = start(f"import crowd; crowd.workers(3, {first})")
    person = start(f"import crowd; crowd.insist({[str(case.pk) for case in cases]}, {first})")
    done = 0
    while (ended := final()) < count:
        assert crew.poll() is None, crew.communicate()
        assert not person.poll(), person.communicate()
        assert time.monotonic() < begun + seconds, Counter(Payout.objects.values_list("state", flat=True))
        done += harm(crew.pid, ended)
    took = time.monotonic() - begun
    crew.kill()
    crew.wait()
    moved = crowd.hurried(first)
    monkeypatch.setattr(clock, "now", lambda: moved)  # the refunds that waited are through
    rows = {str(row.pk): row for row in Payout.objects.all()}
    keys = Counter(one.key for one in routes.world().all() if one.word not in {"failed", "cancelled"})
    assert set(keys.values()) <= {1}, "paid twice"
    assert set(keys) == set(rows)
    assert len(rows) == len(cases) == len({row.case_id for row in rows.values()})
    for case in cases:
        told = [line.body["state"] for line in timeline.read(case, inner=True) if line.entry.kind == "payout"]
        assert told.count("succeeded") == 1
    assert reporting.report(place).off == () and comparing.compare(place).differences == ()
    assert not Payout.objects.exclude(alarm="").exists()
    return done, took


def test_workers_are_killed_while_the_provider_fails(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    done, _ = paid_under(kills(), start, 12, 240, monkeypatch)
    assert done


def stopped(
    start: Start, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, count: int, times: int
) -> tuple[int, float]:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server that could stop")
    harm = stops(request.getfixturevalue("cluster"), times, count)
    done, took = paid_under(harm, start, count, 120 + 8 * count, monkeypatch)
    assert done == times
    return done, took


def test_the_server_is_stopped_while_payouts_are_sent(
    start: Start, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped(start, request, monkeypatch, 6, 1)


def at_once(start: Start, count: int, processes: int, threads: int) -> tuple[int, float]:
    """How often somebody had to do it again because the database was busy, and the seconds that the crowd took."""
    place = far.school()
    cases = [str(far.decided(place, "sandbox").pk) for _ in range(count)]
    begun = time.monotonic()
    people = [start(f"import crowd; crowd.approve({cases!r}, {threads})") for _ in range(processes)]
    said = [one.communicate(timeout=2400)[1] for one in people]
    took = time.monotonic() - begun
    assert [one.returncode for one in people] == [0] * processes, said
    assert not any("Traceback" in one for one in said), said
    while far.worker.drain(far.later(1)):  # type: ignore[arg-type]
        pass
    assert Payout.objects.filter(state="succeeded").count() == Approval.objects.count() == count
    assert Payout.objects.exclude(state__in=["succeeded"]).count() == 0
    assert len(routes.world().all()) == count and routes.world().calls() == count
    assert reporting.report(place).off == ()
    return sum(one.count("again: ") for one in said), took


def test_many_approvers_at_once_pay_each_case_once(start: Start) -> None:
    at_once(start, 4, 2, 3)


@pytest.mark.bench
def test_two_hundred_payouts_under_random_kills(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    done, took = paid_under(kills(), start, 200, 1800, monkeypatch)
    _say(f"200 payouts, {done} kills", took)


@pytest.mark.bench
def test_two_hundred_payouts_while_the_server_is_stopped_five_times(
    start: Start, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    done, took = stopped(start, request, monkeypatch, 200, 5)
    _say(f"200 payouts, {done} stops", took)


@pytest.mark.bench
def test_thirty_two_approvers_at_once_on_two_hundred_cases(start: Start) -> None:
    again, took = at_once(start, 200, 8, 4)
    _say(f"200 cases, 32 approvers, {again} times again because the database was busy", took)


def _say(what: str, took: float) -> None:
    load = os.getloadavg()
    states = dict(Counter(Payout.objects.values_list("state", flat=True)))
    print(
        f"\n{connection.vendor}: {what}, {took:.0f} s, ended {states}, refunds {len(routes.world().all())}, load {load[0]:.0f}"
    )
