"""Values that are not known: the facts they lack, the bounds they lie in, and arithmetic that keeps those right."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, NamedTuple

from recourse import days
from recourse.rules.tree import Type

FAR = 10**40  # stands for "no bound"
FIRST_DAY, LAST_DAY = days.parse("1990-01-01"), days.parse("2099-12-31")
FIRST_SECOND, LAST_SECOND = 631_152_000, 4_102_444_800


class Unknown(NamedTuple):
    """A value that is not known: the facts it lacks, and its bounds (numbers, days) or its possible words."""

    lacks: frozenset[str]
    low: Any = -FAR
    high: Any = FAR
    words: tuple[str, ...] = ()


class Measured(NamedTuple):
    """A count that could have been in one of several measures: its unit, and what the better measures lacked."""

    value: Any
    unit: str
    lacks: frozenset[str]


def domain(kind: Type, name: str, at_most: int | None) -> Unknown:
    """Everything an unknown fact of a type can be."""
    lacks = frozenset((name,))
    if kind.kind in ("money", "count"):
        return Unknown(lacks, 0, at_most or FAR)
    if kind.kind == "number":
        return Unknown(lacks, Fraction(0), Fraction(1))
    if kind.kind == "date":
        return Unknown(lacks, FIRST_DAY, LAST_DAY)
    if kind.kind == "instant":
        return Unknown(lacks, FIRST_SECOND, LAST_SECOND)
    if kind.kind == "yesno":
        return Unknown(lacks, False, True)
    return Unknown(lacks, words=kind.words)


def plain(value: Any) -> Any:
    return value.value if isinstance(value, Measured) else value


def in_unit(kind: Type, value: Any) -> Any:
    """A count with its own unit, where it stands among others that are counted in another."""
    units = (kind.item or kind).units
    if isinstance(value, Measured | Unknown) or len(units) != 1:
        return value
    return Measured(value, units[0], frozenset())


def mixed(kind: Type) -> bool:
    """Whether a count, or a list of counts, may be in one measure or another."""
    return len((kind.item or kind).units) > 1


def round_to(value: Any, direction: str, step: Fraction) -> Any:
    """A number rounded to a step; whole where the step is."""
    units = Fraction(value) / step
    if direction == "down":
        whole = math.floor(units)
    elif direction == "up":
        whole = math.ceil(units)
    else:
        whole = math.floor(units + Fraction(1, 2))
    found = whole * step
    return int(found) if found.denominator == 1 else found


def lacking(values: Iterable[Any]) -> frozenset[str]:
    return frozenset().union(*(v.lacks for v in values if isinstance(v, Unknown)))


def ends(value: Any) -> tuple[Any, Any]:
    return (value.low, value.high) if isinstance(value, Unknown) else (value, value)


def rising(value: Any, monotone: Callable[[Any], Any]) -> Any:
    """A rising function of a number that may be unknown."""
    if not isinstance(value, Unknown):
        return monotone(value)
    low = value.low if abs(value.low) >= FAR else monotone(value.low)
    high = value.high if abs(value.high) >= FAR else monotone(value.high)
    return Unknown(value.lacks, low, high)


def clip(value: Any) -> Any:
    return max(-FAR, min(FAR, value))


def plus(a: Any, b: Any) -> Any:
    if not isinstance(a, Unknown) and not isinstance(b, Unknown):
        return a + b
    (al, ah), (bl, bh) = ends(a), ends(b)
    return Unknown(lacking((a, b)), clip(al + bl), clip(ah + bh))


def times(a: Any, b: Any) -> Any:
    if not isinstance(a, Unknown) and not isinstance(b, Unknown):
        return a * b
    if (a == 0 and not isinstance(a, Unknown)) or (b == 0 and not isinstance(b, Unknown)):
        return 0  # nothing of an unknown is nothing
    corners = [clip(x * y) for x in ends(a) for y in ends(b)]
    return Unknown(lacking((a, b)), min(corners), max(corners))


def extreme(pick: Callable[..., Any], a: Any, b: Any) -> Any:
    if not isinstance(a, Unknown) and not isinstance(b, Unknown):
        return pick(a, b)
    (al, ah), (bl, bh) = ends(a), ends(b)
    low, high = pick(al, bl), pick(ah, bh)
    if low == high:
        return low
    settled = a if not isinstance(a, Unknown) else b
    if not isinstance(settled, Unknown) and low == high == settled:
        return settled
    return Unknown(lacking((a, b)), low, high)


def either(lacks: frozenset[str], a: Any, b: Any) -> Any:
    """One of two values, it is not known which."""
    if not isinstance(a, Unknown) and a == b:
        return a
    a, b = plain(a), plain(b)
    lacks = lacks | lacking((a, b))
    if (
        isinstance(a, str)
        or isinstance(b, str)
        or (isinstance(a, Unknown) and a.words)
        or (isinstance(b, Unknown) and b.words)
    ):
        both = (*(a.words if isinstance(a, Unknown) else (a,)), *(b.words if isinstance(b, Unknown) else (b,)))
        return Unknown(lacks, words=tuple(dict.fromkeys(both)))
    (al, ah), (bl, bh) = ends(a), ends(b)
    return Unknown(lacks, min(al, bl), max(ah, bh))
