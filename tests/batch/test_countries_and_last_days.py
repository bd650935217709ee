"""Whole columns compare countries and find last days as one decision does, in Polars and in DuckDB."""

from __future__ import annotations

from pathlib import Path

import pytest
from edge_orders import table
from engine_rooms import agree, by_duckdb, by_polars
from making import a_rule, day

from recourse.batch.plan import plan

BODY = """dates: {window_ends_on: 3 years after (last day of year of paid_on), pay_by: last day of month of requested_on}
months: last day
owed:
- {id: abroad, if: seller_place not in country of learner_place, pay: paid}
- {id: at-home, if: requested_on <= window_ends_on, pay: 1/2 of paid}
- {id: over, nothing: late}
"""
PLACES = ("AT", "AT-9", "DE", "DE-BY", "US-CA", "US-NY")


def test_columns_say_what_one_decision_says(tmp_path: Path) -> None:
    pytest.importorskip("duckdb", reason="DuckDB is not installed: pip install recourse-desk[duckdb]")
    made, rule = a_rule(BODY)
    one = plan(made, rules=[rule.id], place="AT", asked_on=day("2026-05-01"))
    days = ("2023-12-31", "2024-01-01", "2024-02-29", "2026-12-30")
    drawn = []
    for seller in (*PLACES, None):
        for learner in ("AT", "AT-9", None):
            for paid_on in (*days, None):
                given = {"seller_place": seller, "learner_place": learner, "paid": 10_000}
                dates = {"paid_on": paid_on and day(paid_on), "requested_on": day("2027-01-01")}
                drawn.append({name: value for name, value in {**given, **dates}.items() if value is not None})
    orders = table(one.facts, drawn, ["EUR"] * len(drawn)).with_row_index("id")
    found = by_polars(one, orders)
    agree(one, orders, found, [len(row) < 5 for row in drawn])
    assert by_duckdb(one, orders, tmp_path) == found
