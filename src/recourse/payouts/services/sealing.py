"""Secrets as they lie in the database: sealed with the installation's key, so that a copy of the rows opens nothing."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from recourse.bilingual import Words
from recourse.problems import Problem


def seal(values: Mapping[str, str]) -> bytes:
    """Plain values, sealed."""
    return _boxes().encrypt(json.dumps(dict(values), sort_keys=True).encode())


def unseal(sealed: bytes) -> dict[str, Any]:
    """The values again; none for nothing. Raises `Problem` where the installation's key has changed since."""
    if not sealed:
        return {}
    try:
        return dict(json.loads(_boxes().decrypt(bytes(sealed))))
    except InvalidToken as error:
        raise Problem(
            Words("these secrets were sealed with another key of the installation", "这些密钥由本安装的另一把密钥加密"),
            hint=Words("bring the old key back, or enter the secrets anew", "请恢复原密钥，或重新填写"),
        ) from error


def _boxes() -> MultiFernet:
    """The key of now, then those it replaced."""
    return MultiFernet([Fernet(_key(one)) for one in (settings.SECRET_KEY, *map(str, settings.SECRET_KEY_FALLBACKS))])


def _key(secret: str) -> bytes:
    derived = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"recourse payouts").derive(secret.encode())
    return base64.urlsafe_b64encode(derived)
