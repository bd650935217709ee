"""The tree that a rule is parsed into: one node type for expressions, plain records for the rest.

Every reading (interpret, lower, words, ask, check) walks this tree; none keeps a copy of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from recourse.problems import Place


@dataclass(frozen=True)
class Type:
    """What a value is: `kind`, and for counts the unit(s), for choices the words it may take.

    A count with two units ("hours", "lessons") came from `failing which`: one measure or the other.
    """

    kind: str  # money, number, count, date, instant, yesno, choice, place, text, period, list
    units: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    item: Type | None = None

    def __str__(self) -> str:
        if self.kind == "count":
            return "a number of " + " or ".join(self.units or ("things",))
        return {
            "yesno": "yes or no", "number": "a share or number", "choice": "a word", "money": "money",
            "instant": "an instant", "zero": "nothing",
        }.get(self.kind, f"a {self.kind}")  # fmt: skip


MONEY, NUMBER, DATE, INSTANT = Type("money"), Type("number"), Type("date"), Type("instant")
YESNO, PLACE, TEXT, PERIOD, ZERO = Type("yesno"), Type("place"), Type("text"), Type("period"), Type("zero")


def count(*units: str) -> Type:
    return Type("count", units)


@dataclass(frozen=True)
class Expr:
    """One node: `op` says what it does (see OPS), `value` what it needs besides its arguments."""

    op: str
    args: tuple[Expr, ...] = ()
    value: Any = None
    at: Place | None = field(default=None, compare=False)
    type: Type = field(default=NUMBER, compare=False)

    def typed(self, type_: Type, *args: Expr) -> Expr:
        return replace(self, type=type_, args=args or self.args)

    def walk(self) -> Iterator[Expr]:
        """This node and all below it, each before its arguments."""
        ahead = [self]
        while ahead:
            one = ahead.pop()
            yield one
            ahead.extend(reversed(one.args))


# op        arguments -> what it is                                  value
OPS = {
    "lit": "a written value",  # the value; type says which
    "fact": "a fact of the vocabulary",  # its id
    "let": "a named value of the version",  # its name (lets, dates, earlier kept lines)
    "open": "the reading taken of an open question",  # its name
    "it": "the value a table or a band is asked about",
    "column": "this row's value of a list",  # (part, column)
    "rowlet": "a named value of one row",  # (part, name)
    "row": "the number of this row, from 1",  # part
    "so_far": "total of a column over the rows before",  # (part, column)
    "sum": "sum of an expression over the rows",  # part
    "total": "total of a list",
    "item": "one entry of a list, from 1",  # its number
    "first": "first day of a period",
    "last": "last day of a period",
    "add": "a + b",
    "sub": "a - b",
    "mul": "a * b; `of` reads the same",  # "of" or "*"
    "div": "a / b",
    "lt": "a < b",
    "le": "a <= b",
    "gt": "a > b",
    "ge": "a >= b",
    "eq": "a is b (numbers, dates)",
    "is": "a is one of these words",  # tuple of words
    "within": "a place lies in another",  # the other
    "compatriot": "two places lie in one country",
    "and": "both",
    "or": "either",
    "not": "not",
    "min": "the lesser; `at most`, `earlier of` read the same",  # at most, lesser, earlier
    "max": "the greater; `at least`, `later of` read the same",  # at least, greater, later
    "round": "rounded to a unit",  # (direction, unit in the value's own smallest terms as Fraction)
    "workday": "moved to a working day",  # next or previous
    "else": "the first that is known",
    "shift": "a date moved by a length",  # (unit, direction)
    "between": "the length between two dates",  # (unit, through, begun)
    "rate": "a dated figure",  # series id
    "month_day": "the day of the month",
    "case": "first condition that holds gives the value: c1, v1, c2, v2, ..., v",
    "apply": "a table asked about a value: x, body with `it`",  # table name
    "pick": "a table's column looked up by a word: selector, v1, v2, ...",  # (table, column, words)
}


Texts = dict[str, str]  # language -> text


@dataclass(frozen=True)
class Cite:
    """Where a rule, row or doubt stands: article, name and address of the source, day checked, how sure."""

    article: str = ""
    title: str = ""
    address: str = ""
    checked_on: str = ""
    status: str = ""  # verified, partly, memory
    quote: str = ""  # deciding words in the original language, if they could be read
    translation: Texts = field(default_factory=dict)  # of the quotation, by us
    at: Place | None = field(default=None, compare=False)

    def filled_from(self, other: Cite) -> Cite:
        """This citation with what it leaves out taken from the version's."""
        quoted = self if self.quote else other
        return Cite(
            self.article or other.article, self.title or other.title, self.address or other.address,
            self.checked_on or other.checked_on, self.status or other.status, quoted.quote, quoted.translation, self.at,
        )  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One row of `owed` or one exception: when it holds and what then comes of it."""

    id: str
    outcome: str  # pay keep credit exchange see ask discretion lost nothing silent excluded
    when: Expr | None = None
    amount: Expr | None = None  # pay, credit, discretion's at_most
    lines: tuple[tuple[str, Expr], ...] = ()  # keep
    why: Texts = field(default_factory=dict)
    word: str = ""  # ask whom, see which rule, exchange
    likely: Expr | None = None
    says: Texts = field(default_factory=dict)
    cite: Cite = Cite()
    form: str = ""
    payer: str = ""
    named: str = ""  # `outcome:` written by the author where the derived word is wrong
    also: tuple[tuple[str, Expr], ...] = ()
    over: tuple[str, ...] = ()
    at: Place | None = None

    def expressions(self) -> Iterator[Expr]:
        for one in (self.when, self.amount, self.likely):
            if one is not None:
                yield one
        yield from (e for _, e in (*self.lines, *self.also))


@dataclass(frozen=True)
class Part:
    """List facts laid side by side, row by row, with a bound on their length."""

    name: str
    columns: tuple[tuple[str, Expr], ...]  # column name -> a list
    at_most: int
    lets: tuple[tuple[str, Expr], ...] = ()


@dataclass(frozen=True)
class Open:
    """A doubt about the law itself: asked, answered one way, and shown with what the other way gives."""

    name: str
    asks: Texts
    taken: bool
    because: Texts
    cite: Cite = Cite()
    at: Place | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Presumption:
    fact: str
    value: Expr
    because: Texts
    cite: Cite = Cite()


@dataclass(frozen=True)
class Duty:
    """What a seller must do (`must`: checkable on facts), or a way open to the learner (no `must`)."""

    id: str
    says: Texts
    when: Expr | None = None
    must: Expr | None = None
    cite: Cite = Cite()
    at: Place | None = field(default=None, compare=False)


@dataclass(frozen=True)
class NotEncoded:
    why: Texts
    cite: Cite = Cite()
    excerpt: str = ""
    at: Place | None = field(default=None, compare=False)


@dataclass(frozen=True)
class Rounding:
    """How an owed amount is rounded: `step` in smallest units of the currency; `ours` where no source says so."""

    direction: str = "half up"
    step: int = 1
    currency: str = ""
    ours: bool = True


@dataclass(frozen=True)
class CalendarUse:
    """Which calendar says what a working day is: a fixed place or the place fact to read it from."""

    place: str = ""
    fact: str = ""
    rest: tuple[str, ...] = ()
    holidays: str | tuple[str, ...] = "public"


@dataclass(frozen=True)
class Version:
    """One text of a rule with the days on which it is in force (both included)."""

    name: str
    starts: int | None  # day number; None = not stated
    ends: int | None
    enacted_only: bool  # in the books, not in force yet
    cite: Cite
    applies: Expr | None = None
    presume: tuple[Presumption, ...] = ()
    opens: tuple[Open, ...] = ()
    lets: tuple[tuple[str, Expr], ...] = ()
    own_words: Mapping[str, Mapping[str, Texts]] = field(default_factory=dict)  # of a named value: word -> its names
    dates: tuple[tuple[str, Expr], ...] = ()
    outputs: tuple[tuple[str, Expr], ...] = ()
    parts: tuple[Part, ...] = ()
    exceptions: tuple[Row, ...] = ()
    owed: tuple[Row, ...] = ()
    duties: tuple[Duty, ...] = ()
    ways: tuple[Duty, ...] = ()
    rounding: Rounding = Rounding()
    shortfall: str = "none"
    calendar: CalendarUse | None = None
    months: str = ""
    form: str = ""
    payer: str = ""
    currency: str = ""  # fixed by a money literal
    big: bool = False  # arithmetic may leave 128 bits
    note: Texts = field(default_factory=dict)
    not_encoded: tuple[NotEncoded, ...] = ()
    at: Place | None = None

    def named(self) -> dict[str, Expr]:
        """Everything an expression may call by name; not to be changed."""
        return self._named

    @cached_property
    def _named(self) -> dict[str, Expr]:
        return {**dict(self.lets), **dict(self.dates)}

    @cached_property
    def reads(self) -> dict[str, frozenset[str]]:
        """For each name the facts that its value may hang on, with those that stand in for others."""
        presumed = {one.fact: one.value for one in self.presume}
        parts = {part.name: part for part in self.parts}
        always = {self.calendar.fact} if self.calendar and self.calendar.fact else set()

        def facts(expr: Expr, seen: frozenset[tuple[str, str]]) -> Iterator[str]:
            for node in expr.walk():
                inner: list[Expr] = []
                if node.op == "fact":
                    yield node.value
                    inner = [presumed[node.value]] if node.value in presumed else []
                elif node.op == "let" and node.value in self._named:
                    inner = [self._named[node.value]]
                elif node.op == "sum":
                    inner = [one for _, one in (*parts[node.value].columns, *parts[node.value].lets)]
                if inner and (node.op, node.value) not in seen:
                    for one in inner:
                        yield from facts(one, seen | {(node.op, node.value)})

        return {name: frozenset((*facts(expr, frozenset()), *always)) for name, expr in self._named.items()}

    @cached_property
    def told_apart(self) -> tuple[tuple[str, ...], ...]:
        """The groups of words that its conditions and tables ask for."""
        found: list[tuple[str, ...]] = []
        for top in self.expressions():
            for node in top.walk():
                if node.op == "is":
                    found.append(tuple(node.value))
                elif node.op == "pick":
                    found += [(word,) for word in node.value[2]]
        return tuple(dict.fromkeys(found))

    def expressions(self) -> Iterator[Expr]:
        if self.applies is not None:
            yield self.applies
        yield from (p.value for p in self.presume)
        yield from (e for _, e in (*self.lets, *self.dates, *self.outputs))
        for part in self.parts:
            yield from (e for _, e in (*part.columns, *part.lets))
        for row in (*self.exceptions, *self.owed):
            yield from row.expressions()
        for duty in (*self.duties, *self.ways):
            yield from (e for e in (duty.when, duty.must) if e is not None)

    def facts(self) -> frozenset[str]:
        """The ids of all facts that this version may read."""
        used = {e.value for top in self.expressions() for e in top.walk() if e.op == "fact"}
        if self.calendar and self.calendar.fact:
            used.add(self.calendar.fact)
        if any(row.lines for row in (*self.exceptions, *self.owed)):
            used.add("paid")  # from which what is kept is taken
        return frozenset(used)


@dataclass(frozen=True)
class Displaces:
    rule: str
    when: Expr | None = None
    cite: Cite = Cite()


@dataclass(frozen=True)
class Relations:
    """How a rule stands to others; without any it stands beside them and the better one wins."""

    displaces: tuple[Displaces, ...] = ()
    adds_to: tuple[str, ...] = ()
    takes: tuple[tuple[str, str, str], ...] = ()  # fact, output, rule
    bounds: tuple[tuple[str, str], ...] = ()  # output, of what


@dataclass(frozen=True)
class Rule:
    """One right of law or one clause of a policy, with all its versions, oldest first."""

    id: str
    title: Texts
    kind: str  # money-back remedy duty deadline escalation interest damages aid body clause
    versions: tuple[Version, ...]
    place: str = ""
    binds: str = ""  # learner_place, seller_place, either
    policy: str = ""  # the platform, for a clause
    covers: tuple[str, ...] = ()
    selected_by: tuple[str, ...] = ()  # date facts; asked_on may be the last
    relations: Relations = Relations()
    like: str = ""
    at: Place | None = None
    titled_at: Place | None = field(default=None, compare=False)

    @property
    def language(self) -> str:
        """The language the law's text is in: that of its title beside English and Chinese, else by its place."""
        own = next((tag for tag in self.title if tag not in ("en", "zh")), "")
        return own or ("zh" if self.place[:2] in ("CN", "TW") else "en")
