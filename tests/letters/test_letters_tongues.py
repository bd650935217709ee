"""Amounts and days by the customs of a place: exact in every currency, and read back as what they were."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recourse import money
from recourse.letters import tongues
from recourse.problems import Problem

PLACES = [
    "",
    "DE",
    "AT",
    "CH",
    "FR",
    "CA-QC",
    "MX",
    "CO",
    "ES",
    "PT",
    "BR",
    "US-CA",
    "GB",
    "IN",
    "KR",
    "JP",
    "CN",
    "TW",
    "HK",
]


@given(
    st.integers(0, 10**12), st.sampled_from(sorted(money.EXPONENTS)), st.sampled_from(tongues.LANGUAGES),
    st.sampled_from(PLACES),
)  # fmt: skip
def test_an_amount_keeps_every_digit_and_gets_none(minor: int, currency: str, lang: str, place: str) -> None:
    said = tongues.amount(money.show(minor, currency), lang, tongues.region(lang, place))
    assert int("".join(re.findall(r"\d", said))) == minor
    decimals = money.exponent(currency)
    mark = re.search(r"[.,](\d+)\D*$", said)
    if decimals:
        assert mark is not None and len(mark[1]) == decimals


@pytest.mark.parametrize(
    ("text", "lang", "place", "said"),
    [
        ("1250.50 EUR", "de", "DE", "1.250,50\u00a0€"),
        ("1250.50 EUR", "de", "AT", "€\u00a01.250,50"),
        ("1250.50 EUR", "en", "IE", "€1,250.50"),
        ("266660 KRW", "ko", "KR", "₩266,660"),
        ("1.234 JOD", "en", "GB", "JOD\u00a01.234"),
        ("144000 JPY", "ja", "JP", "￥144,000"),
        ("1800.00 CNY", "zh", "CN", "¥1,800.00"),
        ("49.00 USD", "zh", "CN", "US$49.00"),
        ("1440.00 BRL", "pt", "BR", "R$\u00a01.440,00"),
        ("606.85 EUR", "pt", "PT", "606,85\u00a0€"),
        ("1606.85 EUR", "fr", "FR", "1\u202f606,85\u00a0€"),
        ("1250.50 EUR", "es", "MX", "EUR\u00a01,250.50"),
    ],
)
def test_amounts_look_as_they_do_there(text: str, lang: str, place: str, said: str) -> None:
    assert tongues.amount(text, lang, tongues.region(lang, place)) == said


def test_days_have_their_month_in_letters() -> None:
    number = date(2026, 9, 1).toordinal()
    said = {lang: tongues.day(number, lang, tongues.region(lang, "")) for lang in tongues.LANGUAGES}
    assert said == {
        "en": "1 September 2026", "zh": "2026年9月1日", "de": "1. September 2026", "fr": "1er septembre 2026",
        "ko": "2026년 9월 1일", "ja": "2026年9月1日", "es": "1 de septiembre de 2026", "pt": "1º de setembro de 2026",
    }  # fmt: skip
    assert tongues.day(number, "pt", "PT") == "1 de setembro de 2026"
    assert tongues.day(number + 10, "fr", "FR") == "11 septembre 2026"


def test_a_moment_is_said_in_utc_to_the_minute() -> None:
    assert tongues.moment(1_789_041_780, "en", "GB") == "10 September 2026, 12:03 UTC"


@pytest.mark.parametrize(
    ("place", "lang"),
    [("AT", "de"), ("CH", "de"), ("CA-QC", "fr"), ("CA", "en"), ("CN-BJ", "zh"), ("CO", "es"), ("PT", "pt"), ("KR", "ko"),
     ("JP", "ja"), ("SG", "en"), ("PL", "en"), ("", "en")],
)  # fmt: skip
def test_a_place_is_written_to_in_its_language(place: str, lang: str) -> None:
    assert tongues.language_of(place) == lang


def test_a_language_without_letters_is_refused_by_name() -> None:
    assert tongues.checked("zh-Hans") == "zh"
    with pytest.raises(Problem, match="no letters in “it”"):
        tongues.checked("it")


def test_paper_is_that_of_the_place() -> None:
    assert [tongues.paper(place) for place in ("US-CA", "CO", "DE", "")] == ["us-letter", "us-letter", "a4", "a4"]
