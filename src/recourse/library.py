"""Loads and checks the data: vocabulary, rules of law, platforms, rates. The one place where the engine reads files.

What was loaded is kept in a cache beside the user's other caches; it is used only while every file and the engine are
byte for byte the same.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from recourse import __version__, cached, calendars, places
from recourse.bilingual import Words
from recourse.bodies import Body
from recourse.keeping import Head, Kept, Shelf, head, packed
from recourse.problems import Problem, likely, near
from recourse.rules.prepared import Prepared
from recourse.rules.setting import Setting
from recourse.rules.tree import Rule, Texts
from recourse.vocabulary import Vocabulary

DATA = Path(__file__).parent / "data"
OWN = f"{DATA}{os.sep}"
_KEPT = 4  # libraries in the cache
CASES = f"{OWN}cases{os.sep}"  # worked cases: they show that rules are right, and are no rules themselves


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
        if found is None and rule_id in self.bodies:
            return self.bodies[rule_id].rule
        if found is None:
            hints = near(rule_id, [*self.rules, *self.covers, *self.bodies])
            raise Problem(
                f"there is no rule “{rule_id}”",
                field="rule",
                hint=f"near: {', '.join(hints)}" if hints else "`recourse rules` lists them",
            )
        return found

    def listed(self, *, place: str = "", platform: str = "", kind: str = "") -> list[Rule]:
        """The rules of a place and those it lies in, of a platform, of a kind. Raises Problem for one there is not."""
        if place:
            places.check(place)
        if platform:
            self.platform(platform)
        of_kind = [rule for rule in self.rules.values() if not kind or rule.kind == kind]
        if kind and not of_kind:
            kinds = sorted({rule.kind for rule in self.rules.values()})
            raise Problem(
                Words(f"“{kind[:60]}” is no kind of rule", f"没有“{kind[:60]}”这类规则"), field="kind",
                hint=likely(kind, kinds),
            )  # fmt: skip
        return [
            rule
            for rule in of_kind
            if (not place or (rule.place and places.contains(place, rule.place)))
            and (not platform or rule.policy == platform)
        ]

    def heads(self) -> Iterable[Head]:
        """What says whom each rule may concern, without reading the rules themselves."""
        return self.rules.heads.values() if isinstance(self.rules, Kept) else map(head, self.rules.values())

    def heads_of_bodies(self) -> Iterable[Head]:
        """The same of whom to turn to, without reading the bodies themselves."""
        if isinstance(self.bodies, Kept):
            return self.bodies.heads.values()
        return (head(body.rule, is_body=True) for body in self.bodies.values())

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
    library = _build({_shown(path): _decoded(path, raw) for path, raw in contents.items()}, digest)
    if cache:
        _write_cache(stored, library)
    return library


def _files(roots: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for root in roots:
        if root.is_dir():
            found += _below(root)
        elif root.is_file():
            found.append(root)
        else:
            raise Problem(f"there is no file or folder {root}", field="data")
    return found


def _below(root: Path) -> Iterator[Path]:
    """The YAML files of a folder in the order of their paths; as texts, since Path.rglob takes five times as long."""
    files = [f"{folder}{os.sep}{name}" for folder, _, names in os.walk(root) for name in names]
    for file in sorted(files, key=lambda file: file.replace(os.sep, "\0")):
        if file.endswith(".yaml") and not file.startswith(CASES) and (path := Path(file)).is_file():
            yield path


def _shown(path: Path) -> str:
    """How errors call a file: our own from the folder of the data on."""
    file = str(path)
    return file.removeprefix(OWN).replace(os.sep, "/") if file.startswith(OWN) else file


def _decoded(path: Path, raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(f"{path} is not UTF-8 text (byte {error.start})", hint="save the file as UTF-8") from None


def _digest(contents: Mapping[Path, bytes]) -> str:
    whole = hashlib.sha256()
    for path, raw in contents.items():
        name = _shown(path) if str(path).startswith(OWN) else path.name
        whole.update(f"{name}\0{len(raw)}\0".encode())
        whole.update(raw)
    return whole.hexdigest()


@cache
def engine_digest() -> str:
    """Names the engine: its version and the bytes of the modules that decide."""
    whole = hashlib.sha256(__version__.encode())
    root = Path(__file__).parent
    for path in sorted([*root.glob("*.py"), *(root / "rules").rglob("*.py"), *(root / "telling").glob("*.py")]):
        whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()


# -- the cache


def remembered(library: Library, name: str, work: Callable[[], Any]) -> Any:
    """What `work()` gives, as JSON has it, kept beside the cache for the next process.

    It may hang on the library and the name alone. A page uses it for what everybody sees who has just started.
    """
    file = _cache_file(library.digest).with_suffix(f".{name}.json")
    stored = cached.read(file)
    if stored is None:
        stored = json.dumps(work()).encode()
        cached.write(file, stored)
    return json.loads(stored)


def _cache_file(digest: str) -> Path:
    name = hashlib.sha256(f"{digest} {engine_digest()} {sys.version}".encode()).hexdigest()[:32]
    return cached.folder() / f"library-{name}.pickle"


def _read_cache(path: Path) -> Library | None:
    """What was stored; unpickling runs what it finds, so only a file that is nobody else's comes this far."""
    raw = cached.read(path)
    return _restored(memoryview(raw)) if raw is not None else None


def _stored(library: Library) -> bytes:
    """The library for the cache: its rules and bodies one by one, each with its programs, which point into it."""
    from recourse.rules.emit import running  # noqa: PLC0415

    programs = {
        name: tuple(replace(one, code=running.code(one.source)) for one in versions)
        for name, versions in library.prepared.items()
    }
    heads = [*(head(one) for one in library.rules.values())]
    heads += [head(one.rule, is_body=True) for one in library.bodies.values()]
    entries = {
        one.id: packed(((library.bodies if one.is_body else library.rules)[one.id], programs[one.id])) for one in heads
    }
    tables = (places.table(), calendars.table())
    return packed((replace(library, rules={}, bodies={}, prepared={}), heads, entries, tables))


def _restored(raw: memoryview) -> Library | None:
    found = pickle.loads(raw)  # noqa: S301 - this user's own file, whole, and made by this very engine
    if not isinstance(found, tuple):
        return None
    library, heads, entries, (of_places, of_calendars) = found
    places.use(of_places)
    calendars.use(of_calendars)
    shelf = Shelf(entries)
    rules: Kept[Rule] = Kept(shelf, (one for one in heads if not one.is_body), 0)
    bodies: Kept[Body] = Kept(shelf, (one for one in heads if one.is_body), 0)
    restored: Library = replace(library, rules=rules, bodies=bodies, prepared=Kept(shelf, heads, 1))
    return restored


def _write_cache(path: Path, library: Library) -> None:
    cached.write(path, _stored(library), "library-*.pickle", _KEPT)


# -- building, whose many modules are imported only where no cache answers


def _build(texts: Mapping[str, str], digest: str) -> Library:
    from recourse import building  # noqa: PLC0415  only where no cache answers

    return building.build(texts, digest)


def with_policy(library: Library, content: str, file: str) -> tuple[Library, str]:
    """The library with this text's policy in it, in the place of one with the same id; and that id.

    Raises Problem(s) with line and column for a text that is no policy.
    """
    from recourse import building  # noqa: PLC0415

    return building.with_policy(library, content, file)
