"""Named places at which a test lets this very process die, as a pulled plug would: `RECOURSE_CRASH_AT=after-claim`.

`after-claim:3` dies at the third time. Without the variable a place costs one comparison.
"""

import os
import signal

_ARMED, _, _TIMES = os.environ.get("RECOURSE_CRASH_AT", "").partition(":")
_left = int(_TIMES or 1)


def at(place: str) -> None:
    """Die here, if this is the place: killed by the system, nothing is closed, flushed or rolled back."""
    if _ARMED and place == _ARMED:
        _die_or_count()


def _die_or_count() -> None:
    global _left  # noqa: PLW0603 - a process dies once
    _left -= 1
    if _left <= 0:
        os.kill(os.getpid(), signal.SIGKILL)
