"""Builds the library from the texts of its files: rules, platforms, rates and bodies, checked and made ready to run.

Used where no cache answers; the texts come in, nothing is read here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

from recourse import bodies, facts, sentences, source
from recourse.facts import Vocabulary
from recourse.library import Library, Platform
from recourse.problems import Problem, Problems, near
from recourse.rules import build as rule_builder
from recourse.rules import document, lower
from recourse.rules.document import fail, items, known_keys, made, mapping, need, text
from recourse.rules.emit import python
from recourse.rules.prepared import Prepared
from recourse.rules.setting import Rate, Setting
from recourse.rules.tree import Rule, Texts
from recourse.source import Node

# Files that hold neither a rule nor a policy.
OWN = {f"{name}.yaml" for name in ("vocabulary", "places", "calendars", "words", "sentences")}


def build(texts: Mapping[str, str], digest: str) -> Library:
    """The library that these files make, each under the name by which errors call it. Raises Problem(s)."""
    vocabulary = facts.vocabulary()
    problems: list[Problem] = []
    nodes: dict[str, Node] = {}
    platform_nodes: list[Node] = []
    rate_nodes: list[Node] = []
    for name, content in texts.items():
        if name in OWN:
            continue
        try:
            _sort(source.read(content, name), nodes, platform_nodes, rate_nodes)
        except Problem as problem:
            problems.append(problem)
    rates = _collect(problems, rate_nodes, _rate)
    setting = Setting({rate.id: rate for rate in rates})
    platforms = {p.id: p for p in _collect(problems, platform_nodes, lambda n: _platform(n, nodes))}
    for node in [n for n in nodes.values() if "policy" in mapping(n, "a rule")]:
        policy = text(mapping(node, "a rule")["policy"], "policy")
        if policy not in platforms:
            rule_id = text(mapping(node, "a rule")["id"], "id")
            platforms[policy] = Platform(policy, {"en": policy}, clauses=(rule_id,))

    def parent(rule_id: str, asked: Node) -> Node:
        if rule_id not in nodes:
            hints = near(rule_id, nodes)
            fail(asked, f"there is no rule “{rule_id}” to be like", f"near: {', '.join(hints)}" if hints else "")
        return nodes[rule_id]

    known_rates = frozenset(setting.rates)

    def rule_of(node: Node) -> Rule:
        return rule_builder.build(node, vocabulary, known_rates, parent)

    whom = {rule_id: node for rule_id, node in nodes.items() if "body" in mapping(node, "a rule")}
    built = _collect(problems, (n for rule_id, n in nodes.items() if rule_id not in whom), rule_of)
    found = {b.id: b for b in _collect(problems, whom.values(), lambda n: bodies.body(n, rule_of))}
    if problems:
        raise Problems(problems) if len(problems) > 1 else problems[0]
    rules = {rule.id: rule for rule in built}
    _references(rules)
    everything = [*built, *(b.rule for b in found.values())]
    prepared = dict(_collect(problems, everything, lambda rule: (rule.id, _prepare(rule, vocabulary, setting))))
    if problems:
        raise Problems(problems) if len(problems) > 1 else problems[0]
    words = texts.get("words.yaml")
    labels = source.plain(source.read(words, "words.yaml")) if words else {}
    spoken = sentences.read(texts["sentences.yaml"], "sentences.yaml")
    labels = {**labels, "sentences": spoken}
    return Library(vocabulary, rules, platforms, setting, _covers(rules), digest, labels, prepared, found)


def with_policy(library: Library, content: str, file: str) -> tuple[Library, str]:
    """The library with this text's policy in it, in the place of one with the same id; and that id.

    Raises Problem(s) with line and column for a text that is no policy.
    """
    nodes: dict[str, Node] = {}
    if not content.strip():
        raise Problem(f"{file} is empty", hint="a policy has `platform` and `clauses`")
    root = source.read(content, file)
    for key in ("platform", "clauses"):
        if key not in mapping(root, "a policy"):
            fail(root, f"a policy needs `{key}`", "platform: its-id, and clauses: a list of rules")
    platform = _platform(root, nodes)
    old = library.platforms.get(platform.id)
    kept = {name: rule for name, rule in library.rules.items() if old is None or name not in old.clauses}
    for name, node in nodes.items():
        if name in kept:
            fail(mapping(node, "a clause")["id"], f"the id “{name}” is taken", "every clause has an id of its own")

    def parent(rule_id: str, asked: Node) -> Node:
        if rule_id not in nodes:
            fail(asked, f"there is no clause “{rule_id}” here to be like", "a clause can be like another of its policy")
        return nodes[rule_id]

    problems: list[Problem] = []
    rates = frozenset(library.setting.rates)
    built = _collect(problems, nodes.values(), lambda n: rule_builder.build(n, library.vocabulary, rates, parent))
    prepared = _collect(problems, built, lambda rule: (rule.id, _prepare(rule, library.vocabulary, library.setting)))
    if problems:
        raise Problems(problems) if len(problems) > 1 else problems[0]
    rules = {**kept, **{rule.id: rule for rule in built}}
    _references(rules)
    digest = hashlib.sha256(f"{library.digest} {content}".encode()).hexdigest()
    return (
        replace(
            library, rules=rules, platforms={**library.platforms, platform.id: platform},
            prepared={**library.prepared, **dict(prepared)}, digest=digest,
        ),
        platform.id,
    )  # fmt: skip


def _prepare(rule: Rule, vocabulary: Vocabulary, setting: Setting) -> tuple[Prepared, ...]:
    """The emitted programs of a rule's versions. Raises Problem where an amount could leave every engine's bounds."""
    found = []
    for version in rule.versions:
        program = lower.lower(version, vocabulary, setting)
        found.append(python.prepared(program))
    return tuple(found)


def _collect(problems: list[Problem], things: Iterable[Any], make: Any) -> list[Any]:
    """What can be made of them; what is wrong with the others is added to `problems`."""
    found = []
    for thing in things:
        try:
            found.append(make(thing))
        except Problem as problem:
            problems.append(problem.at(getattr(thing, "where", None) or getattr(thing, "at", None)))
    return found


def _sort(node: Node, rules: dict[str, Node], platforms: list[Node], rates: list[Node]) -> None:
    entries = mapping(node, "a data file")
    if "clauses" in entries:
        platforms.append(node)
    elif "values" in entries:
        rates.append(node)
    elif "id" in entries:
        rule_id = text(entries["id"], "id")
        if rule_id in rules:
            fail(
                entries["id"],
                f"the id “{rule_id}” is taken ({rules[rule_id].where})",
                "every rule has an id of its own",
            )
        rules[rule_id] = node
    else:
        fail(
            node,
            "this is neither a rule, nor a platform, nor a rate",
            "a rule has `id`, a platform `platform` and `clauses`, a rate `values`",
        )


def _rate(node: Node) -> Rate:
    entries = known_keys(node, {"id", "title", "cite", "values", "unit", "note", "until"}, "a rate")
    found: list[tuple[int, Fraction, Mapping[str, str]]] = []
    for one in items(need(entries, "values", node, "a rate"), "values"):
        inner = known_keys(
            one, {"from", "value", "source", "checked_on", "status", "article", "title", "address", "note"}, "a value"
        )
        share = _figure(need(inner, "value", one, "a value"))
        cite = {k: text(v, k) for k, v in inner.items() if k not in ("from", "value") and isinstance(v.value, str)}
        found.append((document.day(need(inner, "from", one, "a value")), share, cite))
    if [f[0] for f in found] != sorted({f[0] for f in found}):
        fail(entries["values"], "the values of a rate stand in the order of their days, each day once")
    starts, values, cites = zip(*found, strict=True)
    until = document.day(entries["until"]) if "until" in entries else None
    name = text(need(entries, "id", node, "a rate"), "id")
    return Rate(name, document.texts(entries.get("title")), starts, values, cites, until)


def _figure(node: Node) -> Fraction:
    written = text(node, "value")
    try:
        return Fraction(written[:-1]) / 100 if written.endswith("%") else Fraction(written)
    except (ValueError, ZeroDivisionError):
        fail(node, f"“{written}” is no figure", "3.1%, or a fraction such as 1/7")


PLATFORM_KEYS = {
    "platform",
    "name",
    "home",
    "kind",
    "standing",
    "sources",
    "process",
    "clauses",
    "ideas",
    "limits",
    "fees",
    "note",
    "not_encoded",
}


def _platform(node: Node, rules: dict[str, Node]) -> Platform:
    entries = known_keys(node, PLATFORM_KEYS, "a platform")
    platform_id = text(need(entries, "platform", node, "a platform", "its id, such as example-academy"), "platform")
    sources = [source.plain(one) for one in items(entries["sources"], "sources")] if "sources" in entries else []
    clause_ids = []
    for clause in items(need(entries, "clauses", node, "a platform"), "clauses"):
        inner = mapping(clause, "a clause")
        if "id" not in inner:
            fail(clause, "a clause needs an id")
        clause_id = text(inner["id"], "id")
        if clause_id in rules:
            fail(inner["id"], f"the id “{clause_id}” is taken ({rules[clause_id].where})")
        cited = _with_sources(clause, sources)
        policy = made(platform_id, clause)
        rules[clause_id] = made({**mapping(cited, "a clause"), "policy": policy}, clause)
        clause_ids.append(clause_id)
    word = {k: text(entries[k], k) for k in ("home", "kind", "standing") if k in entries}
    return Platform(
        id=platform_id,
        name=document.texts(entries.get("name"), platform_id),
        sources=tuple(sources),
        process=source.plain(entries["process"]) if "process" in entries else {},
        clauses=tuple(clause_ids),
        ideas=tuple(text(n, "ideas") for n in items(entries["ideas"], "ideas")) if "ideas" in entries else (),
        note=document.texts(entries.get("note")),
        limits=_remarks(entries, "limits"),
        fees=_remarks(entries, "fees"),
        not_encoded=_remarks(entries, "not_encoded"),
        **word,
    )


def _remarks(entries: Mapping[str, Node], key: str) -> tuple[Texts, ...]:
    """Sentences for people, each in its languages; one under `why` where a citation stands beside it."""
    found = []
    for one in items(entries[key], key) if key in entries else []:
        inner = mapping(one, key) if isinstance(one.value, dict) else {}
        found.append(document.texts(inner.get("why", one)))
    return tuple(found)


def _with_sources(node: Node, sources: list[Any]) -> Node:
    """`source: 2` in a citation becomes title and address of the platform's third source."""
    if isinstance(node.value, list):
        return made([_with_sources(one, sources) for one in node.value], node)
    if not isinstance(node.value, dict):
        return node
    entries = {key: _with_sources(value, sources) for key, value in node.value.items()}
    cited = entries.get("cite")
    if cited is not None and isinstance(cited.value, dict) and "source" in cited.value:
        number = cited.value["source"]
        if isinstance(number.value, str) and number.value.isdigit():
            if int(number.value) >= len(sources):
                fail(number, f"there is no source {number.value}", f"sources are numbered 0 to {len(sources) - 1}")
            chosen = sources[int(number.value)]
            inner = {k: v for k, v in cited.value.items() if k != "source"}
            for key in ("title", "address"):
                if isinstance(chosen, dict) and chosen.get(key):
                    inner.setdefault(key, made(chosen[key], number))
            entries["cite"] = made(inner, cited)
    return made(entries, node)


def _covers(rules: Mapping[str, Rule]) -> dict[str, str]:
    found: dict[str, str] = {}
    for rule in rules.values():
        for covered in rule.covers:
            if covered in found:
                raise Problem(
                    f"“{covered}” is covered by {found[covered]} and by {rule.id}",
                    where=rule.at,
                    hint="one file answers for it",
                )
            found[covered] = rule.id
    return found


def _references(rules: Mapping[str, Rule]) -> None:
    """Every rule named in a relation exists, and nothing takes from itself in a circle."""
    for rule in rules.values():
        named = (
            [d.rule for d in rule.relations.displaces]
            + list(rule.relations.adds_to)
            + [t[2] for t in rule.relations.takes]
        )
        for other in named:
            if other not in rules:
                hints = near(other, rules)
                raise Problem(
                    f"relations name a rule “{other}” that is not there",
                    where=rule.at,
                    hint=f"near: {', '.join(hints)}" if hints else None,
                )
        seen: set[str] = set()
        ahead = [t[2] for t in rule.relations.takes]
        while ahead:
            step = ahead.pop()
            if step == rule.id:
                raise Problem(f"{rule.id} takes answers that, in the end, come from itself", where=rule.at)
            if step not in seen:
                seen.add(step)
                ahead += [t[2] for t in rules[step].relations.takes]
