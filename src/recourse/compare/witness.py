"""A purchase that shows a difference, made small and round, put into words, and decided again in earnest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from recourse import days, money, places, policy
from recourse.bilingual import language
from recourse.compare.case import Case
from recourse.compare.figures import EXACT, Figures
from recourse.compare.plausible import ELAPSED, FAULT, GIVEN, IN_ORDER, TAKEN
from recourse.compare.search import Found
from recourse.compare.sides import Law, Outcome, Policy
from recourse.deciding import Desk
from recourse.entitlement import Entitlement
from recourse.facts import Facts, read_facts
from recourse.library import Library
from recourse.rules.outlook import Choose
from recourse.rules.stops import Conflict, Contradiction
from recourse.sentences import sentences
from recourse.values import show_share
from recourse.vocabulary import Vocabulary

ROUND_LESSONS = (4, 5, 8, 10, 12, 20)
COUNTED = {**{n: u for n, u in {**TAKEN, **ELAPSED}.items() if u}}
TOTALS = {f"{unit}_total": unit for unit in ("lessons", "hours", "class_days", "points")}
FIRST = ("price", "paid", "kind", "concluded_on", "requested_on")


class Disagreement(Exception):
    """The decision in earnest is not what the comparison said: a fault of the program, never of a policy."""


@dataclass(frozen=True)
class Witness:
    """The fewest facts on which the two sides still differ by as much, as the engine reads them."""

    facts: Mapping[str, Any]
    more: Outcome
    less: Outcome
    price: int
    currency: str

    @property
    def gap(self) -> int:
        return self.more.amount - self.less.amount

    @property
    def share(self) -> Fraction:
        return Fraction(self.gap, self.price)


class Shrinker:
    """Makes the purchase of a finding small: leaves out what does not matter, prefers round numbers."""

    def __init__(self, more: Law | Policy, less: Law | Policy, vocabulary: Vocabulary, currency: str) -> None:
        self.more, self.less, self.vocabulary, self.currency = more, less, vocabulary, currency

    def shrink(self, found: Found) -> Witness:
        best = self.witness(found.case.facts(), found.price)
        if best is None or best.gap != found.gap:
            raise Disagreement(f"{found.key}: the purchase does not come out again")
        best = self.rounder_price(best) or best
        for lessons in ROUND_LESSONS:
            best = self.fewer_lessons(best, lessons) or best
        return self.fewer(best)

    def small(self, case: Case, more: Outcome, less: Outcome, price: int) -> Witness:
        """The purchase with what does not matter left out; the outcomes stay."""
        return self.fewer(Witness(case.facts(), more, less, price, self.currency))

    def fewer(self, best: Witness) -> Witness:
        """Without the facts that make no difference, beginning with those that are taken as given.

        What a seller in order has done stays: without it, a law that presumes the worst of sellers says otherwise.
        """
        for name in sorted(best.facts.keys() - IN_ORDER.keys(), key=lambda n: (n in FIRST, n not in GIVEN, n)):
            best = self.tried(best, {k: v for k, v in best.facts.items() if k != name}, best.price) or best
        return best

    def witness(self, facts: Mapping[str, Any], price: int) -> Witness | None:
        try:
            return Witness(facts, self.more.decide(facts), self.less.decide(facts), price, self.currency)
        except (KeyError, Contradiction, Conflict, Choose):
            return None

    def tried(self, old: Witness, facts: Mapping[str, Any], price: int) -> Witness | None:
        """The other purchase, if it shows the same as the old one."""
        found = self.witness(facts, price)
        if found is None or found.share != old.share:
            return None
        same = (found.more.key, found.less.key, found.less.how) == (old.more.key, old.less.key, old.less.how)
        return found if same and self.sound(facts) else None

    def sound(self, facts: Mapping[str, Any]) -> bool:
        return not any(check.is_broken(facts) for check in self.vocabulary.checks if set(check.needs) <= facts.keys())

    def rounder_price(self, old: Witness) -> Witness | None:
        """A price of one hundred (or a hundred thousand), everything else in proportion."""
        price = 10_000 if money.exponent(self.currency) else 100_000
        amounts = {n: v for n, v in old.facts.items() if self.vocabulary.facts[n].type == "money"}
        if any(v * price % old.price for v in amounts.values()):
            return None
        return self.tried(old, {**old.facts, **{n: v * price // old.price for n, v in amounts.items()}}, price)

    def fewer_lessons(self, old: Witness, lessons: int) -> Witness | None:
        """A course of so many lessons, the same share of which was taken."""
        total = next((old.facts[n] for n in TOTALS if n in old.facts), 0)
        counts = {n: v for n, v in old.facts.items() if n in COUNTED or n in TOTALS}
        if total <= ROUND_LESSONS[-1] or any(v * lessons % total for v in counts.values()):
            return None
        return self.tried(old, {**old.facts, **{n: v * lessons // total for n, v in counts.items()}}, old.price)


def texts(facts: Mapping[str, Any], vocabulary: Vocabulary, currency: str) -> dict[str, str]:
    """The facts as somebody would type them, in the order of the vocabulary."""
    return {
        name: _text(vocabulary.facts[name].type, facts[name], currency)
        for name in sorted(facts, key=lambda n: vocabulary.facts[n].position)
    }


def _text(kind: str, value: Any, currency: str) -> str:
    if kind == "money":
        return money.show(value, currency)
    if kind == "date":
        return days.show(value)
    if kind == "yesno":
        return "yes" if value else "no"
    if kind == "share":
        return show_share(Fraction(value))
    if kind == "instant":
        return datetime.fromtimestamp(value, UTC).isoformat(timespec="minutes")
    return str(value)


def replay(witness: Witness, more: Law | Policy, less: Law | Policy, asked_on: int) -> None:
    """Decides the purchase with the functions that answer in earnest. Raises Disagreement where they say otherwise."""
    known = dict(witness.facts)
    for side in (more, less):
        if isinstance(side, Law):
            known |= side.places
    vocabulary = more.library.vocabulary
    facts = read_facts(texts(known, vocabulary, witness.currency), vocabulary)
    for side, outcome in ((more, witness.more), (less, witness.less)):
        desk = Desk(side.library, facts, asked_on)
        if isinstance(side, Law):
            found = desk.entitlement(side.rule)
        else:
            fitting = [e for e in policy.clauses(desk, side.platform.id) if e.answer != "does-not-apply"]
            if not fitting:
                if outcome.how != "no-clause":
                    raise Disagreement(_said(facts, "no clause decides"))
                continue
            found = fitting[0]
        _same(found, outcome, facts)


def _same(found: Entitlement, outcome: Outcome, facts: Facts) -> None:
    row = found.row.id if found.row is not None else ""
    refund = found.refund or 0
    owed = outcome.worth if outcome.how == "credit" else outcome.amount
    wanted = (outcome.key[0], outcome.key[1] or row, owed if outcome.how in ("money", "credit") else 0)
    if (found.rule.id, row, refund if outcome.how in ("money", "credit") else 0) != wanted:
        if found.answer == "owes-nothing" and not row and not owed:
            return  # several reasons, each of which owes nothing
        raise Disagreement(_said(facts, f"{found.rule.id} {row} {found.answer} {refund}, not {wanted}"))


def _said(facts: Facts, what: str) -> str:
    return f"the decision in earnest differs from the comparison: {what}; facts: {facts.shown}"


# -- words


class Teller:
    """Puts purchases into words."""

    def __init__(self, library: Library, lang: str, figures: Figures = EXACT) -> None:
        self.library, self.lang, self.figures = library, language(lang), figures
        self.t = sentences(library.labels, "compare", self.lang)

    def story(self, witness: Witness) -> str:
        """The facts that matter, in one line: "price 100.00 EUR; asked for on day 10; 3 of 20 lessons taken"."""
        facts = dict(witness.facts)
        parts = [self.t["price"].format(amount=self.figures.money(witness.price, witness.currency))]
        for name in ("price", "paid", "tuition", "learner_place", "seller_place"):
            if name in facts and (name.endswith("place") or facts[name] == witness.price):
                facts.pop(name)
        bought = next((facts.pop(n) for n in ("concluded_on", "paid_on", "charged_on") if n in facts), None)
        for name in ("concluded_on", "paid_on", "charged_on"):
            if facts.get(name) == bought:
                facts.pop(name, None)
        parts += self.dates(facts, bought)
        parts += self.counts(facts)
        names = sorted(facts, key=lambda n: self.library.vocabulary.facts[n].position)
        parts += [self.fact(name, facts[name], witness.currency) for name in names]
        return self.t["joint"].join(part for part in parts if part)

    def dates(self, facts: dict[str, Any], bought: int | None) -> list[str]:
        found = []
        asked = facts.pop("requested_on", None)
        received = facts.pop("request_received_on", None)
        day = asked if asked is not None else received
        if day is not None:
            key = "asked on" if bought is None else "asked after"
            found.append(self.t[key].format(days=day - (bought or 0), day=self.figures.day(day)))
        for name, key in (("starts_on", "starts"), ("ends_on", "ends")):
            if name in facts and bought is not None:
                found.append(self.t[key].format(days=facts.pop(name) - bought))
        for name in [n for n in facts if self.library.vocabulary.facts[n].type == "date"]:
            if facts[name] in (asked, bought):
                facts.pop(name)
        return found

    def counts(self, facts: dict[str, Any]) -> list[str]:
        found = []
        for total, unit in TOTALS.items():
            used = [name for name, of in COUNTED.items() if of == unit and name in facts]
            if total in facts and used:
                whole = facts.pop(total)
                found += [self.t["of"].format(name=self.name(name), used=facts.pop(name), total=whole) for name in used]
        return found

    def name(self, fact: str) -> str:
        return self.library.vocabulary.facts[fact].name.of(self.lang)

    def fact(self, name: str, value: Any, currency: str) -> str:
        kind = self.library.vocabulary.facts[name].type
        if kind == "yesno":
            shown = self.t["yes" if value else "no"]
        elif kind == "choice":
            words = self.library.labels.get("choices", {}).get(name, {}).get(value, {})
            shown = words.get(self.lang, value)
        elif kind == "place":
            shown = places.name(value, self.lang)
        elif kind == "money":
            shown = self.figures.money(value, currency)
        elif kind == "date":
            shown = self.figures.day(value)
        else:
            shown = _text(kind, value, currency)
        return self.t["fact"].format(name=self.name(name), value=shown)

    def blame(self, witness: Witness) -> str:
        """What the seller did wrong, in the names of the facts."""
        wrong = [n for n, v in witness.facts.items() if n in FAULT and v in FAULT[n]]
        return self.t["joint"].join(self.fact(n, witness.facts[n], witness.currency) for n in wrong)

    def how(self, outcome: Outcome, currency: str) -> str:
        """What a side gives: an amount, or why it is none."""
        if outcome.how == "money":
            return self.figures.money(outcome.amount, currency)
        worth = self.figures.money(outcome.worth, currency)
        return self.t[f"how {outcome.how}"].format(amount=worth)


def in_order(facts: Iterable[str]) -> tuple[str, ...]:
    """Those of the facts that an ordinary group holds to what a seller in order does."""
    return tuple(sorted(set(facts) & set(IN_ORDER)))
