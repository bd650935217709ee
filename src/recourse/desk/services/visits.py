"""How often one may do what costs us much: so many times in a stretch of time, for all processes together."""

from __future__ import annotations

import datetime as dt

from django.db.models import F

from recourse.desk.models import Visits


def count(*, who: str, what: str, most: int, within: int, at: dt.datetime) -> int:
    """Count this time; the seconds to wait where it is one too many, else 0. `within` is the stretch, in seconds."""
    end = (int(at.timestamp()) // within + 1) * within
    until = dt.datetime.fromtimestamp(end, dt.UTC)
    here = Visits.objects.filter(who=who, what=what, until=until)
    if not here.update(count=F("count") + 1):
        Visits.objects.filter(until__lte=at).delete()  # what is over is forgotten by whoever comes next
        Visits.objects.bulk_create([Visits(who=who, what=what, until=until)], ignore_conflicts=True)
        here.update(count=F("count") + 1)
    return end - int(at.timestamp()) if here.filter(count__gt=most).exists() else 0
