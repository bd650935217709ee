"""Nodes -> one SQL statement, in layers of sub-queries; what differs between engines is said by a dialect."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from recourse.problems import Problem
from recourse.rules.columns.layers import layers
from recourse.rules.columns.node import BOOL, INT, WORD, C

DAYS, NTH = "recourse_days", "recourse_working_days"  # the tables of calendars that a statement may join


@dataclass(frozen=True)
class Dialect:
    """What an engine calls things. `{}` stands for the argument."""

    name: str
    quote: str
    wide: str  # the type for more than 64 bits
    wide_bits: int  # how many it holds, without the sign
    text: str
    divide: str  # of 64-bit numbers, {0} not below zero, {1} above zero
    divide_wide: str
    from_date: str
    to_date: str
    from_instant: str
    to_instant: str
    size: str
    entry: str  # null beyond the end
    total: str
    first: str
    last: str
    generated: bool = False  # whether each layer is made by a generator, the only fence that there is
    fence: str = ""  # keeps the engine from writing a sub-query's expressions out where they are used

    def named(self, name: str) -> str:
        return f"{self.quote}{name.replace(self.quote, self.quote * 2)}{self.quote}"


DIALECTS = {
    "duckdb": Dialect(
        "duckdb", '"', "HUGEINT", 127, "VARCHAR", "({0} // {1})", "({0} // {1})",
        "({0} - DATE '1970-01-01')", "(DATE '1970-01-01' + CAST({0} AS INTEGER))",
        "(epoch_us({0}) // 1000000)", "make_timestamptz({0} * 1000000)",
        "len({0})", "{0}[{1}]", "CASE WHEN {0} IS NOT NULL THEN COALESCE(CAST(list_sum({0}) AS BIGINT), 0) END",
        '{0}."first"', '{0}."last"',
    ),
    "postgres": Dialect(
        "postgres", '"', "NUMERIC", 400, "TEXT", "({0} / {1})", "div({0}, {1})",
        "CAST({0} - DATE '1970-01-01' AS BIGINT)", "(DATE '1970-01-01' + CAST({0} AS INTEGER))",
        "CAST(floor(extract(epoch FROM {0})) AS BIGINT)", "to_timestamp({0})",
        "cardinality({0})", "({0})[{1}]",
        "CASE WHEN {0} IS NOT NULL THEN (SELECT CAST(COALESCE(sum(x), 0) AS BIGINT) FROM unnest({0}) AS u(x)) END",
        "lower({0})", "(upper({0}) - 1)", fence="OFFSET 0",
    ),
    "spark": Dialect(
        "spark", "`", "DECIMAL(38, 0)", 126, "STRING", "({0} div {1})",
        "(floor({0} / {1}) - CASE WHEN floor({0} / {1}) * {1} > {0} THEN 1 ELSE 0 END)",
        "CAST(unix_date({0}) AS BIGINT)", "date_from_unix_date(CAST({0} AS INT))",
        "unix_seconds({0})", "timestamp_seconds({0})",
        "array_size({0})", "get({0}, {1} - 1)",
        "CASE WHEN {0} IS NOT NULL THEN aggregate({0}, 0L, (a, x) -> a + x) END",
        "{0}.first", "{0}.last", generated=True,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Calendars:
    """Calendars that a statement joins: the key's ending, and the place, or None where the orders say it."""

    place: str | None
    rest: tuple[str, ...]
    holidays: str | tuple[str, ...]

    @property
    def ending(self) -> str:
        """What stands after the place in the key of a calendar."""
        holidays = self.holidays if isinstance(self.holidays, str) else "+".join(self.holidays)
        return f"|{'+'.join(self.rest)}|{holidays}"


@dataclass(frozen=True)
class Emitted:
    """A query that gives the columns kept and one for each top, and the calendars that it joins."""

    text: str
    calendars: tuple[Calendars, ...]
    places: str  # a query for the places whose calendars are joined by the orders' own places; "" without


def emit(dialect: Dialect, table: str, tops: Mapping[str, C], keep: Sequence[str]) -> Emitted:
    """The query. Raises Problem where a value needs more bits than the engine has."""
    printer = _Printer(dialect)
    plan = layers(tops.values(), lambda node: node.op == "look")
    columns = {n.number: n.value[0] for t in tops.values() for n in t.walk() if n.op == "col"}
    made: set[int] = set()
    source = table
    for layer, needed in zip(plan.kept, plan.needed, strict=True):
        raw = [columns[n] for n in sorted(needed) if n in columns]
        carried = [dialect.named(name) for name in dict.fromkeys([*keep, *raw])]
        carried += [f"n{n}" for n in sorted(needed) if n in made]
        new, joins, behind = [], [], []
        for node in layer:
            if node.op == "look":
                new.append(f"w{node.number}.value AS n{node.number}")
                joins.append(printer.join(node))
            elif dialect.generated:
                behind.append((f"n{node.number}", printer.show(node, top=True)))
            else:
                new.append(f"{printer.show(node, top=True)} AS n{node.number}")
        if behind:  # a row of one, made anew: nothing is written out beyond it
            names = [name for name, _ in behind]
            values = ", ".join(cell for _, cell in behind)
            new += names
            joins.append(f" LATERAL VIEW inline(array(struct({values}))) g AS {', '.join(names)}")
        qualified = [f"p.{name} AS {name}" for name in carried] if joins else carried
        query = f"SELECT {', '.join([*qualified, *new])} FROM {source} AS p{''.join(joins)}"
        source = f"(\n{query}{' ' + dialect.fence if dialect.fence else ''})"
        made |= {node.number for node in layer}
        printer.kept |= {node.number: f"n{node.number}" for node in layer}
    cells = [f"p.{dialect.named(name)} AS {dialect.named(name)}" for name in keep]
    cells += [f"{printer.show(node)} AS {dialect.named(name)}" for name, node in tops.items()]
    text = f"SELECT {', '.join(cells)} FROM {source} AS p"
    places = [
        f"SELECT DISTINCT {expression} AS place FROM {table}" for expression in dict.fromkeys(printer.place_columns)
    ]
    return Emitted(text, tuple(dict.fromkeys(printer.calendars)), " UNION ".join(places))


class _Printer:
    def __init__(self, dialect: Dialect) -> None:
        self.d = dialect
        self.kept: dict[int, str] = {}
        self.widths: dict[int, bool] = {}
        self.calendars: list[Calendars] = []
        self.place_columns: list[str] = []

    def wide(self, node: C) -> bool:
        """Whether a number needs more than 64 bits, with all that it is made of."""
        if node.number not in self.widths:
            bits = max(abs(node.low), abs(node.high)).bit_length()
            if bits > self.d.wide_bits:
                raise Problem(
                    f"a value may need {bits} bits; {self.d.name} has {self.d.wide_bits}", field="rules",
                    hint="the step: " + repr(node)[:120],
                )  # fmt: skip
            args = {
                "sel": node.args[1:], "look": (), "size": (), "at": (), "total": (), "first": (), "last": (), "col": (),
            }.get(node.op, node.args)  # fmt: skip
            self.widths[node.number] = node.kind == INT and (bits > 63 or any(self.wide(arg) for arg in args))
        return self.widths[node.number]

    def show(self, node: C, *, top: bool = False) -> str:
        if not top and node.number in self.kept:
            return self.kept[node.number]
        return SHOW[node.op](self, node)

    def number(self, node: C, wide: bool) -> str:
        if node.is_const and node.value is not None:
            return self.typed(node, wide=wide)
        found = self.show(node)
        return f"CAST({found} AS {self.d.wide})" if wide and not self.wide(node) else found

    def typed(self, node: C, *, wide: bool) -> str:
        kind = self.d.wide if wide or self.wide(node) else "BIGINT"
        return f"CAST({node.value} AS {kind})"

    def const(self, node: C) -> str:
        if node.value is None:
            kind = {INT: "BIGINT", BOOL: "BOOLEAN", WORD: self.d.text}.get(node.kind, "BIGINT")
            return f"CAST(NULL AS {kind})"
        if node.kind == BOOL:
            return "TRUE" if node.value else "FALSE"
        if node.kind == INT:
            return self.typed(node, wide=False)
        return self.word(node.value)

    def word(self, text: str) -> str:
        return "'" + text.replace("'", "''") + "'"

    def column(self, node: C) -> str:
        name, type_ = node.value
        return self.converted(self.d.named(name), type_)

    def converted(self, found: str, type_: str) -> str:
        if type_ == "date":
            return self.d.from_date.format(found)
        if type_ == "instant":
            return self.d.from_instant.format(found)
        if type_ in ("money", "count"):
            return f"CAST({found} AS BIGINT)"
        return found

    def arithmetic(self, node: C) -> str:
        wide = self.wide(node)
        a, b = (self.number(arg, wide) for arg in node.args)
        if self.d.name == "spark" and wide:  # its products and sums widen the type and may cut digits
            return f"CAST(({a} {node.op} {b}) AS {self.d.wide})"
        return f"({a} {node.op} {b})"

    def floor(self, node: C) -> str:
        wide = self.wide(node)
        a, b = (self.number(arg, wide) for arg in node.args)
        divide = self.d.divide_wide if wide else self.d.divide
        found = divide.format(a, b)
        if node.args[0].low < 0:  # engines cut towards nothing, we round down
            below = divide.format(f"({b} - 1 - {a})", b)
            found = f"CASE WHEN {a} >= 0 THEN {found} WHEN {a} < 0 THEN -{below} END"
        return f"CAST({found} AS {self.d.wide})" if wide and self.d.name == "spark" else found

    def extreme(self, node: C) -> str:
        wide = self.wide(node)
        a, b = (self.number(arg, wide) for arg in node.args)
        sign, other = ("<=", ">") if node.op == "min" else (">=", "<")
        if not any(arg.null for arg in node.args):
            return f"CASE WHEN {a} {sign} {b} THEN {a} ELSE {b} END"
        return f"CASE WHEN {a} {sign} {b} THEN {a} WHEN {a} {other} {b} THEN {b} END"

    def compare(self, node: C) -> str:
        a, b = node.args
        if a.kind == INT:
            wide = self.wide(a) or self.wide(b)
            x, y = self.number(a, wide), self.number(b, wide)
        else:
            x, y = self.show(a), self.show(b)
        return f"({x} {'=' if node.op == '==' else node.op} {y})"

    def choice(self, node: C) -> str:
        c, a, b = node.args
        wide = node.kind == INT and self.wide(node)
        x, y = (self.number(arm, wide) if node.kind == INT and not arm.is_null else self.show(arm) for arm in (a, b))
        condition = self.show(c)
        if a.is_null:
            return f"CASE WHEN NOT {condition} THEN {y} END"
        if b.is_null:
            return f"CASE WHEN {condition} THEN {x} END"
        if not c.null:
            return f"CASE WHEN {condition} THEN {x} ELSE {y} END"
        return f"CASE WHEN {condition} THEN {x} WHEN NOT {condition} THEN {y} END"

    def first_known(self, node: C) -> str:
        if node.kind != INT:
            return f"COALESCE({', '.join(map(self.show, node.args))})"
        wide = self.wide(node)
        return f"COALESCE({', '.join(self.number(arg, wide) for arg in node.args)})"

    def positive(self, node: C) -> str:
        inner = self.show(node.args[0])
        return f"CASE WHEN {inner} > 0 THEN {inner} END"

    def join(self, node: C) -> str:
        """A left join of the table that holds the entry."""
        what, place, rest, holidays = node.value
        calendar = Calendars(place, rest, holidays)
        self.calendars.append(calendar)
        value = self.show(node.args[-1])
        if place is not None:
            key = self.word(place + calendar.ending)
        else:
            where = self.show(node.args[0])
            key = f"({where} || {self.word(calendar.ending)})"
            self.place_columns += [self.d.named(n.value[0]) for n in node.args[0].walk() if n.op == "col"]
        alias = f"w{node.number}"
        if what == "nth":
            inner = f"SELECT calendar, number AS at, day AS value FROM {NTH}"
        else:
            inner = f"SELECT calendar, day AS at, {what}_ AS value FROM {DAYS}"
        return f" LEFT JOIN ({inner}) AS {alias} ON {alias}.calendar = {key} AND {alias}.at = {value}"


def _entry(p: _Printer, node: C) -> str:
    number, type_ = node.value
    return p.converted(p.d.entry.format(p.show(node.args[0]), number), type_)


SHOW: dict[str, Callable[[_Printer, C], str]] = {
    "const": _Printer.const, "col": _Printer.column, "+": _Printer.arithmetic, "-": _Printer.arithmetic,
    "*": _Printer.arithmetic, "//": _Printer.floor, "min": _Printer.extreme, "max": _Printer.extreme,
    "positive": _Printer.positive, "<": _Printer.compare, "<=": _Printer.compare, "==": _Printer.compare,
    "in": lambda p, n: f"({p.show(n.args[0])} IN ({', '.join(map(p.word, n.value))}))",
    "and": lambda p, n: f"({' AND '.join(map(p.show, n.args))})",
    "or": lambda p, n: f"({' OR '.join(map(p.show, n.args))})",
    "not": lambda p, n: f"(NOT {p.show(n.args[0])})", "known": lambda p, n: f"({p.show(n.args[0])} IS NOT NULL)",
    "sel": _Printer.choice, "else": _Printer.first_known,
    "country": lambda p, n: f"substr({p.show(n.args[0])}, 1, 2)",
    "in bounds": lambda p, n: p.show(n.args[0]),
    "size": lambda p, n: f"CAST({p.d.size.format(p.show(n.args[0]))} AS BIGINT)",
    "total": lambda p, n: p.d.total.format(p.show(n.args[0])), "at": _entry,
    "first": lambda p, n: p.d.from_date.format(p.d.first.format(p.show(n.args[0]))),
    "last": lambda p, n: p.d.from_date.format(p.d.last.format(p.show(n.args[0]))),
}  # fmt: skip
