"""One method of one address: what it is for, who may use it, what it takes and gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module

from recourse.api.asked import Answer, Asked
from recourse.api.models import Scope
from recourse.api.schemas import Shape
from recourse.bilingual import Words

WHOLE = ("order_number", "idempotency_key")  # parameters that reach to the end of the address


@dataclass(frozen=True)
class Route:
    """One method of one address. `scopes`: any of them suffices; `keyed` without scopes: every key that holds."""

    name: str
    method: str
    path: str
    handler: str
    says: Words
    answer: str
    keyed: bool = False
    scopes: tuple[Scope, ...] = ()
    body: str = ""
    query: Mapping[str, Shape] = field(default_factory=dict)
    done: tuple[int, ...] = (200,)
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def writes(self) -> bool:
        """Whether it needs an Idempotency-Key."""
        return self.keyed and self.method != "GET"

    @property
    def names(self) -> list[str]:
        """The parameters of the path."""
        return re.findall(r"{(\w+)}", self.path)

    def matches(self, path: str) -> Mapping[str, str] | None:
        """The parameters, where this is the path; an order's number may have slashes in it."""
        found = self._pattern.fullmatch(path)
        return found.groupdict() if found is not None else None

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        named = re.sub(r"{(\w+)}", lambda m: f"(?P<{m[1]}>{'.' if m[1] in WHOLE else '[^/]'}{{1,255}})", self.path)
        return re.compile(named, re.DOTALL)

    def do(self) -> Callable[[Asked], Answer]:
        """The handler, imported now if it was not yet."""
        module, _, name = self.handler.partition(".")
        found: Callable[[Asked], Answer] = getattr(import_module(f"recourse.api.{module}"), name)
        return found
