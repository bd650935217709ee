"""PostgreSQL and Spark give the same rows as Polars: where their programs are installed, else skipped with a word."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from engine_rooms import a_cluster, a_session, by_polars, by_postgres, by_spark
from making import everything
from strategies import TIMES
from test_engines import ASKED_ON, NARROW, near, of_rule

from recourse.batch.plan import plan

# Rules with working days, months, lists, wide arithmetic, rates and takes; with RECOURSE_EXAMPLES=2 and more, all.
FEW = [
    "de-bgb-withdrawal",
    "cn-col-53",
    "us-34cfr668-22-r2t4",
    "tw-cram-24",
    "fr-conso-l242-4-late-refund",
    "kr-ecommerce-17-1",
]
SOME = [rule for rule in NARROW if TIMES > 1 or rule in FEW]
POLICIES = sorted(everything().platforms)[:: 1 if TIMES > 1 else 20]


@pytest.fixture(scope="module")
def postgres() -> Iterator[Any]:
    pytest.importorskip("psycopg", reason="psycopg is not installed: pip install recourse-desk[postgres]")
    if shutil.which("initdb") is None or shutil.which("runuser") is None:
        pytest.skip("no initdb or runuser on the path: a cluster of PostgreSQL's own cannot be made")
    # the path of a socket must be short
    with tempfile.TemporaryDirectory(prefix="recourse-") as folder, a_cluster(Path(folder)) as connection:
        yield connection


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    pytest.importorskip("pyspark", reason="pyspark is not installed: pip install recourse-desk[spark]")
    if shutil.which("java") is None:
        pytest.skip("no Java on the path: Spark cannot run")
    with a_session(tmp_path_factory.mktemp("spark")) as session:
        yield session


@pytest.mark.parametrize("rule_id", SOME)
def test_postgres_gives_the_same_rows(rule_id: str, postgres: Any) -> None:
    one = of_rule(rule_id)
    orders, _ = near(one, 24, seed=3)
    assert by_postgres(one, orders, postgres) == by_polars(one, orders)


@pytest.mark.parametrize("platform", POLICIES)
def test_postgres_gives_the_same_rows_for_a_policy(platform: str, postgres: Any) -> None:
    one = plan(everything(), platform=platform, asked_on=ASKED_ON)
    orders, _ = near(one, 24, seed=3)
    assert by_postgres(one, orders, postgres) == by_polars(one, orders)


@pytest.mark.parametrize("rule_id", SOME if TIMES > 1 else SOME[:3])
def test_spark_gives_the_same_rows(rule_id: str, spark: Any, tmp_path: Path) -> None:
    one = of_rule(rule_id)
    orders, _ = near(one, 24, seed=3)
    assert by_spark(one, orders, spark, tmp_path) == by_polars(one, orders)
