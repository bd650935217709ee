"""Made-up orders: the same seed gives the same bytes, however they are cut, and every one of them is possible."""

import io
from pathlib import Path

import orderbook as book
import polars as pl
import pytest

from recourse.batch import checking, example, plan, schema
from recourse.batch.orders import open_orders
from recourse.library import Library


def made(
    product: Library,
    rows: int,
    *,
    seed: int = 5,
    bad: int = 0,
    platform: str | None = "coursera",
    place: str | None = None,
) -> example.Recipe:
    wanted = plan.plan(product, platform=platform, place=place, asked_on=740_000)
    return example.recipe(wanted, rows=rows, seed=seed, bad=bad, only_place=place)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_the_same_seed_gives_the_same_bytes(product: Library, tmp_path: Path, suffix: str) -> None:
    for name in ("one", "other"):
        example.write(made(product, 3000), tmp_path / f"{name}{suffix}")
    example.write(made(product, 3000, seed=6), tmp_path / f"third{suffix}")
    one, other, third = ((tmp_path / f"{name}{suffix}").read_bytes() for name in ("one", "other", "third"))
    assert one == other != third


def test_what_an_order_is_does_not_hang_on_how_many_are_made_at_once(
    product: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = pl.concat(made(product, 2000).frames())
    monkeypatch.setattr(example, "CHUNK", 77)
    assert pl.concat(made(product, 2000).frames()).equals(whole)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
@pytest.mark.parametrize(
    ("platform", "place"), [("coursera", None), ("udemy", None), (None, "DE"), (None, "KR"), (None, "US-CA")]
)
def test_every_order_can_be_used_and_none_is_what_it_was_not_meant_to_be(
    product: Library, tmp_path: Path, platform: str | None, place: str | None, suffix: str
) -> None:
    source = tmp_path / f"orders{suffix}"
    example.write(made(product, 1500, platform=platform, place=place), source)
    wanted = plan.plan(product, platform=platform, place=place, asked_on=None)
    found = open_orders(source)
    read = schema.layout(found.schema, wanted.facts, product.vocabulary, is_text=found.is_text)
    for unit in found.units:
        checked = checking.check(found.read(unit, read.names), read, product.vocabulary, len(found.schema))
        assert [one.say("en") for one in checked.bad] == []
        assert checked.frame.height == 1500
    if place:
        assert set(checked.frame["learner_place"]) == {place}


def test_both_kinds_of_file_hold_the_same_orders(product: Library, tmp_path: Path) -> None:
    wanted = plan.plan(product, platform="coursera", asked_on=None)
    frames = []
    for suffix in (".csv", ".parquet"):
        source = tmp_path / f"orders{suffix}"
        example.write(made(product, 800), source)
        found = open_orders(source)
        read = schema.layout(found.schema, wanted.facts, product.vocabulary, is_text=found.is_text)
        (unit,) = found.units
        frames.append(checking.check(found.read(unit, read.names), read, product.vocabulary, 99).frame.drop("line"))
    assert frames[0].equals(frames[1])


def test_spoiled_rows_and_no_others_are_found(tmp_path: Path) -> None:
    _, wanted = book.school(tmp_path)
    good = pl.concat(example.recipe(wanted, rows=4000, seed=3).frames())
    spoiled = pl.concat(example.recipe(wanted, rows=4000, seed=3, bad=50_000).frames())
    changed = good.select(pl.any_horizontal(pl.col(n).ne_missing(spoiled[n]) for n in good.columns)).to_series()
    found = book.opened(book.orders(wanted, tmp_path / "orders.parquet", 4000, bad=50_000, seed=3), rows=9000)
    read = schema.layout(
        found.schema,
        [*wanted.facts, wanted.library.vocabulary.facts["learner_place"]],
        wanted.library.vocabulary,
        is_text=False,
    )
    (unit,) = found.units
    checked = checking.check(found.read(unit, read.names), read, wanted.library.vocabulary, 99)
    assert 120 < changed.sum() < 280
    assert {one.line for one in checked.bad} == {n + 1 for n in changed.arg_true()}


def test_orders_can_be_printed(product: Library) -> None:
    target = io.BytesIO()
    example.write_csv(made(product, 3), target)
    lines = target.getvalue().decode().splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("order_id,learner_id,course_id,currency,learner_place,")
