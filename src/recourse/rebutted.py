"""The day until which one is safe: the last one, should the seller yet prove all that is presumed against it.

A right that ends in a year because nobody knows whether the seller told of it may have ended by tomorrow. Two proofs
can be needed to end it, so what can be proved is taken together, not one by one.
"""

from __future__ import annotations

from collections.abc import Mapping

from recourse.assess import assess
from recourse.entitlement import Entitlement
from recourse.facts import read_facts
from recourse.library import Library
from recourse.problems import Problem

END = "window_ends_on"


def safe_until(library: Library, facts: Mapping[str, str], rule: str, *, asked_on: int) -> int | None:
    """The last day under that rule if every presumed yes or no were otherwise; nothing where the rule sets no day.

    What would take the right away for another reason than time is left as it is presumed.
    """
    found = _asked(library, facts, rule, asked_on)
    tried: set[str] = set()
    while found is not None:
        name, value = next(((one, is_so) for one, is_so, _ in found.presumed if one not in tried), ("", None))
        if not name:
            break
        tried.add(name)
        if not isinstance(value, bool):
            continue
        told = {**facts, name: "false" if value else "true"}
        other = _asked(library, told, rule, asked_on)
        if other is not None and (other.answer == "owes" or _over(other, asked_on)):
            facts, found = told, other
    return found.answers.get(END) if found is not None else None


def _asked(library: Library, facts: Mapping[str, str], rule: str, asked_on: int) -> Entitlement | None:
    """The rule's answer; nothing where the facts cannot stand together."""
    try:
        return assess(library, read_facts(facts, library.vocabulary), rule=rule, asked_on=asked_on).entitlements[0]
    except Problem:
        return None


def _over(one: Entitlement, asked_on: int) -> bool:
    return one.answer == "owes-nothing" and one.answers.get(END, asked_on) < asked_on
