"""Turns what a person typed into the text that the engine reads; each function raises `Wrong` with a helpful sentence.

The trap: figures are written in many ways. "1,234.50", "1.234,50", "84,99" and full-width figures are understood; what
could mean two things is refused with an example, never guessed.
"""

import datetime as dt
import re
import unicodedata
import zoneinfo
from collections.abc import Callable

from django.utils.translation import gettext

from recourse import money

MOST_ROWS = 60

_GROUPED = re.compile(r"\d{1,3}([, ’']\d{3})+(\.\d+)?")
_CONTINENTAL = re.compile(r"\d{1,3}([. ]\d{3})+,\d+")
_PLAIN = re.compile(r"\d+(\.\d+)?")
_DECIMAL_COMMA = re.compile(r"\d+,\d{1,2}")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
SIGNS = {"€": "EUR", "£": "GBP", "₩": "KRW", "₹": "INR", "R$": "BRL"}
_MONTHS = {name: number + 1 for number, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split())}


class Wrong(ValueError):
    """What is wrong with one field: `part` names the field ("" for the only one), `message` says what to enter."""

    def __init__(self, message: str, part: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.part = part


def plain(text: str) -> str:
    """The text without odd widths and spaces: full-width figures become figures."""
    return " ".join(unicodedata.normalize("NFKC", text).split())


def count(text: str) -> str:
    """A whole number from 0."""
    word = plain(text).removesuffix(".")
    if re.fullmatch(r"\d{1,3}([, ]\d{3})+", word):
        word = re.sub(r"[, ]", "", word)
    if not re.fullmatch(r"\d{1,9}", word):
        raise Wrong(gettext("Enter a whole number, such as 8"))
    return str(int(word))


def share(text: str) -> str:
    """A share as "20%" or "1/3"; a bare number is taken as per cent, which is what the field says."""
    word = plain(text).replace(" ", "").replace(",", ".")
    if re.fullmatch(r"\d{1,6}/\d{1,6}", word):
        top, bottom = (int(part) for part in word.split("/"))
        if bottom > 0 and top <= bottom:
            return f"{top}/{bottom}"
    elif re.fullmatch(r"\d{1,3}(\.\d{1,6})?%?", word):
        number = word.removesuffix("%")
        whole, _, rest = number.partition(".")
        if int(whole) < 100 or (int(whole) == 100 and not rest.strip("0")):
            return f"{number}%"
    raise Wrong(gettext("Enter a percentage from 0 to 100, such as 20, or a fraction, such as 1/3"))


def figure(text: str, currency: str) -> str:
    """The figure of an amount with the decimals of its currency: "84,99" in euros becomes "84.99"."""
    word = plain(text)
    places = money.exponent(currency)
    if _GROUPED.fullmatch(word) and not (places == 3 and re.fullmatch(r"\d{1,3},\d{3}", word)):
        word = re.sub(r"[, ’']", "", word)
    elif _CONTINENTAL.fullmatch(word):
        word = re.sub(r"[. ]", "", word).replace(",", ".")
    elif places and _DECIMAL_COMMA.fullmatch(word):
        word = word.replace(",", ".")
    if not _PLAIN.fullmatch(word):
        raise Wrong(
            gettext("Enter an amount in figures, such as %(example)s") % {"example": example(currency)}, "amount"
        )
    whole, _, rest = word.partition(".")
    if len(rest) > places:
        raise Wrong(_too_many_decimals(currency, places), "amount")
    return str(int(whole)) + (f".{rest:0<{places}}" if places else "")


def example(currency: str) -> str:
    """An amount as it is written in a currency."""
    places = money.exponent(currency)
    return f"1250.{'50'.ljust(places, '0')[:places]}" if places else "12500"


def with_currency(text: str, chosen: str) -> tuple[str, str]:
    """The figure and its currency, where both were typed: "84.99 EUR", "€84.99"; else what was chosen from the list.

    A sign that several currencies share ($, ¥) says nothing. Two that differ are refused.
    """
    word = plain(text)
    said = re.search(r"(?<![A-Za-z])[A-Za-z]{3}(?![A-Za-z])", word) or re.search(r"R\$|[€£₩₹]", word)
    code = SIGNS.get(said[0], said[0].upper()) if said else ""
    if said is None or code not in money.EXPONENTS:
        return text, chosen
    if chosen and chosen != code:
        raise Wrong(gettext("You typed %(typed)s and chose %(chosen)s") % {"typed": code, "chosen": chosen}, "currency")
    return word.replace(said[0], "").strip(), code


def amount(text: str, currency: str) -> str:
    """An amount with its currency: "84.99 EUR"."""
    if not currency:
        raise Wrong(gettext("Choose the currency"), "currency")
    return f"{figure(text, currency)} {currency}"


def date(day: str, month: str, year: str) -> str:
    """A date from three fields: "2026-11-24". The field at fault is named."""
    parts = {"day": plain(day), "month": plain(month), "year": plain(year)}
    if not any(parts.values()):
        raise Wrong(gettext("Enter the date: day, month and year"), "day")
    for part, message in (
        ("day", gettext("The date must include a day")),
        ("month", gettext("The date must include a month")),
        ("year", gettext("The date must include a year")),
    ):
        if not parts[part]:
            raise Wrong(message, part)
    parts["month"] = str(_MONTHS.get(parts["month"][:3].lower(), parts["month"]))
    if not re.fullmatch(r"\d{4}", parts["year"]):
        raise Wrong(gettext("Enter the year in four figures, such as 2026"), "year")
    if not re.fullmatch(r"\d{1,2}", parts["month"]) or not 1 <= int(parts["month"]) <= 12:
        raise Wrong(gettext("Enter the month as a number from 1 to 12"), "month")
    if not re.fullmatch(r"\d{1,2}", parts["day"]) or not 1 <= int(parts["day"]) <= 31:
        raise Wrong(gettext("Enter the day as a number from 1 to 31"), "day")
    try:
        return dt.date(int(parts["year"]), int(parts["month"]), int(parts["day"])).isoformat()
    except ValueError as error:
        raise Wrong(gettext("This day does not exist: check the day and the month"), "day") from error


def instant(date_text: str, clock: str, zone: str) -> str:
    """A date and a time of day at a place: "2026-06-14T10:00+09:00"."""
    found = _CLOCK.fullmatch(plain(clock))
    if not found or int(found[1]) > 23 or int(found[2]) > 59:
        raise Wrong(gettext("Enter the time in 24 hours, such as 9:30 or 21:05"), "time")
    if not zone:
        raise Wrong(gettext("Choose where this time was read off the clock"), "zone")
    try:
        offset_of = zoneinfo.ZoneInfo(zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Wrong(gettext("Choose where this time was read off the clock"), "zone") from error
    moment = dt.datetime.fromisoformat(f"{date_text}T{int(found[1]):02}:{found[2]}").replace(tzinfo=offset_of)
    return moment.isoformat(timespec="minutes")


def rows(text: str, one: Callable[[str], str]) -> str:
    """Several values, one in a line (or separated by semicolons), each read by `one`: "8, 8, 9"."""
    lines = [line.strip() for line in re.split(r"[\n;；]", text.replace("\r", "\n")) if line.strip()]
    if not lines:
        raise Wrong(gettext("Enter at least one value, each on a line of its own"))
    if len(lines) > MOST_ROWS:
        raise Wrong(gettext("Enter at most %(n)d lines") % {"n": MOST_ROWS})
    found: list[str] = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(one(line))
        except Wrong as wrong:
            message = gettext("Line %(n)d, “%(line)s”: %(message)s")
            raise Wrong(message % {"n": number, "line": line[:40], "message": wrong.message}) from wrong
    return ", ".join(found)


def iso_date(text: str) -> str:
    """A date in one field: "2026-11-24"; also 2026/11/24 and 2026 年 11 月 24 日."""
    found = re.fullmatch(r"(\d{4})[-/.年] ?(\d{1,2})[-/.月] ?(\d{1,2})日?", plain(text).replace(" ", ""))
    if not found:
        raise Wrong(gettext("Enter year-month-day, such as 2026-03-27"))
    return date(found[3], found[2], found[1])


def period(text: str) -> str:
    """Two dates in one field, both included: "2026-11-21/2026-11-29"."""
    dates = re.findall(r"\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}", plain(text))
    if len(dates) != 2:
        raise Wrong(gettext("Enter the first and the last day, such as 2026-12-21 to 2027-01-04"))
    first, last = (iso_date(part) for part in dates)
    if last < first:
        raise Wrong(gettext("The last day comes before the first"))
    return f"{first}/{last}"


def _too_many_decimals(currency: str, places: int) -> str:
    if not places:
        return gettext("%(currency)s has no decimals: enter a whole number") % {"currency": currency}
    message = gettext("%(currency)s has %(n)d decimals: enter an amount such as %(example)s")
    return message % {"currency": currency, "n": places, "example": example(currency)}
