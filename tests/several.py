"""Many small checks in one test: all are tried, and each that failed is named with what it said.

A test of its own costs some milliseconds before it checks anything; a thousand of them cost seconds on every worker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import pytest

Item = TypeVar("Item")
SHOWN = 20  # of those that failed


def each(items: Iterable[Item], check: Callable[[Item], Any], name: Callable[[Item], object] = str) -> None:
    """Check every item; fail if one of them fails, or if there is none."""
    wrong, count = [], 0
    for item in items:
        count += 1
        try:
            check(item)
        except (Exception, pytest.fail.Exception) as error:  # noqa: BLE001 - all of them are told below
            kind = "" if isinstance(error, AssertionError) else f"{type(error).__name__}: "
            wrong.append(f"{name(item)}: {kind}{error}")
    assert count, "there is nothing to check"
    more = f"\nand {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
    assert not wrong, f"{len(wrong)} of {count} fail:\n" + "\n".join(wrong[:SHOWN]) + more
