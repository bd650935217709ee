"""Who hears of every line that is written into a timeline, in its transaction: faces that this room does not know.

They are named, and imported with the first line: a start need not wait for them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from recourse.desk.models import Case, Entry

_NAMES: list[str] = []


def heard_by(name: str) -> None:
    """Let the function of that full name hear: `hear(case, entry, body)`."""
    if name not in _NAMES:
        _NAMES.append(name)


def tell(case: Case, entry: Entry, body: Mapping[str, Any]) -> None:
    """Tell all of them. What one of them raises takes the line back with everything else."""
    for name in _NAMES:
        _hearer(name)(case, entry, body)


@cache
def _hearer(name: str) -> Callable[[Case, Entry, Mapping[str, Any]], None]:
    found: Callable[[Case, Entry, Mapping[str, Any]], None] = import_string(name)
    return found
