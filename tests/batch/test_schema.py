"""What a file's columns can be meant as: slips are named with what was meant, before a single row is read."""

from typing import Any

import polars as pl
import pytest

from recourse.batch import schema
from recourse.facts import vocabulary
from recourse.problems import Problem, each

WORDS = vocabulary()
WANTED = [
    WORDS.facts[n]
    for n in ("learner_place", "paid", "concluded_on", "requested_on", "share_viewed", "trial_days", "requested_at")
]
GOOD: dict[str, Any] = {"order_id": pl.Int64(), "paid": pl.Int64(), "currency": pl.String(), "concluded_on": pl.Date()}


def laid_out(columns: dict[str, Any], **options: Any) -> schema.Layout:
    return schema.layout(columns, WANTED, WORDS, is_text=False, **options)


def refusals(columns: dict[str, Any], **options: Any) -> str:
    with pytest.raises(Problem) as raised:
        laid_out(columns, **options)
    return "\n".join(f"{one.say('en')} | {one.say('zh')}" for one in each(raised.value))


def test_what_is_not_in_the_file_is_not_known_and_what_is_no_fact_is_left_out() -> None:
    found = laid_out({**GOOD, "lessons_total": pl.Int32(), "warehouse": pl.String()})
    assert found.missing == ("learner_place", "requested_on", "share_viewed", "trial_days", "requested_at")
    assert found.unread == ("lessons_total",)
    assert found.strangers == ("warehouse",)
    assert found.keep == ("order_id",)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"request_on": pl.Date()}, "request_on: this is not a fact; requested_on may be meant. Rename it to requested_on"),
        ({"Concluded On": pl.Date(), "concluded_on": None}, "concluded_on may be meant"),
        ({"paid_cents": pl.Int64(), "paid": None}, "paid_cents: this is not a fact; paid is, and its unit is fixed"),
        ({"paid_eur": pl.Int64(), "paid": None}, "its unit is fixed"),
        ({"paid": pl.Float64()}, "paid: the column holds floating-point numbers (Float64), which are not exact"),
        ({"share_viewed": pl.Float64()}, "Wanted: text (\"1/3\", \"33%\"), or two integer columns"),
        ({"concluded_on": pl.Datetime("us")}, "Wanted: dates, cast in the time zone of the contract"),
        ({"requested_at": pl.Datetime("us")}, "requested_at: the column holds times without a time zone"),
        ({"trial_days": pl.Float64()}, "Wanted: whole numbers (with nulls: a nullable integer type)"),
        ({"currency": None}, "currency: there is no column `currency`"),
        ({"share_viewed_top": pl.Float64(), "share_viewed_bottom": pl.Int64()}, "share_viewed_top: the column holds floating"),
    ],
)  # fmt: skip
def test_a_slip_is_named_with_what_was_meant(columns: dict[str, Any], says: str) -> None:
    whole = {name: kind for name, kind in {**GOOD, **columns}.items() if kind is not None}
    told = refusals(whole)
    assert says in told
    assert all(any("\u4e00" <= c <= "\u9fff" for c in line.split(" | ")[1]) for line in told.split("\n"))


def test_everything_amiss_is_told_at_once() -> None:
    told = refusals({"paid": pl.Float64(), "request_on": pl.Date(), "concluded_on": pl.Datetime("us")})
    assert len(told.split("\n")) == 3


def test_a_column_can_be_ignored_or_kept_and_is_refused_where_it_is_not_there() -> None:
    columns = {**GOOD, "request_on": pl.Date()}
    assert laid_out(columns, ignore=["request_on"]).missing
    assert laid_out(columns, keep=["request_on"]).keep == ("order_id", "request_on")
    assert "there is no such column" in refusals(columns, ignore=["nowhere"])
    assert "the answers have a column of this name" in refusals({**GOOD, "refund": pl.Int64()}, keep=["refund"])


def test_one_currency_for_the_file_needs_no_column() -> None:
    columns = {name: kind for name, kind in GOOD.items() if name != "currency"}
    assert laid_out(columns, currency="EUR").currency == "EUR"
    with pytest.raises(Problem, match="EURO"):
        laid_out(columns, currency="EURO")
