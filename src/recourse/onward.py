"""Whom to turn to on these facts: the bodies that fit, in the order that makes sense, and until when each takes it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from recourse.assess import concerns
from recourse.bodies import STAGES, Body
from recourse.deciding import Desk
from recourse.entitlement import Entitlement
from recourse.facts import Facts
from recourse.library import Library

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
    """The bodies that fit or may fit, stage by stage. `asked_on` is the day of the question."""
    desk = Desk(library, facts, asked_on, closed)
    near = [body for body in library.bodies.values() if body.rule.place == "WORLD" or concerns(body.rule, facts)]
    turns = [turn for body in near if (turn := _turn(desk, body)) is not None]
    return tuple(sorted(turns, key=_order))


def _turn(desk: Desk, body: Body) -> Turn | None:
    found = desk.entitlement(body.rule)
    if found.answer == "does-not-apply":
        return None
    if found.working is None:  # whether it is there for this case at all
        return Turn(body, "may-fit", found, missing=found.depends_on)
    first, last = found.answers.get("apply_from"), found.answers.get("apply_by")
    undated = found.depends_on if found.answer == "depends" else ()
    fits = "too-late" if last is not None and last < desk.asked_on else "fits"
    if first is not None and desk.asked_on < first:
        fits = "not-yet"
    return Turn(body, fits, found, first, last, undated=undated)


def _order(turn: Turn) -> tuple[int, int, int, str]:
    late = turn.fits == "too-late"
    place = turn.body.rule.place
    return late, STAGES.index(turn.body.stage), -len(place) if place != "WORLD" else 0, turn.body.id
