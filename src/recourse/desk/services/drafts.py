"""Drafts: what somebody told before there is a case, kept behind a secret address until a day, then forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from recourse.desk.models import Draft, Person
from recourse.desk.retention import terms
from recourse.desk.services import exhibits, secrets

TOGETHER = 200  # drafts forgotten in one transaction


@dataclass(frozen=True)
class Made:
    """A new draft with its secret, which stands in its address and is kept nowhere."""

    draft: Draft
    secret: str


def keep(*, answers: str, at: dt.datetime, typed: Mapping[str, Any] | None = None, by: Person | None = None) -> Made:
    """Keep the answers (the address of the interview) and what was typed of a request."""
    secret = secrets.make()
    draft = Draft.objects.create(
        secret=secrets.digest(secret), answers=answers, typed=dict(typed or {}), claimed_by=by,
        kept_until=at + terms.span("drafts"),
    )  # fmt: skip
    return Made(draft, secret)


def find(secret: str, *, by: Person | None, at: dt.datetime) -> Draft | None:
    """The draft of a secret. One that ended, or that another account claimed, answers like one that never was.

    Who claimed it also finds it by what is kept of the secret, so that it can be listed.
    """
    wanted = Q(secret=secrets.digest(secret), claimed_by=None)
    if by is not None:
        wanted |= Q(secret__in=(secrets.digest(secret), secret), claimed_by=by)
    found: Draft | None = Draft.objects.filter(wanted, kept_until__gt=at).first()
    return found


@transaction.atomic
def change(*, draft: Draft, at: dt.datetime, answers: str | None = None, typed: Mapping[str, Any]) -> Draft:
    """Write into the draft; what `typed` does not name stays. It is then kept for another whole time."""
    held = Draft.objects.select_for_update().get(pk=draft.pk)
    held.typed = {**held.typed, **typed}
    held.answers = held.answers if answers is None else answers
    held.kept_until = at + terms.span("drafts")
    held.save(update_fields=["typed", "answers", "kept_until"])
    return held


def claim(*, draft: Draft, by: Person) -> bool:
    """From now on only this account can open it; whether it is theirs."""
    if draft.claimed_by_id is None:
        Draft.objects.filter(pk=draft.pk, claimed_by=None).update(claimed_by=by)
        draft.refresh_from_db(fields=["claimed_by"])
    return bool(draft.claimed_by_id == by.pk)


def open_of(*, person: Person, at: dt.datetime) -> QuerySet[Draft]:
    """What a person has claimed and not sent, the one written in last first."""
    return _unsent_of(person).filter(kept_until__gt=at).order_by("-kept_until", "secret")


def throw_away(*, draft: Draft, by: Person) -> bool:
    """Remove what was never sent, with its files; whether there was something of theirs to remove."""
    return _drop_one(_unsent_of(by), draft.pk)


def _unsent_of(person: Person) -> QuerySet[Draft]:
    return Draft.objects.filter(claimed_by=person).exclude(typed__has_key="case")


def forget(*, at: dt.datetime) -> int:
    """Remove the drafts whose time is over, with files that became no exhibit; how many there were."""
    return _drop(Draft.objects.filter(kept_until__lte=at), TOGETHER)


def forget_all_of(person: Person) -> int:
    """Remove the drafts of an account, with such files."""
    return _drop(Draft.objects.filter(claimed_by=person))


def _drop(old: QuerySet[Draft], most: int | None = None) -> int:
    return sum(_drop_one(old, pk) for pk in list(old.values_list("pk", flat=True)[:most]))


def _drop_one(old: QuerySet[Draft], pk: str) -> bool:
    """Looked at again under its lock: whoever writes into it or sends it at this moment keeps it, or its files.

    The files go when it is settled that the row is gone, also where a wider transaction has yet to end.
    """
    with transaction.atomic():
        held = old.select_for_update().filter(pk=pk).first()
        if held is None:
            return False
        if "case" not in held.typed:  # else they are exhibits
            _drop_later(held.typed.get("files", []))
        held.delete()
    return True


def _drop_later(files: Iterable[Mapping[str, Any]]) -> None:
    for told in files:
        transaction.on_commit(partial(exhibits.drop, exhibits.Held.of(told)))


def files_until(draft: Draft) -> dt.datetime | None:
    """Until when its files are kept, which is shorter than its answers; None where it has none."""
    if not draft.typed.get("files") or "case" in draft.typed:
        return None
    kept: dt.datetime = draft.kept_until - terms.span("drafts") + terms.span("uploads")
    return kept


def with_old_files(*, at: dt.datetime) -> QuerySet[Draft]:
    """The drafts whose files were added, and not sent, longer ago than such files are kept."""
    old = Draft.objects.filter(
        kept_until__lte=at + terms.span("drafts") - terms.span("uploads"), typed__has_key="files"
    )
    return old.exclude(typed__has_key="case")  # then the files are the case's


def forget_files(*, at: dt.datetime) -> int:
    """Remove files that were never sent; the answers stay. How many drafts had some."""
    old = list(with_old_files(at=at).values_list("pk", flat=True)[:TOGETHER])
    return sum(_forget_files_of(pk, at) for pk in old)


def _forget_files_of(pk: str, at: dt.datetime) -> bool:
    """Looked at again under its lock: whoever sends it at this moment takes its files along."""
    with transaction.atomic():
        held = with_old_files(at=at).select_for_update().filter(pk=pk).first()
        if held is None:
            return False
        _drop_later(held.typed.pop("files"))
        held.save(update_fields=["typed"])
    return True
