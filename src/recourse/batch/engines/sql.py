"""A plan as one SQL statement over a table of orders, for DuckDB, PostgreSQL and Spark, and the calendars it joins."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from recourse.batch.engines.endings import too_wide
from recourse.batch.engines.whole import TEXTS, Decided, decided
from recourse.batch.plan import OUTPUT, Plan
from recourse.problems import Problem
from recourse.rules.columns import spans
from recourse.rules.columns.given import Seen
from recourse.rules.emit.sql import DAYS, DIALECTS, NTH, Calendars, Dialect, emit


@dataclass(frozen=True)
class Statement:
    """The query, the calendars that it joins, and a query for the places whose calendars the orders choose."""

    text: str
    calendars: tuple[Calendars, ...]
    places: str


def statement(
    plan: Plan,
    dialect: str,
    table: str,
    columns: Collection[str],
    *,
    keep: Sequence[str] = (),
    want: Sequence[str] = OUTPUT,
    seen: Mapping[str, Seen] | None = None,
) -> Statement:
    """The query for a table (or a sub-query in brackets) with these columns: those of `keep`, then those of `want`.

    Types are as COLUMN_TYPES says; in PostgreSQL a period is a daterange. Raises Problem where a rule cannot be decided
    this way, unless the table has the columns of its answers (see `aside`).
    """
    speaks = DIALECTS[dialect]
    found = decided(plan, columns, want=(*want, *plan.extra), seen=seen)
    for one in found.aside:
        if not set(one.columns) <= set(columns):
            raise too_wide(one.rule.id, one.bits)
    inner = emit(speaks, table, {"__code": found.code, **found.values}, keep)
    texts = [name for name in (*want, *plan.extra) if name in TEXTS]
    cells = [f"q.{speaks.named(name)} AS {speaks.named(name)}" for name in keep]
    for name in (*want, *plan.extra):
        if name in TEXTS:
            cells.append(f"e.{speaks.named(name)} AS {speaks.named(name)}")
        else:
            parts = (name,) if name in found.values else (f"{name}_top", f"{name}_bottom")
            cells += [_shown(speaks, found, part) for part in parts]
    text = f"SELECT {', '.join(cells)} FROM ({inner.text}) AS q"
    if texts:
        text += f" LEFT JOIN {_endings(speaks, found, texts)} ON e.code = q.{speaks.named('__code')}"
    return Statement(text, inner.calendars, inner.places)


def _shown(dialect: Dialect, found: Decided, name: str) -> str:
    column = f"q.{dialect.named(name)}"
    type_ = found.types[name]
    if type_ == "date":
        column = dialect.to_date.format(column)
    elif type_ == "instant":
        column = dialect.to_instant.format(column)
    elif type_ == "count":
        column = f"CAST({column} AS BIGINT)"
    return f"{column} AS {dialect.named(name)}"


def _endings(dialect: Dialect, found: Decided, texts: Sequence[str]) -> str:
    """The endings as a table to join, called e."""

    def word(text: str | None) -> str:
        return f"CAST(NULL AS {dialect.text})" if text is None else _word(text)

    rows = ", ".join(
        f"({number}, {', '.join(word(getattr(ending, name)) for name in texts)})"
        for number, ending in ((number, found.endings[number]) for number in found.reached())
    )
    names = ", ".join(dialect.named(name) for name in texts)
    return f"(SELECT * FROM (VALUES {rows}) AS v(code, {names})) AS e"


def calendars(dialect: str, found: Statement, places: Collection[str]) -> tuple[tuple[str, str], ...]:
    """The two tables that a statement joins, as names and queries; `places` are those that its orders name.

    Nobody knows the working days of what is no place, nor those before FIRST and after LAST of `spans`.
    """
    wanted = {}
    for one in found.calendars:
        for place in (one.place,) if one.place is not None else sorted(places):
            wanted[f"{place}{one.ending}"] = (spans.Use(place, one.rest, one.holidays), place)
    runs = []
    for key, (use, place) in wanted.items():
        try:
            flags = spans.flags(use, place)
        except Problem:
            continue
        runs.append(f"({_word(key)}, {spans.FIRST}, {_word(flags)})")
    if not runs:
        runs = ["('', 0, '0')"]
    days = _DAYS_OF[dialect].format(runs=", ".join(runs))
    return (
        (DAYS, _COUNTED.format(days=days)),
        (NTH, f"SELECT calendar, by_ AS number, day FROM {DAYS} WHERE next_ = day"),
    )


_COUNTED = (
    "SELECT calendar, day, "
    "CAST(SUM(w) OVER (PARTITION BY calendar ORDER BY day ROWS UNBOUNDED PRECEDING) AS BIGINT) AS by_, "
    "MIN(CASE WHEN w = 1 THEN day END) "
    "OVER (PARTITION BY calendar ORDER BY day DESC ROWS UNBOUNDED PRECEDING) AS next_, "
    "MAX(CASE WHEN w = 1 THEN day END) OVER (PARTITION BY calendar ORDER BY day ROWS UNBOUNDED PRECEDING) AS previous_ "
    "FROM ({days}) AS d"
)
# One row for each day of each run: a run is a calendar, its first day, and a 1 for each day that is a working day.
_DAYS_OF = {
    "duckdb": (
        "SELECT calendar, CAST(first + unnest(range(len(flags))) AS BIGINT) AS day, "
        "CAST(unnest(string_split(flags, '')) AS BIGINT) AS w FROM (VALUES {runs}) AS v(calendar, first, flags)"
    ),
    "postgres": (
        "SELECT calendar, CAST(first + place - 1 AS BIGINT) AS day, CAST(flag AS BIGINT) AS w "
        "FROM (VALUES {runs}) AS v(calendar, first, flags), "
        "unnest(string_to_array(flags, NULL)) WITH ORDINALITY AS u(flag, place)"
    ),
    "spark": (
        "SELECT calendar, CAST(first + place AS BIGINT) AS day, CAST(flag AS BIGINT) AS w "
        "FROM (SELECT calendar, first, posexplode(split(flags, '')) AS (place, flag) "
        "FROM VALUES {runs} AS v(calendar, first, flags)) WHERE flag <> ''"
    ),
}


def _word(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
