"""Deadlines of a case: set, met, paused while the learner is asked, dropped; always computed from dates.

A process's clock counts the working days of the institution's place and may pause; a day that law or a policy names is
that day, whatever anybody waits for.
"""

from __future__ import annotations

import datetime as dt

from django.db import models

from recourse import calendars, zones
from recourse.desk.models import Actor, Case, Deadline
from recourse.desk.models.cases import NEVER

PROCESS = "process"  # the rule of a clock that the institution's own process sets


def today(case: Case, at: dt.datetime) -> dt.date:
    """The day of the moment where the institution of the case is: its clocks begin, stand still and run on with it."""
    return zones.day(at, case.clocks.get("place"))


def begin(*, case: Case, name: str, actor: Actor, today: dt.date, days: int, place: str) -> Deadline:
    """A clock of working days: the day it begins is not counted, the last one is still in time."""
    calendar = calendars.calendar(place)
    due = calendar.add_working(today.toordinal(), days)
    made = Deadline.objects.create(
        case=case, name=name, actor=actor, rule=PROCESS, calendar=place, starts=today, days=days,
        due=dt.date.fromordinal(due), provisional=calendar.provisional(due),
    )  # fmt: skip
    _order(case)
    return made


def fix(*, case: Case, name: str, actor: Actor, rule: str, today: dt.date, due: dt.date) -> Deadline:
    """A day that a rule names; it takes the place of the open one of that name."""
    found = Deadline.objects.filter(case=case, name=name, met_at=None, dropped_at=None).first()
    if found is None:
        found = Deadline.objects.create(case=case, name=name, actor=actor, rule=rule, starts=today, due=due)
    else:
        found.rule, found.due = rule, due
        found.save(update_fields=["rule", "due"])
    _order(case)
    return found


def meet(*, case: Case, name: str, at: dt.datetime) -> None:
    """What was to be done by then is done."""
    _open(case).filter(name=name).update(met_at=at)
    _order(case)


def drop(*, case: Case, at: dt.datetime, names: tuple[str, ...] = ()) -> None:
    """These deadlines (all, where none is named) are no longer needed."""
    found = _open(case)
    (found.filter(name__in=names) if names else found).update(dropped_at=at)
    _order(case)


def pause(*, case: Case, today: dt.date) -> None:
    """The clocks of the institution's process stand still: the learner was asked something."""
    _open(case).filter(rule=PROCESS, actor=Actor.INSTITUTION, paused_on=None).update(paused_on=today)
    _order(case)


def run_on(*, case: Case, today: dt.date) -> None:
    """The clocks run on: as many working days as they stood still are added."""
    for one in _open(case).filter(paused_on__isnull=False):
        assert one.paused_on is not None
        calendar = calendars.calendar(one.calendar)
        stood = calendar.working_days(one.paused_on.toordinal(), today.toordinal())
        due = calendar.add_working(one.due.toordinal(), stood)
        one.due, one.paused_on, one.provisional = dt.date.fromordinal(due), None, calendar.provisional(due)
        one.save(update_fields=["due", "paused_on", "provisional"])
    _order(case)


def _order(case: Case) -> None:
    """Keep the case's place in its institution's queue: its soonest clock that runs."""
    running = _open(case).filter(actor=Actor.INSTITUTION, paused_on=None)
    soonest = running.aggregate(soonest=models.Min("due"))["soonest"]
    case.next_due = soonest or NEVER
    Case.objects.filter(pk=case.pk).exclude(next_due=case.next_due).update(next_due=case.next_due)


def _open(case: Case) -> models.QuerySet[Deadline]:
    found: models.QuerySet[Deadline] = Deadline.objects.filter(case=case, met_at=None, dropped_at=None)
    return found
