"""Serving refuses what it cannot have before anything else is loaded, and says why."""

import socket
from collections.abc import Iterator

import pytest

from recourse.web import serve


@pytest.fixture
def taken() -> Iterator[int]:
    """A port of this machine on which somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_taken_port_is_refused_with_words(
    taken: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for locale, words in (("en_GB.UTF-8", f"Port {taken} is taken"), ("zh_CN.UTF-8", f"端口 {taken} 已被占用")):
        monkeypatch.setenv("LC_ALL", locale)
        assert serve.main(["--port", str(taken)]) == 3
        assert words in capsys.readouterr().err


def test_a_host_that_is_not_this_machine_is_refused_with_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert serve.main(["--host", "192.0.2.1"]) == 3
    assert "192.0.2.1" in capsys.readouterr().err


def test_a_free_port_is_offered_by_number() -> None:
    assert serve.free_address("localhost", 0) in ("127.0.0.1", "::1")


def test_this_machine_only_is_what_a_start_without_arguments_serves() -> None:
    assert serve.Options() == ("127.0.0.1", 8000, 1)
    assert serve.options(["--port", "81"]) == ("127.0.0.1", 81, 1)


def test_an_argument_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        serve.main(["--prot", "81"])
    assert "--prot" in capsys.readouterr().err
