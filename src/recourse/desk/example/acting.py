"""What happens in the stories: buying, asking, answering, each some days ago, through the desk's services."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from recourse import money
from recourse.desk.example import people, schools
from recourse.desk.models import Answer, Case, Institution, Payment, Person, Purchase, Reason, Role, Source
from recourse.desk.services import cases, deciding
from recourse.desk.services.cases import Asked
from recourse.desk.services.deciding import Deciding
from recourse.desk.stages import Kind


@dataclass
class World:
    """Who and what there is while the stories are told; `now` is the moment the world is made."""

    now: dt.datetime
    persons: dict[str, Person]
    schools: dict[str, Institution]
    numbers: dict[str, int] = field(default_factory=dict)

    def at(self, days: float) -> dt.datetime:
        """So many days ago, at a decent hour."""
        return self.now - dt.timedelta(days=days)

    def day(self, days: int) -> str:
        """The day so many days ago, as facts have it."""
        return self.at(days).date().isoformat()

    def who(self, somebody: people.Somebody) -> Person:
        """Their account."""
        return self.persons[somebody.email]

    def number(self, school: str) -> str:
        """The next order number."""
        self.numbers[school] = self.numbers.get(school, 1040) + 1
        return f"{school[:2].upper()}-{self.numbers[school]}"


@dataclass(frozen=True)
class Order:
    """A course that somebody bought, so many days ago; `facts` are those of its kind.

    `typed` is the number that the learner gave where it is not the school's: somebody has to say which order it is.
    """

    who: people.Somebody
    school: str
    days: int
    course: int = 0
    facts: dict[str, str] = field(default_factory=dict)
    typed: str = ""


@dataclass(frozen=True)
class Request:
    """What they ask for, and so many days ago."""

    days: float
    story: str
    kind: Kind = Kind.REFUND
    reason: Reason = Reason.PERSONAL
    remedy: str = "refund"


def bought(world: World, order: Order) -> Purchase:
    """The purchase as the school's own records have it."""
    school = world.schools[order.school]
    course = schools.course(school, order.course)
    offer = course.offers.order_by("-begins_at").first()
    assert offer is not None
    buyer, day = world.who(order.who), world.at(order.days).date()
    shown = money.show(offer.price_minor, offer.currency)
    usual = GERMAN if order.school == people.NORDLICHT else CHINESE
    facts = {
        **course.facts, **usual, "price": shown, "paid": shown, "paid_on": day.isoformat(),
        "concluded_on": day.isoformat(), "starts_on": day.isoformat(), **order.facts,
    }  # fmt: skip
    made = Purchase.objects.create(
        institution=school, learner=buyer, email=buyer.email, order_number=world.number(order.school), course=course,
        course_title=course.title, bought_on=day, paid_minor=offer.price_minor, currency=offer.currency, facts=facts,
        contract=school.contracts.order_by("-number").first(), accepted_at=world.at(order.days), source=Source.FILE,
    )  # fmt: skip
    Payment.objects.create(
        purchase=made, institution=school, minor=offer.price_minor, currency=offer.currency, paid_on=day, method="card",
        provider="sandbox",
        reference=f"example-{made.pk.hex}",  # made anew with every world: the sandbox remembers what it paid
    )  # fmt: skip
    return made


def drafted(world: World, order: Order, request: Request) -> Case:
    """The request, not sent yet."""
    purchase, learner = bought(world, order), world.who(order.who)
    if order.typed:
        purchase = _declared(purchase, order.typed)
    asked = Asked(
        kind=request.kind, learner=learner, purchase=purchase, reason=request.reason, remedy=request.remedy,
        story=request.story, language=learner.language, asked_minor=purchase.paid_minor, currency=purchase.currency,
        facts={**purchase.facts, "requested_on": world.day(int(request.days))},
    )  # fmt: skip
    return cases.start(asked=asked, at=world.at(request.days))


def _declared(record: Purchase, typed: str) -> Purchase:
    """What the learner says of it: the school has no order of that number."""
    return Purchase.objects.create(
        institution=record.institution, learner=record.learner, email=record.email, order_number=typed,
        course=record.course, course_title=record.course_title, bought_on=record.bought_on,
        paid_minor=record.paid_minor, currency=record.currency, facts=record.facts, source=Source.DECLARED,
    )  # fmt: skip


def sent(world: World, order: Order, request: Request) -> Case:
    """The request, received that day."""
    case = drafted(world, order, request)
    received = {"request_received_on": world.day(int(request.days))}
    return cases.receive(case=case, by=world.who(order.who), at=world.at(request.days), facts=received)


def staff(world: World, case: Case, role: Role) -> Person:
    """Who has that role at the case's school."""
    assert case.institution is not None
    found = next(one for one in people.STAFF if one.school == case.institution.slug and role in one.roles)
    return world.who(found)


def reviewed(world: World, case: Case, days: float) -> Case:
    """The agent took the case and began to look."""
    agent = staff(world, case, Role.AGENT)
    deciding.assign(case=case, by=agent, to=agent, at=world.at(days))
    return deciding.review(case=case, by=agent, at=world.at(days))


def replied(world: World, case: Case, days: float, text: str, *, asks: bool = False, inner: bool = False) -> None:
    """The agent wrote."""
    agent = staff(world, case, Role.AGENT)
    deciding.reply(case=case, by=agent, text=text, at=world.at(days), asks=asks, inner=inner)


def decided(world: World, case: Case, days: float, what: Deciding, *, second: float | None = None) -> None:
    """The agent decided; `second` days ago the approver agreed, where that was needed."""
    last = case.assessments.order_by("-number").first() if what.kind != Answer.ANSWERED else None
    found = deciding.decide(case=case, by=staff(world, case, Role.AGENT), assessment=last, what=what, at=world.at(days))
    if second is not None:
        deciding.agree(decision=found, by=staff(world, case, Role.APPROVER), at=world.at(second))


GERMAN = {
    "learner_place": "DE", "seller_place": "DE", "buyer_is_consumer": "true", "sales_channel": "online",
    "withdrawal_information_given": "true", "withdrawal_function_announced": "true", "supply_begun": "true",
}  # fmt: skip
CHINESE = {
    "learner_place": "CN", "seller_place": "CN", "buyer_is_consumer": "true", "supply_mode": "series-of-acts",
    "lessons_taken": "4", "same_service_received_before": "false", "ground_for_ending": "none",
}  # fmt: skip
