"""The API's work in the background: messages to endpoints, and forgetting how often somebody asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

from recourse.work.queue import task
from recourse.work.sweep import Wake, sweep
from recourse.work.worker import Turn


@task("hook.deliver", most=40, takes_context=True)  # the pauses grow to an hour: about a day and a half
def deliver(turn: Turn, delivery: UUID) -> None:
    """One attempt to deliver."""
    from recourse.api import hooks  # noqa: PLC0415 - every worker loads this module

    hooks.deliver(turn, delivery)


@task("api.tidy", takes_context=True)
def tidy(turn: Turn) -> None:
    """Forget the minutes that are over."""
    from recourse.api import limits  # noqa: PLC0415

    limits.tidy(turn.clock())


@sweep
def hourly(now: dt.datetime) -> Iterator[Wake]:
    """One tidying an hour."""
    yield Wake(tidy.kind, {}, now, f"api.tidy:{now:%Y-%m-%dT%H}")
