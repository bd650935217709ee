"""The explanation of one rule at speed: each path through a rule is told once in full, and kept with holes for its numbers.

Which sentences are said depends only on the path (which conditions held, which facts are known); what stands in them are
numbers that the program noted. So a second purchase on the same path needs only its own numbers filled in. Nothing is
worked out a second time, and a path that cannot be kept in this way is simply told in full each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, NamedTuple

from recourse import assess, places
from recourse.assess import Assessment
from recourse.entitlement import Entitlement
from recourse.facts import Facts
from recourse.library import Library
from recourse.rules import compiled, ir
from recourse.rules.compiled import Unit, Working
from recourse.rules.explain import Story
from recourse.rules.outlook import Choose
from recourse.rules.stops import Contradiction, Undetermined
from recourse.rules.tree import Rule, Version
from recourse.rules.types import fact_type
from recourse.rules.words import Speech

MOST_PATHS = 4096  # kept for one version; beyond that the oldest are forgotten
MARK = "\x00"


class Told(NamedTuple):
    """What one rule gives, and why: `refund` in smallest units, `clause` the deciding row, `steps` (text, article) in order."""

    refund: int | None
    clause: str
    steps: tuple[tuple[str, str | None], ...]


class Hole(NamedTuple):
    """A number in a sentence: where it comes from and how it is written."""

    read: Callable[[Mapping[str, Any], tuple[Any, ...]], Any]
    write: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Template:
    """The steps of one path: texts with places for holes, in the order in which the holes were met."""

    clause: str
    texts: tuple[str, ...]  # with {0}, {1}, ...
    cites: tuple[str | None, ...]
    holes: tuple[Hole, ...]


class _Int(int):
    source: Any


class _Fraction(Fraction):
    source: Any


class _Str(str):
    source: Any


def _tagged(value: Any, source: Any) -> Any:
    """The same value, which knows where it came from."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, tuple):
        found: Any = _Fraction(*value)
    elif isinstance(value, int):
        found = _Int(value)
    elif isinstance(value, Fraction):
        found = _Fraction(value)
    elif isinstance(value, str):
        found = _Str(value)
    else:
        return value
    found.source = source
    return found


class _Recorder(Speech):
    """Speaks, but leaves a mark for every number that another purchase would fill in otherwise."""

    def record(self, value: Any, write: Callable[[Any], str]) -> str:
        self.holes.append((value.source, write))
        return f"{MARK}{len(self.holes) - 1}{MARK}"

    def money(self, minor: Any) -> str:
        return self.record(minor, super().money) if hasattr(minor, "source") else super().money(minor)

    def day(self, number: Any) -> str:
        return self.record(number, super().day) if hasattr(number, "source") else super().day(number)

    def share(self, value: Any) -> str:
        return self.record(value, super().share) if hasattr(value, "source") else super().share(value)

    def count(self, value: Any) -> str:
        return self.record(value, super().count) if hasattr(value, "source") else super().count(value)

    def word(self, fact: str, word: str) -> str:
        plain = super().word
        return self.record(word, lambda w: plain(fact, w)) if isinstance(word, _Str) else plain(fact, word)

    def place(self, code: str) -> str:
        return self.record(code, lambda c: places.name(c, self.lang)) if isinstance(code, _Str) else super().place(code)

    def rest(self, day: Any) -> str:
        return self.record(day, super().rest) if hasattr(day, "source") else super().rest(day)

    holes: list[tuple[Any, Callable[[Any], str]]]


class _Traced(Working):
    """A working whose values know where they came from."""

    def at(self, node: Any) -> Any:
        value = super().at(node)
        place = self.unit.places.get(ir.key_of(node))
        if isinstance(value, list):
            return [_tagged(term, ("term", place, number)) for number, term in enumerate(value)]
        return _tagged(value, ("slot", place))

    def fact(self, name: str) -> Any:
        value = super().fact(name)
        return _tagged(value, ("fact", name)) if name in self.facts else value


class Teller:
    """Explains one rule for many purchases, in one language."""

    def __init__(self, library: Library, rule: Rule, lang: str, *, asked_on: int) -> None:
        self.library, self.rule, self.lang, self.asked_on = library, rule, lang, asked_on
        self.paths: dict[Any, Template | None] = {}
        self.yes_no: dict[int, tuple[str, ...]] = {}

    def tell(self, facts: Facts) -> Told:
        """What the rule gives on these facts, and why. Raises Problem where two exceptions conflict."""
        values = facts.values
        desk = assess.Desk(self.library, facts, self.asked_on)
        try:
            version, _ = desk.select(self.rule, values, {})
            if version is None:
                return self.in_full(desk, facts)
            unit = compiled.unit(self.library, self.rule, version)
            raw = unit.decide(values)
        except (KeyError, Contradiction, Undetermined, Choose, assess.NotBound):
            return self.in_full(desk, facts)
        key = self.path(unit, values, raw, facts.currency)
        if key not in self.paths:
            if len(self.paths) >= MOST_PATHS:
                self.paths.pop(next(iter(self.paths)))
            self.paths[key] = self.template(desk, facts, unit, raw)
        template = self.paths[key]
        if template is None:
            return self.in_full(desk, facts)
        noted = raw[3]
        filled = [hole.write(hole.read(values, raw)) for hole in template.holes]
        del noted
        return Told(
            raw[1],
            template.clause,
            tuple(zip([t.format(*filled) for t in template.texts], template.cites, strict=True)),
        )

    def in_full(self, desk: assess.Desk, facts: Facts) -> Told:
        """Told without a template."""
        found = desk.entitlement(self.rule)
        whole = Assessment(self.library, facts, self.asked_on, (found,))
        steps = Story(found, whole, self.lang).tell()
        return Told(found.refund, found.clause, tuple((s["text"], s["cite"]) for s in steps))

    def path(self, unit: Unit, values: Mapping[str, Any], raw: tuple[Any, ...], currency: str | None) -> Any:
        """What decides which sentences are said: conditions, known facts, roundings, days that moved."""
        chosen, refund, kept, noted = raw
        conditions = tuple([v if v is True or v is False or v is None else 0 for v in noted])
        tests = tuple([test(values, refund, kept, noted) for test in self.tests(unit, chosen)])
        return (
            id(unit),
            chosen,
            currency,
            tuple(values),
            tuple([values.get(n) for n in self.flags(unit)]),
            conditions,
            tests,
            kept is not None and kept > values["paid"],
        )

    def flags(self, unit: Unit) -> tuple[str, ...]:
        """The yes/no facts of a version: they are told as words, not as numbers."""
        found = self.yes_no.get(id(unit))
        if found is None:
            kinds = self.library.vocabulary
            found = tuple(sorted(n for n in unit.version.facts() if fact_type(kinds, n).kind == "yesno"))
            self.yes_no[id(unit)] = found
        return found

    def tests(self, unit: Unit, chosen: int) -> list[Callable[..., bool]]:
        """Comparisons of numbers that the telling makes: was it rounded, was the day moved."""
        return unit.tests(chosen)

    def template(self, desk: assess.Desk, facts: Facts, unit: Unit, raw: tuple[Any, ...]) -> Template | None:
        """The path told once, with holes; None where something in it cannot be filled in again."""
        plain = desk.entitlement(self.rule)
        if plain.readings or plain.taken or plain.provisional or type(plain.working) is not Working:
            return None
        found = self.traced(plain, _Traced(unit, facts.values, raw))
        speech = _Recorder.of(found, Assessment(self.library, facts, self.asked_on, (found,)), self.lang)
        speech.holes = []
        steps = Story(found, Assessment(self.library, facts, self.asked_on, (found,)), self.lang, speech).tell()
        texts = tuple(_numbered(s["text"]) for s in steps)
        holes = tuple(Hole(self.reader(unit, source), write) for source, write in speech.holes)
        made = Template(found.clause, texts, tuple(s["cite"] for s in steps), holes)
        return made if self.is_same(made, plain, facts, raw) else None

    def is_same(self, made: Template, plain: Entitlement, facts: Facts, raw: tuple[Any, ...]) -> bool:
        """Whether the template, filled in, says word for word what the full telling says."""
        full = Story(plain, Assessment(self.library, facts, self.asked_on, (plain,)), self.lang).tell()
        filled = [hole.write(hole.read(facts.values, raw)) for hole in made.holes]
        return [t.format(*filled) for t in made.texts] == [s["text"] for s in full]

    def traced(self, plain: Entitlement, working: _Traced) -> Entitlement:
        """The entitlement with values that know where they came from."""
        answers = {}
        for name, value in plain.answers.items():
            for group in ("let", "output", "extra"):
                if working.unit.places.get((group, name)) is not None and working.at((group, name)) == value:
                    value = working.at((group, name))
                    break
            else:
                value = _tagged(value, ("kept",)) if name == "owed_to_seller" else value
            answers[name] = value
        presumed = tuple(
            (
                n,
                _tagged(v, ("slot", working.unit.places.get(("fact", n)))) if ("fact", n) in working.unit.places else v,
                w,
            )
            for n, v, w in plain.presumed
        )
        selected = plain.selected and (
            plain.selected[0],
            _tagged(plain.selected[1], ("fact", plain.selected[0]))
            if plain.selected[0] != "asked_on"
            else plain.selected[1],
        )
        return replace(
            plain, working=working, refund=_tagged(plain.refund, ("refund",)), answers=answers, presumed=presumed, selected=selected,
            lines={name: working.at(("line", name)) for name in plain.lines},
        )  # fmt: skip

    def reader(self, unit: Unit, source: Any) -> Callable[[Mapping[str, Any], tuple[Any, ...]], Any]:
        """How a number is found again in another run."""
        kind = source[0]
        if kind == "fact":
            name = source[1]
            return lambda values, raw: values[name]
        if kind == "refund":
            return lambda values, raw: raw[1]
        if kind == "kept":
            return lambda values, raw: raw[2]
        place = source[1]
        if kind == "term":
            number = source[2]
            return lambda values, raw: Fraction(*raw[3][place][number])
        bottom = unit.program.slots[place].bottom
        if isinstance(bottom, int):
            return (
                (lambda values, raw: raw[3][place])
                if bottom == 1
                else (lambda values, raw: Fraction(raw[3][place], bottom))
            )
        return lambda values, raw: Fraction(*raw[3][place])


def _numbered(text: str) -> str:
    """Marks become {n}; braces that were there stay themselves."""
    parts = text.replace("{", "{{").replace("}", "}}").split(MARK)
    return "".join(f"{{{part}}}" if number % 2 else part for number, part in enumerate(parts))


def version_unit(library: Library, rule: Rule, version: Version) -> Unit:
    return compiled.unit(library, rule, version)
