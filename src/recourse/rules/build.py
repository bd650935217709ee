"""A written rule -> a typed one: every expression parsed and checked, every name resolved, every row complete."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from recourse import days, places
from recourse.facts import Vocabulary
from recourse.problems import Problem
from recourse.rules import document, grammar
from recourse.rules.document import above, cite, fail, inside, items, known_keys, mapping, need, text, texts
from recourse.rules.tree import YESNO, Displaces, Relations, Rule, Version
from recourse.rules.types import Scope, check
from recourse.rules.version import VersionBuilder
from recourse.source import Node

KINDS = ("money-back", "remedy", "duty", "deadline", "escalation", "interest", "damages", "aid", "body", "clause")


def build(rule: Node, vocabulary: Vocabulary, rates: frozenset[str], parent: Callable[[str, Node], Node]) -> Rule:
    """The typed rule. `parent` finds the text of the rule it is `like`. Raises Problem at a version's first fault."""
    entries = known_keys(rule, document.RULE_KEYS | document.VERSION_KEYS, "a rule")
    rule_id = text(need(entries, "id", rule, "a rule", "id: place-law-article, lower case with hyphens"), "id")
    whole = _inherited(rule, parent)
    policy = text(entries["policy"], "policy") if "policy" in entries else ""
    place = text(entries["place"], "place") if "place" in entries else ""
    binds = text(entries["binds"], "binds") if "binds" in entries else ""
    if not policy:
        _scope(rule, place, binds, entries)
    kind = text(whole["kind"], "kind") if "kind" in whole else ("clause" if policy else "")
    if kind not in KINDS:
        fail(whole.get("kind", rule), f"“{kind}” is no kind of rule", f"one of {', '.join(KINDS[:-1])}")
    selected = _selected_by(whole.get("selected_by"), vocabulary)
    built = tuple(_version(node, vocabulary, rates) for node in document.versions(rule, parent))
    if len(built) > 1 and not selected:
        fail(
            rule, "a rule with several versions says which date selects one", "selected_by: concluded_on, else asked_on"
        )
    _versions_apart(built)
    for one in built:
        if kind != "body" and not (one.owed or one.outputs or one.dates or one.duties or one.ways):
            raise Problem("the version answers nothing", where=one.at, hint="owed, dates, outputs, duties or ways")
    return Rule(
        id=rule_id,
        title=texts(entries.get("title"), rule_id),
        kind=kind,
        versions=built,
        place=place,
        binds=binds,
        policy=policy,
        covers=tuple(text(n, "covers") for n in items(entries["covers"], "covers")) if "covers" in entries else (),
        selected_by=selected,
        relations=_relations(entries.get("relations"), vocabulary),
        like=text(entries["like"], "like") if "like" in entries else "",
        at=rule.where,
        titled_at=entries["title"].where if "title" in entries else rule.where,
    )


def _version(node: Node, vocabulary: Vocabulary, rates: frozenset[str]) -> Version:
    try:
        return VersionBuilder(node, vocabulary, rates).build()
    except RecursionError:  # each expression has its bound, but many long ones may stand for one another
        message = "names stand for one another through too many steps"
        raise Problem(message, node.where, hint="say it with fewer steps") from None


def _inherited(rule: Node, parent: Callable[[str, Node], Node], seen: tuple[str, ...] = ()) -> dict[str, Node]:
    """The keys of a rule, with the kind and the selecting date of the rule it is like."""
    entries = mapping(rule, "a rule")
    if "like" not in entries:
        return entries
    found, rule_id = above(entries, parent, seen)
    whole = _inherited(found, parent, (*seen, rule_id))
    return {**{k: whole[k] for k in ("selected_by", "kind") if k in whole}, **entries}


def _scope(rule: Node, place: str, binds: str, entries: dict[str, Node]) -> None:
    if not place or not binds:
        fail(
            rule,
            f"law without `{'place' if not place else 'binds'}` would answer for every place",
            "place: FR, binds: learner_place",
        )
    if binds not in ("learner_place", "seller_place", "either"):
        fail(entries["binds"], f"binds cannot be “{binds}”", "learner_place, seller_place or either")
    try:
        places.check(place)
    except Problem as problem:
        raise problem.at(inside(entries["place"])) from None


def _versions_apart(found: tuple[Version, ...]) -> None:
    for earlier, later in pairwise(found):
        if earlier.ends is None or (later.starts is None and not later.enacted_only):
            raise Problem(
                "two versions are in force on the same day",
                where=later.at,
                hint="give the earlier one `until`, the later one `from`",
            )
        if later.starts is not None and later.starts <= earlier.ends:
            raise Problem(
                f"a version from {days.show(later.starts)} overlaps the one until {days.show(earlier.ends)}",
                where=later.at,
            )


def _selected_by(node: Node | None, vocabulary: Vocabulary) -> tuple[str, ...]:
    if node is None:
        return ()
    names = [part.strip().removeprefix("else ").strip() for part in text(node, "selected_by").split(",")]
    for name in names:
        fact = vocabulary.facts.get(name)
        if name != "asked_on" and (fact is None or fact.type != "date"):
            fail(
                node, f"“{name}” is no date that could select a version", "concluded_on, requested_on, … else asked_on"
            )
    if "asked_on" in names[:-1]:
        fail(node, "asked_on is always known, so nothing can stand after it")
    return tuple(names)


def _relations(node: Node | None, vocabulary: Vocabulary) -> Relations:
    if node is None:
        return Relations()
    entries = known_keys(node, {"displaces", "adds_to", "takes", "bounds"}, "relations")
    displaces = []
    for one in items(entries["displaces"], "displaces") if "displaces" in entries else []:
        if isinstance(one.value, str):
            displaces.append(Displaces(one.value))
            continue
        inner = known_keys(one, {"rule", "when", "cite"}, "displaces")
        when = None
        if "when" in inner:
            when = check(grammar.parse(text(inner["when"], "when"), inside(inner["when"])), _facts_only(vocabulary))
            if when.type != YESNO:
                fail(inner["when"], f"this is {when.type}, a condition is yes or no")
        rule = text(need(inner, "rule", one, "what is displaced", "{rule: its-id, when: ...}"), "rule")
        displaces.append(Displaces(rule, when, cite(inner.get("cite"))))
    takes = []
    for fact, source in mapping(entries["takes"], "takes").items() if "takes" in entries else ():
        output, of, rule_id = text(source, "takes").partition(" of ")
        if not of or fact not in vocabulary.facts:
            fail(source, f"takes: {fact} cannot be read", "refund_due: refund of the-other-rule")
        takes.append((fact, output.strip(), rule_id.strip()))
    bounds = []
    for one in items(entries["bounds"], "bounds") if "bounds" in entries else []:
        inner = known_keys(one, {"output", "of"}, "bounds")
        bound = (need(inner, key, one, "a bound", "{output: penalty, of: contract}") for key in ("output", "of"))
        bounds.append((text(next(bound), "output"), text(next(bound), "of")))
    adds = tuple(text(n, "adds_to") for n in items(entries["adds_to"], "adds_to")) if "adds_to" in entries else ()
    return Relations(tuple(displaces), adds, tuple(takes), tuple(bounds))


def _facts_only(vocabulary: Vocabulary) -> Scope:
    return Scope(vocabulary, lambda _: None, list, lambda *_: None, lambda *_: None)
