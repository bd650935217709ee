"""Rules made up by Hypothesis: texts that a rule author could have written, and facts that sit on their edges.

Only well-typed rules are drawn, over facts of the real vocabulary; a rule that does not load is a failed test.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from making import HEAD, VOCABULARY, day

from recourse import money
from recourse.rules.setting import Setting
from recourse.rules.tree import Rule, Version

CURRENCIES = {
    "KRW": ("100 KRW", "10_000 KRW", "3 KRW"),
    "USD": ("50 USD", "12.50 USD", "0.07 USD"),
    "JOD": ("1.250 JOD", "40 JOD", "0.003 JOD"),
}
STEPS = {
    "KRW": ("10 KRW", "7 KRW", "minor", "10 minor"),
    "USD": ("1 USD", "0.05 USD", "0.07 USD", "minor", "7 minor"),
    "JOD": ("0.003 JOD", "0.010 JOD", "minor"),
}
SHARES = ("1/3", "1/2", "2/3", "20%", "33%", "12.5%", "100%", "0%")
BANDS = ("0%", "1/4", "1/3", "1/2", "2/3", "90%")  # rising
COUNTS = (0, 1, 2, 3, 5, 10, 14, 30)
DAYS = ("2024-02-29", "2025-12-31", "2026-01-31", "2026-03-01", "2026-03-31", "2026-05-01")
EDGES = ("1990-01-01", "2099-12-31")
MOMENTS = ("2026-01-31T23:30+09:00", "2026-03-01T00:00Z", "2026-03-01T10:00+08:00")

MONEY = ("price", "paid", "tuition", "registration_fee", "list_price_per_lesson", "monthly_price")
LESSONS = ("lessons_total", "lessons_taken", "lessons_opened")
HOURS = ("hours_total", "hours_elapsed")
DAY_COUNTS = ("seller_window_days", "trial_days")
SHARE = ("share_elapsed", "share_completed", "contract_penalty_share")
DATES = ("concluded_on", "starts_on", "ends_on", "requested_on", "paid_on")
INSTANTS = ("paid_at", "requested_at")
TRUTHS = ("service_used", "buyer_is_consumer", "supply_begun", "express_request_to_start")
CHOICES = ("cause", "kind", "reason")
PLACES = ("learner_place", "seller_place")
LISTS = (
    "lessons_in_months",
    "hours_in_months",
    "month_prices",
    "term_starts_on",
    "aid_period_breaks",
    "refund_table_shares",
)

MOST_ROWS = 4  # in a part; facts may have one more

# How many times as many examples as usual. Only then is a failure made small before it is shown: that takes minutes.
TIMES = int(os.environ.get("RECOURSE_EXAMPLES", "1"))
QUICK = tuple(phase for phase in Phase if phase not in (Phase.shrink, Phase.explain))


def examples(count: int) -> Any:
    """Settings for a test of so many examples; `RECOURSE_EXAMPLES=20 pytest ...` tries twenty times as many."""
    phases = tuple(Phase) if TIMES > 1 else QUICK
    return settings(max_examples=count * TIMES, deadline=None, suppress_health_check=list(HealthCheck), phases=phases)


@dataclass
class Writer:
    """Draws texts; remembers what has been named so far."""

    draw: Any
    currency: str
    names: dict[str, list[str]] = field(
        default_factory=lambda: {t: [] for t in ("money", "share", "count", "date", "truth")}
    )
    tables: dict[str, str] = field(default_factory=dict)  # name -> type of what it gives; asked about a share
    columns: list[str] = field(default_factory=list)  # table.column, money
    opens: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    row: bool = False  # inside a part
    measured_part: bool = False  # the part `term`, of hours or, failing which, lessons
    lines: list[str] = field(default_factory=list)

    def pick(self, *options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def some(self, kind: str, depth: int) -> str:
        """A text of a type: `money`, `share`, `count` (of lessons), `days` (a count), `date`, `instant`, `truth`."""
        return str(getattr(self, kind)(depth))

    def leaf(self, depth: int, leaves: list[str], *deeper: Any) -> str:
        if depth <= 0 or self.draw(st.integers(0, 3)) == 0:
            return str(self.pick(*leaves))
        return str(self.pick(*deeper)())

    # -- numbers

    def money(self, depth: int) -> str:
        d = depth - 1
        leaves = [*MONEY, *CURRENCIES[self.currency], *self.names["money"], *self.lines, *self.columns]
        if self.row:
            leaves += ["fee", "fee", "slice"]
        made = [
            lambda: f"({self.money(d)} + {self.money(d)})",
            lambda: f"({self.money(d)} - {self.money(d)})",
            lambda: f"({self.share(d)} of {self.money(d)})",
            lambda: f"({self.money(d)} * {self.share(d)})",
            lambda: f"({self.count(d)} * {self.money(d)})",
            lambda: f"({self.money(d)} / {self.pick(1, 3, 7, 12)})",
            lambda: f"({self.money(d)} / {self.count(d)} * {self.count(d)})",
            lambda: f"({self.money(d)}, at most {self.money(d)})",
            lambda: f"({self.money(d)} - {self.money(d)}, at least nothing)",
            lambda: f"(lesser of {self.money(d)} and {self.money(d)})",
            lambda: f"(greater of {self.money(d)} and {self.money(d)})",
            lambda: (
                f"({self.money(d)}, rounded {self.pick('down', 'up', 'half up')} to {self.pick(*STEPS[self.currency])})"
            ),
            lambda: f"({self.money(d)}, failing which {self.money(d)})",
            lambda: "total(month_prices)",
            lambda: f"item(month_prices, {self.pick(1, 2, 3)})",
            lambda: f"(rate(test-rate, {self.date(d)}) * {self.money(d)})",
        ]
        made += [lambda t=t: f"{t}({self.share(d)})" for t, kind in self.tables.items() if kind == "money"]
        if self.row:
            made += [lambda: "so_far(fee)", lambda: f"(fee * n / {self.lessons(d)})"]
        else:
            made += [lambda p=p: f"(sum over {p} of {self.inside().money(d)})" for p in self.parts]
        return self.leaf(depth, leaves, *made)

    def inside(self) -> Writer:
        """The same names, seen from a row of a part."""
        return Writer(self.draw, self.currency, self.names, self.tables, self.columns, self.opens, [], row=True)

    def share(self, depth: int) -> str:
        d = depth - 1
        leaves = [*SHARE, *SHARES, *self.names["share"], *(["part_of"] if self.row else [])]
        made = [
            lambda: f"({self.lessons(d)} / {self.lessons(d)})",
            lambda: f"({self.measured(d)})",
            lambda: f"({self.money(d)} / {self.money(d)})",
            lambda: f"({self.share(d)} + {self.share(d)})",
            lambda: f"(1 - {self.share(d)})",
            lambda: f"({self.share(d)} * {self.share(d)})",
            lambda: (
                f"({self.share(d)}, rounded {self.pick('down', 'up', 'half up')} to {self.pick('10%', '0.1%', '25%')})"
            ),
            lambda: f"({self.share(d)}, at most {self.pick(*SHARES)})",
            lambda: f"(greater of {self.share(d)} and {self.share(d)})",
            lambda: f"({self.days(d)} / {self.days(d)})",
            lambda: f"({self.share(d)}, failing which {self.share(d)})",
            lambda: f"item(refund_table_shares, {self.pick(1, 4)})",
            lambda: f"rate(test-rate, {self.date(d)})",
        ]
        made += [lambda t=t: f"{t}({self.share(d)})" for t, kind in self.tables.items() if kind == "share"]
        made += [] if self.row else [lambda p=p: f"(sum over {p} of {self.inside().share(d)})" for p in self.parts]
        made += [lambda: "(sum over term of back)", lambda: "(total(planned) / in_all)"] if self.measured_part else []
        return self.leaf(depth, leaves, *made)

    def measured(self, depth: int) -> str:
        """One measure over the same measure, whichever is known; or two that must not be mixed."""
        third = self.pick("", "", ", failing which class_days_elapsed")
        of = f"(hours_total, failing which lessons_total{third.replace('elapsed', 'total')})"
        top = self.pick("hours_elapsed, failing which lessons_taken", "hours_elapsed, failing which lessons_opened")
        top = f"{top}{third}"
        top = f"({top})" if depth < 1 else self.pick(f"({top})", f"({top}, at most {of})")
        return f"{top} / {of}"

    def lessons(self, depth: int) -> str:
        d = depth - 1
        leaves = [*LESSONS, *self.names["count"], *(["n", "so_far(n)"] if self.row else [])]
        made = [
            lambda: f"({self.lessons(d)} + {self.pick(*COUNTS)})",
            lambda: f"({self.lessons(d)} - {self.lessons(d)})",
            lambda: f"({self.lessons(d)}, at least {self.pick(*COUNTS)})",
            lambda: f"({self.lessons(d)}, at most lessons_total)",
            lambda: f"({self.share(d)} * lessons_total, rounded {self.pick('up', 'down')} to whole lessons)",
            lambda: f"({self.lessons(d)}, failing which {self.lessons(d)})",
            lambda: "total(lessons_in_months)",
            lambda: f"item(lessons_in_months, {self.pick(1, 2)})",
        ]
        made += [] if self.row else [lambda p=p: f"(sum over {p} of {self.inside().lessons(d)})" for p in self.parts]
        return self.leaf(depth, leaves, *made)

    count = lessons

    def days(self, depth: int) -> str:
        """A number of days."""
        d = depth - 1
        leaves = [*DAY_COUNTS]
        made = [
            lambda: f"(days from {self.date(d)} {self.pick('to', 'through')} {self.date(d)})",
            lambda: f"(days from {self.date(d)} {self.pick('to', 'through')} {self.date(d)})",
            lambda: f"(working days from {self.date(d)} {self.pick('to', 'through')} {self.date(d)})",
            lambda: f"({self.days(d)} + {self.pick(*COUNTS)})",
            lambda: f"({self.share(d)} of {self.days(d)}, rounded {self.pick('up', 'half up')} to whole days)",
            lambda: f"(lesser of {self.days(d)} and {self.days(d)})",
        ]
        return self.leaf(depth, leaves, *made)

    def span(self, depth: int) -> str:
        """A number of weeks, months, hours between two days or moments; comparable with a written number."""
        begun = self.pick("", "begun ")
        if self.draw(st.booleans()):
            return f"({begun}{self.pick('weeks', 'months')} from {self.date(depth - 1)} {self.pick('to', 'through')} {self.date(depth - 1)})"
        return self.pick(
            f"({begun}hours from paid_at to requested_at)", "day of month of " + self.date(0), "months_total"
        )

    def date(self, depth: int) -> str:
        d = depth - 1
        leaves = [*DATES, *DATES, *DAYS[:3], *self.names["date"]]
        way = ("after", "before", "beginning with")
        made = [
            lambda: f"({self.pick(1, 2, 14, 30)} days {self.pick(*way)} {self.date(d)})",
            lambda: f"({self.pick(1, 2)} weeks {self.pick(*way)} {self.date(d)})",
            lambda: f"({self.pick(1, 2, 13)} months {self.pick(*way)} {self.date(d)})",
            lambda: f"(1 year {self.pick(*way)} {self.date(d)})",
            lambda: f"(last day of {self.pick('month', 'year')} of {self.date(d)})",
            lambda: f"({self.pick(1, 3, 10)} working days {self.pick(*way)} {self.date(d)})",
            lambda: f"(({self.days(d)}) days {self.pick('after', 'before')} {self.date(d)})",
            lambda: f"({self.date(d)}, or the {self.pick('next', 'previous')} working day)",
            lambda: f"(earlier of {self.date(d)} and {self.date(d)})",
            lambda: f"(later of {self.date(d)} and {self.date(d)})",
            lambda: f"({self.date(d)}, failing which {self.date(d)})",
            lambda: f"item(term_starts_on, {self.pick(1, 2)})",
            lambda: f"{self.pick('first', 'last')}(item(aid_period_breaks, 1))",
        ]
        return self.leaf(depth, leaves, *made)

    def instant(self, depth: int) -> str:
        d = depth - 1
        made = [
            lambda: f"({self.pick(1, 24)} hours {self.pick('after', 'before')} {self.instant(d)})",
            lambda: f"({self.pick(1, 14)} days {self.pick('after', 'before')} {self.instant(d)})",
            lambda: f"(later of {self.instant(d)} and {self.instant(d)})",
            lambda: f"({self.instant(d)}, failing which {self.instant(d)})",
        ]
        return self.leaf(depth, list(INSTANTS), *made)

    # -- conditions

    def truth(self, depth: int) -> str:
        d = depth - 1
        sign = ("<", "<=", ">", ">=", "is")
        leaves = [*TRUTHS, *self.names["truth"], *self.opens]
        simple = [
            lambda: f"{self.money(d)} {self.pick(*sign[:4])} {self.money(d)}",
            lambda: f"{self.lessons(d)} {self.pick(*sign)} {self.pick(*COUNTS)}",
            lambda: f"{self.lessons(d)} {self.pick(*sign[:4])} {self.lessons(d)}",
            lambda: f"{self.share(d)} {self.pick(*sign)} {self.pick(*SHARES)}",
            lambda: f"{self.share(d)} {self.pick(*sign[:4])} {self.share(d)}",
            lambda: f"{self.date(d)} {self.pick(*sign[:4])} {self.date(d)}",
            lambda: f"{self.date(d)} is {self.pick(*DAYS)}",
            lambda: f"{self.days(d)} {self.pick(*sign)} {self.pick(*COUNTS)}",
            lambda: f"{self.span(d)} {self.pick(*sign)} {self.pick(*COUNTS)}",
            lambda: f"{self.instant(d)} {self.pick(*sign[:4])} {self.instant(d)}",
            self.about_words,
            self.about_words,
        ]
        made = [
            *simple,
            lambda: f"({self.truth(d)} and {self.truth(d)})",
            lambda: f"({self.truth(d)} or {self.truth(d)})",
            lambda: f"(not {self.truth(d)})",
            lambda: f"({self.truth(d)}, failing which {self.truth(d)})",
        ]
        if self.row:
            made += [
                lambda: f"row {self.pick('<=', '>')} {self.pick(1, 2)}",
                lambda: f"so_far(n) {self.pick('<', '>=')} {self.lessons(0)}",
            ]
        found = self.leaf(depth, leaves, *made)
        return found if found.startswith("(") or found.replace("_", "a").isalnum() else f"({found})"

    def about_words(self) -> str:
        fact = self.pick(*CHOICES, "product_line", *PLACES)
        if fact in PLACES:
            other = f"country of {self.pick(*PLACES)}"
            return f"{fact} {self.pick('in', 'not in')} {self.pick('KR', 'US', 'US-CA', '(AT, US-CA)', other)}"
        if fact == "product_line":
            return f"{fact} is {self.pick('', 'not ')}{self.pick('plus-monthly', 'basic')}"
        words = VOCABULARY.facts[fact].choices
        if self.draw(st.booleans()):
            return f"{fact} is {self.pick('', 'not ')}{self.pick(*words[:3])}"
        return f"{fact} in ({words[0]}, {words[2]})"


# -- versions


def _bands(writer: Writer, kind: str, depth: int, conditions: bool) -> str:
    rows = []
    for bound in sorted(writer.draw(st.sets(st.sampled_from(range(len(BANDS))), min_size=1, max_size=3))):
        extra = f", if: {_quoted(writer.truth(0))}" if conditions and writer.draw(st.integers(0, 3)) == 0 else ""
        rows.append(
            f"{{when: {writer.pick('at most', 'less than')} {BANDS[bound]}{extra}, then: {_quoted(writer.some(kind, depth))}}}"
        )
    return f"[{', '.join([*rows, f'{{then: {_quoted(writer.some(kind, depth))}}}'])}]"


def _rows(writer: Writer, kind: str, depth: int) -> str:
    count = writer.draw(st.integers(1, 2))
    rows = [f"{{if: {_quoted(writer.truth(depth))}, then: {_quoted(writer.some(kind, depth))}}}" for _ in range(count)]
    return f"[{', '.join([*rows, f'{{then: {_quoted(writer.some(kind, depth))}}}'])}]"


def _value(writer: Writer, kind: str) -> str:
    shape = writer.draw(st.integers(0, 4))
    if shape == 0:
        return _rows(writer, kind, 1)
    if shape == 1 and kind in ("money", "share"):
        return f"{{by: {_quoted(writer.share(1))}, bands: {_bands(writer, kind, 1, True)}}}"
    if shape == 2:
        return f"{{by: {_asked_about(writer, kind)}"
    return _quoted(writer.some(kind, 2))


def _asked_about(writer: Writer, kind: str) -> str:
    """Bands about something else than a share: a number, a day, a word, yes or no."""
    about, first, second = writer.pick(
        (writer.lessons(1), "at most 2", "less than 10"),
        (writer.days(1), "14", "more than 30"),
        (writer.date(1), "before 2026-01-31", "on or before 2026-03-31"),
        (writer.date(1), "2026-03-01", "after 2026-03-31"),
        ("cause", "learner", "one of seller, neither"),
        ("product_line", "plus-monthly", "one of basic, other"),
        ("service_used", "yes", "no"),
    )
    values = [_quoted(writer.some(kind, 1)) for _ in range(3)]
    extra = f", if: {_quoted(writer.truth(0))}" if writer.draw(st.booleans()) else ""
    rows = f"{{when: {_quoted(first)}, then: {values[0]}}}, {{when: {_quoted(second)}{extra}, then: {values[1]}}}, {{then: {values[2]}}}"
    return f"{_quoted(about)}, bands: [{rows}]}}"


def _quoted(text: str) -> str:
    return f'"{text}"'


def _keep(writer: Writer) -> str:
    names = ("kept_for_use", "penalty", "fee")[: writer.draw(st.integers(1, 3))]
    lines, outer = [], writer.lines
    writer.lines = []
    for name in names:
        lines.append(f"{name}: {_quoted(writer.money(2))}")
        writer.lines = [*writer.lines, name]
    writer.lines = outer
    return f"keep: {{{', '.join(lines)}}}"


def _outcome(writer: Writer, exception: bool = False) -> str:
    options = [
        lambda: f"pay: {_quoted(writer.money(2))}",
        lambda: f"pay: {_quoted(writer.money(2))}",
        lambda: _keep(writer),
        lambda: _keep(writer),
        lambda: "pay: paid",
        lambda: f"credit: {_quoted(writer.money(1))}, form: wallet",
        lambda: f"discretion: {{at_most: {_quoted(writer.money(1))}, likely: nothing, why: perhaps}}",
        lambda: f"pay: {_quoted(writer.money(1))}, also: {{coupon: {_quoted(writer.money(1))}}}",
        lambda: "lost: over",
        lambda: "nothing: nothing",
        lambda: "silent: no row",
        lambda: "exchange: yes",
        lambda: "ask: google-play",
    ]
    if exception:
        options.append(lambda: "excluded: outside")
    return str(writer.pick(*options)())


@st.composite
def versions(draw: Any, currency: str | None = None) -> tuple[str, str]:
    """The body of a rule, and its currency."""
    code = currency or draw(st.sampled_from(sorted(CURRENCIES)))
    writer = Writer(draw, code)
    lines = ["selected_by: concluded_on, else asked_on"] if draw(st.booleans()) else []
    lines.append(f"calendar: {{place: {draw(st.sampled_from(['AT', 'KR', 'CN', 'US-CA', 'learner_place']))}}}")
    lines.append(f"months: {draw(st.sampled_from(['last day', 'next day']))}")
    lines.append("arithmetic: big")
    if draw(st.booleans()):
        lines.append(
            f"round: {draw(st.sampled_from(['down', 'up', 'half up']))} to {draw(st.sampled_from(STEPS[code]))}"
        )
    if draw(st.booleans()):
        lines.append("shortfall: owed")
    if draw(st.booleans()):
        writer.opens.append("doubt")
        lines.append(f"open: {{doubt: {{asks: So, taken: {draw(st.sampled_from(['yes', 'no']))}, because: so}}}}")
    presumed = draw(st.lists(st.sampled_from(["tuition: price", "share_completed: 1/2", "service_used: yes", "lessons_opened: 0",
        "reason: illness", "starts_on: concluded_on", "list_price_per_lesson: price / lessons_total", "monthly_price: 1/12 of price"]), unique=True, max_size=2))  # fmt: skip
    if presumed:
        lines.append(f"presume: {{{', '.join(presumed)}}}")
    lets = _lets(writer, lines)
    _tables(writer, lines)
    if draw(st.booleans()):
        _part(writer, lines)
    if writer.measured_part:
        lets += [
            ("planned", '"hours_in_months, failing which lessons_in_months"'),
            ("in_all", '"hours_total, failing which lessons_total"'),
        ]
    lets += [(name, _value(writer, kind)) for name, kind in _new_names(writer, "late")]
    if lets:
        order = draw(st.permutations(lets))
        lines += ["let:", *(f"  {name}: {value}" for name, value in order)]
    if draw(st.booleans()):
        lines.append(f"applies: {_quoted(writer.truth(2))}")
    dates = [("window_ends_on", _value(writer, "date")), ("pay_by", _quoted(writer.date(2)))][: draw(st.integers(0, 2))]
    if dates:
        lines += ["dates:", *(f"  {name}: {value}" for name, value in dates)]
        writer.names["date"] += [name for name, _ in dates]
    outputs = [("interest", _quoted(writer.money(2))), ("aid_earned_share", _value(writer, "share")), ("hours_carried", _quoted(writer.lessons(2))),
        ("complaint_in_time", _quoted(writer.truth(2))), ("total_due", _quoted(f"interest + {writer.money(1)}"))][: draw(st.integers(0, 5))]  # fmt: skip
    if outputs:
        lines += ["outputs:", *(f"  {name}: {value}" for name, value in outputs)]
    exceptions = []
    for number in range(draw(st.integers(0, 3))):
        over = f", over: [x{draw(st.integers(0, number - 1))}]" if number and draw(st.booleans()) else ""
        exceptions.append(f"- {{id: x{number}, if: {_quoted(writer.truth(2))}, {_outcome(writer, True)}{over}}}")
    if exceptions:
        lines += ["exceptions:", *exceptions]
    lines += _owed(writer)
    return "\n".join(lines) + "\n", code


def _new_names(writer: Writer, stem: str) -> list[tuple[str, str]]:
    kinds = writer.draw(st.lists(st.sampled_from(["money", "share", "count", "date", "truth"]), max_size=3))
    return [(f"{stem}_{kind}{number}", kind) for number, kind in enumerate(kinds)]


def _lets(writer: Writer, lines: list[str]) -> list[tuple[str, str]]:
    found = []
    for name, kind in _new_names(writer, "early"):
        found.append((name, _value(writer, kind)))
        writer.names[kind].append(name)
    if writer.draw(st.booleans()):
        rows = f"{{if: {_quoted(writer.truth(1))}, then: small-one}}, {{if: {_quoted(writer.truth(1))}, then: large-one}}, {{then: none}}"
        found.append(("size", f"{{choices: [small-one, large-one, none], rows: [{rows}]}}"))
        found.append(("is_small", _quoted(f"size is {writer.pick('small-one', 'not none')}")))
        writer.names["truth"].append("is_small")
    return found


def _tables(writer: Writer, lines: list[str]) -> None:
    made = []
    for name, kind in (("steps", "share"), ("amounts", "money"))[: writer.draw(st.integers(0, 2))]:
        made.append(f"  {name}: {_bands(writer, kind, 0, True)}")
        writer.tables[name] = kind
    if writer.draw(st.booleans()):
        words = VOCABULARY.facts["cause"].choices[: writer.pick(2, 3)]
        rows = ", ".join(f"{w}: {{low: {_quoted(writer.money(1))}, high: {_quoted(writer.money(0))}}}" for w in words)
        made.append(f"  limit: {{by: cause, rows: {{{rows}}}}}")
        writer.columns += ["limit.low", "limit.high"]
    if made:
        lines += ["tables:", *made]


def _part(writer: Writer, lines: list[str]) -> None:
    inner = writer.inside()
    inner.row = False  # the row's own names do not stand in each other
    slice_ = inner.pick(
        "fee * 1/2",
        "[{if: n >= 2, then: fee}, {then: 0 * fee}]",
        "[{if: row is 1, then: fee}, {then: fee - so_far(fee)}]",
    )
    share = inner.pick(
        "n / lessons_total",
        "[{if: so_far(n) > lessons_taken, then: 1/3}, {then: n / 7}]",
        "share_elapsed * n / lessons_total",
    )
    slice_ = slice_ if slice_.startswith("[") else _quoted(slice_)
    share = share if share.startswith("[") else _quoted(share)
    lines += ["parts:", "  month:", "    of: {n: lessons_in_months, fee: month_prices}", f"    at_most: {MOST_ROWS}",
        "    let:", f"      slice: {slice_}", f"      part_of: {share}"]  # fmt: skip
    writer.parts.append("month")
    if writer.draw(st.booleans()):
        return
    back = inner.pick(
        "m / in_all",
        "[{if: m > in_all - so_far(m), then: 0}, {then: m / in_all}]",
        "[{if: so_far(m) >= in_all / 2, then: 1/3}, {then: '(m, at most in_all) / in_all'}]",
    )
    lines += [
        "  term:",
        "    of: {m: planned}",
        f"    at_most: {MOST_ROWS}",
        f"    let: {{back: {back if back.startswith('[') else _quoted(back)}}}",
    ]
    writer.measured_part = True


def _owed(writer: Writer) -> list[str]:
    if writer.draw(st.integers(0, 4)) == 0:
        by = writer.share(1)
        bounds = sorted(writer.draw(st.sets(st.sampled_from(range(len(BANDS))), min_size=1, max_size=3)))
        rows = [f"  - {{id: b{n}, when: at most {BANDS[n]}, {_outcome(writer)}}}" for n in bounds]
        return ["owed:", f"  by: {_quoted(by)}", "  bands:", *rows, f"  - {{id: end, {_outcome(writer)}}}"]
    rows = [
        f"- {{id: r{n}, if: {_quoted(writer.truth(2))}, {_outcome(writer)}}}"
        for n in range(writer.draw(st.integers(0, 3)))
    ]
    return ["owed:", *rows, f"- {{id: end, {_outcome(writer)}}}"]


RATES = """id: test-rate
title: {en: Test rate, zh: 测试利率}
values:
- {from: 1980-01-01, value: 3.1%, status: memory}
- {from: 2026-01-01, value: 1/7, status: memory}
- {from: 2026-03-01, value: 0%, status: memory}
"""


# -- facts


def money_values(currency: str) -> st.SearchStrategy[int]:
    """Amounts: nothing, the literals and their neighbours, ordinary prices, the most there can be."""
    near = {money.parse_literal(text).minor + step for text in CURRENCIES[currency] for step in (-1, 0, 1)}
    return st.one_of(st.sampled_from([0, 1, 7, *sorted(near), 10**13]), st.integers(0, 300_000))


COUNT_VALUES = st.one_of(
    st.sampled_from([0, 1, 2, 3, 4, 5, 6, 9, 10, 11, 13, 14, 15, 30, 31, 100_000]), st.integers(0, 40)
)
SHARE_VALUES = st.one_of(
    st.sampled_from([Fraction(n) for n in ("0", "1", "1/3", "1/2", "2/3", "1/4", "1/5", "33/100", "1/8", "9/10", "999999/1000000")]),
    st.builds(Fraction, st.integers(0, 7), st.integers(7, 12)),
)  # fmt: skip
_NEAR = [day(text) + step for text in DAYS for step in (-14, -1, 0, 1, 14, 30)]
DATE_VALUES = st.one_of(
    st.sampled_from([*_NEAR, *(day(text) for text in EDGES)]), st.integers(day("2025-11-01"), day("2026-06-30"))
)
INSTANT_VALUES = st.one_of(
    st.integers(1_769_000_000, 1_773_000_000), st.sampled_from([1_772_323_200 + 3600 * n for n in (-24, -1, 0, 1, 24)])
)


def of_type(kind: str, currency: str, choices: tuple[str, ...] = ()) -> st.SearchStrategy[Any]:
    """Values of a type of the vocabulary, in the engine's form."""
    if kind.startswith("list-of-"):
        inner = kind.removeprefix("list-of-")
        if inner == "period":
            pairs = st.tuples(DATE_VALUES, st.integers(0, 20)).map(lambda p: (p[0], p[0] + p[1]))
            return st.lists(pairs, max_size=2).map(tuple)
        return st.lists(of_type(inner, currency), max_size=MOST_ROWS + 1).map(tuple)
    return {
        "money": money_values(currency), "count": COUNT_VALUES, "share": SHARE_VALUES, "date": DATE_VALUES, "instant": INSTANT_VALUES,
        "yesno": st.booleans(), "choice": st.sampled_from(choices) if choices else st.nothing(),
        "place": st.sampled_from(["AT", "KR", "CN", "US", "US-CA", "DE-BY"]), "text": st.sampled_from(["plus-monthly", "basic", "other"]),
    }[kind]  # fmt: skip


@st.composite
def fact_values(draw: Any, names: list[str], currency: str, missing: int = 4) -> dict[str, Any]:
    """Values for these facts, of which one in `missing` is not known (none for 0)."""
    found = {}
    rows = draw(st.integers(0, MOST_ROWS + 1))
    for name in names:
        fact = VOCABULARY.facts[name]
        if missing and draw(st.integers(0, missing)) == 0:
            continue
        value = draw(of_type(fact.type, currency, fact.choices))
        if name in ("lessons_in_months", "month_prices", "hours_in_months") and draw(st.integers(0, 5)):
            filler = draw(of_type(fact.item_type, currency))
            value = (value + (filler,) * rows)[:rows]
        found[name] = value
    return found


def a_whole_rule(body: str) -> str:
    return HEAD + body


# -- facts on the edges of a rule that somebody wrote


FACT_DAYS = set(range(day("1990-01-01"), day("2099-12-31") + 1))  # a rule may count from a day that no fact can be


@dataclass
class Edges:
    """What a version compares facts with."""

    amounts: set[int] = field(default_factory=lambda: {0, 1, 9_999, 25_000, 120_001})
    numbers: set[int] = field(default_factory=lambda: {0, 1, 2, 10, 12, 24})
    shares: set[Fraction] = field(default_factory=lambda: {Fraction(0), Fraction(1), Fraction(1, 3), Fraction(1, 2)})
    days: set[int] = field(default_factory=lambda: {day("2026-03-02"), day("2024-02-29")})
    words: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=lambda: {"AT", "KR", "US-CA"})


def edges(rule: Rule, version: Version, setting: Setting) -> Edges:
    found = Edges()
    found.places |= {rule.place} if rule.place and rule.place != "EU" else {"DE"}
    found.days |= {
        d + step for one in rule.versions for d in (one.starts, one.ends) if d is not None for step in (-1, 0, 1)
    }
    found.days |= {d + step for name in _series(version) for d in setting.rates[name].days for step in (-1, 0)}
    for top in version.expressions():
        for node in top.walk():
            value = node.value
            if node.op == "lit" and node.type.kind == "money":
                found.amounts |= {max(0, value[0] + step) for step in (-1, 0, 1)}
            elif node.op == "lit" and node.type.kind == "date":
                found.days |= {value - 1, value, value + 1} & FACT_DAYS
            elif node.op == "lit" and isinstance(value, Fraction):
                found.shares |= {
                    s for s in (value, value - Fraction(1, 1000), value + Fraction(1, 1000)) if 0 <= s <= 1
                }
                if value.denominator == 1:
                    found.numbers |= {n for n in (int(value) - 1, int(value), int(value) + 1) if 0 <= n <= 100_000}
            elif node.op == "is":
                found.words |= set(value)
            elif node.op == "pick":
                found.words |= set(value[2])
            elif node.op == "within" and value != "EU":
                found.places.add(value)
    return found


def _series(version: Version) -> set[str]:
    return {node.value for top in version.expressions() for node in top.walk() if node.op == "rate"}


@st.composite
def facts_near(draw: Any, rule: Rule, version: Version, setting: Setting, missing: int = 0) -> dict[str, Any]:
    """Facts for a version of the library: what it compares with, and the values just beside."""
    at = edges(rule, version, setting)
    start = draw(st.sampled_from(sorted(at.days)))
    steps = sorted({*(n for n in at.numbers if n < 400), -1, 30, 31, 90, 365})
    rows = draw(st.integers(0, 4))
    found: dict[str, Any] = {}
    for name in sorted(
        version.facts()
        | {"paid", *rule.selected_by[:1], *(("learner_place", "seller_place") if rule.place else ())} - {"asked_on"}
    ):
        fact = VOCABULARY.facts[name]
        if missing and draw(st.integers(0, missing)) == 0:
            continue
        one = _near(fact.item_type, fact.choices, at, start, steps, fact.id)
        found[name] = tuple(draw(st.lists(one, min_size=rows, max_size=rows))) if fact.is_list else draw(one)
    return found


def _near(
    kind: str, choices: tuple[str, ...], at: Edges, start: int, steps: list[int], name: str
) -> st.SearchStrategy[Any]:
    day_near = st.sampled_from([d for d in (start + step for step in steps) if day(EDGES[0]) <= d <= day(EDGES[1])])
    return {
        "money": st.sampled_from(sorted(at.amounts)) | st.integers(0, 1_000_000),
        "count": st.sampled_from(sorted(at.numbers)) | st.integers(0, 40),
        "share": st.sampled_from(sorted(at.shares)),
        "date": day_near,
        "period": st.tuples(day_near, st.integers(0, 20)).map(lambda p: (p[0], p[0] + p[1])),
        "instant": st.builds(lambda d, hours: (d - 719_163) * 86_400 + 3600 * hours, day_near, st.sampled_from([0, 23, 24, 25, 47, 48, 49])),
        "yesno": st.booleans(),
        "choice": st.sampled_from([*(w for w in choices if w in at.words), *choices] or ["none"]),
        "place": st.sampled_from(sorted(at.places)),
        "text": st.sampled_from(sorted(at.words - set(choices)) or ["other"]) | st.just("other"),
    }[kind]  # fmt: skip
