"""Tenants apart: nobody sees or writes a row outside of their scope, by the managers and by the database."""

import uuid

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from setting import NOON

from recourse.desk import scope, security
from recourse.desk.models import Case, Entry, Institution, Message
from recourse.desk.rows import Row
from recourse.desk.scope import Scope, of
from recourse.desk.services import timeline

TABLES = [model for model in apps.get_models() if issubclass(model, Row)]
on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="row-level security is PostgreSQL's")


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_no_row_is_asked_for_without_a_scope(model):
    with pytest.raises(scope.NoScope):
        model.objects.all()


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model.__name__)
def test_a_scope_of_nothing_sees_nothing(model, case, school):
    case(school(open=False))
    with of(Scope(person=uuid.uuid4(), institutions=frozenset({uuid.uuid4()}), cases=frozenset({uuid.uuid4()}))):
        assert not model.objects.exists()


@pytest.mark.parametrize("model", [m for m in TABLES if m._meta.app_label == "desk"], ids=lambda model: model.__name__)
def test_the_database_holds_every_table_of_the_desk(model):
    assert model._meta.db_table in security.TABLES


def test_learner_staff_and_link_see_the_case_and_others_do_not(case, school, person):
    ours, theirs = school("Ours"), school("Theirs")
    made = case(ours)
    other = case(theirs)
    seen = {
        "its learner": Scope(person=made.learner_id),
        "its staff": Scope(institutions=frozenset({ours.pk})),
        "a link": Scope(cases=frozenset({made.pk})),
    }
    for who, here in seen.items():
        with of(here):
            assert [c.pk for c in Case.objects.all()] == [made.pk], who
            assert Entry.objects.filter(case=made).exists() and not Entry.objects.filter(case=other).exists(), who
            with pytest.raises(Case.DoesNotExist):
                Case.objects.get(pk=other.pk)
    with of(Scope(person=person().pk, institutions=frozenset({school("Third").pk}))):
        assert not Case.objects.exists()


def test_what_is_published_is_everybodys(school):
    shown, hidden = school("Shown"), school("Hidden", open=False)
    with of(scope.NOBODY):
        names = set(Institution.objects.values_list("name", flat=True))
    assert (shown.name in names, hidden.name in names) == (True, False)


@on_postgresql
def test_raw_sql_sees_no_row_outside_the_scope(case, school):
    ours, theirs = school("Ours"), school("Theirs")
    made, other = case(ours), case(theirs)
    for table in ("desk_case", "desk_entry", "desk_opening", "desk_assessment", "desk_deadline", "desk_purchase"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            assert cursor.fetchone() == (0,), table
    with of(Scope(institutions=frozenset({ours.pk}))), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM desk_case")
        assert cursor.fetchall() == [(made.pk,)]
        cursor.execute("UPDATE desk_case SET story = 'x' WHERE id = %s", [other.pk])
        assert cursor.rowcount == 0


@on_postgresql
def test_no_row_is_written_into_another_tenant(case, school):
    ours, theirs = school("Ours"), school("Theirs")
    other = case(theirs)
    with of(Scope(institutions=frozenset({ours.pk}))), pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.create(case=other, side="institution", text="x")


def test_the_timeline_cannot_be_changed_or_cut(guarded, case, everything):
    made = case()
    entry = Entry.objects.filter(case=made).first()
    for attack in (
        lambda: Entry.objects.filter(pk=entry.pk).update(kind="nothing"),
        lambda: Entry.objects.filter(pk=entry.pk)._raw_delete("default"),
        lambda: made.assessments.update(owed_minor=1),
        lambda: entry.opening.__class__.objects.filter(entry=entry).update(body=b"{}"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attack()
    assert [told.entry.kind for told in timeline.read(made, inner=True)] == ["drafted", "received", "assessed"]


def test_an_entry_needs_a_transaction(case, everything, durable_db):
    made = case()
    with pytest.raises(RuntimeError, match="transaction"):
        timeline.record(case=made, by="desk", kind="x", body={}, at=NOON)
