"""One written version -> a typed one: its rows, days, answers, duties, presumptions and open questions."""

from __future__ import annotations

import re
from dataclasses import replace

from recourse import calendars, places
from recourse.facts import Vocabulary
from recourse.problems import Place, Problem, likely, near
from recourse.rules import document, grammar, soundness, types
from recourse.rules.document import cite, day, fail, inside, items, known_keys, mapping, need, text, texts
from recourse.rules.names import MOST_CASES, Names, usable
from recourse.rules.tree import (
    PLACE,
    YESNO,
    CalendarUse,
    Cite,
    Duty,
    Expr,
    NotEncoded,
    Open,
    Presumption,
    Rounding,
    Row,
    Texts,
    Type,
    Version,
)
from recourse.rules.types import Scope
from recourse.source import Node

ROW_KEYS = frozenset(
    {
        "id",
        "if",
        "when",
        "says",
        "cite",
        "form",
        "payer",
        "outcome",
        "also",
        "over",
        "drop",
        "likely",
        *document.OUTCOMES,
    }
)
_WORD = re.compile("[a-z][a-z0-9_]*(?:-[a-z0-9_]+)*")
FORMS = ("original", "credits", "wallet", "bank-transfer", "exchange")


class VersionBuilder(Names):
    """Builds one version; `build` gives it."""

    def __init__(self, node: Node, vocabulary: Vocabulary, rates: frozenset[str]) -> None:
        super().__init__(node, vocabulary, rates)
        self.calendar = self.read_calendar()

    def read_calendar(self) -> CalendarUse | None:
        if "calendar" not in self.entries:
            return None
        node = self.entries["calendar"]
        if isinstance(node.value, str):
            fail(node, "a calendar names its place under `place`", f"calendar: {{place: {node.value or 'KR'}}}")
        entries = known_keys(node, {"place", "rest", "holidays"}, "a calendar")
        named = need(entries, "place", node, "a calendar", "{place: KR}, or a place fact")
        place = text(named, "place")
        rest = self.calendar_words(entries, "rest", calendars.WEEKDAYS, "a day of the week")
        if len(set(rest)) == len(calendars.WEEKDAYS):
            fail(entries["rest"], "rest names all seven days")
        kinds: str | tuple[str, ...] = "public"
        if "holidays" in entries:
            known = ("public", "none", *sorted(calendars.CATEGORIES - {"public"}))
            found = self.calendar_words(entries, "holidays", known, "a class of holidays")
            kinds = found[0] if isinstance(entries["holidays"].value, str) else found
            if "none" in found and kinds != "none":
                fail(entries["holidays"], "`none` stands alone", "holidays: none")
        if place in self.vocabulary.facts:
            if types.fact_type(self.vocabulary, place) != PLACE:
                fail(named, f"{place} is {types.fact_type(self.vocabulary, place)}, not a place", "KR, or a place fact")
            return CalendarUse("", place, rest, kinds)
        try:
            places.check(place, unions=False)
        except Problem as problem:
            raise problem.at(inside(named)) from None
        return CalendarUse(place, "", rest, kinds)

    def calendar_words(self, entries: dict[str, Node], key: str, known: tuple[str, ...], what: str) -> tuple[str, ...]:
        """One word or a list of them, all known."""
        if key not in entries:
            return ()
        node = entries[key]
        nodes = [node] if isinstance(node.value, str) and key == "holidays" else items(node, key)
        if not nodes:
            fail(node, f"{key} names nothing", ", ".join(known))
        for one in nodes:
            word = text(one, key)
            if word not in known:
                fail(one, f"“{word}” is not {what}", likely(word, known))
        return tuple(text(one, key) for one in nodes)

    def row(self, node: Node, *, exception: bool, scope: Scope) -> Row:
        entries = known_keys(node, ROW_KEYS, "a row")
        outcomes = [key for key in document.OUTCOMES if key in entries]
        if len(outcomes) != 1:
            fail(
                node,
                f"a row has one outcome, this has {' and '.join(outcomes) or 'none'}",
                ", ".join(document.OUTCOMES),
            )
        outcome, value = outcomes[0], entries[outcomes[0]]
        if outcome == "excluded" and not exception:
            fail(value, "`excluded` stands in exceptions only", "use `applies`, or `lost` / `nothing`")
        row = Row(
            id=text(entries["id"], "id") if "id" in entries else "",
            outcome=outcome,
            when=self.condition(entries, scope),
            says=texts(entries.get("says")),
            cite=cite(entries.get("cite")),
            form=self.one_of(entries, "form", FORMS),
            payer=text(entries["payer"], "payer") if "payer" in entries else "",
            named=self.one_of(entries, "outcome", self.outcome_words()),
            over=tuple(text(n, "over") for n in items(entries["over"], "over")) if "over" in entries else (),
            at=node.where,
        )
        lines: dict[str, Type] = {}
        if outcome in ("pay", "credit"):
            row = replace(row, amount=self.money(value))
        elif outcome == "keep":
            kept = []
            for name, line in mapping(value, "keep").items():
                self.line_name(name, value.key_at(name))
                kept.append((name, self.money(line, replace(self.scope, lines=dict(lines)))))
                lines[name] = kept[-1][1].type
            row = replace(row, lines=tuple(kept))
        elif outcome == "discretion":
            inner = known_keys(value, {"at_most", "likely", "why"}, "discretion")
            row = replace(
                row,
                amount=self.money(inner["at_most"]) if "at_most" in inner else None,
                likely=self.money(inner["likely"]) if "likely" in inner else None,
                why=texts(inner.get("why")),
            )
        elif outcome in ("exchange", "see", "ask"):
            row = replace(row, word=text(value, outcome))
        else:
            row = replace(row, why=texts(value))
        also = mapping(entries["also"], "also") if "also" in entries else {}
        extra = tuple((name, self.expr(e, replace(self.scope, lines=dict(lines)))) for name, e in also.items())
        for name, _ in extra:
            self.expected(name, also[name])
        return replace(row, also=extra)

    def line_name(self, name: str, at: Place) -> None:
        """A kept line is called by the lines after it, so it has a name of its own; it may be called like a fact."""
        usable(name, at)
        if name in self.raw or name in self.section("open"):
            what = "an open question" if name in self.section("open") else "a value or day of the version"
            raise Problem(f"“{name}” is {what} already, a kept line needs a name of its own", at)

    def outcome_words(self) -> tuple[str, ...]:
        """What a row may call its outcome; what is silent says so itself."""
        return tuple(word for word in self.vocabulary.expectations["outcome"].choices if word != "silent")

    def one_of(self, entries: dict[str, Node], key: str, choices: tuple[str, ...]) -> str:
        if key not in entries:
            return ""
        found = text(entries[key], key)
        if found not in choices:
            fail(entries[key], f"{key} cannot be “{found}”", likely(found, choices))
        return found

    def money(self, node: Node, scope: Scope | None = None) -> Expr:
        found = self.expr(node, scope)
        if found.type.kind not in ("money", "zero"):
            amount = types.is_bare(found) and found.op == "lit"
            hint = "an amount ends with its currency: 50 USD" if amount else ""
            fail(node, f"this is {found.type}, money is expected", hint)
        return found

    def expected(self, name: str, node: Node) -> None:
        if name not in self.vocabulary.expectations:
            hints = near(name, self.vocabulary.expectations)
            fail(node, f"“{name}” is no answer of the vocabulary", f"near: {', '.join(hints)}" if hints else "")

    def duties(self, key: str) -> tuple[Duty, ...]:
        return tuple(self.duty(n) for n in items(self.entries[key], key)) if key in self.entries else ()

    def duty(self, node: Node) -> Duty:
        entries = known_keys(node, {"id", "if", "must", "says", "cite", "drop"}, "a duty")
        if "says" not in entries or "id" not in entries:
            fail(node, "a duty has an id and says what must be done")
        return Duty(
            text(entries["id"], "id"),
            texts(entries["says"]),
            self.yesno(entries["if"]) if "if" in entries else None,
            self.yesno(entries["must"]) if "must" in entries else None,
            cite(entries.get("cite")),
            node.where,
        )

    def owed(self) -> list[Row]:
        """The rows of what is owed, each alone or by what bands are asked about."""
        owed_node = self.entries.get("owed")
        owed_scope, owed_rows, by = self.scope, [], None
        if owed_node is not None and isinstance(owed_node.value, dict):
            inner = known_keys(owed_node, {"by", "bands"}, "owed")
            asked = need(inner, "by", owed_node, "owed by bands", "{by: …, bands: […]}")
            bands = need(inner, "bands", owed_node, "owed by bands", "{by: …, bands: […]}")
            by = self.expr(asked)
            owed_scope = replace(self.scope, it=types.asked_about(by, inside(asked)))
            owed_rows = items(bands, "bands")
        elif owed_node is not None:
            owed_rows = items(owed_node, "owed")
        if owed_node is not None and len(owed_rows) > MOST_CASES:
            fail(owed_node, f"`owed` has more than {MOST_CASES} rows", "let a table work out the amount")
        owed = [self.row(node, exception=False, scope=owed_scope) for node in owed_rows]
        if by is not None:
            owed = [replace(r, when=r.when and types.apply(by, r.when, "", r.at)) for r in owed]
        for number, row in enumerate(owed, 1):
            if (row.when is None) != (number == len(owed)):
                raise Problem("only the last row of `owed` stands without a condition, and it must", where=row.at)
        soundness.ids_apart(owed, "rows of `owed`")
        return owed

    def build(self) -> Version:
        """The version. Raises Problem."""
        starts, ends, enacted_only = self.in_force()
        owed = self.owed()
        exceptions = (
            [self.row(n, exception=True, scope=self.scope) for n in items(self.entries["exceptions"], "exceptions")]
            if "exceptions" in self.entries
            else []
        )
        soundness.exceptions_stand(exceptions)
        dates = tuple((n, self._date(n, v)) for n, v in self.section("dates").items())
        outputs: list[tuple[str, Expr]] = []
        for name, value in self.section("outputs").items():
            self.expected(name, value)
            outputs.append((name, self.value(value, replace(self.scope, lines={k: e.type for k, e in outputs}))))
        for name in self.raw:
            self.name(name)
        self.unasked()
        for name in self.part_nodes:
            self.part(name, Expr("sum", at=self.part_nodes[name].where))
        version = Version(
            name=text(self.entries["name"], "name") if "name" in self.entries else "",
            starts=starts, ends=ends, enacted_only=enacted_only,
            cite=cite(self.entries.get("cite")),
            applies=self.yesno(self.entries["applies"]) if "applies" in self.entries else None,
            presume=tuple(self.presumption(n, v) for n, v in self.section("presume").items()),
            opens=tuple(self.open(n, v) for n, v in self.section("open").items()),
            lets=tuple((n, self.named[n]) for n in self.section("let")),
            own_words=self.own_words(),
            dates=dates,
            outputs=tuple(outputs),
            parts=tuple(p for p, _, _ in self.parts.values()),
            exceptions=soundness.by_weight(exceptions),
            owed=tuple(owed),
            duties=self.duties("duties"),
            ways=self.duties("ways"),
            rounding=self.rounding(),
            shortfall=self.word("shortfall", ("owed", "none"), "none"),
            calendar=self.calendar,
            months=self.scope.months,
            form=self.word("form", FORMS),
            payer=text(self.entries["payer"], "payer") if "payer" in self.entries else "",
            big=self.word("arithmetic", ("big",)) == "big",
            note=texts(self.entries.get("note")),
            not_encoded=self.not_encoded(),
            at=self.node.where,
        )  # fmt: skip
        soundness.presumed_apart(version, self.entries.get("presume"))
        if soundness.deepest(version) > soundness.MOST_DEEP:
            raise Problem(
                f"names stand for one another, and expressions reach, more than {soundness.MOST_DEEP} steps deep",
                where=version.at, hint="say it with fewer steps",
            )  # fmt: skip
        return replace(version, currency=soundness.currency(version, self.entries.get("round")))

    def _date(self, name: str, node: Node) -> Expr:
        found = self.name(name)
        assert found is not None
        if found.type.kind not in ("date", "instant"):
            fail(node, f"“{name}” is {found.type}, not a date", "other answers stand under `outputs`")
        return found

    def own_words(self) -> dict[str, dict[str, Texts]]:
        """For each named value that is a word of the rule's own: its words and what they are called."""
        found: dict[str, dict[str, Texts]] = {}
        for name, node in self.section("let").items():
            choices = node.value.get("choices") if isinstance(node.value, dict) else None
            if choices is not None and isinstance(choices.value, dict):
                found[name] = {word: texts(one) for word, one in choices.value.items()}
            elif choices is not None:
                found[name] = {text(one, "a word"): {} for one in items(choices, "choices")}
        return found

    def in_force(self) -> tuple[int | None, int | None, bool]:
        if "in_force" not in self.entries:
            return None, None, False
        node = self.entries["in_force"]
        if isinstance(node.value, str) and not node.is_null:
            fail(node, "in_force says from when, and until when", f"in_force: {{from: {node.value}}}")
        entries = known_keys(node, {"from", "until"}, "in_force")
        ends = (
            day(entries["until"])
            if "until" in entries and text(entries["until"], "until") not in ("", "null")
            else None
        )
        if "from" not in entries or text(entries["from"], "from") in ("", "null"):
            return None, ends, False
        if text(entries["from"], "from") == "not yet":
            return None, ends, True
        starts = day(entries["from"])
        if ends is not None and ends < starts:
            fail(entries["until"], "the version ends before it starts")
        return starts, ends, False

    def presumption(self, fact: str, node: Node) -> Presumption:
        if fact not in self.vocabulary.facts:
            fail(node, f"there is no fact “{fact}” to presume", f"near: {', '.join(near(fact, self.vocabulary.facts))}")
        because: Texts = {}
        source = Cite()
        value = node
        if isinstance(node.value, dict):
            entries = known_keys(node, {"value", "because", "cite"}, "a presumption")
            value = need(entries, "value", node, "a presumption", "{value: …, because: …}")
            because, source = texts(entries.get("because")), cite(entries.get("cite"))
        kind = types.fact_type(self.vocabulary, fact)
        written = text(value, "presume")
        if kind.kind == "text" or (kind.kind == "choice" and written in kind.words):
            return Presumption(fact, Expr("lit", (), written, value.where, kind), because, source)
        if kind == YESNO and written in ("true", "false"):
            return Presumption(fact, Expr("lit", (), written == "true", value.where, YESNO), because, source)
        named = written in self.raw or written in self.vocabulary.facts or written in self.section("open")
        if kind.kind == "choice" and _WORD.fullmatch(written) and not named:
            raise Problem(f"{fact} has no “{written}”", inside(value), hint=likely(written, kind.words))
        found = self.expr(value)
        types.unify(found, found, Expr("fact", (), fact, value.where, kind), loose=True)
        self.presumable(fact, kind, found, inside(value))
        return Presumption(fact, found, because, source)

    def presumable(self, fact: str, kind: Type, found: Expr, at: Place) -> None:
        """What is taken for a fact can be its value."""
        if kind.kind in ("list", "period"):
            raise Problem(f"{fact} is {kind}, which cannot be presumed", at)
        if kind.kind == "count":
            if found.type.kind == "count" and found.type.units and not set(found.type.units) <= set(kind.units):
                raise Problem(f"{fact} is {kind}, not {found.type}", at)
            if not types.is_whole(found, self.name):
                raise Problem(f"{fact} is whole, this may be a part of one", at, hint="…, rounded up to whole …")
        strange = [word for word in found.type.words if word not in kind.words]
        if kind.kind == "choice" and strange:
            raise Problem(f"{fact} has no “{strange[0]}”", at, hint=likely(strange[0], kind.words))

    def open(self, name: str, node: Node) -> Open:
        entries = known_keys(node, {"asks", "taken", "because", "cite"}, "an open question")
        taken = text(need(entries, "taken", node, "an open question", "taken: yes, or taken: no"), "taken")
        if taken not in ("yes", "no", "true", "false"):
            fail(entries["taken"], f"a reading is yes or no, not “{taken}”")
        return Open(
            name,
            texts(entries.get("asks"), name),
            taken in ("yes", "true"),
            texts(entries.get("because")),
            cite(entries.get("cite")),
            node.where,
        )

    def rounding(self) -> Rounding:
        if "round" not in self.entries:
            return Rounding()
        node = self.entries["round"]
        direction, (unit, step) = grammar.parse_rounding(text(node, "round"), inside(node))
        if unit == "share" or unit.startswith("whole"):
            fail(node, "money is rounded to an amount", "down to 10 KRW")
        return Rounding(direction, int(step), "" if unit == "minor" else unit, ours=False)

    def not_encoded(self) -> tuple[NotEncoded, ...]:
        found = []
        for node in items(self.entries["not_encoded"], "not_encoded") if "not_encoded" in self.entries else []:
            entries = known_keys(node, {"cite", "excerpt", "why"}, "not_encoded")
            excerpt = text(entries["excerpt"], "excerpt") if "excerpt" in entries else ""
            found.append(NotEncoded(texts(entries.get("why")), cite(entries.get("cite")), excerpt, node.where))
        return tuple(found)
