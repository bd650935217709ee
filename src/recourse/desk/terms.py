"""A refund policy as somebody fills it in, and the same in the rule language: written by one function, read by another.

Whatever can be filled in is written; a text that was written otherwise is not read, so nothing of it is lost.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from recourse import money, source
from recourse.bilingual import Words
from recourse.problems import Problem

MOST_BANDS = 8
LONGEST = 3650  # days


class Meter(StrEnum):
    """What the bands go by."""

    DAYS = "days"  # since the purchase
    DAYS_FROM_START = "days-from-start"
    HELD = "held"  # share of the lessons that were held
    TAKEN = "taken"  # share of the lessons that the learner took
    COMPLETED = "completed"  # share of the course that the learner completed

    @property
    def counts_days(self) -> bool:
        """Whether a band ends on a day; else at a share."""
        return self in (Meter.DAYS, Meter.DAYS_FROM_START)


_MEASURE = {
    Meter.HELD: "lessons_elapsed / lessons_total",
    Meter.TAKEN: "lessons_taken / lessons_total",
    Meter.COMPLETED: "share_completed",
}
_DAY = {Meter.DAYS: "bought_on", Meter.DAYS_FROM_START: "starts_on"}


@dataclass(frozen=True)
class Band:
    """Up to and with `until` (days, or a share of the course), this share of what was paid comes back."""

    until: int | Fraction
    back: Fraction


@dataclass(frozen=True)
class Terms:
    """A policy. All of it is in one currency where a fee is kept; `since` is its first day.

    Within the window everything comes back, unless more than `window_use` was used; before the course begins everything
    but the fee; then by the bands, less the fee; then nothing. Money is due `pay_days` after the request.
    """

    since: dt.date
    window_days: int = 0
    window_use: Fraction | None = None
    before_start: bool = False
    meter: Meter = Meter.DAYS
    bands: tuple[Band, ...] = ()
    fee_minor: int = 0
    currency: str = "EUR"
    pay_days: int = 14


@dataclass(frozen=True)
class Heading:
    """Whose policy it is, in which version, of which day."""

    slug: str
    name: str
    place: str
    number: int
    on: dt.date

    @property
    def platform(self) -> str:
        """The id under which the engine knows the policy; no platform of the corpus has it."""
        return f"own-{self.slug}"

    @property
    def clause(self) -> str:
        """The id of its one clause."""
        return f"{self.platform}-refund"


def check(terms: Terms) -> None:
    """Raise `Problem` where the terms contradict themselves or leave what can be said."""
    if not 0 <= terms.window_days <= LONGEST:
        raise _wrong("window_days", f"enter from 0 to {LONGEST} days", f"请填 0 到 {LONGEST} 天")
    if not 1 <= terms.pay_days <= 365:
        raise _wrong("pay_days", "enter from 1 to 365 days", "请填 1 到 365 天")
    if terms.window_use is not None and not (0 <= terms.window_use < 1 and terms.window_days):
        raise _wrong(
            "window_use",
            "a limit of use needs a window, and is less than the whole",
            "使用上限须配合无条件退款期，且小于 100%",
        )
    if terms.window_use is not None and terms.meter.counts_days:
        raise _wrong("window_use", "say by what the use is counted", "请先选择按什么计算使用量")
    if terms.fee_minor < 0:
        raise _wrong("fee", "a fee is not negative", "费用不能为负数")
    if terms.fee_minor and not (terms.before_start or any(band.back for band in terms.bands)):
        raise _wrong(
            "fee",
            "a fee is kept before the course begins or in a band; there is neither",
            "没有可以扣除费用的情形：请先填写开课前或分档退款",
        )
    if len(terms.bands) > MOST_BANDS:
        raise _wrong("bands", f"at most {MOST_BANDS} bands", f"最多 {MOST_BANDS} 档")
    for before, band in zip((None, *terms.bands), terms.bands, strict=False):
        _check_band(terms.meter, before, band)


def _check_band(meter: Meter, before: Band | None, band: Band) -> None:
    if not 0 <= band.back <= 1:
        raise _wrong("bands", "what comes back is from 0 to 100%", "退还比例应在 0 到 100% 之间")
    whole = isinstance(band.until, int)
    if whole != meter.counts_days or not (0 <= band.until <= (LONGEST if whole else 1)):
        raise _wrong(
            "bands", "each band ends at a number of days, or at a share of the course", "每一档以天数或课程比例为界"
        )
    if before is not None and band.until <= before.until:
        raise _wrong("bands", "each band ends after the one before", "后一档的界限应大于前一档")
    if before is not None and band.back > before.back:
        raise _wrong("bands", "later bands give no more than earlier ones", "后一档的退还比例不应高于前一档")


def _wrong(field: str, en: str, zh: str) -> Problem:
    return Problem(Words(en, zh), field=field)


def written(heading: Heading, terms: Terms) -> str:
    """The policy in the rule language."""
    check(terms)
    title = {"en": f"Refund policy of {heading.name}", "zh": f"{heading.name}的退款政策"}
    checked = f"checked_on: {heading.on}, status: verified"
    lines = [
        f"platform: {heading.platform}",
        f"name: {_text({'en': heading.name, 'zh': heading.name})}",
        f"home: {heading.place}",
        "kind: institution",
        "clauses:",
        f"- id: {heading.clause}",
        f"  title: {_text(title)}",
        f"  cite: {{article: version {heading.number}, title: {_text(title['en'])}, {checked}}}",
        "  form: original",
        "  selected_by: concluded_on, else paid_on, else asked_on",
        f"  in_force: {{from: {terms.since}}}",
        "  let:",
        "    bought_on: concluded_on, failing which paid_on",
        *([f"    used: {_MEASURE[terms.meter]}"] if terms.meter in _MEASURE else []),
        "  dates:",
        *([f"    window_ends_on: {terms.window_days} days after bought_on"] if terms.window_days else []),
        f"    pay_by: {terms.pay_days} days after requested_on",
        "  owed:",
        *_rows(terms),
    ]
    return "\n".join(lines) + "\n"


def _rows(terms: Terms) -> list[str]:
    found = []
    if terms.window_days:
        use = f" and used <= {_share(terms.window_use)}" if terms.window_use is not None else ""
        found.append(f"  - {{id: window, if: requested_on <= window_ends_on{use}, pay: paid}}")
    if terms.before_start:
        found.append(f"  - {{id: before-start, if: requested_on < starts_on, {_pays(Fraction(1), terms)}}}")
    for number, band in enumerate(terms.bands, 1):
        within = (
            f"requested_on <= {band.until} days after {_DAY[terms.meter]}"
            if terms.meter.counts_days
            else f"used <= {_share(band.until)}"
        )
        found.append(f"  - {{id: band-{number}, if: {within}, {_pays(band.back, terms)}}}")
    never = not (terms.window_days or terms.before_start or terms.bands)
    why = NEVER if never else LATER
    return [*found, f"  - {{id: later, nothing: {_text({'en': why.en, 'zh': why.zh})}}}"]


LATER = Words("The time or the use within which money comes back has passed.", "已超过可以退款的期限或使用量。")
NEVER = Words("This policy gives no money back.", "本政策不退款。")
BAND = Words("This band gives nothing back.", "这一档不退款。")


def _pays(back: Fraction, terms: Terms) -> str:
    if back == 0:
        return f"nothing: {_text({'en': BAND.en, 'zh': BAND.zh})}"
    if terms.fee_minor:
        used = f"kept_for_use: {_share(1 - back)} of paid, " if back < 1 else ""
        return f"keep: {{{used}fee: {money.show(terms.fee_minor, terms.currency)}}}"
    return "pay: paid" if back == 1 else f"pay: {_share(back)} of paid"


def _share(share: Fraction | int | None) -> str:
    """Exact, and as people write it where that is exact: 25%, 12.5%, 1/3."""
    found = Fraction(share or 0)
    hundredths = found * 100
    if hundredths.denominator == 1:
        return f"{hundredths.numerator}%"
    if (hundredths * 10).denominator == 1:
        tenths = (hundredths * 10).numerator
        return f"{tenths // 10}.{tenths % 10}%"
    return f"{found.numerator}/{found.denominator}"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def read(text: str) -> tuple[Heading, Terms] | None:
    """What was filled in; nothing for a text that `written` does not give back word for word."""
    try:
        found = _read(source.plain(source.read(text, "policy")))
        return found if written(*found) == text else None
    except (Problem, KeyError, TypeError, ValueError, IndexError, AttributeError):
        return None


_STAMP = re.compile(r"^(  cite: \{article: version )\d+(,.* checked_on: )[\d-]+", re.MULTILINE)


def stamped(text: str, heading: Heading) -> str:
    """A text with the number and the day of this version, where it has them as `written` writes them."""
    return _STAMP.sub(rf"\g<1>{heading.number}\g<2>{heading.on}", text)


def unstamped(text: str) -> str:
    """The same for every version of the same words."""
    return _STAMP.sub(r"\1\2", text)


_WINDOW = re.compile(r"requested_on <= window_ends_on(?: and used <= (\S+))?")
_BAND = re.compile(r"requested_on <= (?P<days>\d+) days after (?P<day>\w+)|used <= (?P<share>\S+)")


def _read(root: Mapping[str, Any]) -> tuple[Heading, Terms]:
    clause = root["clauses"][0]
    cite, dates, measure = clause["cite"], clause["dates"], clause["let"].get("used")
    heading = Heading(
        root["platform"].removeprefix("own-"), root["name"]["en"], root["home"],
        int(cite["article"].removeprefix("version ")), dt.date.fromisoformat(cite["checked_on"]),
    )  # fmt: skip
    meter = next((one for one, text in _MEASURE.items() if text == measure), Meter.DAYS)
    window_use, before, bands = None, False, []
    fee = money.Money(0, "EUR")
    for row in clause["owed"]:
        if row["id"] == "window":
            limit = _matched(_WINDOW, row["if"])[1]
            window_use = _number(limit) if limit else None
        elif row["id"] == "before-start":
            before = True
        elif row["id"] != "later":
            where = _matched(_BAND, row["if"])
            if where["day"] == "starts_on":
                meter = Meter.DAYS_FROM_START
            bands.append(Band(int(where["days"]) if where["days"] else _number(where["share"]), _back(row)))
        fee = money.parse(row["keep"]["fee"]) if "keep" in row else fee
    window = dates.get("window_ends_on", "0 days").partition(" ")[0]
    return heading, Terms(
        dt.date.fromisoformat(clause["in_force"]["from"]), int(window), window_use, before, meter, tuple(bands),
        fee.minor, fee.currency, int(dates["pay_by"].partition(" ")[0]),
    )  # fmt: skip


def _matched(pattern: re.Pattern[str], text: str) -> re.Match[str]:
    found = pattern.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return found


def _back(row: Mapping[str, Any]) -> Fraction:
    if "nothing" in row:
        return Fraction(0)
    if "keep" in row:
        kept = row["keep"].get("kept_for_use")
        return Fraction(1) if kept is None else 1 - _number(kept.removesuffix(" of paid"))
    return Fraction(1) if row["pay"] == "paid" else _number(row["pay"].removesuffix(" of paid"))


def _number(text: str) -> Fraction:
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)
