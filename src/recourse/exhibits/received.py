"""Receiving a file: what it is, what it is called from now on, and its checksum; or a clear word why not."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from recourse.bilingual import Words
from recourse.exhibits import naming
from recourse.exhibits.kinds import ACCEPTED, Kind, kind
from recourse.exhibits.refusals import Refused, TooMuch

LARGEST = 20 << 20  # bytes; a file of exactly so many is taken

NAMES = {
    Kind.PDF: Words("a PDF", "PDF 文件"),
    Kind.MAIL: Words("an e-mail", "电子邮件"),
    Kind.HTML: Words("a web page", "网页"),
    Kind.TEXT: Words("a text", "文本"),
    Kind.CSV: Words("a table (CSV)", "表格（CSV）"),
    Kind.JSON: Words("data (JSON)", "数据（JSON）"),
    Kind.JPEG: Words("a picture (JPEG)", "图片（JPEG）"),
    Kind.PNG: Words("a picture (PNG)", "图片（PNG）"),
    Kind.WEBP: Words("a picture (WebP)", "图片（WebP）"),
    Kind.GIF: Words("a picture (GIF)", "图片（GIF）"),
    Kind.HEIC: Words("a picture (HEIC)", "图片（HEIC）"),
    Kind.PICTURE: Words("a picture of an unusual kind", "不常用格式的图片"),
    Kind.SVG: Words("a drawing that can contain scripts (SVG)", "可含脚本的矢量图（SVG）"),
    Kind.XML: Words("data (XML)", "数据（XML）"),
    Kind.OFFICE: Words("an office document", "办公文档"),
    Kind.ARCHIVE: Words("an archive that holds other files", "内含其他文件的压缩包"),
    Kind.AUDIO: Words("a sound recording", "录音"),
    Kind.VIDEO: Words("a film", "视频"),
    Kind.PROGRAM: Words("a program or script", "程序或脚本"),
    Kind.DOUBLE: Words("two files in one, of which one is hidden", "两个文件合而为一，其中一个被隐藏"),
    Kind.UNKNOWN: Words("a file of an unknown kind", "未知类型的文件"),
}
_EMPTY = Words("the file is empty", "文件为空")
_EMPTY_HINT = Words("look whether it was saved completely, and choose it again", "请确认文件已完整保存，然后重新选择")
_LARGE = Words(f"the file is larger than {LARGEST >> 20} MB", f"文件超过 {LARGEST >> 20} MB")
_LARGE_HINT = Words("send the pages that matter, or a smaller picture", "请只提交相关页面，或改交较小的图片")
_TAKEN = Words(
    "PDF, e-mail, picture (JPEG, PNG, WebP, HEIC) and text are taken",
    "可接受 PDF、电子邮件、图片（JPEG、PNG、WebP、HEIC）和文本",
)
_HINTS = {
    Kind.OFFICE: Words("save it as PDF and send that", "请另存为 PDF 后提交"),
    Kind.ARCHIVE: Words("unpack it and send the files one by one", "请解压后逐个提交文件"),
    Kind.DOUBLE: Words("open it, save it anew and send that", "请打开后重新保存再提交"),
    Kind.GIF: Words("save it as PNG and send that", "请另存为 PNG 后提交"),
    Kind.PICTURE: Words("save it as PNG or JPEG and send that", "请另存为 PNG 或 JPEG 后提交"),
    Kind.SVG: Words("save it as PNG and send that", "请另存为 PNG 后提交"),
    Kind.VIDEO: Words("send pictures of the moments that matter", "请提交关键画面的截图"),
    Kind.AUDIO: Words("write down what was said and when, and send that", "请写明何时说了什么后提交文本"),
}
_RENAMED = Words(
    "its name says something else; it was named anew by what it is", "文件名与内容不符，已按实际类型重新命名"
)
_PAGE = Words("a web page is kept, and only its words are shown", "网页按原样保存，仅显示其文字")


@dataclass(frozen=True, slots=True)
class Received:
    """A file that was taken: safe name, kind, size in bytes, SHA-256 in hexadecimal, and what to tell about it."""

    name: str
    kind: Kind
    size: int
    sha256: str
    notes: tuple[Words, ...] = ()


def receive(name: str, data: bytes) -> Received:
    """Take a file under the name that its owner gave it. Raises `Refused` (or `TooMuch`) with words for the owner."""
    if len(data) > LARGEST:
        raise TooMuch(_LARGE, hint=_LARGE_HINT)
    if not data:
        raise Refused(_EMPTY, hint=_EMPTY_HINT)
    found = kind(data)
    if found not in ACCEPTED:
        raise Refused(_not_taken(name, found), hint=_HINTS.get(found, _TAKEN))
    notes = () if naming.agrees(name, found) else (_RENAMED,)
    if found is Kind.HTML:
        notes = (*notes, _PAGE)
    return Received(naming.safe(name, found), found, len(data), hashlib.sha256(data).hexdigest(), notes)


def _not_taken(name: str, found: Kind) -> Words:
    """Why a file of this kind is not taken; a name that says otherwise is held against it."""
    what, said = NAMES[found], naming.ending(name)
    known = (kind for kind in NAMES if kind in ACCEPTED and kind is not Kind.HTML)
    claimed = next((kind for kind in known if said and said in naming.endings(kind)), None)
    if claimed is None:
        return Words(f"this is {what.en}: that is not taken", f"这是“{what.zh}”，不予接受")
    return Words(
        f"its name says {NAMES[claimed].en}, but it is {what.en}: that is not taken",
        f"文件名表示“{NAMES[claimed].zh}”，实际却是“{what.zh}”，不予接受",
    )
