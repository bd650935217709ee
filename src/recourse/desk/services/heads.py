"""The log of all entries: new ones are appended, its head is signed, and heads leave the house.

Entries of the example world are not in it: they can be removed, and a log forgets nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import islice

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet

from recourse.bilingual import Words
from recourse.desk.models import Entry, Head, Leaf, Membership, Role
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import sealing
from recourse.evidence import growth, heads, log, notes, stamps
from recourse.evidence.heads import SignedHead
from recourse.problems import Problem

TOGETHER = 2000  # leaves appended with one statement
_LINES = "SELECT e.line FROM desk_leaf l LEFT JOIN desk_entry e ON e.hash = l.hash ORDER BY l.number"


def missing() -> QuerySet[Entry]:
    """The entries that are not in the log yet, in the order in which they will be."""
    there = Leaf.objects.filter(hash=OuterRef("hash"))
    return Entry.objects.filter(~Exists(there), case__example=False).order_by("made_at", "case", "seq")


def append() -> int:
    """Append what is missing; how many that were."""
    with of(EVERYTHING), transaction.atomic():  # the log is everybody's: whoever asks for a bundle brings it up to date
        if connection.vendor == "postgresql":  # SQLite's transactions begin with the lock
            with connection.cursor() as cursor:
                cursor.execute("LOCK TABLE desk_leaf IN SHARE ROW EXCLUSIVE MODE")
        size = length()
        hashes = list(missing().values_list("hash", flat=True))
        leaves = [Leaf(number=number, hash=one) for number, one in enumerate(hashes, start=size)]
        Leaf.objects.bulk_create(leaves, batch_size=TOGETHER)
    return len(leaves)


def length() -> int:
    """How many entries the log has."""
    last: int | None = Leaf.objects.order_by("-number").values_list("number", flat=True).first()
    return 0 if last is None else last + 1


def hashes() -> Iterator[bytes]:
    """The leaf hashes in order. Raises `Problem` where an entry of the log is gone."""
    with of(EVERYTHING), connection.chunked_cursor() as cursor:  # see `append`; read in portions from the server, too
        cursor.execute(_LINES)
        number = 0
        while rows := cursor.fetchmany(TOGETHER):
            for (line,) in rows:
                if line is None:
                    raise Problem(Words(f"entry {number} of the log is gone", f"日志中的第 {number} 条记录已不存在"))
                yield log.leaf_hash(bytes(line))
                number += 1


def make(*, at: dt.datetime) -> Head | None:
    """Append what is missing and sign the head, unless the last head is still the head. None for an empty log."""
    append()
    last = Head.objects.order_by("-size").first()
    size = length()
    if size == 0 or (last is not None and last.size == size):
        return last
    key = sealing.key()
    root = log.roots(hashes(), [size])[size]
    signed = heads.sign(heads.head(origin=sealing.origin(), size=size, root=root, at=int(at.timestamp())), key)
    made, _ = Head.objects.get_or_create(
        size=size, defaults={"root": root.hex(), "note": notes.note(signed, key.public), "stamp": _stamp(signed)}
    )
    return made


def _stamp(signed: SignedHead) -> bytes | None:
    """The authority's reply, where one is set and answers: a head without a stamp is better than none."""
    asks = sealing.stamper()
    if asks is None:
        return None
    try:
        return asks(stamps.request(stamps.digest_of(signed.stamped)))
    except Problem:
        return None


def unsent() -> Head | None:
    """The newest head, if it has not left the house."""
    last = Head.objects.order_by("-size").first()
    return last if last is not None and last.sent_at is None else None


def readers() -> list[tuple[str, str]]:
    """To whom heads are sent: address and language of the auditors of institutions, and the witnesses that are set."""
    auditors = Membership.objects.filter(role=Role.AUDITOR, ended_at=None, institution__example=False)
    found = {one.person.email: one.person.language or "en" for one in auditors.select_related("person")}
    return sorted({**found, **dict.fromkeys(settings.WITNESSES, "en")}.items())


def sent(*, head: Head, at: dt.datetime) -> None:
    """It left the house: it and those before it."""
    Head.objects.filter(size__lte=head.size, sent_at=None).update(sent_at=at)


def grown(older: str, *, newest: Head | None = None) -> growth.Growth:
    """The proof that the log only grew from a head that left the house (its note) to the newest one, or to that one.

    Raises `Problem` for what is no head of this log, and where the log is not the one of that head.
    """
    last = newest or Head.objects.order_by("-size").first()
    old = notes.read(older).head
    if last is None or old.size > last.size:
        size = 0 if last is None else last.size
        said = f"it names {old.size} entries, the log has {size}", f"其条数为 {old.size}，日志仅有 {size} 条"
        raise Problem(Words(*said))
    made = growth.prove(log.Tree(islice(hashes(), last.size)), older, last.note)
    if not log.continues(old.size, old.root, last.size, notes.read(last.note).head.root, made.proof.path):
        raise Problem(Words("the log is not the one that was signed", "日志与签名时不符"))
    return made
