"""The API's work in the background: messages to endpoints, and those whose job died under them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from uuid import UUID

from recourse.work.queue import task
from recourse.work.sweep import Wake, sweep
from recourse.work.worker import Turn


@task("hook.deliver", most=40, takes_context=True, last=True)  # the pauses grow to an hour: about a day
def deliver(turn: Turn, delivery: UUID) -> None:
    """One attempt to deliver."""
    from recourse.api import hooks  # noqa: PLC0415 - every worker loads this module

    hooks.deliver(turn, delivery)


@task("api.tidy", takes_context=True)
def tidy(turn: Turn) -> None:
    """Say of deliveries that nobody will try again that they are dead."""
    from recourse.api import hooks  # noqa: PLC0415

    hooks.bury(turn.clock())


@sweep
def hourly(now: dt.datetime) -> Iterator[Wake]:
    """One tidying an hour."""
    yield Wake(tidy.kind, {}, now, f"api.tidy:{now:%Y-%m-%dT%H}")
