"""A working whose values know where they came from, and speech that leaves a hole for each of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from recourse.entitlement import Entitlement
from recourse.rules.compiled import Unit, Working
from recourse.rules.prepared import key_of
from recourse.rules.words import Speech

MARK = "\x00"  # stands before and after the number of a hole

Raw = tuple[int, int | None, int | None, tuple[Any, ...]]  # what a program returns


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


class Recorder(Speech):
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

    def instant(self, seconds: Any) -> str:
        return self.record(seconds, "instant", super().instant)

    def count(self, value: Any) -> str:
        return self.record(value, "count", super().count)

    def word(self, fact: str, word: str) -> str:
        plain = super().word
        return self.record(word, f"word {fact}", lambda found: plain(fact, found))

    def place(self, code: str) -> str:
        return self.record(code, "place", super().place)

    def rest(self, day: Any) -> str:
        return self.record(day, "rest", super().rest)


class Traced(Working):
    """A working whose values know where they came from."""

    def __init__(self, unit: Unit, facts: Mapping[str, Any], raw: Raw) -> None:
        super().__init__(unit, facts, raw)
        self.kept = _tagged(self.kept, ("kept",))

    def at(self, node: Any) -> Any:
        value = super().at(node)
        place = self.unit.places[self.chosen].get(key_of(node))
        if isinstance(value, list):
            return [_tagged(term, ("term", place, number)) for number, term in enumerate(value)]
        return _tagged(value, ("slot", place))

    def fact(self, name: str) -> Any:
        value = super().fact(name)
        plain = name not in self.facts or isinstance(value, tuple)  # lists are never written out
        return value if plain else _tagged(value, ("fact", name))


def traced(plain: Entitlement, working: Traced, doubts: tuple[str, ...] = ()) -> Entitlement:
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
        readings=tuple((o, _tagged(other, ("other", doubts.index(o.name)))) for o, other in plain.readings),
    )


def _answer(name: str, value: Any, working: Traced) -> Any:
    if name == "owed_to_seller":
        return _tagged(value, ("kept",))
    if name == "still_owed_by_learner" and value:
        return _tagged(value, ("short",))
    for group in ("let", "output", "extra"):
        key = (group, name)
        if key in working.unit.places[working.chosen] and Working.at(working, key) == value:
            return working.at(key)
    return value


def _presumed(name: str, value: Any, working: Traced) -> Any:
    place = working.unit.places[working.chosen].get(("fact", name))
    return value if place is None else _tagged(value, ("slot", place))
