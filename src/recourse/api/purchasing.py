"""Handlers of purchases and progress: the checks of the files that institutions upload, for lines that come as data."""

from __future__ import annotations

import re
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from recourse import money
from recourse.api.asked import Answer, Asked, day
from recourse.api.refusals import Refused, refused
from recourse.bilingual import Words
from recourse.desk import sheets
from recourse.desk.corpus import library
from recourse.desk.models import Case, Institution, Payment, Person, Purchase, Source
from recourse.desk.services import progress as use
from recourse.desk.services import purchases as service
from recourse.desk.sheets import Order
from recourse.desk.sheets import Refused as Line
from recourse.payouts.models import Dispute, Payout, Reported
from recourse.problems import Problem

_MAIL = re.compile(r"[^\s@“：:，,]+@[^\s@”：:，,]+")


def bring(asked: Asked) -> Answer:
    """Take in up to 1,000 orders: a line that cannot be taken is told, and the others are taken."""
    sheet = sheets.order_rows([_row(one) for one in asked.body["purchases"]], library().vocabulary)
    seen = service.preview(institution=asked.institution, sheet=sheet)
    service.bring(institution=asked.institution, orders=seen.new, by=None, at=asked.at, source=Source.API)
    return Answer({
        "new": [one.order_number for one in seen.new], "same": [one.order_number for one in seen.same],
        "refused": [_refused(one, "purchases", asked.lang) for one in seen.bad],
        "unknown_courses": list(seen.unknown_courses),
    })  # fmt: skip


def put(asked: Asked) -> Answer:
    """Create the order of this number, or change it while no case hangs on it."""
    number = asked.path["order_number"]
    sheet = sheets.order_rows([{**_row(asked.body), "order_number": number}], library().vocabulary)
    if sheet.bad:
        raise Refused("not-valid", (Problem(sheet.bad[0].why, field="/"),))
    order: Order = sheet.good[0]
    number = order.order_number  # without blanks around it
    Institution.lock(asked.institution.pk)  # a file that comes at the same time makes no second row
    row = _known(asked.institution, number)
    if row is None:
        seen = service.preview(institution=asked.institution, sheet=sheet)
        if seen.bad:
            raise Refused("not-now", (Problem(seen.bad[0].why, field="/reference"),))
        service.bring(institution=asked.institution, orders=seen.new, by=None, at=asked.at, source=Source.API)
        made = _known(asked.institution, number)
        assert made is not None
        return Answer(_purchase(made), 201)
    _change(row, order)
    return Answer(_purchase(row))


def get(asked: Asked) -> Answer:
    """One order as it is here."""
    row = _known(asked.institution, asked.path["order_number"])
    if row is None:
        raise refused("not-found", "there is no order of this number", "没有这个订单号")
    return Answer(_purchase(row))


def progress(asked: Asked) -> Answer:
    """How far learners had come: each line by the order number, or by the buyer's address and the course."""
    sheet = sheets.progress_rows([_row(one) for one in asked.body["progress"]], library().vocabulary)
    seen = use.preview(institution=asked.institution, sheet=sheet)
    kept = use.bring(institution=asked.institution, lines=seen.new, by=None)
    refusals = [_refused(one, "progress", asked.lang) for one in seen.bad]
    return Answer({"new": kept, "same": seen.same, "refused": refusals})


def _row(given: dict[str, Any]) -> dict[str, str]:
    """A line as a file has it: texts alone."""
    facts = {str(name): str(value) for name, value in given.get("facts", {}).items()}
    return {**facts, **{name: str(value).strip() for name, value in given.items() if name != "facts"}}


def _refused(line: Line, of: str, lang: str) -> dict[str, Any]:
    """Without mail addresses, as answers are kept."""
    return {"where": f"/{of}/{line.line - 1}", "what": _MAIL.sub("…", line.why.of(lang))}


def _known(institution: Institution, number: str) -> Purchase | None:
    rows = Purchase.objects.filter(institution=institution, source__in=service.KNOWN, order_number=number)
    return rows.select_related("course").first()


def _change(row: Purchase, order: Order) -> None:
    """Its values, and those of its payment. What a case stands on stays as it is."""
    row = Purchase.lock(row.pk)
    assert row.institution is not None
    course = service.courses_of(row.institution).get(order.course.casefold())
    new = {
        "email": order.email, "bought_on": order.bought_on, "paid_minor": order.minor, "currency": order.currency,
        "course_id": course.pk if course else None, "course_title": course.title if course else order.course,
        "facts": service.facts(order, course, row.institution),
    }  # fmt: skip
    values = {
        "minor": order.minor, "currency": order.currency, "paid_on": order.bought_on, "method": order.method,
        "provider": order.provider, "reference": order.reference,
    }  # fmt: skip
    paid = Payment.objects.filter(purchase=row)
    there = list(paid.values(*values))
    if there == ([values] if order.minor else []) and all(getattr(row, name) == new[name] for name in new):
        return
    _need_free(row, paid)
    learner = Person.objects.filter(email=order.email).values_list("pk", flat=True).first()
    Purchase.objects.filter(pk=row.pk).update(**new, learner_id=learner)
    if not order.minor:
        paid.delete()
        return
    try:
        with transaction.atomic():
            if not paid.update(**values):
                Payment.objects.create(purchase=row, institution_id=row.institution_id, **values)
    except IntegrityError:
        raise refused(
            "not-now", "this payment belongs to another order", "该支付流水已属于另一订单", where="/reference"
        ) from None


def _need_free(row: Purchase, paid: QuerySet[Payment]) -> None:
    """Nothing stands on it yet: no case, and no money that went back or is disputed."""
    if Case.objects.filter(Q(purchase=row) | Q(purchase__matched=row)).exists():
        raise refused(
            "not-now", "a case stands on this order", "已有案件依据此订单",
            right=Words("its values stay; write into the case", "订单内容不再更改；请在案件中说明"),
        )  # fmt: skip
    if any(of.objects.filter(payment__in=paid).exists() for of in (Payout, Dispute, Reported)):
        raise refused(
            "not-now", "money has moved on this order, or its payment is disputed",
            "此订单已有资金往来，或其付款存在争议",
            right=Words("its values stay", "订单内容不再更改"),
        )  # fmt: skip


def _purchase(row: Purchase) -> dict[str, Any]:
    """Without the buyer's address: the institution has it, and answers are kept."""
    row.refresh_from_db()
    return {
        "order_number": row.order_number, "course": row.course.slug if row.course else None,
        "course_title": row.course_title, "bought_on": day(row.bought_on),
        "paid": money.show(row.paid_minor, row.currency) if row.paid_minor is not None else None,
        "source": row.source, "facts": row.facts,
    }  # fmt: skip
