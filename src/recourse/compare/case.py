"""One purchase of a comparison: a fact is worked out when a rule reads it, and of several values each can be tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recourse.compare.story import Story


class Ask(Exception):
    """A rule reads a fact that has several values: each is tried."""

    def __init__(self, name: str, values: tuple[Any, ...]) -> None:  # very many are raised: nothing else is kept
        self.name, self.values = name, values


class Stretched(Exception):
    """A value that only a single day has is asked of a stretch of days."""


class Case(dict[str, Any]):
    """One purchase, as far as somebody has asked. Names that begin with ~ stand for several facts at once."""

    __slots__ = ("chosen", "story")

    def __init__(self, story: Story, known: Mapping[str, Any] | None = None) -> None:
        super().__init__(known or {})
        self.story = story
        self.chosen: dict[str, Any] = {}  # the values picked among several, by which the purchase is made again

    def __missing__(self, name: str) -> Any:
        values = self.story.values.get(name, ())
        if values.__class__ is not tuple:
            values = values(self)  # type: ignore[operator]
        if len(values) == 1:
            value = self[name] = values[0]
            return value
        if values:
            raise Ask(name, values)
        raise KeyError(name)

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default

    def __contains__(self, name: object) -> bool:
        try:
            self[name]  # type: ignore[index]
        except KeyError:
            return False
        return True

    def copy(self) -> Case:
        """The same purchase, to be kept while this one is led on."""
        found = Case(self.story, self)
        found.chosen = self.chosen.copy()
        return found

    def with_(self, name: str, value: Any) -> Case:
        found = self.copy()
        found[name] = found.chosen[name] = value
        return found

    def known(self, name: str) -> bool:
        """Whether somebody has asked for it."""
        return dict.__contains__(self, name)

    def facts(self) -> dict[str, Any]:
        """The facts of the purchase, without the names that stand for several."""
        return {name: value for name, value in self.items() if name[0] != "~"}


class Led(Case):
    """A purchase that is led on: of a fact with several values the first is taken, and the others are tried in turn."""

    __slots__ = ("ahead",)

    def __init__(self, story: Story, known: Mapping[str, Any] | None = None) -> None:
        super().__init__(story, known)
        self.ahead: list[tuple[str, Iterator[Any], int]] = []  # a fact, its values to come, how much was known before

    @classmethod
    def of(cls, start: Case) -> Led:
        """A purchase that begins where another is."""
        found = cls(start.story, start)
        found.chosen = start.chosen.copy()
        return found

    def __missing__(self, name: str) -> Any:
        values = self.story.values.get(name, ())
        if values.__class__ is not tuple:
            values = values(self)  # type: ignore[operator]
        if not values:
            raise KeyError(name)
        if len(values) == 1:
            value = self[name] = values[0]
            return value
        rest = iter(values)
        value = next(rest)
        self.ahead.append((name, rest, len(self)))
        self[name] = self.chosen[name] = value
        return value

    def lead(self) -> bool:
        """Takes the next value of the fact chosen last, and forgets what was asked after it; False at the end."""
        ahead = self.ahead
        while ahead:
            name, rest, known = ahead[-1]
            while len(self) > known:
                self.popitem()
            for value in rest:
                self[name] = self.chosen[name] = value
                return True
            del self.chosen[name]
            ahead.pop()
        return False
