"""Views of the queue that people keep under a name, for themselves or for all colleagues."""

from __future__ import annotations

from django.db import transaction

from recourse.bilingual import Words
from recourse.desk.models import Institution, Person, Role, SavedView
from recourse.desk.services import rights
from recourse.problems import Problem

MOST = 20  # a person's; more than that nobody finds again
READERS = (*rights.DESK, Role.FINANCE, Role.AUDITOR)


@transaction.atomic
def keep(*, institution: Institution, by: Person, name: str, query: str, shared: bool) -> SavedView:
    """Keep filters under a name; one of that name is replaced. Only administrators keep views for everybody."""
    rights.need(by, institution, *((Role.ADMINISTRATOR,) if shared else READERS))
    name = " ".join(name.split())[:40]
    if not name:
        raise Problem(Words("a view needs a name", "视图需要名称"), field="name")
    person = None if shared else by
    theirs = SavedView.objects.filter(institution=institution, person=person)
    if not theirs.filter(name=name).exists() and theirs.count() >= MOST:
        raise Problem(
            Words(f"at most {MOST} views", f"视图最多 {MOST} 个"), field="name",
            hint=Words("remove one first", "请先删除一个"),
        )  # fmt: skip
    made, _ = SavedView.objects.update_or_create(
        institution=institution, person=person, name=name, defaults={"query": query[:500]}
    )
    return made


@transaction.atomic
def remove(*, view: SavedView, by: Person) -> None:
    """Forget a view: one's own, or, as an administrator, everybody's."""
    if view.person_id != by.pk:
        rights.need(by, view.institution, Role.ADMINISTRATOR)
        if view.person_id is not None:
            raise rights.NotYours(Words("this view is a colleague’s own", "该视图属于另一位同事"))
    SavedView.objects.filter(pk=view.pk).delete()
