"""Dates as day numbers (`date.toordinal()`), and exact arithmetic on them.

A day number is an int, so a length in days or weeks is a plain sum. Months are not: where 31 January plus one month
lands is a choice of each law, and the caller must make it (`Clamp`). An instant is the number of seconds since 1970 in
UTC. Any int is a day here, also beyond the years 1 to 9999 that `datetime.date` knows.
"""

import re
from datetime import date, datetime, timedelta, timezone
from itertools import accumulate
from typing import Literal

from recourse.bilingual import Words
from recourse.problems import Problem

Clamp = Literal["last day", "next day"]  # a month too short for the day: its last day, or the first of the next month

_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_ERA = 146_097  # days in 400 years, after which the calendar repeats itself
_LAST = date.max.toordinal()
_EPOCH = date(1970, 1, 1).toordinal()

_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_LOOSE_DATE = re.compile(r"([0-9]{4})[-/.年 ]{1,2}([0-9]{1,2})[-/.月 ]{1,2}([0-9]{1,2})日?", re.ASCII)
_INSTANT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII
)


def parse(text: str) -> int:
    """The day of an ISO date, "2026-03-31". Raises `Problem` for another form and for a day that does not exist."""
    if len(text) == 10 and text[4] == text[7] == "-":  # fromisoformat alone would take "20260331" and week dates too
        try:
            return date.fromisoformat(text).toordinal()
        except ValueError:
            pass
    found = _DATE.fullmatch(text)
    raise _malformed(text) if found is None else _no_such_day(text, int(found[1]), int(found[2]))


def show(day: int) -> str:
    """The ISO date of a day; years after 9999 take five digits."""
    if 0 < day <= _LAST:
        return date.fromordinal(day).isoformat()
    year, month, day_of = civil(day)
    return f"{year:04d}-{month:02d}-{day_of:02d}"


def parse_period(text: str) -> tuple[int, int]:
    """The first and the last day of "2026-11-21/2026-11-29"; both belong to it."""
    first, slash, last = text.partition("/")
    if not slash:
        message = Words(f"not a period: {text[:40]!r}", f"不是期间：“{text[:40]}”")
        right = Words("Write both days: 2026-11-21/2026-11-29.", "请写出首日和末日：2026-11-21/2026-11-29。")
        raise Problem(message, hint=right)
    period = parse(first), parse(last)
    if period[1] < period[0]:
        message = Words(f"the period ends before it begins: {text}", f"期间的末日早于首日：{text}")
        hint = Words(f"Write {last}/{first}?", f"是否应为 {last}/{first}？")
        raise Problem(message, hint=hint)
    return period


def show_period(period: tuple[int, int]) -> str:
    """The form that `parse_period` reads."""
    return f"{show(period[0])}/{show(period[1])}"


def parse_instant(text: str) -> int:
    """The UTC seconds of "2026-06-14T10:00+09:00". A time without its offset is refused: it is not one instant."""
    found = _INSTANT.fullmatch(text)
    if found is None:
        message = Words(f"not a date and time: {text[:40]!r}", f"不是日期和时间：“{text[:40]}”")
        hint = Words("Write it like 2026-06-14T10:00+09:00.", "请写成 2026-06-14T10:00+09:00 的形式。")
        raise Problem(message, hint=hint)
    day, clock, offset = parse(found[1]), found[2], found[3]
    if offset is None:
        message = Words(f"the time {clock} has no offset from UTC", f"时间 {clock} 没有写明时区")
        hint = Words(f"Write {text}+09:00 for Korea, {text}Z for UTC.", f"例如中国写 {text}+08:00，UTC 写 {text}Z。")
        raise Problem(message, hint=hint)
    hours, minutes, seconds = (int(part) for part in f"{clock}:00"[:8].split(":"))
    ahead = 0 if offset == "Z" else _seconds_ahead(offset, text)
    if hours > 23 or minutes > 59 or seconds > 59:
        raise Problem(Words(f"{clock} is not a time of day", f"{clock} 不是有效的时间"), hint=_CLOCK)
    return (day - _EPOCH) * 86_400 + hours * 3600 + minutes * 60 + seconds - ahead


def show_instant(seconds: int, offset_minutes: int = 0) -> str:
    """The instant in UTC ("2026-06-14T01:00Z"), or as clocks show it that are so many minutes ahead."""
    if offset_minutes:
        moment = datetime.fromtimestamp(seconds, timezone(timedelta(minutes=offset_minutes)))
        return moment.isoformat(timespec="seconds" if seconds % 60 else "minutes")
    day, rest = divmod(seconds, 86_400)
    clock = f"{rest // 3600:02d}:{rest // 60 % 60:02d}" + (f":{rest % 60:02d}" if rest % 60 else "")
    return f"{show(day + _EPOCH)}T{clock}Z"


def day_of_instant(seconds: int, offset_minutes: int = 0) -> int:
    """The day on which the instant falls, by clocks that are so many minutes ahead of UTC."""
    return (seconds + offset_minutes * 60) // 86_400 + _EPOCH


def civil(day: int) -> tuple[int, int, int]:
    """Year, month and day of the month of a day number."""
    if 0 < day <= _LAST:
        known = date.fromordinal(day)
        return known.year, known.month, known.day
    month, day_of = _month_of(day)
    years, index = divmod(month, 12)
    return years + 1, index + 1, day_of + 1


def day_number(year: int, month: int, day: int) -> int:
    """The day number of a date that exists; the reverse of `civil`."""
    return _first_of(year * 12 + month - 13) + day - 1


def month_length(year: int, month: int) -> int:
    """How many days the month has."""
    return 29 if month == 2 and _is_leap(year) else _LENGTHS[month - 1]


def year_of(day: int) -> int:
    """The calendar year in which the day lies."""
    return date.fromordinal(day).year if 0 < day <= _LAST else civil(day)[0]


def day_of_month(day: int) -> int:
    """1 for the first day of a month."""
    return civil(day)[2]


def weekday(day: int) -> int:
    """0 for Monday to 6 for Sunday."""
    return (day + 6) % 7


def add_months(day: int, n: int, clamp: Clamp) -> int:
    """The same day of the month `n` months later, or earlier where `n` is negative.

    Where that month is too short, `clamp` decides: 31 January plus one month is 28 (29) February with "last day" and
    1 March with "next day". For the same `n` a later day never lands earlier, nor does a greater `n` for the same day.
    """
    month, day_of = _month_of(day)
    landed = _first_of(month + n) + day_of
    following = _first_of(month + n + 1)
    return landed if landed < following else following - (clamp == "last day")


def months_between(a: int, b: int, clamp: Clamp = "last day") -> int:
    """Whole months from `a` to `b`: the greatest n with `add_months(a, n) <= b`. Negative where `b` is before `a`."""
    n = _month_of(b)[0] - _month_of(a)[0]
    return n - (add_months(a, n, clamp) > b)


def begun_months(a: int, b: int, clamp: Clamp = "last day") -> int:
    """Begun months from `a` to `b`: the least n with `add_months(a, n) >= b`, so a single day begins one."""
    n = _month_of(b)[0] - _month_of(a)[0]
    return n + (add_months(a, n, clamp) < b)


def weeks_between(a: int, b: int) -> int:
    """Whole weeks from `a` to `b`, rounded down."""
    return (b - a) // 7


def begun_weeks(a: int, b: int) -> int:
    """Begun weeks from `a` to `b`: a single day begins one."""
    return -((a - b) // 7)


def _month_of(day: int) -> tuple[int, int]:
    """How many months began after January of year 1 and up to the day, and how many days passed since the last did."""
    era, rest = divmod(day - 1, _ERA)
    month = rest * 4800 // _ERA  # months are of nearly equal length, so this is right or next to it
    if rest < _STARTS[month]:
        month -= 1
    elif rest >= _STARTS[month + 1]:
        month += 1
    return era * 4800 + month, rest - _STARTS[month]


def _first_of(month: int) -> int:
    """The first day of a month, counted as in `_month_of`."""
    era, rest = divmod(month, 4800)
    return era * _ERA + _STARTS[rest] + 1


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _seconds_ahead(offset: str, text: str) -> int:
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    if hours > 14 or minutes > 59:
        message = Words(f"{offset} is not an offset from UTC: {text}", f"{offset} 不是有效的时区偏移：{text}")
        raise Problem(message, hint=Words("Offsets run from -12:00 to +14:00.", "时区偏移在 -12:00 到 +14:00 之间。"))
    return (hours * 3600 + minutes * 60) * (-1 if offset[0] == "-" else 1)


def _no_such_day(text: str, year: int, month: int) -> Problem:
    no_day = Words(f"{text} does not exist", f"{text} 这一天不存在")
    if not 1 <= month <= 12:
        return Problem(no_day, hint=Words("Months run from 01 to 12.", "月份为 01 至 12。"))
    if year == 0:
        return Problem(no_day, hint=Words("Years run from 0001.", "年份从 0001 开始。"))
    length = month_length(year, month)
    message = Words(
        f"{text}: {MONTHS[month - 1]} {year} has {length} days", f"{text} 不存在：{year} 年 {month} 月只有 {length} 天"
    )
    return Problem(message)


def _malformed(text: str) -> Problem:
    message = Words(f"not a date: {text[:40]!r}", f"不是日期：“{text[:40]}”")
    found = _LOOSE_DATE.fullmatch(text.strip())
    if found is not None:  # year first, so nothing is ambiguous
        right = f"{found[1]}-{int(found[2]):02d}-{int(found[3]):02d}"
        return Problem(message, hint=Words(f"Write {right}.", f"请写成 {right}。"))
    if _INSTANT.fullmatch(text):
        hint = Words(f"A day is wanted, without the time: {text[:10]}.", f"只写日期，不写时间：{text[:10]}。")
        return Problem(message, hint=hint)
    return Problem(message, hint=Words("Write year, month, day: 2026-03-31.", "请按年-月-日书写，如 2026-03-31。"))


_CLOCK = Words("Hours run from 00 to 23, minutes from 00 to 59.", "小时为 00 至 23，分钟为 00 至 59。")

# For each month of 400 years, how many days lie before it.
_STARTS = tuple(accumulate((month_length(year, month) for year in range(1, 401) for month in range(1, 13)), initial=0))
