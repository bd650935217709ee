"""What is not final is asked about again and again, and a queue that nobody works off does not grow by it."""

from __future__ import annotations

import datetime as dt

import far
import pytest

from recourse.payouts.models import Payout
from recourse.payouts.services import routes
from recourse.work import clock, sweep
from recourse.work.models import Job

pytestmark = pytest.mark.usefixtures("database")


def waiting() -> int:
    return Job.objects.filter(kind="payout.ask", state="waiting").count()


def test_while_nobody_asks_no_second_question_is_put_in() -> None:
    row = far.release(far.plan(far.decided(far.school(), "sandbox").pk, far.uuid4()).pk)
    routes.world().down = True
    far.drain()
    assert Payout.objects.get(pk=row.pk).state == "unknown"
    now = clock.now()
    for hour in range(12):
        sweep.heal(now + dt.timedelta(hours=hour))
    assert waiting() <= 3  # the one after the lost answer, the sweep's, and one more where a day began

    far.drain(12 * 3600)  # still no answer: the question was asked, and the next one follows
    assert waiting() == 0
    sweep.heal(now + dt.timedelta(hours=12, minutes=5))
    assert waiting() == 1
    routes.world().down = False
    far.drain(13 * 3600)  # nothing is there, and it is sent again
    far.drain(14 * 3600)
    row.refresh_from_db()
    assert (row.state, len(routes.world().all())) == ("succeeded", 1)
