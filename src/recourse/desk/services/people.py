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

from recourse import places
from recourse.bilingual import Words
from recourse.desk.models import (
    Case,
    Decision,
    DecisionState,
    Draft,
    Link,
    Mandate,
    Membership,
    Person,
    Purchase,
    Source,
)
from recourse.desk.retention import due, holds, terms
from recourse.desk.rows import Row
from recourse.desk.scope import Scope, of
from recourse.desk.services import drafts
from recourse.desk.services.cases import NOBODYS
from recourse.desk.stages import ENDED
from recourse.problems import Problem

HIDDEN = frozenset(
    {"secret", "line", "salt", "password", "form_token", "stored", "shown", "payee"}
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
            rows = [row for row in model.objects.all() if not _inner(row)]
            yield model.__name__.lower(), [_plain(row) for row in rows]


def _inner(row: models.Model) -> bool:
    """Whether it is among the institution's people: an opening as its entry, a decision until it is final."""
    if isinstance(row, Decision):
        return row.state != DecisionState.FINAL
    return bool(getattr(getattr(row, "entry", row), "inner", False))


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
    """What becomes of one kind of data: it goes, or it stays, why, and until which day; a hold is looked at again."""

    what: Words
    count: int
    goes: bool
    why: Words
    until: dt.date | None = None
    review_on: dt.date | None = None


def plan(person: Person) -> tuple[Part, ...]:
    """What erasing the account would do, before it is done: what goes now, then each case with its last day."""
    kept = terms.table().classes
    with of(Scope(person=person.pk)):
        links = Link.objects.filter(made_by=person, taken_back_at=None).count()
        cases = list(due.whole(Case.objects.filter(learner=person)).select_related("institution").order_by("made_at"))
        staying = tuple(part for case in cases for part in _staying(case))
        filed = Purchase.objects.filter(learner=person).exclude(source=Source.DECLARED).count()
    kept_answers = Draft.objects.filter(claimed_by=person).count()
    at_once = Words("They stop working at once.", "立即失效。")
    going = (
        Part(kept["account"].what, 1, True, _UNNEEDED),
        Part(kept["drafts"].what, kept_answers, True, _UNNEEDED),
        Part(Words("Secret links", "保密链接"), links, True, at_once),
    )
    orders = Part(Words("Orders that a school filed", "学校登记的订单"), filed, False, _THEIRS)
    return tuple(part for part in going if part.count) + staying + ((orders,) if filed else ())


_UNNEEDED = Words("No longer needed.", "不再需要。")
_THEIRS = Words(
    "They are the school's own records of what it sold: ask the school.", "属于学校自己的销售记录：请向学校提出。"
)
_OPEN = Words("It is still open: take it back or close it first.", "尚未结束：请先撤销或结束。")
_HELD = Words("A legal hold keeps it, if need be for longer: {reason}.", "法律保全，必要时延长保存：{reason}。")
_CLAIMS = Words(
    "Both sides may need it for legal claims. Term: {term}{place}.", "双方可能需要据此主张权利。期限：{term}{place}。"
)


def _staying(case: Case) -> Iterator[Part]:
    what = Words(f"{case.reference}: files, messages, timeline", f"{case.reference}：文件、消息与时间线")
    kept, held = due.until(case, due.last_of(case)), holds.standing(case)
    if case.stage not in {stage.value for stage in ENDED}:
        yield Part(what, 1, False, _OPEN)
    elif held is not None:
        said = Words(*(one.format(reason=held.reason) for one in _HELD))
        yield Part(what, 1, False, said, kept.day, held.review_on)
    else:
        place = ("", "")
        if kept.place:
            place = (f" ({places.name(kept.place)})", f"（{places.name(kept.place, 'zh')}）")
        term = zip(_CLAIMS, kept.term.said, place, strict=True)
        yield Part(what, 1, False, Words(*(one.format(term=said, place=name) for one, said, name in term)), kept.day)
    paid = due.money("Payout")
    if paid is not None and paid.filter(case=case).exists():
        books = terms.term("money", case.institution.place if case.institution else "").said
        why = Words(f"Bookkeeping: {books.en}. They name nobody.", f"记账义务：{books.zh}。其中不含姓名。")
        yield Part(Words(f"{case.reference}: amounts paid", f"{case.reference}：付款金额"), 1, False, why)


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
        Purchase.objects.filter(learner=person, source=Source.DECLARED).update(email="")
    drafts.forget_all_of(person)
    EmailAddress.objects.filter(user=person).delete()
    Authenticator.objects.filter(user=person).delete()
    _sign_out(person)
    end = NOBODYS if person.email.endswith(NOBODYS) else ".invalid"  # the example world goes with its erased people
    person.email, person.name, person.is_active = f"{person.pk}@erased{end}", "", False
    person.set_unusable_password()
    person.save(update_fields=["email", "name", "is_active", "password"])


def _sign_out(person: Person) -> None:
    """Sessions do not say whose they are; those that are still alive are looked through."""
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()
