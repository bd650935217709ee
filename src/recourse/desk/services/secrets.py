"""Secrets that stand in addresses and references that people read out; only digests of secrets are kept."""

from __future__ import annotations

import hashlib
import secrets

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # none that is taken for another


def make() -> str:
    """A secret of 256 bits, as it stands in an address."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def reference() -> str:
    """A case's reference, like RC-7F3K-9Q2M: about 6.5e11 of them, so that none is found by trying."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"RC-{letters[:4]}-{letters[4:]}"
