"""Organisations of advisers: the operator confirms who one is before learners are offered it; or refuses, and says why.

Anybody may set one up and invite its advisers meanwhile. It takes no mandate until then.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from recourse.bilingual import Words
from recourse.desk.models import Case, Institution, InstitutionKind, Mandate, Person, Standing
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import rights, timeline
from recourse.problems import Problem
from recourse.work.queue import enqueue

WAITING, ANSWERED = "mail.organisation-waiting", "mail.organisation-answered"
LOOKED_AT = ("name", "kind", "place", "website", "about")  # what says who it is; the rest may change unasked


def seen(institution: Institution) -> str:
    """What it says of who it is, as one short text: the same while nothing of it changes."""
    said = "\n".join(f"{name}: {getattr(institution, name)}" for name in LOOKED_AT)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def offered() -> QuerySet[Institution]:
    """The organisations that learners are offered."""
    found = Institution.objects.filter(kind=InstitutionKind.ORGANISATION, standing=Standing.CONFIRMED, open=True)
    return found.order_by("name")


def waits(institution: Institution) -> None:
    """An organisation is new, or says that it is somebody else: it waits for the operator, who is told."""
    if institution.kind != InstitutionKind.ORGANISATION:
        return
    institution.standing, institution.standing_reason = Standing.WAITING, ""
    institution.standing_at = institution.standing_by = None
    institution.save(update_fields=["standing", "standing_reason", "standing_at", "standing_by"])
    enqueue(WAITING, {"organisation": institution.pk}, dedup=f"{WAITING}:{institution.pk}:{seen(institution)}")


def may_become(institution: Institution, kind: InstitutionKind) -> None:
    """Raise `Problem` where a seller is to be made of an organisation that learners let act for them."""
    acting = Mandate.objects.filter(organisation=institution, taken_back_at=None)
    if kind != InstitutionKind.ORGANISATION and acting.exists():
        raise Problem(
            Words("learners have let this organisation act for them", "已有学员委托本机构"), field="kind",
            hint=Words("set up the school as an institution of its own", "请将学校另行设立为机构"),
        )  # fmt: skip


@transaction.atomic
def answer(*, organisation: UUID, confirmed: bool, reason: str, saw: str, by: Person, at: dt.datetime) -> Institution:
    """Confirm it, or refuse it with a reason; `saw` is what it said of itself when the operator looked.

    Refusing one that was confirmed ends its mandates: their cases say so.
    """
    if not by.is_operator:
        raise rights.NotYours(Words("only who runs this site confirms organisations", "只有网站运营者可以确认机构"))
    reason = reason.strip()
    if not confirmed and not reason:
        raise Problem(Words("a refusal needs a reason", "不予确认须写明理由"), field="reason")
    with of(EVERYTHING):  # the operator is nobody there
        found = Institution.lock(organisation)
        if found.kind != InstitutionKind.ORGANISATION or seen(found) != saw:
            raise Problem(Words("it changed what it says of itself: look again", "该机构的说明已有变动：请重新查看"))
        wanted = Standing.CONFIRMED if confirmed else Standing.REFUSED
        if (found.standing, found.standing_reason) == (wanted, reason):  # sent twice
            return found
        found.standing, found.standing_reason, found.standing_at, found.standing_by = wanted, reason, at, by
        found.save(update_fields=["standing", "standing_reason", "standing_at", "standing_by"])
        if not confirmed:
            _end_mandates(found, at)
        enqueue(ANSWERED, {"organisation": found.pk}, dedup=f"{ANSWERED}:{found.pk}:{int(at.timestamp())}")
    return found


def _end_mandates(organisation: Institution, at: dt.datetime) -> None:
    for mandate in Mandate.objects.filter(organisation=organisation, taken_back_at=None):
        case = Case.lock(mandate.case_id)
        mandate.taken_back_at = at
        mandate.save(update_fields=["taken_back_at"])
        body = {"organisation": str(organisation.pk), "name": organisation.name, "why": "not-confirmed"}
        timeline.record(case=case, by=timeline.SYSTEM, kind="mandate-ended", at=at, body=body)
