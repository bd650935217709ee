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
from recourse.rules.ir import ONE, TRUE, ZERO, I
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


def _exclude(one: Expr | None, other: Expr | None) -> bool:
    """Whether it can be seen that the two never hold together: one demands what the other denies."""
    if one is None or other is None:
        return False
    ours, theirs = set(_demands(one, True)), set(_demands(other, True))
    return any((key, not holds) in theirs for key, holds in ours)


def _demands(expr: Expr, holds: bool) -> Iterator[tuple[Any, bool]]:
    if expr.op == "not":
        yield from _demands(expr.args[0], not holds)
    elif expr.op == ("and" if holds else "or"):
        for arg in expr.args:
            yield from _demands(arg, holds)
    elif expr.op in ("fact", "let") or (expr.op == "is" and expr.args[0].op == "fact"):
        yield (expr.op, expr.value, tuple(a.value for a in expr.args)), holds


def _present(scope: Expr) -> frozenset[str]:
    """The facts that are known wherever this holds."""
    if scope.op == "and":
        return _present(scope.args[0]) | _present(scope.args[1])
    if scope.op == "fact":
        return frozenset((str(scope.value),))
    if scope.op in ("is", "within", "compatriot", "not", "lt", "le", "gt", "ge", "eq"):
        return frozenset[str]().union(*(_present(a) for a in scope.args if a.op == "fact"))
    return frozenset()


class _Lowering(Truths):
    """One version on its way to statements."""

    def version(self) -> list[Any]:
        body: list[Any] = []
        self.block = body
        if self.v.applies is not None:
            scope = self.truth(self.v.applies)
            if scope != TRUE:
                self.block.append(ir.If(I("not", (scope,)), [ir.Leave()]))
        self.sure()
        for name, _ in self.v.dates:
            self.ahead(("let", name), partial(self.let, name))
        for name, expr in self.v.outputs:
            self.ahead(("output", name), partial(self.output, name, expr))
        self.rows([*self.v.exceptions, *self.v.owed], 0)
        return body

    def ahead(self, node: Any, work: Callable[[], object]) -> None:
        """An answer beside the decision: worked out if its facts are there, before the rows, which may need it."""
        block: list[Any] = []
        before = dict(self.known)
        with self.inside(block):
            work()
            after = self.known
        self.block.append(ir.Attempt(block, [], or_impossible=True, lack=f"lack_{self.names[node]}"))
        for key, value in after.items():
            if key == node and node[0] == "let":
                self.tried[key] = value
            elif (
                key not in before
                and key in self.names
                and key[0] == "let"
                and not (isinstance(value, Q) and value.measure)
            ):
                self.halves[key] = value

    def sure(self) -> None:
        """What the answers beside the decision share and can always be worked out: once, for them and the rows."""
        there = _present(self.v.applies) if self.v.applies is not None else frozenset[str]()
        for top in (*(e for _, e in self.v.dates), *(e for _, e in self.v.outputs)):
            self.share(top, there, set())

    def share(self, top: Expr, there: frozenset[str], seen: set[str]) -> None:
        for e in top.walk():
            if e.op == "let" and e.value in self.named and e.value not in seen:
                seen.add(str(e.value))
                if self.is_sure(self.named[e.value], there):
                    self.let(str(e.value))
                else:
                    self.share(self.named[e.value], there, seen)
            elif e.op == "fact" and isinstance(taken := self.presumed.get(e.value), Expr) and taken.op == "lit":
                self.fact(str(e.value))

    def is_sure(self, expr: Expr, there: frozenset[str]) -> bool:
        """Whether this can be worked out whatever else is missing."""
        if expr.op == "fact":
            taken = self.presumed.get(expr.value)
            if isinstance(taken, Expr):
                return taken.op == "lit"
            return taken is not None or expr.value in there
        if expr.op == "let":
            return expr.value in self.named and self.is_sure(self.named[expr.value], there)
        simple = (
            "lit",
            "open",
            "not",
            "and",
            "or",
            "is",
            "within",
            "compatriot",
            "lt",
            "le",
            "gt",
            "ge",
            "eq",
            "add",
            "sub",
            "min",
            "max",
            "case",
        )
        return expr.op in simple and len(expr.type.units) < 2 and all(self.is_sure(a, there) for a in expr.args)

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
            self.block.append(ir.Done(index))
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
            if other.id in row.over or not differ(row, other) or _exclude(row.when, other.when):
                continue
            assert other.when is not None
            self.block.append(ir.If(self.truth(other.when, noted=False), [ir.Clash((index, later))]))

    def chosen(self, row: Row, index: int) -> None:
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
        self.block.append(ir.Done(index))

    def owed(self, expr: Expr, slot: Any = None) -> I:
        """An amount as the version rounds it; what it was before rounding is noted for the working."""
        q = self.number(expr)
        q = Q(ir.greater(ZERO, q.top), q.bottom)
        rounding = self.v.rounding
        if q.bottom != ONE or q.top.op not in ("fact", "tmp", "const"):
            q = self.keep("exact", q, expr)
        found = self.rounded(q, rounding.direction, Fraction(rounding.step)).top
        return self.set(self.fresh("owed") if slot is None else self.noted("owed", slot), found)
