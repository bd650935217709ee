"""The only place of this room that reads the clock; whoever works is given the time, so tests can move it."""

import datetime as dt
from collections.abc import Callable

Clock = Callable[[], dt.datetime]


def now() -> dt.datetime:
    """This instant, with its zone (UTC)."""
    return dt.datetime.now(dt.UTC)  # noqa: TID251 - this is the outside
