"""Conditions and words: each comparison over one denominator, each noted for the working."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from recourse.problems import Problem
from recourse.rules import ir
from recourse.rules.ir import I, const
from recourse.rules.lower.lists import Lists
from recourse.rules.lower.numbers import common
from recourse.rules.tree import Expr


class Truths(Lists):
    """What holds and what does not."""

    def truth(self, expr: Expr, noted: bool = True) -> I:
        op = expr.op
        if op == "lit":
            return const(expr.value)
        if op == "open":
            return const(self.readings[expr.value])
        if op == "fact":
            return self.fact_int(expr.value)
        if op == "it":
            found = self.it[-1]
            assert isinstance(found, I)
            return found
        if op == "let":
            return self.let(expr.value)  # type: ignore[no-any-return]
        if op == "rowlet":
            return self.rowlet(expr)  # type: ignore[no-any-return]
        if op == "not":
            inner = self.truth(expr.args[0], noted)
            return const(not inner.value) if inner.op == "const" else I("not", (inner,))
        if op in ("and", "or"):
            return self.both(expr, noted)
        if op in ("case", "apply", "else", "pick"):
            return self.chosen_value(expr, self.truth)
        found = self.atom(expr)
        if not noted or found.op == "const":
            return found
        return I("note", (found,), self.noted("is", expr))

    def atom(self, expr: Expr) -> I:
        op, args = expr.op, expr.args
        if op == "is":
            return I("in", (self.word(args[0]),), expr.value)
        if op == "within":
            return I("within", (self.word(args[0]),), expr.value)
        if op == "compatriot":
            return I("compatriot", (self.word(args[0]), self.word(args[1])))
        if op == "eq" and args[0].type.kind == "yesno":
            return I("==", (self.truth(args[0]), self.truth(args[1])))
        a, b = self.number(args[0]), self.number(args[1])
        a, _ = self.agree(a, b)
        (x, y), _ = common(a, b)
        if x.op == y.op == "const":
            return const(
                {
                    "lt": x.value < y.value,
                    "le": x.value <= y.value,
                    "gt": x.value > y.value,
                    "ge": x.value >= y.value,
                    "eq": x.value == y.value,
                }[op]
            )
        if op in ("gt", "ge"):
            x, y = y, x
        return I({"lt": "<", "gt": "<", "le": "<=", "ge": "<=", "eq": "=="}[op], (x, y))

    def both(self, expr: Expr, noted: bool) -> I:
        """`and`, `or`: the right side is worked out only where the left does not settle it."""
        left = self.truth(expr.args[0], noted)
        settles = expr.op == "or"
        if left.op == "const":
            return left if left.value is settles else self.truth(expr.args[1], noted)
        block: list[Any] = []
        with self.inside(block):
            right = self.truth(expr.args[1], noted)
        if right.op == "const":
            return right if right.value is settles else left
        if not block:
            return I(expr.op, (left, right))
        name = self.fresh(expr.op)
        self.block.append(ir.Set(name, left))
        block.append(ir.Set(name, right))
        now = I("tmp", (), name)
        self.block.append(ir.If(I("not", (now,)) if settles else now, block))
        return now

    def word(self, expr: Expr) -> I:
        """A word, text or place."""
        op = expr.op
        if op == "lit":
            return const(expr.value)
        if op == "fact":
            return self.fact_int(expr.value)
        if op == "let":
            return self.let(expr.value)  # type: ignore[no-any-return]
        if op == "rowlet":
            return self.rowlet(expr)  # type: ignore[no-any-return]
        if op == "it":
            found = self.it[-1]
            assert isinstance(found, I)
            return found
        return self.chosen_value(expr, self.word)

    def chosen_value(self, expr: Expr, read: Callable[[Expr], I]) -> I:
        """A truth or word that comes from rows, bands, a table or an alternative."""
        if expr.op == "apply":
            with self.asked(expr):
                return read(expr.args[1])
        name = self.fresh("chosen_word")
        if expr.op == "case":
            self.cases(expr.args, lambda arg, block: block.append(ir.Set(name, read(arg))))
        elif expr.op == "else":
            blocks: list[list[Any]] = [[], []]
            for arg, block in zip(expr.args, blocks, strict=True):
                with self.inside(block):
                    value = read(arg)
                    block.append(ir.Set(name, value))
            self.block.append(self.alternative(expr.args[0], blocks))
        else:
            raise Problem(f"{expr.op} cannot give {expr.type}", where=expr.at)
        return I("tmp", (), name)
