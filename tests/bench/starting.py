"""A second `./start` until the first page has been answered: `python tests/bench/starting.py [ROUNDS]` prints it."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import median
from typing import NamedTuple

if __package__ in (None, ""):  # called as a script: the packages lie beside us
    sys.path[:0] = [str(Path(__file__).parents[2] / "src"), str(Path(__file__).parents[2])]

from tests.bench.timing import machine, table

ROOT = Path(__file__).parents[2]
PAUSE = 0.002  # seconds between two looks at the port
LONGEST = 120.0  # seconds that a start may take, the first one included


class Second(NamedTuple):
    """One start: seconds of the clock until the port takes a call and until `/` was answered, and CPU of it all."""

    listens: float
    answers: float
    cpu: float


def measure(rounds: int) -> list[Second]:
    """So many starts in a home of their own; one before them makes the database, the caches and compiled modules.

    Called with the Python that runs this: a Python found by way of a shim would be measured with it.
    """
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "RECOURSE_HOME": home, "RECOURSE_CACHE": home}
        return [_start(environment) for _ in range(rounds + 1)][1:]


def _start(environment: dict[str, str]) -> Second:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    before, begun = _cpu(), time.perf_counter()
    command = [sys.executable, str(ROOT / "start"), "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        listens = _listens(server, port) - begun
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as page:
            page.read()
        answers = time.perf_counter() - begun
    finally:
        server.send_signal(signal.SIGINT)
        server.wait()
    return Second(listens, answers, _cpu() - before)


def _listens(server: subprocess.Popen[bytes], port: int) -> float:
    """When somebody listens at last."""
    until = time.perf_counter() + LONGEST
    while time.perf_counter() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(PAUSE)
        else:
            return time.perf_counter()
    raise TimeoutError("the server did not start")


def _cpu() -> float:
    """Seconds of CPU of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def shown(found: list[Second]) -> str:
    """The middle and the best of the starts, in milliseconds."""
    lines = {
        "until the port takes a call": [one.listens for one in found],
        "until the first page is there": [one.answers for one in found],
        "CPU, start to stop": [one.cpu for one in found],
    }
    rows = [(what, f"{median(each) * 1000:.0f}", f"{min(each) * 1000:.0f}") for what, each in lines.items()]
    return table(("a second start", "median, ms", "best, ms"), rows)


if __name__ == "__main__":
    print(machine())
    print(shown(measure(int(sys.argv[1]) if sys.argv[1:] else 9)))
