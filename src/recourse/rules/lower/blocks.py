"""Where statements go and what they are called: blocks inside one another, temporary names, slots for the working."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from recourse.facts import Vocabulary
from recourse.rules import ir
from recourse.rules.interpret import presumed_values
from recourse.rules.ir import ONE, ZERO, I, const
from recourse.rules.prepared import Slot, key_of
from recourse.rules.setting import Setting
from recourse.rules.tree import Expr, Type, Version


@dataclass(frozen=True, slots=True)
class Q:
    """A number as two integers; `measure` is the number of its unit, where it might be counted in another."""

    top: I
    bottom: I = ONE
    measure: I | None = None


class Blocks(ABC):
    """The state of one lowering. What an expression becomes is said by the rooms above: numbers, lists, truths."""

    def __init__(self, version: Version, vocabulary: Vocabulary, setting: Setting) -> None:
        self.v, self.vocabulary, self.setting = version, vocabulary, setting
        self.presumed = presumed_values(version, vocabulary)
        self.named = version.named()
        self.parts = {p.name: p for p in version.parts}
        self.readings = {o.name: o.taken for o in version.opens}
        self.known: dict[Any, Any] = {}  # what has been worked out on every path to here
        self.block: list[Any] = []
        self.slots: list[Slot] = []
        self.count = 0
        self.units: dict[str, int] = {}  # their numbers, from 1; 0 is a bare number, which goes with each of them
        self.it: list[Q | I] = []
        self.names: dict[Any, str] = {}  # one name for what one node comes to, on whatever path
        self.tried: dict[Any, Any] = {}  # dates that were worked out ahead, if their facts were there
        self.halves: dict[Any, Any] = {}  # what they are made of: worked out too, unless a fact was missing before

    @abstractmethod
    def number(self, expr: Expr) -> Q:
        """A number, day or instant."""

    @abstractmethod
    def truth(self, expr: Expr, noted: bool = True) -> I:
        """A yes or no; each condition in it is noted for the working unless `noted` is False."""

    @abstractmethod
    def word(self, expr: Expr) -> I:
        """A word, text or place."""

    @abstractmethod
    def items(self, expr: Expr) -> tuple[I, I | None, tuple[int, int]]:
        """A list: its integer form, the measure it came by, and the bounds of an entry."""

    @contextmanager
    def inside(self, block: list[Any]) -> Iterator[None]:
        """Statements go into `block`; what is worked out there is not known outside."""
        outer, known = self.block, self.known
        self.block, self.known = block, dict(known)
        try:
            yield
        finally:
            self.block, self.known = outer, known

    def fresh(self, stem: str) -> str:
        self.count += 1
        return f"{''.join(c if c.isalnum() else '_' for c in stem)}_{self.count}"

    def tmp(self, name: str, low: int, high: int) -> I:
        return I("tmp", (), name, low, high)

    def set(self, name: str, value: I) -> I:
        self.block.append(ir.Set(name, value))
        return self.tmp(name, value.low, value.high)

    def noted(self, stem: str, node: Any, bottom: str | int = 1) -> str:
        """The name under which the working finds what a node came to; the same on every path."""
        key = key_of(node)
        if key not in self.names:
            self.names[key] = self.fresh(stem)
            name = self.names[key]
            self.slots.append(Slot(node, name, f"{name}_of" if bottom == "" else bottom))
        return self.names[key]

    def unit(self, kind: Type, measure: I | None) -> I:
        """The number of the unit that a value of this type is counted in."""
        if measure is not None:
            return measure
        units = (kind.item or kind).units
        return const(self.units.setdefault(units[0], len(self.units) + 1)) if len(units) == 1 else ZERO

    def keep(self, stem: str, q: Q, node: Any = None) -> Q:
        """A number under a name of its own, noted for the working where `node` is given."""
        plain = q.bottom.op == "const"
        name = self.fresh(stem) if node is None else self.noted(stem, node, q.bottom.value if plain else "")
        if node is None and (
            q.bottom.op in ("tmp", "fact") or (q.bottom.op == "positive" and q.bottom.args[0].op in ("tmp", "fact"))
        ):
            return Q(self.set(name, q.top), q.bottom, q.measure)
        bottom = q.bottom if plain else self.set(f"{name}_of", q.bottom)  # first: it may be impossible
        return Q(self.set(name, q.top), bottom, q.measure)

    def keep_word(self, stem: str, value: I, node: Any) -> I:
        """A truth or word under a name of its own, noted for the working."""
        return self.set(self.noted(stem, node), value)
