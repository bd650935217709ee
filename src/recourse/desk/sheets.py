"""Files of orders and of progress as institutions export them, read tolerantly; what cannot be taken has a reason.

Nothing is guessed: a date or an amount that could mean two things is a reason, not a value.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from recourse import money, places
from recourse.bilingual import Words
from recourse.facts import read_facts
from recourse.problems import Problem, each
from recourse.vocabulary import Vocabulary

MOST_LINES = 5_000
MOST_BYTES = 700_000  # of a file: its text comes back with the form that confirms it
_NAMES = {
    "order_number": ("order", "order number", "order no", "order id", "订单号", "订单编号"),
    "email": ("e mail", "mail", "buyer", "learner", "邮箱", "电子邮箱", "学员邮箱"),
    "course": ("course title", "title", "product", "课程", "课程名称"),
    "bought_on": ("date", "order date", "purchase date", "bought", "购买日期", "下单日期"),
    "paid": ("amount", "price", "total", "金额", "实付金额"),
    "currency": ("币种", "货币"),
    "place": ("country", "learner place", "地区", "国家"),
    "method": ("payment method", "支付方式"),
    "provider": ("payment provider", "支付渠道"),
    "reference": ("payment reference", "payment id", "支付流水号"),
    "at": ("as of", "recorded at", "time", "时间", "统计时间"),
}
_ALIASES = {alias: name for name, aliases in _NAMES.items() for alias in aliases}
ORDERS = ("order_number", "email", "course", "bought_on", "paid", "currency")
OPTIONAL = ("place", "method", "provider", "reference")
USE = ("lessons_taken", "lessons_elapsed", "lessons_opened", "lessons_completed", "hours_taken", "hours_elapsed",
       "share_completed", "share_viewed", "share_elapsed", "supply_begun", "service_used",
       "certificate_issued")  # fmt: skip


@dataclass(frozen=True)
class Order:
    """A line of a file of orders. `facts` are further columns, named as in the vocabulary; `minor` is what was paid."""

    line: int
    order_number: str
    email: str
    course: str
    bought_on: dt.date
    minor: int
    currency: str
    method: str = ""
    provider: str = ""
    reference: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Came:
    """How far somebody had come at a moment; known by the order, or by the buyer's address and the course."""

    line: int
    at: dt.datetime
    facts: Mapping[str, str]
    order_number: str = ""
    email: str = ""
    course: str = ""


@dataclass(frozen=True)
class Refused:
    """A line that cannot be taken, as it was written, and why."""

    line: int
    text: str
    why: Words


@dataclass(frozen=True)
class Sheet:
    """What a file holds: lines that can be taken, and lines that cannot."""

    good: tuple[Any, ...]
    bad: tuple[Refused, ...]


def decoded(raw: bytes) -> str:
    """The text of a file: UTF-8, or the encodings in which spreadsheets save Chinese. Raises `Problem`."""
    if len(raw) > MOST_BYTES:
        raise Problem(Words(f"the file is larger than {MOST_BYTES // 1000} kB", f"文件超过 {MOST_BYTES // 1000} kB"),
                      hint=Words("split it", "请拆分后再上传"))  # fmt: skip
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Problem(
        Words("the file is no text", "文件不是文本"), hint=Words("save it as CSV, UTF-8", "请另存为 UTF-8 编码的 CSV")
    )


def orders(text: str, vocabulary: Vocabulary) -> Sheet:
    """The orders of a CSV file. Raises `Problem` where a column is missing or there are too many lines."""
    rows, columns = _table(text, ("order_number", "email", "bought_on", "paid"))
    extra = [name for name in columns if name in vocabulary.facts and name not in ORDERS]
    return _sorted(rows, lambda number, row: _order(number, row, extra, vocabulary), unique="order_number")


def progress(text: str, vocabulary: Vocabulary) -> Sheet:
    """Progress from a CSV file, or from xAPI statements in JSON."""
    if text.lstrip()[:1] in "[{" and text.strip():
        return _statements(text, vocabulary)
    rows, columns = _table(text, ("at",))
    known = [name for name in columns if name in USE]
    if not known or not {"order_number", "email"} & set(columns):
        raise Problem(
            Words(
                "the file lacks the order number, or says nothing of the use", "文件缺少订单号，或没有任何学习进度列"
            ),
            hint=Words(f"columns of use: {', '.join(USE)}", f"进度列可用：{', '.join(USE)}"),
        )
    return _sorted(rows, lambda number, row: _came(number, row, known, vocabulary))


def order_rows(rows: list[dict[str, str]], vocabulary: Vocabulary) -> Sheet:
    """Orders that came as plain data, numbered from 1; every name that is no column of an order is a fact."""
    own = {*ORDERS, *OPTIONAL}
    return _sorted(
        list(enumerate(rows, 1)),
        lambda number, row: _order(number, row, [name for name in row if name not in own], vocabulary),
        unique="order_number",
    )


def progress_rows(rows: list[dict[str, str]], vocabulary: Vocabulary) -> Sheet:
    """Progress that came as plain data, numbered from 1."""
    return _sorted(list(enumerate(rows, 1)), lambda number, row: _came(number, row, list(USE), vocabulary))


def _table(text: str, needed: Iterable[str]) -> tuple[list[tuple[int, dict[str, str]]], list[str]]:
    first = text.lstrip("\ufeff\n\r").partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader((f"{line}\n" for line in text.lstrip("\ufeff").split("\n")), delimiter=delimiter)
    try:
        lines = [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise Problem(Words(f"the file is no CSV: {error}", f"文件不是有效的 CSV：{error}")) from error
    if not lines:
        raise Problem(Words("the file is empty", "文件为空"))
    if len(lines) - 1 > MOST_LINES:
        raise Problem(Words(f"the file has more than {MOST_LINES} lines", f"文件超过 {MOST_LINES} 行"))
    columns = [_column(cell) for cell in lines[0][1]]
    missing = [name for name in needed if name not in columns]
    if missing:
        raise Problem(
            Words(f"these columns are missing: {', '.join(missing)}", f"缺少这些列：{', '.join(missing)}"),
            hint=Words("the first line names the columns", "第一行应为列名"),
        )
    return [(number, dict(zip(columns, map(_plain, row), strict=False))) for number, row in lines[1:]], columns


def _column(cell: str) -> str:
    name = re.sub(r"[\s_\-]+", " ", _plain(cell)).lower()
    return _ALIASES.get(name, name.replace(" ", "_"))


def _plain(cell: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", cell).split()).removeprefix("'")


def _sorted(
    rows: list[tuple[int, dict[str, str]]], one: Callable[[int, dict[str, str]], Any], unique: str = ""
) -> Sheet:
    good: list[Any] = []
    bad: list[Refused] = []
    seen: dict[str, int] = {}
    for number, row in rows:
        text = ", ".join(cell for cell in row.values() if cell)[:200]
        try:
            made = one(number, row)
            key = getattr(made, unique) if unique else ""
            if key and key in seen:
                raise Problem(Words(f"the same order stands in line {seen[key]}", f"与第 {seen[key]} 行的订单号重复"))  # noqa: TRY301
            seen[key] = number
            good.append(made)
        except Problem as problem:
            why = [_why(part) for part in each(problem)]
            bad.append(Refused(number, text, Words("; ".join(w.en for w in why), "；".join(w.zh for w in why))))
    return Sheet(tuple(good), tuple(bad))


def _why(problem: Problem) -> Words:
    return Words(problem.say("en"), problem.say("zh"))


def _order(number: int, row: Mapping[str, str], extra: list[str], vocabulary: Vocabulary) -> Order:
    order, email = row.get("order_number", ""), row.get("email", "").lower()
    if not order or len(order) > 120:
        raise Problem(Words("the order number is missing or too long", "订单号缺失或过长"))
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", email):
        raise Problem(Words(f"“{email}” is no e-mail address", f"“{email}”不是电子邮箱"))
    bought, paid = _day(row["bought_on"]), _amount(row["paid"], row.get("currency", ""))
    place = row.get("place", "").upper()
    if place and not places.is_place(place):
        raise Problem(
            Words(f"“{place}” is no place: use codes such as DE or US-CA", f"“{place}”不是地区代码，请用 DE、US-CA 等")
        )
    facts = {name: row[name] for name in extra if row.get(name)} | ({"learner_place": place} if place else {})
    read_facts(facts, vocabulary)  # raises with the name of the fact
    return Order(
        number, order, email, row.get("course", "")[:200], bought, paid.minor, paid.currency,
        row.get("method", "")[:40], row.get("provider", "")[:40], row.get("reference", "")[:200], facts,
    )  # fmt: skip


def _amount(figure: str, currency: str) -> money.Money:
    text = re.sub(r"(\d),(\d\d)(?=$|\s)", r"\1.\2", figure)
    code = currency.upper()
    paid = money.parse(text if re.search(r"[A-Za-z]{3}", text) else f"{text} {code}".strip())
    if paid.minor < 0:
        raise Problem(Words("the amount is negative", "金额为负数"))
    return paid


def _day(text: str) -> dt.date:
    found = re.match(r"(\d{4})[-/.年] ?(\d{1,2})[-/.月] ?(\d{1,2})", text)
    try:
        return dt.date(int(found[1]), int(found[2]), int(found[3])) if found else dt.date.fromisoformat(text[:10])
    except ValueError:
        raise Problem(
            Words(f"“{text}” is no date that can be read one way only", f"“{text}”不是可以明确识别的日期"),
            hint=Words("write 2026-11-24", "请写成 2026-11-24"),
        ) from None


def _moment(text: str) -> dt.datetime:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        found = dt.datetime.combine(_day(text), dt.time())
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _came(number: int, row: Mapping[str, str], known: list[str], vocabulary: Vocabulary) -> Came:
    facts = {name: row[name] for name in known if row.get(name)}
    if not facts:
        raise Problem(Words("the line says nothing of the use", "该行没有学习进度"))
    read_facts(facts, vocabulary)
    return Came(
        number,
        _moment(row["at"]),
        facts,
        row.get("order_number", ""),
        row.get("email", "").lower(),
        row.get("course", ""),
    )


# -- xAPI

PROGRESS = "https://w3id.org/xapi/cmi5/result/extensions/progress"  # per cent
ORDER = "https://recourse.example/xapi/order"  # our own extension of the context: the order number
_VERBS = {
    "completed": {"share_completed": "100%"},
    "passed": {"share_completed": "100%"},
    "initialized": {},
    "attempted": {},
}


def _statements(text: str, vocabulary: Vocabulary) -> Sheet:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise Problem(Words(f"the file is no JSON: {error}", f"文件不是有效的 JSON：{error}")) from error
    rows = found.get("statements", [found]) if isinstance(found, dict) else found
    if len(rows) > MOST_LINES:
        raise Problem(Words(f"the file has more than {MOST_LINES} statements", f"文件超过 {MOST_LINES} 条语句"))
    good: list[Came] = []
    bad: list[Refused] = []
    for number, one in enumerate(rows, 1):
        try:
            good.append(_statement(number, one, vocabulary))
        except Problem as problem:
            bad.append(Refused(number, json.dumps(one, ensure_ascii=False)[:200], _why(problem)))
        except (AttributeError, KeyError, TypeError):
            bad.append(Refused(number, str(one)[:200], Words("this is no xAPI statement", "不是 xAPI 语句")))
    return Sheet(tuple(good), tuple(bad))


def _statement(number: int, one: Mapping[str, Any], vocabulary: Vocabulary) -> Came:
    result, verb = one.get("result") or {}, one["verb"]["id"].rstrip("/").rpartition("/")[2]
    share = (result.get("extensions") or {}).get(PROGRESS)
    facts = {"supply_begun": "true", **_VERBS.get(verb, {})}
    if isinstance(share, int) and 0 <= share <= 100:
        facts["share_completed"] = f"{share}%"
    elif verb not in _VERBS:
        raise Problem(Words(f"“{verb}” says nothing of how far somebody came", f"“{verb}”不反映学习进度"))
    read_facts(facts, vocabulary)
    order = str((one.get("context", {}).get("extensions") or {}).get(ORDER, ""))
    email = str(one["actor"].get("mbox", "")).removeprefix("mailto:").lower()
    title = next(iter((one["object"].get("definition") or {}).get("name", {}).values()), "")
    return Came(number, _moment(one["timestamp"]), facts, order, email, title)
