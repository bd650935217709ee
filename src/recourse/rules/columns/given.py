"""Facts as columns: what is known of a column before it is read, and the node that stands for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from recourse import places
from recourse.facts import Fact, Vocabulary
from recourse.rules.columns.node import BOOL, INT, LIST, WORD, C
from recourse.rules.columns.nodes import Nodes
from recourse.rules.lower.values import DAY_BOUND, SECOND_BOUND, SHARE_BOUND

EPOCH = 719_163  # the day number of 1 January 1970
KINDS = {"yesno": BOOL, "choice": WORD, "place": WORD, "text": WORD, "period": LIST}


class Seen(NamedTuple):
    """What is known of all cells of a column: whether some may be empty, and within which bounds the others lie.

    Bounds are those of the column itself: smallest units, days since 1970, seconds, truths. `only` is the one value
    that all cells have.
    """

    null: bool = True
    low: int | None = None
    high: int | None = None
    only: str | bool | None = None

    def covers(self, other: Seen) -> bool:
        """Whether what is known here holds of the other column too."""
        return (
            self.null >= other.null
            and (self.low is None or (other.low is not None and self.low <= other.low))
            and (self.high is None or (other.high is not None and self.high >= other.high))
            and self.only in (None, other.only)
        )

    def with_(self, other: Seen) -> Seen:
        """What holds of both columns."""
        low = None if self.low is None or other.low is None else min(self.low, other.low)
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        return Seen(self.null or other.null, low, high, self.only if self.only == other.only else None)


UNSEEN = Seen()


class Given:
    """The facts as columns. `available` are the columns there are; `taken` facts that are another rule's answers."""

    def __init__(
        self, nodes: Nodes, vocabulary: Vocabulary, available: Mapping[str, Seen], taken: Mapping[str, C] | None = None
    ) -> None:
        self.nodes, self.vocabulary, self.available, self.taken = nodes, vocabulary, available, taken or {}

    def fact(self, name: str) -> Any:
        """A fact as it stands in its column; null where there is none. A share, or a list of them, is two columns."""
        if name in self.taken:
            return self.taken[name]
        fact = self.vocabulary.facts[name]
        if fact.item_type == "share":
            return self.column(f"{name}_top", fact, 0, SHARE_BOUND), self.column(f"{name}_bottom", fact, 1, SHARE_BOUND)
        return self.column(name, fact, *bounds(fact))

    def column(self, name: str, fact: Fact, low: int, high: int) -> C:
        kind = LIST if fact.is_list else KINDS.get(fact.item_type, INT)
        if name not in self.available:
            return self.nodes.null(kind)
        item = "count" if fact.item_type == "share" else fact.item_type
        type_ = f"list-of-{item}" if fact.is_list else item
        seen = self.available[name] if not fact.is_list else Seen(self.available[name].null)
        if seen.only is not None and not seen.null:
            return self.nodes.const(seen.only)
        low = low if seen.low is None else max(low, seen.low)
        high = high if seen.high is None else min(high, seen.high)
        return dated(self.nodes, self.nodes.column(name, type_, kind, low, high, null=seen.null), type_)


def dated(n: Nodes, value: C, type_: str) -> C:
    """A day as a day number: columns hold days since 1970."""
    return n.add(value, n.const(EPOCH)) if type_ == "date" else value


def bounds(fact: Fact) -> tuple[int, int]:
    """What a fact, or an entry of it, may be at least and at most in the engine's form."""
    if fact.item_type in ("date", "period"):
        return 1, DAY_BOUND
    if fact.item_type == "instant":
        return -SECOND_BOUND, SECOND_BOUND
    if fact.item_type in ("money", "count"):
        return 0, fact.at_most or 10**13
    return 0, SHARE_BOUND if fact.item_type == "share" else 0


def inside(n: Nodes, place: C, within: str) -> C:
    """Whether a place lies in another, as the table of places last knew it."""
    codes = tuple(code for code in places.codes() if places.contains(code, within))
    by_country = n.among(n.country(place), codes) if codes else n.false
    return n.or_(n.among(place, (within,)), by_country)
