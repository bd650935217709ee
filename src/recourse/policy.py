"""How entitlements stand to each other: a policy's clauses, of which the first that fits decides, and lex specialis."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from recourse.deciding import Desk
from recourse.entitlement import OUTSIDE, Entitlement
from recourse.rules.interpret import Interpreter
from recourse.rules.tree import Cite, Expr, Texts, Version


def clauses(desk: Desk, platform: str) -> list[Entitlement]:
    """What each clause gives: the first whose scope is met decides; where that is open, so are those after it."""
    library = desk.library
    found: list[Entitlement] = []
    decided = False
    presumed: list[tuple[str, Any, Texts]] = []
    hangs_on: dict[str, None] = {}
    open_: list[int] = []
    for clause in library.platform(platform).clauses:
        rule = library.rules[clause]
        if decided:
            found.append(Entitlement(rule, "does-not-apply", why=OUTSIDE["earlier"]))
            continue
        one = desk.entitlement(rule)
        if one.answer == "does-not-apply":
            presumed += [p for p in one.presumed if p not in presumed]
            found.append(one)
            continue
        decided = _in_scope(one)
        known = {name for name, _, _ in one.presumed}
        earlier = {p[0]: p for p in presumed if p[0] not in known}
        one = replace(one, presumed=(*earlier.values(), *one.presumed))
        if not decided or hangs_on:
            hangs_on |= dict.fromkeys(one.depends_on)
            open_.append(len(found))
        found.append(one)
    return _hull(desk, found, open_, tuple(hangs_on), decided=decided) if open_ else found


def _hull(
    desk: Desk, found: list[Entitlement], open_: list[int], hangs_on: tuple[str, ...], *, decided: bool
) -> list[Entitlement]:
    """Clauses of which nobody knows which one decides: together they give one range, and hang on the same facts."""
    facts = desk.library.vocabulary.facts
    names = tuple(sorted(hangs_on, key=lambda n: facts[n].position))
    ranges = [_inside(found[n]) for n in open_]
    low = min([r[0] for r in ranges] + ([] if decided else [0]))
    high = max(r[1] for r in ranges)
    for number in open_:
        found[number] = replace(found[number], answer="depends", refund=None, between=(low, high), depends_on=names)
    return found


def _inside(one: Entitlement) -> tuple[int, int]:
    """The range of a clause if it is the one that decides."""
    if one.outlook is not None and one.answer == "depends":
        leaves = [leaf for leaf in one.outlook.leaves() if leaf.kind != "outside"]
        if leaves:
            return min(leaf.low for leaf in leaves), max(leaf.high for leaf in leaves)
    return one.between or (one.refund or 0, one.refund or 0)


def _in_scope(one: Entitlement) -> bool:
    """Whether a clause certainly is the one that decides, even if its amount is open."""
    if one.answer != "depends" or one.outlook is None:
        return True
    return all(leaf.kind != "outside" for leaf in one.outlook.leaves())


def displaced(desk: Desk, found: list[Entitlement]) -> list[Entitlement]:
    """Marks what a more special rule takes the place of."""
    by: dict[str, str] = {}
    for one in found:
        if one.answer == "does-not-apply":
            continue
        for link in one.rule.relations.displaces:
            if link.when is None or _holds(desk, link.when):
                by[link.rule] = one.rule.id
    return [replace(one, displaced_by=by[one.rule.id]) if one.rule.id in by else one for one in found]


def _holds(desk: Desk, condition: Expr) -> bool:
    nothing = Version("", None, None, False, Cite())
    return (
        Interpreter(nothing, desk.facts.values, desk.library.setting, desk.library.vocabulary).value(condition) is True
    )
