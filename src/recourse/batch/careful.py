"""Single rows that look wrong, read the careful way: the reader of one purchase says what is wrong, or that nothing is.

The quick way in columns may doubt a row that is right (1_000.00, blanks around a cell); it must never let one pass that
this way refuses.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from recourse import days, facts, money
from recourse.batch.csvtext import LINE, Ragged
from recourse.batch.schema import CURRENCY, Column, Layout
from recourse.bilingual import Words
from recourse.problems import Problem, each
from recourse.vocabulary import Fact, Vocabulary

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Bad(NamedTuple):
    """Why a row cannot be used: one column, what stands there, and what would be right."""

    line: int
    column: str
    value: str
    message: Words
    hint: Words | None

    def say(self, lang: str) -> str:
        """What is wrong in one line, without the place."""
        return Problem(self.message, None, self.column or None, self.hint).say(lang)


def read_row(row: Mapping[str, Any], layout: Layout, vocabulary: Vocabulary) -> tuple[dict[str, Any], list[Bad]]:
    """The typed cells of a row as columns hold them, or what is wrong with it."""
    line = row[LINE]
    currency = layout.currency
    bad: list[Bad] = []
    if layout.currency_column:
        written = row[CURRENCY]
        code = str(written).strip() if written is not None else None
        try:
            money.exponent(code or "EUR")
            currency = code or ""
        except Problem as problem:
            return {}, [Bad(line, CURRENCY, str(written), problem.message, problem.hint)]
        if layout.currency and code and code != layout.currency:
            what = Words(f"another currency than --currency {layout.currency}", f"与 --currency {layout.currency} 不同")
            return {}, [Bad(line, CURRENCY, code, what, None)]
        currency = currency or layout.currency
    given: dict[str, Any] = {}
    for column in layout.columns:
        cells = [row[name] for name in column.names]
        if cells[0] is None and (len(cells) == 1 or cells[1] is None):
            continue
        try:
            given[column.name] = _written(column, cells, currency)
        except Problem as problem:
            bad.append(Bad(line, column.name, _cell(cells), problem.message, problem.hint))
    try:
        read = facts.read_facts(given, vocabulary)
    except Problem as problem:
        bad += [
            Bad(
                line,
                part.field or "",
                _cell([row.get(name) for name in _names(layout, part.field)]),
                part.message,
                part.hint,
            )
            for part in each(problem)
        ]
        return {}, bad
    if bad:
        return {}, bad
    if currency and read.currency and read.currency != currency:
        first = next(c.name for c in layout.columns if c.fact.item_type == "money" and c.name in read.values)
        what = Words(f"in another currency than the row ({currency})", f"与本行的货币（{currency}）不同")
        return {}, [Bad(line, first, read.shown[first], what, None)]
    typed: dict[str, Any] = {CURRENCY: currency or read.currency or None}
    for column in layout.columns:
        typed |= cells_of(column.fact, read.values.get(column.name))
    return typed, []


def ragged(one: Ragged, columns: int) -> Bad:
    """A record with another number of cells than the header."""
    what = Words(f"{one.cells} cells, the header has {columns}", f"有 {one.cells} 格，表头有 {columns} 列")
    hint = Words("Put quotation marks around cells that hold the separator.", "含分隔符的内容请加引号。")
    return Bad(one.line, "", one.text[:200], what, hint)


def cells_of(fact: Fact, value: Any) -> dict[str, Any]:
    """A value of the engine as the cells of its column or columns."""
    if fact.item_type == "share":
        tops = _each(value, lambda share: share.numerator)
        bottoms = _each(value, lambda share: share.denominator)
        return {f"{fact.id}_top": tops, f"{fact.id}_bottom": bottoms}
    if fact.item_type == "date":
        return {fact.id: _each(value, date.fromordinal)}
    if fact.item_type == "instant":
        return {fact.id: _each(value, lambda seconds: datetime.fromtimestamp(seconds, UTC))}
    if fact.item_type == "period":
        one = fact.is_list
        spans = value if one or value is None else [value]
        made = (
            None
            if spans is None
            else [dict(zip(("first", "last"), map(date.fromordinal, s), strict=True)) for s in spans]
        )
        return {fact.id: made if one or made is None else made[0]}
    return {fact.id: list(value) if isinstance(value, tuple) else value}


def _each(value: Any, change: Any) -> Any:
    if value is None:
        return None
    return [change(one) for one in value] if isinstance(value, tuple) else change(value)


def _written(column: Column, cells: list[Any], currency: str) -> Any:
    """The text that the reader of one purchase takes. Raises `Problem` where there is none."""
    first = cells[0]
    match column.form:
        case "text" | "word":
            text = str(first).strip()
            if column.fact.type == "money" and currency and not text[-1:].isalpha():
                return f"{text} {currency}"
            return text
        case "minor" | "decimal":
            if not currency:
                raise Problem(money.NO_CODE, hint=_FILL)
            return money.show(first, currency) if column.form == "minor" else _decimal(first, currency)
        case "wholes" if column.fact.item_type == "money":
            if not currency:
                raise Problem(money.NO_CODE, hint=_FILL)
            return [None if one is None else money.show(one, currency) for one in first]
        case "wholes":
            return list(first)
        case "days":
            return list(first)
        case "instant":
            seconds, rest = divmod(first - _EPOCH, timedelta(seconds=1))
            if rest:
                raise Problem(Words("the time has parts of a second", "时间含有不足一秒的部分"))
            return days.show_instant(seconds)
        case "pair":
            return f"{cells[0]}/{cells[1]}" if None not in cells else str(cells[0] or cells[1])
        case "period":
            if first["first"] is None or first["last"] is None:
                raise Problem(Words("one of the two days is missing", "缺少首日或末日"))
            return f"{first['first'].isoformat()}/{first['last'].isoformat()}"
    return first


def _decimal(value: Decimal, currency: str) -> str:
    """An amount with exactly the decimals of its currency, where that changes nothing; else as it stands."""
    decimals = money.exponent(currency)
    fixed = round(value, decimals)
    return f"{fixed if fixed == value else value:f} {currency}"


def _cell(cells: list[Any]) -> str:
    return "/".join("" if cell is None else str(cell) for cell in cells)[:200]


def _names(layout: Layout, name: str | None) -> tuple[str, ...]:
    return next((column.names for column in layout.columns if column.name == name), ())


_FILL = Words("Fill in the column `currency`.", "请填写 currency 列。")
