"""The tree of ways through something that is decided: at each branch a mask chooses, at each end stands a leaf."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from recourse.rules.columns.node import C

End = TypeVar("End")


@dataclass(frozen=True, slots=True)
class Branch(Generic[End]):
    """One way where the condition holds, another where it does not."""

    condition: C
    then: End | Branch[End]
    other: End | Branch[End]


@dataclass(frozen=True, slots=True)
class Leaf:
    """Where a way through a program ends: -1 out of scope, else a row's number; `names` is what is known there."""

    row: int
    names: Mapping[str, Any]


Tree: TypeAlias = Leaf | Branch[Leaf]
