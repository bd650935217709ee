"""What must hold between facts for a purchase to be possible: an end not before its start, no more taken than was sold.

The vocabulary lists the checks under `consistency`. A check runs when all the facts that it needs are known. It is
about what cannot be, never about what would be unusual.
"""

from collections.abc import Mapping
from itertools import combinations, pairwise
from typing import Any, NamedTuple, Protocol

from recourse.bilingual import Words
from recourse.problems import Problem
from recourse.source import Node

Known = Mapping[str, Any]  # values by fact
Said = Mapping[str, Words]  # each needed fact's name with its value, as an error shows it


class Check(Protocol):
    """One demand on facts."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The facts that must be known for it to run; an error is reported at the last of them."""

    def is_broken(self, known: Known) -> bool:
        """Whether these values cannot be true together."""

    def problem(self, said: Said) -> Problem:
        """The error in words."""


class NotBefore(NamedTuple):
    """`later` is not before `earlier`; the same day (or moment) is allowed."""

    earlier: str
    later: str

    @property
    def needs(self) -> tuple[str, ...]:
        return self.earlier, self.later

    def is_broken(self, known: Known) -> bool:
        return bool(known[self.later] < known[self.earlier])

    def problem(self, said: Said) -> Problem:
        a, b = said[self.earlier], said[self.later]
        hint = Words("The same day is the earliest that is possible.", "最早只能是同一天。")
        return Problem(Words(f"{b.en} is before {a.en}", f"{b.zh}早于{a.zh}"), None, self.later, hint)


class AtMost(NamedTuple):
    """`part` is at most `whole`, together with `more` where that is known (free lessons on top of those paid for)."""

    whole: str
    part: str
    more: str | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        return self.whole, self.part

    def is_broken(self, known: Known) -> bool:
        return bool(known[self.part] > known[self.whole] + known.get(self.more or "", 0))

    def problem(self, said: Said) -> Problem:
        a, b = said[self.part], said[self.whole]
        hint = None
        if self.more is not None:
            hint = Words(f"If there were more, write them in {self.more}.", f"如果另有，请填写 {self.more}。")
        return Problem(Words(f"{a.en} is more than {b.en}", f"{a.zh}多于{b.zh}"), None, self.part, hint)


class EquallyLong(NamedTuple):
    """Two lists have an entry for each entry of the other."""

    one: str
    other: str

    @property
    def needs(self) -> tuple[str, ...]:
        return self.one, self.other

    def is_broken(self, known: Known) -> bool:
        return len(known[self.one]) != len(known[self.other])

    def problem(self, said: Said) -> Problem:
        a, b = said[self.one], said[self.other]
        hint = Words("Write one entry for each, in the same order.", "请按相同顺序逐项填写。")
        return Problem(Words(f"{a.en} and {b.en} differ in length", f"{a.zh}与{b.zh}项数不同"), None, self.other, hint)


class Length(NamedTuple):
    """A list has so many entries."""

    entries: str
    size: int

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.entries,)

    def is_broken(self, known: Known) -> bool:
        return len(known[self.entries]) != self.size

    def problem(self, said: Said) -> Problem:
        name = said[self.entries]
        message = Words(f"{name.en} has not {self.size} entries", f"{name.zh}不是 {self.size} 项")
        return Problem(message, None, self.entries, Words(f"Write {self.size} entries.", f"请写 {self.size} 项。"))


class InOrder(NamedTuple):
    """The entries of a list of days or periods follow one another; none begins before the one ahead of it is over."""

    entries: str

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.entries,)

    def is_broken(self, known: Known) -> bool:
        spans = [entry if isinstance(entry, tuple) else (entry, entry) for entry in known[self.entries]]
        return any(after[0] <= before[1] for before, after in pairwise(spans))

    def problem(self, said: Said) -> Problem:
        name = said[self.entries]
        hint = Words("Write the earliest first, and none twice.", "请从最早的开始写，不要重叠或重复。")
        return Problem(Words(f"{name.en} is not in order", f"{name.zh}未按先后排列"), None, self.entries, hint)


def read(node: Node) -> tuple[Check, ...]:
    """The checks of the vocabulary's `consistency` list. Raises `Problem` for an entry of another shape."""
    found: list[Check] = []
    for entry in node.sequence("consistency"):
        match {key: _words(value) for key, value in entry.mapping("consistency").items()}:
            case {"earlier": [earlier], "later": [*later], **rest} if not rest:
                found += [NotBefore(earlier, name) for name in later]
            case {"at_most": [*parts], "of": [whole, *more], **rest} if len(more) < 2 and not rest:
                found += [AtMost(whole, part, more[0] if more else None) for part in parts]
            case {"equally_long": [*names], **rest} if not rest:
                found += [EquallyLong(one, other) for one, other in combinations(names, 2)]
            case {"length": [entries], "is": [count], **rest} if not rest:
                found.append(Length(entries, int(count)))
            case {"in_order": [*names], **rest} if not rest:
                found += [InOrder(name) for name in names]
            case _:
                raise entry.problem(
                    "not a check", "consistency", "earlier/later, at_most/of, equally_long, length/is, in_order"
                )
    return tuple(found)


def _words(node: Node) -> list[str]:
    return [node.value] if isinstance(node.value, str) else [one.text() for one in node.sequence()]
