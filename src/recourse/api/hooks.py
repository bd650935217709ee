"""Endpoints of institutions: made by an administrator, closed, and what became of each delivery."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from django.db import transaction

from recourse.api import addresses, sending, telling
from recourse.api.models import Delivery, DeliveryState, Endpoint, Kind
from recourse.bilingual import Words
from recourse.desk.models import Institution, Person, Role
from recourse.desk.services import rights
from recourse.payouts.services import sealing
from recourse.problems import Problem
from recourse.work.leases import GiveUp
from recourse.work.worker import Turn

MOST = 5  # open ones of one institution
GONE = 410  # the endpoint says that it wants nothing more


class Made(NamedTuple):
    """A new endpoint, and the secret, which is shown once."""

    endpoint: Endpoint
    secret: str


@transaction.atomic
def open_(*, institution: Institution, by: Person, url: str, kinds: Collection[str]) -> Made:
    """Tell this address of these things from now on. Raises `Problem`."""
    rights.need(by, institution, Role.ADMINISTRATOR)
    addresses.check(url.strip())
    wanted = [kind.value for kind in Kind if kind.value in kinds]
    if not wanted:
        raise Problem(Words("say what it is told", "请选择要通知的事项"), field="kinds")
    if Endpoint.objects.filter(institution=institution, closed_at=None).count() >= MOST:
        raise Problem(Words(f"at most {MOST} endpoints", f"接收地址最多 {MOST} 个"), field="url",
                      hint=Words("close one first", "请先关闭一个"))  # fmt: skip
    secret = sending.new_secret()
    made = Endpoint.objects.create(
        institution=institution, url=url.strip(), kinds=wanted, made_by=by, sealed=sealing.seal({"secret": secret})
    )
    return Made(made, secret)


@transaction.atomic
def close(*, endpoint: Endpoint, by: Person, at: dt.datetime) -> Endpoint:
    """Tell it nothing more; what is on its way is not sent again."""
    rights.need(by, endpoint.institution, Role.ADMINISTRATOR)
    Endpoint.objects.filter(pk=endpoint.pk, closed_at=None).update(closed_at=at)
    return endpoint


@transaction.atomic
def again(*, delivery: Delivery, by: Person) -> Delivery:
    """Send a dead delivery again, with all its attempts."""
    rights.need(by, delivery.institution, Role.ADMINISTRATOR)
    delivery = Delivery.lock(delivery.pk)
    if delivery.state == DeliveryState.DEAD:
        delivery.state = DeliveryState.WAITING
        delivery.save(update_fields=["state"])
        telling.send(delivery, f"again-{delivery.attempts}")
    return delivery


def deliver(turn: Turn, pk: UUID, post: sending.Post = sending.post) -> None:
    """One attempt. An answer of 2xx ends it; 410 closes the endpoint; all else is tried again, at last it is dead."""
    row = Delivery.objects.select_related("endpoint").get(pk=pk)
    if row.state != DeliveryState.WAITING:
        return
    if row.endpoint.closed_at is not None:
        _keep(row, turn, DeliveryState.DEAD, "closed")
        return
    said, done = _tried(turn, row, post)
    if done:
        _keep(row, turn, DeliveryState.DELIVERED, said)
        return
    last = turn.attempt >= turn.held.most or said == str(GONE)
    _keep(row, turn, DeliveryState.DEAD if last else DeliveryState.WAITING, said)
    if said == str(GONE):
        Endpoint.objects.filter(pk=row.endpoint_id, closed_at=None).update(closed_at=turn.clock())
    raise GiveUp(said) if last else NotTaken(said)


class NotTaken(RuntimeError):
    """The endpoint did not take it: it is tried again."""


def _tried(turn: Turn, row: Delivery, post: sending.Post) -> tuple[str, bool]:
    secret = sealing.unseal(bytes(row.endpoint.sealed))["secret"]
    body = row.body.encode()
    above = sending.headers(secret, f"msg_{row.pk.hex}", int(turn.clock().timestamp()), body)
    try:
        status = post(row.endpoint.url, body, above)
    except (OSError, Problem) as error:
        return type(error).__name__, False
    return str(status), 200 <= status < 300


def _keep(row: Delivery, turn: Turn, state: DeliveryState, said: str) -> None:
    Delivery.objects.filter(pk=row.pk, state=DeliveryState.WAITING).update(
        state=state, said=said[:120], attempts=row.attempts + 1, tried_at=turn.clock()
    )
