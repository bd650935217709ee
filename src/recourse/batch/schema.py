"""Which columns of a file hold which facts, in which form; refuses before any row is read what cannot be meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

import polars as pl

from recourse import money
from recourse.batch.plan import OUTPUT
from recourse.bilingual import Words
from recourse.problems import Problem, refuse
from recourse.vocabulary import Fact, Vocabulary

IDS = ("order_id", "learner_id", "course_id")  # carried through wherever a file has them
CURRENCY = "currency"
_CLOSE = 0.85  # a name this near to that of a fact is taken for a slip, not for a column of the shop's own
_UNITS = (
    "cents", "minor", "cent", "pence", "pct", "percent", "ratio", "minutes", "seconds", "millis", "ms", "days", "weeks",
    "hours", "timestamp", "epoch", "unix", "ts", "amount", "value",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A fact and how the file holds it.

    `form` is text (the written form), minor (money in smallest units), decimal (money as a decimal number), whole
    (count), day, instant, yesno, word, pair (a share's two columns), period, or wholes and days for lists.
    """

    fact: Fact
    form: str
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.fact.id


@dataclass(frozen=True)
class Layout:
    """What is read from a file, and what was found out about its columns."""

    columns: tuple[Column, ...]
    currency: str  # the one currency of the file where it was stated, else empty: see `currency_column`
    currency_column: bool
    keep: tuple[str, ...]  # carried through as they are
    missing: tuple[str, ...] = ()  # facts that the rules read and the file lacks: nobody knows them
    unread: tuple[str, ...] = ()  # columns that are facts, but that these rules do not read
    strangers: tuple[str, ...] = ()  # columns that are no facts

    @property
    def names(self) -> list[str]:
        """The columns to read, each once."""
        found = [name for column in self.columns for name in column.names]
        return list(dict.fromkeys([*found, *([CURRENCY] if self.currency_column else []), *self.keep]))


def layout(
    schema: Mapping[str, pl.DataType],
    wanted: Iterable[Fact],
    vocabulary: Vocabulary,
    *,
    is_text: bool,
    keep: Collection[str] = (),
    ignore: Collection[str] = (),
    currency: str = "",
) -> Layout:
    """How these columns hold the facts wanted. Raises `Problem` or `Problems` that name every column amiss."""
    facts = vocabulary.facts
    problems: list[Problem] = []
    gone = Words("there is no such column", "没有这一列")
    problems += [Problem(gone, field=name, hint=_there_are(schema)) for name in [*keep, *ignore] if name not in schema]
    taken = Words("the answers have a column of this name", "结果中已有同名的列")
    problems += [Problem(taken, field=name, hint=_RENAME) for name in keep if name in (*OUTPUT, "line", "file")]
    known = {name for name in schema if name in facts or name == CURRENCY or _pair_of(name, facts)}
    others = [name for name in schema if name not in known and name not in IDS and name not in keep]
    problems += [p for name in others if name not in ignore for p in _slip(name, schema, facts)]
    found: list[Column] = []
    missing: list[str] = []
    for fact in wanted:
        try:
            column = _column(fact, schema)
        except Problem as problem:
            problems.append(problem)
            continue
        if column is None:
            missing.append(fact.id)
        else:
            found.append(column)
    if currency:
        money.exponent(currency)
    has_currency = CURRENCY in schema
    if has_currency and not is_text and not _is_text(schema[CURRENCY]):
        problems.append(_unfit(CURRENCY, schema[CURRENCY], _TEXT))
    sums = [c for c in found if c.fact.item_type == "money"]
    if not has_currency and not currency and any(c.form != "text" for c in sums):
        what = Words(
            "there is no column `currency`, and amounts without a currency say nothing",
            "缺少 currency 列，金额没有货币",
        )
        hint = Words(
            "Add the column (ISO 4217: EUR, KRW), or state one for the whole file: --currency EUR.",
            "请加上该列（ISO 4217：EUR、KRW），或为整个文件指定：--currency EUR。",
        )
        problems.append(Problem(what, field=CURRENCY, hint=hint))
    refuse(problems)
    read = {name for column in found for name in column.names}
    return Layout(
        tuple(found), currency, has_currency and bool(sums or CURRENCY in schema),
        tuple(name for name in dict.fromkeys([*IDS, *keep]) if name in schema),
        tuple(missing),
        tuple(name for name in schema if name in known and name not in read and name != CURRENCY),
        tuple(others),
    )  # fmt: skip


def _column(fact: Fact, schema: Mapping[str, pl.DataType]) -> Column | None:
    pair = (f"{fact.id}_top", f"{fact.id}_bottom")
    if fact.type == "share" and all(name in schema for name in pair) and fact.id not in schema:
        for name in pair:
            if not schema[name].is_integer():
                raise _unfit(name, schema[name], Words("whole numbers: 1 and 3 for a third", "整数：三分之一写 1 和 3"))
        return Column(fact, "pair", pair)
    if fact.id not in schema:
        return None
    kind = schema[fact.id]
    if _is_text(kind):
        text = fact.item_type not in ("choice", "place", "text") or fact.is_list
        return Column(fact, "text" if text else "word", (fact.id,))
    form = _form_of_list(fact, kind) if fact.is_list else _form(fact, kind)
    if form is None:
        raise _unfit(fact.id, kind, WANTED[fact.item_type])
    return Column(fact, form, (fact.id,))


def _form(fact: Fact, kind: pl.DataType) -> str | None:
    if fact.type == "money":
        return "minor" if kind.is_integer() else "decimal" if isinstance(kind, pl.Decimal) else None
    if fact.type == "count":
        return "whole" if kind.is_integer() else None
    if fact.type == "date":
        return "day" if kind == pl.Date else None
    if fact.type == "instant":
        return "instant" if isinstance(kind, pl.Datetime) and kind.time_zone is not None else None
    if fact.type == "yesno":
        return "yesno" if kind == pl.Boolean else None
    if fact.type == "period":
        return "period" if kind == pl.Struct({"first": pl.Date, "last": pl.Date}) else None
    return None


def _form_of_list(fact: Fact, kind: pl.DataType) -> str | None:
    if not isinstance(kind, pl.List):
        return None
    inner = kind.inner
    if fact.item_type in ("money", "count") and inner.is_integer():
        return "wholes"
    return "days" if fact.item_type == "date" and inner == pl.Date else None


def _is_text(kind: pl.DataType) -> bool:
    return isinstance(kind, pl.String | pl.Categorical | pl.Enum)


def _pair_of(name: str, facts: Mapping[str, Fact]) -> str | None:
    """The share of which this is one of the two columns."""
    for end in ("_top", "_bottom"):
        base = name.removesuffix(end)
        if name.endswith(end) and base in facts and facts[base].item_type == "share":
            return base
    return None


def _slip(name: str, schema: Mapping[str, pl.DataType], facts: Mapping[str, Fact]) -> list[Problem]:
    """A name that somebody wrote who meant a fact: one letter off, or with a unit behind it."""
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    if plain in facts and plain not in schema:
        return [_taken_for(name, plain)]
    for fact in sorted(facts, key=len, reverse=True):
        rest = plain.removeprefix(f"{fact}_")
        if rest != plain and (rest in _UNITS or rest.upper() in money.EXPONENTS) and fact not in schema:
            what = Words(
                f"this is not a fact; {fact} is, and its unit is fixed", f"没有这个名称；有 {fact}，其单位是固定的"
            )
            wanted = WANTED[facts[fact].item_type]
            unit = f" ({facts[fact].unit})" if facts[fact].unit else ""
            hint = Words(
                f"Rename it to {fact} if it holds {wanted.en}{unit}, or leave it out: --ignore {name}.",
                f"若内容是{wanted.zh}{unit}，请改名为 {fact}；否则用 --ignore {name} 忽略。",
            )
            return [Problem(what, field=name, hint=hint)]
    near = [(SequenceMatcher(None, plain, fact).ratio(), fact) for fact in facts if fact not in schema]
    best = max(near, default=(0.0, ""))
    return [_taken_for(name, best[1])] if best[0] >= _CLOSE else []


def _taken_for(name: str, fact: str) -> Problem:
    hint = Words(
        f"Rename it to {fact}, or leave it out: --ignore {name}.",
        f"请改名为 {fact}；如与它无关，用 --ignore {name} 忽略。",
    )
    return Problem(
        Words(f"this is not a fact; {fact} may be meant", f"没有这个名称，可能是指 {fact}"), field=name, hint=hint
    )


def _unfit(name: str, kind: pl.DataType, wanted: Words) -> Problem:
    what = Words(f"the column holds {kind}", f"此列的类型是 {kind}")
    if kind.is_float():
        what = Words(
            f"the column holds floating-point numbers ({kind}), which are not exact", f"此列是浮点数（{kind}），不精确"
        )
    if isinstance(kind, pl.Datetime) and kind.time_zone is None and wanted is WANTED["instant"]:
        what = Words("the column holds times without a time zone", "此列的时间没有时区")
    return Problem(what, field=name, hint=Words(f"Wanted: {wanted.en}.", f"应为：{wanted.zh}。"))


def _there_are(schema: Mapping[str, pl.DataType]) -> Words:
    names = list(schema)[:12]
    return Words(f"There are {', '.join(names)}.", f"现有：{'、'.join(names)}。")


_RENAME = Words("Rename it in the orders.", "请在订单文件中改名。")
_TEXT = Words("text", "文本")
WANTED: dict[str, Words] = {
    "money": Words("integers in the smallest unit of the currency, or decimals", "以最小货币单位计的整数，或定点小数"),
    "count": Words("whole numbers (with nulls: a nullable integer type)", "整数（有空值时用可空的整数类型）"),
    "date": Words("dates, cast in the time zone of the contract", "日期（按合同所在时区换算）"),
    "instant": Words("timestamps with a time zone", "带时区的时间戳"),
    "yesno": Words("booleans", "布尔值"),
    "choice": _TEXT,
    "place": _TEXT,
    "text": _TEXT,
    "share": Words(
        'text ("1/3", "33%"), or two integer columns NAME_top and NAME_bottom',
        "文本（“1/3”“33%”），或两个整数列 NAME_top、NAME_bottom",
    ),
    "period": Words("text, or a struct of two dates, first and last", "文本，或含 first、last 两个日期的结构"),
}  # fmt: skip
