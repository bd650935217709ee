"""A learner lets an organisation of advisers act in one case, and can end that at any time."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from recourse.bilingual import Words
from recourse.desk.models import Case, Institution, InstitutionKind, Mandate, Person, Standing
from recourse.desk.services import rights, timeline
from recourse.problems import Problem


@transaction.atomic
def give(*, case: Case, organisation: Institution, by: Person, at: dt.datetime) -> Mandate:
    """From now on the organisation's advisers see the case and act in it for the learner."""
    case = Case.lock(case.pk)
    if case.learner_id != by.pk:
        raise rights.NotYours(Words("only the learner gives a mandate", "只有学员本人可以委托"))
    if organisation.kind != InstitutionKind.ORGANISATION:
        raise Problem(Words("only an organisation of advisers takes a mandate", "只有咨询机构可以接受委托"))
    if organisation.standing != Standing.CONFIRMED:
        raise Problem(Words("this organisation is not confirmed yet", "该机构尚未得到确认"))
    found = Mandate.objects.filter(case=case, organisation=organisation, taken_back_at=None).first()
    if found is not None:
        return found
    made = Mandate.objects.create(case=case, organisation=organisation, learner=by)
    timeline.record(
        case=case, by=timeline.actor(by), kind="mandate-given", at=at,
        body={"organisation": str(organisation.pk), "name": organisation.name},
    )  # fmt: skip
    return made


@transaction.atomic
def take_back(*, mandate: Mandate, by: Person, at: dt.datetime) -> None:
    """The organisation no longer sees the case."""
    case = Case.lock(mandate.case_id)
    if case.learner_id != by.pk:
        raise rights.NotYours(Words("only the learner ends a mandate", "只有学员本人可以终止委托"))
    Mandate.objects.filter(pk=mandate.pk, taken_back_at=None).update(taken_back_at=at)
    body = {"organisation": str(mandate.organisation_id)}
    timeline.record(case=case, by=timeline.actor(by), kind="mandate-ended", at=at, body=body)
