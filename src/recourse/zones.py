"""Which day it is at a place at a moment: a last day ends where somebody lives, not where the server stands."""

import datetime as dt
import zoneinfo
from collections import Counter

from babel.core import get_global


def day(moment: dt.datetime, place: str | None) -> dt.date:
    """The day of the moment in `place` (ISO 3166-1 or -2); the moment says its own time zone.

    Where the time zones of a country are on different days, it is the day of most of them; where the place is not
    known, that of UTC.
    """
    zones = get_global("territory_zones").get((place or "").partition("-")[0], [])
    days = Counter(there for there in (_day(moment, zone) for zone in zones) if there is not None)
    return days.most_common(1)[0][0] if days else moment.astimezone(dt.UTC).date()


def _day(moment: dt.datetime, zone: str) -> dt.date | None:
    try:
        return moment.astimezone(zoneinfo.ZoneInfo(zone)).date()
    except (zoneinfo.ZoneInfoNotFoundError, OSError):  # a machine without the database of time zones
        return None
