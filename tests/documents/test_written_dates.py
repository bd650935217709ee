"""A date as people write it is read back, or everything that it can be is given; it is never read wrong."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recourse import days
from recourse.documents.dates import dates

DAYS = st.dates(date(1990, 1, 1), date(2099, 12, 31))
MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "th": "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
}
FORMS = {
    "iso": lambda d: d.isoformat(),
    "zh": lambda d: f"{d.year}年{d.month}月{d.day}日",
    "ko": lambda d: f"{d.year}년 {d.month}월 {d.day}일",
    "ko points": lambda d: f"{d.year}. {d.month}. {d.day}.",
    "slashed": lambda d: f"{d.year}/{d.month:02d}/{d.day:02d}",
    "republic": lambda d: f"民國{d.year - 1911}年{d.month}月{d.day}日",
    "buddhist": lambda d: f"{d.day}/{d.month}/{d.year + 543}",
    "thai": lambda d: f"{d.day} {MONTHS['th'].split()[d.month - 1]} {d.year + 543}",
    "de points": lambda d: f"{d.day}.{d.month}.{d.year}",
    "de": lambda d: f"{d.day}. {MONTHS['de'].split()[d.month - 1]} {d.year}",
    "en": lambda d: f"{MONTHS['en'].split()[d.month - 1]} {d.day}, {d.year}",
    "en day first": lambda d: f"{d.day} {MONTHS['en'].split()[d.month - 1][:3]} {d.year}",
    "fr": lambda d: f"{d.day} {MONTHS['fr'].split()[d.month - 1]} {d.year}",
    "es": lambda d: f"{d.day} de {MONTHS['es'].split()[d.month - 1]} de {d.year}",
    "pt": lambda d: f"{d.day} de {MONTHS['pt'].split()[d.month - 1]} de {d.year}",
    "vi": lambda d: f"ngày {d.day} tháng {d.month} năm {d.year}",
    "compact": lambda d: f"{d.year}{d.month:02d}{d.day:02d}" if d.year >= 2000 else d.isoformat(),
}
ASKED = {
    "day first": lambda d: f"{d.day:02d}/{d.month:02d}/{d.year}",
    "month first": lambda d: f"{d.month}/{d.day}/{d.year}",
    "dashes": lambda d: f"{d.day}-{d.month}-{d.year}",
    "short": lambda d: (
        f"{d.day:02d}/{d.month:02d}/{d.year % 100:02d}" if d.year >= 2000 else f"{d.day:02d}/{d.month:02d}/{d.year}"
    ),
    "short points": lambda d: (
        f"{d.day:02d}.{d.month:02d}.{d.year % 100:02d}" if d.year >= 2000 else f"{d.day:02d}.{d.month:02d}.{d.year}"
    ),
}


@given(DAYS, st.sampled_from(sorted(FORMS)), st.sampled_from(["{}", "on {}.", "订单：{}，", "({}) 12:30", "{}T10:00"]))
def test_a_clear_date_is_read_back(day: date, form: str, frame: str) -> None:
    text = frame.format(FORMS[form](day)) if "T" not in frame or form == "iso" else FORMS[form](day)
    (found,) = dates(text)
    assert found.readings == (day.toordinal(),), text


@given(DAYS, st.sampled_from(sorted(ASKED)))
def test_where_day_and_month_can_change_places_both_are_given(day: date, form: str) -> None:
    text = ASKED[form](day)
    (found,) = dates(text)
    assert day.toordinal() in found.readings
    if day.day <= 12 and day.month != day.day and form != "short points":
        assert date(day.year, day.day, day.month).toordinal() in found.readings and not found.sure


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("03/04/2026", ["2026-04-03", "2026-03-04"]),
        ("令和8年3月4日", ["2026-03-04"]),
        ("令和元年5月1日", ["2019-05-01"]),
        ("民國115年3月4日", ["2026-03-04"]),
        ("115/03/04", ["2026-03-04"]),
        ("4 มี.ค. 2569", ["2026-03-04"]),
        ("二〇二六年三月十四日", ["2026-03-14"]),
        ("4th of March 2026", ["2026-03-04"]),
        ("1er août 2026", ["2026-08-01"]),
        ("04-Mar-26", ["2026-03-04"]),
        ("２０２６年３月４日", ["2026-03-04"]),
        ("26.03.04", ["2004-03-26", "2026-03-04"]),
        ("2026-02-30", []),
        ("31/04/2026", []),
        ("192.168.2.1", []),
        ("12345678901234", []),
        ("IBAN DE89 3704 0044 0532 0130 00", []),
        ("1.190,00", []),
    ],
)
def test_as_they_are_met(text: str, readings: list[str]) -> None:
    assert [days.show(day) for one in dates(text) for day in one.readings] == readings


def test_other_dates_say_which_reading_comes_first_and_no_more() -> None:
    american = dates("3/25/2026 and 3/4/2026")[1]
    assert [days.show(day) for day in american.readings] == ["2026-03-04", "2026-04-03"]
    assert len(american.why) == 2


@given(st.text(st.sampled_from("0123456789./-年月日 令和元民國Mar,"), max_size=60))
def test_any_text_is_read_without_fault(text: str) -> None:
    for one in dates(text):
        assert one.readings and 0 <= one.start < one.end <= len(text)
