"""Whom to turn to: a body with what it handles, how to reach it, and a rule that says for whom and until when.

A body's file is a rule of kind `body` (its scope and its time limits over the facts) with a description under `body`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from recourse.rules.document import fail, items, known_keys, made, mapping, need, text, texts
from recourse.rules.tree import Rule, Texts
from recourse.source import Node

# In the order in which people turn to them: first whoever can settle it quickest and at no cost.
STAGES = ("seller", "advice", "payment", "conciliation", "fund", "regulator", "court", "legal-aid", "police")
BY = ("web", "phone", "mail", "post", "person", "app")
KEYS = {"stage", "handles", "leaves", "effect", "cost", "free", "languages", "apply", "needs", "takes", "site"}


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach a body: `by` one of BY, `at` an address or number."""

    by: str
    at: str
    note: Texts = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Body:
    """A body and its rule. Texts are for people, in English and Chinese; empty where nothing is known."""

    rule: Rule
    stage: str
    handles: Texts
    leaves: Texts  # what it does not deal with
    effect: Texts  # what its word is worth
    cost: Texts
    free: bool | None  # for the learner; None where nothing is known
    languages: tuple[str, ...]  # codes of the languages in which it can be written to
    channels: tuple[Channel, ...]
    needs: tuple[Texts, ...]  # what it wants to see
    takes: Texts  # how long it takes
    site: str

    @property
    def id(self) -> str:
        return self.rule.id


def body(node: Node, build: Callable[[Node], Rule]) -> Body:
    """The body that a file describes; `build` makes its rule. Raises Problem with the line."""
    entries = mapping(node, "a body")
    rule = build(made({**{k: v for k, v in entries.items() if k != "body"}, "kind": made("body", node)}, node))
    for version in rule.versions:
        if version.owed or version.exceptions or version.duties:
            fail(node, "a body owes nothing", "`applies` says for whom it is there, `dates` until when")
    about = known_keys(entries["body"], KEYS, "a body's description")
    stage = text(need(about, "stage", entries["body"], "a body", f"one of {', '.join(STAGES)}"), "stage")
    if stage not in STAGES:
        fail(about["stage"], f"“{stage}” is no stage", f"one of {', '.join(STAGES)}")
    handles = need(about, "handles", entries["body"], "a body", "handles: {en: ..., zh: ...}")
    return Body(
        rule=rule,
        stage=stage,
        handles=_both(handles),
        leaves=_both(about.get("leaves")),
        effect=_both(about.get("effect")),
        cost=_both(about.get("cost")),
        free=_yes(about.get("free")),
        languages=tuple(text(one, "languages") for one in _list(about, "languages")),
        channels=tuple(_channel(one) for one in _list(about, "apply")),
        needs=tuple(_both(one) for one in _list(about, "needs")),
        takes=_both(about.get("takes")),
        site=text(about["site"], "site") if "site" in about else "",
    )


def _list(entries: dict[str, Node], key: str) -> list[Node]:
    return items(entries[key], key) if key in entries else []


def _channel(node: Node) -> Channel:
    entries = known_keys(node, {"by", "at", "note"}, "a way to apply")
    by = text(need(entries, "by", node, "a way to apply", f"one of {', '.join(BY)}"), "by")
    if by not in BY:
        fail(entries["by"], f"“{by}” is no way to apply", f"one of {', '.join(BY)}")
    return Channel(by, text(entries["at"], "at") if "at" in entries else "", _both(entries.get("note")))


def _both(node: Node | None) -> Texts:
    """Words in both languages, or none."""
    found = texts(node)
    if node is not None and (not {"en", "zh"} <= found.keys() or not all(found.values())):
        fail(node, "words for people are in English and Chinese", "{en: ..., zh: ...}")
    return found


def _yes(node: Node | None) -> bool | None:
    if node is None:
        return None
    written = text(node, "free")
    if written not in ("yes", "no"):
        fail(node, f"“{written}” is neither yes nor no")
    return written == "yes"
