"""Which type a fact has, which types go together (counts of one measure, shares, amounts), and the type of rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import NoReturn

from recourse.facts import Vocabulary
from recourse.problems import Place, Problem
from recourse.rules.tree import DATE, INSTANT, MONEY, NUMBER, PERIOD, PLACE, TEXT, YESNO, Expr, Type, count

NUMERIC = ("money", "number", "count", "zero")
ORDERED = (*NUMERIC, "date", "instant")


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
        same_order(at, a.units, b.units)
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


def same_order(at: Expr, one: tuple[str, ...], other: tuple[str, ...]) -> None:
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


def need(expr: Expr, arg: Expr, kinds: tuple[str, ...], what: str) -> None:
    if arg.type.kind not in kinds:
        hint = "write `14 days after …`, or `days from … to …`" if arg.type.kind in ("date", "instant") else ""
        fail(expr, f"{what} needs {' or '.join(kinds[:3])}, not {arg.type}", hint)


def case(expr: Expr) -> Expr:
    """A list of rows whose conditions and values are typed: the common type of the values."""
    values = (*expr.args[1::2], expr.args[-1]) if len(expr.args) > 1 else expr.args
    for condition in expr.args[:-1:2]:
        need(condition, condition, ("yesno",), "a condition")
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
