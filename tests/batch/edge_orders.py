"""Orders on the edges of rules: seeded rows for a rule or many, as facts and as a table."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import polars as pl

from recourse.batch.plan import columns_of
from recourse.vocabulary import Fact

PLAIN = {
    "money": pl.Int64, "count": pl.Int64, "share": pl.Int64, "date": pl.Date, "instant": pl.Datetime("us", "UTC"),
    "yesno": pl.Boolean, "period": pl.Struct({"first": pl.Date, "last": pl.Date}),
}  # fmt: skip


def schema(facts: tuple[Fact, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for fact in facts:
        kind = PLAIN.get(fact.item_type, pl.String)
        for column in columns_of(fact):
            found[column] = pl.List(kind) if fact.is_list else kind
    return {**found, "currency": pl.String}


def table(facts: tuple[Fact, ...], orders: list[dict[str, Any]], currencies: list[str | None]) -> pl.DataFrame:
    """The orders as a frame with the columns of the facts."""
    kinds = schema(facts)
    columns: dict[str, list[Any]] = {name: [] for name in kinds}
    for order, currency in zip(orders, currencies, strict=True):
        columns["currency"].append(currency)
        for fact in facts:
            value = order.get(fact.id)
            names = columns_of(fact)
            for number, name in enumerate(names):
                one = (
                    _part(value, fact.item_type, number)
                    if not fact.is_list or value is None
                    else [_part(v, fact.item_type, number) for v in value]
                )
                columns[name].append(one)
    return pl.DataFrame({name: pl.Series(name, values, dtype=kinds[name]) for name, values in columns.items()})


def _part(value: Any, kind: str, number: int) -> Any:
    if value is None:
        return None
    if kind == "share":
        return Fraction(value).numerator if number == 0 else Fraction(value).denominator
    if kind == "date":
        return date.fromordinal(value)
    if kind == "period":
        return {"first": date.fromordinal(value[0]), "last": date.fromordinal(value[1])}
    if kind == "instant":
        return datetime.fromtimestamp(value, UTC)
    return value
