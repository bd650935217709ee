"""The commands as people type them: what they print in both languages, what they write, and how they refuse."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import orderbook as book
import polars as pl
import pytest
from typer.testing import CliRunner

from recourse.cli import app
from recourse.cli.frame import refusing

RUNNER = CliRunner()


def call(*words: object) -> str:
    done = RUNNER.invoke(app, [str(word) for word in words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def refused(*words: object, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as end, refusing():
        app([str(word) for word in words], standalone_mode=False)
    assert end.value.code == 2
    return capsys.readouterr().err


@pytest.fixture
def terms(tmp_path: Path) -> Path:
    return book.policy(tmp_path)


@pytest.fixture
def orders(tmp_path: Path, terms: Path) -> Path:
    path = tmp_path / "orders.csv"
    call(
        "example",
        "orders",
        "--rows",
        600,
        "--seed",
        3,
        "--bad",
        0.02,
        "--platform",
        "school",
        "--data",
        terms,
        "--out",
        path,
    )
    return path


@pytest.mark.parametrize(
    ("lang", "says"),
    [("en", ["Orders decided: ", "owes nothing", "Rows that could not be used", "Month (requested_on)", "  line "]),
     ("zh", ["笔订单", "不退", "行无法使用", "月份（requested_on）", "  第 "])],
)  # fmt: skip
def test_batch_writes_answers_bad_rows_and_a_summary(
    orders: Path, terms: Path, tmp_path: Path, lang: str, says: list[str]
) -> None:
    out = tmp_path / "answers.csv"
    told = call("batch", orders, "--platform", "school", "--data", terms, "--out", out, "--lang", lang)
    for one in says:
        assert one in told
    answers = pl.read_csv(out, infer_schema=False)
    bad = pl.read_csv(f"{out}.bad.csv", infer_schema=False)
    summary = json.loads(Path(f"{out}.summary.json").read_text())
    assert answers.height + bad["line"].n_unique() == 600
    assert summary["orders"] == answers.height
    assert summary["bad"] == bad["line"].n_unique()
    assert set(bad.columns) == {"file", "line", "column", "value", "reason", "hint"}
    eur = answers.filter((pl.col("answer") == "owes") & (pl.col("currency") == "EUR"))["refund"].to_list()
    cents = sum(int(amount.replace(".", "")) for amount in eur)
    assert (
        next(r["refund"] for r in summary["answers"] if r["answer"] == "owes" and r["currency"] == "EUR")
        == f"{cents // 100}.{cents % 100:02d} EUR"
    )


def test_batch_writes_the_columns_asked_for_and_says_so_as_json(orders: Path, terms: Path, tmp_path: Path) -> None:
    out = tmp_path / "answers.parquet"
    told = call(
        "batch",
        orders,
        "--platform",
        "school",
        "--data",
        terms,
        "--out",
        out,
        "--columns",
        "refund,clause",
        "--keep",
        "kind",
        "--json",
    )
    assert json.loads(told)["schema"] == "recourse.batch/1"
    assert pl.read_parquet(out).columns == [
        "line",
        "order_id",
        "learner_id",
        "course_id",
        "kind",
        "currency",
        "refund",
        "clause",
    ]


def test_batch_says_when_there_is_nothing_left_to_do(orders: Path, terms: Path, tmp_path: Path) -> None:
    command = ["batch", orders, "--platform", "school", "--data", terms, "--out", tmp_path / "a.csv"]
    assert "Orders decided" in call(*command)
    assert "finished already" in call(*command)


def test_an_interrupted_run_says_how_to_go_on(tmp_path: Path, terms: Path) -> None:
    source = tmp_path / "orders.parquet"
    call("example", "orders", "--rows", 900_000, "--platform", "school", "--data", terms, "--out", source)
    command = [
        sys.executable,
        "-m",
        "recourse.cli",
        "batch",
        str(source),
        "--platform",
        "school",
        "--data",
        str(terms),
        "--out",
        str(tmp_path / "a.parquet"),
    ]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    work = tmp_path / ".a.parquet.work"
    while not (work / "000000.json").exists() and child.poll() is None:
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=60)
    if child.returncode == 0:
        pytest.skip("it was through before it could be interrupted")
    assert child.returncode == 130
    assert "the same command goes on from there" in err
    told = call(*command[3:])
    assert "Resumed:" in told
    assert pl.read_parquet(tmp_path / "a.parquet").height == 900_000


def test_exposure_what_if_and_repair_print_their_tables(orders: Path, terms: Path, tmp_path: Path) -> None:
    page = tmp_path / "exposure.html"
    told = call("exposure", orders, "--as-of", "2026-06-30", "--platform", "school", "--data", terms, "--html", page)
    assert "What would be owed if everybody asked on 2026-06-30" in told
    assert "<svg" in page.read_text()
    new = book.policy(tmp_path, window=5, name="new.yaml")
    told = call("what-if", orders, "--policy", new, "--data", terms)
    assert "Those who lose most" in told
    refunds = tmp_path / "refunds.csv"
    refunds.write_text("order_id,refund,currency\n" + "".join(f"o3-{n},0.00,EUR\n" for n in range(1, 600)))
    out = tmp_path / "repay.csv"
    told = call("repair", orders, refunds, "--platform", "school", "--data", terms, "--out", out, "--lang", "zh")
    assert "少退的订单" in told
    assert out.read_text().startswith("learner_id,clause,version,currency,orders,owed,refunded,to_repay\n")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["batch", "{orders}", "--out", "x.csv"], "name rules, a platform or a place"),
        (["batch", "{orders}", "--platform", "scool", "--out", "x.csv"], "near: school"),
        (["batch", "nowhere.csv", "--platform", "school", "--out", "x.csv"], "there is no file nowhere.csv"),
        (["batch", "{orders}", "--platform", "school", "--out", "x.xlsx"], "written to .parquet, .csv or a folder"),
        (["batch", "{orders}", "--platform", "school", "--out", "x.csv", "--engine", "abacus"], "there is no engine"),
        (["exposure", "{orders}", "--as-of", "soon", "--platform", "school"], "not a date"),
        (["example", "orders"], "name a platform or a place"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused_in_words(
    words: list[str],
    says: str,
    orders: Path,
    terms: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    told = refused(*[word.format(orders=orders) for word in words], "--data", terms, capsys=capsys)
    assert says in told
    assert told.startswith("error: ")
    assert not (tmp_path / "x.csv").exists()
