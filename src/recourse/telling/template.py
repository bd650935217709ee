"""The steps of one path, kept with holes for their numbers: printed as one function of f-strings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from recourse import money
from recourse.rules.compiled import Unit
from recourse.rules.setting import calendar_for
from recourse.rules.words import Speech
from recourse.telling.traced import MARK, Raw, Recorder

MOST_WRITTEN = 4096  # values that a writer remembers before it starts afresh

Steps = tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Template:
    """The steps of one path: `fill(facts, what the program returned)` gives them with this run's numbers."""

    clause: str
    pays: bool  # whether the answer has an amount; a silent text has none
    fill: Callable[[Mapping[str, Any], Raw, Sequence[int | None]], Steps]


class Written(dict[Any, Any]):
    """How a value is written, looked up once."""

    def __init__(self, write: Callable[[Any], Any]) -> None:
        super().__init__()
        self.write = write

    def __missing__(self, value: Any) -> Any:
        if len(self) >= MOST_WRITTEN:
            self.clear()
        self[value] = found = self.write(value)
        return found


class Writers:
    """How the values of one version are written, in one language and currency; the templates of its paths share it."""

    def __init__(self, unit: Unit, speech: Speech) -> None:
        currency = speech.currency
        plain = Speech(speech.lang, speech.vocabulary, speech.labels, speech.setting, speech.version, None, currency)
        self.plain = plain
        self.use = use = unit.version.calendar
        self.space: dict[str, Any] = {
            "money": Written(_money(plain)),
            "money_part": Written(_money_part(plain)),
            "days": Written(plain.day),
            "share": Written(plain.share),
            "share_part": Written(lambda value: plain.share(Fraction(*value))),
            "instant": Written(plain.instant),
            "count": str,
            "count_part": lambda value: plain.count(Fraction(*value)),
            "places": Written(plain.place),
        }
        if use is not None:
            self.space["rest"] = Written(lambda one: calendar_for(use, one[0]).why_not(one[1], plain.lang))

    def hole(self, source: Any, how: str) -> str:
        """An expression that writes one value of a run."""
        read, part = _read(source)
        if how == "day":
            return f"days[{read}]"
        if how == "place":
            return f"places[{read}]"
        if how.startswith("word "):
            fact = how.removeprefix("word ")
            self.space.setdefault(f"words_{fact}", Written(partial(self.plain.word, fact)))
            return f"words_{fact}[{read}]"
        if how == "rest":
            assert self.use is not None
            place = repr(self.use.place) if self.use.place else f"F[{self.use.fact!r}]"
            return f"rest[{place}, {read}]"
        name = f"{how}_part" if part else how
        return f"{name}({read})" if how == "count" else f"{name}[{read}]"


def template(clause: str, *, pays: bool, steps: list[dict[str, Any]], writers: Writers, speech: Recorder) -> Template:
    """The template of marked texts, as one function; each value is written once."""
    lines = ["def fill(F, raw, others):", "    N = raw[3]"]
    for number, (source, how) in enumerate(speech.holes):
        lines.append(f"    h{number} = {writers.hole(source, how)}")
    texts = []
    for step in steps:
        pieces = step["text"].split(MARK)
        found = [p.replace("{", "{{").replace("}", "}}") if n % 2 == 0 else f"{{h{p}}}" for n, p in enumerate(pieces)]
        texts.append(f"(f{''.join(found)!r}, {step['cite']!r})")
    lines.append(f"    return ({', '.join(texts)},)")
    space = writers.space
    exec(compile("\n".join(lines), f"<told {clause}>", "exec"), space)  # noqa: S102 - made above, from our own sentences
    return Template(clause, pays, space.pop("fill"))


def _money(plain: Speech) -> Callable[[int], str]:
    """Writes whole smallest units of the purchase's currency, as `Speech.money` does."""
    currency = plain.currency
    places = money.exponent(currency) if currency else 0
    if places != 2:
        return plain.money
    tail = f" {currency}"

    def write(minor: int) -> str:  # amounts are mostly new, so this is on the way of nearly every purchase
        return f"{minor // 100:,}.{minor % 100:02d}{tail}" if minor >= 0 else plain.money(minor)

    return write


def _money_part(plain: Speech) -> Callable[[tuple[int, int]], str]:
    """Writes an amount finer than the smallest unit, as `Speech.near` does, without making fractions of it."""
    currency = plain.currency
    places = money.exponent(currency) if currency else 0
    whole_units = _money(plain)
    if not currency:
        return lambda value: plain.money(Fraction(*value))
    unit = 10 ** (places + 2)

    def write(value: tuple[int, int]) -> str:
        hundredths, rest = divmod(value[0] * 100, value[1])
        if value[0] < 0:
            return plain.money(Fraction(*value))
        if not rest and hundredths % 100 == 0:
            return whole_units(hundredths // 100)
        cut = "…" if rest else ""
        return f"{hundredths // unit:,}.{hundredths % unit:0{places + 2}d}{cut} {currency}"

    return write


def _read(source: Any) -> tuple[str, bool]:
    """Where a number is found in another run, as an expression; and whether it is a fraction (top, bottom)."""
    kind = source[0]
    if kind == "fact":
        return f"F[{source[1]!r}]", False
    if kind in ("refund", "kept"):
        return f"raw[{1 if kind == 'refund' else 2}]", False
    if kind == "short":
        return "raw[2] - F['paid']", False
    if kind == "other":
        return f"others[{source[1]}]", False
    at, bottom = source[1]
    top = f"N[{at}]"
    if kind == "term":
        top = f"N[{at}][{source[2]}]"
        if bottom == 1:
            return top, True  # each with a bottom of its own
    if bottom == 1:
        return top, False
    return f"({top}, {bottom or f'N[{at + 1}]'})", True
