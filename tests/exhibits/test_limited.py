"""A task on a stranger's file ends, whatever it does: in time, in memory, in room, and without reaching anything."""

from __future__ import annotations

import json
import os
import platform
import re
import socket
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from recourse.exhibits import fence
from recourse.exhibits.limited import Limits, run
from recourse.exhibits.refusals import Refused, TooMuch, Unreadable

SHORT = Limits(cpu=1, seconds=3.0)
FENCED = sys.platform == "linux" and platform.machine() in {"x86_64", "aarch64"}
LINUX = os.uname().sysname == "Linux"


def test_a_task_gets_its_data_and_its_settings() -> None:
    data = bytes(range(256)) * 5_000
    assert run("misbehaving:echo", data) == data
    assert run("misbehaving:echo", data, times=3) == data * 3
    assert run("misbehaving:echo", b"") == b""


def test_the_answer_may_be_as_long_as_the_limit_and_no_longer() -> None:
    assert len(run("misbehaving:echo", b"x" * 1_000, Limits(output=1_000))) == 1_000
    with pytest.raises(TooMuch, match="too large when unpacked"):
        run("misbehaving:echo", b"x" * 1_001, Limits(output=1_000))


@pytest.mark.parametrize("task", ["spin", "sleep", "deaf"])
def test_a_task_that_does_not_end_is_ended(task: str) -> None:
    begun = time.monotonic()
    with pytest.raises(TooMuch, match="too long"):
        run(f"misbehaving:{task}", b"", SHORT)
    assert time.monotonic() - begun < 8


@pytest.mark.parametrize("task", ["eat", "deep"])
def test_a_task_that_swells_is_refused(task: str) -> None:
    with pytest.raises(TooMuch, match="too large or too deeply nested"):
        run(f"misbehaving:{task}", b"")


@pytest.mark.parametrize("task", ["crash", "leave", "no_such_task"])
def test_a_task_that_dies_is_told_apart_from_an_answer(task: str) -> None:
    with pytest.raises(Unreadable, match="damaged") as caught:
        run(f"misbehaving:{task}", b"")
    assert "损坏" in caught.value.say("zh")
    assert caught.value.__notes__  # for whoever looks for the fault


def test_what_a_library_prints_is_no_part_of_the_answer() -> None:
    assert run("misbehaving:chatter", b"") == b"true"


@pytest.mark.parametrize(("said", "kind"), [("refused", Unreadable), ("too much", TooMuch), ("unreadable", Unreadable)])
def test_our_own_problems_arrive_with_their_words(said: str, kind: type[Refused]) -> None:
    with pytest.raises(kind) as caught:
        run("misbehaving:words", said.encode())
    assert (caught.value.say("en"), caught.value.say("zh")) == ("so. x", "如此。x")


def test_no_file_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        run("misbehaving:write", str(tmp_path / "x").encode())
    assert not (tmp_path / "x").exists() or (tmp_path / "x").stat().st_size == 0


def test_no_secret_of_ours_goes_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOURSE_SECRET_KEY", "s3cret")
    assert not {"RECOURSE_SECRET_KEY", "PATH", "HOME"} & set(json.loads(run("misbehaving:environment", b"")))


@pytest.mark.skipif(not LINUX, reason="only Linux lets a process leave the network")
def test_the_network_is_out_of_reach() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(Unreadable) as caught:
        run("misbehaving:talk", str(server.getsockname()[1]).encode())
    fault = str(caught.value.__notes__)
    assert "unreachable" in fault or "not permitted" in fault


@pytest.mark.skipif(not FENCED, reason="the fence is for Linux on two kinds of machine")
@pytest.mark.parametrize("task", ["write", "remove", "fork", "execute", "offspring", "signal_parent"])
def test_the_kernel_refuses_even_root(task: str, tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"kept")
    with pytest.raises(Unreadable) as caught:
        run(f"misbehaving:{task}", str(tmp_path / ("x" if task == "write" else "kept")).encode())
    assert "PermissionError" in str(caught.value.__notes__)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"kept"]


@pytest.mark.parametrize(
    ("machine", "header"), [("x86_64", "x86_64-linux-gnu/asm/unistd_64.h"), ("aarch64", "asm-generic/unistd.h")]
)
def test_the_numbers_of_calls_are_those_of_the_kernel(machine: str, header: str) -> None:
    path = Path("/usr/include") / header
    if not path.exists():
        pytest.skip("the kernel's headers are not here")
    real = dict(re.findall(r"#define __NR(?:3264)?_(\w+)\s+(\d+)\s*$", path.read_text(), re.MULTILINE))
    mark, words, _ = fence.CALLS[machine]
    ours = dict(zip(words.split()[::2], words.split()[1::2], strict=True))
    ours.pop("fchmodat2")  # younger than many headers
    assert {name: real[name] for name in ours} == ours
    assert mark & 0xFFFF == {"x86_64": 62, "aarch64": 183}[machine]
    assert len(fence.steps(machine)) % 8 == 0


def test_nothing_lives_on(tmp_path: Path) -> None:
    """Where a limit on processes does not bind (for root), the end of the task is the end of what it left behind."""
    try:
        run("misbehaving:offspring", str(tmp_path / "x").encode(), SHORT)
    except Refused:
        return
    time.sleep(1.5)
    assert not (tmp_path / "x").exists()


def test_many_at_once_do_not_share_their_pipes() -> None:
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(run, "misbehaving:echo", b"%d" % number * 50_000) for number in range(8)]
        assert [job.result() for job in jobs] == [b"%d" % number * 50_000 for number in range(8)]
