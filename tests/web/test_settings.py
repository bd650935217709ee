"""Settings come from the environment; nonsense is refused; the secret key is made once and for its owner only."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from recourse.web import environment


@pytest.mark.parametrize(
    ("text", "value"), [("1", True), ("yes", True), ("On", True), ("0", False), ("", False), ("false", False)]
)
def test_a_flag_is_read(text: str, value: bool) -> None:
    assert environment.flag("X", default=not value, source={"X": text}) is value


def test_a_flag_that_is_none_is_refused() -> None:
    with pytest.raises(ImproperlyConfigured, match="X is 'maybe'"):
        environment.flag("X", default=False, source={"X": "maybe"})


def test_a_flag_that_is_absent_has_its_default() -> None:
    assert environment.flag("X", default=True, source={}) is True


def test_names_are_separated_by_commas() -> None:
    assert environment.names("X", source={"X": " a.example , b.example,"}) == ["a.example", "b.example"]


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "var" / "secret-key"
    first = environment.secret("X", file, source={})
    assert len(first) >= 50
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert environment.secret("X", file, source={}) == first
    assert [one.name for one in file.parent.iterdir()] == ["secret-key"]


def test_workers_that_start_together_have_one_key(tmp_path: Path) -> None:
    file = tmp_path / "secret-key"
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: environment.secret("X", file, source={}), range(32)))
    assert len(keys) == 1


def test_a_key_from_the_environment_needs_no_file(tmp_path: Path) -> None:
    file = tmp_path / "secret-key"
    assert environment.secret("X", file, source={"X": "k" * 32}) == "k" * 32
    assert not file.exists()


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImproperlyConfigured, match="at least 32"):
        environment.secret("X", tmp_path / "secret-key", source={"X": "short"})


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(ImproperlyConfigured, match="RECOURSE_HOME"):
        environment.secret("X", blocked / "secret-key", source={})


def test_the_defaults_are_safe() -> None:
    assert settings.SECURE_REFERRER_POLICY == "same-origin"
    assert "localhost" in settings.ALLOWED_HOSTS
    assert "*" not in settings.ALLOWED_HOSTS
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    assert settings.SESSION_COOKIE_HTTPONLY


@pytest.mark.django_db
def test_the_database_takes_its_lock_first_and_keeps_what_it_was_given() -> None:
    assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA synchronous").fetchone() == (2,)
