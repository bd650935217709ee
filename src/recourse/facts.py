"""The facts of one purchase, read against the vocabulary.

Everything wrong with an input is reported at once, each with its place, the fact and what would be right. The order of
facts never matters: they are kept in the order of the vocabulary, so the same facts always give the same bytes.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from recourse import packaged, source
from recourse.bilingual import Words
from recourse.problems import Place, Problem, refuse
from recourse.shapes import Shape
from recourse.source import Node
from recourse.values import ONE_CURRENCY, Value
from recourse.vocabulary import Fact, Vocabulary, load, unknown

__all__ = ["Fact", "Facts", "Vocabulary", "load", "read_expectations", "read_facts", "vocabulary"]

_NOWHERE = Place("", 0, 0)
_facts: Any = tuple.__new__  # as a NamedTuple's own __new__ does, without running Python


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

    def __ne__(self, other: object) -> bool:  # a tuple has its own, which would compare the vocabularies
        return not self == other

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


@cache
def vocabulary() -> Vocabulary:
    """The product's own vocabulary."""
    return load(packaged.text("vocabulary.yaml"))


def _read(given: Node | Mapping[str, Any], vocabulary: Vocabulary, *, expected: bool) -> Facts:
    """The quick way, for an input with nothing wrong; whatever looks wrong goes the careful way, which explains it."""
    raw = given if type(given) is dict else _raw(given)
    shapes = vocabulary.expected_shapes if expected else vocabulary.shapes
    try:
        found = shapes[tuple(raw)].read(raw)
    except (Problem, TypeError):  # TypeError: a null, or a list where one value belongs, which cannot be looked up
        found = None
    if found is None:
        return _read_carefully(given, raw, vocabulary, expected=expected)
    known, shown, currency = found
    return _facts(Facts, (known, currency, shown, vocabulary))  # type: ignore[no-any-return]


def _read_carefully(
    given: Node | Mapping[str, Any], raw: Mapping[str, Any], vocabulary: Vocabulary, *, expected: bool
) -> Facts:
    table = vocabulary.expectations if expected else vocabulary.facts
    shapes = vocabulary.expected_shapes if expected else vocabulary.shapes
    found: dict[str, Value] = {}
    problems: list[Problem] = []
    for name, value in raw.items():
        if name not in table:
            problems.append(unknown(str(name), table).at(_key_place(given, name)))
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


def _disagreements(shape: Shape, found: Mapping[str, Value], table: Mapping[str, Fact]) -> list[Problem]:
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
