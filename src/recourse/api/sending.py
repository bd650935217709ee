"""Sends a signed message to an endpoint, once: by HTTPS to a public address, without following redirects.

The signature is that of Standard Webhooks: HMAC-SHA256 over id, time and body.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import HTTPException, HTTPSConnection
from time import monotonic

from recourse import __version__
from recourse.api import addresses

SECONDS = 10  # for the whole of a call, however slowly the other side dribbles
PREFIX = "whsec_"
Post = Callable[[str, bytes, Mapping[str, str]], int]


def new_secret() -> str:
    """A secret as receivers' libraries take it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, name: str, second: int, body: bytes) -> str:
    """The header `webhook-signature`."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    mac = hmac.new(key, f"{name}.{second}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(mac).decode()


def headers(secret: str, name: str, second: int, body: bytes) -> dict[str, str]:
    """What stands above the body."""
    return {
        "Content-Type": "application/json", "User-Agent": f"Recourse/{__version__}", "webhook-id": name,
        "webhook-timestamp": str(second), "webhook-signature": signature(secret, name, second, body),
    }  # fmt: skip


def post(url: str, body: bytes, above: Mapping[str, str]) -> int:
    """The status of the answer. Raises `OSError` where there is none: no such host, not public, no TLS, too slow.

    What the answer says below its head is not read: nobody asks for it, and it might never end.
    """
    parts = addresses.check(url)
    connection = _Pinned(parts.hostname or "", parts.port or 443)
    clock = threading.Timer(SECONDS, connection.cut_off)
    clock.daemon = True
    clock.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, dict(above))
        return connection.getresponse().status
    except HTTPException as error:
        raise OSError(type(error).__name__) from error
    finally:
        clock.cancel()
        connection.close()


class _Pinned(HTTPSConnection):
    """A connection to an address that was looked at; the certificate must be the host's. It begins now."""

    def __init__(self, host: str, port: int) -> None:
        self.safe = ssl.create_default_context()
        self.until = monotonic() + SECONDS
        self.late = threading.Event()
        super().__init__(host, port, timeout=SECONDS, context=self.safe)

    def connect(self) -> None:
        """To an address of the host that was found public, under the host's name."""
        pinned = addresses.public(self.host, self.port, addresses.resolved)
        left = self.until - monotonic()
        if left <= 0:  # nobody can end a look-up: it counts, and nothing is begun after it
            raise TimeoutError
        plain = socket.create_connection((pinned, self.port), timeout=left)
        self.sock = safe = self.safe.wrap_socket(plain, server_hostname=self.host, do_handshake_on_connect=False)
        if self.late.is_set():
            raise TimeoutError
        safe.do_handshake()

    def cut_off(self) -> None:
        """End it now, from another thread: the limit of a socket is for each reading, not for all of them."""
        self.late.set()
        if self.sock is not None:
            with suppress(OSError):
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)  # not TLS's own, which waits for an answer
