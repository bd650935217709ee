"""The sum as a column that adds up: what was paid, what stays with the seller, what comes back.

All figures are the engine's own. Where a rule names what may be kept, and that is the whole difference, it stands there
by name; otherwise the difference stands in one line, and the rule's steps say how it came about.
"""

from typing import NamedTuple

from django.utils.translation import gettext

from recourse import money
from recourse.web import engine, labels, wording
from recourse.web.engine import Json

KEPT = ("kept_for_use", "penalty")
TOLD = (*KEPT, "owed_to_seller")


class Entry(NamedTuple):
    """A line of the column: words, a figure with its sign, and the fact it comes from, if it is one."""

    text: str
    figure: str
    fact: str = ""


def of(entitlement: Json, facts: Json) -> list[Entry]:
    """Paid, less what is kept; empty where nothing is known to have been paid, or more than that comes back."""
    paid, refund = facts.get("paid"), entitlement.get("refund")
    if not paid or not refund:
        return []
    kept = [(key, entitlement[key]) for key in KEPT if entitlement.get(key) and not wording.is_zero(entitlement[key])]
    rest = minor(paid) - minor(refund)
    if rest < 0:
        return []
    first = Entry(engine.facts()["paid"].name.of(wording.lang()), wording.amount(paid).figure, "paid")
    if sum(minor(amount) for _, amount in kept) == rest:
        return [first, *(Entry(labels.more(key), f"− {wording.amount(amount).figure}") for key, amount in kept)]
    shown = wording.amount(money.show(rest, paid.partition(" ")[2])).figure
    return [first, Entry(gettext("Stays with the seller"), f"− {shown}")]


def minor(text: str) -> int:
    """ "180.00 EUR" as 18000: whole numbers of the smallest unit, to compare and to add."""
    return int(text.partition(" ")[0].replace(".", ""))
