"""Finds amounts of money in a text, each with everything that it can mean: never one of several silently."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from recourse.bilingual import Words
from recourse.documents import figures, marks, numerals
from recourse.money import EXPONENTS, Money

_SIGN = r"(?:[-+]\s?)?"
_WHOLE = rf"{_SIGN}[0-9][0-9.,' \u202f]{{0,20}}?[.,](?:--?|–|—)(?![0-9])"  # 50,- and 1'250.--
_USUAL = rf"{_SIGN}[0-9][0-9.,'\u202f⎖]{{0,30}}(?:[ ][0-9]{{3}}(?![0-9])(?:[.,⎖][0-9]{{1,4}}(?![0-9]))?){{0,4}}"
_WRITTEN = rf"(?:{_WHOLE}|{_USUAL}|{_SIGN}[.,][0-9]{{1,3}}(?![0-9.,]))"
_NUMBER = re.compile(rf"(?<![0-9.,:/]){_WRITTEN}")
_NUMBER_HERE = re.compile(_WRITTEN)  # behind a currency: "EUR.50", "Rs.999"
_ENDS = re.compile(r"[.,'\u202f⎖]+$")
_FROM_TO = re.compile(r"[0-9]\s?[-–—~～]\s?$")
_GAP = 3  # blanks at most between a number and its currency
_MOST = 400  # amounts that are read in one text
_MOST_MARKS = 5_000  # signs that are looked at for them

NAMED = Words("the text names {code}", "文中写明 {code}")
WRITING = Words("the text is written in {language}", "文本使用{language}书写")
PLACE = Words("{code} is the currency of {place}", "{code} 是 {place} 的货币")
_LANGUAGES = {
    "ja": ("JPY", Words("Japanese", "日文")),
    "zh": ("CNY", Words("simplified Chinese", "简体中文")),
    "zh-Hant": ("TWD", Words("traditional Chinese", "繁体中文")),
}


@dataclass(frozen=True)
class Amount:
    """An amount where it stands: `readings` in the order of likelihood, one alone where it can be nothing else."""

    start: int
    end: int
    readings: tuple[Money, ...]
    why: tuple[Words, ...] = ()  # what put the first reading first, where a sign is shared by several currencies

    @property
    def sure(self) -> bool:
        return len(self.readings) == 1


@dataclass(frozen=True)
class Hints:
    """What a text as a whole says about shared signs: the currencies it names, how it is written, a known place."""

    named: tuple[str, ...] = ()
    writing: str | None = None
    place_currency: str | None = None
    place: str = ""


def hints(text: str, place_currency: str | None = None, place: str = "") -> Hints:
    return Hints(marks.named(text), marks.written_in(text), place_currency, place)


def amounts(text: str, about: Hints | None = None) -> tuple[Amount, ...]:
    """The amounts of a text with a sign, code or word of a currency beside them, in the order of the text."""
    about = hints(text) if about is None else about
    same = figures.plain(text)
    found: list[Amount] = []
    taken: list[tuple[int, int]] = []
    for start, end, fen in numerals.yuan(text):
        mark = marks.MARK.search(text, start, end)
        readings, why = _in_currencies(
            [(fen, 2)], ("CNY", "TWD", "HKD") if mark is None else marks.currencies(mark), about
        )
        found.append(Amount(start, end, readings, why))
        taken.append((start, end))
    for mark in islice(marks.MARK.finditer(text), _MOST_MARKS):
        if len(found) >= _MOST:
            break
        if any(start <= mark.start() < end for start, end in taken):
            continue
        amount = _at(same, mark, about, taken)
        if amount is not None:
            found.append(amount)
            taken.append((amount.start, amount.end))
    return tuple(sorted(found, key=lambda one: one.start))


def bare(text: str, currencies: tuple[str, ...]) -> tuple[Amount, ...]:
    """The numbers of a text that carry no currency, read in the ones given: what stands behind "Total:"."""
    found = []
    same = figures.plain(text)
    for match in _NUMBER.finditer(same):
        if same[match.end() : match.end() + 2].lstrip()[:1] in ("%", "％", "x", "X", "×"):
            continue
        readings = _readings(match[0], currencies)
        if readings:
            found.append(Amount(match.start(), match.start() + len(_ENDS.sub("", match[0])), tuple(readings)))
    return tuple(found)


def _at(same: str, mark: re.Match[str], about: Hints, taken: list[tuple[int, int]]) -> Amount | None:
    """The amount beside a mark: before it, behind it, or, where both could be meant, both as readings."""
    behind = None if mark["after"] else _behind(same, mark.end())
    ahead = None if mark["before"] else _ahead(same, mark.start())
    ahead, behind = (None if one is None or _overlaps(one, taken) else one for one in (ahead, behind))
    currencies = marks.currencies(mark)
    numbers = [one for one in (ahead, behind) if one is not None]
    if ahead is not None and behind is not None:  # "1 EUR 49.00" and "49.00 EUR 1": the one that shows decimals first
        if not mark["code"]:
            numbers = [behind] if same[mark.end() : behind[0]].strip(" ") == "" and behind[0] == mark.end() else [ahead]
        else:
            numbers.sort(key=lambda one: not re.search(r"[.,⎖][0-9]{1,3}$", same[one[0] : one[1]]))
    readings: list[Money] = []
    order, why = _ordered(currencies, about)
    used = []
    for start, end in numbers:
        got = _readings(same[start:end], order)
        got += _range(same, start, got, order)
        readings += [money for money in got if money not in readings]
        used += [(start, end)] if got else []
    if not used:
        return None
    first = min([start for start, _ in used[:1]] + [mark.start()])
    last = max([end for _, end in used[:1]] + [mark.end()])
    if same[mark.start() - 1 : mark.start()] == "-" and behind is not None and used[0] == behind:  # -$20.00
        readings, first = [Money(-abs(one.minor), one.currency) for one in readings], mark.start() - 1
    return Amount(first, last, tuple(readings), why if len(currencies) > 1 else ())


def _overlaps(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in taken)


def _behind(same: str, at: int) -> tuple[int, int] | None:
    """Where the number that follows stands."""
    begin = at
    while begin < len(same) and begin - at < _GAP and same[begin] in " \u202f:\t":
        begin += 1
    if (words := numerals.NUMBER.match(same, begin)) and numerals.has_unit(words[0]):
        return begin, words.end()
    found = _NUMBER_HERE.match(same, begin)
    if found is None or same[found.end() : found.end() + 1] in ("%", "％"):
        return None
    return found.start(), begin + len(_trimmed(found[0]))


def _ahead(same: str, at: int) -> tuple[int, int] | None:
    """Where the number that precedes stands."""
    end = at
    while end > 0 and at - end < _GAP and same[end - 1] in " \u202f\t":
        end -= 1
    begin = max(0, end - figures.LONGEST)
    line = same.rfind("\n", begin, end) + 1
    begin = max(begin, line)
    for words in numerals.NUMBER.finditer(same, begin, end):
        if words.end() == end and numerals.has_unit(words[0]):
            return words.start(), end
    for match in _NUMBER.finditer(same, begin, end):
        if match.end() == end:
            return match.start(), end
    return None


def _trimmed(number: str) -> str:
    return number if re.search(r"[.,](?:--?|–|—)$", number) else _ENDS.sub("", number)


def _range(same: str, start: int, got: list[Money], order: tuple[str, ...]) -> list[Money]:
    """The other end of "10-20 EUR", as another reading: a range is not one amount."""
    before = _FROM_TO.search(same[max(0, start - 4) : start + 1]) if same[start] in "-+" else None
    before = before or _FROM_TO.search(same[max(0, start - 4) : start])
    if before is None or not got:
        return []
    other = _ahead(same, max(0, start - 4) + before.start() + 1)
    return [] if other is None else _readings(same[other[0] : other[1]], order)


def _readings(number: str, currencies: tuple[str, ...]) -> list[Money]:
    """What a number can be in the currencies: the first currency's readings first."""
    minus = -1 if number.lstrip().startswith("-") else 1
    text = number.lstrip("+- ")
    if numerals.has_unit(text):
        exact = numerals.exact(text)
        if exact is None:
            return []
        in_units = [(exact * 10 ** EXPONENTS[code], code) for code in currencies]
        return [Money(minus * int(x), code) for x, code in in_units if x.denominator == 1 and x <= figures.MOST]
    return [Money(minus * minor, code) for code in currencies for minor in figures.readings(text, code)]


def _in_currencies(
    values: list[tuple[int, int]], currencies: tuple[str, ...], about: Hints
) -> tuple[tuple[Money, ...], tuple[Words, ...]]:
    order, why = _ordered(currencies, about)
    return tuple(Money(value, code) for value, _ in values for code in order), why if len(currencies) > 1 else ()


def _ordered(currencies: tuple[str, ...], about: Hints) -> tuple[tuple[str, ...], tuple[Words, ...]]:
    """A shared sign's currencies: one alone where the text itself says which, else the likelier ones first."""
    if len(currencies) == 1:
        return currencies, ()
    said = [code for code in about.named if code in currencies]
    if len(said) == 1:
        return (said[0],), (Words(*(text.format(code=said[0]) for text in NAMED)),)
    if about.writing is not None and not said:
        code, language = _LANGUAGES[about.writing]
        if code in currencies and set(currencies) <= {"CNY", "JPY", "TWD", "HKD"}:
            why_so = Words(WRITING.en.format(language=language.en), WRITING.zh.format(language=language.zh))
            if about.writing != "zh-Hant":
                return (code,), (why_so,)
            return (code, *(other for other in currencies if other != code)), (why_so,)
    if about.place_currency in currencies:
        code = about.place_currency
        why_place = Words(*(text.format(code=code, place=about.place) for text in PLACE))
        return (code, *(other for other in currencies if other != code)), (why_place,)
    if said:
        return tuple(dict.fromkeys([*said, *currencies])), ()
    return currencies, ()
