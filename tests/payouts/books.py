"""Books kept by hand: what stands on each account after some batches, and which of these do not balance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from recourse.payouts.postings import Account, Batch


def balance(batches: Iterable[Batch]) -> dict[tuple[Account, str], int]:
    """In minor units; accounts at nothing are left out."""
    sums: Counter[tuple[Account, str]] = Counter()
    for batch in batches:
        for posting in batch.postings:
            sums[posting.account, posting.currency] += posting.minor
    return {place: minor for place, minor in sums.items() if minor}


def off(batches: Iterable[Batch]) -> tuple[UUID, ...]:
    """Those whose postings do not sum to nothing in some currency."""
    wrong = []
    for batch in batches:
        sums: Counter[str] = Counter()
        for posting in batch.postings:
            sums[posting.currency] += posting.minor
        if any(sums.values()):
            wrong.append(batch.about)
    return tuple(wrong)
