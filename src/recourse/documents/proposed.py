"""Turns what was read into a file of facts for a person to confirm: what is clear stands, what is not is commented out.

The file is one that `recourse owed` takes as it is: whatever the facts refuse, or refuse beside others, is commented.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from recourse import source
from recourse.bilingual import Words
from recourse.documents.course import CoursePage
from recourse.documents.voucher import Voucher
from recourse.facts import read_facts
from recourse.problems import Problem
from recourse.vocabulary import Vocabulary

SAID = 2  # the last rank at which a line says what a value is; beyond it is likely only
_SHOWN = 90  # characters of a line in a comment
_ALTERNATIVES = 8

HEAD = Words(
    "Read from {name}. Look at every line: take away what is wrong, and the # before what is right.",
    "读取自 {name}。请逐行核对：删去不对的，去掉正确各行前的 #。",
)
CLEAR = Words("clear", "明确")
SEVERAL = Words("which one is right?", "哪一个正确？")
LIKELY = Words("likely; the text does not say what it is", "可能；文中没有说明")
CLASH = Words("does not go with the other facts: {why}", "与其他事实不符：{why}")
NUMBER = Words("order number", "订单号")
SELLER = Words("seller", "商家")


@dataclass(frozen=True)
class Item:
    """One thing to confirm: what it is, everything it can be, whether it is clear, and where it was read."""

    what: str
    readings: tuple[str, ...]
    clear: bool
    line: str
    why: tuple[Words, ...] = ()


def of_voucher(found: Voucher) -> tuple[Item, ...]:
    """A voucher's things, one item each: clear where a line says what it is and it can be but one value."""
    items = []
    for what in found.whats():
        best, readings = found.of(what)[0], found.readings(what)
        clear = len(readings) == 1 and best.rank <= (3 if what in {"order_number", "seller"} else SAID)
        items.append(Item(what, readings, clear, f"{best.line}: {best.shown}", best.why))
    return tuple(items)


def of_course(found: CoursePage) -> tuple[Item, ...]:
    """A course page's things: clear where the page says one value only."""
    items = []
    for what in found.whats():
        first = next(one for one in found.stated if one.what == what)
        readings = found.readings(what)
        items.append(Item(what, readings, len(readings) == 1, f"{first.where} = {first.shown}"))
    return tuple(items)


def as_yaml(
    items: Sequence[Item], vocabulary: Vocabulary, name: str, lang: str = "en", place: str | None = None
) -> str:
    """The file: facts that are clear and fit together, the others commented with all they can be."""
    items = _unique(items)
    lines = [f"# {_one_line(HEAD.of(lang).format(name=name), 300)}"]
    for what, words in (("order_number", NUMBER), ("seller", SELLER)):
        lines += [f"# {words.of(lang)}: {_either(one)}" for one in items if one.what == what]
    for one in items:
        if one.what == "platform":
            said = f"platform: {_scalar(one.readings[0])}" if one.clear else f"# platform: {_either(one)}"
            lines.append(f"{said}  # {_one_line(one.line)}")
    kept = {"learner_place": place} if place else {}
    rows: list[str] = [f"  learner_place: {place}"] if place else []
    for one in _in_order(items, vocabulary):
        problem = _refused(kept, one, vocabulary)
        if one.clear and problem is None:
            kept[one.what] = one.readings[0]
            rows.append(f"  {one.what}: {_scalar(one.readings[0])}  # {_one_line(one.line)}")
        else:
            why = SEVERAL.of(lang) if len(one.readings) > 1 else LIKELY.of(lang)
            if one.clear and problem is not None:
                why = CLASH.of(lang).format(why=problem.message.of(lang))
            rows.append(f"  # {one.what}: {_either(one)}  # {_one_line(why, 200)} {_one_line(one.line)}")
    lines.append("facts:" if kept else "facts: {}")
    return "\n".join([*lines, *rows]) + "\n"


def _unique(items: Iterable[Item]) -> tuple[Item, ...]:
    """One item for each thing: what the second source says of it adds to what it can be."""
    found: dict[str, Item] = {}
    for one in items:
        before = found.get(one.what)
        if before is None:
            found[one.what] = one
        elif set(one.readings) - set(before.readings):
            readings = tuple(dict.fromkeys((*before.readings, *one.readings)))
            found[one.what] = Item(one.what, readings, False, before.line, before.why)
    return tuple(found.values())


def _in_order(items: Iterable[Item], vocabulary: Vocabulary) -> list[Item]:
    """The facts among the items; what was paid first, since the others must fit to it."""
    facts = [one for one in items if one.what in vocabulary.facts]
    return sorted(facts, key=lambda one: (one.what != "paid", vocabulary.facts[one.what].position))


def _refused(kept: dict[str, str], one: Item, vocabulary: Vocabulary) -> Problem | None:
    """Why the facts would refuse it, alone or beside those that are kept."""
    written = "".join(f"{what}: {_scalar(value)}\n" for what, value in {**kept, one.what: one.readings[0]}.items())
    try:
        read_facts(source.read(written, "proposed"), vocabulary)
    except Problem as problem:
        return problem
    return None


def _scalar(value: str) -> str:
    """A value as YAML takes it back: quoted where anything in it could be read as more than text."""
    plain = value.isascii() and all(char.isalnum() or char in " .-/" for char in value) and value.strip() == value
    return value if plain and value and value[0].isalnum() else json.dumps(value, ensure_ascii=True)


def _either(one: Item) -> str:
    shown = [_one_line(reading) for reading in one.readings[:_ALTERNATIVES]]
    return " | ".join(shown) + (" | …" if len(one.readings) > _ALTERNATIVES else "")


def _one_line(text: str, longest: int = _SHOWN) -> str:
    """Text for a comment: one line, nothing that could end it."""
    clean = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return clean if len(clean) <= longest else f"{clean[: longest - 1]}…"
