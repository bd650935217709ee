"""A run over a table that was killed goes on where it was: no order is lost, none stands there twice."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orderbook as book
import polars as pl
import pytest
from engine_rooms import a_cluster, by_polars, fill
from strategies import TIMES
from test_engines import BIG, of_rule

from postgres import MISSING, there
from recourse.batch import running, tables
from recourse.batch.engines.whole import decided
from recourse.batch.plan import Plan
from recourse.problems import Problem

ROWS = 3000
CHILD = """
import sys
from pathlib import Path
sys.path[:0] = {paths!r}
import orderbook as book
from recourse.batch import tables
_, wanted = book.school(Path({folder!r}))
asked = tables.Asked(told=lambda done, every, again: print(done, every, flush=True), piece=3)
tables.in_postgres(wanted, {address!r}, "orders", "answers", asked=asked)
"""


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("terms")


@pytest.fixture(scope="module")
def wanted(terms: Path) -> Plan:
    return book.school(terms)[1]


@pytest.fixture(scope="module")
def orders(wanted: Plan, terms: Path) -> pl.DataFrame:
    return pl.read_parquet(book.orders(wanted, terms / "orders.parquet", ROWS, bad=20_000))


@pytest.fixture(scope="module")
def postgres() -> Iterator[tuple[Any, str]]:
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    if not there():
        pytest.skip(MISSING)
    with tempfile.TemporaryDirectory(prefix="recourse-") as made, a_cluster(Path(made)) as connection:
        connection.autocommit = True
        yield connection, f"host={made} user=postgres dbname=postgres"


@pytest.fixture(scope="module")
def undisturbed(postgres: tuple[Any, str], wanted: Plan, orders: pl.DataFrame) -> tuple[list[Any], list[Any]]:
    connection, address = postgres
    fill(connection, "orders", orders)
    tables.in_postgres(wanted, address, "orders", "whole")
    return rows(connection, "whole"), rows(connection, "whole_bad")


def rows(connection: Any, table: str) -> list[Any]:
    return sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=str)


def stop_after(pieces: int) -> tables.Asked:
    def told(done: int, every: int, again: bool) -> None:
        assert every > pieces
        if done == pieces:
            raise KeyboardInterrupt

    return tables.Asked(told=told, piece=3)


def tables_of(connection: Any) -> set[str]:
    found = connection.execute("SELECT relname FROM pg_class WHERE relname LIKE 'answers%' AND relkind = 'r'")
    return {name for (name,) in found}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no SIGKILL")
def test_killed_again_and_again_it_ends_with_the_rows_of_an_undisturbed_run(
    postgres: tuple[Any, str], undisturbed: tuple[list[Any], list[Any]], terms: Path, wanted: Plan
) -> None:
    connection, address = postgres
    paths = [str(Path(__file__).parent), str(Path(running.__file__).parents[2])]
    code = CHILD.format(paths=paths, folder=str(terms), address=address)
    chance = random.Random(11)
    for _ in range(3):
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert child.stdout is not None
        before = connection.execute("SELECT to_regclass('answers_work') IS NOT NULL").fetchone()[0]
        finished = len(rows(connection, "answers_work")) - 1 if before else 0
        for _line in range(finished + 2):
            assert child.stdout.readline()
        time.sleep(chance.uniform(0, 0.01))
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
        assert "answers" not in tables_of(connection)
    again = []
    asked = tables.Asked(told=lambda done, every, was: again.append(was))
    for _ in range(200):  # until the server has seen that the last one is gone
        try:
            found = tables.in_postgres(wanted, address, "orders", "answers", asked=asked)
            break
        except Problem as problem:
            assert "another run is working" in str(problem)
            time.sleep(0.05)
    assert sum(again) >= 6
    assert not all(again)
    assert (rows(connection, "answers"), rows(connection, "answers_bad")) == undisturbed
    assert found.count == len(undisturbed[0])
    assert found.bad == ROWS - found.count > 0
    assert tables_of(connection) == {"answers", "answers_bad"}
    connection.execute("DROP TABLE answers, answers_bad")


def test_a_table_that_changed_in_between_is_not_mixed_and_can_be_begun_anew(
    postgres: tuple[Any, str], undisturbed: tuple[list[Any], list[Any]], wanted: Plan
) -> None:
    connection, address = postgres
    with pytest.raises(KeyboardInterrupt):
        tables.in_postgres(wanted, address, "orders", "answers", asked=stop_after(2))
    connection.execute("UPDATE orders SET paid = paid + 1 WHERE order_id = (SELECT min(order_id) FROM orders)")
    with pytest.raises(Problem, match="had another orders"):
        tables.in_postgres(wanted, address, "orders", "answers")
    tables.in_postgres(wanted, address, "orders", "answers", asked=tables.Asked(fresh=True))
    assert len(rows(connection, "answers")) == len(undisturbed[0])
    connection.execute("DROP TABLE answers, answers_bad")


def test_others_may_write_orders_while_a_run_reads_and_a_second_run_is_refused(
    postgres: tuple[Any, str], undisturbed: tuple[list[Any], list[Any]], wanted: Plan
) -> None:
    connection, address = postgres
    count = connection.execute("SELECT count(*) FROM orders").fetchone()[0]

    def told(done: int, every: int, again: bool) -> None:
        if done == 1:
            connection.execute("UPDATE orders SET kind = kind")  # every row lies elsewhere now
            with pytest.raises(Problem, match="another run is working"):
                tables.in_postgres(wanted, address, "orders", "answers")

    found = tables.in_postgres(wanted, address, "orders", "answers", asked=tables.Asked(told=told, piece=3))
    assert found.count + found.bad == count
    assert len({row[0] for row in rows(connection, "answers")}) == found.count
    connection.execute("DROP TABLE answers, answers_bad")


WIDE = [rule for rule in sorted(BIG) if decided(of_rule(rule), of_rule(rule).columns).aside]


@pytest.mark.parametrize("rule_id", WIDE if TIMES > 1 else ["cn-spc-balance"])
def test_what_is_too_wide_for_sql_is_decided_aside(rule_id: str, postgres: tuple[Any, str], tmp_path: Path) -> None:
    """Rules with very large numbers, those over lists among them."""
    connection, address = postgres
    one = of_rule(rule_id)
    made = book.of_its_place(one, tmp_path)
    connection.execute("DROP TABLE IF EXISTS wide, wide_bad")
    fill(connection, "big", made)
    tables.in_postgres(one, address, "big", "wide", asked=tables.Asked(keep=("id",)))
    found = connection.execute("SELECT id, answer, refund, clause, pay_by FROM wide ORDER BY id").fetchall()
    assert found == by_polars(one, made, ["answer", "refund", "clause", "pay_by"])
    assert len({row[1] for row in found}) > 1
