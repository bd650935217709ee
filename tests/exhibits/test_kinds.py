"""What a file is, is told by its bytes, and of two readings the worse one counts."""

from __future__ import annotations

import random
import time

import pytest
from hostile import zipped
from hypothesis import given
from hypothesis import strategies as st
from offered import GOOD, pdf, pixels, saved

from recourse.exhibits.kinds import ACCEPTED, Kind, kind, mime

HEIC = b"\0\0\0\x18ftyp%b\0\0\0\0mif1%b" + bytes(40)


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", Kind.EMPTY),
        (pdf(), Kind.PDF),
        (b"\xef\xbb\xbf\n" + pdf(), Kind.PDF),
        (b"%PDF-1.4", Kind.PDF),
        (b"Dear all, a file that begins with %PDF-1.4 is a PDF.", Kind.TEXT),
        (HEIC % (b"heic", b"heic"), Kind.HEIC),
        (HEIC % (b"mif1", b"heic"), Kind.HEIC),
        (HEIC % (b"mif1", b"avif"), Kind.PICTURE),
        (HEIC % (b"avif", b"avif"), Kind.PICTURE),
        (HEIC % (b"isom", b"isom"), Kind.VIDEO),
        (HEIC % (b"M4A ", b"isom"), Kind.AUDIO),
        (saved(pixels(), "GIF"), Kind.GIF),
        ("退款申请，谢谢".encode(), Kind.TEXT),
        ("退款申请，谢谢".encode("gb18030"), Kind.TEXT),
        ("退款申请，谢谢".encode("utf-16"), Kind.TEXT),
        ("返金のお願い".encode("cp932"), Kind.TEXT),
        ("返金のお願い".encode("iso-2022-jp"), Kind.TEXT),
        ("환불 요청".encode("cp949"), Kind.TEXT),
        ("Rückerstattung für den Kurs".encode("cp1252"), Kind.TEXT),
        (b"MZ was the sign of the school; now it is another, and I do not know which of them owes me the money.", Kind.TEXT),
        (b"CWS owes me 199.00 for the course that never began", Kind.TEXT),
        (b"PK owes me 199.00", Kind.TEXT),
        (b"BM owes me 199.00 for the course", Kind.TEXT),
        (b"P1 and P2 are the parties", Kind.TEXT),
        (b"<3 the course, but it never began", Kind.TEXT),
        (b"if a < b and c > d, then pay", Kind.TEXT),
        (b"[1] the order\n[2] the receipt", Kind.TEXT),
        (b"{not data}", Kind.TEXT),
        (b'{"order": "A-17"}', Kind.JSON),
        (b"[1, 2, 3]\n", Kind.JSON),
        (b"order,sum\nA-17,199.00\n", Kind.CSV),
        ("订单;金额\nA-17;199,00\n".encode(), Kind.CSV),
        (b"Dear school,\nI want my money back.\n", Kind.TEXT),
        (b"From: a@b\nTo: c@d\n\nhi", Kind.MAIL),
        (b"From someone@example.org Sun Nov 22 2026\nReceived: by x\n by y\nSubject: a\n\nhi\0", Kind.MAIL),
        (b"From: me\nThe school said: to pay", Kind.TEXT),
        (b"To: the school\n\nDear all", Kind.TEXT),
        (b"<!-- saved -->\n<!DOCTYPE html>\n<p>hi", Kind.HTML),
        (b"<?xml version='1.0'?>\n<Invoice><Total>199</Total></Invoice>", Kind.XML),
    ],
)  # fmt: skip
def test_a_kind(data: bytes, found: Kind) -> None:
    assert kind(data) == found


@pytest.mark.parametrize("name", list(GOOD))
def test_what_people_hand_in_is_what_it_is(name: str) -> None:
    assert kind(GOOD[name]()) == Kind(name)


@pytest.mark.parametrize("name", [*GOOD, "text"])
def test_a_zip_file_behind_is_found(name: str) -> None:
    good = b"Good day. " * 99 if name == "text" else GOOD[name]()
    assert kind(good + zipped("a.txt")) is Kind.ARCHIVE
    assert kind(good + zipped("A.class")) is Kind.PROGRAM


def test_the_whole_file_is_looked_at() -> None:
    long = bytes(range(1, 256)) * 4_000
    assert kind(saved(pixels(), "PNG") + long + b"<script>x</script>" + long) is Kind.DOUBLE


@pytest.mark.parametrize("found", Kind)
def test_every_kind_has_a_type_that_no_browser_runs_unless_it_is_taken(found: Kind) -> None:
    taken = found in ACCEPTED or found is Kind.GIF
    assert (mime(found) == "application/octet-stream") != taken


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="<\x7f"), min_size=1))
def test_words_are_always_taken(text: str) -> None:
    if not text.startswith(("#!", "%!", "@", "[", "\ufeff")) and "%PDF-" not in text:
        assert kind(text.encode()) in {Kind.TEXT, Kind.CSV, Kind.JSON, Kind.MAIL}


@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"%PDF-", b"PK\x05\x06", b"RIFF", b"\xff\xd8\xff", b"<", b"{", b"From: a\n"]),
)
def test_no_bytes_are_too_much(noise: bytes, head: bytes) -> None:
    assert kind(head + noise) in Kind
    assert kind(noise + head) in Kind


def test_noise_is_never_a_thing_that_is_taken() -> None:
    chance = random.Random(7)
    found = {kind(chance.randbytes(400)) for _ in range(2_000)}
    assert not found & ACCEPTED


LONG = 20 << 20
SLOW = {
    "brackets": b"<" * LONG,
    "prefixes": b"<a:" * (LONG // 3),
    "comments": b"<!-- -->" * (LONG // 8),
    "declarations": b"<!doctype" * (LONG // 9),
    "ends of zip files": b"PK\5\6" * (LONG // 4),
    "spaces": b" " * LONG,
    "almost utf-8": b"a" * (LONG - 1) + b"\xff",
    "quotes": b'a,"b\n' * (LONG // 5),
    "heads": b"From: a\nTo: b\n" + b"X: y\n" * (LONG // 6),
}


@pytest.mark.parametrize("name", list(SLOW))
def test_no_file_holds_up_whoever_receives_it(name: str) -> None:
    begun = time.process_time()
    kind(SLOW[name])
    assert time.process_time() - begun < 4
