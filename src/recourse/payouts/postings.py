"""Double entry: which postings each change of a payout makes; totals are sums over them, and stored nowhere."""

from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from recourse.money import Money
from recourse.payouts.machine import Standing, State


class Account(StrEnum):
    """What an amount belongs to. A debit is positive, so what we owe is negative."""

    OWED = "owed-to-learner"  # a liability: awarded, not yet under way
    IN_FLIGHT = "in-flight"  # a liability: handed to a provider, not final
    PROVIDER = "provider"  # an asset: our money at the bank or the payment provider
    REFUNDS = "refunds"  # what refunds cost
    FEES = "fees"  # what providers keep for a refund
    INTEREST = "late-interest"  # what paying late costs
    UNMATCHED = "unmatched"  # refunds seen elsewhere that no award explains yet


class Posting(NamedTuple):
    """So many minor units on an account: debit positive, credit negative."""

    account: Account
    minor: int
    currency: str


class Batch(NamedTuple):
    """Postings that belong together, made by one event; made by `_transfer` alone, so their sum is nothing."""

    about: UUID
    cause: str
    postings: tuple[Posting, ...]


def awarded(award: UUID, money: Money) -> Batch:
    """A sum is owed."""
    return _transfer(award, "awarded", Account.OWED, Account.REFUNDS, money)


def withdrawn(award: UUID, money: Money) -> Batch:
    """So much of an award is superseded by a later one."""
    return _transfer(award, "superseded", Account.REFUNDS, Account.OWED, money)


def interest(award: UUID, money: Money) -> Batch:
    """The law adds interest because payment is late: owed as well, and a cost of its own."""
    return _transfer(award, "late-interest", Account.OWED, Account.INTEREST, money)


def fee(payout: UUID, money: Money) -> Batch:
    """The provider keeps a fee for a payout."""
    return _transfer(payout, "fee", Account.PROVIDER, Account.FEES, money)


def fee_returned(payout: UUID, money: Money) -> Batch:
    """The provider gives a fee back."""
    return _transfer(payout, "fee-returned", Account.FEES, Account.PROVIDER, money)


def matched(payout: UUID, money: Money) -> Batch:
    """A refund seen elsewhere turns out to pay an award."""
    return _transfer(payout, "matched", Account.UNMATCHED, Account.OWED, money)


def made(before: Standing, after: Standing, *, explained: bool = True) -> Batch | None:
    """What a change of a payout posts: from the account where its amount lay to the one where it lies now.

    `explained` says whether an award explains it: one seen elsewhere that comes back unexplained is owed to nobody.
    """
    start, end = _lies(before), _lies(after)
    if start is end:
        return None
    if after.external and not explained:
        end = Account.UNMATCHED
    return _transfer(after.key, after.state.value, end, start, after.money)


def _lies(payout: Standing) -> Account:
    """The account that an amount burdens as a payout stands: before it is under way and after it failed, it is owed."""
    match payout.state:
        case State.SENDING | State.PENDING | State.UNKNOWN:
            return Account.IN_FLIGHT
        case State.SUCCEEDED:
            return Account.PROVIDER
        case _:
            return Account.OWED


def seen_elsewhere(after: Standing) -> Batch:
    """Money left without us: gone from the provider, and waiting for an award that explains it."""
    return _transfer(after.key, "seen-elsewhere", Account.PROVIDER, Account.UNMATCHED, after.money)


def _transfer(about: UUID, cause: str, credit: Account, debit: Account, money: Money) -> Batch:
    lines = (Posting(debit, money.minor, money.currency), Posting(credit, -money.minor, money.currency))
    return Batch(about, cause, lines)
