"""What a batch decides: some rules, a policy or the law of a place, and which facts it reads as columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from recourse import places
from recourse.library import Library
from recourse.problems import Problem
from recourse.rules.tree import Rule
from recourse.vocabulary import Fact

# The columns of every result, in this order, in every engine.
OUTPUT = (
    "answer",  # one of ANSWERS
    "refund",  # smallest units of the row's currency, int64; null where no sum is owed for certain
    "clause",  # id of the rule or clause that decides; null where none does
    "version",  # name of its version
    "row",  # id of the row of `owed` or `exceptions`
    "cite",  # where that row stands
    "form",  # how what is owed comes back: original, bank-transfer, credits, wallet; null where the text does not say
    "pay_by",  # date
    "window_ends_on",  # date
    "kept",  # what the seller keeps, smallest units, int64
    "problem",  # one of PROBLEMS, null where all is well
)
SUMMED = frozenset(("answer", "form", "refund", "clause"))  # what a summary needs, whatever is wanted
ANSWERS = (
    "owes", "owes-nothing", "does-not-apply", "depends", "discretion", "silent", "ask-someone-else", "exchange",
    "gives", "duties",
)  # fmt: skip
# Why an order cannot be decided although its facts are there. The answer is `depends` then.
PROBLEMS = ("contradiction", "conflict")
COLUMN_TYPES = {
    "money": "int64", "count": "int64", "date": "date32", "instant": "timestamp[us, UTC]", "yesno": "boolean",
    "choice": "string", "place": "string", "text": "string", "share": "two int64 columns, NAME_top and NAME_bottom",
    "period": "struct {first: date32, last: date32}",
}  # fmt: skip


def columns_of(fact: Fact) -> tuple[str, ...]:
    """The columns that hold a fact: one of its name, for a share two; of a list, lists of equal length."""
    return (f"{fact.id}_top", f"{fact.id}_bottom") if fact.item_type == "share" else (fact.id,)


@dataclass(frozen=True)
class Plan:
    """What is decided for each order. Nothing is compiled before an engine knows which columns there are.

    `mode` is `first` (clauses in their order: the first whose scope is met decides), `best` (law side by side: the one
    that gives most) or `one`. `asked_on` is the day of the question; None: each order's own `requested_on`.
    """

    library: Library = field(repr=False)
    rules: tuple[Rule, ...]
    mode: str
    asked_on: int | None
    platform: str = ""
    place: str = ""
    extra: tuple[str, ...] = ()  # further columns asked for: a `let`, date, output or line by name

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Facts that any of the rules reads, in the order of the vocabulary. A column not there: nobody knows it."""
        table = self.library.vocabulary.facts
        names = {name for rule in self.rules for name in read_by(rule)}
        if self.asked_on is None and any("asked_on" in rule.selected_by or not rule.selected_by for rule in self.rules):
            names.add("requested_on")
        return tuple(sorted((table[name] for name in names if name in table), key=lambda fact: fact.position))

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns wanted, `currency` last."""
        return (*(column for fact in self.facts for column in columns_of(fact)), "currency")


def read_by(rule: Rule) -> frozenset[str]:
    """The facts that a rule reads, also to find out whether it binds and which version answers."""
    found = {name for version in rule.versions for name in version.facts()}
    found |= {name for name in rule.selected_by if name != "asked_on"}
    if not rule.policy:
        found |= {"learner_place", "seller_place"} if rule.binds == "either" else {rule.binds}
    for link in rule.relations.displaces:
        if link.when is not None:
            found |= {str(e.value) for e in link.when.walk() if e.op == "fact"}
    return frozenset(found)


def in_order(want: Iterable[str]) -> tuple[str, ...]:
    """Those of OUTPUT that are wanted or summed up, in the order of OUTPUT; further columns are `Plan.extra`."""
    needed = SUMMED.union(want)
    return tuple(name for name in OUTPUT if name in needed)


def plan(
    library: Library,
    *,
    rules: Iterable[str] = (),
    platform: str | None = None,
    place: str | None = None,
    asked_on: int | None,
    extra: Iterable[str] = (),
) -> Plan:
    """The plan for exactly one of: rules by id, a platform, a place (where the learners live unless a row says so).

    With `rules` or `platform`, `place` may stand beside them and only says where the learners live. Raises Problem for
    what does not exist, and for nothing or several things asked for.
    """
    chosen = tuple(rules)
    if place:
        places.check(place, unions=False)
    if chosen and platform:
        raise Problem("name rules or a platform, not both", field="rules")
    if platform:
        named = tuple(library.rules[clause] for clause in library.platform(platform).clauses)
        return Plan(library, named, "first", asked_on, platform, place or "", tuple(extra))
    if chosen:
        ids = tuple(dict.fromkeys(library.rule(one).id for one in chosen))
        mode = "one" if len(ids) == 1 else "best"
        return Plan(library, tuple(library.rules[n] for n in ids), mode, asked_on, "", place or "", tuple(extra))
    if not place:
        raise Problem("what is to be decided: name rules, a platform or a place", field="rules")
    return Plan(library, of_place(library, place), "best", asked_on, "", place, tuple(extra))


def of_place(library: Library, place: str) -> tuple[Rule, ...]:
    """The law of a place: its own, that of the country and unions it lies in, and that of its parts."""
    return tuple(
        rule
        for rule in library.rules.values()
        if not rule.policy and (places.contains(place, rule.place) or places.contains(rule.place, place))
    )


__all__ = [
    "ANSWERS", "COLUMN_TYPES", "OUTPUT", "PROBLEMS", "SUMMED", "Plan", "columns_of", "in_order", "of_place", "plan",
    "read_by",
]  # fmt: skip
