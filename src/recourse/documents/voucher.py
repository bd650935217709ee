"""Reads a voucher's text into proposals: order number, amounts, dates, seller; each with its line, none decided.

A person confirms every one of them. Where several things can be meant they are all given, the likeliest first, and it
is said why it stands first.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from recourse import days, places
from recourse.bilingual import Words
from recourse.documents import labels, sellers
from recourse.documents.amounts import Amount, Hints, amounts, bare, hints
from recourse.documents.dates import Written, dates

LONGEST = 100_000  # characters of a voucher that are read; a voucher of ten pages has 30,000
LONGEST_LINE = 400  # characters of a line that are shown
_MOST_LINES = 5_000
_MOST_OF_ONE = 12  # proposals for one thing

BESIDE = Words("beside “{label}”", "旁有“{label}”")
ABOVE = Words("below “{label}”", "上一行为“{label}”")
LARGEST = Words("the largest amount of the text", "文中最大的金额")
ONLY_DATE = Words("a date of the text; what it is of is not said", "文中的日期，未说明是什么日期")
CURRENCY_ELSEWHERE = Words("the currency is named elsewhere in the text", "货币在文中别处写明")
FROM_TO = Words("the period from … to …", "“自……至……”的期间")

_AMOUNTS = labels.compiled(labels.AMOUNTS)
_DATES = labels.compiled(labels.DATES)
_ORDERS = labels.orders()
_MONEY_ROLES = frozenset({"paid", "price", "tuition"})


@dataclass(frozen=True)
class Proposal:
    """What a line may say: `what` is a fact of the vocabulary, or order_number, seller, platform.

    `readings` are values as facts are written, the likeliest first; `line` counts from 1, `start` and `end` are
    positions in `shown`, which is the line as it was read.
    """

    what: str
    readings: tuple[str, ...]
    line: int
    shown: str
    start: int
    end: int
    rank: int = 1  # lower is likelier
    why: tuple[Words, ...] = ()


@dataclass(frozen=True)
class Voucher:
    """All that was found, thing by thing, in the order of likelihood."""

    proposals: tuple[Proposal, ...]

    def of(self, what: str) -> tuple[Proposal, ...]:
        return tuple(one for one in self.proposals if one.what == what)

    def readings(self, what: str) -> tuple[str, ...]:
        """Everything that a thing can be, the likeliest first; one alone needs a yes, more of them an answer."""
        found = self.of(what)
        best = [one for one in found if one.rank == found[0].rank]
        rest = [one for one in found if one.rank != found[0].rank] if len({one.readings for one in best}) > 1 else []
        return tuple(dict.fromkeys(reading for one in [*best, *rest] for reading in one.readings))

    def whats(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.what for one in self.proposals))


@dataclass(frozen=True)
class _Page:
    """A text and where its lines begin."""

    text: str
    begins: tuple[int, ...]

    def at(self, position: int) -> int:
        """The number of the line, from 0, in which a position lies."""
        return bisect.bisect_right(self.begins, position) - 1

    def line(self, number: int) -> str:
        if not 0 <= number < len(self.begins):
            return ""
        end = self.begins[number + 1] - 1 if number + 1 < len(self.begins) else len(self.text)
        return self.text[self.begins[number] : end]

    def above(self, number: int) -> str:
        """The next line above that is not empty, if it is one of the two above."""
        return next((line for back in (1, 2) if (line := self.line(number - back).strip())), "")


def read(text: str, known: Sequence[sellers.Known] = (), place: str | None = None) -> Voucher:
    """The proposals of a voucher's text. `known` are the platforms of the corpus, `place` where the learner lives."""
    text = text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n").replace("\v", "\n")
    page = _page(text)
    about = hints(page.text, places.currency_of(place) if place else None, places.name(place) if place else "")
    found = [*_order_numbers(page), *_money(page, about), *_days(page), *_sellers(page), *_platforms(page, known)]
    kept: list[Proposal] = []
    for what in dict.fromkeys(one.what for one in found):
        kept += _sorted([one for one in found if one.what == what])
    return Voucher(tuple(kept))


def _page(text: str) -> _Page:
    begins = [0]
    at = text.find("\n")
    while at >= 0 and len(begins) < _MOST_LINES:
        begins.append(at + 1)
        at = text.find("\n", at + 1)
    return _Page(text if at < 0 else text[: at + 1], tuple(begins))


def _sorted(found: list[Proposal]) -> list[Proposal]:
    """The likeliest first; of two that say the same the better one stays."""
    kept: list[Proposal] = []
    for one in sorted(found, key=lambda one: (one.rank, -one.line if one.what in _MONEY_ROLES else one.line)):
        if all(one.readings != other.readings for other in kept):
            kept.append(one)
    return kept[:_MOST_OF_ONE]


def _proposal(
    page: _Page, what: str, readings: tuple[str, ...], start: int, end: int, rank: int, *why: Words
) -> Proposal:
    number = page.at(start)
    line, begin = page.line(number), page.begins[number]
    cut = max(0, start - begin - LONGEST_LINE // 2) if len(line) > LONGEST_LINE else 0
    shown = line[cut : cut + LONGEST_LINE]
    first, last = start - begin - cut, end - begin - cut
    return Proposal(what, readings, number + 1, shown, first, min(last, len(shown)), rank, why)


# -- amounts


def _money(page: _Page, about: Hints) -> Iterator[Proposal]:
    found = amounts(page.text, about)
    spans = [(one.start, one.end) for one in found]
    roles = [_role(page, spans, at, _AMOUNTS) for at in range(len(found))]
    proposals: list[Proposal] = []
    for one, (role, rank, why) in zip(found, roles, strict=True):
        if role and all(money.minor >= 0 for money in one.readings):
            proposals.append(_amount(page, role, one, rank, *([why] if why else []), *one.why))
    proposals += _bare_totals(page, found, about)
    yield from proposals
    if not any(one.what in _MONEY_ROLES for one in proposals):
        free = [one for one, (_, _, why) in zip(found, roles, strict=True) if why is None and one.readings[0].minor > 0]
        largest = max((one.readings[0].minor for one in free), default=0)
        for one in free:
            is_largest = one.readings[0].minor == largest
            yield _amount(page, "paid", one, 5 if is_largest else 6, *([LARGEST] if is_largest else []), *one.why)


def _amount(page: _Page, what: str, one: Amount, rank: int, *why: Words) -> Proposal:
    return _proposal(page, what, tuple(str(money) for money in one.readings), one.start, one.end, rank, *why)


def _bare_totals(page: _Page, found: tuple[Amount, ...], about: Hints) -> Iterator[Proposal]:
    """Totals without a currency of their own, where the text names one elsewhere."""
    settled = dict.fromkeys(one.readings[0].currency for one in found if len({m.currency for m in one.readings}) == 1)
    currencies = tuple(dict.fromkeys([*about.named, *settled]))
    if not currencies:
        return
    busy = {page.at(one.start) for one in found}
    for number, begin in enumerate(page.begins):
        line = page.line(number)
        if number in busy or not line.strip():
            continue
        for one in bare(line, currencies):
            role, rank, why = _named(labels.WITH_TAX.sub(" ", line[: one.start]), _AMOUNTS)
            if role in _MONEY_ROLES and why is not None:
                moved = replace(one, start=one.start + begin, end=one.end + begin)
                yield _amount(page, role, moved, rank + 3, why, CURRENCY_ELSEWHERE)


def _role(
    page: _Page, spans: list[tuple[int, int]], at: int, table: tuple[tuple[str, int, re.Pattern[str]], ...]
) -> tuple[str, int, Words | None]:
    """What an amount or a date is of, by the words before it in its line, else behind it, else above."""
    start, end = spans[at]
    number = page.at(start)
    begin, line = page.begins[number], page.line(number)
    before = max([begin, *(last for _, last in spans[max(0, at - 4) : at] if begin <= last <= start)])
    after = min([begin + len(line), *(first for first, _ in spans[at + 1 : at + 2] if first > end)])
    role, rank, why = _named(_without_tax(page.text[max(before, start - 160) : start]), table)
    if why is None and after == begin + len(line):
        role, rank, why = _named(page.text[end : min(after, end + 80)], table)
    if why is None and not page.text[begin:start].strip(" \t:|-$€£¥￥₩"):
        role, rank, why = _named(_without_tax(page.above(number)[-160:]), table)
        why = why and Words(*(text.format(label=_label(why)) for text in ABOVE))
        return role, rank, why
    return role, rank, why and Words(*(text.format(label=_label(why)) for text in BESIDE))


def _without_tax(label: str) -> str:
    """ "Total incl. VAT" is a total; "incl. VAT" alone is the tax that another amount holds."""
    rest = labels.WITH_TAX.sub(" ", label)
    return rest if any(pattern.search(rest) for role, _, pattern in _AMOUNTS if role in _MONEY_ROLES) else label


def _named(label: str, table: tuple[tuple[str, int, re.Pattern[str]], ...]) -> tuple[str, int, Words | None]:
    for role, rank, pattern in table:
        found = pattern.search(label)
        if found:
            return role, rank, Words(found[0].strip(), found[0].strip())
    return "", 9, None


def _label(words: Words) -> str:
    return words.en.replace("{", "").replace("}", "")


# -- dates


def _days(page: _Page) -> Iterator[Proposal]:
    found = dates(page.text)
    spans = [(one.start, one.end) for one in found]
    skip: set[int] = set()
    for at, one in enumerate(found):
        if at in skip:
            continue
        role, rank, why = _role(page, spans, at, _DATES)
        nxt = found[at + 1] if at + 1 < len(found) else None
        if (
            nxt is not None
            and labels.TO.fullmatch(page.text[one.end : nxt.start])
            and role in ("", "starts_on", "concluded_on")
        ):
            skip.add(at + 1)
            begin = page.begins[page.at(one.start)]
            if labels.BILLED.search(page.text[max(begin, one.start - 80) : one.start]):
                yield _date(page, "paid_period_starts_on", one, 3, FROM_TO)
            else:
                yield _date(page, "starts_on", one, 2, FROM_TO)
                yield _date(page, "ends_on", nxt, 2, FROM_TO)
        elif role:
            yield _date(page, role, one, rank, *([why] if why else []))
        elif why is None:
            yield _date(page, "concluded_on", one, 5, ONLY_DATE)


def _date(page: _Page, what: str, one: Written, rank: int, *why: Words) -> Proposal:
    readings = tuple(days.show(day) for day in one.readings)
    return _proposal(page, what, readings, one.start, one.end, rank, *why, *one.why)


# -- who sold it, and under which number


def _order_numbers(page: _Page) -> Iterator[Proposal]:
    for number, begin in enumerate(page.begins):
        line = page.line(number)[:LONGEST_LINE]
        for rank, pattern in _ORDERS:
            for label in pattern.finditer(line):
                value = labels.ORDER_VALUE.match(line, label.end())
                offset = begin
                if value is None and not line[label.end() :].strip(" :：#"):
                    value = labels.ORDER_VALUE.match(page.line(number + 1))
                    offset = page.begins[number + 1] if value else begin
                if value is None or not _is_number(value["id"]):
                    continue
                why = Words(*(text.format(label=_label(Words(label[0].strip(), ""))) for text in BESIDE))
                span = value.start("id") + offset, value.end("id") + offset
                yield _proposal(page, "order_number", (value["id"],), *span, rank, why)


def _is_number(text: str) -> bool:
    """Whether a word can be the number of an order: it has digits, and is neither a date nor a bare year."""
    digits = sum(char.isdigit() for char in text)
    return digits >= 3 and not dates(text) and not re.fullmatch(r"(?:19|20)[0-9]{2}|[0-9]{1,3}[.][0-9]{2}", text)


def _sellers(page: _Page) -> Iterator[Proposal]:
    for match in (*labels.SELLERS.finditer(page.text), *labels.SELLERS_APART.finditer(page.text)):
        name = match["name"].strip()
        if name:
            yield _proposal(page, "seller", (name,), match.start("name"), match.start("name") + len(name), 1)


def _platforms(page: _Page, known: Sequence[sellers.Known]) -> Iterator[Proposal]:
    for one in sellers.found(page.text, known):
        yield _proposal(page, "platform", (one.id,), one.start, one.end, one.rank, one.why)
    for shop, pattern, rank in sellers.SHOPS:
        if match := pattern.search(page.text):
            readings = (shop,) if rank == 1 else (shop, "own-website")
            yield _proposal(page, "bought_through", readings, match.start(), match.end(), rank)
