"""How states, routes and payouts are said to staff."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_lazy

from recourse import money
from recourse.payouts.machine import State
from recourse.payouts.models import Payout, Route
from recourse.payouts.providers.sandbox_world import Fault
from recourse.web import wording

STATES = {
    State.PLANNED: gettext_lazy("Planned, not released"),
    State.SENDING: gettext_lazy("Being sent"),
    State.PENDING: gettext_lazy("On its way"),
    State.UNKNOWN: gettext_lazy("Unknown: being checked"),
    State.SUCCEEDED: gettext_lazy("Sent"),
    State.FAILED: gettext_lazy("Failed"),
    State.REVERSED: gettext_lazy("Came back"),
    State.CANCELLED: gettext_lazy("Cancelled"),
}
ROUTES = {
    Route.MANUAL: gettext_lazy("By hand"),
    Route.SEPA: gettext_lazy("Bank transfer (SEPA)"),
    Route.STRIPE: gettext_lazy("Stripe"),
    Route.SANDBOX: gettext_lazy("Sandbox: no money moves"),
}
# What a trial can be told to do wrong: the worst moments of real providers.
FAULTS = {
    Fault.TIMEOUT_BEFORE: gettext_lazy("No answer, and nothing was paid"),
    Fault.TIMEOUT_AFTER: gettext_lazy("No answer, and it was paid"),
    Fault.WAITS: gettext_lazy("An hour’s wait, then it is paid"),
    Fault.FAILS_LATE: gettext_lazy("Paid, and it comes back after three days"),
    Fault.REFUSES: gettext_lazy("Refused"),
    Fault.STRANGE_WORD: gettext_lazy("A word that nobody knows"),
    Fault.OTHER_AMOUNT: gettext_lazy("Another amount"),
}
# The same coins as everywhere: certain, waiting, hangs on something, nothing.
COINS = {
    State.SUCCEEDED: "owes", State.PENDING: "may", State.SENDING: "may", State.UNKNOWN: "asks", State.PLANNED: "asks",
}  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """A payout as a line of a list."""

    row: Payout
    amount: str
    state: str
    coin: str
    route: str
    day: int


def shown(row: Payout) -> Shown:
    """A payout in words."""
    state = State(row.state)
    return Shown(
        row=row, amount=amount(row.minor, row.currency), state=str(STATES[state]), coin=COINS.get(state, "nil"),
        route=str(ROUTES[Route(row.route)]), day=719163 + row.at // 86400,
    )  # fmt: skip


def amount(minor: int, currency: str) -> str:
    """An amount in words."""
    return wording.money(money.show(minor, currency))


def payee(values: dict[str, str], row: Payout) -> str:
    """Where the money goes, in words."""
    if values:
        return f"{values['name']}, {values['iban']}"
    if row.payment is not None and row.payment.reference:
        return gettext("back the way it came: %(reference)s") % {"reference": row.payment.reference}
    return gettext("to the learner, as your list says")
