"""Pictures are read where the reader is installed, here a stand-in for it; elsewhere, and where it fails, one types."""

from __future__ import annotations

import json
import sys
from types import ModuleType, SimpleNamespace

import pytest

from recourse.documents import inside
from recourse.exhibits.refusals import Unreadable


def installed(monkeypatch: pytest.MonkeyPatch, lines: tuple[str, ...] | None, fault: Exception | None = None) -> None:
    class RapidOCR:
        def __init__(self, params: dict[str, int]) -> None:
            assert set(params.values()) == {1}, "no threads in the limited process"

        def __call__(self, data: bytes) -> SimpleNamespace:
            if fault is not None:
                raise fault
            return SimpleNamespace(txts=lines)

    module = ModuleType("rapidocr")
    monkeypatch.setattr(module, "RapidOCR", RapidOCR, raising=False)
    monkeypatch.setitem(sys.modules, "rapidocr", module)
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        monkeypatch.setenv(name, "1")


def test_lines_become_text(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, ("订单号：A-1000", "Total 12.00 EUR"))
    assert json.loads(inside.picture(b"picture", characters=100))["text"] == "订单号：A-1000\nTotal 12.00 EUR"
    assert len(json.loads(inside.picture(b"picture", characters=5))["text"]) == 5


def test_a_picture_without_words_has_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, None)
    assert json.loads(inside.picture(b"picture", characters=100)) == {"text": ""}


def test_a_picture_that_the_reader_does_not_know_is_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, None, ValueError("no picture"))
    with pytest.raises(Unreadable, match="type what the picture says"):
        inside.picture(b"picture", characters=100)


def test_without_the_reader_one_types(monkeypatch: pytest.MonkeyPatch) -> None:
    installed(monkeypatch, None)
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(Unreadable, match="pictures cannot be read here"):
        inside.picture(b"picture", characters=100)
