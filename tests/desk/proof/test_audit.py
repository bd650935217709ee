"""The audit reads everything again: sound records pass, and each way of changing them behind the desk's back is found."""

import json
import types

import pytest
from django.db import connection
from setting import NOON

from recourse.desk import security
from recourse.desk.models import Assessment, Decision, Entry, Head, Leaf, Message, Opening, Role
from recourse.desk.services import audit, deciding, exhibits, heads, sealing
from recourse.evidence import chain, log, notes
from recourse.evidence import heads as signing

pytestmark = pytest.mark.usefixtures("everything")


@pytest.fixture
def records(case, school):
    """Two cases with a file, a reply and a decision, a signed head; and no guard of the database in the way."""
    ours = school()
    first, second = case(ours), case(ours)
    agent = ours.staff[Role.AGENT]
    exhibits.keep(case=first, name="voucher.txt", data=b"84.99 EUR\n", by=first.learner, at=NOON)
    deciding.reply(case=first, by=agent, text="We are looking at it.", at=NOON)
    what = deciding.Deciding("whole", 8499, letter="You get all of it.")
    deciding.decide(case=first, by=agent, assessment=first.assessments.get(), what=what, at=NOON)
    heads.make(at=NOON)
    editor = types.SimpleNamespace(
        connection=connection, execute=lambda sql, params=None: connection.cursor().execute(sql)
    )
    security.let_go(editor, security.ADDED_ONLY, security.UNCHANGED)
    yield first, second
    security.only_add(editor, security.ADDED_ONLY, security.UNCHANGED)


def said(kept=()):
    return " | ".join(f"{one.where}: {one.said.en}" for one in audit.audit(kept).findings)


def test_sound_records_pass(records):
    report = audit.audit([Head.objects.get().note])
    assert report.findings == []
    counts = report.counts
    assert (counts["cases"], counts["exhibits"], counts["heads"], counts["waiting"]) == (2, 1, 1, 0)
    assert counts["entries"] == counts["leaves"] == Entry.objects.count()
    assert json.dumps(report.to_json("zh"))


def _body(first, settings):
    opening = Opening.objects.get(entry__case=first, entry__kind="received")
    Opening.objects.filter(pk=opening.pk).update(body=bytes(opening.body).replace(b"84.99", b"94.99"))


def _no_body(first, settings):
    Opening.objects.filter(entry__case=first, entry__kind="received").delete()


def _no_entry(first, settings):
    last = Entry.objects.filter(case=first).order_by("-seq").first()
    Opening.objects.filter(entry=last).delete()
    last.delete()


def _column(first, settings):
    Entry.objects.filter(case=first, seq=2).update(kind="decided")


def _message(first, settings):
    Message.objects.filter(text="We are looking at it.").update(text="We are not looking at it.")


def _new_message(first, settings):
    Message.objects.create(case=first, side="learner", text="I take it back.")


def _amount(first, settings):
    Decision.objects.filter(case=first).update(minor=1)


def _assessment(first, settings):
    row = Assessment.objects.get(case=first)
    Assessment.objects.filter(pk=row.pk).update(answer={**row.answer, "currency": "USD"})


def _file(first, settings):
    (settings.FILES / first.exhibits.get().stored).write_bytes(b"94.99 EUR\n")


def _lost_file(first, settings):
    (settings.FILES / first.exhibits.get().stored).unlink()


def _root(first, settings):
    Head.objects.update(root="0" * 64)


def _signature(first, settings):
    head = Head.objects.get()
    before, _, sealed = head.note.rstrip("\n").rpartition(" ")
    Head.objects.update(note=f"{before} {sealed[:20]}{'A' if sealed[20] != 'A' else 'B'}{sealed[21:]}\n")


def _leaf(first, settings):
    Leaf.objects.filter(number=1).delete()


FRAUDS = {
    _body: "not what was recorded",
    _no_body: "the body of entry 2 is missing",
    _no_entry: "of the log is gone",
    _column: "entry 2 is not as its line says",
    _message: "is not what was recorded",
    _new_message: "is not in the timeline",
    _amount: "a decision is not what was recorded",
    _assessment: "assessment 1 is not what was recorded",
    _file: "the file voucher.txt was changed",
    _lost_file: "the file voucher.txt is gone",
    _root: "it is not what was signed",
    _signature: "its signature does not hold",
    _leaf: "numbers are left out",
}


@pytest.mark.parametrize("fraud", FRAUDS, ids=lambda one: one.__name__.strip("_"))
def test_what_was_changed_behind_the_desk_is_found(records, settings, fraud):
    fraud(records[0], settings)
    assert FRAUDS[fraud] in said()


def test_a_past_written_anew_by_whoever_has_the_key_is_found_by_a_head_that_left_earlier(records):
    kept = Head.objects.get().note
    _forge(records[1])
    assert said() == "", "from the inside everything fits"
    assert said([kept]) == "kept head 1: the log is not the one that was signed"


def _forge(case):
    """Write the last entry of the case anew, and with it the log and its head, with the true key."""
    row = Entry.objects.filter(case=case).order_by("-seq").first()
    old = chain.read_line(bytes(row.line))
    opening = chain.Opening(b"\0" * 32, bytes(row.opening.body))
    forged = chain.Entry(old.case, old.seq, old.prev, old.at, old.actor, old.kind, opening.commitment)
    Opening.objects.filter(entry=row).update(salt=opening.salt)
    Leaf.objects.filter(hash=row.hash).update(hash=forged.hash)
    Entry.objects.filter(pk=row.pk).update(line=forged.line, hash=forged.hash)
    head, key = Head.objects.get(), sealing.key()
    old_head = notes.read(head.note).head
    root = log.roots(heads.hashes(), [head.size])[head.size]
    signed = signing.sign(signing.Head(old_head.origin, head.size, root, old_head.at), key)
    Head.objects.update(root=root.hex(), note=notes.note(signed, key.public))
