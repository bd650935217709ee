"""Whole columns say what one decision says: row by row, for every rule, policy and place, and for rules nobody wrote."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from edge_facts import Near
from edge_orders import schema, table
from engine_rooms import agree, by_duckdb, by_polars
from hypothesis import assume, given
from hypothesis import strategies as st
from making import a_library, a_rule, day, everything, paying
from strategies import RATES, TIMES, examples, fact_values, versions

from recourse.batch.csvtext import LINE
from recourse.batch.deciding import with_duckdb, with_polars
from recourse.batch.engines import polars
from recourse.batch.engines.seen import seen_in
from recourse.batch.engines.sql import statement
from recourse.batch.engines.whole import decided
from recourse.batch.plan import OUTPUT, Plan, columns_of, plan
from recourse.problems import Problem
from recourse.rules.columns import spans
from recourse.rules.columns.given import Seen
from recourse.rules.columns.nodes import Nodes
from recourse.rules.emit import rows

LIBRARY = everything()
ASKED_ON = day("2026-05-01")
MISSING = (0, 0, 0.1, 0.3)  # of four orders two are whole


def big(rule_id: str) -> bool:
    """Whether a rule, or one whose answers it takes, needs numbers of any size: SQL alone cannot hold them."""
    rule = LIBRARY.rules[rule_id]
    return any(version.big for version in rule.versions) or any(big(other) for _, _, other in rule.relations.takes)


RULES = sorted(LIBRARY.rules)
NARROW = [rule for rule in RULES if not big(rule)]
BIG = [rule for rule in RULES if big(rule)]
PLACES = sorted({rule.place for rule in LIBRARY.rules.values() if rule.place and rule.place != "EU"})
FEW_PLACES = ["CN-ZJ", "DE", "FR", "KR"] if TIMES == 1 else PLACES


def near(one: Plan, count: int, seed: int = 1) -> tuple[pl.DataFrame, list[bool]]:
    """Orders on the edges of a plan's rules, and for each whether facts are missing."""
    maker = Near(list(one.rules), LIBRARY.setting, seed)
    missing = [MISSING[number % 4] for number in range(count)]
    currency = next((v.currency for rule in one.rules for v in rule.versions if v.currency), "EUR")
    currencies = [(currency, currency, None, "XAF")[number % 4] for number in range(count)]
    orders = table(one.facts, [maker.order(one.facts, share) for share in missing], currencies)
    return orders.with_row_index("id"), [share > 0 for share in missing]


def of_rule(rule_id: str) -> Plan:
    place = LIBRARY.rules[rule_id].place
    return plan(LIBRARY, rules=[rule_id], place=place if place not in ("", "EU") else "FR", asked_on=ASKED_ON)


def of_place(place: str) -> Plan:
    return plan(LIBRARY, place=place, asked_on=ASKED_ON)


# -- all that somebody wrote


@pytest.mark.parametrize("rule_id", RULES)
def test_columns_say_what_one_decision_says_for_every_rule(rule_id: str) -> None:
    one = of_rule(rule_id)
    orders, gaps = near(one, 24 * TIMES)
    agree(one, orders, by_polars(one, orders), gaps)


@pytest.mark.parametrize("rule_id", RULES if TIMES > 1 else sorted({*RULES[::4], *BIG}))
def test_what_is_known_of_the_columns_changes_no_row(rule_id: str) -> None:
    """Bounds and gaps of the table at hand fold conditions and narrow numbers, and nothing else."""
    one = of_rule(rule_id)
    many, alone = near(one, 24, seed=5)[0], near(one, 1, seed=6)[0].with_columns(id=pl.lit(24, pl.UInt32))
    found = [row for orders in (many, alone) for row in by_polars(one, orders, seen=seen_in(one, orders))]
    assert found == by_polars(one, pl.concat([many, alone]))


@pytest.mark.parametrize("platform", sorted(LIBRARY.platforms))
def test_the_first_clause_that_fits_decides_in_columns_too(platform: str) -> None:
    one = plan(LIBRARY, platform=platform, asked_on=ASKED_ON)
    orders, gaps = near(one, 32 * TIMES)
    agree(one, orders, by_polars(one, orders), gaps)


@pytest.mark.parametrize("place", FEW_PLACES)
def test_the_best_right_of_a_place_is_the_best_in_columns_too(place: str) -> None:
    one = of_place(place)
    orders, gaps = near(one, 24 * TIMES)
    want = (*OUTPUT, "total")
    agree(one, orders, by_polars(one, orders, want), gaps, want)


def test_months_in_tables_are_months_reckoned() -> None:
    """Tables are made with Python's calendar, columns without them by arithmetic of our own."""
    reckoned, first = Nodes(), day("2019-12-01")
    for number in range(first, first + 1600):
        month, passed = (node.value for node in spans._era(reckoned, reckoned.const(number)))
        assert (spans.entry("month", number), spans.entry("passed", number)) == (month, passed)
        assert spans.entry("first", month) == spans._first_of(reckoned, reckoned.const(month)).value


@pytest.mark.parametrize("clamp", ["last day", "next day"])
def test_tables_of_months_change_no_row(clamp: str) -> None:
    """A date is moved by a written and by a counted number of months, and months are counted, near ends of months."""
    body = f"""
    months: {clamp}
    let: {{moved: 1 month after concluded_on, counted: (months_total) months after concluded_on}}
    owed:
    - {{id: early, if: requested_on <= moved, pay: paid}}
    - {{id: counted, if: requested_on < counted, pay: 1/2 of paid}}
    - {{id: late, pay: (months from concluded_on to requested_on) * paid}}
    """
    made, rule = a_rule(body)
    one = plan(made, rules=[rule.id], place="AT", asked_on=ASKED_ON)
    first = date(2024, 1, 28)
    made_up = [
        (first + timedelta(start), first + timedelta(start + later), count)
        for start in range(36) for later in range(0, 75, 3) for count in (0, 1, 2, 13)
    ]  # fmt: skip
    orders = pl.DataFrame(made_up, schema=["concluded_on", "requested_on", "months_total"], orient="row")
    orders = orders.with_columns(paid=7)
    seen = {name: Seen(False, 19_000, 21_000) for name in ("concluded_on", "requested_on")}
    assert any(n.op == "table" for n in decided(one, orders.columns, seen=seen, tables=True).code.walk())
    found = polars.decide(one, orders.lazy(), seen=seen).collect()
    assert found.rows() == polars.decide(one, orders.lazy()).collect().rows()


def test_the_day_of_the_question_may_be_each_order_s_own() -> None:
    made, rule = a_rule("""
    selected_by: asked_on
    versions:
    - {name: old, in_force: {until: 2025-12-31}, owed: [{id: it, pay: 1/2 of paid}]}
    - {name: new, in_force: {from: 2026-01-01}, owed: [{id: it, pay: paid}]}
    """)
    own = plan(made, rules=[rule.id], place="AT", asked_on=None)
    days = pl.Series([date(2025, 12, 31), date(2026, 1, 1), None], dtype=pl.Date)
    orders = pl.DataFrame({"requested_on": days, "paid": [100, 100, 100]})
    found = polars.decide(own, orders.lazy(), want=["answer", "refund", "version"]).collect()
    assert found.rows() == [("owes", 50, "old"), ("owes", 100, "new"), ("depends", None, None)]


# -- rules nobody wrote


@examples(25)
@given(st.data())
def test_columns_say_what_one_decision_says_for_rules_nobody_wrote(data: st.DataObject) -> None:
    body, currency = data.draw(versions(), "rule")
    made, rule = a_rule(body, rates=RATES)
    one = plan(made, rules=[rule.id], place="AT", asked_on=ASKED_ON)
    names = [fact.id for fact in one.facts]
    missing = [0, 0, 0, 8, 4]
    drawn = [data.draw(fact_values(names, currency, share), "facts") for share in missing]
    orders = table(one.facts, drawn, [currency] * len(drawn)).with_row_index("id")
    try:
        found = by_polars(one, orders)
    except Problem as problem:
        assert "bits" in str(problem)
        assume(False)
        return
    agree(one, orders, found, [len(row) < len(names) for row in drawn])


# -- DuckDB: the same rows


@pytest.mark.parametrize("rule_id", NARROW if TIMES > 1 else NARROW[::12])
def test_duckdb_gives_the_same_rows(rule_id: str, tmp_path: Path) -> None:
    pytest.importorskip("duckdb", reason="DuckDB is not installed: pip install recourse-desk[duckdb]")
    one = of_rule(rule_id)
    orders, _ = near(one, 24 * TIMES, seed=2)
    assert by_duckdb(one, orders, tmp_path) == by_polars(one, orders)


@pytest.mark.parametrize("platform", sorted(LIBRARY.platforms)[:: 1 if TIMES > 1 else 8])
def test_duckdb_gives_the_same_rows_for_a_policy(platform: str, tmp_path: Path) -> None:
    pytest.importorskip("duckdb", reason="DuckDB is not installed: pip install recourse-desk[duckdb]")
    one = plan(LIBRARY, platform=platform, asked_on=ASKED_ON)
    orders, _ = near(one, 32, seed=2)
    assert by_duckdb(one, orders, tmp_path) == by_polars(one, orders)


# -- what columns are read, and what is refused


def small(body: str, **columns: Any) -> pl.DataFrame:
    made, rule = a_rule(body)
    one = plan(made, rules=[rule.id], place="AT", asked_on=ASKED_ON)
    return polars.decide(one, pl.DataFrame(columns).lazy()).collect()


def test_a_column_that_is_not_there_is_a_fact_that_nobody_knows() -> None:
    found = small(paying("1/3 of paid"), price=[100, 200])
    assert found["answer"].to_list() == ["depends", "depends"]


def test_columns_that_no_rule_reads_are_let_alone() -> None:
    made, rule = a_rule(paying("1/3 of paid"))
    one = plan(made, rules=[rule.id], place="AT", asked_on=ASKED_ON)
    frame = pl.DataFrame({"paid": [100, 101], "note": [["a"], ["b"]], "order": ["x", "y"]}).lazy()
    found = polars.decide(one, frame, keep=["order", "note"], want=["refund"]).collect()
    assert found.rows() == [("x", ["a"], 33), ("y", ["b"], 34)]


def test_rounding_is_down_also_below_nothing() -> None:
    """Engines cut towards nothing; a floor of a number below zero is where that would show."""
    body = paying("(1_000 USD + (price - paid) / 7, rounded down to minor)").replace("owed", "months: last day\nowed")
    found = small(body, price=[0, 0, 0, 7], paid=[1, 6, 8, 0])
    assert found["refund"].to_list() == [99_999, 99_999, 99_998, 100_001]


def test_a_zero_denominator_is_a_contradiction_only_where_it_is_met() -> None:
    body = """
    owed:
    - {id: late, if: requested_on > 2026-01-01, pay: nothing}
    - {id: share, pay: lessons_taken / lessons_total * paid}
    """
    days = pl.Series([date(2026, 2, 1), date(2025, 2, 1)], dtype=pl.Date)
    found = small(body, requested_on=days, lessons_total=[0, 0], lessons_taken=[1, 1], paid=[9, 9])
    assert found.select("answer", "problem").rows() == [("owes-nothing", None), ("depends", "contradiction")]


def test_amounts_beyond_64_bits_on_the_way_are_exact() -> None:
    body = """
    let: {part: lessons_taken / lessons_total * (hours_elapsed / hours_total) * share_completed}
    owed: [{id: it, pay: part of paid}]
    """
    columns = {
        "paid": [9_999_999_999_999], "lessons_taken": [99_991], "lessons_total": [99_989],
        "hours_elapsed": [9_973], "hours_total": [9_967], "share_completed_top": [999_983], "share_completed_bottom": [1_000_003],
    }  # fmt: skip
    top = 99_991 * 9_973 * 999_983 * columns["paid"][0]
    bottom = 99_989 * 9_967 * 1_000_003
    assert small(body, **columns)["refund"].to_list() == [(2 * top + bottom) // (2 * bottom)]


def test_numbers_of_any_size_take_a_rule_out_of_sql_and_nothing_else() -> None:
    """Over a table that only SQL sees they are refused before anything runs; elsewhere such a rule goes beside."""
    with pytest.raises(Problem, match=f"{BIG[0]} may need whole numbers of"):
        statement(of_rule(BIG[0]), "postgres", "orders", of_rule(BIG[0]).columns)


@pytest.mark.parametrize("place", ["CN-ZJ", "KR"] if TIMES > 1 else ["CN-ZJ"])
def test_duckdb_takes_what_is_too_wide_for_it_from_beside(place: str) -> None:
    pytest.importorskip("duckdb", reason="DuckDB is not installed: pip install recourse-desk[duckdb]")
    one = of_place(place)
    orders = near(one, 24, seed=4)[0].drop("id").with_row_index(LINE)
    assert decided(one, orders.columns).aside, "nothing is too wide: this test tests nothing"
    found = [decide(one, orders, [LINE], list(OUTPUT)).rows() for decide in (with_polars, with_duckdb)]
    assert found[0] == found[1]


@pytest.mark.parametrize("rule_id", NARROW if TIMES > 1 else NARROW[::8])
def test_one_row_after_another_is_what_columns_say(rule_id: str) -> None:
    """What is too wide is decided by the same nodes in Python: here nodes that are not, which both can do."""
    one = of_rule(rule_id)
    orders, _ = near(one, 24, seed=9)
    found = decided(one, orders.columns)
    run = rows.function(rows.emit(found.tops(), orders.columns))
    for order, expected in zip(orders.rows(), by_polars(one, orders), strict=True):
        code, *values = run(tuple(map(rows.plain, order)))
        told = dict(zip(found.values, values, strict=True))
        answer = dict(zip(OUTPUT, expected[1:], strict=True))
        assert found.endings[code].answer == answer["answer"]
        assert (told["refund"], told["kept"]) == (answer["refund"], answer["kept"])
        assert told["pay_by"] == rows.plain(answer["pay_by"])


def test_a_rule_is_decided_in_columns_where_the_amounts_at_hand_are_small_enough() -> None:
    for rule in BIG:
        one = of_rule(rule)
        columns = [c for f in one.facts for c in columns_of(f) if not f.is_list]
        small = {name: Seen(low=0 if name.endswith("_top") else 1, high=1000) for name in columns}
        assert not decided(one, columns, seen=small).aside


def test_nothing_or_two_things_asked_for_is_refused() -> None:
    with pytest.raises(Problem, match="what is to be decided"):
        plan(LIBRARY, asked_on=ASKED_ON)
    with pytest.raises(Problem, match="not both"):
        plan(LIBRARY, rules=RULES[:1], platform="udemy", asked_on=ASKED_ON)
    with pytest.raises(Problem, match="there is no platform"):
        plan(LIBRARY, platform="udemi", asked_on=ASKED_ON)


def test_texts_may_come_as_categories() -> None:
    body = """
    owed:
    - {id: it, if: "kind in (live-course, boot-camp, one-to-one-lessons, recorded-course)", pay: paid}
    - {id: no, pay: nothing}
    """
    for dtype in (pl.String, pl.Categorical, pl.Enum(["live-course", "membership"])):
        kinds = pl.Series(["live-course", "membership", None], dtype=dtype)
        assert small(body, kind=kinds, paid=[5, 5, 5])["refund"].to_list() == [5, 0, None]


def test_saying_what_is_known_of_columns_changes_no_row() -> None:
    one = plan(LIBRARY, platform="udemy", asked_on=ASKED_ON)
    maker = Near(list(one.rules), LIBRARY.setting, 3)
    orders = table(one.facts, [maker.order(one.facts, 0) for _ in range(200)], ["USD"] * 200)
    plain = polars.decide(one, orders.lazy()).collect()
    seen = seen_in(one, orders)
    assert not seen["paid"].null
    assert polars.decide(one, orders.lazy(), seen=seen).collect().rows() == plain.rows()


def test_further_columns_can_be_asked_for() -> None:
    body = "let: {part: lessons_taken / lessons_total}\nowed:\n- {id: it, keep: {fee: 5 USD, used: part of paid}}\n"
    made, rule = a_rule(body)
    one = plan(made, rules=[rule.id], place="AT", asked_on=ASKED_ON, extra=["fee", "used", "part"])
    frame = pl.DataFrame({"paid": [3000], "lessons_taken": [2], "lessons_total": [6], "currency": ["USD"]})
    found = polars.decide(one, frame.lazy(), want=["refund", "kept"]).collect()
    assert found.row(0, named=True) == {
        "refund": 1500,
        "kept": 1500,
        "fee": 500,
        "used": 1000,
        "part_top": 2,
        "part_bottom": 6,
    }


def test_a_rule_in_another_currency_does_not_apply() -> None:
    found = small(paying("5 USD"), paid=[900, 900, 900], currency=["USD", "JPY", None])
    assert found["answer"].to_list() == ["owes", "does-not-apply", "owes"]


def test_every_fact_of_the_vocabulary_has_its_columns() -> None:
    for fact in LIBRARY.vocabulary.facts.values():
        assert set(schema((fact,))) == {*columns_of(fact), "currency"}


def test_a_rule_may_take_its_facts_from_another_s_answer() -> None:
    """The refund that one rule gives is the sum on which another counts interest."""
    base = "id: base\ntitle: {en: B, zh: B}\nplace: AT\nbinds: either\nkind: money-back\n" + paying("1/2 of paid")
    more = (
        "id: more\ntitle: {en: M, zh: M}\nplace: AT\nbinds: either\nkind: interest\n"
        "relations: {adds_to: [base], takes: {refund_due: refund of base}}\n" + paying("10% of refund_due")
    )
    made = a_library(base, more)
    one = plan(made, rules=["base", "more"], place="AT", asked_on=ASKED_ON)
    found = polars.decide(
        one, pl.DataFrame({"paid": [100, 0, None]}).lazy(), want=["answer", "refund", "total"]
    ).collect()
    assert found.rows() == [("owes", 50, 55), ("owes-nothing", 0, 0), ("depends", None, 0)]
