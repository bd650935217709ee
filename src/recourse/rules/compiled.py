"""Runs a version's emitted program, and keeps what it came to as a working that every explanation reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count
from typing import TYPE_CHECKING, Any

from recourse.rules.bearing import bears_on, only
from recourse.rules.emit import running
from recourse.rules.interpret import Decision, Interpreter, presumed_values
from recourse.rules.outlook import Leaf
from recourse.rules.prepared import Prepared, key_of
from recourse.rules.stops import Conflict, Contradiction, Undetermined
from recourse.rules.tree import Expr, Open, Row, Rule, Texts, Version
from recourse.rules.unknown import Unknown, plain

if TYPE_CHECKING:
    from recourse.library import Library


@dataclass(frozen=True, slots=True)
class Unit:
    """A version, ready to run: its integer form, the function, and where each noted value stands."""

    version: Version
    program: Prepared
    decide: running.Decide
    rows: tuple[Row, ...]
    places: Mapping[int, Mapping[Any, tuple[int, int]]]  # deciding row -> node -> position; bottom (0: what follows)
    presumed: Mapping[str, Any]  # what is taken for facts nobody knows, where that is a plain value
    number: int  # its own, in this process

    def nodes(self, chosen: int) -> Iterator[tuple[Any, Any]]:
        """The key and the node of each value that is noted where this row decides."""
        for number in self.program.layouts[chosen]:
            node, _ = self.program.slots[number]
            yield key_of(node), node


class Working:
    """What one run came to: the deciding row, the amount, and the value of every noted node."""

    def __init__(
        self, unit: Unit, facts: Mapping[str, Any], raw: tuple[int, int | None, int | None, tuple[Any, ...]]
    ) -> None:
        self.unit, self.facts = unit, facts
        self.chosen, self._refund, self.kept, self.noted = raw

    @property
    def version(self) -> Version:
        return self.unit.version

    @property
    def out_of_scope(self) -> bool:
        return self.chosen < 0

    @property
    def row(self) -> Row | None:
        return self.unit.rows[self.chosen] if 0 <= self.chosen < len(self.unit.rows) else None

    @property
    def refund(self) -> int | None:
        return self._refund

    def at(self, node: Any) -> Any:
        """What a node came to: a number, truth or word, or (top, bottom); None if it was not worked out."""
        place = self.unit.places[self.chosen].get(key_of(node))
        if place is None:
            return None
        at, bottom = place
        value = self.noted[at]
        if value is None or bottom == 1:
            return value
        of = self.noted[at + 1] if bottom == 0 else bottom
        if type(value) is list:
            return [(term, of) for term in value] if of is not None else None
        return value, of

    def decision(self) -> Decision:
        row = self.row
        if row is None:
            return Decision("out-of-scope" if self.out_of_scope else "answers")
        return Decision(row.outcome, row, self.refund, dict(self.lines), dict(self.extras))

    @cached_property
    def lines(self) -> dict[str, int]:
        row = self.row
        return {name: self.at(("line", name)) for name, _ in row.lines} if row is not None else {}

    @cached_property
    def extras(self) -> dict[str, Any]:
        """Answers beside the refund that the deciding row gives."""
        row = self.row
        found: dict[str, Any] = {}
        if row is None:
            return found
        if row.outcome == "keep":
            paid = self.fact("paid")
            found["owed_to_seller"] = (
                self.kept
            )  # None where what is kept is open and the refund is settled all the same
            if self.version.shortfall == "owed":
                found["still_owed_by_learner"] = None if self.kept is None else max(0, self.kept - paid)
            else:
                found["still_owed_by_learner"] = 0
        for name, _ in row.also:
            found[name] = self.at(("extra", name))
        if row.outcome == "discretion":
            found |= {
                n: self.at(("extra", n)) for n, e in (("at_most", row.amount), ("likely", row.likely)) if e is not None
            }
        return found

    @cached_property
    def answers(self) -> dict[str, Any]:
        """Dates and figures that could be worked out, by name."""
        found: dict[str, Any] = {}
        for name, _ in self.version.dates:
            value = self.at(("let", name))
            if value is not None:
                found[name] = value
        for name, _ in self.version.outputs:
            value = self.at(("output", name))
            if value is not None:
                found[name] = value
        return found

    def failed_scope(self) -> Expr | None:
        """The condition of the scope that was not met."""
        return self._failed(self.version.applies) if self.version.applies is not None else None

    def _failed(self, expr: Expr) -> Expr | None:
        if expr.op == "and":
            return next((f for a in expr.args if (f := self._failed(a)) is not None), None)
        return expr if self.truth(expr) is False else None

    def truth(self, expr: Expr) -> bool | None:
        """What a condition came to, as far as it was worked out."""
        if expr.op == "fact":
            value = self.fact(expr.value)
            return value if isinstance(value, bool) else None
        if expr.op == "lit":
            return bool(expr.value)
        if expr.op == "let":
            return self.at(("let", expr.value))  # type: ignore[no-any-return]
        if expr.op == "open":
            return next((o.taken for o in self.version.opens if o.name == expr.value), None)
        if expr.op == "not":
            inner = self.truth(expr.args[0])
            return None if inner is None else not inner
        if expr.op in ("and", "or"):
            left = self.truth(expr.args[0])
            settles = expr.op == "or"
            if left is settles or left is None:
                return left
            return self.truth(expr.args[1])
        return self.at(expr)  # type: ignore[no-any-return]

    def fact(self, name: str) -> Any:
        """A fact as it was used: given, or presumed."""
        if name in self.facts:
            return self.facts[name]
        noted = self.at(("fact", name))
        return noted if noted is not None else self.unit.presumed.get(name)


class InterpretedWorking(Working):
    """The same, from the interpreter: used where the program missed a fact that turned out not to matter."""

    def __init__(
        self, unit: Unit, facts: Mapping[str, Any], decision: Decision, reader: Interpreter, answers: Mapping[str, Any]
    ) -> None:
        chosen = -1 if decision.outcome == "out-of-scope" else len(unit.rows)
        if decision.row is not None:
            chosen = next(n for n, r in enumerate(unit.rows) if r is decision.row)
        refund = decision.refund if isinstance(decision.refund, int) else None
        kept = decision.extras.get("owed_to_seller")
        super().__init__(unit, facts, (chosen, refund, kept if isinstance(kept, int) else None, ()))
        self._decision, self._reader, self._answers = decision, reader, answers

    def at(self, node: Any) -> Any:
        if node[0] == "terms" if isinstance(node, tuple) else False:
            terms = self._reader.terms.get(id(node[1]))
            return terms if terms and not any(isinstance(t, Unknown) for t in terms) else None
        if isinstance(node, Expr):
            value = self._reader.values.get(id(node))
        elif node[0] == "let":
            value = self._answers.get(node[1], self._reader.known.get(node[1]))
        elif node[0] == "line":
            value = self._decision.lines.get(node[1])
        elif node[0] == "extra":
            value = self._decision.extras.get(node[1])
        elif node[0] == "fact":
            value = self._reader.assumed.get(node[1])
        else:
            value = self._answers.get(node[1])
        value = plain(value)
        if value is None or isinstance(value, Unknown):
            return None
        if isinstance(value, (bool, str, int)) or not hasattr(value, "denominator"):
            return value
        return value.numerator if value.denominator == 1 else (value.numerator, value.denominator)


_NUMBERS = count()
_FLIPPED: dict[tuple[int, str], Unit] = {}
_UNITS: dict[int, tuple[Version, Unit]] = {}  # by identity of the version, which the unit keeps alive


def unit(library: Library, rule: Rule, version: Version) -> Unit:
    """The version's program and function, made on first use."""
    found = _UNITS.get(id(version))
    if found is not None and found[0] is version:
        return found[1]
    number = next(n for n, one in enumerate(rule.versions) if one is version)
    made = _made(library, version, library.prepared[rule.id][number])
    _UNITS[id(version)] = (version, made)
    return made


def flipped(library: Library, rule: Rule, version: Version, question: str) -> Unit:
    """The version's program with one open question read the other way; made on first use.

    Where the question bears on some answers alone (`bears_on`), the program works out those and nothing else.
    """
    key = (unit(library, rule, version).number, question)
    if key not in _FLIPPED:
        opens = tuple(replace(o, taken=not o.taken) if o.name == question else o for o in version.opens)
        other = replace(version, opens=opens)
        answers = bears_on(version, question)
        if answers is not None:
            other = only(other, answers)
        from recourse.rules import lower  # noqa: PLC0415  most starts decide without making a program
        from recourse.rules.emit import python  # noqa: PLC0415

        program = python.prepared(lower.lower(other, library.vocabulary, library.setting))
        _FLIPPED[key] = _made(library, other, program)
    return _FLIPPED[key]


def forget(versions: Iterable[Version]) -> None:
    """Lets go of the programs of versions that will not be asked again: a policy that somebody is still writing."""
    for version in versions:
        found = _UNITS.pop(id(version), None)
        if found is not None:
            for key in [key for key in _FLIPPED if key[0] == found[1].number]:
                del _FLIPPED[key]


def _made(library: Library, version: Version, program: Prepared) -> Unit:
    function = running.compiled(program, version, library.setting)
    spots: dict[int, dict[Any, tuple[int, int]]] = {}
    for chosen, layout in program.layouts.items():
        spots[chosen], at = {}, 0
        for number in layout:
            node, bottom = program.slots[number]
            spots[chosen][key_of(node)] = (at, bottom)
            at += 1 if bottom else 2
    presumed = {
        name: _plain_literal(value) if isinstance(value, Expr) else value
        for name, value in presumed_values(version, library.vocabulary).items()
        if not isinstance(value, Expr) or value.op == "lit"
    }
    return Unit(version, program, function, (*version.exceptions, *version.owed), spots, presumed, next(_NUMBERS))


def _plain_literal(expr: Expr) -> Any:
    """A written value as facts hold it."""
    value = expr.value[0] if expr.type.kind == "money" else expr.value
    return int(value) if expr.type.kind in ("zero", "count") else value


def run(library: Library, rule: Rule, version: Version, facts: Mapping[str, Any]) -> Working:
    """Decides. Raises KeyError where a missing fact is needed, Contradiction, Conflict."""
    found = unit(library, rule, version)
    return Working(found, facts, found.decide(facts))


def interpreted(library: Library, rule: Rule, version: Version, facts: Mapping[str, Any], leaf: Leaf) -> Working:
    """A working for a decision that does not need what is missing: the leaf holds what was put in its place."""
    reader = Interpreter(version, leaf.facts, library.setting, library.vocabulary, forced=leaf.forced)
    fresh = reader.decide()
    answers = known_answers(library, version, facts)
    return InterpretedWorking(unit(library, rule, version), facts, fresh, reader, answers)


def known_answers(library: Library, version: Version, facts: Mapping[str, Any]) -> dict[str, Any]:
    """The dates and figures that can be worked out although other facts are missing."""
    reader = Interpreter(version, facts, library.setting, library.vocabulary)
    found: dict[str, Any] = {}
    for name, value in reader.answers().items():
        if isinstance(value, (bool, str, int)):
            found[name] = value
        elif not isinstance(value, Unknown) and value is not None:
            found[name] = value.numerator if value.denominator == 1 else (value.numerator, value.denominator)
    return found


def reached(working: Working) -> Iterator[Expr]:
    """The facts and open questions on the way to this answer: only what the conditions really came to."""
    named = working.version.named()
    seen: set[str] = set()

    def visit(expr: Expr) -> Iterator[Expr]:
        if expr.op in ("fact", "open"):
            yield expr
        elif expr.op == "let" and expr.value in named and expr.value not in seen:
            seen.add(expr.value)
            yield from visit(named[expr.value])
        elif expr.op in ("and", "or"):
            yield from visit(expr.args[0])
            if working.truth(expr.args[0]) is not (expr.op == "or"):
                yield from visit(expr.args[1])
        elif expr.op == "case":
            for number in range(0, len(expr.args) - 1, 2):
                yield from visit(expr.args[number])
                if working.truth(expr.args[number]):
                    yield from visit(expr.args[number + 1])
                    return
            yield from visit(expr.args[-1])
        elif expr.op == "rowlet":
            part, name = expr.value
            if name not in seen:
                seen.add(name)
                yield from visit(next(dict(p.lets)[name] for p in working.version.parts if p.name == part))
        else:
            for arg in expr.args:
                yield from visit(arg)

    for top in evaluated(working):
        yield from visit(top)


def presumed_used(
    library: Library, version: Version, facts: Mapping[str, Any], working: Working
) -> tuple[tuple[str, Any, Texts], ...]:
    """Facts taken for granted on the way to this answer: which, as what, and because of what."""
    because: dict[str, Texts] = {p.fact: p.because for p in version.presume}
    facts_ = library.vocabulary.facts
    found = []
    for name in sorted(
        {e.value for e in reached(working) if e.op == "fact" and e.value not in facts}, key=lambda n: facts_[n].position
    ):
        fact = facts_[name]
        value = working.at(("fact", name))
        if value is None:
            value = working.unit.presumed.get(name)
        if value is None:
            continue
        words = because.get(name) or (
            {"en": fact.presumed_because.en, "zh": fact.presumed_because.zh} if fact.presumed_because else {}
        )
        found.append((name, value, words))
    return tuple(found)


def readings(
    library: Library, version: Version, facts: Mapping[str, Any], working: Working
) -> tuple[tuple[Open, int | None], ...]:
    """The doubts that matter here, each with what the other reading would give (None where that is not known)."""
    met = {e.value for e in reached(working) if e.op == "open"}
    found: list[tuple[Open, int | None]] = []
    for one in version.opens:
        if one.name in met:
            reader = Interpreter(
                version, facts, library.setting, library.vocabulary, readings={one.name: not one.taken}
            )
            try:
                decision = reader.decide()
                answers = reader.answers()
            except (Undetermined, Contradiction, Conflict):
                found.append((one, None))
                continue
            other = decision.refund if isinstance(decision.refund, int) else None
            same_days = all(
                answers.get(name) == value for name, value in working.answers.items() if isinstance(value, int)
            )
            if other != working.refund or not same_days:
                found.append((one, other))
    return tuple(found)


def evaluated(working: Working) -> list[Expr]:
    """The expressions that led to the answer: scope, the rows tried, the deciding row's amounts."""
    version = working.version
    found = [version.applies] if version.applies is not None else []
    if not working.out_of_scope:
        for number, row in enumerate((*version.exceptions, *version.owed)):
            if row.when is not None:
                found.append(row.when)
            if number == working.chosen:
                found += [e for e in (row.amount, row.likely) if e is not None]
                found += [e for _, e in (*row.lines, *row.also)]
                break
        found += [e for n, e in (*version.dates, *version.outputs) if n in working.answers]
    return found
