"""The desk's tables in SQLite, made once for the migrations as they are: every process of the tests takes a copy.

To make them takes ten seconds of the processor, to copy them none. The file is named after everything that a migration
reads, import by import; a change of any of it makes another one.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.core import management
from django.db.backends.base.base import BaseDatabaseWrapper

SOURCE = Path(__file__).parent.parent / "src"
IMPORT = re.compile(r"^\s*(?:from (recourse[\w.]*) import \(?([\w ,]*)|import (recourse[\w.]*))", re.MULTILINE)
OTHERS = ("Django", "django-allauth")  # whose migrations are among them


@contextmanager
def instead_of_migrating(connection: BaseDatabaseWrapper, kept: Path) -> Iterator[None]:
    """Within, `migrate` fills an empty SQLite from the file in the folder `kept`, and makes that file of the first."""
    ordinary = management.call_command

    def called(command: Any, *args: Any, **options: Any) -> Any:
        if command == "migrate":
            return pour(connection, kept, lambda: ordinary(command, *args, **options))
        return ordinary(command, *args, **options)

    management.call_command = called
    try:
        yield
    finally:
        management.call_command = ordinary


def pour(connection: BaseDatabaseWrapper, kept: Path, migrate: Callable[[], Any]) -> None:
    """Fill the database with the tables, from the file that is kept; without one `migrate` makes them."""
    kept.mkdir(parents=True, exist_ok=True)
    file = kept / f"{digest()}.sqlite3"
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # who comes second waits: it would only make the same
        connection.ensure_connection()
        if file.exists():
            with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as made:
                made.backup(connection.connection)
            return
        migrate()
        for old in kept.glob("*.sqlite3"):
            old.unlink()
        half = file.with_suffix(".half")
        half.unlink(missing_ok=True)
        with closing(sqlite3.connect(half)) as made:
            connection.connection.backup(made)
            made.execute("PRAGMA journal_mode=DELETE")  # so that it is one file
        half.replace(file)


def digest() -> str:
    """What the tables hang on: our migrations with all that they import, the settings, and the versions of others."""
    whole = hashlib.sha256(sqlite3.sqlite_version.encode())
    for name in OTHERS:
        whole.update(f"{name} {version(name)}\n".encode())
    for path in sorted(read_by_migrations()):
        whole.update(f"{path.relative_to(SOURCE)}\n".encode() + path.read_bytes())
    return whole.hexdigest()[:24]


def read_by_migrations() -> set[Path]:
    """The files of ours that making the tables reads."""
    found: set[Path] = set()
    waiting = [*SOURCE.glob("recourse/*/migrations/*.py"), SOURCE / "recourse/web/settings.py"]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += _imported(path.read_text(encoding="utf-8"))
    return found


def _imported(text: str) -> Iterator[Path]:
    for module, names, plain in IMPORT.findall(text):
        within = [name.split(" as ")[0].strip() for name in names.split(",")]
        for one in [module or plain, *(f"{module}.{name}" for name in within if name)]:
            path = SOURCE / one.replace(".", "/")
            yield from (file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file())
