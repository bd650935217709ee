"""Facts -> assessment: every entitlement that law and policy give on these facts, the best one, and what is missing.

Known facts go through the emitted program; where it misses a fact, the interpreter is asked what the answer hangs on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from recourse import days, places
from recourse.facts import Facts
from recourse.library import Library
from recourse.present import assessment_json
from recourse.problems import Problem
from recourse.rules import compiled, words
from recourse.rules.compiled import Working
from recourse.rules.interpret import Interpreter
from recourse.rules.outlook import Choose, Explorer, Outlook, kind_of
from recourse.rules.setting import calendar_for
from recourse.rules.stops import Bound, Conflict, Contradiction, NoFigure, Undetermined
from recourse.rules.tree import Duty, Expr, Open, Rule, Texts, Version
from recourse.rules.types import fact_type
from recourse.rules.unknown import Unknown, domain

MONEY_KINDS = ("money-back", "remedy", "damages", "aid", "clause")
OUTSIDE = {
    "place": {"en": "the law of {place} does not bind here", "zh": "{place}的法律在此不适用"},
    "none": {"en": "no version was in force on {day}", "zh": "{day}没有生效的版本"},
    "enacted": {"en": "enacted, but not in force on {day}", "zh": "已颁布，但在{day}尚未生效"},
    "currency": {"en": "the rule speaks of {currency} only", "zh": "该规则只适用于{currency}"},
    "scope": {"en": "outside what the rule covers", "zh": "不在该规则的适用范围内"},
    "nothing to add": {"en": "there is nothing that it could be added to", "zh": "没有可以附加的款项"},
    "later": {"en": "it comes on top of {place}, once that is settled", "zh": "待{place}确定后另行计算"},
    "whatever": {"en": "nothing is owed, whatever the missing facts are", "zh": "无论未知的事实如何，都不应退款"},
    "figure": {"en": "a dated figure is not known: {day}", "zh": "缺少当日的数值：{day}"},
    "earlier": {"en": "an earlier clause of the policy decides", "zh": "由政策中更靠前的条款决定"},
}


@dataclass(frozen=True)
class Entitlement:
    """What one rule gives on these facts.

    `answer` is one of does-not-apply, owes, owes-nothing, depends, discretion, ask-someone-else, exchange, gives (days
    or figures only) and duties. Amounts are smallest units of `currency`. `values` is the working that `explain` reads.
    """

    rule: Rule
    answer: str
    version: Version | None = None
    why: Texts = field(default_factory=dict)
    working: Working | None = None
    outlook: Outlook | None = None
    refund: int | None = None
    between: tuple[int, int] | None = None
    depends_on: tuple[str, ...] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    presumed: tuple[tuple[str, Any, Texts], ...] = ()
    selected: tuple[str, int] | None = None  # which date chose the version
    displaced_by: str = ""
    taken: tuple[tuple[str, str], ...] = ()  # facts that came from another rule's answer
    provisional: tuple[str, ...] = ()
    readings: tuple[tuple[Open, int | None], ...] = ()  # doubts met, with what the other reading gives
    duties: tuple[tuple[Duty, str], ...] = ()  # each with met, broken, open, or to-check
    ways: tuple[Duty, ...] = ()

    @property
    def row(self) -> Any:
        return self.working.row if self.working else None

    @property
    def added(self) -> int:
        """What comes on top of the refund under the same rule, in smallest units."""
        return sum(
            v for k, v in self.answers.items() if k in ("interest", "surcharge", "damages") and isinstance(v, int)
        )

    @property
    def clause(self) -> str:
        return self.row.id if self.row is not None else ""


@dataclass(frozen=True)
class Assessment:
    """All entitlements on these facts. Same facts, data and engine: same bytes of `to_json`."""

    library: Library
    facts: Facts
    asked_on: int
    entitlements: tuple[Entitlement, ...]
    platform: str = ""
    place: str = ""

    @cached_property
    def best(self) -> Entitlement | None:
        """The one that gives the learner most, then soonest; credit and discretion are never ranked against money."""
        owing = [
            e
            for e in self.entitlements
            if e.answer == "owes" and not e.displaced_by and e.refund and not e.rule.relations.adds_to
        ]
        owing = [e for e in owing if e.row is None or e.row.outcome != "credit"]
        return min(owing, key=lambda e: (-self.total(e), e.answers.get("pay_by") or 10**9, e.rule.id), default=None)

    def total(self, entitlement: Entitlement) -> int:
        """The refund with what other rules add to it, in smallest units."""
        added = entitlement.added
        for other in self.entitlements:
            if entitlement.rule.id in other.rule.relations.adds_to and other.answer in ("owes", "gives"):
                added += other.added + (other.refund or 0)
        return (entitlement.refund or 0) + added

    @property
    def missing(self) -> tuple[str, ...]:
        """Facts on which some money hangs, in the order of the vocabulary."""
        found = {
            name
            for e in self.entitlements
            if e.rule.kind in MONEY_KINDS and not e.rule.relations.adds_to
            for name in e.depends_on
        }
        return tuple(
            sorted(
                found,
                key=lambda n: (
                    self.library.vocabulary.facts[n].position if n in self.library.vocabulary.facts else 10**6
                ),
            )
        )

    def to_json(self, lang: str = "en") -> dict[str, Any]:
        """The assessment as plain data, in the shape of data/assessment.schema.json."""
        return assessment_json(self, lang)


def assess(
    library: Library,
    facts: Facts,
    *,
    platform: str | None = None,
    place: str | None = None,
    rule: str | None = None,
    asked_on: int,
) -> Assessment:
    """Everything that these facts give. `asked_on` is the day of the question: an input, never a clock.

    `rule` asks one rule only; `platform` adds that platform's policy; `place` is where the learner lives if the facts
    do not say. Raises Problem for an unknown rule, platform or place.
    """
    if place:
        places.check(place)
        if "learner_place" not in facts.values:
            facts = facts.with_("learner_place", place)
    desk = _Desk(library, facts, asked_on)
    if rule is not None:
        chosen = library.rule(rule)
        found = [desk.entitlement(chosen)]
    else:
        found = [desk.entitlement(r) for r in relevant(library, facts)]
        if platform:
            found += desk.policy(platform)
    found = desk.displaced(found)
    return Assessment(library, facts, asked_on, tuple(found), platform or "", place or "")


def relevant(library: Library, facts: Facts) -> list[Rule]:
    """The rules of law that bind, or might bind once a missing place is known."""
    known = {name: facts.values.get(name) for name in ("learner_place", "seller_place")}
    if not any(known.values()):
        return []
    found = []
    for rule in library.rules.values():
        if rule.policy:
            continue
        sides = ("learner_place", "seller_place") if rule.binds == "either" else (rule.binds,)
        here = [known[s] for s in sides]
        if any(p is not None and places.contains(p, rule.place) for p in here):
            found.append(rule)
        elif any(p is not None and places.contains(rule.place, p) for p in here):
            found.append(rule)  # a country is known, the province is not
        elif any(p is None for p in here) and any(p is not None and _near(p, rule.place) for p in known.values()):
            found.append(rule)
    return found


def _near(place: str, other: str) -> bool:
    """Whether a rule of `other` could still bind somebody whose one known place is `place`."""
    return places.contains(place, other) or places.contains(other, place)


class _Desk:
    """One set of facts, taken to one rule after another."""

    def __init__(self, library: Library, facts: Facts, asked_on: int) -> None:
        self.library, self.facts, self.asked_on = library, facts, asked_on
        self.done: dict[str, Entitlement] = {}

    # -- which version, and whether the rule binds

    def select(self, rule: Rule, facts: Mapping[str, Any], forced: Mapping[Any, bool]) -> tuple[Version | None, str]:
        """The version that answers, or None and why. Raises Undetermined or Choose where that hangs on a fact."""
        self.binds(rule, facts, forced)
        version = self.version(rule, facts)
        if version is None:
            return None, "none"
        if version.enacted_only:
            return None, "enacted"
        if version.currency and self.facts.currency and version.currency != self.facts.currency:
            return None, "currency"
        return version, ""

    def binds(self, rule: Rule, facts: Mapping[str, Any], forced: Mapping[Any, bool]) -> None:
        if rule.policy:
            return
        sides = ("learner_place", "seller_place") if rule.binds == "either" else (rule.binds,)
        gaps = []
        for side in sides:
            place = facts.get(side)
            bound = Bound("binds", side)
            if place is None or isinstance(place, Unknown):
                if forced.get(bound):
                    return
                if bound not in forced:
                    gaps.append(side)
            elif places.contains(place, rule.place):
                return
            elif places.contains(rule.place, place):
                if forced.get(bound):
                    return
                if bound not in forced:
                    gaps.append(side)
        if gaps:
            raise Undetermined(Bound("binds", gaps[0]), frozenset(gaps[:1]))
        raise NotBound

    def day_of(self, rule: Rule, facts: Mapping[str, Any]) -> tuple[str, int] | None:
        """The date that chooses the version, and its name."""
        for name in rule.selected_by:
            if name == "asked_on":
                return name, self.asked_on
            value = facts.get(name)
            if isinstance(value, int):
                return name, value
            if isinstance(value, Unknown) and self.one_version(rule, value):
                return name, value.low
        return None if rule.selected_by else ("asked_on", self.asked_on)

    def one_version(self, rule: Rule, day: Unknown) -> bool:
        """Whether all the days that are possible lie within one version, or outside all."""
        edges = {v.starts for v in rule.versions} | {v.ends + 1 for v in rule.versions if v.ends is not None}
        return not any(e is not None and day.low < e <= day.high for e in edges)

    def version(self, rule: Rule, facts: Mapping[str, Any]) -> Version | None:
        only = rule.versions[0] if len(rule.versions) == 1 else None
        if only is not None and only.starts is None and only.ends is None:
            return only
        chosen = self.day_of(rule, facts)
        if chosen is None:
            raise Choose(rule.selected_by[0], self.stretches(rule, facts))
        day = chosen[1]
        for version in rule.versions:
            if (version.starts is None or version.starts <= day) and (version.ends is None or day <= version.ends):
                return version
        return None

    def stretches(self, rule: Rule, facts: Mapping[str, Any]) -> list[Any]:
        """A day nobody knows, cut where versions begin and end."""
        name = rule.selected_by[0]
        kind = fact_type(self.library.vocabulary, name)
        whole = facts[name] if isinstance(facts.get(name), Unknown) else domain(kind, name, None)
        lacks = frozenset((name,))
        found: list[Any] = []
        day = whole.low
        for version in rule.versions:
            starts = max(whole.low, version.starts if version.starts is not None else whole.low)
            ends = min(whole.high, version.ends if version.ends is not None else whole.high)
            if ends < starts:
                continue
            if day < starts:
                found.append(_stretch(lacks, day, starts - 1))
            found.append(_stretch(lacks, starts, ends))
            day = ends + 1
        if day <= whole.high:
            found.append(_stretch(lacks, day, whole.high))
        return found

    # -- one rule

    def entitlement(self, rule: Rule) -> Entitlement:
        """What the rule gives; worked out once."""
        if rule.id not in self.done:
            self.done[rule.id] = self._entitlement(rule)
        return self.done[rule.id]

    def _entitlement(self, rule: Rule) -> Entitlement:
        values = dict(self.facts.values)
        taken = []
        for name, output, other in rule.relations.takes:
            if name not in values:
                source = self.entitlement(self.library.rules[other])
                value = source.refund if output == "refund" else source.answers.get(output)
                if source.answer in ("owes-nothing", "does-not-apply", "ask-someone-else", "discretion", "exchange"):
                    return Entitlement(rule, "does-not-apply", why=_worded("nothing to add"))
                if source.answer == "depends":
                    return Entitlement(rule, "depends", rule.versions[-1], why=_worded("later", place=other))
                if value is not None and source.answer in ("owes", "gives"):
                    values[name] = value
                    taken.append((name, other))
        try:
            version, why = self.select(rule, values, {})
        except NotBound:
            return Entitlement(rule, "does-not-apply", why=_worded("place", place=rule.place))
        except (Undetermined, Choose):
            return self.open(rule, values, tuple(taken))
        if version is None:
            chosen = self.day_of(rule, values)
            day = days.show(chosen[1]) if chosen else ""
            currency = next((v.currency for v in rule.versions if v.currency), "")
            return Entitlement(rule, "does-not-apply", why=_worded(why, day=day, currency=currency), selected=chosen)
        try:
            working = compiled.run(self.library, rule, version, values)
        except KeyError:
            return self.open(rule, values, tuple(taken))
        except Contradiction as error:
            return self.contradiction(rule, version, error)
        except Conflict as error:
            raise Problem(f"exceptions {error} both hold and differ", where=error.rows[0].at, field=rule.id) from None
        return self.settled(rule, version, values, working, tuple(taken))

    def settled(
        self,
        rule: Rule,
        version: Version,
        values: Mapping[str, Any],
        working: Working,
        taken: tuple[tuple[str, str], ...],
    ) -> Entitlement:
        """An answer that needs nothing more."""
        presumed = compiled.presumed_used(self.library, version, values, working)
        base = Entitlement(
            rule, "", version, working=working, presumed=presumed, selected=self.day_of(rule, values), taken=taken,
            duties=self.duties(version.duties, version, values), ways=self.ways(version, values),
        )  # fmt: skip
        if working.row is None:
            if working.out_of_scope:
                why = self.why_not(version, working)
                return replace(base, answer="does-not-apply", why=why, duties=(), ways=())
            answers = working.answers
            if not version.dates and not version.outputs:
                return replace(base, answer="duties")
            absent = [
                n
                for n, _ in (*version.dates, *version.outputs)
                if n not in answers and n in self.library.vocabulary.expectations
            ]
            gaps = self.gaps(version, values, absent)
            answer = "gives" if answers else "depends"
            return replace(
                base,
                answer=answer,
                answers=answers,
                depends_on=gaps if not answers else (),
                provisional=self.provisional(version, values, answers),
            )
        row = working.row
        kind, _ = kind_of(working.decision())
        refund = working.refund
        answer = {
            "pay": "owes" if refund else "owes-nothing", "credit": "owes" if refund else "owes-nothing",
            "ask": "ask-someone-else", "see": "ask-someone-else", "discretion": "discretion",
            "exchange": "exchange", "none": "owes-nothing",
        }[kind]  # fmt: skip
        if row.outcome == "excluded":
            return replace(base, answer="does-not-apply", why=row.why, refund=0)
        answers = dict(working.answers)
        if answer not in ("owes", "exchange"):
            answers.pop("pay_by", None)
        flips, low, high = self.rebuttals(rule, version, values, working, presumed)
        return replace(
            base,
            answer=answer,
            why=row.why,
            refund=None if kind == "discretion" else refund,
            answers={**answers, **working.extras},
            lines=working.lines,
            readings=compiled.readings(self.library, version, values, working),
            depends_on=flips,
            between=(low, high) if flips else None,
            provisional=self.provisional(version, values, answers),
        )

    def why_not(self, version: Version, working: Working) -> Texts:
        """The part of the scope that is not met, in words."""
        failed = working.failed_scope()
        if failed is None:
            return OUTSIDE["scope"]
        library = self.library
        return {
            lang: words.scope_not_met(
                failed, version, lang, working, library.vocabulary, library.labels, library.setting
            )
            for lang in ("en", "zh")
        }

    def rebuttals(
        self,
        rule: Rule,
        version: Version,
        values: Mapping[str, Any],
        working: Working,
        presumed: Iterable[tuple[str, Any, Texts]],
    ) -> tuple[tuple[str, ...], int, int]:
        """Presumed facts (yes/no, words) that would alone change the answer if they turned out otherwise."""
        low = high = working.refund or 0
        found = []
        explorer = Explorer(rule, self.library.setting, self.library.vocabulary, lambda f, g: self.select(rule, f, g))
        for name, value, _ in presumed:
            kind = fact_type(self.library.vocabulary, name).kind
            if kind not in ("yesno", "choice"):
                continue
            for other in explorer.choices(name, version):
                if other == value:
                    continue
                try:
                    flipped = compiled.run(self.library, rule, version, {**values, name: other})
                except (KeyError, Contradiction, Conflict):
                    continue
                amount = flipped.refund or 0
                if amount != (working.refund or 0):
                    found.append(name)
                    low, high = min(low, amount), max(high, amount)
        return tuple(dict.fromkeys(found)), low, high

    def open(self, rule: Rule, values: Mapping[str, Any], taken: tuple[tuple[str, str], ...]) -> Entitlement:
        """An answer that hangs on missing facts, or turns out not to."""

        def select(facts: Mapping[str, Any], forced: Mapping[Any, bool]) -> tuple[Version | None, str]:
            try:
                return self.select(rule, facts, forced)
            except NotBound:
                return None, "place"

        explorer = Explorer(rule, self.library.setting, self.library.vocabulary, select)
        outlook = explorer.outlook(values)
        version = next((leaf.version for leaf in outlook.leaves() if leaf.version is not None), None)
        base = Entitlement(
            rule,
            "depends",
            version,
            outlook=outlook,
            taken=taken,
            depends_on=outlook.depends_on,
            between=(outlook.low, outlook.high),
        )
        if version is not None and self.surely_in_scope(version, values):
            base = replace(base, duties=self.duties(version.duties, version, values), ways=self.ways(version, values))
        leaf = outlook.leaf
        if leaf is None:
            leaves = list(outlook.leaves())
            if version is not None and not version.owed:
                return replace(base, between=None)
            known = compiled.known_answers(self.library, version, values) if version is not None else {}
            base = replace(base, answers={k: v for k, v in known.items() if k != "pay_by"})
            payers = {
                leaf.decision.row.payer or version.payer
                for leaf in leaves
                if version and leaf.high and leaf.decision and leaf.decision.row
            }
            return (
                replace(base, answers={**base.answers, "payer": payers.pop()})
                if len(payers) == 1 and "" not in payers
                else base
            )
        if leaf.decision is None or leaf.version is None:
            why = leaf.decision.outcome if leaf.decision else "scope"
            return replace(
                base,
                answer="does-not-apply",
                why=_worded(why if why in OUTSIDE else "scope", place=rule.place),
                depends_on=(),
                between=None,
            )
        working = compiled.interpreted(self.library, rule, leaf.version, values, leaf)
        found = self.settled(rule, leaf.version, values, working, taken)
        return (
            self.sure_reason(found, leaf.version, values) if leaf.varied and leaf.kind in ("none", "outside") else found
        )

    def sure_reason(self, found: Entitlement, version: Version, values: Mapping[str, Any]) -> Entitlement:
        """Nothing is owed for one reason or another: names one that holds whatever the missing facts are, or none."""
        reader = Interpreter(version, values, self.library.setting, self.library.vocabulary)

        def surely(condition: Expr, wanted: bool) -> bool:
            try:
                return reader.value(condition) is wanted
            except Contradiction:
                return False

        if version.applies is not None and surely(version.applies, False):
            return found
        for row in (*version.exceptions, *version.owed):
            if row.outcome in ("lost", "nothing", "excluded") and row.when is not None and surely(row.when, True):
                answer = "does-not-apply" if row.outcome == "excluded" else "owes-nothing"
                return replace(found, answer=answer, why=row.why, working=None, outlook=None)
        return replace(found, answer="owes-nothing", why=_worded("whatever"), working=None, outlook=None)

    def surely_in_scope(self, version: Version, values: Mapping[str, Any]) -> bool:
        if version.applies is None:
            return True
        return (
            Interpreter(version, values, self.library.setting, self.library.vocabulary).value(version.applies) is True
        )

    def contradiction(self, rule: Rule, version: Version, error: Contradiction) -> Entitlement:
        if isinstance(error, NoFigure):
            return Entitlement(rule, "depends", version, why=_worded("figure", day=str(error)))
        why = {"en": f"these facts contradict each other: {error}", "zh": f"这些事实相互矛盾：{error}"}
        return Entitlement(rule, "depends", version, why=why)

    def gaps(self, version: Version, values: Mapping[str, Any], names: Sequence[str]) -> tuple[str, ...]:
        """The facts that dates and figures lack."""
        reader = Interpreter(version, values, self.library.setting, self.library.vocabulary)
        lacks: set[str] = set()
        for name, value in reader.answers().items():
            if name in names and isinstance(value, Unknown):
                lacks |= value.lacks
        facts = self.library.vocabulary.facts
        return tuple(sorted(lacks, key=lambda n: facts[n].position))

    def provisional(self, version: Version, values: Mapping[str, Any], answers: Mapping[str, Any]) -> tuple[str, ...]:
        """Dates worked out with a calendar whose year is not published yet."""
        use = version.calendar
        if use is None:
            return ()
        place = use.place or values.get(use.fact)
        if place is None:
            return ()
        calendar = calendar_for(use, place)
        by_calendar = {n for n, e in version.dates if _uses_calendar(e, version)}
        return tuple(
            n for n, v in answers.items() if n in by_calendar and isinstance(v, int) and calendar.provisional(v)
        )

    def duties(
        self, duties: Iterable[Duty], version: Version, values: Mapping[str, Any]
    ) -> tuple[tuple[Duty, str], ...]:
        scope = Interpreter(version, values, self.library.setting, self.library.vocabulary)
        reader = Interpreter(version, values, self.library.setting, self.library.vocabulary)
        reader.presumed = {}  # whether a seller did its duty is never presumed
        found = []
        for duty in duties:
            when = scope.value(duty.when) if duty.when is not None else True
            if when is False:
                continue
            must = reader.value(duty.must) if duty.must is not None else None
            if isinstance(when, Unknown) or isinstance(must, Unknown):
                state = "open"
            else:
                state = "to-check" if must is None else ("met" if must else "broken")
            found.append((duty, state))
        return tuple(found)

    def ways(self, version: Version, values: Mapping[str, Any]) -> tuple[Duty, ...]:
        return tuple(duty for duty, _ in self.duties(version.ways, version, values))

    # -- policies and relations

    def policy(self, platform: str) -> list[Entitlement]:
        """The clauses of a policy: the first whose scope is met decides; where that is open, so are those after it."""
        found: list[Entitlement] = []
        decided = False
        presumed: list[tuple[str, Any, Texts]] = []
        hangs_on: dict[str, None] = {}
        open_: list[int] = []
        for clause in self.library.platform(platform).clauses:
            rule = self.library.rules[clause]
            if decided:
                found.append(Entitlement(rule, "does-not-apply", why=OUTSIDE["earlier"]))
                continue
            one = self.entitlement(rule)
            if one.answer == "does-not-apply":
                presumed += [p for p in one.presumed if p not in presumed]
                found.append(one)
                continue
            decided = self.in_scope(one)
            known = {name for name, _, _ in one.presumed}
            earlier = {p[0]: p for p in presumed if p[0] not in known}
            one = replace(one, presumed=(*earlier.values(), *one.presumed))
            if not decided or hangs_on:
                hangs_on |= dict.fromkeys(one.depends_on)
                open_.append(len(found))
            found.append(one)
        return self.hull(found, open_, tuple(hangs_on), decided) if open_ else found

    def hull(
        self, found: list[Entitlement], open_: list[int], hangs_on: tuple[str, ...], decided: bool
    ) -> list[Entitlement]:
        """Clauses of which nobody knows which one decides: together they give one range, and hang on the same facts."""
        facts = self.library.vocabulary.facts
        names = tuple(sorted(hangs_on, key=lambda n: facts[n].position))
        ranges = [self.inside(found[n]) for n in open_]
        low = min([r[0] for r in ranges] + ([] if decided else [0]))
        high = max([r[1] for r in ranges])
        for number in open_:
            found[number] = replace(found[number], answer="depends", refund=None, between=(low, high), depends_on=names)
        return found

    def inside(self, one: Entitlement) -> tuple[int, int]:
        """The range of a clause if it is the one that decides."""
        if one.outlook is not None and one.answer == "depends":
            leaves = [leaf for leaf in one.outlook.leaves() if leaf.kind != "outside"]
            return min(leaf.low for leaf in leaves), max(leaf.high for leaf in leaves)
        return one.between or (one.refund or 0, one.refund or 0)

    def in_scope(self, entitlement: Entitlement) -> bool:
        """Whether a clause certainly is the one that decides, even if its amount is open."""
        if entitlement.answer != "depends" or entitlement.outlook is None:
            return True
        return all(leaf.kind != "outside" for leaf in entitlement.outlook.leaves())

    def displaced(self, found: list[Entitlement]) -> list[Entitlement]:
        """Marks what a more special rule takes the place of."""
        by: dict[str, str] = {}
        for one in found:
            if one.answer == "does-not-apply":
                continue
            for link in one.rule.relations.displaces:
                if link.when is None or self.holds(link.when):
                    by[link.rule] = one.rule.id
        return [replace(one, displaced_by=by[one.rule.id]) if one.rule.id in by else one for one in found]

    def holds(self, condition: Expr) -> bool:
        empty = Version("", None, None, False, next(iter(self.library.rules.values())).versions[0].cite)
        return (
            Interpreter(empty, self.facts.values, self.library.setting, self.library.vocabulary).value(condition)
            is True
        )


def _stretch(lacks: frozenset[str], first: int, last: int) -> Any:
    return first if first == last else Unknown(lacks, first, last)


class NotBound(Exception):
    """The law of the rule's place does not bind these people."""


def _worded(key: str, **values: str) -> Texts:
    return {
        lang: text.format(**{"place": "", "day": "", "currency": "", **values}) for lang, text in OUTSIDE[key].items()
    }


def _uses_calendar(expr: Expr, version: Version) -> bool:
    named = version.named()
    return any(
        e.op == "workday"
        or (e.op in ("shift", "between") and e.value[0] == "working days")
        or (e.op == "let" and e.value in named and _uses_calendar(named[e.value], version))
        for e in expr.walk()
    )
