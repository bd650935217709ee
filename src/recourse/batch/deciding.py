"""The engines by name, each as one function from checked orders to their answers."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from recourse.batch.csvtext import LINE
from recourse.batch.plan import Plan
from recourse.bilingual import Words
from recourse.problems import Problem

_LLVMLITE = (0, 50)  # at least, as pyproject.toml asks for it

# The plan, the orders, the columns to carry along, the columns wanted: one row for each order, in the same order.
Decide = Callable[[Plan, pl.DataFrame, Sequence[str], Sequence[str]], pl.DataFrame]


def by_name(engine: str) -> Decide:
    """The function of an engine; of the usual one where none is named. Raises `Problem` for a name that is none."""
    try:
        return ENGINES[engine or usual()]
    except KeyError:
        what = Words(f"there is no engine {engine!r}", f"没有名为“{engine}”的引擎")
        raise Problem(what, field="--engine", hint=f"{', '.join(ENGINES)}") from None


def with_polars(plan: Plan, orders: pl.DataFrame, keep: Sequence[str], want: Sequence[str]) -> pl.DataFrame:
    """In columns."""
    from recourse.batch.engines import polars  # noqa: PLC0415  what an engine needs is loaded when it is used
    from recourse.batch.engines.seen import seen_in  # noqa: PLC0415

    seen = seen_in(plan, orders)
    return polars.decide(plan, orders.lazy(), keep=keep, want=want, seen=seen).collect()


def with_native(plan: Plan, orders: pl.DataFrame, keep: Sequence[str], want: Sequence[str]) -> pl.DataFrame:
    """In columns, by code of this machine."""
    if not has_native():
        least = ".".join(map(str, _LLVMLITE))
        what = Words(f"llvmlite {least} or newer is not installed", f"没有安装 llvmlite {least} 或更新版本")
        raise Problem(what, field="--engine", hint='pip install "recourse-desk[native]"')
    from recourse.batch.engines import native  # noqa: PLC0415

    return native.decide(plan, orders, keep=keep, want=want)


def has_native() -> bool:
    """Whether code of this machine can be made here."""
    try:
        release = re.match(r"(\d+)\.(\d+)", metadata.version("llvmlite"))
    except metadata.PackageNotFoundError:
        return False
    return release is not None and tuple(map(int, release.groups())) >= _LLVMLITE and sys.byteorder == "little"


def usual() -> str:
    """The engine for whoever names none: the fastest that is installed."""
    return "native" if has_native() else "polars"


def with_duckdb(plan: Plan, orders: pl.DataFrame, keep: Sequence[str], want: Sequence[str]) -> pl.DataFrame:
    """In SQL, over a file in between: DuckDB takes Polars' columns only through a further library."""
    try:
        import duckdb  # noqa: PLC0415

        from recourse.batch.engines import duckdb as engine  # noqa: PLC0415
    except ModuleNotFoundError:
        what = Words("DuckDB is not installed", "没有安装 DuckDB")
        raise Problem(what, field="--engine", hint='pip install "recourse-desk[duckdb]"') from None
    from recourse.batch.engines import aside as beside  # noqa: PLC0415
    from recourse.batch.engines.seen import seen_in  # noqa: PLC0415
    from recourse.batch.engines.whole import decided  # noqa: PLC0415

    carried = list(dict.fromkeys([LINE, *keep]))
    seen = seen_in(plan, orders)
    aside = decided(plan, orders.columns, want=(*want, *plan.extra), seen=seen).aside
    if aside:
        orders = beside.decide(aside, orders)
    with TemporaryDirectory(prefix="recourse-") as folder, duckdb.connect() as connection:
        path = Path(folder) / "orders.parquet"
        orders.write_parquet(path, compression="lz4")
        table = "read_parquet('{}')".format(str(path).replace("'", "''"))
        found = engine.decide(plan, connection, table, keep=carried, want=want, seen=seen)
        answers = pl.DataFrame(found.order(LINE))
    return answers.with_columns(pl.col(name).cast(pl.Int64) for name in ("refund", "kept") if name in want).select(
        pl.exclude([LINE] if LINE not in keep else [])
    )


def one_by_one(plan: Plan, orders: pl.DataFrame, keep: Sequence[str], want: Sequence[str]) -> pl.DataFrame:
    """Each order through the decision of one purchase: slow, and what the others are measured by."""
    from recourse.batch.engines import scalar  # noqa: PLC0415

    return scalar.decide(plan, orders.lazy(), keep=keep, want=want).collect()


ENGINES: dict[str, Decide] = {
    "native": with_native, "polars": with_polars, "duckdb": with_duckdb, "scalar": one_by_one,
}  # fmt: skip
