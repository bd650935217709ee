"""What this installation seals with: its key, the name of its log, and the time-stamp authority, if one is set."""

from __future__ import annotations

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings

from recourse.evidence import authority, keys
from recourse.evidence.keys import SealKey

if TYPE_CHECKING:
    from recourse.evidence.bundle import Stamper


def key() -> SealKey:
    """The key of the installation; made the first time, in a file that only its owner may read."""
    path = Path(settings.SEAL_KEY)
    if not path.exists():
        _make(path)
    return keys.read(path)


def _make(path: Path) -> None:
    """Of several processes that try at once one makes it: the file is there whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = SealKey(secrets.token_bytes(32))
    handle, scratch = tempfile.mkstemp(prefix=".seal-", dir=path.parent)  # readable by its owner alone
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(made.pem)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(scratch, path)
    finally:
        Path(scratch).unlink()


def origin() -> str:
    """The name of the log, as its heads bear it."""
    where = urlsplit(settings.ADDRESS)
    return f"{where.netloc or 'localhost'}{where.path.rstrip('/')}/heads"


def example_origin() -> str:
    """The name of what stands in for a log in bundles of the example world, which is in no log: it can be removed."""
    return f"{origin()}/example"


def stamper() -> Stamper | None:
    """Asks the authority of this installation; None where none is set."""
    return authority.asks(settings.AUTHORITY) if settings.AUTHORITY else None
