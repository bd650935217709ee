"""Tasks for the child process: one that does as it is told, and others that do what a reader's fault could do."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import socket
import struct
import time
from pathlib import Path

from recourse.bilingual import Words
from recourse.exhibits import copying
from recourse.exhibits.refusals import Refused, TooMuch, Unreadable


def echo(data: bytes, times: int = 1) -> bytes:
    return data * times


def spin(data: bytes) -> bytes:
    while True:
        pass


def sleep(data: bytes) -> bytes:
    time.sleep(100)
    return b""


def deaf(data: bytes) -> bytes:
    """Ignores whatever it may ignore, and sleeps on."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGXCPU):
        signal.signal(number, signal.SIG_IGN)
    return spin(data)


def eat(data: bytes) -> bytes:
    return b"x" * (2 << 30)


def deep(data: bytes) -> bytes:
    return deep(data) + b"x"


def connect(data: bytes) -> bytes:
    with socket.create_connection((data.decode(), 9), 1):
        return b"connected"


def talk(data: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", int(data)), 1) as line:
        return line.recv(9)


def write(data: bytes) -> bytes:
    with Path(data.decode()).open("wb", buffering=0) as file:
        file.write(b"x")
    return b"written"


def remove(data: bytes) -> bytes:
    Path(data.decode()).unlink()
    return b"removed"


def fork(data: bytes) -> bytes:
    if os.fork() == 0:
        os._exit(0)
    return b"forked"


def signal_parent(data: bytes) -> bytes:
    os.kill(os.getppid(), 0)
    return b"reached"


def execute(data: bytes) -> bytes:
    os.execv("/bin/true", ["true"])


def crash(data: bytes) -> bytes:
    return ctypes.string_at(1, 9)


def leave(data: bytes) -> bytes:
    os._exit(3)


def chatter(data: bytes) -> bytes:
    os.write(1, b"+forged")
    return b"true"


def words(data: bytes) -> bytes:
    raise {"refused": Refused, "too much": TooMuch, "unreadable": Unreadable}[data.decode()](
        Words("so", "如此"), hint="x"
    )


def environment(data: bytes) -> bytes:
    return json.dumps(sorted(os.environ)).encode()


def offspring(data: bytes) -> bytes:
    """Leaves a child behind that would write after a while."""
    if os.fork() == 0:
        time.sleep(1)
        Path(data.decode()).touch()
        os._exit(0)
    return b"left"


def each(data: bytes) -> bytes:
    """Many files in one go: for each its task, its form and its bytes; answers with every answer, or why there is none."""
    out, at = [], 0
    while at < len(data):
        task, form, size = struct.unpack_from(">8s8sL", data, at)
        at += 20
        out.append(_one(task.strip().decode(), form.strip().decode(), data[at : at + size]))
        at += size
    return b"".join(struct.pack(">L", len(answer)) + answer for answer in out)


def _one(task: str, form: str, data: bytes) -> bytes:
    try:
        return b"+" + (copying.pdf(data) if task == "pdf" else getattr(copying, task)(data, form))
    except Exception as error:  # noqa: BLE001  a damaged file may fail in any way, as long as it ends
        return b"-" + type(error).__name__.encode()
