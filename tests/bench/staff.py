"""The institution's pages with a hundred thousand cases: `python -m tests.bench.staff [cases] [per cent open] [folder]`.

The database is SQLite in a folder of its own; requests go through the whole stack but the socket. Cases are written in
bulk; those that a page opens are made by the services, with a timeline and an assessment of real size.
"""

from __future__ import annotations

import datetime as dt
import importlib
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from typing import Any

import django
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.desk.setting import FACTS

ROUNDS = 15
BATCH = 5000
STAGES = {"open": ("received", "in-review", "waiting", "decided"), "ended": ("settled", "closed", "withdrawn")}
REASONS = ("personal", "quality", "cannot-attend", "technical", "other")


def main(count: int, share: int, folder: str = "") -> None:
    """Fill a database, ask each page several times, print medians. A `folder` is kept, and filled only once."""
    with tempfile.TemporaryDirectory() as own:
        os.environ.update(RECOURSE_HOME=folder or own, DJANGO_SETTINGS_MODULE="recourse.web.settings")
        django.setup()
        scope = importlib.import_module("recourse.desk.scope")
        models = importlib.import_module("recourse.desk.models")
        call_command("migrate", verbosity=0)
        with scope.of(scope.EVERYTHING):
            if not models.Case.objects.exists():
                school, agent = _school(models)
                _one(models, school)
                began = time.perf_counter()
                _fill(models, school, agent, count, share)
                print(f"{count} cases, {share}% open, written in {time.perf_counter() - began:.0f} s")
            school = models.Institution.objects.get()
            agent = models.Person.objects.get(email="agent@example.org")
            one = models.Case.objects.select_related("purchase").get(learner__email="one@example.org")
            course = school.courses.first()
        print(f"| {'page':<38} | queries | CPU, ms | slowest, ms |\n| {'-' * 38} | ------: | ------: | ----------: |")
        for name, queries, each in _measured(school, agent, one, course.pk):
            print(f"| {name:<38} | {queries:7} | {statistics.median(each):7.1f} | {max(each):11.1f} |", flush=True)
        print(f"\n{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC; load {os.getloadavg()}")


def _school(models: Any) -> tuple[Any, Any]:

    school = models.Institution.objects.create(name="Nordlicht", slug="nordlicht", place="DE")
    agent = models.Person.objects.create_user("agent@example.org", name="Agent")
    for role in ("agent", "approver", "finance", "administrator"):
        models.Membership.objects.create(institution=school, person=agent, role=role)
    for n in range(20):
        models.Course.objects.create(institution=school, slug=f"c{n}", title=f"Course {n}")
    return school, agent


def _one(models: Any, school: Any) -> Any:

    learner = models.Person.objects.create_user("one@example.org", name="One Learner")
    bought = models.Purchase.objects.create(
        institution=school, learner=learner, order_number="ONE", course_title="Course 1", paid_minor=8499,
        currency="EUR", facts={}, source="file",
    )  # fmt: skip
    now = dt.datetime.now(dt.UTC)
    cases, stages = (importlib.import_module(f"recourse.desk.{name}") for name in ("services.cases", "stages"))
    asked = cases.Asked(stages.Kind.REFUND, learner, FACTS, bought, asked_minor=8499, currency="EUR")
    return cases.receive(case=cases.start(asked=asked, at=now), by=learner, at=now)


def _fill(models: Any, school: Any, agent: Any, count: int, share: int) -> None:

    draw, secrets = random.Random(1), importlib.import_module("recourse.desk.services.secrets")
    courses = list(models.Course.objects.all())
    now = dt.datetime.now(dt.UTC)
    for start in range(0, count, BATCH):
        people, bought, made, clocks, found, answers = [], [], [], [], [], []
        for n in range(start, min(start + BATCH, count)):
            lane = "open" if draw.randrange(100) < share else "ended"
            stage, course = draw.choice(STAGES[lane]), draw.choice(courses)
            at = now - dt.timedelta(days=draw.randrange(30 if lane == "open" else 720))
            due = (at + dt.timedelta(days=14)).date()
            person = models.Person(email=f"p{n}@example.org", name=f"Learner {n:06}", password="!")
            purchase = models.Purchase(
                institution=school, learner=person, email=person.email, order_number=f"N-{n}", course=course,
                course_title=course.title, paid_minor=8499, currency="EUR", source="file",
            )  # fmt: skip
            case = models.Case(
                reference=secrets.reference(), kind="refund" if n % 10 else "complaint", stage=stage,
                reason=draw.choice(REASONS), learner=person, institution=school, purchase=purchase, facts={},
                story="I have no time for it. " * 10, asked_minor=8499, currency="EUR", received_at=at,
                assigned_to=agent if n % 20 == 0 else None, next_due=due if lane == "open" else dt.date.max,
            )  # fmt: skip
            made_at = {} if lane == "open" else {"met_at": at + dt.timedelta(days=draw.randrange(20))}
            clocks += [
                models.Deadline(case=case, name=name, actor="institution", starts=at.date(), due=due, **made_at)
                for name in ("pay", "decision")
            ]
            found.append(
                models.Assessment(
                    case=case,
                    number=1,
                    answer={"about": "x" * 2000},
                    digest="0" * 64,
                    owed_minor=8499,
                    currency="EUR",
                    pay_by=due,
                )
            )
            if stage in ("decided", "settled", "closed") or n % 100 == 3:
                final = stage not in STAGES["open"] or stage == "decided"
                answers.append(
                    models.Decision(
                        case=case, assessment=found[-1], kind="whole", minor=8499, currency="EUR", proposed_by=agent,
                        state="final" if final else "proposed", decided_at=at if final else None, letter="Yes. " * 40,
                    )
                )  # fmt: skip
            people.append(person)
            bought.append(purchase)
            made.append(case)
        with transaction.atomic():
            for rows in (people, bought, made, clocks, found, answers):
                type(rows[0])._base_manager.bulk_create(rows, batch_size=500)


def _measured(school: Any, agent: Any, one: Any, course: Any) -> Iterator[tuple[str, int, list[float]]]:

    client = Client(SERVER_NAME="localhost")
    client.force_login(agent)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session.save()
    desk = f"/desk/{school.slug}/"
    case = f"{desk}cases/{one.reference}/"
    yield "queue: the fortieth page", *_asked(client, _page(client, desk, 40))
    yield "queue: ended, the fortieth page", *_asked(client, _page(client, f"{desk}?view=ended", 40))
    for name in ("needs-us", "mine", "nobody", "late", "second", "to-pay", "waiting", "open", "ended"):
        yield f"queue: {name}", *_asked(client, f"{desk}?view={name}")
    pages = {
        "queue: one stage": f"{desk}?stage=waiting",
        "queue: kind": f"{desk}?kind=complaint",
        "queue: reason and person": f"{desk}?reason=quality&who={agent.pk}",
        "queue: kind and course": f"{desk}?kind=complaint&course={course}",
        "queue: a reason that nobody gave": f"{desk}?reason=privacy",
        "queue: ended, kind and course": f"{desk}?view=ended&kind=complaint&course={course}",
        "queue: search, a number": f"{desk}?q={one.reference}",
        "queue: search, part of a number": f"{desk}?q={one.reference[3:7]}",
        "queue: search, a name": f"{desk}?q=Learner+000777",
        "queue: search, a name of many": f"{desk}?q=Learner",
        "queue: search, a course": f"{desk}?q=Course+7",
        "queue: search, a mail": f"{desk}?q=p777@example.org",
        "queue: search, a mail that nobody has": f"{desk}?q=nobody@example.org",
        "case": case,
        "case: decide": f"{case}decide/",
        "case: messages": f"{case}messages/",
        "case: give to": f"{case}give/",
        "case: money": f"{case}money/",
        "figures of a year, within minutes": f"{desk}figures/",
        "purchases": f"{desk}purchases/",
        "purchases: a number": f"{desk}purchases/?q=N-777",
        "purchases: a mail": f"{desk}purchases/?q=p777@example.org",
        "purchases: nothing found": f"{desk}purchases/?q=nobody",
        "money": f"{desk}money/",
        "set-up": f"{desk}set-up/",
        "people": f"{desk}people/",
        "courses": f"{desk}courses/",
        "contract": f"{desk}contract/",
        "policy": f"{desk}policy/",
        "policy: writing it": f"{desk}policy/write/",
        "process": f"{desk}process/",
        "questions before buying": f"{desk}questions/",
        "kept texts": f"{desk}texts/",
    }
    for name, address in pages.items():
        yield name, *_asked(client, address)
    yield "figures of a year, counted anew", *_asked(client, f"{desk}figures/", before=cache.clear)


def _page(client: Any, address: str, number: int) -> str:
    for _ in range(number - 1):
        onward = re.search(r'href="([^"]+)" rel="next"', client.get(address).content.decode())
        if onward is None:
            break
        address = onward[1].replace("&amp;", "&")
    return address


def _asked(client: Any, address: str, before: Callable[[], None] = lambda: None) -> tuple[int, list[float]]:
    """How many queries a page takes, and the CPU of each time it was asked, in milliseconds."""
    client.get(address)  # what is remembered is so from here on, unless `before` forgets it
    before()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    asked = len(queries)  # counted now: the next request begins anew
    assert answer.status_code == 200, (address, answer.status_code)
    each = []
    for _ in range(ROUNDS):
        before()
        began = time.process_time()
        answer = client.get(address)
        each.append(1000 * (time.process_time() - began))
        assert answer.status_code == 200, (address, answer.status_code)
    return asked, each


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:3]]
    main(*(numbers + [100_000, 10][len(numbers) :]), *sys.argv[3:4])
