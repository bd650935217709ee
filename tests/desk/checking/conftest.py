"""A school with a published course: prices, two versions of its terms, a policy, a process."""

from __future__ import annotations

import datetime as dt
import hashlib
import types
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.views.defaults import page_not_found
from published_school import NOW, POLICY, TERMS

from recourse.desk import scope
from recourse.desk.models import Contract, Course, Institution, Offer, Policy, Process
from recourse.web import clock, urls
from recourse.web.desk.account import urls as account


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages stand at one moment."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda place=None: NOW.toordinal())


@pytest.fixture
def asks_the_database() -> Callable[[int], AbstractContextManager[None]]:
    """So many queries and no more; telling PostgreSQL whose request it is does not count."""

    @contextmanager
    def times(expected: int) -> Iterator[None]:
        with CaptureQueriesContext(connection) as found:
            yield
        asked = [one["sql"] for one in found if "set_config" not in one["sql"]]
        assert len(asked) == expected, "\n".join(asked)

    return times


@pytest.fixture
def whole_navigation(settings: Any) -> None:
    """The pages that the staff's navigation leads to; one that is not built yet is a placeholder here."""
    known = {one.name for one in urls.app if hasattr(one, "name")}
    others = [path(f"x-{name}/<slug:slug>/", page_not_found, name=name) for name in ("money",) if name not in known]
    root = types.ModuleType("root")
    root.urlpatterns = [path("", include(([*urls.app, *others], "web"))), *account.outside]  # type: ignore[attr-defined]
    settings.ROOT_URLCONF = root


@pytest.fixture
def published(school: Any) -> Institution:
    """The school with everything published."""
    made = school(website="https://nordlicht.example", contact="post@nordlicht.example")
    with scope.of(scope.EVERYTHING):
        made.course = course = Course.objects.create(
            institution=made, slug="norwegian", title="Norwegian <for> beginners", published=True,
            objectives="Order a coffee in Bergen.", contents="Twelve units.", arrangement="Mondays at 18:00, online.",
            methods="Live, with Ingrid.", lessons=12, hours=24, starts_on=dt.date(2026, 12, 1),
            ends_on=dt.date(2027, 3, 1), facts={"kind": "live-course"},
        )  # fmt: skip
        day = dt.timedelta(days=1)
        for ago, minor, who in ((100, 50000, ""), (20, 45000, ""), (10, 48000, ""), (10, 30000, "students")):
            Offer.objects.create(
                course=course, price_minor=minor, currency="EUR", begins_at=NOW - ago * day, condition=who,
                fees=[{"name": "Materials", "minor": 2000}],
            )  # fmt: skip
        for number, text in enumerate(TERMS, 1):
            Contract.objects.create(
                institution=made, number=number, text=text, digest=hashlib.sha256(text.encode()).hexdigest(),
                published_at=NOW - (40 - 10 * number) * day,
            )  # fmt: skip
        Contract.objects.create(institution=made, number=3, text="A draft.", digest="d" * 64)
        Policy.objects.create(
            institution=made, number=1, text=POLICY, digest="p" * 64, places=["DE"], published_at=NOW - day,
            shortfalls=[{"place": "DE", "share": "100%", "story": {"en": "asked after ten days", "zh": "十天后提出"},
                         "says": {"en": "nothing", "zh": "不退"}, "law": "de-bgb-widerruf", "amount": "100.00 EUR"}], reason="Seats cannot be sold twice.",
        )  # fmt: skip
        Process.objects.create(
            institution=made, number=1, published_at=NOW - day,
            steps=[{"name": {"en": "We look at it", "zh": "审核"}, "actor": "institution", "days": 2}],
        )  # fmt: skip
    return made
