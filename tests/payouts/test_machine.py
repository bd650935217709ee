"""The machine of a payout: what may follow on what, what it needs, and what becomes of facts that come late or twice."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path
from uuid import UUID

import pytest
from janitor import apply

from recourse.money import Money
from recourse.payouts import drawing, machine
from recourse.payouts.machine import RELEASED, RESERVES, SAID, TABLE, Event, Kind, Source, Standing, State, Taken
from recourse.problems import Problem

KEY = UUID("00000000-0000-4000-8000-000000000001")
EUR = Money(13333, "EUR")
BEHIND = {Source.STAFF: "", Source.ANSWER: "re_1", Source.LOOK_UP: "re_1"}
DOCS = Path(__file__).parents[2] / "docs" / "payouts.md"


def standing(state: State, **other: object) -> Standing:
    payout = machine.plan(KEY, EUR, by="ada", at=100)
    if state is not State.PLANNED:
        payout = replace(payout, sent_at=100, tries=1, released_by="ben")
    if state in {State.SUCCEEDED, State.REVERSED}:
        payout = replace(payout, reference="re_1")
    return replace(payout, state=state, **other)  # type: ignore[arg-type]


def fact(kind: Kind, source: Source = Source.LOOK_UP, at: int = 200, **other: object) -> Event:
    given: dict[str, object] = {"id": f"{kind}-{source}-{at}", "kind": kind, "source": source, "at": at}
    given |= {"by": "ben", "second": "cho", "evidence": "sha256:1"} if source is Source.STAFF else {"reference": "re_1"}
    return Event(**(given | other))  # type: ignore[arg-type]


@pytest.mark.parametrize(("state", "kind"), TABLE, ids=lambda value: value.value)
def test_every_transition_of_the_table_is_made(state: State, kind: Kind) -> None:
    source = Source.STAFF if kind in {Kind.CANCEL, Kind.SEND} else Source.LOOK_UP
    step = machine.step(standing(state), fact(kind, source))
    assert (step.standing.state, step.taken) == (TABLE[state, kind].to, Taken.MOVED)


@pytest.mark.parametrize("source", Source)
@pytest.mark.parametrize(("state", "kind"), list(product(State, Kind)))
def test_nothing_else_moves_a_payout(state: State, kind: Kind, source: Source) -> None:
    before = standing(state)
    try:
        step = machine.step(before, fact(kind, source))
    except Problem:
        assert source is Source.STAFF  # what a provider says is never an exception
        return
    after = step.standing
    if after.state is not before.state:
        assert TABLE[state, kind].to is after.state
        assert step.taken is Taken.MOVED
    if state is State.UNKNOWN and after.state is not state:
        assert source is not Source.ANSWER
    if after.state is State.SUCCEEDED:
        assert after.reference or after.evidence
    assert (after.key, after.money) == (before.key, before.money)


def test_every_state_reserves_or_releases() -> None:
    assert set(State) == RESERVES | RELEASED
    assert not RESERVES & RELEASED
    assert set(SAID) == set(State)
    assert not any("arriv" in words.en or "到账" in words.zh for words in SAID.values())


def test_no_way_leads_from_released_back_to_reserved() -> None:
    assert not any(start in RELEASED for start, _ in TABLE)


def test_unknown_is_left_by_nothing_but_a_look_up_or_two_people_with_evidence() -> None:
    unknown = standing(State.UNKNOWN)
    assert machine.step(unknown, fact(Kind.PAID, Source.ANSWER)).taken is Taken.ASK
    for lacking in ({"second": ""}, {"second": "ben"}, {"evidence": None}, {"by": ""}):
        with pytest.raises(Problem, match="second person"):
            apply(unknown, fact(Kind.PAID, Source.STAFF, **lacking))
    assert apply(unknown, fact(Kind.PAID, Source.STAFF)).state is State.SUCCEEDED
    with pytest.raises(Problem, match="look-up"):
        apply(unknown, fact(Kind.AGAIN, Source.STAFF))


@pytest.mark.parametrize("state", [State.SENDING, State.PENDING, State.SUCCEEDED])
def test_one_person_alone_cannot_say_what_a_provider_did(state: State) -> None:
    with pytest.raises(Problem, match="second person"):
        apply(standing(state), fact(Kind.REFUSED, Source.STAFF, second=""))


def test_above_the_limit_the_planner_cannot_release() -> None:
    planned = machine.plan(KEY, EUR, by="ada", at=0, two_people=True)
    for by in ("ada", ""):
        with pytest.raises(Problem, match="somebody else"):
            apply(planned, Event("go", Kind.SEND, Source.STAFF, 1, by=by))
    assert apply(planned, Event("go", Kind.SEND, Source.STAFF, 1, by="ben")).released_by == "ben"
    below = replace(planned, two_people=False)
    assert apply(below, Event("go", Kind.SEND, Source.STAFF, 1, by="ada")).state is State.SENDING
    assert machine.step(below, Event("go", Kind.SEND, Source.ANSWER, 1, by="ada")).taken is Taken.ASK


def test_a_success_without_a_reference_is_not_one() -> None:
    step = machine.step(standing(State.SENDING), fact(Kind.PAID, Source.ANSWER, reference=None))
    assert step.standing.state is State.UNKNOWN


def test_another_amount_or_currency_is_not_understood() -> None:
    for money in (Money(13332, "EUR"), Money(13333, "USD")):
        assert apply(standing(State.SENDING), fact(Kind.PAID, Source.ANSWER, money=money)).state is State.UNKNOWN
    assert apply(standing(State.SENDING), fact(Kind.PAID, Source.ANSWER, money=EUR)).state is State.SUCCEEDED


def test_what_is_told_twice_counts_once() -> None:
    event = fact(Kind.PAID, Source.ANSWER)
    once = apply(standing(State.SENDING), event)
    assert machine.step(once, event) == (once, Taken.DOUBLED)
    again = machine.step(once, replace(event, id="another notice of the same", source=Source.LOOK_UP))
    assert (again.standing.state, again.taken, again.standing.alarm) == (State.SUCCEEDED, Taken.DOUBLED, "")


def test_a_second_payment_under_the_same_key_is_an_alarm() -> None:
    step = machine.step(standing(State.SUCCEEDED), fact(Kind.PAID, reference="re_2"))
    assert (step.standing.state, step.taken) == (State.SUCCEEDED, Taken.CONFLICT)
    assert step.standing.alarm


@pytest.mark.parametrize("state", [State.FAILED, State.CANCELLED, State.REVERSED])
def test_a_yes_after_a_no_frees_nothing_and_is_an_alarm(state: State) -> None:
    for kind in (Kind.PAID, Kind.ACCEPTED):
        step = machine.step(standing(state), fact(kind))
        assert (step.standing.state, step.taken, bool(step.standing.alarm)) == (state, Taken.CONFLICT, True)
        older = machine.step(standing(state), fact(kind, at=50))
        assert (older.taken, older.standing.alarm) == (Taken.LATE, "")


def test_a_payout_that_was_never_sent_cannot_be_paid() -> None:
    assert machine.step(standing(State.PLANNED), fact(Kind.PAID)).taken is Taken.CONFLICT


def test_an_older_no_does_not_reverse_a_newer_yes_but_is_an_alarm() -> None:
    step = machine.step(standing(State.SUCCEEDED, at=300), fact(Kind.REFUSED, at=200))
    assert (step.standing.state, step.taken) == (State.SUCCEEDED, Taken.CONFLICT)


def test_late_words_change_nothing() -> None:
    paid = standing(State.SUCCEEDED)
    assert machine.step(paid, fact(Kind.ACCEPTED)).taken is Taken.LATE
    assert machine.step(paid, fact(Kind.LOST)).taken is Taken.LATE
    assert machine.step(standing(State.REVERSED), fact(Kind.REFUSED)).taken is Taken.LATE


def test_the_answer_to_an_earlier_try_waits_for_a_look_up() -> None:
    second = standing(State.SENDING, tries=2)
    assert machine.step(second, fact(Kind.REFUSED, Source.ANSWER, attempt=1)).taken is Taken.ASK
    assert machine.step(second, fact(Kind.REFUSED, Source.ANSWER, attempt=2)).standing.state is State.FAILED


def test_pending_knows_what_it_waits_for_until_it_is_over() -> None:
    waiting = apply(standing(State.SENDING), fact(Kind.ACCEPTED, Source.ANSWER, waits=machine.Waits.PAYEE))
    assert waiting.waits is machine.Waits.PAYEE
    newer = machine.step(waiting, fact(Kind.ACCEPTED, at=300, waits=machine.Waits.SETTLEMENT))
    assert (newer.taken, newer.standing.waits) == (Taken.NOTED, machine.Waits.SETTLEMENT)
    assert apply(newer.standing, fact(Kind.PAID, at=400)).waits is None


def test_asking_for_weeks_does_not_fill_the_record() -> None:
    payout = standing(State.PENDING)
    for hour in range(1000):
        payout = apply(payout, fact(Kind.ACCEPTED, at=200 + hour))
    assert len(payout.seen) == 0


def test_the_key_and_the_first_sending_stay_over_all_tries() -> None:
    payout = standing(State.UNKNOWN)
    for at in (1000, 2000):
        payout = apply(payout, fact(Kind.AGAIN, at=at))
        payout = apply(payout, fact(Kind.LOST, Source.ANSWER, at=at + 1))
    assert (payout.key, payout.sent_at, payout.tries) == (KEY, 100, 3)


def test_a_refund_made_elsewhere_needs_a_proof() -> None:
    event = Event("seen", Kind.PAID, Source.LOOK_UP, 5, reference="re_9")
    assert machine.elsewhere(KEY, EUR, event).external
    with pytest.raises(Problem, match="elsewhere"):
        machine.elsewhere(KEY, EUR, replace(event, reference=None))


@pytest.mark.parametrize("minor", [0, -1])
def test_a_payout_is_of_more_than_nothing(minor: int) -> None:
    with pytest.raises(Problem, match="more than nothing"):
        machine.plan(KEY, Money(minor, "EUR"), by="ada", at=0)


@pytest.mark.parametrize("drawn", [drawing.diagram, drawing.table])
def test_the_documentation_shows_the_machine_as_it_is(drawn: object) -> None:
    assert callable(drawn)
    assert drawn() in DOCS.read_text("utf-8")


def test_refusals_speak_both_languages() -> None:
    with pytest.raises(Problem) as refused:
        apply(standing(State.PLANNED), fact(Kind.PAID, Source.STAFF))
    assert refused.value.say("zh") != refused.value.say("en")
