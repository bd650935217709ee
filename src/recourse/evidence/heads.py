"""The head of the log: how many entries it has and their root, as a text that is signed and sent out of the house.

The text is a checkpoint as C2SP's `tlog-checkpoint` has it: origin, size, root in base64; and one more line, the time.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from recourse.evidence import instants
from recourse.evidence.keys import PublicKey, SealKey
from recourse.problems import Problem

ORIGIN = re.compile("[A-Za-z0-9][A-Za-z0-9._:/-]{0,119}")
TEXT = re.compile(
    rf"(?P<origin>{ORIGIN.pattern})\n(?P<size>[1-9][0-9]{{0,14}})\n(?P<root>[A-Za-z0-9+/]{{43}}=)\n"
    rf"time (?P<at>{instants.SHAPE})\n"
)


@dataclass(frozen=True, slots=True)
class Head:
    """The log called `origin` had `size` entries with this root (32 bytes) at `at`, an instant as text."""

    origin: str
    size: int
    root: bytes
    at: str

    @property
    def text(self) -> bytes:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\ntime {self.at}\n".encode()


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head with its Ed25519 signature (64 bytes) and, if it was stamped, the authority's reply over both."""

    head: Head
    signature: bytes
    stamp: bytes | None = None

    @property
    def stamped(self) -> bytes:
        """What a stamp on this head is over."""
        return self.head.text + self.signature


def head(*, origin: str, size: int, root: bytes, at: int) -> Head:
    """A head, `at` in UTC seconds. Raises `Problem` for an origin that is no name of a log, such as example.org/log."""
    if not ORIGIN.fullmatch(origin):
        raise Problem(f"{origin!r} is no name for a log", field="origin", hint="refunds.example.org/log")
    if size < 1 or len(root) != 32:
        raise Problem("a head has at least one entry and a root of 32 bytes")
    return Head(origin, size, root, instants.text(at))


def sign(made: Head, key: SealKey, stamp: bytes | None = None) -> SignedHead:
    return SignedHead(made, key.sign(made.text), stamp)


def read(text: bytes) -> Head:
    """The head of a text that is exactly as `Head.text` writes it. Raises `Problem`."""
    try:
        found = TEXT.fullmatch(text.decode("ascii"))
    except UnicodeDecodeError:
        found = None
    if found is not None:
        made = Head(found["origin"], int(found["size"]), base64.b64decode(found["root"]), found["at"])
        if made.text == text:  # base64 has several spellings for the last two bits
            return made
    raise Problem("this is no head of a log")


def holds(signed: SignedHead, key: PublicKey) -> bool:
    """Was this head signed with that key?"""
    return key.verifies(signed.signature, signed.head.text)
