"""What the database itself refuses: entries and leaves are only added, bodies and assessments never changed."""

import datetime as dt
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from setting import NOON

from recourse.desk.models import Assessment, Entry, Leaf, Opening
from recourse.desk.services import heads

pytestmark = pytest.mark.usefixtures("everything", "guarded")
CHANGES = {Entry: {"kind": "noted"}, Leaf: {"hash": "0" * 64}, Opening: {"body": b"{}"}, Assessment: {"owed_minor": 1}}


@pytest.fixture
def recorded(case):
    """Rows of all four tables."""
    made = case()
    heads.make(at=NOON)
    return made


@pytest.mark.parametrize("model", CHANGES, ids=lambda model: model.__name__)
def test_no_row_is_changed(model, recorded):
    with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
        model._base_manager.filter(pk=model._base_manager.first().pk).update(**CHANGES[model])


OTHERS = [field for field in Assessment._meta.concrete_fields if field.name != "answer"]


@pytest.mark.parametrize("field", OTHERS, ids=lambda field: field.name)
def test_with_the_words_of_an_assessment_nothing_else_of_it_goes(field, recorded):
    row = Assessment.objects.get()
    was = getattr(row, field.attname)
    changed = {UUID: uuid4(), str: "0", int: 9, dt.date: NOON.date(), dt.datetime: NOON}[type(was)]
    assert changed != was
    with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
        Assessment.objects.update(**{field.attname: changed, "answer": {"digest": row.digest}})


@pytest.mark.parametrize("answer", [{}, {"digest": ""}, {"digest": "0" * 64}, {"facts": {}}])
def test_an_assessment_is_emptied_to_its_own_checksum_alone(answer, recorded):
    with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
        Assessment.objects.update(answer=answer)
    assert Assessment.objects.update(answer={"digest": Assessment.objects.get().digest}) == 1


@pytest.mark.parametrize("model", [Entry, Leaf], ids=lambda model: model.__name__)
def test_no_line_is_removed(model, recorded):
    Opening.objects.all().delete()  # they may be erased
    with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
        model._base_manager.all()._raw_delete("default")
    assert Entry.objects.exists() and Leaf.objects.exists()
