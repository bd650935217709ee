"""Text in the encodings of a dozen countries is read as it was written, and bytes that are no text are not."""

from __future__ import annotations

import pytest

from recourse.exhibits.encodings import decode

CHINESE = "订单编号：2026-0099\n课程名称：数据分析\n实付金额：￥1,279.00\n下单时间：2026年3月4日"
TAIWAN = "訂單編號：2026-0099\n課程名稱：資料分析\n付款金額：NT$1,200\n訂購日期：民國115年3月4日"
JAPANESE = "ご注文番号：TA-0099\n合計（税込）￥12,800\nご注文日：令和8年3月4日"
KOREAN = "주문번호: 2026-0099\n결제금액 400,000원\n결제일시 2026. 3. 4."
GERMAN = "Gesamtbetrag: 1.190,00 EUR\nGebühr für die Übungen, Straße 5"
FRENCH = "Montant payé : 39,90 EUR\nDate de commande : 4 août 2026, à régler"
PAIRS = [
    (CHINESE, "gb18030"), (CHINESE, "gbk"), (CHINESE, "utf-8"), (CHINESE, "utf-8-sig"), (CHINESE, "utf-16"),
    (CHINESE, "utf-16-le"), (CHINESE, "utf-16-be"), (TAIWAN, "big5"), (TAIWAN, "utf-16-le"), (TAIWAN, "gb18030"),
    (JAPANESE, "shift_jis"), (JAPANESE, "euc-jp"), (JAPANESE, "utf-16-be"), (KOREAN, "euc-kr"), (KOREAN, "cp949"),
    (KOREAN, "utf-8"), (GERMAN, "cp1252"), (GERMAN, "utf-16-le"), (FRENCH, "cp1252"), (FRENCH, "utf-8"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "encoding"), PAIRS, ids=lambda value: value[:12])
def test_each_is_read_as_it_was_written(text: str, encoding: str) -> None:
    found = decode(text.encode(encoding))
    assert found is not None and found.text == text and (found.sure or encoding == "gb18030")


@pytest.mark.parametrize(("text", "encoding"), PAIRS, ids=lambda value: value[:12])
def test_a_line_alone_is_read_right_or_said_to_be_uncertain(text: str, encoding: str) -> None:
    for line in text.split("\n"):
        found = decode(line.encode(encoding))
        assert found is not None and (found.text == line or not found.sure), (line, found)


def test_what_a_page_claims_counts_where_it_fits() -> None:
    found = decode("課程".encode("big5"), "Big5")
    assert found is not None and found.text == "課程"
    wrong = decode(CHINESE.encode("gbk"), "shift_jis")
    assert wrong is not None and wrong.text == CHINESE


@pytest.mark.parametrize(
    "said", ["base64", "zlib", "unicode_escape", "utf-7", "idna", "undefined", "no-such", "x" * 99, ""]
)
def test_a_claim_that_is_no_encoding_of_text_is_not_followed(said: str) -> None:
    found = decode("Gebühr".encode("cp1252"), said)
    assert found is not None and found.text == "Gebühr"


@pytest.mark.parametrize(
    "data", [bytes(range(256)), b"\x89PNG\r\n\x1a\n\0\0", b"abc\0def", b"\xff\xfe\x00", b"\x00\x01\x02"]
)
def test_what_is_no_text_is_none(data: bytes) -> None:
    assert decode(data) is None
