"""The papers of a case as somebody wrote them under `letter:` -> Matter; Problem with line and column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from recourse import days, money
from recourse.bilingual import Words
from recourse.letters.letter import ANSWERS, Addressee, Matter, Party, Payment
from recourse.problems import Problem
from recourse.source import Node

KEYS = (
    "learner", "institution", "dated_on", "order", "course", "case", "words", "enclosures", "answer", "answered_on",
    "paid_back", "received_at", "withdrawn", "payment",
)  # fmt: skip
_PARTY = ("name", "address", "mail")
_PAYMENT = ("amount", "day", "reference")
Read = TypeVar("Read")


def read(node: Node, dated_on: int, platform: Mapping[str, str], lang: str) -> Matter:
    """The papers. `dated_on` is the letter's day, `platform` the seller's name by language, where none are given."""
    entries = _known(node, KEYS, "letter")
    if "institution" not in entries and not platform:
        raise node.problem(
            Words("the seller is not named", "未写明商家"),
            field="institution",
            hint=Words("institution: {name: Example School}", "institution: {name: 示例学校}"),
        )
    if "learner" not in entries:
        raise node.problem(Words("the learner is not named", "未写明学员"), field="learner",
                           hint=Words("learner: {name: Anna Muster}", "learner: {name: 王小明}"))  # fmt: skip
    own = platform.get(lang) or platform.get("en", "")
    answer = _text(entries, "answer")
    if answer and answer not in ANSWERS:
        raise entries["answer"].problem(
            Words(f"“{answer}” is no answer", f"“{answer}”不是可用的答复"),
            field="answer",
            hint=Words(f"One of: {', '.join(ANSWERS)}.", f"可选：{'、'.join(ANSWERS)}。"),
        )
    return _placed(
        node,
        lambda: Matter(
            learner=_party(entries["learner"]),
            institution=_party(entries["institution"]) if "institution" in entries else Party(own),
            dated_on=_day(entries, "dated_on") or dated_on,
            order=_text(entries, "order"),
            course=_text(entries, "course"),
            case=_text(entries, "case"),
            words=_text(entries, "words"),
            enclosures=_list(entries, "enclosures"),
            answer=answer,
            answered_on=_day(entries, "answered_on"),
            paid_back=_payments(entries["paid_back"]) if "paid_back" in entries else (),
            received_at=_instant(entries, "received_at"),
            withdrawn=_text(entries, "withdrawn") in ("yes", "true"),
            payment=_payment(entries["payment"]) if "payment" in entries else None,
        ),
    )


def with_body(matter: Matter, title: Mapping[str, str], stage: str) -> Matter:
    """The papers of a complaint to a body."""
    return replace(matter, body=Addressee(dict(title), stage))


def with_bodies(matter: Matter, titles: Iterable[Mapping[str, str]]) -> Matter:
    """The papers of a decision that says whom else the learner can turn to."""
    return replace(matter, bodies=tuple(dict(title) for title in titles))


def _party(node: Node) -> Party:
    entries = _known(node, _PARTY, "a party")
    return _placed(node, lambda: Party(_text(entries, "name"), _list(entries, "address"), _text(entries, "mail")))


def _payments(node: Node) -> tuple[Payment, ...]:
    return tuple(_payment(one) for one in node.sequence("paid_back"))


def _payment(node: Node) -> Payment:
    entries = _known(node, _PAYMENT, "payment")
    amount, day = _text(entries, "amount"), _day(entries, "day")
    if day is None:
        raise node.problem(Words("a payment has a day", "付款须有日期"), field="day")
    _placed(node, lambda: money.parse(amount))
    return Payment(amount, day, _text(entries, "reference"))


def _known(node: Node, keys: tuple[str, ...], what: str) -> dict[str, Node]:
    entries = node.mapping(what)
    for name in entries:
        if name not in keys:
            raise Problem(Words(f"{what} has no “{name}”", f"{what} 没有“{name}”这一项"), node.key_at(name),
                          hint=Words(f"One of: {', '.join(keys)}.", f"可选：{'、'.join(keys)}。"))  # fmt: skip
    return {name: child for name, child in entries.items() if not child.is_null}


def _text(entries: Mapping[str, Node], name: str) -> str:
    return entries[name].text(name) if name in entries else ""


def _list(entries: Mapping[str, Node], name: str) -> tuple[str, ...]:
    return tuple(one.text(name) for one in entries[name].sequence(name)) if name in entries else ()


def _day(entries: Mapping[str, Node], name: str) -> int | None:
    return _placed(entries[name], lambda: days.parse(entries[name].text(name))) if name in entries else None


def _instant(entries: Mapping[str, Node], name: str) -> int | None:
    return _placed(entries[name], lambda: days.parse_instant(entries[name].text(name))) if name in entries else None


def _placed(node: Node, make: Callable[[], Read]) -> Read:
    """What is made, with the place filled in where it cannot be."""
    try:
        return make()
    except Problem as problem:
        raise problem.at(node.where) from None
