"""Decides orders one by one, as `assess` does: slow, of any size, and what other engines are compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from recourse import policy
from recourse.assess import Assessment
from recourse.batch.engines.endings import RANKS, form_of, rank_of_depends
from recourse.batch.plan import OUTPUT, Plan, columns_of
from recourse.deciding import Desk
from recourse.entitlement import Entitlement
from recourse.facts import Facts
from recourse.library import Library
from recourse.present import version_name
from recourse.problems import Problem
from recourse.rules.columns.given import EPOCH, Seen
from recourse.rules.stops import Bound, Contradiction, Undetermined
from recourse.rules.tree import Rule, Version

SCHEMA: dict[str, Any] = {
    "answer": pl.String, "refund": pl.Int64, "clause": pl.String, "version": pl.String, "row": pl.String,
    "cite": pl.String, "form": pl.String, "pay_by": pl.Date, "window_ends_on": pl.Date, "kept": pl.Int64,
    "problem": pl.String, "total": pl.Int64, "low": pl.Int64, "high": pl.Int64,
}  # fmt: skip


def decide(
    plan: Plan,
    orders: pl.LazyFrame,
    *,
    keep: Sequence[str] = (),
    want: Sequence[str] = OUTPUT,
    seen: Mapping[str, Seen] | None = None,  # noqa: ARG001 - the same signature as the others
) -> pl.LazyFrame:
    """As `polars.decide`, row by row in Python. Can be wanted: OUTPUT, `total`, and `low` and `high`, the range of what
    may be owed while the answer is open; no further columns.
    """
    frame = orders.collect()
    rows = [row(plan, facts, currency) for facts, currency in purchases(plan, frame)]
    found = pl.DataFrame(rows, schema=SCHEMA, orient="row") if rows else pl.DataFrame(schema=SCHEMA)
    return pl.concat([frame.select(keep), found.select(want)], how="horizontal").lazy()


def purchases(plan: Plan, frame: pl.DataFrame) -> list[tuple[dict[str, Any], str | None]]:
    """The facts of each order in the engine's form, and its currency."""
    there = [fact for fact in plan.facts if all(c in frame.columns for c in columns_of(fact))]
    columns = {name: frame[name].to_list() for fact in there for name in columns_of(fact)}
    currencies = frame["currency"].to_list() if "currency" in frame.columns else [None] * len(frame)
    found = []
    for number, currency in enumerate(currencies):
        values: dict[str, Any] = {}
        for fact in there:
            parts = [columns[name][number] for name in columns_of(fact)]
            if all(part is not None for part in parts):
                values[fact.id] = _value(parts, fact.item_type, is_list=fact.is_list)
        found.append((values, currency))
    return found


def _value(parts: list[Any], type_: str, *, is_list: bool) -> Any:
    if is_list:
        return tuple(_value(list(entry), type_, is_list=False) for entry in zip(*parts, strict=True))
    if type_ == "share":
        return Fraction(*parts)
    (value,) = parts
    if type_ == "date":
        return value.toordinal()
    if type_ == "period":
        return value["first"].toordinal(), value["last"].toordinal()
    if type_ == "instant":
        return int(value.timestamp() // 1) if hasattr(value, "timestamp") else value
    return value


class _Desk(Desk):
    """Remembers whose facts contradict each other."""

    def __init__(self, library: Library, facts: Facts, question: int | None) -> None:
        super().__init__(library, facts, question or 0)
        self.question = question
        self.broken: dict[str, str] = {}

    def day_of(self, rule: Rule, facts: Mapping[str, Any]) -> tuple[str, int] | None:
        if self.question is None and self.of_question(rule, facts):
            return None
        return super().day_of(rule, facts)

    def of_question(self, rule: Rule, facts: Mapping[str, Any]) -> bool:
        """Whether the day of the question chooses the version."""
        return not any(name in facts for name in rule.selected_by if name != "asked_on")

    def version(self, rule: Rule, facts: Mapping[str, Any]) -> Version | None:
        dated = len(rule.versions) > 1 or rule.versions[0].starts is not None or rule.versions[0].ends is not None
        if (
            dated and self.question is None and self.of_question(rule, facts)
        ):  # the day of the question is the order's own
            raise Undetermined(Bound("version", "requested_on"), frozenset(("requested_on",)))
        return super().version(rule, facts)

    def contradiction(self, rule: Rule, version: Version, error: Contradiction) -> Entitlement:
        self.broken[rule.id] = "contradiction"
        return super().contradiction(rule, version, error)

    def entitlement(self, rule: Rule) -> Entitlement:
        try:
            return super().entitlement(rule)
        except Problem:  # two exceptions hold and differ
            self.broken[rule.id] = "conflict"
            self.done[rule.id] = Entitlement(rule, "depends", rule.versions[-1])
            return self.done[rule.id]


def _desk(plan: Plan, values: Mapping[str, Any], currency: str | None) -> _Desk:
    known = dict(values)
    if plan.place:
        known.setdefault("learner_place", plan.place)
    asked_on = plan.asked_on if plan.asked_on is not None else known.get("requested_on")
    return _Desk(plan.library, Facts(known, currency, {}, plan.library.vocabulary), asked_on)


def row(plan: Plan, values: Mapping[str, Any], currency: str | None) -> dict[str, Any]:
    """What an order comes to, as one row of the result."""
    desk = _desk(plan, values, currency)
    if plan.mode == "first":
        found = policy.clauses(desk, plan.platform)
        chosen = next((e for e in found if e.answer != "does-not-apply"), None)
        total = None
    else:
        found = policy.displaced(desk, [desk.entitlement(rule) for rule in plan.rules])
        whole = Assessment(plan.library, desk.facts, desk.question or 0, tuple(found))
        chosen = found[0] if plan.mode == "one" else whole.best or _says_most(found)
        total = whole.total(chosen) if chosen is not None else None
    if chosen is None or chosen.answer == "does-not-apply":
        return {"answer": "does-not-apply"}
    return _shown(chosen, desk.broken.get(chosen.rule.id)) | {"total": total}


def _says_most(found: list[Entitlement]) -> Entitlement | None:
    """Where no rule gives money: the answer that stands first in the order of answers."""
    there = [e for e in found if not e.displaced_by and not e.rule.relations.adds_to]
    return min(there, key=lambda e: (RANKS.index(_rank(e)), e.rule.id), default=None)


def _rank(e: Entitlement) -> str:
    return rank_of_depends(e.rule) if e.answer == "depends" else e.answer


def _shown(e: Entitlement, problem: str | None) -> dict[str, Any]:
    answering = [v for v in e.rule.versions if not v.enacted_only]
    version = (
        e.version
        if e.row is not None or e.answer in ("gives", "duties")
        else answering[0]
        if len(answering) == 1
        else None
    )
    cite = e.row.cite.filled_from(version.cite).article if e.row is not None and version is not None else ""
    days = {name: e.answers.get(name) for name in ("pay_by", "window_ends_on")}
    low, high = e.between if e.between is not None and e.answer == "depends" else (None, None)
    refund = e.refund if e.answer in ("owes", "owes-nothing", "ask-someone-else", "exchange") else None
    return {
        "answer": e.answer,
        "refund": 0 if e.answer == "owes-nothing" else refund,
        "clause": e.rule.id,
        "version": version_name(version) if version is not None else None,
        "row": e.clause or None,
        "cite": cite or None,
        **{name: day - EPOCH if isinstance(day, int) else None for name, day in days.items()},
        "kept": e.working.kept if e.working is not None and e.row is not None else None,
        "form": form_of(e.row, version) if e.answer == "owes" and e.row is not None and version is not None else None,
        "problem": problem,
        "low": low,
        "high": high,
    }
