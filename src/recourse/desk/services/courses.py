"""What an institution sells: courses as they are promised, their prices one after the other, the terms in versions."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from recourse import money
from recourse.bilingual import Words
from recourse.desk import corpus
from recourse.desk.models import Contract, Course, Institution, Offer, Person, Role
from recourse.desk.services import rights, secrets
from recourse.facts import read_facts
from recourse.problems import Problem

LONGEST_TERMS = 200_000  # characters of a contract


@dataclass(frozen=True)
class Stated:
    """A course as it is stated before purchase. `kind` is one of the vocabulary's kinds of purchase."""

    title: str
    kind: str = ""
    language: str = "en"
    objectives: str = ""
    contents: str = ""
    arrangement: str = ""
    methods: str = ""
    lessons: int | None = None
    hours: Decimal | None = None
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    published: bool = False


@dataclass(frozen=True)
class Price:
    """A whole price with the fees that are in it, by name, in smallest units; `condition` says for whom it is."""

    minor: int
    currency: str
    fees: tuple[tuple[str, int], ...] = field(default=())
    condition: str = ""


@transaction.atomic
def add(*, institution: Institution, stated: Stated, by: Person) -> Course:
    """A new course; one that is stated in these very words already is that one: the form was sent twice."""
    rights.need(by, institution, Role.ADMINISTRATOR)
    columns = _columns(institution, stated)
    Institution.lock(institution.pk)
    for one in Course.objects.filter(institution=institution, title=stated.title):
        if all(getattr(one, name) == value for name, value in columns.items()):
            return one
    made: Course = Course.objects.create(institution=institution, slug=_slug(institution, stated.title), **columns)
    return made


@transaction.atomic
def change(*, course: Course, stated: Stated, by: Person) -> Course:
    """State it anew. Its address stays."""
    rights.need(by, course.institution, Role.ADMINISTRATOR)
    columns = _columns(course.institution, stated)
    for name, value in columns.items():
        setattr(course, name, value)
    course.save(update_fields=list(columns))
    return course


def _columns(institution: Institution, stated: Stated) -> dict[str, Any]:
    if not stated.title.strip():
        raise Problem(Words("a course needs a title", "课程需要标题"), field="title")
    if stated.starts_on and stated.ends_on and stated.ends_on < stated.starts_on:
        raise Problem(Words("the course ends before it begins", "结束日期早于开始日期"), field="ends_on")
    missing = [name for name in ("objectives", "contents", "arrangement", "methods") if not getattr(stated, name)]
    if stated.published and missing:
        raise Problem(
            Words("a course that is shown says all of this", "公开课程前，请填写此项"), field=missing[0],
            hint=Words("learners hold what is delivered against it", "学员会据此核对实际提供的内容"),
        )  # fmt: skip
    found = {name: value for name, value in vars(stated).items() if name != "kind"}
    return {**found, "facts": _facts(institution, stated)}


def _facts(institution: Institution, stated: Stated) -> dict[str, str]:
    """What holds for every purchase of the course, in the words of the vocabulary."""
    whole_hours = stated.hours is not None and stated.hours == stated.hours.to_integral_value()
    told = {
        "kind": stated.kind,
        "seller_place": institution.place,
        "lessons_total": str(stated.lessons) if stated.lessons else "",
        "hours_total": str(int(stated.hours)) if stated.hours is not None and whole_hours else "",
        "starts_on": stated.starts_on.isoformat() if stated.starts_on else "",
        "ends_on": stated.ends_on.isoformat() if stated.ends_on else "",
    }
    found = {name: text for name, text in told.items() if text}
    read_facts(found, corpus.library().vocabulary)  # raises for what no case could be assessed on
    return found


def _slug(institution: Institution, title: str) -> str:
    plain = slugify(title)[:60].strip("-")
    if plain and plain != "new" and not Course.objects.filter(institution=institution, slug=plain).exists():
        return plain
    return f"{plain or 'course'}-{secrets.reference()[3:7].lower()}"


@transaction.atomic
def set_price(*, course: Course, price: Price, by: Person, at: dt.datetime) -> Offer:
    """The price from now on, for everybody or for those whom its condition names; the one before ends with it.

    The same price again makes no new line in the history.
    """
    rights.need(by, course.institution, Role.ADMINISTRATOR)
    _check(price)
    Course.lock(course.pk)
    running = Offer.objects.filter(course=course, condition=price.condition, ends_at=None).first()
    fees = [{"name": name, "minor": minor} for name, minor in price.fees]
    if running is not None:
        if (running.price_minor, running.currency, running.fees) == (price.minor, price.currency, fees):
            return running
        if running.begins_at >= at:
            raise Problem(Words("this price was set only just now", "价格刚刚修改过，请稍后再试"), field="price")
        running.ends_at = at
        running.save(update_fields=["ends_at"])
    made: Offer = Offer.objects.create(
        course=course, price_minor=price.minor, currency=price.currency, fees=fees, condition=price.condition,
        begins_at=at,
    )  # fmt: skip
    return made


def _check(price: Price) -> None:
    money.exponent(price.currency)
    if price.minor < 0 or any(minor < 0 for _, minor in price.fees):
        raise Problem(Words("a price is not negative", "价格不能为负数"), field="price")
    if sum(minor for _, minor in price.fees) > price.minor:
        raise Problem(
            Words("the fees are more than the whole price", "各项费用之和超过总价"), field="fees",
            hint=Words("the price is the whole price, with all fees in it", "总价应包含所有费用"),
        )  # fmt: skip


@transaction.atomic
def end_price(*, offer: Offer, by: Person, at: dt.datetime) -> None:
    """A price is no longer offered."""
    rights.need(by, offer.course.institution, Role.ADMINISTRATOR)
    Offer.objects.filter(pk=offer.pk, ends_at=None, begins_at__lt=at).update(ends_at=at)


@transaction.atomic
def publish_terms(*, institution: Institution, text: str, language: str, by: Person, at: dt.datetime) -> Contract:
    """A new version of the terms, known by the digest of its text; the same text again makes none."""
    rights.need(by, institution, Role.ADMINISTRATOR)
    text = text.replace("\r\n", "\n").strip() + "\n"
    if not text.strip() or len(text) > LONGEST_TERMS:
        raise Problem(
            Words(f"the terms have 1 to {LONGEST_TERMS} characters", f"条款应为 1 至 {LONGEST_TERMS} 个字符"),
            field="text",
        )
    Institution.lock(institution.pk)
    digest = hashlib.sha256(text.encode()).hexdigest()
    last = terms(institution)
    if last is not None and last.digest == digest:
        return last
    made: Contract = Contract.objects.create(
        institution=institution, number=institution.contracts.count() + 1, text=text, digest=digest, language=language,
        published_at=at,
    )  # fmt: skip
    return made


def terms(institution: Institution) -> Contract | None:
    """The terms as they hold now."""
    found: Contract | None = institution.contracts.exclude(published_at=None).order_by("-number").first()
    return found
