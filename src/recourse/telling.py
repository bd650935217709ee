"""The explanation of one rule at speed: each path is told once in full, and kept with holes for its numbers.

Which sentences are said depends only on the path (which conditions held, which facts are known); what stands in them
are numbers that the program noted. So a second purchase on the same path needs only its own numbers filled in. Nothing
is worked out a second time, and a path that cannot be kept in this way is simply told in full each time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple, NoReturn

from recourse import money
from recourse.assess import Assessment
from recourse.deciding import Desk
from recourse.entitlement import Entitlement
from recourse.facts import Facts
from recourse.library import Library
from recourse.rules import compiled, ir
from recourse.rules.compiled import Unit, Working
from recourse.rules.explain import Story
from recourse.rules.stops import Conflict, Contradiction, Undetermined
from recourse.rules.tree import Expr, Row, Rule, Version
from recourse.rules.types import fact_type
from recourse.rules.words import Speech
from recourse.selection import NotBound

MOST_PATHS = 4096  # kept for one version; beyond that the oldest are forgotten
MARK = "\x00"

Raw = tuple[int, int | None, int | None, tuple[Any, ...]]  # what a program returns


class Told(NamedTuple):
    """What one rule gives, and why: `refund` in smallest units, `clause` the deciding row, `steps` (text, article)."""

    refund: int | None
    clause: str
    steps: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Template:
    """The steps of one path: `fill(facts, what the program returned)` gives them with this run's numbers."""

    clause: str
    fill: Callable[[Mapping[str, Any], Raw], tuple[tuple[str, str | None], ...]]


class _Cache(dict[Any, str]):
    """How a value is written, looked up once."""

    def __init__(self, write: Callable[[Any], str]) -> None:
        super().__init__()
        self.write = write

    def __missing__(self, value: Any) -> str:
        if len(self) >= MOST_PATHS:
            self.clear()
        self[value] = found = self.write(value)
        return found


def template(clause: str, steps: list[dict[str, Any]], unit: Unit, speech: _Recorder) -> Template:
    """The template of marked texts, as one compiled function of f-strings; each number is written once."""
    plain = Speech(speech.lang, speech.vocabulary, speech.labels, speech.setting, speech.version, None, speech.currency)
    space: dict[str, Any] = {
        "money": _Cache(_money(plain)),
        "money_part": _Cache(lambda value: plain.money(Fraction(*value))),
        "days": _Cache(plain.day),
        "share": _Cache(plain.share),
        "share_part": _Cache(lambda value: plain.share(Fraction(*value))),
        "count": str,
        "count_part": lambda value: plain.count(Fraction(*value)),
        "places": _Cache(plain.place),
    }
    lines = ["def fill(F, raw):", "    N = raw[3]"]
    for number, (source, how) in enumerate(speech.holes):
        read, part = _read(unit, source)
        if how == "day":
            written = f"days[{read}]"
        elif how == "place":
            written = f"places[{read}]"
        elif how.startswith("word "):
            space[f"words{number}"] = _Cache(partial(plain.word, how.removeprefix("word ")))
            written = f"words{number}[{read}]"
        elif how == "rest":
            return Template(clause, _never)  # the reason why a day is free hangs on the calendar as well
        else:
            name = f"{how}_part" if part else how
            written = f"{name}({read})" if how == "count" else f"{name}[{read}]"
        lines.append(f"    h{number} = {written}")
    texts = []
    for step in steps:
        pieces = step["text"].split(MARK)
        found = [p.replace("{", "{{").replace("}", "}}") if n % 2 == 0 else f"{{h{p}}}" for n, p in enumerate(pieces)]
        texts.append(f"(f{''.join(found)!r}, {step['cite']!r})")
    lines.append(f"    return ({', '.join(texts)},)")
    exec(compile("\n".join(lines), f"<told {clause}>", "exec"), space)  # noqa: S102 - made above, from our own sentences
    return Template(clause, space["fill"])


def _never(*_: Any) -> NoReturn:
    raise KeyError("told in full")


def _money(plain: Speech) -> Callable[[int], str]:
    """Writes whole smallest units of the purchase's currency."""
    currency = plain.currency
    places = money.exponent(currency) if currency else 0
    if not currency or not places:
        return plain.money
    unit = 10**places

    def write(minor: int) -> str:
        return f"{minor // unit:,}.{minor % unit:0{places}d} {currency}" if minor >= 0 else plain.money(minor)

    return write


def _read(unit: Unit, source: Any) -> tuple[str, bool]:
    """Where a number is found in another run, as an expression; and whether it is a fraction (top, bottom)."""
    kind = source[0]
    if kind == "fact":
        return f"F[{source[1]!r}]", False
    if kind in ("refund", "kept"):
        return f"raw[{1 if kind == 'refund' else 2}]", False
    if kind == "term":
        return f"N[{source[1]}][{source[2]}]", True
    bottom = unit.program.slots[source[1]].bottom
    if bottom == 1:
        return f"N[{source[1]}]", False
    return (f"(N[{source[1]}], {bottom})", True) if isinstance(bottom, int) else (f"N[{source[1]}]", True)


class Layout:
    """What of a run decides which sentences are said: conditions, known facts, roundings, days that moved."""

    def __init__(self, unit: Unit, library: Library) -> None:
        self.unit = unit
        kinds = library.vocabulary
        self.flags = tuple(sorted(n for n in unit.version.facts() if fact_type(kinds, n).kind == "yesno"))
        self.tests = [self.comparisons(row) for row in (*unit.rows, None)]
        slots = unit.program.slots
        self.moved = [
            (unit.places[("let", name)], unit.places[id(expr.args[0])])
            for name, expr in unit.version.dates
            if expr.op == "workday" and ("let", name) in unit.places and id(expr.args[0]) in unit.places
        ]
        self.bottoms = [s.bottom for s in slots]
        self.name = id(unit)
        truths = [n for n, s in enumerate(slots) if self.is_truth(s.node)]
        # two at least, so that itemgetter gives a tuple
        self.truths = itemgetter(*truths) if len(truths) > 1 else (lambda noted: tuple(noted[n] for n in truths))

    def is_truth(self, node: Any) -> bool:
        """Whether a noted value is a yes, a no or a word: those decide what is said, numbers only fill it in."""
        if isinstance(node, Expr):
            return node.type.kind in ("yesno", "choice", "text", "place")
        group, name = node
        version = self.unit.version
        kinds = {"let": version.named(), "output": dict(version.outputs)}.get(group, {})
        return name in kinds and kinds[name].type.kind in ("yesno", "choice", "text", "place")

    def comparisons(self, row: Row | None) -> list[tuple[int, int | None]]:
        """For each amount of a row: where its exact value is noted, and where the rounded one (None: the refund)."""
        if row is None:
            return []
        places = self.unit.places
        pairs = [(row.amount, None)] if row.amount is not None else []
        pairs += [(expr, places.get(("line", name))) for name, expr in row.lines]  # type: ignore[misc]
        return [(places[id(expr)], where) for expr, where in pairs if id(expr) in places]

    def path(self, values: Mapping[str, Any], raw: Raw, currency: str | None) -> Any:
        """The same for two runs only if the same sentences are said."""
        chosen, refund, kept, noted = raw
        exact = []
        for place, rounded in self.tests[chosen]:
            value, bottom = noted[place], self.bottoms[place]
            if not isinstance(bottom, int):
                value, bottom = value
            amount = refund if rounded is None else noted[rounded]
            exact.append((amount is not None and value == amount * bottom, amount == 0))
        moved = [noted[a] != noted[b] for a, b in self.moved] if self.moved else None
        short = kept is not None and kept > values["paid"]
        flags = tuple(map(values.get, self.flags))
        return (self.name, chosen, currency, (*values,), flags, self.truths(noted), str(exact), str(moved), short)


class _Int(int):
    source: Any


class _Fraction(Fraction):
    source: Any


class _Str(str):
    __slots__ = ("source",)
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

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.holes: list[tuple[Any, str]] = []  # where the number comes from, and how it is written

    def record(self, value: Any, how: str, write: Callable[[Any], str]) -> str:
        if not hasattr(value, "source"):
            return write(value)
        hole = (value.source, how)
        if hole not in self.holes:
            self.holes.append(hole)
        return f"{MARK}{self.holes.index(hole)}{MARK}"

    def money(self, minor: Any) -> str:
        return self.record(minor, "money", super().money)

    def day(self, number: Any) -> str:
        return self.record(number, "day", super().day)

    def share(self, value: Any) -> str:
        return self.record(value, "share", super().share)

    def count(self, value: Any) -> str:
        return self.record(value, "count", super().count)

    def word(self, fact: str, word: str) -> str:
        plain = super().word
        return self.record(word, f"word {fact}", lambda found: plain(fact, found))

    def place(self, code: str) -> str:
        return self.record(code, "place", super().place)

    def rest(self, day: Any) -> str:
        return self.record(day, "rest", super().rest)


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
        plain = name not in self.facts or isinstance(value, tuple)  # lists are never written out
        return value if plain else _tagged(value, ("fact", name))


class Teller:
    """Explains one rule for many purchases, in one language; keep one for each rule and language."""

    def __init__(self, library: Library, rule: Rule, lang: str, *, asked_on: int) -> None:
        self.library, self.rule, self.lang, self.asked_on = library, rule, lang, asked_on
        self.paths: dict[Any, Template | None] = {}
        self.layouts: dict[int, Layout] = {}
        self.bound: dict[Any, bool] = {}

    def tell(self, facts: Facts) -> Told:
        """What the rule gives on these facts, and why. Raises Problem where two exceptions conflict."""
        values = facts.values
        layout = self.layout(facts)
        if layout is None:
            return self.in_full(facts)
        try:
            raw = layout.unit.decide(values)
            key = layout.path(values, raw, facts.currency)
            template_ = self.paths[key] if key in self.paths else self.first(key, facts, layout.unit, raw)
            if template_ is not None:
                return Told(raw[1], template_.clause, template_.fill(values, raw))
        except (KeyError, Contradiction, Conflict):
            pass  # a fact is missing, or a number is not there this time: told in full
        return self.in_full(facts)

    def layout(self, facts: Facts) -> Layout | None:
        """The version that answers, ready to run; None where that is not plain."""
        values = facts.values
        people = (values.get("learner_place"), values.get("seller_place"))
        bound = self.bound.get(people)
        desk: Desk | None = None
        if bound is None:
            desk = Desk(self.library, facts, self.asked_on)
            try:
                desk.binds(self.rule, values, {})
                bound = True
            except (NotBound, Undetermined):
                bound = False
            if len(self.bound) < MOST_PATHS:
                self.bound[people] = bound
        if not bound:
            return None
        version = self.version(values)
        if version is None or (version.currency and version.currency != facts.currency):
            return None
        return self.layouts.get(id(version)) or self.made(version)

    def version(self, values: Mapping[str, Any]) -> Version | None:
        versions = self.rule.versions
        if len(versions) == 1 and versions[0].starts is None and versions[0].ends is None:
            return None if versions[0].enacted_only else versions[0]
        for name in self.rule.selected_by or ("asked_on",):
            day = self.asked_on if name == "asked_on" else values.get(name)
            if day is not None:
                for version in versions:
                    starts, ends = version.starts, version.ends
                    if (starts is None or starts <= day) and (ends is None or day <= ends):
                        return None if version.enacted_only else version
                return None
        return None

    def made(self, version: Version) -> Layout:
        found = Layout(compiled.unit(self.library, self.rule, version), self.library)
        self.layouts[id(version)] = found
        return found

    def in_full(self, facts: Facts) -> Told:
        """Told without a template."""
        found = Desk(self.library, facts, self.asked_on).entitlement(self.rule)
        whole = Assessment(self.library, facts, self.asked_on, (found,))
        steps = Story(found, whole, self.lang).tell()
        return Told(found.refund, found.clause, tuple((s["text"], s["cite"]) for s in steps))

    def first(self, key: Any, facts: Facts, unit: Unit, raw: Raw) -> Template | None:
        """A path told for the first time: with holes; None where something in it cannot be filled in again."""
        plain = Desk(self.library, facts, self.asked_on).entitlement(self.rule)
        made: Template | None = None
        if not (plain.readings or plain.taken or plain.provisional) and type(plain.working) is Working:
            found = traced(plain, _Traced(unit, facts.values, raw))
            whole = Assessment(self.library, facts, self.asked_on, (found,))
            story = Story(found, whole, self.lang, _Recorder)
            steps = story.tell()
            assert isinstance(story.speech, _Recorder)
            made = template(found.clause, steps, unit, story.speech)
            full = Story(plain, whole, self.lang).tell()
            try:
                same = made.fill(facts.values, raw) == tuple((s["text"], s["cite"]) for s in full)
            except KeyError:
                same = False
            made = made if same else None
        if len(self.paths) >= MOST_PATHS:
            self.paths.pop(next(iter(self.paths)))
        self.paths[key] = made
        return made


def traced(plain: Entitlement, working: _Traced) -> Entitlement:
    """The entitlement with values that know where they came from."""
    answers = {name: _answer(name, value, working) for name, value in plain.answers.items()}
    presumed = tuple((name, _presumed(name, value, working), why) for name, value, why in plain.presumed)
    selected = plain.selected
    if selected is not None and selected[0] != "asked_on":
        selected = (selected[0], _tagged(selected[1], ("fact", selected[0])))
    return replace(
        plain,
        working=working,
        refund=_tagged(plain.refund, ("refund",)),
        answers=answers,
        presumed=presumed,
        selected=selected,
        lines={name: working.at(("line", name)) for name in plain.lines},
    )


def _answer(name: str, value: Any, working: _Traced) -> Any:
    if name == "owed_to_seller":
        return _tagged(value, ("kept",))
    for group in ("let", "output", "extra"):
        if (group, name) in working.unit.places and working.at((group, name)) == value:
            return working.at((group, name))
    return value


def _presumed(name: str, value: Any, working: _Traced) -> Any:
    place = working.unit.places.get(("fact", name))
    return value if place is None else _tagged(value, ("slot", place))
