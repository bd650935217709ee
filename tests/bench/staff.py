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
from collections.abc import Iterator
from typing import Any

import django
from django.core.management import call_command
from django.db import transaction
from django.test import Client
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
        for name, each in _measured(school, agent, one):
            print(f"{name:<44}{statistics.median(each):8.1f} ms median {max(each):8.1f} ms slowest", flush=True)


def _school(models: Any) -> tuple[Any, Any]:

    school = models.Institution.objects.create(name="Nordlicht", slug="nordlicht", place="DE")
    agent = models.Person.objects.create_user("agent@example.org", name="Agent")
    models.Membership.objects.create(institution=school, person=agent, role="agent")
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

    draw = random.Random(1)
    courses = list(models.Course.objects.all())
    now = dt.datetime.now(dt.UTC)
    for start in range(0, count, BATCH):
        people, bought, made, clocks, found = [], [], [], [], []
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
                reference=f"RC-{n // 10000:04}-{n % 10000:04}", kind="refund" if n % 10 else "complaint", stage=stage,
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
            people.append(person)
            bought.append(purchase)
            made.append(case)
        with transaction.atomic():
            for rows in (people, bought, made, clocks, found):
                type(rows[0])._base_manager.bulk_create(rows, batch_size=500)


def _measured(school: Any, agent: Any, one: Any) -> Iterator[tuple[str, list[float]]]:

    client = Client(SERVER_NAME="localhost")
    client.force_login(agent)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": time.time()}]
    session.save()
    desk = f"/desk/{school.slug}/"
    pages = {
        "queue: what needs us": desk,
        "queue: mine": f"{desk}?view=mine",
        "queue: late": f"{desk}?view=late",
        "queue: one stage": f"{desk}?stage=waiting",
        "queue: kind and course": f"{desk}?kind=complaint&course={one.purchase.course_id or ''}",
        "queue: ended": f"{desk}?view=ended",
        "queue: search, a number": f"{desk}?q={one.reference}",
        "queue: search, a name": f"{desk}?q=Learner+000777",
        "queue: search, a mail that nobody has": f"{desk}?q=nobody@example.org",
        "case": f"{desk}cases/{one.reference}/",
        "case: decide": f"{desk}cases/{one.reference}/decide/",
        "case: messages": f"{desk}cases/{one.reference}/messages/",
        "figures of a year": f"{desk}figures/",
    }
    yield "queue: the fortieth page", _asked(client, _page(client, desk, 40))
    for name, address in pages.items():
        yield name, _asked(client, address)


def _page(client: Any, desk: str, number: int) -> str:
    address = desk
    for _ in range(number - 1):
        onward = re.search(r'href="([^"]+)" rel="next"', client.get(address).content.decode())
        if onward is None:
            break
        address = onward[1].replace("&amp;", "&")
    return address


def _asked(client: Any, address: str) -> list[float]:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    each = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        client.get(address)
        each.append(1000 * (time.perf_counter() - began))
    return each


if __name__ == "__main__":
    numbers = [int(text) for text in sys.argv[1:3]]
    main(*(numbers + [100_000, 10][len(numbers) :]), *sys.argv[3:4])
