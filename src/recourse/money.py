"""Exact money: whole numbers of the smallest unit of a currency, never a float.

The written form is "180.00 EUR" or "600000 KRW": the code last, exactly the decimals that the currency has, underscores
or nothing between thousands. A comma is refused: in half of the world it divides thousands, in the other half decimals.
"""

import re
from typing import NamedTuple

from recourse.bilingual import Words
from recourse.problems import Problem, near

# ISO 4217, list one up to amendment 180, by the number of decimals. Left out: codes that nobody pays in (XAU, XDR, XTS,
# XXX and the like). Kept, in the last line of two decimals: codes withdrawn since 2021, for purchases of that time.
_BY_DECIMALS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    2: (
        "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW "
        "CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF "
        "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK "
        "MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP "
        "SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG "
        "YER ZAR ZMW ZWG "
        "ANG BGN CUC HRK SLL ZWL"
    ),
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
EXPONENTS: dict[str, int] = {code: decimals for decimals, codes in _BY_DECIMALS.items() for code in codes.split()}

# What people write for a currency, for hints only: a sign that several currencies share is left out.
_SIGNS = {"€": "EUR", "£": "GBP", "₩": "KRW", "元": "CNY", "₹": "INR", "₺": "TRY", "₪": "ILS", "₽": "RUB", "RMB": "CNY"}

_MONEY = re.compile(r"(-?)([0-9]+(?:_[0-9]+)*)(?:\.([0-9]+))? ([A-Z]{3})", re.ASCII)
_ROUGHLY_MONEY = re.compile(r"(?i:([a-z]{3})\s*)?(-?[0-9][0-9_,. ']*?)\s*(?i:([a-z]{3}))?", re.ASCII)
_LONGEST = 40  # characters: far more than any price, so that a hostile number costs nothing

DIVIDES = Words("a comma or blank divides the digits", "数字里有逗号或空格")
NO_CODE = Words("money needs its currency", "金额缺少货币代码")
NOT_MONEY = Words("not an amount of money", "不是金额")
EXAMPLE = Words('Write it like "180.00 EUR" or "600000 KRW".', "请写成“180.00 EUR”或“600000 KRW”的形式。")


class Money(NamedTuple):
    """So many of the smallest unit of a currency: Money(18000, "EUR") is 180.00 EUR."""

    minor: int
    currency: str

    def __str__(self) -> str:
        return show(self.minor, self.currency)


def exponent(currency: str) -> int:
    """How many decimals a currency has: KRW 0, USD 2, JOD 3. Raises `Problem` for a code that is none."""
    try:
        return EXPONENTS[currency]
    except KeyError:
        raise _unknown(currency) from None


def parse(text: str) -> Money:
    """The money of a fact, with all its decimals: "180.00 EUR". Raises `Problem` that says what would be right."""
    return _read(text, short=False)


def parse_literal(text: str) -> Money:
    """The money of a rule, which may leave out decimals that are nothing: "50 CAD", "10_000.00 CNY"."""
    return _read(text, short=True)


def show(minor: int, currency: str) -> str:
    """The written form, which `parse` reads back: show(-150, "EUR") is "-1.50 EUR"."""
    decimals = EXPONENTS[currency]
    if not decimals:
        return f"{minor} {currency}"
    digits = f"{abs(minor):0{decimals + 1}d}"
    return f"{'-' if minor < 0 else ''}{digits[:-decimals]}.{digits[-decimals:]} {currency}"


def _read(text: str, *, short: bool) -> Money:
    found = _MONEY.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        raise _malformed(text)
    sign, whole, part, currency = found.groups()
    decimals = EXPONENTS.get(currency)
    if decimals is None:
        raise _unknown(currency)
    if len(part or "") != decimals and (part is not None or not short):
        raise _wrong_decimals(sign + whole, part or "", currency, decimals)
    minor = int(whole + (part or "0" * decimals))  # int() reads the underscores as they are meant
    return Money(-minor if sign else minor, currency)


def _wrong_decimals(whole: str, part: str, currency: str, decimals: int) -> Problem:
    has = {0: "no decimals"}.get(decimals, f"{decimals} decimals")
    right = f"{whole}.{part[:decimals].ljust(decimals, '0')}" if decimals else whole
    if part[decimals:].strip("0"):  # the rest is not nothing: rounding it away is not for us to propose
        hint = Words(f"An amount in {currency} has {has}.", f"{currency} 金额的小数位数应为 {decimals}。")
    else:
        hint = Words(f"Write {right} {currency}.", f"请写成 {right} {currency}。")
    message = Words(
        f"{currency} has {has}, not {len(part) or 'none'}", f"{currency} 有 {decimals} 位小数，此处为 {len(part)} 位"
    )
    return Problem(message, hint=hint)


def _unknown(currency: str) -> Problem:
    message = Words(f"{_short(currency)} is not a currency (ISO 4217)", f"{_short(currency)} 不是货币代码（ISO 4217）")
    likely = near(currency, EXPONENTS, 2)
    hint = Words(f"Near: {', '.join(likely)}.", f"相近的代码：{'、'.join(likely)}。") if likely else None
    return Problem(message, hint=hint)


def _malformed(text: str) -> Problem:
    """Why a text is no money, and what its writer most likely meant."""
    shown = _short(text)
    meant = _meant(text.strip()) if len(text) <= _LONGEST else None
    hint = EXAMPLE if meant is None else Words(f'Write "{meant}".', f"请写成“{meant}”。")
    if re.fullmatch(r"-?[0-9][0-9_,. ]*", text.strip(), re.ASCII):
        return Problem(_about(NO_CODE, shown), hint=EXAMPLE)
    divided = re.search(r"[0-9][, ][0-9]", text, re.ASCII)
    return Problem(_about(DIVIDES if divided else NOT_MONEY, shown), hint=hint)


def _about(what: Words, shown: str) -> Words:
    return Words(f"{what.en}: {shown!r}", f"{what.zh}：“{shown}”")


def _meant(text: str) -> str | None:
    """The amount that a near miss stands for ("EUR 1,800.00", "180,00 €", "180.00eur"), where only one is likely."""
    for sign, code in _SIGNS.items():
        text = text.replace(sign, f" {code} ")
    found = _ROUGHLY_MONEY.fullmatch(" ".join(text.split()))
    code = ((found[1] or found[3]) if found else "") or ""
    if found is None or code.upper() not in EXPONENTS:
        return None
    amount = re.sub(r"[ '_]", "", found[2])
    if re.fullmatch(r"-?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", amount):
        amount = amount.replace(",", "")
    elif re.fullmatch(r"-?[0-9]{1,3}(\.[0-9]{3})*,[0-9]{1,2}", amount):
        amount = amount.replace(".", "").replace(",", ".")
    try:
        return str(parse_literal(f"{amount} {code.upper()}"))
    except Problem:
        return None


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."


def spaced(amount: str) -> str:
    """An amount as `show` writes it, for people: thousands apart, "1,250.00 EUR"."""
    whole, point, rest = amount.partition("." if "." in amount else " ")
    return f"{int(whole):,}{point}{rest}"
