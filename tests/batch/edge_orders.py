"""Orders on the edges of rules: seeded rows for a rule or many, as facts and as a table."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

import polars as pl
from strategies import edges

from recourse.batch.plan import columns_of
from recourse.rules.setting import Setting
from recourse.rules.tree import Rule
from recourse.vocabulary import Fact

EPOCH = 719_163
FIRST, LAST = date(1990, 1, 1).toordinal(), date(2099, 12, 31).toordinal()
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


class Near:
    """Values at and just beside what a rule compares with."""

    def __init__(self, rules: list[Rule], setting: Setting, seed: int) -> None:
        self.random = random.Random(seed)
        at = [edges(rule, version, setting) for rule in rules for version in rule.versions]
        self.amounts = sorted({a for e in at for a in e.amounts})
        self.numbers = sorted({a for e in at for a in e.numbers})
        self.shares = sorted({a for e in at for a in e.shares})
        self.days = sorted({a for e in at for a in e.days})
        self.words = sorted({a for e in at for a in e.words})
        self.places = sorted({a for e in at for a in e.places})
        self.steps = sorted({*(n for n in self.numbers if n < 400), -1, 30, 31, 90, 365})

    def order(self, facts: tuple[Fact, ...], missing: float) -> dict[str, Any]:
        """One order in the engine's form; each fact is missing with that probability."""
        choose = self.random
        start, rows = choose.choice(self.days), choose.choice((0, 1, 2, 3, 4))
        found = {}
        for fact in facts:
            if choose.random() < missing:
                continue
            if fact.is_list:
                found[fact.id] = tuple(
                    self.value(fact, start) for _ in range(rows if choose.random() < 0.9 else rows + 1)
                )
            else:
                found[fact.id] = self.value(fact, start)
        return found

    def value(self, fact: Fact, start: int) -> Any:
        choose, kind = self.random, fact.item_type
        if kind == "money":
            found = choose.choice(self.amounts) if choose.random() < 0.5 else choose.randrange(1_000_001)
            return min(found, fact.at_most or found)
        if kind == "count":
            found = choose.choice(self.numbers) if choose.random() < 0.7 else choose.randrange(41)
            return min(found, fact.at_most or found)
        if kind == "share":
            return choose.choice(self.shares)
        if kind == "yesno":
            return choose.random() < 0.5
        if kind == "choice":
            near = [w for w in fact.choices if w in self.words]
            return choose.choice(near) if near and choose.random() < 0.7 else choose.choice(fact.choices)
        if kind == "place":
            return choose.choice(self.places)
        if kind == "text":
            return choose.choice(list(self.words) or ["other"]) if choose.random() < 0.7 else "other"
        day = min(LAST, max(FIRST, start + choose.choice(self.steps)))
        if kind == "date":
            return day
        if kind == "period":
            return day, min(LAST, day + choose.randrange(21))
        return (day - EPOCH) * 86_400 + 3600 * choose.choice((0, 23, 24, 25, 47, 48, 49))


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
