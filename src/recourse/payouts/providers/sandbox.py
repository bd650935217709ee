"""The provider for trying things out: it moves no money, and can do everything wrong that real ones do, on request."""

import json
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from recourse.bilingual import Words
from recourse.payouts.machine import Waits
from recourse.payouts.planning import Payment
from recourse.payouts.providers import signing
from recourse.payouts.providers.contract import (
    OPEN,
    Can,
    Listed,
    Memory,
    Notice,
    Order,
    Outcome,
    Status,
    Unproven,
    closed,
    lost,
    strange,
)
from recourse.payouts.providers.sandbox_world import NoAnswer, Refund, Refuses, World

_WORDS = {
    "paid": (Status.SUCCEEDED, None),
    "waiting": (Status.PENDING, Waits.SETTLEMENT),
    "needs-payee": (Status.PENDING, Waits.PAYEE),
    "needs-balance": (Status.PENDING, Waits.BALANCE),
    "failed": (Status.FAILED, None),
    "cancelled": (Status.CANCELLED, None),
}
_HOUR = 3600


class Sandbox:
    """Refunds in a world of their own, with notices that are signed as Stripe signs its own."""

    name = "sandbox"
    memory = Memory(honours=23 * _HOUR, never=48 * _HOUR)

    def __init__(self, world: World, secrets: Sequence[str], now: Callable[[], int]) -> None:
        self._world, self._secrets, self._now = world, tuple(secrets), now

    def can(self, payment: Payment) -> Can:
        """Payments that were made in the sandbox, in any currency; its world has them as they are described here."""
        if payment.route != self.name:
            return closed("The payment was not made in the sandbox", "该笔付款不是在沙盒中支付的")
        self._world.capture(payment.reference, payment.captured)
        return OPEN

    def send(self, order: Order) -> Outcome:
        """Make the refund in the sandbox's world."""
        try:
            return _outcome(self._world.refund(str(order.key), order.payment, order.money), order)
        except NoAnswer as error:
            return lost(str(error))
        except Refuses as error:
            earlier = self.look_up(order)  # an earlier try may have made it, and its key be forgotten
            return Outcome(Status.FAILED, word=str(error)) if earlier.status is Status.ABSENT else earlier

    def look_up(self, order: Order) -> Outcome:
        """Find it by what is stored with the refund, which is remembered longer than the key."""
        try:
            found = self._world.find(str(order.key))
        except NoAnswer as error:
            return lost(str(error))
        if len(found) > 1:
            return strange(f"{len(found)} refunds carry this key", reference=found[0].id)
        return _outcome(found[0], order) if found else Outcome(Status.ABSENT)

    def refunds(self) -> list[Listed]:
        """All of its world."""
        return [Listed(UUID(one.key), frozenset({one.payment}), _said(one)) for one in self._world.listed()]

    def parse(self, headers: Mapping[str, str], body: bytes) -> list[Notice]:
        """One signed notice."""
        found = {name.lower(): value for name, value in headers.items()}
        signing.verify(found.get("sandbox-signature"), body, self._secrets, self._now())
        try:
            said = json.loads(body)
            return [
                Notice(said["id"], UUID(said["key"]), said["refund"], said["word"], int(said["at"]), said["payment"])
            ]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Unproven(Words("The message cannot be read", "无法读取消息")) from error

    def messages(self) -> list[tuple[dict[str, str], bytes]]:
        """The notices of the world as messages that `parse` takes: headers and body, signed now."""
        bodies = [json.dumps(notice).encode() for notice in self._world.notices()]
        return [({"Sandbox-Signature": signing.sign(self._secrets[0], body, self._now())}, body) for body in bodies]

    def describe(self, lang: str) -> str:
        return Words(
            "A trial: no money moves. It can be told to fail in every way that real providers do.",
            "试用环境：不会产生真实资金流动，可按需模拟各种故障。",
        ).of(lang)


def _outcome(refund: Refund, order: Order) -> Outcome:
    if refund.money != order.money or refund.payment != order.payment:
        return strange(f"{refund.word} {refund.money}", reference=refund.id, money=refund.money)
    return _said(refund)


def _said(refund: Refund) -> Outcome:
    """As it stands, whatever was ordered."""
    if refund.word not in _WORDS:
        return strange(refund.word, reference=refund.id, money=refund.money)
    status, waits = _WORDS[refund.word]
    return Outcome(status, refund.id, refund.word, waits, money=refund.money)
