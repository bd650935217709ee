"""Rows against the vocabulary, in columns: texts become values, what looks wrong is read again the careful way.

Cells that are texts are looked up by their distinct spellings, each of which the reader of one purchase reads once; so
what counts as right is written in one place. Amounts, of which nearly every one is another, are read as integers here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import polars as pl

from recourse import money
from recourse.batch import careful
from recourse.batch.careful import Bad
from recourse.batch.csvtext import LINE
from recourse.batch.orders import Piece
from recourse.batch.plan import columns_of
from recourse.batch.schema import CURRENCY, Column, Layout
from recourse.consistency import AtMost, Check, EquallyLong, InOrder, Length, NotBefore
from recourse.problems import Problem
from recourse.values import FIRST_DAY, LAST_DAY, LONGEST_LIST, SHARE_PARTS
from recourse.vocabulary import Fact, Vocabulary

TYPES: dict[str, pl.DataType] = {
    "money": pl.Int64(), "count": pl.Int64(), "share": pl.Int64(), "date": pl.Date(), "yesno": pl.Boolean(),
    "instant": pl.Datetime("us", "UTC"), "choice": pl.String(), "place": pl.String(), "text": pl.String(),
    "period": pl.Struct({"first": pl.Date, "last": pl.Date}),
}  # fmt: skip
_DAY_ZERO = 719_163  # 1970-01-01, from which Polars counts days
_WRONG = "\x00wrong"


class Checked(NamedTuple):
    """The rows of a piece that can be decided, in their order, and why the others cannot."""

    frame: pl.DataFrame  # `line`, the columns kept, the facts as a plan wants them, `currency`
    bad: tuple[Bad, ...]


def schema_of(layout: Layout) -> dict[str, pl.DataType]:
    """The columns of facts, and `currency`, that a checked frame has."""
    found: dict[str, pl.DataType] = {}
    for column in layout.columns:
        kind = TYPES[column.fact.item_type]
        found |= dict.fromkeys(columns_of(column.fact), pl.List(kind) if column.fact.is_list else kind)
    return {**found, CURRENCY: pl.String()}


def check(piece: Piece, layout: Layout, vocabulary: Vocabulary, columns: int) -> Checked:
    """The rows of a piece, checked. `columns` is how many the header has."""
    raw = piece.frame
    schema = schema_of(layout)
    kept = [name for name in layout.keep if name not in schema]
    typed = raw.select([LINE, *kept])
    wrong: list[pl.Series] = []
    currency, doubtful = _currency(raw, layout)
    wrong += doubtful
    for column in layout.columns:
        if column.fact.type == "money" and column.form == "text":
            values, doubt, currency = _amounts(raw[column.names[0]], currency, column.fact)
        else:
            values, doubt = _read(raw, column, currency, vocabulary)
        typed = typed.with_columns(values)
        wrong += doubt
    typed = typed.with_columns(currency.alias(CURRENCY))
    wrong.append(_broken(typed, layout, vocabulary))
    mask = typed.select(pl.any_horizontal([one.fill_null(value=False) for one in wrong])).to_series()
    typed = typed.select([LINE, *kept, *schema])
    bad = [careful.ragged(one, columns) for one in piece.ragged]
    if mask.any():
        saved: list[dict[str, Any]] = []
        for row in raw.filter(mask).iter_rows(named=True):
            cells, problems = careful.read_row(row, layout, vocabulary)
            bad += problems
            if not problems:
                saved.append({LINE: row[LINE], **{name: row[name] for name in kept}, **cells})
        typed = typed.filter(~mask)
        if saved:
            typed = pl.concat([typed, pl.DataFrame(saved, schema=typed.schema)]).sort(LINE)
    return Checked(typed, tuple(sorted(bad, key=lambda one: one.line)))


def _currency(raw: pl.DataFrame, layout: Layout) -> tuple[pl.Series, list[pl.Series]]:
    """The currency of each row where a column or the option says it, and which rows have none that exists."""
    stated = pl.Series(CURRENCY, [layout.currency or None], dtype=pl.String)
    if not layout.currency_column:
        return pl.repeat(stated[0], raw.height, dtype=pl.String, eager=True).alias(CURRENCY), []
    found = raw[CURRENCY].cast(pl.String)
    wrong = [~found.is_in(list(money.EXPONENTS))]
    if layout.currency:
        wrong.append(found != layout.currency)
        found = found.fill_null(layout.currency)
    return found, wrong


def _amounts(cells: pl.Series, currency: pl.Series, fact: Fact) -> tuple[list[pl.Series], list[pl.Series], pl.Series]:
    """Written amounts in smallest units, with the code in the cell or in the row; with all their decimals."""
    frame = pl.DataFrame({"cell": cells, "code": currency})
    if cells.str.contains("[A-Z]").any():
        parts = pl.col("cell").str.extract_groups(r"^([0-9.]+) ([A-Z]{3})$").struct
        own = parts.field("2")
        frame = frame.with_columns(
            cell=pl.when(own.is_null()).then("cell").otherwise(parts.field("1")),
            code=pl.coalesce("code", own),
            other=(own != pl.col("code")).fill_null(value=False),
        )
    else:
        frame = frame.with_columns(other=pl.lit(value=False))
    codes = [code for code in frame["code"].unique().to_list() if code in money.EXPONENTS]
    right = pl.lit(value=False)
    for decimals in sorted({money.EXPONENTS[code] for code in codes}):
        form = rf"^[0-9]{{1,14}}\.[0-9]{{{decimals}}}$" if decimals else r"^[0-9]{1,14}$"
        of = [code for code in codes if money.EXPONENTS[code] == decimals]
        fits = pl.col("cell").str.contains(form)
        right = fits if len(of) == len(codes) else pl.when(pl.col("code").is_in(of)).then(fits).otherwise(right)
    minor = pl.col("cell").str.replace(".", "", literal=True).cast(pl.Int64, strict=False)
    done = frame.select(
        value=minor,
        wrong=pl.col("cell").is_not_null()
        & ~(right.fill_null(value=False) & pl.col("code").is_not_null() & ~pl.col("other"))
        | _outside(minor, 0, fact.at_most),
        code="code",
    )
    return [done["value"].alias(fact.id)], [done["wrong"]], done["code"]


def _outside(value: pl.Expr, low: int, high: int | None) -> pl.Expr:
    return (value < low) if high is None else (value < low) | (value > high)


def _read(
    raw: pl.DataFrame, column: Column, currency: pl.Series, vocabulary: Vocabulary
) -> tuple[list[pl.Series], list[pl.Series]]:
    """The column or columns of a fact, and which rows look wrong."""
    fact, cells = column.fact, raw[column.names[0]]
    match column.form:
        case "text" | "word":
            return _looked_up(cells.cast(pl.String), fact, vocabulary)
        case "minor" | "whole":
            values = cells.cast(pl.Int64, strict=False)
            lost = values.is_null() & cells.is_not_null()
            wrong = [lost, pl.select(_outside(pl.lit(values), 0, fact.at_most)).to_series()]
            return [values.alias(fact.id)], [*wrong, *_no_code(cells, fact, currency)]
        case "decimal":
            values, lost = _minor(cells, currency)
            wrong = [lost, pl.select(_outside(pl.lit(values), 0, fact.at_most)).to_series()]
            return [values.alias(fact.id)], [*wrong, *_no_code(cells, fact, currency)]
        case "day":
            return [cells.alias(fact.id)], [_outside_time(cells)]
        case "instant":
            values = cells.dt.convert_time_zone("UTC").dt.cast_time_unit("us")
            parts = (values.dt.microsecond() != 0) | (cells.dt.cast_time_unit("ns").dt.nanosecond() != 0)
            return [values.alias(fact.id)], [parts, _outside_time(values.dt.date())]
        case "pair":
            top, bottom = (raw[name].cast(pl.Int64, strict=False) for name in column.names)
            known = raw[column.names[0]].is_not_null() | raw[column.names[1]].is_not_null()
            wrong_pair = (
                top.is_null() | bottom.is_null() | (top < 0) | (bottom < 1) | (top > bottom) | (bottom > SHARE_PARTS)
            )
            return [top.alias(column.names[0]), bottom.alias(column.names[1])], [known & wrong_pair]
        case "period":
            first, last = cells.struct.field("first"), cells.struct.field("last")
            whole = first.is_not_null() & last.is_not_null()
            odd = cells.is_not_null() & (~whole | (last < first))
            return [cells.alias(fact.id)], [odd, _outside_time(first), _outside_time(last)]
        case "wholes" | "days":
            return _list(cells, fact, currency)
        case "yesno":
            return [cells.alias(fact.id)], []
    raise AssertionError(column.form)


def _no_code(cells: pl.Series, fact: Fact, currency: pl.Series) -> list[pl.Series]:
    """Amounts in rows of which nobody knows the currency."""
    return [cells.is_not_null() & currency.is_null()] if fact.item_type == "money" else []


def _outside_time(day: pl.Series) -> pl.Series:
    number = day.cast(pl.Int32)
    return (number < FIRST_DAY - _DAY_ZERO) | (number > LAST_DAY - _DAY_ZERO)


def _minor(cells: pl.Series, currency: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Decimal amounts in smallest units, and which of them are finer than their currency."""
    scale = cells.dtype.scale if isinstance(cells.dtype, pl.Decimal) else 0
    frame = pl.DataFrame({"raw": cells.to_physical().cast(pl.Int128), "code": currency})
    nothing = pl.col("raw").is_null()
    value: pl.Expr = pl.when(nothing).then("raw")  # null in every row, and as long as the frame
    finer = nothing & ~nothing
    for code in frame["code"].unique().to_list():
        if code not in money.EXPONENTS:
            continue
        here, shift = pl.col("code") == code, money.EXPONENTS[code] - scale
        factor = pl.lit(10 ** abs(shift), dtype=pl.Int128)
        made = pl.col("raw") * factor if shift >= 0 else pl.col("raw") // factor
        value = pl.when(here).then(made).otherwise(value)
        finer = pl.when(here).then(pl.col("raw") % factor != 0).otherwise(finer) if shift < 0 else finer
    done = frame.select(value=value.cast(pl.Int64, strict=False), finer=finer)
    return done["value"], done["finer"] | (done["value"].is_null() & cells.is_not_null())


def _list(cells: pl.Series, fact: Fact, currency: pl.Series) -> tuple[list[pl.Series], list[pl.Series]]:
    kind = pl.List(TYPES[fact.item_type])
    values = cells.cast(kind, strict=False)
    gaps = values.list.eval(pl.element().is_null()).list.any() | (values.list.len() > LONGEST_LIST)
    if fact.item_type == "date":
        low, high = (values.list.min().cast(pl.Int32), values.list.max().cast(pl.Int32))
        out = (low < FIRST_DAY - _DAY_ZERO) | (high > LAST_DAY - _DAY_ZERO)
    else:
        out = values.list.min() < 0
        if fact.at_most is not None:
            out |= values.list.max() > fact.at_most
    return [values.alias(fact.id)], [gaps, out, *_no_code(cells, fact, currency)]


def _looked_up(cells: pl.Series, fact: Fact, vocabulary: Vocabulary) -> tuple[list[pl.Series], list[pl.Series]]:
    """Each distinct text read once by the reader of one purchase."""
    (reader,) = vocabulary.shapes[fact.id,].readers
    kind = TYPES[fact.item_type]
    names = columns_of(fact)
    made: dict[str, list[Any]] = {"key": [], _WRONG: [], **{name: [] for name in names}}
    same = kind == pl.String and not fact.is_list
    for text in cells.unique().drop_nulls().to_list():
        try:
            value = reader[text.strip()][0]
        except Problem:
            value = None
        found = careful.cells_of(fact, value)
        made["key"].append(text)
        made[_WRONG].append(value is None)
        same = same and value == text
        for name in names:
            made[name].append(found[name])
    if same:  # every word is its own value: most choices and places
        return [cells.alias(fact.id)], []
    column = pl.List(kind) if fact.is_list else kind
    table = pl.DataFrame(made, schema={"key": pl.String, _WRONG: pl.Boolean, **dict.fromkeys(names, column)})
    done = pl.DataFrame({"key": cells}).join(table, on="key", how="left", maintain_order="left")
    wrong = [done[_WRONG]] if any(made[_WRONG]) else []
    if fact.item_type == "money":  # a list of amounts: the careful way finds out about its currency
        wrong = [cells.is_not_null()]
    return [done[name] for name in names], wrong


def _broken(typed: pl.DataFrame, layout: Layout, vocabulary: Vocabulary) -> pl.Series:
    """The rows in which facts cannot be true together."""
    have = {column.name: column.fact for column in layout.columns}
    checks = [one for one in vocabulary.checks if set(one.needs) <= set(have)]
    found = [test.fill_null(value=False) for one in checks for test in _tests(one, have)]
    if not found:
        return pl.repeat(value=False, n=typed.height, dtype=pl.Boolean, eager=True)
    return typed.select(pl.any_horizontal(found)).to_series()


def _tests(check: Check, have: dict[str, Fact]) -> Iterable[pl.Expr]:
    """A check of the vocabulary as expressions; null where one of its facts is not known."""
    match check:
        case NotBefore(earlier, later):
            yield pl.col(later) < pl.col(earlier)
        case AtMost(whole, part, more):
            room = pl.col(whole) + pl.col(more).fill_null(0) if more in have and more else pl.col(whole)
            yield pl.col(part) > room
        case EquallyLong(one, other):
            yield _length(have[one]) != _length(have[other])
        case Length(entries, size):
            yield _length(have[entries]) != size
        case InOrder(entries):
            if have[entries].item_type == "period":
                yield pl.col(entries).is_not_null()  # rare: the careful way compares each with the one ahead of it
            else:
                yield pl.col(entries).list.eval(pl.element().diff() <= pl.duration(days=0)).list.any()


def _length(fact: Fact) -> pl.Expr:
    return pl.col(columns_of(fact)[0]).list.len()
