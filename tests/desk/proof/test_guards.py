"""What the database itself refuses: entries and leaves are only added, bodies and assessments never changed."""

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


@pytest.mark.parametrize("model", [Entry, Leaf], ids=lambda model: model.__name__)
def test_no_line_is_removed(model, recorded):
    Opening.objects.all().delete()  # they may be erased
    with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
        model._base_manager.all()._raw_delete("default")
    assert Entry.objects.exists() and Leaf.objects.exists()
