"""A request becomes a case: the purchase is declared or found, the files become exhibits, and it is sent.

A participating institution has the request with that. For a listed platform it is written and worked out, and sending
it is the learner's next step: `cases.receive` says later that it was done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction

from recourse import days, money, zones
from recourse.desk.models import Case, Institution, Person, Purchase, Reason, Source
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import assessing, cases, exhibits
from recourse.desk.services.exhibits import Held
from recourse.desk.stages import Kind
from recourse.problems import Problem
from recourse.work.queue import enqueue

RECEIPT = "mail.receipt"
ARRIVED = "mail.arrived"


@dataclass(frozen=True)
class Wanted:
    """A request as it was checked and sent; `facts` in the words of the vocabulary, `asked` as "84.99 EUR" or ""."""

    kind: Kind
    facts: Mapping[str, str]
    institution: Institution | None = None
    platform: str = ""
    seller: str = ""
    order_number: str = ""
    course_title: str = ""
    reason: Reason = Reason.OTHER
    remedy: str = ""
    story: str = ""
    language: str = "en"
    asked: str = ""
    token: UUID | None = None
    files: tuple[Held, ...] = field(default=())


@transaction.atomic
def send(*, wanted: Wanted, by: Person, at: dt.datetime) -> Case:
    """Make the case and send it. The same token makes one case, however often it is sent."""
    before = Case.objects.filter(form_token=wanted.token, learner=by).first() if wanted.token else None
    if before is not None:
        return before
    facts = dated(wanted, at)
    amount = money.parse(wanted.asked) if wanted.asked else None
    asked = cases.Asked(
        kind=wanted.kind, learner=by, facts=facts, purchase=_purchase(wanted, by), platform=wanted.platform,
        reason=wanted.reason, remedy=wanted.remedy, story=wanted.story, language=wanted.language,
        asked_minor=amount.minor if amount else None, currency=amount.currency if amount else "",
        form_token=wanted.token,
    )  # fmt: skip
    case = cases.start(asked=asked, at=at)
    for held in wanted.files:
        exhibits.add(case=case, held=held, by=by, at=at)
    if wanted.institution is not None:
        case = cases.receive(case=case, by=by, at=at)
        enqueue(ARRIVED, {"case": case.pk}, dedup=f"{ARRIVED}:{case.pk}", institution=case.institution_id)
    else:
        assessing.assess_case(case=case, at=at)
    enqueue(RECEIPT, {"case": case.pk}, dedup=f"{RECEIPT}:{case.pk}")
    return case


def dated(wanted: Wanted, at: dt.datetime) -> dict[str, str]:
    """The facts with the day of the request, where the learner had not asked before; an institution has it today.

    Today is the learner's day: the one on which the page said what is owed.
    """
    facts = dict(wanted.facts)
    today = zones.day(at, facts.get("learner_place"))
    facts.setdefault("requested_on", today.isoformat())
    if wanted.institution is not None:
        facts.setdefault("request_received_on", max(today.isoformat(), facts["requested_on"]))
    return facts


def _purchase(wanted: Wanted, by: Person) -> Purchase:
    """The institution's own record of the order, where number and address fit; else what the learner declares."""
    if wanted.institution is not None and wanted.order_number:
        found = _on_record(wanted.institution, wanted.order_number, by)
        if found is not None:
            return found
    paid = _amount(wanted.facts.get("paid", ""))
    bought = wanted.facts.get("concluded_on", "")
    return Purchase.objects.create(
        institution=wanted.institution, platform=wanted.platform, seller=wanted.seller, learner=by, email=by.email,
        order_number=wanted.order_number, course_title=wanted.course_title, source=Source.DECLARED,
        bought_on=dt.date.fromordinal(days.parse(bought)) if bought else None,
        paid_minor=paid.minor if paid else None, currency=paid.currency if paid else "", facts=dict(wanted.facts),
    )  # fmt: skip


def _on_record(institution: Institution, number: str, by: Person) -> Purchase | None:
    with of(EVERYTHING):  # until now the record is the institution's alone
        found: Purchase | None = (
            Purchase.objects.select_for_update(of=("self",))
            .filter(institution=institution, order_number__iexact=number, source__in=[Source.FILE, Source.API])
            .first()
        )
        if found is None:
            return None
        theirs = found.email == by.email if found.learner_id is None else found.learner_id == by.pk
        if not theirs:
            return None
        if found.learner_id is None:
            found.learner = by
            found.save(update_fields=["learner"])
    return found


def _amount(text: str) -> money.Money | None:
    try:
        return money.parse(text) if text else None
    except Problem:
        return None
