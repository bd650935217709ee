"""The example world's money: one case paid back, one that a second person has to release, one where the card refused.

Told after the desk's stories and through the same services; the sandbox pays, so that nothing moves.
"""

from __future__ import annotations

from uuid import uuid4

from recourse.desk.example import people
from recourse.desk.example.acting import Order, Request, World, decided, reviewed, sent, staff
from recourse.desk.example.world import date_rows
from recourse.desk.models import Answer, Reason, Role
from recourse.desk.scope import EVERYTHING, of
from recourse.desk.services.deciding import Deciding
from recourse.money import Money
from recourse.payouts.models import Payout
from recourse.payouts.providers.sandbox_world import Fault
from recourse.payouts.services import paying, routes, sending


def tell(world: World) -> None:
    """All three. Raises what the services raise; what was told before that stays and is removed with the world."""
    with of(EVERYTHING):
        paid = _planned(world, Order(people.MEI, people.NORDLICHT, 12), "Charged twice.", Reason.WRONG_CHARGE)
        _sent(world, paid, 0.04)
        refused = _planned(world, Order(people.PAUL, people.NORDLICHT, 9), "The app does not open.", Reason.TECHNICAL)
        routes.world().plan(str(refused.pk), Fault.REFUSES)
        _sent(world, refused, 0.03)
        _planned(world, Order(people.EMIL, people.NORDLICHT, 11, 1), "I start a new job.", Reason.CANNOT_ATTEND)
        date_rows()


def _planned(world: World, order: Order, why: str, reason: Reason) -> Payout:
    """Asked for, decided in whole, and the money on paper: not released yet."""
    case = sent(world, order, Request(4, why, reason=reason))
    reviewed(world, case, 3)
    assert case.purchase is not None
    assert case.purchase.paid_minor is not None
    decided(world, case, 2, Deciding(Answer.WHOLE, case.purchase.paid_minor, letter="You get all of it back."))
    case.refresh_from_db()
    parts, planner = paying.propose(case).parts, staff(world, case, Role.FINANCE)
    return paying.plan(case=case, by=planner, parts=parts, token=uuid4(), at=world.at(0.1))[0]


def _sent(world: World, row: Payout, days: float) -> None:
    """Released by somebody else, and handed to the sandbox at once."""
    assert row.case is not None
    approver = staff(world, row.case, Role.APPROVER)
    paying.release(payout=row.pk, by=approver, seen=Money(row.minor, row.currency), at=world.at(days))
    sending.send(row.pk, clock=lambda: world.at(days), finish=lambda: None)  # the job of it finds it done
