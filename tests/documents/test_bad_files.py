"""Files made to hang, to fill the memory or to be taken for something else: each is refused in words, or read within limits."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from functools import cache

import papers
import pytest

from recourse.documents import contract, course, text, voucher
from recourse.exhibits.refusals import Refused

GOOD = papers.pdf("Total 12.00 EUR", "Order number A-1000")
HEAD = b"From: a@b.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n"


def pages(count: int) -> bytes:
    return papers.written({
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[" + b"3 0 R " * count + b"]/Count %d>>" % count,
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    })  # fmt: skip


def with_content(content: bytes, resources: bytes = b"", **more: bytes) -> bytes:
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R" + more.get("root", b"") + b">>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<" + resources + b">>/Contents 4 0 R>>",
        4: content,
        5: more.get("five", b"null"),
    }
    return papers.written(objects)


def nested(depth: int) -> bytes:
    kind = b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n'
    return (
        HEAD
        + b"".join(kind % (level, level) for level in range(depth))
        + b"Content-Type: text/plain\r\n\r\nTotal 1.00 EUR\r\n"
    )


def forwarded(depth: int) -> bytes:
    return HEAD + b"Content-Type: message/rfc822\r\n\r\n" * depth + b"Subject: y\r\n\r\nhello"


def parts(count: int) -> bytes:
    return (
        HEAD
        + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        + b"--b\r\nContent-Type: text/plain\r\n\r\nx\r\n" * count
        + b"--b--"
    )


@cache
def bomb() -> bytes:
    """400 MB of noughts, packed when a test asks for them: to collect the tests packs nothing."""
    return zlib.compress(bytes(400 << 20), 9)


FORM = papers.stream(b"/X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 5 0 R>>>>")
FILES: dict[str, Callable[[], bytes]] = {
    **{f"pdf cut at {part} %": (lambda part=part: GOOD[: len(GOOD) * part // 100]) for part in (1, 5, 20, 40, 60, 80, 95, 99)},
    "pdf head only": lambda: b"%PDF-1.7\n",
    "pdf without a table": lambda: GOOD[: GOOD.rindex(b"xref\n0 1")],
    "pdf with a wrong table": lambda: GOOD.replace(b"startxref\n", b"startxref\n9"),
    "pdf whose table comes before itself": lambda: papers.pdf("a", trailer=b"/Prev 100"),
    "pdf locked": papers.locked,
    "pdf scanned": papers.scanned,
    "pdf without pages": lambda: pages(0),
    "pdf of ten thousand pages": lambda: pages(10_000),
    "pdf of a thousand million pages": lambda: papers.written({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[]/Count 1000000000>>"}),
    "pdf with pages below themselves": lambda: papers.written({1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"}),
    "pdf that is its own root": lambda: papers.written({1: b"<</Type/Catalog/Pages 1 0 R/Kids[1 0 R]/Count 5>>"}),
    "pdf bomb": lambda: with_content(papers.stream(bomb(), b"/Filter/FlateDecode")),
    "pdf bomb in a bomb": lambda: with_content(papers.stream(zlib.compress(bomb(), 9), b"/Filter[/FlateDecode/FlateDecode]")),
    "pdf bomb of text": lambda: with_content(papers.packed(b"BT /F1 9 Tf " + b"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj " * 400_000 + b"ET"), b"/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"),
    "pdf of a deep picture": lambda: with_content(papers.stream(b"/X Do"), b"/XObject<</X 5 0 R>>", five=FORM),
    "pdf of brackets": lambda: with_content(papers.stream(b"[" * 1_000_000)),
    "pdf of dictionaries": lambda: papers.written({1: b"<</A" * 100_000}),
    "pdf of saved states": lambda: with_content(papers.stream(b"q " * 2_000_000)),
    "pdf of a giant number": lambda: with_content(papers.stream(b"9" * 1_000_000 + b" Tf")),
    "pdf of an unfinished string": lambda: with_content(papers.stream(b"BT (" + b"a" * 1_000_000)),
    "pdf whose stream is longer than it": lambda: with_content(b"<</Length 999999999>>stream\nx\nendstream"),
    "pdf with a script": lambda: papers.pdf("a", root=b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"),
    "pdf of a giant page": lambda: GOOD.replace(b"[0 0 595 842]", b"[0 0 9e9 9e9]"),
    "pdf behind a page": lambda: b"<html><script>alert(1)</script></html>" + GOOD,
    "pdf behind an archive": lambda: b"PK\x03\x04" + bytes(26) + GOOD,
    "pdf behind a picture": lambda: b"GIF89a" + bytes(20) + GOOD,
    "pdf with a page behind it": lambda: GOOD + b"<script>alert(1)</script>",
    "pdf in name only": lambda: b"%PDF-1.4 is how a PDF begins, they say",
    "pdf of noise": lambda: b"%PDF-1.7\n" + bytes(value * 37 % 256 for value in range(50_000)),
    "mail in a mail, 1,000 deep": lambda: nested(1_000),
    "mail in a mail, 20,000 deep": lambda: nested(20_000),
    "mail forwarded 5,000 times": lambda: forwarded(5_000),
    "mail of 5,000 parts": lambda: parts(5_000),
    "mail with a head of half a megabyte": lambda: b"Subject: " + b"a" * 500_000 + b"\r\n" + HEAD + b"\r\nx",
    "mail with 20,000 heads": lambda: HEAD + b"X-A: b\r\n" * 20_000 + b"\r\nx",
    "mail of encoded words": lambda: b"Subject: " + b"=?utf-8?q?=41?= " * 5_000 + b"\r\n" + HEAD + b"\r\nx",
    "mail in no known encoding": lambda: HEAD + b"Content-Type: text/plain; charset=klingon\r\n\r\nx\xff\xfe",
    "mail in a codec that is none": lambda: HEAD + b"Content-Type: text/plain; charset=zlib\r\n\r\nx\xff",
    "mail of broken base64": lambda: HEAD + b"Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n=A=B=C!!",
    "mail of uuencode": lambda: HEAD + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 666 a\n!!!\nend",
    "mail without its boundary": lambda: HEAD + b"Content-Type: multipart/mixed\r\n\r\n--\r\nx",
    "mail with a boundary of nothing": lambda: HEAD + b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\nx',
    "mail with a broken name": lambda: HEAD + b"Content-Type: a/b; name*0*=x'y'%ff; name*1=\xff\xfe\r\nContent-Disposition: attachment; filename*=utf-8''%E2%80%AE%00gpj\r\n\r\nx",
    "mail with brackets for an address": lambda: b"From: " + b"(" * 50_000 + b"\r\n" + HEAD + b"\r\nx",
    "mail with a locked pdf": lambda: papers.mail("see", attached=(("a.pdf", papers.locked(), "application/pdf"),)),
    "mail with a cut pdf": lambda: papers.mail("see", attached=(("a.pdf", GOOD[:200], "application/pdf"),)),
    "page of open tags": lambda: b"<html>" + b"<div>" * 100_000,
    "page of open brackets": lambda: b"<html>" + b"<" * 50_000,
    "page of open comments": lambda: b"<html>" + b"<!--" * 50_000,
    "page of declarations": lambda: b"<html>" + b"<!a" * 50_000,
    "page of attributes": lambda: b"<html><p " + b"a=b " * 50_000,
    "page of quotes": lambda: b"<html><p a='" + b"\"'" * 50_000,
    "page of entities": lambda: b"<html>" + b"&amp" * 100_000,
    "page of giant entities": lambda: b"<html>" + b"&#99999999999999999999;" * 50_000,
    "page of an open script": lambda: b"<html><script type='application/ld+json'>" + b'{"a":' * 200_000,
    "page of a thousand blocks": lambda: b"<html>" + b"<script type='application/ld+json'>{}</script>" * 1_000,
    "page of nested unseen": lambda: b"<html>" + b"<svg>" * 50_000 + b"</svg>" * 50_000,
    "page in a lying encoding": lambda: b"<html><meta charset=utf-16><p>\xff\xfe\xfd",
    "svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    "xml of entities": lambda: b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "' + b"c" * 1_000 + b'">]><a>&b;&b;</a>',
    "archive": lambda: b"PK\x03\x04" + bytes(100),
    "old office document": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1_000),
    "program": lambda: b"\x7fELF" + bytes(200),
    "script": lambda: b"#!/bin/sh\necho hi\n",
    "picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(50),
    "photograph": lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + bytes(50),
    "sound": lambda: b"RIFF\x24\0\0\0WAVEfmt " + bytes(30),
    "nothing": lambda: b"",
    "one byte": lambda: b"\xff",
    "noughts": lambda: bytes(1_000_000),
    "noise": lambda: bytes(value * 73 % 256 for value in range(100_000)),
    "half a character": lambda: "订单".encode()[:-1],
    "half of UTF-16": lambda: b"\xff\xfea",
    "data nested deep": lambda: b"[" * 200_000 + b"]" * 200_000,
    "a line of ten megabytes": lambda: b"1" * 10_000_000,
    "too large by a byte": lambda: b"a" * (text.BYTES + 1),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_refused_or_read_within_limits(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    tight = text.LIMITS._replace(cpu=3, seconds=6.0)  # so that meeting a limit takes no longer than it must
    monkeypatch.setattr(text, "LIMITS", tight)
    data = FILES[name]()
    begun = time.monotonic()
    try:
        got = text.read(data)
    except Refused as problem:
        assert problem.message.en and problem.message.zh and problem.message.en != problem.message.zh
    else:
        assert len(got.text) <= text.CHARACTERS and len(got.blocks) <= 50
        voucher.read(got.text[:20_000])  # whole texts made against the patterns have their own test below
        contract.read(got.text[:20_000])
        course.read(got.blocks)
    assert time.monotonic() - begun < 4 * tight.seconds, "the limits were not kept"


def test_there_are_enough_of_them() -> None:
    assert len(FILES) >= 60


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pdf locked", "password"),
        ("pdf cut at 20 %", "damaged"),
        ("archive", "archive"),
        ("old office document", "office"),
        ("program", "program"),
        ("picture", "pictures cannot be read here"),
        ("nothing", "empty"),
        ("too large by a byte", "20 MB"),
        ("pdf behind an archive", "archive"),
    ],
)
def test_a_refusal_says_why_and_what_would_help(name: str, words: str) -> None:
    with pytest.raises(Refused) as refused:
        text.read(FILES[name]())
    assert words in refused.value.message.en
    assert refused.value.hint is not None or name == "nothing"


def test_what_was_not_read_is_said() -> None:
    (note,) = text.read(pages(10_000)).notes[:1]
    assert note.en == "only the first 50 of 10000 pages were read"
    assert text.ONLY_PICTURES in text.read(papers.scanned()).notes
    assert text.NO_TEXT in text.read(with_content(papers.stream(b""))).notes
    assert text.CUT in text.read(b"12 EUR\n" * 100_000).notes
    assert [note.en for note in text.read(FILES["mail with a locked pdf"]()).notes] == [
        "a.pdf could not be read: this PDF is locked with a password"
    ]


def test_a_limit_keeps_what_is_just_within_it() -> None:
    assert not text.read(pages(text.PAGES)).notes[1:]  # nothing on them, and all were read
    assert text.CUT not in text.read(b"1" * text.CHARACTERS).notes
    assert text.read(b"a" * text.BYTES).text


REPEATED = ["9", "1 ", "1,", "1.", "1'", "€", "$1", "01/", "1.1.", "一", "元", "壹", "万", "일", "a.", "Total ", "订单号", "order no ",
            "no. ", "D", "-", "2026年", "refund ", "no ", "não ", "返金", "\n", "\t", ": ", "@", "a@b.", "2026-", "5 de ", "(", "Rs"]  # fmt: skip


@pytest.mark.parametrize("piece", REPEATED)
def test_no_pattern_takes_more_than_its_time_on_a_text_made_against_it(piece: str) -> None:
    long = piece * (20_000 // len(piece))  # what grows with the square of it would take minutes
    begun = time.process_time()
    voucher.read(long)
    contract.read(long)
    assert time.process_time() - begun < 5
