"""The work's own work: jobs that were done are forgotten after a while. Those that died stay until somebody looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from recourse.work.models import Job, State
from recourse.work.queue import task
from recourse.work.sweep import Wake, sweep
from recourse.work.worker import Turn

KEPT = dt.timedelta(days=30)
TOGETHER = 1000


@task("work.tidy", lease=300, takes_context=True)
def tidy(turn: Turn) -> None:
    """Delete what was done more than thirty days ago, in small transactions."""
    old = Job.objects.filter(state=State.DONE, done_at__lt=turn.clock() - KEPT)
    while some := list(old.values_list("pk", flat=True)[:TOGETHER]):
        Job.objects.filter(pk__in=some).delete()
        turn.renew()


@sweep
def daily(now: dt.datetime) -> Iterator[Wake]:
    """One tidying a day."""
    yield Wake(tidy.kind, {}, now, f"work.tidy:{now.date().isoformat()}")
