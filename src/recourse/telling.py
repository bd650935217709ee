"""The explanation of one rule at speed: each path is told once in full, and kept with holes for its numbers.

Which sentences are said depends only on the path (which conditions held, which facts are known); what stands in them
are numbers that the program noted. So a second purchase on the same path needs only its own numbers filled in. Nothing
is worked out a second time, and a path that cannot be kept in this way is simply told in full each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

from recourse import money
from recourse.assess import Assessment
from recourse.deciding import Desk
from recourse.entitlement import Entitlement
from recourse.facts import Facts
from recourse.library import Library
from recourse.rules import compiled
from recourse.rules.compiled import Unit, Working
from recourse.rules.explain import Story
from recourse.rules.prepared import key_of
from recourse.rules.setting import calendar_for
from recourse.rules.stops import Conflict, Contradiction, Undetermined
from recourse.rules.tree import Expr, Row, Rule, Version
from recourse.rules.types import fact_type
from recourse.rules.words import Speech
from recourse.selection import NotBound

MOST_PATHS = 4096  # kept for one version; beyond that the oldest are forgotten
MARK = "\x00"

Raw = tuple[int, int | None, int | None, tuple[Any, ...]]  # what a program returns


class Told(NamedTuple):
    """What one rule gives, and why: `refund` in smallest units, `clause` the deciding row, `steps` (text, article)."""

    refund: int | None
    clause: str
    steps: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Template:
    """The steps of one path: `fill(facts, what the program returned)` gives them with this run's numbers."""

    clause: str
    pays: bool  # whether the answer has an amount; a silent text has none
    fill: Callable[[Mapping[str, Any], Raw, Sequence[int | None]], tuple[tuple[str, str | None], ...]]


class _Cache(dict[Any, Any]):
    """How a value is written, looked up once."""

    def __init__(self, write: Callable[[Any], Any]) -> None:
        super().__init__()
        self.write = write

    def __missing__(self, value: Any) -> Any:
        if len(self) >= MOST_PATHS:
            self.clear()
        self[value] = found = self.write(value)
        return found


def template(e: Entitlement, steps: list[dict[str, Any]], unit: Unit, speech: _Recorder) -> Template:
    """The template of marked texts, as one compiled function of f-strings; each number is written once."""
    plain = Speech(speech.lang, speech.vocabulary, speech.labels, speech.setting, speech.version, None, speech.currency)
    space: dict[str, Any] = {
        "money": _Cache(_money(plain)),
        "money_part": _Cache(_money_part(plain)),
        "days": _Cache(plain.day),
        "share": _Cache(plain.share),
        "share_part": _Cache(lambda value: plain.share(Fraction(*value))),
        "instant": _Cache(plain.instant),
        "count": str,
        "count_part": lambda value: plain.count(Fraction(*value)),
        "places": _Cache(plain.place),
    }
    use = unit.version.calendar
    if use is not None:
        lang = speech.lang
        space["rest"] = lambda facts, day: calendar_for(use, use.place or facts[use.fact]).why_not(day, lang)
    lines = ["def fill(F, raw, others):", "    N = raw[3]"]
    for number, (source, how) in enumerate(speech.holes):
        read, part = _read(source)
        if how == "day":
            written = f"days[{read}]"
        elif how == "place":
            written = f"places[{read}]"
        elif how.startswith("word "):
            space[f"words{number}"] = _Cache(partial(plain.word, how.removeprefix("word ")))
            written = f"words{number}[{read}]"
        elif how == "rest":
            written = f"rest(F, {read})"
        else:
            name = f"{how}_part" if part else how
            written = f"{name}({read})" if how == "count" else f"{name}[{read}]"
        lines.append(f"    h{number} = {written}")
    texts = []
    for step in steps:
        pieces = step["text"].split(MARK)
        found = [p.replace("{", "{{").replace("}", "}}") if n % 2 == 0 else f"{{h{p}}}" for n, p in enumerate(pieces)]
        texts.append(f"(f{''.join(found)!r}, {step['cite']!r})")
    lines.append(f"    return ({', '.join(texts)},)")
    exec(compile("\n".join(lines), f"<told {e.clause}>", "exec"), space)  # noqa: S102 - made above, from our own sentences
    return Template(e.clause, e.refund is not None, space["fill"])


def _money(plain: Speech) -> Callable[[int], str]:
    """Writes whole smallest units of the purchase's currency."""
    currency = plain.currency
    places = money.exponent(currency) if currency else 0
    if not currency or not places:
        return plain.money
    unit = 10**places

    def write(minor: int) -> str:
        return f"{minor // unit:,}.{minor % unit:0{places}d} {currency}" if minor >= 0 else plain.money(minor)

    return write


def _money_part(plain: Speech) -> Callable[[tuple[int, int]], str]:
    """Writes an amount finer than the smallest unit, as `Speech.near` does, without making fractions of it."""
    currency = plain.currency
    places = money.exponent(currency) if currency else 0
    whole_units = _money(plain)
    if not currency:
        return lambda value: plain.money(Fraction(*value))
    unit = 10 ** (places + 2)

    def write(value: tuple[int, int]) -> str:
        hundredths, rest = divmod(value[0] * 100, value[1])
        if value[0] < 0:
            return plain.money(Fraction(*value))
        if not rest and hundredths % 100 == 0:
            return whole_units(hundredths // 100)
        cut = "…" if rest else ""
        return f"{hundredths // unit:,}.{hundredths % unit:0{places + 2}d}{cut} {currency}"

    return write


def _read(source: Any) -> tuple[str, bool]:
    """Where a number is found in another run, as an expression; and whether it is a fraction (top, bottom)."""
    kind = source[0]
    if kind == "fact":
        return f"F[{source[1]!r}]", False
    if kind in ("refund", "kept"):
        return f"raw[{1 if kind == 'refund' else 2}]", False
    if kind == "short":
        return "raw[2] - F['paid']", False
    if kind == "other":
        return f"others[{source[1]}]", False
    at, bottom = source[1]
    top = f"N[{at}]"
    if kind == "term":
        top = f"N[{at}][{source[2]}]"
        if bottom == 1:
            return top, True  # each with a bottom of its own
    if bottom == 1:
        return top, False
    return f"({top}, {bottom or f'N[{at + 1}]'})", True


class Layout:
    """What of the runs that end in one row decides which sentences are said."""

    def __init__(self, unit: Unit, chosen: int, library: Library) -> None:
        version, places = unit.version, unit.places[chosen]
        self.unit, self.name = unit, (id(unit), chosen)
        kinds = library.vocabulary
        self.flags = tuple(sorted(n for n in version.facts() if fact_type(kinds, n).kind == "yesno"))
        truths = [places[key][0] for key, node in unit.nodes(chosen) if self.is_truth(node, version)]
        # two at least, so that itemgetter gives a tuple
        self.truths = itemgetter(*truths) if len(truths) > 1 else (lambda noted: tuple(noted[n] for n in truths))
        row = unit.rows[chosen] if 0 <= chosen < len(unit.rows) else None
        self.tests = list(self.comparisons(row, places)) if row is not None else []
        lines = [("line", name) for name, _ in row.lines] if row is not None else []
        self.kept = [places[key][0] for key in lines if key in places]
        self.moved = list(self.workdays(version, places))
        self.lists = [at for key, (at, _) in places.items() if isinstance(key, tuple) and key[0] == "terms"]
        self.calendar = use = version.calendar
        self.open_years = _Cache(lambda one: use is not None and calendar_for(use, one[0]).provisional(one[1]))
        self.days = [places["let", name][0] for name, _ in version.dates if ("let", name) in places]
        self.answers = [
            *self.days, *(places["output", name][0] for name, _ in version.outputs if ("output", name) in places)
        ]  # fmt: skip

    def is_truth(self, node: Any, version: Version) -> bool:
        """Whether a noted value is a yes, a no or a word: those decide what is said, numbers only fill it in."""
        if isinstance(node, Expr):
            return node.type.kind in ("yesno", "choice", "text", "place")
        group, name = node
        kinds = {"let": version.named(), "output": dict(version.outputs)}.get(group, {})
        return name in kinds and kinds[name].type.kind in ("yesno", "choice", "text", "place")

    def comparisons(self, row: Row, places: Mapping[Any, tuple[int, int]]) -> Iterator[tuple[int, int, int | None]]:
        """For each amount of a row: where its exact value is, its bottom, and where the rounded one (None: refund)."""
        pairs = [(row.amount, None)] if row.amount is not None else []
        pairs += [(expr, places.get(("line", name), (None,))[0]) for name, expr in row.lines]  # type: ignore[misc]
        for expr, where in pairs:
            if id(expr) in places:
                yield *places[id(expr)], where

    def workdays(self, version: Version, places: Mapping[Any, tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Where a date stands, and where a day that it may have moved from."""
        named = version.named()

        def unmoved(expr: Expr, seen: set[str]) -> Iterator[Expr]:
            for node in expr.walk():
                if node.op == "workday":
                    yield node.args[0]
                elif node.op == "let" and node.value in named and node.value not in seen:
                    seen.add(str(node.value))
                    yield from unmoved(named[node.value], seen)

        for name, expr in version.dates:
            for one in unmoved(expr, set()) if ("let", name) in places else ():
                if id(one) in places:
                    yield places["let", name][0], places[id(one)][0]

    def path(self, facts: Facts, raw: Raw) -> Any:
        """The same for two runs only if the same sentences are said."""
        values, noted = facts.values, raw[3]
        refund, kept = raw[1], raw[2]
        exact = []
        for at, bottom, rounded in self.tests:
            amount = refund if rounded is None else noted[rounded]
            of = bottom or noted[at + 1]
            exact.append((amount is not None and noted[at] == amount * of, amount == 0))
        moved = [noted[a] != noted[b] for a, b in self.moved] if self.moved else ()
        nothing = [noted[at] == 0 for at in self.kept] if self.kept else ()
        lengths = [None if noted[at] is None else len(noted[at]) for at in self.lists] if self.lists else ()
        short = kept is not None and kept > values["paid"]
        flags = tuple(map(values.get, self.flags))
        absent = [noted[at] is None for at in self.answers] if self.answers else ()
        return (
            self.name, facts.currency, (*values,), flags, self.truths(noted), *exact, *moved, *nothing, *lengths,
            *absent, short, not refund, self.provisional(values, noted),
        )  # fmt: skip

    def provisional(self, values: Mapping[str, Any], noted: tuple[Any, ...]) -> bool:
        """Whether one of the days lies in a year whose calendar is not published."""
        use = self.calendar
        if use is None:
            return False
        place = use.place or values.get(use.fact)
        if place is None:
            return False
        for at in self.days:
            day = noted[at]
            if day is not None and self.open_years[place, day]:
                return True
        return False


class _Int(int):
    source: Any


class _Fraction(Fraction):
    source: Any


class _Str(str):
    __slots__ = ("source",)
    source: Any


def _tagged(value: Any, source: Any) -> Any:
    """The same value, which knows where it came from."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, tuple):
        found: Any = _Fraction(*value)
    elif isinstance(value, int):
        found = _Int(value)
    elif isinstance(value, Fraction):
        found = _Fraction(value)
    elif isinstance(value, str):
        found = _Str(value)
    else:
        return value
    found.source = source
    return found


class _Recorder(Speech):
    """Speaks, but leaves a mark for every number that another purchase would fill in otherwise."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.holes: list[tuple[Any, str]] = []  # where the number comes from, and how it is written

    def record(self, value: Any, how: str, write: Callable[[Any], str]) -> str:
        if not hasattr(value, "source"):
            return write(value)
        hole = (value.source, how)
        if hole not in self.holes:
            self.holes.append(hole)
        return f"{MARK}{self.holes.index(hole)}{MARK}"

    def money(self, minor: Any) -> str:
        return self.record(minor, "money", super().money)

    def day(self, number: Any) -> str:
        return self.record(number, "day", super().day)

    def share(self, value: Any) -> str:
        return self.record(value, "share", super().share)

    def instant(self, seconds: Any) -> str:
        return self.record(seconds, "instant", super().instant)

    def count(self, value: Any) -> str:
        return self.record(value, "count", super().count)

    def word(self, fact: str, word: str) -> str:
        plain = super().word
        return self.record(word, f"word {fact}", lambda found: plain(fact, found))

    def place(self, code: str) -> str:
        return self.record(code, "place", super().place)

    def rest(self, day: Any) -> str:
        return self.record(day, "rest", super().rest)


class _Traced(Working):
    """A working whose values know where they came from."""

    def __init__(self, unit: Unit, facts: Mapping[str, Any], raw: Raw) -> None:
        super().__init__(unit, facts, raw)
        self.kept = _tagged(self.kept, ("kept",))

    def at(self, node: Any) -> Any:
        value = super().at(node)
        place = self.unit.places[self.chosen].get(key_of(node))
        if isinstance(value, list):
            return [_tagged(term, ("term", place, number)) for number, term in enumerate(value)]
        return _tagged(value, ("slot", place))

    def fact(self, name: str) -> Any:
        value = super().fact(name)
        plain = name not in self.facts or isinstance(value, tuple)  # lists are never written out
        return value if plain else _tagged(value, ("fact", name))


class _Other(NamedTuple):
    """The program of another reading, and where its answers stand beside ours: by its deciding row."""

    unit: Unit
    pairs: dict[int, list[tuple[int, int | None]]]


def _same_answers(layout: Layout, other: Unit, chosen: int) -> Iterator[tuple[int, int | None]]:
    """Where a date or figure stands here, and where in the other program."""
    version = layout.unit.version
    ours, theirs = layout.unit.places[layout.name[1]], other.places[chosen]
    for key in (*(("let", n) for n, _ in version.dates), *(("output", n) for n, _ in version.outputs)):
        if key in ours:
            yield ours[key][0], theirs[key][0] if key in theirs else None


class Teller:
    """Explains one rule for many purchases, in one language; keep one for each rule and language."""

    def __init__(self, library: Library, rule: Rule, lang: str, *, asked_on: int) -> None:
        self.library, self.rule, self.lang, self.asked_on = library, rule, lang, asked_on
        self.paths: dict[Any, Template | None] = {}
        self.layouts: dict[tuple[int, int], Layout] = {}
        self.others: dict[Any, _Other] = {}
        self.doubts: dict[Any, tuple[str, ...]] = {}  # open questions that are met on a path
        self.bound: dict[Any, bool] = {}

    def tell(self, facts: Facts) -> Told:
        """What the rule gives on these facts, and why. Raises Problem where two exceptions conflict."""
        values = facts.values
        unit = self.unit(facts)
        if unit is None:
            return self.in_full(facts)
        try:
            raw = unit.decide(values)
            layout = self.layouts.get((unit.number, raw[0])) or self.made(unit, raw[0])
            key = layout.path(facts, raw)
            doubts = self.doubts.get(key, ())
            others: list[int | None] = []
            if doubts:
                others, told = self.otherwise(layout, doubts, values, raw)
                key = (key, told)
            template_ = self.paths.get(key)
            if template_ is None and key not in self.paths:
                self.first(key, facts, layout, raw)  # for the next one on this path
            elif template_ is not None:
                return Told(raw[1] if template_.pays else None, template_.clause, template_.fill(values, raw, others))
        except (KeyError, Contradiction, Conflict):
            pass  # a fact is missing, or a number is not there this time: told in full
        return self.in_full(facts)

    def unit(self, facts: Facts) -> Unit | None:
        """The version that answers, ready to run; None where that is not plain."""
        values = facts.values
        people = (values.get("learner_place"), values.get("seller_place"))
        bound = self.bound.get(people)
        desk: Desk | None = None
        if bound is None:
            desk = Desk(self.library, facts, self.asked_on)
            try:
                desk.binds(self.rule, values, {})
                bound = True
            except (NotBound, Undetermined):
                bound = False
            if len(self.bound) < MOST_PATHS:
                self.bound[people] = bound
        if not bound:
            return None
        version = self.version(values)
        if version is None or (version.currency and version.currency != facts.currency):
            return None
        return compiled.unit(self.library, self.rule, version)

    def version(self, values: Mapping[str, Any]) -> Version | None:
        versions = self.rule.versions
        if len(versions) == 1 and versions[0].starts is None and versions[0].ends is None:
            return None if versions[0].enacted_only else versions[0]
        for name in self.rule.selected_by or ("asked_on",):
            day = self.asked_on if name == "asked_on" else values.get(name)
            if day is not None:
                for version in versions:
                    starts, ends = version.starts, version.ends
                    if (starts is None or starts <= day) and (ends is None or day <= ends):
                        return None if version.enacted_only else version
                return None
        return None

    def made(self, unit: Unit, chosen: int) -> Layout:
        found = Layout(unit, chosen, self.library)
        self.layouts[unit.number, chosen] = found
        return found

    def otherwise(
        self, layout: Layout, doubts: tuple[str, ...], values: Mapping[str, Any], raw: Raw
    ) -> tuple[list[int | None], tuple[Any, ...]]:
        """What the other readings would give, and which of them are told. Raises KeyError where that is not plain."""
        amounts: list[int | None] = []
        told = []
        refund, noted = raw[1], raw[3]
        for name in doubts:
            key = (layout.name, name)
            other = self.others.get(key)
            if other is None:
                other = self.others[key] = _Other(
                    compiled.flipped(self.library, self.rule, layout.unit.version, name), {}
                )
            chosen, amount, _, there = other.unit.decide(values)
            pairs = other.pairs.get(chosen)
            if pairs is None:
                pairs = other.pairs[chosen] = list(_same_answers(layout, other.unit, chosen))
            same_days = True
            for mine, its in pairs:
                value = noted[mine]
                if type(value) is int and (its is None or there[its] != value):
                    same_days = False
            amounts.append(amount)
            told.append((amount == refund, same_days))
        return amounts, tuple(told)

    def in_full(self, facts: Facts) -> Told:
        """Told without a template."""
        found = Desk(self.library, facts, self.asked_on).entitlement(self.rule)
        whole = Assessment(self.library, facts, self.asked_on, (found,))
        steps = Story(found, whole, self.lang).tell()
        return Told(found.refund, found.clause, tuple((s["text"], s["cite"]) for s in steps))

    def first(self, key: Any, facts: Facts, layout: Layout, raw: Raw) -> Template | None:
        """A path told for the first time: with holes; None where something in it cannot be filled in again."""
        plain = Desk(self.library, facts, self.asked_on).entitlement(self.rule)
        made: Template | None = None
        values = facts.values
        if not (plain.taken or plain.provisional) and type(plain.working) is Working and not _by_chance(plain):
            base = key[0] if key[0] in self.doubts else key
            told_of = plain.answer != "does-not-apply"  # then no doubt is told
            met = {e.value for e in compiled.reached(plain.working) if e.op == "open" and told_of}
            doubts = tuple(o.name for o in layout.unit.version.opens if o.name in met)
            others: list[int | None] = []
            if doubts:
                self.doubts[base] = doubts
                others, told = self.otherwise(layout, doubts, values, raw)
                key = (base, told)
            found = traced(plain, _Traced(layout.unit, values, raw), doubts)
            whole = Assessment(self.library, facts, self.asked_on, (found,))
            story = Story(found, whole, self.lang, _Recorder)
            steps = story.tell()
            assert isinstance(story.speech, _Recorder)
            made = template(found, steps, layout.unit, story.speech)
            full = Story(plain, whole, self.lang).tell()
            try:
                same = made.fill(values, raw, others) == tuple((s["text"], s["cite"]) for s in full)
            except (KeyError, TypeError):
                same = False
            made = made if same else None
        if len(self.paths) >= MOST_PATHS:
            self.paths.pop(next(iter(self.paths)))
        self.paths[key] = made
        return made


WEAK = ("mul", "div", "min", "max", "case", "and", "or", "else", "apply", "pick", "sum")


def _by_chance(plain: Entitlement) -> bool:
    """Whether an answer that the program left out might be known for other numbers: what is missing need not matter."""
    version, working = plain.version, plain.working
    if version is None or working is None or working.out_of_scope:
        return False
    named = version.named()
    there = working.answers
    absent = [e for name, e in (*version.dates, *version.outputs) if name not in there]
    seen: set[str] = set()
    while absent:
        for node in absent.pop().walk():
            if node.op in WEAK:
                return True
            if node.op == "let" and node.value in named and node.value not in seen:
                seen.add(str(node.value))
                absent.append(named[node.value])
    return False


def traced(plain: Entitlement, working: _Traced, doubts: tuple[str, ...] = ()) -> Entitlement:
    """The entitlement with values that know where they came from."""
    answers = {name: _answer(name, value, working) for name, value in plain.answers.items()}
    presumed = tuple((name, _presumed(name, value, working), why) for name, value, why in plain.presumed)
    selected = plain.selected
    if selected is not None and selected[0] != "asked_on":
        selected = (selected[0], _tagged(selected[1], ("fact", selected[0])))
    return replace(
        plain,
        working=working,
        refund=_tagged(plain.refund, ("refund",)),
        answers=answers,
        presumed=presumed,
        selected=selected,
        lines={name: working.at(("line", name)) for name in plain.lines},
        readings=tuple((o, _tagged(other, ("other", doubts.index(o.name)))) for o, other in plain.readings),
    )


def _answer(name: str, value: Any, working: _Traced) -> Any:
    if name == "owed_to_seller":
        return _tagged(value, ("kept",))
    if name == "still_owed_by_learner" and value:
        return _tagged(value, ("short",))
    for group in ("let", "output", "extra"):
        key = (group, name)
        if key in working.unit.places[working.chosen] and Working.at(working, key) == value:
            return working.at(key)
    return value


def _presumed(name: str, value: Any, working: _Traced) -> Any:
    place = working.unit.places[working.chosen].get(("fact", name))
    return value if place is None else _tagged(value, ("slot", place))
