"""Instants as people and machines both read them: `2026-11-22T21:30:00Z`, to and from UTC seconds."""

import re
from datetime import UTC, datetime, timedelta

from recourse.problems import Problem

SHAPE = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SHAPE = re.compile(SHAPE)


def text(at: int) -> str:
    """The instant `at` (UTC seconds, year 1 to 9999) as text. Raises `Problem` outside those years."""
    try:
        return (EPOCH + timedelta(seconds=at)).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    except OverflowError:
        raise Problem(f"{at} is no instant of the years 1 to 9999") from None


def parse(written: str) -> int:
    """UTC seconds of an instant, which must be written exactly as `text` writes it. Raises `Problem`."""
    try:
        if _SHAPE.fullmatch(written):
            return int((datetime.strptime(written, "%Y-%m-%dT%H:%M:%S%z") - EPOCH).total_seconds())
    except ValueError:
        pass
    raise Problem(f"{written!r} is no instant", hint="2026-11-22T21:30:00Z")


def day(at: int) -> str:
    """The UTC day of an instant."""
    return text(at)[:10]
