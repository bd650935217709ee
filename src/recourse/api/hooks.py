"""Endpoints of institutions: made by an administrator, closed, and what became of each delivery."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import transaction

from recourse.api import addresses, sending, telling
from recourse.api.models import Delivery, DeliveryState, Endpoint, Kind
from recourse.bilingual import Words
from recourse.desk.models import Institution, Person, Role
from recourse.desk.services import rights
from recourse.payouts.services import sealing
from recourse.problems import Problem
from recourse.work.leases import GiveUp
from recourse.work.limit import TookTooLong
from recourse.work.models import Job
from recourse.work.models import State as JobState
from recourse.work.worker import Turn

MOST = 5  # open ones of one institution
REST = dt.timedelta(seconds=60)  # of an endpoint that gave no answer: its other messages do not wait for it, too
LONGEST_REST, EACH = dt.timedelta(hours=1), 60  # of one message; messages that come back in one REST
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
    Institution.lock(institution.pk)  # two at once are not both the last one
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
        telling.send(delivery, f"again-{uuid4().hex}")
    return delivery


def deliver(turn: Turn, pk: UUID, post: sending.Post = sending.post) -> None:
    """One attempt. An answer of 2xx ends it; 410 closes the endpoint; all else is tried again, at last it is dead.

    While the endpoint rests this is no attempt: the job is put off.
    """
    row = Delivery.objects.select_related("endpoint").get(pk=pk)
    if row.state != DeliveryState.WAITING:
        return
    if row.endpoint.closed_at is not None:
        _keep(row, turn, DeliveryState.DEAD, "closed")
        return
    rest = _rests(row, turn.clock())
    if rest is not None:
        turn.put_off(rest)
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


def bury(at: dt.datetime) -> int:
    """A delivery whose job died without a word, because it took its workers with it, is dead too; how many were.

    Where a job that is not dead stands for it, or is still to come, it goes on.
    """
    waiting = {str(pk) for pk in Delivery.objects.filter(state=DeliveryState.WAITING).values_list("pk", flat=True)}
    jobs = Job.objects.filter(kind="hook.deliver")
    going, dead = (
        {args["delivery"] for args in jobs.filter(state=state).values_list("args", flat=True)}
        for state in (JobState.WAITING, JobState.DEAD)
    )
    lost = Delivery.objects.filter(pk__in=(waiting & dead) - going, state=DeliveryState.WAITING)
    return lost.update(state=DeliveryState.DEAD, said="its worker died", tried_at=at)


class NotTaken(RuntimeError):
    """The endpoint did not take it: it is tried again."""


def _tried(turn: Turn, row: Delivery, post: sending.Post) -> tuple[str, bool]:
    body = row.body.encode()
    try:
        secret = sealing.unseal(bytes(row.endpoint.sealed))["secret"]
        above = sending.headers(secret, f"msg_{row.pk.hex}", int(turn.clock().timestamp()), body)
        status = post(row.endpoint.url, body, above)
    except (Exception, TookTooLong) as error:  # noqa: BLE001 - whatever it is: the delivery must know how it went
        return type(error).__name__, False
    return str(status), 200 <= status < 300


def _rests(row: Delivery, at: dt.datetime) -> dt.datetime | None:
    """Until when the message waits where another found no answer a moment ago; None where it need not.

    Many that wait come back over many minutes, `EACH` in one: looking whether it is time is work, too.
    """
    waiting = Delivery.objects.filter(endpoint=row.endpoint_id, state=DeliveryState.WAITING).exclude(pk=row.pk)
    silent = [tried for tried, said in waiting.filter(tried_at__gt=at - REST).values_list("tried_at", "said")
              if tried is not None and not said.isdigit()]  # fmt: skip
    if not silent:
        return None
    minutes = min(LONGEST_REST // REST, 1 + waiting.count() // EACH)
    return max(silent) + REST * (1 + row.pk.int % minutes)


def _keep(row: Delivery, turn: Turn, state: DeliveryState, said: str) -> None:
    Delivery.objects.filter(pk=row.pk, state=DeliveryState.WAITING).update(
        state=state, said=said[:120], attempts=row.attempts + 1, tried_at=turn.clock()
    )
