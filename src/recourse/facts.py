"""The vocabulary, and the facts of one purchase read against it.

Everything wrong with an input is reported at once, each with its place, the fact and what would be right. The order of
facts never matters: they are kept in the order of the vocabulary, so the same facts always give the same bytes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple

from recourse import consistency, packaged, source, values
from recourse.bilingual import Words
from recourse.consistency import Check
from recourse.problems import Place, Problem, each, near, refuse
from recourse.source import Node
from recourse.values import ONE_CURRENCY, ListReader, Reader, Value


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact (or one expectation of a worked case) that the vocabulary knows.

    `type` is one of `values.TYPES` or "list-of-" one; `unit` is what a count counts; `at_most` bounds a count as it
    stands and money in its smallest unit, in a list each entry. `presumed` is the value that is taken while the fact is
    not known (0 for `nothing`), None where nothing is.
    """

    id: str
    type: str
    unit: str | None
    at_most: int | None
    choices: tuple[str, ...]
    name: Words
    meaning: Words
    ask: Words
    known_by: str
    presumed: Any
    presumed_because: Words | None
    group: str
    position: int

    @property
    def is_list(self) -> bool:
        """Whether its value is a tuple of entries."""
        return self.type.startswith("list-of-")

    @property
    def item_type(self) -> str:
        """The type of its value or, for a list, of each entry."""
        return self.type.removeprefix("list-of-")


class _Shape(NamedTuple):
    """How to read inputs that give exactly these facts, worked out once for all that look alike."""

    names: tuple[str, ...]  # in the order of the vocabulary
    readers: tuple[Reader | ListReader, ...]
    pick: Callable[[Mapping[str, Any]], tuple[Any, ...]]  # the raw values in that order
    tests: tuple[Callable[[Mapping[str, Any]], bool], ...]
    checks: tuple[Check, ...]


class _Shapes(dict[tuple[str, ...], _Shape]):
    """The shapes seen so far. `shapes[names]` raises `Problem` for names that the vocabulary does not know."""

    def __init__(self, make: Callable[[tuple[str, ...]], _Shape]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, names: tuple[str, ...]) -> _Shape:
        shape = self._make(names)
        if len(self) >= _SHAPES_KEPT:
            self.clear()
        self[names] = shape
        return shape


class Vocabulary:
    """All facts and expectations, in order, with the checks between facts."""

    def __init__(
        self, facts: dict[str, Fact], expectations: dict[str, Fact], groups: dict[str, Words], checks: tuple[Check, ...]
    ) -> None:
        self.facts = facts
        self.expectations = expectations
        self.groups = groups
        self.checks = checks
        self.shapes = _Shapes(lambda names: self._shape(names, facts, checks))
        self.expected_shapes = _Shapes(lambda names: self._shape(names, expectations, ()))
        self._readers: dict[tuple[Any, ...], Reader | ListReader] = {}

    def fact(self, name: str) -> Fact:
        """The fact of that id; raises `Problem` with those that are near."""
        try:
            return self.facts[name]
        except KeyError:
            raise _unknown(name, self.facts) from None

    def read(self, name: str, raw: object) -> Value:
        """One fact's value, canonical text and currency. Raises `Problem` with the field set."""
        facts = read_facts({self.fact(name).id: raw}, self)
        return facts.values.get(name), facts.shown.get(name, ""), facts.currency

    def _shape(self, names: tuple[str, ...], known: Mapping[str, Fact], checks: tuple[Check, ...]) -> _Shape:
        refuse(_unknown(str(name), known) for name in names if name not in known)
        facts = sorted((known[name] for name in names), key=lambda fact: fact.position)
        ordered = tuple(fact.id for fact in facts)
        pick: Any = itemgetter(*ordered) if len(ordered) > 1 else lambda given: tuple(given[name] for name in ordered)
        readers = tuple(self._reader(fact, bounded=known is self.facts) for fact in facts)
        run = tuple(check for check in checks if set(check.needs) <= set(names))
        return _Shape(ordered, readers, pick, tuple(check.is_broken for check in run), run)

    def _reader(self, fact: Fact, *, bounded: bool) -> Reader | ListReader:
        key = (fact.type, fact.at_most, fact.choices, bounded)  # facts that read alike share what was read
        if key not in self._readers:
            self._readers[key] = values.reader(fact.type, fact.at_most, fact.choices, bounded=bounded)
        return self._readers[key]

    def __reduce__(self) -> tuple[Any, ...]:
        return Vocabulary, (self.facts, self.expectations, self.groups, self.checks)


class Facts(NamedTuple):
    """The known facts of one purchase; a fact that is absent is not known.

    `values` are in the engine's form (days and seconds as ints, money in the smallest unit of `currency`, shares as
    fractions, periods as two days, lists as tuples), `shown` their canonical texts: equal facts have equal texts, and
    reading a text gives the value again. Both are in the order of the vocabulary.
    """

    values: dict[str, Any]
    currency: str | None
    shown: dict[str, str]
    vocabulary: Vocabulary

    def with_(self, name: str, text: object) -> "Facts":
        """These facts with one more, or with another value of one. Raises `Problem` as `read_facts` does."""
        return read_facts({**self.shown, name: text}, self.vocabulary)

    def without(self, name: str) -> "Facts":
        """These facts with one no longer known."""
        return read_facts({fact: text for fact, text in self.shown.items() if fact != name}, self.vocabulary)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Facts) and self.shown == other.shown

    def __hash__(self) -> int:
        return hash(tuple(self.shown.items()))

    def __repr__(self) -> str:
        return f"Facts({self.shown})"


def read_facts(given: Node | Mapping[str, Any], vocabulary: Vocabulary) -> Facts:
    """The facts of a mapping: of texts, of values from JSON, or of nodes that know their place.

    A null is a fact that is not known. Raises one `Problem`, or `Problems` with everything that is wrong.
    """
    return _read(given, vocabulary, expected=False)


def read_expectations(given: Node | Mapping[str, Any], vocabulary: Vocabulary) -> Facts:
    """What a worked case expects, read by the `expectations` of the vocabulary."""
    return _read(given, vocabulary, expected=True)


def load(text: str, file: str = "vocabulary.yaml") -> Vocabulary:
    """The vocabulary from its text. Raises `Problem` with the place of every entry that cannot be read."""
    root = source.read(text, file).mapping()
    facts: dict[str, Fact] = {}
    problems: list[Problem] = []
    for group, entries in root["facts"].mapping().items():
        for name, node in entries.mapping().items():
            if name in facts:
                problems.append(node.problem("stands in two groups", name))
            try:
                facts[name] = _fact(name, node, root, group, len(facts))
            except Problem as problem:
                problems.extend(part.at(node.where, name) for part in each(problem))
    refuse(problems)
    expected = {
        name: _fact(name, node, root, "", position)
        for position, (name, node) in enumerate(root["expectations"].mapping().items())
    }
    groups = {name: _words(node) for name, node in root["groups"].mapping().items()}
    checks = consistency.read(root["consistency"])
    refuse(_unknown(name, facts) for check in checks for name in check.needs if name not in facts)
    return Vocabulary(facts, expected, groups, checks)


@cache
def vocabulary() -> Vocabulary:
    """The product's own vocabulary."""
    return load(packaged.text("vocabulary.yaml"))


def _read(given: Node | Mapping[str, Any], vocabulary: Vocabulary, *, expected: bool) -> Facts:
    """The quick way, for an input with nothing wrong; whatever looks wrong goes the careful way, which explains it."""
    raw = given if type(given) is dict else _raw(given)
    shapes = vocabulary.expected_shapes if expected else vocabulary.shapes
    known: dict[str, Any] = {}
    shown: dict[str, str] = {}
    paid_in: str | None = None
    try:
        names, readers, pick, tests, _ = shapes[tuple(raw)]
        for name, reader, text in zip(names, readers, pick(raw), strict=True):
            known[name], shown[name], currency = reader[text]
            if currency is not None and currency != paid_in:
                if paid_in is not None:
                    return _read_carefully(given, raw, vocabulary, expected=expected)
                paid_in = currency
    except (Problem, TypeError):  # TypeError: a null, or a list where one value belongs, which cannot be looked up
        return _read_carefully(given, raw, vocabulary, expected=expected)
    for is_broken in tests:
        if is_broken(known):
            return _read_carefully(given, raw, vocabulary, expected=expected)
    return Facts(known, paid_in, shown, vocabulary)


def _read_carefully(
    given: Node | Mapping[str, Any], raw: Mapping[str, Any], vocabulary: Vocabulary, *, expected: bool
) -> Facts:
    table = vocabulary.expectations if expected else vocabulary.facts
    shapes = vocabulary.expected_shapes if expected else vocabulary.shapes
    found: dict[str, Value] = {}
    problems: list[Problem] = []
    for name, value in raw.items():
        if name not in table:
            problems.append(_unknown(str(name), table).at(_key_place(given, name)))
        elif value is not None:
            try:
                (reader,) = shapes[name,].readers
                found[name] = reader[value] if isinstance(value, str) else reader.read(value)
            except Problem as problem:
                problems.append(problem.at(_place(given, name), name))
    shape = shapes[tuple(found)]
    problems += [problem.at(_place(given, str(problem.field))) for problem in _disagreements(shape, found, table)]
    refuse(sorted(problems, key=lambda problem: problem.where or _NOWHERE))
    known = {name: found[name][0] for name in shape.names}
    shown = {name: found[name][1] for name in shape.names}
    currency = next((found[name][2] for name in shape.names if found[name][2]), None)
    return Facts(known, currency, shown, vocabulary)


def _disagreements(shape: _Shape, found: Mapping[str, Value], table: Mapping[str, Fact]) -> list[Problem]:
    """What is wrong between facts of which each alone can be read."""
    said = {name: _with_value(table[name].name, found[name][1]) for name in shape.names}
    known = {name: value for name, (value, _, _) in found.items()}
    paid_in = {name: found[name][2] for name in shape.names if found[name][2]}
    first = next(iter(paid_in), "")
    strangers = [name for name in paid_in if paid_in[name] != paid_in[first]]
    problems = []
    for name in strangers:
        a, b = said[name], said[first]
        message = Words(f"{a.en} is in another currency than {b.en}", f"{a.zh}与{b.zh}的货币不同")
        problems.append(Problem(message, None, name, ONE_CURRENCY))
    for check in shape.checks:
        comparable = not strangers or not set(check.needs) & set(paid_in)  # 50 JPY is not more than 40.00 EUR
        if comparable and check.is_broken(known):
            problems.append(check.problem({name: said[name] for name in check.needs}))
    return problems


def _raw(given: Node | Mapping[str, Any]) -> Mapping[str, Any]:
    """The facts as texts and lists; a null becomes None."""
    if isinstance(given, Node):
        entries = given.mapping("facts").items()
        return {name: None if node.is_null else source.plain(node) for name, node in entries}
    if isinstance(given, Mapping):
        return given
    raise Problem(Words("facts are a mapping from names to values", "事实应为“名称: 值”的映射"), field="facts")


def _place(given: Node | Mapping[str, Any], name: str) -> Place | None:
    return given.mapping()[name].where if isinstance(given, Node) else None


def _key_place(given: Node | Mapping[str, Any], name: str) -> Place | None:
    return given.key_at(name) if isinstance(given, Node) else None


def _with_value(name: Words, text: str) -> Words:
    return Words(f"{name.en} ({text})", f"{name.zh}（{text}）")


def _unknown(name: str, known: Mapping[str, Fact]) -> Problem:
    likely = near(name, known)
    hint = Words(f"Near: {', '.join(likely)}.", f"相近的名称：{'、'.join(likely)}。") if likely else None
    return Problem(
        Words("there is nothing of this name in the vocabulary", "词汇表中没有这个名称"), None, name[:60], hint
    )


def _fact(name: str, node: Node, root: Mapping[str, Node], group: str, position: int) -> Fact:
    entries = node.mapping(name)
    for key in entries:
        if key not in _KEYS:
            raise Problem(Words(f"{key} is not a key of a fact", f"{key} 不是事实的键"), entries[key].where, name)
    for key in _KEYS[:4] if group else _KEYS[:2]:
        if key not in entries:
            raise Problem(Words(f"{key} is missing", f"缺少 {key}"), node.where, name)

    def text(key: str) -> str | None:
        return entries[key].text(name) if key in entries else None

    kind = entries["type"].text(name)
    at_most = text("at_most")
    choices = tuple(one.text(name) for one in entries["choices"].sequence(name)) if "choices" in entries else ()
    own_name = _words(entries["name"]) if "name" in entries else Words(name, name)
    reader = values.reader(kind, None if at_most is None else int(at_most), choices)
    presumed = text("presumed")
    because = text("presumed_because")
    return Fact(
        id=name,
        type=kind,
        unit=text("unit"),
        at_most=None if at_most is None else int(at_most),
        choices=choices,
        name=own_name,
        meaning=_words(entries["meaning"]),
        ask=_words(entries["ask"]) if "ask" in entries else own_name,
        known_by=text("known_by") or "",
        presumed=None if presumed is None else 0 if presumed == "nothing" else reader[presumed][0],
        presumed_because=None if because is None else _words(root["because"].mapping()[because]),
        group=group,
        position=position,
    )


def _words(node: Node) -> Words:
    """Words in both languages; a text alone is the English for both."""
    if isinstance(node.value, str):
        return Words(node.value, node.value)
    entries = node.mapping()
    return Words(entries["en"].text(), entries["zh"].text())


_SHAPES_KEPT = 2048
_KEYS = ("type", "meaning", "name", "ask", "known_by", "unit", "at_most", "choices", "presumed", "presumed_because")
_NOWHERE = Place("", 0, 0)
