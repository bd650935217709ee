"""A whole plan in columns: the clause that decides, or the rule that gives most, as one set of expressions."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from recourse.batch.engines.aside import Aside, Outcome
from recourse.batch.engines.endings import Ending, bits_beyond, is_one, too_wide
from recourse.batch.engines.outcome import Outcomes
from recourse.batch.plan import OUTPUT, Plan, columns_of
from recourse.rules import ir, lower
from recourse.rules.columns.convert import convert
from recourse.rules.columns.given import EPOCH, UNSEEN, Seen
from recourse.rules.columns.node import BOOL, INT, C
from recourse.rules.tree import Cite, Expr, Row, Version

TEXTS = ("answer", "clause", "version", "row", "cite", "form", "problem")
_DATES = ("pay_by", "window_ends_on")
_ADDED = ("interest", "surcharge", "damages")
_ALWAYS = ("pay_by", *_ADDED)  # what ranking needs, whatever is wanted


@dataclass(frozen=True)
class Decided:
    """What an engine works out: `code` is an ending for each order, `values` the other outputs asked for.

    `types` says how a value is shown: date, instant, count (any whole number), yesno or text.
    Dates are days since 1970.
    """

    code: C
    endings: Mapping[int, Ending]  # by number; `code` is one of these
    values: Mapping[str, C]
    types: Mapping[str, str]
    aside: tuple[Aside, ...]  # rules whose columns have to be made first

    def reached(self) -> list[int]:
        """The endings that some order may have."""
        found = {n.value for n in self.code.walk() if n.is_const and n.kind == INT and n.value in self.endings}
        if self.aside:  # whose endings are no constants of ours
            aside = {None, *(one.rule.id for one in self.aside)}
            found |= {number for number, ending in self.endings.items() if ending.clause in aside}
        return sorted(found)

    def tops(self) -> tuple[C, ...]:
        return (self.code, *self.values.values())


@contextmanager
def _uncollected() -> Iterator[None]:
    """Keeps the interpreter from looking for what can be freed: many nodes are made and none can, and looking again
    and again takes half the time.
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


@_uncollected()
def decided(
    plan: Plan,
    columns: Collection[str],
    *,
    want: Sequence[str] = OUTPUT,
    seen: Mapping[str, Seen] | None = None,
    tables: bool = False,
) -> Decided:
    """The plan over a table that has these columns; `seen` is what is known of the cells of some.

    `tables` says that the engine looks months up in tables rather than reckoning them.

    Raises Problem, naming rule and value, for what whole columns cannot do.
    """
    wanted = {c for f in plan.facts for c in columns_of(f)} | {"currency", "learner_place", "requested_on"}
    known = {c: (seen or {}).get(c, UNSEEN) for c in columns if c in wanted}
    needed = {*want, *_ALWAYS} - set(TEXTS)
    outcomes = Outcomes(plan.library, plan.rules, known, plan.asked_on, plan.place, needed, tables=tables)
    chosen = _Chosen(plan, outcomes, tuple(want))
    found = chosen.first() if plan.mode == "first" else chosen.best() if plan.mode == "best" else chosen.one()
    for top in found.tops():
        bits = bits_beyond(top)
        if bits:
            raise too_wide(" and ".join(rule.id for rule in plan.rules[:3]), bits)
    return found


@dataclass
class _State:
    """What is known of the orders after some rules: the ending and the values that go with it."""

    code: C
    values: dict[str, Any]


class _Chosen:
    """Brings rules together."""

    def __init__(self, plan: Plan, outcomes: Outcomes, want: tuple[str, ...]) -> None:
        self.plan, self.all, self.n = plan, outcomes, outcomes.n
        self.want = tuple(name for name in want if name not in TEXTS)
        self.none = self.n.const(outcomes.endings.number(Ending("does-not-apply")))

    def valued(self, outcome: Outcome) -> dict[str, Any]:
        return {name: self.value(outcome, name) for name in self.want}

    def value(self, outcome: Outcome, name: str) -> Any:
        if name == "refund":
            return outcome.refund
        if name == "total":
            return self.total(outcome)
        return outcome.values.get(name, self.n.null(INT))

    def result(self, state: _State) -> Decided:
        values: dict[str, C] = {}
        types: dict[str, str] = {}
        for name in self.want:
            value = state.values[name]
            if isinstance(value, tuple):
                for end, part in zip(("top", "bottom"), value, strict=True):
                    values[f"{name}_{end}"], types[f"{name}_{end}"] = part, "count"
            else:
                types[name] = self.type_of(name, value)
                value = self.n.gathered(value)
                values[name] = self.n.add(value, self.n.const(-EPOCH)) if types[name] == "date" else value
        own = {None, *(rule.id for rule in self.plan.rules)}  # and not of rules whose answers these only take
        endings = {number: ending for number, ending in self.all.endings.of.items() if ending.clause in own}
        return Decided(state.code, endings, values, types, tuple(self.all.aside.values()))

    def type_of(self, name: str, value: C) -> str:
        if name in _DATES:
            return "date"
        if value.kind != INT:
            return "yesno" if value.kind == BOOL else "text"
        expectation = self.plan.library.vocabulary.expectations.get(name)
        if expectation is not None and expectation.type in ("date", "instant"):
            return expectation.type
        for rule in self.plan.rules:
            for version in rule.versions:
                expr = version.named().get(name)
                if expr is not None and expr.type.kind in ("date", "instant"):
                    return expr.type.kind
        return "count"

    # -- one rule; clauses in their order

    def one(self) -> Decided:
        outcome = self.all.outcome(self.plan.rules[0])
        return self.result(_State(outcome.code, self.valued(outcome)))

    def first(self) -> Decided:
        """The first clause that is not outside decides; where that is not known, nothing after it can."""
        n = self.n
        nothing = {name: n.null(INT) for name in self.want}
        state = _State(self.none, dict(nothing))
        for rule in reversed(self.plan.rules):
            outcome = self.all.outcome(rule)
            inside = n.not_(n.surely(outcome.outside))  # here, or nobody knows
            code = self.surely_here(outcome)
            values = self.valued(outcome)
            state = _State(
                n.sel(inside, code, state.code),
                {name: self.choose(inside, values[name], state.values[name]) for name in self.want},
            )
        return self.result(state)

    def surely_here(self, outcome: Outcome) -> C:
        """The ending of a clause, which hangs on its scope where nobody knows that."""
        n = self.n
        if not outcome.outside.null:
            return outcome.code
        of = self.all.endings.of
        away = [c for c in outcome.codes if of[c].answer == "does-not-apply"]
        depends = [c for c in outcome.codes if of[c].answer == "depends" and of[c].problem is None]
        if not away or not depends:
            return outcome.code
        return n.sel(is_one(n, outcome.code, outcome.codes, away), n.const(depends[0]), outcome.code)

    def choose(self, condition: C, a: Any, b: Any) -> Any:
        if isinstance(a, tuple) or isinstance(b, tuple):
            pair = [v if isinstance(v, tuple) else (v, self.n.null(INT) if v.is_null else self.n.one) for v in (a, b)]
            return tuple(self.choose(condition, x, y) for x, y in zip(*pair, strict=True))
        if a.is_null and a.kind != b.kind:
            a = self.n.null(b.kind)
        if b.is_null and b.kind != a.kind:
            b = self.n.null(a.kind)
        return self.n.sel(condition, a, b)

    # -- law side by side

    def best(self) -> Decided:
        """The rule that gives most, then soonest; without one, the answer that says most."""
        n, of = self.n, self.all.endings.of
        outcomes = [self.all.outcome(rule) for rule in sorted(self.plan.rules, key=lambda r: r.id)]
        gone = self.displaced(outcomes)
        alone = [outcome for outcome in outcomes if not outcome.rule.relations.adds_to]
        code = self.none
        for outcome in alone:  # the least number says most
            code = n.extreme("min", n.sel(gone.get(outcome.rule.id, n.false), self.none, outcome.code), code)
        total, pay_by = n.zero, n.const(_LATE)
        for outcome in alone:
            owing = [c for c in outcome.codes if of[c].answer == "owes" and not of[c].credit]
            if not owing:
                continue
            here = n.and_(is_one(n, outcome.code, outcome.codes, owing), n.not_(gone.get(outcome.rule.id, n.false)))
            own_total, own_day = (
                self.total(outcome),
                n.or_else(outcome.values.get("pay_by", n.null(INT)), n.const(_LATE)),
            )
            sooner = n.and_(n.compare("==", own_total, total), n.compare("<", own_day, pay_by))
            here = n.surely(n.and_(here, n.or_(n.compare("<", total, own_total), sooner)))
            code = n.sel(here, outcome.code, code)
            total, pay_by = n.sel(here, own_total, total), n.sel(here, own_day, pay_by)
        return self.result(_State(code, {name: self.by_code(code, alone, name) for name in self.want}))

    def by_code(self, code: C, outcomes: list[Outcome], name: str) -> Any:
        """A value of the rule to which the ending belongs."""
        n, of = self.n, self.all.endings.of
        every = tuple(sorted({number for outcome in outcomes for number in outcome.codes}))
        found: Any = n.null(INT)
        for outcome in outcomes:
            value, where = outcome.bare.get(name, (n.null(INT), ()))
            if name == "total":
                value, where = self.total(outcome), outcome.codes
            wanted = [number for number in where if of[number].answer != "does-not-apply"]
            if wanted and not (isinstance(value, C) and value.is_null):
                found = self.choose(is_one(n, code, every, wanted), value, found)
        return found

    def total(self, outcome: Outcome) -> C:
        """The refund with what comes on top of it, under the same rule and under those that add to it."""
        n = self.n
        found = n.add(n.or_else(outcome.refund, n.zero), self.added(outcome))
        for rule in self.plan.library.rules.values():
            if outcome.rule.id in rule.relations.adds_to and rule in self.plan.rules:
                other = self.all.outcome(rule)
                of = self.all.endings.of
                giving = [c for c in other.codes if of[c].answer in ("owes", "gives")]
                more = n.add(n.or_else(other.refund, n.zero), self.added(other))
                found = n.add(found, n.sel(is_one(n, other.code, other.codes, giving), more, n.zero))
        return found

    def added(self, outcome: Outcome) -> C:
        n = self.n
        found = n.zero
        for name in _ADDED:
            value = outcome.values.get(name)
            if isinstance(value, C) and value.kind == INT:
                found = n.add(found, n.or_else(value, n.zero))
        return found

    def displaced(self, outcomes: list[Outcome]) -> dict[str, C]:
        """Where a more special rule takes the place of another."""
        n, of = self.n, self.all.endings.of
        found: dict[str, C] = {}
        for outcome in outcomes:
            for link in outcome.rule.relations.displaces:
                away = [c for c in outcome.codes if of[c].answer == "does-not-apply"]
                here = n.not_(is_one(n, outcome.code, outcome.codes, away))
                if link.when is not None:
                    here = n.and_(here, self.holds(link.when))
                found[link.rule] = n.or_(found.get(link.rule, n.false), here)
        return found

    def holds(self, condition: Expr) -> C:
        """Whether a condition that stands by itself certainly holds."""
        version = Version("", None, None, False, Cite(), applies=condition, owed=(Row("", "nothing"),))
        library = self.plan.library
        program: ir.Program = lower.lower(version, library.vocabulary, library.setting)
        tree = convert(program, self.all.given, library.setting, None).tree
        found = getattr(tree, "condition", None)
        return self.n.surely(self.n.not_(found)) if isinstance(found, C) else self.n.true


_LATE = 10**9
