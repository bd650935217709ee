"""What the tests of the engine share: the library as it ships, the worked cases, and the small rules of tests/rules."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

sys.path.insert(0, str(Path(__file__).parent / "rules"))  # so that a test here may use `making` and `constructs` too

from making import everything

import tables
import unpacked
from recourse import library
from recourse.library import Library
from worked import Case, all_cases

library._read_cache = unpacked.once  # before modules load it when they are collected


@pytest.fixture(scope="session")
def kept_tables(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the tables of SQLite are kept for the next process, unless pytest was told to keep nothing."""
    cache = getattr(request.config, "cache", None)
    return Path(cache.mkdir("tables")) if cache else tmp_path_factory.mktemp("tables")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, kept_tables: Path) -> None:
    """SQLite gets its tables as a copy; pytest-django asks this fixture right before it makes the database."""
    connection = connections["default"]
    make = connection.creation.create_test_db

    def copied(*args: Any, **options: Any) -> str:
        with tables.instead_of_migrating(connection, kept_tables):
            return make(*args, **options)

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = None  # in memory, so that each process has its own
        connection.creation.create_test_db = copied


@pytest.fixture(scope="session")
def product() -> Library:
    """The product's own data: the same that modules take when they are collected, so each rule is compiled once."""
    return everything()


@pytest.fixture(scope="session")
def cases() -> list[Case]:
    """Every worked case."""
    return all_cases()
