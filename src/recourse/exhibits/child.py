"""The inside of the child process that `limited` starts: it gives up its rights, does one task, and answers.

It is run by its path and imports nothing of ours before the limits hold. It reads one line of JSON (task, settings,
limits, where modules are) and then the data; it answers with the length of the answer in eight bytes, one byte
(+ done, - a problem, ! too much) and the rest.
"""

import contextlib
import ctypes
import importlib
import json
import os
import resource
import sys
from typing import Any

_NEW_USER, _NEW_NET, _NEW_IPC = 0x10000000, 0x40000000, 0x08000000  # of <sched.h>
_DIE_WITH_PARENT, _NO_NEW_PRIVILEGES = 1, 38  # of <sys/prctl.h>
_KILL = 9


def confine(limits: dict[str, int]) -> None:
    """Give up, for good, whatever a reader of one file does not need."""
    cpu = limits["cpu"]
    wanted = {
        "RLIMIT_AS": (limits["memory"], limits["memory"]),
        "RLIMIT_CPU": (cpu, cpu + 1),
        "RLIMIT_FSIZE": (0, 0),
        "RLIMIT_NOFILE": (limits["files"], limits["files"]),
        "RLIMIT_CORE": (0, 0),
        "RLIMIT_NPROC": (0, 0),
    }
    _leave_network()
    for name, pair in wanted.items():
        with contextlib.suppress(ValueError, OSError):  # a system without this limit, or one that is lower already
            resource.setrlimit(getattr(resource, name), pair)
    importlib.import_module("recourse.exhibits.fence").raised()


def _leave_network() -> None:
    """On Linux, where it is allowed: no network, no new rights, and no life without the parent."""
    if sys.platform != "linux":
        return
    system = ctypes.CDLL(None, use_errno=True)
    system.prctl(_DIE_WITH_PARENT, _KILL, 0, 0, 0)
    system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    if system.unshare(_NEW_USER | _NEW_NET | _NEW_IPC) != 0:
        system.unshare(_NEW_NET)


def answer(order: dict[str, Any], data: bytes) -> bytes:
    """What the task makes of the data, or the problem that it met, with its first byte saying which."""
    try:
        module, _, name = order["task"].partition(":")
        task = getattr(importlib.import_module(module), name)
        made: bytes = task(data, **order["settings"])
        return b"+" + made
    except MemoryError:
        return b"!"
    except RecursionError:
        return b"!"
    except Exception as error:  # noqa: BLE001  a reader may fail in any way it likes on a stranger's file
        return b"-" + json.dumps(_told(error)).encode()


def _told(error: Exception) -> dict[str, Any]:
    """The error as it travels. One of our problems keeps its words, any other says nothing to the person."""
    message, hint = getattr(error, "message", None), getattr(error, "hint", None)
    names = [kind.__name__ for kind in type(error).__mro__]
    if "Problem" not in names or message is None:
        return {"fault": f"{type(error).__name__}: {error}"[:500]}
    return {"message": list(message), "hint": None if hint is None else list(hint), "too_much": "TooMuch" in names}


def main() -> None:
    """Read the order, be confined, do it, answer, and leave without tidying: nothing here is worth it."""
    source, out = sys.stdin.buffer, os.dup(1)
    os.dup2(2, 1)  # what a library prints is no part of the answer
    order = json.loads(source.readline())
    sys.path[:] = order["path"]
    sys.setrecursionlimit(order["limits"]["depth"])
    confine(order["limits"])
    try:
        said = answer(order, source.read())
    except MemoryError:
        said = b"!"
    for part in (len(said).to_bytes(8, "big"), said):
        view = memoryview(part)
        while view:
            view = view[os.write(out, view) :]
    os._exit(0)


if __name__ == "__main__":
    main()
