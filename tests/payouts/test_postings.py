"""The books of payouts: each change moves an amount from one account to another, and nothing is lost on the way."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, product
from uuid import UUID

import pytest
from books import balance, off

from recourse.money import Money
from recourse.payouts import machine, postings
from recourse.payouts.machine import TABLE, Event, Kind, Source, State
from recourse.payouts.postings import Account, Batch, Posting

KEY = UUID(int=7)
PLANNED = machine.plan(KEY, Money(500, "JPY"), by="ada", at=0)


@pytest.mark.parametrize(("start", "kind"), TABLE, ids=lambda value: value.value)
def test_every_transition_balances(start: State, kind: Kind) -> None:
    batch = postings.made(replace(PLANNED, state=start), replace(PLANNED, state=TABLE[start, kind].to))
    assert batch is None or (off([batch]) == () and {line.currency for line in batch.postings} == {"JPY"})


def test_a_whole_life_ends_where_it_should() -> None:
    states = (
        State.PLANNED,
        State.SENDING,
        State.UNKNOWN,
        State.SENDING,
        State.PENDING,
        State.SUCCEEDED,
        State.REVERSED,
    )
    lives = [replace(PLANNED, state=state) for state in states]
    books = [postings.awarded(KEY, PLANNED.money)]
    owed = {(Account.OWED, "JPY"): -500, (Account.REFUNDS, "JPY"): 500}
    for before, after in pairwise(lives):
        made = postings.made(before, after)
        books += [made] if made else []
        if after.state is State.SUCCEEDED:
            assert balance(books) == {(Account.PROVIDER, "JPY"): -500, (Account.REFUNDS, "JPY"): 500}
    assert balance(books) == owed
    assert len(books) == 4  # awarded, sent, succeeded, reversed: looking up and waiting post nothing


def test_what_was_seen_elsewhere_waits_for_its_award() -> None:
    seen = machine.elsewhere(KEY, Money(500, "JPY"), Event("e", Kind.PAID, Source.LOOK_UP, 0, reference="re_1"))
    books = [postings.awarded(KEY, seen.money), postings.seen_elsewhere(seen)]
    assert balance(books)[Account.UNMATCHED, "JPY"] == 500
    books.append(postings.matched(KEY, seen.money))
    assert balance(books) == {(Account.PROVIDER, "JPY"): -500, (Account.REFUNDS, "JPY"): 500}
    back = replace(seen, state=State.REVERSED)
    explained, unexplained = postings.made(seen, back), postings.made(seen, back, explained=False)
    assert explained and balance([*books, explained])[Account.OWED, "JPY"] == -500
    assert unexplained and Account.OWED not in {line.account for line in unexplained.postings}


def test_fees_and_interest_are_costs_of_their_own() -> None:
    books = [
        postings.interest(KEY, Money(12, "EUR")), postings.fee(KEY, Money(30, "EUR")),
        postings.fee_returned(KEY, Money(10, "EUR")), postings.withdrawn(KEY, Money(12, "EUR")),
    ]  # fmt: skip
    sums = balance(books)
    assert (sums[Account.INTEREST, "EUR"], sums[Account.FEES, "EUR"], sums[Account.PROVIDER, "EUR"]) == (12, 20, -20)
    assert (Account.OWED, "EUR") not in sums


def test_a_batch_that_does_not_balance_is_found() -> None:
    lines = (Posting(Account.OWED, 5, "EUR"), Posting(Account.PROVIDER, -5, "USD"))
    assert off([Batch(KEY, "bent", lines)]) == (KEY,)


def test_states_of_one_account_post_nothing_between_them() -> None:
    flying = (State.SENDING, State.PENDING, State.UNKNOWN)
    for before, after in product(flying, flying):
        assert postings.made(replace(PLANNED, state=before), replace(PLANNED, state=after)) is None
