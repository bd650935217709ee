"""The rules, platforms and facts as they ship: loaded once in a process."""

from functools import lru_cache

from recourse import library as data
from recourse.library import Library


@lru_cache(maxsize=1)
def library() -> Library:
    """All of it."""
    return data.load()
