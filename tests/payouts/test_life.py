"""Payouts live through anything, by chance: machine, planner, postings and reconciler against a provider that misbehaves.

The desk of this test keeps what a database would keep and calls the very functions; workers die at any point, notices come
twice or never, days pass, disputes open and close. After each step the rules that always hold are checked.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from books import balance, off
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from janitor import apply

from recourse.money import Money
from recourse.payouts import machine, planning, postings, reconciling
from recourse.payouts.machine import RELEASED, RESERVES, TABLE, Event, Kind, Source, Standing, State
from recourse.payouts.planning import Dispute, Payment, Quarrel
from recourse.payouts.postings import Account, Batch
from recourse.payouts.providers.contract import Order
from recourse.payouts.providers.sandbox import Sandbox
from recourse.payouts.providers.sandbox_world import Fault, World
from recourse.problems import Problem

CURRENCIES = ("EUR", "JPY", "KWD")
BAD = (
    *(fault for fault in Fault if fault is not Fault.FORGETS),
    Fault.FAILS_LATE,
    Fault.TIMEOUT_AFTER,
)  # which no real provider does within a day
PATIENCE = 60
STEPS = Counter[str]()


@dataclass
class Desk:
    """What a database would keep, for one purchase, with the checks that a database would make."""

    seed: int
    currency: str
    captured: tuple[int, ...]
    now: int = 1_800_000_000
    payouts: dict[UUID, Standing] = field(default_factory=dict)
    where: dict[UUID, str] = field(default_factory=dict)  # the payment of each payout
    disputes: dict[str, list[Dispute]] = field(default_factory=dict)
    books: list[Batch] = field(default_factory=list)
    explained: set[UUID] = field(default_factory=set)
    owed: int = 0
    keys: int = 0

    def __post_init__(self) -> None:
        self.world = World(lambda: self.now, seed=self.seed)
        for number, minor in enumerate(self.captured):
            self.world.capture(f"pay{number}", Money(minor, self.currency))
        self.provider = self.again()

    def again(self) -> Sandbox:
        return Sandbox(self.world, ["secret"], lambda: self.now)

    def key(self) -> UUID:
        self.keys += 1
        return UUID(int=self.keys)

    def payments(self) -> list[Payment]:
        return [
            Payment(
                UUID(int=number), "sandbox", f"pay{number}", Money(minor, self.currency),
                tuple((one.money.minor, one.state) for key, one in self.payouts.items() if self.where[key] == f"pay{number}"),
                tuple(self.disputes.get(f"pay{number}", ())),
            )
            for number, minor in enumerate(self.captured)
        ]  # fmt: skip

    def keep(self, before: Standing, after: Standing) -> None:
        """Store a change with its postings, as one transaction would."""
        batch = postings.made(before, after, explained=after.key in self.explained or not after.external)
        self.books += [batch] if batch else []
        self.payouts[after.key] = after

    def order(self, payout: Standing) -> Order:
        return Order(payout.key, self.where[payout.key], payout.money, "Refund", 0)

    def take(self, payout: Standing, event: Event | None) -> None:
        if event is not None:
            self.keep(payout, apply(payout, event))

    def open_sum(self) -> int:
        """What is owed and not under way, as the books say."""
        return -balance(self.books).get((Account.OWED, self.currency), 0)


class Life(RuleBasedStateMachine):
    @initialize(
        seed=st.integers(0, 999),
        currency=st.sampled_from(CURRENCIES),
        captured=st.lists(st.integers(500, 9000), min_size=1, max_size=4),
    )
    def begin(self, seed: int, currency: str, captured: list[int]) -> None:
        self.desk = Desk(seed, currency, tuple(captured))
        self.states: dict[UUID, State] = {}
        self.chance = random.Random(seed)

    def some(self, *states: State) -> Standing | None:
        """One payout in one of these states."""
        found = [one for one in self.desk.payouts.values() if one.state in states]
        return self.chance.choice(found) if found else None

    @rule(share=st.integers(1, 20))
    def award(self, share: int) -> None:
        """More is owed, late interest among it: possibly more than was ever captured."""
        minor = max(1, sum(self.desk.captured) * share // 100)
        self.desk.owed += minor
        make = postings.interest if share > 18 else postings.awarded
        self.desk.books.append(make(UUID(int=10**9 + len(self.desk.books)), Money(minor, self.desk.currency)))

    @rule(count=st.integers(1, 3))
    def plan(self, count: int) -> None:
        planned = sum(one.money.minor for one in self.desk.payouts.values() if one.state is State.PLANNED)
        owed = self.desk.open_sum() - planned
        if owed < count:
            return
        each, more = divmod(owed, count)
        for part in (each + (place < more) for place in range(count)):
            for one in planning.spread(Money(part, self.desk.currency), self.desk.payments()).parts:
                payout = machine.plan(
                    self.desk.key(), Money(one.minor, self.desk.currency), by="ada", at=self.desk.now, two_people=True
                )
                self.desk.payouts[payout.key] = payout
                self.desk.where[payout.key] = f"pay{one.payment.int}"

    @rule(faults=st.lists(st.sampled_from(BAD), max_size=2), dies=st.sampled_from(["no", "no", "before", "after"]))
    def release(self, faults: list[Fault], dies: str) -> None:
        """A worker takes a planned payout, commits that it sends, calls; or dies before or after the call."""
        if not self.some(State.PLANNED):
            self.award(5)
            self.plan(2)
        payout = self.some(State.PLANNED)
        if payout is None:  # all that was captured is spent, or disputed
            return
        with pytest.raises(Problem):
            apply(payout, Event("own", Kind.SEND, Source.STAFF, self.desk.now, by="ada"))
        sending = apply(payout, Event("go", Kind.SEND, Source.STAFF, self.desk.now, by="ben"))
        self.desk.keep(payout, sending)
        self.call(sending, faults, dies)

    def call(self, sending: Standing, faults: list[Fault], dies: str) -> None:
        if dies == "before":
            return
        calls = self.desk.world.calls()
        self.desk.world._script = (frozenset(),) * calls + (frozenset(faults),)
        outcome = self.desk.provider.send(self.desk.order(sending))
        if dies == "no":
            self.desk.take(sending, reconciling.answered(sending, outcome, at=self.desk.now))

    @rule(faults=st.lists(st.sampled_from(BAD), max_size=1), dies=st.sampled_from(["no", "after"]), down=st.booleans())
    def reconcile(self, faults: list[Fault], dies: str, down: bool) -> None:
        """The janitor: what was sending for too long is unknown; what is open is asked about."""
        desk = self.desk
        for payout in sorted(desk.payouts.values(), key=lambda one: (one.at, one.key)):
            if (stale := reconciling.stale(payout, now=desk.now, patience=PATIENCE)) is not None:
                desk.take(payout, stale)
            elif payout.state not in {State.PENDING, State.UNKNOWN}:
                continue
            desk.world.down = down
            now = desk.payouts[payout.key]
            found = desk.provider.look_up(desk.order(now))
            desk.take(now, reconciling.looked_up(now, found, desk.provider.memory, at=desk.now))
            desk.world.down = False
            if desk.payouts[payout.key].state is State.SENDING:
                self.call(desk.payouts[payout.key], faults, dies)

    @rule(share=st.integers(1, 4), days=st.sampled_from([0, 0, 4]))
    def notices(self, share: int, days: int) -> None:
        """Notices come, some of them again, some of them old: the refund of each is looked up, whatever it says."""
        self.desk.now += days * 86400
        messages = self.desk.provider.messages()
        for headers, body in self.chance.sample(messages, len(messages) // share):
            (notice,) = self.desk.provider.parse(headers, body)
            payout = self.desk.payouts.get(notice.key) if notice.key else None
            if payout is not None and payout.state is not State.PLANNED:
                found = self.desk.provider.look_up(self.desk.order(payout))
                self.desk.take(
                    payout, reconciling.looked_up(payout, found, self.desk.provider.memory, at=self.desk.now)
                )

    @rule(
        kind=st.sampled_from(Kind),
        source=st.sampled_from([Source.ANSWER, Source.STAFF]),
        reference=st.sampled_from([None, "forged"]),
    )
    def nonsense(self, kind: Kind, source: Source, reference: str | None) -> None:
        """Late answers of earlier tries, and one person of the staff who wants to push something through alone."""
        payout = self.some(*State)
        if payout is None or kind in {Kind.CANCEL, Kind.SEND}:
            return
        event = Event(
            f"x{self.desk.now}",
            kind,
            source,
            self.desk.now,
            by="ben",
            evidence="sha256:1",
            reference=reference,
            attempt=99,
        )
        if source is Source.STAFF:
            with pytest.raises(Problem):
                apply(payout, event)
        else:
            assert apply(payout, event).state is payout.state

    @rule(really=st.integers(0, 9))
    def cancel(self, really: int) -> None:
        payout = self.some(State.PLANNED)
        if payout is not None and not really:
            self.desk.take(payout, Event("stop", Kind.CANCEL, Source.STAFF, self.desk.now, by="ada"))

    @rule(minor=st.integers(1, 50), which=st.integers(0, 3))
    def elsewhere(self, minor: int, which: int) -> None:
        """Staff refund on the provider's own pages; we see it there, and it takes its room like our own."""
        desk = self.desk
        payment = desk.payments()[which % len(desk.captured)]
        if planning.free(payment) < minor:
            return
        key = desk.key()
        made = desk.world._make(str(key), payment.reference, Money(minor, desk.currency), frozenset())
        event = Event("seen", Kind.PAID, Source.LOOK_UP, desk.now, reference=made.id)
        payout = machine.elsewhere(key, made.money, event)
        desk.payouts[key], desk.where[key] = payout, payment.reference
        desk.books.append(postings.seen_elsewhere(payout))
        if desk.open_sum() >= minor + sum(
            one.money.minor for one in desk.payouts.values() if one.state is State.PLANNED
        ):
            desk.explained.add(key)
            desk.books.append(postings.matched(key, payout.money))

    @rule(minor=st.integers(1, 900), quarrel=st.sampled_from(Quarrel), which=st.integers(0, 3))
    def dispute(self, minor: int, quarrel: Quarrel, which: int) -> None:
        """A learner goes to the bank; an open dispute may be won or lost, and then another."""
        desk = self.desk
        payment = desk.payments()[which % len(desk.captured)]
        known = desk.disputes.setdefault(payment.reference, [])
        if known and known[-1].quarrel is Quarrel.OPEN:
            known[-1] = Dispute(known[-1].minor, quarrel)
        elif minor <= planning.remaining(payment):  # what was refunded cannot be disputed
            known.append(Dispute(minor, quarrel))

    @rule(seconds=st.sampled_from([1, 61, 3600, 6 * 3600, 23 * 3600, 86400, 4 * 86400]), restart=st.booleans())
    def time_passes(self, seconds: int, restart: bool) -> None:
        self.desk.now += seconds
        if restart:
            self.desk.provider = self.desk.again()

    # What holds always

    @invariant()
    def check(self) -> None:
        STEPS["steps"] += 1
        self.never_more_than_captured()
        self.states_follow_the_table()
        self.books_balance()
        self.far_side_agrees()

    def never_more_than_captured(self) -> None:
        for payment in self.desk.payments():
            assert planning.remaining(payment) >= 0

    def states_follow_the_table(self) -> None:
        for key, payout in self.desk.payouts.items():
            before = self.states.get(key)
            STEPS[payout.state] += before is not payout.state
            if before in RELEASED:
                assert payout.state is before
            if before is State.UNKNOWN and payout.state is not before:
                assert (
                    payout.state
                    in {move.to for (start, _), move in TABLE.items() if start is State.UNKNOWN} | _onward()
                )
            if payout.state is State.SUCCEEDED:
                assert payout.reference or payout.evidence
            assert payout.external or payout.tries == 0 or payout.released_by == "ben" != payout.planned_by
            self.states[key] = payout.state

    def books_balance(self) -> None:
        desk = self.desk
        assert off(desk.books) == ()
        accounts = balance(desk.books)
        assert sum(accounts.values()) == 0
        flying = sum(
            one.money.minor
            for one in desk.payouts.values()
            if one.state in {State.SENDING, State.PENDING, State.UNKNOWN}
        )
        assert accounts.get((Account.IN_FLIGHT, desk.currency), 0) == -flying
        sent = sum(one.money.minor for one in desk.payouts.values() if one.state is State.SUCCEEDED)
        assert accounts.get((Account.PROVIDER, desk.currency), 0) == -sent
        assert accounts.get((Account.OWED, desk.currency), 0) <= 0

    def far_side_agrees(self) -> None:
        """No key was paid twice; what we call failed, cancelled or reversed holds no money there; what moved is reserved."""
        there = Counter(one.key for one in self.desk.world.all())
        assert not there or max(there.values()) == 1
        for one in self.desk.world.all():
            payout = self.desk.payouts[UUID(one.key)]
            if one.word not in {"failed", "cancelled"}:
                assert payout.state in RESERVES or payout.alarm


def _onward() -> set[State]:
    """Where one step can lead that goes through sending once more."""
    return {move.to for (start, _), move in TABLE.items() if start in {State.SENDING, State.PENDING, State.SUCCEEDED}}


LIVES = 250 * int(os.environ.get("RECOURSE_EXAMPLES", "1"))


def test_payouts_live_through_anything() -> None:
    STEPS.clear()
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=LIVES, stateful_step_count=100, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
    assert STEPS["steps"] >= 80 * LIVES
    assert all(STEPS[state] for state in State), STEPS  # how often a rare one is reached is chance
