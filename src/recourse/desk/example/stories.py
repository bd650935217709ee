"""A dozen and more cases, one in every stage; each function is one story, told with the desk's own services."""

from __future__ import annotations

from recourse.desk.example import people
from recourse.desk.example.acting import (
    Order,
    Request,
    World,
    decided,
    drafted,
    replied,
    reviewed,
    sent,
    staff,
)
from recourse.desk.example.people import MINGDE, NORDLICHT
from recourse.desk.models import Answer, Case, Purchase, Reason, Role, Source
from recourse.desk.services import assessing, cases, exhibits, onward
from recourse.desk.services.cases import Asked
from recourse.desk.services.deciding import Deciding
from recourse.desk.services.onward import Handing
from recourse.desk.stages import Kind

LISTED = "udemy"
RECEIPT = """From: orders@shop.example
To: {to}
Subject: Your order {order}
Date: {day}

Thank you. You paid {paid} for the course. Order number {order}.
"""


def tell(world: World) -> None:
    """All of them."""
    for story in STORIES:
        story(world)


def _new(world: World) -> None:
    request = Request(0.1, "I bought it by mistake; I speak Norwegian already.")
    sent(world, Order(people.JONAS, NORDLICHT, 6), request)


def _to_be_matched(world: World) -> None:
    """The number was read off a bank statement: the school says which order it is."""
    request = Request(0.2, "I was charged twice.", reason=Reason.WRONG_CHARGE)
    sent(world, Order(people.EMIL, NORDLICHT, 5, typed="7781-0092"), request)


def _draft(world: World) -> None:
    request = Request(0.5, "My shifts have changed.", reason=Reason.CANNOT_ATTEND)
    drafted(world, Order(people.PAUL, NORDLICHT, 3), request)


def _in_review(world: World) -> None:
    request = Request(3, "Lessons 6 to 20 have no sound.", reason=Reason.QUALITY)
    case = sent(world, Order(people.MEI, NORDLICHT, 11), request)
    _voucher(world, case, 3)
    reviewed(world, case, 2.5)
    replied(world, case, 2.4, "We have it and are looking at the recordings today.")
    replied(world, case, 2.3, "Asked the studio: the files of lessons 6 to 9 are damaged.", inner=True)


def _waiting(world: World) -> None:
    request = Request(5, "I cannot log in any more.", reason=Reason.TECHNICAL)
    case = sent(world, Order(people.PAUL, NORDLICHT, 25), request)
    reviewed(world, case, 4)
    replied(world, case, 3.5, "Which message do you see when you log in? A picture of it helps.", asks=True)


def _to_be_paid(world: World) -> None:
    case = sent(world, Order(people.SOFIA, NORDLICHT, 10), Request(4, "I moved and have no time for it."))
    owed = _owed(case)
    reviewed(world, case, 3)
    decided(world, case, 2, Deciding(Answer.WHOLE, owed, letter="You get all of it back, the way you paid."))


def _settled(world: World) -> None:
    case = sent(world, Order(people.EMIL, NORDLICHT, 40), Request(34, "Bought twice.", reason=Reason.WRONG_CHARGE))
    reviewed(world, case, 33)
    decided(world, case, 32, Deciding(Answer.WHOLE, _owed(case), letter="The second order was a mistake of our shop."))
    cases.settle(case=case, by=staff(world, case, Role.FINANCE), at=world.at(30), how="Paid back to the card.")


def _second_person(world: World) -> None:
    live = {"lessons_taken": "6", "lessons_elapsed": "6"}
    request = Request(6, "The group has eighteen people, not ten.", reason=Reason.QUALITY, remedy="part")
    case = sent(world, Order(people.SOFIA, NORDLICHT, 13, 1, live), request)
    reviewed(world, case, 5)
    replied(world, case, 4.8, "Thank you for telling us. We have asked the teacher.")
    reason = "Six of the lessons were held and taken; the group has been divided since."
    decided(world, case, 1, Deciding(Answer.PART, max(_owed(case) // 2, 1), reason, "We pay half of it back."))


def _refused(world: World) -> None:
    late = Request(8, "I did not get round to it.")
    case = sent(world, Order(people.EMIL, NORDLICHT, 80), late)
    reviewed(world, case, 7)
    what = Deciding(Answer.REFUSED, reason="The window is over and most of the time has passed.", letter="We cannot.")
    decided(world, case, 6, what, second=5.5 if _owed(case) else None)


def _withdrawal(world: World) -> None:
    sent(world, Order(people.ANNA, NORDLICHT, 9, 1), Request(1.2, "", Kind.WITHDRAWAL, Reason.NONE))


def _complaint(world: World) -> None:
    request = Request(20, "The teacher was late four times.", Kind.COMPLAINT, Reason.CONDUCT, "answer")
    case = sent(world, Order(people.JONAS, NORDLICHT, 50, 1), request)
    reviewed(world, case, 19)
    letter = "You are right, and we are sorry. Since last week a colleague opens the room on time."
    decided(world, case, 17, Deciding(Answer.ANSWERED, letter=letter))
    cases.close(case=case, by=world.who(people.JONAS), at=world.at(15), why="That is fine for me.")


def _taken_back(world: World) -> None:
    case = sent(world, Order(people.MEI, NORDLICHT, 30), Request(24, "I thought it was live."))
    cases.take_back(case=case, by=world.who(people.MEI), at=world.at(23))


def _late(world: World) -> None:
    sent(
        world,
        Order(people.LIU_YANG, MINGDE, 30),
        Request(20, "换了工作，晚上没有时间上课。", reason=Reason.CANNOT_ATTEND),
    )


def _part(world: World) -> None:
    request = Request(9, "老师中途更换，与宣传不符。", reason=Reason.QUALITY)
    case = sent(world, Order(people.ZHAO_MIN, MINGDE, 26), request)
    reviewed(world, case, 8)
    replied(world, case, 7.5, "已收到，正在向教务核实。")
    owed = _owed(case)
    what = Deciding(Answer.WHOLE if owed else Answer.PART, owed or 100000, "", "经核实，同意按规定退款。")
    decided(world, case, 4, what)


def _information(world: World) -> None:
    request = Request(2, "开课时间与页面所写不一致。", Kind.COMPLAINT, Reason.INFORMATION, "correction")
    case = sent(world, Order(people.SUN_LEI, MINGDE, 12), request)
    reviewed(world, case, 1)


def _listed_draft(world: World) -> None:
    _on_udemy(world, people.MEI, 12, 0.3)


def _listed_sent(world: World) -> None:
    case = _on_udemy(world, people.JONAS, 16, 6)
    cases.receive(case=case, by=world.who(people.JONAS), at=world.at(5.9))


def _listed_onward(world: World) -> None:
    case, anna = _on_udemy(world, people.ANNA, 41, 30), world.who(people.ANNA)
    cases.receive(case=case, by=anna, at=world.at(29.8))
    _voucher(world, case, 29.5)
    said = "We cannot refund this course, since much of it was watched."
    on = world.at(24).date()
    cases.they_answered(case=case, by=anna, said=said, refused=True, minor=None, on=on, at=world.at(24))
    case.refresh_from_db()
    fits = [one for one in onward.turns(case, world.at(10).date()) if one.fits == "fits"]
    if fits:
        handing = Handing("I ask for your help in getting my money back.", "en", link=True)
        onward.hand_over(case=case, by=anna, body=fits[0].body.id, what=handing, at=world.at(10))


def _on_udemy(world: World, who: people.Somebody, days: int, asked: float) -> Case:
    learner = world.who(who)
    facts = {
        "learner_place": "DE", "seller_place": "US", "buyer_is_consumer": "true", "kind": "recorded-course",
        "bought_through": "own-website", "sales_channel": "online", "price": "19.99 EUR", "paid": "19.99 EUR",
        "concluded_on": world.day(days), "paid_on": world.day(days), "share_completed": "5%", "earlier_refunds": "0",
        "requested_on": world.day(int(asked)), "request_received_on": world.day(int(asked)),
    }  # fmt: skip
    purchase = Purchase.objects.create(
        platform=LISTED, learner=learner, email=learner.email, order_number=world.number(LISTED), facts=facts,
        course_title="Data with Python, complete", bought_on=world.at(days).date(), paid_minor=1999, currency="EUR",
        source=Source.DECLARED,
    )  # fmt: skip
    story = "The course is from 2019 and its examples no longer run."
    case = cases.start(
        asked=Asked(
            kind=Kind.REFUND, learner=learner, facts=facts, purchase=purchase, platform=LISTED, reason=Reason.QUALITY,
            remedy="refund", story=story, language=learner.language, asked_minor=1999, currency="EUR",
        ),
        at=world.at(asked),
    )  # fmt: skip
    assessing.assess_case(case=case, at=world.at(asked))  # as it is for whoever writes a request here
    return case


def _voucher(world: World, case: Case, days: float) -> None:
    purchase = case.purchase
    assert purchase is not None
    day = world.at(days).strftime("%d %b %Y")
    text = RECEIPT.format(to=case.learner.email, order=purchase.order_number, paid=case.facts["paid"], day=day)
    exhibits.keep(case=case, name="receipt.eml", data=text.encode(), by=case.learner, at=world.at(days))


def _owed(case: Case) -> int:
    last = case.assessments.order_by("-number").first()
    return (last.owed_minor if last is not None else 0) or 0


STORIES = (
    _new, _to_be_matched, _draft, _in_review, _waiting, _to_be_paid, _settled, _second_person, _refused, _withdrawal,
    _complaint, _taken_back, _late, _part, _information, _listed_draft, _listed_sent, _listed_onward,
)  # fmt: skip
