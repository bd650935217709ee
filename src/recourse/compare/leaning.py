"""Yes-or-no facts that can only push one way: the value that leaves a rule of law owing most can be taken for them.

Such a fact stands in the scope, or in the conditions of rows that pay nothing, always with the same sign, and in no
amount. Whatever else is true, one of its values then never makes the rule owe less than the other; the worst shortfall
against terms that do not read the fact is found with that value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from recourse.rules.tree import Expr, Row, Version

BARREN = ("lost", "nothing", "excluded", "silent")


def leaning(versions: Sequence[Version]) -> dict[str, bool]:
    """Fact -> the value with which each of these versions owes at least as much as with the other."""
    signs: dict[str, set[int]] = {}
    for version in versions:
        for fact, sign in _signs(version):
            signs.setdefault(fact, set()).add(sign)
    return {fact: found == {1} for fact, found in signs.items() if found in ({1}, {-1})}


def _signs(version: Version) -> Iterator[tuple[str, int]]:
    reader = _Signs(version)
    if version.applies is not None:
        yield from reader.of(version.applies, 1)
    rows: tuple[Row, ...] = (*version.exceptions, *version.owed)
    for row in rows:
        if row.when is not None:
            yield from reader.of(row.when, -1 if row.outcome in BARREN else 0)
        for expr in (row.amount, row.likely, *(e for _, e in (*row.lines, *row.also))):
            if expr is not None:
                yield from reader.of(expr, 0)
    for presumption in version.presume:
        yield from reader.of(presumption.value, 0)
    if version.calendar and version.calendar.fact:
        yield version.calendar.fact, 0


class _Signs:
    """The sign with which each fact stands below an expression: 1, -1, or 0 where it could push either way."""

    def __init__(self, version: Version) -> None:
        self.named = version.named()
        self.parts = {p.name: p for p in version.parts}
        self.seen: set[tuple[str, int]] = set()

    def of(self, expr: Expr, sign: int) -> Iterator[tuple[str, int]]:
        if expr.op == "fact":
            yield expr.value, sign
        elif expr.op == "let":
            if expr.value in self.named and (expr.value, sign) not in self.seen:
                self.seen.add((expr.value, sign))
                yield from self.of(self.named[expr.value], sign)
        elif expr.op == "not":
            yield from self.of(expr.args[0], -sign)
        elif expr.op in ("and", "or") or expr.op == "else":
            for arg in expr.args:
                yield from self.of(arg, sign)
        else:
            if expr.op == "sum":
                part = self.parts[expr.value]
                for _, inner in (*part.columns, *part.lets):
                    yield from self.of(inner, 0)
            for arg in expr.args:
                yield from self.of(arg, 0)
