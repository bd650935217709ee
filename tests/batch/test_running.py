"""A run killed at any moment and started again writes the same bytes; nothing is lost, nothing stands there twice."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import orderbook as book
import polars as pl
import pytest

from recourse.batch import running
from recourse.batch.plan import Plan
from recourse.batch.running import run
from recourse.batch.work import Work
from recourse.problems import Problem

ROWS = 4000

CHILD = """
import sys, time
from pathlib import Path
sys.path[:0] = {paths!r}
import orderbook as book
from recourse.batch import deciding, running
_, wanted = book.school(Path({folder!r}))
job = book.job(wanted, Path({source!r}), Path({out!r}), engine="polars")
print("ready", flush=True)
running.run(job)
print("over", flush=True)
"""


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return book.school(tmp_path_factory.mktemp("terms"))[1]


@pytest.fixture(scope="module", params=["parquet", "csv"])
def source(request: pytest.FixtureRequest, wanted: Plan, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("orders")
    return book.orders(wanted, folder / f"orders.{request.param}", ROWS, bad=20_000)


@pytest.fixture
def killed(wanted: Plan, source: Path, tmp_path: Path) -> Path:
    """Where a run was killed after some of its units, and then whatever was half written."""
    out = tmp_path / "answers.parquet"
    job = book.job(wanted, source, out, engine="polars")
    done = 0

    def stop(*_: object) -> None:
        nonlocal done
        done += 1
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(job, told=stop)
    assert not out.exists()
    return out


def outcome(out: Path) -> tuple[bytes, bytes, dict[str, object]]:
    bad = out.with_name(f"{out.name}.bad.csv")
    told = json.loads(out.with_name(f"{out.name}.summary.json").read_text())
    return (
        out.read_bytes(),
        bad.read_bytes(),
        {key: told[key] for key in ("orders", "bad", "answers", "clauses", "months")},
    )


def test_every_row_is_answered_once_or_told_as_bad(wanted: Plan, source: Path, tmp_path: Path) -> None:
    out = tmp_path / "answers.parquet"
    report = run(book.job(wanted, source, out, engine="polars"))
    answers = pl.read_parquet(out)
    bad = pl.read_csv(f"{out}.bad.csv", schema_overrides={"line": pl.Int64})
    lines = {*answers["line"].to_list(), *bad["line"].to_list()}
    assert lines == set(range(2, ROWS + 2) if source.suffix == ".csv" else range(1, ROWS + 1))
    assert answers.height == report.summary.count == ROWS - report.summary.bad
    assert answers["line"].is_sorted()
    assert 0 < report.summary.bad == bad["line"].n_unique() < ROWS // 10
    owed = answers.filter(pl.col("answer") == "owes").group_by("currency").agg(pl.col("refund").sum())
    told = report.summary.by(lambda cell: cell.currency)
    assert dict(owed.iter_rows()) == {code: told[code][1] for code in owed["currency"]}
    assert not Work(out, "").folder.exists()


def test_where_every_fact_is_known_columns_say_what_one_by_one_says(wanted: Plan, source: Path, tmp_path: Path) -> None:
    found = {}
    for engine in ("polars", "scalar"):
        run(book.job(wanted, source, tmp_path / f"{engine}.parquet", engine=engine))
        answers = pl.read_parquet(tmp_path / f"{engine}.parquet")
        found[engine] = answers.with_columns(pl.col(pl.Enum).cast(pl.String))
    known = pl.read_parquet(source) if source.suffix == ".parquet" else pl.read_csv(source, infer_schema=False)
    known = known.filter(pl.all_horizontal(pl.col(fact.id).is_not_null() for fact in wanted.facts)).select("order_id")
    rows = [one.join(known, on="order_id", how="semi", maintain_order="left") for one in found.values()]
    assert rows[0].height > ROWS // 3
    assert rows[0].equals(rows[1])


def test_polars_and_duckdb_write_the_same(wanted: Plan, source: Path, tmp_path: Path) -> None:
    pytest.importorskip("duckdb", reason="DuckDB is not installed")
    for engine in ("polars", "duckdb"):
        run(book.job(wanted, source, tmp_path / f"{engine}.csv", engine=engine))
    assert (tmp_path / "polars.csv").read_text() == (tmp_path / "duckdb.csv").read_text()


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ""])
def test_a_run_broken_off_goes_on_and_writes_the_same_bytes(
    wanted: Plan, source: Path, tmp_path: Path, suffix: str
) -> None:
    out, whole = tmp_path / f"answers{suffix}", tmp_path / f"whole{suffix}"
    run(book.job(wanted, source, whole, engine="polars"))
    rest = 0
    while True:
        done = 0

        def stop(_unit: object, _sum: object, again: bool) -> None:
            nonlocal done
            done += not again
            if done == 2:
                raise KeyboardInterrupt

        try:
            report = run(book.job(wanted, source, out, engine="polars"), told=stop)
        except KeyboardInterrupt:
            rest += 1
            assert not out.exists()
            continue
        break
    assert rest > 1 and report.resumed == 2 * rest
    for part in sorted(whole.iterdir()) if whole.is_dir() else [whole]:
        assert (out / part.name if out.is_dir() else out).read_bytes() == part.read_bytes()
    if not out.is_dir():
        assert outcome(out) == outcome(whole)


def test_half_written_files_of_a_killed_run_are_of_no_account(
    wanted: Plan, source: Path, killed: Path, tmp_path: Path
) -> None:
    work = killed.with_name(f".{killed.name}.work")
    (work / "000003.arrow.new").write_bytes(b"half")
    (work / "000003.arrow").write_bytes(b"has its name, but no record says that the unit is finished")
    (work / "000003.bad").write_bytes(b"the same")
    run(book.job(wanted, source, killed, engine="polars"))
    whole = tmp_path / "whole.parquet"
    run(book.job(wanted, source, whole, engine="polars"))
    assert outcome(killed) == outcome(whole)


def test_a_finished_run_is_not_run_again_and_a_strange_output_is_not_overwritten(
    wanted: Plan, source: Path, tmp_path: Path
) -> None:
    out = tmp_path / "answers.csv"
    job = book.job(wanted, source, out, engine="polars")
    run(job)
    assert run(job).over
    other = book.job(wanted, source, out, engine="scalar")
    with pytest.raises(Problem, match="is there already"):
        run(other)
    assert not run(other, fresh=True).over


def test_another_run_s_unfinished_work_is_not_mixed_in(wanted: Plan, source: Path, killed: Path) -> None:
    with pytest.raises(Problem, match="had another engine"):
        run(book.job(wanted, source, killed, engine="scalar"))
    assert run(book.job(wanted, source, killed, engine="scalar"), fresh=True).resumed == 0


def test_orders_that_changed_in_between_are_not_mixed_with_what_is_finished(
    wanted: Plan, source: Path, killed: Path
) -> None:
    before = source.read_bytes()
    try:
        book.orders(wanted, source, ROWS, bad=20_000, seed=2)
        with pytest.raises(Problem, match="had another orders"):
            run(book.job(wanted, source, killed, engine="polars"))
    finally:
        source.write_bytes(before)


def test_two_runs_to_one_output_are_refused(wanted: Plan, source: Path, tmp_path: Path) -> None:
    job = book.job(wanted, source, tmp_path / "answers.parquet", engine="polars")

    def again(*_: object) -> None:
        with pytest.raises(Problem, match="another run is working"):
            run(job)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(job, told=again)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_killed_at_random_points_it_ends_with_the_bytes_of_an_undisturbed_run(
    wanted: Plan, source: Path, tmp_path: Path
) -> None:
    whole, out = tmp_path / "whole.parquet", tmp_path / "answers.parquet"
    book.policy(tmp_path)
    run(book.job(wanted, source, whole, engine="polars"))
    paths = [str(Path(__file__).parent), str(Path(running.__file__).parents[2])]
    code = CHILD.format(paths=paths, folder=str(tmp_path), source=str(source), out=str(out))
    chance = random.Random(7)
    for kills in range(60):
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(chance.uniform(0.0, 0.2) * (1 + kills / 3))
        os.kill(child.pid, signal.SIGKILL)
        rest = child.stdout.read()
        assert child.wait() in (0, -signal.SIGKILL)
        child.stdout.close()
        if "over" in rest:
            break
    else:
        pytest.fail("it never came to an end")
    assert outcome(out) == outcome(whole)
    assert not out.with_name(f".{out.name}.work").exists()


def test_orders_that_are_something_else_are_refused_before_anything_is_written(wanted: Plan, tmp_path: Path) -> None:
    source = book.orders(wanted, tmp_path / "orders.csv", 200)
    text = source.read_text().replace("2026-", "26/").replace("2025-", "25/").replace("2024-", "24/")
    source.write_text(text)
    with pytest.raises(Problem) as raised:
        run(book.job(wanted, source, tmp_path / "answers.csv", engine="polars"))
    assert re.search(r"(\d+) of the first \1 rows cannot be used", str(raised.value))
    assert "line 2: concluded_on" in str(raised.value)
    assert "第 2 行" in raised.value.say("zh")
    assert not (tmp_path / "answers.csv").exists()


def test_a_folder_of_files_is_one_book(wanted: Plan, tmp_path: Path) -> None:
    folder = tmp_path / "orders"
    folder.mkdir()
    for number in (1, 2):
        book.orders(wanted, folder / f"{number}.parquet", 700, seed=number)
    out = tmp_path / "answers.csv"
    assert run(book.job(wanted, folder, out, engine="polars")).summary.count == 1400
    found = pl.read_csv(out)
    assert found.group_by("file").len().sort("file").rows() == [("1.parquet", 700), ("2.parquet", 700)]
