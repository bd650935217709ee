"""Finds dates in a text as people of many places write them; where day and month could change places, both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from recourse import days
from recourse.bilingual import Words
from recourse.documents import figures, numerals

FIRST_YEAR, LAST_YEAR = 1990, 2099  # the vocabulary takes no other
_MOST = 400  # dates that are read in one text

# The months as eighteen languages write them in full and in short (CLDR), without the point behind a short one.
_NAMES = """
january jan januar januari janvier janv janeiro
january ianuarie ian enero ene gennaio gen ocak oca stycznia styczeń sty января январь янв มกราคม ม.ค ledna
leden led leden janv
february feb februar februari février févr fevereiro fev febrero februarie febbraio feb şubat şub lutego luty
lut февраля февраль февр กุมภาพันธ์ ก.พ února únor úno
march mar märz mär mars marzo março maart mrt maret mart marca marzec марта март marts martie มีนาคม มี.ค března
březen bře
april apr avril avr abril abr aprile nisan nis kwietnia kwiecień kwi апреля апрель апр เมษายน เม.ย dubna duben
dub aprilie
may mai mayo maio maggio mag mei maj maja mayıs мая май พฤษภาคม พ.ค května květen kvě
june jun juni juin junio junho giugno giu haziran haz czerwca czerwiec cze июня июнь июн มิถุนายน มิ.ย června
červen čvn iunie iun
july jul juli juillet juil julio julho luglio lug temmuz tem lipca lipiec lip июля июль июл กรกฎาคม ก.ค července
červenec čvc iulie iul
august aug août agosto ago augustus agustus agu ağustos ağu sierpnia sierpień sie августа август авг สิงหาคม ส.ค
srpna srpen srp augusti
september sep sept septembre septiembre setembro set settembre eylül eyl września wrzesień wrz сентября сентябрь
сент กันยายน ก.ย září zář septembrie
october oct oktober okt octobre octubre outubro out ottobre ott ekim eki października październik paź октября
октябрь окт ตุลาคม ต.ค října říjen říj octombrie
november nov novembre noviembre novembro kasım kas listopada listopad lis ноября ноябрь нояб พฤศจิกายน พ.ย
noiembrie noi
december dec dezember dez décembre déc diciembre dic dezembro dicembre desember des aralık ara grudnia grudzień
gru декабря декабрь дек ธันวาคม ธ.ค prosince prosinec pro decembrie
"""
_FIRST_NAMES = tuple(name.lower() for name in days.MONTHS)


def _months() -> dict[str, int]:
    found: dict[str, int] = {}
    month = 0
    for name in _NAMES.split():
        if month < 12 and name == _FIRST_NAMES[month]:
            month += 1
        found.setdefault(name, month)
    return found


MONTHS = _months()
_MONTH = "|".join(re.escape(name) for name in sorted(MONTHS, key=len, reverse=True))
_OF = r"(?:\s?(?:de|del|of|d’|d')\s?)?"
_ORDINAL = r"(?:st|nd|rd|th|er|º|°|ª)?"
_TIMES = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911, "中華民國": 1911, "中华民国": 1911}
_BUDDHIST = 543

_YEAR_FIRST = re.compile(
    r"(?<![\d.,/-])(\d{4})(?:\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{1,2})(?!\d)(?![-/]\d)"
    r"|\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?[日号號]|\s?년\s?(\d{1,2})\s?월\s?(\d{1,2})\s?일)"
)
_COMPACT = re.compile(r"(?<![\w.,/-])(20\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])(?![\w/-])(?![.,]\d)")
_REIGN = re.compile(
    rf"({'|'.join(sorted(_TIMES, key=len, reverse=True))})\s?(\d{{1,3}}|元)\s?年\s?(\d{{1,2}})\s?月\s?(\d{{1,2}})\s?日"
)
_ROC = re.compile(
    r"(?<![\d.,/-])(1\d{2})(?:[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)(?![-/.]\d)|\s?年\s?(\d{1,2})\s?月\s?(\d{1,2})\s?日)"
)
_WORDS = "零〇○一二三四五六七八九十"
_IN_WORDS = re.compile(rf"([{_WORDS}]{{4}})年([{_WORDS}]{{1,3}})月([{_WORDS}]{{1,3}})[日号號]")
_YEAR_LAST = re.compile(r"(?<![\d.,/-])(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?!\d)(?![-/.]\d)")
_VIETNAMESE = re.compile(r"ngày\s(\d{1,2})\stháng\s(\d{1,2})\snăm\s(\d{4})", re.IGNORECASE)
_NAMED = re.compile(
    rf"(?<![\d.,])(\d{{1,2}}){_ORDINAL}[.,]?[\s-]?{_OF}\s?(?<![^\W\d_])({_MONTH})\.?,?(?![^\W\d_])[\s-]?{_OF}\s?"
    r"(?:พ\.ศ\.\s?)?(\d{4}|(?<=[-'’])\d{2})(?!\d)",
    re.IGNORECASE,
)
_NAME_FIRST = re.compile(rf"(?<![^\W\d_])({_MONTH})\.?\s?(\d{{1,2}}){_ORDINAL},?\s(\d{{4}})(?!\d)", re.IGNORECASE)

BOTH = Words("day and month could change places", "日和月可能互换")
SHORT_YEAR = Words("the year has two digits", "年份只有两位数")
REIGN = Words("a year of a reign or a republic", "年号或民国纪年")
BUDDHIST = Words("a year of the Buddhist calendar", "佛历年份")
OTHERS = Words("other dates of the text are written day first", "文中其他日期为日在前")
OTHERS_MONTH = Words("other dates of the text are written month first", "文中其他日期为月在前")


@dataclass(frozen=True)
class Written:
    """A date where it stands: `readings` are day numbers in the order of likelihood, one where it can be no other."""

    start: int
    end: int
    readings: tuple[int, ...]
    why: tuple[Words, ...] = ()

    @property
    def sure(self) -> bool:
        return len(self.readings) == 1


def dates(text: str) -> tuple[Written, ...]:
    """The dates of a text that name day, month and year, in the order of the text. A day that cannot be is left out."""
    same = figures.plain(text)  # "2026．3．4" has full-width points; the other signs stay what they are
    found: list[Written] = []
    for one in (*_with_names(same), *_year_first(same), *_year_last(same)):
        if len(found) >= _MOST:
            break
        if one.readings and not any(one.start < other.end and other.start < one.end for other in found):
            found.append(one)
    return tuple(sorted(found, key=lambda one: one.start))


def _with_names(text: str) -> Iterator[Written]:
    for match in _REIGN.finditer(text):
        year = _TIMES[match[1]] + (1 if match[2] == "元" else int(match[2]))
        yield _written(match, [(year, int(match[3]), int(match[4]))], REIGN)
    for match in _IN_WORDS.finditer(text):
        in_words = numerals.year_in_words(match[1]), numerals.value(match[2]), numerals.value(match[3])
        yield _written(match, [(in_words[0] or 0, in_words[1] or 0, in_words[2] or 0)])
    for match in _VIETNAMESE.finditer(text):
        yield _written(match, [(int(match[3]), int(match[2]), int(match[1]))])
    for match in _NAMED.finditer(text):
        yield _of(match, match[3], MONTHS[match[2].lower()], int(match[1]))
    for match in _NAME_FIRST.finditer(text):
        yield _of(match, match[3], MONTHS[match[1].lower()], int(match[2]))


def _of(match: re.Match[str], year: str, month: int, day: int) -> Written:
    if len(year) == 2:
        return _written(match, [(2000 + int(year), month, day)], SHORT_YEAR)
    common, why = _common(int(year))
    return _written(match, [(common, month, day)], *why)


def _common(year: int) -> tuple[int, tuple[Words, ...]]:
    """A Buddhist year as the common one: no other calendar in use counts so far."""
    return (year - _BUDDHIST, (BUDDHIST,)) if FIRST_YEAR <= year - _BUDDHIST <= LAST_YEAR else (year, ())


def _year_first(text: str) -> Iterator[Written]:
    for match in _YEAR_FIRST.finditer(text):
        year, month, day = (int(part) for part in match.groups() if part is not None)
        common, why = _common(year)
        yield _written(match, [(common, month, day)], *why)
    for match in _ROC.finditer(text):
        year, month, day = (int(part) for part in match.groups() if part is not None)
        yield _written(match, [(year + _TIMES["民國"], month, day)], REIGN)
    for match in _COMPACT.finditer(text):
        yield _written(match, [(int(match[1]), int(match[2]), int(match[3]))])


def _year_last(text: str) -> list[Written]:
    matches = list(_YEAR_LAST.finditer(text))[:_MOST]
    order = _order([match for match in matches if match[2] != "."])
    found = []
    for match in matches:
        a, sign, b, year = int(match[1]), match[2], int(match[3]), match[4]
        common, why = _common(int(year) if len(year) == 4 else 2000 + int(year))
        day_first, month_first = (common, b, a), (common, a, b)
        if why or (sign == "." and len(year) == 4):  # points and Thai years go with the day first, everywhere
            possible = [day_first]
        else:
            possible = [month_first, day_first] if order == "month" else [day_first, month_first]
        if len(year) == 2 and len(match[1]) == 2:
            possible.append((2000 + a, b, int(year)))
            why = (*why, SHORT_YEAR)
        one = _written(match, possible, *why)
        if len(one.readings) > 1:
            said = {"month": (OTHERS_MONTH,), "day": (OTHERS,)}.get(order or "", ())
            one = Written(one.start, one.end, one.readings, (BOTH, *said, *one.why))
        found.append(one)
    return found


def _order(matches: list[re.Match[str]]) -> str | None:
    """Which stands first by the dates of the text that leave no choice; None where there are none, or both kinds."""
    day = any(int(match[1]) > 12 >= int(match[3]) for match in matches)
    month = any(int(match[3]) > 12 >= int(match[1]) for match in matches)
    return None if day == month else "day" if day else "month"


def _written(match: re.Match[str], possible: list[tuple[int, int, int]], *why: Words) -> Written:
    known = [days.day_number(*one) for one in possible if _exists(*one)]
    return Written(match.start(), match.end(), tuple(dict.fromkeys(known)), why)


def _exists(year: int, month: int, day: int) -> bool:
    return FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= days.month_length(year, month)
