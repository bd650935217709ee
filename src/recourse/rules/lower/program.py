"""The statements of a whole version: its scope, its rows one after another, and the answers beside the decision."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from typing import Any

from recourse.facts import Vocabulary
from recourse.problems import Problem
from recourse.rules import ir
from recourse.rules.interpret import differ
from recourse.rules.ir import ONE, TRUE, ZERO, I, const
from recourse.rules.lower.blocks import Q
from recourse.rules.lower.truths import Truths
from recourse.rules.setting import Setting
from recourse.rules.tree import Expr, Row, Version


def lower(version: Version, vocabulary: Vocabulary, setting: Setting) -> ir.Program:
    """The version in integer form. Raises Problem beyond 128 bits, unless the rule says `arithmetic: big`."""
    lowering = _Lowering(version, vocabulary, setting)
    body = lowering.version()
    bits, wide = _bits(body)
    if bits > 127 and not version.big:
        raise Problem(
            f"a value may need {bits} bits, more than any engine has ({wide})",
            where=version.at,
            hint="tighten the bounds of the facts, round earlier, or write `arithmetic: big`"
            " (one order at a time only)",
        )
    return ir.Program(tuple(body), tuple(lowering.slots), bits, wide)


def _bits(body: list[Any]) -> tuple[int, str]:
    widest, name = 0, ""
    for statement in body:
        for value, label in _expressions(statement):
            for node in value.walk():
                need = max(abs(node.low), abs(node.high)).bit_length()
                if need > widest:
                    widest, name = need, label
        for block in ("then", "other", "body"):
            inner = getattr(statement, block, None)
            if isinstance(inner, list):
                bits, label = _bits(inner)
                if bits > widest:
                    widest, name = bits, label
    return widest, name


def _expressions(statement: Any) -> Iterator[tuple[I, str]]:
    if isinstance(statement, ir.Set):
        yield statement.value, statement.name
    elif isinstance(statement, ir.If):
        yield statement.condition, "a condition"


class _Lowering(Truths):
    """One version on its way to statements."""

    def version(self) -> list[Any]:
        body: list[Any] = []
        self.block = body
        if self.v.applies is not None:
            scope = self.truth(self.v.applies)
            if scope != TRUE:
                self.block.append(ir.If(I("not", (scope,)), [ir.Leave()]))
        self.rows([*self.v.exceptions, *self.v.owed], 0)
        self.known = {}
        for name, _ in self.v.dates:
            self.tail(("let", name), partial(self.let, name))
        for name, expr in self.v.outputs:
            self.tail(("output", name), partial(self.output, name, expr))
        return body

    def tail(self, node: Any, work: Callable[[], object]) -> None:
        """An answer that does not decide: worked out if its facts are there and no row has done so."""
        block: list[Any] = []
        with self.inside(block):
            work()
        self.block.append(ir.Unless(self.names[node], [ir.Attempt(block, [], or_impossible=True)]))

    def output(self, name: str, expr: Expr) -> None:
        """One `outputs` entry; earlier ones may be used by name."""
        if expr.type.kind == "yesno":
            self.keep_word(name, self.truth(expr), ("output", name))
            return
        if expr.type.kind in ("choice", "text", "place"):
            self.keep_word(name, self.word(expr), ("output", name))
            return
        for earlier, inner in self.v.outputs:
            if earlier == name:
                break
            if any(e.op == "let" and e.value == earlier for e in expr.walk()) and ("let", earlier) not in self.known:
                self.output(earlier, inner)
        found = self.number(expr)
        if expr.type.kind in ("money", "zero"):
            found = Q(self.rounded(Q(ir.greater(ZERO, found.top), found.bottom), "half up", Fraction(1)).top)
        kept = self.keep(name, found, ("output", name))
        self.known["let", name] = kept

    def rows(self, rows: list[Row], index: int) -> None:
        """Row by row: the first that holds decides; each later row stands in the `else` of the one before."""
        if index == len(rows):
            self.set("chosen", const(index))
            return
        row = rows[index]
        if row.when is None:
            self.chosen(row, index)
            return
        condition = self.truth(row.when)
        then: list[Any] = []
        other: list[Any] = []
        with self.inside(then):
            if index < len(self.v.exceptions):
                self.clashes(index)
            self.chosen(row, index)
        with self.inside(other):
            self.rows(rows, index + 1)
        self.block.append(ir.If(condition, then, other))

    def clashes(self, index: int) -> None:
        row = self.v.exceptions[index]
        for later in range(index + 1, len(self.v.exceptions)):
            other = self.v.exceptions[later]
            if other.id in row.over or not differ(row, other):
                continue
            assert other.when is not None
            self.block.append(ir.If(self.truth(other.when, noted=False), [ir.Clash((index, later))]))

    def chosen(self, row: Row, index: int) -> None:
        self.set("chosen", const(index))
        if row.outcome in ("pay", "credit"):
            assert row.amount is not None
            refund = self.owed(row.amount)
            self.set("refund", refund)
        elif row.outcome == "keep":
            total: I = ZERO
            for name, expr in row.lines:
                amount = self.owed(expr, ("line", name))
                self.known["let", name] = Q(amount)
                total = ir.add(total, amount)
            total = self.set("kept", total)
            self.set("refund", ir.greater(ZERO, ir.sub(self.fact_int("paid"), total)))
        elif row.outcome == "discretion":
            for name, amount_expr in (("at_most", row.amount), ("likely", row.likely)):
                if amount_expr is not None:
                    self.owed(amount_expr, ("extra", name))
        else:
            self.set("refund", ZERO)
        for name, expr in row.also:
            if expr.type.kind in ("money", "zero"):
                self.owed(expr, ("extra", name))
            elif expr.type.kind == "yesno":
                self.keep_word(name, self.truth(expr), ("extra", name))
            elif expr.type.kind in ("choice", "text", "place"):
                self.keep_word(name, self.word(expr), ("extra", name))
            else:
                self.keep(name, self.number(expr), ("extra", name))

    def owed(self, expr: Expr, slot: Any = None) -> I:
        """An amount as the version rounds it; what it was before rounding is noted for the working."""
        q = self.number(expr)
        q = Q(ir.greater(ZERO, q.top), q.bottom)
        rounding = self.v.rounding
        if q.bottom != ONE or q.top.op not in ("fact", "tmp", "const"):
            q = self.keep("exact", q, expr)
        found = self.rounded(q, rounding.direction, Fraction(rounding.step)).top
        return self.set(self.fresh("owed") if slot is None else self.noted("owed", slot), found)
