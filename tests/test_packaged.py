"""The library of holidays is imported country by country, and is whole for whoever wants more of it."""

from __future__ import annotations

import subprocess
import sys

ONE_COUNTRY = """
import sys
from recourse import calendars, days
assert not calendars.calendar("KR").is_working(days.parse("2026-03-02"))
print(*sorted(name for name in sys.modules if name.startswith("holidays.countries.")))
"""
ALL_COUNTRIES = """
from recourse import calendars, days
assert not calendars.calendar("KR").is_working(days.parse("2026-03-02"))
import holidays
from holidays.countries import Germany, Zambia
assert isinstance(holidays.DE(years=2026), Germany) and holidays.ZM(years=2026)
assert calendars.calendar("ZM").is_working(days.parse("2026-03-03"))
print(Zambia.country)
"""


def said(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def test_a_calendar_imports_the_holidays_of_its_own_country_only() -> None:
    assert said(ONE_COUNTRY) == "holidays.countries.south_korea"


def test_whoever_wants_another_country_finds_it() -> None:
    assert said(ALL_COUNTRIES) == "ZM"
