"""What the tests of the API share: a school with a key, and a way to call it."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from django.test import Client

from recourse.api import keys
from recourse.api.models import Scope
from recourse.desk.models import Role
from recourse.desk.scope import EVERYTHING, of
from recourse.work import clock

_numbers = itertools.count(1)
ALL = [scope.value for scope in Scope]


@pytest.fixture
def key_of(db: None):
    """A key of a school, as its administrator makes it: key_of(school, "cases:read") -> the secret."""

    def make(institution, *scopes: str, days: int = 30, name: str = "") -> keys.Made:
        name = name or f"Shop {next(_numbers)}"
        with of(EVERYTHING):
            return keys.make(
                institution=institution, by=institution.staff[Role.ADMINISTRATOR], name=name, scopes=scopes or ALL,
                days=days, at=clock.now(),
            )  # fmt: skip

    return make


@pytest.fixture
def call(db: None):
    """Calls the API: call("GET", "/cases", secret) -> the response; a writing call gets a key of its own."""

    def make(method: str, path: str, secret: str = "", body: Any = None, *, name: str | None = None, **headers: str):
        above = {"Accept-Language": "en", **headers}
        if secret:
            above["Authorization"] = f"Bearer {secret}"
        if method not in ("GET", "OPTIONS") and secret:
            above["Idempotency-Key"] = f"k-{next(_numbers)}" if name is None else name
        if name == "":
            del above["Idempotency-Key"]
        data = body if isinstance(body, bytes | str) else json.dumps(body) if body is not None else ""
        return Client(SERVER_NAME="localhost").generic(
            method, f"/api/v1{path}", data, content_type="application/json", headers=above
        )

    return make
