"""What one rule comes to in columns: whether it binds, which version answers, how that ends, and what it gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from recourse import places
from recourse.library import Library
from recourse.present import version_name
from recourse.problems import Problem
from recourse.rules import ir, lower
from recourse.rules.columns.convert import Branch, Given, Leaf, Tree, convert, inside
from recourse.rules.columns.node import BOOL, INT, C, Nodes
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
    credit: bool = False


# In this order one answer stands before another where several rules say something and none of them gives money.
RANKS = (
    "owes", "exchange", "depends", "ask-someone-else", "discretion", "silent", "owes-nothing", "gives", "duties",
    "later", "does-not-apply",
)  # fmt: skip
_NEITHER = ""  # of endings that are no rule's


class Endings:
    """The endings by number. A lower number stands before a higher one: first by rank, then by the rule's id."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.of: dict[int, Ending] = {}
        self.numbers: dict[tuple[int, Ending], int] = {}
        self.bases = {_NEITHER: 0}
        base = 1
        for rule in sorted(rules, key=lambda r: r.id):
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


@dataclass(frozen=True, slots=True)
class Outcome:
    """A rule's columns. `code` is the number of an ending and never null; `outside` is null where nobody knows."""

    rule: Rule
    code: C
    outside: C
    refund: C  # null where none is certain
    values: Mapping[str, Any]  # dates, outputs, lines, lets by name; a pair where it is a fraction
    codes: tuple[int, ...]  # all endings that `code` may be


@dataclass(frozen=True, slots=True)
class _Way:
    """Where a way through a rule ends: in a row of a version, or outside (row -1), or nobody knows (None)."""

    version: Version | None = None
    row: int | None = -1
    names: Mapping[str, Any] = field(default_factory=dict)
    slots: Mapping[Any, tuple[str, str | int]] = field(default_factory=dict)


class _Ends(NamedTuple):
    code: C
    kind: C
    refund: C


Way = _Way | Branch


class Outcomes:
    """Makes the outcomes of rules, each once. `known` says which columns there are and whether they may hold nulls."""

    def __init__(
        self, library: Library, rules: Iterable[Rule], known: Mapping[str, bool], asked_on: int | None, place: str
    ) -> None:
        self.library, self.asked_on = library, asked_on
        self.n = Nodes()
        self.endings = Endings(_with_sources(library, rules))
        self.place = place
        self.known = known
        self.made: dict[str, Outcome] = {}
        self.programs: dict[int, ir.Program] = {}
        taken = {"learner_place": self.of_place()} if place else {}
        self.given = Given(self.n, library.vocabulary, known, taken)

    def of_place(self) -> C:
        """Where the learner lives: as the order says, else as the plan does."""
        plain = Given(self.n, self.library.vocabulary, self.known)
        return self.n.or_else(plain.fact("learner_place"), self.n.const(self.place))

    def outcome(self, rule: Rule) -> Outcome:
        if rule.id not in self.made:
            self.made[rule.id] = _Rule(self, rule).outcome()
        return self.made[rule.id]

    def currency(self) -> C:
        if "currency" not in self.known:
            return self.n.null("word")
        return self.n.column("currency", "text", "word", 0, 0, null=self.known["currency"])

    def day_of_question(self) -> C:
        if self.asked_on is not None:
            return self.n.const(self.asked_on)
        return self.given.fact("requested_on")  # type: ignore[no-any-return]


def _with_sources(library: Library, rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """These rules and those whose answers they take."""
    found: dict[str, Rule] = {}
    ahead = list(rules)
    while ahead:
        rule = ahead.pop()
        if rule.id not in found:
            found[rule.id] = rule
            ahead += [library.rules[other] for _, _, other in rule.relations.takes]
    return tuple(found.values())


def rank_of_depends(rule: Rule) -> str:
    """How much it says that a rule's answer is open: little where it never gives money of its own."""
    rows = (row for version in rule.versions for row in (*version.exceptions, *version.owed))
    gives = any(row.outcome in ("pay", "keep", "credit") for row in rows)
    return "depends" if gives and not rule.relations.adds_to else "later"


class _Rule:
    """One rule on its way to columns."""

    def __init__(self, all_: Outcomes, rule: Rule) -> None:
        self.all, self.rule, self.n = all_, rule, all_.n
        self.library = all_.library
        self.given = all_.given
        self.masks: dict[str, list[C]] = {"contradiction": [], "conflict": []}
        self.versions: list[Version] = []

    def outcome(self) -> Outcome:
        n = self.n
        bound, ahead = self.ahead()
        tree = self.selected(bound)
        for condition, way in reversed(ahead):
            tree = Branch(condition, way, tree)  # type: ignore[arg-type]
        ends = self.fold(tree)
        depends = self.ending("depends", rank=rank_of_depends(self.rule))
        code = n.or_else(ends.code, n.const(depends))
        outside = n.sel(n.known(ends.kind), n.compare("==", ends.kind, n.const(_OUTSIDE)), self.scope(tree))
        for problem, masks in self.masks.items():
            broken = n.or_(*masks)
            number = self.ending("depends", problem=problem, rank=rank_of_depends(self.rule))
            code = n.sel(broken, n.const(number), code)
            outside = n.sel(broken, n.false, outside)
        mine = tuple(
            sorted(
                {
                    int(c.value)
                    for c in code.walk()
                    if c.op == "const" and c.value in self.all.endings.of and c.kind == INT
                }
            )
        )
        money = [m for m in mine if self.all.endings.of[m].answer in _WITH_REFUND]
        refund = n.sel(self.is_one(code, mine, money), ends.refund, n.null(INT)) if money else n.null(INT)
        return Outcome(self.rule, code, outside, refund, self.values(tree, code, mine), mine)

    def is_one(self, code: C, all_: tuple[int, ...], wanted: list[int]) -> C:
        return is_one(self.n, code, all_, wanted)

    # -- what comes before the program

    def ahead(self) -> tuple[C, list[tuple[C, Way]]]:
        """Facts that are another rule's answers, and what that rule's own answer settles."""
        ways: list[tuple[C, Way]] = []
        taken = dict(self.given.taken)
        n = self.n
        clear = n.true
        for name, output, other in self.rule.relations.takes:
            source = self.all.outcome(self.library.rules[other])
            own = self.given.fact(name)
            missing = n.not_(n.known(own))

            def answers(words: tuple[str, ...], source: Outcome = source) -> C:
                wanted = [c for c in source.codes if self.all.endings.of[c].answer in words]
                return is_one(n, source.code, source.codes, wanted)

            nothing = n.and_(
                missing, answers(("owes-nothing", "does-not-apply", "ask-someone-else", "discretion", "exchange"))
            )
            later = n.and_(missing, answers(("depends",)))
            ways += [(nothing, _Way()), (later, _Way(row=None))]
            clear = n.and_(clear, n.not_(nothing), n.not_(later))
            value = source.refund if output == "refund" else source.values.get(output, n.null(INT))
            if isinstance(value, tuple):
                raise Problem(
                    f"{self.rule.id} takes {output} of {other}, which is a fraction; no engine of columns can",
                    field="rules",
                )
            taken[name] = n.or_else(own, n.sel(answers(("owes", "gives")), value, n.null(value.kind)))
        if self.rule.relations.takes:
            self.given = Given(n, self.library.vocabulary, self.given.available, taken)
        return clear, ways

    def binds(self) -> C:
        """Whether the law of the rule's place binds; null where nobody knows."""
        rule, n = self.rule, self.n
        if rule.policy:
            return n.true
        sides = ("learner_place", "seller_place") if rule.binds == "either" else (rule.binds,)
        found = []
        for side in sides:
            place = self.given.fact(side)
            around = {places.country(rule.place)} if "-" in rule.place else set()
            coarser = n.among(place, tuple(around)) if around else n.false
            found.append(n.sel(inside(n, place, rule.place), n.true, n.sel(coarser, n.null(BOOL), n.false)))
        return n.or_(*found)

    def day(self) -> C:
        """The day that chooses the version."""
        found = self.n.null(INT)
        for name in self.rule.selected_by or ("asked_on",):
            value = self.all.day_of_question() if name == "asked_on" else self.given.fact(name)
            found = self.n.or_else(found, value)
        return found

    def selected(self, clear: C) -> Way:
        n = self.n
        bound = self.binds()
        clear = n.and_(clear, bound)
        only = self.rule.versions[0]
        if len(self.rule.versions) == 1 and only.starts is None and only.ends is None:
            return self.bound(bound, self.version(only, clear))
        day = self.day()
        tree: Way = _Way()
        earlier: list[tuple[C, Version]] = []
        for version in self.rule.versions:
            begun = n.compare("<=", n.const(version.starts), day) if version.starts is not None else n.true
            going = n.compare("<=", day, n.const(version.ends)) if version.ends is not None else n.true
            earlier.append((n.and_(begun, going), version))
        for holds, version in reversed(earlier):
            tree = Branch(holds, self.version(version, n.and_(clear, holds)), tree)  # type: ignore[arg-type]
        return self.bound(bound, tree)

    def bound(self, bound: C, tree: Way) -> Way:
        """The ways of a rule where it binds. Where nobody knows whether it does, nothing is looked into."""
        inside_ = Branch(bound, tree, _Way())  # type: ignore[arg-type]
        return Branch(self.n.known(bound), inside_, _Way(row=None))  # type: ignore[arg-type]

    def version(self, version: Version, clear: C) -> Way:
        """A version's ways; `clear` is where it is the one that answers."""
        if version.enacted_only:
            return _Way(version)
        n = self.n
        currency = self.all.currency()
        own = n.true
        if version.currency:
            own = n.or_(n.not_(n.known(currency)), n.surely(n.among(currency, (version.currency,))))
        self.versions.append(version)
        program = lower.lower(version, self.library.vocabulary, self.library.setting)
        if program.bits > MOST_BITS:
            raise too_wide(self.rule.id, program.bits)
        found = convert(program, self.given, self.library.setting, version.calendar, n.and_(clear, own))
        self.masks["contradiction"].append(found.contradiction)
        self.masks["conflict"].append(found.conflict)
        slots = {_named(slot.node): (slot.top, slot.bottom) for slot in program.slots if isinstance(slot.node, tuple)}
        tree = _ways(found.tree, version, slots)
        return Branch(own, tree, _Way(version)) if own is not n.true else tree  # type: ignore[arg-type]

    # -- how it ends

    def ending(
        self, answer: str, version: Version | None = None, row: Row | None = None, *, problem: str = "", rank: str = ""
    ) -> int:
        if answer == "does-not-apply":
            return self.all.endings.number(Ending(answer))
        if version is None and len(self.versions) == 1:
            version = self.versions[0]
        cite = row.cite.filled_from(version.cite).article if row is not None and version is not None else None
        return self.all.endings.number(
            Ending(
                answer, self.rule.id, version_name(version) if version is not None else None,
                row.id if row is not None else None, cite or None, problem or None,
                row is not None and row.outcome == "credit",
            ),
            rank,
        )  # fmt: skip

    def fold(self, way: Way) -> _Ends:
        if isinstance(way, Branch):
            return self.joined(way.condition, self.fold(way.then), self.fold(way.other))  # type: ignore[arg-type]
        return self.end(way)

    def end(self, way: _Way) -> _Ends:
        n = self.n
        outside = _OUTSIDE if self.rule.policy else _NONE
        if way.row is None:
            return _Ends(n.null(INT), n.null(INT), n.null(INT))
        if way.version is None or way.row < 0:
            return _Ends(n.const(self.ending("does-not-apply")), n.const(outside), n.zero)
        rows = (*way.version.exceptions, *way.version.owed)
        if way.row >= len(rows):
            return self.no_rows(way.version, way)
        row = rows[way.row]
        if row.outcome == "excluded":
            return _Ends(n.const(self.ending("does-not-apply")), n.const(outside), n.zero)
        if row.outcome in ("pay", "keep", "credit"):
            refund = way.names.get("refund", n.null(INT))
            some = n.compare("<", n.zero, refund)
            codes = [n.const(self.ending(answer, way.version, row)) for answer in ("owes", "owes-nothing")]
            kinds = n.const(_CREDIT if row.outcome == "credit" else _PAY), n.const(_NONE)
            return _Ends(n.sel(some, *codes), n.sel(some, *kinds), refund)
        answer, kind = _OTHERWISE.get(row.outcome, ("owes-nothing", _NONE))
        if row.outcome in ("ask", "see", "exchange"):
            kind += 10 * (
                1
                + list(dict.fromkeys(r.word for v in self.rule.versions for r in (*v.exceptions, *v.owed))).index(
                    row.word
                )
            )
        return _Ends(n.const(self.ending(answer, way.version, row)), n.const(kind), n.zero)

    def no_rows(self, version: Version, way: _Way) -> _Ends:
        """A version that gives days, figures or duties only."""
        n = self.n
        if not version.dates and not version.outputs:
            return _Ends(n.const(self.ending("duties", version)), n.const(_ANSWERS), n.zero)
        known = []
        for name, _ in (*version.dates, *version.outputs):
            value = _value(n, way, name)
            known.append(n.and_(*(n.known(v) for v in value)) if isinstance(value, tuple) else n.known(value))
        code = n.sel(n.or_(*known), n.const(self.ending("gives", version)), n.null(INT))
        return _Ends(code, n.const(_ANSWERS), n.zero)

    def joined(self, condition: C, then: _Ends, other: _Ends) -> _Ends:
        """Of two ways one; where nobody knows which, what they have in common."""
        n = self.n
        found = _Ends(*(n.sel(condition, a, b) for a, b in zip(then, other, strict=True)))
        if not condition.null:
            return found
        alike = n.surely(n.and_(n.compare("==", then.kind, other.kind), n.compare("==", then.refund, other.refund)))
        if alike is n.false:
            return found
        none = n.compare("==", then.kind, n.const(_NONE))
        whatever = n.const(self.ending("owes-nothing"))
        code = n.sel(n.compare("==", then.code, other.code), then.code, n.sel(none, whatever, then.code))
        both = _Ends(code, then.kind, then.refund)
        return _Ends(*(n.or_else(a, n.sel(alike, b, n.null(INT))) for a, b in zip(found, both, strict=True)))

    def scope(self, way: Way) -> C:
        """Whether a way ends outside, as far as that is known although its end is not."""
        n = self.n
        if isinstance(way, Branch):
            return n.sel(way.condition, self.scope(way.then), self.scope(way.other))  # type: ignore[arg-type]
        if way.row is None:
            return n.false
        rows = (*way.version.exceptions, *way.version.owed) if way.version is not None else ()
        return n.const(
            way.version is None or way.row < 0 or (way.row < len(rows) and rows[way.row].outcome == "excluded")
        )

    # -- what it gives

    def values(self, tree: Way, code: C, codes: tuple[int, ...]) -> dict[str, Any]:
        """Dates, figures and everything noted, by name, where the rule answers something."""
        n, of = self.n, self.all.endings.of
        names = {key for way in _leaves(tree) for key in way.slots} | {"kept"}
        answers = [c for c in codes if of[c].answer != "does-not-apply" and of[c].problem is None]
        inside_ = is_one(n, code, codes, answers)
        paying = is_one(n, code, codes, [c for c in answers if of[c].answer in ("owes", "exchange", "gives")])
        settled = is_one(n, code, codes, [c for c in answers if of[c].row is not None])
        found: dict[str, Any] = {}
        for name in sorted(names):
            value = self.fold_value(tree, name)
            if value is None:
                continue
            mask = paying if name in ("pay_by", "chargeback_request_by") else settled if name == "kept" else inside_
            pair = tuple(n.sel(mask, v, n.null(v.kind)) for v in (value if isinstance(value, tuple) else (value,)))
            found[name] = pair if isinstance(value, tuple) else pair[0]
        return found

    def fold_value(self, way: Way, name: str) -> Any:
        """A value by name; None where a way is outside, so that it does not matter there."""
        if isinstance(way, Branch):
            a, b = self.fold_value(way.then, name), self.fold_value(way.other, name)  # type: ignore[arg-type]
            if a is None or b is None:
                return b if a is None else a
            if isinstance(a, tuple) or isinstance(b, tuple):
                pair = [v if isinstance(v, tuple) else (v, self.n.one) for v in (a, b)]
                return tuple(self.n.sel(way.condition, x, y) for x, y in zip(*pair, strict=True))
            return self.n.sel(way.condition, a, b)
        if way.row is None:
            return self.n.null(INT)
        return None if way.row < 0 or way.version is None else _value(self.n, way, name)


_NONE, _PAY, _CREDIT, _ANSWERS, _OUTSIDE = 0, 1, 2, 3, 4
_WITH_REFUND = ("owes", "owes-nothing", "ask-someone-else", "exchange")
_OTHERWISE = {
    "ask": ("ask-someone-else", 5), "see": ("ask-someone-else", 6), "exchange": ("exchange", 7),
    "discretion": ("discretion", 8), "silent": ("silent", 9),
}  # fmt: skip


def too_wide(rule_id: str, bits: int) -> Problem:
    """The problem of a rule whose arithmetic no engine of columns can hold."""
    return Problem(
        f"{rule_id} may need whole numbers of {bits} bits; engines of columns have {MOST_BITS}", field="rules",
        hint="it is decided order by order (engine scalar), or left out",
    )  # fmt: skip


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


def _named(node: Any) -> str:
    """What a noted value is called outside: dates, outputs, lines and named values share their names."""
    return str(node[1]) if node[0] != "terms" else ""


def _ways(tree: Tree, version: Version, slots: Mapping[Any, tuple[str, str | int]]) -> Way:
    if isinstance(tree, Leaf):
        return _Way(version, tree.row, tree.names, slots)
    return Branch(tree.condition, _ways(tree.then, version, slots), _ways(tree.other, version, slots))  # type: ignore[arg-type]


def _leaves(way: Way) -> list[_Way]:
    if isinstance(way, Branch):
        return [*_leaves(way.then), *_leaves(way.other)]  # type: ignore[arg-type]
    return [way]


def _value(n: Nodes, way: _Way, name: str) -> Any:
    if name == "kept":
        return way.names.get("kept", n.null(INT))
    if name not in way.slots:
        return n.null(INT)
    top, bottom = way.slots[name]
    value = way.names.get(top)
    if not isinstance(value, C):
        return n.null(INT)
    if bottom == 1:
        return value
    return value, (n.const(bottom) if isinstance(bottom, int) else way.names.get(bottom, n.null(INT)))
