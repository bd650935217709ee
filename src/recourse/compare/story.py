"""The purchases that a comparison looks at: for each fact the values tried, worked out only when a rule reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache
from typing import Any

from recourse import money
from recourse.compare.case import Case, Stretched
from recourse.compare.marks import Marks
from recourse.compare.plausible import (
    ELAPSED,
    EXTRAS,
    FEES,
    GIVEN,
    IN_ORDER,
    LESSONS,
    ON_PURCHASE,
    ON_REQUEST,
    TAKEN,
    unlikely,
)
from recourse.consistency import Check
from recourse.rules.unknown import Unknown
from recourse.vocabulary import Vocabulary

LAST = 365  # days after the purchase that are looked at
SOONEST = (0, 30)  # days from the purchase to the start of a course
LASTS = 90  # days that a course runs, the first and the last included


Values = tuple[Any, ...] | Callable[[Case], tuple[Any, ...]]


@dataclass
class Story:
    """The values of each fact. `price` is in the smallest unit of `currency`, `bought_on` a day number."""

    vocabulary: Vocabulary
    currency: str
    price: int
    bought_on: int
    values: dict[str, Values] = field(default_factory=dict)
    listed: frozenset[str] = frozenset()  # facts that the rules in question read
    given: Mapping[str, Any] = field(default_factory=dict)
    lessons: int = LESSONS

    def case(self, chosen: Mapping[str, Any] | None = None) -> Case:
        """The purchase of which these values are known."""
        found = Case(self, {**self.given, **(chosen or {})})
        found.chosen = dict(chosen or {})
        return found

    @cached_property
    def checks(self) -> list[tuple[tuple[str, ...], Check]]:
        """What must hold between facts that these rules can read; what stands for several facts is in order itself."""
        tied = {*TAKEN, *ELAPSED, *FEES}
        found = [(check.needs, check) for check in self.vocabulary.checks]
        return [(needs, check) for needs, check in found if self.listed.issuperset(needs) and tied.isdisjoint(needs)]

    def possible(self, case: Case) -> bool:
        """Whether these facts can be true together and are those of a purchase one could meet."""
        plain: dict[str, Any] = {**case}
        for needs, check in self.checks:  # asked for each purchase, so it is quick
            for name in needs:
                if name not in plain:
                    break
            else:
                if check.is_broken(plain):
                    return False
        return not unlikely(plain, self.lessons)


@dataclass(frozen=True)
class Setup:
    """What does not vary within one search. The price is in smallest units of the currency, the day a day number."""

    place: str
    seller_place: str
    currency: str
    bought_on: int
    price: int
    lessons: int = LESSONS
    given: Mapping[str, Any] = field(default_factory=dict)  # facts with one value, as the one who asks has said
    settled: Mapping[str, Any] = field(default_factory=dict)  # values that may be taken without loss: see `leaning`
    fault: bool = False  # let the seller be to blame
    every: bool = False  # vary also what an ordinary purchase is given, where the terms speak of it


def story(vocabulary: Vocabulary, marks: Marks, setup: Setup) -> Story:
    """The purchases of one search."""
    found = Story(
        vocabulary, setup.currency, setup.price, setup.bought_on, given=dict(setup.given), lessons=setup.lessons
    )
    _Maker(found, marks, setup).make()
    for name, value in setup.settled.items():
        tried = found.values.get(name)
        if isinstance(tried, tuple) and value in tried and (setup.fault or name not in IN_ORDER):
            found.values[name] = (value,)
    found.values.update({name: (value,) for name, value in found.given.items()})
    found.listed = frozenset(marks.facts) | set(found.given)
    return found


def ordinary_price(currency: str) -> int:
    """A round price that most parts divide: 120.00, or 120 000 where the currency has no decimals."""
    return 12_000 if money.exponent(currency) else 120_000


@lru_cache(maxsize=8)
def _plain(vocabulary: Vocabulary) -> Mapping[str, Values]:
    """The values of facts that no text tells apart."""
    found: dict[str, Values] = {}
    for fact in vocabulary.facts.values():
        if fact.type == "yesno":
            found[fact.id] = (False, True)
        elif fact.type == "choice":
            found[fact.id] = _choices(fact.id, fact.choices, ())
        elif fact.type == "text":
            found[fact.id] = ()
    return found


def _choices(name: str, words: Iterable[str], tests: Iterable[frozenset[str]]) -> tuple[str, ...]:
    """One word of each group that the rules tell apart."""
    groups: dict[tuple[bool, ...], str] = {}
    good = IN_ORDER.get(name, ())
    for word in words:
        groups.setdefault((*(word in t for t in tests), word in good), word)
    return tuple(groups.values())


class _Maker:
    def __init__(self, found: Story, marks: Marks, setup: Setup) -> None:
        self.story, self.marks, self.setup, self.fault = found, marks, setup, setup.fault
        self.values = found.values

    def make(self) -> None:
        facts = self.story.vocabulary.facts
        self.values.update(_plain(self.story.vocabulary))
        for name in self.marks.words.keys() & facts.keys():
            if facts[name].type == "choice":
                self.values[name] = self.choices(name, facts[name].choices)
            elif facts[name].type == "text":
                self.values[name] = tuple(sorted({w for g in self.marks.words[name] for w in g}))
        for name in self.marks.reach.keys() & facts.keys():
            if facts[name].type == "count":
                self.values[name] = self.counts(name)
        for name, value in GIVEN.items():
            self.values[name] = self.varied(name, value) if self.setup.every else (value,)
        self.values["learner_place"] = self.values["card_issued_in"] = (self.setup.place,)
        self.values["seller_place"] = (self.setup.seller_place,)
        for name, good in IN_ORDER.items():
            self.values[name] = self.kept(name, good)
        self.amounts()
        self.days()
        self.use()

    def varied(self, name: str, usual: Any) -> tuple[Any, ...]:
        """The usual value first, then the others that the terms tell apart."""
        others: tuple[Any, ...] = ()
        if name in self.values and name in self.marks.facts:
            tried = self.values[name]
            others = tried if not callable(tried) else ()
        elif name in self.marks.reach and self.story.vocabulary.facts[name].type == "share":
            edges = [n for n in self.marks.of(name).numbers if 0 < n < 1]
            others = tuple(sorted({n + step for n in edges for step in (Fraction(-1, 100), Fraction(0))}))
        return (usual, *(value for value in others if value != usual))

    def kept(self, name: str, good: tuple[Any, ...]) -> tuple[Any, ...]:
        """The values of a fact on which blame hangs: those in order, and where blame is looked at the others after."""
        tried = self.values[name]
        every = tuple(tried) if not callable(tried) else ()
        fine = tuple(v for v in every if v in good) or good
        return (*fine, *(v for v in every if v not in fine)) if self.fault else fine

    def choices(self, name: str, words: Iterable[str]) -> tuple[str, ...]:
        return _choices(name, words, sorted(self.marks.words[name], key=sorted))

    def counts(self, name: str) -> tuple[int, ...]:
        edges = [int(n) for n in self.marks.of(name).numbers if n.denominator == 1 and 0 <= n <= 400]
        return tuple(sorted({0, *(max(0, n + step) for n in edges for step in (-1, 0, 1))}))

    def amounts(self) -> None:
        price = self.story.price
        read = [name for name in FEES if name in self.marks.facts]
        part, month, lesson = price // 20, price // 12, price // self.story.lessons
        fixed = {
            "price": price, "paid": price, "list_price": price, "item_price": price, "annual_price": price,
            "paid_by_credit_card": price, "value_in_conformity": price, "new_course_price": price,
            "value_as_supplied": price // 2, "affected_part_price": price // 2, "price_elsewhere": price // 2,
            "monthly_price": month, "list_price_per_month": month, "list_price_per_lesson": lesson,
            "settlement_price_per_lesson": lesson, "preparation_part_value": part, "payout_fee": part,
            "agreed_exit_fee": part, "tax": 0, "materials_tax": 0, "credit_balance": 0,
        }  # fmt: skip
        for name, amount in fixed.items():
            self.values[name] = (amount,)
        if read:
            self.values["~fees"] = (False, True)
            for name in FEES:
                self.values[name] = (lambda case: (part if case["~fees"] else 0,)) if name in read else (0,)
        self.values["tuition"] = lambda case: (price - (len(read) * part if read and case["~fees"] else 0),)
        self.values["materials_delivered_value"] = lambda case: (case.get("materials_price", 0),)
        for name in EXTRAS:
            self.values[name] = (0, part)

    def days(self) -> None:
        bought, values = self.story.bought_on, self.values
        for name in ON_PURCHASE:
            values[name] = (bought,)
        for name in ON_REQUEST:
            values[name] = lambda case: (case["requested_on"],)
        values["renewed_on"] = (bought,)
        values["starts_on"] = tuple(bought + n for n in SOONEST)
        values["ends_on"] = lambda case: (case["starts_on"] + LASTS - 1,)
        values["census_on"] = values["admission_ends_on"] = lambda case: (case["starts_on"] + 20,)
        values["results_published_on"] = (bought + 20,)
        values["supply_demanded_on"] = values["defect_from_on"] = (bought + 1,)
        values["statement_sent_on"] = (bought + 5,)
        values["defect_until_on"] = lambda case: (case["requested_on"],)
        values["withdrawal_information_given_on"] = lambda case: (
            (bought,) if case["withdrawal_information_given"] else ()
        )
        values["certificate_issued_on"] = lambda case: (bought + 20,) if case["certificate_issued"] else ()
        values["fully_performed_on"] = lambda case: (case["requested_on"],) if case["fully_performed"] else ()
        values["materials_returned"] = (True, False)
        values["requested_on"] = self.requested
        values["paid_at"] = ((bought - 719_163) * 86_400 + 36_000,)
        values["starts_at"] = lambda case: ((case["starts_on"] - 719_163) * 86_400 + 64_800,)
        values["requested_at"] = self.requested_at

    def requested(self, case: Case) -> tuple[int, ...]:
        """The days on which a window, a band or a share of the time can turn, the days beside them, and the ends."""
        bought, reach = self.story.bought_on, self.marks.of("requested_on")
        events = [bought]
        shares: set[int] = set()
        if "starts_on" in self.marks.facts:
            events.append(case["starts_on"])
        if "ends_on" in self.marks.facts:
            starts, ends = case["starts_on"], case["ends_on"]
            events.append(ends)
            shares = {starts + int(n * (ends - starts + 1)) for n in reach.numbers if 0 < n < 1}
        if "certificate_issued_on" in self.marks.facts:
            events.append(bought + 20)
        more = (-1, 0, 1, 2, 3, 4) if self.marks.calendars else (-1, 0, 1)
        found = {bought, bought + LAST}
        for event in events:
            for n in (0, *reach.days):
                found |= {event + way * n + step for way in (1, -1) for step in more}
        found |= {day + step for day in shares for step in (-1, 0, 1)}
        latest = bought + LAST
        return tuple(sorted(day for day in found if bought <= day <= latest))

    def requested_at(self, case: Case) -> tuple[int, ...]:
        if case.known("requested_on"):
            if isinstance(case["requested_on"], Unknown):
                raise Stretched
            return ((case["requested_on"] - 719_163) * 86_400 + 43_200,)
        reach = self.marks.of("requested_at")
        hours = {0, *reach.hours, *(24 * n for n in reach.days)}
        events = [case["paid_at"], *([case["starts_at"]] if "starts_at" in self.marks.facts else [])]
        moments = {e + way * 3600 * n + s for e in events for n in hours for way in (1, -1) for s in (-60, 0, 60)}
        return tuple(sorted(m for m in moments if m >= case["paid_at"]))

    def use(self) -> None:
        """How much was taken and how much of the time has gone: one measure each, in whichever unit a rule reads it."""
        values, lessons = self.values, self.story.lessons
        for unit in ("lessons", "hours", "class_days", "points"):
            values[f"{unit}_total"] = (lessons,)
        values["months_total"] = tuple(dict.fromkeys((3, *self.counts("months_total")[1:])))
        for name, facts in (("~taken", TAKEN), ("~elapsed", ELAPSED)):
            values[name] = self.steps(facts)
            for fact, unit in facts.items():
                values[fact] = _measure(name, unit, lessons)
        price = self.story.price
        values["credit_used"] = lambda case: (worth_of(case["~taken"], price, lessons),)

    def steps(self, facts: Iterable[str]) -> tuple[int, ...]:
        lessons = self.story.lessons
        found = {0, 1, lessons // 2, lessons - 1, lessons}
        for fact in facts:
            for n in self.marks.of(fact).numbers:
                edge = n * lessons if 0 < n < 1 else n
                found |= {int(edge), int(edge) + 1, -int(-edge // 1) - 1}
        return tuple(sorted(n for n in found if 0 <= n <= lessons))


def _measure(name: str, unit: str, lessons: int) -> Callable[[Case], tuple[Any, ...]]:
    if unit:
        return lambda case: (case[name],)
    return lambda case: (part_of(case[name], lessons),)


def worth_of(taken: Any, price: int, lessons: int) -> Any:
    """What so many of all lessons cost, at the price paid, in whole smallest units."""
    if isinstance(taken, Unknown):
        return taken._replace(low=taken.low * price // lessons, high=taken.high * price // lessons)
    return taken * price // lessons


def part_of(taken: Any, lessons: int) -> Any:
    """So many of all lessons, as a share; a stretch of them is a stretch of shares."""
    if isinstance(taken, Unknown):
        return taken._replace(low=Fraction(taken.low, lessons), high=Fraction(taken.high, lessons))
    return Fraction(taken, lessons)
