"""Rows in columns are judged as one purchase is judged: the same are refused, the others come to the same values."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recourse import days, money
from recourse.batch import careful, checking, schema
from recourse.batch.csvtext import LINE
from recourse.batch.orders import Piece
from recourse.facts import read_facts, vocabulary
from recourse.problems import Problem

WORDS = vocabulary()
FACTS = [
    WORDS.facts[name]
    for name in (
        "learner_place", "buyer_is_consumer", "kind", "price", "paid", "tax", "concluded_on", "requested_on",
        "lessons_total", "lessons_gift", "lessons_taken", "share_viewed", "product_line", "requested_at",
        "term_starts_on", "package_prices", "package_lessons_total", "refund_table_shares", "aid_period_breaks",
    )
]  # fmt: skip
CELLS = {
    "money": ["12.34", "0.00", "7.00", "1200", "12.3", "1_000.00", "1_000", "-3.00", "100000000000.00", "99999999999999999999.00", "12,34", "12.34 EUR", "1200 KRW", "12.34 USD", "abc", "007.00", "+5.00", "1e3", "٣.00", " 12.34"],
    "place": ["DE", "US-CA", "de", "EU", "XX", " DE "],
    "yesno": ["yes", "no", "TRUE", "false", "1", "y"],
    "choice": ["live-course", "recorded-course", "live-curse"],
    "date": ["2026-03-01", "2026-03-31", "2026-02-29", "1989-12-31", "2099-12-31", "2100-01-01", "01.03.2026", "20260301"],
    "count": ["0", "3", "20", "1_000", "100000", "100001", "-1", "2.0", "²"],
    "share": ["37%", "1/3", "100%", "101%", "0.5", "0%", "1/0", "1/1000001", "33.3333%"],
    "text": ["plus", "  ", "a  b", "x" * 301],
    "instant": ["2026-03-01T10:00Z", "2026-03-05T10:00:01+09:00", "2026-03-01T10:00", "nonsense"],
    "period": ["2026-03-01/2026-03-05", "2026-03-05/2026-03-01"],
}  # fmt: skip
LISTS = {
    "date": ["2026-03-01, 2026-04-01", "2026-04-01, 2026-03-01", "none", "2026-03-01, x"],
    "money": ["12.34 EUR, 5.00 EUR", "12.34 EUR", "12.34 EUR, 5.00 USD", "12.34, 5.00", "none"],
    "count": ["3, 4", "3", "3, -4"],
    "share": ["1/3, 10%, 20%, 0%", "1/3, 10%", "10%, 10%, 10%, 200%"],
    "period": ["2026-03-01/2026-03-05, 2026-04-01/2026-04-05", "2026-03-01/2026-03-05, 2026-03-04/2026-04-05"],
}
CURRENCIES = ["EUR", "EUR", "EUR", "KRW", "JOD", "XXX", "eur", None]

ROW = st.fixed_dictionaries(
    {
        **{fact.id: st.none() | st.sampled_from((LISTS if fact.is_list else CELLS)[fact.item_type]) for fact in FACTS},
        schema.CURRENCY: st.sampled_from(CURRENCIES),
    }
)


def alone(row: dict[str, str | None]) -> tuple[dict[str, Any] | None, str | None]:
    """What the reader of one purchase makes of the cells of a text row, and its currency; None where it refuses."""
    code = row[schema.CURRENCY]
    if code is not None and code not in money.EXPONENTS:
        return None, None
    given = {}
    for fact in FACTS:
        cell = row[fact.id]
        if cell is None:
            continue
        cell = cell.strip()
        given[fact.id] = f"{cell} {code}" if fact.type == "money" and code and not cell[-1:].isalpha() else cell
    try:
        read = read_facts(given, WORDS)
    except Problem:
        return None, None
    if code and read.currency not in (None, code):
        return None, None
    return dict(read.values), code or read.currency


def cells(values: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for fact in FACTS:
        found |= careful.cells_of(fact, values.get(fact.id))
    return found


@settings(max_examples=100)
@given(st.lists(ROW, min_size=1, max_size=25))
def test_rows_of_text_are_refused_and_read_as_one_purchase_is(rows: list[dict[str, str | None]]) -> None:
    names = [*(fact.id for fact in FACTS), schema.CURRENCY]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String)).with_row_index(LINE, 2).cast({LINE: pl.Int64})
    read = schema.layout(dict.fromkeys(names, pl.String()), FACTS, WORDS, is_text=True)
    checked = checking.check(Piece(frame), read, WORDS, len(names))
    right = {}
    for line, row in enumerate(rows, 2):
        values, code = alone(row)
        if values is not None:
            right[line] = {**cells(values), schema.CURRENCY: code}
    found = {row.pop(LINE): row for row in checked.frame.iter_rows(named=True)}
    assert found == right
    assert {one.line for one in checked.bad} == set(range(2, len(rows) + 2)) - set(right)


TYPED = st.fixed_dictionaries(
    {
        "price": st.none() | st.sampled_from([0, 1, 1999, 10**13, 10**13 + 1, -1, 2**62]),
        "paid": st.none() | st.decimals("-1", "100", places=4).map(lambda d: round(d, 4)) | st.just(Decimal("12.3400")),
        "tax": st.none() | st.sampled_from([0, 5, 2000]),
        "concluded_on": st.none() | st.dates(date(1989, 12, 25), date(2100, 1, 5)),
        "requested_on": st.none() | st.dates(date(1989, 12, 25), date(2100, 1, 5)),
        "lessons_total": st.none() | st.sampled_from([0, 3, 20, 100_000, 100_001, -1]),
        "lessons_taken": st.none() | st.sampled_from([0, 3, 21]),
        "buyer_is_consumer": st.none() | st.booleans(),
        "requested_at": st.none()
        | st.integers(0, 10**11).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=n))
        | st.just(datetime(2026, 1, 1, 12, 0, 1, tzinfo=UTC)),
        "share_viewed_top": st.none() | st.sampled_from([0, 1, 5, -1]),
        "share_viewed_bottom": st.none() | st.sampled_from([0, 1, 3, 1_000_000, 1_000_001]),
        "term_starts_on": st.none() | st.lists(st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 9)), max_size=3),
        "term_weeks": st.none() | st.lists(st.none() | st.integers(-1, 4), max_size=3),
        "currency": st.sampled_from(["EUR", "KRW", "JOD", "XXX", None]),
    }
)
KINDS: dict[str, Any] = {
    "price": pl.Int64(), "paid": pl.Decimal(20, 4), "tax": pl.Int32(), "concluded_on": pl.Date(), "requested_on": pl.Date(),
    "lessons_total": pl.Int32(), "lessons_taken": pl.Int64(), "buyer_is_consumer": pl.Boolean(),
    "requested_at": pl.Datetime("us", "UTC"), "share_viewed_top": pl.Int64(), "share_viewed_bottom": pl.Int64(),
    "term_starts_on": pl.List(pl.Date), "term_weeks": pl.List(pl.Int16), "currency": pl.String(),
}  # fmt: skip
HELD = [
    WORDS.facts[name]
    for name in (
        "price",
        "paid",
        "tax",
        "concluded_on",
        "requested_on",
        "lessons_total",
        "lessons_taken",
        "buyer_is_consumer",
        "requested_at",
        "share_viewed",
        "term_starts_on",
        "term_weeks",
    )
]


def as_text(row: dict[str, Any]) -> dict[str, Any] | None:
    """The row as the reader of one purchase takes it; None where there are no words for it."""
    code = row["currency"]
    if code == "XXX" or (code is None and any(row[n] is not None for n in ("price", "paid", "tax"))):
        return None
    found: dict[str, Any] = {name: row[name] for name in KINDS if name != "currency" and not name.startswith("share_")}
    for name in ("price", "tax"):
        found[name] = None if row[name] is None else money.show(row[name], code)
    if row["paid"] is not None:
        whole = row["paid"].scaleb(money.EXPONENTS[code])
        found["paid"] = money.show(int(whole), code) if whole == int(whole) else "nothing"
    if row["requested_at"] is not None:
        if row["requested_at"].microsecond:
            return None
        found["requested_at"] = days.show_instant(int(row["requested_at"].timestamp()))
    top, bottom = row["share_viewed_top"], row["share_viewed_bottom"]
    if (top is None) != (bottom is None):
        return None
    found["share_viewed"] = None if top is None else f"{top}/{bottom}"
    return found


@settings(max_examples=100)
@given(st.lists(TYPED, min_size=1, max_size=20))
def test_typed_columns_are_refused_and_read_as_one_purchase_is(rows: list[dict[str, Any]]) -> None:
    frame = pl.DataFrame(rows, schema=KINDS).with_row_index(LINE, 1).cast({LINE: pl.Int64})
    read = schema.layout(KINDS, HELD, WORDS, is_text=False)
    checked = checking.check(Piece(frame), read, WORDS, len(KINDS))
    right = {}
    for line, row in enumerate(rows, 1):
        given_ = as_text(row)
        if given_ is None:
            continue
        try:
            values = read_facts(given_, WORDS).values
        except Problem:
            continue
        made: dict[str, Any] = {}
        for fact in HELD:
            made |= careful.cells_of(fact, values.get(fact.id))
        if row["share_viewed_top"] is not None:  # equal shares, which a column may hold as they were
            a, b = made["share_viewed_top"], made["share_viewed_bottom"]
            assert a * row["share_viewed_bottom"] == b * row["share_viewed_top"]
            made |= {name: row[name] for name in ("share_viewed_top", "share_viewed_bottom")}
        right[line] = made
    found = {}
    for row in checked.frame.iter_rows(named=True):
        row.pop(schema.CURRENCY)
        line = row.pop(LINE)
        if line in right and row["share_viewed_top"] is not None:
            assert (
                row["share_viewed_top"] * right[line]["share_viewed_bottom"]
                == row["share_viewed_bottom"] * right[line]["share_viewed_top"]
            )
            row |= {name: right[line][name] for name in ("share_viewed_top", "share_viewed_bottom")}
        found[line] = row
    assert found == right


def one_row(row: dict[str, Any], names: list[str], **options: Any) -> checking.Checked:
    frame = pl.DataFrame([{LINE: 2, **row}], schema={LINE: pl.Int64, **dict.fromkeys(row, pl.String)})
    wanted = [WORDS.facts[name] for name in names]
    read = schema.layout(dict.fromkeys(row, pl.String()), wanted, WORDS, is_text=True, **options)
    return checking.check(Piece(frame), read, WORDS, len(row))


@pytest.mark.parametrize(
    ("cell", "en", "zh"),
    [
        ("12.3", "paid: EUR has 2 decimals, not 1. Write 12.30 EUR.", "paid：EUR 有 2 位小数，此处为 1 位。请写成 12.30 EUR。"),
        ("1999", "paid: EUR has 2 decimals, not none. Write 1999.00 EUR.", "paid：EUR 有 2 位小数，此处为 0 位。请写成 1999.00 EUR。"),
        ("12,34", 'paid: a comma or blank divides the digits: \'12,34 EUR\'. Write "12.34 EUR".', "paid：数字里有逗号或空格：“12,34 EUR”。请写成“12.34 EUR”。"),
    ],
)  # fmt: skip
def test_a_bad_amount_says_what_would_be_right_in_both_languages(cell: str, en: str, zh: str) -> None:
    (bad,) = one_row({"paid": cell, "currency": "EUR"}, ["paid"]).bad
    assert (bad.line, bad.column, bad.value) == (2, "paid", cell)
    assert bad.say("en") == en
    assert bad.say("zh") == zh


def test_a_currency_stated_for_the_file_stands_for_a_missing_column_and_must_agree_with_one() -> None:
    assert one_row({"paid": "12.34"}, ["paid"], currency="EUR").frame["currency"].to_list() == ["EUR"]
    (bad,) = one_row({"paid": "12.34", "currency": "USD"}, ["paid"], currency="EUR").bad
    assert bad.column == "currency"


def test_an_amount_without_any_currency_is_no_amount() -> None:
    (bad,) = one_row({"paid": "12.34", "currency": None}, ["paid"]).bad
    assert "currency" in bad.say("en")
