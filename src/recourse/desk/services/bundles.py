"""A case as a bundle that anybody can verify: its timeline, files and papers, proved in the log, sealed.

Inner entries of an institution stand in it as lines whose bodies are not shown, unless it is made for its own people.
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from recourse.desk import receipts
from recourse.desk.models import Case, DecisionState, Entry, Exhibit, Head, Leaf, Link, LinkUse, Opening
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import heads, rights, sealing, timeline
from recourse.evidence import bundle, chain, layout, log, notes
from recourse.evidence import heads as signing
from recourse.evidence.boxes import Source
from recourse.evidence.heads import SignedHead
from recourse.evidence.keys import SealKey
from recourse.problems import Problem

Proved = tuple[list[SignedHead], tuple[layout.Inclusion | layout.Consistency, ...]]


def write(*, case: Case, out: Path, at: dt.datetime, inner: bool = False) -> None:
    """Write the bundle to `out`, a .zip file or a folder that is not there yet. `case` was found within the scope.

    Raises `Problem` for a timeline that does not hold, a file that is gone, and an authority that does not answer.
    """
    if not case.example:
        heads.make(at=at)
    key, ref = sealing.key(), str(case.pk)
    rows = list(Entry.objects.filter(case=case).order_by("seq"))
    proved = _of_its_own(rows, key, at) if case.example else _in_the_log(rows, key, at)
    made = bundle.Case(
        ref=ref,
        title=f"{case.reference} · {receipts.seller(case, case.language)}",
        institution=receipts.seller(case, case.language),
        lines=[bytes(row.line) for row in rows],
        openings=_openings(case, inner=inner),
        heads=proved[0],
        proofs=proved[1],
        exhibits=[_exhibit(one) for one in Exhibit.objects.filter(case=case).order_by("made_at")],
        papers=_papers(case),
    )
    bundle.write(out, made, key=key, at=int(at.timestamp()), stamper=sealing.stamper())


@contextmanager
def zipped(*, case: Case, at: dt.datetime, inner: bool = False) -> Iterator[Path]:
    """The bundle as a .zip file that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="recourse-bundle-") as folder:
        out = Path(folder, f"{case.reference}.zip")
        write(case=case, out=out, at=at, inner=inner)
        yield out


@transaction.atomic
def taken(*, link: Link, at: dt.datetime) -> None:
    """The officer of a body takes the bundle: recorded, so that the learner sees it, before it is made."""
    if link.use != LinkUse.OFFICER:
        raise rights.NotYours("this link is for reading")
    case = Case.lock(link.case_id)
    timeline.record(
        case=case, by=f"link:{link.pk}", kind="bundle-taken", at=at, body={"link": str(link.pk), "body": link.body}
    )


def _openings(case: Case, *, inner: bool) -> dict[int, chain.Opening]:
    found = Opening.objects.filter(entry__case=case).select_related("entry")
    return {
        one.entry.seq: chain.Opening(bytes(one.salt), bytes(one.body)) for one in found if inner or not one.entry.inner
    }


def _in_the_log(rows: Iterable[Entry], key: SealKey, at: dt.datetime) -> Proved:
    """For each entry the first head that has it, and the last head of all: each in the sense of the key in use."""
    with of(EVERYTHING):  # proofs are hashes of everybody's entries; they tell nothing of them
        tree = log.Tree(heads.hashes())
        numbers = dict(Leaf.objects.filter(hash__in=[row.hash for row in rows]).values_list("hash", "number"))
    indexes = {row.seq: numbers[row.hash] for row in rows if row.hash in numbers}
    signed = {
        head.size: read
        for head in Head.objects.order_by("size")
        if signing.holds(read := notes.read(head.note, bytes(head.stamp) if head.stamp else None), key.public)
        and read.head.origin == sealing.origin()
    }
    if len(tree) not in signed:  # the key or the address changed since the last head
        now = signing.head(origin=sealing.origin(), size=len(tree), root=tree.root(), at=int(at.timestamp()))
        signed[len(tree)] = signing.sign(now, key)
    first = {min(size for size in signed if size > index) for index in indexes.values()}
    sizes = sorted(first | {len(tree)})
    return [signed[size] for size in sizes], bundle.proofs(tree, indexes, sizes)


def _of_its_own(rows: Iterable[Entry], key: SealKey, at: dt.datetime) -> Proved:
    """A case of the example world is in no log; its own entries stand in for one, under a name that says so."""
    tree = log.Tree(log.leaf_hash(bytes(row.line)) for row in rows)
    size = len(tree)
    head = signing.head(origin=sealing.example_origin(), size=size, root=tree.root(), at=int(at.timestamp()))
    return [signing.sign(head, key)], bundle.proofs(tree, {number + 1: number for number in range(size)}, [size])


def _exhibit(one: Exhibit) -> bundle.Exhibit:
    files = Path(settings.FILES)
    path, copy = files / one.stored, files / f"{one.shown}.1"
    if not path.is_file():
        raise Problem(f"the file of the exhibit {one.name} is gone")
    shown = copy if one.shown and copy.is_file() else None
    ending = one.shown_kind.partition("/")[2].replace("jpeg", "jpg").replace("plain", "txt")
    return bundle.Exhibit(one.name, path, one.kind, shown, f"{Path(one.name).stem}.{ending}" if shown else "")


def _papers(case: Case) -> dict[str, Source]:
    """Assessment and decision for programs, the letters for people; a letter that cannot be written is left out."""
    papers: dict[str, Source] = {}
    last = case.assessed()
    if last is not None:
        papers["assessment.json"] = _json(last.answer)
    decision = case.decisions.filter(state=DecisionState.FINAL).order_by("-decided_at").first()
    if decision is not None:
        papers["decision.json"] = _json(
            {
                "kind": decision.kind,
                "amount": decision.shown or None,
                "below_owed": decision.below_owed,
                "reason": decision.reason,
                "letter": decision.letter,
                "decided_at": decision.decided_at.isoformat() if decision.decided_at else None,
                "assessment": str(decision.assessment_id) if decision.assessment_id else None,
            }
        )
    moment = case.received_at or case.made_at
    for name in ("request", "receipt") if case.received_at else ("request",):
        try:
            paper = receipts.receipt(case) if name == "receipt" else receipts.request(case, moment, case.language)
            papers[f"letter-{name}.pdf"] = paper.pdf(moment)
        except Problem:  # nothing worked out yet, no font for some character: the timeline says the same
            continue
    return papers


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"
