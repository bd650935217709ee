"""One worked example, or several, for every construct of the rule language: text, facts, and what it comes to.

`test_grammar.py` works them out by every reading; `test_conformance.py` demands that no operation is without one.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

from making import day, known

from recourse import days


class Construct(NamedTuple):
    """An expression of a kind, with the facts and the keys of a version that it needs, and its value worked out by hand."""

    op: str  # the operation of tree.OPS that it shows
    kind: str  # money, share, count, date, instant, truth
    text: str
    value: Any
    given: dict[str, Any] = {}  # noqa: RUF012 - never changed
    more: str = ""

    def __str__(self) -> str:
        return f"{self.op}: {self.text}"


EUR = {"paid": "100.00 EUR", "price": "250.00 EUR"}
LESSONS = {"lessons_total": 10, "lessons_taken": 2}
TERM = {"starts_on": "2026-03-02", "ends_on": "2026-05-31"}
HOURS = {"paid_at": "2026-03-01T10:00+01:00", "requested_at": "2026-03-02T09:30Z"}
MONTHS = {"month_prices": ["30.00 EUR", "20.00 EUR", "10.00 EUR"], "lessons_in_months": ["4", "3", "3"]}
CLAMPED = "months: last day"
NEXT_DAY = "months: next day"
AT = "calendar: {place: AT}"
CN = "calendar: {place: CN}"
DOUBT = "open: {doubt: {asks: So, taken: yes, because: so}}"
STEPS = "tables: {steps: [{when: at most 1/3, then: 2/3}, {when: less than 1/2, then: 1/2}, {then: 0}]}"
LIMIT = "tables: {limit: {by: cause, rows: {learner: {least: 10 EUR, most: 50 EUR}, seller: {least: 0 EUR, most: 20% of price}}}}"
BY_MONTH = """parts:
  month: {of: {n: lessons_in_months, fee: month_prices}, at_most: 12, let: {left: n - (lesser of n and lessons_taken), slice: left / n * fee}}"""
MEASURES = (
    "let: {done: 'hours_elapsed, failing which lessons_elapsed', all: 'hours_total, failing which lessons_total'}"
)


def _d(text: str) -> int:
    return day(text)


def _t(text: str) -> int:
    return days.parse_instant(text)


CONSTRUCTS = [
    Construct("lit", "money", "50 EUR", 5000),
    Construct("lit", "money", "10_000.05 EUR", 1000005),
    Construct("lit", "money", "600_000 KRW", 600000),
    Construct("lit", "money", "1.250 JOD", 1250),
    Construct("lit", "share", "1/3", Fraction(1, 3)),
    Construct("lit", "share", "2/6", Fraction(1, 3)),
    Construct("lit", "share", "12.5%", Fraction(1, 8)),
    Construct("lit", "share", "100%", 1),
    Construct("lit", "date", "2026-03-01", _d("2026-03-01")),
    Construct("lit", "truth", "yes", True),
    Construct("lit", "truth", "no", False),
    Construct("lit", "money", "nothing", 0),
    Construct("fact", "money", "paid", 10000, EUR),
    Construct("fact", "truth", "service_used", True, {"service_used": True}),
    Construct("fact", "share", "share_elapsed", Fraction(1, 3), {"share_elapsed": "1/3"}),
    Construct("fact", "instant", "paid_at", _t("2026-03-01T09:00Z"), HOURS),
    Construct("let", "money", "rest - paid", 5000, EUR, "let: {rest: half_more * paid, half_more: 3/2}"),
    Construct("open", "truth", "doubt", True, {}, DOUBT),
    Construct("open", "truth", "not doubt", False, {}, DOUBT),
    Construct("it", "share", "banded", Fraction(1, 2), LESSONS, "let: {banded: {by: lessons_taken, bands: [{when: 1, then: 1}, {when: 2, then: 1/2}, {then: 0}]}}"),
    Construct("it", "share", "banded", 1, {"cause": "seller"}, "let: {banded: {by: cause, bands: [{when: 'one of seller, neither', then: 1}, {then: 0}]}}"),
    Construct("it", "share", "banded", 0, TERM, "let: {banded: {by: starts_on, bands: [{when: before 2026-03-02, then: 1}, {when: on or before 2026-03-02, then: 0}, {then: 1/2}]}}"),
    Construct("it", "share", "banded", 1, TERM, "let: {banded: {by: starts_on, bands: [{when: after 2026-03-02, then: 0}, {when: on or after 2026-03-02, then: 1}, {then: 1/2}]}}"),
    Construct("it", "share", "banded", Fraction(1, 2), LESSONS, "let: {banded: {by: lessons_taken, bands: [{when: more than 2, then: 1}, {when: at least 2, then: 1/2}, {then: 0}]}}"),
    Construct("it", "share", "banded", Fraction(1, 4), {**LESSONS, "service_used": False}, "let: {banded: {by: lessons_taken, bands: [{when: 2, if: service_used, then: 1}, {then: 1/4}]}}"),
    Construct("column", "money", "sum over month of (n * fee)", 21000, MONTHS, BY_MONTH),
    Construct("rowlet", "money", "sum over month of slice", 1500 + 1000, {**MONTHS, **LESSONS}, BY_MONTH + "\narithmetic: big"),
    Construct("row", "money", "sum over month of (row * fee)", 3000 + 4000 + 3000, MONTHS, BY_MONTH),
    Construct("so_far", "money", "sum over month of (so_far(n) * 1 EUR)", 0 + 400 + 700, MONTHS, BY_MONTH),
    Construct("so_far", "money", "sum over month of so_far(fee)", 0 + 3000 + 5000, MONTHS, BY_MONTH),
    Construct("sum", "count", "sum over month of n", 10, MONTHS, BY_MONTH),
    Construct("sum", "money", "sum over month of fee", 0, {"month_prices": "none", "lessons_in_months": "none"}, BY_MONTH),
    Construct("sum", "share", "sum over month of (n / lessons_total)", 1, {**MONTHS, **LESSONS}, BY_MONTH),
    Construct("total", "money", "total(month_prices)", 6000, MONTHS),
    Construct("total", "count", "total(lessons_in_months)", 10, MONTHS),
    Construct("item", "money", "item(month_prices, 2)", 2000, MONTHS),
    Construct("item", "share", "item(refund_table_shares, 4)", Fraction(1, 10), {"refund_table_shares": ["90%", "80%", "1/2", "10%"]}),
    Construct("first", "date", "first(item(aid_period_breaks, 1))", _d("2026-11-21"), {"aid_period_breaks": ["2026-11-21/2026-11-29"]}),
    Construct("last", "date", "last(item(aid_period_breaks, 1))", _d("2026-11-29"), {"aid_period_breaks": ["2026-11-21/2026-11-29"]}),
    Construct("add", "money", "paid + price + 1 EUR", 35100, EUR),
    Construct("add", "count", "lessons_taken + 3", 5, LESSONS),
    Construct("add", "share", "1/2 + 1/3", Fraction(5, 6)),
    Construct("sub", "money", "price - paid - 1 EUR", 14900, EUR),
    Construct("mul", "money", "2/3 of price", Fraction(50000, 3), EUR),
    Construct("mul", "money", "10% of (price - paid)", 1500, EUR),
    Construct("mul", "money", "lessons_taken * price", 50000, {**EUR, **LESSONS}),
    Construct("div", "share", "lessons_taken / lessons_total", Fraction(1, 5), LESSONS),
    Construct("div", "share", "paid / price", Fraction(2, 5), EUR),
    Construct("div", "money", "price / 7", Fraction(25000, 7), EUR),
    Construct("lt", "truth", "paid < price", True, EUR),
    Construct("lt", "truth", "paid < 100 EUR", False, EUR),
    Construct("le", "truth", "paid <= 100 EUR", True, EUR),
    Construct("le", "truth", "lessons_taken / lessons_total <= 1/5", True, LESSONS),
    Construct("gt", "truth", "paid > 99.99 EUR", True, EUR),
    Construct("gt", "truth", "starts_on > 2026-03-02", False, TERM),
    Construct("ge", "truth", "starts_on >= 2026-03-02", True, TERM),
    Construct("ge", "truth", "requested_at >= 24 hours after paid_at", True, HOURS),
    Construct("eq", "truth", "lessons_taken is 2", True, LESSONS),
    Construct("eq", "truth", "lessons_taken is not 2", False, LESSONS),
    Construct("eq", "truth", "starts_on is 2026-03-02", True, TERM),
    Construct("eq", "truth", "service_used is no", True, {"service_used": False}),
    Construct("eq", "truth", "paid is nothing", False, EUR),
    Construct("eq", "truth", "starts_on is ends_on", False, TERM),
    Construct("is", "truth", "cause is seller", True, {"cause": "seller"}),
    Construct("is", "truth", "cause is not seller", False, {"cause": "seller"}),
    Construct("is", "truth", "cause in (learner, neither)", False, {"cause": "seller"}),
    Construct("is", "truth", "cause not in (learner, neither)", True, {"cause": "seller"}),
    Construct("is", "truth", "billing_period is year", True, {"billing_period": "year"}),
    Construct("is", "truth", "product_line is plus-monthly", True, {"product_line": "plus-monthly"}),
    Construct("within", "truth", "learner_place in US", True, {"learner_place": "US-CA"}),
    Construct("within", "truth", "learner_place in US-CA", False, {"learner_place": "US"}),
    Construct("within", "truth", "learner_place in (DE, AT)", True, {"learner_place": "AT"}),
    Construct("within", "truth", "learner_place in EU", True, {"learner_place": "DE-BY"}),
    Construct("within", "truth", "learner_place not in EU", False, {"learner_place": "DE-BY"}),
    Construct("compatriot", "truth", "seller_place in country of learner_place", True, {"learner_place": "US-CA", "seller_place": "US-NY"}),
    Construct("compatriot", "truth", "seller_place in country of learner_place", False, {"learner_place": "DE", "seller_place": "AT"}),
    Construct("compatriot", "truth", "seller_place not in country of learner_place", True, {"learner_place": "DE-BY", "seller_place": "FR"}),
    Construct("and", "truth", "service_used and paid > 1 EUR", False, {**EUR, "service_used": False}),
    Construct("or", "truth", "service_used or paid > 1 EUR", True, {**EUR, "service_used": False}),
    Construct("or", "truth", "service_used or supply_begun and no", True, {"service_used": True, "supply_begun": True}),
    Construct("not", "truth", "not service_used and supply_begun", True, {"service_used": False, "supply_begun": True}),
    Construct("not", "truth", "not (service_used and supply_begun)", True, {"service_used": False, "supply_begun": True}),
    Construct("min", "money", "price, at most 200 EUR", 20000, EUR),
    Construct("min", "money", "lesser of price and paid", 10000, EUR),
    Construct("min", "date", "earlier of starts_on and ends_on", _d("2026-03-02"), TERM),
    Construct("max", "money", "paid - price, at least nothing", 0, EUR),
    Construct("max", "money", "greater of price and paid", 25000, EUR),
    Construct("max", "date", "later of starts_on and ends_on", _d("2026-05-31"), TERM),
    Construct("round", "money", "1/3 of paid, rounded down to 10 EUR", 3000, EUR),
    Construct("round", "money", "1/3 of paid, rounded up to minor", 3334, EUR),
    Construct("round", "money", "1/2 of 0.05 EUR, rounded half up to minor", 3),
    Construct("round", "money", "1/3 of paid, rounded down to 10 minor", 3330, EUR),
    Construct("shift", "date", "last day of year of starts_on", _d("2026-12-31"), TERM),
    Construct("shift", "date", "last day of year of 2024-12-31", _d("2024-12-31")),
    Construct("shift", "date", "last day of month of starts_on", _d("2026-03-31"), TERM),
    Construct("shift", "date", "last day of month of 2024-02-01", _d("2024-02-29")),
    Construct("round", "share", "lessons_taken / 3 / lessons_total, rounded half up to 0.1%", Fraction(67, 1000), LESSONS),
    Construct("round", "share", "64/65, rounded down to 10%", Fraction(9, 10)),
    Construct("round", "count", "lessons_total / 3, rounded up to whole lessons", 4, LESSONS),
    Construct("workday", "date", "2026-12-25, or the next working day", _d("2026-12-28"), {}, AT),
    Construct("workday", "date", "2026-12-26, or the previous working day", _d("2026-12-24"), {}, AT),
    Construct("workday", "date", "2026-02-14, or the next working day", _d("2026-02-14"), {}, CN),  # a worked Saturday
    Construct("else", "money", "price, failing which paid", 10000, {"paid": "100.00 EUR"}),
    Construct("else", "money", "price, failing which paid", 25000, EUR),
    Construct("else", "date", "earlier of starts_on and ends_on, failing which 2026-01-01", _d("2026-01-01")),
    Construct("else", "share", "done / all", Fraction(1, 4), {"hours_elapsed": 5, "hours_total": 20, "lessons_total": 10, "lessons_elapsed": 3}, MEASURES),
    Construct("else", "share", "done / all", Fraction(3, 10), {"lessons_total": 10, "lessons_elapsed": 3}, MEASURES),
    Construct("shift", "date", "14 days after starts_on", _d("2026-03-16"), TERM),
    Construct("shift", "date", "1 day before starts_on", _d("2026-03-01"), TERM),
    Construct("shift", "date", "8 days beginning with starts_on", _d("2026-03-09"), TERM),
    Construct("shift", "date", "2 weeks after starts_on", _d("2026-03-16"), TERM),
    Construct("shift", "date", "1 month after 2026-01-31", _d("2026-02-28"), {}, CLAMPED),
    Construct("shift", "date", "1 month after 2026-01-31", _d("2026-03-01"), {}, NEXT_DAY),
    Construct("shift", "date", "1 month before 2026-03-31", _d("2026-02-28"), {}, CLAMPED),
    Construct("shift", "date", "1 year after 2024-02-29", _d("2025-02-28"), {}, CLAMPED),
    Construct("shift", "date", "1 month beginning with starts_on", _d("2026-04-01"), TERM, CLAMPED),
    Construct("shift", "date", "3 working days after 2026-12-23", _d("2026-12-29"), {}, AT),
    Construct("shift", "date", "1 working day before 2026-12-28", _d("2026-12-24"), {}, AT),
    Construct("shift", "date", "3 working days beginning with 2026-12-23", _d("2026-12-28"), {}, AT),
    Construct("shift", "date", "(seller_window_days + 1) days after starts_on", _d("2026-03-10"), {**TERM, "seller_window_days": 7}),
    Construct("shift", "date", "(20% of days from starts_on to ends_on, rounded up to whole days) days after starts_on", _d("2026-03-20"), TERM),
    Construct("shift", "date", "14 days after (12 months after 2024-02-29)", _d("2025-03-14"), {}, CLAMPED),
    Construct("shift", "date", "14 days after 12 months after 2024-02-29", _d("2025-03-14"), {}, CLAMPED),
    Construct("shift", "instant", "24 hours after paid_at", _t("2026-03-02T09:00Z"), HOURS),
    Construct("shift", "instant", "2 days before paid_at", _t("2026-02-27T09:00Z"), HOURS),
    Construct("between", "count", "days from starts_on to ends_on", 90, TERM),
    Construct("between", "count", "days from starts_on through ends_on", 91, TERM),
    Construct("between", "count", "days from ends_on to starts_on, at least 0", 0, TERM),
    Construct("between", "count", "weeks from starts_on to ends_on", 12, TERM),
    Construct("between", "count", "begun weeks from starts_on to ends_on", 13, TERM),
    Construct("between", "count", "months from starts_on to ends_on", 2, TERM, CLAMPED),
    Construct("between", "count", "months from starts_on through 2026-06-01", 3, TERM, CLAMPED),
    Construct("between", "count", "begun months from starts_on to ends_on", 3, TERM, CLAMPED),
    Construct("between", "count", "working days from 2026-12-23 to 2026-12-29", 3, {}, AT),
    Construct("between", "count", "hours from paid_at to requested_at", 24, HOURS),
    Construct("between", "count", "begun hours from paid_at to requested_at", 25, HOURS),
    Construct("rate", "share", "rate(test-rate, starts_on)", Fraction(1, 7), {"starts_on": "2026-01-01"}),
    Construct("rate", "share", "rate(test-rate, starts_on)", Fraction(31, 1000), {"starts_on": "2025-12-31"}),
    Construct("month_day", "count", "day of month of starts_on", 2, TERM),
    Construct("case", "money", "chosen_one", 2500, {**EUR, "service_used": True}, "let: {chosen_one: [{if: not service_used, then: paid}, {if: paid < 1 EUR, then: price}, {then: 25 EUR}]}"),
    Construct("case", "truth", "size is large-one", True, EUR, "let: {size: {choices: [small-one, large-one], rows: [{if: paid < 50 EUR, then: small-one}, {then: large-one}]}}"),
    Construct("apply", "share", "steps(lessons_taken / lessons_total)", Fraction(2, 3), LESSONS, STEPS),
    Construct("apply", "share", "steps(1/3)", Fraction(2, 3), {}, STEPS),
    Construct("apply", "share", "steps(49/100)", Fraction(1, 2), {}, STEPS),
    Construct("apply", "share", "steps(1/2)", 0, {}, STEPS),
    Construct("pick", "money", "limit.most", 5000, {**EUR, "cause": "seller"}, LIMIT),
    Construct("pick", "money", "limit.least", 1000, {**EUR, "cause": "learner"}, LIMIT),
]  # fmt: skip
_CARRIER = {
    "share": "outputs: {aid_earned_share: X}\n", "count": "outputs: {hours_carried: X}\n",
    "date": "dates: {window_ends_on: X}\n", "instant": "dates: {window_ends_on: X}\n", "truth": "outputs: {complaint_in_time: X}\n",
}  # fmt: skip


def body(one: Construct) -> str:
    """A version that answers with the construct's value."""
    if one.kind == "money":  # as a number of smallest units: an amount that is owed would be rounded
        return f"{one.more}\noutputs: {{aid_earned_share: {_quoted(f'({one.text}) / {_unit(one)}')}}}\n"
    return f"{one.more}\n{_CARRIER[one.kind].replace('X', _quoted(one.text))}"


def _unit(one: Construct) -> str:
    """The smallest unit, so that an amount over it is its number of units."""
    currency = next((c for c in ("KRW", "JOD") if c in one.text), "EUR")
    return {"KRW": "1 KRW", "JOD": "0.001 JOD", "EUR": "0.01 EUR"}[currency]


def _quoted(text: str) -> str:
    return '"' + text + '"'


def given(one: Construct) -> dict[str, Any]:
    return known(**one.given)
