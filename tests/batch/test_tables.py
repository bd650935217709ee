"""Orders in a database or before a cluster come to what the same orders in a file come to."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import orderbook as book
import polars as pl
import pytest
from engine_rooms import POSTGRES, a_cluster

from postgres import MISSING, there
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
    if not there():
        pytest.skip(MISSING)
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
        spoil = (
            "UPDATE orders SET {} WHERE order_id IN (SELECT order_id FROM orders ORDER BY order_id LIMIT {} OFFSET {})"
        )
        for what, count, after in (
            ("lessons_total = -3", 4, 0),
            ("kind = 'lecture'", 5, 10),
            ("currency = 'EURO'", 6, 20),
        ):
            connection.execute(spoil.format(what, count, after))
        connection.commit()
        some = tables.in_postgres(wanted, address, "orders", "others", asked=tables.Asked(lang="zh"))
        assert (some.count, some.bad) == (585, 15)
        reasons = connection.execute(
            'SELECT "column", value, reason, count(*) FROM others_bad GROUP BY 1, 2, 3'
        ).fetchall()
        told = {(column, value, reason): n for column, value, reason, n in reasons}
        assert told["currency", "EURO", "不是货币代码（ISO 4217）"] == 6
        assert told["kind", "lecture", "不是该事实的取值"] == 5
        assert told["lessons_total", "-3", "数值超出范围"] == some.reasons["lessons_total"] == 4
        left = connection.execute('SELECT * FROM others ORDER BY order_id COLLATE "C"').fetchall()
        connection.commit()
        assert set(left) <= set(rows)
        connection.execute("ALTER TABLE orders ALTER COLUMN paid TYPE double precision")
        connection.commit()
        with pytest.raises(Problem, match="paid: the column holds double precision"):
            tables.in_postgres(wanted, address, "orders", "more")
        connection.execute("ALTER TABLE orders ALTER COLUMN paid TYPE bigint")
        connection.commit()
        with pytest.raises(Problem, match="already exists"):
            tables.in_postgres(wanted, address, "orders", "answers")
        with pytest.raises(Problem, match="is not the name of a table"):
            tables.in_postgres(wanted, address, "orders; drop table orders", "more")
        with pytest.raises(Problem, match="does not exist"):
            tables.in_postgres(wanted, address, "nowhere", "more")


@pytest.fixture(scope="module")
def spoiled(wanted: Plan, tmp_path_factory: pytest.TempPathFactory) -> tuple[pl.DataFrame, set[str]]:
    """Orders of which many are impossible, and those that the reader of files refuses."""
    folder = tmp_path_factory.mktemp("spoiled")
    source = book.orders(wanted, folder / "orders.parquet", 3000, bad=200_000)
    orders = pl.read_parquet(source)
    job = book.job(wanted, source, folder / "answers.parquet", engine="polars")
    assert run(job).summary.bad > 300
    return orders, set(orders["order_id"]) - set(pl.read_parquet(folder / "answers.parquet")["order_id"])


def test_a_table_refuses_the_rows_that_a_file_refuses(wanted: Plan, spoiled: tuple[pl.DataFrame, set[str]]) -> None:
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    if not there():
        pytest.skip(MISSING)
    orders, bad = spoiled
    with tempfile.TemporaryDirectory(prefix="recourse-") as made, a_cluster(folder := Path(made)) as connection:
        columns = ", ".join(f"{name} {POSTGRES[kind.base_type()]}" for name, kind in orders.schema.items())
        connection.execute(f"CREATE TABLE orders ({columns})")
        with connection.cursor() as cursor:
            cursor.executemany(f"INSERT INTO orders VALUES ({', '.join(['%s'] * orders.width)})", orders.rows())
        connection.commit()
        tables.in_postgres(wanted, f"host={folder} user=postgres dbname=postgres", "orders", "answers", "amiss")
        assert {row[0] for row in connection.execute("SELECT order_id FROM amiss")} == bad


def test_spark_refuses_the_rows_that_a_file_refuses(
    wanted: Plan, spoiled: tuple[pl.DataFrame, set[str]], tmp_path: Path
) -> None:
    pytest.importorskip("pyspark", reason="PySpark is not installed")
    if not shutil.which("java"):
        pytest.skip("no Java on this machine")
    orders, bad = spoiled
    orders.write_parquet(tmp_path / "orders.parquet")
    found = tables.in_spark(wanted, "local[1]", str(tmp_path / "orders.parquet"), str(tmp_path / "answers"))
    assert set(pl.read_parquet(tmp_path / "answers.bad" / "*.parquet")["order_id"]) == bad
    assert found.bad == len(bad)


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
