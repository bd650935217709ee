"""The sum as a column that adds up: what was paid, what may be kept, what comes back; from the engine's own numbers.

It is shown only where these numbers do add up to the refund. Where a rule reaches its amount otherwise, its steps say
how.
"""

from typing import NamedTuple

from recourse.web import desk, labels, wording
from recourse.web.desk import Json

KEPT = ("kept_for_use", "penalty")
TOLD = (*KEPT, "owed_to_seller")


class Entry(NamedTuple):
    """A line of the column: words, a figure with its sign, and the fact it comes from, if it is one."""

    text: str
    figure: str
    fact: str = ""


def of(entitlement: Json, facts: Json) -> list[Entry]:
    """Paid, less what is kept; empty where that is not how the refund came about."""
    paid, refund = facts.get("paid"), entitlement.get("refund")
    if not paid or not refund:
        return []
    kept = [(key, entitlement[key]) for key in KEPT if entitlement.get(key) and not wording.is_zero(entitlement[key])]
    if minor(paid) - sum(minor(amount) for _, amount in kept) != minor(refund):
        return []
    first = Entry(desk.facts()["paid"].name.of(wording.lang()), wording.amount(paid).figure, "paid")
    return [first, *(Entry(labels.more(key), f"− {wording.amount(amount).figure}") for key, amount in kept)]


def minor(text: str) -> int:
    """ "180.00 EUR" as 18000: whole numbers of the smallest unit, to compare and to add."""
    return int(text.partition(" ")[0].replace(".", ""))
