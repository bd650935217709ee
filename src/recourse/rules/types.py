"""Gives every node of an expression its type and its meaning, or says what does not fit and what would.

Names are looked up here once: afterwards a node is a fact, a named value, a column, never just a word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from recourse import days, places
from recourse.facts import Vocabulary
from recourse.problems import Place, Problem, likely, near
from recourse.rules import grammar, slips
from recourse.rules.kinds import (
    NUMERIC,
    ORDERED,
    apply,
    asked_about,
    case,
    fact_type,
    fail,
    is_bare,
    is_whole,
    need,
    plain_name,
    same_order,
    unify,
)  # fmt: skip
from recourse.rules.tree import DATE, MONEY, NUMBER, YESNO, ZERO, Expr, Type, count

__all__ = [
    "Scope", "apply", "asked_about", "case", "check", "fact_type", "fail", "is_bare", "is_whole", "plain_name", "unify",
]  # fmt: skip


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
    if name in slips.WORDS:
        fail(expr, f"there is no fact or name “{name}”", slips.WORDS[name])
    hints = near(name, [*scope.known_names(), *scope.opens, *scope.vocabulary.facts])
    otherwise = _whose(name, scope) or "facts are listed by `recourse facts`"
    hint = f"near: {', '.join(hints)}" if hints else otherwise
    raise Problem(f"there is no fact or name “{name}”", expr.at, hint=hint)


def _whose(word: str, scope: Scope) -> str:
    """What to write where a word stands alone that some fact can be."""
    found = next((f.id for f in scope.vocabulary.facts.values() if word in f.choices), "")
    return f"it is a word of {found}: {found} is {word}, or {found} in ({word}, …)" if found else ""


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


def _add(expr: Expr, _: Scope) -> Expr:
    for arg in expr.args:
        need(expr, arg, NUMERIC, "adding and taking away")
    return expr.typed(unify(expr, *expr.args))


def _mul(expr: Expr, _: Scope) -> Expr:
    left, right = expr.args
    for arg in expr.args:
        need(expr, arg, NUMERIC, "multiplying")
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
        need(expr, arg, NUMERIC, "dividing")
    if bottom.op == "lit" and bottom.value in (0, (0, bottom.value[1] if bottom.type == MONEY else "")):
        fail(expr, "nothing can be divided by 0")
    if bottom.type.kind == "money":
        if top.type.kind not in ("money", "zero"):
            fail(expr, f"{top.type} cannot be divided by money")
        return expr.typed(NUMBER)
    if top.type.kind == "count" and bottom.type.kind == "count":
        a, b = top.type.units, bottom.type.units
        if a and b:
            same_order(expr, a, b)
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
        need(expr, arg, ORDERED, "a comparison")
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
                whose = left.value if left.op in ("fact", "let") else "this"
                fail(expr, f"{whose} has no “{word}”", likely(word, left.type.words))
        return expr.typed(YESNO)
    if left.type.kind == "text":
        return expr.typed(YESNO)
    if left.type.kind in ORDERED and len(words) == 1:
        return _eq(Expr("eq", (left, _name(Expr("name", (), words[0], expr.at), scope)), None, expr.at), scope)
    if left.type.kind == "place":
        fail(expr, "places are compared by their countries", f"{left.value} in country of {words[0]}")
    written = next((slips.WORDS[word] for word in words if word in slips.WORDS), "only a choice or a text can")
    raise Problem(f"{left.type} cannot be compared with words", expr.at, hint=written)


def _within(expr: Expr, _: Scope) -> Expr:
    need(expr, expr.args[0], ("place",), "`in` with a place")
    try:
        places.check(expr.value)
    except Problem as problem:
        raise problem.at(expr.at) from None
    return expr.typed(YESNO)


def _compatriot(expr: Expr, _: Scope) -> Expr:
    for arg in expr.args:
        need(expr, arg, ("place",), "`in country of`")
    return expr.typed(YESNO)


def _logic(expr: Expr, _: Scope) -> Expr:
    for arg in expr.args:
        need(arg, arg, ("yesno",), f"“{expr.op}”")
    return expr.typed(YESNO)


def _extreme(expr: Expr, _: Scope) -> Expr:
    kinds = ("date", "instant") if expr.value in ("earlier", "later") else NUMERIC
    for arg in expr.args:
        need(expr, arg, kinds, f"“{expr.value}”")
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
    need(expr, expr.args[0], ("date",), "“or the next working day”")
    _need_calendar(expr, scope)
    return expr.typed(DATE)


def _need_calendar(expr: Expr, scope: Scope) -> None:
    if not scope.has_calendar:
        fail(expr, "working days need a calendar, and the version names none", "calendar: {place: KR}, or a place fact")


def _need_clamp(expr: Expr, start: Expr, scope: Scope) -> None:
    """Months from the first of one land on the first of another: nothing is to be said about them."""
    if not scope.months and not (start.op == "lit" and days.day_of_month(start.value) == 1):
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
    need(expr, length, ("count", "number"), "a length")
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
        _need_clamp(expr, start, scope)
    return expr.typed(start.type)


def _between(expr: Expr, scope: Scope) -> Expr:
    unit, _through, _begun = expr.value
    left, right = expr.args
    kinds = ("instant",) if unit == "hours" else ("date",)
    ended = left.op == "lit" and left.value == grammar.FIRST_OF_ALL
    what = "the last day of a month or year" if ended else f"{unit} from … to …"
    for arg in (left, right):
        need(expr, arg, kinds, what)
    if unit == "working days":
        _need_calendar(expr, scope)
    if unit in ("months", "years"):
        _need_clamp(expr, left, scope)
    return expr.typed(count(unit.removeprefix("working ")))


def _list(expr: Expr, _: Scope) -> Expr:
    kind = expr.args[0].type
    if kind.kind != "list" or kind.item is None:
        fail(expr, f"{expr.op} needs a list")
    if expr.op == "total" and kind.item.kind not in ("money", "count"):
        fail(expr, "only money and counts can be added up")
    return expr.typed(kind.item)


def _period(expr: Expr, _: Scope) -> Expr:
    need(expr, expr.args[0], ("period",), expr.op)
    return expr.typed(DATE)


def _rate(expr: Expr, scope: Scope) -> Expr:
    need(expr, expr.args[0], ("date",), "a rate")
    if expr.value not in scope.rates:
        hints = near(str(expr.value), scope.rates)
        fail(
            expr,
            f"there is no rate “{expr.value}”",
            f"near: {', '.join(hints)}" if hints else "rates stand in data/rates",
        )
    return expr.typed(NUMBER)


def _month_day(expr: Expr, _: Scope) -> Expr:
    need(expr, expr.args[0], ("date",), "the day of the month")
    return expr.typed(count())


_HANDLERS: dict[str, Callable[[Expr, Scope], Expr]] = {
    "lit": _literal, "name": _name, "it": _it, "call": _call, "pick": _pick, "row": _row, "so_far": _so_far,
    "sum": _sum,
}  # fmt: skip
_CHECKS: dict[str, Callable[[Expr, Scope], Expr]] = {
    "add": _add, "sub": _add, "mul": _mul, "div": _div, "lt": _compare, "le": _compare, "gt": _compare, "ge": _compare,
    "eq": _eq, "is": _is, "within": _within, "compatriot": _compatriot, "and": _logic, "or": _logic, "not": _logic,
    "min": _extreme,
    "max": _extreme, "round": _round, "workday": _workday, "else": _else, "shift": _shift, "between": _between,
    "total": _list, "item": _list, "first": _period, "last": _period, "rate": _rate, "month_day": _month_day,
    "case": lambda e, _: case(e),
}  # fmt: skip
