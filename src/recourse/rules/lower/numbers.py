"""Numbers, days and instants as two integers each: arithmetic, rounding, lengths of time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from recourse.rules import ir
from recourse.rules.ir import ONE, ZERO, I, const
from recourse.rules.lower.blocks import Q
from recourse.rules.lower.values import DAY_BOUND, Values
from recourse.rules.tree import Expr
from recourse.rules.unknown import mixed


class Numbers(Values):
    """One method for each construct that gives a number: `n_` and its name."""

    def number(self, expr: Expr) -> Q:
        return getattr(self, f"n_{expr.op}")(expr)  # type: ignore[no-any-return]

    def whole(self, expr: Expr) -> I:
        """A value that is provably whole (a day, a count of days)."""
        q = self.number(expr)
        return q.top if q.bottom == ONE else ir.floor(q.top, q.bottom)

    def n_lit(self, expr: Expr) -> Q:
        value = expr.value[0] if expr.type.kind == "money" else expr.value
        if isinstance(value, Fraction):
            return Q(const(value.numerator), const(value.denominator))
        return Q(const(value))

    def n_fact(self, expr: Expr) -> Q:
        return self.fact(expr.value)

    def n_let(self, expr: Expr) -> Q:
        return self.let(expr.value)  # type: ignore[no-any-return]

    def n_it(self, _: Expr) -> Q:
        found = self.it[-1]
        assert isinstance(found, Q)
        return found

    def agree(self, a: Q, b: Q) -> tuple[Q, I | None]:
        """Two numbers of one measure; where their measures may differ, they are compared first."""
        one, other = a.measure, b.measure
        if one is None or other is None or one == other:
            return a, other if one is None else one
        if ("same", one, other) not in self.known:
            agree: Any = ir.Agree(one, other)
            for bare in (unit for unit in (one, other) if unit.low == 0):  # a bare number goes with every unit
                agree = ir.If(I("<", (ZERO, bare)), [agree])
            self.block.append(agree)
            self.known["same", one, other] = True
        return a, ir.greater(one, other) if 0 in (one.low, other.low) else one

    def n_add(self, expr: Expr) -> Q:
        return self.plus(expr, ir.add)

    def n_sub(self, expr: Expr) -> Q:
        return self.plus(expr, ir.sub)

    def plus(self, expr: Expr, how: Callable[[I, I], I]) -> Q:
        a, b = self.number(expr.args[0]), self.number(expr.args[1])
        a, measure = self.agree(a, b)
        (x, y), bottom = common(a, b)
        return Q(how(x, y), bottom, self.measured(expr, measure))

    def measured(self, expr: Expr, measure: I | None) -> I | None:
        return measure if mixed(expr.type) else None

    def one_of(self, expr: Expr, taken: Expr) -> Q:
        """One of several values that an expression may be; a count with its unit, if the others are in another."""
        found = self.number(taken)
        return replace(found, measure=self.unit(taken.type, found.measure)) if mixed(expr.type) else found

    def n_mul(self, expr: Expr) -> Q:
        a, b = self.number(expr.args[0]), self.number(expr.args[1])
        a, measure = self.agree(a, b)
        return reduced(Q(ir.mul(a.top, b.top), ir.mul(a.bottom, b.bottom), self.measured(expr, measure)))

    def n_div(self, expr: Expr) -> Q:
        a, b = self.number(expr.args[0]), self.number(expr.args[1])
        a, measure = self.agree(a, b)
        return reduced(Q(ir.mul(a.top, b.bottom), ir.mul(a.bottom, self.positive(b.top)), self.measured(expr, measure)))

    def positive(self, value: I) -> I:
        """The same, above zero; asked once on each path."""
        if value.low > 0 or value.op not in ("tmp", "fact"):
            return ir.positive(value)
        if ("positive", value) not in self.known:
            self.block.append(ir.Guard(value))
            self.known["positive", value] = True
        return replace(value, low=1, high=max(1, value.high))

    def n_min(self, expr: Expr) -> Q:
        return self.extreme(expr, ir.lesser)

    def n_max(self, expr: Expr) -> Q:
        return self.extreme(expr, ir.greater)

    def extreme(self, expr: Expr, how: Callable[[I, I], I]) -> Q:
        a, b = self.number(expr.args[0]), self.number(expr.args[1])
        a, measure = self.agree(a, b)
        (x, y), bottom = common(a, b)
        return Q(how(x, y), bottom, self.measured(expr, measure))

    def n_round(self, expr: Expr) -> Q:
        direction, _, step = expr.value
        inner = self.number(expr.args[0])
        return replace(self.rounded(inner, direction, step), measure=inner.measure)

    def rounded(self, q: Q, direction: str, step: Fraction) -> Q:
        """The one division: to whole steps, down, up or half up."""
        top = ir.mul(q.top, const(step.denominator))
        bottom = ir.mul(q.bottom, const(step.numerator))
        if bottom == ONE:
            return Q(top, const(step.denominator)) if step.denominator != 1 else Q(top)
        if direction == "down":
            units = ir.floor(top, bottom)
        elif direction == "up":
            units = ir.floor(ir.add(top, ir.sub(bottom, ONE)), bottom)
        else:
            units = ir.floor(ir.add(ir.mul(top, const(2)), bottom), ir.mul(bottom, const(2)))
        return Q(ir.mul(units, const(step.numerator)), const(step.denominator))

    def n_else(self, expr: Expr) -> Q:
        stem = self.fresh("either")
        blocks: list[list[Any]] = [[], []]
        found: list[Q] = []
        for arg, block in zip(expr.args, blocks, strict=True):
            with self.inside(block):
                found.append(self.one_of(expr, arg))
        result = self.join(stem, list(zip(found, blocks, strict=True)))
        self.block.append(self.alternative(expr.args[0], blocks))
        return result

    def n_case(self, expr: Expr) -> Q:
        stem = self.fresh("case")
        branches: list[tuple[Q, list[Any]]] = []
        self.cases(expr.args, lambda arg, block: branches.append((self.one_of(expr, arg), block)))
        return self.join(stem, branches)

    def n_apply(self, expr: Expr) -> Q:
        with self.asked(expr):
            return self.number(expr.args[1])

    def n_pick(self, expr: Expr) -> Q:
        selector = self.word(expr.args[0])
        table, column, words = expr.value
        stem = self.fresh(f"{table}_{column}")
        branches: list[tuple[Q, list[Any]]] = []
        statement: Any = ir.Fail(f"{table} has no row for this")
        outer: list[Any] = [statement]
        for word, arg in reversed(list(zip(words, expr.args[1:], strict=True))):
            block: list[Any] = []
            with self.inside(block):
                branches.append((self.one_of(expr, arg), block))
            outer = [ir.If(I("in", (selector,), (word,)), block, outer)]
        self.block += outer
        return self.join(stem, branches)

    def n_shift(self, expr: Expr) -> Q:
        unit, way = expr.value
        length, start = self.whole(expr.args[0]), self.whole(expr.args[1])
        back = const(-1) if way == "before" else ONE
        less = ONE if way == "beginning" else ZERO
        seconds = expr.type.kind == "instant"
        if unit in ("hours", "days", "weeks"):
            step = {"hours": 3600, "days": 86400 if seconds else 1, "weeks": 7 * 86400 if seconds else 7}[unit]
            return Q(ir.sub(ir.add(start, ir.mul(ir.mul(length, back), const(step))), less))
        calendar = self.calendar() if unit == "working days" else None
        moved = ir.mul(length, back)
        longest = {"working days": 60, "months": 31, "years": 366}[unit]  # days in one of them, holidays included
        low, high = start.low + min(0, moved.low) * longest - 60, start.high + max(0, moved.high) * longest + 60
        return Q(I("move", (start, moved), (unit, way, self.v.months, calendar), low, high))

    def n_workday(self, expr: Expr) -> Q:
        day = self.whole(expr.args[0])
        day = self.keep("unmoved", Q(day), expr.args[0]).top
        return Q(I("workday", (day,), (expr.value, self.calendar()), day.low - 60, day.high + 60))

    def n_between(self, expr: Expr) -> Q:
        unit, through, begun = expr.value
        a, b = self.whole(expr.args[0]), self.whole(expr.args[1])
        if unit == "days":
            found = ir.sub(ir.add(b, ONE) if through else b, a)
            return Q(self.kept_day_count(found))
        if unit in ("hours", "weeks"):
            step = 3600 if unit == "hours" else 7
            distance = ir.sub(b, a) if unit == "hours" else ir.sub(ir.add(b, ONE) if through else b, a)
            return Q(ir.floor(ir.add(distance, const(step - 1)) if begun else distance, const(step)))
        calendar = self.calendar() if unit == "working days" else None
        low, high = (-DAY_BOUND, DAY_BOUND) if unit == "working days" else (-120_000, 120_000)
        return Q(I("length", (a, b), (unit, through, begun, self.v.months, calendar), low, high))

    def kept_day_count(self, count: I) -> I:
        return replace(count, low=max(count.low, -DAY_BOUND), high=min(count.high, DAY_BOUND))

    def n_rate(self, expr: Expr) -> Q:
        rate = self.setting.rates[expr.value]
        bottom = lcm(*(v.denominator for v in rate.values))
        tops = [v.numerator * (bottom // v.denominator) for v in rate.values]
        day = self.whole(expr.args[0])
        return self.keep("rate", Q(I("rate", (day,), (expr.value, bottom), min(tops), max(tops)), const(bottom)), expr)

    def n_month_day(self, expr: Expr) -> Q:
        return Q(I("month_day", (self.whole(expr.args[0]),), None, 1, 31))


def common(a: Q, b: Q) -> tuple[tuple[I, I], I]:
    """Two numbers over one denominator."""
    if a.bottom == b.bottom:
        return (a.top, b.top), a.bottom
    if a.bottom.op == b.bottom.op == "const":
        bottom = lcm(a.bottom.value, b.bottom.value)
        return (
            ir.mul(a.top, const(bottom // a.bottom.value)),
            ir.mul(b.top, const(bottom // b.bottom.value)),
        ), const(bottom)
    if a.bottom == ONE:
        return (ir.mul(a.top, b.bottom), b.top), b.bottom
    if b.bottom == ONE:
        return (a.top, ir.mul(b.top, a.bottom)), a.bottom
    return (ir.mul(a.top, b.bottom), ir.mul(b.top, a.bottom)), ir.mul(a.bottom, b.bottom)


def reduced(q: Q) -> Q:
    """Written numbers cancelled: 2/6 becomes 1/3."""
    if q.top.op == q.bottom.op == "const" and q.top.value:
        shared = gcd(q.top.value, q.bottom.value)
        return replace(q, top=const(q.top.value // shared), bottom=const(q.bottom.value // shared))
    return q
