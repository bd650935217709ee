"""The order in which nodes are worked out: what is used more than once gets a column, column by column, in layers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from recourse.rules.columns.node import C

_CHEAP = ("const", "col", "in bounds", "not", "known")  # worked out again rather than kept


@dataclass(frozen=True)
class Layers:
    """`kept` are the nodes that get a column, by layer; `needed[k]` what layer k and all after it still read."""

    kept: tuple[tuple[C, ...], ...]
    needed: tuple[frozenset[int], ...]  # numbers of kept nodes and of columns

    @property
    def all(self) -> frozenset[int]:
        return frozenset(node.number for layer in self.kept for node in layer)


def layers(tops: Iterable[C], always: Callable[[C], bool] = lambda _: False) -> Layers:
    """Layers for these nodes: a node reads nothing but columns of the table and of earlier layers.

    Nodes for which `always` holds get a column even where they are used once.
    """
    tops = tuple(tops)
    seen: set[int] = set()
    order = [node for top in tops for node in top.walk(seen)]
    uses: dict[int, int] = {}
    for node in order:
        for arg, times in zip(node.args, written(node), strict=True):
            uses[arg.number] = uses.get(arg.number, 0) + times
    for top in tops:
        uses[top.number] = uses.get(top.number, 0) + 1
    kept = {node.number for node in order if (uses[node.number] > 1 and _worth(node)) or always(node)}
    level: dict[int, int] = {}  # of a node: the layer after the last that it reads
    reads: dict[int, frozenset[int]] = {}  # kept nodes and columns that a node reads, itself not
    for node in order:
        below: set[int] = set()
        for arg in node.args:
            below |= {arg.number} if arg.number in kept or arg.op == "col" else reads[arg.number]
        reads[node.number] = frozenset(below) if node.op != "col" else frozenset((node.number,))
        level[node.number] = max((level[arg.number] + (arg.number in kept) for arg in node.args), default=0)
    height = max((level[number] + 1 for number in kept), default=0)
    found: list[list[C]] = [[] for _ in range(height)]
    for node in order:
        if node.number in kept:
            found[level[node.number]].append(node)
    needed: list[frozenset[int]] = []
    later = frozenset[int]().union(*(frozenset((t.number,)) if t.number in kept else reads[t.number] for t in tops))
    for layer in reversed(found):
        needed.append(later)
        later = later.union(*(reads[node.number] for node in layer))
    return Layers(tuple(map(tuple, found)), tuple(reversed(needed)))


def written(node: C) -> tuple[int, ...]:
    """How often each argument stands in the expression of a node: what stands there twice is better kept."""
    if node.op in ("min", "max"):
        return (2, 2)
    if node.op == "positive":
        return (2,)
    if node.op == "//":
        return (2, 2) if node.args[0].low < 0 else (1, 1)
    if node.op == "sel" and node.args[0].null and not any(arm.is_null for arm in node.args[1:]):
        return (2, 1, 1)
    return (1,) * len(node.args)


def _worth(node: C) -> bool:
    inner = node
    while inner.op in _CHEAP and inner.args:
        inner = inner.args[0]
    return node.op not in _CHEAP and inner.op != "const"
