"""Past refunds that paid less than was owed: what is to be repaid, to whom, and under which clause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import polars as pl

from recourse.batch import checking
from recourse.batch.csvtext import LINE
from recourse.batch.deciding import Decide
from recourse.batch.example import amount_text
from recourse.batch.orders import Orders, Unit
from recourse.batch.plan import Plan
from recourse.batch.running import pieces
from recourse.batch.schema import CURRENCY, Layout, layout
from recourse.batch.summary import shown, told_apart
from recourse.bilingual import Words
from recourse.problems import Problem
from recourse.vocabulary import Vocabulary

PER_LEARNER = ("learner_id", "clause", "version", CURRENCY, "orders", "owed", "refunded", "to_repay")
PER_ORDER = (
    "line", "order_id", "learner_id", "clause", "version", "row", "cite", CURRENCY, "owed", "refunded", "to_repay",
    "pay_by",
)  # fmt: skip
_MONEY = ("owed", "refunded", "to_repay")


@dataclass
class Repair:
    """What is to be repaid. Amounts in the smallest unit of each currency; `rows` has one row for each order."""

    rows: pl.DataFrame
    orders: int = 0  # orders with a refund on file
    to_repay: Counter[str] = field(default_factory=Counter)  # by currency
    short: Counter[str] = field(default_factory=Counter)  # orders, by currency
    more: int = 0  # orders that got more than was owed
    open: Counter[str] = field(default_factory=Counter)  # orders whose amount is not certain, by answer
    other_currency: int = 0
    unmatched: int = 0  # refunds of which there is no order
    never: int = 0  # orders that are owed something and had no refund at all
    bad: int = 0
    bad_refunds: int = 0

    @property
    def learners(self) -> pl.DataFrame:
        """Sums for each learner, clause and currency; most money first."""
        if "learner_id" not in self.rows.columns:
            return self.rows.select(PER_LEARNER[1:]) if not self.rows.height else _summed(self.rows, PER_LEARNER[1:4])
        return _summed(self.rows, PER_LEARNER[:4])

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "schema": "recourse.repair/1", "orders": self.orders, "bad": self.bad, "bad_refunds": self.bad_refunds,
            "short": dict(self.short), "to_repay": {code: shown(total, code) for code, total in self.to_repay.items()},
            "paid_more": self.more, "open": dict(self.open), "other_currency": self.other_currency,
            "refunds_without_order": self.unmatched, "owed_without_refund": self.never,
            "clauses": [
                {"clause": clause, CURRENCY: code, "orders": count, "to_repay": shown(total, code)}
                for clause, code, count, total in _by_clause(self.rows)
            ],
        }  # fmt: skip


def read_refunds(orders: Orders, vocabulary: Vocabulary, currency: str = "") -> tuple[pl.DataFrame, int]:
    """What was paid back by order: `order_id`, `refunded` (smallest units), its currency; and how many rows were bad.

    Raises `Problem` where the file lacks `order_id` or `refund`.
    """
    fact = replace(vocabulary.expectations["refund"], at_most=vocabulary.facts["paid"].at_most)
    small = Vocabulary({"refund": fact}, {}, {}, ())
    for name in ("order_id", "refund"):
        if name not in orders.schema:
            hint = Words("Columns: order_id, refund, currency.", "列：order_id、refund、currency。")
            raise Problem(Words("the refunds lack this column", "退款文件缺少这一列"), field=name, hint=hint)
    read = layout(orders.schema, [fact], small, is_text=orders.is_text, currency=currency)
    parts, bad = [], 0
    for unit in orders.units:
        checked = checking.check(orders.read(unit, read.names), read, small, len(orders.schema))
        bad += len({one.line for one in checked.bad})
        named = checked.frame.filter(pl.col("order_id").is_not_null())
        bad += checked.frame.height - named.height
        parts.append(named.select(pl.col("order_id").cast(pl.String), CURRENCY, pl.col("refund").fill_null(0)))
    if not parts:
        return pl.DataFrame(schema={"order_id": pl.String, "refunded": pl.Int64, "refunded_in": pl.String}), 0
    sums = pl.concat(parts).group_by("order_id", CURRENCY).agg(pl.col("refund").sum().alias("refunded"))
    return sums.rename({CURRENCY: "refunded_in"}), bad


def repair(
    plan: Plan,
    orders: Orders,
    read: Layout,
    refunds: pl.DataFrame,
    decide: Decide,
    told: Callable[[Unit, int], None] | None = None,
) -> Repair:
    """Compares what was owed with what was paid back."""
    if "order_id" not in read.keep:
        hint = Words("Refunds are matched with orders by it.", "退款与订单按它对应。")
        raise Problem(Words("the orders lack this column", "订单文件缺少这一列"), field="order_id", hint=hint)
    found = Repair(pl.DataFrame())
    short: list[pl.DataFrame] = []
    matched = 0
    want = ["answer", "form", "refund", "clause", "version", "row", "cite", "pay_by"]
    keep = [LINE, *(name for name in ("order_id", "learner_id") if name in read.keep), CURRENCY]
    for unit, checked, _ in pieces(orders, read, plan):
        found.bad += len({one.line for one in checked.bad})
        decided = decide(plan, checked.frame, keep, want).with_columns(told_apart())
        decided = decided.with_columns(
            pl.col("answer", "clause", "version", "row", "cite", "order_id", CURRENCY).cast(pl.String)
        )
        both = decided.join(refunds, on="order_id", how="left", maintain_order="left")
        with_refund = both.filter(pl.col("refunded").is_not_null())
        matched += with_refund["order_id"].n_unique()
        owes = (pl.col("answer") == "owes") & (pl.col("refund") > 0)
        found.never += both.filter(pl.col("refunded").is_null() & owes).height
        short.append(_compared(found, with_refund))
        if told is not None:
            told(unit, checked.frame.height)
    found.unmatched = refunds["order_id"].n_unique() - matched
    found.rows = pl.concat(short) if short else pl.DataFrame(schema=dict.fromkeys(PER_ORDER, pl.String))
    return found


def _compared(found: Repair, both: pl.DataFrame) -> pl.DataFrame:
    """Adds to the counts; gives the orders that got less than was owed."""
    found.orders += both["order_id"].n_unique()
    certain = pl.col("answer").is_in(["owes", "owes-nothing", "does-not-apply"])
    for answer, count in both.filter(~certain).group_by("answer").len().iter_rows():
        found.open[answer] += count
    both = both.filter(certain).with_columns(
        pl.when(pl.col("answer") == "owes").then("refund").otherwise(0).fill_null(0).alias("owed")
    )
    strange = pl.col("refunded_in").is_not_null() & (pl.col("refunded_in") != pl.col(CURRENCY))
    found.other_currency += both.filter(strange).height
    same = both.filter(~strange.fill_null(value=False))
    found.more += same.filter(pl.col("refunded") > pl.col("owed")).height
    short = same.filter(pl.col("refunded") < pl.col("owed")).with_columns(
        (pl.col("owed") - pl.col("refunded")).alias("to_repay")
    )
    for code, count, total in (
        short.group_by(CURRENCY).agg(pl.len(), pl.col("to_repay").cast(pl.Int128).sum()).iter_rows()
    ):
        found.short[code] += count
        found.to_repay[code] += int(total)
    return short.select([name for name in PER_ORDER if name in short.columns])


def _summed(rows: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    sums = rows.group_by(keys).agg(pl.len().cast(pl.Int64).alias("orders"), pl.col(_MONEY).sum())
    return sums.sort(["to_repay", *keys], descending=[True, *[False] * len(keys)], nulls_last=True)


def _by_clause(rows: pl.DataFrame) -> list[tuple[str, str, int, int]]:
    if not rows.height:
        return []
    sums = rows.group_by("clause", CURRENCY).agg(pl.len(), pl.col("to_repay").cast(pl.Int128).sum().alias("sum"))
    return [(c, code, n, int(total)) for c, code, n, total in sums.sort("sum", descending=True).iter_rows()]


def write(rows: pl.DataFrame, out: Path) -> None:
    """Writes a table as .parquet or .csv, amounts in CSV as people write them; the file appears whole."""
    fresh = out.with_name(f"{out.name}.new")
    if out.suffix == ".csv":
        codes = [code for code in rows[CURRENCY].unique().to_list() if code] if rows.height else []
        rows.with_columns(amount_text(pl.col(name), codes).alias(name) for name in _MONEY).write_csv(fresh)
    else:
        rows.write_parquet(fresh)
    fresh.replace(out)
