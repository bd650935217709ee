"""A new policy against today's over real orders: who gains, who loses, in total and at worst."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import nlargest
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from recourse import library, source
from recourse.batch.csvtext import LINE
from recourse.batch.deciding import Decide
from recourse.batch.orders import Orders, Unit
from recourse.batch.plan import Plan
from recourse.batch.running import pieces
from recourse.batch.schema import CURRENCY, IDS, Layout, layout
from recourse.batch.summary import shown
from recourse.bilingual import Words
from recourse.library import Library
from recourse.problems import Problem

SHOWN = 10  # orders named on either side
SETTLED = ("owes", "owes-nothing", "does-not-apply")  # answers that come to an amount; nothing where none applies


class Case(NamedTuple):
    """One order under both policies; amounts in the smallest unit of its currency."""

    change: int
    line: int
    order: str
    currency: str
    before: int
    after: int
    clause_before: str
    clause_after: str

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "line": self.line, "order_id": self.order or None, "before": shown(self.before, self.currency),
            "after": shown(self.after, self.currency), "change": shown(self.change, self.currency),
            "clause_before": self.clause_before or None, "clause_after": self.clause_after or None,
        }  # fmt: skip


@dataclass
class Side:
    """The orders of one currency under both policies."""

    orders: int = 0
    before: int = 0
    after: int = 0
    gaining: int = 0
    gain: int = 0
    losing: int = 0
    loss: int = 0  # as a positive amount
    worst: list[Case] = field(default_factory=list)
    best: list[Case] = field(default_factory=list)


@dataclass
class Effect:
    """What a change of policy does. Orders whose answer is open under either policy are counted apart."""

    sides: dict[str, Side] = field(default_factory=dict)  # by currency
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)  # before, after
    clauses: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # before, after, currency -> change
    moved: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # the same -> orders
    bad: int = 0

    @property
    def count(self) -> int:
        return sum(self.answers.values())

    @property
    def open(self) -> int:
        """Orders that cannot be compared: the amount hangs on something under one of the policies."""
        return sum(n for (before, after), n in self.answers.items() if not {before, after} <= set(SETTLED))

    def to_json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "schema": "recourse.what-if/1", "orders": self.count, "bad": self.bad, "not_comparable": self.open,
            "currencies": [
                {
                    CURRENCY: code, "orders": side.orders, "before": shown(side.before, code),
                    "after": shown(side.after, code), "change": shown(side.after - side.before, code),
                    "gaining": side.gaining, "gain": shown(side.gain, code),
                    "losing": side.losing, "loss": shown(side.loss, code),
                    "worst": [one.to_json() for one in side.worst], "best": [one.to_json() for one in side.best],
                }
                for code, side in sorted(self.sides.items(), key=lambda item: -item[1].orders)
            ],
            "answers": [
                {"before": before, "after": after, "orders": n} for (before, after), n in self.answers.most_common()
            ],
            "clauses": [
                {
                    "before": before or None, "after": after or None, CURRENCY: code,
                    "orders": self.moved[before, after, code],
                    "change": shown(change, code),
                }
                for (before, after, code), change in sorted(self.clauses.items(), key=lambda i: (i[1], i[0]))
            ],
        }  # fmt: skip


def with_policy(file: Path, platform: str | None, data: list[Path]) -> tuple[Library, str]:
    """A library in which the policy of the file stands in the place of today's, and its id."""
    name = _platform_of(file)
    if name is None:
        what = Words(f"{file} is no policy", f"{file} 不是平台政策")
        hint = Words(
            "A policy has `platform` and `clauses`: docs/rules.md.",
            "政策含 `platform` 和 `clauses`，见 docs/rules.md。",
        )
        raise Problem(what, field="--policy", hint=hint)
    replaced = {name, platform or name}
    files = [one for path in data for one in (sorted(path.rglob("*.yaml")) if path.is_dir() else [path])]
    others = [one for one in files if _platform_of(one) not in replaced]
    base = library.load(data)
    own = {
        base.rules[clause].at.file  # type: ignore[union-attr]
        for one in replaced & set(base.platforms)
        for clause in base.platforms[one].clauses
        if base.rules[clause].at is not None
    }
    return library.load([*others, file], without=own), name


def _platform_of(file: Path) -> str | None:
    """The platform whose policy a file is; None for any other data."""
    try:
        entries = source.read(file.read_text(encoding="utf-8"), str(file)).mapping("a policy")
    except FileNotFoundError:
        raise Problem(Words(f"there is no file {file}", f"没有文件 {file}"), field="--policy") from None
    except UnicodeDecodeError:
        raise Problem(Words(f"{file} is not UTF-8 text", f"{file} 不是 UTF-8 文本"), field="--policy") from None
    return entries["platform"].text() if {"platform", "clauses"} <= set(entries) else None


def both_layout(orders: Orders, plans: tuple[Plan, Plan], **options: Any) -> Layout:
    """The columns that either policy reads."""
    wanted = {fact.id: fact for plan in plans for fact in plan.facts}
    facts = sorted(wanted.values(), key=lambda fact: fact.position)
    return layout(orders.schema, facts, plans[0].library.vocabulary, is_text=orders.is_text, **options)


def effect(
    old: Plan, new: Plan, orders: Orders, read: Layout, decide: Decide, told: Callable[[Unit, int], None] | None = None
) -> Effect:
    """What the new policy does to these orders."""
    found = Effect()
    want = ["answer", "refund", "clause"]
    for unit, checked, _ in pieces(orders, read, old):
        found.bad += len({one.line for one in checked.bad})
        keep = [LINE, CURRENCY, *(name for name in IDS[:1] if name in checked.frame.columns)]
        before = _plainly(decide(old, checked.frame, keep, want))
        after = _plainly(decide(new, checked.frame, [LINE], want)).rename({one: f"{one}_after" for one in want})
        _add(found, before.join(after, on=LINE, how="left", maintain_order="left"))
        if told is not None:
            told(unit, checked.frame.height)
    return found


def _plainly(decided: pl.DataFrame) -> pl.DataFrame:
    """Words as texts: two policies number theirs differently."""
    return decided.with_columns(pl.col("answer", "clause").cast(pl.String))


def _add(found: Effect, both: pl.DataFrame) -> None:
    for before, after, count in both.group_by("answer", "answer_after").len().iter_rows():
        found.answers[before, after] += count
    settled = both.filter(pl.col("answer").is_in(SETTLED) & pl.col("answer_after").is_in(SETTLED)).with_columns(
        pl.col(CURRENCY).cast(pl.String).fill_null(""),
        pl.col("clause", "clause_after").fill_null(""),
        _amount("answer", "refund").alias("before"),
        _amount("answer_after", "refund_after").alias("after"),
    )
    settled = settled.with_columns((pl.col("after") - pl.col("before")).alias("change"))
    change = pl.col("change").cast(pl.Int128)
    sums = settled.group_by(CURRENCY).agg(
        pl.len().alias("orders"),
        pl.col("before", "after").cast(pl.Int128).sum(),
        (change > 0).sum().alias("gaining"),
        change.filter(change > 0).sum().alias("gain"),
        (change < 0).sum().alias("losing"),
        change.filter(change < 0).sum().alias("loss"),
    )
    for code, orders, before, after, gaining, gain, losing, loss in sums.iter_rows():
        side = found.sides.setdefault(code, Side())
        side.orders += orders
        side.before += int(before)
        side.after += int(after)
        side.gaining += gaining
        side.gain += int(gain)
        side.losing += losing
        side.loss -= int(loss)
        here = settled.filter(pl.col(CURRENCY) == code)
        side.worst = _foremost(side.worst, here.filter(pl.col("change") < 0), -1)
        side.best = _foremost(side.best, here.filter(pl.col("change") > 0), 1)
    moved = settled.filter((pl.col("change") != 0) | (pl.col("clause") != pl.col("clause_after")))
    for before, after, code, orders, total in (
        moved.group_by("clause", "clause_after", CURRENCY).agg(pl.len(), change.sum().alias("sum")).iter_rows()
    ):
        found.moved[before, after, code] += orders
        found.clauses[before, after, code] += int(total)


def _amount(answer: str, refund: str) -> pl.Expr:
    return pl.when(pl.col(answer) == "owes").then(pl.col(refund)).otherwise(pl.lit(0, dtype=pl.Int64))


def _foremost(so_far: list[Case], rows: pl.DataFrame, sign: int) -> list[Case]:
    """The cases with the greatest change, the earliest line first where they are alike."""
    first = rows.sort(pl.col("change") * -sign, LINE).head(SHOWN)
    order = (
        first["order_id"].cast(pl.String).fill_null("")
        if "order_id" in first.columns
        else pl.repeat("", first.height, eager=True)
    )
    cases = [
        Case(
            row["change"],
            row[LINE],
            name,
            row[CURRENCY],
            row["before"],
            row["after"],
            row["clause"],
            row["clause_after"],
        )
        for row, name in zip(first.iter_rows(named=True), order, strict=True)
    ]
    return nlargest(SHOWN, [*so_far, *cases], key=lambda one: one.change * sign)
