"""What comes of comparing a policy with a rule of law: never less, or by how much, where, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, NamedTuple

from recourse import places
from recourse.assess import relevant
from recourse.compare.case import Case
from recourse.compare.leaning import leaning
from recourse.compare.marks import marks
from recourse.compare.plausible import FAULT, LESSONS, TIED
from recourse.compare.prove import Prover, ceiling
from recourse.compare.search import GROUPS, MOST, Found, Key, Tally, leaves, search
from recourse.compare.sides import Law, Policy, currencies
from recourse.compare.story import Setup, Story, ordinary_price, story
from recourse.compare.watched import Reads
from recourse.compare.witness import Shrinker, Witness, replay
from recourse.facts import Facts
from recourse.library import Library
from recourse.rules.tree import Rule

FORMS = ("credit", "exchange", "discretion")
ELSEWHERE = ("ask", "another-pays")
WEEK = 7


class Shape(NamedTuple):
    """What does not vary within one search: the price in smallest units, the lessons, the day of purchase."""

    price: int
    lessons: int
    bought_on: int


@dataclass(frozen=True)
class Question:
    """What is compared: a policy, where the learner lives, the day of purchase, and what is taken as given."""

    platform: str
    place: str
    bought_on: int
    seller_place: str = ""
    given: Mapping[str, Any] = field(default_factory=dict)
    fault: bool = True  # look at sellers in the wrong, too
    own: bool = False  # only the law of the learner's place, not that of the seller's place elsewhere
    regions: bool = True  # replay and show every pair of rows, not only the worst
    every_group: bool = True  # where an ordinary change of mind is owed something, look at the other groups as well
    most: int = MOST
    patience: int = 8000
    shapes: tuple[Shape, ...] = ()  # prices, lengths and days to look at; without any, those that matter are chosen


@dataclass(frozen=True)
class Domain:
    """What was looked at: prices in smallest units, lessons of a course, days bought on, kinds of course."""

    currency: str
    prices: tuple[int, ...]
    lessons: tuple[int, ...]
    bought_on: tuple[int, ...]
    kinds: tuple[str, ...]
    facts: tuple[str, ...]  # that either side reads
    untried: tuple[str, ...]  # that some row needs and no purchase here has
    scales: bool  # no written amount: at another price the same share, but for the rounding


@dataclass(frozen=True)
class Region:
    """One pair of rows: the worst between them."""

    witness: Witness
    group: str
    how: str

    @property
    def short(self) -> bool:
        """Whether less is paid here than the law owes, by whoever keeps the policy."""
        return self.witness.gap > 0 and self.how not in ELSEWHERE


@dataclass(frozen=True)
class Verdict:
    """One rule of law against one policy.

    `answer` is never-less, less, other-form (credit, exchange or discretion where money is owed), elsewhere (somebody
    else decides), not-owing (on no purchase looked at does the rule owe anything) or currency (not comparable). It is
    about `group`: the first of ordinary, licence and fault in which the rule owes anything. `certainty` is proved or
    searched: that no purchase of the domain in that group shows a larger share of the price than the worst one here.
    """

    rule: Rule
    answer: str
    regions: tuple[Region, ...] = ()
    certainty: str = "searched"
    runs: int = 0
    domain: Domain | None = None
    note: str = ""
    group: str = ""

    def worst(self, group: str = "") -> Region | None:
        """The worst region, of one group or of all; money that is not paid stands before another form of it."""
        found = [r for r in self.regions if r.short and (not group or r.group == group)]
        return max(found, key=lambda r: (r.witness.share, r.how not in FORMS, -len(r.witness.facts)), default=None)

    @property
    def falls_short(self) -> bool:
        """Whether an ordinary change of mind is paid less than the law owes."""
        return self.worst("ordinary") is not None


def compare_place(library: Library, question: Question) -> list[Verdict]:
    """A verdict for each rule of law that pays money and can bind a learner of the place."""
    return [compare_rule(library, question, rule) for rule in rules_for(library, question)]


def rules_for(library: Library, question: Question) -> list[Rule]:
    """The rules that owe money by themselves, where no more special one always takes their place."""
    where = {"learner_place": question.place, "seller_place": seat(library, question)}
    found = relevant(library, Facts(where, None, {}, library.vocabulary))
    owing = [r for r in found if any(v.owed for v in r.versions) and not r.relations.adds_to]
    if question.own:
        owing = [r for r in owing if places.contains(question.place, r.place)]
    gone = {d.rule for r in owing for d in r.relations.displaces if d.when is None}
    return [r for r in owing if r.id not in gone and _binds(r, where)]


def _binds(rule: Rule, where: Mapping[str, str]) -> bool:
    """Whether the law of the rule's place certainly binds the two sides."""
    sides = where.values() if rule.binds == "either" else (where[rule.binds],)
    return any(places.contains(place, rule.place) for place in sides)


def seat(library: Library, question: Question) -> str:
    """Where the seller is: as asked, else the platform's home, narrowed to the learner's part of the country."""
    home = question.seller_place or library.platform(question.platform).home or question.place
    return question.place if places.contains(question.place, home) else home


def fixed_currencies(library: Library, question: Question, rule: Rule) -> set[str]:
    """The currencies that either text fixes."""
    clauses = [library.rules[name] for name in library.platform(question.platform).clauses]
    return currencies([v for one in (rule, *clauses) for v in one.versions])


def currency_of(library: Library, question: Question, rule: Rule) -> str:
    """The money of the purchases: that of a text that fixes one, else that of the place."""
    fixed = fixed_currencies(library, question, rule)
    return next(iter(fixed)) if len(fixed) == 1 else places.currency_of(question.place) or "EUR"


def compare_rule(library: Library, question: Question, rule: Rule, reads: Reads | None = None) -> Verdict:
    """One rule against the policy; `reads` notes what calendars are asked.

    Raises Disagreement if a witness does not come out in earnest.
    """
    return _Comparison(library, question, rule, reads).verdict()


class _Comparison:
    def __init__(self, library: Library, question: Question, rule: Rule, reads: Reads | None) -> None:
        self.library, self.question, self.rule, self.reads = library, question, rule, reads
        self.stories: dict[tuple[Any, ...], Story] = {}
        self.runs = 0
        self.untried: set[str] = set()
        self.cut = False
        self.kinds: tuple[str, ...] = ()

    def verdict(self) -> Verdict:
        q, rule = self.question, self.rule
        fixed = fixed_currencies(self.library, q, rule)
        if len(currencies(rule.versions)) == 1 and len(fixed) > 1:
            return Verdict(rule, "currency", note=", ".join(sorted(fixed)))
        self.currency = currency_of(self.library, q, rule)
        self.seller = seat(self.library, q)
        self.law = Law(self.library, rule, q.place, self.seller, self.currency, q.bought_on, self.reads)
        self.policy = Policy(self.library, q.platform, self.currency, q.bought_on, self.reads)
        self.marks = marks([*self.law.versions, *self.policy.versions])
        theirs = {name for v in self.policy.versions for name in v.facts()}
        self.settled = {k: v for k, v in leaning(self.law.versions).items() if k not in theirs and k not in TIED}
        return self.searched()

    def story(self, shape: Shape | None = None, *, fault: bool = False) -> Story:
        shape = shape or Shape(ordinary_price(self.currency), LESSONS, self.question.bought_on)
        known = (shape, fault, self.kinds)
        if known not in self.stories:
            self.stories[known] = self.told(shape, fault=fault)
        return self.stories[known]

    def told(self, shape: Shape, *, fault: bool) -> Story:
        setup = Setup(
            self.question.place, self.seller, self.currency, shape.bought_on, shape.price, shape.lessons,
            self.question.given, self.settled, fault,
        )  # fmt: skip
        made = story(self.library.vocabulary, self.marks, setup)
        if self.kinds and "kind" not in made.given:
            made.values["kind"] = self.kinds
        return made

    def searched(self) -> Verdict:
        base = self.story()
        self.kinds = self.covered(base)
        found: dict[Key, Found] = {}
        shapes = [Shape(price, LESSONS, base.bought_on) for price in (base.price, *self.prices(base.price))]
        shapes = list(self.question.shapes) or shapes
        self.look(found, shapes)
        if (
            found
            and not self.question.shapes
            and not any(f.gap > 0 and f.less.how not in ELSEWHERE for f in found.values())
        ):
            finer = [Shape(price, LESSONS, base.bought_on) for price in (base.price - 1, 101, 1)]
            finer.append(Shape(base.price - 1, 7, base.bought_on))
            if self.marks.calendars:
                finer += [Shape(base.price, LESSONS, base.bought_on + n) for n in range(1, WEEK)]
            self.look(found, finer)
            shapes += finer
        if self.question.fault and (self.question.every_group or not found) and self.marks.facts & FAULT.keys():
            self.take(found, self.search(self.story(shapes[0], fault=True), found, only="fault"))
        group = next((g for g in GROUPS if any(key[0] == g for key in found)), "")
        certainty = self.certainty(found, shapes, group)
        regions = self.regions(found)
        answer = _answer([r for r in regions if r.group == group])
        prices, lessons, bought_on = (tuple(dict.fromkeys(column)) for column in zip(*shapes, strict=True))
        domain = Domain(
            self.currency, prices, lessons, bought_on, self.kinds, tuple(sorted(self.marks.facts)),
            tuple(sorted(self.untried)), not self.marks.money,
        )  # fmt: skip
        return Verdict(self.rule, answer, regions, certainty, self.runs, domain, group=group)

    def look(self, found: dict[Key, Found], shapes: list[Shape]) -> None:
        for shape in shapes:
            self.take(found, self.search(self.story(shape), found))

    def search(self, made: Story, found: Mapping[Key, Found], only: str = "") -> Tally:
        rows = self.question.regions or self.question.every_group
        tally = Tally({} if rows else dict(found), rows=rows, only=only)
        search(made, self.law, self.policy, tally, most=self.question.most)
        self.runs += tally.runs
        self.cut |= tally.cut
        self.untried |= tally.untried
        return tally

    def take(self, found: dict[Key, Found], tally: Tally) -> None:
        for key, one in tally.worst.items():
            if key not in found or one.share > found[key].share:
                found[key] = one

    def covered(self, base: Story) -> tuple[str, ...]:
        """The kinds of course for which the policy has terms."""
        kinds = base.values["kind"]
        if callable(kinds) or len(kinds) < 2 or "kind" not in self.marks.facts:
            return ()
        found = []
        for kind in kinds:
            tally = Tally()
            start = base.case().with_("kind", kind)
            if any(one.how != "no-clause" for _, one in leaves(self.policy, start, tally, 400)):
                found.append(kind)
        return tuple(found)

    def prices(self, ordinary: int) -> list[int]:
        """Prices at which written amounts matter most: the amount itself, ten times it, and a high price."""
        if not self.marks.money:
            return []
        low, high = min(self.marks.money), max(self.marks.money)
        most = ordinary_price(self.currency) * 100
        return [p for p in dict.fromkeys((low, 10 * high, most)) if 100 <= p <= 100 * most and p != ordinary]

    def regions(self, found: Mapping[Key, Found]) -> tuple[Region, ...]:
        shrinker = Shrinker(self.law, self.policy, self.library.vocabulary, self.currency)
        chosen = sorted(found.values(), key=lambda f: (-f.share, f.less.how in FORMS, f.key))
        if not self.question.regions:  # the worst of each group, for a table of many
            worst: dict[tuple[str, bool], Found] = {}
            for one in chosen:
                worst.setdefault((one.group, one.less.how in ELSEWHERE), one)
            chosen = list(worst.values())
        made = []
        for one in chosen:
            witness = shrinker.shrink(one)
            if witness.gap > 0:
                replay(witness, self.law, self.policy, self.question.bought_on)
            made.append(Region(witness, one.group, one.less.how))
        return tuple(made)

    def certainty(self, found: dict[Key, Found], shapes: list[Shape], group: str) -> str:
        """Proved where the worst is all that the rule can owe, or where bounds over all days and lessons say so.

        A purchase that refutes is one that the search had missed: it is taken up, and the attempt begins again.
        """
        left = self.question.patience
        if any(f.gap > 0 and f.group == group and f.less.how not in ELSEWHERE for f in found.values()):
            left //= 6  # that it falls short is certain; that nothing is worse seldom takes long to settle
        while True:
            counted = [f for f in found.values() if f.group == group and f.less.how not in ELSEWHERE]
            worst = max((f.share for f in counted), default=Fraction(0))
            worst = max(worst, Fraction(0))
            tops = [Fraction(ceiling(self.library, self.rule.versions, s.price), s.price) for s in shapes]
            if worst and worst >= max(tops):
                return "proved"
            if self.cut or self.untried or not left:
                return "searched"
            for shape in shapes:
                made = self.told(shape, fault=group == "fault")
                if group == "ordinary" and "seller_kind" in self.marks.facts:
                    made.values["seller_kind"] = (made.given.get("seller_kind", "general-trader"),)
                proof = Prover(self.library, made, self.law, self.policy).never_more_than(
                    math.floor(worst * shape.price), left
                )
                self.runs += proof.looked_at
                left = max(0, left - proof.looked_at)
                if proof.refuted is not None and self.refuted(found, proof.refuted, worst, group):
                    break
                if not proof.settled:
                    return "searched"
            else:
                return "proved"

    def refuted(self, found: dict[Key, Found], case: Case, worst: Fraction, group: str) -> bool:
        """Takes up a purchase that the search had missed; whether there was one."""
        tally = Tally(rows=self.question.regions or self.question.every_group)
        for whole, more in leaves(self.law, case, tally, 500):
            for both, less in leaves(self.policy, whole, tally, 500):
                if less.how not in ELSEWHERE and case.story.possible(both):
                    tally.take(both, more, less)
        self.take(found, tally)
        return any(f.group == group and f.share > worst for f in tally.worst.values())


def _answer(regions: list[Region]) -> str:
    if not regions:
        return "not-owing"
    short = [r for r in regions if r.short]
    if any(r.how not in FORMS for r in short):
        return "less"
    if short:
        return "other-form"
    if any(r.how in ELSEWHERE and r.witness.gap > 0 for r in regions):
        return "elsewhere"
    return "never-less"


def headline(verdicts: list[Verdict]) -> Region | None:
    """The worst over all rules for an ordinary change of mind."""
    found = [w for v in verdicts if (w := v.worst("ordinary"))]
    return max(found, key=lambda r: (r.witness.share, r.how not in FORMS), default=None)
