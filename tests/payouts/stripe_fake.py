"""A stateful Stripe for refunds, behind the SDK's own client: keys, ceilings, pending and late failures, signed events.

It answers as docs.stripe.com says the real one does: a key gives the first answer again, also an error of the server,
for 24 hours; other parameters with the same key are an error; refunds of a payment never exceed it; a disputed payment
cannot be refunded. What goes wrong with the next call is told to it beforehand.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import RLock
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import stripe

from recourse.payouts.providers import signing

REMEMBERS = 24 * 3600
Answer = tuple[int, dict[str, Any]]


@dataclass
class Refund:
    id: str
    charge: str
    amount: int
    currency: str
    metadata: dict[str, str]
    created: int
    phases: tuple[tuple[int, str, str | None], ...]  # seconds after it was made, status, reason
    fee: int = 0  # what is kept for it

    def phase(self, now: int) -> tuple[int, str, str | None]:
        return [one for one in self.phases if self.created + one[0] <= now][-1]

    def shown(self, now: int) -> dict[str, Any]:
        _, status, reason = self.phase(now)
        shown = {"id": self.id, "object": "refund", "amount": self.amount, "currency": self.currency, "charge": self.charge,
                 "payment_intent": self.charge.replace("ch_", "pi_"), "metadata": self.metadata, "created": self.created,
                 "reason": None, "status": status,
                 "balance_transaction": {"object": "balance_transaction", "fee": self.fee, "currency": self.currency}}  # fmt: skip
        return shown | (
            {"failure_reason": reason} if status == "failed" else {"pending_reason": reason} if reason else {}
        )


PAID = ((0, "succeeded", None),)
PHASES: Mapping[str, tuple[tuple[int, str, str | None], ...]] = {
    "pending": ((0, "pending", "processing"), (3600, "succeeded", None)),
    "no-balance": ((0, "pending", "insufficient_funds"), (3600, "succeeded", None)),
    "cancel": ((0, "requires_action", None), (3600, "canceled", None)),
    "deny-later": ((0, "pending", "processing"), (3600, "failed", "declined")),
    "late": ((0, "succeeded", None), (3 * 86400, "failed", "expired_or_canceled_card")),
    "strange": ((0, "evaporated", None), (3600, "succeeded", None)),
}


@dataclass
class Fake:
    now: Callable[[], int]
    secret: str
    captured: dict[str, tuple[int, str]] = field(default_factory=dict)  # by charge: number and code in small letters
    disputed: set[str] = field(default_factory=set)
    refunds: list[Refund] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)  # of the next calls that would make a refund
    fee: int = 0  # kept for each refund from now on
    down: bool = False
    keys: dict[str, tuple[int, str, Answer]] = field(default_factory=dict)
    posts: int = 0
    gets: int = 0  # pages of lists
    lock: RLock = field(default_factory=RLock)

    def request(self, method: str, url: str, headers: Mapping[str, str], body: str | None) -> Answer:
        """One request; `stripe.APIConnectionError` where the real one would not answer."""
        if self.down:
            raise stripe.APIConnectionError("connection refused")
        parts = urlsplit(url)
        with self.lock:
            if method == "get" and parts.path == "/v1/refunds":
                return self.listed(dict(parse_qsl(parts.query)))
            assert (method, parts.path) == ("post", "/v1/refunds")
            return self.posted(headers["Idempotency-Key"], body or "")

    def posted(self, key: str, body: str) -> Answer:
        self.posts += 1
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "lost-before":
            raise stripe.APIConnectionError("timed out")
        if fault == "too-many":
            return 429, {"error": {"type": "invalid_request_error", "code": "rate_limit", "message": "slow down"}}
        if fault == "html":
            return 502, {"html": "<h1>Bad gateway</h1>"}
        known = self.keys.get(key)
        if known and self.now() - known[0] < REMEMBERS:
            if known[1] != body:
                return 400, _error(
                    "idempotency_error", None, "Keys for idempotent requests can only be used with the same parameters"
                )
            answer = known[2]
        else:
            answer = (
                (500, _error("api_error", None, "sorry"))
                if fault == "unavailable"
                else self.made(dict(parse_qsl(body)), fault)
            )
            self.keys[key] = (self.now(), body, answer)
        if fault == "lost-after":
            raise stripe.APIConnectionError("timed out")
        return answer

    def made(self, given: dict[str, str], fault: str) -> Answer:
        charge = (given.get("charge") or given["payment_intent"]).replace("pi_", "ch_")
        if charge not in self.captured:
            return 404, _error("invalid_request_error", "resource_missing", "No such charge")
        if fault == "deny":
            return 402, _error("card_error", "card_declined", "declined")
        if charge in self.disputed:
            return 400, _error("invalid_request_error", "charge_disputed", "The charge is disputed")
        number, code = self.captured[charge]
        left = number - sum(one.amount for one in self.refunds if one.charge == charge and not self.gone(one))
        amount = int(given["amount"])
        if left <= 0:
            return 400, _error("invalid_request_error", "charge_already_refunded", "Charge has already been refunded")
        if not 0 < amount <= left:
            return 400, _error("invalid_request_error", None, "Refund amount is greater than unrefunded amount")
        metadata = {name[9:-1]: value for name, value in given.items() if name.startswith("metadata[")}
        wrong = amount - 1 if fault == "other-amount" else amount
        made = Refund(
            f"re_{len(self.refunds) + 1}", charge, wrong, code, metadata, self.now(), PHASES.get(fault, PAID), self.fee
        )
        self.refunds.append(made)
        return 200, made.shown(self.now())

    def listed(self, asked: dict[str, str]) -> Answer:
        self.gets += 1
        charge = (asked.get("charge") or asked.get("payment_intent") or "").replace("pi_", "ch_")
        found = [one for one in reversed(self.refunds) if charge in ("", one.charge)]
        if after := asked.get("starting_after"):
            found = found[[one.id for one in found].index(after) + 1 :]
        page = found[: min(int(asked.get("limit", 10)), 3)]  # small pages, so that paging is used
        return 200, {"object": "list", "url": "/v1/refunds", "has_more": len(found) > len(page),
                     "data": [one.shown(self.now()) for one in page]}  # fmt: skip

    def gone(self, refund: Refund) -> bool:
        return refund.phase(self.now())[1] in {"failed", "canceled"}

    def messages(self) -> list[tuple[dict[str, str], bytes]]:
        """The signed events up to now, oldest first."""
        events = []
        for refund in self.refunds:
            for place, (after, status, _) in enumerate(refund.phases):
                at = refund.created + after
                if at <= self.now():
                    kind = (
                        "refund.created" if not place else "refund.failed" if status == "failed" else "refund.updated"
                    )
                    events.append(event(f"evt_{refund.id}_{place}", kind, refund.shown(at), at))
        return [self.signed(body) for body in events]

    def signed(self, body: bytes) -> tuple[dict[str, str], bytes]:
        return {"Stripe-Signature": signing.sign(self.secret, body, self.now())}, body


def event(name: str, kind: str, item: dict[str, Any], at: int) -> bytes:
    return json.dumps({"id": name, "object": "event", "type": kind, "created": at, "data": {"object": item}}).encode()


class Hook(stripe.HTTPClient):
    """Where the SDK would go to the network."""

    name = "fake"

    def __init__(self, fake: Fake) -> None:
        super().__init__()
        self._fake = fake

    def request(self, method: str, url: str, headers: Any, post_data: Any = None) -> tuple[str, int, dict[str, str]]:
        status, body = self._fake.request(method, url, headers or {}, post_data)
        return body["html"] if "html" in body else json.dumps(body), status, {"request-id": "req_1"}

    def close(self) -> None:
        pass


def _error(kind: str, code: str | None, message: str) -> dict[str, Any]:
    return {"error": {"type": kind, "message": message} | ({"code": code} if code else {})}
