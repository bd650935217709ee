"""The sandbox's far side: one file for many workers, faults as scripted or drawn from a seed, time by the given clock alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from benches import START

from recourse.money import Money
from recourse.payouts.providers import sandbox_world
from recourse.payouts.providers.sandbox_world import Fault, NoAnswer, Refuses, World

EUR = Money(100, "EUR")
PAID = frozenset({Fault.TIMEOUT_AFTER})


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> int:
        return self.now


def world(clock: Clock, path: Path | None = None, **other: object) -> World:
    made = World(clock, path, **other)  # type: ignore[arg-type]
    made.capture("pay", Money(10_000, "EUR"))
    return made


def test_it_times_out_after_paying_and_the_next_call_finds_what_was_paid() -> None:
    there = world(Clock(), script=[PAID])
    with pytest.raises(NoAnswer):
        there.refund("k", "pay", EUR)
    assert there.refund("k", "pay", EUR) == there.find("k")[0]
    assert len(there.all()) == 1


def test_it_forgets_keys_after_a_day_and_then_pays_twice() -> None:
    clock = Clock()
    there = world(clock)
    there.refund("k", "pay", EUR)
    clock.now += sandbox_world.FORGETS_AFTER - 1
    there.refund("k", "pay", EUR)
    clock.now += 1
    there.refund("k", "pay", EUR)
    assert len(there.find("k")) == 2


def test_a_key_is_for_one_thing() -> None:
    there = world(Clock())
    there.refund("k", "pay", EUR)
    with pytest.raises(Refuses, match="something else"):
        there.refund("k", "pay", Money(99, "EUR"))


def test_what_failed_makes_room_again() -> None:
    clock = Clock()
    there = world(clock, script=[frozenset({Fault.FAILS_LATE})])
    there.refund("k", "pay", Money(10_000, "EUR"))
    with pytest.raises(Refuses, match="more than"):
        there.refund("l", "pay", EUR)
    clock.now += sandbox_world.FAILS_AFTER
    assert there.refund("l", "pay", EUR).word == "paid"


def test_notices_come_twice_and_the_newest_first() -> None:
    clock = Clock()
    there = world(clock, script=[frozenset({Fault.WAITS, Fault.TELLS_TWICE, Fault.OUT_OF_ORDER})])
    there.refund("k", "pay", EUR)
    assert [one["word"] for one in there.notices()] == ["waiting"] * 2
    clock.now += sandbox_world.SETTLES_AFTER
    assert [one["word"] for one in there.notices()] == ["paid", "paid", "waiting", "waiting"]


def test_a_seed_draws_the_same_faults_every_time() -> None:
    def life(seed: int) -> list[str]:
        there = world(Clock(), seed=seed, rates={Fault.TIMEOUT_AFTER: 300, Fault.REFUSES: 200})
        said = []
        for number in range(60):
            try:
                said.append(there.refund(f"k{number}", "pay", EUR).word)
            except (NoAnswer, Refuses) as error:
                said.append(str(error))
        return said

    assert life(1) == life(1) != life(2)
    assert len(Counter(life(1))) == 3


def test_the_script_goes_on_where_it_was_after_a_restart(tmp_path: Path) -> None:
    script = [frozenset({Fault.REFUSES}), PAID]
    first = world(Clock(), tmp_path / "world.sqlite", script=script)
    with pytest.raises(Refuses):
        first.refund("k", "pay", EUR)
    first.close()
    second = world(Clock(), tmp_path / "world.sqlite", script=script)
    with pytest.raises(NoAnswer):
        second.refund("k", "pay", EUR)
    assert len(second.all()) == 1
    second.close()


WORKER = """
import sys
from pathlib import Path
from recourse.money import Money
from recourse.payouts.providers.sandbox_world import World
there = World(lambda: 1_800_000_000, Path(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
for number in range(40):
    there.refund(f"k{number}", "pay", Money(100, "EUR"))
    print(number, flush=True)
"""


def test_workers_in_processes_of_their_own_make_each_refund_once_and_one_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "world.sqlite"
    there = World(lambda: 1_800_000_000, path)
    there.capture("pay", Money(4_000, "EUR"))  # so that a single one too many is refused
    paths = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    workers = [
        subprocess.Popen([sys.executable, "-c", WORKER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=paths)
        for _ in range(3)
    ]  # fmt: skip
    for worker in workers:
        assert worker.stdout and worker.stdin and worker.stdout.readline() == "ready\n"
        worker.stdin.write("go\n")
        worker.stdin.flush()
    assert workers[0].stdout
    workers[0].stdout.readline()
    workers[0].send_signal(signal.SIGKILL)
    for worker in workers:
        worker.communicate(timeout=60)
    assert [worker.returncode for worker in workers[1:]] == [0, 0]
    assert Counter(one.key for one in there.all()) == {f"k{number}": 1 for number in range(40)}
    there.close()


def test_what_was_planned_for_a_key_goes_wrong_once_and_for_nobody_else(tmp_path: Path) -> None:
    clock = Clock()
    there = world(clock, tmp_path / "sandbox.sqlite3")
    World(clock, tmp_path / "sandbox.sqlite3").plan("k", Fault.TIMEOUT_AFTER)  # by another process
    assert there.refund("other", "pay", EUR).word == "paid"
    with pytest.raises(NoAnswer):
        there.refund("k", "pay", EUR)
    assert there.refund("k", "pay", EUR) == there.find("k")[0]
    assert len(there.all()) == 2
