"""Killed at every named place, with kill -9, on both databases and with two providers: paid once, and nothing forgotten."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import far
import pytest

import recourse.payouts
from nursery import Child
from recourse.desk.services import timeline
from recourse.payouts.models import Errand, Payout
from recourse.payouts.services import reporting, routes, settling
from recourse.work import clock
from recourse.work.models import Job

PLAN = "s = inside(); plan(UUID('{case}'), UUID('{token}'))"
RELEASE = "s = inside(); release(UUID('{payout}'))"
SEND = "drain()"
LOOK = "drain(3700)"
# the place, what the process does, and how far the payout is when it starts
PLACES = {
    "payout-planned": (PLAN, "decided"),
    "payout-released": (RELEASE, "planned"),
    "payout-uncommitted": (SEND, "released"),
    "payout-call-uncommitted": (SEND, "released"),
    "payout-call-kept": (SEND, "released"),
    "payout-before-call": (SEND, "released"),
    "payout-after-call": (SEND, "released"),
    "payout-answer-uncommitted": (SEND, "released"),
    "payout-answer-kept": (SEND, "released"),
    "payout-before-look-up": (LOOK, "called"),
    "payout-after-look-up": (LOOK, "called"),
    "payout-look-up-uncommitted": (LOOK, "called"),
    "payout-look-up-kept": (LOOK, "called"),
}
Start = Callable[..., Child]


def test_every_named_place_is_tried() -> None:
    files = Path(recourse.payouts.__file__).parent.rglob("*.py")
    named = {place for file in files for place in re.findall(r'crash\.at\("([^"]+)"\)', file.read_text())}
    assert named == set(PLACES)


@pytest.mark.parametrize("route", ["sandbox", "manual"])
@pytest.mark.parametrize("place", PLACES)
def test_killed_there_it_is_paid_once(place: str, route: str, start: Start) -> None:
    code, stage = PLACES[place]
    case, token = far.decided(far.school(), route), uuid4()
    payout = uuid4()
    if stage != "decided":
        payout = far.plan(case.pk, token).pk
    if stage in {"released", "called"}:
        far.release(payout)
    if stage == "called":
        start("drain()", crash="payout-before-call" if route == "sandbox" else "").communicate(timeout=60)
    process = start(code.format(case=case.pk, token=token, payout=payout), crash=place)
    said = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, said

    row = far.plan(case.pk, token)  # what was not kept is done again by whoever saw no answer
    far.release(row.pk)
    for hour in range(1, 4):
        far.drain(3700 * hour)
        if route == "manual":
            row.refresh_from_db()
            if row.state == "pending":
                settling.state(payout=row.pk, by=row.planned_by, word="paid", proof=far.proof(case), at=clock.now())
    row.refresh_from_db()
    assert (row.state, row.alarm, Payout.objects.count()) == ("succeeded", "", 1)
    assert len(routes.world().all()) == (route == "sandbox")
    assert Errand.objects.count() == (route == "manual")
    case.refresh_from_db()
    assert case.stage == "settled"
    assert reporting.report(row.institution).off == ()
    assert [one.body["state"] for one in timeline.read(case, inner=True) if one.entry.kind == "payout"][
        -1
    ] == "succeeded"
    assert not Job.objects.filter(state="dead").exists()
