"""The edges at which rules turn: for each fact, the written numbers that some condition sets against it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from recourse.rules.tree import Expr, Version

TURNING = ("lt", "le", "gt", "ge", "eq", "min", "max", "round")
LENGTHS = {"days": 1, "working days": 1, "weeks": 7, "months": 30, "years": 365, "hours": 1}


@dataclass(slots=True)
class Reach:
    """What an expression speaks of: facts, whole numbers and shares, lengths of time in days, amounts of money."""

    facts: set[str] = field(default_factory=set)
    numbers: set[Fraction] = field(default_factory=set)
    days: set[int] = field(default_factory=set)
    hours: set[int] = field(default_factory=set)
    money: set[int] = field(default_factory=set)
    factor: int = 1

    def add(self, other: Reach) -> None:
        self.facts |= other.facts
        self.numbers |= other.numbers
        self.days |= other.days
        self.hours |= other.hours
        self.money |= other.money
        self.factor = max(self.factor, other.factor)


@dataclass(slots=True)
class Marks:
    """What conditions set against each fact; `words` holds the groups of words that they tell apart."""

    reach: dict[str, Reach] = field(default_factory=dict)
    words: dict[str, set[frozenset[str]]] = field(default_factory=dict)
    facts: set[str] = field(default_factory=set)
    money: set[int] = field(default_factory=set)
    calendars: bool = False

    def of(self, fact: str) -> Reach:
        return self.reach.get(fact) or Reach()

    def add(self, other: Marks) -> None:
        for fact, reach in other.reach.items():
            self.reach.setdefault(fact, Reach()).add(reach)
        for fact, groups in other.words.items():
            self.words.setdefault(fact, set()).update(groups)
        self.facts |= other.facts
        self.money |= other.money
        self.calendars |= other.calendars


def marks(versions: Iterable[Version]) -> Marks:
    """The edges of all these versions together."""
    found = Marks()
    for version in versions:
        found.add(_marks(_This(version)))
    return found


class _This:
    """A version by its identity: to compare it by what it says would take longer than to read it again."""

    __slots__ = ("version",)

    def __init__(self, version: Version) -> None:
        self.version = version

    def __hash__(self) -> int:
        return id(self.version)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _This) and self.version is other.version


@lru_cache(maxsize=512)  # one policy is held against many rules, and one rule against many policies
def _marks(this: _This) -> Marks:
    found = Marks(facts=set(this.version.facts()))
    _Reader(this.version, found).read()
    return found


class _Reader:
    def __init__(self, version: Version, found: Marks) -> None:
        self.version, self.found, self.named = version, found, version.named()
        self.seen: dict[str, Reach] = {}

    def read(self) -> None:
        for top in self.version.expressions():
            self.visit(top, Reach())
        self.found.calendars |= any(
            e.op == "workday" or (e.op in ("shift", "between") and e.value[0] == "working days")
            for top in self.version.expressions()
            for e in top.walk()
        )

    def visit(self, expr: Expr, it: Reach) -> Reach:
        """What the expression speaks of; on the way, every comparison below it leaves its marks."""
        here = Reach()
        if expr.op == "fact":
            here.facts.add(expr.value)
        elif expr.op == "it":
            here.add(it)
        elif expr.op == "let":
            here.add(self.name(expr.value))
        elif expr.op == "lit":
            self.literal(expr, here)
        elif expr.op == "apply":
            here.add(self.visit(expr.args[0], it))
            inner = self.visit(expr.args[1], here)
            here.add(inner)
        elif expr.op in ("is", "pick"):
            for arg in expr.args:
                here.add(self.visit(arg, it))
            if expr.args[0].op == "fact":
                groups = self.found.words.setdefault(expr.args[0].value, set())
                groups |= {frozenset(expr.value)} if expr.op == "is" else {frozenset((w,)) for w in expr.value[2]}
        else:
            for arg in expr.args:
                here.add(self.visit(arg, it))
            self.lengths(expr, here)
            if expr.op in TURNING:
                self.leave(here)
        return here

    def name(self, name: str) -> Reach:
        if name not in self.seen:
            self.seen[name] = Reach()  # earlier lines of a row are no names of the version
            if name in self.named:
                self.seen[name] = self.visit(self.named[name], Reach())
        return self.seen[name]

    def literal(self, expr: Expr, here: Reach) -> None:
        if expr.type.kind == "money":
            if expr.value[0]:
                here.money.add(int(expr.value[0]))
                self.found.money.add(int(expr.value[0]))
        elif expr.type.kind in ("number", "count") and not isinstance(expr.value, bool | str):
            here.numbers.add(Fraction(expr.value))

    def lengths(self, expr: Expr, here: Reach) -> None:
        """Lengths of time become days."""
        if expr.op == "shift":
            unit = expr.value[0]
            whole = [e.value for e in expr.args[0].walk() if e.op == "lit"] or list(here.numbers)
            for n in whole:
                if isinstance(n, int | Fraction) and n.denominator == 1:
                    if unit == "hours":
                        here.hours.add(int(n))
                    else:
                        here.days.add(int(n) * LENGTHS[unit] + (2 * (int(n) // 5) if unit == "working days" else 0))
        elif expr.op == "between":
            here.factor = max(here.factor, LENGTHS[expr.value[0]])

    def leave(self, here: Reach) -> None:
        here.days |= {int(n) * here.factor for n in here.numbers if n.denominator == 1 and 0 < n <= 400}
        for fact in here.facts:
            self.found.reach.setdefault(fact, Reach()).add(here)
