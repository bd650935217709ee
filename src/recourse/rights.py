"""What a learner may do and must do in one place: the rights, duties and bodies of its law on one day.

Made from the rules themselves; nothing here is written for one place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from recourse import places
from recourse.bodies import STAGES, Body
from recourse.library import Library
from recourse.rules.tree import Duty, Rule, Version

GIVING = ("money-back", "remedy", "damages", "interest", "aid")  # kinds of rules that give money, in reading order


@dataclass(frozen=True)
class Held:
    """A rule and the version of it that is meant."""

    rule: Rule
    version: Version


@dataclass(frozen=True)
class Said:
    """A duty of the seller, or a way open to the learner, and the rule that says so."""

    held: Held
    duty: Duty


@dataclass(frozen=True)
class Rights:
    """The law of a place on a day, sorted by what it is for."""

    place: str
    asked_on: int
    giving: tuple[Held, ...]  # what can be got back, and on top of it
    limits: tuple[Held, ...]  # days and time limits only
    duties: tuple[Said, ...]  # what the seller must do
    ways: tuple[Said, ...]  # what the learner can do
    bodies: tuple[Body, ...]  # whom to turn to, in the order that makes sense
    coming: tuple[Held, ...]  # enacted or dated, not yet in force
    parts: tuple[str, ...]  # places inside this one that have rules of their own


def rights(library: Library, place: str, asked_on: int) -> Rights:
    """The law that binds in the place on the day. Raises Problem for an unknown place."""
    places.check(place)
    here = [library.rules[h.id] for h in library.heads() if not h.policy and places.contains(place, h.place)]
    displaced = {d.rule for r in here for d in r.relations.displaces if d.when is None and current(r, asked_on)}
    here = [r for r in here if r.id not in displaced]
    held = [Held(r, v) for r in here if (v := current(r, asked_on)) is not None]
    coming = [Held(r, v) for r in here for v in r.versions if v.enacted_only or (v.starts or 0) > asked_on]
    return Rights(
        place,
        asked_on,
        giving=_sorted(h for h in held if h.version.owed or (h.rule.kind in GIVING and _says(h.version))),
        limits=_sorted(h for h in held if not h.version.owed and h.rule.kind not in GIVING and _says(h.version)),
        duties=tuple(Said(h, d) for h in _sorted(held) for d in h.version.duties),
        ways=tuple(Said(h, d) for h in _sorted(held) for d in h.version.ways),
        bodies=bodies(library, place),
        coming=_sorted(coming),
        parts=tuple(sorted({p for p in _all_places(library) if p != place and places.contains(p, place)})),
    )


def bodies(library: Library, place: str) -> tuple[Body, ...]:
    """The bodies that somebody in the place can turn to, or that watch over sellers there."""
    found = [b for b in library.bodies.values() if places.contains(place, b.rule.place)]
    return tuple(sorted(found, key=lambda b: (STAGES.index(b.stage), b.rule.place == "WORLD", b.id)))


def covered(library: Library) -> tuple[str, ...]:
    """The places with law of their own; members of a union have at least the union's."""
    return tuple(sorted(p for p in _all_places(library) if p != "WORLD"))


def _all_places(library: Library) -> set[str]:
    laws = {head.place for head in library.heads() if not head.policy}
    return laws | {body.rule.place for body in library.bodies.values()}


def _says(version: Version) -> bool:
    """Whether a version names days or sums."""
    return bool(version.dates or version.outputs)


def current(rule: Rule, day: int) -> Version | None:
    """The version of a rule in force on the day, if there is one."""
    for one in rule.versions:
        if not one.enacted_only and (one.starts is None or one.starts <= day) and (one.ends is None or day <= one.ends):
            return one
    return None


def _sorted(found: Iterable[Held]) -> tuple[Held, ...]:
    """Rules that give money first, by kind; the nearest law before the wider one."""

    def key(one: Held) -> tuple[int, int, str]:
        kind = GIVING.index(one.rule.kind) if one.rule.kind in GIVING else len(GIVING)
        return kind, -len(one.rule.place), one.rule.id

    return tuple(sorted(found, key=key))
