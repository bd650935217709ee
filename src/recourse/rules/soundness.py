"""What only a whole version shows: ids that stand twice, presumptions in a circle, two currencies, depth."""

from __future__ import annotations

from recourse.problems import Place, Problem
from recourse.rules.tree import MONEY, Expr, Row, Version
from recourse.source import Node

MOST_DEEP = 120  # steps through expressions and names; the deepest of ours has 25


def by_weight(rows: list[Row]) -> tuple[Row, ...]:
    """Exceptions with those that stand over others before them."""
    ordered: list[Row] = []
    waiting = list(rows)
    while waiting:
        free = [r for r in waiting if not any(r.id in other.over for other in waiting if other is not r)]
        if not free:
            raise Problem("exceptions stand over each other in a circle", where=waiting[0].at)
        ordered += free
        waiting = [r for r in waiting if r not in free]
    return tuple(ordered)


def ids_apart(rows: list[Row], what: str) -> None:
    """Refuse an id that stands twice."""
    seen: set[str] = set()
    for row in rows:
        if row.id in seen:
            raise Problem(f"two {what} have the id “{row.id}”", where=row.at, hint="give one of them another id")
        seen |= {row.id} - {""}


def exceptions_stand(rows: list[Row]) -> None:
    """Each exception says when it holds, and those it stands over are there."""
    ids_apart(rows, "exceptions")
    for row in rows:
        if row.when is None:
            raise Problem("an exception says when it holds", where=row.at, hint="if: ...")
        for other in row.over:
            if other not in {r.id for r in rows}:
                raise Problem(f"there is no exception “{other}” to stand over", where=row.at)
            if other == row.id:
                raise Problem(f"the exception “{other}” stands over itself", where=row.at, hint="over: another one")


def presumed_apart(version: Version, written: Node | None) -> None:
    """No fact is presumed through itself; `written` is where the presumptions stand."""
    named, presumed = version.named(), {p.fact: p.value for p in version.presume}
    stands_on = {fact: _facts_of(value, version, named) & set(presumed) for fact, value in presumed.items()}
    for fact in presumed:
        ways: list[tuple[str, ...]] = [(fact,)]
        seen: set[str] = set()
        while ways:
            way = ways.pop()
            for step in sorted(stands_on[way[-1]]):
                if step == fact:
                    message = f"“{fact}” is defined through itself: {' -> '.join((*way, fact))}"
                    at = written.key_at(fact) if written is not None else version.at
                    raise Problem(message, at, hint="presume one of them otherwise")
                if step not in seen:
                    seen.add(step)
                    ways.append((*way, step))


def _facts_of(top: Expr, version: Version, named: dict[str, Expr]) -> set[str]:
    """The facts that a value stands on, through names, parts and the calendar."""
    found: set[str] = set()
    inner = {(p.name, n): e for p in version.parts for n, e in p.lets}
    columns = {p.name: [e for _, e in p.columns] for p in version.parts}
    ahead, seen = [top], set()
    while ahead:
        for node in ahead.pop().walk():
            if node.op == "fact":
                found.add(node.value)
            if version.calendar and version.calendar.fact and _counts_working_days(node):
                found.add(version.calendar.fact)
            key = (node.op, node.value)
            if node.op in ("let", "rowlet", "sum") and key not in seen:
                seen.add(key)
                if node.op == "sum":
                    ahead += columns.get(node.value, [])
                else:
                    meaning = named.get(node.value) if node.op == "let" else inner.get(node.value)
                    ahead += [meaning] if meaning is not None else []
    return found


def _counts_working_days(node: Expr) -> bool:
    return node.op == "workday" or (node.op in ("shift", "between") and node.value[0] == "working days")


def deepest(version: Version) -> int:
    """How many steps it is from an expression of the version to what it finally stands on, names included."""
    meanings: dict[tuple[str, object], Expr] = {("let", name): expr for name, expr in version.named().items()}
    rows: dict[tuple[str, object], Expr] = {
        ("rowlet", (p.name, name)): expr for p in version.parts for name, expr in p.lets
    }
    meanings |= rows
    known: dict[tuple[str, object], int] = {}

    def below(top: Expr) -> int:
        deep, ahead = 0, [(top, 1)]
        while ahead:
            node, steps = ahead.pop()
            key = (node.op, node.value) if node.op in ("let", "rowlet") else None
            if key is not None and key in meanings:
                if key not in known:
                    known[key] = below(meanings[key])
                steps += known[key]
            deep = max(deep, steps)
            ahead += [(arg, steps + 1) for arg in node.args]
        return deep

    return max((below(top) for top in version.expressions()), default=0)


def currency(version: Version, rounding: Node | None) -> str:
    """The one currency that the version speaks of; a second one is told where it stands."""
    home = version.at.file if version.at else ""
    found: list[tuple[tuple[bool, Place], str]] = []
    if version.rounding.currency and rounding is not None:
        found.append(((rounding.file == home, rounding.where), version.rounding.currency))
    for top in version.expressions():
        for node in top.walk():
            spoken = node.value[1] if node.op == "round" or (node.op == "lit" and node.type == MONEY) else ""
            code = spoken if len(spoken) == 3 and spoken.isupper() else ""
            if code and node.at is not None:
                found.append(((node.at.file == home, node.at), code))
    for (_, at), code in sorted(found):
        if code != min(found)[1]:
            both = " and ".join(sorted({code for _, code in found}))
            raise Problem(f"one version speaks of {both}", where=at, hint="money of one currency only")
    return found[0][1] if found else ""
