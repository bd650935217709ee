"""A written rule -> a typed one: every expression parsed and checked, every name resolved, every row complete."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from recourse import days, money, places
from recourse.facts import Vocabulary
from recourse.problems import Place, Problem, near
from recourse.rules import document, grammar, types
from recourse.rules.document import fail, items, known_keys, mapping, text
from recourse.rules.tree import (
    YESNO, CalendarUse, Cite, Displaces, Duty, Expr, NotEncoded, Open, Part, Presumption, Relations, Rounding, Row, Rule,
    Texts, Type, Version,
)  # fmt: skip
from recourse.rules.types import Scope, check
from recourse.source import Node

KINDS = ("money-back", "remedy", "duty", "deadline", "escalation", "interest", "damages", "aid", "clause")
ROW_KEYS = frozenset({"id", "if", "when", "says", "cite", "form", "payer", "outcome", "also", "over", "drop", "likely", *document.OUTCOMES})
FORMS = ("original", "credits", "wallet", "bank-transfer", "exchange")


def build(rule: Node, vocabulary: Vocabulary, rates: frozenset[str], parent: Callable[[str, Node], Node]) -> Rule:
    """The typed rule. `parent` finds the text of the rule it is `like`. Raises Problem at the first fault of each version."""
    entries = known_keys(rule, document.RULE_KEYS | document.VERSION_KEYS, "a rule")
    if "id" not in entries:
        fail(rule, "a rule needs an id", "id: place-law-article, lower case with hyphens")
    rule_id = text(entries["id"], "id")
    whole = _inherited(rule, parent)
    policy = text(entries["policy"], "policy") if "policy" in entries else ""
    place = text(entries["place"], "place") if "place" in entries else ""
    binds = text(entries["binds"], "binds") if "binds" in entries else ""
    if not policy:
        _scope(rule, place, binds, entries)
    kind = text(whole["kind"], "kind") if "kind" in whole else ("clause" if policy else "")
    if kind not in KINDS:
        fail(whole.get("kind", rule), f"“{kind}” is no kind of rule", f"one of {', '.join(KINDS[:-1])}")
    selected = _selected_by(whole.get("selected_by"), vocabulary)
    built = tuple(_Version(node, vocabulary, rates).build() for node in document.versions(rule, parent))
    if len(built) > 1 and not selected:
        fail(rule, "a rule with several versions says which date selects one", "selected_by: concluded_on, else asked_on")
    _versions_apart(built)
    return Rule(
        id=rule_id,
        title=texts(entries.get("title"), rule_id),
        kind=kind,
        versions=built,
        place=place,
        binds=binds,
        policy=policy,
        covers=tuple(text(n, "covers") for n in items(entries["covers"], "covers")) if "covers" in entries else (),
        selected_by=selected,
        relations=_relations(entries.get("relations"), vocabulary),
        like=text(entries["like"], "like") if "like" in entries else "",
        at=rule.where,
    )


def _inherited(rule: Node, parent: Callable[[str, Node], Node]) -> dict[str, Node]:
    """The keys of a rule, with the kind and the selecting date of the rule it is like."""
    entries = mapping(rule, "a rule")
    if "like" not in entries:
        return entries
    above = _inherited(parent(text(entries["like"], "like"), entries["like"]), parent)
    return {**{k: above[k] for k in ("selected_by", "kind") if k in above}, **entries}


def _scope(rule: Node, place: str, binds: str, entries: dict[str, Node]) -> None:
    if not place or not binds:
        fail(rule, f"law without `{'place' if not place else 'binds'}` would answer for every place", "place: FR, binds: learner_place")
    if binds not in ("learner_place", "seller_place", "either"):
        fail(entries["binds"], f"binds cannot be “{binds}”", "learner_place, seller_place or either")
    try:
        places.check(place)
    except ValueError as error:
        fail(entries["place"], str(error))


def _versions_apart(found: tuple[Version, ...]) -> None:
    for earlier, later in zip(found, found[1:], strict=False):
        if earlier.ends is None or later.starts is None and not later.enacted_only:
            raise Problem("two versions are in force on the same day", where=later.at, hint="give the earlier one `until`, the later one `from`")
        if later.starts is not None and later.starts <= earlier.ends:
            raise Problem(
                f"a version from {days.show(later.starts)} overlaps the one until {days.show(earlier.ends)}", where=later.at
            )


def _selected_by(node: Node | None, vocabulary: Vocabulary) -> tuple[str, ...]:
    if node is None:
        return ()
    names = [part.strip().removeprefix("else ").strip() for part in text(node, "selected_by").split(",")]
    for name in names:
        fact = vocabulary.facts.get(name)
        if name != "asked_on" and (fact is None or fact.type != "date"):
            fail(node, f"“{name}” is no date that could select a version", "concluded_on, requested_on, … else asked_on")
    if "asked_on" in names[:-1]:
        fail(node, "asked_on is always known, so nothing can stand after it")
    return tuple(names)


def texts(node: Node | None, otherwise: str = "") -> Texts:
    """Words by language; a plain text counts as English."""
    if node is None:
        return {"en": otherwise} if otherwise else {}
    if isinstance(node.value, str):
        return {"en": node.value}
    return {lang: text(value, lang) for lang, value in mapping(node, "words by language").items()}


def cite(node: Node | None) -> Cite:
    if node is None:
        return Cite()
    if isinstance(node.value, str):
        return Cite(article=node.value)
    entries = known_keys(node, {"article", "title", "source", "address", "checked_on", "status", "quote"}, "a citation")
    values = {key: text(value, key) for key, value in entries.items()}
    status = values.get("status", "")
    if status not in ("", "verified", "partly", "memory"):
        fail(entries["status"], f"“{status}” is no status", "verified, partly or memory")
    if "checked_on" in values:
        _day(entries["checked_on"])
    return Cite(
        values.get("article", ""), values.get("title", values.get("source", "")), values.get("address", ""),
        values.get("checked_on", ""), status, values.get("quote", ""),
    )  # fmt: skip


def _day(node: Node) -> int:
    try:
        return days.parse(text(node, "a day"))
    except ValueError as error:
        fail(node, str(error))


def _relations(node: Node | None, vocabulary: Vocabulary) -> Relations:
    if node is None:
        return Relations()
    entries = known_keys(node, {"displaces", "adds_to", "takes", "bounds"}, "relations")
    displaces = []
    for one in items(entries["displaces"], "displaces") if "displaces" in entries else []:
        if isinstance(one.value, str):
            displaces.append(Displaces(one.value))
            continue
        inner = known_keys(one, {"rule", "when", "cite"}, "displaces")
        when = None
        if "when" in inner:
            when = check(grammar.parse(text(inner["when"], "when"), _inside(inner["when"])), _facts_only(vocabulary))
        displaces.append(Displaces(text(inner["rule"], "rule"), when, cite(inner.get("cite"))))
    takes = []
    for fact, source in mapping(entries["takes"], "takes").items() if "takes" in entries else ():
        output, of, rule = text(source, "takes").partition(" of ")
        if not of or fact not in vocabulary.facts:
            fail(source, f"takes: {fact} cannot be read", "refund_due: refund of the-other-rule")
        takes.append((fact, output.strip(), rule.strip()))
    bounds = []
    for one in items(entries["bounds"], "bounds") if "bounds" in entries else []:
        inner = known_keys(one, {"output", "of"}, "bounds")
        bounds.append((text(inner["output"], "output"), text(inner["of"], "of")))
    adds = tuple(text(n, "adds_to") for n in items(entries["adds_to"], "adds_to")) if "adds_to" in entries else ()
    return Relations(tuple(displaces), adds, tuple(takes), tuple(bounds))


def _facts_only(vocabulary: Vocabulary) -> Scope:
    return Scope(vocabulary, lambda _: None, list, lambda *_: None, lambda *_: None)


def _inside(node: Node) -> Place:
    """Where the first character of a scalar stands."""
    return node.where._replace(column=node.where.column + node.quoted)


class _Version:
    """Builds one version: names are resolved on demand, in any order, with a look-out for circles."""

    def __init__(self, node: Node, vocabulary: Vocabulary, rates: frozenset[str]) -> None:
        self.node, self.vocabulary = node, vocabulary
        self.entries = known_keys(node, document.VERSION_KEYS, "a version")
        self.raw = {**self.section("let"), **self.section("dates")}
        for name, value in self.raw.items():
            if name in grammar.RESERVED:
                fail(value, f"“{name}” is a word of the language, not a name")
            if name in vocabulary.facts and name in self.section("let"):
                fail(value, f"“{name}” is a fact already", "give the value another name")
        self.tables = self.section("tables")
        self.part_nodes = self.section("parts")
        self.named: dict[str, Expr] = {}
        self.busy: list[str] = []
        self.parts: dict[str, tuple[Part, dict[str, Type], dict[str, Expr]]] = {}
        self.calendar = self.read_calendar()
        self.scope = Scope(
            vocabulary,
            named=self.name,
            known_names=lambda: [*self.raw, *self.tables],
            table=self.table,
            column=self.column,
            opens=frozenset(self.section("open")),
            rates=rates,
            months=self.word("months", ("last day", "next day")),
            has_calendar=self.calendar is not None,
            sums=self.sum_over,
        )

    def section(self, key: str) -> dict[str, Node]:
        return mapping(self.entries[key], key) if key in self.entries else {}

    def word(self, key: str, choices: tuple[str, ...], otherwise: str = "") -> str:
        if key not in self.entries:
            return otherwise
        found = text(self.entries[key], key)
        if found not in choices:
            fail(self.entries[key], f"{key} cannot be “{found}”", " or ".join(choices))
        return found

    # -- names, tables, parts

    def expr(self, node: Node, scope: Scope | None = None) -> Expr:
        return check(grammar.parse(text(node, "an expression"), _inside(node)), scope or self.scope)

    def name(self, name: str) -> Expr | None:
        if name in self.named:
            return self.named[name]
        if name not in self.raw:
            return None
        if name in self.busy:
            fail(self.raw[name], f"“{name}” is defined through itself: {' -> '.join([*self.busy, name])}")
        self.busy.append(name)
        outer = replace(self.scope, lines={}, it=None, part="", part_columns={}, part_lets=lambda _: None)
        self.named[name] = self.value(self.raw[name], outer)
        self.busy.pop()
        return self.named[name]

    def value(self, node: Node, scope: Scope) -> Expr:
        """A named value: an expression, rows, bands, or words with the rows that choose among them."""
        if isinstance(node.value, str):
            return self.expr(node, scope)
        if isinstance(node.value, list):
            return self.rows(node, scope)
        entries = known_keys(node, {"choices", "rows", "by", "bands", "cite"}, "a named value")
        if "by" in entries:
            by = self.expr(entries["by"], scope)
            body = self.rows(entries["bands"], replace(scope, it=by.type))
            return Expr("apply", (by, body), "", node.where, body.type)
        words = tuple(text(w, "a word") for w in items(entries["choices"], "choices"))
        return self.rows(entries["rows"], scope, words)

    def rows(self, node: Node, scope: Scope, words: tuple[str, ...] = ()) -> Expr:
        args: list[Expr] = []
        found = items(node, "rows")
        for number, row in enumerate(found, 1):
            entries = known_keys(row, {"if", "when", "then", "cite", "id", "says"}, "a row")
            if "then" not in entries:
                fail(row, "a row says what then")
            condition = self.condition(entries, scope)
            if (condition is None) != (number == len(found)):
                fail(row, "only the last row stands without a condition, and it must", "- {then: ...}")
            then = entries["then"]
            if words:
                word = text(then, "a word")
                if word not in words:
                    hints = near(word, words) or words
                    fail(then, f"“{word}” is not among the choices", f"near: {', '.join(hints)}")
                value = Expr("lit", (), word, then.where, Type("choice", words=words))
            else:
                value = self.expr(then, scope)
            args += [value] if condition is None else [condition, value]
        return types.case(Expr("case", tuple(args), None, node.where))

    def condition(self, entries: dict[str, Node], scope: Scope) -> Expr | None:
        found = [self.yesno(entries["if"], scope)] if "if" in entries else []
        if "when" in entries:
            if scope.it is None:
                fail(entries["when"], "`when` needs something it is asked about", "write `if:`, or `by:` with `bands:`")
            node = entries["when"]
            found.insert(0, check(grammar.parse_when(text(node, "when"), _inside(node)), scope))
        if len(found) == 2:
            return Expr("and", tuple(found), None, found[0].at, YESNO)
        return found[0] if found else None

    def yesno(self, node: Node, scope: Scope | None = None) -> Expr:
        found = self.expr(node, scope)
        if found.type != YESNO:
            fail(node, f"this is {found.type}, a condition is yes or no")
        return found

    def table(self, name: str, argument: Expr, at: Place | None) -> Expr | None:
        node = self.tables.get(name)
        if node is None or not isinstance(node.value, list):
            return None
        body = self.rows(node, replace(self.scope, it=argument.type, lines={}))
        return Expr("apply", (argument, body), name, at, body.type)

    def column(self, table: str, column: str | None, at: Place | None) -> Expr | None:
        node = self.tables.get(table)
        if node is None or not isinstance(node.value, dict) or column is None:
            return None
        entries = known_keys(node, {"by", "rows", "cite"}, "a table of columns")
        by = self.expr(entries["by"])
        if by.type.kind != "choice":
            fail(entries["by"], "columns are looked up by a word")
        values, words = [], []
        for word, row in mapping(entries["rows"], "rows").items():
            if word not in by.type.words:
                fail(row, f"“{word}” is no word of {text(entries['by'], 'by')}", f"near: {', '.join(near(word, by.type.words))}")
            cells = mapping(row, "a row of columns")
            if column not in cells:
                return None
            values.append(self.expr(cells[column]))
            words.append(word)
        kind = values[0]
        for one in values[1:]:
            kind = replace(kind, type=types.unify(one, kind, one, loose=True))
        return Expr("pick", (by, *values), (table, column, tuple(words)), at, kind.type)

    def part(self, name: str, at: Expr) -> tuple[Part, dict[str, Type], dict[str, Expr]]:
        if name in self.parts:
            return self.parts[name]
        if name not in self.part_nodes:
            types.fail(at, f"there is no part “{name}”", "parts stand under `parts:` of the version")
        entries = known_keys(self.part_nodes[name], {"of", "at_most", "let"}, "a part")
        columns: dict[str, Type] = {}
        sources: dict[str, Expr] = {}
        for column, fact in mapping(entries["of"], "of").items():
            source = self.expr(fact)
            if source.type.kind != "list" or source.type.item is None:
                fail(fact, f"{text(fact, 'of')} is no list", "a column is a list fact")
            columns[column] = source.type.item
            sources[column] = source
        lets: dict[str, Expr] = {}
        raw = mapping(entries["let"], "let") if "let" in entries else {}
        inner = replace(self.scope, part=name, part_columns=columns, part_lets=lambda n: lets.get(n), sums=None, lines={})
        for key, value in raw.items():
            lets[key] = self.value(value, inner)
        bound = int(text(entries["at_most"], "at_most"))
        self.parts[name] = (Part(name, tuple(sources.items()), bound, tuple(lets.items())), columns, lets)
        return self.parts[name]

    def sum_over(self, name: str, expr: Expr, scope: Scope) -> Expr:
        _, columns, lets = self.part(name, expr)
        inner = replace(scope, part=name, part_columns=columns, part_lets=lambda n: lets.get(n), sums=None)
        body = check(expr.args[0], inner)
        return replace(expr, args=(body,), type=body.type)

    # -- the rest of a version

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
            kinds = inner if isinstance(inner, str) else tuple(text(n, "holidays") for n in items(entries["holidays"], "holidays"))
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
            fail(node, f"a row has one outcome, this has {' and '.join(outcomes) or 'none'}", ", ".join(document.OUTCOMES))
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
        exceptions = [self.row(n, exception=True, scope=self.scope) for n in items(self.entries["exceptions"], "exceptions")] if "exceptions" in self.entries else []
        for row in exceptions:
            if row.when is None:
                raise Problem("an exception says when it holds", where=row.at, hint="if: ...")
            for other in row.over:
                if other not in {r.id for r in exceptions}:
                    raise Problem(f"there is no exception “{other}” to stand over", where=row.at)
        dates = tuple((n, self._date(n, v)) for n, v in self.section("dates").items())
        outputs = []
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
            duties=tuple(self.duty(n) for n in items(self.entries["duties"], "duties")) if "duties" in self.entries else (),
            ways=tuple(self.duty(n) for n in items(self.entries["ways"], "ways")) if "ways" in self.entries else (),
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
            raise Problem("the version answers nothing", where=self.node.where, hint="owed, dates, outputs, duties or ways")
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
        ends = _day(entries["until"]) if "until" in entries and text(entries["until"], "until") not in ("", "null") else None
        if "from" not in entries or text(entries["from"], "from") in ("", "null"):
            return None, ends, False
        if text(entries["from"], "from") == "not yet":
            return None, ends, True
        starts = _day(entries["from"])
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
        if kind.kind == "text" or kind.kind == "choice" and written in kind.words:
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
        return Open(name, texts(entries.get("asks"), name), taken in ("yes", "true"), texts(entries.get("because")), cite(entries.get("cite")))

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
    found = {e.value[1] for top in version.expressions() for e in top.walk() if e.op == "lit" and e.type.kind == "money"}
    found |= {
        e.value[1] for top in version.expressions() for e in top.walk() if e.op == "round" and len(e.value[1]) == 3 and e.value[1].isupper()
    }
    if version.rounding.currency:
        found.add(version.rounding.currency)
    for code in found:
        money.exponent(code)
    if len(found) > 1:
        raise Problem(f"one version speaks of {' and '.join(sorted(found))}", where=version.at, hint="money of one currency only")
    return found.pop() if found else ""
