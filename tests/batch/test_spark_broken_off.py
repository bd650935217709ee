"""A run before a cluster that was killed goes on where it was, and takes nobody else's files for its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orderbook as book
import polars as pl
import pytest

pytest.importorskip("pyspark", reason="PySpark is not installed")
if not shutil.which("java"):
    pytest.skip("no Java on this machine", allow_module_level=True)

from engine_rooms import by_polars
from test_engines import of_rule

from recourse.batch import cluster, running, tables
from recourse.batch.plan import Plan
from recourse.batch.summary import Summary
from recourse.problems import Problem

ROWS, PIECES = 80, 2
CHILD = """
import sys
from pathlib import Path
sys.path[:0] = {paths!r}
import orderbook as book
from recourse.batch import tables
from recourse.problems import Problem
_, wanted = book.school(Path({terms!r}))
asked = tables.Asked(told=lambda done, every, again: print(done, every, flush=True), piece=1)
try:
    tables.in_spark(wanted, "local[1]", {source!r}, {out!r}, asked=asked)
except Problem as problem:
    print(problem.message.en, problem.message.zh, problem.hint.en, flush=True)
"""


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("terms")


@pytest.fixture(scope="module")
def wanted(terms: Path) -> Plan:
    return book.school(terms)[1]


@pytest.fixture(scope="module")
def orders(wanted: Plan, terms: Path) -> pl.DataFrame:
    """Of each piece one row cannot be used."""
    made = pl.read_parquet(book.orders(wanted, terms / "orders.parquet", ROWS))
    return made.with_columns(
        pl.when(pl.int_range(pl.len()) % (ROWS // PIECES) == 7)
        .then(-3)
        .otherwise("lessons_total")
        .alias("lessons_total")
    )


class Run(NamedTuple):
    """A run over a folder of two files, each of which is a piece."""

    source: Path
    out: Path

    @property
    def work(self) -> Path:
        return Path(f"{self.out}.work")

    @property
    def bad(self) -> Path:
        return Path(f"{self.out}.bad")

    def again(self, wanted: Plan, bad: str = "", **asked: Any) -> Summary:
        return tables.in_spark(wanted, "local[1]", str(self.source), str(self.out), bad, tables.Asked(piece=1, **asked))

    def left(self) -> set[str]:
        """All that lies in the folder of work."""
        return {str(one.relative_to(self.work)) for one in self.work.rglob("*")}

    def is_whole(self, orders: pl.DataFrame) -> bool:
        """Whether each order stands once in the answers or among the bad rows, and nothing is left over."""
        names = [*read(self.out)["order_id"], *read(self.bad)["order_id"].unique()]
        return sorted(names) == sorted(orders["order_id"]) and not self.work.exists()


def a_run(folder: Path, orders: pl.DataFrame) -> Run:
    made = Run(folder / "orders", folder / "answers")
    made.source.mkdir()
    for number, piece in enumerate(orders.iter_slices(ROWS // PIECES)):
        piece.write_parquet(made.source / f"{number}.parquet")
    return made


def read(folder: Path) -> pl.DataFrame:
    return pl.read_parquet(folder / "*.parquet")


def stopped(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def is_stopped(run: Run, wanted: Plan) -> None:
    with pytest.raises(KeyboardInterrupt):
        run.again(wanted)


@pytest.fixture(scope="module")
def decided(wanted: Plan, orders: pl.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, Path]:
    """A run killed when all pieces were decided and nothing was put together, and a copy of its folder of work."""
    folder = tmp_path_factory.mktemp("spark")
    made = a_run(folder, orders)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster, "_put_together", stopped)
        is_stopped(made, wanted)
    return made, made.work.rename(folder / "kept")


@pytest.fixture
def broken_off(decided: tuple[Run, Path]) -> Iterator[Run]:
    run, kept = decided
    shutil.copytree(kept, run.work)
    yield run
    for folder in (run.work, run.out, run.bad):
        shutil.rmtree(folder, ignore_errors=True)


def test_killed_at_any_move_a_run_goes_on(
    broken_off: Run, wanted: Plan, orders: pl.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    move = cluster._Files.move
    moves: list[str] = []

    def until(self: cluster._Files, before: str, after: str) -> None:
        if len(moves) in killed:
            killed.remove(len(moves))
            raise KeyboardInterrupt
        moves.append(after)
        move(self, before, after)

    monkeypatch.setattr(cluster._Files, "move", until)
    killed = set(range(8))  # two parts, the mark and the folder, of bad rows and of answers
    for _ in range(8):
        is_stopped(broken_off, wanted)
        assert not broken_off.out.exists()
    assert broken_off.bad.exists()
    found = broken_off.again(wanted)
    assert broken_off.is_whole(orders)
    assert moves[3::4] == [str(broken_off.bad), str(broken_off.out)]
    assert (found.count, found.bad) == (ROWS - PIECES, PIECES)
    with pytest.raises(Problem, match="answers already exists"):
        broken_off.again(wanted)


@pytest.mark.parametrize("place", ["out", "bad"])
@pytest.mark.parametrize("finished", [True, False])
def test_what_came_into_being_meanwhile_is_not_taken_for_the_output(
    place: str, finished: bool, broken_off: Run, wanted: Plan, orders: pl.DataFrame
) -> None:
    if not finished:
        (broken_off.work / "000001.json").unlink()
    foreign = getattr(broken_off, place)
    foreign.mkdir()
    (foreign / "mine.txt").touch()
    with pytest.raises(Problem, match="already exists") as caught:
        broken_off.again(wanted)
    assert caught.value.message.zh == f"{foreign} 已经存在"
    assert [one.name for one in foreign.iterdir()] == ["mine.txt"]
    assert broken_off.work.exists()
    shutil.rmtree(foreign)
    if finished:
        broken_off.again(wanted)
        assert broken_off.is_whole(orders)


def test_changed_orders_and_another_place_for_bad_rows_are_not_mixed_with_what_is_there(
    broken_off: Run, wanted: Plan
) -> None:
    left = broken_off.left()
    with pytest.raises(Problem, match="had another place for bad rows"):
        broken_off.again(wanted, f"{broken_off.out}.elsewhere")
    more = broken_off.source / "2.parquet"
    shutil.copy(broken_off.source / "0.parquet", more)
    try:
        with pytest.raises(Problem, match="had another orders"):
            broken_off.again(wanted)
    finally:
        more.unlink()
    assert broken_off.left() == left


def test_an_unfinished_run_can_be_thrown_away_and_a_finished_output_cannot(
    broken_off: Run, wanted: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster._Orders, "decide", stopped)
    with pytest.raises(KeyboardInterrupt):
        broken_off.again(wanted, fresh=True)
    assert broken_off.left() == {"manifest.json", ".manifest.json.crc"}
    broken_off.out.mkdir()
    with pytest.raises(Problem, match="answers already exists"):
        broken_off.again(wanted, fresh=True)
    assert broken_off.out.exists()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="this system does not show whose child a process is")
def test_a_run_whose_java_was_killed_says_so_and_goes_on(
    terms: Path, wanted: Plan, orders: pl.DataFrame, tmp_path: Path
) -> None:
    made = a_run(tmp_path, orders)
    paths = [str(Path(__file__).parent), str(Path(running.__file__).parents[2])]
    code = CHILD.format(paths=paths, terms=str(terms), source=str(made.source), out=str(made.out))
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "1 2\n"
        for java in Path(f"/proc/{child.pid}/task/{child.pid}/children").read_text().split():
            os.kill(int(java), signal.SIGKILL)
        said = child.stdout.read()
    assert child.returncode == 0, "it ended with a traceback"
    assert "Spark has gone away" in said
    assert "The same command goes on" in said
    half = made.work / "000001.answers"
    shutil.rmtree(half, ignore_errors=True)
    half.mkdir()
    shutil.copy(made.source / "1.parquet", half / "part-left.parquet")  # no record says that the piece is finished
    again: list[bool] = []
    found = made.again(wanted, told=lambda done, every, was: again.append(was))
    assert again == [True, False]
    assert made.is_whole(orders)
    assert (found.count, found.bad) == (ROWS - PIECES, PIECES)


def test_workers_decide_aside_what_is_too_wide_for_spark(tmp_path: Path) -> None:
    one = of_rule("cn-spc-balance")
    made = book.of_its_place(one, tmp_path)
    made.with_columns(pl.col("id").cast(pl.Int64)).write_parquet(tmp_path / "orders.parquet")
    asked = tables.Asked(keep=("id",))
    tables.in_spark(one, "local[1]", str(tmp_path / "orders.parquet"), str(tmp_path / "answers"), asked=asked)
    found = read(tmp_path / "answers").select("id", "answer", "refund", "clause").sort("id").rows()
    assert found == by_polars(one, made, ["answer", "refund", "clause"])
