"""Orders in a database or before a cluster come to what the same orders in a file come to."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import orderbook as book
import polars as pl
import pytest
from engine_rooms import POSTGRES, a_cluster

from recourse.batch import tables
from recourse.batch.plan import Plan
from recourse.batch.running import run
from recourse.problems import Problem


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    return book.school(tmp_path_factory.mktemp("terms"))[1]


@pytest.fixture(scope="module")
def answers(wanted: Plan, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, pl.DataFrame]:
    """A file of orders and what they come to by way of the file."""
    folder = tmp_path_factory.mktemp("orders")
    source = book.orders(wanted, folder / "orders.parquet", 600)
    run(book.job(wanted, source, folder / "answers.parquet", engine="polars"))
    found = pl.read_parquet(folder / "answers.parquet").drop("line")
    return source, found.with_columns(pl.col(pl.Enum).cast(pl.String)).sort("order_id")


def test_postgres_writes_the_same_answers_into_a_table(wanted: Plan, answers: tuple[Path, pl.DataFrame]) -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    if not shutil.which("initdb"):
        pytest.skip("no PostgreSQL server on this machine")
    source, expected = answers
    orders = pl.read_parquet(source)
    with tempfile.TemporaryDirectory(prefix="recourse-") as made, a_cluster(folder := Path(made)) as connection:
        columns = ", ".join(f"{name} {POSTGRES[kind.base_type()]}" for name, kind in orders.schema.items())
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TABLE orders ({columns})")
            cursor.executemany(f"INSERT INTO orders VALUES ({', '.join(['%s'] * orders.width)})", orders.rows())
        connection.commit()
        address = f"host={folder} user=postgres dbname=postgres"
        found = tables.in_postgres(wanted, address, "orders", "answers")
        rows = connection.execute('SELECT * FROM answers ORDER BY order_id COLLATE "C"').fetchall()
        connection.commit()
        assert rows == expected.rows()
        assert found.count == 600
        with pytest.raises(Problem, match="already exists"):
            tables.in_postgres(wanted, address, "orders", "answers")
        with pytest.raises(Problem, match="is not the name of a table"):
            tables.in_postgres(wanted, address, "orders; drop table orders", "more")
        with pytest.raises(Problem, match="does not exist"):
            tables.in_postgres(wanted, address, "nowhere", "more")


def test_spark_writes_the_same_answers_to_a_folder(
    wanted: Plan, answers: tuple[Path, pl.DataFrame], tmp_path: Path
) -> None:
    pytest.importorskip("pyspark", reason="PySpark is not installed")
    if not shutil.which("java"):
        pytest.skip("no Java on this machine")
    source, expected = answers
    out = tmp_path / "answers"
    found = tables.in_spark(wanted, "local[1]", str(source), str(out))
    assert found.count == 600
    assert pl.read_parquet(out / "*.parquet").sort("order_id").rows() == expected.rows()
