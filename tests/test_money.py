"""Money is exact, and a wrong amount is told what would be right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recourse import money
from recourse.money import EXPONENTS, Money
from recourse.problems import Problem

currencies = st.sampled_from(sorted(EXPONENTS))


def said(text: str, *, literal: bool = False) -> str:
    with pytest.raises(Problem) as raised:
        (money.parse_literal if literal else money.parse)(text)
    return str(raised.value)


@given(st.integers(-(10**20), 10**20), currencies)
def test_what_is_shown_is_read_back(minor: int, currency: str) -> None:
    assert money.parse(money.show(minor, currency)) == Money(minor, currency)
    assert money.parse_literal(money.show(minor, currency)) == Money(minor, currency)


@given(st.text(max_size=20) | st.from_regex(r"-?[0-9_.,]{1,9} ?[A-Z]{0,4}"))
def test_any_text_is_money_in_canonical_value_or_a_problem(text: str) -> None:
    try:
        found = money.parse(text)
    except Problem:
        return
    assert money.parse(str(found)) == found


@pytest.mark.parametrize(
    ("text", "minor", "currency"),
    [
        ("180.00 EUR", 18000, "EUR"),
        ("600000 KRW", 600000, "KRW"),
        ("1_800.00 EUR", 180000, "EUR"),
        ("1.500 JOD", 1500, "JOD"),
        ("1.2345 CLF", 12345, "CLF"),
        ("0.0001 UYW", 1, "UYW"),
        ("1800 JPY", 1800, "JPY"),
        ("-1.50 USD", -150, "USD"),
        ("0.00 CNY", 0, "CNY"),
    ],
)
def test_a_fact_gives_every_decimal_of_its_currency(text: str, minor: int, currency: str) -> None:
    assert money.parse(text) == (minor, currency)


def test_a_rule_may_leave_out_decimals_that_are_nothing() -> None:
    assert money.parse_literal("50 CAD") == (5000, "CAD")
    assert money.parse_literal("10_000.00 CNY") == (1_000_000, "CNY")
    assert money.parse_literal("10 KRW") == (10, "KRW")
    assert "Write 50.50 CAD." in said("50.5 CAD", literal=True)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("180 EUR", "Write 180.00 EUR."),
        ("180.5 EUR", "Write 180.50 EUR."),
        ("180.000 EUR", "Write 180.00 EUR."),
        ("600000.00 KRW", "Write 600000 KRW."),
        ("1,800.00 EUR", 'Write "1800.00 EUR".'),
        ("1.800,00 €", 'Write "1800.00 EUR".'),
        ("180,00 EUR", 'Write "180.00 EUR".'),
        ("EUR 180.00", 'Write "180.00 EUR".'),
        ("180.00eur", 'Write "180.00 EUR".'),
        ("£20", 'Write "20.00 GBP".'),
        ("RMB 100", 'Write "100.00 CNY".'),
        ("1,800 KRW", 'Write "1800 KRW".'),
        ("1__0 EUR", 'Write "10.00 EUR".'),
    ],
)
def test_a_near_miss_is_told_what_would_be_right(text: str, right: str) -> None:
    assert said(text).endswith(right)


def test_decimals_that_are_not_nothing_are_never_rounded_away() -> None:
    assert said("180.505 EUR") == "EUR has 2 decimals, not 3. An amount in EUR has 2 decimals."


def test_money_without_a_currency_or_in_none_that_exists_is_refused() -> None:
    assert "needs its currency" in said("180.00")
    assert said("180.00 EUX").startswith("EUX is not a currency (ISO 4217)")
    assert "not a currency" in said("1 XAU")
    assert "not an amount of money" in said("nothing")
    assert "not an amount of money" in said("١٨٠ EUR")


def test_a_hostile_number_costs_nothing() -> None:
    assert len(said("9" * 1_000_000 + " EUR")) < 200


def test_the_table_of_currencies_is_iso_4217() -> None:
    assert {code for code, decimals in EXPONENTS.items() if decimals == 3} == set("BHD IQD JOD KWD LYD OMR TND".split())
    assert {code for code, decimals in EXPONENTS.items() if decimals == 4} == {"CLF", "UYW"}
    assert all(EXPONENTS[code] == 0 for code in ("KRW", "JPY", "CLP", "VND", "ISK", "XOF", "PYG", "UGX"))
    assert all(EXPONENTS[code] == 2 for code in ("USD", "EUR", "CNY", "TWD", "IDR", "COP", "HUF", "XCG", "ZWG"))
    assert len(EXPONENTS) == len("".join(EXPONENTS)) // 3 == 171
    with pytest.raises(Problem):
        money.exponent("EUX")
