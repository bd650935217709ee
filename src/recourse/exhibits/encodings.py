"""Tells encodings of plain text apart: UTF-8, UTF-16, GB18030, Big5, Shift-JIS, EUC-KR, EUC-JP, Windows Latin."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_EAST = ("gb18030", "big5hkscs", "cp932", "cp949", "euc-jp")
_LOOKED_AT = 20_000  # bytes by which the encoding is judged
_CLEAR = 0.15  # by how much the best must be ahead

# Some hundred of the commonest characters of running text and of bills. A wrong decoding hits rare ones instead.
_SIMPLIFIED = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后"
    "多定行学法所民得经三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还"
    "因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没"
    "结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流"
    "路级少山统接知较将组见计别手期根运指区强放决西被干做必战先回则任取据处付款订单编号支价格金额课购买退费码商优"
    "惠协议项名称信息服务视频请联客户您元圆销售收票网络账邮箱"
)
_TRADITIONAL = (
    "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過子說產種面而方後"
    "多定行學法所民得經三之進著等部度家電力裡如水化高自二理起小物現實加量都兩體制機當使點從業本去把性好應開它合還"
    "因由其些然前外天政四日那社義事平形相全表間樣與關各重新線內數正心反你明看原又麼利比或但質氣第向道命此變條只沒"
    "結解問意建月公無係很情者最立代想已通並提直題程展五果料員位入常文總次品式活設及管特件長求老頭基資邊流路級少山"
    "統接知較將組見計別手期根運指區強放決被幹做必先回則任取據處付款訂單編號支價格金額課購買退費碼商優惠約協議項名"
    "稱訊服務視頻請聯繫客戶您元圓銷售收票帳"
)
_JAPANESE = "日本語円税込注文番号購入受講料金合計請求領収書様年月講座申込支払額消費株式会社返金開始終了東京"
_KOREAN = (
    "가각간강개거건격결계고공과관교구국권금기김나날남내년는님다단당대더데도동되된등디라력로료를리마만면명"
    "모목무문물미및바반발방법보본부비사상생서선설성세소수습시식신실안액약업에여연예용우원월위유율은을의이"
    "인일입자작장재전정제조주준중지진차처청초출취치카코타터트판표품필하학한할합해행호화확환회후강의결제금"
    "액주문번호환불"
)
_COMMON = {
    "gb18030": frozenset(_SIMPLIFIED),
    "big5hkscs": frozenset(_TRADITIONAL),
    "cp932": frozenset(_JAPANESE),
    "euc-jp": frozenset(_JAPANESE),
    "cp949": frozenset(_KOREAN),
}
_CONTROL = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
_NO_TEXT = frozenset(
    "base64 hex zlib bz2 quopri uu rot13 unicode_escape raw_unicode_escape punycode idna utf-7 undefined unicode-escape"
    " raw-unicode-escape mbcs oem".split()
)
_WIDER = {  # what browsers read for a name that is claimed
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
}
_PUNCTUATION = frozenset("，。：；、！？（）《》「」『』【】“”‘’￥〒…·～〜—％＃０１２３４５６７８９ 　")


@dataclass(frozen=True)
class Decoded:
    """A text and how it was read; not `sure` where another reading of the bytes is nearly as likely."""

    text: str
    encoding: str
    sure: bool = True


def decode(data: bytes, said: str | None = None) -> Decoded | None:
    """The text of bytes that may be text; None where they are none. `said` is the encoding that the file claims."""
    marked = next((name for mark, name in MARKS if data.startswith(mark)), None)
    if marked:
        text = _strictly(data, marked)
        return None if text is None else Decoded(text, marked.removesuffix("-sig"))
    for name in (*_wide(data), "utf-8"):
        text = _strictly(data, name)
        if text is not None and not _CONTROL.search(text.replace("\x85", "")):
            return Decoded(text, name)
    if b"\0" in data:
        return None
    claimed = _lookup(said)
    if claimed is not None and (text := _strictly(data, claimed)) is not None and not _CONTROL.search(text):
        return Decoded(text, claimed)
    return _judged(data)


def _lookup(name: str | None) -> str | None:
    """The name by which Python knows an encoding; GB2312 and GBK are read as what holds them, as browsers do."""
    if not name or len(name) > 40:
        return None
    try:
        found = codecs.lookup(name.strip()).name
    except (LookupError, ValueError):
        return None
    return _WIDER.get(found, found) if _is_text(found) else None


def _is_text(name: str) -> bool:
    """Not one of the codecs that turn bytes into bytes, or that read escapes."""
    return name not in _NO_TEXT


def _wide(data: bytes) -> tuple[str, ...]:
    """UTF-16 without its mark: every second byte of its digits, blanks and line ends is nothing."""
    head = data[:_LOOKED_AT]
    if len(head) < 4 or len(data) % 2:
        return ()
    low, high = head[0::2].count(0), head[1::2].count(0)
    some = max(2, len(head) // 40)
    return ("utf-16-le",) if high >= some and low == 0 else ("utf-16-be",) if low >= some and high == 0 else ()


def _judged(data: bytes) -> Decoded | None:
    """The likeliest of the encodings in which the bytes are a text at all."""
    scores: list[tuple[float, str, str]] = []
    for name in _EAST:
        text = _strictly(data, name)
        if text is not None and not _CONTROL.search(text):
            scores.append((_likelihood(text[:_LOOKED_AT], name), name, text))
    for name in ("cp1252", "iso8859-15"):
        text = _strictly(data, name)
        if text is not None and not _CONTROL.search(text):
            scores.append((_western(text[:_LOOKED_AT]), name, text))
            break
    for name in ("utf-16-le", "utf-16-be") if len(data) % 2 == 0 else ():  # East Asian text without a blank or digit
        text = _strictly(data, name)
        if text is not None and not _CONTROL.search(text):
            scores.append((max(_likelihood(text[:_LOOKED_AT], like) for like in _COMMON), name, text))
    if not scores:
        return None
    scores.sort(key=lambda one: -one[0])
    best = scores[0]
    ahead = best[0] - scores[1][0] if len(scores) > 1 else 1.0
    same = len(scores) > 1 and scores[1][2] == best[2]
    return Decoded(best[2], best[1], sure=same or (ahead >= _CLEAR and best[0] > 0.3))


def _likelihood(text: str, encoding: str) -> float:
    """How much of the text beyond ASCII is what a text in this encoding mostly consists of, from 0 to 1."""
    beyond = [char for char in text if char > "\x7f"]
    if not beyond:
        return 0.0
    common = _COMMON[encoding]
    points = 0.0
    for char in beyond:
        kana = "\u3041" <= char <= "\u30ff"
        hangul = "\uac00" <= char <= "\ud7a3"
        if char in _PUNCTUATION:
            points += 0.8
        elif encoding == "cp949":
            points += 1.0 if char in common else 0.5 if hangul else 0.0
        elif encoding in {"cp932", "euc-jp"}:
            points += 1.0 if kana or char in common else 0.2 if "\u4e00" <= char <= "\u9fff" else 0.0
        else:
            points += 1.0 if char in common else 0.3 if "\u4e00" <= char <= "\u9fff" else 0.0
    return points / len(beyond)


_WESTERN = frozenset("äöüßÄÖÜéèêëàâçîïôûùñáíóúãõâœæøåÉÀÇÑÓÁÍÚ€£§°ºª«»–—’“”„¿¡·®™©½\u00a0´…•")


def _western(text: str) -> float:
    """Letters with accents stand alone among plain ones; where two bytes belong together they stand in pairs."""
    beyond = [at for at, char in enumerate(text) if char > "\x7f"]
    if not beyond:
        return 1.0
    known = sum(text[at] in _WESTERN for at in beyond) / len(beyond)
    lone = sum(not (at and text[at - 1] > "\x7f") and not text[at + 1 : at + 2] > "\x7f" for at in beyond) / len(beyond)
    return known * lone


def _strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeDecodeError, LookupError):
        return None
