"""The two schools: what they sell, at which price, under which terms and policy, and how they treat requests."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from fractions import Fraction

from recourse.desk.example import people
from recourse.desk.models import Actor, Course, Institution, Membership, Person
from recourse.desk.services import courses, institutions, policies
from recourse.desk.services.courses import Price, Stated
from recourse.desk.services.institutions import Details, Limits, Step
from recourse.desk.terms import Band, Meter, Terms

OPENED = 120  # days ago
RAISED = 45  # days ago the price of a course went up


@dataclass(frozen=True)
class School:
    """A school as it is set up; `where` are the places that its policy is compared with."""

    slug: str
    details: Details
    limits: Limits
    boss: people.Somebody
    terms: str
    policy: Terms
    where: tuple[str, ...]
    reason: str
    steps: tuple[Step, ...]
    courses: tuple[tuple[Stated, Price], ...]


_ANY_DAY = dt.date.min  # set when the world is made
NORDLICHT = School(
    slug=people.NORDLICHT,
    details=Details(
        "Sprachschule Nordlicht", "DE", website="https://nordlicht.example", contact="desk@nordlicht.example"
    ),
    limits=Limits(2, 10, 20000, "EUR"),
    boss=people.JOERG,
    terms=(
        "1 Sprachschule Nordlicht teaches languages online.\n"
        "2 The price is paid once, before the course begins. All fees are in it.\n"
        "3 Refunds follow the refund policy, and never give less than the law.\n"
        "4 Complaints are answered within ten working days.\n"
        "5 We keep what the contract needs, and hand nothing on without asking."
    ),
    policy=Terms(
        since=_ANY_DAY, window_days=14, before_start=True, meter=Meter.DAYS,
        bands=(Band(30, Fraction(1, 2)),), currency="EUR", pay_days=14,
    ),
    where=("DE",),
    reason="After thirty days the place in the course cannot be given to anybody else.",
    steps=(
        Step("The learner writes to us here", Actor.LEARNER),
        Step("We say that we have it and ask for what is missing", Actor.INSTITUTION, 2, "Turn to the head"),
        Step("We decide and say why", Actor.INSTITUTION, 10, "Turn to the consumer advice centre"),
    ),
    courses=(
        (
            Stated(
                "Norwegian for beginners", "recorded-course", "en",
                objectives="Hold a simple conversation and read short texts: level A1.",
                contents="Twenty recorded lessons, exercises with answers, a final test.",
                arrangement="At any time, for twelve months. About thirty hours.",
                methods="Recorded by Ingrid Solheim, teacher for sixteen years. Questions are answered in two days.",
                lessons=20, published=True,
            ),
            Price(8499, "EUR", (("VAT", 1357),)),
        ),
        (
            Stated(
                "German C1, live in the evening", "live-course", "en",
                objectives="Pass the C1 examination.",
                contents="Grammar, writing letters, four trial examinations.",
                arrangement="Tuesdays and Thursdays, 18:30 to 20:00, twelve weeks, on the web.",
                methods="Live in groups of at most ten, by Dr. Katrin Dahl.",
                lessons=24, published=True,
            ),
            Price(48000, "EUR", (("Books", 3500), ("VAT", 7664))),
        ),
    ),
)  # fmt: skip
MINGDE = School(
    slug=people.MINGDE,
    details=Details(
        "明德在线学校", "CN-SH", website="https://mingde.example", contact="fuwu@mingde.example", language="zh-hans"
    ),
    limits=Limits(3, 7, 100000, "CNY"),
    boss=people.CHEN_JING,
    terms=(
        "一、明德在线学校提供成人网络课程。\n二、学费一次付清，已含全部费用。\n三、退款按退款政策办理，且不低于法律规定。\n"
        "四、投诉在七个工作日内答复。\n五、个人信息仅用于履行合同，未经同意不向他人提供。"
    ),
    policy=Terms(
        since=_ANY_DAY, window_days=7, meter=Meter.TAKEN,
        bands=(Band(Fraction(1, 2), Fraction(1, 2)),), currency="CNY", pay_days=15,
    ),
    where=("CN",),
    reason="课时过半后，教师课酬已经支付。",
    steps=(
        Step("学员在此提交申请", Actor.LEARNER),
        Step("我们确认收到，并询问缺少的材料", Actor.INSTITUTION, 3, "可向校长办公室反映"),
        Step("我们作出决定并说明理由", Actor.INSTITUTION, 7, "可向消费者协会投诉"),
    ),
    courses=(
        (
            Stated(
                "Python 数据分析直播课", "live-course", "zh-hans",
                objectives="能独立完成数据清洗、统计和制图。",
                contents="共 24 课时，含 6 次作业讲评和一个结业项目。",
                arrangement="每周二、周六 19:30 至 21:00，网上直播，可回看。",
                methods="直播授课，主讲吴晓（从业十二年），每班不超过三十人。",
                lessons=24, published=True,
            ),
            Price(288000, "CNY"),
        ),
    ),
)  # fmt: skip
ALL = (NORDLICHT, MINGDE)


def make(school: School, staff: dict[str, Person], now: dt.datetime) -> Institution:
    """Set the school up as it would do it itself, some months ago."""
    then, boss = now - dt.timedelta(days=OPENED), staff[school.boss.email]
    made = institutions.found(details=school.details, by=boss)
    made.slug, made.example = school.slug, True
    made.save(update_fields=["slug", "example"])
    for one in people.STAFF:
        for role in one.roles if one.school == school.slug else ():
            Membership.objects.get_or_create(institution=made, person=staff[one.email], role=role)
    institutions.set_limits(institution=made, limits=school.limits, by=boss)
    institutions.publish_process(institution=made, steps=school.steps, by=boss, at=then)
    courses.publish_terms(institution=made, text=school.terms, language=school.details.language, by=boss, at=then)
    policy = replace(school.policy, since=then.date())
    policies.publish(institution=made, terms=policy, where=school.where, reason=school.reason, by=boss, at=then)
    for stated, price in school.courses:
        course = courses.add(institution=made, stated=stated, by=boss)
        cheaper = replace(price, minor=price.minor * 9 // 10, fees=())
        courses.set_price(course=course, price=cheaper, by=boss, at=then)
        courses.set_price(course=course, price=price, by=boss, at=now - dt.timedelta(days=RAISED))
    return made


def course(made: Institution, number: int) -> Course:
    """One of a school's courses, in the order above."""
    stated = next(one for one in ALL if one.slug == made.slug).courses[number][0]
    found: Course = made.courses.get(title=stated.title)
    return found
