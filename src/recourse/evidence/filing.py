"""A folder of files, and perhaps a case.yaml that tells what happened, becomes a case that can be sealed.

Every file is an exhibit. decision.json, assessment.json and files whose names begin with "letter" are papers.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recourse import source
from recourse.evidence import bundle, chain, heads, instants, log
from recourse.evidence.boxes import CHUNK, nfc
from recourse.evidence.keys import SealKey
from recourse.problems import Problem
from recourse.rules.document import known_keys
from recourse.source import Node

CASE = "case.yaml"
EXAMPLE = "events:\n  - {at: 2026-11-01T09:00:00Z, actor: learner, kind: request, text: …, exhibits: [receipt.pdf]}"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, `at` UTC seconds; `exhibits` are paths of files in the folder."""

    at: int
    actor: str
    kind: str
    text: str
    exhibits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Telling:
    """What a case.yaml tells."""

    ref: str
    title: str
    institution: str
    events: tuple[Event, ...]


def told(text: str, file: str) -> Telling:
    """The telling in a case.yaml; `file` names it in messages. Raises `Problem` that says where."""
    node = source.read(text, file)
    entries = known_keys(node, {"case", "title", "institution", "events"}, "a case")
    if "case" not in entries:
        raise node.problem("a case has a reference", "case", "case: C-2026-0001")
    events = entries["events"].sequence("events") if "events" in entries else []
    words = {key: entries[key].text(key) for key in ("title", "institution") if key in entries}
    ref = entries["case"].text("case")
    return Telling(ref, words.get("title", ref), words.get("institution", ""), tuple(_event(one) for one in events))


def _event(node: Node) -> Event:
    entries = known_keys(node, {"at", "actor", "kind", "text", "exhibits"}, "an event")
    for key in ("at", "actor", "kind"):
        if key not in entries:
            raise node.problem(f"an event says its {key}", key, EXAMPLE)
    exhibits = [nfc(one.text()) for one in entries["exhibits"].sequence()] if "exhibits" in entries else []
    try:
        at = instants.parse(entries["at"].text())
    except Problem as problem:
        raise problem.at(entries["at"].where, "at") from None
    words = entries["text"].text() if "text" in entries else ""
    return Event(at, entries["actor"].text(), entries["kind"].text(), words, tuple(exhibits))


def case(folder: Path, *, key: SealKey, at: int, salt: Callable[[], bytes]) -> bundle.Case:
    """The case that lies in a folder, its timeline closed by an entry that names every file, at `at`, UTC seconds.

    `salt` gives 32 fresh random bytes at each call. Raises `Problem` for a folder without files, links, a telling that
    cannot be read, and exhibits that it names but that are not there.
    """
    files = dict(_files(folder))
    telling = Telling(folder.resolve().name, folder.resolve().name, "", ())
    if CASE in files:
        telling = told(files.pop(CASE).read_text(encoding="utf-8", errors="replace"), str(folder / CASE))
    papers = {name: path for name, path in files.items() if _is_paper(name)}
    exhibits = {name: path for name, path in files.items() if name not in papers}
    if not files:
        raise Problem(f"there is no file in {folder}")
    sums = {name: _sum(path) for name, path in exhibits.items()}
    for event in telling.events:
        for name in event.exhibits:
            if name not in sums:
                raise Problem(f"there is no exhibit {name} in {folder}", field="exhibits")
    everything = [{"name": name, "sha256": sums[name]} for name in exhibits]
    timeline, openings = _timeline(
        telling, sums, {"text": "Files as they lay in the folder", "files": everything}, at, salt
    )
    tree = log.Tree(log.leaf_hash(entry.line) for entry in timeline)
    head = heads.head(origin="recourse.local/folder", size=len(tree), root=tree.root(), at=at)
    return bundle.Case(
        ref=telling.ref,
        title=telling.title,
        institution=telling.institution,
        lines=[entry.line for entry in timeline],
        openings=openings,
        heads=[heads.sign(head, key)],
        proofs=bundle.proofs(tree, {entry.seq: entry.seq - 1 for entry in timeline}, [len(tree)]),
        exhibits=[bundle.Exhibit(name, path) for name, path in exhibits.items()],
        papers=papers,
    )


def _timeline(
    telling: Telling, sums: Mapping[str, str], last: dict[str, Any], at: int, salt: Callable[[], bytes]
) -> tuple[list[chain.Entry], dict[int, chain.Opening]]:
    timeline: list[chain.Entry] = []
    openings: dict[int, chain.Opening] = {}

    def add(when: int, actor: str, kind: str, body: dict[str, Any]) -> None:
        opening = chain.Opening(salt(), chain.canonical(body))
        before = timeline[-1] if timeline else None
        entry = chain.append(before, case=telling.ref, at=when, actor=actor, kind=kind, opening=opening)
        timeline.append(entry)
        openings[entry.seq] = opening

    for event in telling.events:
        named = [{"name": name, "sha256": sums[name]} for name in event.exhibits]
        add(event.at, event.actor, event.kind, {"text": event.text} | ({"exhibits": named} if named else {}))
    add(at, "recourse", "filed", last)
    return timeline, openings


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """The files of a folder by their paths in it, in the order of the paths."""
    if not folder.is_dir():
        raise Problem(f"there is no folder {folder}")
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not (path.is_dir() or path.is_file()):
            raise Problem(f"{path} is a link or no plain file", hint="put the file itself there")
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            if name.encode("utf-8", "surrogateescape").decode("utf-8", "replace") != name:
                raise Problem(f"the name {name!a} is no UTF-8 text", hint="rename the file")
            yield nfc(name), path


def _is_paper(name: str) -> bool:
    return name in ("decision.json", "assessment.json") or (name.startswith("letter") and "/" not in name)


def _sum(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            found.update(chunk)
    return found.hexdigest()
