"""What people write for currencies: codes, signs and words, and which of them several currencies share."""

from __future__ import annotations

import re

from recourse.money import EXPONENTS

# Signs of one currency, and signs of several: those in the order in which most purchases of courses are paid.
_DOLLARS = ("USD", "AUD", "CAD", "SGD", "HKD", "NZD", "MXN", "TWD", "ARS", "CLP", "COP")
_KRONE = ("SEK", "NOK", "DKK", "ISK", "CZK")
BEFORE: dict[str, tuple[str, ...]] = {  # these stand before the number only
    "US$": ("USD",), "U$S": ("USD",), "USD$": ("USD",), "A$": ("AUD",), "AU$": ("AUD",), "C$": ("CAD",),
    "CA$": ("CAD",), "S$": ("SGD",), "SG$": ("SGD",), "HK$": ("HKD",), "NZ$": ("NZD",), "NT$": ("TWD",),
    "NTD": ("TWD",), "NT": ("TWD",), "MX$": ("MXN",), "R$": ("BRL",), "CN¥": ("CNY",), "JP¥": ("JPY",),
    "RMB": ("CNY",), "RM": ("MYR",), "Rp": ("IDR",), "Rp.": ("IDR",), "Rs": ("INR", "PKR", "LKR", "NPR", "MUR"),
    "Rs.": ("INR", "PKR", "LKR", "NPR", "MUR"), "S/": ("PEN",), "S/.": ("PEN",), "Fr.": ("CHF",), "SFr.": ("CHF",),
    "KSh": ("KES",), "R": ("ZAR",), "人民币": ("CNY",), "人民幣": ("CNY",), "新台幣": ("TWD",), "新臺幣": ("TWD",),
    "港币": ("HKD",), "港幣": ("HKD",), "일금": ("KRW",), "金": ("JPY",),
}  # fmt: skip
EITHER: dict[str, tuple[str, ...]] = {
    "$": _DOLLARS, "＄": _DOLLARS, "€": ("EUR",), "£": ("GBP", "EGP"), "￡": ("GBP", "EGP"), "¥": ("CNY", "JPY"),
    "￥": ("CNY", "JPY"), "₩": ("KRW",), "￦": ("KRW",), "₹": ("INR",), "₺": ("TRY",), "₪": ("ILS",), "₽": ("RUB",),
    "₫": ("VND",), "฿": ("THB",), "₱": ("PHP",), "₦": ("NGN",), "₴": ("UAH",), "₡": ("CRC",), "₸": ("KZT",),
    "Euro": ("EUR",), "Euros": ("EUR",), "euro": ("EUR",), "euros": ("EUR",), "EURO": ("EUR",), "zł": ("PLN",),
    "Kč": ("CZK",), "kr": _KRONE, "kr.": _KRONE, "Ft": ("HUF",), "lei": ("RON",), "TL": ("TRY",), "руб.": ("RUB",),
    "руб": ("RUB",), "د.إ": ("AED",), "ر.س": ("SAR",), "د.ا": ("JOD",), "د.ك": ("KWD",), "JD": ("JOD",),
    "DT": ("TND",), "KD": ("KWD",), "BD": ("BHD",),
}  # fmt: skip
AFTER: dict[str, tuple[str, ...]] = {  # and these behind it
    "元": ("CNY", "TWD", "HKD"), "圆": ("CNY",), "圓": ("TWD", "HKD"), "块": ("CNY",), "円": ("JPY",), "원": ("KRW",),
    "บาท": ("THB",), "đồng": ("VND",), "đ": ("VND",), "港元": ("HKD",), "美元": ("USD",), "欧元": ("EUR",),
    "歐元": ("EUR",), "英镑": ("GBP",), "日元": ("JPY",), "新台币": ("TWD",), "人民币": ("CNY",), "유로": ("EUR",),
    "달러": ("USD",), "ドル": ("USD",), "ユーロ": ("EUR",), "reais": ("BRL",), "pesos": ("MXN", "ARS", "CLP", "COP"),
    "rubles": ("RUB",), "rupees": ("INR", "PKR", "LKR", "NPR"), "dollars": _DOLLARS, "pounds": ("GBP",),
    "yuan": ("CNY",), "yen": ("JPY",), "won": ("KRW",),
}  # fmt: skip


def _spelt(marks: dict[str, tuple[str, ...]]) -> str:
    """The marks as alternatives, the longest first, so that NT$ is not read as $."""
    parts = []
    for mark in sorted(marks, key=len, reverse=True):
        word = re.escape(mark)
        head = r"(?<![^\W\d_])" if mark[0].isascii() and mark[0].isalpha() else ""
        tail = r"(?![^\W\d_])" if mark[-1].isalpha() and not _east(mark[-1]) else ""
        parts.append(head + word + tail)
    return "|".join(parts)


def _east(char: str) -> bool:
    return "\u3040" <= char <= "\u9fff" or "\uac00" <= char <= "\ud7af"


_CODES = "|".join(sorted(EXPONENTS))
MARK = re.compile(
    rf"(?P<code>(?<![A-Za-z])(?:{_CODES})(?![A-Za-z]))|(?P<before>{_spelt(BEFORE)})|(?P<after>{_spelt(AFTER)})"
    rf"|(?P<either>{_spelt(EITHER)})"
)


def currencies(mark: re.Match[str]) -> tuple[str, ...]:
    """The currencies that a match of `MARK` can mean, the likeliest first."""
    text = mark[0]
    if mark["code"]:
        return (text,)
    table = BEFORE if mark["before"] else AFTER if mark["after"] else EITHER
    return table[text]


_NAMED = re.compile(rf"(?<![A-Za-z])(?:{_CODES}|RMB)(?![A-Za-z])|人民币|人民幣|新台幣|新臺幣|港币|港幣|US\$|NT\$|HK\$")
_KANA = re.compile(r"[\u3041-\u30ff]")
_HAN = re.compile(r"[\u4e00-\u9fff]")
# Characters that only one of the two ways of writing Chinese has, from the words of bills.
_SIMPLIFIED = re.compile(r"[订单价额应实课费时间号东关学习发]")
_TRADITIONAL = re.compile(r"[訂單價額應實課費時間號東關學習發]")
_OTHER_NAMES = {
    "RMB": "CNY",
    "人民币": "CNY",
    "人民幣": "CNY",
    "新台幣": "TWD",
    "新臺幣": "TWD",
    "港币": "HKD",
    "港幣": "HKD",
    "US$": "USD",
    "NT$": "TWD",
    "HK$": "HKD",
}


def named(text: str) -> tuple[str, ...]:
    """The currencies that a text names so that no other can be meant, the most often named first."""
    counts: dict[str, int] = {}
    for match in _NAMED.finditer(text):
        code = _OTHER_NAMES.get(match[0], match[0])
        if code not in {"ALL", "TOP"}:  # two codes that are also English words in capitals
            counts[code] = counts.get(code, 0) + 1
    return tuple(sorted(counts, key=lambda code: -counts[code]))


def written_in(text: str) -> str | None:
    """The writing that settles shared East Asian signs: "ja" by its kana, "zh" or "zh-Hant" by its characters."""
    if len(_KANA.findall(text)) >= 3:
        return "ja"
    if len(_HAN.findall(text)) < 4:
        return None
    simple, old = len(_SIMPLIFIED.findall(text)), len(_TRADITIONAL.findall(text))
    return "zh" if simple > 2 * old else "zh-Hant" if old > 2 * simple else None
