"""A file that is taken has a safe name, a checksum and a true kind; one that is not is refused in two languages."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath
from urllib.parse import unquote

import pytest
from hostile import NAMES
from hypothesis import given
from hypothesis import strategies as st
from offered import GOOD, pdf

from recourse.exhibits import naming
from recourse.exhibits.kinds import ACCEPTED, Kind
from recourse.exhibits.received import LARGEST, receive
from recourse.exhibits.refusals import Refused, TooMuch
from recourse.exhibits.serving import disposition, headers, shown_headers

SCRIPTS = [
    "发票 2026年", "發票", "領収書", "영수증", "Квитанция", "Απόδειξη", "إيصال الدفع", "קבלה", "रसीद", "ใบเสร็จ", "রসিদ", "ரசீது", "კვიტანცია",
    "անդորրագիր", "Rechnung Größe", "biên lai đã trả", "رسید پرداخت‌شده", "ደረሰኝ",
]  # fmt: skip


def safe(name: str) -> bool:
    """May this name stand on every system, in every header and on every page?"""
    stem, dot, _ = name.rpartition(".")
    shape = dot and stem and stem == stem.strip(" .") and 0 < len(name.encode()) <= naming.LONGEST
    clean = not re.search(
        '[<>:"/\\\\|?*%\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]', name
    )
    alone = PurePosixPath(name).name == name and PureWindowsPath(name).name == name
    plain = not name.startswith((".", "-", "~")) and unicodedata.is_normalized("NFC", name)
    reserved = re.match(r"(?i)(con|prn|aux|nul|(com|lpt)[0-9¹²³])([. ]|$)", name)
    return bool(shape and clean and alone and plain and not reserved)


@pytest.mark.parametrize("name", list(GOOD))
def test_a_good_file_is_taken(name: str) -> None:
    data = GOOD[name]()
    got = receive(f"voucher.{naming.endings(Kind(name))[0]}", data)
    assert (got.kind, got.size, got.sha256) == (Kind(name), len(data), hashlib.sha256(data).hexdigest())
    assert got.notes == ()


def test_a_file_of_exactly_the_largest_size_is_taken() -> None:
    assert receive("a.txt", b"a" * LARGEST).size == 20 * 1024 * 1024
    with pytest.raises(TooMuch, match="larger than 20 MB"):
        receive("a.txt", b"a" * (LARGEST + 1))


@pytest.mark.parametrize(
    ("name", "data", "said", "told"),
    [
        ("a.pdf", b"", "the file is empty", "文件为空"),
        (
            "voucher.pdf",
            b"MZ" + bytes(99),
            "its name says a PDF, but it is a program",
            "文件名表示“PDF 文件”，实际却是“程序或脚本”",
        ),
        ("a.txt", b"#!/bin/sh", "its name says a text, but it is a program", "“文本”"),
        ("a.bin", bytes(99), "a file of an unknown kind", "未知类型的文件"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office document", "办公文档"),
        ("a", b"GIF89a" + bytes(20), "save it as PNG", "PNG"),
        ("a.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF<script>", "two files in one", "隐藏"),
    ],
)
def test_a_refusal_says_what_is_wrong(name: str, data: bytes, said: str, told: str) -> None:
    with pytest.raises(Refused) as caught:
        receive(name, data)
    assert said in caught.value.say("en")
    assert told in caught.value.say("zh")


@pytest.mark.parametrize("name", NAMES)
def test_a_bad_name_becomes_a_safe_one(name: str) -> None:
    assert safe(receive(name, pdf()).name)
    assert receive(name, pdf()).name.endswith(".pdf")


@given(st.text(st.characters(exclude_categories=[]), max_size=200), st.sampled_from(sorted(ACCEPTED)))
def test_every_name_becomes_a_safe_one_and_stays_it(name: str, kind: Kind) -> None:
    once = naming.safe(name, kind)
    assert safe(once)
    assert naming.safe(once, kind) == once


@pytest.mark.parametrize("words", SCRIPTS)
def test_the_letters_of_every_script_stay(words: str) -> None:
    assert naming.safe(f"{words}.pdf", Kind.PDF) == unicodedata.normalize("NFC", f"{words}.pdf")


@pytest.mark.parametrize(
    ("name", "kind", "now"),
    [
        ("my_file (2).PDF", Kind.PDF, "my_file (2).pdf"),
        ("photo.JPEG", Kind.JPEG, "photo.jpeg"),
        ("photo.png", Kind.JPEG, "photo.png.jpg"),
        ("page.html", Kind.HTML, "page.html.txt"),
        ("notes.md", Kind.TEXT, "notes.md"),
        ("run.js", Kind.TEXT, "run.js.txt"),
        ("C:\\Users\\li\\发票.pdf", Kind.PDF, "发票.pdf"),
        ("voucher\u202efdp.exe", Kind.PDF, "voucherfdp.exe.pdf"),
        ("con.pdf", Kind.PDF, "_con.pdf"),
        ("", Kind.PDF, "file.pdf"),
    ],
)
def test_a_name_tells_the_truth(name: str, kind: Kind, now: str) -> None:
    assert naming.safe(name, kind) == now


def test_a_false_name_is_told_to_its_owner() -> None:
    assert "named anew" in receive("a.png", pdf()).notes[0].en
    assert not receive("a", pdf()).notes
    assert "仅显示其文字" in receive("a.html", b"<html>hi").notes[0].zh


@given(st.text(st.characters(exclude_categories=[]), max_size=200), st.sampled_from(Kind))
def test_an_original_is_always_a_download(name: str, kind: Kind) -> None:
    sent = headers(kind, name)
    found = re.fullmatch(
        r"attachment; filename=\"([A-Za-z0-9 ._-]+)\"; filename\*=UTF-8''([!-~]+)", sent["Content-Disposition"]
    )
    assert found
    assert unquote(found[2], errors="strict") == naming.safe(name, kind)
    assert sent["X-Content-Type-Options"] == "nosniff"
    assert sent["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert not re.search("html|svg|xml|javascript", sent["Content-Type"])
    assert all(re.fullmatch("[ -~]+", value) for value in sent.values())


def test_a_name_goes_out_as_rfc_5987_spells_it() -> None:
    assert disposition("€ rates.pdf") == "attachment; filename=\"rates.pdf\"; filename*=UTF-8''%E2%82%AC%20rates.pdf"


def test_a_copy_is_a_picture_or_words() -> None:
    assert shown_headers("image/png")["Content-Type"] == "image/png"
    assert shown_headers("text/plain")["Content-Type"] == "text/plain; charset=utf-8"
    for other in ("text/html", "image/svg+xml", "application/pdf", "image/jpeg"):
        with pytest.raises(ValueError, match="not shown"):
            shown_headers(other)
