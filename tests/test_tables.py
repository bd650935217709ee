"""The tables that the tests' processes copy are those of the migrations as they are now."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import tables


class Empty:
    """A database in memory with nothing in it."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect(":memory:")

    def ensure_connection(self) -> None:
        """It is open."""

    def migrate(self) -> None:
        self.connection.execute("CREATE TABLE made (by)")

    def tables(self) -> list[str]:
        return [name for (name,) in self.connection.execute("SELECT name FROM sqlite_master")]


@pytest.fixture
def empty() -> Iterator[Callable[[], Empty]]:
    """A database: empty()."""
    made: list[Empty] = []
    yield lambda: made.append(Empty()) or made[-1]
    for one in made:
        one.connection.close()


def refuse() -> None:
    raise AssertionError("they were made already")


def test_they_are_made_once_and_copied(empty: Callable[[], Empty], tmp_path: Path) -> None:
    first, second = empty(), empty()
    tables.pour(first, tmp_path, first.migrate)  # type: ignore[arg-type]
    tables.pour(second, tmp_path, refuse)  # type: ignore[arg-type]
    assert first.tables() == second.tables() == ["made"]


def test_other_migrations_make_others_and_the_old_go(
    empty: Callable[[], Empty], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = empty(), empty()
    tables.pour(first, tmp_path, first.migrate)  # type: ignore[arg-type]
    monkeypatch.setattr(tables, "digest", lambda: "other")
    with pytest.raises(AssertionError, match="made already"):
        tables.pour(second, tmp_path, refuse)  # type: ignore[arg-type]
    tables.pour(second, tmp_path, second.migrate)  # type: ignore[arg-type]
    assert [file.name for file in tmp_path.glob("*.sqlite3")] == ["other.sqlite3"]


def from_ours(value: Any) -> str:
    """The module of ours that a value comes from, or nothing."""
    name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None) or ""
    return name if name.startswith("recourse.") else ""


def test_they_hang_on_everything_of_ours_that_a_migration_uses() -> None:
    found = tables.read_by_migrations()
    files = sorted(tables.SOURCE.glob("recourse/*/migrations/0*.py"))
    assert files and set(files) <= found
    used = set()
    for file in files:
        module = import_module(".".join(file.relative_to(tables.SOURCE).with_suffix("").parts))
        used |= {name for value in vars(module).values() if (name := from_ours(value))}
    assert "recourse.desk.security" in used
    assert {Path(str(sys.modules[name].__file__)) for name in used} <= found
