"""Files that people hand in: looked at, scanned, kept as they came, and shown as copies made anew.

A file is held first, under a random name that only its draft knows; it becomes an exhibit when it is added to a case.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from recourse.bilingual import Words
from recourse.desk.models import Case, Exhibit, Person
from recourse.desk.services import timeline
from recourse.exhibits.kinds import Kind
from recourse.exhibits.received import receive
from recourse.exhibits.refusals import Refused, TooMuch
from recourse.exhibits.scan import Clean, Found, scanned
from recourse.exhibits.shown import shown

MOST = 40  # files of one case
MOST_BYTES = 200 * (1 << 20)  # of all its files together
_FULL = Words("this case holds as many files as it can", "此案件的文件数量已达上限")
_FULL_HINT = Words("put several pages into one PDF", "请将多页合并为一个 PDF")
_VIRUS = Words("the virus scanner knows this file as harmful", "病毒扫描器认定此文件有害")
_VIRUS_HINT = Words("nothing was kept; take a picture of the paper instead", "文件没有保存；请改为拍摄纸质凭证")


@dataclass(frozen=True)
class Held:
    """A file that was taken but belongs to no case yet; plain data, so that a draft can hold it.

    `stored` and `shown` are where the original and the copies lie ("" where nothing can be shown), `pages` how many.
    """

    name: str
    kind: str
    digest: str
    size: int
    stored: str
    shown: str
    shown_kind: str
    pages: int
    scanned: str
    notes: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Held:
        """From a draft."""
        return cls(**{**told, "notes": tuple((en, zh) for en, zh in told.get("notes", ()))})

    def plain(self) -> dict[str, Any]:
        """For a draft."""
        return asdict(self)


def hold(name: str, data: bytes) -> Held:
    """Take a file. Raises `Refused`, with words for its owner, for what is not taken; then nothing is kept."""
    taken = receive(name, data)
    verdict = scanned(data, settings.SCANNER) if settings.SCANNER else None
    if isinstance(verdict, Found):
        raise Refused(_VIRUS, hint=_VIRUS_HINT)
    said = f"scanned: {verdict.by or 'clean'}" if isinstance(verdict, Clean) else "not scanned"
    copies = shown(taken.kind, data)
    stored, stem = _write(_name(), data), ""
    if copies.copies:
        stem = _name()
        for number, copy in enumerate(copies.copies, 1):
            _write(f"{stem}.{number}", copy.data)
    return Held(
        name=taken.name, kind=taken.kind.value, digest=taken.sha256, size=taken.size, stored=stored, shown=stem,
        shown_kind=copies.copies[0].mime if stem else "", pages=len(copies.copies), scanned=said[:60],
        notes=tuple((note.en, note.zh) for note in (*taken.notes, *copies.notes)),
    )  # fmt: skip


@transaction.atomic
def add(*, case: Case, held: Held, by: Person | None, at: dt.datetime, purpose: str = "voucher") -> Exhibit:
    """The file becomes an exhibit of the case; the same file twice is one. Raises `TooMuch` beyond the quota."""
    case = Case.lock(case.pk)
    again = Exhibit.objects.filter(case=case, digest=held.digest).first()
    if again is not None:
        if again.stored != held.stored:
            drop(held)
        return again
    there = Exhibit.objects.filter(case=case)
    if there.count() >= MOST or (there.aggregate(all=Sum("size"))["all"] or 0) + held.size > MOST_BYTES:
        raise TooMuch(_FULL, hint=_FULL_HINT)
    made = Exhibit.objects.create(
        case=case, name=held.name, purpose=purpose, kind=held.kind, digest=held.digest, size=held.size,
        stored=held.stored, shown=held.shown, shown_kind=held.shown_kind, scanned=held.scanned, brought_by=by,
    )  # fmt: skip
    timeline.record(
        case=case, by=timeline.actor(by), kind="exhibit", at=at,
        body={"exhibit": str(made.pk), "name": held.name, "kind": held.kind, "size": held.size, "sha256": held.digest,
              "scanned": held.scanned, "purpose": purpose},
    )  # fmt: skip
    return made


def keep(
    *, case: Case, name: str, data: bytes, by: Person | None, at: dt.datetime, purpose: str = "voucher"
) -> Exhibit:
    """Take a file for a case. Raises `Refused` or `TooMuch` with words for whoever brought it."""
    held = hold(name, data)
    try:
        return add(case=case, held=held, by=by, at=at, purpose=purpose)
    except BaseException:
        drop(held)
        raise


def original(stored: str) -> bytes:
    """The file as it came."""
    return _path(stored).read_bytes()


def copy(shown: str, page: int) -> bytes | None:
    """A page of what is shown, from 1; nothing where there is none."""
    path = _path(f"{shown}.{page}") if shown else None
    return path.read_bytes() if path is not None and path.is_file() else None


def pages(shown: str) -> int:
    """How many pages are shown."""
    return sum(1 for _ in _pages(shown))


def drop(held: Held) -> None:
    """Remove a file that became no exhibit."""
    remove(held.stored, held.shown)


def remove(stored: str, shown: str) -> None:
    """Take an original and its copies off the disk; what is gone already does not matter."""
    for path in [_path(stored), *_pages(shown)]:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()


def kind(exhibit: Exhibit | Held) -> Kind:
    """What the original is."""
    return Kind(exhibit.kind)


def _pages(shown: str) -> Iterator[Path]:
    number = 1
    while shown and (path := _path(f"{shown}.{number}")).is_file():
        yield path
        number += 1


def _name() -> str:
    name = secrets.token_hex(20)
    return f"{name[:2]}/{name}"


def _path(stored: str) -> Path:
    return Path(settings.FILES) / stored


def _write(stored: str, data: bytes) -> str:
    """For our own eyes only, and on the disk before anybody is told that it is kept."""
    path = _path(stored)
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    return stored
