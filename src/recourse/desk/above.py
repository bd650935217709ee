"""What stands above the desk is asked by name, and only where it is installed: the desk imports none of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.utils.module_loading import import_string


def above(room: str, name: str) -> Any:
    """All rows of a table of a room that stands above this one; None where that room is not there."""
    if not apps.is_installed(f"recourse.{room}"):
        return None
    return apps.get_model(room, name)._base_manager  # noqa: SLF001 - of a table that we may not import


def verb(room: str, name: str) -> Callable[..., Any] | None:
    """A service of a room above, such as "letting_go.count" of "payouts"; None where that room is not there."""
    if not apps.is_installed(f"recourse.{room}"):
        return None
    found: Callable[..., Any] = import_string(f"recourse.{room}.services.{name}")
    return found
