"""How a story writes amounts and days: exactly, as in data and at the terminal, or in the words of a page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from recourse import days, money
from recourse.bilingual import language

CHINESE_UNITS = {"CNY": "元"}  # every other currency goes by its usual Chinese name
LOCALES = {"en": "en", "zh": "zh_Hans_CN"}


class Figures(NamedTuple):
    """One way to write: an amount from smallest units and its currency, a day from its number."""

    money: Callable[[int, str], str]
    day: Callable[[int], str]


EXACT = Figures(money.show, days.show)


@lru_cache(maxsize=2)
def in_words(lang: str) -> Figures:
    """As pages write: EUR 1,234.00 and 24 November 2026; 1,234.00 欧元 and 2026 年 11 月 24 日."""
    from babel.dates import format_date  # noqa: PLC0415 - long to import, and only pages speak so
    from babel.numbers import get_currency_name  # noqa: PLC0415

    tongue = language(lang)

    def amount(minor: int, currency: str) -> str:
        digits = money.show(abs(minor), currency).partition(" ")[0]
        whole, point, rest = digits.partition(".")
        figure = f"{'−' if minor < 0 else ''}{int(whole):,}{point}{rest}"
        if tongue != "zh":
            return f"{currency} {figure}"
        return f"{figure} {CHINESE_UNITS.get(currency) or get_currency_name(currency, locale=LOCALES[tongue])}"

    def day(number: int) -> str:
        pattern = "y 年 M 月 d 日" if tongue == "zh" else "d MMMM y"
        return str(format_date(date.fromordinal(number), pattern, locale=LOCALES[tongue]))

    return Figures(amount, day)
