"""Lists and the rows of a part: totals, entries, and sums with a running total of the rows before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from recourse.problems import Problem
from recourse.rules import ir
from recourse.rules.ir import ONE, ZERO, I
from recourse.rules.lower.blocks import Q
from recourse.rules.lower.numbers import Numbers
from recourse.rules.lower.values import DAY_BOUND, SHARE_BOUND
from recourse.rules.tree import NUMBER, Expr, Type
from recourse.rules.unknown import mixed
from recourse.values import LONGEST_LIST as LONGEST


class Lists(Numbers):
    """Numbers that come from lists."""

    def items(self, expr: Expr) -> tuple[I, I | None, tuple[int, int]]:
        """A list: its integer form, the measure it came by, and the bounds of an entry."""
        if expr.op == "let":
            return self.let(expr.value)  # type: ignore[no-any-return]
        if expr.op == "fact":
            assert expr.type.item is not None
            return I("fact", (), (expr.value, None)), None, self.span(expr.type.item, expr.value)
        assert expr.op == "else"
        stem = self.fresh("list")
        blocks: list[list[Any]] = [[], []]
        spans: list[tuple[int, int]] = []
        units: list[I] = []
        for arg, block in zip(expr.args, blocks, strict=True):
            with self.inside(block):
                value, measure, span = self.items(arg)
                block.append(ir.Set(stem, value))
                spans.append(span)
                if mixed(expr.type):
                    units.append(self.unit(arg.type, measure))
                    block.append(ir.Set(f"{stem}_by", units[-1]))
        self.block.append(self.alternative(expr.args[0], blocks))
        span = (min(s[0] for s in spans), max(s[1] for s in spans))
        return I("tmp", (), stem), self.either_unit(stem, units), span

    def n_total(self, expr: Expr) -> Q:
        value, measure, (low, high) = self.items(expr.args[0])
        return Q(I("total", (value,), None, min(0, low) * LONGEST, max(0, high) * LONGEST), ONE, measure)

    def n_item(self, expr: Expr) -> Q:
        value, measure, (low, high) = self.items(expr.args[0])
        return self.entry(expr.type, I("item", (value,), expr.value, low, high), measure)

    def entry(self, kind: Type, value: I, measure: I | None) -> Q:
        """An entry of a list as a number; a share is two integers."""
        if kind == NUMBER:
            return Q(I("numer", (value,), None, 0, SHARE_BOUND), I("denom", (value,), None, 1, SHARE_BOUND), measure)
        return Q(value, ONE, measure)

    def n_first(self, expr: Expr) -> Q:
        return Q(I("first", (self.whole(expr.args[0]),), None, 1, DAY_BOUND))

    def n_last(self, expr: Expr) -> Q:
        return Q(I("last", (self.whole(expr.args[0]),), None, 1, DAY_BOUND))

    def n_sum(self, expr: Expr) -> Q:
        part = self.parts[expr.value]
        body_expr = expr.args[0]
        inner_lets = dict(part.lets)
        for name in self.outer_names(body_expr, inner_lets):
            self.let(name)
        columns: list[tuple[str, I]] = []
        block: list[Any] = []
        entries: dict[Any, Any] = {}
        sums: list[str] = []
        for name, source in part.columns:
            value, measure, (low, high) = self.items(source)
            columns.append((name, value))
            assert source.type.item is not None
            entry = self.tmp(ir.entry_name(part.name, name), low, high)
            entries["column", name] = self.entry(source.type.item, entry, measure)
            entries["so_far", name] = Q(
                self.tmp(ir.before_name(part.name, name), low * part.at_most, high * part.at_most), ONE, measure
            )
            if any(
                e.op == "so_far" and e.value == (part.name, name)
                for top in (body_expr, *inner_lets.values())
                for e in top.walk()
            ):
                sums.append(name)
        entries["row"] = Q(self.tmp(ir.row_name(part.name), 1, part.at_most))
        total = self.fresh("sum")
        with self.inside(block):
            self.known.update(entries)
            q = self.number(body_expr)
            inner_names = {s.name for s in _sets(block)} | {ir.entry_name(part.name, n) for n, _ in part.columns}
            guarded = [key for key in self.known if isinstance(key, tuple) and key[0] == "positive"]
        fixed = not any(n.op == "tmp" and n.value in inner_names for n in q.bottom.walk())
        plain = q.bottom.op == "const"
        terms = self.noted("terms", ("terms", expr), q.bottom.value if plain else "" if fixed else 1)
        block.append(ir.Term(terms, q.top, None if fixed else q.bottom))
        self.set(total, ZERO)
        if fixed:
            low, high = min(0, q.top.low) * part.at_most, max(0, q.top.high) * part.at_most
            now = self.tmp(total, low, high)
            block.append(ir.Set(total, replace(ir.add(now, q.top), low=low, high=high)))
            bottom = q.bottom
        else:
            self.set(f"{total}_of", ONE)
            wide = max(1, q.bottom.high) ** part.at_most
            low, high = (wide * bound * part.at_most for bound in (min(0, q.top.low), max(1, q.top.high)))
            now, of = self.tmp(total, low, high), self.tmp(f"{total}_of", 1, wide)
            block.append(
                ir.Set(total, replace(ir.add(ir.mul(now, q.bottom), ir.mul(q.top, of)), low=now.low, high=now.high))
            )
            block.append(ir.Set(f"{total}_of", replace(ir.mul(of, q.bottom), low=1, high=wide)))
            bottom = of
        self.block.append(ir.Loop(part.name, tuple(columns), tuple(sums), part.at_most, block, terms))
        for key in guarded:
            if key not in self.known and not any(n.op == "tmp" and n.value in inner_names for n in key[1].walk()):
                self.block.append(ir.Guard(key[1]))
                self.known[key] = True
        if fixed and not plain:
            bottom = self.set(f"{terms}_of", bottom)
        measure = self.measured(expr, q.measure)
        if measure is not None and any(n.op == "tmp" and n.value in inner_names for n in measure.walk()):
            raise Problem(
                f"the rows of {part.name} may be counted in different measures, and are added up",
                where=expr.at,
                hint="divide in each row, and add up the shares",
            )
        return Q(now, bottom, measure)

    def outer_names(self, body: Expr, inner: dict[str, Expr]) -> list[str]:
        """Named values outside the part that its rows use: worked out once, before the rows."""
        tops = [body, *inner.values()]
        found = [e.value for top in tops for e in top.walk() if e.op == "let" and e.value in self.named]
        return list(dict.fromkeys(n for n in found if self.named[n].type.kind != "list"))

    def n_column(self, expr: Expr) -> Q:
        return self.known["column", expr.value[1]]  # type: ignore[no-any-return]

    def n_so_far(self, expr: Expr) -> Q:
        return self.known["so_far", expr.value[1]]  # type: ignore[no-any-return]

    def n_row(self, _: Expr) -> Q:
        return self.known["row"]  # type: ignore[no-any-return]

    def n_rowlet(self, expr: Expr) -> Q:
        return self.rowlet(expr)  # type: ignore[no-any-return]

    def rowlet(self, expr: Expr) -> Any:
        part, name = expr.value
        key = ("rowlet", name)
        if key not in self.known:
            inner = dict(self.parts[part].lets)[name]
            if inner.type.kind == "yesno":
                self.known[key] = self.set(self.fresh(name), self.truth(inner))
            elif inner.type.kind == "choice":
                self.known[key] = self.set(self.fresh(name), self.word(inner))
            else:
                self.known[key] = self.keep(name, self.number(inner))
        return self.known[key]


def _sets(block: list[Any]) -> Iterator[ir.Set]:
    for statement in block:
        if isinstance(statement, ir.Set):
            yield statement
        for inner in ("then", "other", "body"):
            found = getattr(statement, inner, None)
            if isinstance(found, list):
                yield from _sets(found)
