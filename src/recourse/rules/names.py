"""What a version calls by name: values, rows, tables, parts and sums over them, each typed when first needed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from recourse.facts import Vocabulary
from recourse.problems import Place, Problem, likely
from recourse.rules import document, grammar, slips, types
from recourse.rules.document import fail, inside, items, known_keys, mapping, need, text
from recourse.rules.tree import DATE, INSTANT, MONEY, NUMBER, PLACE, TEXT, YESNO, Expr, Part, Type, count
from recourse.rules.types import Scope, check
from recourse.source import Node

MOST_ROWS = 1_000  # of a part; the longest list of ours has 36
MOST_EXPRESSIONS = 20_000  # in one version, those of a table once for each time it is asked
MOST_BUSY = 20  # names that stand for one another, one inside the other; ours come to 8
MOST_CASES = 40  # rows among which one is chosen: a program goes one step in for each; ours have 10
STRETCHES = ("week", "month", "year")  # reserved, but a part may be called so: `sum over month of …`
_NAME = re.compile("[a-z][a-z0-9_]*(?:-[a-z0-9_]+)*")


def usable(name: str, at: Place, *besides: str) -> None:
    """Refuse what an expression could not call by this name; `besides` are reserved words that may stand here."""
    if name in grammar.RESERVED and name not in besides:
        raise Problem(f"“{name}” is a word of the language, not a name", at, hint="give it another name")
    if not _NAME.fullmatch(name):
        hint = re.sub("[^a-z0-9]+", "_", name.lower()).strip("_0123456789")
        raise Problem(f"“{name}” cannot be a name: small letters, digits, _ and - only", at, hint=hint and f"{hint}: …")


class Names:
    """The names of one version, resolved on demand, in any order, with a look-out for circles."""

    def __init__(self, node: Node, vocabulary: Vocabulary, rates: frozenset[str]) -> None:
        self.node, self.vocabulary = node, vocabulary
        self.entries = known_keys(node, document.VERSION_KEYS, "a version")
        self.raw = {**self.section("let"), **self.section("dates")}
        self.tables = self.section("tables")
        self.part_nodes = self.section("parts")
        self.check_names()
        self.named: dict[str, Expr] = {}
        self.busy: list[str] = []
        self.count = 0
        self.asked: set[str] = set()
        self.parts: dict[str, tuple[Part, dict[str, Type], dict[str, Expr]]] = {}
        self.scope = Scope(
            vocabulary,
            named=self.name,
            known_names=lambda: [*self.raw, *self.tables],
            table=self.table,
            column=self.column,
            opens=frozenset(self.section("open")),
            rates=rates,
            months=self.word("months", ("last day", "next day")),
            has_calendar="calendar" in self.entries,
            sums=self.sum_over,
        )

    def check_names(self) -> None:
        """Every name can be called, and means one thing."""
        lets, opens = self.section("let"), self.section("open")
        for key in ("let", "dates", "open", "tables", "parts"):
            for name in self.section(key):
                besides = STRETCHES if key == "parts" else ()
                if key == "parts" and types.plain_name(name) != name and types.plain_name(name) in self.part_nodes:
                    at = self.entries[key].key_at(name)
                    raise Problem(f"“{name}” is written in two ways", at, hint="give it another name")
                usable(name, self.entries[key].key_at(name), *besides)
        for key, taken, what in (
            ("let", self.vocabulary.facts, "a fact"),
            ("open", self.vocabulary.facts, "a fact"),
            ("dates", lets, "a value under `let`"),
            ("open", self.raw, "a value or day of the version"),
            ("outputs", self.raw, "a value or day of the version"),
            ("outputs", opens, "an open question"),
        ):
            for name in self.section(key):
                if name in taken:
                    at = self.entries[key].key_at(name)
                    hint = "give the value another name" if key == "let" else "give it another name"
                    raise Problem(f"“{name}” is {what} already", at, hint=hint)

    @contextmanager
    def working_out(self, name: str, node: Node) -> Iterator[None]:
        """While the meaning of a name is worked out: it may not come to itself again."""
        if name in self.busy:
            fail(node, f"“{name}” is defined through itself: {' -> '.join([*self.busy, name])}")
        if len(self.busy) == MOST_BUSY:
            fail(node, f"more than {MOST_BUSY} names stand for one another: {' -> '.join(self.busy[:3])} …")
        self.busy.append(name)
        yield
        self.busy.pop()

    def section(self, key: str) -> dict[str, Node]:
        return mapping(self.entries[key], key) if key in self.entries else {}

    def word(self, key: str, choices: tuple[str, ...], otherwise: str = "") -> str:
        if key not in self.entries:
            return otherwise
        found = text(self.entries[key], key)
        if found not in choices:
            fail(self.entries[key], f"{key} cannot be “{found}”", " or ".join(choices))
        return found

    def expr(self, node: Node, scope: Scope | None = None) -> Expr:
        self.count += 1
        if self.count > MOST_EXPRESSIONS:
            fail(node, f"more than {MOST_EXPRESSIONS} expressions in one version", "tables ask tables too often")
        return check(grammar.parse(text(node, "an expression"), inside(node)), scope or self.scope)

    def name(self, name: str) -> Expr | None:
        if name in self.named:
            return self.named[name]
        if name not in self.raw:
            return None
        outer = replace(self.scope, lines={}, it=None, part="", part_columns={}, part_lets=lambda _: None)
        with self.working_out(name, self.raw[name]):
            self.named[name] = self.value(self.raw[name], outer)
        return self.named[name]

    def value(self, node: Node, scope: Scope) -> Expr:
        """A named value: an expression, rows, bands, or words with the rows that choose among them."""
        if isinstance(node.value, str):
            return self.expr(node, scope)
        if isinstance(node.value, list):
            return self.rows(node, scope)
        entries = known_keys(node, {"choices", "rows", "by", "bands", "cite"}, "a named value")
        if "by" in entries or "bands" in entries:
            hint = "{by: …, bands: […]}"
            asked = need(entries, "by", node, "a value by bands", hint)
            bands = need(entries, "bands", node, "a value by bands", hint)
            by = self.expr(asked, scope)
            body = self.rows(bands, replace(scope, it=types.asked_about(by, inside(asked))))
            return types.apply(by, body, "", node.where)
        hint = "{choices: [a, b], rows: […]}"
        choices = need(entries, "choices", node, "a value that is a word", hint)
        named = isinstance(choices.value, dict)
        words = tuple(mapping(choices, "choices") if named else (text(w, "a word") for w in items(choices, "choices")))
        return self.rows(need(entries, "rows", node, "a value that is a word", hint), scope, words)

    def rows(self, node: Node, scope: Scope, words: tuple[str, ...] = ()) -> Expr:
        args: list[Expr] = []
        found = items(node, "rows")
        if not found:
            fail(node, "there is no row", "- {then: ...}")
        if len(found) > MOST_CASES:
            fail(node, f"more than {MOST_CASES} rows in one list", "divide them into several tables")
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
                    fail(then, f"“{word}” is not among the choices", likely(word, words))
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
            self.count += 1
            found.insert(0, check(grammar.parse_when(text(node, "when"), inside(node)), scope))
        if len(found) == 2:
            return Expr("and", tuple(found), None, found[0].at, YESNO)
        return found[0] if found else None

    def yesno(self, node: Node, scope: Scope | None = None) -> Expr:
        found = self.expr(node, scope)
        if found.type != YESNO:
            hint = slips.condition(found, text(node, "a condition"))
            fail(node, f"this is {found.type}, a condition is yes or no", hint)
        return found

    def table(self, name: str, argument: Expr, at: Place | None) -> Expr | None:
        node = self.tables.get(name)
        if node is None or not isinstance(node.value, list):
            return None
        self.asked.add(name)
        asked = types.asked_about(argument, argument.at)
        with self.working_out(f"{name}(…)", node):
            body = self.rows(node, replace(self.scope, it=asked, lines={}))
        return types.apply(argument, body, name, at)

    def column(self, table: str, column: str | None, at: Place | None) -> Expr | None:
        node = self.tables.get(table)
        if node is None or not isinstance(node.value, dict) or column is None:
            return None
        self.asked.add(f"{table}.{column}")
        entries = known_keys(node, {"by", "rows", "cite"}, "a table of columns")
        hint = "{by: kind, rows: {live-course: {column: value}}}"
        selector = need(entries, "by", node, "a table of columns", hint)
        rows = mapping(need(entries, "rows", node, "a table of columns", hint), "rows")
        values, words = [], []
        with self.working_out(f"{table}.{column}", node):
            by = self.expr(selector)
            if by.type.kind != "choice":
                fail(selector, "columns are looked up by a word")
            for word, row in rows.items():
                if word not in by.type.words:
                    fail(row, f"“{word}” is no word of {text(selector, 'by')}", likely(word, by.type.words))
                cells = mapping(row, "a row of columns")
                if column not in cells:
                    return None
                values.append(self.expr(cells[column]))
                words.append(word)
        if not values:
            fail(node, "there is no row", hint)
        kind = values[0]
        for one in values[1:]:
            kind = replace(kind, type=types.unify(one, kind, one, loose=True))
        if kind.type.kind in ("list", "period"):
            fail(node, f"{kind.type} cannot stand in a table of columns")
        return Expr("pick", (by, *values), (table, column, tuple(words)), at, kind.type)

    def unasked(self) -> None:
        """Tables are checked whether or not something asks them."""
        for name, node in self.tables.items():
            if isinstance(node.value, dict):
                rows = node.value.get("rows")
                for row in mapping(rows, "rows").values() if rows is not None else ():
                    for column in mapping(row, "a row of columns"):
                        if f"{name}.{column}" not in self.asked:
                            self.column(name, column, node.where)
                if rows is None:
                    self.column(name, "", node.where)
            elif name not in self.asked:
                self.unasked_rows(name, items(node, "a table"))

    def unasked_rows(self, name: str, rows: list[Node]) -> None:
        """A table of rows that nothing asks fits some argument."""
        first: Problem | None = None
        for kind in (NUMBER, count(), MONEY, DATE, INSTANT, TEXT, PLACE, YESNO):
            try:
                self.table(name, Expr("it", type=kind), rows[0].where if rows else None)
            except Problem as problem:
                self.busy.clear()
                first = first or problem
            else:
                return
        if first is not None:
            raise first

    def part(self, name: str, at: Expr) -> tuple[Part, dict[str, Type], dict[str, Expr]]:
        if name in self.parts:
            return self.parts[name]
        if name not in self.part_nodes:
            types.fail(at, f"there is no part “{name}”", "parts stand under `parts:` of the version")
        node = self.part_nodes[name]
        entries = known_keys(node, {"of", "at_most", "let"}, "a part")
        hint = "{of: {n: lessons_in_months}, at_most: 36}"
        columns: dict[str, Type] = {}
        sources: dict[str, Expr] = {}
        of = need(entries, "of", node, "a part", hint)
        for column, fact in mapping(of, "of").items():
            usable(column, of.key_at(column))
            source = self.expr(fact)
            if source.type.kind != "list" or source.type.item is None:
                fail(fact, f"{text(fact, 'of')} is no list", "a column is a list fact")
            columns[column] = source.type.item
            if sources.setdefault(types.plain_name(column), source) is not source:
                raise Problem(f"“{column}” is written in two ways", of.key_at(column), hint="give it another name")
        if not sources:
            fail(of, "a part has a column", hint)
        bound = self.at_most(need(entries, "at_most", node, "a part", hint))
        lets = self.part_lets(types.plain_name(name), entries.get("let"), columns)
        self.parts[name] = (
            Part(types.plain_name(name), tuple(sources.items()), bound, tuple(lets.items())),
            columns,
            lets,
        )
        return self.parts[name]

    def at_most(self, node: Node) -> int:
        """The most rows of a part."""
        written = text(node, "at_most")
        if not re.fullmatch("[1-9][0-9]{0,3}", written) or int(written) > MOST_ROWS:
            fail(node, f"at_most cannot be “{written}”", f"a whole number from 1 to {MOST_ROWS}")
        return int(written)

    def part_lets(self, part: str, node: Node | None, columns: dict[str, Type]) -> dict[str, Expr]:
        """The named values of a part's rows, each after those it stands on, in whatever order they are written."""
        raw = mapping(node, "let") if node is not None else {}
        lets: dict[str, Expr] = {}
        for key, value in raw.items():
            at = node.key_at(key) if node is not None else value.where
            usable(key, at)
            if key in columns or key in self.vocabulary.facts or key in self.raw:
                what = "a column" if key in columns else "a fact" if key in self.vocabulary.facts else "a named value"
                raise Problem(f"“{key}” is {what} already", at, hint="give it another name")

        def meaning(key: str) -> Expr | None:
            if key in raw and key not in lets:
                with self.working_out(f"{part}.{key}", raw[key]):
                    lets[key] = self.value(raw[key], inner)
            return lets.get(key)

        inner = replace(self.scope, part=part, part_columns=columns, part_lets=meaning, sums=None, lines={})
        for key in raw:
            meaning(key)
        return lets

    def sum_over(self, name: str, expr: Expr, scope: Scope) -> Expr:
        part, columns, lets = self.part(name, expr)
        inner = replace(scope, part=part.name, part_columns=columns, part_lets=lets.get, sums=None)
        body = check(expr.args[0], inner)
        return replace(expr, args=(body,), value=part.name, type=body.type)
