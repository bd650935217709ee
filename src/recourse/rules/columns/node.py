"""Nodes of column expressions: interned, folded where they are built, and bounded, so that engines need no cleverness.

Every operation with a null argument is null, but for these: `and`, `or` (three values), `sel` (only the branch taken
counts), `else` (the first that is known) and `known`. Days are day numbers, instants seconds; a truth is a boolean.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

INT, BOOL, WORD, LIST = "int", "bool", "word", "list"

# op         value            what it is
OPS = {
    "const": "a whole number, truth or word; None: not known",
    "col": "(column, type): a fact's column, in the engine's integer form",
    "+": "sum", "-": "difference", "*": "product",
    "//": "floor by a number above zero",
    "min": "the lesser", "max": "the greater",
    "positive": "the same, null where it is not above zero",
    "<": "less", "<=": "at most", "==": "equal", "in": "one of these words",
    "and": "both", "or": "either", "not": "not",
    "known": "whether it is not null",
    "sel": "the second where the first holds, the third where it does not, null where that is not known",
    "else": "the first that is known",
    "country": "the first two letters of a place",
    "in bounds": "the same, of which more is known than arithmetic shows",
    "look": "(table, ...): an entry of a table of days, see `spans`",
    "table": "(what, count, clamp): an entry of a table with one for each number that the argument can be, see `spans`",
    "size": "how many entries a list has", "total": "the total of a list",
    "at": "(number from 1, type): an entry of a list, null beyond its end",
    "first": "first day of a period", "last": "its last day",
}  # fmt: skip


class C:
    """A node. `low` and `high` bound an integer; `null` says whether it may be null."""

    __slots__ = ("args", "high", "kind", "low", "null", "number", "op", "size", "value")

    def __init__(
        self, op: str, args: tuple[C, ...], value: Any, kind: str, low: int, high: int, null: bool, number: int
    ) -> None:
        self.op, self.args, self.value, self.kind = op, args, value, kind
        self.low, self.high, self.null, self.number = low, high, null, number
        self.size: int = min(10**6, 1 + sum(arg.size for arg in args))  # written out, without sharing

    @property
    def is_const(self) -> bool:
        return self.op == "const"

    @property
    def is_null(self) -> bool:
        return self.op == "const" and self.value is None

    def walk(self, seen: set[int] | None = None) -> Iterator[C]:
        """This node and all below it, each once, arguments first."""
        seen = set() if seen is None else seen
        if self.number in seen:
            return
        seen.add(self.number)
        ways = [(self, iter(self.args))]  # and no call for each: what is deep would be handed up level by level
        while ways:
            node, rest = ways[-1]
            for arg in rest:
                if arg.number not in seen:
                    seen.add(arg.number)
                    ways.append((arg, iter(arg.args)))
                    break
            else:
                ways.pop()
                yield node

    def __repr__(self) -> str:
        inside = ", ".join(map(repr, self.args))
        return (
            f"{self.value!r}"
            if self.is_const
            else f"{self.op}{[self.value] if self.value is not None else ''}({inside})"
        )
