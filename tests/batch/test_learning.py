"""Exposure, what-if and repair against the same sums made order by order with whole numbers."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import orderbook as book
import polars as pl
import pytest

from recourse import days, library, money
from recourse.batch import exposure, picture, repair, summary, what_if
from recourse.batch.deciding import by_name
from recourse.batch.engines import scalar
from recourse.batch.plan import Plan, plan
from recourse.batch.summary import Cell, Summary
from recourse.problems import Problem

DAY = days.parse("2026-05-01")


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return book.school(tmp_path_factory.mktemp("terms"))[1]


@pytest.fixture(scope="module")
def source(wanted: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return book.orders(wanted, tmp_path_factory.mktemp("orders") / "orders.parquet", 1500)


def one_by_one(wanted: Plan, rows: pl.DataFrame) -> list[dict[str, Any]]:
    """What each order comes to, asked alone."""
    return [scalar.row(wanted, facts, code) for facts, code in scalar.purchases(wanted, rows)]


def test_exposure_is_what_each_order_would_be_owed_on_that_day(wanted: Plan, source: Path) -> None:
    asked = plan(wanted.library, platform="school", asked_on=DAY)
    found = book.opened(source)
    read = exposure.facts_layout(found, asked)
    came_to = exposure.exposure(asked, found, read, DAY, by_name("scalar"))

    day = date.fromordinal(DAY)
    rows = pl.read_parquet(source)
    rows = rows.filter((pl.col("concluded_on") <= day).fill_null(value=True))
    rows = rows.with_columns(requested_on=pl.lit(day), request_received_on=pl.lit(day))
    owed: Counter[str] = Counter()
    by_age: Counter[tuple[str, str]] = Counter()
    for answer, row in zip(one_by_one(asked, rows), rows.iter_rows(named=True), strict=True):
        amount = answer["refund"] if answer["answer"] == "owes" else 0
        owed[row["currency"]] += amount
        age = (day - row["concluded_on"]).days
        name = next(exposure.age_name(a, b) for a, b in exposure.AGES if a <= age and (b is None or age <= b))
        by_age[name, row["currency"]] += amount
    assert came_to.later == 1500 - rows.height > 0
    assert came_to.count == rows.height
    assert came_to.totals == dict(owed)
    assert +came_to.owed["age"] == +by_age
    for within in exposure.WITHIN:
        assert sum(came_to.orders[within].values()) == rows.height
        for code, total in owed.items():
            assert sum(n for (_, one), n in came_to.owed[within].items() if one == code) == total
    assert any(owed.values())


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_page_of_an_exposure_has_its_amounts_in_words_and_in_tables(wanted: Plan, source: Path, lang: str) -> None:
    asked = plan(wanted.library, platform="school", asked_on=DAY)
    found = book.opened(source)
    came_to = exposure.exposure(asked, found, exposure.facts_layout(found, asked), DAY, by_name("polars"))
    page = picture.page(came_to, lang)
    code, total = next(iter(came_to.totals.items()))
    assert money.spaced(money.show(total, code)) in page
    assert page.count("<svg") >= 2
    assert ("假如所有人都在" in page) == (lang == "zh")
    assert "<script" not in page


def test_labels_of_the_orders_cannot_break_the_page() -> None:
    found = exposure.Exposure(DAY)
    for within in exposure.WITHIN:
        found.orders[within]["<script>alert(1)</script>", "EUR"] = 1
        found.owed[within]["<script>alert(1)</script>", "EUR"] = 100
    assert "<script" not in picture.page(found, "en")


def test_what_if_counts_who_gains_and_who_loses_as_each_order_would(wanted: Plan, source: Path, tmp_path: Path) -> None:
    file = book.policy(tmp_path, window=10, name="new.yaml")
    today = tmp_path / "own"
    today.mkdir()
    after, name = what_if.with_policy(file, None, [book.policy(today).parent])
    assert name == "school"
    new = plan(after, platform=name, asked_on=None)
    found = book.opened(source)
    read = what_if.both_layout(found, (wanted, new))
    effect = what_if.effect(wanted, new, found, read, by_name("scalar"))

    rows = pl.read_parquet(source)
    changes: dict[str, list[int]] = {}
    for old, now, code in zip(one_by_one(wanted, rows), one_by_one(new, rows), rows["currency"], strict=True):
        if {old["answer"], now["answer"]} <= set(what_if.SETTLED):
            changes.setdefault(code, []).append(_owed(now) - _owed(old))
    assert effect.open == 1500 - sum(len(all_) for all_ in changes.values())
    for code, all_ in changes.items():
        side = effect.sides[code]
        assert (side.orders, side.after - side.before) == (len(all_), sum(all_))
        assert (side.gaining, side.gain) == (sum(c > 0 for c in all_), sum(c for c in all_ if c > 0))
        assert (side.losing, side.loss) == (sum(c < 0 for c in all_), -sum(c for c in all_ if c < 0))
        assert [one.change for one in side.worst] == sorted(c for c in all_ if c < 0)[: what_if.SHOWN]
    assert any(side.losing for side in effect.sides.values())


def _owed(answer: dict[str, Any]) -> int:
    return answer["refund"] if answer["answer"] == "owes" else 0


def test_a_policy_against_itself_changes_nothing(wanted: Plan, source: Path, tmp_path: Path) -> None:
    after, name = what_if.with_policy(book.policy(tmp_path), None, [])
    new = plan(after, platform=name, asked_on=None)
    found = book.opened(source)
    effect = what_if.effect(wanted, new, found, what_if.both_layout(found, (wanted, new)), by_name("polars"))
    assert effect.count == 1500
    assert not any(side.gaining or side.losing for side in effect.sides.values())
    assert not effect.moved


def test_a_changed_policy_of_the_product_takes_the_place_of_the_shipped_one(
    product: library.Library, tmp_path: Path
) -> None:
    shipped = product.platforms["coursera"]
    file = tmp_path / "mine.yaml"
    file.write_bytes((library.DATA / "platforms" / "coursera.yaml").read_bytes())
    after, name = what_if.with_policy(file, None, [])
    assert name == "coursera"
    assert after.platforms["coursera"].clauses == shipped.clauses
    assert {str(after.rules[c].at.file) for c in shipped.clauses if after.rules[c].at} == {str(file)}


def test_what_is_no_policy_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("id: something\n")
    with pytest.raises(Problem, match="is no policy"):
        what_if.with_policy(file, None, [])
    with pytest.raises(Problem, match="there is no file"):
        what_if.with_policy(tmp_path / "none.yaml", None, [])


@pytest.fixture(scope="module")
def refunds(wanted: Plan, source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Half of the orders had a refund, some in two parts, some too little, one in another currency, one of nobody."""
    rows = pl.read_parquet(source)
    lines = ["order_id,refund,currency"]
    for number, (answer, row) in enumerate(zip(one_by_one(wanted, rows), rows.iter_rows(named=True), strict=True)):
        if number % 2:
            continue
        code, owed = row["currency"], _owed(answer)
        paid = [owed, owed // 2, 0, owed + 100][number // 2 % 4]
        parts = [paid // 3, paid - paid // 3] if number % 3 == 0 else [paid]
        lines += [f"{row['order_id']},{money.show(part, code).removesuffix(f' {code}')},{code}" for part in parts]
    lines += [f"{rows['order_id'][1]},1.00,XCD", "nobody,5.00,EUR", "spoiled,5,EUR"]
    path = tmp_path_factory.mktemp("refunds") / "refunds.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def test_repair_finds_every_shortfall_and_only_these(wanted: Plan, source: Path, refunds: Path, tmp_path: Path) -> None:
    paid, bad = repair.read_refunds(book.opened(refunds), wanted.library.vocabulary)
    assert bad == 1
    found = book.opened(source)
    came_to = repair.repair(wanted, found, book.read(found, wanted), paid, by_name("scalar"))

    rows = pl.read_parquet(source)
    short: dict[str, int] = {}
    learners: Counter[tuple[str, str | None, str]] = Counter()
    more = 0
    for number, (answer, row) in enumerate(zip(one_by_one(wanted, rows), rows.iter_rows(named=True), strict=True)):
        if number % 2 or answer["answer"] not in ("owes", "owes-nothing", "does-not-apply"):
            continue
        owed = _owed(answer)
        back = [owed, owed // 2, 0, owed + 100][number // 2 % 4]
        more += back > owed
        if back < owed:
            short[row["order_id"]] = owed - back
            learners[row["learner_id"], answer["clause"], row["currency"]] += owed - back
    assert dict(zip(came_to.rows["order_id"], came_to.rows["to_repay"], strict=True)) == short
    assert len(short) > 20
    assert came_to.more == more
    assert came_to.unmatched == 1
    assert came_to.orders == 751
    table = came_to.learners
    assert {
        (a, b, c): n for a, b, c, n in table.select("learner_id", "clause", "currency", "to_repay").iter_rows()
    } == dict(learners)
    assert sum(came_to.to_repay.values()) == sum(short.values())

    repair.write(table, tmp_path / "repay.csv")
    repair.write(table, tmp_path / "repay.parquet")
    assert pl.read_parquet(tmp_path / "repay.parquet").equals(table)
    first = pl.read_csv(tmp_path / "repay.csv", infer_schema=False).row(0, named=True)
    assert money.parse(f"{first['to_repay']} {first['currency']}").minor == table["to_repay"][0]


def test_repair_needs_what_ties_refunds_to_orders(wanted: Plan, source: Path, tmp_path: Path) -> None:
    file = tmp_path / "refunds.csv"
    file.write_text("order_id,amount\n1,5.00\n")
    with pytest.raises(Problem, match="refund: the refunds lack this column"):
        repair.read_refunds(book.opened(file), wanted.library.vocabulary)


def test_sums_are_exact_beyond_sixty_four_bits_and_currencies_stay_apart() -> None:
    one = Summary()
    for code in ("EUR", "KRW"):
        cell = Cell("owes", "c", code, "2026-05")
        one.orders[cell] = 10**6
        one.refund[cell] = 10**19
    two = Summary.from_json(one.to_json())
    two.add(one)
    assert two.by(lambda cell: cell.currency) == {"EUR": (2 * 10**6, 2 * 10**19), "KRW": (2 * 10**6, 2 * 10**19)}
    assert two.told()["clauses"][0]["refund"] == "200000000000000000.00 EUR"


def test_credit_is_told_apart_from_money() -> None:
    """What comes back into a wallet is no money that is owed; its worth stands by itself."""
    decided = pl.DataFrame({
        "answer": ["owes", "owes", "owes", "owes-nothing"], "form": ["original", "credits", None, None],
        "clause": ["a", "b", "c", "a"], "refund": [100, 40, 7, 0], "currency": ["EUR"] * 4,
    })  # fmt: skip
    found = Summary.from_json(summary.of(decided, None).to_json())
    assert found.by(lambda cell: cell.currency) == {"EUR": (4, 107)}
    assert found.credits() == {("b", "EUR"): (1, 40)}
    told = found.told()
    assert {row["answer"]: row["orders"] for row in told["answers"]} == {"owes": 2, "owes-credit": 1, "owes-nothing": 1}
    assert told["credits"] == [{"clause": "b", "currency": "EUR", "orders": 1, "credit": "0.40 EUR"}]
