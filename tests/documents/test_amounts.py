"""An amount as people write it is read back exactly, or everything it can be is given; it is never read wrong."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recourse.documents import figures, numerals
from recourse.documents.amounts import amounts
from recourse.money import EXPONENTS, show

CODES = st.sampled_from(sorted(EXPONENTS))
MINOR = st.one_of(st.integers(0, 2_000_000), st.integers(0, 10**12))
GROUPS = ("", ",", ".", "'", "’", " ", "\u00a0", "\u202f", "lakh")
POINTS = (".", ",", "٫")
DIGITS = {"ascii": 0x30, "full-width": 0xFF10, "arabic": 0x660, "devanagari": 0x966}


def in_groups(whole: str, by: str) -> str:
    """The digits with the sign between the thousands; `lakh` as in India: 12,34,567."""
    if by == "lakh":
        head, tail = whole[:-3], whole[-3:]
        pairs = [head[max(0, end - 2) : end] for end in range(len(head), 0, -2)][::-1]
        return ",".join([*pairs, tail])
    return f"{int(whole):,}".replace(",", by)


def written(minor: int, code: str, by: str, point: str, short: bool) -> str:
    decimals = EXPONENTS[code]
    digits = f"{minor:0{decimals + 1}d}"
    whole, part = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    text = in_groups(whole, by)
    return text if not part or (short and not part.strip("0")) else f"{text}{point}{part}"


def supported(code: str, by: str, point: str, text: str) -> bool:
    """Nobody divides thousands and decimals by the same sign, nor thousands by points where points divide decimals."""
    same = {"lakh": ","}.get(by, by) == point
    unwritten = by == "." and code in figures.POINT_IS_DECIMAL and text.count(".") == 1 and "," not in text
    return not same and not unwritten


def the_one(text: str, minor: int, code: str) -> None:
    found = amounts(text)
    assert found, text
    readings = [str(money) for money in found[0].readings]
    assert show(minor, code) in readings, (text, readings)
    assert len(readings) > 1 or readings == [show(minor, code)]


@given(
    MINOR,
    CODES,
    st.sampled_from(GROUPS),
    st.sampled_from(POINTS),
    st.booleans(),
    st.sampled_from(["{0} {1}", "{1} {0}", "{1}{0}", "{0}{1}", "Total: {0} {1}.", "x\t{1} {0}\ny"]),
)
@example(12345, "JOD", "", ".", False, "{0} {1}")
@example(1234000, "TND", ",", ".", True, "{0} {1}")
@example(12345600, "INR", "lakh", ".", False, "{1} {0}")
def test_every_amount_in_every_style_is_read_back_or_asked(
    minor: int, code: str, by: str, point: str, short: bool, frame: str
) -> None:
    text = written(minor, code, by, point, short)
    if supported(code, by, point, text):
        the_one(frame.format(text, code), minor, code)


@given(MINOR, CODES, st.sampled_from(sorted(DIGITS)))
def test_digits_of_other_writings_are_digits(minor: int, code: str, digits: str) -> None:
    text = written(minor, code, "", ".", False).translate({0x30 + n: DIGITS[digits] + n for n in range(10)})
    the_one(f"{text} {code}", minor, code)


CAPITALS = "零壹贰叁肆伍陆柒捌玖"


def in_capitals(number: int, digits: str = CAPITALS, units: str = "拾佰仟", large: str = "万亿") -> str:
    """A number below 10^12 in words, with 零 where places are skipped."""
    if number < 10_000:
        out, skipped = "", False
        for power in (3, 2, 1, 0):
            digit = number // 10**power % 10
            if digit:
                out += (digits[0] if skipped and out else "") + digits[digit] + (units[power - 1] if power else "")
            skipped = not digit and bool(out)
        return out
    power = 8 if number >= 10**8 else 4
    head, tail = divmod(number, 10**power)
    rest = in_capitals(tail, digits, units, large) if tail else ""
    zero = digits[0] if tail and tail < 10 ** (power - 1) else ""
    return in_capitals(head, digits, units, large) + large[power // 4 - 1] + zero + rest


@given(st.integers(1, 10**11), st.integers(0, 99))
def test_capital_numerals_are_read_back(yuan: int, fen: int) -> None:
    text = f"人民币{in_capitals(yuan)}元"
    text += (
        (f"{CAPITALS[fen // 10]}角" if fen // 10 else "") + (f"{CAPITALS[fen % 10]}分" if fen % 10 else "")
        if fen
        else "整"
    )
    found = [one for one in amounts(text) if one.readings]
    assert [str(money) for money in found[0].readings] == [show(yuan * 100 + fen, "CNY")], text


@given(st.integers(1, 10**11))
def test_plain_numerals_are_read_back(number: int) -> None:
    assert numerals.value(in_capitals(number, "零一二三四五六七八九", "十百千", "万亿")) == number


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("Total 1.190,00 €", ["1190.00 EUR"]),
        ("CHF 1'250.50", ["1250.50 CHF"]),
        ("₹1,23,456.00", ["123456.00 INR"]),
        ("12.345 JOD", ["12.345 JOD"]),
        ("1,234 TND", ["1.234 TND", "1234.000 TND"]),
        ("支付￥１，２８０．００ 订单", ["1280.00 CNY"]),
        ("壹仟贰佰叁拾元 订单价", ["1230.00 CNY"]),
        ("金弐万円", ["20000 JPY"]),
        ("3만 5천원", ["35000 KRW"]),
        ("40만원", ["400000 KRW"]),
        ("1.2万元 订单", ["12000.00 CNY"]),
        ("1万2000円", ["12000 JPY"]),
        ("12,800円", ["12800 JPY"]),
        ("50,- €", ["50.00 EUR"]),
        ("CHF 100.--", ["100.00 CHF"]),
        ("NT$1,200", ["1200.00 TWD"]),
        ("R$ 1.234,56", ["1234.56 BRL"]),
        ("٤٥٫٥٠٠ د.ا", ["45.500 JOD"]),
        ("2 1 250,00 €", ["1250.00 EUR", "250.00 EUR"]),  # two courses at 250, or one at 1250
        ("Qty 1 EUR 49.00", ["49.00 EUR", "1.00 EUR"]),
        ("10-20 EUR", ["20.00 EUR", "10.00 EUR"]),
        ("-$20.00 USD", ["-20.00 USD"]),
        ("$180.00, all in USD", ["180.00 USD"]),
        ("0.123 EUR", []),  # more decimals than the currency has
        ("两千五元 订单价", []),  # said for 2500, written 2005: not for us to choose
        ("EUR " + "9" * 50, []),
        ("50 % EUR", []),
        ("EUROPE 2026", []),
    ],
)  # fmt: skip
def test_as_they_are_met(text: str, readings: list[str]) -> None:
    found = amounts(text)
    assert [str(money) for money in found[0].readings] == readings if readings else not found


def test_a_sign_of_many_currencies_is_asked() -> None:
    (dollars,) = amounts("Total $180.00")
    assert not dollars.sure and {money.currency for money in dollars.readings} >= {"USD", "CAD", "AUD", "TWD"}
    (yen,) = amounts("¥1000")
    assert {money.currency for money in yen.readings} == {"CNY", "JPY"}


def test_two_amounts_of_a_line_stay_two() -> None:
    assert [str(one.readings[0]) for one in amounts("EUR 100 USD 200")] == ["100.00 EUR", "200.00 USD"]
    assert [str(one.readings[0]) for one in amounts("Netto 1.000,00 € MwSt. 190,00 €")] == ["1000.00 EUR", "190.00 EUR"]


@given(st.text(st.sampled_from("0123456789.,' -–€$¥元원万拾EURJOD\n%"), max_size=60))
def test_any_text_is_read_without_fault(text: str) -> None:
    for one in amounts(text):
        assert one.readings and 0 <= one.start < one.end <= len(text)
