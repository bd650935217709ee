"""The ways through a rule: in which row of which version each ends, and what is known there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from recourse.rules.columns.node import INT, C
from recourse.rules.columns.nodes import Nodes
from recourse.rules.columns.tree import Branch, Leaf, Tree
from recourse.rules.tree import Version


@dataclass(frozen=True, slots=True)
class End:
    """Where a way through a rule ends: in a row of a version, or outside (row -1), or nobody knows (None)."""

    version: Version | None = None
    row: int | None = -1
    names: Mapping[str, Any] = field(default_factory=dict)
    slots: Mapping[Any, tuple[str, str | int]] = field(default_factory=dict)


Way: TypeAlias = End | Branch[End]


def named_by(node: Any) -> str:
    """What a noted value is called outside: dates, outputs, lines and named values share their names."""
    return str(node[1]) if node[0] != "terms" else ""


def ways_of(tree: Tree, version: Version, slots: Mapping[Any, tuple[str, str | int]]) -> Way:
    if isinstance(tree, Leaf):
        return End(version, tree.row, tree.names, slots)
    return Branch(tree.condition, ways_of(tree.then, version, slots), ways_of(tree.other, version, slots))


def ends_of(way: Way) -> list[End]:
    if isinstance(way, Branch):
        return [*ends_of(way.then), *ends_of(way.other)]
    return [way]


def value_of(n: Nodes, way: End, name: str) -> Any:
    if name == "kept":
        return way.names.get("kept", n.null(INT))
    if name not in way.slots:
        return n.null(INT)
    top, bottom = way.slots[name]
    value = way.names.get(top)
    if not isinstance(value, C):
        return n.null(INT)
    if bottom == 1:
        return value
    return value, (n.const(bottom) if isinstance(bottom, int) else way.names.get(bottom, n.null(INT)))
