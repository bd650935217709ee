"""The only place of the pages that reads the clock: everything behind it is told which day it is."""

import datetime as dt
import zoneinfo
from collections import Counter

from babel.core import get_global


def today(place: str | None = None) -> int:
    """The day number (`date.toordinal()`) of today for somebody who lives in `place` (ISO 3166-1 or -2).

    A last day ends where the learner lives, not where the server stands. Where the time zones of a country are on
    different days, it is the day of most of them; where the place is not known, that of UTC.
    """
    now = dt.datetime.now(dt.UTC)
    zones = get_global("territory_zones").get((place or "").partition("-")[0], [])
    days = Counter(day for day in (_day(now, zone) for zone in zones) if day is not None)
    return days.most_common(1)[0][0] if days else now.toordinal()


def now() -> dt.datetime:
    """This moment, for what is recorded."""
    return dt.datetime.now(dt.UTC)


def _day(now: dt.datetime, zone: str) -> int | None:
    try:
        return now.astimezone(zoneinfo.ZoneInfo(zone)).toordinal()
    except (zoneinfo.ZoneInfoNotFoundError, OSError):  # a machine without the database of time zones
        return None
