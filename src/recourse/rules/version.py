"""One written version -> a typed one: its rows, days, answers, duties, presumptions and open questions."""

from __future__ import annotations

from dataclasses import replace

from recourse import money, places
from recourse.facts import Vocabulary
from recourse.problems import Problem, near
from recourse.rules import document, grammar, types
from recourse.rules.document import cite, day, fail, items, known_keys, mapping, text, texts
from recourse.rules.names import Names
from recourse.rules.tree import (
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
        entries = known_keys(node, {"place", "rest", "holidays"}, "a calendar")
        place = text(entries["place"], "place")
        rest = tuple(text(d, "rest") for d in items(entries["rest"], "rest")) if "rest" in entries else ()
        kinds: str | tuple[str, ...] = "public"
        if "holidays" in entries:
            inner = entries["holidays"].value
            kinds = (
                inner
                if isinstance(inner, str)
                else tuple(text(n, "holidays") for n in items(entries["holidays"], "holidays"))
            )
        if place in self.vocabulary.facts:
            return CalendarUse("", place, rest, kinds)
        try:
            places.check(place)
        except ValueError as error:
            fail(entries["place"], str(error))
        return CalendarUse(place, "", rest, kinds)

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

    def outcome_words(self) -> tuple[str, ...]:
        return tuple(self.vocabulary.expectations["outcome"].choices)

    def one_of(self, entries: dict[str, Node], key: str, choices: tuple[str, ...]) -> str:
        if key not in entries:
            return ""
        found = text(entries[key], key)
        if found not in choices:
            fail(entries[key], f"{key} cannot be “{found}”", f"one of {', '.join(choices)}")
        return found

    def money(self, node: Node, scope: Scope | None = None) -> Expr:
        found = self.expr(node, scope)
        if found.type.kind not in ("money", "zero"):
            fail(node, f"this is {found.type}, money is expected")
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
        )

    def build(self) -> Version:
        """The version. Raises Problem."""
        starts, ends, enacted_only = self.in_force()
        owed_node = self.entries.get("owed")
        owed_scope, owed_rows = self.scope, []
        if owed_node is not None and isinstance(owed_node.value, dict):
            inner = known_keys(owed_node, {"by", "bands"}, "owed")
            owed_scope = replace(self.scope, it=self.expr(inner["by"]).type)
            owed_rows = items(inner["bands"], "bands")
        elif owed_node is not None:
            owed_rows = items(owed_node, "owed")
        owed = [self.row(node, exception=False, scope=owed_scope) for node in owed_rows]
        if owed_scope.it is not None and owed_node is not None:
            by = self.expr(mapping(owed_node, "owed")["by"])
            owed = [replace(r, when=r.when and Expr("apply", (by, r.when), "", r.at, YESNO)) for r in owed]
        for number, row in enumerate(owed, 1):
            if (row.when is None) != (number == len(owed)):
                raise Problem("only the last row of `owed` stands without a condition, and it must", where=row.at)
        exceptions = (
            [self.row(n, exception=True, scope=self.scope) for n in items(self.entries["exceptions"], "exceptions")]
            if "exceptions" in self.entries
            else []
        )
        for row in exceptions:
            if row.when is None:
                raise Problem("an exception says when it holds", where=row.at, hint="if: ...")
            for other in row.over:
                if other not in {r.id for r in exceptions}:
                    raise Problem(f"there is no exception “{other}” to stand over", where=row.at)
        dates = tuple((n, self._date(n, v)) for n, v in self.section("dates").items())
        outputs: list[tuple[str, Expr]] = []
        for name, value in self.section("outputs").items():
            self.expected(name, value)
            outputs.append((name, self.value(value, replace(self.scope, lines={k: e.type for k, e in outputs}))))
        for name in self.raw:
            self.name(name)
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
            dates=dates,
            outputs=tuple(outputs),
            parts=tuple(p for p, _, _ in self.parts.values()),
            exceptions=_by_weight(exceptions),
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
        if not (version.owed or version.outputs or version.dates or version.duties or version.ways):
            raise Problem(
                "the version answers nothing", where=self.node.where, hint="owed, dates, outputs, duties or ways"
            )
        return replace(version, currency=_currency(version))

    def _date(self, name: str, node: Node) -> Expr:
        found = self.name(name)
        assert found is not None
        if found.type.kind not in ("date", "instant"):
            fail(node, f"“{name}” is {found.type}, not a date", "other answers stand under `outputs`")
        return found

    def in_force(self) -> tuple[int | None, int | None, bool]:
        if "in_force" not in self.entries:
            return None, None, False
        entries = known_keys(self.entries["in_force"], {"from", "until"}, "in_force")
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
            value, because, source = entries["value"], texts(entries.get("because")), cite(entries.get("cite"))
        kind = types.fact_type(self.vocabulary, fact)
        written = text(value, "presume")
        if kind.kind == "text" or (kind.kind == "choice" and written in kind.words):
            return Presumption(fact, Expr("lit", (), written, value.where, kind), because, source)
        if kind == YESNO and written in ("true", "false"):
            return Presumption(fact, Expr("lit", (), written == "true", value.where, YESNO), because, source)
        found = self.expr(value)
        types.unify(found, found, Expr("fact", (), fact, value.where, kind), loose=True)
        return Presumption(fact, found, because, source)

    def open(self, name: str, node: Node) -> Open:
        entries = known_keys(node, {"asks", "taken", "because", "cite"}, "an open question")
        taken = text(entries["taken"], "taken")
        if taken not in ("yes", "no", "true", "false"):
            fail(entries["taken"], f"a reading is yes or no, not “{taken}”")
        return Open(
            name,
            texts(entries.get("asks"), name),
            taken in ("yes", "true"),
            texts(entries.get("because")),
            cite(entries.get("cite")),
        )

    def rounding(self) -> Rounding:
        if "round" not in self.entries:
            return Rounding()
        node = self.entries["round"]
        if text(node, "round") == "half up to minor":
            return Rounding(ours=False)
        parser = grammar.Parser(f"paid, rounded {node.value}", None)
        try:
            found = parser.expression()
            parser.end()
        except Problem as error:
            fail(node, error.message, "down to 10 KRW, half up to minor")
        direction, (unit, step) = found.value
        if unit == "share" or unit.startswith("whole"):
            fail(node, "money is rounded to an amount", "down to 10 KRW")
        return Rounding(direction, int(step), "" if unit == "minor" else unit, ours=False)

    def not_encoded(self) -> tuple[NotEncoded, ...]:
        found = []
        for node in items(self.entries["not_encoded"], "not_encoded") if "not_encoded" in self.entries else []:
            entries = known_keys(node, {"cite", "excerpt", "why"}, "not_encoded")
            excerpt = text(entries["excerpt"], "excerpt") if "excerpt" in entries else ""
            found.append(NotEncoded(texts(entries.get("why")), cite(entries.get("cite")), excerpt))
        return tuple(found)


def _by_weight(rows: list[Row]) -> tuple[Row, ...]:
    """Exceptions with those that stand over others before them."""
    ordered: list[Row] = []
    waiting = list(rows)
    while waiting:
        free = [r for r in waiting if not any(r.id in other.over for other in waiting if other is not r)]
        if not free:
            raise Problem("exceptions stand over each other in a circle", where=waiting[0].at)
        ordered += free
        waiting = [r for r in waiting if r not in free]
    return tuple(ordered)


def _currency(version: Version) -> str:
    found = {
        e.value[1] for top in version.expressions() for e in top.walk() if e.op == "lit" and e.type.kind == "money"
    }
    found |= {
        e.value[1]
        for top in version.expressions()
        for e in top.walk()
        if e.op == "round" and len(e.value[1]) == 3 and e.value[1].isupper()
    }
    if version.rounding.currency:
        found.add(version.rounding.currency)
    for code in found:
        money.exponent(code)
    if len(found) > 1:
        raise Problem(
            f"one version speaks of {' and '.join(sorted(found))}", where=version.at, hint="money of one currency only"
        )
    return found.pop() if found else ""
