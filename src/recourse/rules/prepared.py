"""A version made ready to run: its emitted text, and where the values stand that it notes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Slot:
    """Where the working finds what a node of the tree came to: a name for the number, one for its denominator."""

    node: Any  # Expr, or a word such as "refund"
    top: str
    bottom: str | int = 1


@dataclass(frozen=True)
class Prepared:
    """A version's emitted text, and where the values stand that it notes."""

    source: str
    slots: tuple[tuple[Any, int], ...]  # node; its bottom, or 0 where that is noted too, behind the value
    bits: int
    layouts: Mapping[int, tuple[int, ...]]  # deciding row (-1: out of scope) -> the slots that its noted values fill
    code: bytes = b""  # the text compiled by this very Python, where it was kept


def key_of(node: Any) -> Any:
    """What a slot's node is found by: expressions by identity, names by themselves."""
    if isinstance(node, tuple) and node[0] == "terms":
        return ("terms", id(node[1]))
    return node if isinstance(node, tuple) else id(node)
