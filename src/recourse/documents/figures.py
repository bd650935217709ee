"""Reads a number as people write it into the exact amounts that it can stand for in a currency.

A number has one reading or several: "1.190,00" is clear, "1,234 TND" is a thousand or one and a bit. What can be none
("0.123 EUR" has more decimals than the currency) has no reading; nothing is rounded and nothing guessed.
"""

from __future__ import annotations

import re
import unicodedata

from recourse.money import EXPONENTS

LONGEST = 40  # characters of one number; the longest price that makes sense has 20
MOST = 10**15  # smallest units; more is no price, and a hostile text shall not make us multiply

# Where three decimals are the rule and the point divides them, a point before three digits divides decimals. In the
# others (Tunisia, Libya) points and commas are both in use for both.
POINT_IS_DECIMAL = frozenset({"BHD", "IQD", "JOD", "KWD", "OMR"})

BLANKS = " \u00a0\u202f\u2009"  # the plain one also stands between two numbers; the others do not
_APOSTROPHES = "'’‘´`＇"
_SAME = {
    **dict.fromkeys(map(ord, _APOSTROPHES), "'"),
    **dict.fromkeys(map(ord, "\u00a0\u202f\u2009"), "\u202f"),
    ord("٫"): "⎖",  # the Arabic decimal sign: it can divide nothing else
    ord("٬"): "'",
    ord("，"): ",",
    ord("．"): ".",
    ord("。"): ".",
    ord("−"): "-",
    ord("－"): "-",
}
_WHOLE = re.compile(r"0|[1-9][0-9]*", re.ASCII)
_PART = re.compile(r"[0-9]+", re.ASCII)
_BY_THREE = re.compile(r"[1-9][0-9]{0,2}(?:(?P<by>[.,' \u202f])[0-9]{3})(?:(?P=by)[0-9]{3}){0,5}", re.ASCII)
_BY_TWO = re.compile(r"[1-9][0-9]?(?:,[0-9]{2}){1,6},[0-9]{3}", re.ASCII)  # lakh and crore: 12,34,567
_DASHES = re.compile(r"[.,](?:--?|–|—)$")  # "50,-" and "50.--" are whole amounts


def plain(text: str) -> str:
    """The same text, one character for one, with ASCII digits and one spelling for each sign that divides numbers."""
    return "".join(map(_digit, text)).translate(_SAME)


def _digit(char: str) -> str:
    if char < "\x80":
        return char
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)


def readings(number: str, currency: str) -> tuple[int, ...]:
    """The amounts in the smallest unit that a written number can be, the likeliest first; none where it is no amount.

    The number may be as it was written: full-width and Arabic digits, apostrophes and blanks between the thousands.
    """
    if len(number) > LONGEST:
        return ()
    text = _DASHES.sub("", plain(number).strip())
    decimals = EXPONENTS[currency]
    found: list[int] = []
    if " " in text:  # "1 250,00" is one number, or a 1 that stands before 250,00
        joined = _one(text, decimals, currency)
        last = text.split(" ")
        found += joined
        for at in range(1, len(last)):
            found += _one(" ".join(last[at:]), decimals, currency)
    else:
        found += _one(text, decimals, currency)
    return tuple(dict.fromkeys(value for value in found if value <= MOST))


def _one(text: str, decimals: int, currency: str) -> list[int]:
    """Readings of a number in which every blank divides thousands."""
    found: list[int] = []
    with_decimals = _with_decimals(text, decimals)
    if with_decimals is not None:
        found.append(with_decimals)
    if (whole := _whole(text)) is not None and not (
        found and currency in POINT_IS_DECIMAL and re.fullmatch(r"[0-9]{1,3}\.[0-9]{3}", text)
    ):
        found.append(whole * 10**decimals)
    return found


def _whole(text: str) -> int | None:
    """A number without decimals: bare digits, or all its signs dividing thousands."""
    if _WHOLE.fullmatch(text) or _BY_THREE.fullmatch(text) or _BY_TWO.fullmatch(text):
        return int(re.sub(r"[^0-9]", "", text))
    return None


def _with_decimals(text: str, decimals: int) -> int | None:
    """A number whose last sign divides the decimals, if they fit the currency exactly."""
    at = max(text.rfind(sign) for sign in ".,⎖")
    if at < 0 or not _PART.fullmatch(text[at + 1 :]):
        return None
    whole, sign, part = text[:at], text[at], text[at + 1 :]
    if sign in whole:
        return None
    before = _whole(whole)
    if before is None and whole:
        return None
    if len(part) > decimals and (part[decimals:].strip("0") or (len(part) == 3 and sign != "⎖" and whole != "0")):
        return None  # decimals that the currency has not; three of them divide thousands
    return int((before or 0) * 10**decimals + int(part[:decimals].ljust(decimals, "0") or "0"))
