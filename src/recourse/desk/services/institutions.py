"""Setting up an institution: founded by whoever asks, then changed by its administrators; its process, its limits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from recourse import money, places
from recourse.bilingual import Words
from recourse.desk.models import Actor, Institution, InstitutionKind, Membership, Person, Process, Role
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import organisations, rights, secrets
from recourse.problems import Problem

TAKEN = ("new",)  # addresses that are pages of their own
LONGEST_DAYS = 250  # working days: a year
MOST_STEPS = 12


@dataclass(frozen=True)
class Details:
    """What an institution says of itself. `place` is where it is established, `currency` that of its limits."""

    name: str
    place: str
    kind: InstitutionKind = InstitutionKind.SELLER
    website: str = ""
    contact: str = ""
    language: str = "en"
    about: str = ""  # an organisation: who it is, and where that can be checked


@dataclass(frozen=True)
class Limits:
    """How fast requests are answered, in working days, and above which amount a refund needs a second person."""

    answer_days: int
    decide_days: int
    approval_minor: int
    approval_currency: str


@dataclass(frozen=True)
class Step:
    """One step of a process: what happens, who acts, in how many working days, what follows from silence."""

    name: str
    actor: Actor
    days: int | None = None
    silence: str = ""


def found(*, details: Details, by: Person, token: UUID | None = None) -> Institution:
    """A new institution, whose first administrator is the person. The same form sent twice makes one.

    `token` is the form's own id and becomes the institution's.
    """
    _check(details)
    with of(EVERYTHING):  # the founder is nobody there until this is done
        again = Institution.objects.filter(pk=token, memberships__person=by).first() if token else None
        if again is not None:
            return again
        for _ in range(5):
            try:
                with transaction.atomic():
                    return _make(details, by, token)
            except IntegrityError:  # the address, or the form, at the same moment
                again = Institution.objects.filter(pk=token, memberships__person=by).first() if token else None
                if again is not None:
                    return again
                token = token if token and not Institution.objects.filter(pk=token).exists() else None
    raise Problem(Words("no free address was found for this name", "没有找到可用的网址"), field="name")


def _make(details: Details, by: Person, token: UUID | None) -> Institution:
    currency = places.currency_of(details.place) or "EUR"
    made: Institution = Institution.objects.create(
        pk=token or uuid4(), slug=_slug(details.name), approval_currency=currency, **asdict(details)
    )
    Membership.objects.create(institution=made, person=by, role=Role.ADMINISTRATOR)
    organisations.waits(made)
    return made


def _slug(name: str) -> str:
    """The institution's part of addresses; a name without Latin letters gets one of chance."""
    plain = slugify(name)[:60].strip("-")
    if plain and plain not in TAKEN and not Institution.objects.filter(slug=plain).exists():
        return plain
    end = "".join(secrets.make().replace("-", "").replace("_", "").lower()[:5])
    return f"{plain or 'school'}-{end}"


def _check(details: Details) -> None:
    if not details.name.strip():
        raise Problem(Words("an institution needs a name", "机构需要名称"), field="name")
    if not places.is_place(details.place):
        raise Problem(Words(f"“{details.place}” is no place", f"“{details.place}”不是已知的地区"), field="place")
    if details.kind == InstitutionKind.ORGANISATION and not details.about.strip():
        raise Problem(
            Words("an organisation says who it is", "咨询机构需要说明自己的身份"), field="about",
            hint=Words("such as its register number and where to look it up", "例如登记号以及查询方式"),
        )  # fmt: skip


@transaction.atomic
def change(*, institution: Institution, details: Details, by: Person) -> Institution:
    """What the institution says of itself, anew. Its address stays: links and letters name it.

    An organisation that says it is somebody else is looked at again.
    """
    rights.need(by, institution, Role.ADMINISTRATOR)
    _check(details)
    organisations.may_become(institution, details.kind)
    before = organisations.seen(Institution.lock(institution.pk))
    for name, value in asdict(details).items():
        setattr(institution, name, value)
    institution.save(update_fields=list(asdict(details)))
    if organisations.seen(institution) != before:
        organisations.waits(institution)
    return institution


@transaction.atomic
def set_limits(*, institution: Institution, limits: Limits, by: Person) -> Institution:
    """Other days and another limit, for cases that are received from now on; clocks that run stay as they were."""
    rights.need(by, institution, Role.ADMINISTRATOR)
    for name in ("answer_days", "decide_days"):
        if not 1 <= getattr(limits, name) <= LONGEST_DAYS:
            raise Problem(
                Words(f"enter from 1 to {LONGEST_DAYS} working days", f"请填 1 到 {LONGEST_DAYS} 个工作日"), field=name
            )
    if limits.decide_days < limits.answer_days:
        raise Problem(
            Words("the decision cannot come before the first answer", "作出决定的期限不能短于首次答复的期限"),
            field="decide_days",
        )
    money.exponent(limits.approval_currency)  # raises for a code that is no currency
    if limits.approval_minor < 0:
        raise Problem(Words("a limit is not negative", "限额不能为负数"), field="approval_minor")
    for name, value in asdict(limits).items():
        setattr(institution, name, value)
    institution.save(update_fields=list(asdict(limits)))
    return institution


@transaction.atomic
def publish_process(*, institution: Institution, steps: Sequence[Step], by: Person, at: dt.datetime) -> Process:
    """A new version of how requests are treated; equal steps make none. Older versions stay."""
    rights.need(by, institution, Role.ADMINISTRATOR)
    if not 1 <= len(steps) <= MOST_STEPS:
        raise Problem(Words(f"a process has 1 to {MOST_STEPS} steps", f"流程应有 1 至 {MOST_STEPS} 步"))
    if any(not step.name.strip() for step in steps):
        raise Problem(Words("every step says what happens", "每一步都要写明做什么"))
    Institution.lock(institution.pk)
    plain = [_plain(step, institution.language) for step in steps]
    last = process(institution)
    if last is not None and last.steps == plain:
        return last
    number = institution.processes.count() + 1
    made: Process = Process.objects.create(institution=institution, number=number, steps=plain, published_at=at)
    return made


def process(institution: Institution) -> Process | None:
    """The process as it is published now."""
    found: Process | None = institution.processes.exclude(published_at=None).order_by("-number").first()
    return found


def read_steps(steps: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """The steps of a published process, in whichever language they were written."""
    return tuple(
        Step(_said(one["name"]), Actor(one["actor"]), one.get("days"), _said(one.get("silence") or {})) for one in steps
    )


def _said(texts: Mapping[str, str]) -> str:
    return next(iter(texts.values()), "")


def _plain(step: Step, language: str) -> dict[str, Any]:
    lang = "zh" if language.startswith("zh") else language
    silence = {lang: step.silence.strip()} if step.silence.strip() else {}
    return {"name": {lang: step.name.strip()}, "actor": step.actor.value, "days": step.days, "silence": silence}
