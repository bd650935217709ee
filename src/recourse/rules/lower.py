"""Typed tree -> integer form, lazily: a value is worked out on the paths that need it, and there only once.

Nothing here is approximate: fractions become two integers, and a rounding becomes the one division it says.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import gcd, lcm
from typing import Any

from recourse.facts import Vocabulary
from recourse.problems import Problem
from recourse.rules import ir
from recourse.rules.interpret import differ, presumed_values
from recourse.rules.ir import ONE, TRUE, ZERO, I, const
from recourse.rules.setting import Setting
from recourse.rules.tree import NUMBER, Expr, Row, Type, Version
from recourse.rules.types import fact_type

DAY_BOUND, SECOND_BOUND, SHARE_BOUND = 3_700_000, 260_000_000_000, 10**6


@dataclass(frozen=True, slots=True)
class Q:
    """A number as two integers; `measure` remembers which of several measures a count came from."""

    top: I
    bottom: I = ONE
    measure: I | None = None


def lower(version: Version, vocabulary: Vocabulary, setting: Setting) -> ir.Program:
    """The version in integer form. Raises Problem where no 128 bits suffice and the rule does not say `arithmetic: big`."""
    lowering = _Lowering(version, vocabulary, setting)
    body = lowering.version()
    bits, wide = _bits(body)
    if bits > 127 and not version.big:
        raise Problem(
            f"a value may need {bits} bits, more than any engine has ({wide})",
            where=version.at,
            hint="tighten the bounds of the facts, round earlier, or write `arithmetic: big` (one order at a time only)",
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


class _Lowering:
    def __init__(self, version: Version, vocabulary: Vocabulary, setting: Setting) -> None:
        self.v, self.vocabulary, self.setting = version, vocabulary, setting
        self.presumed = presumed_values(version, vocabulary)
        self.named = version.named()
        self.parts = {p.name: p for p in version.parts}
        self.readings = {o.name: o.taken for o in version.opens}
        self.known: dict[Any, Any] = {}  # what has been worked out on every path to here
        self.block: list[Any] = []
        self.slots: list[ir.Slot] = []
        self.count = 0
        self.it: list[Q | I] = []
        self.names: dict[Any, str] = {}  # one name for what one node comes to, on whatever path

    # -- blocks and names

    @contextmanager
    def inside(self, block: list[Any]) -> Iterator[None]:
        """Statements go into `block`; what is worked out there is not known outside."""
        outer, known = self.block, self.known
        self.block, self.known = block, dict(known)
        try:
            yield
        finally:
            self.block, self.known = outer, known

    def fresh(self, stem: str) -> str:
        self.count += 1
        return f"{''.join(c if c.isalnum() else '_' for c in stem)}_{self.count}"

    def tmp(self, name: str, low: int, high: int) -> I:
        return I("tmp", (), name, low, high)

    def set(self, name: str, value: I) -> I:
        self.block.append(ir.Set(name, value))
        return self.tmp(name, value.low, value.high)

    def noted(self, stem: str, node: Any, bottom: str | int = 1) -> str:
        """The name under which the working finds what a node came to; the same on every path."""
        key = ir.key_of(node)
        if key not in self.names:
            self.names[key] = self.fresh(stem)
            name = self.names[key]
            self.slots.append(ir.Slot(node, name, f"{name}_of" if bottom == "" else bottom))
        return self.names[key]

    def keep(self, stem: str, q: Q, node: Any = None) -> Q:
        """A number under a name of its own, noted for the working where `node` is given."""
        plain = q.bottom.op == "const"
        name = self.fresh(stem) if node is None else self.noted(stem, node, q.bottom.value if plain else "")
        top = self.set(name, q.top)
        if node is None and (q.bottom.op == "tmp" or q.bottom.op == "positive" and q.bottom.args[0].op in ("tmp", "fact")):
            return Q(top, q.bottom, q.measure)
        bottom = q.bottom if plain else self.set(f"{name}_of", q.bottom)
        return Q(top, bottom, q.measure)

    def keep_word(self, stem: str, value: I, node: Any) -> I:
        """A truth or word under a name of its own, noted for the working."""
        return self.set(self.noted(stem, node), value)

    # -- the version

    def version(self) -> list[Any]:
        body: list[Any] = []
        self.block = body
        if self.v.applies is not None:
            scope = self.truth(self.v.applies)
            if scope != TRUE:
                self.block.append(ir.If(I("not", (scope,)), [ir.Leave()]))
        self.rows([*self.v.exceptions, *self.v.owed], 0)
        self.known = {}
        for name, expr in self.v.dates:
            self.tail(("let", name), lambda name=name: self.let(name))
        for name, expr in self.v.outputs:
            self.tail(("output", name), lambda expr=expr, name=name: self.output(name, expr))
        return body

    def tail(self, node: Any, work: Callable[[], Any]) -> None:
        """An answer that does not decide: worked out if its facts are there and no row has done so."""
        block: list[Any] = []
        with self.inside(block):
            work()
        self.block.append(ir.Unless(self.names[node], [ir.Attempt(block, [])]))

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
            block: list[Any] = []
            with self.inside(block):
                assert other.when is not None
                self.block.append(ir.If(self.truth(other.when, noted=False), [ir.Clash((index, later))]))
            self.block.append(ir.Attempt(block, []))

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

    # -- numbers, days, instants

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

    def fact(self, name: str) -> Q:
        key = ("fact", name)
        if key in self.known:
            return self.known[key]  # type: ignore[no-any-return]
        kind = fact_type(self.vocabulary, name)
        taken = self.presumed.get(name)
        if kind == NUMBER:
            found = Q(I("top", (), (name, None), 0, SHARE_BOUND), I("bottom", (), (name, None), 1, SHARE_BOUND))
        else:
            low, high = self.span(kind, name)
            found = Q(I("fact", (), (name, None if isinstance(taken, Expr) else taken), low, high))
        if isinstance(taken, Expr):
            known: list[Any] = []
            absent: list[Any] = []
            stem = self.fresh(f"presumed_{name}")
            with self.inside(absent):
                value = self.number(taken)
            if value.bottom == found.bottom == ONE:
                known.append(ir.Set(stem, found.top))
                absent.append(ir.Set(stem, value.top))
                bottom: I = ONE
            else:
                known += [ir.Set(stem, found.top), ir.Set(f"{stem}_of", found.bottom)]
                absent += [ir.Set(stem, value.top), ir.Set(f"{stem}_of", value.bottom)]
                bottom = self.tmp(f"{stem}_of", 1, max(found.bottom.high, value.bottom.high))
            self.block.append(ir.If(I("has", (), name), known, absent))
            low, high = min(found.top.low, value.top.low), max(found.top.high, value.top.high)
            found = Q(self.tmp(stem, low, high), bottom)
            self.known[key] = found
        return found

    def span(self, kind: Type, name: str) -> tuple[int, int]:
        if kind.kind in ("date",):
            return 1, DAY_BOUND
        if kind.kind == "instant":
            return -SECOND_BOUND, SECOND_BOUND
        if kind.kind in ("money", "count"):
            return 0, self.vocabulary.facts[name].at_most or 10**13
        return 0, 0

    def fact_int(self, name: str) -> I:
        return self.fact(name).top

    def n_let(self, expr: Expr) -> Q:
        return self.let(expr.value)  # type: ignore[no-any-return]

    def let(self, name: str) -> Any:
        """A named value, worked out where first needed; numbers, truths and words alike."""
        key = ("let", name)
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

    def n_it(self, _: Expr) -> Q:
        found = self.it[-1]
        assert isinstance(found, Q)
        return found

    def agree(self, a: Q, b: Q) -> tuple[Q, I | None]:
        """Two numbers of one measure; where their measures may differ, the first is guarded."""
        if a.measure is not None and b.measure is not None and a.measure != b.measure:
            guarded = I("same", (a.measure, b.measure, a.top), None, a.top.low, a.top.high)
            return replace(a, top=guarded), a.measure
        return a, a.measure if a.measure is not None else b.measure

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
        return measure if len(expr.type.units) > 1 else None

    def n_mul(self, expr: Expr) -> Q:
        a, b = self.number(expr.args[0]), self.number(expr.args[1])
        a, measure = self.agree(a, b)
        return reduced(Q(ir.mul(a.top, b.top), ir.mul(a.bottom, b.bottom), self.measured(expr, measure)))

    def n_div(self, expr: Expr) -> Q:
        a, b = self.number(expr.args[0]), self.number(expr.args[1])
        a, measure = self.agree(a, b)
        return reduced(Q(ir.mul(a.top, b.bottom), ir.mul(a.bottom, ir.positive(b.top)), self.measured(expr, measure)))

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
        first, second = expr.args
        kinds = len(expr.type.units) > 1
        stem = self.fresh("either")
        blocks: list[list[Any]] = [[], []]
        found: list[Q] = []
        for number, (arg, block) in enumerate(zip((first, second), blocks, strict=True)):
            with self.inside(block):
                q = self.number(arg)
                if kinds:
                    inner = ZERO if q.measure is None else q.measure
                    q = replace(q, measure=inner if number == 0 else ir.add(inner, ONE))
                found.append(q)
        result = self.join(stem, list(zip(found, blocks, strict=True)))
        self.block.append(self.alternative(first, blocks))
        return result

    def alternative(self, first: Expr, blocks: list[list[Any]]) -> Any:
        """The second block where the first lacks a fact. Where it might still be known without that fact, the miss stands."""
        if first.op == "fact":
            return ir.If(I("has", (), first.value), blocks[0], blocks[1])
        return ir.Attempt(blocks[0], blocks[1], self.decisive(first))

    def decisive(self, first: Expr) -> tuple[str, ...]:
        """Facts which, while known, might let the first alternative be known although another is missing."""
        if first.op == "div" and first.args[0].op == "fact":
            return (first.args[0].value, *self.decisive(first.args[1]))
        weak = [e for e in first.walk() if e.op in ("mul", "div", "min", "max", "case", "and", "or", "else", "let", "apply", "pick", "sum", "rowlet")]
        return tuple(sorted({e.value for e in first.walk() if e.op == "fact"})) if weak else ()

    def join(self, stem: str, branches: list[tuple[Q, list[Any]]]) -> Q:
        """One name for the value that each branch leaves in its own block."""
        bottoms = [q.bottom for q, _ in branches]
        measure: I | None = None
        if any(q.measure is not None for q, _ in branches):
            for q, block in branches:
                block.append(ir.Set(f"{stem}_by", q.measure if q.measure is not None else ZERO))
            measure = self.tmp(f"{stem}_by", 0, 9)
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

    def n_case(self, expr: Expr) -> Q:
        stem = self.fresh("case")
        branches: list[tuple[Q, list[Any]]] = []
        self.cases(expr.args, lambda arg, block: branches.append((self.number(arg), block)))
        return self.join(stem, branches)

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

    def n_apply(self, expr: Expr) -> Q:
        with self.asked(expr):
            return self.number(expr.args[1])

    @contextmanager
    def asked(self, expr: Expr) -> Iterator[None]:
        """`it` is the first argument, worked out once."""
        argument = expr.args[0]
        if argument.type.kind in ("choice", "text", "place"):
            self.it.append(self.word(argument))
        else:
            q = self.number(argument)
            simple = q.top.op in ("tmp", "fact", "const") and q.bottom.op in ("tmp", "const")
            self.it.append(q if simple else self.keep("asked", q, argument))
        try:
            yield
        finally:
            self.it.pop()

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
                branches.append((self.number(arg), block))
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
        span = DAY_BOUND
        calendar = self.calendar() if unit == "working days" else None
        args = (start, ir.mul(length, back))
        return Q(I("move", args, (unit, way, self.v.months, calendar), 1, span))

    def calendar(self) -> str:
        use = self.v.calendar
        assert use is not None
        if "calendar" not in self.known:
            place = const(use.place) if use.place else self.fact_int(use.fact)
            name = self.fresh("calendar")
            self.block.append(ir.Calendar(name, place))
            self.known["calendar"] = name
        return self.known["calendar"]  # type: ignore[no-any-return]

    def n_workday(self, expr: Expr) -> Q:
        day = self.whole(expr.args[0])
        day = self.keep("unmoved", Q(day), expr.args[0]).top
        return Q(I("workday", (day,), (expr.value, self.calendar()), 1, DAY_BOUND))

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
        low, high = (0, DAY_BOUND) if unit == "working days" else (-120_000, 120_000)
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

    # -- lists

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
        for number, (arg, block) in enumerate(zip(expr.args, blocks, strict=True)):
            with self.inside(block):
                value, measure, span = self.items(arg)
                inner = ZERO if measure is None else measure
                block.append(ir.Set(stem, value))
                block.append(ir.Set(f"{stem}_by", inner if number == 0 else ir.add(inner, ONE)))
                spans.append(span)
        self.block.append(self.alternative(expr.args[0], blocks))
        kinds = expr.type.item is not None and len(expr.type.item.units) > 1
        span = (min(s[0] for s in spans), max(s[1] for s in spans))
        return I("tmp", (), stem), self.tmp(f"{stem}_by", 0, 9) if kinds else None, span

    def n_total(self, expr: Expr) -> Q:
        value, measure, (low, high) = self.items(expr.args[0])
        return Q(I("total", (value,), None, low * 100, high * 100), ONE, measure)

    def n_item(self, expr: Expr) -> Q:
        value, measure, (low, high) = self.items(expr.args[0])
        return Q(I("item", (value,), expr.value, low, high), ONE, measure)

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
            entries["column", name] = Q(self.tmp(f"{part.name}_{name}", low, high), ONE, measure)
            entries["so_far", name] = Q(self.tmp(f"{part.name}_{name}_before", low * part.at_most, high * part.at_most), ONE, measure)
            if any(e.op == "so_far" and e.value == (part.name, name) for top in (body_expr, *inner_lets.values()) for e in top.walk()):
                sums.append(name)
        entries["row"] = Q(self.tmp(f"{part.name}_row", 1, part.at_most))
        total = self.fresh("sum")
        with self.inside(block):
            self.known.update(entries)
            q = self.number(body_expr)
            inner_names = {s.name for s in _sets(block)} | {f"{part.name}_{n}" for n, _ in part.columns}
        terms = self.noted("terms", ("terms", expr))
        block.append(ir.Term(terms, q.top, q.bottom))
        fixed = not any(n.op == "tmp" and n.value in inner_names for n in q.bottom.walk())
        self.set(total, ZERO)
        if fixed:
            low, high = min(0, q.top.low) * part.at_most, max(0, q.top.high) * part.at_most
            now = self.tmp(total, low, high)
            block.append(ir.Set(total, replace(ir.add(now, q.top), low=low, high=high)))
            bottom = q.bottom
        else:
            self.set(f"{total}_of", ONE)
            wide = max(1, q.bottom.high) ** part.at_most
            now, of = self.tmp(total, 0, wide * max(1, q.top.high) * part.at_most), self.tmp(f"{total}_of", 1, wide)
            block.append(ir.Set(total, replace(ir.add(ir.mul(now, q.bottom), ir.mul(q.top, of)), low=now.low, high=now.high)))
            block.append(ir.Set(f"{total}_of", replace(ir.mul(of, q.bottom), low=1, high=wide)))
            bottom = of
        self.block.append(ir.Loop(part.name, tuple(columns), tuple(sums), part.at_most, block, terms))
        return Q(now, bottom)

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

    # -- truths and words

    def truth(self, expr: Expr, noted: bool = True) -> I:
        op = expr.op
        if op == "lit":
            return const(expr.value)
        if op == "open":
            return const(self.readings[expr.value])
        if op == "fact":
            return self.fact_int(expr.value) if not isinstance(self.presumed.get(expr.value), Expr) else self.fact(expr.value).top
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
        if op == "eq" and args[0].type.kind == "yesno":
            return I("==", (self.truth(args[0]), self.truth(args[1])))
        a, b = self.number(args[0]), self.number(args[1])
        a, _ = self.agree(a, b)
        (x, y), _ = common(a, b)
        if x.op == y.op == "const":
            return const({"lt": x.value < y.value, "le": x.value <= y.value, "gt": x.value > y.value, "ge": x.value >= y.value, "eq": x.value == y.value}[op])
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


def _sets(block: list[Any]) -> Iterator[ir.Set]:
    for statement in block:
        if isinstance(statement, ir.Set):
            yield statement
        for inner in ("then", "other", "body"):
            found = getattr(statement, inner, None)
            if isinstance(found, list):
                yield from _sets(found)


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

