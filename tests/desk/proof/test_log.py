"""The log of all entries: it only grows, its heads are signed and sent out, and a rewritten past does not fit them."""

import datetime as dt
import itertools

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from setting import NOON

from recourse.desk import tasks
from recourse.desk.models import Entry, Head, Leaf, Role
from recourse.desk.services import heads, sealing
from recourse.evidence import heads as signing
from recourse.evidence import log, notes
from recourse.problems import Problem
from recourse.work import sweep
from recourse.work.models import Job

pytestmark = pytest.mark.usefixtures("everything")


def test_every_entry_gets_one_place_in_the_log_and_keeps_it(case, school):
    ours = school()
    case(ours)
    first = heads.append()
    before = list(Leaf.objects.order_by("number").values_list("number", "hash"))
    assert first == Entry.objects.count() == len(before) > 0
    assert [number for number, _ in before] == list(range(first))
    case(ours)
    heads.append()
    assert heads.append() == 0
    assert list(Leaf.objects.order_by("number").values_list("number", "hash"))[:first] == before
    assert heads.length() == Entry.objects.count()


def test_a_head_is_signed_once_for_each_size_and_holds(case):
    assert heads.make(at=NOON) is None
    case()
    made = heads.make(at=NOON)
    assert heads.make(at=NOON + dt.timedelta(hours=1)) == made
    read = notes.read(made.note)
    assert signing.holds(read, sealing.key().public)
    assert read.head.root == log.Tree(heads.hashes()).root() == bytes.fromhex(made.root)
    assert (read.head.size, read.head.origin) == (Entry.objects.count(), sealing.origin())


def test_the_example_world_is_not_in_the_log(case, school):
    case(school(example=True))
    assert heads.append() == 0
    case(school())
    assert heads.append() > 0


def test_nobody_takes_a_leaf_away(case, guarded):
    case()
    heads.append()
    with pytest.raises(Exception, match="only added"), transaction.atomic():
        Leaf.objects.all()[0].delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Leaf.objects.create(number=0, hash="0" * 64)


def test_a_sweep_signs_what_is_new_and_sends_it_once_a_day(case, school):
    ours = school()
    case(ours)
    sweep.heal(NOON)
    assert Job.objects.filter(kind="heads.sign").count() == 1
    sweep.heal(NOON + dt.timedelta(minutes=2))
    assert Job.objects.filter(kind="heads.sign").count() == 1
    heads.make(at=NOON)
    sweep.heal(NOON + dt.timedelta(minutes=20))
    assert Job.objects.filter(kind="heads.sign").count() == 1, "nothing is new"
    assert Job.objects.filter(kind="heads.send").count() == 1
    turn = type("Turn", (), {"clock": staticmethod(lambda: NOON), "renew": staticmethod(lambda: None)})()
    tasks.send_heads.call(turn)
    head = Head.objects.get()
    assert [one.to for one in mail.outbox] == [[ours.staff[Role.AUDITOR].email]]
    assert head.note in mail.outbox[0].body and head.sent_at == NOON
    tasks.send_heads.call(turn)
    assert len(mail.outbox) == 1


def test_the_page_of_heads_is_public_and_tells_nothing_of_a_case(client_of, case):
    made = case()
    empty = client_of().get("/heads/").content.decode()
    assert "nothing to sign" in empty
    head = heads.make(at=NOON)
    text = client_of().get("/heads/").content.decode()
    assert sealing.key().public.fingerprint in text and str(head.size) in text
    assert made.reference not in text and str(made.pk) not in text
    assert client_of().get(f"/heads/{head.size}.txt").content.decode() == head.note
    assert client_of().get("/heads/999999.txt").status_code == 404
    assert client_of().get("/heads/key.pem").content == sealing.key().public.pem


def test_the_key_is_made_once_and_is_its_owners_alone(settings):
    first = sealing.key()
    assert sealing.key().raw == first.raw
    assert settings.SEAL_KEY.stat().st_mode & 0o077 == 0
    assert [one.name for one in settings.SEAL_KEY.parent.iterdir() if one.name.startswith(".seal")] == []


def test_a_note_that_was_touched_is_not_read_or_does_not_hold(case):
    case()
    note, key = heads.make(at=NOON).note, sealing.key().public
    other = str.maketrans("abAB12", "baBA21")
    for at in range(len(note)):
        touched = note[:at] + note[at].translate(other) + note[at + 1 :]
        if touched == note:
            continue
        try:
            found = notes.read(touched)
        except Problem:
            continue
        same_but_for_the_hint = found == notes.read(note)
        assert same_but_for_the_hint or not signing.holds(found, key), at


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70))
def test_roots_in_one_reading_are_those_of_the_tree(leaves):
    tree = log.Tree(leaves)
    sizes = range(len(leaves) + 3)
    found = log.roots(iter(leaves), sizes)
    assert found == {size: tree.root(size) for size in itertools.takewhile(lambda size: size <= len(leaves), sizes)}
