"""What an open question of a law bears on: the whole decision, or some dates and figures alone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from recourse.rules.tree import Expr, Version


def bears_on(version: Version, question: str) -> frozenset[str] | None:
    """The dates and figures that hang on an open question; None where scope, rows or amounts may hang on it too."""
    named = version.named()

    def hangs(expr: Expr, seen: frozenset[str] = frozenset()) -> bool:
        return any(
            (node.op == "open" and node.value == question)
            or (
                node.op == "let"
                and node.value in named
                and node.value not in seen
                and hangs(named[node.value], seen | {node.value})
            )
            for node in expr.walk()
        )

    rows = (e for row in (*version.exceptions, *version.owed) for e in row.expressions())
    lists = (e for part in version.parts for _, e in (*part.columns, *part.lets))
    scope = [version.applies] if version.applies is not None else []
    if any(map(hangs, (*scope, *(p.value for p in version.presume), *lists, *rows))):
        return None
    return frozenset(name for name, expr in (*version.dates, *version.outputs) if hangs(expr))


def only(version: Version, answers: Collection[str]) -> Version:
    """The version with nothing but these dates and figures, and what they call by name."""
    return replace(
        version,
        applies=None,
        lets=(*version.lets, *(one for one in version.dates if one[0] not in answers)),
        dates=tuple(one for one in version.dates if one[0] in answers),
        outputs=tuple(one for one in version.outputs if one[0] in answers),
        exceptions=(),
        owed=(),
        duties=(),
        ways=(),
    )
