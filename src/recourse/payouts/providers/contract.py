"""The contract of a provider: six methods, what each must keep to, and the plain values that pass between.

Whoever writes another provider runs the conformance suite (tests/payouts/test_conformance*.py) against it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, Protocol
from uuid import UUID

from recourse.bilingual import Words
from recourse.money import Money
from recourse.payouts.machine import Waits
from recourse.payouts.planning import Payment
from recourse.problems import Problem


class Status(StrEnum):
    """What a provider says about a refund, in our words."""

    PENDING = "pending"  # it has it, and is not done
    SUCCEEDED = "succeeded"  # its final yes
    FAILED = "failed"  # its final no: nothing moved, or it came back before it was final
    CANCELLED = "cancelled"
    RETURNED = "returned"  # money that had left came back
    UNKNOWN = "unknown"  # no answer, or a word that we do not know
    ABSENT = "absent"  # asked, and nothing is there; only `look_up` says so


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a provider says about one refund.

    `word` is its own word or reason, for the record and for people who ask it; `money` what it says was moved, None
    where it does not say; `lost` tells an unknown outcome without an answer from one that was not understood. A
    success without a reference or evidence cannot be made: ValueError. `fee` is all that it keeps for the refund so
    far, in whatever currency it counts, None where it does not say; it is the institution's, and is not in `money`.
    """

    status: Status
    reference: str | None = None
    word: str = ""
    waits: Waits | None = None
    evidence: str | None = None
    money: Money | None = None
    lost: bool = False
    fee: Money | None = None

    def __post_init__(self) -> None:
        if self.status is Status.SUCCEEDED and not (self.reference or self.evidence):
            raise ValueError("a success needs a reference or evidence")
        if self.lost and self.status is not Status.UNKNOWN:
            raise ValueError("only what is unknown is lost")


def lost(word: str) -> Outcome:
    """No answer: the money may have moved or not."""
    return Outcome(Status.UNKNOWN, word=word, lost=True)


def strange(word: str, *, reference: str | None = None, money: Money | None = None) -> Outcome:
    """An answer that we do not understand, which is never taken for a success."""
    return Outcome(Status.UNKNOWN, reference, word, money=money)


@dataclass(frozen=True, slots=True)
class Payee:
    """Whose account a transfer goes to; `bic` may be empty inside the euro area."""

    name: str
    iban: str
    bic: str = ""


@dataclass(frozen=True, slots=True)
class Order:
    """One refund to send: what is committed to the record before the provider hears of it.

    `key` is the payout's UUID; `payment` the provider's own reference of the payment that is refunded; `made_at` UTC
    seconds of the record, the same at every try.
    """

    key: UUID
    payment: str
    money: Money
    text: str
    made_at: int
    payee: Payee | None = None


class Listed(NamedTuple):
    """A refund as a provider lists it, whoever asked for it: `key` is ours where it carries one.

    `payments` are the references by which the provider knows its payment; `outcome` is as it stands now, with its
    `money` wherever that can be read.
    """

    key: UUID | None
    payments: frozenset[str]
    outcome: Outcome


class Can(NamedTuple):
    """Whether a route is open for a payment; if not, why."""

    yes: bool
    why: Words | None = None


OPEN = Can(True)


def closed(en: str, zh: str) -> Can:
    """A route that is not open, and why."""
    return Can(False, Words(en, zh))


class Notice(NamedTuple):
    """Something a provider sent of itself: a hint that a refund has news, never the news.

    `id` is the same whenever the same notice comes; `key` our key where the notice says it; `reference` the provider's;
    `word` what happened in its words; `dispute` says that it is about a dispute of a payment.
    """

    id: str
    key: UUID | None
    reference: str | None
    word: str
    at: int
    payment: str | None = None
    dispute: bool = False


class Memory(NamedTuple):
    """How long a provider can be asked the same thing, in seconds since it was first asked.

    `honours`: the same key is safe to send again, because the provider remembers it (a margin is taken off).
    `never`: from then on, what cannot be found was never made; None where absence proves nothing.
    """

    honours: int
    never: int | None


class Unproven(Problem):
    """A notice whose sender is not proved, or that is too old or cannot be read: nothing of it may be used."""


class Provider(Protocol):
    """A route by which money goes back."""

    @property
    def name(self) -> str:
        """A short name, the same for ever: it stands in records."""
        ...

    @property
    def memory(self) -> Memory:
        """How long the provider remembers what it was asked."""
        ...

    def can(self, payment: Payment) -> Can:
        """Whether this route can take money back to a payment: its currency, its kind, its state. Asks nobody."""
        ...

    def send(self, order: Order) -> Outcome:
        """Ask the provider to make the refund. Called outside of every transaction, after the order is on record.

        - The key is the order's UUID. It never depends on amount, time or number of tries, and is passed so that the
          provider makes one refund for it however often it is asked.
        - A time-out, a broken connection, an error of the server and an unknown word are `UNKNOWN`, never `FAILED` and
          never `SUCCEEDED`. No exception leaves this method for anything that the network or the provider does.
        - `FAILED` only when it is certain that no money moved for this key, also not at an earlier try.
        - `SUCCEEDED` only on the provider's final yes, with its reference. Accepted is `PENDING`.
        - An amount that the route cannot express exactly is refused before anything is sent.
        """
        ...

    def look_up(self, order: Order) -> Outcome:
        """What became of an order, asked anew: by its key, or where the provider forgets keys by what it stored.

        Moves no money, may be called at any time and any number of times. `ABSENT` only when the provider answered
        and has nothing; when it does not answer, `UNKNOWN` with `lost`. A refund that is found with another amount is
        `UNKNOWN`.
        """
        ...

    def refunds(self) -> Iterable[Listed] | None:
        """Every refund there is, also those of others, in any order; None from a provider that cannot list.

        What was forgotten here is found by it, and a whole record compared without asking for each payout. `OSError`
        when it does not answer to the end: half a list says nothing about the rest.
        """
        ...

    def parse(self, headers: Mapping[str, str], body: bytes) -> list[Notice]:
        """The notices in a message that came in, its sender proved on the very bytes. Raises `Unproven`.

        A notice is a hint: the desk stores the bytes, drops those whose id it has, and asks `look_up`. Kinds of news
        that are none of ours give an empty list. Nothing is stored or asked here.
        """
        ...

    def describe(self, lang: str) -> str:
        """One or two sentences for staff: what happens when they press the button, and how long it takes."""
        ...
