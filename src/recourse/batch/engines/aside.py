"""A rule whose numbers may be too wide for engines of columns: its answers come in columns of their own.

Whoever runs the plan makes these columns first, order by order, of the very nodes that do not fit into columns; so an
order comes out the same whichever orders stand around it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import polars as pl

from recourse.batch.engines.endings import Endings, is_one, too_wide
from recourse.rules.columns.node import INT, C
from recourse.rules.columns.nodes import Nodes
from recourse.rules.emit import rows
from recourse.rules.tree import Rule

MOST = 10**15  # of smallest units, and of whatever else such a column holds
CODE, REFUND = "code", "refund"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A rule's columns. `code` is the number of an ending and never null; `outside` is null where nobody knows."""

    rule: Rule
    code: C
    outside: C
    refund: C  # null where none is certain
    values: Mapping[str, Any]  # dates, outputs, lines, lets by name; a pair where it is a fraction
    codes: tuple[int, ...]  # all endings that `code` may be
    bare: Mapping[str, tuple[Any, tuple[int, ...]]]  # refund and values as they are worked out, and where they count

    def parts(self, names: Sequence[str]) -> list[C]:
        """The nodes of these values, of fractions both."""
        found = [self.values[name] for name in names]
        return [part for value in found for part in (value if isinstance(value, tuple) else (value,))]


@dataclass(frozen=True)
class Aside:
    """A rule that is decided order by order. `tops` are its code, its refund and the values that are wanted."""

    rule: Rule
    bits: int  # that a number of it may need
    tops: Mapping[str, C]

    def column(self, what: str) -> str:
        """The column that holds `code`, `refund` or a value, as 64-bit integers; days as day numbers."""
        return f"{self.rule.id} {what}"

    @property
    def columns(self) -> tuple[str, ...]:
        """All of them."""
        return tuple(map(self.column, self.tops))


def beside(n: Nodes, endings: Endings, found: Outcome, names: Sequence[str], bits: int) -> tuple[Aside, Outcome]:
    """The rule to be decided aside, and its outcome out of the columns that will be made.

    Raises Problem for a value that is a fraction or no number.
    """
    if any(not isinstance(found.values[name], C) or found.values[name].kind != INT for name in names):
        raise too_wide(found.rule.id, bits)
    tops = {CODE: found.code, REFUND: found.refund, **{name: found.values[name] for name in names}}
    aside = Aside(found.rule, bits, tops)

    def column(what: str) -> C:
        if what == CODE:
            return n.column(aside.column(what), "count", INT, found.codes[0], found.codes[-1], null=False)
        return n.column(aside.column(what), "count", INT, -MOST, MOST, null=True)

    code, refund = column(CODE), column(REFUND)
    away = [number for number in found.codes if endings.of[number].answer == "does-not-apply"]
    values = {name: column(name) for name in names}
    bare = {name: (value, found.codes) for name, value in {**values, REFUND: refund}.items()}
    outside = is_one(n, code, found.codes, away)
    return aside, Outcome(found.rule, code, outside, refund, values, found.codes, bare)


class Beside(NamedTuple):
    """Rules to be decided aside as text that can be sent to where the orders are.

    Of each rule: the numbers of the cells that it reads, among those of `reads` and what earlier ones gave.
    """

    reads: tuple[str, ...]  # columns of the orders
    gives: tuple[str, ...]
    steps: tuple[tuple[tuple[int, ...], rows.Source], ...]

    def decider(self) -> Callable[[Sequence[Any]], tuple[Any, ...]]:
        """From an order's cells, as `rows.plain` makes them, to the cells of all columns that are made."""
        steps = [(places, rows.function(source)) for places, source in self.steps]

        def decide(cells: Sequence[Any]) -> tuple[Any, ...]:
            held = list(cells)
            for places, run in steps:
                held += run(tuple([held[place] for place in places]))
            return tuple(held[len(self.reads) :])

        return decide


def written(asides: Sequence[Aside]) -> Beside:
    """The asides in their order: one may read what an earlier one gives."""
    gives = tuple(column for one in asides for column in one.columns)
    read = [
        sorted({node.value[0] for top in one.tops.values() for node in top.walk() if node.op == "col"})
        for one in asides
    ]
    reads = tuple(dict.fromkeys(name for names in read for name in names if name not in gives))
    place = {name: number for number, name in enumerate((*reads, *gives))}
    steps = [
        (tuple(place[name] for name in names), rows.emit(tuple(one.tops.values()), names))
        for one, names in zip(asides, read, strict=True)
    ]
    return Beside(reads, gives, tuple(steps))


def decide(asides: Sequence[Aside], frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with their columns, each decided for each order."""
    beside_ = written(asides)
    run = beside_.decider()
    cells = frame.select(beside_.reads).iter_rows() if beside_.reads else [()] * frame.height
    made = list(zip(*(run(tuple(map(rows.plain, row))) for row in cells), strict=True)) or [()] * len(beside_.gives)
    columns = zip(beside_.gives, made, strict=True)
    return frame.with_columns(pl.Series(name, cell, dtype=pl.Int64) for name, cell in columns)
