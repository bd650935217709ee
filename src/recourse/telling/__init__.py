"""The explanation of one rule at speed: each path is told once in full, and kept with holes for its numbers.

Which sentences are said depends only on the path (which conditions held, which facts are known); what stands in them
are numbers that the program noted. So a second purchase on the same path needs only its own numbers filled in. Nothing
is worked out a second time, and a path that cannot be kept in this way is simply told in full each time.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from recourse.assess import Assessment
from recourse.deciding import Desk
from recourse.entitlement import Entitlement
from recourse.facts import Facts
from recourse.library import Library
from recourse.rules import compiled
from recourse.rules.bearing import bears_on
from recourse.rules.compiled import Unit, Working
from recourse.rules.explain import Story
from recourse.rules.stops import Conflict, Contradiction, Undetermined
from recourse.rules.tree import Rule
from recourse.selection import NotBound, sides
from recourse.telling.route import Doubted, Other, Route, same_answers
from recourse.telling.template import Steps, Template, Writers, Written, template
from recourse.telling.traced import Raw, Recorder, Traced, traced

MOST_PATHS = 4096  # kept by one teller; then it starts afresh

_UNTOLD: Any = object()
_told: Any = tuple.__new__  # as a NamedTuple's own __new__ does, without running Python


class Told(NamedTuple):
    """What one rule gives, and why: `refund` in smallest units, `clause` the deciding row, `steps` (text, article)."""

    refund: int | None
    clause: str
    steps: Steps


class _Ready(NamedTuple):
    """A version, for purchases of which the same facts are known: its program, and a route for each deciding row."""

    unit: Unit
    decide: Any
    routes: dict[int, Route]


class _Known(NamedTuple):
    """What is the same for all purchases in one currency of which the same facts are known."""

    names: frozenset[str]
    currency: str | None
    version: Callable[[Mapping[str, Any]], int]  # the number of the version that answers; -1 where that is not plain
    ready: dict[int, _Ready | None]  # by the number of the version; None where it cannot answer


def _chooser(
    rule: Rule, names: frozenset[str], asked_on: int, bound: Mapping[Any, bool]
) -> Callable[[Mapping[str, Any]], int]:
    """Which version answers where these facts are known, as one function that holds the days as plain numbers."""
    lines = ["def version(F):"]
    if not rule.policy:
        people = "".join(f"({name!r}, F[{name!r}]), " for name in sides(rule) if name in names)
        lines += [f"    if not bound[({people})]:", "        return -1"]
    versions = rule.versions
    if len(versions) == 1 and versions[0].starts is None and versions[0].ends is None:
        lines.append("    return 0")
    else:
        days = (name for name in rule.selected_by or ("asked_on",) if name == "asked_on" or name in names)
        day = next(days, "")
        if day:
            lines.append(f"    day = {asked_on if day == 'asked_on' else f'F[{day!r}]'}")
        for number, one in enumerate(versions if day else ()):
            first = f"{one.starts} <= " if one.starts is not None else ""
            last = f" <= {one.ends}" if one.ends is not None else ""
            lines += [f"    if {first}day{last}:" if first or last else "    if True:", f"        return {number}"]
        lines.append("    return -1")
    space: dict[str, Any] = {"bound": bound}
    exec(compile("\n".join(lines), f"<version of {rule.id}>", "exec"), space)  # noqa: S102 - made of names and numbers
    found: Callable[[Mapping[str, Any]], int] = space["version"]
    return found


class Teller:
    """Explains one rule for many purchases, in one language; keep one for each rule and language."""

    def __init__(self, library: Library, rule: Rule, lang: str, *, asked_on: int) -> None:
        self.library, self.rule, self.lang, self.asked_on = library, rule, lang, asked_on
        self.known: dict[tuple[str | None, ...], _Known] = {}
        self.bound = Written(self._binds)
        self.others: dict[tuple[int, str], Other] = {}
        self.writers: dict[tuple[int, str | None], Writers] = {}
        self.paths = 0

    def tell(self, facts: Facts) -> Told:
        """What the rule gives on these facts, and why. Raises Problem where two exceptions conflict."""
        values = facts.values
        known = self.known.get((facts.currency, *values)) or self._known(facts)
        number = known.version(values)
        if number < 0:
            return self.in_full(facts)
        ready = known.ready[number] if number in known.ready else self._made_ready(known, number)
        if ready is None:
            return self.in_full(facts)
        try:
            raw = ready.decide(values)
            route = ready.routes.get(raw[0]) or self._route(ready, raw[0], known)
            key = route.key(values, raw)
            found = route.paths.get(key, _UNTOLD)
            others: tuple[int | None, ...] = ()
            if found.__class__ is Doubted:
                others, told = self._otherwise(route, found, values, raw)
                found = found.paths.get(told, _UNTOLD)
            if found is _UNTOLD:
                return self._first(route, key, facts, raw)
            if found is not None:
                steps = found.fill(values, raw, others)
                return _told(Told, (raw[1] if found.pays else None, found.clause, steps))  # type: ignore[no-any-return]
        except (KeyError, Contradiction, Conflict):
            pass  # a fact is missing, or a number is not there this time: told in full
        return self.in_full(facts)

    def in_full(self, facts: Facts) -> Told:
        """Told without a template."""
        found = Desk(self.library, facts, self.asked_on).entitlement(self.rule)
        return Told(found.refund, found.clause, self._steps(found, facts))

    def _steps(self, found: Entitlement, facts: Facts) -> Steps:
        whole = Assessment(self.library, facts, self.asked_on, (found,))
        return tuple((s["text"], s["cite"]) for s in Story(found, whole, self.lang).tell())

    # -- which version answers

    def _known(self, facts: Facts) -> _Known:
        self._make_room()
        names = frozenset(facts.values)
        version = _chooser(self.rule, names, self.asked_on, self.bound)
        found = self.known[facts.currency, *facts.values] = _Known(names, facts.currency, version, {})
        return found

    def _binds(self, people: tuple[tuple[str, str], ...]) -> bool:
        """Whether the rule binds people in these places; what cannot be told is not plain."""
        nothing = Facts({}, None, {}, self.library.vocabulary)
        try:
            Desk(self.library, nothing, self.asked_on).binds(self.rule, dict(people), {})
        except (NotBound, Undetermined):
            return False
        return True

    def _made_ready(self, known: _Known, number: int) -> _Ready | None:
        version = self.rule.versions[number]
        if version.enacted_only or (version.currency and version.currency != known.currency):
            known.ready[number] = None
            return None
        unit = compiled.unit(self.library, self.rule, version)
        found = known.ready[number] = _Ready(unit, unit.decide, {})
        return found

    def _route(self, ready: _Ready, chosen: int, known: _Known) -> Route:
        found = ready.routes[chosen] = Route(ready.unit, chosen, known.names, self.library)
        return found

    # -- paths

    def _otherwise(
        self, route: Route, doubted: Doubted, values: Mapping[str, Any], raw: Raw
    ) -> tuple[tuple[int | None, ...], tuple[bool, ...]]:
        """What the other readings would give, and which of them are told. Raises KeyError where that is not plain."""
        amounts: list[int | None] = []
        told: list[bool] = []
        refund, noted = raw[1], raw[3]
        for other in doubted.others:
            chosen, amount, _, there = other.decide(values)
            same = other.same.get((route.chosen, chosen))
            if same is None:
                same = other.same[route.chosen, chosen] = same_answers(route.unit, route.chosen, other, chosen)
            if other.answers is not None:
                amount = refund
            amounts.append(amount)
            told += (amount == refund, same(noted, there))
        return tuple(amounts), tuple(told)

    def _other(self, unit: Unit, name: str) -> Other:
        """The program that reads an open question the other way."""
        key = (unit.number, name)
        if key not in self.others:
            program = compiled.flipped(self.library, self.rule, unit.version, name)
            self.others[key] = Other(program, bears_on(unit.version, name))
        return self.others[key]

    def _first(self, route: Route, key: Any, facts: Facts, raw: Raw) -> Told:
        """A path told for the first time, in full; kept with holes, or as None where it cannot be filled in again."""
        self._make_room()
        plain = Desk(self.library, facts, self.asked_on).entitlement(self.rule)
        full = Told(plain.refund, plain.clause, self._steps(plain, facts))
        if plain.taken or plain.provisional or type(plain.working) is not Working or _by_chance(plain):
            route.paths[key] = None
            return full
        told_of = plain.answer != "does-not-apply"  # then no doubt is told
        met = {e.value for e in compiled.reached(plain.working) if e.op == "open" and told_of}
        doubts = tuple(o.name for o in route.unit.version.opens if o.name in met)
        paths: dict[Any, Any] = route.paths
        others: tuple[int | None, ...] = ()
        if doubts:
            doubted = paths.get(key)
            if not isinstance(doubted, Doubted):
                doubted = paths[key] = Doubted(tuple(self._other(route.unit, name) for name in doubts))
            with contextlib.suppress(KeyError, Contradiction, Conflict):  # not plain this time: nothing is kept
                others, key = self._otherwise(route, doubted, facts.values, raw)
                paths = doubted.paths
            if paths is route.paths:
                return full
        made = self._template(route, traced(plain, Traced(route.unit, facts.values, raw), doubts), facts)
        try:
            same = made.fill(facts.values, raw, others) == full.steps
        except (KeyError, TypeError):
            same = False
        paths[key] = made if same else None
        return full

    def _template(self, route: Route, found: Entitlement, facts: Facts) -> Template:
        """The steps of a traced answer with holes for its numbers."""
        story = Story(found, Assessment(self.library, facts, self.asked_on, (found,)), self.lang, Recorder)
        steps = story.tell()
        speech = story.speech
        assert isinstance(speech, Recorder)
        key = (route.unit.number, speech.currency)
        writers = self.writers.get(key)
        if writers is None:
            writers = self.writers[key] = Writers(route.unit, speech)
        return template(found.clause, pays=found.refund is not None, steps=steps, writers=writers, speech=speech)

    def _make_room(self) -> None:
        self.paths += 1
        if self.paths > MOST_PATHS:
            self.paths = 0
            self.known.clear()


WEAK = ("mul", "div", "min", "max", "case", "and", "or", "else", "apply", "pick", "sum")


def _by_chance(plain: Entitlement) -> bool:
    """Whether an answer that the program left out might be known for other numbers: what is missing need not matter."""
    version, working = plain.version, plain.working
    if version is None or working is None or working.out_of_scope:
        return False
    named = version.named()
    there = working.answers
    absent = [e for name, e in (*version.dates, *version.outputs) if name not in there]
    seen: set[str] = set()
    while absent:
        for node in absent.pop().walk():
            if node.op in WEAK:
                return True
            if node.op == "let" and node.value in named and node.value not in seen:
                seen.add(str(node.value))
                absent.append(named[node.value])
    return False
