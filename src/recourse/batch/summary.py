"""What a run came to: how many orders, and how much money, by answer, clause, currency and month. Sums are exact."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import polars as pl

from recourse import money
from recourse.rules.forms import IN_KIND

SCHEMA = "recourse.batch/1"
CREDIT = "owes-credit"  # the answer, in sums, of orders whose refund is credit
MONTH = "\x00month"
MONTH_OF = ("requested_on", "request_received_on", "concluded_on", "paid_on")  # the first that a file has


class Cell(NamedTuple):
    """The orders that share these; None where there is none."""

    answer: str
    clause: str | None
    currency: str | None
    month: str | None  # 2026-03


@dataclass
class Summary:
    """Counts and sums of money in the smallest unit of each currency; currencies are never added to one another."""

    orders: Counter[Cell] = field(default_factory=Counter)
    refund: Counter[Cell] = field(default_factory=Counter)
    credit: Counter[Cell] = field(default_factory=Counter)  # what comes back as credit, and not as money
    bad: int = 0  # rows that could not be used
    blank: int = 0
    reasons: Counter[str] = field(default_factory=Counter)  # bad rows by column

    @property
    def count(self) -> int:
        """The orders decided."""
        return sum(self.orders.values())

    def count_in(self, cell: Cell, orders: int, total: int) -> None:
        """Takes in orders that come to so much; what somebody else owes is not added to what the seller owes."""
        self.orders[cell] += orders
        self.refund[cell] += total if cell.answer == "owes" else 0
        if cell.answer == CREDIT:
            self.credit[cell] += total

    def add(self, other: Summary) -> None:
        """Take in what another unit came to."""
        self.orders.update(other.orders)
        self.refund.update(other.refund)
        self.credit.update(other.credit)
        self.reasons.update(other.reasons)
        self.bad += other.bad
        self.blank += other.blank

    def by(self, key: Callable[[Cell], Any]) -> dict[Any, tuple[int, int]]:
        """Orders and refund, added up over all cells with the same key; most money first, then most orders."""
        orders: Counter[Any] = Counter()
        refund: Counter[Any] = Counter()
        for cell, count in self.orders.items():
            orders[key(cell)] += count
            refund[key(cell)] += self.refund[cell]
        found = {one: (orders[one], refund[one]) for one in orders}
        return dict(sorted(found.items(), key=lambda item: (-item[1][1], -item[1][0], str(item[0]))))

    def credits(self) -> dict[tuple[str | None, str | None], tuple[int, int]]:
        """Orders and worth of what comes back as credit, by clause and currency."""
        found: dict[tuple[str | None, str | None], tuple[int, int]] = {}
        for cell, worth in self.credit.items():
            orders, so_far = found.get((cell.clause, cell.currency), (0, 0))
            found[cell.clause, cell.currency] = orders + self.orders[cell], so_far + worth
        return dict(sorted(found.items(), key=str))

    def to_json(self) -> dict[str, Any]:
        """As plain data, and back by `from_json`."""
        cells = [
            [*cell, count, self.refund[cell], self.credit[cell]]
            for cell, count in sorted(self.orders.items(), key=lambda item: tuple(part or "" for part in item[0]))
        ]
        return {"bad": self.bad, "blank": self.blank, "reasons": dict(sorted(self.reasons.items())), "cells": cells}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Summary:
        """What `to_json` wrote."""
        found = cls(bad=data["bad"], blank=data["blank"], reasons=Counter(data["reasons"]))
        for *parts, orders, refund, credit in data["cells"]:
            cell = Cell(*parts)
            found.orders[cell] = orders
            found.refund[cell] = refund
            found.credit += Counter({cell: credit})
        return found

    def told(self) -> dict[str, Any]:
        """For programs: the totals by answer, clause, currency and month, amounts as people write them."""

        def rows(names: Iterable[str]) -> list[dict[str, Any]]:
            wanted = tuple(names)
            found = self.by(lambda cell: tuple(getattr(cell, name) for name in wanted))
            return [
                {**dict(zip(wanted, key, strict=True)), "orders": count, "refund": shown(refund, key[-1])}
                for key, (count, refund) in found.items()
            ]

        return {
            "orders": self.count,
            "bad": self.bad,
            "blank": self.blank,
            "bad_by_column": dict(sorted(self.reasons.items())),
            "answers": rows(("answer", "currency")),
            "clauses": rows(("clause", "answer", "currency")),
            "credits": [
                {"clause": clause, "currency": code, "orders": orders, "credit": shown(worth, code)}
                for (clause, code), (orders, worth) in self.credits().items()
            ],
            "months": sorted(rows(("month", "currency")), key=lambda row: (row["month"] or "", row["currency"] or "")),
        }


def of(decided: pl.DataFrame, months: pl.Series | None) -> Summary:
    """The summary of decided orders: `answer`, `form`, `clause`, `refund`, `currency`; `months` are days, or None."""
    month = pl.lit(None, dtype=pl.Int32)
    if months is not None:
        month = pl.lit(months).dt.year() * 12 + (pl.lit(months).dt.month() - 1)
    groups = (
        decided.lazy()
        .select(told_apart(), "clause", "currency", month.alias(MONTH), pl.col("refund").cast(pl.Int128))
        .group_by("answer", "clause", "currency", MONTH)
        .agg(pl.len().alias("orders"), pl.col("refund").sum())
        .collect()
    )
    found = Summary()
    for answer, clause, currency, when, orders, total in groups.iter_rows():
        month_ = None if when is None else f"{when // 12:04d}-{when % 12 + 1:02d}"
        found.count_in(Cell(answer, clause, currency, month_), orders, int(total or 0))
    return found


def told_apart() -> pl.Expr:
    """The answer, which is CREDIT where what is owed comes back, but not as money."""
    in_kind = (pl.col("answer") == "owes") & pl.col("form").is_in(list(IN_KIND))
    told = pl.when(in_kind.fill_null(value=False)).then(pl.lit(CREDIT)).otherwise(pl.col("answer").cast(pl.String))
    return told.alias("answer")


def shown(minor: int, currency: str | None) -> str | None:
    """An amount as people write it; None where there is no currency and so no amount."""
    return money.show(minor, currency) if currency else None
