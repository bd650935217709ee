"""What a person may do at an institution, asked where it is done: a page that forgets to ask opens nothing."""

from __future__ import annotations

from recourse.bilingual import Words
from recourse.desk.models import Case, Institution, Membership, Person, Role
from recourse.desk.scope import EVERYTHING, of
from recourse.problems import Problem

DESK = (Role.AGENT, Role.APPROVER, Role.ADMINISTRATOR)


class NotYours(Problem):
    """Somebody tried what their role does not allow."""


def need(person: Person, institution: Institution | None, *roles: Role) -> None:
    """Raise `NotYours` unless the person has one of these roles there."""
    with of(EVERYTHING):
        mine = Membership.objects.filter(person=person, institution=institution, role__in=roles, ended_at=None)
        allowed = institution is not None and mine.exists()

    if not allowed:
        wanted = ", ".join(roles)
        raise NotYours(Words(f"this needs one of these roles: {wanted}", f"此操作需要以下角色之一：{wanted}"))


def need_learner(person: Person, case: Case) -> None:
    """Raise `NotYours` unless it is the person's own case, or one they act in by a mandate that was not taken back."""
    if case.learner_id == person.pk:
        return
    with of(EVERYTHING):
        places = Membership.objects.filter(person=person, role=Role.ADVISER, ended_at=None).values("institution_id")
        acting = case.mandates.filter(organisation__in=places, taken_back_at=None)
        if acting.exists():
            return
    raise NotYours(Words("this is the learner's to do", "此操作只能由学员本人进行"))


def need_impartial(person: Person, case: Case) -> None:
    """Raise `NotYours` where the complaint is about this very person."""
    if case.about_person_id == person.pk:
        raise NotYours(
            Words("the person complained about cannot decide the complaint", "被投诉人不得处理针对自己的投诉")
        )
