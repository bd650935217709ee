"""Keys of institutions: made by an administrator, shown once, known by their digest, ended by a day or by hand.

A key acts in the name of an account of its own, which nobody can sign in with. With `cases:write` that account is an
agent of the institution; it is never an approver and never finance, so it can neither be the second person nor pay.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Collection
from typing import NamedTuple

from django.db import transaction
from django.db.models import QuerySet

from recourse.api.models import Key, Scope
from recourse.bilingual import Words
from recourse.desk.models import Institution, Membership, Person, Role
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import rights, secrets
from recourse.problems import Problem

MOST = 20  # that hold at one institution
LONGEST = dt.timedelta(days=731)
BEGIN = "rcs"  # by which programs that look for leaked secrets know one of ours
SEEN = dt.timedelta(minutes=1)  # so exactly is it kept when a key was last used


class Made(NamedTuple):
    """A new key, and the secret, which is nowhere else."""

    key: Key
    secret: str


@transaction.atomic
def make(
    *, institution: Institution, by: Person, name: str, scopes: Collection[str], days: int, at: dt.datetime
) -> Made:
    """A key that holds for so many days. Raises `Problem`."""
    rights.need(by, institution, Role.ADMINISTRATOR)
    name = " ".join(name.split())[:60]
    if not name:
        raise Problem(Words("the key needs a name", "密钥需要名称"), field="name")
    wanted = [scope.value for scope in Scope if scope.value in scopes]
    if not wanted or len(wanted) != len(set(scopes)):
        raise Problem(Words("say what the key is for", "请选择密钥的用途"), field="scopes")
    if not 1 <= days <= LONGEST.days:
        raise Problem(Words(f"from 1 to {LONGEST.days} days", f"1 至 {LONGEST.days} 天"), field="days")
    Institution.lock(institution.pk)  # two at once are not both the last one
    if holding(institution, at).filter(name=name).exists():  # also where a form was sent twice
        raise Problem(Words("a key of this name is here already", "已有同名密钥"), field="name",
                      hint=Words("another name, or revoke that one", "请换一个名称，或先停用该密钥"))  # fmt: skip
    if holding(institution, at).count() >= MOST:
        raise Problem(Words(f"at most {MOST} keys", f"密钥最多 {MOST} 个"), field="name",
                      hint=Words("revoke one first", "请先停用一个"))  # fmt: skip
    prefix = secrets.reference().removeprefix("RC-").replace("-", "").lower()
    secret = f"{BEGIN}_{prefix}_{secrets.make()}"
    person = _account(institution, prefix, name)
    if Scope.CASES_WRITE in wanted:
        Membership.objects.create(institution=institution, person=person, role=Role.AGENT)
    key = Key.objects.create(
        institution=institution, name=name, prefix=prefix, digest=secrets.digest(secret), scopes=wanted,
        acts_as=person, made_by=by, until=at + dt.timedelta(days=days),
    )  # fmt: skip
    return Made(key, secret)


def _account(institution: Institution, prefix: str, name: str) -> Person:
    """An account without a mailbox: the ending of its address can never be anybody's."""
    ending = "keys.example" if institution.example else "keys.invalid"
    return Person.objects.create_user(f"{prefix}@{ending}", name=f"API: {name}", is_active=False)


@transaction.atomic
def revoke(*, key: Key, by: Person, at: dt.datetime) -> Key:
    """It holds no longer, from this moment on."""
    rights.need(by, key.institution, Role.ADMINISTRATOR)
    key = Key.lock(key.pk)
    if key.revoked_at is None:
        key.revoked_at = at
        key.save(update_fields=["revoked_at"])
        Membership.objects.filter(person=key.acts_as, ended_at=None).update(ended_at=at)
    return key


def holding(institution: Institution, at: dt.datetime) -> QuerySet[Key]:
    """Keys that hold."""
    return Key.objects.filter(institution=institution, revoked_at=None, until__gt=at)


def presented(header: str, at: dt.datetime) -> Key | None:
    """The key that an `Authorization` header presents, where it holds; unknown, revoked and past ones are alike."""
    kind, _, secret = header.partition(" ")
    parts = secret.strip().split("_", 2)
    if kind.lower() != "bearer" or len(parts) != 3 or parts[0] != BEGIN:
        return None
    with of(EVERYTHING):
        key = Key.objects.select_related("institution", "acts_as").filter(prefix=parts[1][:12]).first()
        if key is None or not hmac.compare_digest(key.digest, secrets.digest(secret.strip())):
            return None
        if key.revoked_at is not None or key.until <= at:
            return None
        if key.used_at is None or key.used_at < at - SEEN:
            Key.objects.filter(pk=key.pk).update(used_at=at)
    return key
