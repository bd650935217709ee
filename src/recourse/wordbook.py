"""Finding a fact by what people call it, and telling one whole: its type, its bounds, what its choices mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from recourse import money
from recourse.bilingual import Words
from recourse.facts import Fact

Labels = Mapping[str, Mapping[str, Mapping[str, str]]]  # fact -> choice -> language -> its name

_TYPES = {
    "money": Words("an amount with its currency, such as 180.00 EUR", "带货币的金额，例如 180.00 EUR"),
    "date": Words("a day, such as 2026-03-31", "日期，例如 2026-03-31"),
    "instant": Words("a moment with its offset: 2026-06-14T10:00+09:00", "带时区的时刻：2026-06-14T10:00+09:00"),
    "count": Words("a whole number", "整数"),
    "share": Words("a share from nothing to all, such as 1/3 or 20%", "0 到 100% 的比例，例如 1/3 或 20%"),
    "yesno": Words("yes or no", "是或否"),
    "choice": Words("one of the words below", "下列词之一"),
    "place": Words("a country or a part of one, such as DE or US-CA", "国家或地区代码，例如 DE 或 US-CA"),
    "text": Words("a text", "文本"),
    "period": Words("two days with a stroke, both included", "以斜线隔开的起止两日（均含）"),
}  # fmt: skip


@dataclass(frozen=True)
class Choice:
    """A word that a fact may be: how it is called, and what it is where that does not say enough."""

    word: str
    name: Words
    means: Words | None


def choices(fact: Fact, labels: Labels) -> tuple[Choice, ...]:
    """The words of a fact, in the order of the vocabulary."""
    names = {word: Words(name["en"], name["zh"]) for word, name in labels.get(fact.id, {}).items()}
    return tuple(Choice(word, names.get(word, Words(word, word)), fact.means.get(word)) for word in fact.choices)


def kind(fact: Fact) -> Words:
    """What a value of the fact looks like, and how much it may be at most."""
    found = _TYPES[fact.item_type]
    en, zh = found.en, found.zh
    if fact.item_type == "count" and fact.unit:
        en, zh = f"{en} of {fact.unit.replace('_', ' ')}", f"{zh}（单位：{fact.unit}）"
    if fact.at_most is not None:
        most = f"{fact.at_most:,}"
        if fact.item_type == "money":
            most = money.spaced(money.show(fact.at_most, "EUR")).removesuffix(" EUR")
            en, zh = f"{en}; at most {most} in a currency with cents", f"{zh}；有分的货币至多 {most}"
        else:
            en, zh = f"{en}, at most {most}", f"{zh}，至多 {most}"
    if fact.is_list:
        en, zh = f"a list, each entry {en}", f"列表，每项为{zh}"
    return Words(en, zh)


def search(facts: Iterable[Fact], labels: Labels, asked: str) -> list[Fact]:
    """The facts in which every word asked for stands: id first, then name, choices, meaning, question."""
    wanted = asked.casefold().split()
    if not wanted:
        return []
    ranked = []
    for fact in facts:
        places = _places(fact, labels)
        everything = " ".join(places)
        if all(word in everything for word in wanted):
            first = min(n for n, place in enumerate(places) if any(word in place for word in wanted))
            ranked.append((asked.casefold() != fact.id, first, fact.position, fact))
    return [one[-1] for one in sorted(ranked, key=lambda one: one[:-1])]


def _places(fact: Fact, labels: Labels) -> list[str]:
    """The texts in which a fact is looked for, the most telling first."""
    words = choices(fact, labels)
    found = (
        [fact.id, fact.id.replace("_", " ")],
        [*fact.name],
        [text for one in words for text in (one.word, *one.name, *(one.means or ()))],
        [*fact.meaning],
        [*fact.ask],
    )
    return [" ".join(texts).casefold() for texts in found]


def whole(fact: Fact, labels: Labels) -> dict[str, Any]:
    """What a program wants besides a fact's own data: what its values look like and what each choice means."""
    return {
        "looks_like": kind(fact)._asdict(),
        "choices_mean": [
            {"choice": one.word, "name": one.name._asdict(), "means": one.means._asdict() if one.means else None}
            for one in choices(fact, labels)
        ],
        "presumed": None if fact.presumed is None else str(fact.presumed),
    }
