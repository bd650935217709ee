"""An ordinary purchase of a course, and what policy and law give on it as the days pass: a policy's picture."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext

from recourse import money
from recourse.assess import assess
from recourse.compare.plausible import GIVEN, IN_ORDER
from recourse.compare.witness import texts
from recourse.curve import Series, amount, policy, steps
from recourse.deciding import Desk
from recourse.desk import corpus
from recourse.desk.services import policies
from recourse.facts import Facts, read_facts
from recourse.library import Library
from recourse.problems import Problem
from recourse.rules.tree import Rule
from recourse.web import curve, wording
from recourse.web.curve import Chart

LESSONS, EVERY, BEGINS = 10, 7, 7  # one lesson a week, from a week after the purchase on
DAYS = BEGINS + LESSONS * EVERY + 14
PROBED = (0, 3, 10, 20, 40, 60, DAYS - 1)


@dataclass(frozen=True)
class Sample:
    """The purchase of the picture. `price` is in whole units of the currency."""

    place: str
    seller_place: str
    kind: str
    currency: str
    bought_on: dt.date
    price: int = 300

    def held(self, day: int) -> int:
        """How many lessons were held by the end of that day after the purchase."""
        return min(LESSONS, max(0, (day - BEGINS) // EVERY + 1))

    def facts(self, day: int, library: Library) -> Facts:
        """The purchase, with the money asked back that many days after it, by somebody who came to every lesson."""
        held, date = self.held(day), (self.bought_on + dt.timedelta(day)).isoformat()
        minor = self.price * 10 ** money.exponent(self.currency)
        paid = money.show(minor * (100 if self.currency in ("JPY", "KRW", "VND", "IDR") else 1), self.currency)
        bought = self.bought_on.isoformat()
        return read_facts(
            {
                **ordinary(self.currency),
                "learner_place": self.place, "seller_place": self.seller_place, "kind": self.kind, "price": paid,
                "paid": paid, "concluded_on": bought, "paid_on": bought,
                "supply_begun": "true" if held else "false", "lessons_total": str(LESSONS),
                "lessons_elapsed": str(held), "lessons_taken": str(held),
                "share_completed": f"{held * 100 // LESSONS}%",
                "starts_on": (self.bought_on + dt.timedelta(BEGINS)).isoformat(),
                "ends_on": (self.bought_on + dt.timedelta(BEGINS + LESSONS * EVERY)).isoformat(),
                "requested_on": date, "request_received_on": date,
            },
            library.vocabulary,
        )  # fmt: skip


@lru_cache(maxsize=16)
def ordinary(currency: str) -> dict[str, str]:
    """What the comparison with the law takes as given too: a seller in order, a learner who changed their mind."""
    vocabulary = corpus.library().vocabulary
    known = {**GIVEN, **{name: good[0] for name, good in IN_ORDER.items()}}
    return texts({name: value for name, value in known.items() if name in vocabulary.facts}, vocabulary, currency)


@lru_cache(maxsize=64)
def lines(text: str, sample: Sample) -> tuple[Series, ...]:
    """What the law gives for certain and what the policy of this text gives, day by day."""
    library, name = policies.loaded(text)
    desk = Desk(library, sample.facts(0, library), sample.bought_on.toordinal())
    clauses = [library.rules[one] for one in library.platform(name).clauses]
    laws = _laws(library, sample)
    start, law, own = sample.bought_on.toordinal(), [], []
    for day in range(DAYS):
        values = sample.facts(day, library).values
        known = [found for found in (amount(desk, rule, values) for rule in laws) if found is not None]
        law.append((start + day, max(known, default=0)))
        own.append((start + day, policy(desk, clauses, values)))
    last = start + DAYS
    found = [Series(name, {}, "platform", steps(iter(own)), last)]
    if any(given for _, given in law):
        found.insert(0, Series("law", {}, "law", steps(iter(law)), last))
    return tuple(found)


def _laws(library: Library, sample: Sample) -> list[Rule]:
    """The rules of law that owe on some of these days: the others need not be asked every day."""
    found: dict[str, Rule] = {}
    for day in PROBED:
        facts = sample.facts(day, library)
        for one in assess(library, facts, asked_on=sample.bought_on.toordinal() + day).entitlements:
            if one.answer == "owes" and one.refund and not one.displaced_by and not one.rule.relations.adds_to:
                found[one.rule.id] = one.rule
    return list(found.values())


def chart(text: str, sample: Sample) -> Chart | None:
    """The picture; nothing where neither line ever changes."""
    try:
        found = lines(text, sample)
    except Problem:  # a policy that contradicts itself on some day
        return None
    drawn = [one for one in found if any(given is not None for _, given in one.points)]
    return curve.chart(drawn, {"currency": sample.currency}, 0) if drawn else None


def story(sample: Sample) -> str:
    """The purchase in words."""
    words = gettext(
        "Bought on %(day)s; a lesson a week, ten in all, from %(start)s on; the learner comes to every one."
    )
    start = sample.bought_on + dt.timedelta(BEGINS)
    return words % {"day": wording.date(sample.bought_on.toordinal()), "start": wording.date(start.toordinal())}
