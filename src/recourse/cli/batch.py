"""`recourse batch`, `exposure`, `what-if`, `repair`, `example orders`: the same answers for whole books of orders."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from recourse.cli.frame import AsJson, Data, Lang, app, library, today
from recourse.problems import Problem

if TYPE_CHECKING:
    from recourse.batch.orders import Orders, Unit
    from recourse.batch.plan import Plan
    from recourse.batch.running import Job
    from recourse.batch.summary import Summary
    from recourse.library import Library

OrdersFile = Annotated[Path, typer.Argument(help="Orders: a .parquet or .csv file, or a folder of such files.")]
AskedOn = Annotated[
    str | None, typer.Option(help="Day of the question for all orders; without it each order's `requested_on`.")
]
Platform = Annotated[str | None, typer.Option(help="By this platform's policy.")]
Place = Annotated[
    str | None, typer.Option(help="By the law of this place: DE, US-CA. With --platform: where the learners live.")
]
Currency = Annotated[str, typer.Option(help="The one currency of the file, where it has no column `currency`.")]
Ignore = Annotated[list[str] | None, typer.Option(help="A column to leave out; may be repeated.")]
Engine = Annotated[
    str,
    typer.Option(help="What decides: native (the usual one where it is installed), polars, duckdb, or scalar (slow)."),
]

example = typer.Typer(no_args_is_help=True, rich_markup_mode="markdown", help="Made-up data to try things with.")
app.add_typer(example, name="example")


def _orders(path: Path) -> Orders:
    from recourse.batch.orders import open_orders

    return open_orders(path)


def _day(text: str | None) -> int | None:
    from recourse import days

    return days.parse(text) if text else None


def _plan(
    loaded: Library, platform: str | None, place: str | None, asked_on: int | None, rules: tuple[str, ...] = ()
) -> Plan:
    from recourse.batch.plan import plan

    return plan(loaded, rules=rules, platform=platform, place=place, asked_on=asked_on)


def _names(text: str | None) -> tuple[str, ...]:
    return tuple(name.strip() for name in (text or "").split(",") if name.strip())


@app.command()
def batch(
    orders: OrdersFile,
    out: Annotated[Path, typer.Option(help="Where the answers go: .parquet, .csv, or a folder for many parts.")],
    rules: Annotated[str | None, typer.Option(help="By these rules, divided by commas.")] = None,
    platform: Platform = None,
    place: Place = None,
    columns: Annotated[
        str | None, typer.Option(help="What is written, divided by commas; also named values of the rules.")
    ] = None,
    keep: Annotated[list[str] | None, typer.Option(help="A column of the orders to carry along.")] = None,
    ignore: Ignore = None,
    currency: Currency = "",
    asked_on: AskedOn = None,
    bad: Annotated[
        Path | None, typer.Option(help="Where rows go that cannot be used; without it beside the output. Or a table.")
    ] = None,
    engine: Annotated[
        str,
        typer.Option(
            help="What decides: native (the usual one where it is installed), polars, duckdb, scalar; "
            "postgres (ORDERS and OUT are tables); spark (Parquet)."
        ),
    ] = "",
    connect: Annotated[
        str, typer.Option(help="Where PostgreSQL or the Spark cluster is: postgresql://…, spark://…")
    ] = "",
    resume: Annotated[
        bool, typer.Option("--resume/--fresh", help="Go on where a run was broken off, or begin anew.")
    ] = True,
    lang: Lang = "en",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """What is owed on each of very many orders. Rows that cannot be used go to a file of their own, with the reason.

    Killed at any moment, the same command goes on where it stopped; the output appears when it is whole.

    Examples:

    - `recourse batch orders.parquet --platform udemy --out answers.parquet`
    - `recourse batch orders.csv --place DE --out answers.csv --columns answer,refund,clause,pay_by`
    """
    from recourse.batch import deciding
    from recourse.batch import plan as planning

    elsewhere = engine in ("postgres", "spark")
    if out.suffix not in ("", ".csv", ".parquet") and not elsewhere:
        raise Problem("answers are written to .parquet, .csv or a folder", field="--out")
    engine = engine or deciding.usual()
    if not elsewhere:
        deciding.by_name(engine)
    loaded = library(data)
    want = _names(columns) or planning.OUTPUT
    extra = tuple(name for name in want if name not in planning.OUTPUT)
    wanted = planning.plan(
        loaded, rules=_names(rules), platform=platform, place=place, asked_on=_day(asked_on), extra=extra
    )
    if elsewhere:
        where = _address(orders), _address(out), _address(bad) if bad else ""
        _elsewhere(wanted, engine, connect, where, want, keep or [], lang, fresh=not resume, as_json=as_json)
        return
    job = _job(wanted, orders, out, engine, want, bad, lang, {"keep": keep, "ignore": ignore, "currency": currency})
    _run(job, fresh=not resume, as_json=as_json)


def _job(
    plan: Plan, orders: Path, out: Path, engine: str, want: Sequence[str], bad: Path | None, lang: str,
    columns: Mapping[str, Any],
) -> Job:  # fmt: skip
    """What is decided over which columns of the orders: `columns` says what to keep, to ignore, and the currency."""
    from recourse.batch import running, schema, summary

    found = _orders(orders)
    words = plan.library.vocabulary
    months = next((name for name in summary.MONTH_OF if name in found.schema), "")
    facts = {fact.id: fact for fact in (*plan.facts, *([words.facts[months]] if months else []))}
    chosen: dict[str, Any] = {name: value or ("" if name == "currency" else ()) for name, value in columns.items()}
    in_order = sorted(facts.values(), key=lambda fact: fact.position)
    read = schema.layout(found.schema, in_order, words, is_text=found.is_text, **chosen)
    return running.Job(plan, found, read, out, engine, tuple(want), bad, lang, months)


def _run(job: Job, *, fresh: bool, as_json: bool) -> None:
    """Runs the job with a bar and tells what came of it."""
    from recourse.batch import running, showing
    from recourse.batch.words import say

    lang, units = job.lang, len(job.orders.units)
    if not as_json:
        showing.columns(job.layout, lang)
        showing.bad_rows(running.first_look(job), lang)
    done = 0
    try:
        with showing.meter(job.orders, lang, quiet=as_json) as meter:

            def told(unit: Unit, came_to: Summary, again: bool) -> None:
                nonlocal done
                done += 1
                meter(unit, came_to.count, again=again)

            report = running.run(job, fresh=fresh, told=told)
    except KeyboardInterrupt:
        print(say("stopped", lang, done=done, all=units), file=sys.stderr)
        raise SystemExit(130) from None
    if as_json:
        print(json.dumps(report.told, ensure_ascii=False, indent=2))
        return
    if report.over:
        print(say("over", lang, out=job.out))
        return
    if report.resumed:
        print(say("resumed", lang, done=report.resumed, all=units))
    showing.summary(report.summary, lang, job.months)
    if report.summary.bad:
        print(say("bad", lang, count=f"{report.summary.bad:,}", file=job.bad_file))
    print(say("written", lang, out=job.out, summary=f"{job.out.name}.summary.json"))


def _address(path: Path) -> str:
    """A table or an address as it was written: a Path takes the second stroke out of s3://."""
    return re.sub(r"^([a-z][a-z0-9+]+):/(?!/)", r"\1://", str(path))


def _elsewhere(
    plan: Plan, engine: str, connect: str, places: tuple[str, str, str], want: Sequence[str], keep: Sequence[str],
    lang: str, *, fresh: bool, as_json: bool,
) -> None:  # fmt: skip
    """Has a database or a cluster decide orders that lie there already."""
    from recourse.batch import showing, summary, tables
    from recourse.batch.words import say

    decide = tables.in_postgres if engine == "postgres" else tables.in_spark
    done = every = 0

    def told(number: int, pieces: int, again: bool) -> None:
        nonlocal done, every
        done, every = done + again, pieces
        if not as_json:
            print(say("pieces", lang, done=number, all=pieces), file=sys.stderr)

    found = decide(plan, connect, *places, asked=tables.Asked(tuple(want), tuple(keep), lang, fresh, told))
    if as_json:
        print(json.dumps({"schema": summary.SCHEMA, **found.told()}, ensure_ascii=False, indent=2))
    else:
        if done:
            print(say("resumed", lang, done=done, all=every))
        showing.summary(found, lang, "")
        if found.bad:
            beside = places[2] or f"{places[1].rstrip('/')}{'_bad' if engine == 'postgres' else '.bad'}"
            print(say("bad", lang, count=f"{found.bad:,}", file=beside))


@app.command()
def exposure(
    orders: OrdersFile,
    as_of: Annotated[str, typer.Option(help="The day on which everybody asks: 2026-12-31.")],
    platform: Platform = None,
    place: Place = None,
    html: Annotated[Path | None, typer.Option(help="Write a page with pictures and tables here.")] = None,
    ignore: Ignore = None,
    currency: Currency = "",
    engine: Engine = "",
    lang: Lang = "en",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """What would be owed if everybody asked on one day: the refund liability of an order book.

    Example: `recourse exposure orders.parquet --as-of 2026-12-31 --platform udemy --html exposure.html`
    """
    from recourse import days
    from recourse.batch import deciding, showing
    from recourse.batch import exposure as exposures

    day = days.parse(as_of)
    plan = _plan(library(data), platform, place, day)
    found = _orders(orders)
    read = exposures.facts_layout(found, plan, ignore=ignore or (), currency=currency)
    if not as_json:
        showing.columns(read, lang)
    with showing.meter(found, lang, quiet=as_json) as meter:
        came_to = exposures.exposure(plan, found, read, day, deciding.by_name(engine), meter)
    if html is not None:
        from recourse.batch import picture

        html.write_text(picture.page(came_to, lang), encoding="utf-8")
    if as_json:
        print(json.dumps(came_to.to_json(), ensure_ascii=False, indent=2))
    else:
        showing.exposure(came_to, lang)


@app.command("what-if")
def what_if(
    orders: OrdersFile,
    policy: Annotated[Path, typer.Option(help="The new policy: a platform file, docs/rules.md.")],
    platform: Annotated[
        str | None, typer.Option(help="Whose policy it would replace, if the file has another name.")
    ] = None,
    place: Annotated[str | None, typer.Option(help="Where the learners live, if the orders do not say.")] = None,
    asked_on: AskedOn = None,
    ignore: Ignore = None,
    currency: Currency = "",
    engine: Engine = "",
    lang: Lang = "en",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Who gains and who loses by a new policy, in total and at worst, against today's.

    Example: `recourse what-if orders.parquet --policy new-terms.yaml --platform udemy`
    """
    from recourse.batch import deciding, showing
    from recourse.batch import what_if as effects

    after, new = effects.with_policy(policy, platform, data or [])
    old = platform or new
    day = _day(asked_on)
    plans = _plan(library(data), old, place, day), _plan(after, new, place, day)
    found = _orders(orders)
    read = effects.both_layout(found, plans, ignore=ignore or (), currency=currency)
    if not as_json:
        showing.columns(read, lang)
    with showing.meter(found, lang, quiet=as_json) as meter:
        came_to = effects.effect(*plans, found, read, deciding.by_name(engine), meter)
    if as_json:
        print(json.dumps(came_to.to_json(), ensure_ascii=False, indent=2))
    else:
        showing.effect(came_to, old, str(policy), lang)


@app.command()
def repair(
    orders: OrdersFile,
    refunds: Annotated[Path, typer.Argument(help="Refunds: `order_id`, `refund` and `currency`, .parquet or .csv.")],
    out: Annotated[Path | None, typer.Option(help="Sums for each learner and clause: .parquet or .csv.")] = None,
    per_order: Annotated[Path | None, typer.Option(help="One row for each order that got too little.")] = None,
    platform: Platform = None,
    place: Place = None,
    asked_on: AskedOn = None,
    ignore: Ignore = None,
    currency: Currency = "",
    engine: Engine = "",
    lang: Lang = "en",
    as_json: AsJson = False,
    data: Data = None,
) -> None:
    """Past refunds that paid less than was owed: what is to be repaid, to whom, under which clause.

    Example: `recourse repair orders.parquet refunds.csv --platform udemy --out repay.csv`
    """
    from recourse.batch import deciding, schema, showing
    from recourse.batch import repair as repairs

    for one in (out, per_order):
        if one is not None and one.suffix not in (".csv", ".parquet"):
            raise Problem("tables are written to .parquet or .csv", field="--out")
    loaded = library(data)
    plan = _plan(loaded, platform, place, _day(asked_on))
    found = _orders(orders)
    read = schema.layout(
        found.schema, plan.facts, loaded.vocabulary, is_text=found.is_text, ignore=ignore or (), currency=currency
    )
    paid, spoiled = repairs.read_refunds(_orders(refunds), loaded.vocabulary, currency)
    if not as_json:
        showing.columns(read, lang)
    with showing.meter(found, lang, quiet=as_json) as meter:
        came_to = repairs.repair(plan, found, read, paid, deciding.by_name(engine), meter)
    came_to.bad_refunds = spoiled
    if out is not None:
        repairs.write(came_to.learners, out)
    if per_order is not None:
        repairs.write(came_to.rows, per_order)
    if as_json:
        print(json.dumps(came_to.to_json(), ensure_ascii=False, indent=2))
    else:
        showing.repair(came_to, lang)


@example.command("orders")
def example_orders(
    rows: Annotated[int, typer.Option(min=1, help="How many.")] = 1000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same orders.")] = 1,
    out: Annotated[str, typer.Option(help="A .parquet or .csv file; - prints CSV.")] = "-",
    platform: Annotated[str | None, typer.Option(help="With the facts that this platform's policy reads.")] = None,
    place: Annotated[str | None, typer.Option(help="Of learners in this place, with the facts its law reads.")] = None,
    bad: Annotated[float, typer.Option(min=0, max=1, help="This part of the rows is impossible: 0.001.")] = 0.0,
    until: Annotated[str | None, typer.Option(help="The last day on which somebody bought.")] = None,
    data: Data = None,
) -> None:
    """Made-up orders of any size, to try `recourse batch` with. The same seed gives the same orders.

    Example: `recourse example orders --rows 100000 --platform udemy --out orders.parquet`
    """
    from recourse.batch import example as examples

    loaded = library(data)
    if platform is None and place is None:
        raise Problem("name a platform or a place: its rules say which facts orders have", field="--platform")
    plan = _plan(loaded, platform, place, today())
    day = _day(until) or examples.LAST_DAY
    made = examples.recipe(plan, rows=rows, seed=seed, bad=round(bad * 1_000_000), last_day=day, only_place=place)
    if out == "-":
        examples.write_csv(made, sys.stdout.buffer)
        return
    target = Path(out)
    if target.suffix not in (".csv", ".parquet"):
        raise Problem("orders are written to .parquet or .csv", field="--out")
    examples.write(made, target)
