"""Reads what a course page tells search engines (schema.org in JSON-LD) into facts, and says what a buyer misses.

Pages are read as they are found: a broken block is left out and counted, names may be full addresses, one thing or a
list of it, written in place or pointed at by @id.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from recourse import days, places
from recourse.bilingual import Words
from recourse.documents import figures
from recourse.documents.amounts import Hints, amounts
from recourse.money import EXPONENTS, show
from recourse.problems import Problem

MOST_NODES = 20_000  # things in all blocks together
DEEPEST = 60
_LONGEST = 300  # characters of a value that are kept
_MOST = 40  # statements of one page

COURSES = frozenset({"Course", "EducationalOccupationalProgram"})
SOLD = frozenset(
    {"CourseInstance", "EducationEvent", "LearningResource", "Product", "Service"}
)  # where there is no course
_OFFERS = ("offers",)
_LIST_PRICE = re.compile(r"ListPrice|StrikethroughPrice|MSRP|SRP", re.IGNORECASE)
_PERIOD = re.compile(
    r"P(?:(?P<y>\d{1,3})Y)?(?:(?P<m>\d{1,3})M)?(?:(?P<w>\d{1,4})W)?(?:(?P<d>\d{1,4})D)?(?:T(?:(?P<h>\d{1,5})H)?(?:(?P<min>\d{1,6})M)?"
    r"(?:\d{1,6}S)?)?",
    re.ASCII,
)

# What a buyer needs to know, and which statements say it.
NEEDED: tuple[tuple[str, Words], ...] = (
    ("price", Words("the whole price with its currency", "总价及货币")),
    ("fees", Words("whether fees, materials or tax come on top", "是否另收费用、教材费或税")),
    ("duration", Words("how long it lasts or how many hours it has", "课程时长或课时数")),
    ("dates", Words("when it begins and ends, or that it can begin at any time", "起止日期，或可随时开始")),
    ("refund", Words("what is paid back and until when", "退款规则与期限")),
    ("provider", Words("who the seller is, and where", "商家是谁、在哪里")),
)


@dataclass(frozen=True)
class Stated:
    """Something that the page says: a fact of the vocabulary, or `about` the course where there is no fact for it.

    `readings` are values as facts are written; `where` is the way to it ("block 1: Course.offers.price") and `shown`
    what stands there.
    """

    what: str
    readings: tuple[str, ...]
    where: str
    shown: str
    about: str  # which of NEEDED it answers, or ""


@dataclass(frozen=True)
class CoursePage:
    """What a page states, what it does not, and how many of its blocks could not be read."""

    stated: tuple[Stated, ...]
    missing: tuple[tuple[str, Words], ...]
    courses: int
    broken: int

    def readings(self, what: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(reading for one in self.stated if one.what == what for reading in one.readings))

    def whats(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.what for one in self.stated))


@dataclass(frozen=True)
class _Node:
    """One thing of a block, and the way to it."""

    data: dict[str, Any]
    where: str


def read(blocks: Iterable[str]) -> CoursePage:
    """What the blocks of JSON-LD of one page say of the course that it sells."""
    tops, broken = _parsed(blocks)
    reader = _Reader(tops)
    courses = [node for node in reader.nodes if _is(node.data, COURSES)]
    courses = courses or [node for node in reader.nodes if _is(node.data, SOLD)]
    stated: list[Stated] = []
    for node in courses:
        stated += reader.course(node)
    for node in reader.nodes:
        if _is(node.data, {"MerchantReturnPolicy"}):
            stated += _policy(node)
    stated = list({(one.what, one.readings, one.about): one for one in reversed(stated)}.values())[::-1][:_MOST]
    answered = {one.about for one in stated}
    missing = tuple((key, words) for key, words in NEEDED if key not in answered)
    return CoursePage(tuple(stated), missing, len(courses), broken)


def _parsed(blocks: Iterable[str]) -> tuple[list[_Node], int]:
    """Each block on its own, numbers kept as they are written; one that is broken must not lose the others."""
    found: list[_Node] = []
    broken = 0
    for number, block in enumerate(blocks, 1):
        text = (
            re.sub(r"^\s*(?:<!--|//<!\[CDATA\[|/\*<!\[CDATA\[\*/)|(?:-->|//\]\]>|/\*\]\]>\*/)\s*$", "", block)
            .strip()
            .rstrip(";")
        )
        try:
            top = json.loads(text, parse_float=str, parse_int=str, parse_constant=str, strict=False)
        except (ValueError, RecursionError):
            broken += 1
            continue
        things = top if isinstance(top, list) else [top]
        found += [_Node(one, f"block {number}: ") for one in things if isinstance(one, dict)]
    return found, broken


class _Reader:
    """Finds things by their @id, wherever on the page they are written out."""

    def __init__(self, tops: list[_Node]) -> None:
        self.nodes: list[_Node] = []
        self.by_id: dict[str, dict[str, Any]] = {}
        ahead = [(node, 0) for node in reversed(tops)]
        while ahead and len(self.nodes) < MOST_NODES:
            node, depth = ahead.pop()
            self.nodes.append(node)
            name = node.data.get("@id")
            if isinstance(name, str) and len(node.data) > 1:
                self.by_id.setdefault(name, node.data)
            if depth < DEEPEST:
                ahead += [(below, depth + 1) for below in reversed(_below(node))]

    def things(self, node: _Node, *keys: str) -> Iterator[_Node]:
        """What stands under the keys: in place or by @id, one or a list."""
        for key in keys:
            value = node.data.get(key)
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, dict):
                    name = one.get("@id")
                    whole = self.by_id.get(name, one) if isinstance(name, str) and len(one) <= 2 else one
                    yield _Node(whole, f"{_path(node)}{key}.")

    def course(self, node: _Node) -> Iterator[Stated]:
        """All that one course, or one run of it, says."""
        yield from _dates(node)
        yield from _length(node, "timeRequired", "courseWorkload", "duration", "timeToComplete")
        for name in _texts(node, "name"):
            yield _stated(node, "course_name", (name,), "name", name, "")
        for part in self.things(node, *_OFFERS):
            yield from self.offer(part)
        for run in self.things(node, "hasCourseInstance"):
            yield from _dates(run)
            yield from _length(run, "courseWorkload", "duration")
            for plan in self.things(run, "courseSchedule"):
                yield from _dates(plan)
                yield from _length(plan, "duration")
            for part in self.things(run, *_OFFERS):
                yield from self.offer(part)
        for one in self.things(node, "provider", "seller", "brand", "author", "creator", "publisher"):
            yield from self.seller(one)

    def offer(self, node: _Node) -> Iterator[Stated]:
        """Prices, what comes on top, the policy and the seller of one offer."""
        yield from _prices(node)
        for part in self.things(node, "priceSpecification"):
            yield from _prices(part, node.data.get("priceCurrency"))
        for part in self.things(node, "offers"):  # an AggregateOffer that lists its offers
            yield from _prices(part, node.data.get("priceCurrency"))
        for part in self.things(node, "hasMerchantReturnPolicy"):
            yield from _policy(part)
        for part in self.things(node, "seller", "offeredBy"):
            yield from self.seller(part)

    def seller(self, node: _Node) -> Iterator[Stated]:
        names = _texts(node, "legalName") or _texts(node, "name")
        for name in names[:1]:
            yield _stated(
                node, "seller", (name,), "legalName" if "legalName" in node.data else "name", name, "provider"
            )
        for address in self.things(node, "address"):
            for code in _texts(address, "addressCountry"):
                if re.fullmatch(r"[A-Z]{2}", code) and places.is_place(code):
                    yield _stated(address, "seller_place", (code,), "addressCountry", code, "")
        for part in self.things(node, "hasMerchantReturnPolicy"):
            yield from _policy(part)


def _below(node: _Node) -> list[_Node]:
    return [
        _Node(one, node.where if key == "@graph" else f"{_path(node)}{key}.")
        for key, value in node.data.items()
        for one in (value if isinstance(value, list) else [value])
        if isinstance(one, dict)
    ]


def _types(data: dict[str, Any]) -> list[str]:
    given = data.get("@type")
    return [str(one).rsplit("/", 1)[-1].rsplit(":", 1)[-1] for one in (given if isinstance(given, list) else [given])]


def _is(data: dict[str, Any], types: Iterable[str]) -> bool:
    return not set(types).isdisjoint(_types(data))


def _path(node: _Node) -> str:
    """The way to what stands in a node: a top one is called by its type."""
    return f"{node.where}{_types(node.data)[0][:40]}." if node.where.endswith(": ") else node.where


def _texts(node: _Node, key: str) -> list[str]:
    """The plain values under a key, also where they are written {"@value": ...} or {"name": ...}."""
    value = node.data.get(key)
    found = []
    for one in value if isinstance(value, list) else [value]:
        plain = one.get("@value", one.get("name")) if isinstance(one, dict) else one
        if isinstance(plain, str) and plain.strip():
            found.append(" ".join(plain.split())[:_LONGEST])
    return found


def _stated(node: _Node, what: str, readings: tuple[str, ...], key: str, shown: str, about: str) -> Stated:
    return Stated(what, readings, f"{_path(node)}{key}", shown, about)


def _prices(node: _Node, currency: object = None) -> Iterator[Stated]:
    codes = _texts(node, "priceCurrency") or ([currency] if isinstance(currency, str) else [])
    code = codes[0].strip().upper() if codes else ""
    if code not in EXPONENTS:
        return
    what = "list_price" if any(_LIST_PRICE.search(kind) for kind in _texts(node, "priceType")) else "price"
    for text in _texts(node, "price"):
        minor = _exact(text, code)
        if minor:
            yield _stated(node, what, tuple(show(one, code) for one in minor), "price", f"{text} {code}", what)
    ends = [
        (key, minor) for key in ("lowPrice", "highPrice") for text in _texts(node, key) if (minor := _exact(text, code))
    ]
    if ends:
        readings = tuple(dict.fromkeys(show(one, code) for _, minor in ends for one in minor))
        yield _stated(node, "price", readings, "/".join(key for key, _ in ends), " … ".join(readings), "price")
    for text in _texts(node, "valueAddedTaxIncluded"):
        yield _stated(node, "tax_included", (text,), "valueAddedTaxIncluded", text, "fees")
    if node.data.get("valueAddedTaxIncluded") in (True, False):
        said = "true" if node.data["valueAddedTaxIncluded"] else "false"
        yield _stated(node, "tax_included", (said,), "valueAddedTaxIncluded", said, "fees")


def _exact(text: str, code: str) -> tuple[int, ...]:
    """The price in the smallest unit: a point divides decimals, as schema.org has it; other ways are read and asked."""
    found = re.fullmatch(r"([0-9]{1,13})(?:\.([0-9]{1,6}))?", text.strip(), re.ASCII)
    decimals, part = EXPONENTS[code], (found and found[2]) or ""
    if found is None:
        seen = amounts(text, Hints(named=(code,)))
        within = tuple(money.minor for one in seen for money in one.readings if money.currency == code)
        return within if len(seen) == 1 and min(within, default=-1) >= 0 else figures.readings(text, code)
    if part[decimals:].strip("0"):
        return figures.readings(text, code)  # no price by the standard; "19.999" KRW is one by the shop
    exact = int(found[1]) * 10**decimals + int(part[:decimals].ljust(decimals, "0") or "0")
    # "1.190" is 1.19 by the standard and 1190 by many a shop
    return tuple(dict.fromkeys((exact, *figures.readings(text, code)))) if exact <= figures.MOST else ()


def _dates(node: _Node) -> Iterator[Stated]:
    for key, fact in (("startDate", "starts_on"), ("endDate", "ends_on")):
        for text in _texts(node, key):
            try:
                day = days.show(days.parse(text[:10]))
            except Problem:
                continue
            yield _stated(node, fact, (day,), key, text, "dates")


def _length(node: _Node, *keys: str) -> Iterator[Stated]:
    """A length as ISO 8601 has it: whole months and whole hours are facts, the rest is only shown."""
    for key in keys:
        for text in _texts(node, key):
            found = _PERIOD.fullmatch(text.strip())
            parts = {name: int(part) for name, part in found.groupdict().items() if part} if found else {}
            if parts.keys() <= {"y", "m"} and parts:
                months = 12 * parts.get("y", 0) + parts.get("m", 0)
                yield _stated(node, "months_total", (str(months),), key, text, "duration")
            elif parts.keys() == {"h"} and key != "duration":
                yield _stated(node, "hours_total", (str(parts["h"]),), key, text, "duration")
            else:
                yield _stated(node, "duration", (text,), key, text, "duration")


def _policy(node: _Node) -> Iterator[Stated]:
    """A return policy: the days in which one can ask, and what kind of policy it says it is."""
    for text in _texts(node, "merchantReturnDays"):
        if re.fullmatch(r"[0-9]{1,4}", text, re.ASCII):
            yield _stated(node, "seller_window_days", (str(int(text)),), "merchantReturnDays", text, "refund")
    for key in ("returnPolicyCategory", "refundType", "returnFees", "merchantReturnLink", "applicableCountry"):
        for text in _texts(node, key):
            value = text.rsplit("/", 1)[-1] if key in {"returnPolicyCategory", "refundType", "returnFees"} else text
            about = "refund" if key in {"returnPolicyCategory", "merchantReturnLink"} else ""
            yield _stated(node, f"policy_{key}", (value,), key, text, about)
