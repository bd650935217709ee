"""What every engine of columns stands on: nodes in their order, calendars made once, cells in one form."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, NamedTuple

import pytest

from recourse.rules.columns import spans
from recourse.rules.columns.node import INT
from recourse.rules.columns.nodes import Nodes
from recourse.rules.emit import rows
from recourse.rules.emit.rows import plain


def test_arguments_come_first_and_what_is_shared_comes_once() -> None:
    n = Nodes()
    a, b = (n.column(name, "count", INT, 0, 9) for name in "ab")
    both = n.add(a, b)
    whole = n.mul(both, n.sub(both, a))
    assert [node.op for node in whole.walk()] == ["col", "col", "+", "-", "*"]
    assert [node.op for node in whole.walk({both.number})] == ["col", "-", "*"], "what was seen before is left out"


def test_nodes_of_any_depth_can_be_gone_through() -> None:
    n = Nodes()
    a = n.column("a", "count", INT, 0, 9)
    top = a
    for number in range(5000):
        top = n.extreme("min", n.add(top, a), n.const(10**6 + number))
    assert sum(1 for _ in top.walk()) == len({node.number for node in top.walk()}) > 5000


def test_a_calendar_is_made_once_whoever_asks_for_a_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    before = spans.workdays
    monkeypatch.setattr(spans, "workdays", lambda use, place: made.append(place) or before(use, place))
    spans.known_workdays.cache_clear()
    use = spans.Use(None, (), "none")
    first = spans.known_workdays(use, "AT")
    assert first is not None
    assert spans.known_workdays(spans.Use(None, (), "none"), "AT") is first
    assert spans.known_workdays(use, "XX") is spans.known_workdays(use, "XX") is None, "a place that there is not"
    assert made == ["AT", "XX"]
    spans.known_workdays.cache_clear()


def test_orders_of_many_places_in_any_order_need_each_calendar_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    before = spans.workdays
    monkeypatch.setattr(spans, "workdays", lambda use, place: made.append(place) or before(use, place))
    spans.known_workdays.cache_clear()
    rows._entries.cache_clear()
    places = ["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI"]
    column = ("next", None, ("sunday",), "none")
    saturday, sunday = date(2026, 11, 21).toordinal(), date(2026, 11, 22).toordinal()
    for _ in range(3):
        assert {rows._look(column, place, sunday) for place in places} == {sunday + 1}
        assert {rows._look(column, place, saturday) for place in places} == {saturday}
    assert made == places


class Ends(NamedTuple):
    """As a database may hand a period over."""

    since: date
    until: date


def test_cells_are_made_plain_however_deep_they_lie() -> None:
    def mapped(cell: Any) -> Any:
        return {"first": cell.since, "last": cell.until} if isinstance(cell, Ends) else cell

    period = Ends(date(1970, 1, 1), date(1970, 1, 11))
    assert plain([period, None], mapped) == [{"first": 0, "last": 10}, None]
    assert plain({"first": date(1970, 1, 2), "last": None}) == {"first": 1, "last": None}
    assert plain(datetime(1970, 1, 1, 0, 1, tzinfo=UTC)) == 60
    assert plain("text") == "text"
