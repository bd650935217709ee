"""Who works at an institution: invited by mail for one role, taken by a secret address, ended."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from recourse.bilingual import Words
from recourse.desk.models import Institution, Invitation, Membership, Person, Role
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services import rights, secrets
from recourse.problems import Problem

DAYS = 14  # that an invitation lives


@dataclass(frozen=True)
class Made:
    """A new invitation with its secret, which goes out by mail and is kept nowhere."""

    invitation: Invitation
    secret: str


@transaction.atomic
def invite(*, institution: Institution, email: str, role: Role, by: Person, at: dt.datetime) -> Made:
    """Offer somebody a role. An older invitation of the same address and role ends."""
    rights.need(by, institution, Role.ADMINISTRATOR)
    email = email.strip().lower()
    Invitation.objects.filter(institution=institution, email=email, role=role, taken_at=None).delete()
    secret = secrets.make()
    made = Invitation.objects.create(
        institution=institution, email=email, role=role, secret=secrets.digest(secret),
        until=at + dt.timedelta(days=DAYS), invited_by=by,
    )  # fmt: skip
    return Made(made, secret)


def find(secret: str, *, at: dt.datetime) -> Invitation | None:
    """The invitation of a secret while it is open."""
    with of(EVERYTHING):  # the invited person is nobody there yet
        found = Invitation.objects.filter(secret=secrets.digest(secret), taken_at=None, until__gt=at)
        return found.select_related("institution").first()


@transaction.atomic
def take(*, secret: str, by: Person, at: dt.datetime) -> Membership:
    """Accept: only the person whose address was invited can. Raises `Problem` for one that is over or another's."""
    invitation = find(secret, at=at)
    if invitation is None:
        raise Problem(
            Words("this invitation is over or was never made", "此邀请已失效或不存在"),
            hint=Words("ask for a new one", "请对方重新邀请"),
        )
    if invitation.email != by.email:
        raise rights.NotYours(
            Words("this invitation is for another address", "此邀请发给了另一个邮箱"),
            hint=Words("sign in with the address it was sent to", "请用收到邀请的邮箱登录"),
        )
    with of(EVERYTHING):  # the person is no member until this is done
        invitation.taken_at = at
        invitation.save(update_fields=["taken_at"])
        made, _ = Membership.objects.get_or_create(
            institution=invitation.institution, person=by, role=invitation.role, ended_at=None
        )
    return made


@transaction.atomic
def end(*, membership: Membership, by: Person, at: dt.datetime) -> None:
    """Somebody no longer has the role. The last administrator cannot go: nobody could let anybody in again."""
    rights.need(by, membership.institution, Role.ADMINISTRATOR)
    others = Membership.objects.select_for_update().filter(
        institution=membership.institution, role=Role.ADMINISTRATOR, ended_at=None
    )
    if membership.role == Role.ADMINISTRATOR and not [one for one in others if one.pk != membership.pk]:
        raise Problem(
            Words("the last administrator cannot leave", "最后一名管理员不能离开"),
            hint=Words("give the role to somebody else first", "请先把管理员角色交给他人"),
        )
    Membership.objects.filter(pk=membership.pk, ended_at=None).update(ended_at=at)
