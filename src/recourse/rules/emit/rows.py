"""Nodes -> a Python function over one row after another, in numbers of any size: what is too wide for columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from recourse.rules.columns import spans
from recourse.rules.columns.given import EPOCH
from recourse.rules.columns.node import C

Row = tuple[Any, ...]


class Source(NamedTuple):
    """The function as it can be sent elsewhere: its text, and the constants that stand in it by name."""

    text: str
    constants: Mapping[str, Any]


def emit(tops: Sequence[C], columns: Sequence[str]) -> Source:
    """A function from the cells of these columns, as `plain` makes them, to the values of the nodes."""
    seen: set[int] = set()
    order = [node for top in tops for node in top.walk(seen)]
    place = {name: number for number, name in enumerate(columns)}
    constants: dict[str, Any] = {}
    lines = []
    for node in order:
        if node.is_const:
            constants[f"v{node.number}"] = node.value
        elif node.op == "col":
            lines.append(f" v{node.number} = r[{place[node.value[0]]}]")
        else:
            lines.append(f" v{node.number} = {_shown(node, constants)}")
    lines.append(f" return ({''.join(f'v{top.number}, ' for top in tops)})")
    return Source("def decide(r):\n" + "\n".join(lines), constants)


def function(source: Source) -> Callable[[Row], Row]:
    """The function itself."""
    space: dict[str, Any] = {**source.constants, "look": _look, "table": spans.entry, "at": _at}
    exec(source.text, space)  # noqa: S102 - of nodes that this engine has made
    return space["decide"]  # type: ignore[no-any-return]


def plain(cell: Any, mapped: Callable[[Any], Any] | None = None) -> Any:
    """A cell of a table in the engine's form: days since 1970, seconds, lists of such, periods by their ends.

    `mapped` makes a mapping of what stands for a period where the orders are, and leaves the rest as it is.
    """
    if mapped is not None:
        cell = mapped(cell)
    if isinstance(cell, datetime):
        return int(cell.timestamp() // 1)
    if isinstance(cell, date):
        return cell.toordinal() - EPOCH
    if isinstance(cell, Mapping):
        return {name: plain(one, mapped) for name, one in cell.items()}
    return [plain(one, mapped) for one in cell] if isinstance(cell, list) else cell


_PLAIN = {
    "+": "{0} + {1}", "-": "{0} - {1}", "*": "{0} * {1}", "//": "{0} // {1}", "<": "{0} < {1}", "<=": "{0} <= {1}",
    "==": "{0} == {1}", "min": "min({0}, {1})", "max": "max({0}, {1})", "positive": "{0} if {0} > 0 else None",
    "not": "not {0}", "country": "{0}[:2]", "in bounds": "{0}", "size": "len({0})", "total": "sum({0})",
    "first": "{0}['first']", "last": "{0}['last']",
}  # fmt: skip


def _shown(node: C, constants: dict[str, Any]) -> str:
    names = [f"v{arg.number}" for arg in node.args]
    known = " and ".join(f"{name} is not None" for name, arg in zip(names, node.args, strict=True) if arg.null)
    if node.op in ("and", "or"):
        settles = "False" if node.op == "and" else "True"
        some = " or ".join(f"{name} is {settles}" for name in names)
        return f"{settles} if {some} else {node.op == 'and'}" + (f" if {known} else None" if known else "")
    if node.op == "known":
        return f"{names[0]} is not None"
    if node.op == "else":
        return f"{names[0]} if {names[0]} is not None else {names[1]}"
    if node.op == "sel":
        condition, one, other = names
        return f"{one} if {condition} else {other} if {condition} is False else None"
    value = f"c{node.number}"
    constants[value] = node.value
    if node.op == "in":
        shown = f"{names[0]} in {value}"
    elif node.op == "look":
        shown = f"look({value}, {', '.join(names)})"
    elif node.op == "table":
        shown = f"table({value}[0], {names[0]}, {value}[1], {value}[2])"
    elif node.op == "at":
        shown = f"at({names[0]}, {node.value[0]})"
    else:
        shown = _PLAIN[node.op].format(*names)
    return f"({shown}) if {known} else None" if known else shown


def _at(entries: list[Any], number: int) -> Any:
    return entries[number - 1] if number <= len(entries) else None


def _look(table: tuple[Any, ...], *asked: Any) -> int | None:
    what, place, rest, holidays = table
    *where, value = asked
    first, entries = _entries(what, spans.Use(None, rest, holidays), place if place is not None else where[0])
    return entries[value - first] if 0 <= value - first < len(entries) else None


@cache
def _entries(what: str, use: spans.Use, place: str) -> tuple[int, Sequence[int | None]]:
    """A part of a calendar from its first entry on, kept for good: the places of orders come in any order."""
    found = spans.known_workdays(use, place)
    if found is None:
        return 0, ()
    return 1 if what == "nth" else found.first, getattr(found, what)
