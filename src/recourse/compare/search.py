"""Every way in which two sides can differ: the values of the facts they read are tried, and each pair of rows kept.

A function that decides is run on a purchase of which nothing is known yet; the first fact it reads is split into its
values, and so on, so that nothing is tried that neither side reads. The worst of each pair of rows is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from recourse.compare.plausible import ELAPSED, FAULT, FEES, ON_REQUEST, TAKEN, TIED, TOGETHER
from recourse.compare.sides import Outcome, Side
from recourse.compare.story import Ask, Case, Story
from recourse.rules.stops import Conflict, Contradiction

MOST = 60_000  # runs of one comparison, before it says that it did not look at everything
GROUPS = ("ordinary", "licence", "fault")


@dataclass(frozen=True)
class Found:
    """The purchase on which one pair of rows differs most. `gap` is in smallest units; below nothing: the other way."""

    case: Case
    more: Outcome  # the side that should not be fallen short of: law, or the old policy
    less: Outcome
    gap: int
    price: int
    group: str

    @property
    def share(self) -> Fraction:
        """The gap as a share of the price."""
        return Fraction(self.gap, self.price)

    @property
    def key(self) -> tuple[str, str, str, str, str, str]:
        return (self.group, *self.more.key, *self.less.key, self.less.how)


@dataclass
class Tally:
    """What a search came to: the worst of each pair of rows, and what was looked at."""

    worst: dict[tuple[str, ...], Found] = field(default_factory=dict)
    runs: int = 0
    compared: int = 0  # purchases on which the first side owes money
    cut: bool = False  # there was more to try than was tried
    untried: set[str] = field(default_factory=set)  # facts without which nothing could be said, and that nobody gave
    kinds: set[str] = field(default_factory=set)  # kinds of course for which the other side has terms

    def take(self, found: Found) -> None:
        old = self.worst.get(found.key)
        if old is None or _worse(found, old):
            self.worst[found.key] = found


def _worse(one: Found, other: Found) -> bool:
    """Whether it differs by more of the price; of equals the plainer. It is asked for each purchase, so it is quick."""
    mine, others = one.gap * other.price, other.gap * one.price
    return mine > others or (mine == others and _oddity(one) < _oddity(other))


def _oddity(found: Found) -> int:
    """How much there is to say about a purchase: the plainest of equals is shown."""
    case: dict[str, Any] = dict(found.case)
    days: int = case.get("requested_on", 0) % 1000
    return 1000 * sum([v is True or k in FAULT for k, v in case.items()]) + days


def search(story: Story, first: Side, second: Side, tally: Tally | None = None, *, most: int = MOST) -> Tally:
    """Both sides on every purchase of the story on which the first owes something."""
    tally = tally or Tally()
    read = _read_by(second)
    best: dict[tuple[Any, ...], tuple[Case, Outcome]] = {}
    for case, more in leaves(first, story.case(), tally, most):
        if more.how == "money" and more.amount and story.possible(case):
            # of purchases that the other side cannot tell apart, the one on which most is owed
            same = (group_of(case), more.key, *(dict.get(case, name) for name in read))
            if same not in best or more.amount > best[same][1].amount:
                best[same] = case, more
    for start, more in best.values():
        for case, less in leaves(second, start, tally, most):
            if less.how != "another-pays" and story.possible(case):
                tally.compared += 1
                tally.take(Found(case, more, less, more.amount - less.amount, story.price, group_of(case)))
    return tally


def _read_by(side: Side) -> list[str]:
    """The facts that a side can read, the names that stand for several of them, and what these hang together with."""
    found = {name for version in side.versions for name in version.facts()}
    families = {
        "~taken": (*TAKEN, "credit_used"), "~elapsed": ELAPSED, "requested_on": (*ON_REQUEST, "requested_at"),
        "~fees": FEES,
    }  # fmt: skip
    found |= {name for name, facts in families.items() if found & set(facts)}
    if found & {*TOGETHER, *TIED}:
        found |= {*TOGETHER, *TIED}
    return sorted(found | {"kind", "legal_class"})


def leaves(side: Side, start: Case, tally: Tally, most: int) -> Iterator[tuple[Case, Outcome]]:
    """Each purchase that the side tells apart from where one starts, with what it gives."""
    ahead = [start]
    while ahead:
        case = ahead.pop()
        tally.runs += 1
        if tally.runs > most:
            tally.cut = True
            return
        try:
            yield case, side.decide(case)
        except Ask as ask:
            ahead += [case.with_(ask.name, value) for value in reversed(ask.values)]
        except KeyError as error:
            tally.untried.add(str(error.args[0]))
        except (Contradiction, Conflict):
            continue


def group_of(case: Case) -> str:
    """Why something is owed: an ordinary change of mind, a seller of a special licence, or the seller's fault."""
    for name in case.keys() & FAULT.keys():  # of what somebody has asked; asked for each purchase, so it is quick
        if case[name] in FAULT[name]:
            return "fault"
    licensed = case.known("seller_kind") and case["seller_kind"] != "general-trader"
    return "licence" if licensed and "seller_kind" not in case.story.given else "ordinary"
