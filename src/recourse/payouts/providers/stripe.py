"""Refunds through Stripe: one per key however often it is asked, pending until it says otherwise, able to fail late."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from recourse.bilingual import Words
from recourse.money import Money
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
from recourse.payouts.providers.stripe_money import from_stripe, known, to_stripe

if TYPE_CHECKING:
    from stripe import HTTPClient, StripeClient
    from stripe.params import RefundCreateParams, RefundListParams

_OURS = "recourse_payout"  # the name of our key in the metadata of a refund, by which it is found after a day
_BALANCE = ("balance_transaction", "failure_balance_transaction")  # where a refund says what it cost
_HOUR = 3600
_WAITS = {
    "processing": Waits.SETTLEMENT,
    "insufficient_funds": Waits.BALANCE,
    "charge_pending": Waits.SETTLEMENT,
}
_NEWS = frozenset({"refund.created", "refund.updated", "refund.failed", "charge.refund.updated", "charge.refunded"})


def client(secret_key: str, http_client: "HTTPClient | None" = None) -> "StripeClient":
    """A client of the SDK that asks once: a retry of its own would hide from us that an answer was lost."""
    import stripe  # noqa: PLC0415 - a quarter of a second that only those pay who refund through Stripe

    return stripe.StripeClient(secret_key, http_client=http_client, max_network_retries=0)


class Stripe:
    """Refunds of payments that came through Stripe: payment intents (pi_...) and charges (ch_..., py_...)."""

    name = "stripe"
    # Keys may be forgotten after 24 hours; an hour is taken off. Nothing is under way for longer than a few minutes,
    # but what cannot be found counts as never made only after two days.
    memory = Memory(honours=23 * _HOUR, never=48 * _HOUR)

    def __init__(self, sdk: "StripeClient", webhook_secrets: Sequence[str], now: Callable[[], int]) -> None:
        self._sdk = sdk
        self._secrets = tuple(webhook_secrets)
        self._now = now

    def can(self, payment: Payment) -> Can:
        """Payments of Stripe in a currency whose unit is certain."""
        if payment.route != self.name or not payment.reference.startswith(("pi_", "ch_", "py_")):
            return closed("The payment did not come through Stripe", "该笔付款并非通过 Stripe 支付")
        if not known(payment.captured.currency):
            return closed("It is not certain how Stripe counts this currency", "无法确定 Stripe 对该币种的计量单位")
        return OPEN

    def send(self, order: Order) -> Outcome:
        """Make the refund. A definite no is believed only after a look-up: an earlier try may have made it."""
        import stripe  # noqa: PLC0415

        try:
            number = to_stripe(order.money)
        except ValueError as error:
            return Outcome(Status.FAILED, word=str(error))
        try:
            made = self._sdk.v1.refunds.create(_request(order, number), {"idempotency_key": str(order.key)})
        except (stripe.InvalidRequestError, stripe.CardError) as error:
            return self._refused(order, error)
        except stripe.StripeError as error:  # also: key in use, key used otherwise, no right, too many requests
            return lost(_said(error))
        return _outcome(_plain(made), order)

    def look_up(self, order: Order) -> Outcome:
        """Look through the refunds of the payment for the one that carries our key."""
        import stripe  # noqa: PLC0415

        try:
            ours = [one for one in self._refunds(order.payment) if _key(one) == order.key]
        except stripe.StripeError as error:
            return lost(_said(error))
        if not ours:
            return Outcome(Status.ABSENT)
        if len(ours) > 1:
            return strange(f"{len(ours)} refunds carry this key", reference=str(ours[0].get("id")))
        return _outcome(ours[0], order)

    def refunds(self) -> Iterator[Listed]:
        """All of the account, a hundred a call."""
        import stripe  # noqa: PLC0415

        try:
            for one in self._listed({}):
                reference, money = _what(one)
                paid = frozenset(filter(None, _payments(one)))
                yield Listed(_key(one), paid, _as_it_says(one, reference, money) if reference else strange("no id"))
        except stripe.StripeError as error:
            raise OSError(_said(error)) from error

    def parse(self, headers: Mapping[str, str], body: bytes) -> list[Notice]:
        """The refund or dispute that a signed event is about."""
        found = {name.lower(): value for name, value in headers.items()}
        signing.verify(found.get("stripe-signature"), body, self._secrets, self._now())
        event = _read(body)
        try:
            kind, at, item = str(event["type"]), int(event["created"]), event["data"]["object"]
            if kind.startswith("charge.dispute."):
                return [
                    Notice(event["id"], None, item["id"], f"{kind} {item['status']}", at, _paid(item), dispute=True)
                ]
            if kind not in _NEWS:
                return []
            about = _paid(item)
            if about is None:
                raise _unreadable()
            refunds = _items(item)
            if not refunds:
                return [Notice(event["id"], None, None, kind, at, about)]
            return [
                Notice(f"{event['id']}/{one['id']}", _key(one), one["id"], f"{kind} {one.get('status')}", at, about)
                for one in refunds
            ]
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _unreadable() from error

    def describe(self, lang: str) -> str:
        return Words(
            "Stripe sends the money back to the card or account it came from; a statement shows it after 5 to 10 days.",
            "Stripe 将款项退回原支付卡或账户；通常 5 至 10 天后出现在账单上。",
        ).of(lang)

    def _refused(self, order: Order, error: Any) -> Outcome:
        if getattr(error, "http_status", None) == 409:
            return lost(_said(error))
        earlier = self.look_up(order)
        if earlier.status is Status.ABSENT:
            return Outcome(Status.FAILED, word=_said(error))
        return earlier

    def _refunds(self, payment: str) -> Iterator[dict[str, Any]]:
        return self._listed({"payment_intent": payment} if _is_intent(payment) else {"charge": payment})

    def _listed(self, about: "RefundListParams") -> Iterator[dict[str, Any]]:
        page = self._sdk.v1.refunds.list({**about, "limit": 100, "expand": [f"data.{one}" for one in _BALANCE]})
        for one in page.auto_paging_iter():
            yield _plain(one)


def _request(order: Order, number: int) -> "RefundCreateParams":
    request: RefundCreateParams = {
        "amount": number, "metadata": {_OURS: str(order.key)}, "expand": [*_BALANCE],
    }  # fmt: skip
    if _is_intent(order.payment):
        request["payment_intent"] = order.payment
    else:
        request["charge"] = order.payment
    return request


def _is_intent(payment: str) -> bool:
    return payment.startswith("pi_")


def _outcome(refund: dict[str, Any], order: Order) -> Outcome:
    """What a refund object means for an order; another amount or payment than ours is not understood."""
    reference, money = _what(refund)
    if reference is None or money != order.money or order.payment not in _payments(refund):
        said = f"{refund.get('status')} {refund.get('amount')} {refund.get('currency')}"
        return strange(said, reference=reference)
    return _as_it_says(refund, reference, money)


def _what(refund: dict[str, Any]) -> tuple[str | None, Money | None]:
    """Its reference and its amount, as far as they can be read."""
    reference, number, code = refund.get("id"), refund.get("amount"), refund.get("currency")
    money = from_stripe(number, code) if isinstance(number, int) and isinstance(code, str) else None
    return reference if isinstance(reference, str) else None, money


def _as_it_says(refund: dict[str, Any], reference: str, money: Money | None) -> Outcome:
    word = str(refund.get("status"))
    reason = refund.get("failure_reason") or refund.get("pending_reason") or ""
    match word:
        case "succeeded":
            return Outcome(Status.SUCCEEDED, reference, word, money=money, fee=_fee(refund))
        case "pending":
            waits = _WAITS.get(reason, Waits.SETTLEMENT)
            return Outcome(Status.PENDING, reference, f"{word} {reason}".strip(), waits, money=money, fee=_fee(refund))
        case "requires_action":
            return Outcome(Status.PENDING, reference, word, Waits.PAYEE, money=money)
        case "failed":
            return Outcome(Status.FAILED, reference, f"{word} {reason}".strip(), money=money, fee=_fee(refund))
        case "canceled":
            return Outcome(Status.CANCELLED, reference, word, money=money)
    return strange(word, reference=reference, money=money)


def _fee(refund: dict[str, Any]) -> Money | None:
    """What Stripe keeps for the refund, in the currency of the balance; what went back when it failed counts too."""
    found = [refund.get(name) for name in _BALANCE]
    told = [one for one in found if isinstance(one, dict) and isinstance(one.get("fee"), int)]
    sums = [from_stripe(one["fee"], str(one.get("currency"))) for one in told]
    known = [one for one in sums if one is not None]
    if not known or len({one.currency for one in known}) > 1:
        return None
    return Money(sum(one.minor for one in known), known[0].currency)


def _payments(refund: dict[str, Any]) -> set[Any]:
    return {refund.get("payment_intent"), refund.get("charge")}


def _items(item: dict[str, Any]) -> list[dict[str, Any]]:
    """The refunds in an event: the object itself, or those that a charge still carries."""
    if item.get("object") == "refund":
        return [item]
    return list((item.get("refunds") or {}).get("data") or [])


def _key(refund: dict[str, Any]) -> UUID | None:
    try:
        return UUID((refund.get("metadata") or {})[_OURS])
    except (KeyError, ValueError, TypeError, AttributeError):
        return None


def _paid(item: dict[str, Any]) -> str | None:
    found = item.get("payment_intent") or item.get("charge") or item.get("id")
    return found if isinstance(found, str) else None


def _plain(item: Any) -> dict[str, Any]:
    return dict(item.to_dict())


def _read(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _unreadable() from error


def _unreadable() -> Unproven:
    return Unproven(Words("The message cannot be read", "无法读取消息"))


def _said(error: Any) -> str:
    code = getattr(error, "code", None) or type(error).__name__
    return f"{code}: {getattr(error, 'user_message', None) or error}"[:300]
