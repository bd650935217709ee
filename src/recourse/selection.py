"""Whether a rule binds these people, and which version answers: by place, and by the day that the rule names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recourse import places
from recourse.facts import Facts
from recourse.keeping import Head
from recourse.library import Library
from recourse.rules.outlook import Choose
from recourse.rules.stops import Bound, Undetermined
from recourse.rules.tree import Rule, Version
from recourse.rules.types import fact_type
from recourse.rules.unknown import Unknown, domain


class NotBound(Exception):
    """The law of the rule's place does not bind these people."""


def sides(rule: Rule | Head) -> tuple[str, ...]:
    """The places of which one must lie in the rule's, so that it binds."""
    return ("learner_place", "seller_place") if rule.binds == "either" else (rule.binds,)


class Selection:
    """Selects versions for one set of facts. `asked_on` is the day of the question."""

    def __init__(self, library: Library, facts: Facts, asked_on: int) -> None:
        self.library, self.facts, self.asked_on = library, facts, asked_on

    def select(self, rule: Rule, facts: Mapping[str, Any], forced: Mapping[Any, bool]) -> tuple[Version | None, str]:
        """The version that answers, or None and why. Raises Undetermined or Choose where that hangs on a fact."""
        self.binds(rule, facts, forced)
        version = self.version(rule, facts)
        if version is None:
            return None, "none"
        if version.enacted_only:
            return None, "enacted"
        if version.currency and self.facts.currency and version.currency != self.facts.currency:
            return None, "currency"
        return version, ""

    def binds(self, rule: Rule, facts: Mapping[str, Any], forced: Mapping[Any, bool]) -> None:
        if rule.policy:
            return
        gaps = []
        for side in sides(rule):
            place = facts.get(side)
            bound = Bound("binds", side)
            if place is None or isinstance(place, Unknown):
                if forced.get(bound):
                    return
                if bound not in forced:
                    gaps.append(side)
            elif places.contains(place, rule.place):
                return
            elif places.contains(rule.place, place):
                if forced.get(bound):
                    return
                if bound not in forced:
                    gaps.append(side)
        if gaps:
            raise Undetermined(Bound("binds", gaps[0]), frozenset(gaps[:1]))
        raise NotBound

    def day_of(self, rule: Rule, facts: Mapping[str, Any]) -> tuple[str, int] | None:
        """The date that chooses the version, and its name."""
        for name in rule.selected_by:
            if name == "asked_on":
                return name, self.asked_on
            value = facts.get(name)
            if isinstance(value, int):
                return name, value
            if isinstance(value, Unknown) and self.one_version(rule, value):
                return name, value.low
        return None if rule.selected_by else ("asked_on", self.asked_on)

    def one_version(self, rule: Rule, day: Unknown) -> bool:
        """Whether all the days that are possible lie within one version, or outside all."""
        edges = {v.starts for v in rule.versions} | {v.ends + 1 for v in rule.versions if v.ends is not None}
        return not any(e is not None and day.low < e <= day.high for e in edges)

    def version(self, rule: Rule, facts: Mapping[str, Any]) -> Version | None:
        only = rule.versions[0] if len(rule.versions) == 1 else None
        if only is not None and only.starts is None and only.ends is None:
            return only
        chosen = self.day_of(rule, facts)
        if chosen is None:
            raise Choose(rule.selected_by[0], self.stretches(rule, facts))
        day = chosen[1]
        for version in rule.versions:
            if (version.starts is None or version.starts <= day) and (version.ends is None or day <= version.ends):
                return version
        return None

    def stretches(self, rule: Rule, facts: Mapping[str, Any]) -> list[Any]:
        """A day nobody knows, cut where versions begin and end."""
        name = rule.selected_by[0]
        kind = fact_type(self.library.vocabulary, name)
        whole = facts[name] if isinstance(facts.get(name), Unknown) else domain(kind, name, None)
        lacks = frozenset((name,))
        found: list[Any] = []
        day = whole.low
        for version in rule.versions:
            starts = max(whole.low, version.starts if version.starts is not None else whole.low)
            ends = min(whole.high, version.ends if version.ends is not None else whole.high)
            if ends < starts:
                continue
            if day < starts:
                found.append(_stretch(lacks, day, starts - 1))
            found.append(_stretch(lacks, starts, ends))
            day = ends + 1
        if day <= whole.high:
            found.append(_stretch(lacks, day, whole.high))
        return found


def _stretch(lacks: frozenset[str], first: int, last: int) -> Any:
    return first if first == last else Unknown(lacks, first, last)
