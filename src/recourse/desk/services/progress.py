"""How far learners came, as the institution recorded it: brought in by file or by its learning system."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from recourse.bilingual import Words
from recourse.desk.models import Institution, Person, Progress, Purchase, Role
from recourse.desk.services import anew, purchases, rights
from recourse.desk.sheets import Came, Refused, Sheet

BRINGERS = (*purchases.BRINGERS, Role.AGENT)


@dataclass(frozen=True)
class Preview:
    """What a file would do; each line with the purchase it is about."""

    new: tuple[tuple[Came, Purchase], ...]
    same: int
    bad: tuple[Refused, ...]


def preview(*, institution: Institution, sheet: Sheet) -> Preview:
    """Find the purchase of each line: by its order number, else the one that this buyer has here, of that course."""
    by_number, by_email = _purchases(institution, sheet.good)
    known = {
        (row.purchase_id, row.at, tuple(sorted(row.facts.items())))
        for row in Progress.objects.filter(at__in={one.at for one in sheet.good}, purchase__in={
            *(one.pk for one in by_number.values()), *(one.pk for rows in by_email.values() for one in rows)
        })
    }  # fmt: skip
    new, same, bad = [], 0, list(sheet.bad)
    for one in sheet.good:
        found = [by_number[one.order_number]] if one.order_number in by_number else []
        if not one.order_number:
            found = [row for row in by_email.get(one.email, []) if _is_course(row, one.course)]
        if len(found) != 1:
            why = (
                Words("there is no such purchase here", "没有找到对应的订单") if not found
                else Words("the buyer has several purchases: name the order", "该学员有多笔订单，请写明订单号")
            )  # fmt: skip
            bad.append(Refused(one.line, one.order_number or f"{one.email} {one.course}".strip(), why))
        elif (found[0].pk, one.at, tuple(sorted(one.facts.items()))) in known:
            same += 1
        else:
            new.append((one, found[0]))
    return Preview(tuple(new), same, tuple(sorted(bad, key=lambda one: one.line)))


@transaction.atomic
def bring(*, institution: Institution, lines: Sequence[tuple[Came, Purchase]], by: Person | None) -> int:
    """Keep them; nothing is changed or counted up, the latest of a day is what counts then."""
    if by is not None:
        rights.need(by, institution, *BRINGERS)
    rows = [Progress(purchase=row, at=one.at, facts=dict(one.facts)) for one, row in lines]
    Progress.objects.bulk_create(rows, batch_size=purchases.AT_ONCE)
    anew.ask(row.purchase_id for row in rows)
    return len(rows)


def as_of(purchase: Purchase, at: dt.datetime) -> Mapping[str, str]:
    """What was known by then of the use, the latest word on each fact; of a declared purchase, its match's."""
    found: dict[str, str] = {}
    ids = [one for one in (purchase.pk, purchase.matched_id) if one is not None]
    for row in Progress.objects.filter(purchase__in=ids, at__lte=at).order_by("at", "made_at"):
        found.update(row.facts)
    return found


def _purchases(
    institution: Institution, lines: Sequence[Came]
) -> tuple[dict[str, Purchase], dict[str, list[Purchase]]]:
    own = Purchase.objects.filter(institution=institution, source__in=purchases.KNOWN).select_related("course")
    by_number = {row.order_number: row for row in own.filter(order_number__in={one.order_number for one in lines})}
    by_email: dict[str, list[Purchase]] = {}
    for row in own.filter(email__in={one.email for one in lines if one.email and not one.order_number}):
        by_email.setdefault(row.email, []).append(row)
    return by_number, by_email


def _is_course(row: Purchase, course: str) -> bool:
    names = {row.course_title.casefold(), row.course.slug if row.course is not None else ""}
    return not course or course.casefold() in names
