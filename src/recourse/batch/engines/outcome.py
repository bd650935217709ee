"""What one rule comes to in columns: whether it binds, which version answers, how that ends, and what it gives."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from recourse import places
from recourse.batch.engines.aside import Aside, Outcome, beside
from recourse.batch.engines.endings import Ending, Endings, bits_beyond, form_of, is_one, rank_of_depends
from recourse.batch.engines.ways import End, Way, ends_of, named_by, value_of, ways_of
from recourse.library import Library
from recourse.present import version_name
from recourse.problems import Problem
from recourse.rules import ir, lower
from recourse.rules.columns.convert import convert
from recourse.rules.columns.given import Given, Seen, inside
from recourse.rules.columns.node import BOOL, INT, C
from recourse.rules.columns.nodes import Nodes
from recourse.rules.columns.tree import Branch
from recourse.rules.tree import Row, Rule, Version


class _Ends(NamedTuple):
    code: C
    kind: C
    refund: C


class Outcomes:
    """Makes the outcomes of rules, each once. `known` says which columns there are and what is known of them.

    Of a rule that no engine of columns can hold only those values can be had that are `needed`.
    """

    def __init__(
        self,
        library: Library,
        rules: Iterable[Rule],
        known: Mapping[str, Seen],
        asked_on: int | None,
        place: str,
        needed: Collection[str] = (),
        *,
        tables: bool = False,
    ) -> None:
        self.library, self.asked_on, self.needed = library, asked_on, needed
        self.aside: dict[str, Aside] = {}
        self.n = Nodes(tables=tables)
        self.endings = Endings(_with_sources(library, rules))
        self.place = place
        self.known = known
        self.made: dict[str, Outcome] = {}
        self.programs: dict[int, ir.Program] = {}
        taken = {"learner_place": self.of_place()} if place else {}
        self.given = Given(self.n, library.vocabulary, known, taken)

    def of_place(self) -> C:
        """Where the learner lives: as the order says, else as the plan does."""
        plain = Given(self.n, self.library.vocabulary, self.known)
        return self.n.or_else(plain.fact("learner_place"), self.n.const(self.place))

    def outcome(self, rule: Rule) -> Outcome:
        if rule.id not in self.made:
            found = _Rule(self, rule).outcome()
            names = sorted({*self.needed, *(output for _, output, _ in self.taken_from(rule))} & set(found.values))
            bits = max(map(bits_beyond, (found.code, found.refund, *found.parts(names))))
            if bits:
                self.aside[rule.id], found = beside(self.n, self.endings, found, names, bits)
            self.made[rule.id] = found
        return self.made[rule.id]

    def taken_from(self, rule: Rule) -> list[tuple[str, str, str]]:
        """What other rules take of this one's answer."""
        return [link for other in self.endings.rules for link in other.relations.takes if link[2] == rule.id]

    def currency(self) -> C:
        if "currency" not in self.known:
            return self.n.null("word")
        seen = self.known["currency"]
        if seen.only is not None and not seen.null:
            return self.n.const(seen.only)
        return self.n.column("currency", "text", "word", 0, 0, null=seen.null)

    def day_of_question(self) -> C:
        if self.asked_on is not None:
            return self.n.const(self.asked_on)
        return self.given.fact("requested_on")  # type: ignore[no-any-return]


def _with_sources(library: Library, rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """These rules and those whose answers they take."""
    found: dict[str, Rule] = {}
    ahead = list(rules)
    while ahead:
        rule = ahead.pop()
        if rule.id not in found:
            found[rule.id] = rule
            ahead += [library.rules[other] for _, _, other in rule.relations.takes]
    return tuple(found.values())


class _Rule:
    """One rule on its way to columns."""

    def __init__(self, all_: Outcomes, rule: Rule) -> None:
        self.all, self.rule, self.n = all_, rule, all_.n
        self.library = all_.library
        self.given = all_.given
        self.masks: dict[str, list[C]] = {"contradiction": [], "conflict": []}
        self.versions: list[Version] = []

    def outcome(self) -> Outcome:
        n = self.n
        bound, ahead = self.ahead()
        tree = self.selected(bound)
        for condition, way in reversed(ahead):
            tree = Branch(condition, way, tree)
        ends = self.fold(tree)
        depends = self.ending("depends", rank=rank_of_depends(self.rule))
        code = n.or_else(ends.code, n.const(depends))
        outside = n.sel(n.known(ends.kind), n.compare("==", ends.kind, n.const(_OUTSIDE)), self.scope(tree))
        for problem, masks in self.masks.items():
            broken = n.or_(*masks)
            number = self.ending("depends", problem=problem, rank=rank_of_depends(self.rule))
            code = n.sel(broken, n.const(number), code)
            outside = n.sel(broken, n.false, outside)
        of = self.all.endings.of
        own = {c.value for c in code.walk() if c.is_const and c.kind == INT and c.value in of}
        mine = tuple(sorted(c for c in own if of[c].clause in (None, self.rule.id)))
        money = [m for m in mine if of[m].answer in _WITH_REFUND]
        refund = n.sel(self.is_one(code, mine, money), ends.refund, n.null(INT)) if money else n.null(INT)
        values, bare = self.values(tree, code, mine)
        bare["refund"] = ends.refund, tuple(money)
        return Outcome(self.rule, code, outside, refund, values, mine, bare)

    def is_one(self, code: C, all_: tuple[int, ...], wanted: list[int]) -> C:
        return is_one(self.n, code, all_, wanted)

    # -- what comes before the program

    def ahead(self) -> tuple[C, list[tuple[C, Way]]]:
        """Facts that are another rule's answers, and what that rule's own answer settles."""
        ways: list[tuple[C, Way]] = []
        taken = dict(self.given.taken)
        n = self.n
        clear = n.true
        for name, output, other in self.rule.relations.takes:
            source = self.all.outcome(self.library.rules[other])
            own = self.given.fact(name)
            missing = n.not_(n.known(own))

            def answers(words: tuple[str, ...], source: Outcome = source) -> C:
                wanted = [c for c in source.codes if self.all.endings.of[c].answer in words]
                return is_one(n, source.code, source.codes, wanted)

            nothing = n.and_(
                missing, answers(("owes-nothing", "does-not-apply", "ask-someone-else", "discretion", "exchange"))
            )
            later = n.and_(missing, answers(("depends",)))
            ways += [(nothing, End()), (later, End(row=None))]
            clear = n.and_(clear, n.not_(nothing), n.not_(later))
            value = source.refund if output == "refund" else source.values.get(output, n.null(INT))
            if isinstance(value, tuple):
                raise Problem(
                    f"{self.rule.id} takes {output} of {other}, which is a fraction; no engine of columns can",
                    field="rules",
                )
            taken[name] = n.or_else(own, n.sel(answers(("owes", "gives")), value, n.null(value.kind)))
        if self.rule.relations.takes:
            self.given = Given(n, self.library.vocabulary, self.given.available, taken)
        return clear, ways

    def binds(self) -> C:
        """Whether the law of the rule's place binds; null where nobody knows."""
        rule, n = self.rule, self.n
        if rule.policy:
            return n.true
        sides = ("learner_place", "seller_place") if rule.binds == "either" else (rule.binds,)
        found = []
        for side in sides:
            place = self.given.fact(side)
            around = {places.country(rule.place)} if "-" in rule.place else set()
            coarser = n.among(place, tuple(around)) if around else n.false
            found.append(n.sel(inside(n, place, rule.place), n.true, n.sel(coarser, n.null(BOOL), n.false)))
        return n.or_(*found)

    def day(self) -> C:
        """The day that chooses the version."""
        found = self.n.null(INT)
        for name in self.rule.selected_by or ("asked_on",):
            value = self.all.day_of_question() if name == "asked_on" else self.given.fact(name)
            found = self.n.or_else(found, value)
        return found

    def selected(self, clear: C) -> Way:
        n = self.n
        bound = self.binds()
        clear = n.and_(clear, bound)
        only = self.rule.versions[0]
        if len(self.rule.versions) == 1 and only.starts is None and only.ends is None:
            return self.bound(bound, self.version(only, clear))
        day = self.day()
        tree: Way = End()
        earlier: list[tuple[C, Version]] = []
        for version in self.rule.versions:
            begun = n.compare("<=", n.const(version.starts), day) if version.starts is not None else n.true
            going = n.compare("<=", day, n.const(version.ends)) if version.ends is not None else n.true
            earlier.append((n.and_(begun, going), version))
        for holds, version in reversed(earlier):
            tree = Branch(holds, self.version(version, n.and_(clear, holds)), tree)
        return self.bound(bound, tree)

    def bound(self, bound: C, tree: Way) -> Way:
        """The ways of a rule where it binds. Where nobody knows whether it does, nothing is looked into."""
        inside_ = Branch(bound, tree, End())
        return Branch(self.n.known(bound), inside_, End(row=None))

    def version(self, version: Version, clear: C) -> Way:
        """A version's ways; `clear` is where it is the one that answers."""
        if version.enacted_only:
            return End(version)
        n = self.n
        currency = self.all.currency()
        own = n.true
        if version.currency:
            own = n.or_(n.not_(n.known(currency)), n.surely(n.among(currency, (version.currency,))))
        self.versions.append(version)
        program = lower.lower(version, self.library.vocabulary, self.library.setting)
        found = convert(program, self.given, self.library.setting, version.calendar, n.and_(clear, own))
        self.masks["contradiction"].append(found.contradiction)
        self.masks["conflict"].append(found.conflict)
        slots = {named_by(slot.node): (slot.top, slot.bottom) for slot in program.slots if isinstance(slot.node, tuple)}
        tree = ways_of(found.tree, version, slots)
        return Branch(own, tree, End(version)) if own is not n.true else tree

    # -- how it ends

    def ending(
        self, answer: str, version: Version | None = None, row: Row | None = None, *, problem: str = "", rank: str = ""
    ) -> int:
        if answer == "does-not-apply":
            return self.all.endings.number(Ending(answer))
        if version is None and len(self.versions) == 1:
            version = self.versions[0]
        cite = row.cite.filled_from(version.cite).article if row is not None and version is not None else None
        return self.all.endings.number(
            Ending(
                answer, self.rule.id, version_name(version) if version is not None else None,
                row.id if row is not None else None, cite or None, problem or None,
                form_of(row, version) if answer == "owes" and row is not None and version is not None else None,
                row is not None and row.outcome == "credit",
            ),
            rank,
        )  # fmt: skip

    def fold(self, way: Way) -> _Ends:
        if isinstance(way, Branch):
            return self.joined(way.condition, self.fold(way.then), self.fold(way.other))
        return self.end(way)

    def end(self, way: End) -> _Ends:
        n = self.n
        outside = _OUTSIDE if self.rule.policy else _NONE
        if way.row is None:
            return _Ends(n.null(INT), n.null(INT), n.null(INT))
        if way.version is None or way.row < 0:
            return _Ends(n.const(self.ending("does-not-apply")), n.const(outside), n.zero)
        rows = (*way.version.exceptions, *way.version.owed)
        if way.row >= len(rows):
            return self.no_rows(way.version, way)
        row = rows[way.row]
        if row.outcome == "excluded":
            return _Ends(n.const(self.ending("does-not-apply")), n.const(outside), n.zero)
        if row.outcome in ("pay", "keep", "credit"):
            refund = way.names.get("refund", n.null(INT))
            some = n.compare("<", n.zero, refund)
            codes = [n.const(self.ending(answer, way.version, row)) for answer in ("owes", "owes-nothing")]
            kinds = n.const(_CREDIT if row.outcome == "credit" else _PAY), n.const(_NONE)
            return _Ends(n.sel(some, *codes), n.sel(some, *kinds), refund)
        answer, kind = _OTHERWISE.get(row.outcome, ("owes-nothing", _NONE))
        if row.outcome in ("ask", "see", "exchange"):
            kind += 10 * (
                1
                + list(dict.fromkeys(r.word for v in self.rule.versions for r in (*v.exceptions, *v.owed))).index(
                    row.word
                )
            )
        return _Ends(n.const(self.ending(answer, way.version, row)), n.const(kind), n.zero)

    def no_rows(self, version: Version, way: End) -> _Ends:
        """A version that gives days, figures or duties only."""
        n = self.n
        if not version.dates and not version.outputs:
            return _Ends(n.const(self.ending("duties", version)), n.const(_ANSWERS), n.zero)
        known = []
        for name, _ in (*version.dates, *version.outputs):
            value = value_of(n, way, name)
            known.append(n.and_(*(n.known(v) for v in value)) if isinstance(value, tuple) else n.known(value))
        code = n.sel(n.or_(*known), n.const(self.ending("gives", version)), n.null(INT))
        return _Ends(code, n.const(_ANSWERS), n.zero)

    def joined(self, condition: C, then: _Ends, other: _Ends) -> _Ends:
        """Of two ways one; where nobody knows which, what they have in common."""
        n = self.n
        found = _Ends(*(n.sel(condition, a, b) for a, b in zip(then, other, strict=True)))
        if not condition.null:
            return found
        alike = n.surely(n.and_(n.compare("==", then.kind, other.kind), n.compare("==", then.refund, other.refund)))
        if alike is n.false:
            return found
        none = n.compare("==", then.kind, n.const(_NONE))
        whatever = n.const(self.ending("owes-nothing"))
        code = n.sel(n.compare("==", then.code, other.code), then.code, n.sel(none, whatever, then.code))
        both = _Ends(code, then.kind, then.refund)
        return _Ends(*(n.or_else(a, n.sel(alike, b, n.null(INT))) for a, b in zip(found, both, strict=True)))

    def scope(self, way: Way) -> C:
        """Whether a way ends outside, as far as that is known although its end is not."""
        n = self.n
        if isinstance(way, Branch):
            return n.sel(way.condition, self.scope(way.then), self.scope(way.other))
        if way.row is None:
            return n.false
        rows = (*way.version.exceptions, *way.version.owed) if way.version is not None else ()
        return n.const(
            way.version is None or way.row < 0 or (way.row < len(rows) and rows[way.row].outcome == "excluded")
        )

    # -- what it gives

    def values(
        self, tree: Way, code: C, codes: tuple[int, ...]
    ) -> tuple[dict[str, Any], dict[str, tuple[Any, tuple[int, ...]]]]:
        """Dates, figures and all that is noted, by name, where the rule answers something; and bare, with where."""
        n, of = self.n, self.all.endings.of
        names = {key for way in ends_of(tree) for key in way.slots} | {"kept"}
        answers = [c for c in codes if of[c].answer != "does-not-apply" and of[c].problem is None]
        paying = [c for c in answers if of[c].answer in ("owes", "exchange", "gives")]
        settled = [c for c in answers if of[c].row is not None]
        found: dict[str, Any] = {}
        bare: dict[str, tuple[Any, tuple[int, ...]]] = {}
        for name in sorted(names):
            value = self.fold_value(tree, name)
            if value is None:
                continue
            where = paying if name in ("pay_by", "chargeback_request_by") else settled if name == "kept" else answers
            bare[name] = value, tuple(where)
            mask = is_one(n, code, codes, where)
            pair = tuple(n.sel(mask, v, n.null(v.kind)) for v in (value if isinstance(value, tuple) else (value,)))
            found[name] = pair if isinstance(value, tuple) else pair[0]
        return found, bare

    def fold_value(self, way: Way, name: str) -> Any:
        """A value by name; None where a way is outside, so that it does not matter there."""
        if isinstance(way, Branch):
            a, b = self.fold_value(way.then, name), self.fold_value(way.other, name)
            if a is None or b is None:
                return b if a is None else a
            if isinstance(a, tuple) or isinstance(b, tuple):
                pair = [v if isinstance(v, tuple) else (v, self.n.one) for v in (a, b)]
                return tuple(self.n.sel(way.condition, x, y) for x, y in zip(*pair, strict=True))
            return self.n.sel(way.condition, a, b)
        if way.row is None:
            return self.n.null(INT)
        return None if way.row < 0 or way.version is None else value_of(self.n, way, name)


_NONE, _PAY, _CREDIT, _ANSWERS, _OUTSIDE = 0, 1, 2, 3, 4
_WITH_REFUND = ("owes", "owes-nothing", "ask-someone-else", "exchange")
_OTHERWISE = {
    "ask": ("ask-someone-else", 5), "see": ("ask-someone-else", 6), "exchange": ("exchange", 7),
    "discretion": ("discretion", 8), "silent": ("silent", 9),
}  # fmt: skip
