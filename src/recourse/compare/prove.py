"""Whether one side can fall short by more than what was found: bounds over whole stretches of days and lessons.

The slow reading of the rules takes a stretch where a number belongs and gives bounds that are right for all of it. A
stretch that does not settle the question is cut in two, until everything is settled or the patience is at its end.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from recourse.calendars import Calendar
from recourse.compare.case import Ask, Case, Stretched
from recourse.compare.plausible import ELAPSED, FEES, ON_REQUEST, TAKEN
from recourse.compare.sides import Law, Policy
from recourse.compare.story import LAST, Story
from recourse.compare.watched import Reads
from recourse.library import Library
from recourse.rules.forms import IN_KIND
from recourse.rules.interpret import Interpreter
from recourse.rules.outlook import Choose
from recourse.rules.setting import Setting
from recourse.rules.stops import Conflict, Contradiction, Undetermined
from recourse.rules.tree import Row, Rule, Version
from recourse.rules.unknown import Unknown
from recourse.selection import Selection
from recourse.vocabulary import Vocabulary

PATIENCE = 3_000  # stretches looked at
UNCOUNTED = 10**30  # somebody else decides or pays: no shortfall of this policy
STRETCHED = ("requested_on", "~taken", "~elapsed")
STANDS_FOR = {**dict.fromkeys((*TAKEN, "credit_used"), "~taken"), **dict.fromkeys(ELAPSED, "~elapsed"),
              **dict.fromkeys((*ON_REQUEST, "requested_on", "fully_performed_on"), "requested_on")}  # fmt: skip


@dataclass(frozen=True)
class Proof:
    """What became of an attempt: settled, or not, or refuted by a purchase that the search had missed."""

    settled: bool
    looked_at: int
    refuted: Case | None = None


def ceiling(library: Library, versions: tuple[Version, ...], price: int) -> int:
    """The most that any row of these versions can owe for a course of this price, whatever else is true."""
    known = dict.fromkeys(("price", "paid", "tuition", "list_price"), price) | dict.fromkeys(FEES, 0)
    most = 0
    for version in versions:
        for row in (*version.exceptions, *version.owed):
            if row.outcome == "keep":
                most = max(most, price)
            elif row.outcome == "pay":
                try:
                    owed = Interpreter(version, known, library.setting, library.vocabulary).owed(row.amount)
                except Contradiction:
                    continue
                most = max(most, owed.high if isinstance(owed, Unknown) else owed)
    return most


class Prover:
    """Looks for a proof that `more` never exceeds `less` by more than `gap`, in smallest units.

    The second side may stand in another `library`: a new version of a policy does.
    """

    def __init__(
        self, library: Library, story: Story, more: Law | Policy, less: Law | Policy, other: Library | None = None
    ) -> None:
        self.library, self.story = library, story
        self.more, self.less = _Reading(library, more), _Reading(other or library, less)
        self.stretches: dict[str, Unknown] = {}
        bought = story.bought_on
        self.whole = {
            "requested_on": Unknown(frozenset(("requested_on",)), bought, bought + LAST),
            "~taken": Unknown(frozenset(("~taken",)), 0, story.lessons),
            "~elapsed": Unknown(frozenset(("~elapsed",)), 0, story.lessons),
        }

    def never_more_than(self, gap: int, patience: int = PATIENCE) -> Proof:
        """Whether no purchase of the story differs by more than `gap`."""
        ahead = [self.story.case()]
        looked = 0
        while ahead:
            case = ahead.pop()
            looked += 1
            if looked > patience:
                return Proof(False, looked)
            try:
                found = self.exceeds(case, gap)
            except Stretched:
                return Proof(False, looked)
            except Ask as ask:
                if ask.name == "requested_at":  # moments are tried at the edges only
                    return Proof(False, looked)
                values = (self.whole[ask.name],) if ask.name in STRETCHED else ask.values
                ahead += [case.with_(ask.name, value) for value in values]
                continue
            except Undetermined as open_:
                names = {STANDS_FOR.get(n, n) for n in open_.lacks}
                found = True
            except (KeyError, Contradiction, Conflict, Choose):
                continue
            else:
                names = set(STRETCHED)
            if not found:
                continue
            parts = self.cut(case, names) or self.cut(case, set(STRETCHED))
            if parts:
                ahead += parts
            elif self.story.possible(case):
                return Proof(False, looked, case)
        return Proof(True, looked)

    def exceeds(self, case: Case, gap: int) -> bool:
        """Whether the bounds leave room for more than the gap. Raises Undetermined where a row is open."""
        high = self.more.bound(case, high=True)
        return high > gap and high - self.less.bound(case, high=False) > gap

    def cut(self, case: Case, names: set[str]) -> list[Case]:
        """The case with its longest stretch cut in two, at an edge of the rules where there is one in it."""
        open_ = [
            (name, case[name]) for name in STRETCHED if name in names and isinstance(dict.get(case, name), Unknown)
        ]
        open_ = [(name, stretch) for name, stretch in open_ if stretch.low < stretch.high]
        if not open_:
            return []
        name, stretch = max(open_, key=lambda one: one[1].high - one[1].low)
        made = self.story.values[name]
        bare = {k: v for k, v in case.chosen.items() if k not in STRETCHED}
        edges: tuple[int, ...] = ()
        with suppress(Ask, KeyError):
            edges = made(self.story.case(bare)) if callable(made) else made
        inside = [edge for edge in edges if stretch.low <= edge < stretch.high]
        middle = inside[len(inside) // 2] if inside else (stretch.low + stretch.high) // 2
        parts = (_stretch(stretch, stretch.low, middle), _stretch(stretch, middle + 1, stretch.high))
        return [self.story.case({**case.chosen, name: part}) for part in parts]


def _stretch(of: Unknown, low: int, high: int) -> Any:
    return low if low == high else of._replace(low=low, high=high)


class _Reading:
    """One side, read slowly and with bounds."""

    def __init__(self, library: Library, side: Law | Policy) -> None:
        self.library = library
        self.selection: Selection = side.selection
        self.rules: list[Rule] = [side.rule] if isinstance(side, Law) else [c.rule for c in side.clauses]
        self.binds = side.binds if isinstance(side, Law) else True
        self.reads = side.reads

    def bound(self, case: Case, *, high: bool) -> int:
        """The most (or the least) money that the side owes on all purchases of the case."""
        if not self.binds:
            return 0
        for rule in self.rules:
            version = self.selection.version(rule, case)
            if version is None or version.enacted_only:
                continue
            if version.currency and version.currency != self.selection.facts.currency:
                continue
            decision = _Reader(version, case, self.library.setting, self.library.vocabulary, self.reads).decide()
            if decision.outcome in ("out-of-scope", "excluded"):
                continue
            return self.money(decision.row, version, decision.refund, high=high)
        return 0

    def money(self, row: Row | None, version: Version, refund: Any, *, high: bool) -> int:
        if row is not None and not high and row.outcome in ("ask", "see"):
            return UNCOUNTED
        if row is not None and row.outcome in ("pay", "keep") and (row.payer or version.payer) not in ("", "seller"):
            return 0 if high else UNCOUNTED
        if row is None or row.outcome not in ("pay", "keep") or (row.form or version.form) in IN_KIND:
            return 0
        if isinstance(refund, Unknown):
            return int(refund.high if high else max(0, refund.low))
        return int(refund or 0)


class _Reader(Interpreter):
    """Asks the calendars that a comparison asks."""

    def __init__(
        self, version: Version, facts: Case, setting: Setting, vocabulary: Vocabulary, reads: Reads | None
    ) -> None:
        super().__init__(version, facts, setting, vocabulary)
        self.reads = reads

    def calendar(self) -> Calendar | Unknown:
        found = super().calendar()
        use = self.version.calendar
        if self.reads is None or isinstance(found, Unknown) or use is None or not use.fact:
            return found
        return self.reads.calendars(use)[found.asked]
