"""Whom to turn to on these facts: the bodies that fit, in the order that makes sense, and until when each takes it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from recourse import places
from recourse.assess import concerns
from recourse.bodies import STAGES, Body
from recourse.deciding import Desk
from recourse.entitlement import Entitlement
from recourse.facts import Facts, read_facts
from recourse.keeping import Head
from recourse.library import Library
from recourse.rules.tree import Rule
from recourse.selection import sides

FITS = ("fits", "not-yet", "may-fit", "too-late")  # from the best to the worst


@dataclass(frozen=True)
class Turn:
    """A body for these facts.

    `fits` is one of FITS: whether its scope holds and today lies within its time limits; `may-fit` where that hangs on
    the facts of `missing`. Days are day numbers, both included; None where there is no limit or it is not known.
    """

    body: Body
    fits: str
    found: Entitlement
    apply_from: int | None = None
    apply_by: int | None = None
    missing: tuple[str, ...] = ()  # facts on which it hangs whether the body is there for this case
    undated: tuple[str, ...] = ()  # facts without which a time limit cannot be named


def onward(library: Library, facts: Facts, asked_on: int, closed: Collection[str] = ()) -> tuple[Turn, ...]:
    """The bodies that fit or may fit, stage by stage. `asked_on` is the day of the question.

    Where only a country is known, the bodies of its parts are left out: `narrower` says that they are there. A limit in
    another currency than the purchase's decides nothing: the body may fit, whatever was paid.
    """
    desk = Desk(library, facts, asked_on, closed)
    amounts = {name for name, fact in library.vocabulary.facts.items() if fact.item_type == "money"}
    unpriced = {name: text for name, text in facts.shown.items() if name not in amounts}
    without = Desk(library, read_facts(unpriced, library.vocabulary), asked_on, closed)
    turns = []
    for head in library.heads_of_bodies():
        if (head.place == "WORLD" or concerns(head, facts)) and not _inside(head, facts):
            body = library.bodies[head.id]
            turn = _turn(without if _other_currency(body.rule, facts) else desk, body)
            if turn is not None:
                turns.append(turn)
    return tuple(sorted(turns, key=_order))


def narrower(library: Library, facts: Facts) -> tuple[str, ...]:
    """The places that should be told more exactly (a state, a province), since bodies of their parts may fit."""
    found = {side for head in library.heads_of_bodies() for side in _inside(head, facts) if side in facts.values}
    return tuple(sorted(found))


def _inside(rule: Rule | Head, facts: Facts) -> tuple[str, ...]:
    """The facts that name a place around the rule's own, where no other says that the rule binds."""
    known = {side: facts.values.get(side) for side in sides(rule)}
    if any(place is not None and places.contains(place, rule.place) for place in known.values()):
        return ()
    around = (facts.values.get("learner_place"), facts.values.get("seller_place"))
    if rule.place in around:
        return ()  # the seller's place is not known, and may well be the learner's
    return tuple(side for side in known if any(p is not None and places.contains(rule.place, p) for p in around))


def _other_currency(rule: Rule, facts: Facts) -> bool:
    return bool(facts.currency) and any(v.currency and v.currency != facts.currency for v in rule.versions)


def _turn(desk: Desk, body: Body) -> Turn | None:
    found = desk.entitlement(body.rule)
    if found.answer == "does-not-apply":
        return None
    if found.working is None:  # whether it is there for this case at all
        return Turn(body, "may-fit", found, missing=found.depends_on)
    first, last = found.answers.get("apply_from"), found.answers.get("apply_by")
    assert found.version is not None
    lacking = [name for name, _ in found.version.dates if name not in found.answers]
    undated = desk.gaps(found.version, desk.facts.values, lacking) if lacking else ()
    fits = "too-late" if last is not None and last < desk.asked_on else "fits"
    if first is not None and desk.asked_on < first:
        fits = "not-yet"
    return Turn(body, fits, found, first, last, undated=undated)


def _order(turn: Turn) -> tuple[int, int, int, str]:
    late = turn.fits == "too-late"
    place = turn.body.rule.place
    return late, STAGES.index(turn.body.stage), -len(place) if place != "WORLD" else 0, turn.body.id
