"""One set of facts taken to one rule after another: decided by the program, looked into where a fact is missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from recourse import days
from recourse.entitlement import OUTSIDE, Entitlement, worded
from recourse.facts import Facts
from recourse.library import Library
from recourse.problems import Problem
from recourse.rules import compiled, words
from recourse.rules.compiled import Working
from recourse.rules.interpret import Interpreter
from recourse.rules.outlook import Choose, Explorer, kind_of
from recourse.rules.setting import calendar_for
from recourse.rules.stops import Conflict, Contradiction, NoFigure, Undetermined
from recourse.rules.tree import Duty, Expr, Rule, Texts, Version
from recourse.rules.types import fact_type
from recourse.rules.unknown import Unknown
from recourse.selection import NotBound, Selection


class Desk(Selection):
    """Works out entitlements, each once; one rule may take its facts from another's answer."""

    def __init__(self, library: Library, facts: Facts, asked_on: int, closed: Collection[str] = ()) -> None:
        super().__init__(library, facts, asked_on)
        self.closed = closed  # facts that were asked for in vain
        self.done: dict[str, Entitlement] = {}

    def entitlement(self, rule: Rule) -> Entitlement:
        """What the rule gives; worked out once."""
        if rule.id not in self.done:
            self.done[rule.id] = self._entitlement(rule)
        return self.done[rule.id]

    def later(self, other: str) -> Texts:
        """That the answer of another rule has to come first, by its name."""
        title = self.library.rules[other].title
        return {lang: text.format(rule=title.get(lang, title["en"])) for lang, text in OUTSIDE["later"].items()}

    def _entitlement(self, rule: Rule) -> Entitlement:
        values = dict(self.facts.values)
        taken = []
        for name, output, other in rule.relations.takes:
            if name not in values:
                source = self.entitlement(self.library.rules[other])
                value = source.refund if output == "refund" else source.answers.get(output)
                if source.answer in ("owes-nothing", "does-not-apply", "ask-someone-else", "discretion", "exchange"):
                    return Entitlement(rule, "does-not-apply", why=worded("nothing to add"))
                if source.answer == "depends":
                    return Entitlement(rule, "depends", rule.versions[-1], why=self.later(other))
                if value is not None and source.answer in ("owes", "gives"):
                    values[name] = value
                    taken.append((name, other))
        try:
            version, why = self.select(rule, values, {})
        except NotBound:
            return Entitlement(rule, "does-not-apply", why=worded("place", place=rule.place))
        except Undetermined as gap:  # whether the law binds these people at all
            high = values.get("paid") or self.library.vocabulary.facts["paid"].at_most or 0
            return Entitlement(rule, "depends", depends_on=tuple(gap.lacks), between=(0, high))
        except Choose:
            return self.open(rule, values, tuple(taken))
        if version is None:
            chosen = self.day_of(rule, values)
            day = days.show(chosen[1]) if chosen else ""
            currency = next((v.currency for v in rule.versions if v.currency), "")
            return Entitlement(rule, "does-not-apply", why=worded(why, day=day, currency=currency), selected=chosen)
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
                flips, low, high = self.rebuttals(rule, version, values, working, presumed)
                outside = replace(base, answer="does-not-apply", why=why, duties=(), ways=())
                return replace(outside, depends_on=flips, between=(low, high)) if flips else outside
            if not version.dates and not version.outputs:
                return replace(base, answer="duties")
            answers = self.answers(version, values, working)
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
        if row.outcome == "silent":
            answer, refund = "silent", None
        if row.outcome == "excluded":
            return replace(base, answer="does-not-apply", why=row.why, refund=0)
        answers = dict(self.answers(version, values, working))
        if answer not in ("owes", "exchange"):
            for name in ("pay_by", "chargeback_request_by"):
                answers.pop(name, None)
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

    def answers(self, version: Version, values: Mapping[str, Any], working: Working) -> Mapping[str, Any]:
        """Dates and figures; what the program left out for a missing fact may still be known."""
        found = working.answers
        if all(name in found for name, _ in (*version.dates, *version.outputs)):
            return found
        return {**compiled.known_answers(self.library, version, values), **found}

    def why_not(self, version: Version, working: Working) -> Texts:
        """The part of the scope that is not met, in words."""
        failed = working.failed_scope()
        if failed is None:
            return OUTSIDE["scope"]
        library = self.library
        return {
            lang: words.scope_not_met(
                failed,
                version,
                lang,
                working,
                library.vocabulary,
                library.labels,
                library.setting,
                self.facts.currency,
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
        explorer = self.explorer(rule)
        for name, value, _ in presumed:
            kind = fact_type(self.library.vocabulary, name).kind
            if kind not in ("yesno", "choice"):
                continue
            for other in explorer.choices(name, version):
                if other == value:
                    continue
                try:
                    flipped = compiled.run(self.library, rule, version, {**values, name: other})
                    amount = flipped.refund or 0
                except KeyError:  # looked into: what is missing may not matter
                    outlook = explorer.outlook({**values, name: other})
                    leaf = outlook.leaf
                    if (leaf is None and outlook.high <= high) or (leaf is not None and leaf.kind == "impossible"):
                        continue  # it would only make the answer hang on yet another fact
                    amount = outlook.high
                except (Contradiction, Conflict):
                    continue
                if amount != (working.refund or 0):
                    found.append(name)
                    low, high = min(low, amount), max(high, amount)
        return tuple(dict.fromkeys(found)), low, high

    def explorer(self, rule: Rule) -> Explorer:
        """Looks into what an answer can still become."""

        def select(facts: Mapping[str, Any], forced: Mapping[Any, bool]) -> tuple[Version | None, str]:
            try:
                return self.select(rule, facts, forced)
            except NotBound:
                return None, "place"

        return Explorer(rule, self.library.setting, self.library.vocabulary, select, self.closed)

    def open(self, rule: Rule, values: Mapping[str, Any], taken: tuple[tuple[str, str], ...]) -> Entitlement:
        """An answer that hangs on missing facts, or turns out not to."""
        outlook = self.explorer(rule).outlook(values)
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
        if leaf.kind == "impossible" and version is not None:
            return self.contradiction(rule, version, Contradiction(None, ""))
        if leaf.decision is None or leaf.version is None:
            why = leaf.decision.outcome if leaf.decision else "scope"
            return replace(
                base,
                answer="does-not-apply",
                why=worded(why if why in OUTSIDE else "scope", place=rule.place),
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
        return replace(found, answer="owes-nothing", why=worded("whatever"), working=None, outlook=None)

    def surely_in_scope(self, version: Version, values: Mapping[str, Any]) -> bool:
        """Whether the scope holds, whatever the missing facts are."""
        if version.applies is None:
            return True
        reader = Interpreter(version, values, self.library.setting, self.library.vocabulary)
        return reader.tried(reader.value, version.applies) is True

    def contradiction(self, rule: Rule, version: Version, error: Contradiction) -> Entitlement:
        if isinstance(error, NoFigure):
            return Entitlement(rule, "depends", version, why=worded("figure", day=str(error)))
        more = f": {error}" if str(error) else ""
        why = {"en": f"these facts contradict each other{more}", "zh": f"这些事实相互矛盾{more}"}
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
        self, duties: Sequence[Duty], version: Version, values: Mapping[str, Any]
    ) -> tuple[tuple[Duty, str], ...]:
        if not duties:
            return ()
        scope = Interpreter(version, values, self.library.setting, self.library.vocabulary)
        reader = Interpreter(version, values, self.library.setting, self.library.vocabulary)
        reader.presumed = {}  # whether a seller did its duty is never presumed
        found = []
        for duty in duties:
            when = scope.tried(scope.value, duty.when) if duty.when is not None else True
            if when is False:
                continue
            must = reader.tried(reader.value, duty.must) if duty.must is not None else None
            if isinstance(when, Unknown) or isinstance(must, Unknown):
                state = "open"
            else:
                state = "to-check" if must is None else ("met" if must else "broken")
            found.append((duty, state))
        return tuple(found)

    def ways(self, version: Version, values: Mapping[str, Any]) -> tuple[Duty, ...]:
        return tuple(duty for duty, _ in self.duties(version.ways, version, values))


def _uses_calendar(expr: Expr, version: Version) -> bool:
    named = version.named()
    return any(
        e.op == "workday"
        or (e.op in ("shift", "between") and e.value[0] == "working days")
        or (e.op == "let" and e.value in named and _uses_calendar(named[e.value], version))
        for e in expr.walk()
    )
