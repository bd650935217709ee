"""Workers killed again and again while the provider fails, too; and many approvers at once. Nothing is paid twice or lost."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import random
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import far
import pytest
from crowd import HURRY
from django.db import connection

from recourse.payouts.models import Approval, Payout
from recourse.payouts.services import reporting, routes
from recourse.work import clock

SPEED = 120
FINAL = ("succeeded", "failed")
Start = Callable[..., "subprocess.Popen[str]"]


def children(of: int) -> list[int]:
    found = Path(f"/proc/{of}/task/{of}/children").read_text()
    return [int(one) for one in found.split()]


def under_kills(start: Start, count: int, seconds: float, monkeypatch: pytest.MonkeyPatch) -> tuple[int, float]:
    """How often a worker was killed until every payout was final, and in how many seconds."""
    first, begun = time.time(), time.monotonic()
    place = far.school()
    rows = [far.release(far.plan(far.decided(place, "sandbox").pk, far.UUID(int=number)).pk) for number in range(count)]
    hurry = HURRY.format(first=first, speed=SPEED)
    crew = start("import crowd; crowd.workers(3)", before=hurry)
    chance, kills = random.Random(20261123), 0
    while Payout.objects.filter(state__in=FINAL).count() < count:
        assert crew.poll() is None, crew.communicate()[1]
        assert time.monotonic() < begun + seconds, Counter(Payout.objects.values_list("state", flat=True))
        time.sleep(chance.uniform(0.2, 1.2))
        alive = children(crew.pid)
        if alive:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(alive), signal.SIGKILL)
                kills += 1
    took = time.monotonic() - begun
    crew.kill()
    crew.wait()
    moved = first + (time.time() - first) * SPEED
    monkeypatch.setattr(
        clock, "now", lambda: dt.datetime.fromtimestamp(moved, dt.UTC)
    )  # the refunds that waited are through
    keys = Counter(one.key for one in routes.world().all() if one.word not in {"failed", "cancelled"})
    paid = {str(row.pk) for row in rows if Payout.objects.get(pk=row.pk).state == "succeeded"}
    assert set(keys.values()) <= {1} and set(keys) == paid
    assert reporting.report(place).off == () and reporting.compare(place) == ()
    assert not Payout.objects.exclude(alarm="").exists()
    return kills, took


def test_workers_are_killed_while_the_provider_fails(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    kills, _ = under_kills(start, 12, 240, monkeypatch)
    assert kills


def at_once(start: Start, count: int, processes: int, threads: int) -> float:
    """The seconds that the crowd took."""
    place = far.school()
    cases = [str(far.decided(place, "sandbox").pk) for _ in range(count)]
    begun = time.monotonic()
    crowd = [start(f"import crowd; crowd.approve({cases!r}, {threads})") for _ in range(processes)]
    said = [one.communicate(timeout=1200)[1] for one in crowd]
    took = time.monotonic() - begun
    assert [one.returncode for one in crowd] == [0] * processes, said
    assert not any("Traceback" in one for one in said), said
    while far.worker.drain(far.later(1)):  # type: ignore[arg-type]
        pass
    assert Payout.objects.filter(state="succeeded").count() == Approval.objects.count() == count
    assert Payout.objects.exclude(state__in=["succeeded"]).count() == 0
    assert len(routes.world().all()) == count and routes.world().calls() == count
    assert reporting.report(place).off == ()
    return took


def test_many_approvers_at_once_pay_each_case_once(start: Start) -> None:
    at_once(start, 4, 2, 3)


@pytest.mark.bench
def test_two_hundred_payouts_under_random_kills(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    kills, took = under_kills(start, 200, 900, monkeypatch)
    print(f"\n{connection.vendor}: 200 payouts, {kills} kills, {took:.0f} s")


@pytest.mark.bench
def test_thirty_two_approvers_at_once_on_two_hundred_cases(start: Start) -> None:
    took = at_once(start, 200, 8, 4)
    print(f"\n{connection.vendor}: 200 cases, 32 approvers, {took:.0f} s")
