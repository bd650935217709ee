"""The headers under which a file leaves the house: an original only ever as a download, a copy only as what it is."""

from __future__ import annotations

import re

from recourse.exhibits.kinds import PICTURES, WRITTEN, Kind, mime
from recourse.exhibits.naming import safe

_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$&+-.^_`|~"  # attr-char of RFC 5987
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Security-Policy": (
        "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "private, no-store",
}
SHOWN = frozenset({"image/png", "text/plain"})


def headers(kind: Kind, name: str) -> dict[str, str]:
    """For an original: a download, whatever its kind, under a name that no system takes for a program.

    Media types that a browser may run when it is told to open them (pages, drawings) go out as mere bytes.
    """
    known = kind in PICTURES | WRITTEN | {Kind.PDF, Kind.MAIL}
    sent = "text/plain; charset=utf-8" if kind in WRITTEN else mime(kind)
    return {
        "Content-Type": sent if known else "application/octet-stream",
        "Content-Disposition": disposition(safe(name, kind)),
        "X-Download-Options": "noopen",
        **_ALWAYS,
    }


def shown_headers(mime: str) -> dict[str, str]:
    """For a copy that we made. Raises `ValueError` for anything that is not a PNG or a plain text."""
    if mime not in SHOWN:
        raise ValueError(f"not shown: {mime}")
    return {
        "Content-Type": "text/plain; charset=utf-8" if mime == "text/plain" else mime,
        "Content-Disposition": "inline",
        **_ALWAYS,
    }


def disposition(name: str) -> str:
    """`attachment` with the name twice: in ASCII for old readers, and in UTF-8 as RFC 5987 spells it."""
    stem, _, ending = name.rpartition(".")
    old = re.sub(r"[^A-Za-z0-9 ._-]+", "_", stem).strip(" ._-") or "file"
    spelt = "".join(chr(byte) if chr(byte) in _PLAIN else f"%{byte:02X}" for byte in name.encode("utf-8", "replace"))
    return f"attachment; filename=\"{old}.{ending}\"; filename*=UTF-8''{spelt}"
