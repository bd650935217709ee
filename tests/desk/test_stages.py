"""The stages of a case: only the table's steps, and a withdrawal is never approved or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recourse.desk.stages import ENDED, OF_WITHDRAWALS, TABLE, Kind, Stage, Step, after, diagram, steps
from recourse.problems import Problem


@given(st.sampled_from(Stage), st.sampled_from(Step), st.sampled_from(Kind))
def test_a_step_is_open_or_refused_with_those_that_are(stage, step, kind):
    if step in steps(stage, kind):
        there = OF_WITHDRAWALS if kind is Kind.WITHDRAWAL else {}
        assert after(stage, step, kind) is there.get((stage, step), TABLE[stage, step])
    else:
        with pytest.raises(Problem, match="open now") as caught:
            after(stage, step, kind)
        assert all(word in str(caught.value) for word in steps(stage, kind))


def test_a_withdrawal_is_not_decided():
    assert not {Step.DECIDE, Step.OBJECT} & {step for stage in Stage for step in steps(stage, Kind.WITHDRAWAL)}
    assert after(Stage.RECEIVED, Step.SETTLE, Kind.WITHDRAWAL) is Stage.SETTLED
    steps_of = [(stage, step) for stage in Stage for step in steps(stage, Kind.WITHDRAWAL)]
    assert Stage.DECIDED not in {after(stage, step, Kind.WITHDRAWAL) for stage, step in steps_of}


def test_every_stage_is_reached_and_none_is_a_dead_end_for_the_learner():
    reached, new = {Stage.DRAFT}, {Stage.DRAFT}
    while new:
        new = {after(s, step, Kind.REFUND) for s in new for step in steps(s, Kind.REFUND)} - reached
        reached |= new
    assert reached == set(Stage)
    assert all(steps(stage, Kind.REFUND) for stage in ENDED)


def test_the_diagram_names_every_step():
    lines = diagram().splitlines()
    assert len(lines) == len(TABLE) + len(OF_WITHDRAWALS) + 2
    assert "    waiting --> in_review: answer" in lines
