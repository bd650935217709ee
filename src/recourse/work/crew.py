"""Several workers, each a process of its own, under one that starts them anew when they die."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import time

from recourse.work import worker

log = logging.getLogger("recourse.work")

LOOK = 0.2  # seconds
HEARD = (signal.SIGTERM, signal.SIGINT)
AGAIN = 2.0  # seconds before one that died is followed by another


def run(size: int, parent: int | None = None) -> None:
    """Keep `size` workers at work until told to stop, or until `parent` ends; they then finish what they have in hand.

    To be called before any connection to the database is open: two processes cannot share one.
    """
    stopping = worker.until_told(parent)
    crew = {_start() for _ in range(size)}
    gaps: list[float] = []
    while not stopping():
        for dead in _ended(crew):
            log.warning("a worker ended (process %s); another takes its place", dead)
            gaps.append(time.monotonic() + AGAIN)
        now = time.monotonic()
        ready = [at for at in gaps if at <= now]
        gaps = [at for at in gaps if at > now]
        crew |= {_start() for _ in ready}
        time.sleep(LOOK)
    for one in crew:
        with contextlib.suppress(ProcessLookupError):
            os.kill(one, signal.SIGTERM)
    while crew:
        _ended(crew)
        time.sleep(LOOK / 4)


def _start() -> int:
    crew = os.getpid()
    before = signal.pthread_sigmask(
        signal.SIG_BLOCK, HEARD
    )  # a wish that came before the child can hear is kept for it
    child = os.fork()
    if child:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return child
    code = 1
    try:
        stopping = worker.until_told(parent=crew)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        worker.run(stopping)
        code = 0
    except BaseException:
        log.exception("a worker could not go on")
    finally:
        os._exit(code)  # what the parent has open is not this process's to close


def _ended(crew: set[int]) -> list[int]:
    """The workers that have ended since, taken out of the crew."""
    found = [one for one in crew if os.waitpid(one, os.WNOHANG)[0]]
    crew.difference_update(found)
    return found
