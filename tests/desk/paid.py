"""A clock to move, and what tests of payouts do again and again."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from setting import NOON

from recourse.desk import scope
from recourse.desk.models import Case, Person
from recourse.payouts.models import Payout
from recourse.payouts.services import paying
from recourse.work import worker


class Moved:
    """The time of the work, which tests move."""

    def __init__(self) -> None:
        self.at = NOON + dt.timedelta(days=1)

    def __call__(self) -> dt.datetime:
        return self.at

    def on(self, seconds: float) -> None:
        self.at += dt.timedelta(seconds=seconds)


def planned(made: Case, by: Person, moved: Moved) -> list[Payout]:
    """The payouts that are proposed."""
    found = paying.propose(made)
    return paying.plan(case=made, by=by, parts=found.parts, token=uuid4(), at=moved())


def drain(moved: Moved) -> int:
    """Do all that is due."""
    with scope.of(scope.EVERYTHING):
        return worker.drain(moved)
