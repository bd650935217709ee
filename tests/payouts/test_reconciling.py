"""What a look-up means, when the same is sent again, and what two records differ in."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from recourse.money import Money
from recourse.payouts import machine, reconciling
from recourse.payouts.machine import Kind, Standing, State
from recourse.payouts.providers import contract
from recourse.payouts.providers.contract import Memory, Outcome, Status
from recourse.payouts.reconciling import Differs, Found

EUR = Money(500, "EUR")
MEMORY = Memory(honours=100, never=200)


def payout(state: State, number: int = 1, at: int = 1000) -> Standing:
    planned = machine.plan(UUID(int=number), EUR, by="ada", at=at)
    return replace(planned, state=state, sent_at=1000, tries=1)


@pytest.mark.parametrize(
    ("age", "kind"), [(0, Kind.AGAIN), (99, Kind.AGAIN), (100, None), (199, None), (200, Kind.NEVER), (-1, None)]
)
def test_what_is_not_there_is_sent_again_only_while_the_key_is_honoured(age: int, kind: Kind | None) -> None:
    event = reconciling.looked_up(payout(State.UNKNOWN), Outcome(Status.ABSENT), MEMORY, at=1000 + age)
    assert (event.kind if event else None) is kind


def test_where_absence_proves_nothing_it_is_never_taken_for_a_no() -> None:
    assert reconciling.looked_up(payout(State.UNKNOWN), Outcome(Status.ABSENT), Memory(100, None), at=10**9) is None


def test_the_age_counts_from_the_first_sending_not_from_the_last_try() -> None:
    tried = replace(payout(State.UNKNOWN, at=1090), tries=5)
    assert reconciling.looked_up(tried, Outcome(Status.ABSENT), MEMORY, at=1150) is None


def test_what_was_there_and_is_gone_is_unknown() -> None:
    event = reconciling.looked_up(payout(State.PENDING), Outcome(Status.ABSENT), MEMORY, at=1001)
    assert event is not None and event.kind is Kind.STRANGE


def test_no_answer_to_a_look_up_settles_nothing() -> None:
    assert reconciling.looked_up(payout(State.PENDING), contract.lost("503"), MEMORY, at=1001) is None


def test_only_what_is_sending_for_longer_than_a_call_lasts_lost_its_answer() -> None:
    late = [state for state in State if reconciling.stale(payout(state, at=1990), now=2050, patience=60)]
    assert late == [State.SENDING]
    assert reconciling.stale(payout(State.SENDING, at=1990), now=2049, patience=60) is None


def test_a_success_without_a_proof_cannot_even_be_said() -> None:
    with pytest.raises(ValueError, match="reference"):
        Outcome(Status.SUCCEEDED)
    with pytest.raises(ValueError, match="unknown"):
        Outcome(Status.FAILED, lost=True)


def test_after_a_restored_backup_every_difference_is_named() -> None:
    ours = [
        payout(State.SUCCEEDED, 1), payout(State.SUCCEEDED, 2), payout(State.SENDING, 3), payout(State.SUCCEEDED, 4),
        payout(State.REVERSED, 5), payout(State.PLANNED, 7), replace(payout(State.SUCCEEDED, 8), external=True),
    ]  # fmt: skip
    paid = Outcome(Status.SUCCEEDED, "re")
    theirs = [
        Found(UUID(int=1), paid, EUR), Found(UUID(int=3), paid, EUR), Found(UUID(int=4), paid, Money(499, "EUR")),
        Found(UUID(int=5), Outcome(Status.FAILED, "re"), EUR), Found(UUID(int=6), paid, EUR),
    ]  # fmt: skip
    lines = {line.key.int: line.differs for line in reconciling.differences(ours, theirs)}
    assert lines == {2: Differs.ONLY_HERE, 3: Differs.OUTCOME, 4: Differs.AMOUNT, 6: Differs.ONLY_THERE}
