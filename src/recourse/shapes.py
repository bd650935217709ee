"""How inputs that give exactly these facts are read: worked out once for all that look alike, and printed as code."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from recourse.consistency import AtMost, Check, EquallyLong, NotBefore
from recourse.values import ListReader, Reader

_KEPT = 2048  # sets of facts that a vocabulary remembers how to read, before it starts afresh

# From what somebody gave to values, canonical texts and the currency; None where something does not fit together.
# Raises Problem or TypeError for a value that cannot be read.
Read = Callable[[Mapping[str, Any]], tuple[dict[str, Any], dict[str, str], str | None] | None]


class Shape(NamedTuple):
    """How to read inputs that give exactly these facts."""

    names: tuple[str, ...]  # in the order of the vocabulary
    readers: tuple[Reader | ListReader, ...]
    read: Read
    checks: tuple[Check, ...]


class Shapes(dict[tuple[str, ...], Shape]):
    """The shapes seen so far. `shapes[names]` raises `Problem` for names that the vocabulary does not know."""

    def __init__(self, make: Callable[[tuple[str, ...]], Shape]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, names: tuple[str, ...]) -> Shape:
        shape = self._make(names)
        if len(self) >= _KEPT:
            self.clear()
        self[names] = shape
        return shape


def shape(
    names: tuple[str, ...], readers: tuple[Reader | ListReader, ...], money: Sequence[str], checks: tuple[Check, ...]
) -> Shape:
    """The shape of these facts; `money` are those of them whose values have a currency."""
    return Shape(names, readers, _printed(names, readers, money, checks), checks)


def _printed(
    names: tuple[str, ...], readers: tuple[Reader | ListReader, ...], money: Sequence[str], checks: tuple[Check, ...]
) -> Read:
    """One function without a loop: it takes a third of the time that going through the readers does."""
    at = {name: number for number, name in enumerate(names)}
    space: dict[str, Any] = {f"r{number}": reader for number, reader in enumerate(readers)}
    lines = ["def read(raw):"]
    for name, n in at.items():
        lines.append(f"    v{n}, s{n}, {f'c{n}' if name in money else '_'} = r{n}[raw[{name!r}]]")
    currency = "None"
    for name in sorted(money, key=lambda name: isinstance(readers[at[name]], ListReader)):  # an empty list has none
        n = at[name]
        if currency == "None":
            currency = f"c{n}"
        elif isinstance(readers[n], ListReader):
            lines += [f"    if c{n} is not None and c{n} != {currency}:", f"        if {currency} is not None:"]
            lines += ["            return None", f"        {currency} = c{n}"]
        else:
            lines += [f"    if c{n} != {currency}:", "        return None"]
    broken = list(_broken(checks, at, space))
    if broken:
        lines += [f"    if {' or '.join(broken)}:", "        return None"]
    known = ", ".join(f"{name!r}: v{n}" for name, n in at.items())
    shown = ", ".join(f"{name!r}: s{n}" for name, n in at.items())
    lines.append(f"    return {{{known}}}, {{{shown}}}, {currency}")
    exec(compile("\n".join(lines), "<shape>", "exec"), space)  # noqa: S102 - made above, from names we know
    found: Read = space["read"]
    return found


def _broken(checks: tuple[Check, ...], at: Mapping[str, int], space: dict[str, Any]) -> Iterator[str]:
    """The checks as conditions over the values that were read: the plain ones written out, the others called."""
    for number, check in enumerate(checks):
        if isinstance(check, NotBefore):
            yield f"v{at[check.later]} < v{at[check.earlier]}"
        elif isinstance(check, AtMost):
            more = f" + v{at[check.more]}" if check.more is not None and check.more in at else ""
            yield f"v{at[check.part]} > v{at[check.whole]}{more}"
        elif isinstance(check, EquallyLong):
            yield f"len(v{at[check.one]}) != len(v{at[check.other]})"
        else:
            space[f"broken{number}"] = check.is_broken
            known = ", ".join(f"{name!r}: v{at[name]}" for name in check.needs)
            yield f"broken{number}({{{known}}})"
