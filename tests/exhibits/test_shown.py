"""The shown copy is made anew: a picture of pixels or plain words, and nothing else of what was handed in."""

from __future__ import annotations

import io
import json
import re

import pytest
from offered import CANARY, GOOD, PAGE, TREE, jpeg, objects, pdf, pixels, png, saved
from PIL import Image, ImageOps

from recourse.exhibits.copying import CHARACTERS, PIXELS, SIDE
from recourse.exhibits.decoding import decoded, visible
from recourse.exhibits.kinds import ACCEPTED, Kind, kind
from recourse.exhibits.refusals import Unreadable
from recourse.exhibits.shown import Copy, bare, shown, unpacked


def image(copy: Copy) -> Image.Image:
    return Image.open(io.BytesIO(copy.data), formats=["PNG"])


@pytest.mark.parametrize("name", ["jpeg", "png", "webp"])
def test_no_note_of_a_picture_reaches_a_reader(name: str) -> None:
    data = GOOD[name]()
    assert CANARY.encode() in data
    with Image.open(io.BytesIO(data)) as before:
        assert before.getexif().get_ifd(0x8825)  # the position is there
        assert before.info["icc_profile"]
    (copy,) = shown(Kind(name), data).copies
    after = image(copy)
    assert CANARY.encode() not in copy.data
    assert not after.getexif()
    assert not after.info
    assert after.size == before.size
    assert bare(copy)


@pytest.mark.parametrize("turned", range(1, 9))
def test_a_picture_stands_upright_as_the_camera_was_held(turned: int) -> None:
    data = jpeg(turned)
    with Image.open(io.BytesIO(data)) as before:
        expected = ImageOps.exif_transpose(before)
    (copy,) = shown(Kind.JPEG, data).copies
    assert image(copy).convert("RGB").tobytes() == expected.convert("RGB").tobytes()


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_a_png_is_shown(mode: str) -> None:
    plain = pixels().convert("L") if mode == "I;16" else pixels()
    (copy,) = shown(Kind.PNG, saved(plain.convert(mode), "PNG")).copies
    assert image(copy).mode in {"L", "RGB"}
    assert (copy.width, copy.height) == pixels().size


def test_what_can_be_seen_through_lies_on_white() -> None:
    (copy,) = shown(Kind.PNG, saved(Image.new("RGBA", (4, 4), (0, 0, 0, 0)), "PNG")).copies
    assert image(copy).getpixel((1, 1)) == (255, 255, 255)


def test_a_large_picture_is_made_smaller_and_a_larger_one_is_not_read() -> None:
    (copy,) = shown(Kind.PNG, saved(Image.new("L", (PIXELS // 5_000, 5_000)), "PNG")).copies
    assert max(copy.width, copy.height) == SIDE
    found = shown(Kind.PNG, saved(Image.new("L", (PIXELS // 5_000 + 1, 5_000)), "PNG"))
    assert not found.copies
    assert "50 million pixels" in found.notes[0].en
    assert "5000 万像素" in found.notes[0].zh


def test_a_pdf_is_shown_as_pictures_of_its_first_pages() -> None:
    many = TREE.replace(b"3 0 R", b"3 0 R " * 30).replace(b"/Count 1", b"/Count 30")
    found = shown(Kind.PDF, pdf(objects(tree=many), trailer=b"/Info<</Author(%b)>>" % CANARY.encode()))
    assert [copy.mime for copy in found.copies] == ["image/png"] * 20
    assert all(bare(copy) and CANARY.encode() not in copy.data for copy in found.copies)
    assert found.notes[0] == ("the first 20 of 30 pages are shown", "共 30 页，仅显示前 20 页")
    grey = image(found.copies[0]).convert("L")
    assert grey.getextrema()[0] < 100 < grey.getextrema()[1]  # there is ink on it


def test_what_was_filled_in_is_seen() -> None:
    form = pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]/DR<</Font<</F 5 0 R>>>>>>>>",
            *objects(page=PAGE[:-2] + b"/Annots[6 0 R]>>", drawing=b"<</Length 0>>\nstream\n\nendstream")[1:],
            b"<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(199)/F 4/Rect[0 0 60 30]/AP<</N 7 0 R>>>>",
            b"<</Type/XObject/Subtype/Form/BBox[0 0 60 30]/Length 16>>\nstream\n0 0 60 30 re f  \nendstream",
        ]
    )
    (copy,) = shown(Kind.PDF, form).copies
    assert image(copy).convert("L").getpixel((copy.width // 2, copy.height // 2)) < 50


def test_words_are_shown_without_what_acts_in_them() -> None:
    page = b"<p>Paid <b>199</b></p><script>x</script><style>y</style><a href='https://evil.example/'>my bank</a>"
    (copy,) = shown(Kind.HTML, page).copies
    assert copy.data.decode() == "Paid 199\n[https://evil.example/] my bank"
    (copy,) = shown(Kind.TEXT, "pay \u202e000,1\x1b[2J".encode()).copies
    assert copy.data.decode() == "pay [U+202E]000,1[U+001B][2J"


def test_a_mail_is_shown_with_its_heads_words_and_what_is_attached() -> None:
    (copy,) = shown(Kind.MAIL, GOOD["mail"]()).copies
    assert copy.data.decode() == (
        "From: 张三 <zhang@example.org>\nTo: school@example.org\nDate: Sun, 22 Nov 2026 09:00:00 +0800\n"
        "Subject: Refund of order A-17\n\n请退款 199 元。\n[a.pdf · pdf · 9]"
    )


def test_a_text_is_shown_to_its_limit() -> None:
    assert not shown(Kind.TEXT, b"a" * CHARACTERS).notes
    found = shown(Kind.TEXT, b"a" * (CHARACTERS + 1))
    assert len(found.copies[0].data) == CHARACTERS
    assert found.notes


@pytest.mark.parametrize("found", [kind for kind in Kind if kind not in ACCEPTED or kind is Kind.HEIC])
def test_what_cannot_be_shown_says_so(found: Kind) -> None:
    got = shown(found, b"x")
    assert not got.copies
    assert got.notes[0].en and got.notes[0].zh


def answer(**changed: object) -> bytes:
    """What a task that obeys the file could say."""
    data = saved(pixels(), "PNG")
    told = {"mime": "image/png", "width": 48, "height": 24, "size": len(data)} | changed
    return json.dumps({"copies": [told], "notes": []}).encode() + b"\n" + data


@pytest.mark.parametrize(
    "forged",
    [
        b"",
        b"{}",
        b"[]\n",
        b'{"copies": 7, "notes": []}\n',
        answer(mime="text/html"),
        answer(mime="image/svg+xml"),
        answer(mime="text/plain"),
        answer(width=47),
        answer(size=10),
        answer(size=-1),
        answer(size="x"),
        answer() + b"more",
        answer().replace(b"IDAT", b"tEXt"),
        json.dumps({"copies": [{"mime": "image/png", "width": 48, "height": 24, "size": len(png())}], "notes": []}).encode() + b"\n" + png(),
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_an_answer_is_not_believed(forged: bytes) -> None:
    assert unpacked(answer()).copies
    with pytest.raises(Unreadable):
        unpacked(forged)


LETTERS = {
    "utf-8": "退款申请 Größe 환불",
    "gb18030": "尊敬的老师：本人于二〇二六年十一月报名贵校的在线课程，现申请退还学费，谢谢您的帮助。",
    "big5hkscs": "敬啟者：本人於十一月報名貴校的線上課程，現申請退還學費，謝謝您們的協助與說明。",
    "cp932": "拝啓、十一月に申し込みました講座につきまして、受講料の返金をお願いいたします。よろしくお願いします。",
    "cp949": "안녕하세요. 십일월에 신청한 온라인 강좌의 수강료 환불을 요청드립니다. 감사합니다.",
    "cp1252": "Sehr geehrte Damen und Herren, ich möchte die Gebühr für den Kurs zurück. Schöne Grüße",
}


@pytest.mark.parametrize("encoding", list(LETTERS))
def test_a_letter_is_read_in_the_encoding_it_was_written_in(encoding: str) -> None:
    found = decoded(LETTERS[encoding].encode(encoding))
    assert found.text == LETTERS[encoding]
    assert found.sure == (encoding == "utf-8")
    assert kind(LETTERS[encoding].encode(encoding)) in {Kind.TEXT, Kind.CSV}


def test_a_guess_is_told_to_the_reader() -> None:
    assert "gb18030" in shown(Kind.TEXT, LETTERS["gb18030"].encode("gb18030")).notes[0].zh


@pytest.mark.parametrize("mark", ["utf-16", "utf-32", "utf-8-sig"])
def test_a_mark_of_the_encoding_is_obeyed(mark: str) -> None:
    assert visible(decoded("退款\r\nok".encode(mark)).text) == "退款\nok"


def test_damaged_words_stay_readable() -> None:
    found = decoded(LETTERS["utf-8"].encode()[:-1] * 20)
    assert found.encoding == "utf-8"
    assert not re.search("锟|ï", found.text)
