"""Makes nodes of whole numbers: interned, folded, bounded. What is beyond arithmetic is in `nodes`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from recourse.rules.columns.node import BOOL, INT, WORD, C


class Numbers:
    """Makes nodes; equal ones are the same object."""

    def __init__(self, *, tables: bool = False) -> None:
        self.tables = tables  # whether months are looked up, where days lie near enough to each other
        self.made: dict[tuple[Any, ...], C] = {}
        self.simpler: dict[tuple[Any, ...], C] = {}
        self.whether_known: dict[int, C] = {}
        self.true, self.false = self.const(True), self.const(False)
        self.zero, self.one = self.const(0), self.const(1)

    def make(
        self, op: str, args: tuple[C, ...], value: Any, kind: str, low: int = 0, high: int = 0, null: bool | None = None
    ) -> C:
        key = (op, tuple(a.number for a in args), type(value), value, kind)
        found = self.made.get(key)
        if found is None:
            maybe = any(a.null for a in args) if null is None else null
            found = C(op, args, value, kind, low, high, maybe, len(self.made))
            self.made[key] = found
        return found

    # -- leaves

    def const(self, value: Any) -> C:
        if isinstance(value, bool):
            return self.make("const", (), value, BOOL, null=False)
        if isinstance(value, int):
            return self.make("const", (), value, INT, value, value, null=False)
        return self.make("const", (), value, WORD, null=False)

    def null(self, kind: str) -> C:
        return self.make("const", (), None, kind, null=True)

    def column(self, name: str, type_: str, kind: str, low: int, high: int, *, null: bool = True) -> C:
        return self.make("col", (), (name, type_), kind, low, high, null=null)

    # -- whole numbers

    def add(self, a: C, b: C) -> C:
        if a.is_null or b.is_null:
            return self.null(INT)
        if a.is_const:
            a, b = b, a
        if a.is_const and b.is_const:
            return self.const(a.value + b.value)
        if b.is_const and b.value == 0:
            return a
        if b.is_const and a.op == "+" and a.args[1].is_const:  # written numbers are gathered on the right
            return self.add(a.args[0], self.const(a.args[1].value + b.value))
        if a.op == "+" and a.args[1].is_const:
            return self.add(self.add(a.args[0], b), a.args[1])
        if b.op == "+" and b.args[1].is_const:
            return self.add(self.add(a, b.args[0]), b.args[1])
        return self.make("+", (a, b), None, INT, a.low + b.low, a.high + b.high)

    def sub(self, a: C, b: C) -> C:
        if a.is_null or b.is_null:
            return self.null(INT)
        if a is b and not a.null:
            return self.zero
        if b.is_const:
            return self.add(a, self.const(-b.value))
        if a.op == "+" and a.args[1].is_const:
            return self.add(self.sub(a.args[0], b), a.args[1])
        if b.op == "+" and b.args[1].is_const:
            return self.add(self.sub(a, b.args[0]), self.const(-b.args[1].value))
        return self.make("-", (a, b), None, INT, a.low - b.high, a.high - b.low)

    def mul(self, a: C, b: C) -> C:
        if a.is_null or b.is_null:
            return self.null(INT)
        if a.is_const:
            a, b = b, a
        if a.is_const and b.is_const:
            return self.const(a.value * b.value)
        if b.is_const and b.value == 1:
            return a
        corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high)]
        return self.make("*", (a, b), None, INT, min(corners), max(corners))

    def floor(self, a: C, b: C) -> C:
        """a // b where b is above zero, or null."""
        if a.is_null or b.is_null:
            return self.null(INT)
        if b.is_const and b.value == 1:
            return a
        if a.is_const and b.is_const:
            return self.const(a.value // b.value)
        corners = [x // y for x in (a.low, a.high) for y in (max(1, b.low), max(1, b.high))]
        return self.make("//", (a, b), None, INT, min(corners), max(corners))

    def extreme(self, op: str, a: C, b: C) -> C:
        if a.is_null or b.is_null:
            return self.null(INT)
        if a is b:
            return a
        pick: Callable[[int, int], int] = min if op == "min" else max
        if a.is_const and b.is_const:
            return self.const(pick(a.value, b.value))
        if b.is_const:
            a, b = b, a  # the written number first: one form for both orders
        lesser, greater = (a, b) if op == "min" else (b, a)
        if lesser.high <= greater.low and not greater.null:
            return lesser
        if greater.high <= lesser.low and not lesser.null:
            return greater
        return self.make(op, (a, b), None, INT, pick(a.low, b.low), pick(a.high, b.high))
