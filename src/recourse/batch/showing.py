"""What the command line shows of orders by the hundred million: progress, tables, the first bad rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from recourse import days
from recourse.batch.careful import Bad
from recourse.batch.exposure import WITHIN, Exposure, key_name
from recourse.batch.orders import Orders, Unit
from recourse.batch.repair import Repair
from recourse.batch.schema import Layout
from recourse.batch.summary import Summary, shown
from recourse.batch.what_if import Case, Effect
from recourse.batch.words import answer, say
from recourse.money import spaced
from recourse.terminal import console

LONGEST = 12  # rows of a table, before the rest is told in one line

progress_console = Console(stderr=True)


class _Rate(ProgressColumn):
    """Orders in a second, so far."""

    def __init__(self, lang: str) -> None:
        super().__init__()
        self.lang = lang

    def render(self, task: Task) -> Text:
        elapsed = task.finished_time or task.elapsed
        orders = int(task.fields["orders"])
        rate = f"{int(orders / elapsed):,}" if elapsed else "–"
        return Text(f"{orders:,} · {rate} {say('rate', self.lang)}", style="dim")


class Meter:
    """Counts units; what a unit weighs is its bytes or rows."""

    def __init__(self, bar: Progress, orders: Orders, lang: str) -> None:
        self._bar, self._lang = bar, lang
        self._task = bar.add_task(say("deciding", lang), total=max(1, sum(_weight(u) for u in orders.units)), orders=0)
        self._orders = 0
        self.done = 0

    def __call__(self, unit: Unit, orders: int, *, again: bool = False) -> None:
        """One more unit is finished; those of an earlier run do not count for the rate."""
        self.done += 1
        self._orders += 0 if again else orders
        self._bar.update(self._task, advance=_weight(unit), orders=self._orders)


@contextmanager
def meter(orders: Orders, lang: str, *, quiet: bool = False) -> Iterator[Meter]:
    """A bar with rate and time left, on standard error, where that is a terminal."""
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), _Rate(lang), TimeRemainingColumn(),
        console=progress_console, transient=True, disable=quiet or not progress_console.is_terminal,
    )  # fmt: skip
    with bar:
        yield Meter(bar, orders, lang)


def _weight(unit: Unit) -> int:
    return unit.stop - unit.start


def columns(layout: Layout, lang: str) -> None:
    """What was made of the columns: said once, before the run, on standard error."""
    for key, names in (("missing", layout.missing), ("unread", layout.unread), ("strangers", layout.strangers)):
        if names:
            progress_console.print(Text(say(key, lang, names=_listed(names)), style="dim"))


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) if len(names) <= LONGEST else f"{', '.join(names[:LONGEST])}, … ({len(names)})"


def bad_rows(bad: Sequence[Bad], lang: str, most: int = 5) -> None:
    """The first rows that cannot be used."""
    if not bad:
        return
    first = bad[:most]
    progress_console.print(Text(say("first bad", lang, count=len(first)), style="yellow"))
    for one in first:
        progress_console.print(Text(f"  {say('line', lang, line=one.line)}  {one.say(lang)}"))


def summary(found: Summary, lang: str, month_of: str) -> None:
    """Orders by answer; money by currency, by clause and by month. The currency with most orders comes first."""
    console.print(Text(say("orders decided", lang, count=f"{found.count:,}"), style="bold"))
    answers = sorted(found.by(lambda cell: cell.answer).items(), key=lambda item: -item[1][0])
    _table([say("answer", lang), say("orders", lang)], [(answer(one, lang), f"{n:,}") for one, (n, _) in answers], lang)
    orders = found.by(lambda cell: cell.currency)
    rank = {code: number for number, code in enumerate(sorted(orders, key=lambda code: -orders[code][0]))}
    owed = {
        key: value for key, value in found.by(lambda c: (c.clause, c.currency, c.answer)).items() if key[2] == "owes"
    }
    totals = [
        (code, f"{sum(n for (_, one, _), (n, _) in owed.items() if one == code):,}", amount(orders[code][1], code))
        for code in rank
        if code and any(one == code for _, one, _ in owed)
    ]
    _table([say(one, lang) for one in ("currency", "owed orders", "refund")], totals, lang)
    by_clause = [
        (clause or say("no clause", lang), f"{n:,}", amount(refund, code))
        for (clause, code, _), (n, refund) in sorted(owed.items(), key=lambda item: rank[item[0][1]])
    ]
    _table([say(one, lang) for one in ("clause", "owed orders", "refund")], by_clause, lang)
    credit = [
        (clause or say("no clause", lang), f"{n:,}", amount(worth, code))
        for (clause, code), (n, worth) in found.credits().items()
    ]
    if credit:
        _table([say(one, lang) for one in ("clause", "owed orders", "credit")], credit, lang)
    if month_of:
        months = sorted(found.by(lambda c: (c.currency, c.month)).items(), key=lambda i: (rank[i[0][0]], i[0][1] or ""))
        first = [one for one in months if rank[one[0][0]] == 0][-LONGEST:]
        head = say("month of", lang, fact=month_of)
        rows = [(month or say("nothing", lang), f"{n:,}", amount(refund, code)) for (code, month), (n, refund) in first]
        _table([head, say("orders", lang), say("refund", lang)], rows, lang, left=len(months) - len(first))


def exposure(found: Exposure, lang: str) -> None:
    """What would be owed, in all and by age, course, place, clause and answer."""
    console.print(Text(say("exposure", lang, day=days.show(found.as_of)), style="bold"))
    _table([say(one, lang) for one in ("currency", "orders", "paid", "refund")], totals(found), lang)
    for line in left_out(found, lang):
        console.print(Text(f"  {line}", style="dim"))
    for within in WITHIN:
        rows = [
            (exposure_key(within, key, lang), f"{orders:,}", amount(owed, code))
            for code in found.totals
            for key, orders, owed in found.rows(within, code)
        ]
        _table([say(within, lang), say("orders", lang), say("refund", lang)], rows, lang)


def totals(found: Exposure) -> list[tuple[str, str, str, str]]:
    """Of each currency: its code, orders, what was paid, what would be owed."""
    counts = {code: sum(n for (_, one), n in found.orders["answer"].items() if one == code) for code in found.totals}
    return [
        (code, f"{counts[code]:,}", amount(found.paid[code], code), amount(owed, code))
        for code, owed in found.totals.items()
    ]


def exposure_key(within: str, key: str, lang: str) -> str:
    """What a row of an exposure is called."""
    if within == "answer":
        return answer(key, lang)
    return key_name(within, key, lang, say("no clause" if within == "clause" else "nothing", lang))


def left_out(found: Exposure, lang: str) -> list[str]:
    """What an exposure does not count, and what it rests on."""
    counted = (("later", found.later), ("refunded", found.refunded), ("bad rows", found.bad))
    return [say(key, lang, count=f"{n:,}") for key, n in counted if n] + [say("as known", lang)]


def effect(found: Effect, old: str, new: str, lang: str) -> None:
    """Who gains and who loses, in total and at worst."""
    console.print(Text(say("what-if", lang, new=new, old=old), style="bold"))
    heads = ["orders", "before", "after", "gaining", "gain", "losing", "loss"]
    rows = [
        (
            f"{side.orders:,}", amount(side.before, code), amount(side.after, code), f"{side.gaining:,}",
            amount(side.gain, code), f"{side.losing:,}", amount(side.loss, code),
        )
        for code, side in sorted(found.sides.items(), key=lambda item: -item[1].orders)
    ]  # fmt: skip
    _table([say(one, lang) for one in heads], rows, lang)
    if found.open:
        console.print(Text(say("not comparable", lang, count=f"{found.open:,}"), style="yellow"))
    if found.bad:
        console.print(Text(say("bad rows", lang, count=f"{found.bad:,}"), style="dim"))
    for key in ("worst", "best"):
        cases = [one for side in found.sides.values() for one in (side.worst if key == "worst" else side.best)[:3]]
        if cases:
            console.print(Text(say(key, lang), style="bold"))
            _cases(cases, lang)


def _cases(cases: Iterable[Case], lang: str) -> None:
    rows = [
        (
            one.order or say("line", lang, line=one.line), amount(one.before, one.currency),
            amount(one.after, one.currency), amount(one.change, one.currency),
            f"{one.clause_before or '–'} → {one.clause_after or '–'}",
        )
        for one in cases
    ]  # fmt: skip
    _table([say(one, lang) for one in ("order", "before", "after", "change", "clause")], rows, lang)


def repair(found: Repair, lang: str) -> None:
    """What is to be repaid, by currency and clause; and what could not be compared."""
    console.print(Text(say("on file", lang, count=f"{found.orders:,}"), style="bold"))
    if not found.short:
        console.print(say("no shortfall", lang))
    else:
        heads = [say("clause", lang), say("short", lang), say("to repay", lang)]
        rows = [
            (row["clause"] or say("no clause", lang), f"{row['orders']:,}", spaced(row["to_repay"]))
            for row in found.to_json()["clauses"]
        ]
        total = [(f"= {code}", f"{n:,}", amount(found.to_repay[code], code)) for code, n in found.short.most_common()]
        _table(heads, [*rows[:LONGEST], *total], lang, longest=LONGEST + len(total))
    for name, n in found.open.items():
        console.print(Text(say("open", lang, count=f"{n:,}", answer=answer(name, lang)), style="dim"))
    counted = (
        ("paid more", found.more), ("other currency", found.other_currency), ("unmatched", found.unmatched),
        ("never", found.never), ("bad rows", found.bad + found.bad_refunds),
    )  # fmt: skip
    for key, n in counted:
        if n:
            console.print(Text(say(key, lang, count=f"{n:,}"), style="dim"))


def amount(minor: int, currency: str | None) -> str:
    """An amount for people: thousands apart."""
    text = shown(minor, currency)
    if text is None:
        return ""
    return f"-{spaced(text[1:])}" if text.startswith("-") else spaced(text)


def _table(
    heads: Sequence[str], rows: Sequence[tuple[str, ...]], lang: str, *, left: int = 0, longest: int = LONGEST
) -> None:
    """A table; how many rows are `left` out is told in its last line."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for number, head in enumerate(heads):
        figures = number > 0 and all(row[number][:1].isdigit() or row[number][:1] in ("", "-") for row in rows)
        table.add_column(head, justify="right" if figures else "left", overflow="fold")
    left += max(0, len(rows) - longest)
    for row in rows[:longest]:
        table.add_row(*row)
    if left:
        table.add_row(Text(say("others", lang, count=left), style="dim"), *[""] * (len(heads) - 1))
    console.print(table)
    console.print()
