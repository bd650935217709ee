"""The slow, obviously right reading: the typed tree walked with exact fractions, and with facts that are not known.

A value is known, or `Unknown`: which facts it lacks and the bounds it lies in. Every other reading must agree with this one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from recourse import days, places
from recourse.calendars import Calendar
from recourse.facts import Vocabulary
from recourse.rules.setting import Setting, calendar_for
from recourse.rules.tree import Expr, Row, Type, Version
from recourse.rules.types import fact_type

FAR = 10**40  # stands for "no bound"
FIRST_DAY, LAST_DAY = days.parse("1990-01-01"), days.parse("2099-12-31")
FIRST_SECOND, LAST_SECOND = 631_152_000, 4_102_444_800


class Unknown(NamedTuple):
    """A value that is not known: the facts it lacks, and its bounds (numbers, days) or its possible words."""

    lacks: frozenset[str]
    low: Any = -FAR
    high: Any = FAR
    words: tuple[str, ...] = ()


class Measured(NamedTuple):
    """A count taken from one of several measures: which one, and what the better ones lacked."""

    value: Any
    measure: int
    lacks: frozenset[str]


class Contradiction(Exception):
    """The facts cannot all be true: something is divided by zero, or a list is longer than it may be."""

    def __init__(self, expr: Expr | None, why: str = "") -> None:
        super().__init__(why)
        self.expr = expr


class NoFigure(Contradiction):
    """A dated figure is not known on the day in question."""


class Conflict(Exception):
    """Two exceptions hold, differ, and neither stands over the other."""

    def __init__(self, first: Row, second: Row) -> None:
        super().__init__(f"{first.id} and {second.id}")
        self.rows = (first, second)


class Undetermined(Exception):
    """A row's condition hangs on facts that are not known."""

    def __init__(self, condition: Expr, lacks: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(lacks)))
        self.condition, self.lacks = condition, lacks


@dataclass
class Decision:
    """What one version says on some facts. Amounts are whole smallest units, or Unknown.

    `outcome` is the deciding row's word, or `out-of-scope`. `values` holds what each node came to, by identity of the node.
    """

    outcome: str
    row: Row | None = None
    refund: Any = None
    lines: dict[str, Any] = field(default_factory=dict)
    extras: dict[str, Any] = field(default_factory=dict)
    values: dict[int, Any] = field(default_factory=dict)


def domain(kind: Type, name: str, at_most: int | None) -> Unknown:
    """Everything an unknown fact of a type can be."""
    lacks = frozenset((name,))
    if kind.kind in ("money", "count"):
        return Unknown(lacks, 0, at_most or FAR)
    if kind.kind == "number":
        return Unknown(lacks, Fraction(0), Fraction(1))
    if kind.kind == "date":
        return Unknown(lacks, FIRST_DAY, LAST_DAY)
    if kind.kind == "instant":
        return Unknown(lacks, FIRST_SECOND, LAST_SECOND)
    if kind.kind == "yesno":
        return Unknown(lacks, False, True)
    return Unknown(lacks, words=kind.words)


def presumed_values(version: Version, vocabulary: Vocabulary) -> dict[str, Any]:
    """What is taken for facts nobody knows: an Expr where the version says how, a value where the vocabulary does."""
    found: dict[str, Any] = {f.id: f.presumed for f in vocabulary.facts.values() if f.presumed is not None}
    found.update({p.fact: p.value for p in version.presume})
    return found


class Interpreter:
    """One version on one set of facts; every named value is worked out once, when first needed."""

    def __init__(
        self, version: Version, facts: Mapping[str, Any], setting: Setting, vocabulary: Vocabulary, *,
        readings: Mapping[str, bool] | None = None, forced: Mapping[int, bool] | None = None,
    ) -> None:  # fmt: skip
        self.version, self.facts, self.setting, self.vocabulary = version, facts, setting, vocabulary
        self.presumed = presumed_values(version, vocabulary)
        self.readings = {o.name: o.taken for o in version.opens} | dict(readings or {})
        self.forced = forced or {}
        self.named = version.named()
        self.parts = {p.name: p for p in version.parts}
        self.known: dict[str, Any] = {}
        self.values: dict[int, Any] = {}
        self.terms: dict[int, list[Any]] = {}  # of sums over rows, for the working
        self.assumed: dict[str, Any] = {}
        self.it: list[Any] = []
        self.row: list[tuple[int, dict[str, Any]]] = []

    # -- the decision

    def decide(self) -> Decision:
        """The outcome and amount. Raises Undetermined where a condition hangs on unknown facts."""
        version = self.version
        if version.applies is not None and not self.holds(version.applies):
            return Decision("out-of-scope", values=self.values)
        row = self.exception() or next((r for r in version.owed if r.when is None or self.holds(r.when)), None)
        if row is None:
            return Decision("answers", values=self.values)
        decision = Decision(row.outcome, row, values=self.values)
        if row.outcome == "pay":
            decision.refund = self.owed(row.amount)
        elif row.outcome == "keep":
            self.keep(row, decision)
        elif row.outcome == "credit":
            decision.refund = self.owed(row.amount)
        elif row.outcome == "discretion":
            decision.extras = {k: self.owed(e) for k, e in (("at_most", row.amount), ("likely", row.likely)) if e is not None}
        elif row.outcome in ("lost", "nothing", "excluded", "silent", "ask", "see", "exchange"):
            decision.refund = 0
        for name, expr in row.also:
            decision.extras[name] = self.rounded(expr)
        return decision

    def exception(self) -> Row | None:
        """The exception that holds; two that differ and hold are a conflict unless one stands over the other."""
        found: Row | None = None
        for row in self.version.exceptions:
            assert row.when is not None
            if found is None:
                if self.holds(row.when):
                    found = row
            elif row.id not in found.over and differ(found, row) and self.value(row.when) is True:
                raise Conflict(found, row)
        return found

    def keep(self, row: Row, decision: Decision) -> None:
        paid = self.fact("paid")
        total: Any = 0
        for name, expr in row.lines:
            amount = self.owed(expr)
            self.known[name] = decision.lines[name] = amount
            total = _plus(total, amount)
        decision.refund = _extreme(max, 0, _plus(paid, _times(total, -1)))
        decision.extras["owed_to_seller"] = total
        short = _extreme(max, 0, _plus(total, _times(paid, -1)))
        decision.extras["still_owed_by_learner"] = short if self.version.shortfall == "owed" else 0

    def owed(self, expr: Expr | None) -> Any:
        """An amount as the version rounds it: never below nothing."""
        assert expr is not None
        rounding = self.version.rounding
        value = _extreme(max, 0, plain(self.value(expr)))
        found = _bounds(value, lambda v: round_to(v, rounding.direction, Fraction(rounding.step)))
        self.values[id(expr)] = value
        return found

    def rounded(self, expr: Expr) -> Any:
        """Another answer of a row; money is rounded like an owed amount."""
        return self.owed(expr) if expr.type.kind in ("money", "zero") else plain(self.value(expr))

    def holds(self, condition: Expr) -> bool:
        forced = self.forced.get(id(condition))
        if forced is not None:
            return forced
        found = self.value(condition)
        if isinstance(found, Unknown):
            raise Undetermined(condition, found.lacks)
        return bool(found)

    def answers(self) -> dict[str, Any]:
        """Dates and outputs; Unknown where facts are missing. Money is whole smallest units."""
        found: dict[str, Any] = {}
        for name, _ in self.version.dates:
            found[name] = self.tried(lambda name=name: plain(self.name(name)))
        for name, expr in self.version.outputs:
            value = self.tried(lambda expr=expr: plain(self.value(expr)))
            if value is None:
                continue
            self.known[name] = value
            if expr.type.kind in ("money", "zero"):
                value = _bounds(_extreme(max, 0, value), lambda v: round_to(v, "half up", Fraction(1)))
            found[name] = self.known[name] = value
        return found

    def tried(self, work: Callable[[], Any]) -> Any:
        """An answer beside the decision: None where the facts contradict each other."""
        try:
            return work()
        except Contradiction:
            return None

    # -- values

    def fact(self, name: str) -> Any:
        if name in self.facts:
            return self.facts[name]
        taken = self.presumed.get(name)
        if taken is None:
            fact = self.vocabulary.facts[name]
            return domain(fact_type(self.vocabulary, name), name, fact.at_most)
        if name not in self.assumed:
            self.assumed[name] = self.value(taken) if isinstance(taken, Expr) else taken
        return self.assumed[name]

    def name(self, name: str) -> Any:
        if name not in self.known:
            expr = self.named[name]
            self.known[name] = self.value(expr)
        return self.known[name]

    def value(self, expr: Expr) -> Any:
        found = _READ[expr.op](self, expr)
        self.values[id(expr)] = found
        return found

    def args(self, expr: Expr) -> list[Any]:
        """The arguments' values; two counts of different measures are not brought together."""
        found = [self.value(a) for a in expr.args]
        measures = [v for v in found if isinstance(v, Measured)]
        if len({v.measure for v in measures}) > 1:
            worst = max(measures, key=lambda v: v.measure)
            return [Unknown(worst.lacks), *map(plain, found[1:])]
        return found

    def calendar(self) -> Calendar | Unknown:
        use = self.version.calendar
        assert use is not None
        place = use.place or self.fact(use.fact)
        if isinstance(place, Unknown):
            return Unknown(place.lacks)
        return calendar_for(use, place)

    def rate(self, series: str, day: int) -> Any:
        found = self.setting.rates[series].on(day)
        if found is None:
            raise NoFigure(None, f"{series}, {days.show(day)}")
        return found


def plain(value: Any) -> Any:
    return value.value if isinstance(value, Measured) else value


def differ(a: Row, b: Row) -> bool:
    """Whether two rows can give different money: ends of a right that pay nothing are alike."""
    ends = ("lost", "nothing", "excluded", "silent")
    if a.outcome in ends and b.outcome in ends:
        return False
    return (a.outcome, a.amount, a.lines, a.word) != (b.outcome, b.amount, b.lines, b.word)


def round_to(value: Any, direction: str, step: Fraction) -> Any:
    """A number rounded to a step; whole where the step is."""
    units = Fraction(value) / step
    if direction == "down":
        whole = math.floor(units)
    elif direction == "up":
        whole = math.ceil(units)
    else:
        whole = math.floor(units + Fraction(1, 2))
    found = whole * step
    return int(found) if found.denominator == 1 else found


# -- arithmetic on known and unknown numbers


def _lacks(values: Iterable[Any]) -> frozenset[str]:
    return frozenset().union(*(v.lacks for v in values if isinstance(v, Unknown)))


def _ends(value: Any) -> tuple[Any, Any]:
    return (value.low, value.high) if isinstance(value, Unknown) else (value, value)


def _bounds(value: Any, monotone: Callable[[Any], Any]) -> Any:
    """A rising function of a number that may be unknown."""
    if not isinstance(value, Unknown):
        return monotone(value)
    low = value.low if abs(value.low) >= FAR else monotone(value.low)
    high = value.high if abs(value.high) >= FAR else monotone(value.high)
    return Unknown(value.lacks, low, high)


def _clip(value: Any) -> Any:
    return max(-FAR, min(FAR, value))


def _plus(a: Any, b: Any) -> Any:
    if not isinstance(a, Unknown) and not isinstance(b, Unknown):
        return a + b
    (al, ah), (bl, bh) = _ends(a), _ends(b)
    return Unknown(_lacks((a, b)), _clip(al + bl), _clip(ah + bh))


def _times(a: Any, b: Any) -> Any:
    if not isinstance(a, Unknown) and not isinstance(b, Unknown):
        return a * b
    if a == 0 and not isinstance(a, Unknown) or b == 0 and not isinstance(b, Unknown):
        return 0  # nothing of an unknown is nothing
    corners = [_clip(x * y) for x in _ends(a) for y in _ends(b)]
    return Unknown(_lacks((a, b)), min(corners), max(corners))


def _extreme(pick: Callable[..., Any], a: Any, b: Any) -> Any:
    if not isinstance(a, Unknown) and not isinstance(b, Unknown):
        return pick(a, b)
    (al, ah), (bl, bh) = _ends(a), _ends(b)
    low, high = pick(al, bl), pick(ah, bh)
    if low == high:
        return low
    settled = a if not isinstance(a, Unknown) else b
    if not isinstance(settled, Unknown) and low == high == settled:
        return settled
    return Unknown(_lacks((a, b)), low, high)


def _add(self: Interpreter, expr: Expr) -> Any:
    a, b = self.args(expr)
    return _like(expr, (a, b), _plus(plain(a), plain(b)))


def _sub(self: Interpreter, expr: Expr) -> Any:
    a, b = self.args(expr)
    return _like(expr, (a, b), _plus(plain(a), _times(plain(b), -1)))


def _mul(self: Interpreter, expr: Expr) -> Any:
    a, b = self.args(expr)
    return _like(expr, (a, b), _times(plain(a), plain(b)))


def _like(expr: Expr, args: tuple[Any, ...], value: Any) -> Any:
    """The value with the measure of its arguments, while it still is a count of two possible measures."""
    found = next((a for a in args if isinstance(a, Measured)), None)
    if found is None or isinstance(value, Unknown) or len(expr.type.units) < 2:
        return value
    return Measured(value, found.measure, found.lacks)


def _div(self: Interpreter, expr: Expr) -> Any:
    a, b = map(plain, self.args(expr))
    if not isinstance(b, Unknown):
        if b <= 0:
            raise Contradiction(expr, "divided by nothing, or by less")
        return Fraction(a) / b if not isinstance(a, Unknown) else _times(a, Fraction(1) / b)
    if not isinstance(a, Unknown) and a == 0:
        return 0
    if b.low <= 0 <= b.high:
        b = b._replace(low=1 if b.low >= 0 else b.low)
    if b.low <= 0 or b.high >= FAR and b.low <= 0:
        return Unknown(_lacks((a, b)))
    corners = [Fraction(x) / y for x in _ends(a) for y in (b.low, b.high)]
    return Unknown(_lacks((a, b)), min(corners), max(corners))


def _compare(self: Interpreter, expr: Expr) -> Any:
    a, b = map(plain, self.args(expr))
    op = expr.op
    if op in ("gt", "ge"):
        a, b, op = b, a, {"gt": "lt", "ge": "le"}[op]
    if not isinstance(a, Unknown) and not isinstance(b, Unknown):
        return a < b if op == "lt" else a <= b
    (al, ah), (bl, bh) = _ends(a), _ends(b)
    surely, possibly = (ah < bl, al < bh) if op == "lt" else (ah <= bl, al <= bh)
    if surely or not possibly:
        return bool(surely)
    return Unknown(_lacks((a, b)), False, True)


def _eq(self: Interpreter, expr: Expr) -> Any:
    a, b = map(plain, self.args(expr))
    if not isinstance(a, Unknown) and not isinstance(b, Unknown):
        return a == b
    (al, ah), (bl, bh) = _ends(a), _ends(b)
    if ah < bl or bh < al:
        return False
    return Unknown(_lacks((a, b)), False, True)


def _is(self: Interpreter, expr: Expr) -> Any:
    value = self.value(expr.args[0])
    if not isinstance(value, Unknown):
        return value in expr.value
    if value.words:
        inside = [w in expr.value for w in value.words]
        if all(inside) or not any(inside):
            return all(inside)
    return Unknown(value.lacks, False, True)


def _within(self: Interpreter, expr: Expr) -> Any:
    value = self.value(expr.args[0])
    return Unknown(value.lacks, False, True) if isinstance(value, Unknown) else places.contains(value, expr.value)


def _and(self: Interpreter, expr: Expr) -> Any:
    return _both(self, expr, False)


def _or(self: Interpreter, expr: Expr) -> Any:
    return _both(self, expr, True)


def _both(self: Interpreter, expr: Expr, settles: bool) -> Any:
    left = self.value(expr.args[0])
    if left is settles:
        return settles
    right = self.value(expr.args[1])
    if right is settles:
        return settles
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return Unknown(_lacks((left, right)), False, True)
    return right


def _not(self: Interpreter, expr: Expr) -> Any:
    value = self.value(expr.args[0])
    return value if isinstance(value, Unknown) else not value


def _min(self: Interpreter, expr: Expr) -> Any:
    a, b = self.args(expr)
    return _like(expr, (a, b), _extreme(min, plain(a), plain(b)))


def _max(self: Interpreter, expr: Expr) -> Any:
    a, b = self.args(expr)
    return _like(expr, (a, b), _extreme(max, plain(a), plain(b)))


def _round(self: Interpreter, expr: Expr) -> Any:
    value = self.value(expr.args[0])
    direction, _, step = expr.value
    return _like(expr, (value,), _bounds(plain(value), lambda v: round_to(v, direction, step)))


def _else(self: Interpreter, expr: Expr) -> Any:
    first = self.value(expr.args[0])
    if not isinstance(first, Unknown):
        return first if isinstance(first, Measured) or len(expr.type.units) < 2 and not _measured_list(expr.type) else Measured(first, 0, frozenset())
    second = self.value(expr.args[1])
    if isinstance(second, Unknown):
        return Unknown(first.lacks | second.lacks, min(first.low, second.low), max(first.high, second.high), first.words or second.words)
    if len(expr.type.units) > 1 or _measured_list(expr.type):
        inner = second if isinstance(second, Measured) else Measured(second, 0, frozenset())
        return Measured(inner.value, inner.measure + 1, first.lacks | inner.lacks)
    return second


def _measured_list(kind: Type) -> bool:
    return kind.item is not None and len(kind.item.units) > 1


def _case(self: Interpreter, expr: Expr) -> Any:
    args = expr.args
    for number in range(0, len(args) - 1, 2):
        condition = self.value(args[number])
        if isinstance(condition, Unknown):
            then = self.value(args[number + 1])
            rest = _case(self, Expr("case", args[number + 2 :], None, expr.at, expr.type))
            return _join(condition.lacks, then, rest)
        if condition:
            return self.value(args[number + 1])
    return self.value(args[-1])


def _join(lacks: frozenset[str], a: Any, b: Any) -> Any:
    """One of two values, it is not known which."""
    if not isinstance(a, Unknown) and a == b:
        return a
    a, b = plain(a), plain(b)
    lacks = lacks | _lacks((a, b))
    if isinstance(a, str) or isinstance(b, str) or isinstance(a, Unknown) and a.words or isinstance(b, Unknown) and b.words:
        both = (*(a.words if isinstance(a, Unknown) else (a,)), *(b.words if isinstance(b, Unknown) else (b,)))
        return Unknown(lacks, words=tuple(dict.fromkeys(both)))
    (al, ah), (bl, bh) = _ends(a), _ends(b)
    return Unknown(lacks, min(al, bl), max(ah, bh))


def _apply(self: Interpreter, expr: Expr) -> Any:
    self.it.append(self.value(expr.args[0]))
    try:
        return self.value(expr.args[1])
    finally:
        self.it.pop()


def _pick(self: Interpreter, expr: Expr) -> Any:
    selector = self.value(expr.args[0])
    words = expr.value[2]
    if not isinstance(selector, Unknown):
        if selector not in words:
            raise Contradiction(expr, f"the table has no row for {selector}")
        return self.value(expr.args[1 + words.index(selector)])
    found = [self.value(a) for a, w in zip(expr.args[1:], words, strict=True) if not selector.words or w in selector.words]
    joined = found[0]
    for one in found[1:]:
        joined = _join(selector.lacks, joined, one)
    return joined


def _shift(self: Interpreter, expr: Expr) -> Any:
    unit, way = expr.value
    length, start = map(plain, self.args(expr))
    if isinstance(length, Unknown) and unit in ("working days", "months", "years"):
        length = length._replace(low=max(length.low, 0), high=min(length.high, 1200))
    lacks = _lacks((length, start))
    calendar = self.calendar() if unit == "working days" else None
    if isinstance(calendar, Unknown):
        lacks |= calendar.lacks
    (nl, nh), (dl, dh) = _ends(length), _ends(start)
    if way == "before":
        nl, nh = -nh, -nl
    if not lacks:
        return move(dl, int(nl), unit, way, self.version.months, calendar)
    if isinstance(calendar, Unknown) or unit == "working days":
        return Unknown(lacks, dl + 7 * nl - 30 if nl < 0 else dl, dh + 7 * nh + 30 if nh > 0 else dh)
    if max(abs(nl), abs(nh)) >= FAR:
        return Unknown(lacks, FIRST_DAY, LAST_DAY)
    low = move(dl, int(nl), unit, way, self.version.months, None) if dl > 400 else dl
    high = move(min(dh, 3_000_000), int(min(nh, 100_000)), unit, way, self.version.months, None) if unit not in ("hours",) else dh + nh * 3600
    return Unknown(lacks, low, high)


def move(start: int, n: int, unit: str, way: str, clamp: str, calendar: Calendar | None) -> int:
    """A day (or instant) moved by n units; `beginning with` counts the first day itself."""
    seconds = start > 10_000_000  # an instant: seconds, never a day number
    if way == "beginning":
        if unit == "days":
            return start + n - 1
        if unit == "weeks":
            return start + 7 * n - 1
        if unit == "working days" and calendar is not None:
            return calendar.add_working(start - 1, n)
        return days.add_months(start, n * (12 if unit == "years" else 1), clamp) - 1  # type: ignore[arg-type]
    if unit == "hours":
        return start + 3600 * n
    if unit in ("days", "weeks"):
        return start + n * (7 if unit == "weeks" else 1) * (86400 if seconds else 1)
    if unit == "working days":
        assert calendar is not None
        return calendar.add_working(start, n)
    return days.add_months(start, n * (12 if unit == "years" else 1), clamp)  # type: ignore[arg-type]


def _workday(self: Interpreter, expr: Expr) -> Any:
    day = self.value(expr.args[0])
    calendar = self.calendar()
    lacks = _lacks((day, calendar))
    if lacks:
        low, high = _ends(day)
        return Unknown(lacks, low, high + 14) if expr.value == "next" else Unknown(lacks, low - 14, high)
    assert isinstance(calendar, Calendar)
    return calendar.next_working(day) if expr.value == "next" else calendar.previous_working(day)


def _between(self: Interpreter, expr: Expr) -> Any:
    unit, through, begun = expr.value
    a, b = map(plain, self.args(expr))
    lacks = _lacks((a, b))
    calendar = self.calendar() if unit == "working days" else None
    if isinstance(calendar, Unknown):
        lacks |= calendar.lacks
    (al, ah), (bl, bh) = _ends(a), _ends(b)
    if not lacks:
        return length(al, bl, unit, through, begun, self.version.months, calendar)
    if unit == "working days":
        return Unknown(lacks, 0, max(0, bh - al + 1))
    low, high = (length(x, y, unit, through, begun, self.version.months, None) for x, y in ((ah, bl), (al, bh)))
    return Unknown(lacks, low, high)


def length(a: int, b: int, unit: str, through: bool, begun: bool, clamp: str, calendar: Calendar | None) -> int:
    """How many units lie between two days; `through` counts the last one too."""
    end = b + 1 if through else b
    if unit == "days":
        return end - a
    if unit == "hours":
        return -(-(b - a) // 3600) if begun else (b - a) // 3600
    if unit == "weeks":
        return -(-(end - a) // 7) if begun else (end - a) // 7
    if unit == "working days":
        assert calendar is not None
        return calendar.working_days(a, end)
    months = days.begun_months(a, end, clamp) if begun else days.months_between(a, end, clamp)  # type: ignore[arg-type]
    return months if unit == "months" else (-(-months // 12) if begun else months // 12)


def _sum(self: Interpreter, expr: Expr) -> Any:
    part = self.parts[expr.value]
    columns: dict[str, Any] = {}
    measures: list[Measured] = []
    lacks: frozenset[str] = frozenset()
    for name, source in part.columns:
        value = self.value(source)
        if isinstance(value, Measured):
            measures.append(value)
        if isinstance(value, Unknown):
            lacks |= value.lacks
        columns[name] = value
    if lacks:
        return Unknown(lacks)
    lists = [plain(v) for v in columns.values()]
    size = len(lists[0])
    if size > part.at_most or any(len(one) != size for one in lists):
        raise Contradiction(expr, f"{part.name} has {size} rows, at most {part.at_most}, all lists of one length")
    total: Any = 0
    terms: list[Any] = []
    for number in range(size):
        here: dict[str, Any] = {}
        for name, value in columns.items():
            entry = plain(value)[number]
            here[name] = Measured(entry, value.measure, value.lacks) if isinstance(value, Measured) else entry
            here[f"so_far {name}"] = sum(plain(value)[:number]) if _summable(part.columns, name) else None
        self.row.append((number + 1, here))
        try:
            term = plain(self.value(expr.args[0]))
            terms.append(term)
            total = _plus(total, term)
        finally:
            self.row.pop()
    self.terms[id(expr)] = terms
    return total


def _summable(columns: tuple[tuple[str, Expr], ...], name: str) -> bool:
    kind = dict(columns)[name].type.item
    return kind is not None and kind.kind in ("money", "count")


def _column(self: Interpreter, expr: Expr) -> Any:
    return self.row[-1][1][expr.value[1]]


def _so_far(self: Interpreter, expr: Expr) -> Any:
    here = self.row[-1][1]
    value, total = here[expr.value[1]], here[f"so_far {expr.value[1]}"]
    return Measured(total, value.measure, value.lacks) if isinstance(value, Measured) else total


def _rowlet(self: Interpreter, expr: Expr) -> Any:
    part, name = expr.value
    here = self.row[-1][1]
    key = f"let {name}"
    if key not in here:
        here[key] = self.value(dict(self.parts[part].lets)[name])
    return here[key]


def _total(self: Interpreter, expr: Expr) -> Any:
    value = self.value(expr.args[0])
    if isinstance(value, Unknown):
        return Unknown(value.lacks, 0, FAR)
    total = sum(plain(value))
    return Measured(total, value.measure, value.lacks) if isinstance(value, Measured) else total


def _item(self: Interpreter, expr: Expr) -> Any:
    value = plain(self.value(expr.args[0]))
    if isinstance(value, Unknown):
        return Unknown(value.lacks)
    if len(value) < expr.value:
        raise Contradiction(expr, f"the list has no entry {expr.value}")
    return value[expr.value - 1]


def _end_of(which: int) -> Callable[[Interpreter, Expr], Any]:
    def read(self: Interpreter, expr: Expr) -> Any:
        value = self.value(expr.args[0])
        return Unknown(value.lacks, FIRST_DAY, LAST_DAY) if isinstance(value, Unknown) else value[which]

    return read


def _rate(self: Interpreter, expr: Expr) -> Any:
    day = self.value(expr.args[0])
    if isinstance(day, Unknown):
        values = self.setting.rates[expr.value].values
        return Unknown(day.lacks, min(values), max(values))
    return self.rate(expr.value, day)


def _month_day(self: Interpreter, expr: Expr) -> Any:
    day = self.value(expr.args[0])
    return Unknown(day.lacks, 1, 31) if isinstance(day, Unknown) else days.day_of_month(day)


def _literal(_: Interpreter, expr: Expr) -> Any:
    return expr.value[0] if expr.type.kind == "money" else expr.value


_READ: dict[str, Callable[[Interpreter, Expr], Any]] = {
    "lit": _literal, "fact": lambda s, e: s.fact(e.value), "let": lambda s, e: s.name(e.value),
    "open": lambda s, e: s.readings[e.value], "it": lambda s, _: s.it[-1], "column": _column, "rowlet": _rowlet,
    "row": lambda s, _: s.row[-1][0], "so_far": _so_far, "sum": _sum, "total": _total, "item": _item,
    "first": _end_of(0), "last": _end_of(1), "add": _add, "sub": _sub, "mul": _mul, "div": _div, "lt": _compare,
    "le": _compare, "gt": _compare, "ge": _compare, "eq": _eq, "is": _is, "within": _within, "and": _and, "or": _or,
    "not": _not, "min": _min, "max": _max, "round": _round, "workday": _workday, "else": _else, "shift": _shift,
    "between": _between, "rate": _rate, "month_day": _month_day, "case": _case, "apply": _apply, "pick": _pick,
}  # fmt: skip
