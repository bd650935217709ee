"""Every way in which two sides can differ: the values of the facts they read are tried, and each pair of rows kept.

A function that decides is run on a purchase of which nothing is known yet; the first fact it reads is split into its
values, and so on, so that nothing is tried that neither side reads. The worst of each pair of rows is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from recourse.compare.case import Case, Led
from recourse.compare.plausible import ELAPSED, FAULT, FEES, ON_REQUEST, TAKEN, TIED, TOGETHER
from recourse.compare.sides import Outcome, Side
from recourse.compare.story import Story
from recourse.rules.stops import Conflict, Contradiction

MOST = 60_000  # runs of one comparison, before it says that it did not look at everything
GROUPS = ("ordinary", "licence", "fault")
FORM = {"credit": "form", "exchange": "form", "discretion": "form", "ask": "elsewhere", "another-pays": "elsewhere"}
Key = tuple[str, ...]


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
    def key(self) -> Key:
        return _key(self.group, self.more, self.less)


def _key(group: str, more: Outcome, less: Outcome) -> Key:
    """What tells pairs of rows apart."""
    return (group, *more.key, *less.key, less.how)


@dataclass
class Tally:
    """What a search came to: the worst of each pair of rows, and what was looked at.

    With `rows` false the worst of each group alone is kept, apart only by whether money, another form of it or somebody
    else's decision is what comes instead.
    """

    worst: dict[Key, Found] = field(default_factory=dict)
    runs: int = 0
    compared: int = 0  # purchases on which the first side owes money
    cut: bool = False  # there was more to try than was tried
    untried: set[str] = field(default_factory=set)  # facts without which nothing could be said, and that nobody gave
    rows: bool = True
    only: str = ""  # the one group that is looked for

    def take(self, case: Case, more: Outcome, less: Outcome) -> None:
        """Takes up a purchase that differs by more of the price than its pair of rows did yet; of equals the plainer.

        It is asked for each purchase, so it is quick: only what is taken up is kept, as a copy.
        """
        gap, price, group = more.amount - less.amount, case.story.price, group_of(case)
        if self.only and group != self.only:
            return
        key = _key(group, more, less) if self.rows else (group, FORM.get(less.how, "money"))
        old = self.worst.get(key)
        if old is not None:
            mine, others = gap * old.price, old.gap * price
            if mine < others or (mine == others and _oddity(case) >= _oddity(old.case)):
                return
        self.worst[key] = Found(case.copy(), more, less, gap, price, group)

    def is_settled(self, case: Case, more: Outcome) -> bool:
        """Whether nothing that begins here can be worse, or as bad and plainer, than what is known."""
        if self.rows:
            return False
        group = self.only or group_of(case)
        for one in GROUPS:
            found = self.worst.get((one, "money"))
            if one == group:
                if found is None:
                    return False
                mine, others = more.amount * found.price, found.gap * case.story.price
                return mine < others or (mine == others and _oddity(case) >= _oddity(found.case))
            if found is not None:
                return True
        return False


def _oddity(case: Case) -> int:
    """How much there is to say about a purchase: the plainest of equals is shown."""
    days: int = dict.get(case, "requested_on", 0) % 1000
    return 1000 * sum([v is True or k in FAULT for k, v in case.items()]) + days


def search(story: Story, first: Side, second: Side, tally: Tally | None = None, *, most: int = MOST) -> Tally:
    """Both sides on every purchase of the story on which the first owes something.

    Where only the worst of each group is kept, those on which most is owed come first; what cannot be worse is left.
    """
    tally = tally or Tally()
    read = _read_by(second)
    best: dict[tuple[Any, ...], tuple[Case, Outcome]] = {}
    for case, more in leaves(first, story.case(), tally, most):
        if more.how == "money" and more.amount and story.possible(case):
            # of purchases that the other side cannot tell apart, the one on which most is owed
            known: Mapping[str, Any] = dict(case)
            same = (group_of(case), more.key, *map(known.get, read))
            if same not in best or more.amount > best[same][1].amount:
                best[same] = case.copy(), more
    starts = list(best.values())
    if not tally.rows:
        starts.sort(key=lambda one: (-one[1].amount, _oddity(one[0])))
    for start, more in starts:
        if tally.is_settled(start, more):
            continue
        for case, less in leaves(second, start, tally, most):
            if less.how != "another-pays" and story.possible(case):
                tally.compared += 1
                tally.take(case, more, less)
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
    """Each purchase that the side tells apart from where one starts, with what it gives.

    It is one case all the time, led on from purchase to purchase: whoever keeps one keeps a copy. A run counts once
    more for each fact of several values that was first read in it.
    """
    case = Led.of(start)
    ahead = case.ahead
    old = 0
    while True:
        try:
            found = side.decide(case)
        except KeyError as error:
            found = None
            tally.untried.add(str(error.args[0]))
        except (Contradiction, Conflict):
            found = None
        tally.runs += 1 + len(ahead) - old
        if tally.runs > most:
            tally.cut = True
            return
        if found is not None:
            yield case, found
        if not case.lead():
            return
        old = len(ahead)


def group_of(case: Case) -> str:
    """Why something is owed: an ordinary change of mind, a seller of a special licence, or the seller's fault."""
    for name in case.keys() & FAULT.keys():  # of what somebody has asked; asked for each purchase, so it is quick
        if case[name] in FAULT[name]:
            return "fault"
    licensed = case.known("seller_kind") and case["seller_kind"] != "general-trader"
    return "licence" if licensed and "seller_kind" not in case.story.given else "ordinary"
