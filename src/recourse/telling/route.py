"""What of the runs that end in one row decides which sentences are said, printed as a function that gives a key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from recourse.library import Library
from recourse.rules.compiled import Unit
from recourse.rules.setting import calendar_for
from recourse.rules.tree import Expr, Row, Version
from recourse.rules.types import fact_type
from recourse.telling.template import Template, Written
from recourse.telling.traced import Raw


class Other:
    """The program of another reading, and whether its answers are the same as ours: by the deciding rows.

    `answers` are the only ones that it gives, where the amount does not hang on the question; else None.
    """

    def __init__(self, unit: Unit, answers: frozenset[str] | None) -> None:
        self.unit, self.answers = unit, answers
        self.decide = unit.decide
        self.same: dict[tuple[int, int], Callable[[tuple[Any, ...], tuple[Any, ...]], bool]] = {}


class Doubted:
    """A path on which open questions are met: what is told hangs also on what the other readings give."""

    __slots__ = ("others", "paths")

    def __init__(self, others: tuple[Other, ...]) -> None:
        self.others = others
        self.paths: dict[Any, Template | None] = {}


class Route:
    """The runs of one program that know the same facts and end in the same row; `key` tells their paths apart.

    Two runs have the same key only if the same sentences are said: `key(facts, what the program returned)`.
    """

    __slots__ = ("chosen", "key", "paths", "unit")

    def __init__(self, unit: Unit, chosen: int, known: frozenset[str], library: Library) -> None:
        self.unit, self.chosen = unit, chosen
        self.paths: dict[Any, Template | Doubted | None] = {}
        space: dict[str, Any] = {}
        parts = dict.fromkeys(_parts(unit, chosen, known, library, space))
        lines = ["def key(F, raw):", "    _, refund, kept, N = raw", *space.pop("lines", ())]
        lines.append(f"    return ({''.join(f'{part}, ' for part in parts)})")
        exec(compile("\n".join(lines), "<key>", "exec"), space)  # noqa: S102 - made here, from names we know
        self.key: Callable[[Mapping[str, Any], Raw], Any] = space["key"]


def _parts(unit: Unit, chosen: int, known: frozenset[str], library: Library, space: dict[str, Any]) -> Iterator[str]:
    """The parts of a key as expressions; what they call is put into `space`."""
    version, places = unit.version, unit.places[chosen]
    for name in sorted(version.facts()):
        if name in known and fact_type(library.vocabulary, name).kind == "yesno":
            yield f"F[{name!r}]"
    yield from (f"N[{places[key][0]}]" for key, node in unit.nodes(chosen) if _is_truth(node, version))
    row = unit.rows[chosen] if 0 <= chosen < len(unit.rows) else None
    if row is not None:
        for at, bottom, rounded in _comparisons(row, places):
            amount = "refund" if rounded is None else f"N[{rounded}]"
            yield f"{amount} is not None and N[{at}] == {amount} * {bottom or f'N[{at + 1}]'}"
            yield f"{amount} == 0"
        yield from (f"N[{places['line', name][0]}] == 0" for name, _ in row.lines if ("line", name) in places)
    yield from (f"N[{a}] != N[{b}]" for a, b in _workdays(version, places))
    for key, (at, _) in places.items():
        if isinstance(key, tuple) and key[0] == "terms":
            yield f"None if N[{at}] is None else len(N[{at}])"
    days = [places["let", name][0] for name, _ in version.dates if ("let", name) in places]
    yield from (f"N[{at}] is None" for at in days)
    yield from (f"N[{places['output', name][0]}] is None" for name, _ in version.outputs if ("output", name) in places)
    yield "kept is not None and kept > F['paid']"
    yield "not refund"
    yield from _open_years(unit, known, days, space)


def _open_years(unit: Unit, known: frozenset[str], days: list[int], space: dict[str, Any]) -> Iterator[str]:
    """Whether one of the days lies in a year whose calendar is not published."""
    use = unit.version.calendar
    if use is None or not days or not (use.place or use.fact in known):
        return
    space["OPEN"] = Written(lambda place: Written(lambda day: calendar_for(use, place).provisional(day)))
    space["lines"] = [f"    open_years = OPEN[{repr(use.place) if use.place else f'F[{use.fact!r}]'}]"]
    yield " or ".join(f"N[{at}] is not None and open_years[N[{at}]]" for at in days)


def _is_truth(node: Any, version: Version) -> bool:
    """Whether a noted value is a yes, a no or a word: those decide what is said, numbers only fill it in."""
    if isinstance(node, Expr):
        return node.type.kind in ("yesno", "choice", "text", "place")
    group, name = node
    kinds = {"let": version.named(), "output": dict(version.outputs)}.get(group, {})
    return name in kinds and kinds[name].type.kind in ("yesno", "choice", "text", "place")


def _comparisons(row: Row, places: Mapping[Any, tuple[int, int]]) -> Iterator[tuple[int, int, int | None]]:
    """For each amount of a row: where its exact value is, its bottom, and where the rounded one (None: refund)."""
    pairs = [(row.amount, None)] if row.amount is not None else []
    pairs += [(expr, places.get(("line", name), (None,))[0]) for name, expr in row.lines]  # type: ignore[misc]
    for expr, where in pairs:
        if id(expr) in places:
            yield *places[id(expr)], where


def _workdays(version: Version, places: Mapping[Any, tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Where a date stands, and where a day that it may have moved from."""
    named = version.named()

    def unmoved(expr: Expr, seen: set[str]) -> Iterator[Expr]:
        for node in expr.walk():
            if node.op == "workday":
                yield node.args[0]
            elif node.op == "let" and node.value in named and node.value not in seen:
                seen.add(str(node.value))
                yield from unmoved(named[node.value], seen)

    for name, expr in version.dates:
        for one in unmoved(expr, set()) if ("let", name) in places else ():
            if id(one) in places:
                yield places["let", name][0], places[id(one)][0]


def same_answers(ours: Unit, mine: int, other: Other, its: int) -> Callable[[tuple[Any, ...], tuple[Any, ...]], bool]:
    """Whether the dates and figures of a run are those of another program's run: by their deciding rows."""
    version, here, there = ours.version, ours.places[mine], other.unit.places[its]
    tests = []
    for key in (*(("let", n) for n, _ in version.dates), *(("output", n) for n, _ in version.outputs)):
        if key in here and (other.answers is None or key[1] in other.answers):
            at = here[key][0]
            same = f"M[{there[key][0]}] == N[{at}]" if key in there else "False"
            tests.append(f"(type(N[{at}]) is not int or {same})")
    found: Callable[[tuple[Any, ...], tuple[Any, ...]], bool] = eval(  # noqa: S307 - made of numbers
        f"lambda N, M: {' and '.join(tests) or 'True'}"
    )
    return found
