"""A program's statements as expressions: every name becomes one value, every way that parts a choice between columns.

What a program does by stopping is a value here: a missing fact is a null that spreads, a contradiction or a conflict a
mask that holds on the way where it would have been met. What is not known on one way may be known on another; a choice
between the two is known where they agree or where its condition is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from recourse.rules import ir
from recourse.rules.columns import spans
from recourse.rules.columns.expressions import Attempted, Reader, key_of
from recourse.rules.columns.given import Given
from recourse.rules.columns.node import BOOL, INT, C
from recourse.rules.columns.tree import Branch, Leaf, Tree
from recourse.rules.setting import Setting
from recourse.rules.tree import CalendarUse


@dataclass(frozen=True)
class Converted:
    """How a version can end, and the masks of what keeps it from ending."""

    tree: Tree
    contradiction: C  # the facts contradict each other
    conflict: C  # two exceptions hold and differ


def convert(
    program: ir.Program, given: Given, setting: Setting, use: CalendarUse | None, scoped: C | None = None
) -> Converted:
    """Reads a program. `scoped` is where it matters at all (the version that answers), for the masks."""
    reader = _Convert(given, setting, use, scoped)
    tree = reader.run(list(program.body))
    assert tree is not None
    return Converted(tree, given.nodes.or_(*reader.contradictions), given.nodes.or_(*reader.conflicts))


def _ends(block: list[Any]) -> bool:
    """Whether some way through a block leaves the program."""
    return any(
        isinstance(s, ir.Done | ir.Leave) or (isinstance(s, ir.If) and (_ends(s.then) or _ends(s.other))) for s in block
    )


class _Convert(Reader):
    """Reads statements."""

    def run(self, block: list[Any]) -> Tree | None:
        """Reads a block; the tree of how it ends, or None where the program goes on."""
        for number, s in enumerate(block):
            if isinstance(s, ir.If):
                condition = self.seen(self.show(s.condition))
                if condition.is_const and not condition.is_null:
                    found = self.run(s.then if condition.value else s.other)
                    if found is not None:
                        return found
                elif _ends(s.then) or _ends(s.other):
                    return self.parted(condition, s, block[number + 1 :])
                else:
                    self.merged(condition, s)
            elif isinstance(s, ir.Done):
                return self.leaf(s.row)
            elif isinstance(s, ir.Leave):
                return self.leaf(-1)
            else:
                STATEMENTS[type(s)](self, s)
        return None

    def leaf(self, row: int) -> Tree:
        found = Leaf(row, dict(self.names))
        if self.alive is self.n.true:
            return found
        nothing = Leaf(row, {})
        return Branch(self.n.sel(self.alive, self.n.true, self.n.null(BOOL)), found, nothing)

    def parted(self, condition: C, s: ir.If, rest: list[Any]) -> Tree:
        condition = self.poisoned(condition)
        found: list[Tree] = []
        for holds, block in ((condition, s.then), (self.n.not_(condition), s.other)):
            names, path, alive, guarded = dict(self.names), self.path, self.alive, dict(self.guarded)
            self.path = self.n.and_(path, holds)
            tree = self.run([*block, *rest])
            assert tree is not None
            found.append(tree)
            self.names, self.path, self.alive, self.guarded = names, path, alive, guarded
        return Branch(condition, found[0], found[1])

    def merged(self, condition: C, s: ir.If) -> None:
        before, path, guarded = self.names, self.path, self.guarded
        after: list[dict[str, Any]] = []
        for holds, block in ((condition, s.then), (self.n.not_(condition), s.other)):
            self.names, self.guarded = dict(before), dict(guarded)
            self.path = self.n.and_(path, holds)
            self.run(block)
            after.append(self.names)
        self.path, self.guarded = path, guarded
        self.names = self.joined(condition, *after)

    def joined(self, condition: C, then: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
        found = {}
        for name in {**then, **other}:
            a, b = then.get(name), other.get(name)
            found[name] = a if a is b else self.choose(condition, a, b)
        return found

    def choose(self, condition: C, a: Any, b: Any) -> Any:
        """One of two values, of which one may be missing or two columns wide."""
        if isinstance(a, tuple) or isinstance(b, tuple):
            a, b = a or (None, None), b or (None, None)
            return tuple(self.choose(condition, x, y) for x, y in zip(a, b, strict=True))
        if isinstance(a, spans.Use) or isinstance(b, spans.Use) or a is b:
            return a or b
        kind = (a or b).kind
        return self.n.sel(condition, a or self.n.null(kind), b or self.n.null(kind))

    def set(self, s: ir.Set) -> None:
        value = self.show(s.value)
        self.guarded.pop(f"tmp {s.name}", None)
        self.names[s.name] = tuple(map(self.poisoned, value)) if isinstance(value, tuple) else self.poisoned(value)
        for one in value if isinstance(value, tuple) else (value,):
            self.seen(one)

    def attempt(self, s: ir.Attempt) -> None:
        before, guarded, alive = self.names, self.guarded, self.alive
        self.tries.append(Attempted(s.or_impossible))
        self.names, self.guarded = dict(before), dict(guarded)
        self.run(s.body)
        tried, body = self.tries.pop(), self.names
        self.guarded = guarded
        if s.lack:
            self.lacks[s.lack] = self.n.or_(*tried.met)
        if s.or_impossible:
            self.alive = alive
            self.names = body
            return
        self.alive = alive
        for mask in tried.met:
            self.met(mask)
        self.other(s, before, body)

    def other(self, s: ir.Attempt, before: dict[str, Any], body: dict[str, Any]) -> None:
        """What is taken where a fact was missing."""
        own = {x.name for x in s.body if isinstance(x, ir.Set)} & {x.name for x in s.other if isinstance(x, ir.Set)}
        flat = [v for name in sorted(own) for v in (body[name] if isinstance(body[name], tuple) else (body[name],))]
        known = self.n.and_(*(self.n.known(v) for v in flat))
        path = self.path
        self.names, self.path = dict(before), self.n.and_(path, self.n.not_(known))
        self.run(s.other)
        other, self.path = self.names, path
        stands = self.n.or_(*(self.has(fact) for fact in s.unless))
        if s.unless and all(s.needs):
            able = self.n.or_(*(self.n.and_(*(self.has(f) for f in sorted(one))) for one in s.needs))
            stands = self.n.and_(able, stands)
        found = {}
        for name in {**body, **other}:
            a, b = body.get(name), other.get(name)
            if a is b or b is None or a is None:
                found[name] = a if b is None else b
            elif name in own:
                second = self.choose(stands, None, b)
                single = len(flat) == 1 and not isinstance(a, tuple)
                found[name] = self.n.or_else(a, second) if single else self.choose(known, a, second)
            else:
                found[name] = self.choose(known, a, b)
        self.names = found

    def unless(self, s: ir.Unless) -> None:
        before, path, guarded = self.names, self.path, self.guarded
        old = before.get(s.name)
        known = self.n.false if old is None else self.n.known(old)
        if known is self.n.true:
            return
        self.names, self.guarded, self.path = dict(before), dict(guarded), self.n.and_(path, self.n.not_(known))
        self.run(s.body)
        after, self.path, self.guarded = self.names, path, guarded
        self.names = {
            name: value if name not in before or before[name] is value else self.first_known(known, before[name], value)
            for name, value in after.items()
        }

    def first_known(self, known: C, old: Any, new: Any) -> Any:
        single = isinstance(old, C) and isinstance(new, C) and self.n.known(old) is known
        return self.n.or_else(old, new) if single else self.choose(known, old, new)

    def need(self, s: ir.Need) -> None:
        lack = self.lacks.get(f"lack_{s.name}", self.n.false)
        value = self.names.get(s.name)
        missing = self.n.true if value is None else self.n.not_(self.n.known(value))
        self.met(self.n.and_(missing, lack))
        if value is None:
            self.alive = self.n.null(BOOL)

    def guard(self, s: ir.Guard) -> None:
        value = self.seen(self.show(s.value))
        self.met(self.n.compare("<=", value, self.n.zero))
        if s.value.op in ("tmp", "fact", "top", "bottom"):  # only where it was asked: elsewhere it may be nothing
            self.guarded[key_of(s.value)] = self.n.positive(value)

    def agree(self, s: ir.Agree) -> None:
        same = self.n.compare("==", self.show(s.one), self.show(s.other))
        if same is not self.n.true:
            self.alive = self.n.and_(self.alive, same)

    def fail(self, _: ir.Fail) -> None:
        self.met(self.n.true)

    def clash(self, _: ir.Clash) -> None:
        self.conflicts.append(self.n.surely(self.path))

    def calendar(self, s: ir.Calendar) -> None:
        assert self.use is not None
        place = self.seen(self.show(s.place))
        fixed = place.value if place.is_const and not place.is_null else None
        self.names[s.name] = spans.Use(fixed, self.use.rest, self.use.holidays)
        self.names[f"{s.name} place"] = place

    def loop(self, s: ir.Loop) -> None:
        lists = [(name, self.show(value)) for name, value in s.columns]
        sizes = [self.n.size(value[0] if isinstance(value, tuple) else value) for _, value in lists]
        size = sizes[0]
        for other in sizes[1:]:  # the rows are not known before all of their columns are
            size = self.n.sel(self.n.known(other), size, self.n.null(INT))
        self.seen(size)
        self.met(
            self.n.or_(
                self.n.compare("<", self.n.const(s.at_most), size),
                *(self.n.not_(self.n.compare("==", size, other)) for other in sizes[1:]),
            )
        )
        for name in s.so_far:
            self.names[ir.before_name(s.part, name)] = self.n.zero
        for number in range(1, s.at_most + 1):
            active = self.n.compare("<=", self.n.const(number), size)
            self.turn(s, number, active, lists)
            if size.is_null:  # one row of what nobody knows
                break

    def turn(self, s: ir.Loop, number: int, active: C, lists: list[tuple[str, Any]]) -> None:
        """One row of a part, where the lists are that long."""
        before, path, guarded = dict(self.names), self.path, self.guarded
        for name, value in lists:
            self.names[ir.entry_name(s.part, name)] = self.entry(value, number)
        self.names[ir.row_name(s.part)] = self.n.const(number)
        self.path, self.guarded = self.n.and_(path, active), dict(guarded)
        self.run(list(s.body))
        for name in s.so_far:
            so_far = ir.before_name(s.part, name)
            self.names[so_far] = self.n.add(self.names[so_far], self.names[ir.entry_name(s.part, name)])
        self.path, self.guarded = path, guarded
        self.names = self.joined(active, self.names, before)


STATEMENTS: dict[type, Callable[[_Convert, Any], None]] = {
    ir.Set: _Convert.set, ir.Attempt: _Convert.attempt, ir.Unless: _Convert.unless, ir.Need: _Convert.need,
    ir.Guard: _Convert.guard, ir.Agree: _Convert.agree, ir.Fail: _Convert.fail, ir.Clash: _Convert.clash,
    ir.Calendar: _Convert.calendar, ir.Loop: _Convert.loop, ir.Term: lambda _c, _s: None,
}  # fmt: skip
