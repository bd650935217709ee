"""What the tests of payouts share: a case that is decided, its payment in a sandbox of the test's own, and a clock to move."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from paid import Moved, planned
from setting import NOON

from recourse.desk.models import Answer, Assessment, Case, Institution, Payment
from recourse.desk.services import deciding
from recourse.money import Money
from recourse.payouts.models import Account, Payout
from recourse.payouts.providers.sandbox_world import World
from recourse.payouts.services import paying, routes
from recourse.work import clock as room
from recourse.work import queue, sweep


@pytest.fixture
def moved(monkeypatch: pytest.MonkeyPatch) -> Moved:
    """The clock of queue, worker and sandbox."""
    found = Moved()
    monkeypatch.setattr(room, "now", found)
    return found


@pytest.fixture(autouse=True)
def _swept_for_money(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is swept is payouts, and the work itself; deadlines, retention and heads are swept in tests of their own."""
    queue.tasks()  # which registers the sweeps
    of_money = ("recourse.payouts", "recourse.work")
    monkeypatch.setattr(sweep, "_SWEEPS", [one for one in sweep._SWEEPS if one.__module__.startswith(of_money)])


@pytest.fixture
def world(settings: Any, tmp_path: Path, moved: Moved) -> Iterator[World]:
    """The sandbox's far side."""
    settings.SANDBOX = tmp_path / "sandbox.sqlite3"
    found = routes.world()
    yield found
    found.down = False
    found.close()
    routes._world.cache_clear()


@pytest.fixture
def decided(
    everything: None, school: Callable[..., Institution], case: Callable[..., Case], world: World
) -> Callable[..., Case]:
    """A case that is to be paid in whole, its payment captured in the sandbox: decided()."""

    def make(place: Institution | None = None, *, limit: int = 100_000, route: str = "sandbox") -> Case:
        place = place or school(approval_minor=limit)
        Account.objects.get_or_create(institution=place, route="sandbox")
        made = case(place)
        payment = Payment.objects.get(purchase=made.purchase)
        payment.provider, payment.reference = route, f"pay-{uuid4().hex[:12]}"
        payment.save()
        world.capture(payment.reference, Money(payment.minor, payment.currency))
        last = Assessment.objects.filter(case=made).order_by("-number").first()
        what = deciding.Deciding(kind=Answer.WHOLE, minor=payment.minor, letter="We pay.")
        deciding.decide(case=made, by=place.staff["agent"], assessment=last, what=what, at=NOON)  # type: ignore[attr-defined]
        made.refresh_from_db()
        made.institution = place
        return made

    return make


@pytest.fixture
def pay(decided: Callable[..., Case], moved: Moved) -> Callable[..., Payout]:
    """A payout of a whole case that was released, and not sent yet: pay()."""

    def make(made: Case | None = None) -> Payout:
        made = made or decided()
        staff = made.institution.staff
        row = planned(made, staff["finance"], moved)[0]
        return paying.release(payout=row.pk, by=staff["approver"], seen=Money(row.minor, row.currency), at=moved())

    return make
