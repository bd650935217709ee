"""What goes when the term of the books is over: the bytes of bank files and of what providers and banks said.

They hold names and account numbers. Amounts, references, states, postings and checksums stay.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

from recourse.desk.models import Hold
from recourse.desk.retention import due, terms
from recourse.payouts.models import BankFile, Payout, Route, Told


def count(today: dt.date) -> int:
    """How many of them are due."""
    return sum(1 for _ in _due(today))


def run(today: dt.date) -> int:
    """Empty them; how many there were. Twice changes nothing."""
    return sum(type(one).objects.filter(pk=one.pk).update(body=b"") for one in list(_due(today)))


def _due(today: dt.date) -> Iterator[BankFile | Told]:
    """Those that came in a year whose term is over, and of whose payouts the same is so."""
    early = dt.datetime(today.year - _shortest(), 1, 1, tzinfo=dt.UTC)
    for table in (BankFile, Told):
        rows = table.objects.exclude(body=b"").exclude(account__route=Route.MANUAL)  # what staff said names no learner
        found = rows.filter(made_at__lt=early).select_related("account__institution").defer("body").order_by("pk")
        for one in found.iterator():
            if (last := _last(one)) is not None:
                term = terms.term("money", one.account.institution.place)
                if term.ends(dt.date(last.year, 12, 31)) < today:
                    yield one


def _last(one: BankFile | Told) -> dt.date | None:
    """The last day of it and of its payouts; None while one of these moves, or a hold stands on its case."""
    named = one.lines.values_list("key", flat=True) if isinstance(one, BankFile) else _named(one)
    rows = Payout.objects.filter(pk__in=list(named))
    if rows.filter(state__in=due.MOVING).exists():
        return None
    if Hold.objects.filter(case__in=rows.values("case"), lifted_at=None).exists():
        return None
    ended = rows.order_by("-at").values_list("at", flat=True).first()
    came = one.made_at.date()
    return came if ended is None else max(came, dt.datetime.fromtimestamp(ended, dt.UTC).date())


def _named(told: Told) -> list[UUID]:
    return [key for key in told.notices.values_list("key", flat=True) if key is not None]


def _shortest() -> int:
    """No term of the books is shorter, in years."""
    table = terms.table()
    return min(one.number for one in (table.defaults["tax"], *table.places["tax"].values()))
