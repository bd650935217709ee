"""Signed messages: an HMAC-SHA256 over the time and the very bytes that came, as Stripe and others sign them."""

import hashlib
import hmac
from collections.abc import Iterable

from recourse.bilingual import Words
from recourse.payouts.providers.contract import Unproven

TOLERANCE = 300  # seconds between the time of signing and now, in either direction


def sign(secret: str, body: bytes, at: int) -> str:
    """The header "t=<UTC seconds>,v1=<hex>" for a message."""
    return f"t={at},v1={_mac(secret, body, at)}"


def verify(header: str | None, body: bytes, secrets: Iterable[str], now: int) -> int:
    """The time of signing of a message, in UTC seconds. Raises `Unproven`.

    Several secrets, because a secret that is replaced signs for a while beside the new one; several signatures, for
    the same reason on the other side.
    """
    at, given = _read(header)
    if not any(hmac.compare_digest(_mac(secret, body, at), one) for secret in secrets for one in given):
        raise Unproven(Words("The signature is not the sender's", "签名与发送方不符"))
    if abs(now - at) > TOLERANCE:
        raise Unproven(Words(f"The message was signed {now - at} seconds ago", f"消息签名于 {now - at} 秒前"))
    return at


def _read(header: str | None) -> tuple[int, list[str]]:
    fields = [field.strip().partition("=") for field in (header or "").split(",")]
    times = [value for name, _, value in fields if name == "t" and value.isascii() and value.isdigit()]
    given = [value for name, _, value in fields if name == "v1" and value.isascii()]
    if len(times) != 1 or len(times[0]) > 12 or not given:
        raise Unproven(Words("The message is not signed", "消息没有签名"))
    return int(times[0]), given


def _mac(secret: str, body: bytes, at: int) -> str:
    return hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()
