"""How each construct of the language is read, on values that are known and on those that are not."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Any

from recourse import days, places
from recourse.calendars import Calendar
from recourse.rules.spans import length, move
from recourse.rules.stops import Contradiction
from recourse.rules.tree import Expr
from recourse.rules.unknown import (
    FAR,
    FIRST_DAY,
    LAST_DAY,
    Measured,
    Unknown,
    either,
    ends,
    extreme,
    in_unit,
    lacking,
    mixed,
    plain,
    plus,
    rising,
    round_to,
    times,
)

if TYPE_CHECKING:
    from recourse.rules.interpret import Interpreter


def _add(self: Interpreter, expr: Expr) -> Any:
    a, b = self.args(expr)
    return _like(expr, (a, b), plus(plain(a), plain(b)))


def _sub(self: Interpreter, expr: Expr) -> Any:
    a, b = self.args(expr)
    return _like(expr, (a, b), plus(plain(a), times(plain(b), -1)))


def _mul(self: Interpreter, expr: Expr) -> Any:
    a, b = self.args(expr)
    return _like(expr, (a, b), times(plain(a), plain(b)))


def _like(expr: Expr, args: tuple[Any, ...], value: Any) -> Any:
    """The value with the measure of its arguments, while it still is a count of two possible measures."""
    found = next((a for a in args if isinstance(a, Measured)), None)
    if found is None or isinstance(value, Unknown) or not mixed(expr.type):
        return value
    return found._replace(value=value)


def _div(self: Interpreter, expr: Expr) -> Any:
    a, b = map(plain, self.args(expr))
    if not isinstance(b, Unknown):
        if b <= 0:
            raise Contradiction(expr, "divided by nothing, or by less")
        return Fraction(a) / b if not isinstance(a, Unknown) else times(a, Fraction(1) / b)
    if not isinstance(a, Unknown) and a == 0:
        return 0
    if b.low <= 0 <= b.high:
        b = b._replace(low=1 if b.low >= 0 else b.low)
    if b.low <= 0 or (b.high >= FAR and b.low <= 0):
        return Unknown(lacking((a, b)))
    corners = [Fraction(x) / y for x in ends(a) for y in (b.low, b.high)]
    return Unknown(lacking((a, b)), min(corners), max(corners))


def _compare(self: Interpreter, expr: Expr) -> Any:
    a, b = map(plain, self.args(expr))
    op = expr.op
    if op in ("gt", "ge"):
        a, b, op = b, a, {"gt": "lt", "ge": "le"}[op]
    if not isinstance(a, Unknown) and not isinstance(b, Unknown):
        return a < b if op == "lt" else a <= b
    (al, ah), (bl, bh) = ends(a), ends(b)
    surely, possibly = (ah < bl, al < bh) if op == "lt" else (ah <= bl, al <= bh)
    if surely or not possibly:
        return bool(surely)
    return Unknown(lacking((a, b)), False, True)


def _eq(self: Interpreter, expr: Expr) -> Any:
    a, b = map(plain, self.args(expr))
    if not isinstance(a, Unknown) and not isinstance(b, Unknown):
        return a == b
    (al, ah), (bl, bh) = ends(a), ends(b)
    if ah < bl or bh < al:
        return False
    return Unknown(lacking((a, b)), False, True)


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


def _compatriot(self: Interpreter, expr: Expr) -> Any:
    a, b = map(plain, self.args(expr))
    if isinstance(a, Unknown) or isinstance(b, Unknown):
        return Unknown(lacking((a, b)), False, True)
    return places.country(a) == places.country(b)


def _and(self: Interpreter, expr: Expr) -> Any:
    return _both(self, expr, False)


def _or(self: Interpreter, expr: Expr) -> Any:
    return _both(self, expr, True)


def _both(self: Interpreter, expr: Expr, settles: bool) -> Any:
    left = self.value(expr.args[0])
    if left is settles:
        return settles
    try:
        right = self.value(expr.args[1])
    except Contradiction:
        if isinstance(left, Unknown):
            return left  # the other side is not asked unless this one lets it
        raise
    if right is settles:
        return settles
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return Unknown(lacking((left, right)), False, True)
    return right


def _not(self: Interpreter, expr: Expr) -> Any:
    value = self.value(expr.args[0])
    return value if isinstance(value, Unknown) else not value


def _min(self: Interpreter, expr: Expr) -> Any:
    a, b = self.args(expr)
    return _like(expr, (a, b), extreme(min, plain(a), plain(b)))


def _max(self: Interpreter, expr: Expr) -> Any:
    a, b = self.args(expr)
    return _like(expr, (a, b), extreme(max, plain(a), plain(b)))


def _round(self: Interpreter, expr: Expr) -> Any:
    value = self.value(expr.args[0])
    direction, _, step = expr.value
    return _like(expr, (value,), rising(plain(value), lambda v: round_to(v, direction, step)))


def _else(self: Interpreter, expr: Expr) -> Any:
    first = self.value(expr.args[0])
    if not isinstance(first, Unknown):
        return _chosen(expr, expr.args[0], first)
    second = self.value(expr.args[1])
    if isinstance(second, Unknown):
        return Unknown(
            first.lacks | second.lacks,
            min(first.low, second.low),
            max(first.high, second.high),
            first.words or second.words,
        )
    second = _chosen(expr, expr.args[1], second)
    return second._replace(lacks=first.lacks | second.lacks) if isinstance(second, Measured) else second


def _chosen(expr: Expr, taken: Expr, value: Any) -> Any:
    """One of several values; a count remembers in which unit it is, if the others are in another."""
    return in_unit(taken.type, value) if mixed(expr.type) else value


def _case(self: Interpreter, expr: Expr) -> Any:
    args = expr.args
    for number in range(0, len(args) - 1, 2):
        condition = self.value(args[number])
        if isinstance(condition, Unknown):
            rest = Expr("case", args[number + 2 :], None, expr.at, expr.type)
            return _possible(condition.lacks, [partial(self.value, args[number + 1]), partial(_case, self, rest)])
        if condition:
            return _chosen(expr, args[number + 1], self.value(args[number + 1]))
    return _chosen(expr, args[-1], self.value(args[-1]))


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
        row = expr.args[1 + words.index(selector)]
        return _chosen(expr, row, self.value(row))
    rows = zip(expr.args[1:], words, strict=True)
    return _possible(
        selector.lacks, [partial(self.value, a) for a, w in rows if not selector.words or w in selector.words]
    )


def _possible(lacks: frozenset[str], ways: list[Callable[[], Any]]) -> Any:
    """One of several values, it is not known which; a way that the facts contradict is none."""
    found = []
    problem: Contradiction | None = None
    for way in ways:
        try:
            found.append(way())
        except Contradiction as error:
            problem = error
    if not found:
        raise problem or Contradiction(None, "no way is left")
    joined = found[0]
    for one in found[1:]:
        joined = either(lacks, joined, one)
    return joined


def _shift(self: Interpreter, expr: Expr) -> Any:
    unit, way = expr.value
    length, start = map(plain, self.args(expr))
    if isinstance(length, Unknown) and unit in ("working days", "months", "years"):
        length = length._replace(low=max(length.low, 0), high=min(length.high, 1200))
    lacks = lacking((length, start))
    calendar = self.calendar() if unit == "working days" else None
    if isinstance(calendar, Unknown):
        lacks |= calendar.lacks
    (nl, nh), (dl, dh) = ends(length), ends(start)
    if way == "before":
        nl, nh = -nh, -nl
    if not lacks and not isinstance(calendar, Unknown):
        return move(dl, int(nl), unit, way, self.version.months, calendar)
    if isinstance(calendar, Unknown) or unit == "working days":
        return Unknown(lacks, dl + 7 * nl - 30 if nl < 0 else dl, dh + 7 * nh + 30 if nh > 0 else dh)
    if max(abs(nl), abs(nh)) >= FAR:
        return Unknown(lacks, FIRST_DAY, LAST_DAY)
    low = move(dl, int(nl), unit, way, self.version.months, None) if dl > 400 else dl
    high = (
        move(min(dh, 3_000_000), int(min(nh, 100_000)), unit, way, self.version.months, None)
        if unit != "hours"
        else dh + nh * 3600
    )
    return Unknown(lacks, low, high)


def _workday(self: Interpreter, expr: Expr) -> Any:
    day = self.value(expr.args[0])
    calendar = self.calendar()
    lacks = lacking((day, calendar))
    if lacks:
        low, high = ends(day)
        return Unknown(lacks, low, high + 14) if expr.value == "next" else Unknown(lacks, low - 14, high)
    assert isinstance(calendar, Calendar)
    return calendar.next_working(day) if expr.value == "next" else calendar.previous_working(day)


def _between(self: Interpreter, expr: Expr) -> Any:
    unit, through, begun = expr.value
    a, b = map(plain, self.args(expr))
    lacks = lacking((a, b))
    calendar = self.calendar() if unit == "working days" else None
    if isinstance(calendar, Unknown):
        lacks |= calendar.lacks
    (al, ah), (bl, bh) = ends(a), ends(b)
    if not lacks and not isinstance(calendar, Unknown):
        return length(al, bl, unit, through, begun, self.version.months, calendar)
    if unit == "working days":
        return Unknown(lacks, min(0, bl - ah), max(0, bh - al + 1))
    low, high = (length(x, y, unit, through, begun, self.version.months, None) for x, y in ((ah, bl), (al, bh)))
    return Unknown(lacks, low, high)


def _sum(self: Interpreter, expr: Expr) -> Any:
    part = self.parts[expr.value]
    columns: dict[str, Any] = {}
    lacks: frozenset[str] = frozenset()
    for name, source in part.columns:
        value = self.value(source)
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
    measures: list[Measured] = []
    for number in range(size):
        here: dict[str, Any] = {}
        for name, value in columns.items():
            entry = plain(value)[number]
            here[name] = value._replace(value=entry) if isinstance(value, Measured) else entry
            here[f"so_far {name}"] = sum(plain(value)[:number]) if _summable(part.columns, name) else None
        self.row.append((number + 1, here))
        try:
            found = self.value(expr.args[0])
            term = plain(found)
            terms.append(term)
            measures += [found] if isinstance(found, Measured) else []
            total = plus(total, term)
        finally:
            self.row.pop()
    self.terms[id(expr)] = terms
    return _like(expr, tuple(measures), total)


def _summable(columns: tuple[tuple[str, Expr], ...], name: str) -> bool:
    kind = dict(columns)[name].type.item
    return kind is not None and kind.kind in ("money", "count")


def _column(self: Interpreter, expr: Expr) -> Any:
    return self.row[-1][1][expr.value[1]]


def _so_far(self: Interpreter, expr: Expr) -> Any:
    here = self.row[-1][1]
    value, total = here[expr.value[1]], here[f"so_far {expr.value[1]}"]
    return value._replace(value=total) if isinstance(value, Measured) else total


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
    return value._replace(value=total) if isinstance(value, Measured) else total


def _item(self: Interpreter, expr: Expr) -> Any:
    value = self.value(expr.args[0])
    if isinstance(value, Unknown):
        return Unknown(value.lacks)
    entries = plain(value)
    if len(entries) < expr.value:
        raise Contradiction(expr, f"the list has no entry {expr.value}")
    entry = entries[expr.value - 1]
    return value._replace(value=entry) if isinstance(value, Measured) else entry


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


READ: dict[str, Callable[[Interpreter, Expr], Any]] = {
    "lit": _literal, "fact": lambda s, e: s.fact(e.value), "let": lambda s, e: s.name(e.value),
    "open": lambda s, e: s.readings[e.value], "it": lambda s, _: s.it[-1], "column": _column, "rowlet": _rowlet,
    "row": lambda s, _: s.row[-1][0], "so_far": _so_far, "sum": _sum, "total": _total, "item": _item,
    "first": _end_of(0), "last": _end_of(1), "add": _add, "sub": _sub, "mul": _mul, "div": _div, "lt": _compare,
    "le": _compare, "gt": _compare, "ge": _compare, "eq": _eq, "is": _is, "within": _within,
    "compatriot": _compatriot, "and": _and, "or": _or,
    "not": _not, "min": _min, "max": _max, "round": _round, "workday": _workday, "else": _else, "shift": _shift,
    "between": _between, "rate": _rate, "month_day": _month_day, "case": _case, "apply": _apply, "pick": _pick,
}  # fmt: skip
