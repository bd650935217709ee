"""The languages of letters: which one a place is written to in, and how amounts and days look in it."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import pairwise

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency

from recourse import days, money
from recourse.bilingual import Words
from recourse.problems import Problem

# Each language with the country whose customs it takes where the place has none of its own in that language.
HOME = {"en": "GB", "zh": "CN", "de": "DE", "fr": "FR", "ko": "KR", "ja": "JP", "es": "ES", "pt": "BR"}
LANGUAGES = tuple(HOME)

# The language that an institution or authority of the country is written to in; every other: English.
_OF_PLACES = {
    "zh": "CN TW MO",
    "de": "DE AT CH LI",
    "fr": "FR BE LU MC SN CI CM MA TN DZ",
    "ko": "KR",
    "ja": "JP",
    "es": "ES MX AR CL CO PE UY EC BO PY VE CR PA GT HN NI SV DO CU PR",
    "pt": "BR PT AO MZ CV",
}
_LANGUAGE = {place: lang for lang, places in _OF_PLACES.items() for place in places.split()} | {"CA-QC": "fr"}
_FIRST = re.compile(r"^1(?= )")  # the first of a month is an ordinal in French and in Brazil
_US_PAPER = set("US CA MX CL CO CR DO GT HN NI PA PH PR SV VE".split())


def language_of(place: str) -> str:
    """The language in which one writes to a place: "DE", "CA-QC", "CN-BJ". English where we have none of its own."""
    return _LANGUAGE.get(place) or _LANGUAGE.get(place[:2], "en")


def checked(lang: str) -> str:
    """A language of letters from a tag such as "zh-Hans" or "pt-BR". Raises Problem for any other."""
    found = lang[:2].lower()
    if found not in HOME:
        known = ", ".join(LANGUAGES)
        raise Problem(Words(f"there are no letters in “{lang}”", f"没有“{lang}”的信函"), field="lang",
                      hint=Words(f"One of: {known}.", f"可选：{known}。"))  # fmt: skip
    return found


def paper(place: str) -> str:
    """The paper that a place prints on, as typst calls it."""
    return "us-letter" if place[:2] in _US_PAPER else "a4"


@cache
def region(lang: str, place: str) -> str:
    """The country whose customs are followed: the place's own where its people write that language."""
    country = place[:2]
    if lang in ("zh", "ja", "ko") or not country:
        return HOME[lang]
    try:
        Locale(lang, country)
    except UnknownLocaleError:
        return HOME[lang]
    return country


@cache
def _locale(lang: str, country: str) -> Locale:
    return Locale(lang, country, script="Hans") if lang == "zh" else Locale(lang, country)


def amount(text: str, lang: str, country: str) -> str:
    """An amount such as "1250.50 EUR" as it is written there: every decimal that it has, none that it has not."""
    minor, currency = money.parse(text)
    decimals = money.exponent(currency)
    locale = _locale(lang, country)
    shape = locale.currency_formats["standard"].pattern.replace("0.00", "0." + "0" * decimals if decimals else "0")
    number = Decimal(minor).scaleb(-decimals)
    said = format_currency(number, currency, format=shape, locale=locale, currency_digits=False)
    for before, after in pairwise(said):
        if before.isalpha() and after.isdigit():  # "EUR1" runs together
            return said.replace(before + after, f"{before}\u00a0{after}", 1)
    return said


def day(number: int, lang: str, country: str) -> str:
    """A day in full, with the month in letters where the language has them: 1. September 2026, 2026年9月1日."""
    said = format_date(date.fromordinal(number), format="long", locale=_locale(lang, country))
    first = {"fr": "1er", "pt": "1º" if country == "BR" else "1"}.get(lang)
    return said if first is None else _FIRST.sub(first, said)


def moment(seconds: int, lang: str, country: str) -> str:
    """An instant to the minute, in UTC."""
    clock = days.show_instant(seconds)[11:16]
    between = " " if lang in ("zh", "ja", "ko") else ", "
    return f"{day(days.day_of_instant(seconds), lang, country)}{between}{clock} UTC"


def name_of(lang: str, said_in: str) -> str:
    """What a language is called in another: Deutsch, German, 德语."""
    return str(_locale(lang, HOME[lang]).get_language_name(_locale(said_in, HOME[said_in])) or lang)
