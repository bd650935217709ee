"""The days on which transfers in euro are settled: all but weekends and the six holidays of the Eurosystem's TARGET."""

import datetime as dt
from functools import cache

_DAY = dt.timedelta(days=1)


def is_open(day: dt.date) -> bool:
    """Whether transfers are settled that day."""
    return day.weekday() < 5 and day not in _closed(day.year)


def opens(day: dt.date) -> dt.date:
    """The day itself if transfers are settled then, else the next one on which they are."""
    while not is_open(day):
        day += _DAY
    return day


def after(day: dt.date, days: int) -> dt.date:
    """So many such days later; the day itself is not counted."""
    for _ in range(days):
        day = opens(day + _DAY)
    return day


@cache
def _closed(year: int) -> frozenset[dt.date]:
    import holidays  # noqa: PLC0415 - loaded when the first file is written

    return frozenset(holidays.financial_holidays("XECB", years=year))
