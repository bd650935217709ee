"""Gives every node of an expression its type and its meaning, or says what does not fit and what would.

Names are looked up here once: afterwards a node is a fact, a named value, a column, never just a word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import NoReturn

from recourse import places
from recourse.facts import Vocabulary
from recourse.problems import Place, Problem, near
from recourse.rules import grammar
from recourse.rules.tree import (
    DATE,
    INSTANT,
    MONEY,
    NUMBER,
    PERIOD,
    PLACE,
    TEXT,
    YESNO,
    ZERO,
    Expr,
    Type,
    count,
)  # fmt: skip

NUMERIC = ("money", "number", "count", "zero")
ORDERED = (*NUMERIC, "date", "instant")


@dataclass
class Scope:
    """What the names of one version mean; `named` and `tables` are worked out when first asked for."""

    vocabulary: Vocabulary
    named: Callable[[str], Expr | None]
    known_names: Callable[[], list[str]]
    table: Callable[[str, Expr, Place | None], Expr | None]
    column: Callable[[str, str | None, Place | None], Expr | None]
    opens: frozenset[str] = frozenset()
    rates: frozenset[str] = frozenset()
    months: str = ""
    has_calendar: bool = False
    lines: Mapping[str, Type] = field(default_factory=dict)
    it: Type | None = None
    part: str = ""
    part_columns: Mapping[str, Type] = field(default_factory=dict)
    part_lets: Callable[[str], Expr | None] = lambda _: None
    sums: Callable[[str, Expr, Scope], Expr] | None = None


def fact_type(vocabulary: Vocabulary, name: str) -> Type:
    """The type of a fact as the vocabulary declares it."""
    fact = vocabulary.facts[name]
    return _declared(fact.type, fact.unit, tuple(fact.choices))


def _declared(kind: str, unit: str | None, choices: tuple[str, ...]) -> Type:
    if kind.startswith("list-of-"):
        return Type("list", item=_declared(kind.removeprefix("list-of-"), unit, choices))
    if kind == "share":
        return NUMBER
    if kind == "count":
        return count(unit) if unit else count()
    if kind == "choice":
        return Type("choice", words=choices)
    return {t.kind: t for t in (MONEY, DATE, INSTANT, YESNO, PLACE, TEXT, PERIOD)}[kind]


def plain_name(name: str) -> str:
    """The name of a part or column in the tree: without hyphens, so that any language can spell it."""
    return name.replace("-", "_")


def fail(expr: Expr, message: str, hint: str = "") -> NoReturn:
    raise Problem(message, where=expr.at, hint=hint or None)


def is_bare(expr: Expr) -> bool:
    """Only written numbers in it: such a number takes the unit of what it stands beside."""
    return all(e.op in ("lit", "add", "sub", "mul", "div") for e in expr.walk()) and expr.type.kind in (
        "number",
        "zero",
    )


def is_whole(expr: Expr, named: Callable[[str], Expr | None]) -> bool:
    """Provably a whole number; `named` gives the meaning of a name."""
    if expr.op == "lit":
        return not isinstance(expr.value, Fraction) or expr.value.denominator == 1
    if expr.op in ("fact", "column", "so_far", "row", "between", "month_day", "item", "total", "it"):
        return expr.type.kind != "number"
    if expr.op == "round":
        return expr.type.kind == "count"
    if expr.op == "let":
        found = named(str(expr.value))
        return found is not None and is_whole(found, named)
    if expr.op in ("add", "sub", "mul", "min", "max", "else"):
        return all(is_whole(a, named) for a in expr.args)
    if expr.op == "case":
        return all(is_whole(a, named) for a in (*expr.args[1::2], expr.args[-1]))
    if expr.op == "sum":
        return is_whole(expr.args[0], named)
    if expr.op == "pick":
        return all(is_whole(a, named) for a in expr.args[1:])
    return expr.op == "apply" and is_whole(expr.args[1], named)


def unify(at: Expr, left: Expr, right: Expr, *, loose: bool = False) -> Type:
    """The common type of two values that stand in for each other or are compared."""
    a, b = left.type, right.type
    if a == b:
        return a
    if a.kind == "zero" and b.kind in NUMERIC:
        return b
    if b.kind == "zero" and a.kind in NUMERIC:
        return a
    if a.kind == b.kind == "count":
        if not a.units or not b.units:
            return a if a.units else b
        if loose:
            return count(*dict.fromkeys((*a.units, *b.units)))
        _same_order(at, a.units, b.units)
        fail(at, f"{' or '.join(a.units)} do not mix with {' or '.join(b.units)}", "use the same measure on both sides")
    if {a.kind, b.kind} == {"count", "number"}:
        counted, number = (left, right) if a.kind == "count" else (right, left)
        found = _count_or_share(at, counted, number, loose=loose)
        if found is not None:
            return found
    if a.item is not None and b.item is not None:
        return Type("list", item=unify(at, left.typed(a.item), right.typed(b.item), loose=loose))
    if a.kind == b.kind == "choice":
        return Type("choice", words=tuple(dict.fromkeys((*a.words, *b.words))))
    fail(at, f"{a} does not go with {b}", "both sides must be the same kind of value")


def _same_order(at: Expr, one: tuple[str, ...], other: tuple[str, ...]) -> None:
    """Measures are tried in one order on both sides: else one that is known might never meet its like."""
    if one != other and set(one) == set(other):
        fail(at, f"{' or '.join(one)} here, {' or '.join(other)} there", "name the measures in one order on both sides")


def _count_or_share(at: Expr, counted: Expr, number: Expr, *, loose: bool) -> Type | None:
    """What a count and a number without a measure are together: a bare whole number counts, a share does not."""
    if _share_each(counted):
        return NUMBER
    if not is_bare(number):
        return NUMBER if loose else None
    if number.op != "lit" or number.value.denominator == 1:
        return counted.type
    if loose:
        return NUMBER
    fail(
        at, f"{number.value} is a share, the other side is {counted.type}", "say the share of what: 1/3 of hours_total"
    )


def _share_each(expr: Expr) -> bool:
    """So much per cent for each of a number of things: a share, although a count stands in it."""
    return expr.op == "mul" and any(is_bare(a) and a.op == "lit" and a.value.denominator != 1 for a in expr.args)


def check(expr: Expr, scope: Scope) -> Expr:
    """The same expression with types and resolved names. Raises Problem with line and column."""
    handler = _HANDLERS.get(expr.op)
    if handler is not None:
        return handler(expr, scope)
    args = tuple(check(a, scope) for a in expr.args)
    return _CHECKS[expr.op](replace(expr, args=args), scope)


# -- leaves and names


def _literal(expr: Expr, _: Scope) -> Expr:
    return expr


def _name(expr: Expr, scope: Scope) -> Expr:
    name = str(expr.value)
    if name in scope.lines:
        return replace(expr, op="let", type=scope.lines[name])
    if scope.part and name in scope.part_columns:
        return replace(expr, op="column", value=(scope.part, plain_name(name)), type=scope.part_columns[name])
    inner = scope.part_lets(name)
    if inner is not None:
        return replace(expr, op="rowlet", value=(scope.part, name), type=inner.type, args=())
    if name in scope.opens:
        return replace(expr, op="open", type=YESNO)
    found = scope.named(name)
    if found is not None:
        return replace(expr, op="let", type=found.type)
    if name in scope.vocabulary.facts:
        return replace(expr, op="fact", type=fact_type(scope.vocabulary, name))
    hints = near(name, [*scope.known_names(), *scope.opens, *scope.vocabulary.facts])
    fail(
        expr,
        f"there is no fact or name “{name}”",
        f"near: {', '.join(hints)}" if hints else "facts are listed by `recourse facts`",
    )


def _it(expr: Expr, scope: Scope) -> Expr:
    if scope.it is None:
        fail(expr, "`it` stands only in tables and bands")
    return replace(expr, type=scope.it)


def _call(expr: Expr, scope: Scope) -> Expr:
    argument = check(expr.args[0], scope)
    found = scope.table(str(expr.value), argument, expr.at)
    if found is None:
        fail(expr, f"there is no table “{expr.value}”", "tables stand under `tables:` of the version")
    return found


def _pick(expr: Expr, scope: Scope) -> Expr:
    table, column = expr.value
    found = scope.column(table, column, expr.at)
    if found is None:
        fail(expr, f"there is no table “{table}” with a column “{column}”")
    return found


def _row(expr: Expr, scope: Scope) -> Expr:
    if not scope.part:
        fail(expr, "`row` stands only inside `parts`")
    return replace(expr, value=scope.part, type=count())


def _so_far(expr: Expr, scope: Scope) -> Expr:
    if not scope.part or expr.value not in scope.part_columns:
        fail(expr, f"so_far({expr.value}) needs a column of the part it stands in")
    return replace(expr, value=(scope.part, plain_name(expr.value)), type=scope.part_columns[expr.value])


def _sum(expr: Expr, scope: Scope) -> Expr:
    if scope.sums is None:
        fail(expr, "a sum over a part stands outside that part")
    return scope.sums(str(expr.value), expr, scope)


# -- arithmetic


def _need(expr: Expr, arg: Expr, kinds: tuple[str, ...], what: str) -> None:
    if arg.type.kind not in kinds:
        hint = "write `14 days after …`, or `days from … to …`" if arg.type.kind in ("date", "instant") else ""
        fail(expr, f"{what} needs {' or '.join(kinds[:3])}, not {arg.type}", hint)


def _add(expr: Expr, _: Scope) -> Expr:
    for arg in expr.args:
        _need(expr, arg, NUMERIC, "adding and taking away")
    return expr.typed(unify(expr, *expr.args))


def _mul(expr: Expr, _: Scope) -> Expr:
    left, right = expr.args
    for arg in expr.args:
        _need(expr, arg, NUMERIC, "multiplying")
    kinds = {left.type.kind, right.type.kind}
    if left.type.kind == right.type.kind == "money":
        fail(expr, "money times money means nothing", "one of the two should be a share or a count")
    if "money" in kinds:
        return expr.typed(MONEY)
    if kinds == {"count"}:
        return expr.typed(count())
    if "count" in kinds:
        return expr.typed(left.type if left.type.kind == "count" else right.type)
    return expr.typed(ZERO if "zero" in kinds else NUMBER)


def _div(expr: Expr, _: Scope) -> Expr:
    top, bottom = expr.args
    for arg in expr.args:
        _need(expr, arg, NUMERIC, "dividing")
    if bottom.op == "lit" and bottom.value in (0, (0, bottom.value[1] if bottom.type == MONEY else "")):
        fail(expr, "nothing can be divided by 0")
    if bottom.type.kind == "money":
        if top.type.kind not in ("money", "zero"):
            fail(expr, f"{top.type} cannot be divided by money")
        return expr.typed(NUMBER)
    if top.type.kind == "count" and bottom.type.kind == "count":
        a, b = top.type.units, bottom.type.units
        if a and b:
            _same_order(expr, a, b)
        if a and b and set(a) != set(b):
            fail(expr, f"{' or '.join(a)} over {' or '.join(b)} is no share", _same_measure(bottom, a))
        return expr.typed(NUMBER)
    return expr.typed(top.type)


def _same_measure(bottom: Expr, units: tuple[str, ...]) -> str:
    if bottom.op == "fact" and len(units) == 1:
        for unit in ("lessons", "hours", "class_days", "points"):
            if str(bottom.value).startswith(unit):
                return f"did you mean {str(bottom.value).replace(unit, units[0], 1)}?"
    return "divide lessons by lessons, hours by hours"


def _compare(expr: Expr, _: Scope) -> Expr:
    for arg in expr.args:
        _need(expr, arg, ORDERED, "a comparison")
    unify(expr, *expr.args)
    return expr.typed(YESNO)


def _eq(expr: Expr, _: Scope) -> Expr:
    left, right = expr.args
    if left.type.kind in ("choice", "text", "place", "list", "period"):
        fail(expr, f"{left.type} is compared with a word")
    if left.type != YESNO or right.type != YESNO:
        unify(expr, left, right)
    return expr.typed(YESNO)


def _is(expr: Expr, scope: Scope) -> Expr:
    left, words = expr.args[0], expr.value
    if left.type.kind == "choice":
        for word in words:
            if word not in left.type.words:
                hints = near(word, left.type.words) or left.type.words
                fail(
                    expr,
                    f"{left.value if left.op in ('fact', 'let') else 'this'} has no “{word}”",
                    f"near: {', '.join(hints)}",
                )
        return expr.typed(YESNO)
    if left.type.kind == "text":
        return expr.typed(YESNO)
    if left.type.kind in ORDERED and len(words) == 1:
        return _eq(Expr("eq", (left, _name(Expr("name", (), words[0], expr.at), scope)), None, expr.at), scope)
    fail(expr, f"{left.type} cannot be compared with words", "only a choice or a text can")


def _within(expr: Expr, _: Scope) -> Expr:
    _need(expr, expr.args[0], ("place",), "`in` with a place")
    try:
        places.check(expr.value)
    except Problem as problem:
        raise problem.at(expr.at) from None
    return expr.typed(YESNO)


def _logic(expr: Expr, _: Scope) -> Expr:
    for arg in expr.args:
        _need(arg, arg, ("yesno",), f"“{expr.op}”")
    return expr.typed(YESNO)


def _extreme(expr: Expr, _: Scope) -> Expr:
    kinds = ("date", "instant") if expr.value in ("earlier", "later") else NUMERIC
    for arg in expr.args:
        _need(expr, arg, kinds, f"“{expr.value}”")
    return expr.typed(unify(expr, *expr.args))


def _round(expr: Expr, scope: Scope) -> Expr:
    inner = expr.args[0]
    direction, (unit, step) = expr.value
    fits = {
        "money": unit == "minor" or (len(unit) == 3 and unit.isupper()),
        "number": unit == "share",
        "count": unit.startswith("whole ") and _measured_in(inner, unit.removeprefix("whole "), scope),
    }
    if not fits.get(inner.type.kind, False):
        fail(
            expr,
            f"{inner.type} is not rounded to {unit}",
            "money to 10 KRW or minor, a share to 10%, a count to whole days",
        )
    measure = count(unit.removeprefix("whole ")) if len(inner.type.units) == 1 else inner.type
    return replace(expr, value=(direction, unit, step), type=measure)


def _measured_in(inner: Expr, unit: str, scope: Scope) -> bool:
    """Whether a count may be rounded to whole ones of a unit; days that were divided (by 7) may be weeks."""
    units, lengths = inner.type.units, {*grammar.UNITS.values()}
    if units:
        return unit in units or (inner.op == "div" and unit in lengths and lengths.issuperset(units))
    return unit in lengths or unit in {f.unit for f in scope.vocabulary.facts.values()}


def _workday(expr: Expr, scope: Scope) -> Expr:
    _need(expr, expr.args[0], ("date",), "“or the next working day”")
    _need_calendar(expr, scope)
    return expr.typed(DATE)


def _need_calendar(expr: Expr, scope: Scope) -> None:
    if not scope.has_calendar:
        fail(expr, "working days need a calendar, and the version names none", "calendar: {place: KR}, or a place fact")


def _need_clamp(expr: Expr, scope: Scope) -> None:
    if not scope.months:
        fail(
            expr,
            "months are counted, but the version does not say where 31 January + 1 month lands",
            "months: last day, or months: next day",
        )


def _else(expr: Expr, _: Scope) -> Expr:
    return expr.typed(unify(expr, *expr.args, loose=True))


def _shift(expr: Expr, scope: Scope) -> Expr:
    length, start = expr.args
    unit, way = expr.value
    _need(expr, length, ("count", "number"), "a length")
    if length.type.kind == "count" and {*length.type.units} - {unit.removeprefix("working ")}:
        fail(expr, f"{' or '.join(length.type.units)} are used as {unit}")
    if not is_whole(length, scope.named):
        fail(expr, "the length may be a part of a day", f"…, rounded up to whole {unit}")
    if way == "beginning" and (unit == "hours" or start.type.kind == "instant"):
        what = unit if unit == "hours" else start.type
        fail(
            expr, f"“beginning with” counts whole days from a day, not {what}",
            "days, weeks, months, years or working days beginning with a date; hours after an instant",
        )  # fmt: skip
    if unit == "hours" and start.type.kind != "instant":
        fail(expr, "hours are counted from an instant, not from a day", "use a fact such as paid_at")
    if start.type.kind not in ("date", "instant") or (
        start.type.kind == "instant" and unit not in ("hours", "days", "weeks")
    ):
        fail(expr, f"{unit} cannot be counted from {start.type}")
    if unit == "working days":
        _need_calendar(expr, scope)
    if unit in ("months", "years"):
        _need_clamp(expr, scope)
    return expr.typed(start.type)


def _between(expr: Expr, scope: Scope) -> Expr:
    unit, _through, _begun = expr.value
    left, right = expr.args
    kinds = ("instant",) if unit == "hours" else ("date",)
    for arg in (left, right):
        _need(expr, arg, kinds, f"{unit} from … to …")
    if unit == "working days":
        _need_calendar(expr, scope)
    if unit in ("months", "years"):
        _need_clamp(expr, scope)
    return expr.typed(count(unit.removeprefix("working ")))


def _list(expr: Expr, _: Scope) -> Expr:
    kind = expr.args[0].type
    if kind.kind != "list" or kind.item is None:
        fail(expr, f"{expr.op} needs a list")
    if expr.op == "total" and kind.item.kind not in ("money", "count"):
        fail(expr, "only money and counts can be added up")
    return expr.typed(kind.item)


def _period(expr: Expr, _: Scope) -> Expr:
    _need(expr, expr.args[0], ("period",), expr.op)
    return expr.typed(DATE)


def _rate(expr: Expr, scope: Scope) -> Expr:
    _need(expr, expr.args[0], ("date",), "a rate")
    if expr.value not in scope.rates:
        hints = near(str(expr.value), scope.rates)
        fail(
            expr,
            f"there is no rate “{expr.value}”",
            f"near: {', '.join(hints)}" if hints else "rates stand in data/rates",
        )
    return expr.typed(NUMBER)


def _month_day(expr: Expr, _: Scope) -> Expr:
    _need(expr, expr.args[0], ("date",), "the day of the month")
    return expr.typed(count())


def case(expr: Expr) -> Expr:
    """A list of rows whose conditions and values are typed: the common type of the values."""
    values = (*expr.args[1::2], expr.args[-1]) if len(expr.args) > 1 else expr.args
    for condition in expr.args[:-1:2]:
        _need(condition, condition, ("yesno",), "a condition")
    found = values[0]
    for one in values[1:]:
        found = replace(found, type=unify(one, found, one, loose=True))
    if found.type.kind in ("list", "period"):
        fail(values[0], f"{found.type} cannot be chosen by rows", "choose among what is worked out of each")
    return expr.typed(found.type)


ASKED = (*ORDERED, "yesno", "choice", "text", "place")


def asked_about(expr: Expr, at: Place | None) -> Type:
    """The type of what a table or bands are asked about."""
    if expr.type.kind not in ASKED:
        raise Problem(f"rows cannot be asked about {expr.type}", at, hint="write the conditions with `if:`")
    return expr.type


def apply(argument: Expr, body: Expr, name: str, at: Place | None) -> Expr:
    """A body with `it`, asked about the argument; a truth is written into the body, it costs nothing to say twice."""
    if argument.type == YESNO:
        return _written_in(body, argument)
    return Expr("apply", (argument, body), name, at, body.type)


def _written_in(body: Expr, argument: Expr) -> Expr:
    if body.op == "it":
        return argument
    inner = body.args[:1] if body.op == "apply" else body.args  # what another table is asked about is its own
    return replace(body, args=(*(_written_in(a, argument) for a in inner), *body.args[len(inner) :]))


_HANDLERS: dict[str, Callable[[Expr, Scope], Expr]] = {
    "lit": _literal, "name": _name, "it": _it, "call": _call, "pick": _pick, "row": _row, "so_far": _so_far,
    "sum": _sum,
}  # fmt: skip
_CHECKS: dict[str, Callable[[Expr, Scope], Expr]] = {
    "add": _add, "sub": _add, "mul": _mul, "div": _div, "lt": _compare, "le": _compare, "gt": _compare, "ge": _compare,
    "eq": _eq, "is": _is, "within": _within, "and": _logic, "or": _logic, "not": _logic, "min": _extreme,
    "max": _extreme, "round": _round, "workday": _workday, "else": _else, "shift": _shift, "between": _between,
    "total": _list, "item": _list, "first": _period, "last": _period, "rate": _rate, "month_day": _month_day,
    "case": lambda e, _: case(e),
}  # fmt: skip
