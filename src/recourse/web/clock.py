"""The only place of the pages that reads the clock: everything behind it is told which day it is."""

import datetime as dt

from recourse import zones


def today(place: str | None = None) -> int:
    """The day number (`date.toordinal()`) of today for somebody who lives in `place` (ISO 3166-1 or -2)."""
    return zones.day(now(), place).toordinal()


def now() -> dt.datetime:
    """This moment, for what is recorded."""
    return dt.datetime.now(dt.UTC)
