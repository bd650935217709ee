"""Adds entries to the timeline of a case, in the transaction of whatever they tell of; reads them back, tested."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from recourse.desk import hearing
from recourse.desk.models import Case, Entry, Opening, Person
from recourse.evidence import chain

SYSTEM = "desk"


@dataclass(frozen=True)
class Told:
    """An entry with its body; the body is None where it was erased or is not for the reader."""

    entry: Entry
    actor: str
    body: Mapping[str, Any] | None


def actor(person: Person | None) -> str:
    """A person as the timeline names them: a reference that says nothing outside the desk."""
    return SYSTEM if person is None else f"person:{person.pk}"


def record(
    *, case: Case, by: str, kind: str, body: Mapping[str, Any], at: dt.datetime, inner: bool = False,
    erases: Sequence[int] = (),
) -> Entry:  # fmt: skip
    """Add one entry. Call it inside a transaction that holds the case's row.

    `body` is plain data without floats; `at` never runs back: an entry is not earlier than the one before it.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("an entry is written in the transaction of what it tells of")
    before = Entry.objects.filter(case=case).order_by("-seq").first()
    last = chain.read_line(bytes(before.line)) if before else None
    opening = chain.Opening(secrets.token_bytes(chain.SALT_BYTES), chain.canonical(dict(body)))
    moment = max(at, before.at) if before else at
    new = chain.append(
        last, case=str(case.pk), at=int(moment.timestamp()), actor=by, kind=kind, opening=opening,
        erases=erases,
    )  # fmt: skip
    entry = Entry.objects.create(
        case=case, seq=new.seq, prev=new.prev, hash=new.hash, line=new.line, at=moment, kind=kind, inner=inner
    )
    Opening.objects.create(entry=entry, salt=opening.salt, body=opening.body)
    hearing.tell(case, entry, body)
    return entry


def erase(*, case: Case, by: str, body: Mapping[str, Any], at: dt.datetime) -> Entry | None:
    """Take the words out of every entry, and record that and why; the lines stay, and with them the chain and the log.

    Without its salt nobody can try out what a body may have said. None where nothing was left to erase. Call it inside
    a transaction that holds the case's row.
    """
    openings = Opening.objects.filter(entry__case=case).exclude(entry__kind=chain.ERASED)
    numbers = sorted(openings.values_list("entry__seq", flat=True))
    if not numbers:
        return None
    openings.delete()
    return record(case=case, by=by, kind=chain.ERASED, body=body, at=at, erases=numbers)


def read(case: Case, *, inner: bool) -> list[Told]:
    """The whole timeline, oldest first, every link tested; without the inner entries' bodies unless they are asked for.

    Raises `Problem` at the first entry that does not fit its chain or its body.
    """
    rows = list(Entry.objects.filter(case=case).order_by("seq").select_related("opening"))
    if not rows:
        return []
    entries = chain.read([bytes(row.line) for row in rows])
    openings = {row.seq: _opening(row) for row in rows if hasattr(row, "opening")}
    chain.check_openings(entries, {seq: opening.text for seq, opening in openings.items()})
    return [
        Told(row, one.actor, json.loads(openings[row.seq].body) if row.seq in openings else None)
        for row, one in zip(rows, entries, strict=True)
        if inner or not row.inner
    ]


def _opening(row: Entry) -> chain.Opening:
    return chain.Opening(bytes(row.opening.salt), bytes(row.opening.body))
