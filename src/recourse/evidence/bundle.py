"""Writes a bundle: everything of a case in one BagIt bag, sealed, provable, and readable without any program of ours.

The same case, key and instant give the same bytes. Files are copied piece by piece, so memory does not grow with them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recourse import __version__
from recourse.evidence import boxes, chain, enclosed, heads, instants, layout, log, names, readme, stamps
from recourse.evidence.boxes import Sink, Source
from recourse.evidence.keys import SealKey
from recourse.problems import Problem

Stamper = Callable[[bytes], bytes]  # a request of RFC 3161 in, the authority's reply out


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A file kept as evidence, under the name that it came with. `shown` is a copy made safe to look at."""

    name: str
    source: Source
    kind: str = ""
    shown: Source | None = None
    shown_as: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What goes into a bundle.

    `lines` are the timeline as stored, `openings` the bodies that are shown, by number. `papers` are further files by
    name: decision.json, assessment.json, letter.pdf. `heads` are of one log and signed with the seal's key, the oldest
    first; `proofs` show the last entry in the last of them, and each as a continuation of the one before.
    """

    ref: str
    title: str
    institution: str
    lines: Sequence[bytes]
    openings: Mapping[int, chain.Opening]
    heads: Sequence[heads.SignedHead]
    proofs: Sequence[layout.Inclusion | layout.Consistency]
    exhibits: Sequence[Exhibit] = ()
    papers: Mapping[str, Source] = field(default_factory=dict)


def proofs(
    tree: log.Tree, indexes: Mapping[int, int], sizes: Iterable[int]
) -> tuple[layout.Inclusion | layout.Consistency, ...]:
    """The proofs that a bundle needs: the last entry in each head of these sizes, and each head after the one before.

    `indexes` says where in the log the case's entries stand: their numbers in the case to indexes from 0.
    """
    found: list[layout.Inclusion | layout.Consistency] = []
    older = 0
    for size in sorted(set(sizes)):
        inside = [seq for seq, index in indexes.items() if index < size]
        if inside:
            last = max(inside)
            found.append(layout.Inclusion(last, indexes[last], size, tree.inclusion(indexes[last], size)))
        if older:
            found.append(layout.Consistency(older, size, tree.consistency(older, size)))
        older = size
    return tuple(found)


def write(out: Path, case: Case, *, key: SealKey, at: int, stamper: Stamper | None = None) -> None:
    """Write the bundle of a case to `out`, a zip file if it ends in .zip, else a folder; sealed at `at`, UTC seconds.

    `stamper` asks an authority for a time stamp; the bundle then says that one is to be there. Raises `Problem` for a
    case whose parts contradict each other, before anything is written, and when `out` exists.
    """
    entries = _checked(case, key)
    with boxes.writing(out, names.folder(case.ref), at) as sink:
        files, exhibits = _payload(sink, case)
        about = readme.About(case.ref, case.title, case.institution, instants.text(at), key.public.fingerprint)
        bodies = {seq: opening.body for seq, opening in case.openings.items()}
        page = readme.page(about, entries, bodies, exhibits, tuple(case.papers))
        files[layout.README] = sink.add(layout.README, page.encode()).sha256
        _seal(sink, files, case, key, at, stamper)


def _checked(case: Case, key: SealKey) -> tuple[chain.Entry, ...]:
    entries = chain.read(case.lines)
    chain.check_openings(entries, {seq: opening.text for seq, opening in case.openings.items()})
    if entries[0].case != case.ref:
        raise Problem(f"the timeline is that of {entries[0].case}, not of {case.ref}", field="ref")
    if not case.heads or any(not heads.holds(one, key.public) for one in case.heads):
        raise Problem("every head must be signed with the key of the seal", field="heads")
    for name in case.papers:
        if (
            "/" in name
            or names.bad(name)
            or f"data/{name}" in (layout.TIMELINE, layout.PROOFS, layout.README, "data/exhibits.json")
        ):
            raise Problem(f"{name!a} cannot be the name of a paper", field="papers")
    if {"entries", "heads", "exhibits", "shown"} & set(case.papers):
        raise Problem("a paper has the name of a folder of the bundle", field="papers")
    return entries


def _payload(sink: Sink, case: Case) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Writes what lies in data/, the page for readers excepted: checksums by name, and the exhibits as told there."""
    files: dict[str, str] = {}

    def add(name: str, source: Source) -> boxes.Written:
        written = sink.add(name, source)
        files[name] = written.sha256
        return written

    add(layout.TIMELINE, b"".join(line + b"\n" for line in case.lines))
    for seq, opening in sorted(case.openings.items()):
        add(layout.entry(seq), opening.text)
    for head in case.heads:
        for what, content in (("txt", head.head.text), ("sig", head.signature), ("tsr", head.stamp)):
            if content is not None:
                add(layout.head(head.head.size, what), content)
    add(layout.PROOFS, "".join(f"{proof.line}\n" for proof in case.proofs).encode())
    told: list[dict[str, Any]] = []
    opened = [opening.body for opening in case.openings.values()]
    for number, exhibit in enumerate(case.exhibits, start=1):
        file = f"exhibits/{names.numbered(exhibit.name, number)}"
        written = add(f"data/{file}", exhibit.source)
        one: dict[str, Any] = {"name": exhibit.name, "file": file, "sha256": written.sha256, "bytes": written.size}
        one["in_timeline"] = any(written.sha256.encode() in body for body in opened)
        if exhibit.kind:
            one["kind"] = exhibit.kind
        if exhibit.shown is not None:
            one["shown"] = f"shown/{names.numbered(exhibit.shown_as or exhibit.name, number)}"
            add(f"data/{one['shown']}", exhibit.shown)
        told.append(one)
    if told:
        add("data/exhibits.json", json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n")
    for name, source in sorted(case.papers.items()):
        add(f"data/{boxes.nfc(name)}", source)
    return files, told


def _seal(sink: Sink, files: dict[str, str], case: Case, key: SealKey, at: int, stamper: Stamper | None) -> None:
    about = (
        f"Bag-Software-Agent: Recourse {__version__}\nBagging-Date: {instants.day(at)}\n"
        f"External-Identifier: {case.ref}\nRecourse-Bundle: {layout.FORMAT}\nRecourse-Sealed-At: {instants.text(at)}\n"
        f"Recourse-Stamp: {'none' if stamper is None else 'expected'}\n"
    )
    tags = {
        "VERIFY.txt": enclosed.VERIFY,
        "bag-info.txt": about.encode(),
        "bagit.txt": layout.BAGIT,
        layout.MANIFEST: boxes.listing(files),
        "seal.pub.pem": key.public.pem,
        "verify.sh": enclosed.SCRIPT,
    }
    for name, content in tags.items():
        sink.add(name, content, program=name == "verify.sh")
    manifest = boxes.listing({name: hashlib.sha256(content).hexdigest() for name, content in tags.items()})
    signature = key.sign(manifest)
    sink.add(layout.TAG_MANIFEST, manifest)
    sink.add(layout.SEAL, signature)
    if stamper is not None:
        reply = stamper(stamps.request(hashlib.sha256(manifest + signature).digest()))
        sink.add(layout.stamp(1), reply)
        sink.add(layout.STAMPS, boxes.listing({layout.stamp(1): hashlib.sha256(reply).hexdigest()}))


def renew(folder: Path, stamper: Stamper) -> str:
    """Add a stamp to a bundle that lies in a folder, over its seal and all stamps before; the name of the new file.

    Do it before the certificate of the last stamp lapses. The seal is not touched, so anybody may renew. Whoever needs
    the zip file anew packs the folder again.
    """
    listed = Path(folder, layout.STAMPS)
    earlier = layout.lines(listed.read_bytes()) if listed.exists() else []
    if earlier is None or not Path(folder, layout.SEAL).exists():
        raise Problem(f"{folder} is no bundle, or its list of stamps is damaged")
    over = hashlib.sha256()
    for name in (layout.TAG_MANIFEST, layout.SEAL, *(layout.stamp(number + 1) for number in range(len(earlier)))):
        over.update(Path(folder, name).read_bytes())
    reply = stamper(stamps.request(over.digest()))
    name = layout.stamp(len(earlier) + 1)
    with Path(folder, name).open("xb") as file:
        file.write(reply)
    line = f"{hashlib.sha256(reply).hexdigest()}  {name}".encode()
    listed.write_bytes(b"".join(one + b"\n" for one in (*earlier, line)))
    return name
