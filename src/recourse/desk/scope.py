"""Who is asking: the rows that may be seen and written are those of this scope, and without one there are none.

A scope is entered around a request, a job or a command. Managers filter by it, and refuse to run outside of one; in
PostgreSQL the same scope is told to the database, whose row-level security holds it a second time.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper


class NoScope(RuntimeError):
    """Rows were asked for without saying for whom: a mistake of ours, never of a person's."""


@dataclass(frozen=True)
class Scope:
    """What may be seen: all that is published, and besides

    `person`        everything of the cases and purchases of this learner,
    `institutions`  everything of these institutions, as a member of their staff,
    `cases`         these cases, by a mandate or a secret link,
    `everything`    all rows: the operator's commands, and the work that runs in the background.
    """

    person: UUID | None = None
    institutions: frozenset[UUID] = frozenset()
    cases: frozenset[UUID] = frozenset()
    everything: bool = False

    def settings(self) -> tuple[str, str, str, str]:
        """The scope as the database is told it."""
        return (
            str(self.person or ""),
            ",".join(sorted(map(str, self.institutions))),
            ",".join(sorted(map(str, self.cases))),
            "on" if self.everything else "",
        )


NOBODY = Scope()  # a visitor: only what is published
EVERYTHING = Scope(everything=True)
_current: ContextVar[Scope | None] = ContextVar("scope", default=None)
_TELL = (
    "SELECT set_config('recourse.person', %s, false), set_config('recourse.institutions', %s, false),"
    " set_config('recourse.cases', %s, false), set_config('recourse.everything', %s, false)"
)


def current() -> Scope:
    """The scope in force. Raises `NoScope` where there is none."""
    scope = _current.get()
    if scope is None:
        raise NoScope("rows of the desk are read and written inside `with scope.of(...)`")
    return scope


def covers(institution: UUID) -> bool:
    """Whether the scope in force has all of this institution."""
    here = current()
    return here.everything or institution in here.institutions


@contextmanager
def of(scope: Scope) -> Iterator[Scope]:
    """Everything inside is done in this scope; the one around it comes back afterwards."""
    before = _current.get()
    token = _current.set(scope)
    _tell(scope)
    try:
        yield scope
    finally:
        _current.reset(token)
        _tell(before or NOBODY)


def _tell(scope: Scope) -> None:
    """Tell PostgreSQL, on the connection that is open; one that opens later is told by `on_connection`."""
    if connection.vendor == "postgresql" and connection.connection is not None and not connection.needs_rollback:
        with connection.cursor() as cursor:
            cursor.execute(_TELL, scope.settings())


def on_connection(connection: BaseDatabaseWrapper, **_: object) -> None:
    """A connection that opens inside a scope is told of it at once."""
    scope = _current.get()
    if scope is not None and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_TELL, scope.settings())
