"""Decides a LazyFrame of orders with Polars: straight-line expressions, streaming, no Python for each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

import polars as pl

from recourse.batch.engines import aside
from recourse.batch.engines.aside import Aside
from recourse.batch.engines.endings import words
from recourse.batch.engines.seen import covers, union
from recourse.batch.engines.whole import TEXTS, Decided, decided
from recourse.batch.plan import OUTPUT, Plan
from recourse.rules.columns.given import Seen
from recourse.rules.emit.polars import Emitted, emit


class _Prepared(NamedTuple):
    plan: Plan
    seen: Mapping[str, Seen]  # of the tables for which it is right
    emitted: Emitted
    shown: tuple[pl.Expr, ...]
    aside: tuple[Aside, ...]


_CODE, _OUT = "__code", "__out_"
_LONGEST_CHAIN = 24  # runs of endings with one text, before a table is faster than one condition after another
_PREPARED: dict[tuple[object, ...], _Prepared] = {}
_PREPARED_KEPT = 32


def decide(
    plan: Plan,
    orders: pl.LazyFrame,
    *,
    keep: Sequence[str] = (),
    want: Sequence[str] = OUTPUT,
    seen: Mapping[str, Seen] | None = None,
) -> pl.LazyFrame:
    """One row for each order: the columns of `keep` as they are, then `want` (of OUTPUT and of `plan.extra`).

    Facts stand in columns as `plan.columns` and COLUMN_TYPES say; other columns are let alone. `seen` says what is
    known of their cells, which makes it faster. Answers, ids and citations come as Enum columns (text to whoever
    reads them). A rule whose numbers may be wider than Polars has is decided order by order, all others in columns.
    Raises Problem before anything runs if a rule cannot be decided this way.
    """
    schema = orders.collect_schema()
    key = (id(plan), tuple(schema.items()), tuple(keep), tuple(want))
    known = dict(seen or {})
    before = _PREPARED.get(key)
    if before is None or before.plan is not plan or not covers(before.seen, known):
        if len(_PREPARED) >= _PREPARED_KEPT:
            _PREPARED.clear()
        if before is not None and before.plan is plan:  # what comes next will be like what there was
            known = union(before.seen, known)
        _PREPARED[key] = _prepared(plan, schema, keep, (*want, *plan.extra), known)
    made = _PREPARED[key]
    if made.aside:
        wider = {**schema, **{column: pl.Int64() for one in made.aside for column in one.columns}}
        orders = orders.map_batches(
            partial(aside.decide, made.aside), schema=wider, streamable=True, predicate_pushdown=True
        )
    return made.emitted.over(orders).select(*keep, *made.shown)


def _prepared(
    plan: Plan, schema: pl.Schema, keep: Sequence[str], want: Sequence[str], seen: Mapping[str, Seen]
) -> _Prepared:
    found = decided(plan, schema.names(), want=want, seen=seen, tables=True)
    wider = {**schema, **{column: pl.Int64() for one in found.aside for column in one.columns}}
    texts = [name for name in want if name in TEXTS]
    tops = {**({_CODE: found.code} if texts else {}), **{f"{_OUT}{name}": c for name, c in found.values.items()}}
    kinds = {f"{_OUT}{name}": 32 if found.types[name] == "date" else 64 for name in found.values}
    emitted = emit(tops, keep, wider, kinds)
    shown = []
    for name in want:
        if name in found.values:
            shown.append(_typed(found, name))
        elif name in TEXTS:
            shown.append(_text(plan, found, name))
        else:
            shown += [_typed(found, f"{name}_{end}") for end in ("top", "bottom")]
    return _Prepared(plan, seen, emitted, tuple(shown), found.aside)


def _typed(found: Decided, name: str) -> pl.Expr:
    type_, column = found.types[name], pl.col(f"{_OUT}{name}")
    if type_ == "instant":
        return (column * 1_000_000).cast(pl.Datetime("us", "UTC")).alias(name)
    return (column.cast(pl.Date) if type_ == "date" else column).alias(name)


def _text(plan: Plan, found: Decided, name: str) -> pl.Expr:
    """A text that goes with the ending: endings with one text lie next to each other, mostly."""
    reached = found.reached()
    texts = [getattr(found.endings[number], name) for number in reached]
    kind = pl.Enum(words(plan, name))  # the same in every stretch of a table, whatever is reached in it
    runs = [
        (number, text)
        for k, (number, text) in enumerate(zip(reached, texts, strict=True))
        if k == 0 or texts[k - 1] != text
    ]
    if len(runs) > _LONGEST_CHAIN:
        entries = pl.Series(name, _entries(dict(zip(reached, texts, strict=True))), dtype=kind)
        return (
            pl.col(_CODE)
            .map_batches(lambda codes: entries.gather(codes.cast(pl.UInt32)), return_dtype=kind, is_elementwise=True)
            .alias(name)
        )
    shown = pl.lit(runs[-1][1], dtype=kind)
    for (_, text), (following, _) in zip(reversed(runs[:-1]), reversed(runs[1:]), strict=True):
        shown = pl.when(pl.col(_CODE) < following).then(pl.lit(text, dtype=kind)).otherwise(shown)
    return shown.alias(name)


def _entries(texts: dict[int, str | None]) -> list[str | None]:
    found: list[str | None] = [None] * (max(texts) + 1)
    for number, text in texts.items():
        found[number] = text
    return found
