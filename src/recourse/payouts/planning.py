"""Which payments of a purchase a sum goes back to: in as few transactions as can be, never more than was captured."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from recourse.bilingual import Words
from recourse.money import Money
from recourse.payouts.machine import RESERVES, State
from recourse.problems import Problem


class Quarrel(StrEnum):
    """How a dispute of a payment (chargeback) stands."""

    OPEN = "open"
    LOST = "lost"
    WON = "won"


class Dispute(NamedTuple):
    """A dispute over so many minor units of a payment."""

    minor: int
    quarrel: Quarrel


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that was captured for a purchase, what became of it, and the route by which it came.

    `payouts` are all that were ever planned on it, of any route: amount in minor units and state. `step` is the
    smallest amount that the route can send back: 10 for a dinar by a card network that has no third decimal.
    """

    id: UUID
    route: str
    reference: str
    captured: Money
    payouts: tuple[tuple[int, State], ...] = ()
    disputes: tuple[Dispute, ...] = ()
    step: int = 1

    @property
    def disputed(self) -> bool:
        return any(dispute.quarrel is Quarrel.OPEN for dispute in self.disputes)


class Part(NamedTuple):
    """So many minor units go back to one payment."""

    payment: UUID
    minor: int


class Plan(NamedTuple):
    """The parts, the payments that an open dispute blocks, and what no payment can take.

    What is left over (late interest on top of the price, a payment that is blocked) needs a route of its own, such as
    a bank transfer, or waits; it is never sent to a card beyond what came from it.
    """

    parts: tuple[Part, ...]
    blocked: tuple[UUID, ...]
    left: int


class Attempt(NamedTuple):
    """An earlier payout on a payment: by which route, over how much, and how it stands."""

    payment: UUID
    route: str
    minor: int
    state: State


def remaining(payment: Payment) -> int:
    """Captured, less what is reserved or paid, less disputes that are not won; below nothing something is wrong."""
    taken = sum(minor for minor, state in payment.payouts if state in RESERVES)
    disputed = sum(dispute.minor for dispute in payment.disputes if dispute.quarrel is not Quarrel.WON)
    return payment.captured.minor - taken - disputed


def free(payment: Payment) -> int:
    """What can go back to a payment now, in minor units: nothing while a dispute is open."""
    if payment.disputed:
        return 0
    return max(0, remaining(payment)) // payment.step * payment.step


def spread(owed: Money, payments: Sequence[Payment]) -> Plan:
    """A plan for a sum. Raises `Problem` where the payments are in another currency, or the sum is not positive.

    An exact match takes it all; else the smallest that covers it; else the largest first, and the same for the rest.
    Among equals the payment that comes first in the list is taken.
    """
    _sensible(owed, payments)
    room = {payment.id: free(payment) for payment in payments}
    steps = {payment.id: payment.step for payment in payments}
    parts: list[Part] = []
    rest = owed.minor
    while rest and (chosen := _next(rest, room, steps)) is not None:
        minor = min(room.pop(chosen), rest // steps[chosen] * steps[chosen])
        parts.append(Part(chosen, minor))
        rest -= minor
    blocked = tuple(payment.id for payment in payments if payment.disputed)
    return Plan(tuple(parts), blocked, rest)


def _next(rest: int, room: dict[UUID, int], steps: dict[UUID, int]) -> UUID | None:
    """The payment that takes the next part: one that can end it if there is one, else the largest."""
    able = {payment: has for payment, has in room.items() if has and rest >= steps[payment]}
    ending = {payment: has for payment, has in able.items() if has >= rest and rest % steps[payment] == 0}
    if ending:
        return min(ending, key=ending.__getitem__)
    return max(able, key=able.__getitem__, default=None)


def other_route(payment: Payment, minor: int, route: str, attempts: Iterable[Attempt]) -> Part:
    """A part by another route than the payment's own. Raises `Problem` unless the original route was tried and failed.

    Contracts with card networks forbid paying elsewhere by choice, and money that goes elsewhere while the first
    attempt may still arrive is paid twice.
    """
    own = [attempt for attempt in attempts if attempt.payment == payment.id and attempt.route == payment.route]
    if route != payment.route and not any(attempt.state in {State.FAILED, State.REVERSED} for attempt in own):
        raise Problem(
            Words("Another route needs a failed payout by the original one", "只有原路退款失败后才能改用其他途径")
        )
    if any(attempt.state in {State.SENDING, State.PENDING, State.UNKNOWN} for attempt in own):
        raise Problem(Words("A payout by the original route may still arrive", "原路退款仍可能到账"))
    if payment.disputed:
        raise Problem(Words("The payment is disputed", "该笔付款存在争议"))
    if not 0 < minor <= remaining(payment):
        left = Money(max(0, remaining(payment)), payment.captured.currency)
        raise Problem(Words(f"Only {left} of this payment is left", f"该笔付款仅余 {left}"))
    return Part(payment.id, minor)


def _sensible(owed: Money, payments: Sequence[Payment]) -> None:
    if owed.minor <= 0:
        raise Problem(Words("There is nothing to send", "没有需要支付的款项"))
    for payment in payments:
        if payment.captured.currency != owed.currency:
            message = Words(
                f"{owed} is owed, but the payment was in {payment.captured.currency}",
                f"应付 {owed}，而付款币种为 {payment.captured.currency}",
            )
            raise Problem(message)
    if len({payment.id for payment in payments}) != len(payments):
        raise Problem(Words("A payment is listed twice", "同一笔付款出现两次"))
