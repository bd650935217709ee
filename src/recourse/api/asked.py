"""What a handler is given, and what it gives back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from recourse import zones
from recourse.api.models import Key
from recourse.desk.models import Institution, Person


@dataclass(frozen=True)
class Asked:
    """A call, read and held against its schema. `path` and `query` are texts; `body` is None where there is none."""

    at: dt.datetime
    lang: str
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    presented: Key | None = None

    @property
    def key(self) -> Key:
        """The key; the door lets nobody come here without one where one is needed."""
        assert self.presented is not None
        return self.presented

    @property
    def institution(self) -> Institution:
        """Whose key it is."""
        return self.key.institution

    @property
    def today(self) -> dt.date:
        """The day it is there."""
        return zones.day(self.at, self.institution.place)

    @property
    def by(self) -> Person:
        """In whose name it acts."""
        return self.key.acts_as


@dataclass(frozen=True)
class Answer:
    """What a call is answered with."""

    data: Any
    status: int = 200
    again: bool = False  # it was done before


def day(on: dt.date | None) -> str | None:
    """A day as answers have it."""
    return on.isoformat() if on is not None else None
