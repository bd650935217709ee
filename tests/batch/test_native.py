"""Code of this machine gives the rows that Polars gives: for every rule, policy and place, and for rules nobody wrote."""

from __future__ import annotations

import tracemalloc
from datetime import date
from pathlib import Path

import orderbook as book
import polars as pl
import pytest

pytest.importorskip("llvmlite", reason="llvmlite is not installed: pip install recourse-desk[native]")

from engine_rooms import by_polars
from hypothesis import assume, given
from hypothesis import strategies as st
from making import a_rule, day, paying
from strategies import RATES, TIMES, examples, fact_values, versions
from test_engines import ASKED_ON, BIG, FEW_PLACES, LIBRARY, RULES, near, of_place, of_rule, table

from recourse.batch import deciding
from recourse.batch.deciding import usual, with_native, with_polars
from recourse.batch.engines import native
from recourse.batch.engines.known import months
from recourse.batch.plan import OUTPUT, Plan, plan
from recourse.batch.running import run
from recourse.problems import Problem
from recourse.rules.columns import spans
from recourse.rules.emit.kernels import BLOCK


def same(one: Plan, orders: pl.DataFrame) -> None:
    """The same rows and types as Polars gives."""
    expected, found = (decide(one, orders, ["id"], OUTPUT) for decide in (with_polars, with_native))
    if expected.equals(found) and expected.schema == found.schema:
        return
    for row, other in zip(expected.rows(), found.rows(), strict=True):
        assert row == other, orders.row(row[0], named=True)
    assert expected.schema == found.schema


@pytest.mark.parametrize("rule_id", RULES)
def test_every_rule_gives_the_same_rows(rule_id: str) -> None:
    one = of_rule(rule_id)
    same(one, near(one, 24 * TIMES, seed=11)[0])


@pytest.mark.parametrize("platform", sorted(LIBRARY.platforms))
def test_every_policy_gives_the_same_rows(platform: str) -> None:
    one = plan(LIBRARY, platform=platform, asked_on=ASKED_ON)
    same(one, near(one, 32 * TIMES, seed=12)[0])


@pytest.mark.parametrize("place", FEW_PLACES)
def test_all_the_law_of_a_place_gives_the_same_rows(place: str) -> None:
    one = of_place(place)
    same(one, near(one, 48 * TIMES, seed=13)[0])


@examples(40)
@given(st.data())
def test_rules_that_nobody_wrote_give_the_same_rows(data: st.DataObject) -> None:
    body, currency = data.draw(versions(), "rule")
    made, rule = a_rule(body, rates=RATES)
    one = plan(made, rules=[rule.id], place="AT", asked_on=ASKED_ON)
    names = [fact.id for fact in one.facts]
    drawn = [data.draw(fact_values(names, currency, share), "facts") for share in (0, 0, 0, 8, 4)]
    orders = table(one.facts, drawn, [currency] * len(drawn)).with_row_index("id")
    try:
        expected = by_polars(one, orders)
    except Problem:
        assume(False)
        return
    assert native.decide(one, orders, keep=["id"]).rows() == expected


def test_instants_as_whole_seconds_are_instants() -> None:
    """A column whose bounds are checked as it is read is still read as what it is: in microseconds, not as a count."""
    body = """
    owed:
    - {id: soon, if: requested_at <= 24 hours after paid_at, pay: paid}
    - {id: late, pay: nothing}
    """
    made, rule = a_rule(body)
    one = plan(made, rules=[rule.id], place="AT", asked_on=ASKED_ON)
    paid_at = 1_780_000_000
    asked_at = [paid_at + more for more in (0, 86_399, 86_400, 86_401, 10**6)]
    seconds = pl.DataFrame({"paid": [5] * 5, "paid_at": [paid_at] * 5, "requested_at": asked_at}).with_row_index("id")
    stamps = seconds.with_columns(
        (pl.col(name) * 1_000_000).cast(pl.Datetime("us", "UTC")) for name in ("paid_at", "requested_at")
    )
    for orders in (seconds, stamps, seconds.with_columns(requested_at=pl.lit(None, dtype=pl.Int64)), seconds):
        same(one, orders)
    assert native.decide(one, seconds, want=["refund"])["refund"].to_list() == [5, 5, 5, 0, 0]
    later = seconds.with_columns(pl.col("paid_at", "requested_at") + 2**31)  # beyond the bounds that were checked
    same(one, later)


def test_a_day_that_only_another_rule_reads_is_read_as_a_day() -> None:
    """This interest takes the answer of a rule that reads `requested_on`, which is no fact of its own plan."""
    one = of_rule("cn-spc-a16-interest")
    assert "requested_on" not in one.columns, "this test tests nothing"
    orders = near(one, 64, seed=17)[0]
    days = pl.Series("requested_on", [date(2023, 5, 4), date(2024, 3, 1), date(2026, 2, 3), date(2031, 9, 30)])
    same(one, orders.with_columns(days.gather(pl.Series([k % 4 for k in range(orders.height)]))))


# -- the orders as they come


def of_italki() -> tuple[Plan, pl.DataFrame]:
    one = plan(LIBRARY, platform="italki", asked_on=ASKED_ON)
    return one, near(one, 96, seed=14)[0]


def test_more_orders_than_a_block_in_pieces_of_any_size() -> None:
    """Blocks, pieces of columns and bytes of bits end in different places."""
    one, few = of_italki()
    orders = pl.concat([few] * (2 * BLOCK // few.height + 1)).drop("id").with_row_index("id")
    pieces = [orders.slice(start, size) for start, size in ((3, 1), (5, 1021), (1026, 1030), (7, 0), (2, 13))]
    same(one, pl.concat(pieces, rechunk=False).drop("id").with_row_index("id"))


def test_no_orders_and_orders_without_any_fact() -> None:
    one, orders = of_italki()
    same(one, orders.clear())
    same(one, orders.select("id"))


@pytest.mark.parametrize("rule_id", BIG)
def test_what_is_too_wide_comes_from_beside(rule_id: str) -> None:
    one = of_rule(rule_id)
    orders = near(one, 24, seed=15)[0]
    huge = orders.with_columns(
        pl.when(pl.col(name).is_not_null()).then(pl.lit(10**13 - 7)).otherwise(None).alias(name)
        for name in ("paid", "price") if name in orders.columns
    )  # fmt: skip
    same(one, orders)
    same(one, huge)


def test_what_the_first_orders_show_is_not_taken_for_granted_of_the_next() -> None:
    """Gaps and larger amounts in a later stretch make the program anew; rows before and after are right."""
    made, rule = a_rule(paying("1/3 of paid"))
    one = plan(made, rules=[rule.id], place="AT", asked_on=ASKED_ON)

    def refunds(paid: list[int | None]) -> list[int | None]:
        frame = pl.DataFrame({"paid": pl.Series(paid, dtype=pl.Int64)})
        return native.decide(one, frame, want=["refund"])["refund"].to_list()

    assert refunds([300, 301]) == [100, 100]
    assert refunds([300, None]) == [100, None]
    assert refunds([3 * 10**9, 3 * 10**12]) == [10**9, 10**12]
    assert refunds([*[3] * (3 * BLOCK), 9 * 10**12]) == [*[1] * (3 * BLOCK), 3 * 10**12]


def test_words_of_any_length_and_alike_in_part() -> None:
    words = ("one-to-one-lessons", "boot-camp", "recorded-course", "live-course", "certificate-track", "subscription")
    body = f"""
    owed:
    - {{id: it, if: "kind in ({", ".join(words)})", pay: paid}}
    - {{id: no, pay: nothing}}
    """
    made, rule = a_rule(body)
    one = plan(made, rules=[rule.id], place="AT", asked_on=ASKED_ON)
    others = ("one-to-two-lessons", "one-to-one-lessonz", "x" * 60, "boot-camq", "", "recorded-coursé", "live-cours")
    for dtype in (pl.String, pl.Categorical, pl.Enum([*words, *others])):
        kinds = pl.Series([*words, *others, None], dtype=dtype)
        found = native.decide(one, pl.DataFrame({"kind": kinds, "paid": [5] * len(kinds)}), want=["refund"])
        assert found["refund"].to_list() == [*[5] * len(words), *[0] * len(others), None]


def test_a_place_that_is_met_later_brings_its_calendar() -> None:
    one = of_place("FR")
    orders = near(one, 64, seed=16)[0]
    places = ["FR", "FR-RE", "DE", "AT", "XX", "BE", "PL-14", None]
    for size in (2, 8):
        chosen = [places[number % size] for number in range(orders.height)]
        same(one, orders.with_columns(pl.Series("learner_place", chosen)))


def test_further_columns_of_every_kind_come_out() -> None:
    body = "let: {part: lessons_taken / lessons_total}\nowed:\n- {id: it, keep: {fee: 5 USD, used: part of paid}}\n"
    made, rule = a_rule(body)
    one = plan(made, rules=[rule.id], place="AT", asked_on=ASKED_ON, extra=["fee", "used", "part"])
    frame = pl.DataFrame({"paid": [3000], "lessons_taken": [2], "lessons_total": [6], "currency": ["USD"]})
    found = native.decide(one, frame, want=["refund", "kept"])
    assert found.row(0, named=True) == {
        "refund": 1500, "kept": 1500, "fee": 500, "used": 1000, "part_top": 2, "part_bottom": 6,
    }  # fmt: skip


def test_rounding_is_down_also_below_nothing() -> None:
    body = paying("(1_000 USD + (price - paid) / 7, rounded down to minor)").replace("owed", "months: last day\nowed")
    made, rule = a_rule(body)
    one = plan(made, rules=[rule.id], place="AT", asked_on=ASKED_ON)
    for factor in (1, 10**12):  # the quotient of doubles, and the one of whole numbers
        frame = pl.DataFrame({"price": [0, 0, 0, 7 * factor], "paid": [1, 6, 8, 0]})
        found = native.decide(one, frame, want=["refund"])
        assert found["refund"].to_list() == [99_999, 99_999, 99_998, 100_000 + factor]


# -- what lies beneath


@pytest.mark.parametrize(("what", "count", "clamp"), [
    ("month", 0, ""), ("passed", 0, ""), ("later", 1, "last day"), ("later", 1, "next day"), ("later", 12, "last day"),
    ("later", -1, "last day"), ("later", 25, "next day"),
])  # fmt: skip
def test_tables_made_by_months_are_tables_made_by_days(what: str, count: int, clamp: str) -> None:
    low, high = day("2019-01-17"), day("2024-03-05")
    expected = [spans.entry(what, number, count, clamp) for number in range(low, high + 1)]
    assert months(what, low, high, count, clamp) == expected


@pytest.mark.parametrize(("release", "engine"), [
    ("0.50.0", "native"), ("0.51.0rc1", "native"), ("1.0", "native"), ("0.49.1", "polars"), ("0.9.0", "polars"), ("", "polars"),
])  # fmt: skip
def test_code_of_this_machine_is_the_usual_engine_where_it_can_be_made(
    release: str, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert usual() == "native"
    monkeypatch.setattr(deciding.metadata, "version", lambda _: release)
    assert usual() == engine
    if engine == "polars":
        with pytest.raises(Problem, match=r"llvmlite 0\.50 or newer"):
            with_native(*of_italki(), ["id"], OUTPUT)


def test_columns_are_freed_when_nobody_holds_them() -> None:
    """The interpreter's own count of memory: what came out of twenty rounds is gone, what is held is there."""
    one, few = of_italki()
    orders = pl.concat([few] * 200)
    held = native.decide(one, orders, want=["refund"])
    tracemalloc.start()
    try:
        for _ in range(20):
            native.decide(one, orders, want=["refund"])
        assert tracemalloc.get_traced_memory()[0] < 8 * orders.height < tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert held["refund"].equals(native.decide(one, orders, want=["refund"])["refund"])


def test_what_comes_out_can_be_written(tmp_path: Path) -> None:
    """A text's number is one of a text even where there is none: writers read it there too."""
    one, orders = of_italki()
    found = with_native(one, orders, ["id"], OUTPUT)
    assert found["problem"].null_count(), "no cell is empty: this test tests nothing"
    found.write_ipc(tmp_path / "a.arrow")
    pl.scan_ipc(tmp_path / "a.arrow").sink_parquet(tmp_path / "a.parquet")
    assert pl.read_parquet(tmp_path / "a.parquet").rows() == found.rows()


def test_days_beyond_our_age_are_reckoned_too() -> None:
    made, rule = a_rule("dates: {window_ends_on: 1 month after paid_on}\nmonths: last day\n" + paying("paid"))
    one = plan(made, rules=[rule.id], place="AT", asked_on=ASKED_ON)
    days = [date(1601, 1, 31), date(1996, 1, 31), date(2500, 12, 31)]
    for some in (days[1:2], days):
        found = native.decide(one, pl.DataFrame({"paid_on": some, "paid": [1] * len(some)}), want=["window_ends_on"])
        expected = {days[0]: date(1601, 2, 28), days[1]: date(1996, 2, 29), days[2]: date(2501, 1, 31)}
        assert found["window_ends_on"].to_list() == [expected[one_] for one_ in some]


def test_the_program_is_made_once_for_all_pieces_of_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the first orders show of gaps and bounds is so coarse that it holds of the next ones."""
    one = book.school(tmp_path)[1]
    source = book.orders(one, tmp_path / "orders.parquet", 4000)
    made = []
    before = native._prepared
    monkeypatch.setattr(native, "_prepared", lambda *given: made.append(1) or before(*given))
    job = book.job(one, source, tmp_path / "answers.parquet", engine="native")
    assert len(job.orders.units) > 4
    run(job)
    assert len(made) == 1
