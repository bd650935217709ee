"""Purchases come in from the institution, and what learners declared is matched with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from recourse import money
from recourse.bilingual import Words
from recourse.desk.above import verb
from recourse.desk.models import Case, Course, Institution, Payment, Person, Purchase, Role, Source
from recourse.desk.services import anew, rights, timeline
from recourse.desk.sheets import Order, Refused, Sheet
from recourse.problems import Problem

BRINGERS = (Role.ADMINISTRATOR, Role.FINANCE)
KNOWN = (Source.FILE, Source.API)
AT_ONCE = 500  # rows of one insert
FOUND = 500  # purchases that a search takes at most of one buyer or number


@dataclass(frozen=True)
class Preview:
    """What a file would do: new orders, those that are here already, lines that cannot be taken."""

    new: tuple[Order, ...]
    same: tuple[Order, ...]
    bad: tuple[Refused, ...]
    unknown_courses: tuple[str, ...]  # names of no course here; the purchases are taken, without the course's facts


def preview(*, institution: Institution, sheet: Sheet) -> Preview:
    """Set the lines against what is here. An order that is here with other values is a line that cannot be taken."""
    here = _here(institution, [one.order_number for one in sheet.good])
    payments = _payments(institution, [one for one in sheet.good if one.reference])
    new, same, bad = [], [], list(sheet.bad)
    for one in sheet.good:
        known = here.get(one.order_number)
        if known is None and (one.provider, one.reference) in payments:
            why = Words("this payment belongs to another order", "该支付流水已属于另一订单")
            bad.append(Refused(one.line, _text(one), why))
        elif known is None:
            new.append(one)
            if one.reference:
                payments.add((one.provider, one.reference))  # no later line of the sheet has it, too
        elif (known.email, known.bought_on, known.paid_minor, known.currency) == _values(one):
            same.append(one)
        else:
            shown = money.show(known.paid_minor or 0, known.currency) if known.currency else "–"
            why = Words(
                f"this order is here with other values: {known.email}, {known.bought_on}, {shown}",
                f"该订单已存在，但内容不同：{known.email}，{known.bought_on}，{shown}",
            )
            bad.append(Refused(one.line, _text(one), why))
    courses = courses_of(institution)
    unknown = dict.fromkeys(one.course for one in new if one.course and one.course.casefold() not in courses)
    return Preview(tuple(new), tuple(same), tuple(sorted(bad, key=lambda one: one.line)), tuple(unknown))


@transaction.atomic
def bring(
    *,
    institution: Institution,
    orders: Sequence[Order],
    by: Person | None,
    at: dt.datetime,
    source: Source = Source.FILE,
) -> int:
    """Take new orders in; those that are here already are left as they are. Returns how many were new.

    What learners had declared under the same number and address is matched at once. `by` is None for a key of the API,
    whose right was asked where it was presented.
    """
    if by is not None:
        rights.need(by, institution, *BRINGERS)
    Institution.lock(institution.pk)  # two files at once make one row an order
    here = _here(institution, [one.order_number for one in orders])
    new = {one.order_number: one for one in orders if one.order_number not in here}
    made = _rows(institution, list(new.values()), source)
    Purchase.objects.bulk_create(made, batch_size=AT_ONCE)
    by_number = {one.order_number: one for one in orders}
    payments = [_payment(row, by_number[row.order_number]) for row in made if row.paid_minor]
    try:
        with transaction.atomic():
            Payment.objects.bulk_create(payments, batch_size=AT_ONCE)
    except IntegrityError:
        raise Problem(
            Words("a payment reference is here already, under another order", "有支付流水号已属于其他订单")
        ) from None
    _match_declared(institution, made, at)
    if (catch_up := verb("payouts", "disputes.catch_up")) is not None:
        catch_up(payments)  # a bank may have disputed one before its order came in
    return len(made)


def _rows(institution: Institution, orders: Sequence[Order], source: Source) -> list[Purchase]:
    """New purchases, each with its course and its learner, where these are known."""
    courses, made = courses_of(institution), []
    people = dict(Person.objects.filter(email__in={one.email for one in orders}).values_list("email", "pk"))
    for one in orders:
        course = courses.get(one.course.casefold())
        made.append(
            Purchase(
                institution=institution,
                learner_id=people.get(one.email),
                email=one.email,
                order_number=one.order_number,
                course=course,
                course_title=course.title if course else one.course,
                bought_on=one.bought_on,
                paid_minor=one.minor,
                currency=one.currency,
                source=source,
                facts=facts(one, course, institution),
            )
        )
    return made


def _payment(row: Purchase, one: Order) -> Payment:
    return Payment(
        purchase=row, institution_id=row.institution_id, minor=one.minor, currency=one.currency,
        paid_on=one.bought_on, method=one.method, provider=one.provider, reference=one.reference,
    )  # fmt: skip


def facts(order: Order, course: Course | None, institution: Institution) -> dict[str, str]:
    """What an order says in the words of the vocabulary, with what holds for its course."""
    paid = money.show(order.minor, order.currency)
    return {
        "seller_place": institution.place, "sales_channel": "online", **(course.facts if course is not None else {}),
        "price": paid, "paid": paid, "concluded_on": order.bought_on.isoformat(),
        "paid_on": order.bought_on.isoformat(), **order.facts,
    }  # fmt: skip


def _here(institution: Institution, numbers: Iterable[str]) -> dict[str, Purchase]:
    rows = Purchase.objects.filter(institution=institution, source__in=KNOWN, order_number__in=list(numbers))
    return {row.order_number: row for row in rows}


def _payments(institution: Institution, orders: Sequence[Order]) -> set[tuple[str, str]]:
    rows = Payment.objects.filter(institution=institution, reference__in=[one.reference for one in orders])
    return set(rows.values_list("provider", "reference"))


def courses_of(institution: Institution) -> dict[str, Course]:
    """Its courses by what an order may call them: short name and title, in small letters."""
    found: dict[str, Course] = {}
    for course in Course.objects.filter(institution=institution):
        found[course.slug], found[course.title.casefold()] = course, course
    return found


def _values(one: Order) -> tuple[Any, ...]:
    return one.email, one.bought_on, one.minor, one.currency


def _text(one: Order) -> str:
    return ", ".join((one.order_number, one.email, one.bought_on.isoformat(), money.show(one.minor, one.currency)))


# -- what learners declared


def newest(institution: Institution, *, asked: str = "", after: UUID | None = None, most: int) -> list[Purchase]:
    """The newest purchases, or those of that order number or buyer, behind the one of key `after`."""
    here = Purchase.of_institution(institution.pk)
    rows = here.select_related("course").order_by("-made_at", "pk")
    if asked:  # each way by its own index; together they would be a condition that reads every purchase
        people = list(Person.objects.filter(email=asked.lower()).values_list("pk", flat=True))
        found = [pk for way in (Q(order_number=asked), Q(email=asked.lower()))
                 for pk in here.filter(way).values_list("pk", flat=True)[:FOUND]]  # fmt: skip
        theirs = Purchase.by_key().filter(learner__in=people).values_list("pk", "institution")
        rows = rows.filter(pk__in=[*found, *(pk for pk, where in theirs if where == institution.pk)])
    at = here.filter(pk=after).values_list("made_at", flat=True).first() if after is not None else None
    if at is not None:
        rows = rows.filter(Q(made_at__lte=at) & (Q(made_at__lt=at) | Q(pk__gt=after)))
    return list(rows[:most])


def declared(institution: Institution) -> QuerySet[Purchase]:
    """What learners declared here and nobody has matched yet, the newest first."""
    rows = Purchase.of_institution(institution.pk).filter(source=Source.DECLARED, matched=None)
    return rows.select_related("learner").order_by("-made_at")


def candidates(row: Purchase) -> list[Purchase]:
    """The institution's own orders that a declared one may be: the same number first, then the same buyer."""
    here = row.institution_id
    own = Purchase.of_institution(here).filter(source__in=KNOWN) if here is not None else Purchase.objects.none()
    email = row.learner.email if row.learner is not None else row.email
    found = [*own.filter(order_number=row.order_number)[:5]] if row.order_number else []
    found += [one for one in own.filter(email=email).order_by("-bought_on")[:10] if one not in found] if email else []
    return found


@transaction.atomic
def match(*, row: Purchase, record: Purchase, by: Person, at: dt.datetime) -> Purchase:
    """Say that what a learner declared is this order of ours; the learner reads it in each case about it."""
    institution = row.institution
    rights.need(by, institution, *rights.DESK, Role.FINANCE)
    row = Purchase.lock(row.pk)
    wrong = record.institution_id != row.institution_id or record.source not in KNOWN or row.source != Source.DECLARED
    if wrong:
        raise Problem(Words("these two cannot be matched", "这两条记录无法匹配"))
    if row.matched_id is None:
        _match(row, record, timeline.actor(by), at)
    return row


def _match_declared(institution: Institution, made: Sequence[Purchase], at: dt.datetime) -> None:
    numbers = {row.order_number: row for row in made}
    rows = declared(institution).filter(order_number__in=list(numbers))
    for row in rows:
        record = numbers[row.order_number]
        if row.learner is not None and row.learner.email == record.email:
            _match(row, record, timeline.SYSTEM, at)


def _match(row: Purchase, record: Purchase, by: str, at: dt.datetime) -> None:
    row.matched = record
    row.save(update_fields=["matched"])
    for case in Case.objects.select_for_update(of=("self",)).filter(purchase=row):
        timeline.record(
            case=case, by=by, kind="purchase-matched", at=at,
            body={"order": record.order_number, "differs": list(differences(row, record))},
        )  # fmt: skip
    anew.ask([row.pk])


def differences(row: Purchase, record: Purchase) -> Mapping[str, tuple[str, str]]:
    """What the two say differently: name -> (as declared, as recorded)."""
    said = {name: (_shown(row, name), _shown(record, name)) for name in ("order_number", "bought_on", "paid")}
    return {name: (one, other) for name, (one, other) in said.items() if one and other and one != other}


def _shown(row: Purchase, name: str) -> str:
    if name == "paid":
        return money.show(row.paid_minor, row.currency) if row.paid_minor is not None else ""
    return str(getattr(row, name) or "")
