"""What a version calls by name: values, rows, tables, parts and sums over them, each typed when first needed."""

from __future__ import annotations

from dataclasses import replace

from recourse.facts import Vocabulary
from recourse.problems import Place, near
from recourse.rules import document, grammar, types
from recourse.rules.document import fail, inside, items, known_keys, mapping, text
from recourse.rules.tree import YESNO, Expr, Part, Type
from recourse.rules.types import Scope, check
from recourse.source import Node


class Names:
    """The names of one version, resolved on demand, in any order, with a look-out for circles."""

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
        return check(grammar.parse(text(node, "an expression"), inside(node)), scope or self.scope)

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
            found.insert(0, check(grammar.parse_when(text(node, "when"), inside(node)), scope))
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
                fail(
                    row,
                    f"“{word}” is no word of {text(entries['by'], 'by')}",
                    f"near: {', '.join(near(word, by.type.words))}",
                )
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
        inner = replace(self.scope, part=name, part_columns=columns, part_lets=lets.get, sums=None, lines={})
        for key, value in raw.items():
            lets[key] = self.value(value, inner)
        bound = int(text(entries["at_most"], "at_most"))
        self.parts[name] = (Part(name, tuple(sources.items()), bound, tuple(lets.items())), columns, lets)
        return self.parts[name]

    def sum_over(self, name: str, expr: Expr, scope: Scope) -> Expr:
        _, columns, lets = self.part(name, expr)
        inner = replace(scope, part=name, part_columns=columns, part_lets=lets.get, sums=None)
        body = check(expr.args[0], inner)
        return replace(expr, args=(body,), type=body.type)
