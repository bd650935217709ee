"""Makes the example world, in one transaction, as of a moment; and says whether it is there."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from recourse.bilingual import Words
from recourse.desk.example import people, schools, stories
from recourse.desk.example.acting import World
from recourse.desk.models import Case, Entry, Exhibit, Institution, Message, Person, Purchase
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import timeline
from recourse.problems import Problem


def there() -> bool:
    """Whether the world is in this installation."""
    return Institution.objects.filter(example=True, slug__in=[one.slug for one in schools.ALL]).exists()


def make(now: dt.datetime) -> World:
    """All of it: people, schools, cases. Raises `Problem` where it is there already, or its names are taken."""
    with of(EVERYTHING):
        if there():
            raise Problem(
                Words("the example world is here already", "示例数据已存在"),
                hint=Words("`recourse example remove` takes it away", "可用 `recourse example remove` 删除"),
            )
        _need_free()
        with transaction.atomic():
            world = World(now, {}, {})
            world.persons = {one.email: people.make(one) for one in people.ALL}
            world.schools = {one.slug: schools.make(one, world.persons, now) for one in schools.ALL}
            stories.tell(world)
            date_rows()
    return world


def _need_free() -> None:
    taken = [*Institution.objects.filter(slug__in=[one.slug for one in schools.ALL]).values_list("slug", flat=True)]
    taken += Person.objects.filter(email__in=[one.email for one in people.ALL]).values_list("email", flat=True)
    if taken:
        raise Problem(
            Words(f"these names are taken: {', '.join(taken)}", f"以下名称已被使用：{'、'.join(taken)}"),
            hint=Words("`recourse example remove`, then try again", "请先运行 `recourse example remove` 再试"),
        )


def date_rows() -> None:
    """Rows get the moment of what they tell; the database dated them all today."""
    for case in Case.objects.filter(example=True):
        told = timeline.read(case, inner=True)
        Case.objects.filter(pk=case.pk).update(made_at=told[0].entry.at)
        for one in told:
            body = one.body or {}
            for model, name in ((Message, "message"), (Exhibit, "exhibit")):
                if body.get(name):
                    model.objects.filter(pk=body[name]).update(made_at=one.entry.at)
        if case.purchase is not None and case.purchase.bought_on is not None:
            bought = dt.datetime.combine(case.purchase.bought_on, dt.time(9), dt.UTC)
            Purchase.objects.filter(pk=case.purchase.pk).update(made_at=bought)


def counts() -> dict[str, int]:
    """How much of it there is."""
    with of(EVERYTHING):
        found = Case.objects.filter(example=True)
        return {
            "institutions": Institution.objects.filter(example=True).count(),
            "people": Person.objects.filter(email__in=[one.email for one in people.ALL]).count(),
            "cases": found.count(),
            "entries": Entry.objects.filter(case__in=found).count(),
        }
