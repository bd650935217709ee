"""Asks a time-stamp authority (RFC 3161) over the network. It gets a checksum, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from recourse.problems import Problem

if TYPE_CHECKING:
    from recourse.evidence.bundle import Stamper

REPLY = 1 << 20  # bytes of an authority's reply; they have a few thousand
SECONDS = 30


def asks(address: str, field: str = "authority") -> Stamper:
    """A stamper that asks the authority at `address`. Raises `Problem` where there is none."""
    if urlsplit(address).scheme not in ("http", "https"):
        raise Problem(f"{address} is no address of an authority", field=field, hint="https://…")

    def stamp(request: bytes) -> bytes:
        asked = Request(address, request, {"Content-Type": "application/timestamp-query"})  # noqa: S310  tested above
        try:
            with urlopen(asked, timeout=SECONDS) as answer:  # noqa: S310
                reply: bytes = answer.read(REPLY)
        except (URLError, OSError) as error:
            raise Problem(f"{address} gave no stamp: {error}", field=field) from None
        return reply

    return stamp
