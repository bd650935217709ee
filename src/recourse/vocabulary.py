"""The vocabulary: which facts there are, of what type, in what words, and how inputs that hold them are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from recourse import consistency, source, values
from recourse.bilingual import Words
from recourse.consistency import Check
from recourse.problems import Problem, each, likely, near, refuse
from recourse.shapes import Shape, Shapes, shape
from recourse.source import Node
from recourse.values import ListReader, Reader

_KEYS = (
    "type", "meaning", "name", "ask", "known_by", "unit", "at_most", "choices", "presumed", "presumed_because", "says",
    "means",
)  # fmt: skip


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
    says: tuple[Words, Words] | None = None  # a yes-or-no fact as a clause: if it is not so, if it is so
    means: Mapping[str, Words] = field(default_factory=dict)  # what a choice is, where its name does not say enough

    @property
    def is_list(self) -> bool:
        """Whether its value is a tuple of entries."""
        return self.type.startswith("list-of-")

    @property
    def item_type(self) -> str:
        """The type of its value or, for a list, of each entry."""
        return self.type.removeprefix("list-of-")


class Vocabulary:
    """All facts and expectations, in order, with the checks between facts. It can be pickled."""

    def __init__(
        self, facts: dict[str, Fact], expectations: dict[str, Fact], groups: dict[str, Words], checks: tuple[Check, ...]
    ) -> None:
        self.facts = facts
        self.expectations = expectations
        self.groups = groups
        self.checks = checks
        self.shapes = Shapes(lambda names: self._shape(names, facts, checks))
        self.expected_shapes = Shapes(lambda names: self._shape(names, expectations, ()))
        self._readers: dict[tuple[Any, ...], Reader | ListReader] = {}

    def fact(self, name: str) -> Fact:
        """The fact of that id; raises `Problem` with those that are near."""
        try:
            return self.facts[name]
        except KeyError:
            raise unknown(name, self.facts) from None

    def _shape(self, names: tuple[str, ...], known: Mapping[str, Fact], checks: tuple[Check, ...]) -> Shape:
        refuse(unknown(str(name), known) for name in names if name not in known)
        facts = sorted((known[name] for name in names), key=lambda fact: fact.position)
        ordered = tuple(fact.id for fact in facts)
        readers = tuple(self._reader(fact, bounded=known is self.facts) for fact in facts)
        run = tuple(check for check in checks if set(check.needs) <= set(names))
        return shape(ordered, readers, [fact.id for fact in facts if fact.item_type == "money"], run)

    def _reader(self, fact: Fact, *, bounded: bool) -> Reader | ListReader:
        key = (fact.type, fact.at_most, fact.choices, bounded)  # facts that read alike share what was read
        if key not in self._readers:
            self._readers[key] = values.reader(fact.type, fact.at_most, fact.choices, bounded=bounded)
        return self._readers[key]

    def __reduce__(self) -> tuple[Any, ...]:
        return Vocabulary, (self.facts, self.expectations, self.groups, self.checks)


def unknown(name: str, known: Mapping[str, Fact]) -> Problem:
    """The problem of a name that the vocabulary does not have."""
    likely = near(name, known)
    hint = Words(f"Near: {', '.join(likely)}.", f"相近的名称：{'、'.join(likely)}。") if likely else None
    return Problem(
        Words("there is nothing of this name in the vocabulary", "词汇表中没有这个名称"), None, name[:60], hint
    )


def load(text: str, file: str = "vocabulary.yaml") -> Vocabulary:
    """The vocabulary from its text. Raises `Problem` with the place of every entry that cannot be read."""
    root = source.read(text, file).mapping()
    facts: dict[str, Fact] = {}
    expectations: dict[str, Fact] = {}
    problems: list[Problem] = []
    sections = [(group, node, facts) for group, node in root["facts"].mapping().items()]
    for group, section, found in [*sections, ("", root["expectations"], expectations)]:
        for name, node in section.mapping().items():
            if name in found:
                problems.append(node.problem("stands in two groups", name))
            try:
                found[name] = _fact(name, node, root["because"], group, len(found))
            except Problem as problem:
                problems.extend(part.at(node.where, name) for part in each(problem))
    groups = {name: _words(node) for name, node in root["groups"].mapping().items()}
    checks = consistency.read(root["consistency"])
    missing = {name for check in checks for name in check.needs if name not in facts}
    problems += [unknown(name, facts).at(root["consistency"].where) for name in sorted(missing) if not problems]
    refuse(problems)
    return Vocabulary(facts, expectations, groups, checks)


def _fact(name: str, node: Node, because: Node, group: str, position: int) -> Fact:
    entries = node.mapping()
    for key in entries:
        if key not in _KEYS:
            raise Problem(f"{key} is not a key of a fact", entries[key].where, name, f"Keys: {', '.join(_KEYS)}.")
    for key in _KEYS[:5] if group else _KEYS[:3]:
        if key not in entries:
            raise node.problem(f"{key} is missing", name)
    texts = {key: one.value for key, one in entries.items() if isinstance(one.value, str)}
    at_most = _bound(entries["at_most"]) if "at_most" in entries else None
    choices = tuple(one.text() for one in entries["choices"].sequence()) if "choices" in entries else ()
    reader = values.reader(texts.get("type", ""), at_most, choices)
    presumed = texts.get("presumed")
    return Fact(
        id=name,
        type=entries["type"].text(),
        unit=texts.get("unit"),
        at_most=at_most,
        choices=choices,
        name=_words(entries["name"]),
        meaning=_words(entries["meaning"]),
        ask=_words(entries.get("ask", entries["name"])),
        known_by=texts.get("known_by", ""),
        presumed=None if presumed is None else 0 if presumed == "nothing" else reader[presumed][0],
        presumed_because=_reason(entries["presumed_because"], because) if "presumed_because" in entries else None,
        group=group,
        position=position,
        says=_says(entries["says"]) if "says" in entries else None,
        means=_means(entries["means"], choices) if "means" in entries else {},
    )


def _means(node: Node, choices: tuple[str, ...]) -> dict[str, Words]:
    entries = node.mapping()
    for word in entries:
        if word not in choices:
            raise Problem(f"“{word}” is none of the choices", node.key_at(word), None, likely(word, choices))
    return {word: _words(entries[word]) for word in entries}


def _says(node: Node) -> tuple[Words, Words]:
    entries = node.mapping()
    if set(entries) != {"yes", "no"}:
        raise node.problem("what is said for yes and for no is wanted", None, "Write {yes: {...}, no: {...}}.")
    return _words(entries["no"]), _words(entries["yes"])


def _bound(node: Node) -> int:
    if not node.text().isascii() or not node.text().isdecimal():
        raise node.problem(f"at_most is a whole number, not {node.text()!r}")
    return int(node.text())


def _reason(node: Node, because: Node) -> Words:
    reasons = because.mapping()
    if node.text() not in reasons:
        raise node.problem(
            f"there is no reason {node.text()!r} under `because`", None, f"There are {', '.join(reasons)}."
        )
    return _words(reasons[node.text()])


def _words(node: Node) -> Words:
    entries = node.mapping()
    if set(entries) != {"en", "zh"}:
        raise node.problem("words are wanted in both languages", None, "Write {en: ..., zh: ...}.")
    return Words(entries["en"].text(), entries["zh"].text())
