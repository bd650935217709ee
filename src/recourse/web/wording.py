"""How amounts, dates, places and facts are written in the language of the page."""

import datetime as dt
import re
from typing import NamedTuple

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import get_currency_name
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from recourse.letters.cites import cite

SCRIPTS = (("ko", "\uac00", "\ud7a3"), ("ja", "\u3040", "\u30ff"), ("zh-Hans", "\u4e00", "\u9fff"))
OWN_POLICY = re.compile(r"Refund policy of (.+)")  # as an institution's own policy cites itself (recourse.desk.terms)
CHINESE_UNITS = {"CNY": "元"}  # every other currency goes by its usual Chinese name: 欧元, 美元, 韩元


class Amount(NamedTuple):
    """An amount as it is shown: the digits grouped, the unit apart, so that one can be large, the other small."""

    figure: str
    unit: str
    code: str

    def __str__(self) -> str:
        return gettext("%(unit)s %(figure)s") % {"unit": self.unit, "figure": self.figure}


def lang() -> str:
    """The engine's name of the page's language: "en" or "zh"."""
    return "zh" if (translation.get_language() or "en").startswith("zh") else "en"


def tag() -> str:
    """The language tag of the page for `lang` attributes: "en" or "zh-Hans"."""
    return "zh-Hans" if lang() == "zh" else "en"


def tongue(text: str) -> str:
    """The language tag of a text by the script of most of it: "ko", "ja", "zh-Hans", else "en"; "" without letters.

    A character of those scripts says about as much as three Latin letters.
    """
    latin = sum(letter.isascii() and letter.isalpha() for letter in text)
    found = {tag: sum(first <= letter <= last for letter in text) for tag, first, last in SCRIPTS}
    if 3 * sum(found.values()) >= latin and any(found.values()):
        return next(tag for tag, count in found.items() if count)  # kana beside Chinese characters is Japanese
    return "en" if any(letter.isalpha() for letter in text) else ""


def article(text: str) -> str:
    """A citation as the page's language writes it, as far as it is surely understood: "art. 14(1)" is 第14条第1款."""
    return cite(text, lang())


def own_policy(text: str) -> str:
    """The title of a source; that of an institution's own policy, which its text has in English, is said anew."""
    found = OWN_POLICY.fullmatch(text)
    return gettext("Refund policy of %(name)s") % {"name": found[1]} if found else text


def locale() -> Locale:
    """The language of the page for babel."""
    return Locale.parse("zh_Hans_CN" if lang() == "zh" else "en")


def amount(text: str) -> Amount:
    """What stands in the engine as "1920.00 CNY"."""
    digits, _, code = text.partition(" ")
    return Amount(grouped(digits), unit(code), code)


def money(text: str) -> str:
    """ "1920.00 CNY" as words: CNY 1,920.00; in Chinese 1,920.00 元."""
    return str(amount(text))


def grouped(digits: str) -> str:
    """Digits with a comma after every third, a true minus, and the decimals as they stand."""
    whole, point, rest = digits.lstrip("-").partition(".")
    sign = "−" if digits.startswith("-") else ""
    return f"{sign}{int(whole):,}{point}{rest}" if whole.isdigit() else digits


def unit(code: str) -> str:
    """How a currency is called beside a figure: its code in English, its name in Chinese."""
    if lang() != "zh":
        return code
    return CHINESE_UNITS.get(code) or get_currency_name(code, locale=locale()) or code


def currency_name(code: str) -> str:
    """A currency in a list to choose from: "EUR · Euro"."""
    return f"{code} · {get_currency_name(code, locale=locale())}"


def is_zero(text: str) -> bool:
    """Whether "0.00 EUR" is nothing."""
    return not text.partition(" ")[0].strip("0.-")


def date(day: int, *, weekday: bool = False, short: bool = False) -> str:
    """A day number as words: 24 November 2026, Tue 24 Nov 2026, 24 Nov; 2026 年 11 月 24 日（周二）."""
    if lang() == "zh":
        pattern = "M月d日" if short else "y 年 M 月 d 日（EEE）" if weekday else "y 年 M 月 d 日"
    else:
        pattern = "d MMM" if short else "EEE d MMM y" if weekday else "d MMMM y"
    return format_date(dt.date.fromordinal(day), pattern, locale=locale())


def time_tag(day: int, *, weekday: bool = False) -> SafeString:
    """A day number as `<time>`."""
    iso = dt.date.fromordinal(day).isoformat()
    return format_html('<time datetime="{}">{}</time>', iso, date(day, weekday=weekday))


def moment_tag(moment: dt.datetime, *, seconds: bool = False) -> SafeString:
    """A moment as `<time>`, and its clock time, which is that of UTC: a record is read in every zone."""
    moment = moment.astimezone(dt.UTC)
    clock = moment.strftime("%H:%M:%S" if seconds else "%H:%M")
    words = date(moment.toordinal())
    return format_html('<time datetime="{}">{}</time> <span class="nb">{} UTC</span>', moment.isoformat(), words, clock)


def day_of(text: str) -> int | None:
    """The day number of "2026-11-24"; nothing where the text is no date."""
    try:
        return dt.date.fromisoformat(text).toordinal()
    except ValueError:
        return None


def iso(day: int) -> str:
    """A day number as an address has it: "2026-11-24"."""
    return dt.date.fromordinal(day).isoformat()


def distance(day: int, today: int) -> str:
    """How far a day is from today: today, tomorrow, in 12 days, 2 days ago."""
    days = day - today
    if days == 0:
        return gettext("today")
    if days == 1:
        return gettext("tomorrow")
    if days > 0:
        return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}
    return ngettext("%(n)d day ago", "%(n)d days ago", -days) % {"n": -days}


def sentences(parts: list[str]) -> str:
    """Whole sentences one after the other."""
    return ("" if lang() == "zh" else " ").join(parts)


def listed(parts: list[str]) -> str:
    """Several things in one sentence: a, b and c; 甲、乙、丙."""
    if len(parts) < 2:
        return "".join(parts)
    return gettext("%(first)s and %(last)s") % {"first": gettext(", ").join(parts[:-1]), "last": parts[-1]}


def month(day: int) -> str:
    """The month of a day number, with its year: Nov 2026; 2026年11月."""
    return format_date(dt.date.fromordinal(day), "y年M月" if lang() == "zh" else "MMM y", locale=locale())
