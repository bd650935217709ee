"""Seal keys: Ed25519, in files that only their owner may read; and lists of keys that a reader knows and since when.

A seal says only "whoever holds this key". Whose key it is, the reader must know from elsewhere: hence the known keys.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from recourse.bilingual import Words
from recourse.problems import Problem

DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
KNOWN = re.compile(
    rf"(?P<key>[A-Za-z0-9+/]{{43}}=) (?P<since>{DAY}) (?P<until>{DAY}|-) (?P<lost>{DAY}|-) (?P<name>\S.*)"
)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 public key, 32 bytes."""

    raw: bytes

    @property
    def pem(self) -> bytes:
        return Ed25519PublicKey.from_public_bytes(self.raw).public_bytes(
            Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        )

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the key, 64 hexadecimal digits in groups of eight, to be read out and compared by people."""
        digits = hashlib.sha256(self.raw).hexdigest()
        return " ".join(digits[at : at + 8] for at in range(0, 64, 8))

    def verifies(self, signature: bytes, data: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, data)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True, repr=False)
class SealKey:
    """An Ed25519 private key: 32 bytes, which never show in a message."""

    raw: bytes

    @property
    def public(self) -> PublicKey:
        return PublicKey(self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))

    @property
    def pem(self) -> bytes:
        return self._key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.raw)

    def sign(self, data: bytes) -> bytes:
        """64 bytes, the same for the same data."""
        return self._key.sign(data)


def write(path: Path, key: SealKey) -> Path:
    """Write a new key file that only the owner may read, and beside it NAME.pub.pem, which is for everybody.

    The path of the public one. Raises `Problem` when either is there already: a key is never written over.
    """
    public = path.with_name(path.name.removesuffix(".pem") + ".pub.pem")
    for one in (path, public):
        if one.exists():
            raise Problem(f"{one} exists", hint="a key is never written over; choose another name")
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key.pem)
    public.write_bytes(key.public.pem)
    return public


def read(path: Path) -> SealKey:
    """The key of a file. Raises `Problem` when it is no Ed25519 key, or when others than the owner may read it."""
    content = _content(path)
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise Problem(f"{path} may be read by others", hint=f"chmod 600 {path}, and make a new key if somebody did")
    found: object = None
    with suppress(ValueError, TypeError, UnsupportedAlgorithm):
        found = load_pem_private_key(content, None)
    if not isinstance(found, Ed25519PrivateKey):
        raise Problem(f"{path} holds no Ed25519 key", hint="recourse key FILE makes one")
    return SealKey(found.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))


def public(pem: bytes, name: str = "the key") -> PublicKey:
    """The key of a PEM text. Raises `Problem` when it is none, or not Ed25519."""
    found: object = None
    with suppress(ValueError, UnsupportedAlgorithm):
        found = load_pem_public_key(pem)
    if not isinstance(found, Ed25519PublicKey):
        raise Problem(Words(f"{name} is no public Ed25519 key", f"{name} 不是 Ed25519 公钥"))
    return PublicKey(found.public_bytes(Encoding.Raw, PublicFormat.Raw))


@dataclass(frozen=True, slots=True)
class Known:
    """A key that the reader knows: whose, good for seals made from day `since` to day `until`, both included.

    `lost` is the first day on which somebody else may have had it: only what a stamp proves to be older is then good.
    """

    key: PublicKey
    name: str = ""
    since: str = "0001-01-01"
    until: str = "9999-12-31"
    lost: str = ""

    @property
    def line(self) -> str:
        until = "-" if self.until == "9999-12-31" else self.until
        return f"{base64.b64encode(self.key.raw).decode()} {self.since} {until} {self.lost or '-'} {self.name}"


def known(path: Path) -> tuple[Known, ...]:
    """The keys of a file: one public key as PEM, or a list with a line `KEY SINCE UNTIL LOST NAME` for each.

    KEY is base64 of the 32 bytes; UNTIL and LOST are a day or `-`; `#` begins a comment. Raises `Problem`.
    """
    content = _content(path)
    if content.startswith(b"-----BEGIN"):
        return (Known(public(content, str(path))),)
    found: list[Known] = []
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        entry = KNOWN.fullmatch(line.strip())
        if entry is None:
            raise Problem(f"line {number} of {path} is no known key", hint="KEY SINCE UNTIL LOST NAME, - for no day")
        until, lost = (entry[key].replace("-", "", 1) if entry[key] == "-" else entry[key] for key in ("until", "lost"))
        key = PublicKey(base64.b64decode(entry["key"]))
        found.append(Known(key, entry["name"], entry["since"], until or "9999-12-31", lost))
    if not found:
        raise Problem(f"{path} names no key")
    return tuple(found)


def render(keys: Iterable[Known]) -> str:
    """A list of known keys as `known` reads it."""
    return "# key, since, until, lost, whose\n" + "".join(f"{one.line}\n" for one in keys)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Problem(f"{path} cannot be read: {error.strerror}", hint="give the path of a key file") from None
