"""Numbers written in words of Chinese, Japanese and Korean: 壹仟贰佰叁拾元, 弐万円, 3만 5천원, 1.2万元."""

from __future__ import annotations

import re
from fractions import Fraction

_DIGITS = {
    char: value
    for value, chars in enumerate(
        (
            "零〇○영",
            "一壹壱弌일",
            "二贰貳弐两兩이",
            "三叁參参叄弎삼",
            "四肆사",
            "五伍오",
            "六陆陸육",
            "七柒漆칠",
            "八捌팔",
            "九玖구",
        )
    )
    for char in chars
}
_SMALL = {
    "十": 10,
    "拾": 10,
    "십": 10,
    "百": 100,
    "佰": 100,
    "陌": 100,
    "백": 100,
    "千": 1000,
    "仟": 1000,
    "阡": 1000,
    "천": 1000,
}
_LARGE = {"万": 10**4, "萬": 10**4, "만": 10**4, "亿": 10**8, "億": 10**8, "억": 10**8}
_PARTS = {"角": 10, "毛": 10, "分": 1}  # hundredths of a yuan

_CHARS = "".join([*_DIGITS, *_SMALL, *_LARGE])
_YUAN = "元圆圓块"
NUMBER = re.compile(rf"(?:[0-9]{{1,6}}(?:[.,][0-9]{{1,4}})?|[{_CHARS}])(?:[ ,]?(?:[0-9]{{1,4}}|[{_CHARS}])){{0,24}}")
_UNIT = re.compile(f"[{''.join([*_SMALL, *_LARGE])}]")


def value(text: str) -> int | None:
    """The whole number that words or digits with words stand for: value("3만 5천") is 35000; None where it is none."""
    found = exact(text)
    return int(found) if found is not None and found.denominator == 1 else None


def exact(text: str) -> Fraction | None:
    """The number, which may have decimals before its unit: exact("1.25万") is 12500."""
    total, section, digit = Fraction(0), Fraction(0), None
    last_large, last_small = 10**12, 10**4
    loose = 0  # the unit that the last digit in words follows at once: 两千五 is said for 2500, written for nothing
    for token in re.findall(r"[0-9]+(?:\.[0-9]+)?|[^ ,]", text.replace(",", "")):
        if token[0].isascii():
            if digit is not None:
                return None
            digit, loose = Fraction(token), 0
        elif token in _DIGITS:
            if digit:
                return None  # digit after digit is another way of writing: a year, a number of an order
            loose = loose if digit is None and _DIGITS[token] else 0
            digit = Fraction(_DIGITS[token])
        elif token in _SMALL:
            if _SMALL[token] >= last_small:
                return None
            last_small = _SMALL[token]
            section, digit, loose = section + (digit or 1) * last_small, None, last_small
        elif token in _LARGE:
            if _LARGE[token] >= last_large:
                return None
            last_large, last_small = _LARGE[token], 10**4
            section += digit or 0
            total, section, digit, loose = total + (section or 1) * last_large, Fraction(0), None, last_large
        else:
            return None
    if digit is not None and (digit >= last_small or loose > 10):
        return None
    return total + section + (digit or 0)


def has_unit(text: str) -> bool:
    """Whether ten, hundred, thousand … stand in it: without them digits in words are mostly no amount."""
    return _UNIT.search(text) is not None


_CAPITAL = re.compile(
    rf"(?<![0-9.,{_CHARS}])(?P<whole>[{_CHARS}]{{1,30}})[{_YUAN}]"
    rf"(?:[零〇]?(?P<ten>[{''.join(_DIGITS)}])[角毛])?(?:[零〇]?(?P<one>[{''.join(_DIGITS)}])分)?[整正]?"
)


def yuan(text: str) -> list[tuple[int, int, int]]:
    """Amounts of yuan in words: where each begins and ends in the text, and how many fen it is."""
    found = []
    for match in _CAPITAL.finditer(text):
        number = value(match["whole"])
        if number is None or not (has_unit(match["whole"]) or match["whole"] in _DIGITS):
            continue
        fen = number * 100
        for name, times in (("ten", _PARTS["角"]), ("one", _PARTS["分"])):
            if match[name]:
                fen += _DIGITS[match[name]] * times
        found.append((match.start(), match.end(), fen))
    return found


def year_in_words(text: str) -> int | None:
    """二〇二六 as 2026: digit after digit."""
    if not text or any(char not in _DIGITS for char in text):
        return None
    return int("".join(str(_DIGITS[char]) for char in text))
