"""What the tests of the engine share: the library as it ships, and the worked cases."""

from __future__ import annotations

import pytest
from worked import Case, all_cases

from recourse import library
from recourse.library import Library


@pytest.fixture(scope="session")
def product() -> Library:
    """The product's own data, loaded once."""
    return library.load()


@pytest.fixture(scope="session")
def cases() -> list[Case]:
    """Every worked case."""
    return all_cases()
