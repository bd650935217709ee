"""Loads and checks the data: vocabulary, rules of law, platforms, rates. The one place where the engine reads files.

What was loaded is kept in a cache beside the user's other caches; it is used only while every file and the engine are
byte for byte the same.
"""

from __future__ import annotations

import gc
import hashlib
import os
import pickle
import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from recourse import __version__, bodies, days, facts, sentences, source
from recourse.bodies import Body
from recourse.facts import Vocabulary
from recourse.problems import Problem, Problems, near
from recourse.rules import build, document, lower
from recourse.rules.document import fail, items, known_keys, made, mapping, text
from recourse.rules.emit import python
from recourse.rules.ir import Prepared
from recourse.rules.setting import Rate, Setting
from recourse.rules.tree import Rule, Texts
from recourse.source import Node

DATA = Path(__file__).parent / "data"
CASES = DATA / "cases"  # worked cases: they show that rules are right, and are no rules themselves


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform's published policy: its clauses, most specific first, and how one asks for the money."""

    id: str
    name: Texts
    home: str = ""
    kind: str = ""
    standing: str = ""
    sources: tuple[Mapping[str, str], ...] = ()
    process: Mapping[str, Any] = field(default_factory=dict)
    clauses: tuple[str, ...] = ()
    ideas: tuple[str, ...] = ()
    note: Texts = field(default_factory=dict)
    limits: tuple[Texts, ...] = ()  # what the page says beside its clauses
    fees: tuple[Texts, ...] = ()
    not_encoded: tuple[Texts, ...] = ()  # why something of it is in no clause


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that was loaded; immutable. `digest` names the data byte for byte."""

    vocabulary: Vocabulary
    rules: Mapping[str, Rule]
    platforms: Mapping[str, Platform]
    setting: Setting
    covers: Mapping[str, str]  # id in the index of rules -> id of the rule that answers for it
    digest: str
    labels: Mapping[str, Any] = field(default_factory=dict)  # data/words.yaml, and data/sentences.yaml as `sentences`
    prepared: Mapping[str, tuple[Prepared, ...]] = field(default_factory=dict)  # rule id -> one for each version
    bodies: Mapping[str, Body] = field(default_factory=dict)  # whom to turn to; their rules are not among `rules`

    def rule(self, rule_id: str) -> Rule:
        """A rule by its own id or by one it covers. Raises Problem with near ids."""
        found = self.rules.get(rule_id) or self.rules.get(self.covers.get(rule_id, ""))
        if found is None:
            hints = near(rule_id, [*self.rules, *self.covers])
            raise Problem(
                f"there is no rule “{rule_id}”",
                field="rule",
                hint=f"near: {', '.join(hints)}" if hints else "`recourse rules` lists them",
            )
        return found

    def platform(self, platform_id: str) -> Platform:
        found = self.platforms.get(platform_id)
        if found is None:
            hints = near(platform_id, self.platforms)
            raise Problem(
                f"there is no platform “{platform_id}”",
                field="platform",
                hint=f"near: {', '.join(hints)}" if hints else f"known: {', '.join(sorted(self.platforms))}",
            )
        return found


def load(extra: Iterable[Path] = (), *, cache: bool = True, without: Collection[str] = ()) -> Library:
    """The library: the product's own data and `extra` files or folders. Raises Problem(s) with file and line.

    `without` are files of the product's own, as `Place.file` names them, that are left out: others take their place.
    """
    paths = [path for path in _files([DATA]) if _shown(path) not in without] + _files(extra)
    contents = {path: path.read_bytes() for path in paths}
    digest = _digest(contents)
    stored = _cache_file(digest)
    if cache:
        found = _read_cache(stored)
        if found is not None:
            return found
    library = _build({path: _decoded(path, raw) for path, raw in contents.items()}, digest)
    if cache:
        _write_cache(stored, library)
    return library


def _files(roots: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for root in roots:
        if root.is_dir():
            found += sorted(p for p in root.rglob("*.yaml") if p.is_file() and not p.is_relative_to(CASES))
        elif root.is_file():
            found.append(root)
        else:
            raise Problem(f"there is no file or folder {root}", field="data")
    return found


def _decoded(path: Path, raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(f"{path} is not UTF-8 text (byte {error.start})", hint="save the file as UTF-8") from None


def _digest(contents: Mapping[Path, bytes]) -> str:
    whole = hashlib.sha256()
    for path, raw in contents.items():
        name = path.relative_to(DATA).as_posix() if path.is_relative_to(DATA) else path.name
        whole.update(f"{name}\0{len(raw)}\0".encode())
        whole.update(raw)
    return whole.hexdigest()


@cache
def engine_digest() -> str:
    """Names the engine: its version and the bytes of the modules that decide."""
    whole = hashlib.sha256(__version__.encode())
    root = Path(__file__).parent
    for path in sorted([*root.glob("*.py"), *(root / "rules").rglob("*.py")]):
        whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


# -- the cache


def _cache_file(digest: str) -> Path:
    home = os.environ.get("RECOURSE_CACHE") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    name = hashlib.sha256(f"{digest} {engine_digest()} {sys.version}".encode()).hexdigest()[:32]
    return Path(home) / "recourse" / f"library-{name}.pickle"


def _read_cache(path: Path) -> Library | None:
    """What was stored, if it is whole: the file names its own digest. Only a file of this user's own is read."""
    try:
        if hasattr(os, "getuid") and path.stat().st_uid != os.getuid():
            return None
        raw = path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(raw[32:]).digest() != raw[:32]:
        return None
    collecting = gc.isenabled()
    gc.disable()  # very many new objects, none of them rubbish: the collector would look at them again and again
    try:
        found = pickle.loads(raw[32:])  # noqa: S301 - this user's own file, whole, and made by this very engine
    finally:
        if collecting:
            gc.enable()
    return found if isinstance(found, Library) else None


def _write_cache(path: Path, library: Library) -> None:
    body = pickle.dumps(library, protocol=pickle.HIGHEST_PROTOCOL)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        kept = sorted(path.parent.glob("library-*.pickle"), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in kept[3:]:
            old.unlink(missing_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(hashlib.sha256(body).digest() + body)
        fresh.replace(path)
    except OSError:
        return  # a cache that cannot be written costs time, nothing else


# -- building


def _build(texts: Mapping[Path, str], digest: str) -> Library:
    vocabulary = facts.vocabulary()
    problems: list[Problem] = []
    nodes: dict[str, Node] = {}
    platform_nodes: list[Node] = []
    rate_nodes: list[Node] = []
    own = {DATA / f"{name}.yaml" for name in ("vocabulary", "places", "calendars", "words", "sentences")}
    for path, content in texts.items():
        if path in own:
            continue
        try:
            _sort(source.read(content, _shown(path)), nodes, platform_nodes, rate_nodes)
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
        return build.build(node, vocabulary, known_rates, parent)

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
    words = texts.get(DATA / "words.yaml")
    labels = source.plain(source.read(words, "words.yaml")) if words else {}
    spoken = sentences.read(texts[DATA / "sentences.yaml"], "sentences.yaml")
    labels = {**labels, "sentences": spoken}
    return Library(vocabulary, rules, platforms, setting, _covers(rules), digest, labels, prepared, found)


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


def _shown(path: Path) -> str:
    return path.relative_to(DATA).as_posix() if path.is_relative_to(DATA) else str(path)


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
    for one in items(entries["values"], "values"):
        inner = known_keys(
            one, {"from", "value", "source", "checked_on", "status", "article", "title", "address", "note"}, "a value"
        )
        written = text(inner["value"], "value")
        share = Fraction(written[:-1]) / 100 if written.endswith("%") else Fraction(written)
        cite = {k: text(v, k) for k, v in inner.items() if k not in ("from", "value") and isinstance(v.value, str)}
        found.append((days.parse(text(inner["from"], "from")), share, cite))
    if [f[0] for f in found] != sorted({f[0] for f in found}):
        fail(entries["values"], "the values of a rate stand in the order of their days, each day once")
    starts, values, cites = zip(*found, strict=True)
    until = days.parse(text(entries["until"], "until")) if "until" in entries else None
    return Rate(text(entries["id"], "id"), document.texts(entries.get("title")), starts, values, cites, until)


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
    platform_id = text(entries["platform"], "platform")
    sources = [source.plain(one) for one in items(entries["sources"], "sources")] if "sources" in entries else []
    clause_ids = []
    for clause in items(entries["clauses"], "clauses"):
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
