"""What is kept of the library is unpacked once in a process: tests, pages and commands get the same object.

Its values are frozen, so nobody notices but the clock: a rule is unpacked and compiled for the first who asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from recourse import library
from recourse.library import Library

_read = library._read_cache
_found: dict[tuple[Path, int], Library] = {}


def once(path: Path) -> Library | None:
    """The library in this file; a file that was written anew is read anew."""
    if not path.exists():
        return None
    key = path, path.stat().st_mtime_ns
    if key not in _found:
        read = _read(path)
        if read is None:
            return None
        _found[key] = read
    return _found[key]


@contextmanager
def afresh() -> Iterator[None]:
    """Within, a library is loaded as a process does that has just begun."""
    library._read_cache = _read
    try:
        yield
    finally:
        library._read_cache = once
