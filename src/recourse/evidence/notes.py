"""A signed head as one text that can be published, mailed and pasted: a note as C2SP's `signed-note` has it.

The head's own text, an empty line, and a line with the log's name, a hint at the key and the signature.
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from recourse.evidence import heads
from recourse.evidence.keys import PublicKey
from recourse.problems import Problem

_ED25519 = b"\x01"  # the kind of key, as the format numbers them


def note(signed: heads.SignedHead, key: PublicKey) -> str:
    """The text. `key` is the one that it was signed with."""
    origin = signed.head.origin
    seal = base64.b64encode(hint(origin, key) + signed.signature).decode()
    return f"{signed.head.text.decode()}\n— {origin} {seal}\n"


def hint(origin: str, key: PublicKey) -> bytes:
    """Four bytes that say which key of that name it was; they prove nothing."""
    return hashlib.sha256(origin.encode() + b"\n" + _ED25519 + key.raw).digest()[:4]


def hint_of(text: str) -> bytes:
    """The hint that stands in a note that `read` takes."""
    return base64.b64decode(text.rstrip("\n").rpartition(" ")[2])[:4]


def read(text: str, stamp: bytes | None = None) -> heads.SignedHead:
    """The head of a note, exactly as `note` writes it. Whether its signature holds is `heads.holds`.

    Raises `Problem`.
    """
    body, _, line = text.partition("\n\n")
    head = heads.read(f"{body}\n".encode())
    begins = f"— {head.origin} "
    if line.startswith(begins) and line.endswith("\n"):
        try:
            sealed = base64.b64decode(line[len(begins) : -1], validate=True)
        except binascii.Error:
            sealed = b""
        if len(sealed) == 4 + 64:
            return heads.SignedHead(head, sealed[4:], stamp)
    raise Problem("this is no signed head of a log")
