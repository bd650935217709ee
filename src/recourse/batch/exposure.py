"""What would be owed if everybody asked on one day: the money that an order book may still have to give back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl

from recourse import days, places
from recourse.batch.deciding import Decide
from recourse.batch.orders import Orders, Unit
from recourse.batch.plan import Plan
from recourse.batch.running import pieces
from recourse.batch.schema import CURRENCY, Layout, layout
from recourse.batch.summary import shown, told_apart

ASKED = ("requested_on", "request_received_on", "requested_at")  # what the day stands in for
AGES = ((0, 7), (8, 14), (15, 30), (31, 90), (91, 180), (181, 365), (366, None))  # days since the contract
WITHIN = ("age", "course", "place", "clause", "answer")
_BEGUN = ("concluded_on", "paid_on")  # the day from which an order has its age: the first that is known


@dataclass
class Exposure:
    """Orders and money owed in smallest units, by each of WITHIN and the currency."""

    as_of: int
    orders: dict[str, Counter[tuple[str, str]]] = field(default_factory=lambda: {one: Counter() for one in WITHIN})
    owed: dict[str, Counter[tuple[str, str]]] = field(default_factory=lambda: {one: Counter() for one in WITHIN})
    paid: Counter[str] = field(default_factory=Counter)  # by currency
    later: int = 0  # orders made after the day
    refunded: int = 0  # orders that had their money back by then
    bad: int = 0

    @property
    def count(self) -> int:
        """The orders that could ask."""
        return sum(self.orders["answer"].values())

    @property
    def totals(self) -> dict[str, int]:
        """What is owed in all, by currency, most orders first."""
        orders: Counter[str] = Counter()
        owed: Counter[str] = Counter()
        for (key, currency), count in self.orders["answer"].items():
            orders[currency] += count
            owed[currency] += self.owed["answer"][key, currency]
        return {currency: owed[currency] for currency, _ in orders.most_common()}

    def rows(self, within: str, currency: str) -> list[tuple[str, int, int]]:
        """Key, orders and money owed in one currency: ages from young to old, anything else by the money."""
        found = [
            (key, count, self.owed[within][key, code])
            for (key, code), count in self.orders[within].items()
            if code == currency
        ]
        if within == "age":
            order = [age_name(*one) for one in AGES]
            return sorted(found, key=lambda row: order.index(row[0]) if row[0] in order else len(order))
        return sorted(found, key=lambda row: (-row[2], -row[1], row[0]))

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        found: dict[str, Any] = {
            "schema": "recourse.exposure/1", "as_of": days.show(self.as_of), "orders": self.count, "bad": self.bad,
            "made_later": self.later, "refunded_before": self.refunded,
            "owed": {code: shown(owed, code) for code, owed in self.totals.items()},
            "paid": {code: shown(self.paid[code], code) for code in self.totals},
        }  # fmt: skip
        for within in WITHIN:
            found[f"by_{within}"] = [
                {within: key, CURRENCY: code or None, "orders": orders, "owed": shown(owed, code)}
                for code in self.totals
                for key, orders, owed in self.rows(within, code)
            ]
        return found


def facts_layout(orders: Orders, plan: Plan, **options: Any) -> Layout:
    """The columns that are read: not those of the request, whose day is given, but those that date an order."""
    table = plan.library.vocabulary.facts
    more = [table[name] for name in (*_BEGUN, "refunded_on", "paid") if name in orders.schema or name == "paid"]
    wanted = sorted({fact.id: fact for fact in (*plan.facts, *more)}.values(), key=lambda fact: fact.position)
    wanted = [fact for fact in wanted if fact.id not in ASKED]
    found = layout(orders.schema, wanted, plan.library.vocabulary, is_text=orders.is_text, **options)
    return replace(found, unread=tuple(name for name in found.unread if name not in ASKED))


def exposure(
    plan: Plan,
    orders: Orders,
    read: Layout,
    as_of: int,
    decide: Decide,
    told: Callable[[Unit, int], None] | None = None,
) -> Exposure:
    """What is owed if everybody asks on `as_of` (a day number); the plan is asked on that day, too."""
    found = Exposure(as_of)
    day = date.fromordinal(as_of)
    for unit, checked, _ in pieces(orders, read, plan):
        frame = checked.frame
        found.bad += len({one.line for one in checked.bad})
        dated = [pl.col(name) for name in _BEGUN if name in frame.columns]
        begun = pl.coalesce([*dated, pl.lit(None, dtype=pl.Date)])
        frame = frame.with_columns(begun.alias("\x00begun"))
        open_ = frame.filter((pl.col("\x00begun") <= day).fill_null(value=True))
        found.later += frame.height - open_.height
        if "refunded_on" in open_.columns:
            left = open_.filter((pl.col("refunded_on") > day).fill_null(value=True)).drop("refunded_on")
            found.refunded += open_.height - left.height
            open_ = left
        open_ = open_.with_columns(pl.lit(day).alias(name) for name in ASKED[:2])
        _add(found, _decided(plan, open_, decide), day)
        if told is not None:
            told(unit, frame.height)
    return found


def _decided(plan: Plan, frame: pl.DataFrame, decide: Decide) -> pl.DataFrame:
    keep = [
        name for name in ("course_id", "kind", "learner_place", "paid", CURRENCY, "\x00begun") if name in frame.columns
    ]
    if plan.place and "learner_place" not in keep:
        frame = frame.with_columns(pl.lit(plan.place).alias("learner_place"))
        keep.append("learner_place")
    return decide(plan, frame, keep, ["answer", "form", "refund", "clause"]).with_columns(told_apart())


def _add(found: Exposure, decided: pl.DataFrame, day: date) -> None:
    """Adds decided orders to the counts, each grouping on its own so that none of them grows with the orders."""
    columns = decided.columns
    age = (pl.lit(day) - pl.col("\x00begun")).dt.total_days()
    name = pl.lit("")
    for low, high in reversed(AGES):
        name = (
            pl.when(age >= low).then(pl.lit(age_name(low, high))).otherwise(name)
            if high is None
            else (pl.when((age >= low) & (age <= high)).then(pl.lit(age_name(low, high))).otherwise(name))
        )
    course = "course_id" if "course_id" in columns else "kind" if "kind" in columns else None
    keys = {
        "age": name,
        "course": pl.col(course).cast(pl.String) if course else pl.lit(""),
        "place": pl.col("learner_place").cast(pl.String).str.head(2) if "learner_place" in columns else pl.lit(""),
        "clause": pl.col("clause").cast(pl.String),
        "answer": pl.col("answer"),
    }
    due = pl.when(pl.col("answer") == "owes").then("refund")
    code = pl.col(CURRENCY).cast(pl.String).fill_null("")
    for within, key in keys.items():
        sums = (
            decided.lazy()
            .select(key.fill_null("").alias("key"), code.alias("code"), due.cast(pl.Int128).alias("owed"))
            .group_by("key", "code")
            .agg(pl.len(), pl.col("owed").sum())
            .collect()
        )
        for one, currency, orders, owed in sums.iter_rows():
            found.orders[within][one, currency] += orders
            found.owed[within][one, currency] += int(owed or 0)
    if "paid" in columns:
        sums = decided.group_by(code.alias("code")).agg(pl.col("paid").cast(pl.Int128).sum())
        for currency, paid in sums.iter_rows():
            found.paid[currency] += int(paid or 0)


def age_name(low: int, high: int | None) -> str:
    """What an age is called in data: "8-14", "366+"; days."""
    return f"{low}+" if high is None else f"{low}-{high}"


def key_name(within: str, key: str, lang: str, nothing: str) -> str:
    """What a key is called for people."""
    if not key:
        return nothing
    return places.name(key, lang) if within == "place" else key
