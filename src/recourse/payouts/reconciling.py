"""What a provider's outcome means for a payout, which payouts must be asked about, and what two records differ in."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from recourse.money import Money
from recourse.payouts.machine import Event, Kind, Source, Standing, State
from recourse.payouts.providers.contract import Memory, Outcome, Status

_KINDS: Mapping[Status, Kind] = MappingProxyType(
    {
        Status.PENDING: Kind.ACCEPTED,
        Status.SUCCEEDED: Kind.PAID,
        Status.FAILED: Kind.REFUSED,
        Status.CANCELLED: Kind.DROPPED,
        Status.RETURNED: Kind.RETURNED,
    }
)


def answered(payout: Standing, outcome: Outcome, *, at: int) -> Event:
    """The event of an answer to our own request. An answer that says nothing is there says nothing: lost."""
    kind = _KINDS.get(outcome.status, Kind.LOST if outcome.status is Status.ABSENT or outcome.lost else Kind.STRANGE)
    return _event(payout, outcome, kind, Source.ANSWER, at)


def looked_up(payout: Standing, outcome: Outcome, memory: Memory, *, at: int) -> Event | None:
    """The event of a look-up, or None where it settles nothing and is asked again later.

    Nothing is there: while the provider still honours the key, the same request may be made once more; once no request
    can still be under way, it never was; in between, and where absence proves nothing, the answer is to wait.
    """
    if outcome.status is Status.ABSENT:
        kind = _absent(payout, memory, at)
        return None if kind is None else _event(payout, outcome, kind, Source.LOOK_UP, at)
    if outcome.status is Status.UNKNOWN:
        return None if outcome.lost else _event(payout, outcome, Kind.STRANGE, Source.LOOK_UP, at)
    return _event(payout, outcome, _KINDS[outcome.status], Source.LOOK_UP, at)


def _absent(payout: Standing, memory: Memory, at: int) -> Kind | None:
    if payout.state is State.PENDING:
        return Kind.STRANGE  # it was there
    age = at - (payout.sent_at if payout.sent_at is not None else at)
    if 0 <= age < memory.honours:
        return Kind.AGAIN
    if memory.never is not None and age >= memory.never:
        return Kind.NEVER
    return None


def _event(payout: Standing, outcome: Outcome, kind: Kind, source: Source, at: int) -> Event:
    # The same answer may be told twice, which must be seen; each look-up of a later moment is news.
    return Event(
        id=f"{source}:{payout.tries}:{kind}:{outcome.reference or '-'}:{at}",
        kind=kind, source=source, at=at, reference=outcome.reference, evidence=outcome.evidence, waits=outcome.waits,
        word=outcome.word, money=outcome.money, attempt=payout.tries if source is Source.ANSWER else 0,
    )  # fmt: skip


def stale(payout: Standing, *, now: int, patience: int) -> Event | None:
    """For a payout that has been sending for longer than its call can last: its worker died, the answer is lost."""
    if payout.state is not State.SENDING or now - payout.at < patience:
        return None
    return Event(f"stale:{payout.tries}", Kind.LOST, Source.ANSWER, now, word="no answer")


class Differs(StrEnum):
    """How our record and the provider's differ."""

    ONLY_HERE = "we say it was paid, the provider does not have it"
    ONLY_THERE = "the provider has it, we do not"
    AMOUNT = "the amounts differ"
    FEE = "the provider keeps another fee than was posted"
    OUTCOME = "the provider is further than we are, or says otherwise"
    UNASKED = "the provider could not be asked"


class Difference(NamedTuple):
    """One line of the reconciliation report; without a key where it is of no payout."""

    key: UUID | None
    differs: Differs
    ours: str
    theirs: str


class Found(NamedTuple):
    """A refund as a provider lists it."""

    key: UUID
    outcome: Outcome
    money: Money


def differences(ours: Iterable[Standing], theirs: Iterable[Found]) -> tuple[Difference, ...]:
    """Every difference between our record and a provider's list, as after a restored backup; sorted by key."""
    here = {payout.key: payout for payout in ours}
    there = {found.key: found for found in theirs}
    lines = [Difference(key, Differs.ONLY_THERE, "–", _said(there[key])) for key in there.keys() - here.keys()]
    for key, payout in here.items():
        if key not in there:
            if payout.state in {State.SUCCEEDED, State.REVERSED} and not payout.external:
                lines.append(Difference(key, Differs.ONLY_HERE, f"{payout.state} {payout.money}", "–"))
            continue
        found = there[key]
        if found.money != payout.money:
            lines.append(Difference(key, Differs.AMOUNT, str(payout.money), str(found.money)))
        elif not _agree(payout.state, found.outcome.status):
            lines.append(Difference(key, Differs.OUTCOME, payout.state.value, found.outcome.status.value))
    return tuple(sorted(lines, key=lambda line: (line.key, line.differs)))


def _said(found: Found) -> str:
    return f"{found.outcome.status} {found.money}"


def _agree(state: State, status: Status) -> bool:
    return state in {
        Status.PENDING: {State.PENDING},
        Status.SUCCEEDED: {State.SUCCEEDED},
        Status.FAILED: {State.FAILED, State.REVERSED},
        Status.CANCELLED: {State.CANCELLED},
        Status.RETURNED: {State.REVERSED},
    }.get(status, set())
