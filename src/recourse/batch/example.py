"""Made-up orders of any size: the same seed always gives the same orders, however many are made at once.

Every cell is worked out from the seed, the name of its column and the number of its row, so nothing depends on what was
made before, and memory does not grow with the number of rows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import polars as pl

from recourse import days, money, places
from recourse.batch.plan import Plan, columns_of
from recourse.batch.schema import CURRENCY, IDS
from recourse.consistency import AtMost, NotBefore
from recourse.vocabulary import Fact, Vocabulary

CHUNK = 1 << 17  # rows made at once, and rows in a row group
LAST_DAY = days.parse("2026-06-30")  # of the contracts, unless somebody says otherwise
SPAN = 730  # days back from it
ALWAYS = (
    "learner_place", "buyer_is_consumer", "kind", "bought_through", "price", "paid", "concluded_on", "starts_on",
    "ends_on", "requested_on", "request_received_on", "lessons_total", "lessons_taken",
)  # fmt: skip

_EVERYWHERE = (
    "US",
    "US",
    "US-CA",
    "GB",
    "DE",
    "DE",
    "FR",
    "ES",
    "IT",
    "KR",
    "KR",
    "JP",
    "CN",
    "TW",
    "IN",
    "BR",
    "AU",
    "CA",
)
_HOME = 3  # how much more often than all other places together learners come from the platform's own country
_WORTH = {  # roughly how many of a currency's units buy what one euro buys: only to make prices look like prices
    "KRW": 1500, "JPY": 160, "CNY": 8, "TWD": 35, "INR": 90, "BRL": 6, "MXN": 20, "TRY": 40, "RUB": 90, "VND": 27000,
    "PHP": 60, "THB": 38, "CLP": 1000, "COP": 4300, "IDR": 17000, "HUF": 400, "CZK": 25, "ARS": 1000, "NGN": 1700,
    "KES": 140, "EGP": 55, "PKR": 310, "JOD": 1, "HKD": 8, "ZAR": 20, "SEK": 11, "NOK": 12, "DKK": 7, "PLN": 4,
}  # fmt: skip
_PRICES = (999, 1499, 1999, 2999, 4900, 4900, 9900, 9900, 19900, 29900, 49900, 120000)  # cents of a euro
_SURELY = {  # of a hundred orders, in how many it is so
    "buyer_is_consumer": 97, "fraud": 1, "misleading_or_aggressive_practice": 1, "seller_insolvent": 1,
    "is_renewal": 20,
    "certificate_issued": 10, "certificate_downloaded": 5, "fully_performed": 8, "platform_took_payment": 85,
    "service_used": 70, "supply_begun": 70, "withdrawal_information_given": 90, "gift_redeemed": 20,
    "express_request_to_start": 60, "consent_to_immediate_start": 60, "acknowledged_loss_of_withdrawal": 50,
    "paid_by_instalments": 10, "order_button_clear": 97, "content_downloaded": 15, "course_held": 95, "supplied": 95,
}  # fmt: skip
_MOSTLY = {  # words that most orders have
    "kind": ("recorded-course", "live-course", "subscription"), "bought_through": ("own-website",),
    "sales_channel": ("online",), "cause": ("learner",), "reason": ("personal",), "ended_by": ("learner",),
    "payment_method": ("credit-card",), "seller_kind": ("general-trader", "online-teaching-only"),
}  # fmt: skip
_KNOWN = {"learner_place", "price", "paid", "concluded_on", CURRENCY}  # never missing in a shop's own books
_UNTOLD = 4  # of a hundred cells of any other fact are empty
_UNASKED = 25  # of a hundred orders nobody asked a refund for
_MOST = {"months": 24, "weeks": 52, "days": 365, "hours": 200, "years": 90, "lessons": 60}


@dataclass(frozen=True)
class Recipe:
    """What orders are made: so many, from this seed, with the facts that a plan reads, some of them spoiled.

    `bad` counts spoiled rows in a million.
    """

    vocabulary: Vocabulary = field(repr=False)
    facts: tuple[Fact, ...]
    places: tuple[str, ...]
    currencies: Mapping[str, str]  # by place
    words: Mapping[str, tuple[str, ...]]  # of text facts: what the rules compare them with
    rows: int
    seed: int
    bad: int = 0
    last_day: int = LAST_DAY

    def frames(self) -> Iterator[pl.DataFrame]:
        """The orders, some at a time, typed as a Parquet file holds them."""
        for start in range(0, self.rows, CHUNK):
            yield _Draw(self, start, min(self.rows, start + CHUNK)).frame()


def recipe(
    plan: Plan, *, rows: int, seed: int, bad: int = 0, last_day: int = LAST_DAY, only_place: str | None = None
) -> Recipe:
    """Orders that this plan can decide: learners where it applies, prices in their currencies, its facts as columns."""
    table = plan.library.vocabulary.facts
    names = dict.fromkeys([*ALWAYS, *(fact.id for fact in plan.facts)])
    facts = sorted((table[name] for name in names if not table[name].is_list), key=lambda fact: fact.position)
    home = plan.library.platform(plan.platform).home if plan.platform else ""
    where: tuple[str, ...] = (only_place,) if only_place else _EVERYWHERE
    if home and not only_place and places.is_place(home):
        where = (*_EVERYWHERE, *([home] * (_HOME * len(_EVERYWHERE))))
    own = [version.currency for rule in plan.rules for version in rule.versions if version.currency]
    stated = own[0] if own and len(set(own)) == 1 else ""
    currencies = {place: stated or places.currency_of(place) or "USD" for place in where}
    return Recipe(
        plan.library.vocabulary, tuple(facts), tuple(where), currencies, _words(plan), rows, seed, bad, last_day
    )


def write(made: Recipe, out: Path) -> None:
    """Writes the orders as .parquet or .csv; the file appears whole."""
    fresh = out.with_name(f"{out.name}.new")
    if out.suffix == ".csv":
        with fresh.open("wb") as target:
            write_csv(made, target)
    else:
        _stream(made).sink_parquet(fresh, row_group_size=CHUNK, compression="zstd")
    fresh.replace(out)


def write_csv(made: Recipe, target: IO[bytes]) -> None:
    """Writes the orders as CSV, in the written form of every value."""
    for number, frame in enumerate(made.frames()):
        target.write(as_texts(frame, made.facts).write_csv(include_header=number == 0).encode())


def _stream(made: Recipe) -> pl.LazyFrame:
    from polars.io.plugins import register_io_source  # noqa: PLC0415  only for this

    first = Recipe(**{**vars(made), "rows": min(1, made.rows)})
    schema = next(first.frames()).schema if made.rows else _Draw(made, 0, 0).frame().schema

    def frames(
        with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        del batch_size
        left = n_rows
        for frame in made.frames():
            chosen = frame if with_columns is None else frame.select(with_columns)
            chosen = chosen if left is None else chosen.head(left)
            left = None if left is None else left - chosen.height
            yield chosen if predicate is None else chosen.filter(predicate)

    return register_io_source(frames, schema=schema)


def as_texts(frame: pl.DataFrame, facts: Iterable[Fact]) -> pl.DataFrame:
    """Orders in the written form: amounts with their decimals, shares as per cent, yes and no, instants in UTC."""
    columns = [pl.col(name) for name in (*IDS, CURRENCY)]
    for fact in facts:
        cell = pl.col(columns_of(fact)[0])
        if fact.type == "money":
            cell = amount_text(cell, frame[CURRENCY].unique().to_list())
        elif fact.type == "share":
            cell = pl.format("{}%", cell)
        elif fact.type == "yesno":
            cell = pl.when(cell).then(pl.lit("yes")).when(~cell).then(pl.lit("no"))
        elif fact.type == "instant":
            cell = cell.dt.strftime("%Y-%m-%dT%H:%MZ")
        columns.append(cell.alias(fact.id))
    return frame.select(columns)


def amount_text(minor: pl.Expr, currencies: Sequence[str]) -> pl.Expr:
    """Amounts in smallest units as people write them, without the code; the column `currency` says which."""
    found: pl.Expr = pl.lit(None, dtype=pl.String)
    for decimals in sorted({money.EXPONENTS[code] for code in currencies}):
        unit = 10**decimals
        whole = minor.abs() // unit
        text = (
            pl.format("{}.{}", whole, (minor.abs() % unit).cast(pl.String).str.zfill(decimals))
            if decimals
            else pl.format("{}", whole)
        )
        sign = pl.when(minor < 0).then(pl.lit("-")).otherwise(pl.lit(""))
        of = [code for code in currencies if money.EXPONENTS[code] == decimals]
        found = pl.when(pl.col(CURRENCY).is_in(of)).then(sign + text).otherwise(found)
    return found


class _Draw:
    """The rows `start` to before `stop` of a recipe."""

    def __init__(self, made: Recipe, start: int, stop: int) -> None:
        self.made = made
        self.row = pl.int_range(start, stop, dtype=pl.UInt64, eager=True).alias("row")
        self.done: dict[str, pl.Series] = {}
        self.known = {fact.id: fact for fact in made.facts}
        self.before = {c.later: c.earlier for c in made.vocabulary.checks if isinstance(c, NotBefore)}
        self.whole = {c.part: c.whole for c in made.vocabulary.checks if isinstance(c, AtMost)}

    def frame(self) -> pl.DataFrame:
        """The rows: ids, currency, and the facts in the order of the vocabulary."""
        place = self.picked("learner_place", self.made.places)
        self.done["learner_place"] = place
        codes = list(dict.fromkeys(self.made.places))
        currency = place.replace_strict(codes, [self.made.currencies[code] for code in codes], return_dtype=pl.String)
        self.done[CURRENCY] = currency
        people = max(1, self.made.rows * 2 // 3)
        ids = [
            pl.select(pl.format("o{}-{}", pl.lit(self.made.seed), pl.lit(self.row + 1))).to_series().alias("order_id"),
            pl.select(pl.format("l{}", pl.lit(self.below("learner_id", people)))).to_series().alias("learner_id"),
            pl.select(pl.format("c{}", pl.lit(self.skewed("course_id", 400)))).to_series().alias("course_id"),
        ]
        columns = [*ids, currency.alias(CURRENCY)]
        for fact in self.made.facts:
            columns += self.column(fact)
        return self.spoiled(pl.DataFrame(columns))

    def column(self, fact: Fact) -> list[pl.Series]:
        """The cells of a fact, some of them empty."""
        values = self.value(fact.id)
        if fact.id not in _KNOWN:
            empty = _UNASKED if fact.id in ("requested_on", "request_received_on", "requested_at") else _UNTOLD
            stream = "asked" if empty == _UNASKED else f"{fact.id} known"  # nobody asked: no day at all
            values = pl.select(pl.when(pl.lit(self.below(stream, 100) >= empty)).then(pl.lit(values))).to_series()
        if fact.type == "share":
            bottom = pl.select(pl.when(pl.lit(values).is_not_null()).then(pl.lit(100, dtype=pl.Int64))).to_series()
            return [values.alias(f"{fact.id}_top"), bottom.alias(f"{fact.id}_bottom")]
        return [values.alias(fact.id)]

    def value(self, name: str) -> pl.Series:
        """The cells of a fact before some are emptied; one after the other, so that parts know their wholes."""
        if name not in self.done:
            self.done[name] = self.made_up(self.made.vocabulary.facts[name])
        return self.done[name]

    def made_up(self, fact: Fact) -> pl.Series:
        """Cells that hold together: a part of its whole, a day not before another."""
        name = fact.id
        match fact.type:
            case "money":
                return self.amount(name)
            case "count":
                if name in self.whole:
                    return self.value(self.whole[name]) * self.progress(name) // 100
                most = min(fact.at_most or 60, _MOST.get(fact.unit or "", 20))
                low = 4 if name.endswith("_total") else 16 if name == "buyer_age" else 0
                return self.below(name, most - low + 1) + low
            case "date":
                return self.day(name).cast(pl.Int32).cast(pl.Date)
            case "instant":
                return self.instant(name)
            case "share":
                return self.progress(name)
            case "yesno":
                return self.below(name, 100) < _SURELY.get(name, 50)
            case "choice":
                usual = _MOSTLY.get(name, ())
                return self.picked(name, (*fact.choices, *(usual * (4 * len(fact.choices)))))
            case "place":
                return self.picked(name, self.made.places)
            case "text":
                words = self.made.words.get(name, ())
                return self.picked(name, (*words, *([None] * (2 + len(words))))).cast(pl.String)
            case "period":
                first = self.day(name)
                return pl.DataFrame(
                    {"first": first.cast(pl.Int32).cast(pl.Date), "last": (first + 30).cast(pl.Int32).cast(pl.Date)}
                ).to_struct(name)
        raise AssertionError(fact.type)

    def instant(self, name: str) -> pl.Series:
        """A moment of the day."""
        seconds = self.day(name) * 86_400 + self.below(f"{name} clock", 1440) * 60
        return (seconds * 1_000_000).cast(pl.Datetime("us", "UTC"))

    def amount(self, name: str) -> pl.Series:
        """Prices as shops ask them, and parts of them."""
        if name == "price":
            cents = self.picked(name, _PRICES) + self.below("price more", 5) * 100
            worth = {code: _WORTH.get(code, 1) * 10 ** money.EXPONENTS[code] for code in self.made.currencies.values()}
            codes = list(worth)
            factor = self.done[CURRENCY].replace_strict(codes, [worth[code] for code in codes], return_dtype=pl.Int64)
            return cents * factor // 100
        price = self.value("price")
        if name == "paid":
            return price * self.picked("paid share", (100, 100, 100, 100, 100, 100, 80, 50, 33)) // 100
        if name == "list_price":
            return price + price * self.below(name, 60) // 100
        if name in self.whole and self.whole[name] != "price":
            return self.value(self.whole[name]) * self.progress(name) // 100
        return price * self.below(name, 21) // 100

    def day(self, name: str) -> pl.Series:
        """Days since 1970 that follow one another as they do in life."""
        key = f"{name} day"
        if key in self.done:
            return self.done[key]
        if name == "concluded_on":
            found = self.made.last_day - days.parse("1970-01-01") - self.below(name, SPAN)
        elif name in ("paid_on", "charged_on", "access_given_on", "paid_at"):
            found = self.day("concluded_on") + self.skewed(name, 3)
        elif name in ("requested_on", "requested_at"):
            found = self.day("concluded_on") + self.skewed("requested_on", 120)
        elif name in self.before:
            found = self.day(self.before[name]) + (
                self.picked(name, (30, 60, 90, 180, 365)) if name == "ends_on" else self.skewed(name, 5)
            )
        else:
            found = self.day("concluded_on") + self.skewed(name, 60)
        self.done[key] = found
        return found

    def progress(self, name: str) -> pl.Series:
        """Per cent of a course: most have done little, some everything; all measures of one order go together."""
        done = self.skewed("progress", 120)
        return pl.select(pl.min_horizontal(pl.lit(done + self.below(name, 5)), 100)).to_series()

    def below(self, stream: str, top: int) -> pl.Series:
        """Whole numbers from 0 to below `top`."""
        return (self._bits(stream) % _u64(top)).cast(pl.Int64)

    def skewed(self, stream: str, top: int) -> pl.Series:
        """The same, small ones far more often."""
        one, other = self.below(stream, top), self.below(f"{stream}'", top)
        return one * other // top

    def picked(self, stream: str, values: Sequence[object]) -> pl.Series:
        """One of these, each as likely as it is often."""
        return pl.Series(values, strict=False).gather(self.below(stream, len(values)))

    def _bits(self, stream: str) -> pl.Series:
        """64 bits for each row: the numbers of SplitMix64, from a start of the stream's own."""
        start = hashlib.sha256(f"{self.made.seed} {stream}".encode()).digest()[:8]
        bits = self.row * _u64(0x9E3779B97F4A7C15) + _u64(int.from_bytes(start, "big"))
        bits = (bits ^ (bits // _u64(1 << 30))) * _u64(0xBF58476D1CE4E5B9)
        bits = (bits ^ (bits // _u64(1 << 27))) * _u64(0x94D049BB133111EB)
        return bits ^ (bits // _u64(1 << 31))

    def spoiled(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Some rows made impossible, each in one way, so that one sees what becomes of them."""
        if not self.made.bad:
            return frame
        chosen = pl.lit(self.below("spoiled", 1_000_000) < self.made.bad)
        way = pl.lit(self.below("spoiled how", 4))
        return frame.with_columns(
            pl.when(chosen & (way == 0)).then(-pl.col("paid") - 1).otherwise("paid").alias("paid"),
            pl.when(chosen & (way == 1)).then(pl.lit("XX")).otherwise("learner_place").alias("learner_place"),
            pl.when(chosen & (way == 2)).then(pl.lit("live-curse")).otherwise("kind").alias("kind"),
            pl.when(chosen & (way == 3))
            .then(pl.col("concluded_on") - pl.duration(days=1))
            .otherwise("requested_on")
            .alias("requested_on"),
        )


def _u64(number: int) -> pl.Series:
    return pl.Series([number], dtype=pl.UInt64)


def _words(plan: Plan) -> dict[str, tuple[str, ...]]:
    """What the rules compare each text fact with."""
    texts = {fact.id for fact in plan.facts if fact.type == "text"}
    found: dict[str, dict[str, None]] = {}
    for rule in plan.rules:
        for version in rule.versions:
            for top in version.expressions():
                for e in top.walk():
                    names = [a.value for a in e.args if a.op == "fact" and a.value in texts]
                    words = [one for one in e.value if isinstance(one, str)] if isinstance(e.value, tuple) else []
                    for name in names:
                        found.setdefault(name, {}).update(dict.fromkeys(words))
    return {name: tuple(words) for name, words in found.items()}
