"""Orders that lie in a database: which columns cannot be meant, and which rows cannot be used, as conditions in SQL.

What counts as right is what the reader of one purchase takes: the same vocabulary, bounds and checks between facts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from recourse import days, money, places
from recourse.batch.plan import Plan, columns_of
from recourse.batch.schema import CURRENCY, WANTED
from recourse.bilingual import Words
from recourse.consistency import AtMost, Check, EquallyLong, InOrder, Length, NotBefore
from recourse.problems import Problem, refuse
from recourse.rules.emit.sql import Dialect
from recourse.values import FIRST_DAY, LAST_DAY, LONGEST_LIST, SHARE_PARTS
from recourse.vocabulary import Fact

# What a column of a fact may be called: in PostgreSQL (format_type), in Spark (dtypes).
_WHOLE = ("bigint", "integer", "smallint", "int", "tinyint")
_TEXT = ("text", "character varying", "character", "string")
TYPES: dict[str, tuple[str, ...]] = {
    "money": _WHOLE, "count": _WHOLE, "share": _WHOLE, "date": ("date",), "yesno": ("boolean",),
    "instant": ("timestamp with time zone", "timestamp"), "choice": _TEXT, "place": _TEXT, "text": _TEXT,
    "period": ("daterange", "struct<first:date,last:date>"),
}  # fmt: skip


@dataclass(frozen=True)
class Test:
    """Rows in which `broken` holds cannot be used: `value` stands in the column, `reason` says why not."""

    column: str
    value: str
    broken: str
    reason: Words


def tests_of(plan: Plan, columns: Mapping[str, str], dialect: Dialect) -> tuple[Test, ...]:
    """The tests of rows of a table with these columns and their types. Raises `Problem` for types that cannot be."""
    here = {fact.id: fact for fact in plan.facts if any(name in columns for name in columns_of(fact))}
    refuse(_unfit(here.values(), columns))
    writer = _Writer(dialect)
    found = [test for fact in here.values() for test in writer.fact(fact)]
    for check in plan.library.vocabulary.checks:
        if set(check.needs) <= set(here):
            found += writer.check(check, here)
    sums = [fact.id for fact in here.values() if fact.item_type == "money"]
    return (*writer.currency(sums), *found)


def _unfit(facts: Iterable[Fact], columns: Mapping[str, str]) -> Iterator[Problem]:
    for fact in facts:
        for name in columns_of(fact):
            kind = columns.get(name)
            if kind is None:
                yield Problem(Words("one of its two columns is missing", "缺少两列之一"), field=name)
                continue
            item = kind.removesuffix("[]").removeprefix("array<").removesuffix(">") if fact.is_list else kind
            if item not in TYPES[fact.item_type] or (fact.is_list and item == kind):
                what = Words(f"the column holds {kind}", f"此列的类型是 {kind}")
                hint = WANTED[fact.item_type]
                yield Problem(what, field=name, hint=Words(f"Wanted: {hint.en}.", f"应为：{hint.zh}。"))


class _Writer:
    def __init__(self, dialect: Dialect) -> None:
        self.d = dialect
        self.spark = dialect.name == "spark"

    def test(self, column: str, broken: str, en: str, zh: str) -> Test:
        return Test(column, f"CAST({self.d.named(column)} AS {self.d.text})", broken, Words(en, zh))

    def fact(self, fact: Fact) -> Iterator[Test]:
        """What a value by itself must be."""
        name = fact.id
        cell = self.d.named(name)
        if fact.is_list:
            longer = f"{self.d.size.format(cell)} > {LONGEST_LIST}"
            yield self.test(name, longer, f"more than {LONGEST_LIST} entries", f"超过{LONGEST_LIST}项")
        if fact.is_list and fact.item_type == "share":
            ends = [self.d.named(one) for one in columns_of(fact)]
            yield self.test(columns_of(fact)[0], self.some_share(*ends), "an entry that cannot be", "有一项超出范围")
        elif fact.is_list:
            yield self.test(name, self.some(cell, self.outside("x", fact) or "FALSE"),
                            "an entry that cannot be", "有一项超出范围")  # fmt: skip
        elif fact.item_type == "share":
            top, bottom = (self.d.named(one) for one in columns_of(fact))
            gap = f"({top} IS NULL) <> ({bottom} IS NULL)"
            yield self.test(
                columns_of(fact)[0],
                f"{gap} OR {self.no_share(top, bottom)}",
                "not a share of the whole",
                "不是有效的份额",
            )
        elif (broken := self.outside(cell, fact)) is not None:
            yield self.test(name, broken, *_REASONS[fact.item_type])

    def outside(self, cell: str, fact: Fact) -> str | None:
        """Where a value cannot be; None where any can."""
        match fact.item_type:
            case "money" | "count":
                return f"{cell} < 0" + (f" OR {cell} > {fact.at_most}" if fact.at_most is not None else "")
            case "date":
                return self.beyond(cell)
            case "instant":
                return f"{self.beyond(f'CAST({cell} AS DATE)')} OR date_trunc('second', {cell}) <> {cell}"
            case "choice":
                return f"{cell} NOT IN ({_listed(fact.choices)})"
            case "place":
                return self.nowhere(cell)
            case "period":
                first, last = (end.format(cell) for end in (self.d.first, self.d.last))
                gap = f"{first} IS NULL OR {last} IS NULL OR {last} < {first}"
                return f"{cell} IS NOT NULL AND ({gap} OR {self.beyond(first)} OR {self.beyond(last)})"
        return None

    def beyond(self, day: str) -> str:
        return f"{day} < DATE '{days.show(FIRST_DAY)}' OR {day} > DATE '{days.show(LAST_DAY)}'"

    def nowhere(self, cell: str) -> str:
        """What is no place: parts of countries that the table does not divide go by form."""
        countries = places.codes()
        known = _listed([*countries, *(part for code in countries for part in places.codes(code))])
        whole = _listed([code for code in countries if places.is_place(f"{code}-ZZZ")])
        form = f"{cell} {'RLIKE' if self.spark else '~'} '^[A-Z]{{2}}-[A-Z0-9]{{1,3}}$'"
        return f"{cell} NOT IN ({known}) AND NOT ({form} AND substr({cell}, 1, 2) IN ({whole}))"

    def some(self, cell: str, broken: str) -> str:
        """Whether an entry `x` of a list is null or breaks something."""
        if self.spark:
            return f"exists({cell}, x -> x IS NULL OR {broken})"
        return f"EXISTS (SELECT 1 FROM unnest({cell}) AS u(x) WHERE x IS NULL OR {broken})"  # noqa: S608

    def no_share(self, top: str, bottom: str) -> str:
        return f"{top} < 0 OR {bottom} < 1 OR {top} > {bottom} OR {bottom} > {SHARE_PARTS}"

    def some_share(self, tops: str, bottoms: str) -> str:
        """Whether an entry is half there, or no share; the shorter list is filled up with nulls."""
        gap = f"({tops} IS NULL) <> ({bottoms} IS NULL)"
        broken = f"x IS NULL OR y IS NULL OR {self.no_share('x', 'y')}"
        if self.spark:
            return f"{gap} OR exists(zip_with({tops}, {bottoms}, (x, y) -> {broken}), z -> z)"
        return f"{gap} OR EXISTS (SELECT 1 FROM unnest({tops}, {bottoms}) AS u(x, y) WHERE {broken})"  # noqa: S608

    def currency(self, sums: list[str]) -> Iterator[Test]:
        """Amounts say nothing without a currency that there is."""
        cell = self.d.named(CURRENCY)
        yield self.test(CURRENCY, f"{cell} NOT IN ({_listed(sorted(money.EXPONENTS))})",
                        "no currency (ISO 4217)", "不是货币代码（ISO 4217）")  # fmt: skip
        if sums:
            some = " OR ".join(f"{self.d.named(name)} IS NOT NULL" for name in sums)
            yield self.test(CURRENCY, f"{cell} IS NULL AND ({some})", "an amount without a currency", "金额没有货币")

    def check(self, check: Check, facts: Mapping[str, Fact]) -> Iterator[Test]:
        """What must hold between facts; not where one of them is not known."""
        match check:
            case NotBefore(earlier, later):
                broken = f"{self.d.named(later)} < {self.d.named(earlier)}"
                yield self.test(later, broken, f"before {earlier}", f"早于 {earlier}")
            case AtMost(whole, part, more):
                room = self.d.named(whole)
                if more is not None and more in facts:
                    room = f"({room} + COALESCE({self.d.named(more)}, 0))"
                yield self.test(part, f"{self.d.named(part)} > {room}", f"more than {whole}", f"多于 {whole}")
            case EquallyLong(one, other):
                sizes = [self.d.size.format(self.d.named(columns_of(facts[name])[0])) for name in (one, other)]
                yield self.test(other, f"{sizes[0]} <> {sizes[1]}", f"not as long as {one}", f"与 {one} 项数不同")
            case Length(entries, size):
                length = self.d.size.format(self.d.named(columns_of(facts[entries])[0]))
                yield self.test(entries, f"{length} <> {size}", f"not {size} entries", f"不是 {size} 项")
            case InOrder(entries):
                cell = self.d.named(entries)
                yield self.test(entries, self.disordered(cell), "not in order", "未按先后排列")

    def disordered(self, cell: str) -> str:
        if self.spark:
            pairs = f"zip_with(slice({cell}, 2, {LONGEST_LIST}), {cell}, (after, before) -> after <= before)"
            return f"exists({pairs}, x -> x)"
        pairs = f"generate_series(2, cardinality({cell})) AS k"
        return f"EXISTS (SELECT 1 FROM {pairs} WHERE ({cell})[k] <= ({cell})[k - 1])"  # noqa: S608 - our own text


_REASONS = {
    "money": ("an amount that cannot be", "金额超出范围"), "count": ("a number that cannot be", "数值超出范围"),
    "date": ("a day that cannot be", "日期超出范围"), "instant": ("a time that cannot be", "时间超出范围"),
    "choice": ("not one of the words of this fact", "不是该事实的取值"),
    "place": ("no place (ISO 3166)", "不是地区代码（ISO 3166）"),
    "period": ("a period that cannot be", "期间不成立"),
}  # fmt: skip


def _listed(words: Iterable[str]) -> str:
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)


def usable(found: tuple[Test, ...], table: str) -> str:
    """A query for the rows of a table that can be used."""
    broken = " OR ".join(f"COALESCE({test.broken}, FALSE)" for test in found)
    return f"SELECT * FROM {table} WHERE NOT ({broken})"  # noqa: S608 - the name was checked


def unusable(found: tuple[Test, ...], table: str, keep: Iterable[str], dialect: Dialect, lang: str) -> str:
    """A query for what cannot be used: the columns kept, then `column`, `value` and `reason`, a row for each test."""
    kept = ", ".join(f"p.{dialect.named(name)}" for name in keep)
    cells = [
        (f"'{test.column}'", test.value, "'" + test.reason.of(lang).replace("'", "''") + "'", test.broken)
        for test in found
    ]
    names = ", ".join(map(dialect.named, ("column", "value", "reason")))
    head = f"SELECT {kept}{', ' if kept else ''}{names} FROM {table} AS p"  # noqa: S608 - the name was checked
    if dialect.name == "spark":
        structs = ", ".join(f"struct({', '.join(cell)})" for cell in cells)
        return f"{head} LATERAL VIEW inline(array({structs})) b AS {names}, broken WHERE broken"
    rows = ", ".join(f"({', '.join(cell)})" for cell in cells)
    return f"{head} CROSS JOIN LATERAL (VALUES {rows}) AS b({names}, broken) WHERE broken"
