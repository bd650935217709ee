"""What is known of the columns of a table that lies in memory: which are without gaps, and within which bounds."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from recourse.batch.plan import Plan
from recourse.rules.columns.given import EPOCH, Seen
from recourse.values import FIRST_DAY, LAST_DAY


def seen_in(plan: Plan, frame: pl.DataFrame) -> dict[str, Seen]:
    """Of each column that the plan reads. Bounds are rounded outwards, so that much the same tables have the same.

    They are looked for only where that is worth its time: for many rules, or for wide numbers.
    """
    names = [name for name in dict.fromkeys((*plan.columns, "learner_place", "requested_on")) if name in frame.columns]
    if len(plan.rules) < _MANY and not any(version.big for rule in plan.rules for version in rule.versions):
        return {name: Seen(frame[name].null_count() > 0) for name in names}
    return {name: _seen(frame[name], lowest=1 if name.endswith("_bottom") else 0) for name in names}


def _seen(cells: pl.Series, lowest: int) -> Seen:
    gaps = cells.null_count() > 0
    dtype = cells.dtype
    if cells.null_count() == len(cells) or dtype.is_nested():
        return Seen(gaps)
    if dtype.is_integer():
        return _within(gaps, *_ends(cells), lowest)
    if dtype == pl.Date:
        first, last = _ends(cells.to_physical())
        return Seen(gaps, first >> _DAYS << _DAYS, (last >> _DAYS) + 1 << _DAYS)
    if gaps or dtype not in (pl.Boolean, pl.String) or cells[0] != cells[-1]:
        return Seen(gaps)
    only = cells[0]
    alike = all(bool((some == only).all()) for some in (cells.head(_SOME), cells))  # most differ soon
    return Seen(gaps, only=only if alike else None)


def _ends(cells: pl.Series) -> tuple[int, int]:
    low, high = cells.min(), cells.max()
    if not isinstance(low, int) or not isinstance(high, int):
        raise TypeError(cells.dtype)
    return low, high


def _within(gaps: bool, low: int, high: int, lowest: int) -> Seen:
    most = (1 << high.bit_length()) - 1 if high > 0 else lowest
    return Seen(gaps, lowest if low >= lowest else None, max(most, lowest))


_USUAL = ((1 << 24) - 1, (1 << 31) - 1, (1 << 40) - 1)
_MANY = 6  # rules
_SOME = 256  # cells
_DAYS = 8  # days are told in steps of so many bits


def granted(plan: Plan, frame: pl.DataFrame) -> dict[str, Seen]:
    """The same so coarsely that it will hold of most tables: amounts and numbers of usual size, days of our age."""
    names = [name for name in dict.fromkeys((*plan.columns, "learner_place", "requested_on")) if name in frame.columns]
    return {name: _granted(frame[name], lowest=1 if name.endswith("_bottom") else 0) for name in names}


def _granted(cells: pl.Series, lowest: int) -> Seen:
    gaps = cells.null_count() > 0
    if cells.dtype not in (pl.Int64, pl.Date):
        return Seen(gaps)
    low, high = (lowest, lowest) if cells.null_count() == len(cells) else _ends(cells.to_physical())
    if cells.dtype == pl.Date:
        first, last = FIRST_DAY - EPOCH, LAST_DAY - EPOCH
        return Seen(gaps, first, last) if first <= low and high <= last else Seen(gaps)
    most = next((size for size in _USUAL if high <= size), None)
    return Seen(gaps, lowest, most) if most is not None and low >= lowest else Seen(gaps)


def union(one: Mapping[str, Seen], other: Mapping[str, Seen]) -> dict[str, Seen]:
    """What holds of both tables."""
    return {name: seen.with_(other[name]) for name, seen in one.items() if name in other}


def covers(known: Mapping[str, Seen], other: Mapping[str, Seen]) -> bool:
    """Whether all that is known of one table holds of the other."""
    return all(seen.covers(other.get(name, Seen())) for name, seen in known.items())
