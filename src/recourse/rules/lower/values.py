"""Facts, named values and ways that part and join again: worked out where first needed, and there once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import lcm
from typing import Any

from recourse.rules import ir
from recourse.rules.interpret import Interpreter
from recourse.rules.ir import ONE, TRUE, ZERO, I, const
from recourse.rules.lower.blocks import Blocks, Q
from recourse.rules.stops import Contradiction, Undetermined
from recourse.rules.tree import NUMBER, Expr, Type
from recourse.rules.types import fact_type
from recourse.rules.unknown import Unknown

DAY_BOUND, SECOND_BOUND, SHARE_BOUND = 3_700_000, 260_000_000_000, 10**6


class Values(Blocks):
    """What has a name of its own, and what depends on which way was taken."""

    def fact(self, name: str) -> Q:
        key = ("fact", name)
        if key in self.known:
            return self.known[key]  # type: ignore[no-any-return]
        kind = fact_type(self.vocabulary, name)
        taken = self.presumed.get(name)
        if isinstance(taken, Expr) and kind.kind in ("yesno", "choice", "text", "place"):
            return self.presumed_word(name, kind, taken)
        if kind == NUMBER:
            found = Q(I("top", (), (name, None), 0, SHARE_BOUND), I("bottom", (), (name, None), 1, SHARE_BOUND))
        else:
            low, high = self.span(kind, name)
            found = Q(I("fact", (), (name, None if isinstance(taken, Expr) else taken), low, high))
        if isinstance(taken, Expr):
            known: list[Any] = []
            absent: list[Any] = []
            with self.inside(absent):
                value = self.number(taken)
            simple = value.bottom == found.bottom == ONE
            stem = self.noted(f"presumed_{name}", ("fact", name), 1 if simple else "")
            known.append(ir.Set(stem, found.top))
            absent.append(ir.Set(stem, value.top))
            bottom: I = ONE
            if not simple:
                known.append(ir.Set(f"{stem}_of", found.bottom))
                absent.append(ir.Set(f"{stem}_of", value.bottom))
                bottom = self.tmp(f"{stem}_of", 1, max(found.bottom.high, value.bottom.high))
            self.block.append(ir.If(I("has", (), name), known, absent))
            low, high = min(found.top.low, value.top.low), max(found.top.high, value.top.high)
            found = Q(self.tmp(stem, low, high), bottom)
            self.known[key] = found
        return found

    def presumed_word(self, name: str, kind: Type, taken: Expr) -> Q:
        """A word, or yes or no, which while unknown is taken from an expression."""
        if taken.op == "lit":
            return Q(I("fact", (), (name, taken.value)))
        stem = self.noted(f"presumed_{name}", ("fact", name))
        absent: list[Any] = []
        with self.inside(absent):
            value = self.truth(taken) if kind.kind == "yesno" else self.word(taken)
            absent.append(ir.Set(stem, value))
        known: list[Any] = [ir.Set(stem, I("fact", (), (name, None)))]
        self.block.append(ir.If(I("has", (), name), known, absent))
        self.known["fact", name] = Q(I("tmp", (), stem))
        return self.known["fact", name]  # type: ignore[no-any-return]

    def span(self, kind: Type, name: str) -> tuple[int, int]:
        if kind.kind == "date":
            return 1, DAY_BOUND
        if kind.kind == "instant":
            return -SECOND_BOUND, SECOND_BOUND
        if kind.kind in ("money", "count"):
            return 0, self.vocabulary.facts[name].at_most or 10**13
        return 0, 0

    def fact_int(self, name: str) -> I:
        return self.fact(name).top

    def let(self, name: str) -> Any:
        """A named value, worked out where first needed; numbers, truths and words alike."""
        key = ("let", name)
        if key not in self.known and key in self.tried:
            self.block.append(ir.Need(self.names[key]))
            self.known[key] = self.tried[key]
        if key not in self.known and key in self.halves:
            found = self.halves.pop(key)
            block: list[Any] = []
            with self.inside(block):
                self.let(name)
            self.halves[key] = found
            self.block.append(ir.Unless(self.names[key], block))
            self.known[key] = found
        if key not in self.known:
            expr = self.named[name]
            if expr.type.kind == "yesno":
                self.known[key] = self.keep_word(name, self.truth(expr), key)
            elif expr.type.kind in ("choice", "text", "place"):
                self.known[key] = self.keep_word(name, self.word(expr), key)
            elif expr.type.kind == "list":
                self.known[key] = self.items(expr)
            else:
                self.known[key] = self.keep(name, self.number(expr), ("let", name))
        return self.known[key]

    def calendar(self) -> str:
        use = self.v.calendar
        assert use is not None
        if "calendar" not in self.known:
            place = const(use.place) if use.place else self.fact_int(use.fact)
            name = self.fresh("calendar")
            self.block.append(ir.Calendar(name, place))
            self.known["calendar"] = name
        return self.known["calendar"]  # type: ignore[no-any-return]

    def alternative(self, first: Expr, blocks: list[list[Any]]) -> Any:
        """The second block where the first lacks a fact, unless the first might still be known without that fact."""
        if first.op == "fact" and self.presumed.get(first.value) is not None:
            return ir.If(TRUE, blocks[0])  # something is always taken for it
        if first.op == "fact":
            return ir.If(I("has", (), first.value), blocks[0], blocks[1])
        if not self.needs_facts(first):
            return ir.If(TRUE, blocks[0])  # known whatever is missing: the interpreter says as what
        return ir.Attempt(blocks[0], blocks[1], self.decisive(first), needs=self.needs(first))

    def needs(self, expr: Expr) -> tuple[frozenset[str], ...]:
        """Sets of facts of which one must be known whole for this to be known at all; the empty set if that is open."""
        open_ = (frozenset[str](),)
        if expr.op == "fact":
            return open_ if self.presumed.get(expr.value) is not None else (frozenset((str(expr.value),)),)
        if expr.op == "let" and expr.value in self.named:
            return self.needs(self.named[expr.value])
        if expr.op == "else":
            found = {*self.needs(expr.args[0]), *self.needs(expr.args[1])}
        elif expr.op == "div":
            return self.needs(expr.args[0])
        elif expr.op in ("add", "sub", "shift", "workday", "between", "month_day", "first", "last") or (
            expr.op in ("min", "max") and expr.type.kind in ("date", "instant")
        ):
            found = {frozenset[str]()}
            for arg in expr.args:
                found = {one | other for one in found for other in self.needs(arg)}
        else:
            return open_
        return tuple(sorted(found, key=sorted)) if len(found) < 9 else open_

    def needs_facts(self, expr: Expr) -> bool:
        """Whether an expression is unknown while none of its facts is known."""
        if any(e.op in ("it", "column", "rowlet", "row", "so_far") for e in expr.walk()):
            return True
        try:
            found = Interpreter(self.v, {}, self.setting, self.vocabulary).value(expr)
        except (Contradiction, Undetermined):
            return False
        return isinstance(found, Unknown)

    def decisive(self, first: Expr) -> tuple[str, ...]:
        """Facts which, while known, might let the first alternative be known although another is missing."""
        if first.op == "div" and first.args[0].op == "fact":
            return (first.args[0].value, *self.decisive(first.args[1]))
        nodes = list(self.deep(first))
        weak = ("mul", "div", "min", "max", "case", "and", "or", "else", "apply", "pick", "sum")
        if not any(e.op in weak for e in nodes):
            return ()
        return tuple(sorted({e.value for e in nodes if e.op == "fact"}))

    def deep(self, expr: Expr, seen: frozenset[str] = frozenset()) -> Iterator[Expr]:
        """An expression's nodes, and those of everything it names."""
        for node in expr.walk():
            yield node
            if node.op == "let" and node.value in self.named and node.value not in seen:
                yield from self.deep(self.named[node.value], seen | {node.value})
            elif node.op == "sum":
                part = self.parts[node.value]
                for _, inner in (*part.columns, *part.lets):
                    yield from self.deep(inner, seen)

    def join(self, stem: str, branches: list[tuple[Q, list[Any]]]) -> Q:
        """One name for the value that each branch leaves in its own block."""
        bottoms = [q.bottom for q, _ in branches]
        units = [q.measure for q, _ in branches if q.measure is not None]
        if units:
            for q, block in branches:
                block.append(ir.Set(f"{stem}_by", ZERO if q.measure is None else q.measure))
        measure = self.either_unit(stem, units if len(units) == len(branches) else [*units, ZERO])
        if all(b.op == "const" for b in bottoms):
            bottom = const(lcm(*(b.value for b in bottoms)))
            tops = [ir.mul(q.top, const(bottom.value // q.bottom.value)) for q, _ in branches]
        else:
            tops = [q.top for q, _ in branches]
            for q, block in branches:
                block.append(ir.Set(f"{stem}_of", q.bottom))
            bottom = self.tmp(f"{stem}_of", min(b.low for b in bottoms), max(b.high for b in bottoms))
        for top, (_, block) in zip(tops, branches, strict=True):
            block.append(ir.Set(stem, top))
        return Q(self.tmp(stem, min(t.low for t in tops), max(t.high for t in tops)), bottom, measure)

    def either_unit(self, stem: str, units: list[I]) -> I | None:
        """The number of the unit that one of several blocks left."""
        if all(unit == ZERO for unit in units):
            return None
        return self.tmp(f"{stem}_by", min(unit.low for unit in units), max(unit.high for unit in units))

    def cases(self, args: tuple[Expr, ...], leaf: Callable[[Expr, list[Any]], None]) -> None:
        """If, else if, else: `leaf` is called inside the block of each value."""
        if len(args) == 1:
            block: list[Any] = []
            with self.inside(block):
                leaf(args[0], block)
            self.block.append(ir.If(TRUE, block))
            return
        condition = self.truth(args[0])
        then: list[Any] = []
        other: list[Any] = []
        with self.inside(then):
            leaf(args[1], then)
        with self.inside(other):
            if len(args) == 3:
                leaf(args[2], other)
            else:
                self.cases(args[2:], leaf)
        self.block.append(ir.If(condition, then, other))

    @contextmanager
    def asked(self, expr: Expr) -> Iterator[None]:
        """`it` is the first argument, worked out once."""
        argument = expr.args[0]
        if argument.type.kind in ("choice", "text", "place"):
            self.it.append(self.word(argument))
        elif argument.type.kind == "yesno":
            self.it.append(self.truth(argument))
        else:
            q = self.number(argument)
            simple = q.top.op in ("tmp", "fact", "const") and q.bottom.op in ("tmp", "const")
            self.it.append(q if simple else self.keep("asked", q, argument))
        try:
            yield
        finally:
            self.it.pop()
