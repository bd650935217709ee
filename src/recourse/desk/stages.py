"""The stages of a case and the steps between them: one table, without a database, that also draws itself.

Deadlines are no stages and neither is money: they have rows of their own.
"""

from __future__ import annotations

from enum import StrEnum

from recourse.bilingual import Words
from recourse.problems import Problem


class Kind(StrEnum):
    """What is asked for. A withdrawal is effective when it is received: nobody approves or refuses it."""

    REFUND = "refund"
    WITHDRAWAL = "withdrawal"
    COMPLAINT = "complaint"


class Stage(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"
    RECEIVED = "received"
    IN_REVIEW = "in-review"
    WAITING = "waiting"  # for the learner: the institution's clocks stand still
    DECIDED = "decided"
    SETTLED = "settled"
    ESCALATED = "escalated"
    WITHDRAWN = "withdrawn"  # the learner took the request back
    CLOSED = "closed"


class Step(StrEnum):
    """What can happen to a case."""

    RECEIVE = "receive"
    REVIEW = "review"
    ASK = "ask"
    ANSWER = "answer"
    DECIDE = "decide"
    SETTLE = "settle"
    OBJECT = "object"
    ESCALATE = "escalate"
    TAKE_BACK = "take-back"
    CLOSE = "close"
    REOPEN = "reopen"
    COME_BACK = "come-back"  # money that had been sent: it is owed again


_OPEN = (Stage.RECEIVED, Stage.IN_REVIEW, Stage.WAITING, Stage.ESCALATED)
TABLE: dict[tuple[Stage, Step], Stage] = {
    (Stage.DRAFT, Step.RECEIVE): Stage.RECEIVED,
    (Stage.DRAFT, Step.CLOSE): Stage.CLOSED,
    (Stage.RECEIVED, Step.REVIEW): Stage.IN_REVIEW,
    (Stage.RECEIVED, Step.ASK): Stage.WAITING,
    (Stage.IN_REVIEW, Step.ASK): Stage.WAITING,
    (Stage.WAITING, Step.ANSWER): Stage.IN_REVIEW,
    **{(stage, Step.DECIDE): Stage.DECIDED for stage in _OPEN},
    **{(stage, Step.SETTLE): Stage.SETTLED for stage in (*_OPEN, Stage.DECIDED)},
    (Stage.DECIDED, Step.OBJECT): Stage.IN_REVIEW,
    (Stage.SETTLED, Step.OBJECT): Stage.IN_REVIEW,
    **{(stage, Step.ESCALATE): Stage.ESCALATED for stage in (*_OPEN, Stage.DECIDED, Stage.SETTLED, Stage.CLOSED)},
    **{(stage, Step.TAKE_BACK): Stage.WITHDRAWN for stage in (*_OPEN, Stage.DECIDED)},
    **{(stage, Step.CLOSE): Stage.CLOSED for stage in (*_OPEN, Stage.DECIDED, Stage.SETTLED)},
    (Stage.CLOSED, Step.REOPEN): Stage.IN_REVIEW,
    (Stage.WITHDRAWN, Step.REOPEN): Stage.IN_REVIEW,
    (Stage.SETTLED, Step.COME_BACK): Stage.DECIDED,
    (Stage.CLOSED, Step.COME_BACK): Stage.DECIDED,
}
# Where a step leads a withdrawal to another stage: nobody ever decided about it.
OF_WITHDRAWALS = {(stage, Step.COME_BACK): Stage.IN_REVIEW for stage in (Stage.SETTLED, Stage.CLOSED)}
ENDED = frozenset({Stage.SETTLED, Stage.WITHDRAWN, Stage.CLOSED})


def steps(stage: Stage, kind: Kind) -> tuple[Step, ...]:
    """What may happen next to a case of this kind, in the order of the table."""
    return tuple(step for (here, step) in TABLE if here is stage and not _barred(step, kind))


def after(stage: Stage, step: Step, kind: Kind) -> Stage:
    """The stage that the step leads to. Raises `Problem` for a step that is not open, naming those that are."""
    if (stage, step) not in TABLE or _barred(step, kind):
        open_now = ", ".join(steps(stage, kind)) or "none"
        raise Problem(
            Words(f"“{step}” cannot be done to a {kind} that is {stage}", f"案件处于“{stage}”阶段，不能“{step}”"),
            field="step",
            hint=Words(f"open now: {open_now}", f"现在可以：{open_now}"),
        )
    there = TABLE[stage, step]
    return OF_WITHDRAWALS.get((stage, step), there) if kind is Kind.WITHDRAWAL else there


def _barred(step: Step, kind: Kind) -> bool:
    return kind is Kind.WITHDRAWAL and step in (Step.DECIDE, Step.OBJECT)


def diagram() -> str:
    """The table as a Mermaid diagram, for the documentation."""
    lines = [f"    {_name(here)} --> {_name(there)}: {step}" for (here, step), there in TABLE.items()]
    lines += [
        f"    {_name(here)} --> {_name(there)}: {step} (withdrawal)" for (here, step), there in OF_WITHDRAWALS.items()
    ]
    return "\n".join(["stateDiagram-v2", "    [*] --> draft", *lines])


def _name(stage: Stage) -> str:
    return stage.replace("-", "_")
