"""What the tests of the engine share: the library as it ships, the worked cases, and the small rules of tests/rules."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "rules"))  # so that a test here may use `making` and `constructs` too

from making import everything

from recourse.library import Library
from worked import Case, all_cases


@pytest.fixture(scope="session")
def product() -> Library:
    """The product's own data: the same that modules take when they are collected, so each rule is compiled once."""
    return everything()


@pytest.fixture(scope="session")
def cases() -> list[Case]:
    """Every worked case."""
    return all_cases()
