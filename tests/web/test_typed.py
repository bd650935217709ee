"""What people type, and the text that the engine reads."""

import pytest
from django.utils import translation

from recourse import money
from recourse.web import typed
from recourse.web.typed import Wrong


@pytest.mark.parametrize(
    ("text", "currency", "found"),
    [
        ("84.99", "EUR", "84.99"),
        ("84,99", "EUR", "84.99"),
        ("84", "EUR", "84.00"),
        ("84.9", "EUR", "84.90"),
        ("1,234.50", "USD", "1234.50"),
        ("1.234,50", "EUR", "1234.50"),
        ("1 234,50", "EUR", "1234.50"),
        ("1,234", "USD", "1234.00"),
        ("１２３４．５０", "CNY", "1234.50"),
        ("100,000", "KRW", "100000"),
        ("0", "KRW", "0"),
        ("007", "EUR", "7.00"),
        ("1.234", "JOD", "1.234"),
        ("1,234.500", "JOD", "1234.500"),
    ],
)
def test_an_amount_is_understood(text: str, currency: str, found: str) -> None:
    assert typed.amount(text, currency) == f"{found} {currency}"
    money.parse(f"{found} {currency}")


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("", "EUR"),
        ("abc", "EUR"),
        ("1,2,3", "EUR"),
        ("84.999", "EUR"),
        ("1.5", "KRW"),
        ("1,234", "JOD"),
        ("-5", "EUR"),
        ("8 or 9", "EUR"),
    ],
)
def test_what_could_mean_two_things_is_refused(text: str, currency: str) -> None:
    with pytest.raises(Wrong) as wrong:
        typed.amount(text, currency)
    assert wrong.value.part == "amount"
    assert wrong.value.message


def test_an_amount_needs_its_currency() -> None:
    with pytest.raises(Wrong) as wrong:
        typed.amount("84.99", "")
    assert wrong.value.part == "currency"


@pytest.mark.parametrize("currency", ["EUR", "KRW", "JOD", "CLF"])
def test_the_example_in_an_error_is_right(currency: str) -> None:
    assert typed.figure(typed.example(currency), currency)


@pytest.mark.parametrize(("text", "found"), [("8", "8"), (" 08 ", "8"), ("１２", "12"), ("1,200", "1200")])
def test_a_count_is_understood(text: str, found: str) -> None:
    assert typed.count(text) == found


@pytest.mark.parametrize("text", ["", "8 or 9", "1.5", "-1", "eight", "9" * 12])
def test_a_count_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Wrong):
        typed.count(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [("20", "20%"), ("20 %", "20%"), ("33.3", "33.3%"), ("12,5", "12.5%"), ("1/3", "1/3"), ("100", "100%")],
)
def test_a_share_is_understood(text: str, found: str) -> None:
    assert typed.share(text) == found


@pytest.mark.parametrize("text", ["", "101", "4/3", "1/0", "a third", "100.5"])
def test_a_share_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Wrong):
        typed.share(text)


@pytest.mark.parametrize(
    "parts", [("7", "3", "2026"), ("07", "03", "2026"), ("7", "March", "2026"), ("７", "３", "２０２６")]
)
def test_a_date_is_understood(parts: tuple[str, str, str]) -> None:
    assert typed.date(*parts) == "2026-03-07"


@pytest.mark.parametrize(
    ("parts", "part"),
    [
        (("", "", ""), "day"),
        (("", "3", "2026"), "day"),
        (("7", "", "2026"), "month"),
        (("7", "3", ""), "year"),
        (("7", "3", "26"), "year"),
        (("7", "13", "2026"), "month"),
        (("32", "3", "2026"), "day"),
        (("29", "2", "2026"), "day"),
        (("x", "3", "2026"), "day"),
    ],
)
def test_a_wrong_date_names_the_field_at_fault(parts: tuple[str, str, str], part: str) -> None:
    with pytest.raises(Wrong) as wrong:
        typed.date(*parts)
    assert wrong.value.part == part


def test_a_time_carries_the_offset_of_its_place_on_that_day() -> None:
    assert typed.instant("2026-06-14", "9:30", "Europe/Berlin") == "2026-06-14T09:30+02:00"
    assert typed.instant("2026-12-14", "9:30", "Europe/Berlin") == "2026-12-14T09:30+01:00"


@pytest.mark.parametrize(
    ("clock", "zone", "part"),
    [("25:00", "UTC", "time"), ("9.30", "UTC", "time"), ("9:30", "", "zone"), ("9:30", "../x", "zone")],
)
def test_a_wrong_time_names_the_field_at_fault(clock: str, zone: str, part: str) -> None:
    with pytest.raises(Wrong) as wrong:
        typed.instant("2026-06-14", clock, zone)
    assert wrong.value.part == part


def test_lists_stand_on_lines() -> None:
    assert typed.rows("8\r\n8\n\n9", typed.count) == "8, 8, 9"
    assert typed.rows("2026-12-21 to 2027-01-04", typed.period) == "2026-12-21/2027-01-04"
    assert typed.rows("2026年12月21日\n2027/1/4", typed.iso_date) == "2026-12-21, 2027-01-04"


def test_a_wrong_line_is_named_in_both_languages() -> None:
    with pytest.raises(Wrong) as wrong:
        typed.rows("8\nnine", typed.count)
    assert wrong.value.message.startswith("Line 2, “nine”")
    with translation.override("zh-hans"), pytest.raises(Wrong) as wrong:
        typed.rows("8\nnine", typed.count)
    assert wrong.value.message.startswith("第 2 行“nine”")


@pytest.mark.parametrize("text", ["", "\n".join(["1"] * 61)])
def test_a_list_has_at_least_one_line_and_not_too_many(text: str) -> None:
    with pytest.raises(Wrong):
        typed.rows(text, typed.count)


@pytest.mark.parametrize("text", ["2026-12-21", "2027-01-04 to 2026-12-21", "x"])
def test_a_period_has_two_days_in_order(text: str) -> None:
    with pytest.raises(Wrong):
        typed.period(text)
