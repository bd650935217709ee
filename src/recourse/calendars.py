"""Which days are working days in a place: weekends, public holidays, worked weekends, substitute holidays.

The dates come from the library `holidays`; until when they are known, and Chinese names, from `data/calendars.yaml`. A
calendar makes a small table of a year when a day of it is first asked for, and answers from that table afterwards.
"""

import re
import warnings
from bisect import bisect_left, bisect_right
from datetime import date
from functools import cache, cached_property, lru_cache
from typing import Any, NamedTuple

from recourse import days, packaged, places, source
from recourse.bilingual import Words
from recourse.problems import Problem, near

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY_NAMES = tuple(Words(en.capitalize(), f"星期{zh}") for en, zh in zip(WEEKDAYS, "一二三四五六日", strict=True))

# The library's classes of holidays. A place that has none of a class is not an error: then the class adds no day.
CATEGORIES = frozenset(
    (
        *("public", "bank", "government", "optional", "school", "half_day", "workday", "unofficial", "de_facto"),
        *("catholic", "protestant", "orthodox", "christian", "hebrew", "islamic", "armenian", "hindu", "armed_forces"),
    )
)
_LIBRARY_YEARS = range(1, 2200)  # beyond, no holiday is known, only the weekend


class _Year(NamedTuple):
    """One year of a calendar."""

    first: int  # its first day
    flags: bytearray  # for each of its days 1 where it is a working day
    worked: list[int]  # its working days
    estimated: bool  # whether the library only estimates one of its dates


class Calendar:
    """The working days of a place, on day numbers. Made by `calendar`; one object per place, rest days and holidays.

    `place` is the place whose days these are, `asked` the place asked for: they differ where the library knows no
    separate days for that part of the country, so that the country's own are taken. Nothing of the library is loaded
    before the first question.
    """

    def __init__(self, asked: str, rest: tuple[str, ...] | None, holidays: str | tuple[str, ...]) -> None:
        self.asked = asked
        self.rest = rest
        self.holidays = holidays
        self._country = places.country(asked)
        self._categories = () if holidays == "none" else (holidays,) if isinstance(holidays, str) else holidays
        self._until = _data().until.get(self._country, _data().by_law_until)
        self._years: dict[int, _Year] = {}
        self._next: dict[int, int] = {}
        self._why: dict[tuple[int, str], str] = {}

    @property
    def place(self) -> str:
        """The place whose days these are."""
        return self.asked if self._part else self._country

    @property
    def falls_back(self) -> bool:
        """Whether other parts of the country have days of their own, but none are known for the one asked for."""
        return self.place != self.asked and bool(_parts(self._country))

    def is_working(self, day: int) -> bool:
        """Whether the day is a working day."""
        year = self._year(day)
        return bool(year.flags[day - year.first])

    def next_working(self, day: int) -> int:
        """The day itself if it is a working day, else the first one after it."""
        try:
            return self._next[day]
        except KeyError:
            self._next[day] = following = day if self.is_working(day) else self.add_working(day, 1)
            return following

    def previous_working(self, day: int) -> int:
        """The day itself if it is a working day, else the last one before it."""
        return day if self.is_working(day) else self.add_working(day, -1)

    def add_working(self, day: int, n: int) -> int:
        """The `n`-th working day after the day, which itself is not counted; with a negative `n` before it."""
        number = days.year_of(day)
        if n > 0:
            index = bisect_right(self._table(number).worked, day) + n - 1
            while index >= len(self._table(number).worked):
                index -= len(self._table(number).worked)
                number += 1
        elif n < 0:
            index = bisect_left(self._table(number).worked, day) + n
            while index < 0:
                number -= 1
                index += len(self._table(number).worked)
        else:
            return day
        return self._table(number).worked[index]

    def worked(self, first: int, last: int) -> list[int]:
        """The working days from `first` through `last`, in order."""
        years = range(days.year_of(first), days.year_of(last) + 1)
        return [day for year in years for day in self._table(year).worked if first <= day <= last]

    def working_days(self, a: int, b: int) -> int:
        """How many working days there are from `a` up to, and without, `b`. Negative where `b` is before `a`."""
        if b < a:
            return -self.working_days(b, a)
        from_year, to_year = days.year_of(a), days.year_of(b)
        whole = sum(len(self._table(number).worked) for number in range(from_year, to_year))
        return whole + bisect_left(self._table(to_year).worked, b) - bisect_left(self._table(from_year).worked, a)

    def why_not(self, day: int, lang: str = "en") -> str:
        """Why the day is not a working day: the holiday's name, else the day of the week; "" for a working day."""
        try:
            return self._why[day, lang]
        except KeyError:
            self._why[day, lang] = reason = "" if self.is_working(day) else self._reason(day, lang)
            return reason

    def _reason(self, day: int, lang: str) -> str:
        library = self._library(days.year_of(day), _library_language(self._country, lang))
        name = library.get(date.fromordinal(day)) if day in range(1, date.max.toordinal()) else None
        if name is None:
            return _WEEKDAY_NAMES[days.weekday(day)].of(lang)
        return _tidy(name, self._country if lang[:2].lower() == "zh" else None)

    def provisional(self, day: int) -> bool:
        """Whether the year of the day is not published yet for this place, so that the answer may still change."""
        if not self._categories:
            return False
        return day > self._until or (day > _data().checked_on and self._year(day).estimated)

    def _year(self, day: int) -> _Year:
        return self._table(days.year_of(day))

    def _table(self, number: int) -> _Year:
        try:
            return self._years[number]
        except KeyError:
            self._years[number] = table = self._build(number)
            return table

    def _build(self, number: int) -> _Year:
        first = days.day_number(number, 1, 1)
        span = range(first, days.day_number(number + 1, 1, 1))
        library = self._library(number, None) if number in _LIBRARY_YEARS else None
        rest = self._rest_of(first, library)
        off, swapped = frozenset[int](), frozenset[int]()
        if library is not None and self._categories:
            off = frozenset(day.toordinal() for day in library)
            swapped = frozenset(day.toordinal() for day in library.weekend_workdays)
        flags = bytearray(day in swapped if days.weekday(day) in rest else day not in off for day in span)
        worked = [day for day in span if flags[day - first]]
        return _Year(first, flags, worked, bool(off) and self._is_estimated(number))

    def _rest_of(self, first: int, library: Any) -> frozenset[int]:
        """The weekly days off in the year that begins on `first`, as numbers of weekdays."""
        if self.rest is not None:
            return frozenset(WEEKDAYS.index(name) for name in self.rest)
        if library is None:
            return frozenset((5, 6))
        week = range(first, first + 7)
        return frozenset(days.weekday(day) for day in week if library.is_weekend(date.fromordinal(day)))

    def _is_estimated(self, number: int) -> bool:
        if number < days.year_of(_data().checked_on):
            return False  # the library never confirmed some old dates, but they are no longer open
        names = self._library(number, _library_language(self._country, "en")).values()
        return any("estimated" in name for name in names)

    @cached_property
    def _part(self) -> str | None:
        """The library's code for the part of the country, where it knows that part."""
        part = _data().regions.get(self.asked, self.asked)[3:]
        return part if part in _parts(self._country) else None

    def _library(self, number: int, language: str | None) -> Any:
        """The library's holidays of a year, named in one of its languages or in the place's own."""
        entity = _entity(self._country)
        categories = tuple(name for name in self._categories if name in entity.supported_categories)
        years = number if categories else None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # years that the library does not reach: see `provisional`
            return entity(
                years=years, expand=False, subdiv=self._part, language=language, categories=categories or None
            )


@lru_cache(maxsize=4096)
def calendar(place: str, rest: tuple[str, ...] | None = None, holidays: str | tuple[str, ...] = "public") -> Calendar:
    """The calendar of a country or of a part of one.

    `rest` are the weekly days off ("saturday", "sunday"), the place's own where it is not given; `holidays` is
    "public", "none", or the classes that count. Raises `Problem` for a place, day or class that does not exist.
    """
    places.check(place, unions=False)
    for name in rest or ():
        if name not in WEEKDAYS:
            raise _no_such(name, "a day of the week", "星期几", WEEKDAYS)
    if rest is not None and len(set(rest)) == len(WEEKDAYS):
        raise Problem(Words("rest names all seven days", "休息日包含了全部七天"), field="rest")
    for name in (holidays,) if isinstance(holidays, str) else holidays:
        if name not in CATEGORIES and holidays != "none":
            raise _no_such(name, "a class of holidays", "节假日类别", sorted(CATEGORIES))
    return Calendar(place, rest, holidays)


class _Data(NamedTuple):
    checked_on: int
    by_law_until: int
    until: dict[str, int]
    regions: dict[str, str]
    names: dict[str, str]
    names_in: dict[str, dict[str, str]]


_kept: list[_Data] = []


def table() -> _Data:
    """Until when holidays are known, and their names, for whoever keeps it."""
    return _data()


def use(kept: _Data) -> None:
    """The same as `table` gave it to another process, so that it need not be read from its text again."""
    _kept.append(kept)


@cache
def _data() -> _Data:
    if _kept:
        return _kept[-1]
    root = source.read(packaged.text("calendars.yaml"), "calendars.yaml").mapping()
    announced = root["announced"].mapping()
    return _Data(
        checked_on=days.parse(root["checked_on"].text()),
        by_law_until=days.parse(root["by_law_until"].text()),
        until={code: days.parse(entry.mapping()["until"].text()) for code, entry in announced.items()},
        regions=source.plain(root["regions"]),
        names=source.plain(root["names"]),
        names_in=source.plain(root["names_in"]),
    )


@cache
def _entity(country: str) -> Any:
    """The library's class for a country."""
    return getattr(packaged.holidays(), country)


@cache
def _parts(country: str) -> frozenset[str]:
    return frozenset(_entity(country).subdivisions)


@cache
def _library_language(country: str, lang: str) -> str | None:
    """The library's name for the language; English where it has no Chinese; its default where it has neither."""
    supported = _entity(country).supported_languages
    wanted = ("zh_CN", "en_US") if lang[:2].lower() == "zh" else ("en_US",)
    english = tuple(language for language in supported if language.startswith("en"))
    return next((language for language in (*wanted, *english) if language in supported), None)


def _tidy(name: str, chinese_for: str | None) -> str:
    """A name of the library as we write it: dates in ISO form, several names in one line, Chinese where we have it."""
    name = re.sub(r"(\d\d)/(\d\d)/(\d{4})", r"\3-\1-\2", name)
    parts = name.split("; ")
    return ", ".join(parts) if chinese_for is None else "、".join(_chinese(part, chinese_for) for part in parts)


def _chinese(name: str, country: str) -> str:
    data = _data()
    known = data.names_in.get(country, {}).get(name) or data.names.get(name)
    if known is not None:
        return known
    for pattern, zh in _PATTERNS:
        found = pattern.fullmatch(name)
        if found is not None:
            return zh.format(_chinese(found[1], country))
    return name


_PATTERNS = (
    (re.compile(r"(.+) \(observed\)"), "{}（补假）"),
    (re.compile(r"(.+) \(estimated\)"), "{}（推定）"),
    (re.compile(r"(.+) \(observed, estimated\)"), "{}（补假，推定）"),
    (re.compile(r"Alternative holiday for (.+)"), "{}（补假）"),
    (re.compile(r"Monday following (.+)"), "{}（顺延）"),
    (re.compile(r"Day off \(substituted from (.+)\)"), "休息日（由 {} 调休）"),
)


def _no_such(name: str, en: str, zh: str, known: Any) -> Problem:
    likely = near(name, known)
    hint = Words(f"Near: {', '.join(likely)}.", f"相近：{'、'.join(likely)}。") if likely else None
    return Problem(Words(f"{name!r} is not {en}", f"“{name}”不是{zh}"), hint=hint)
