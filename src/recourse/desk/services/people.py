"""What a person may ask about themselves: a copy of everything, and that it goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models, transaction

from recourse.bilingual import Words
from recourse.desk.models import Case, Draft, Link, Mandate, Membership, Person
from recourse.desk.rows import Row
from recourse.desk.scope import Scope, of
from recourse.desk.stages import ENDED
from recourse.problems import Problem

HIDDEN = frozenset(
    {"secret", "line", "salt", "password", "form_token", "stored", "shown"}
)  # keys, not data of a person


def copy(person: Person) -> dict[str, Any]:
    """Everything about a learner, table by table, as plain data: for people and for other programs."""
    with of(Scope(person=person.pk)):
        tables = {table: rows for table, rows in _tables() if rows}
    return {
        "account": {"email": person.email, "name": person.name, "language": person.language,
                    "made_at": person.made_at.isoformat()},
        "tables": tables,
    }  # fmt: skip


def _tables() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for model in apps.get_models():
        if issubclass(model, Row) and model.LEARNER:
            rows = [row for row in model.objects.all() if not getattr(_entry_of(row), "inner", False)]
            yield model.__name__.lower(), [_plain(row) for row in rows]


def _entry_of(row: models.Model) -> models.Model:
    """What says whether the row is inner: an opening is as inner as its entry."""
    return getattr(row, "entry", row)


def _plain(row: models.Model) -> dict[str, Any]:
    return {
        field.attname: _value(getattr(row, field.attname))
        for field in row._meta.concrete_fields  # noqa: SLF001 - Django's own documented door
        if field.name not in HIDDEN
    }


def _value(value: Any) -> Any:
    if isinstance(value, memoryview | bytes):
        return bytes(value).decode("utf-8", "replace")
    return value if value is None or isinstance(value, str | int | bool | list | dict) else str(value)


@dataclass(frozen=True)
class Part:
    """What becomes of one kind of data: `goes` or it stays, with the reason."""

    what: Words
    count: int
    goes: bool
    why: Words


def plan(person: Person) -> tuple[Part, ...]:
    """What erasing the account would do, before it is done."""
    with of(Scope(person=person.pk)):
        cases = Case.objects.filter(learner=person).count()
        links = Link.objects.filter(made_by=person, taken_back_at=None).count()
    return (
        Part(Words("name, address, sign-in", "姓名、邮箱与登录方式"), 1, True, Words("no longer needed", "不再需要")),
        Part(
            Words("drafts", "草稿"), Draft.objects.filter(claimed_by=person).count(), True,
            Words("no longer needed", "不再需要"),
        ),
        Part(Words("secret links", "保密链接"), links, True, Words("they stop working at once", "立即失效")),
        Part(
            Words("cases with their files and timelines", "案件及其文件与时间线"), cases, False,
            Words(
                "both sides may need them for legal claims; your name is taken out of the account",
                "双方可能需要据此主张权利；账户中的姓名会被去除",
            ),
        ),
    )  # fmt: skip


@transaction.atomic
def erase(*, person: Person, at: dt.datetime) -> None:
    """The account goes: nobody can sign in with it, and it names nobody. Raises `Problem` while a case is open.

    Timelines stay whole: their entries name people by references that now lead to nobody.
    """
    with of(Scope(person=person.pk)):
        running = Case.objects.filter(learner=person).exclude(stage__in=[stage.value for stage in ENDED])
        if running.exists():
            raise Problem(
                Words("you have cases that are still open", "您还有未结束的案件"),
                hint=Words("take them back or close them first", "请先撤销或结束这些案件"),
            )
        if Membership.objects.filter(person=person, ended_at=None).exists():
            raise Problem(
                Words("you still work at an institution here", "您仍在某机构任职"),
                hint=Words("let its administrator end your roles first", "请先由机构管理员终止您的角色"),
            )
        Link.objects.filter(made_by=person, taken_back_at=None).update(taken_back_at=at)
        Mandate.objects.filter(learner=person, taken_back_at=None).update(taken_back_at=at)
    Draft.objects.filter(claimed_by=person).delete()
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    _sign_out(person)
    person.email, person.name, person.is_active = f"erased-{person.pk}@invalid.example", "", False
    person.set_unusable_password()
    person.save(update_fields=["email", "name", "is_active", "password"])


def _sign_out(person: Person) -> None:
    """Sessions do not say whose they are; those that are still alive are looked through."""
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()
