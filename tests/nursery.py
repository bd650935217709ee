"""Processes that are to be killed, each a fork of one that has loaded everything already: loading is paid for once.

A fork is a process of its own: it opens its own connections, and kill -9 ends it like any other. This file is both
sides: `Nursery` in the tests, and `python nursery.py FIRST MODULE…` as the process that forks.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.db import connections

from recourse.work import crash as places


class Child:
    """One forked process; what tests use of `subprocess.Popen`."""

    def __init__(self, nursery: Nursery, pid: int, said: Path) -> None:
        self.pid, self._nursery, self._said = pid, nursery, said

    @property
    def returncode(self) -> int | None:
        """Its exit code, -9 where it was killed; None as long as nobody has asked and it was not seen to end."""
        return self._nursery.ended.get(self.pid)

    def poll(self) -> int | None:
        self._nursery.hear(0)
        return self.returncode

    def wait(self, timeout: float = 600) -> int:
        end = time.monotonic() + timeout
        while self.returncode is None:
            left = end - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"process {self.pid} did not end in {timeout} s: {self._said.read_text()}")
            self._nursery.hear(left)
        return self.returncode

    def communicate(self, timeout: float = 600) -> tuple[None, str]:
        """Wait for its end; what it said on its standard error."""
        self.wait(timeout)
        return None, self._said.read_text()

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def terminate(self) -> None:
        self._signal(signal.SIGTERM)

    def _signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)


class Nursery:
    """The process that forks; `environment` is that of all its children, who each begin with the code `first`."""

    def __init__(self, environment: dict[str, str], first: str, *modules: str) -> None:
        self.ended: dict[int, int] = {}
        self._folder = tempfile.TemporaryDirectory(prefix="recourse-said-")
        self._number = 0
        self._born: list[int] = []
        self._heard = b""
        self._process = subprocess.Popen(
            [sys.executable, __file__, first, *modules], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
        )

    def start(self, code: str, crash: str = "") -> Child:
        """Run code in a process of its own, which dies where `crash` says."""
        self._number += 1
        said = Path(self._folder.name) / str(self._number)
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([code, crash, str(said)]).encode() + b"\n")
        self._process.stdin.flush()
        while not self._born:
            self.hear(60)
        return Child(self, self._born.pop(), said)

    def hear(self, seconds: float) -> None:
        """Take in what the nursery tells, for which it has so long."""
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        if not select.select([pipe], [], [], seconds)[0]:
            return
        told = os.read(pipe, 65536)
        assert told, "the nursery is gone"
        *lines, self._heard = (self._heard + told).split(b"\n")
        for what, pid, code in map(json.loads, lines):
            if what == "born":
                self._born.append(pid)
            else:
                self.ended[pid] = code

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()
        self._folder.cleanup()


def _tell(*what: object) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")


def _live(code: str, crash: str, said: str) -> None:
    """What a child does from its first moment to its last."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(said, os.O_WRONLY | os.O_CREAT, 0o600), 2)
    os.dup2(2, 1)  # its words are not the nursery's
    ended = 1
    try:
        places._ARMED, _, times = crash.partition(":")
        places._left = int(times or 1)
        inside: dict[str, Any] = {}
        exec(sys.argv[1], inside)
        exec(code, inside)
        ended = 0
    except BaseException:  # noqa: BLE001 - whatever it is, it is told
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(ended)


def main() -> None:
    django.setup()
    for one in sys.argv[2:]:
        import_module(one)
    assert connections["default"].connection is None  # two processes cannot share one
    waking, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.set_wakeup_fd(woken)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    waiting, children = b"", set[int]()
    while True:
        ready = select.select([0, waking], [], [])[0]
        if waking in ready:
            os.read(waking, 65536)
        if 0 in ready:
            told = os.read(0, 65536)
            if not told:
                return
            *lines, waiting = (waiting + told).split(b"\n")
            for line in lines:
                child = os.fork()
                if not child:
                    _live(*json.loads(line))
                children.add(child)
                _tell("born", child, 0)
        for one in list(children):
            pid, status = os.waitpid(one, os.WNOHANG)
            if pid:
                children.discard(pid)
                _tell("ended", pid, os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
