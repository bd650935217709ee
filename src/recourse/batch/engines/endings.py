"""How orders can end, by number: a lower number stands before a higher one where several rules say something."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from recourse.batch.plan import ANSWERS, PROBLEMS, Plan
from recourse.present import version_name
from recourse.problems import Problem
from recourse.rules.columns.node import C
from recourse.rules.columns.nodes import Nodes
from recourse.rules.tree import Row, Rule, Version

MOST_BITS = 127  # what the widest whole numbers of Polars and DuckDB hold


class Ending(NamedTuple):
    """How an order can end: everything about it that is the same for all orders that end so."""

    answer: str
    clause: str | None = None
    version: str | None = None
    row: str | None = None
    cite: str | None = None
    problem: str | None = None
    form: str | None = None  # how what is owed comes back, where the text says so
    credit: bool = False  # never ranked against money


# In this order one answer stands before another where several rules say something and none of them gives money.
RANKS = (
    "owes", "exchange", "depends", "ask-someone-else", "discretion", "silent", "owes-nothing", "gives", "duties",
    "later", "does-not-apply",
)  # fmt: skip
_NEITHER = ""  # of endings that are no rule's


class Endings:
    """The endings by number. A lower number stands before a higher one: first by rank, then by the rule's id."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self.of: dict[int, Ending] = {}
        self.numbers: dict[tuple[int, Ending], int] = {}
        self.bases = {_NEITHER: 0}
        base = 1
        for rule in sorted(self.rules, key=lambda r: r.id):
            self.bases[rule.id] = base
            base += sum(2 * len((*v.exceptions, *v.owed)) + 6 for v in rule.versions)
        self.size = base

    def number(self, ending: Ending, rank: str = "") -> int:
        place = RANKS.index(rank or ending.answer)
        key = (place, ending)
        if key not in self.numbers:
            number = place * self.size + self.bases[ending.clause or _NEITHER]
            while number in self.of:
                number += 1
            self.numbers[key] = number
            self.of[number] = ending
        return self.numbers[key]


def rank_of_depends(rule: Rule) -> str:
    """How much it says that a rule's answer is open: little where it never gives money of its own."""
    rows = (row for version in rule.versions for row in (*version.exceptions, *version.owed))
    gives = any(row.outcome in ("pay", "keep", "credit") for row in rows)
    return "depends" if gives and not rule.relations.adds_to else "later"


def form_of(row: Row, version: Version) -> str | None:
    """How what a row gives comes back: original, bank-transfer, credits, wallet; None where the text does not say."""
    return row.form or version.form or ("credits" if row.outcome == "credit" else None)


def words(plan: Plan, name: str) -> list[str]:
    """All that a column of texts can hold, in order."""
    if name == "answer":
        return list(ANSWERS)
    if name == "problem":
        return list(PROBLEMS)
    if name == "clause":
        return sorted(rule.id for rule in plan.rules)
    found: set[str | None] = set()
    for version in (version for rule in plan.rules for version in rule.versions):
        rows = (*version.exceptions, *version.owed)
        if name == "version":
            found.add(version_name(version))
        elif name == "row":
            found |= {row.id for row in rows}
        elif name == "form":
            found |= {form_of(row, version) for row in rows}
        else:
            found |= {row.cite.filled_from(version.cite).article for row in rows}
    return sorted(text for text in found if text)


def too_wide(rule_id: str, bits: int) -> Problem:
    """The problem of a rule whose arithmetic no engine of columns can hold."""
    return Problem(
        f"{rule_id} may need whole numbers of {bits} bits; engines of columns have {MOST_BITS}", field="rules",
        hint="it is decided order by order (engine scalar), or left out",
    )  # fmt: skip


def bits_beyond(top: C) -> int:
    """The bits that the widest number below a node may need, if engines of columns do not have as many; else 0."""
    widest = max(max(abs(node.low), abs(node.high)).bit_length() for node in top.walk())
    return widest if widest > MOST_BITS else 0


def is_one(n: Nodes, code: C, all_: tuple[int, ...], wanted: list[int]) -> C:
    """Whether an ending is one of those wanted: by ranges of its number."""
    chosen = set(wanted)
    if not chosen:
        return n.false
    found = []
    run: list[int] = []
    for number in (*all_, None):
        if number in chosen:
            run.append(number)
        elif run:
            low, high = n.const(run[0]), n.const(run[-1])
            found.append(
                n.compare("==", code, low)
                if len(run) == 1
                else n.and_(
                    n.true if run[0] == all_[0] else n.compare("<=", low, code),
                    n.true if run[-1] == all_[-1] else n.compare("<=", code, high),
                )
            )
            run = []
    return n.or_(*found)
