"""The machine of a payout: one attempt to move money by one route, its eight states and the only way to change them.

A state changes in `step` and nowhere else, over the transitions of `TABLE`. Everything a provider says is taken as a
fact that may come late, twice or in a word that nobody knows: what is not understood makes the outcome unknown, never
a success. What staff ask for is refused with a `Problem` when its conditions do not hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from recourse.bilingual import Words
from recourse.money import Money
from recourse.problems import Problem


class State(StrEnum):
    """Where a payout stands."""

    PLANNED = "planned"
    SENDING = "sending"
    PENDING = "pending"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    REVERSED = "reversed"
    CANCELLED = "cancelled"


class Kind(StrEnum):
    """What happened to a payout."""

    CANCEL = "cancel"  # staff think better of it before anything was sent
    SEND = "send"  # approved; key and request are on record before the call
    ACCEPTED = "accepted"  # the provider has it, and is not done
    PAID = "paid"  # the provider's final yes
    REFUSED = "refused"  # the provider's final no: nothing moved, or it came back
    DROPPED = "dropped"  # the provider cancelled it, for example because the payee never answered
    RETURNED = "returned"  # money that had left came back
    LOST = "lost"  # no answer: time-out, broken connection, an error of the provider's server, a killed process
    STRANGE = "strange"  # a word that we do not know, or an amount that is not ours
    AGAIN = "again"  # looked up, not there, and the provider still honours the key: the same request once more
    NEVER = "never"  # looked up, not there, and too late for the request still to arrive


class Source(StrEnum):
    """Whose word it is."""

    STAFF = "staff"
    ANSWER = "answer"  # the answer to our own request
    LOOK_UP = "look-up"  # what the provider said when the reconciler asked


class Waits(StrEnum):
    """What a pending payout waits for."""

    PAYEE = "payee"
    BALANCE = "balance"
    SETTLEMENT = "settlement"
    BANK = "bank"
    STAFF = "staff"


class Need(StrEnum):
    """What a transition asks for."""

    APPROVAL = "released by somebody; above the limit not by the one who planned it"
    PROOF = "the provider's reference, or evidence by staff"
    RECONCILED = "a look-up; or staff with evidence and a second person"
    LOOKED_UP = "a look-up, and nobody's word"
    WITNESSED = "evidence and a second person"


class Taken(StrEnum):
    """What became of an event."""

    MOVED = "moved"
    NOTED = "noted"  # the state stays, what is known about it is newer
    DOUBLED = "doubled"
    LATE = "late"
    ASK = "ask"  # it may be true, but only a look-up may say so
    CONFLICT = "conflict"  # it contradicts what is on record: a person must look


class Move(NamedTuple):
    """Where a transition leads, and what it asks for."""

    to: State
    needs: tuple[Need, ...] = ()


_ASKED = (Need.RECONCILED,)

TABLE: Mapping[tuple[State, Kind], Move] = MappingProxyType(
    {
        (State.PLANNED, Kind.CANCEL): Move(State.CANCELLED),
        (State.PLANNED, Kind.SEND): Move(State.SENDING, (Need.APPROVAL,)),
        (State.SENDING, Kind.ACCEPTED): Move(State.PENDING),
        (State.SENDING, Kind.PAID): Move(State.SUCCEEDED, (Need.PROOF,)),
        (State.SENDING, Kind.REFUSED): Move(State.FAILED),
        (State.SENDING, Kind.DROPPED): Move(State.CANCELLED),
        (State.SENDING, Kind.RETURNED): Move(State.REVERSED),
        (State.SENDING, Kind.LOST): Move(State.UNKNOWN),
        (State.SENDING, Kind.STRANGE): Move(State.UNKNOWN),
        (State.PENDING, Kind.PAID): Move(State.SUCCEEDED, (Need.PROOF,)),
        (State.PENDING, Kind.REFUSED): Move(State.FAILED),
        (State.PENDING, Kind.DROPPED): Move(State.CANCELLED),
        (State.PENDING, Kind.RETURNED): Move(State.REVERSED),
        (State.PENDING, Kind.STRANGE): Move(State.UNKNOWN),
        (State.UNKNOWN, Kind.ACCEPTED): Move(State.PENDING, _ASKED),
        (State.UNKNOWN, Kind.PAID): Move(State.SUCCEEDED, (Need.RECONCILED, Need.PROOF)),
        (State.UNKNOWN, Kind.REFUSED): Move(State.FAILED, _ASKED),
        (State.UNKNOWN, Kind.DROPPED): Move(State.CANCELLED, _ASKED),
        (State.UNKNOWN, Kind.RETURNED): Move(State.REVERSED, _ASKED),
        (State.UNKNOWN, Kind.AGAIN): Move(State.SENDING, (Need.LOOKED_UP,)),
        (State.UNKNOWN, Kind.NEVER): Move(State.FAILED, _ASKED),
        (State.SUCCEEDED, Kind.REFUSED): Move(State.REVERSED),
        (State.SUCCEEDED, Kind.RETURNED): Move(State.REVERSED),
    }
)

# From the plan on the money counts as spent, until it is certain that it stayed or came back.
RESERVES = frozenset({State.PLANNED, State.SENDING, State.PENDING, State.UNKNOWN, State.SUCCEEDED})
RELEASED = frozenset({State.FAILED, State.REVERSED, State.CANCELLED})
# What a learner is told. Nobody here can see a bank account, so "arrived" is never said.
SAID: Mapping[State, Words] = MappingProxyType(
    {
        State.PLANNED: Words("Your refund is being prepared", "正在准备退款"),
        State.SENDING: Words("Your refund is being sent", "正在发出退款"),
        State.PENDING: Words("Your money is on its way", "款项正在途中"),
        State.UNKNOWN: Words("We are checking with the bank", "正在向银行核实"),
        State.SUCCEEDED: Words("Your money was sent", "款项已发出"),
        State.FAILED: Words("The refund did not go through; the money is still owed", "退款未成功，款项仍应支付"),
        State.REVERSED: Words("The money came back to us; it is owed again", "款项被退回，仍应支付"),
        State.CANCELLED: Words("This payment was cancelled; the money is still owed", "该笔支付已取消，款项仍应支付"),
    }
)


def said(state: str, amount: str, lang: str) -> str:
    """What a learner is told of a payout that came to a state, with its amount in words."""
    return f"{SAID[State(state)].of(lang)}: {amount}" if lang == "en" else f"{SAID[State(state)].of(lang)}：{amount}"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a payout; `at` in UTC seconds, `id` the same whenever the same thing is told again."""

    id: str
    kind: Kind
    source: Source
    at: int
    by: str = ""  # who of the staff
    second: str = ""  # the second person
    reference: str | None = None  # the provider's own
    evidence: str | None = None  # digest of the proof that staff uploaded
    waits: Waits | None = None
    word: str = ""  # the provider's own word or reason
    money: Money | None = None  # what the provider says was moved
    attempt: int = 0  # of an answer: which try it answers


@dataclass(frozen=True, slots=True)
class Standing:
    """A payout as it stands. `key` is its UUID and the idempotency key: made before the first call, never changed."""

    key: UUID
    money: Money
    state: State
    at: int
    planned_by: str = ""
    two_people: bool = False  # above the limit
    released_by: str = ""
    sent_at: int | None = None  # the first time
    tries: int = 0
    reference: str | None = None
    evidence: str | None = None
    waits: Waits | None = None
    word: str = ""
    external: bool = False  # seen at the provider, never sent by us
    alarm: str = ""  # what contradicts the record, for a person to look at
    seen: frozenset[str] = frozenset()

    @property
    def reserves(self) -> bool:
        return self.state in RESERVES


class Step(NamedTuple):
    """A payout after an event, and what became of the event."""

    standing: Standing
    taken: Taken


def plan(key: UUID, money: Money, *, by: str, at: int, two_people: bool = False) -> Standing:
    """A payout on paper: the amount is reserved from here on. Raises `Problem` for an amount that is not positive."""
    return Standing(key, _positive(money), State.PLANNED, at, planned_by=by, two_people=two_people)


def elsewhere(key: UUID, money: Money, event: Event) -> Standing:
    """A refund that was made without us, seen at the provider or told by staff with evidence: paid, by others."""
    if not (event.reference or event.evidence):
        raise _refusal("A refund made elsewhere needs a reference or evidence", "在别处完成的退款需要凭证或参考号")
    return Standing(
        key, _positive(money), State.SUCCEEDED, event.at, reference=event.reference, evidence=event.evidence,
        word=event.word, external=True, seen=frozenset({event.id}),
    )  # fmt: skip


def step(payout: Standing, event: Event) -> Step:
    """The payout after an event, and what became of that. Raises `Problem` for what staff may not do, and only then."""
    if event.id in payout.seen:
        return Step(payout, Taken.DOUBLED)
    if event.source is not Source.STAFF:
        event = _understood(payout, event)
    if event.source is Source.ANSWER and event.attempt not in {0, payout.tries}:
        return Step(payout, Taken.ASK)  # a late answer to an earlier try, while a later one is under way
    move = TABLE.get((payout.state, event.kind))
    if move is None:
        return _beside(payout, event)
    if move.to is State.REVERSED and event.at < payout.at:
        return _conflict(payout, event)  # an older no after a newer yes: which is true is for a person to find out
    needs = move.needs
    if event.source is Source.STAFF and event.kind not in {Kind.CANCEL, Kind.SEND}:
        needs = (Need.WITNESSED, *needs)  # what providers say of themselves is not for one person to say
    lacking = [need for need in needs if not _holds(need, payout, event)]
    if not lacking:
        return Step(_moved(payout, event, move.to), Taken.MOVED)
    if event.source is Source.STAFF:
        raise _lacks(lacking[0])
    return Step(payout, Taken.ASK)


def _understood(payout: Standing, event: Event) -> Event:
    """What a provider said, or `STRANGE` where it cannot be meant: another amount, a success without a reference."""
    if event.money is not None and event.money != payout.money:
        return replace(event, kind=Kind.STRANGE, word=f"{event.word} of {event.money}, not of {payout.money}")
    proved = event.reference or event.evidence or payout.reference
    if event.kind is Kind.PAID and not proved and payout.state is not State.SUCCEEDED:
        return replace(event, kind=Kind.STRANGE, word=f"{event.word or 'paid'} without a reference")
    return event


def _beside(payout: Standing, event: Event) -> Step:
    """An event for which the table has no transition."""
    if event.source is Source.STAFF:
        raise _refusal(
            f"A payout that is {payout.state} cannot {event.kind}", f"状态为 {payout.state} 的付款不能 {event.kind}"
        )
    same = event.reference in {None, payout.reference}
    match payout.state, event.kind:
        case State.SUCCEEDED, Kind.PAID if same:
            return Step(_seen(payout, event), Taken.DOUBLED)
        case State.UNKNOWN, Kind.LOST | Kind.STRANGE:
            return Step(replace(_seen(payout, event), word=event.word or payout.word), Taken.NOTED)
        case State.PENDING, Kind.ACCEPTED if event.at >= payout.at:
            waiting = replace(_seen(payout, event), at=event.at, waits=event.waits, word=event.word)
            return Step(replace(waiting, reference=event.reference or payout.reference), Taken.NOTED)
        case _, Kind.LOST | Kind.AGAIN | Kind.NEVER:
            return Step(_seen(payout, event), Taken.LATE)
        case State.FAILED | State.CANCELLED | State.REVERSED, Kind.REFUSED | Kind.DROPPED | Kind.RETURNED:
            return Step(_seen(payout, event), Taken.LATE)
        case State.SUCCEEDED | State.PENDING | State.SENDING | State.UNKNOWN, Kind.ACCEPTED:
            return Step(_seen(payout, event), Taken.LATE)
    if event.kind in {Kind.ACCEPTED, Kind.PAID} and payout.state in RELEASED and event.at < payout.at:
        return Step(_seen(payout, event), Taken.LATE)
    return _conflict(payout, event)


def _conflict(payout: Standing, event: Event) -> Step:
    """The record stays as it is, so that no money is freed or booked on a contradiction; a person must look."""
    alarm = f"{event.kind} while {payout.state}" + (f": {event.word}" if event.word else "")
    return Step(replace(_seen(payout, event), alarm=alarm), Taken.CONFLICT)


def _holds(need: Need, payout: Standing, event: Event) -> bool:
    match need:
        case Need.APPROVAL:
            own = payout.two_people and event.by == payout.planned_by
            return event.source is Source.STAFF and bool(event.by) and not own
        case Need.PROOF:
            if event.source is Source.STAFF:
                return bool(event.evidence)
            return bool(event.reference or event.evidence or payout.reference)
        case Need.RECONCILED:
            return event.source is not Source.ANSWER  # for staff, WITNESSED asks for the rest
        case Need.LOOKED_UP:
            return event.source is Source.LOOK_UP
        case Need.WITNESSED:
            return bool(event.by and event.second and event.evidence) and event.by != event.second


def _moved(payout: Standing, event: Event, to: State) -> Standing:
    calls = event.kind in {Kind.SEND, Kind.AGAIN}
    return replace(
        payout,
        seen=payout.seen | {event.id},
        state=to,
        at=max(event.at, payout.at),
        released_by=event.by if event.kind is Kind.SEND else payout.released_by,
        sent_at=event.at if calls and payout.sent_at is None else payout.sent_at,
        tries=payout.tries + calls,
        reference=event.reference or payout.reference,
        evidence=event.evidence or payout.evidence,
        waits=event.waits if to is State.PENDING else None,
        word=event.word,
    )


def _seen(payout: Standing, event: Event) -> Standing:
    """Look-ups that change nothing are not kept: a payout that is pending for weeks is asked about every hour."""
    return payout if event.source is Source.LOOK_UP else replace(payout, seen=payout.seen | {event.id})


def _positive(money: Money) -> Money:
    if money.minor <= 0:
        raise _refusal("A payout is of more than nothing", "付款金额必须大于零")
    return money


def _lacks(need: Need) -> Problem:
    """Why staff may not; RECONCILED is none of these, since only an answer lacks it."""
    return {
        Need.APPROVAL: _refusal(
            "A payout above the limit is released by somebody else than its planner", "超过限额的付款须由另一人放行"
        ),
        Need.PROOF: _refusal("A payment by hand needs evidence", "人工付款需要凭证"),
        Need.LOOKED_UP: _refusal("Only a look-up may send the same again", "只有查询之后才能重新发送"),
        Need.WITNESSED: _refusal(
            "What became of a payment is settled by asking the provider; by hand it needs evidence and a second person",
            "付款结果须向支付机构查询；人工认定需要凭证和第二个人",
        ),
    }[need]


def _refusal(en: str, zh: str) -> Problem:
    return Problem(Words(en, zh))
