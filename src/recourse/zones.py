"""Which day it is at a place at a moment: a last day ends where somebody lives, not where the server stands."""

import datetime as dt
import zoneinfo
from functools import lru_cache

WEEK = dt.timedelta(days=7)
SECOND = dt.timedelta(seconds=1)


def day(moment: dt.datetime, place: str | None) -> dt.date:
    """The day of the moment in `place` (ISO 3166-1 or -2); the moment says its own time zone.

    Where the time zones of a country are on different days, it is the day of most of them; where the place is not
    known, that of UTC.
    """
    return (moment.astimezone(dt.UTC) + ahead(moment, place)).date()


def ahead(moment: dt.datetime, place: str | None) -> dt.timedelta:
    """How far the clocks of the place are ahead of UTC; those in the middle where it has several zones.

    Those in the middle are on the day on which most are; of two in the middle the zone counts that is named first.
    """
    found = [moment.astimezone(zone).utcoffset() or dt.timedelta() for zone in _zones(place)]
    if not found:
        return dt.timedelta()
    ordered, half = sorted(found), len(found) // 2
    return next(one for one in found if one in (ordered[half], ordered[-1 - half]))


def begins(on: dt.date, place: str | None) -> dt.datetime:
    """The first moment of a day at the place, in UTC."""
    midnight = dt.datetime.combine(on, dt.time(), dt.UTC)
    guess = midnight - ahead(midnight, place)
    moments = sorted({guess, midnight - ahead(guess, place), midnight - ahead(guess - SECOND, place)})
    return next(moment for moment in moments if day(moment, place) == on)


def changes(place: str | None, first: dt.datetime, last: dt.datetime) -> list[tuple[dt.datetime, dt.timedelta]]:
    """The clocks of the place between two moments: since when, in UTC, they are how far ahead. The first is `first`.

    They are looked at once a week, which is oftener than any place changes them.
    """
    found = [(first, ahead(first, place))]
    while first < last:
        after = min(first + WEEK, last)
        now = ahead(after, place)
        if now != found[-1][1]:
            found.append((_turn(place, first, after, now), now))
        first = after
    return found


def _turn(place: str | None, before: dt.datetime, after: dt.datetime, now: dt.timedelta) -> dt.datetime:
    """The second between two moments since which the clocks are so far ahead as at the later one."""
    while after - before > SECOND:
        middle = before + (after - before) // SECOND // 2 * SECOND
        before, after = (before, middle) if ahead(middle, place) == now else (middle, after)
    return after


@lru_cache(maxsize=256)
def _zones(place: str | None) -> tuple[zoneinfo.ZoneInfo, ...]:
    from babel.core import get_global  # noqa: PLC0415 - a worker that never asks for a day need not have it

    names = get_global("territory_zones").get((place or "").partition("-")[0], [])
    return tuple(zone for zone in map(_zone, names) if zone is not None)


def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, OSError):  # a machine without the database of time zones
        return None
