"""Bank accounts in the euro area and around: whether an IBAN and a BIC can be right, before a bank is asked."""

import re

from recourse.bilingual import Words
from recourse.problems import Problem

# Countries of the SEPA schemes with the length of their IBANs: EPC409-09 (list of countries) and the IBAN registry.
_LENGTHS = {
    15: "NO", 16: "BE", 18: "DK FI NL", 19: "MK SI", 20: "AT EE LT LU", 21: "CH HR LI LV",
    22: "BG DE GB IE ME RS VA", 23: "GI", 24: "AD CZ ES MD RO SE SK", 25: "PT", 26: "IS", 27: "FR GR IT MC SM",
    28: "AL CY HU PL", 31: "MT",
}  # fmt: skip
LENGTHS: dict[str, int] = {country: length for length, countries in _LENGTHS.items() for country in countries.split()}
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{1,30}", re.ASCII)
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?", re.ASCII)


def iban(text: str) -> str:
    """The IBAN in its electronic form, without blanks. Raises `Problem` that says what is wrong with it."""
    plain = "".join(text.split()).upper()
    if not _IBAN.fullmatch(plain):
        raise Problem(Words("This is not an IBAN", "这不是 IBAN"), field="iban")
    length = LENGTHS.get(plain[:2])
    if length is None:
        message = Words(f"{plain[:2]} does not take part in SEPA", f"{plain[:2]} 不属于 SEPA 区")
        raise Problem(message, field="iban")
    if len(plain) != length:
        message = Words(
            f"An IBAN of {plain[:2]} has {length} characters, not {len(plain)}",
            f"{plain[:2]} 的 IBAN 应为 {length} 位，此处为 {len(plain)} 位",
        )
        raise Problem(message, field="iban")
    digits = "".join(str(int(character, 36)) for character in plain[4:] + plain[:4])
    if int(digits) % 97 != 1 or not 2 <= int(plain[2:4]) <= 98:
        raise Problem(Words("The check digits of the IBAN do not fit", "IBAN 校验位不符"), field="iban")
    return plain


def bic(text: str) -> str:
    """The BIC in capital letters, 8 or 11 characters. Raises `Problem`."""
    plain = "".join(text.split()).upper()
    if not _BIC.fullmatch(plain):
        raise Problem(
            Words("This is not a BIC: 8 or 11 letters and digits", "这不是 BIC：应为 8 或 11 位字母数字"), field="bic"
        )
    return plain
