"""One value of a fact: read from what somebody wrote, and its canonical text.

For each type there is a reader, which is a dictionary from texts to what they mean: a text that was seen before costs
one look-up. What cannot be read raises a `Problem` that says what would be right; place and field are filled in above.
"""

import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from recourse import days, money, places
from recourse.bilingual import Words
from recourse.problems import Problem, near

TYPES = ("money", "date", "instant", "count", "share", "yesno", "choice", "place", "text", "period")

FIRST_DAY, LAST_DAY = days.parse("1990-01-01"), days.parse("2099-12-31")  # of a fact; both included
SHARE_PARTS = 1_000_000  # a share is at most 100% and has at most so many parts: 33.3333%, 1/365

_KEPT = 4096  # texts that a reader remembers before it starts afresh
_LONGEST_KEPT = 64  # characters of a text worth remembering
_LONGEST_TEXT = 300
LONGEST_LIST = 400  # entries of a list fact

_WHOLE = re.compile(r"[0-9]+(?:_[0-9]+)*", re.ASCII)
_PERCENT = re.compile(r"([0-9]+)(?:\.([0-9]+))?%", re.ASCII)
_RATIO = re.compile(r"([0-9]+)/([0-9]+)", re.ASCII)


# What a text means: the value in the engine's form, the canonical text, and the currency of money. A plain tuple,
# because a decision unpacks one for each of its facts.
Value = tuple[Any, str, str | None]


class Reader(dict[Any, Value]):
    """The texts of one type and what they mean. `reader[raw]` reads; it raises `Problem` for what it cannot read."""

    def __init__(self, read: Callable[[str], Value], wanted: Words) -> None:
        super().__init__()
        self._read = read
        self._wanted = wanted

    def __missing__(self, raw: object) -> Value:
        if not isinstance(raw, str):
            return self.read(raw)
        found = self._read(raw)
        if len(raw) <= _LONGEST_KEPT:
            if len(self) >= _KEPT:
                self.clear()
            self[raw] = found
        return found

    def read(self, raw: object) -> Value:
        """What a value means that is no text: it comes from JSON, or from a YAML reader that resolves scalars."""
        return self[self._text(raw)]

    def _text(self, raw: object) -> str:
        if isinstance(raw, str):
            return raw
        if isinstance(raw, bool):
            return "yes" if raw else "no"
        if isinstance(raw, int):
            return str(raw) if abs(raw) < 10**30 else "9" * 31
        if type(raw) is date:
            return raw.isoformat()
        if isinstance(raw, float):
            message = Words(f"{raw!r} is a floating-point number", f"{raw!r} 是浮点数")
            raise Problem(
                message, hint=Words(f"Write it as text: {self._wanted.en}.", f"请写成文本：{self._wanted.zh}。")
            )
        if isinstance(raw, list | tuple):
            raise Problem(Words("one value belongs here, not a list", "此处只能有一个值，不能是列表"))
        kind = "a mapping" if isinstance(raw, dict) else "nothing" if raw is None else type(raw).__name__
        message = Words(f"one value belongs here, not {kind}", "此处应为单个值")
        raise Problem(message, hint=Words(f"Write {self._wanted.en}.", f"请写{self._wanted.zh}。"))


class ListReader:
    """Lists of one type: `reader[["12", "8"]]`. In one text commas divide the entries; "none" is the empty list."""

    def __init__(self, entries: Reader) -> None:
        self._entries = entries

    def __getitem__(self, raw: object) -> Value:
        return self.read(_entries(raw) if isinstance(raw, str) else raw)

    def read(self, raw: object) -> Value:
        """What a list means, or one value as a list of itself."""
        found: list[Value] = []
        if isinstance(raw, list | tuple) and len(raw) > LONGEST_LIST:
            message = Words(f"{len(raw)} entries are too many", f"共{len(raw)}项，过多")
            raise Problem(message, hint=Words(f"at most {LONGEST_LIST}", f"最多{LONGEST_LIST}项"))
        for number, entry in enumerate(raw if isinstance(raw, list | tuple) else [raw], 1):
            try:
                found.append(self._entries[entry] if isinstance(entry, str) else self._entries.read(entry))
            except Problem as problem:
                words = Words(f"entry {number}: {problem.message.en}", f"第 {number} 项：{problem.message.zh}")
                raise Problem(words, hint=problem.hint) from None
        currencies = sorted({currency for _, _, currency in found if currency})
        if len(currencies) > 1:
            raise Problem(
                Words(f"mixes {' and '.join(currencies)}", f"混用了 {'、'.join(currencies)}"), hint=ONE_CURRENCY
            )
        text = ", ".join(text for _, text, _ in found) or "none"
        return tuple(value for value, _, _ in found), text, currencies[0] if currencies else None


def reader(
    kind: str, at_most: int | None = None, choices: tuple[str, ...] = (), *, bounded: bool = True
) -> Reader | ListReader:
    """The reader of a type; `bounded` keeps days and shares within what the engine's arithmetic is proved for."""
    if kind.startswith("list-of-"):
        return ListReader(_reader(kind.removeprefix("list-of-"), at_most, choices, bounded=bounded))
    return _reader(kind, at_most, choices, bounded=bounded)


def _reader(kind: str, at_most: int | None, choices: tuple[str, ...], *, bounded: bool) -> Reader:
    match kind:
        case "money":
            return Reader(lambda text: _money(text, at_most), Words('"180.00 EUR"', "“180.00 EUR”"))
        case "count":
            return Reader(lambda text: _count(text, at_most), Words("a whole number", "整数"))
        case "share":
            return Reader(_share, Words('"1/3" or "33%"', "“1/3”或“33%”"))
        case "date":
            return Reader(lambda text: _date(text, bounded=bounded), Words("2026-03-31", "2026-03-31"))
        case "instant":
            return Reader(lambda text: _instant(text, bounded=bounded), Words(*("2026-06-14T10:00+09:00",) * 2))
        case "period":
            return Reader(lambda text: _period(text, bounded=bounded), Words(*("2026-11-21/2026-11-29",) * 2))
        case "place":
            return Reader(_place, Words("a code such as DE or US-CA", "DE、US-CA 这样的代码"))
        case "text":
            return Reader(_text, Words("a text", "一段文字"))
        case "yesno":
            yes_or_no = Reader(_no_yesno, Words("yes or no", "yes 或 no"))
            for word in ("yes", "Yes", "YES", "true", "True", "TRUE"):
                yes_or_no[word] = (True, "yes", None)
            for word in ("no", "No", "NO", "false", "False", "FALSE"):
                yes_or_no[word] = (False, "no", None)
            return yes_or_no
        case "choice":
            words = Reader(lambda text: _no_choice(text, choices), Words("one of the words", "选项之一"))
            words.update((word, (word, word, None)) for word in choices)
            return words
    raise Problem(
        Words(f"{kind!r} is not a type", f"“{kind}”不是类型"), hint=f"Types: {', '.join(TYPES)}, list-of-... of these."
    )


def show_share(share: Fraction) -> str:
    """A share as people write it: "12.5%" where that is exact with at most four decimals, else "1/3"."""
    parts, rest = divmod(share.numerator * SHARE_PARTS, share.denominator)
    if rest:
        return f"{share.numerator}/{share.denominator}"
    whole, decimals = divmod(parts, SHARE_PARTS // 100)
    return f"{whole}.{decimals:04d}".rstrip("0").rstrip(".") + "%"


def _money(text: str, at_most: int | None) -> Value:
    """An amount. The common form is taken apart here: nearly every purchase brings one that was not seen before."""
    amount, _, currency = text.partition(" ")
    digits = amount[:-3] + amount[-2:]
    if (
        amount[-3:-2] == "." and money.EXPONENTS.get(currency) == 2 and digits.isdecimal() and digits.isascii()
        and 3 < len(amount) < 20 and amount[0] != "0"
    ):  # fmt: skip
        minor = int(digits)
        if at_most is None or minor <= at_most:
            return minor, text, currency
    minor, currency = money.parse(text)
    shown = money.show(minor, currency) if "_" in text or text[0] == "0" else text
    if minor < 0:
        raise _below_zero(shown)
    if at_most is not None and minor > at_most:
        raise _too_large(shown, money.show(at_most, currency))
    return minor, shown, currency


def _count(text: str, at_most: int | None) -> Value:
    if _WHOLE.fullmatch(text) is None:
        raise _no_count(text)
    if len(text) > 30:
        raise _too_large(text[:30] + "...", str(at_most or 10**30))
    count = int(text)
    if at_most is not None and count > at_most:
        raise _too_large(str(count), str(at_most))
    return count, str(count), None


def _no_count(text: str) -> Problem:
    shown = text[:40]
    if re.fullmatch(r"-[0-9_]+", text, re.ASCII):
        return _below_zero(shown)
    hint = Words("Write a whole number: 12.", "请写整数，例如 12。")
    meant = re.match(r"[0-9]+(?:,[0-9]{3})*(?![0-9.,])", text, re.ASCII)
    if meant is not None:  # "1,200" or "14 days"
        number = meant[0].replace(",", "")
        hint = Words(f"Write {number}.", f"请写 {number}。")
    return Problem(Words(f"not a whole number: {shown!r}", f"不是整数：“{shown}”"), hint=hint)


def _share(text: str) -> Value:
    percent, ratio = _PERCENT.fullmatch(text), _RATIO.fullmatch(text)
    if len(text) > 30 or (percent is None and ratio is None):
        raise _no_share(text)
    if percent is not None:
        decimals = percent[2] or ""
        share = Fraction(int(percent[1] + decimals), 100 * 10 ** len(decimals))
    elif ratio is not None and int(ratio[2]):
        share = Fraction(int(ratio[1]), int(ratio[2]))
    else:
        raise Problem(Words(f"nothing can be divided by zero: {text}", f"分母不能为零：{text}"))
    if share > 1:
        raise _too_large(text, "100%")
    if share.denominator > SHARE_PARTS:
        message = Words(f"{text} is finer than {SHARE_PARTS:,} parts", f"{text} 的分母超过 {SHARE_PARTS:,}")
        raise Problem(
            message, hint=Words("Write at most four decimals: 33.3333%.", "百分数最多四位小数，如 33.3333%。")
        )
    return share, show_share(share), None


def _no_share(text: str) -> Problem:
    """Why a text is no share. A bare 0.33 is refused: whether a third or 33% is meant decides about money."""
    shown = text[:40]
    if text.startswith("-"):
        return _below_zero(shown)
    hint = Words('Write "1/3" or "33%".', "请写成“1/3”或“33%”。")
    bare = re.fullmatch(r"0?\.([0-9]{1,6})|([01])(?:\.0*)?", text, re.ASCII)
    if bare is None:
        return Problem(Words(f"not a share: {shown!r}", f"不是比例：“{shown}”"), hint=hint)
    right = show_share(Fraction(text))
    digits = (bare[1] or "").rstrip("7")
    other = {"3": "1/3", "6": "2/3"}.get(digits[:1], "") if len(set(digits)) == 1 else "1%" if bare[2] == "1" else ""
    message = Words(f"{shown} does not say whether it is exact", f"不能确定 {shown} 是否精确")
    either = Words(f" or {other}" if other else "", f" 或 {other}" if other else "")
    return Problem(message, hint=Words(f"Write {right}{either.en}.", f"请写 {right}{either.zh}。"))


def _date(text: str, *, bounded: bool) -> Value:
    day = days.parse(text)
    if bounded and not FIRST_DAY <= day <= LAST_DAY:
        raise _out_of_time(text)
    return day, text, None


def _period(text: str, *, bounded: bool) -> Value:
    first, last = days.parse_period(text)
    if bounded and not (first >= FIRST_DAY and last <= LAST_DAY):
        raise _out_of_time(text)
    return (first, last), days.show_period((first, last)), None


def _instant(text: str, *, bounded: bool) -> Value:
    seconds = days.parse_instant(text)
    if bounded and not FIRST_DAY <= days.day_of_instant(seconds) <= LAST_DAY:
        raise _out_of_time(text)
    return seconds, days.show_instant(seconds), None


def _place(text: str) -> Value:
    return places.check(text, unions=False), text, None


def _text(text: str) -> Value:
    tidy = " ".join(text.split())
    if not tidy:
        raise Problem(Words("nothing is written here", "内容为空"), hint=LEAVE_OUT)
    if len(tidy) > _LONGEST_TEXT:
        raise Problem(Words(f"longer than {_LONGEST_TEXT} characters", f"超过 {_LONGEST_TEXT} 个字符"))
    if not tidy.isprintable():
        raise Problem(Words("holds characters that cannot be shown", "含有无法显示的字符"))
    return tidy, tidy, None


def _no_yesno(text: str) -> Value:
    raise Problem(
        Words(f"neither yes nor no: {text[:40]!r}", f"既不是 yes 也不是 no：“{text[:40]}”"),
        hint=Words("Write yes or no (true and false are read too).", "请写 yes 或 no（也可写 true、false）。"),
    )


def _no_choice(text: str, choices: tuple[str, ...]) -> Value:
    likely = near(text, choices)
    hint = Words(f"Did you mean {' or '.join(likely)}?", f"是否指 {' 或 '.join(likely)}？")
    if not likely:
        hint = Words(f"One of: {', '.join(choices)}.", f"可选：{'、'.join(choices)}。")
    raise Problem(Words(f"not one of its words: {text[:40]!r}", f"不在选项之中：“{text[:40]}”"), hint=hint)


def _below_zero(shown: str) -> Problem:
    hint = Words("Zero is the least it can be.", "最小为零。")
    return Problem(Words(f"{shown} is below zero", f"{shown} 小于零"), hint=hint)


def _too_large(shown: str, bound: str) -> Problem:
    return Problem(
        Words(f"{shown} is too large", f"{shown} 过大"), hint=Words(f"At most {bound}.", f"不超过 {bound}。")
    )


def _out_of_time(text: str) -> Problem:
    first, last = days.show(FIRST_DAY), days.show(LAST_DAY)
    hint = Words(f"From {first} to {last}.", f"范围为 {first} 至 {last}。")
    return Problem(Words(f"{text} lies outside the time that is covered", f"{text} 超出可处理的时间范围"), hint=hint)


def _entries(text: str) -> list[str]:
    inner = text.strip().removeprefix("[").removesuffix("]").strip()
    return [] if inner in ("", "none") else [part.strip() for part in inner.split(",")]


LEAVE_OUT = Words("Leave the fact out if it is not known.", "如果不知道，请删去这一项。")
ONE_CURRENCY = Words("One purchase has one currency.", "一笔交易只能用一种货币。")
