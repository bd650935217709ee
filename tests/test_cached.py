"""What lies in the cache is read whole or not at all, and never where somebody else may have written it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from recourse import cached

ONLY_WITH_OWNERS = pytest.mark.skipif(not hasattr(os, "getuid"), reason="this system has no owners of files")


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    cached.write(tmp_path / "code.o", b"code")
    return tmp_path / "code.o"


def test_what_was_written_is_read(stored: Path) -> None:
    assert cached.read(stored) == b"code"
    assert [one.name for one in stored.parent.iterdir()] == ["code.o"]


def test_half_a_file_is_none(stored: Path) -> None:
    for size in (0, 20, 32, 35):
        stored.write_bytes(stored.read_bytes()[:size])
        assert cached.read(stored) is None


@ONLY_WITH_OWNERS
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_file_that_others_may_write_is_not_read(stored: Path, mode: int) -> None:
    stored.chmod(mode)
    assert cached.read(stored) is None
    stored.chmod(0o644)
    assert cached.read(stored) == b"code"


@ONLY_WITH_OWNERS
def test_a_file_of_somebody_else_is_not_read(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "getuid", lambda: stored.stat().st_uid + 1)
    assert cached.read(stored) is None


@ONLY_WITH_OWNERS
def test_it_is_read_also_where_a_group_may_write_what_its_members_make(tmp_path: Path) -> None:
    before = os.umask(0o002)
    try:
        cached.write(tmp_path / "code.o", b"code")
    finally:
        os.umask(before)
    assert cached.read(tmp_path / "code.o") == b"code"


def test_so_many_stay_with_the_new_one_and_others_are_let_alone(tmp_path: Path) -> None:
    for number in range(6):
        cached.write(tmp_path / f"code-{number}.o", b"code", "code-*.o", kept=4)
        os.utime(tmp_path / f"code-{number}.o", (number, number))
        cached.write(tmp_path / f"code-{number}.told.json", b"{}")
    cached.write(tmp_path / "code-5.o", b"again", "code-*.o", kept=4)
    left = sorted(one.name for one in tmp_path.iterdir())
    assert left == [f"code-{number}.{ending}" for number in (2, 3, 4, 5) for ending in ("o", "told.json")]


def test_what_cannot_be_written_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cached.write(tmp_path / "file" / "code.o", b"code")
    assert cached.read(tmp_path / "file" / "code.o") is None
