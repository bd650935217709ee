"""What an answer can still become while facts are missing: its range, and exactly the facts it hangs on.

Missing facts are tried out: words and yes/no one by one, numbers and days where a condition turns. What then makes no
difference is dropped again, so that nobody is asked for it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from recourse.facts import Vocabulary
from recourse.rules.interpret import Decision, Interpreter
from recourse.rules.setting import Setting
from recourse.rules.stops import Bound, Conflict, Contradiction, Undetermined
from recourse.rules.tree import Expr, Rule, Version
from recourse.rules.types import fact_type
from recourse.rules.unknown import Unknown, domain, plain

BUDGET = 600  # decisions tried for one answer, before bounds are given instead


class Choose(Exception):
    """Which version answers hangs on a day: the stretches of that day, one for each version."""

    def __init__(self, fact: str, values: list[Any]) -> None:
        super().__init__(fact)
        self.fact, self.values = fact, values


@dataclass(frozen=True, slots=True)
class Leaf:
    """One way it can end."""

    decision: Decision | None
    version: Version | None
    kind: str  # none, pay, credit, ask, discretion, exchange, see, answers, open
    low: int
    high: int
    word: str = ""
    lacks: frozenset[str] = frozenset()
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)  # with what was tried out on the way here
    forced: Mapping[Any, bool] = field(default_factory=dict, compare=False)
    varied: bool = False  # several ways end like this one, for different reasons

    @property
    def signature(self) -> tuple[Any, ...]:
        return (self.kind, self.word, self.low, self.high, self.lacks)


@dataclass(frozen=True, slots=True)
class Split:
    facts: frozenset[str]
    children: tuple[Leaf | Split, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """`leaf` is the answer where it is settled; `depends_on` what it hangs on, in the order of the vocabulary."""

    tree: Leaf | Split
    depends_on: tuple[str, ...]
    low: int
    high: int

    @property
    def leaf(self) -> Leaf | None:
        return self.tree if isinstance(self.tree, Leaf) and not self.tree.lacks else None

    def leaves(self) -> Iterator[Leaf]:
        yield from _leaves(self.tree)


def _leaves(tree: Leaf | Split) -> Iterator[Leaf]:
    if isinstance(tree, Leaf):
        yield tree
    else:
        for child in tree.children:
            yield from _leaves(child)


Before = tuple[Version | None, Mapping[str, Any]]  # named values that were worked out on the way here, by this version


def _untouched(known: Mapping[str, Any], fact: str, version: Version) -> dict[str, Any]:
    """The named values that do not hang on a fact: what is tried for it leaves them as they are."""
    reads = version.reads
    return {name: value for name, value in known.items() if name in reads and fact not in reads[name]}


Select = Callable[[Mapping[str, Any], Mapping[Any, bool]], tuple[Version | None, str]]


class Explorer:
    """Tries out missing facts for one rule. `select` chooses the version or says why none, or raises Undetermined."""

    def __init__(
        self,
        rule: Rule,
        setting: Setting,
        vocabulary: Vocabulary,
        select: Select,
        closed: Collection[str] = (),
    ) -> None:
        self.rule, self.setting, self.vocabulary, self.select = rule, setting, vocabulary, select
        self.closed = closed  # facts that were asked for in vain: tried out last, so that another measure is named
        self.left = BUDGET
        # law that does not apply and law that owes nothing end alike; after a clause that does not apply comes the next
        self.outside = "outside" if rule.policy else "none"

    def outlook(self, facts: Mapping[str, Any]) -> Outlook:
        """Every way it can end on these facts, collapsed to what matters."""
        self.left = BUDGET
        self.turned: list[tuple[str, int]] = []
        tree = self.explore(dict(facts), {}, (None, {}))
        lacks: set[str] = set()
        _gather(tree, lacks)
        known = self.vocabulary.facts
        found = list(_leaves(tree))
        return Outlook(
            tree,
            tuple(sorted(lacks, key=lambda n: known[n].position if n in known else 10**6)),
            min(leaf.low for leaf in found),
            max(leaf.high for leaf in found),
        )

    def explore(self, facts: dict[str, Any], forced: dict[Any, bool], before: Before) -> Leaf | Split:
        self.left -= 1
        version: Version | None = None
        known: dict[str, Any] = {}
        try:
            version, why = self.select(facts, forced)
            if version is None:
                return Leaf(Decision(why), None, self.outside, 0, 0, facts=facts, forced=forced)
            shared = before[1] if before[0] is version else {}
            reader = Interpreter(version, facts, self.setting, self.vocabulary, forced=forced, known=shared)
            known = reader.known
            decision = reader.decide()
        except Choose as choice:
            return self.over(choice.fact, choice.values, facts, forced, (version, known))
        except Undetermined as gap:
            return self.split(facts, forced, version, gap, known)
        except (Contradiction, Conflict):
            return Leaf(None, version, "impossible", 0, 0, facts=facts, forced=forced)
        leaf = replace(self.leaf(decision, version), facts=facts, forced=forced)
        for name in sorted(leaf.lacks, key=lambda n: (n in self.closed, n)):
            if self.discrete(name) and self.left > 0:
                return self.over(name, self.choices(name, version), facts, forced, (version, known))
        return leaf

    def split(
        self, facts: dict[str, Any], forced: dict[Any, bool], version: Version | None, gap: Undetermined,
        known: Mapping[str, Any],
    ) -> Leaf | Split:  # fmt: skip
        names = sorted(gap.lacks, key=lambda n: (n in self.closed, not self.discrete(n), n))
        if self.left > 0:
            for name in names:
                if self.discrete(name):
                    return self.over(name, self.choices(name, version), facts, forced, (version, known))
                here = (name, id(gap.condition))
                if version is not None and not isinstance(gap.condition, Bound) and here not in self.turned:
                    found = self.turning(name, facts, forced, version, gap.condition, known)
                    if found:
                        self.turned.append(here)
                        try:
                            return self.over(name, found, facts, forced, (version, known))
                        finally:
                            self.turned.pop()
            key = gap.condition if isinstance(gap.condition, Bound) else id(gap.condition)
            both = [self.explore(facts, {**forced, key: value}, (version, known)) for value in (True, False)]
            return _collapsed(frozenset(gap.lacks), both)
        paid = facts.get("paid")
        return Leaf(
            None, version, "open", 0, paid if isinstance(paid, int) else 0, lacks=gap.lacks, facts=facts, forced=forced
        )

    def over(
        self, name: str, values: list[Any], facts: dict[str, Any], forced: dict[Any, bool], before: Before
    ) -> Leaf | Split:
        version, known = before
        same = (version, _untouched(known, name, version)) if version is not None else before
        return _collapsed(frozenset((name,)), [self.explore({**facts, name: v}, forced, same) for v in values])

    def discrete(self, name: str) -> bool:
        return fact_type(self.vocabulary, name).kind in ("yesno", "choice")

    def choices(self, name: str, version: Version | None) -> list[Any]:
        """The values of a yes/no or a choice that the rule tells apart."""
        kind = fact_type(self.vocabulary, name)
        if kind.kind == "yesno":
            return [True, False]
        groups: dict[tuple[bool, ...], str] = {}
        tests = self.tests(version)
        for word in kind.words:
            groups.setdefault(tuple(word in t for t in tests), word)
        return list(groups.values())

    def tests(self, version: Version | None) -> list[tuple[str, ...]]:
        versions = [version] if version else self.rule.versions
        return list(dict.fromkeys(group for one in versions for group in one.told_apart))

    def turning(
        self, name: str, facts: dict[str, Any], forced: dict[Any, bool], version: Version, condition: Expr,
        known: Mapping[str, Any],
    ) -> list[Any]:  # fmt: skip
        """Where a condition turns as one number or day runs: the two stretches on either side."""
        now = facts.get(name)
        whole = (
            now
            if isinstance(now, Unknown)
            else domain(fact_type(self.vocabulary, name), name, self.vocabulary.facts[name].at_most)
        )
        if (
            not isinstance(whole.low, int)
            or not isinstance(whole.high, int)
            or whole.words
            or whole.high - whole.low > 10**15
        ):
            return []

        same = _untouched(known, name, version)

        def holds(value: int) -> Any:
            tried = {**facts, name: value}
            inner = Interpreter(version, tried, self.setting, self.vocabulary, forced=forced, known=same)
            try:
                found = inner.value(condition)
            except (Contradiction, OverflowError, ValueError):
                return None
            return None if isinstance(found, Unknown) else bool(plain(found))

        low, high = whole.low, whole.high
        first, last = holds(low), holds(high)
        if first is None and low == 0 and high > 0:
            low, first = 1, holds(1)
        if first is None or last is None or first == last:
            return []
        a, b = low, high
        while b - a > 1:
            middle = (a + b) // 2
            if holds(middle) == first:
                a = middle
            else:
                b = middle
        lacks = frozenset((name,))
        return [a if a == low else Unknown(lacks, low, a), b if b == high else Unknown(lacks, b, high)]

    def leaf(self, decision: Decision, version: Version) -> Leaf:
        kind, word = kind_of(decision)
        if decision.outcome in ("out-of-scope", "excluded"):
            kind = self.outside
        refund = decision.refund if kind in ("pay", "credit") else 0
        if isinstance(refund, Unknown):
            top = min(refund.high, self.vocabulary.facts["paid"].at_most or 0)
            low, high = max(0, min(refund.low, top)), max(0, min(refund.high, top))
            if low == high:
                return Leaf(decision, version, kind if high else "none", low, high, word)
            return Leaf(decision, version, kind, low, high, word, refund.lacks)
        if kind in ("pay", "credit") and not refund:
            kind = "none"
        return Leaf(decision, version, kind, refund or 0, refund or 0, word)


def kind_of(decision: Decision) -> tuple[str, str]:
    """The kind of an ending, and the word that tells it from others of its kind."""
    outcome = decision.outcome
    if outcome in ("pay", "keep"):
        return "pay", ""
    if outcome in ("ask", "see", "exchange") and decision.row is not None:
        return outcome, decision.row.word
    if outcome in ("credit", "discretion", "answers"):
        return outcome, ""
    return "none", "silent" if outcome == "silent" else ""


def _collapsed(facts: frozenset[str], children: list[Leaf | Split]) -> Leaf | Split:
    """A split whose children all end alike is no split; what the facts contradict is no child."""
    children = [c for c in children if not (isinstance(c, Leaf) and c.kind == "impossible")] or children[:1]
    first = children[0]
    if len(children) == 1:
        return first
    if isinstance(first, Leaf) and all(isinstance(c, Leaf) and c.signature == first.signature for c in children):
        informative = [
            c
            for c in children
            if isinstance(c, Leaf) and c.decision is not None and c.decision.outcome != "out-of-scope"
        ]
        chosen = informative[0] if informative else first
        rows = {id(c.decision.row) if c.decision is not None else 0 for c in children if isinstance(c, Leaf)}
        varied = len(rows) > 1 or any(isinstance(c, Leaf) and c.varied for c in children)
        return replace(chosen, varied=True) if varied else chosen
    return Split(facts, tuple(children))


def _gather(tree: Leaf | Split, found: set[str]) -> None:
    if isinstance(tree, Leaf):
        found |= tree.lacks
    else:
        found |= tree.facts
        for child in tree.children:
            _gather(child, found)
