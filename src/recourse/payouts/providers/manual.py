"""The route by hand: staff pay as they can, and say so with a proof; also for money that only a counter can move."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from recourse.bilingual import Words
from recourse.money import EXPONENTS, Money
from recourse.payouts.machine import Waits
from recourse.payouts.planning import Payment
from recourse.payouts.providers.contract import (
    OPEN,
    Can,
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

_FOR_EVER = 100 * 366 * 86400
_WORDS = {"paid": Status.SUCCEEDED, "not-paid": Status.FAILED, "came-back": Status.RETURNED, "seen": Status.PENDING}
_FIELDS = {"id": str, "key": str, "word": str, "amount": int, "currency": str, "evidence": str, "by": str, "at": int}


class Register(Protocol):
    """The list that staff work from, as the desk keeps it. `OSError` from any of these means: not reached."""

    def ask(self, order: Order) -> None:
        """Put an order on the list; the same key again changes nothing."""
        ...

    def asked(self, key: UUID) -> bool:
        """Whether the order stands on the list."""
        ...

    def said(self, key: UUID) -> Sequence[bytes]:
        """What staff said about an order, as it was stored, in the order in which it came."""
        ...


class Manual:
    """Staff move the money outside of the desk and upload the proof."""

    name = "manual"
    memory = Memory(honours=_FOR_EVER, never=None)

    def __init__(self, register: Register) -> None:
        self._register = register

    def can(self, payment: Payment) -> Can:
        """Always, in a currency there is."""
        if payment.captured.currency not in EXPONENTS:
            return closed("This is not a currency", "不是货币代码")
        return OPEN

    def send(self, order: Order) -> Outcome:
        """Put it on the list of what staff are to pay."""
        try:
            self._register.ask(order)
            return self._found(order)
        except OSError as error:
            return lost(str(error))

    def look_up(self, order: Order) -> Outcome:
        """What staff said about it so far."""
        try:
            if not self._register.asked(order.key):
                return Outcome(Status.ABSENT)
            return self._found(order)
        except OSError as error:
            return lost(str(error))

    def refunds(self) -> None:
        """Nobody has a list of them but us."""

    def parse(self, headers: Mapping[str, str], body: bytes) -> list[Notice]:  # noqa: ARG002 - the desk signs staff in
        """One statement of staff: JSON with id, key, word, amount, currency, evidence, by, at, and a fee if any."""
        said = _read(body)
        return [Notice(said["id"], UUID(said["key"]), None, said["word"], said["at"])]

    def describe(self, lang: str) -> str:
        return Words(
            "You pay by your own means and upload the proof; until then the payment is pending.",
            "由您自行付款并上传凭证；在此之前付款处于待处理状态。",
        ).of(lang)

    def _found(self, order: Order) -> Outcome:
        """The newest statement counts; what was said against an order of another amount makes it unknown."""
        statements = [_read(body) for body in self._register.said(order.key)]
        if not statements:
            return Outcome(Status.PENDING, waits=Waits.STAFF)
        said = max(statements, key=lambda one: one["at"])
        money = Money(said["amount"], said["currency"])
        status = _WORDS.get(said["word"])
        if status is None or money != order.money:
            return strange(f"{said['word']} {money}", money=money)
        if status is Status.SUCCEEDED and not said["evidence"]:
            return strange("paid, without a proof", money=money)
        waits = Waits.STAFF if status is Status.PENDING else None
        fee = Money(said["fee"], said["currency"]) if "fee" in said else None
        return Outcome(status, None, said["word"], waits, said["evidence"] or None, money, fee=fee)


def _read(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
        fits = isinstance(said, dict) and said.keys() - {"fee"} == _FIELDS.keys()
        typed = fits and all(type(said[field]) is kind for field, kind in _FIELDS.items())
        typed = typed and type(said.get("fee", 0)) is int and said.get("fee", 0) >= 0
        UUID(said["key"]) if typed else None
    except ValueError as error:  # also what is no JSON, no UTF-8 and no UUID
        raise Unproven(Words("The statement cannot be read", "无法读取声明")) from error
    except RecursionError as error:
        raise Unproven(Words("The statement cannot be read", "无法读取声明")) from error
    if not typed or said["currency"] not in EXPONENTS or not said["by"]:
        raise Unproven(Words("The statement is not complete", "声明不完整"))
    return dict(said)
