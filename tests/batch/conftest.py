"""What the tests of batches share: the calendars' tables, which hundreds of plans here would each make anew."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import pytest

from recourse.rules.columns import spans

KEPT = 32  # calendars of 250 years each; rules of one place follow each other


@pytest.fixture(scope="session", autouse=True)
def _a_calendar_once() -> Iterator[None]:
    """The table of a calendar is made once: it hangs on the place and the years alone."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(spans, "workdays", lru_cache(maxsize=KEPT)(spans.workdays))
        yield
