"""How the work is going, for a page and for whatever watches the installation."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from django.db.models import Count, Min, Q

from recourse.work.models import Job, State

LATE = 300  # seconds: what has been due longer than this is not being worked on


class Health(NamedTuple):
    """Numbers of jobs, and since when the oldest one that is due has been waiting."""

    waiting: int  # the ones held and the ones being retried are among them
    held: int
    retrying: int
    dead: int
    done: int
    oldest_due: dt.datetime | None
    late: int  # seconds since then; 0 where nothing is due

    @property
    def well(self) -> bool:
        """Whether work is being done: nothing has been due for more than five minutes."""
        return self.late <= LATE

    def to_json(self) -> dict[str, object]:
        """As plain data."""
        due = self.oldest_due
        return self._asdict() | {"oldest_due": due and due.isoformat(timespec="seconds"), "well": self.well}


def health(now: dt.datetime) -> Health:
    """The state of the queue. Raises `django.db.Error` where the database does not answer."""
    found = Job.objects.aggregate(
        waiting=Count("pk", filter=Q(state=State.WAITING)),
        held=Count("pk", filter=Q(state=State.WAITING, token__isnull=False, run_at__gt=now)),
        retrying=Count("pk", filter=Q(state=State.WAITING, token=None, attempts__gt=0)),
        dead=Count("pk", filter=Q(state=State.DEAD)),
        done=Count("pk", filter=Q(state=State.DONE)),
        oldest_due=Min("run_at", filter=Q(state=State.WAITING, run_at__lte=now)),
    )
    oldest = found["oldest_due"]
    return Health(**found, late=int((now - oldest).total_seconds()) if oldest else 0)
