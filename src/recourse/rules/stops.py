"""What keeps a version from deciding: facts that contradict each other, rows in conflict, open conditions."""

from __future__ import annotations

from typing import NamedTuple

from recourse.rules.tree import Expr, Row


class Contradiction(Exception):
    """The facts cannot all be true: something is divided by zero, or a list is longer than it may be."""

    def __init__(self, expr: Expr | None, why: str = "") -> None:
        super().__init__(why)
        self.expr = expr


class NoFigure(Contradiction):
    """A dated figure is not known on the day in question."""


class Conflict(Exception):
    """Two exceptions hold, differ, and neither stands over the other."""

    def __init__(self, first: Row, second: Row) -> None:
        super().__init__(f"{first.id} and {second.id}")
        self.rows = (first, second)


class Bound(NamedTuple):
    """A condition outside the tree: whether the rule binds at all, or which version."""

    what: str
    fact: str


class Undetermined(Exception):
    """A row's condition hangs on facts that are not known."""

    def __init__(self, condition: Expr | Bound, lacks: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(lacks)))
        self.condition, self.lacks = condition, lacks
