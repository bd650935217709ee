"""Says what a bundle proves and what it does not, stage by stage; `verify.sh` in each bundle says the same in shell.

The order matters: first what is there at all, then the seal over the lists, then every file against the lists. Only
what has passed that is read as a timeline, a log and time stamps. A stage that fails ends it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from recourse.evidence import boxes, chain, enclosed, instants, keys, layout, names, stamps, verify_log, verify_time
from recourse.evidence.boxes import Box
from recourse.evidence.keys import Known, PublicKey
from recourse.evidence.report import UNREADABLE, Broken, Findings, Report
from recourse.evidence.words import SAID
from recourse.problems import Problem


def verify(
    box: Box,
    *,
    known: Iterable[Known] = (),
    authorities: Path | None = None,
    now: int,
    openssl: stamps.OpenSSL | None = None,
) -> Report:
    """Judge a bundle by the keys that the reader knows, at `now` (UTC seconds).

    `authorities` is a PEM file of the certificates of time-stamp authorities that the reader trusts. Raises `Problem`
    for what is no bundle, or one of a later release.
    """
    if not box.names & {"bagit.txt", layout.TAG_MANIFEST, layout.SEAL}:
        raise Problem("this is no bundle", hint="a bundle has bagit.txt and seal.sig at its top")
    found = Findings(box)
    reader = verify_time.Reader(authorities, now, openssl or stamps.OpenSSL())
    used: Known | None = None
    try:
        _files(found)
        own, used = _seal(found, tuple(known))
        files, about = _contents(found)
        timeline = _timeline(found, files, about["case"])
        logged = verify_log.check(found, files, timeline, own)
        sealed = found.read("time", layout.TAG_MANIFEST) + found.read("time", layout.SEAL)
        proved = verify_time.check(found, sealed, logged, reader, expected=about["stamp"] == "expected")
        if proved is None:
            found.open("time", "sealed at", at=about["at"])
        if used is not None:
            _key_dates(found, used, about["at"], proved)
        found.open("timeline", "true")
        found.open("log", "history")
    except Broken:
        return Report("broken", tuple(found.all), found.facts)
    return Report("intact" if used is None else "proved", tuple(found.all), found.facts)


def _files(found: Findings) -> None:
    """Plain files only, with names that every system takes; at the top exactly what belongs there."""
    here = found.box.names
    for name in (*found.box.strange, *sorted(name for name in here if names.bad(name))):
        found.broken("files", "strange", name=name)
    for name in layout.NEEDED:
        if name not in here:
            found.broken("files", "missing", name=name)
    renewals = {name for name in here if re.fullmatch(r"seal\.(?:[2-9]|[1-9][0-9]+)\.tsr", name)}
    for name in sorted(here - {*layout.NEEDED, layout.STAMPS, layout.stamp(1)} - renewals):
        if not name.startswith("data/"):
            found.broken("files", "extra", name=name)


def _seal(found: Findings, known: tuple[Known, ...]) -> tuple[PublicKey, Known | None]:
    """The key of the seal, and what the reader knows of it. With known keys, only those count."""
    manifest = found.read("seal", layout.TAG_MANIFEST)
    signature = found.read("seal", layout.SEAL)
    pem = found.read("seal", "seal.pub.pem")
    try:
        own = keys.public(pem, "seal.pub.pem")
    except Problem as problem:
        found.broken("seal", "why", why=problem.message)
    if own.pem != pem:
        found.broken("seal", "malformed", name="seal.pub.pem")
    used = next((one for one in known if one.key == own), None)
    if known and used is None:
        if any(one.key.verifies(signature, manifest) for one in known):
            found.broken("seal", "key in bag")
        found.broken("seal", "seal other", fingerprint=own.fingerprint)
    if not own.verifies(signature, manifest):
        found.broken("seal", "seal")
    found.facts["key"] = own.fingerprint
    if used is None:
        found.open("seal", "seal own", fingerprint=own.fingerprint)
    else:
        found.held("seal", "seal known", name=used.name or own.fingerprint)
    return own, used


def _contents(found: Findings) -> tuple[dict[str, str], re.Match[str]]:
    """The files in data/ with their checksums, every one tested, and what bag-info.txt says."""
    tags = _listed(found, layout.TAG_MANIFEST)
    if tuple(tags) != layout.TAGS:
        found.broken("contents", "malformed", name=layout.TAG_MANIFEST)
    _compare(found, tags)
    files = _listed(found, layout.MANIFEST)
    if not all(name.startswith("data/") for name in files):
        found.broken("contents", "malformed", name=layout.MANIFEST)
    here = {name for name in found.box.names if name.startswith("data/")}
    for name in sorted(files.keys() - here):
        found.broken("contents", "missing", name=name)
    for name in sorted(here - files.keys()):
        found.broken("contents", "extra", name=name)
    _compare(found, files)
    if found.read("contents", "bagit.txt") != layout.BAGIT:
        found.broken("contents", "malformed", name="bagit.txt")
    about = layout.ABOUT.fullmatch(found.read("contents", "bag-info.txt").decode("ascii", "replace"))
    if about is None:
        found.broken("contents", "malformed", name="bag-info.txt")
    if about["format"] != layout.FORMAT:
        raise Problem(
            f"this bundle has format {about['format']}, later than this release knows", hint="take a newer one"
        )
    found.facts |= {"case": about["case"], "sealed_at": about["at"], "files": len(found.box.names)}
    found.held("files", "files", count=len(found.box.names))
    found.held("contents", "contents")
    if tags["verify.sh"] not in enclosed.RELEASED:
        found.open("script", "script")
    return files, about


def _listed(found: Findings, name: str) -> dict[str, str]:
    """The files of a manifest with their checksums; each line as it is written, in the order of their bytes."""
    files: dict[str, str] = {}
    for line in found.lines("contents", name):
        entry = layout.LISTED.fullmatch(line)
        if entry is None:
            found.broken("contents", "malformed", name=name)
        files[entry["name"].decode("utf-8", "surrogateescape")] = entry["sha256"].decode()
    if boxes.listing(files) != found.read("contents", name):
        found.broken("contents", "malformed", name=name)
    return files


def _compare(found: Findings, files: dict[str, str]) -> None:
    for name, sha256 in files.items():
        try:
            same = boxes.digest(found.box, name) == sha256
        except UNREADABLE as error:
            found.unreadable("contents", name, error)
        if not same:
            found.broken("contents", "changed", name=name)


def _timeline(found: Findings, files: dict[str, str], case: str) -> list[bytes]:
    """The lines of the timeline: each follows from the one before, and each body is the one it commits to."""
    lines = found.lines("timeline", layout.TIMELINE)
    openings: dict[int, bytes] = {}
    for name in (name for name in files if name.startswith("data/entries/")):
        entry = layout.ENTRY.fullmatch(name)
        if entry is None:
            found.broken("timeline", "extra", name=name)
        openings[int(entry["seq"])] = found.read("timeline", name)
    try:
        entries = chain.read(lines)
        closed = chain.check_openings(entries, openings)
    except Problem as problem:
        found.broken("timeline", "why", why=problem.message)
    if entries[0].case != case:
        found.broken("timeline", "why", why=SAID["other case"])
    found.held("timeline", "timeline", count=len(entries), case=case, first=entries[0].at, last=entries[-1].at)
    exhibits = [sha256.encode() for name, sha256 in files.items() if name.startswith("data/exhibits/")]
    named = sum(any(one in opened for opened in openings.values()) for one in exhibits)
    if exhibits:
        found.held("timeline", "exhibits", named=named, count=len(exhibits))
    gone = chain.erased(entries)
    for key, numbers in (("erased", gone), ("closed", closed - gone)):
        if numbers:
            found.open("timeline", key, numbers=", ".join(map(str, sorted(numbers))))
    found.facts |= {"entries": len(entries), "erased": sorted(gone), "closed": sorted(closed - gone)}
    found.facts |= {"exhibits": len(exhibits), "exhibits_named": named}
    return lines


def _key_dates(found: Findings, used: Known, sealed_at: str, proved: int | None) -> None:
    """The key was in force when the seal was made; if it was lost, a stamp proves that the seal is older."""
    day = instants.day(proved) if proved is not None else sealed_at[:10]
    if not used.since <= day <= used.until:
        found.broken("seal", "key dates", since=used.since, until=used.until, day=day)
    if used.lost and (proved is None or day >= used.lost):
        found.broken("seal", "key lost", lost=used.lost)
