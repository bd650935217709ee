"""A program's statements as expressions: every name becomes one value, every way that parts a choice between columns.

What a program does by stopping is a value here: a missing fact is a null that spreads, a contradiction or a conflict a
mask that holds on the way where it would have been met. What is not known on one way may be known on another; a choice
between the two is known where they agree or where its condition is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from recourse import places
from recourse.facts import Fact, Vocabulary
from recourse.rules import ir
from recourse.rules.columns import spans
from recourse.rules.columns.node import BOOL, INT, LIST, WORD, C, Nodes
from recourse.rules.lower.values import DAY_BOUND, SECOND_BOUND, SHARE_BOUND
from recourse.rules.setting import Setting
from recourse.rules.tree import CalendarUse

EPOCH = 719_163  # the day number of 1 January 1970
KINDS = {"yesno": BOOL, "choice": WORD, "place": WORD, "text": WORD, "period": LIST}


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where a way ends: -1 out of scope, else the number of the row; `names` is what is known there."""

    row: int
    names: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Branch:
    condition: C
    then: Tree
    other: Tree


Tree = Leaf | Branch


@dataclass(frozen=True)
class Converted:
    """How a version can end, and the masks of what keeps it from ending."""

    tree: Tree
    contradiction: C  # the facts contradict each other
    conflict: C  # two exceptions hold and differ


@dataclass
class _Try:
    """A block whose misses are caught: what may be null in it so far, and the contradictions met."""

    lets_go: bool  # contradictions are caught as well
    seen: list[C] = field(default_factory=list)
    met: list[C] = field(default_factory=list)


class Given:
    """The facts as columns. `available` are the columns there are; `taken` facts that are another rule's answers."""

    def __init__(
        self, nodes: Nodes, vocabulary: Vocabulary, available: Mapping[str, bool], taken: Mapping[str, C] | None = None
    ) -> None:
        self.nodes, self.vocabulary, self.available, self.taken = nodes, vocabulary, available, taken or {}

    def fact(self, name: str) -> Any:
        """A fact as it stands in its column; null where there is none. A share, or a list of them, is two columns."""
        if name in self.taken:
            return self.taken[name]
        fact = self.vocabulary.facts[name]
        if fact.item_type == "share":
            return self.column(f"{name}_top", fact, 0, SHARE_BOUND), self.column(f"{name}_bottom", fact, 1, SHARE_BOUND)
        return self.column(name, fact, *bounds(fact))

    def column(self, name: str, fact: Fact, low: int, high: int) -> C:
        kind = LIST if fact.is_list else KINDS.get(fact.item_type, INT)
        if name not in self.available:
            return self.nodes.null(kind)
        item = "count" if fact.item_type == "share" else fact.item_type
        type_ = f"list-of-{item}" if fact.is_list else item
        return dated(self.nodes, self.nodes.column(name, type_, kind, low, high, null=self.available[name]), type_)


def dated(n: Nodes, value: C, type_: str) -> C:
    """A day as a day number: columns hold days since 1970."""
    return n.add(value, n.const(EPOCH)) if type_ == "date" else value


def bounds(fact: Fact) -> tuple[int, int]:
    """What a fact, or an entry of it, may be at least and at most in the engine's form."""
    if fact.item_type in ("date", "period"):
        return 1, DAY_BOUND
    if fact.item_type == "instant":
        return -SECOND_BOUND, SECOND_BOUND
    if fact.item_type in ("money", "count"):
        return 0, fact.at_most or 10**13
    return 0, SHARE_BOUND if fact.item_type == "share" else 0


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


class _Convert:
    def __init__(self, given: Given, setting: Setting, use: CalendarUse | None, scoped: C | None) -> None:
        self.n, self.given, self.setting, self.use = given.nodes, given, setting, use
        self.names: dict[str, Any] = {}
        self.path: C = scoped if scoped is not None else self.n.true
        self.alive: C = self.n.true  # null or false: what is worked out from here on is not known
        self.tries: list[_Try] = []
        self.lacks: dict[str, C] = {}
        self.contradictions: list[C] = []
        self.conflicts: list[C] = []
        self.guarded: dict[str, C] = {}

    # -- statements

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

    def poisoned(self, value: C) -> C:
        return value if self.alive is self.n.true else self.n.sel(self.alive, value, self.n.null(value.kind))

    def seen(self, value: C) -> C:
        if value.null and self.tries:
            self.tries[-1].seen.append(value)
        return value

    def attempt(self, s: ir.Attempt) -> None:
        before, guarded, alive = self.names, self.guarded, self.alive
        self.tries.append(_Try(s.or_impossible))
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

    def has(self, name: str) -> C:
        value = self.given.fact(name)
        return self.n.and_(*(self.n.known(v) for v in value)) if isinstance(value, tuple) else self.n.known(value)

    def met(self, failed: C) -> None:
        """A contradiction where this holds, if the way leads here and nothing was missing before."""
        mask = self.n.surely(self.n.and_(self.path, failed))
        if self.tries:
            tried = self.tries[-1]
            mask = self.n.and_(mask, *(self.n.known(v) for v in dict.fromkeys(tried.seen)))
        if mask is self.n.false:
            return
        if any(t.lets_go for t in self.tries):
            self.alive = self.n.and_(self.alive, self.n.not_(mask))
        (self.tries[-1].met if self.tries else self.contradictions).append(mask)

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
            self.guarded[_key(s.value)] = self.n.positive(value)

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

    def entry(self, value: Any, number: int) -> Any:
        """An entry of a list, null beyond its end."""
        if isinstance(value, tuple):
            return tuple(self.entry(one, number) for one in value)
        for node in value.walk():
            if node.op == "col":
                column, type_ = node.value
                facts = self.given.vocabulary.facts
                fact = facts.get(column) or facts[column.removesuffix("_top").removesuffix("_bottom")]
                item = type_.removeprefix("list-of-")
                return dated(self.n, self.n.at(value, number, item, *bounds(fact)), item)
        return self.n.null(INT)

    # -- expressions

    def show(self, i: ir.I) -> Any:
        return EXPRESSIONS[i.op](self, i)

    def const(self, i: ir.I) -> C:
        return self.n.const(i.value)

    def tmp(self, i: ir.I) -> Any:
        found = self.guarded.get(_key(i)) or self.names.get(i.value)
        if found is None:  # no way sets it that leads here
            return self.n.null(INT if i.low or i.high else WORD)
        return found

    def fact(self, i: ir.I) -> Any:
        name, presumed = i.value
        value = self.guarded.get(_key(i)) or self.given.fact(name)
        if presumed is None or isinstance(value, tuple):
            return value
        return self.n.or_else(value, self.n.const(presumed))

    def end_of_share(self, i: ir.I) -> C:
        name, presumed = i.value
        value = self.guarded.get(_key(i)) or self.given.fact(name)[0 if i.op == "top" else 1]
        if presumed is None:
            return value
        return self.n.or_else(value, self.n.const(presumed.numerator if i.op == "top" else presumed.denominator))

    def two(self, i: ir.I) -> tuple[C, C]:
        return self.show(i.args[0]), self.show(i.args[1])

    def both(self, i: ir.I) -> C:
        left = self.show(i.args[0])
        path = self.path
        self.path = self.n.and_(path, left if i.op == "and" else self.n.not_(left))
        right = self.show(i.args[1])
        self.path = path
        return self.n.and_(left, right) if i.op == "and" else self.n.or_(left, right)

    def positive(self, i: ir.I) -> C:
        value = self.show(i.args[0])
        self.met(self.n.compare("<=", value, self.n.zero))
        return self.n.positive(value)

    def within(self, i: ir.I) -> C:
        place = self.show(i.args[0])
        return inside(self.n, place, i.value)

    def workday(self, i: ir.I) -> C:
        way, calendar = i.value
        use, place = self.calendar_of(calendar)
        return spans.ask(self.n, way, use, place, self.show(i.args[0])) if use else self.n.null(INT)

    def calendar_of(self, name: str | None) -> tuple[spans.Use | None, C | None]:
        if name is None or name not in self.names:
            return None, None
        use, place = self.names[name], self.names[f"{name} place"]
        if place.is_null:
            return None, None
        return use, None if use.place is not None else place

    def move(self, i: ir.I) -> C:
        unit, way, clamp, calendar = i.value
        day, count = self.two(i)
        first = way == "beginning"
        if unit == "working days":
            use, place = self.calendar_of(calendar)
            if use is None:
                return self.n.null(INT)
            return spans.add_working(self.n, use, place, self.n.add(day, self.n.const(-1)) if first else day, count)
        months = self.n.mul(count, self.n.const(12)) if unit == "years" else count
        found = spans.add_months(self.n, day, months, clamp)
        return self.n.add(found, self.n.const(-1)) if first else found

    def length(self, i: ir.I) -> C:
        unit, through, begun, clamp, calendar = i.value
        a, b = self.two(i)
        end = self.n.add(b, self.n.one) if through else b
        if unit == "working days":
            use, place = self.calendar_of(calendar)
            return spans.working_days(self.n, use, place, a, end) if use else self.n.null(INT)
        months = spans.months_between(self.n, a, end, clamp, begun=begun)
        if unit == "months":
            return months
        return self.n.floor(self.n.add(months, self.n.const(11)) if begun else months, self.n.const(12))

    def rate(self, i: ir.I) -> C:
        series, bottom = i.value
        rate, day = self.setting.rates[series], self.show(i.args[0])
        outside = self.n.compare("<", day, self.n.const(rate.days[0]))
        if rate.until is not None:
            outside = self.n.or_(outside, self.n.compare("<", self.n.const(rate.until), day))
        self.met(outside)
        tops = tuple(v.numerator * (bottom // v.denominator) for v in rate.values)
        if day.is_null:
            return self.n.null(INT)
        return self.n.sel(outside, self.n.null(INT), spans.step(self.n, day, rate.days, tops))

    def item(self, i: ir.I) -> Any:
        value = self.show(i.args[0])
        size = self.n.size(value[0] if isinstance(value, tuple) else value)
        self.met(self.n.compare("<", size, self.n.const(i.value)))
        return self.entry(value, i.value)

    def end_of_fraction(self, i: ir.I) -> C:
        pair = self.show(i.args[0])
        if not isinstance(pair, tuple):
            return self.n.null(INT)
        return pair[0] if i.op == "numer" else self.n.positive(pair[1])


def _key(i: ir.I) -> str:
    return f"{i.op} {i.value if i.op == 'tmp' else i.value[0]}"


def inside(n: Nodes, place: C, within: str) -> C:
    """Whether a place lies in another, as the table of places last knew it."""
    codes = tuple(code for code in places.codes() if places.contains(code, within))
    by_country = n.among(n.country(place), codes) if codes else n.false
    return n.or_(n.among(place, (within,)), by_country)


STATEMENTS: dict[type, Callable[[_Convert, Any], None]] = {
    ir.Set: _Convert.set, ir.Attempt: _Convert.attempt, ir.Unless: _Convert.unless, ir.Need: _Convert.need,
    ir.Guard: _Convert.guard, ir.Agree: _Convert.agree, ir.Fail: _Convert.fail, ir.Clash: _Convert.clash,
    ir.Calendar: _Convert.calendar, ir.Loop: _Convert.loop, ir.Term: lambda _c, _s: None,
}  # fmt: skip

EXPRESSIONS: dict[str, Callable[[_Convert, ir.I], Any]] = {
    "const": _Convert.const, "tmp": _Convert.tmp, "fact": _Convert.fact, "top": _Convert.end_of_share,
    "bottom": _Convert.end_of_share, "has": lambda c, i: c.has(i.value), "note": lambda c, i: c.show(i.args[0]),
    "+": lambda c, i: c.n.add(*c.two(i)), "-": lambda c, i: c.n.sub(*c.two(i)), "*": lambda c, i: c.n.mul(*c.two(i)),
    "//": lambda c, i: c.n.floor(*c.two(i)), "floor": lambda c, i: c.n.floor(*c.two(i)),
    "min": lambda c, i: c.n.extreme("min", *c.two(i)), "max": lambda c, i: c.n.extreme("max", *c.two(i)),
    "<": lambda c, i: c.n.compare("<", *c.two(i)), "<=": lambda c, i: c.n.compare("<=", *c.two(i)),
    "==": lambda c, i: c.n.compare("==", *c.two(i)), "in": lambda c, i: c.n.among(c.show(i.args[0]), i.value),
    "not": lambda c, i: c.n.not_(c.show(i.args[0])), "and": _Convert.both, "or": _Convert.both,
    "positive": _Convert.positive, "within": _Convert.within, "workday": _Convert.workday, "move": _Convert.move,
    "length": _Convert.length, "rate": _Convert.rate, "item": _Convert.item,
    "month_day": lambda c, i: spans.month_day(c.n, c.show(i.args[0])),
    "numer": _Convert.end_of_fraction, "denom": _Convert.end_of_fraction,
    "total": lambda c, i: c.n.total(c.show(i.args[0]), i.low, i.high),
    "first": lambda c, i: dated(c.n, c.n.end("first", c.show(i.args[0]), i.low, i.high), "date"),
    "last": lambda c, i: dated(c.n, c.n.end("last", c.show(i.args[0]), i.low, i.high), "date"),
}  # fmt: skip
