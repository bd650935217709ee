"""Files in the user's own cache: each is whole or not there, and is read only if nobody else could have written it."""

from __future__ import annotations

import contextlib
import hashlib
import os
from pathlib import Path

_OTHERS = 0o022  # who may write besides the owner
_OWN = 0o600
_DIGEST = 32  # bytes


def folder() -> Path:
    """Where they lie. `RECOURSE_CACHE` names another place than the user's other caches."""
    home = os.environ.get("RECOURSE_CACHE") or os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(home) / "recourse"


def read(path: Path) -> bytes | None:
    """What was stored, if it is whole and this user's own; else None."""
    try:
        with path.open("rb") as file:
            told = os.fstat(file.fileno())
            if hasattr(os, "getuid") and (told.st_uid != os.getuid() or told.st_mode & _OTHERS):
                return None
            digest, body = file.read(_DIGEST), file.read()
    except OSError:
        return None
    return body if hashlib.sha256(body).digest() == digest else None


def write(path: Path, body: bytes, pattern: str = "", kept: int = 1) -> None:
    """Stores it under its name, at once. Of the files like `pattern` the newest stay, so many with this one.

    What was stored beside one that goes, under its name with another ending, goes with it.
    """
    fresh = path.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):  # a cache that cannot be written costs time, nothing else
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        others = [one for one in path.parent.glob(pattern) if one != path] if pattern else []
        for old in sorted(others, key=lambda one: one.stat().st_mtime, reverse=True)[kept - 1 :]:
            for file in path.parent.glob(f"{old.stem}.*"):
                file.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWN), "wb") as target:
            target.write(hashlib.sha256(body).digest() + body)
        fresh.replace(path)
