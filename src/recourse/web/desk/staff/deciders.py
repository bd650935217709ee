"""Who may decide a case now, who may agree as the second person, and who may not, with the reason."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from recourse.desk.models import Membership, Person, Role
from recourse.desk.services import rights
from recourse.web.desk.roles import NAMES
from recourse.web.desk.staff import row
from recourse.web.desk.staff.of_case import SECONDS, Found
from recourse.web.desk.staff.place import Desk


@dataclass(frozen=True)
class Decider:
    """A colleague: their roles in words, and why they may not decide; "" where they may. `seconds`: may agree."""

    person: Person
    roles: str
    why_not: str
    seconds: bool


def deciders(desk: Desk, found: Found) -> list[Decider]:
    """Everybody who works at the institution, those who may decide first. One query."""
    rows = Membership.objects.filter(institution=desk.institution, ended_at=None).exclude(role=Role.ADVISER)
    roles: dict[Person, set[str]] = {}
    for one in rows.select_related("person").order_by("person__name", "person__email"):
        roles.setdefault(one.person, set()).add(one.role)
    shown = [_decider(found, person, theirs) for person, theirs in roles.items()]
    return sorted(shown, key=lambda one: (bool(one.why_not), not one.seconds))


def _decider(found: Found, person: Person, roles: set[str]) -> Decider:
    impartial = found.case.about_person_id != person.pk
    proposed = found.proposal is not None and found.proposal.proposed_by_id == person.pk
    why_not = ""
    if not impartial:
        why_not = gettext("the complaint is about them")
    elif not roles & set(rights.DESK):
        why_not = gettext("their role does not decide")
    return Decider(
        person,
        ", ".join(str(NAMES[role]) for role in Role if role in roles),
        why_not,
        impartial and not proposed and bool(roles & {one.value for one in SECONDS}),
    )


def limit(desk: Desk) -> str:
    """The amount above which a second person lets the money go, in words; "" where every payout needs one."""
    here = desk.institution
    return row.amount(here.approval_minor, here.approval_currency) if here.approval_minor else ""
