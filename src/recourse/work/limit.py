"""Stops a task that takes longer than its lease: a call that hangs must not keep one worker after the other."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN = 5.0  # seconds after which a task that took no notice is told once more


class TookTooLong(BaseException):
    """Raised inside the task; no `except Exception` on its way keeps it."""


_armed = False


@contextmanager
def of(seconds: float) -> Iterator[None]:
    """Raise `TookTooLong` in what takes longer. A thread beside the main one hears no signal, and is not stopped."""
    global _armed  # noqa: PLW0603 - a process does one job at a time
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _stop)
    _armed = True
    try:
        extend(seconds)
        yield
    finally:
        _armed = False  # first: a signal that comes from here on stops nobody
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def extend(seconds: float) -> None:
    """From now on it has so long."""
    if _armed and threading.current_thread() is threading.main_thread():
        signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)


def _stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    if _armed:
        raise TookTooLong
