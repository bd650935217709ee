"""The text of a file that somebody gives us: PDF, mail, page, plain text; of a picture where the reader is installed.

Strangers' files are opened in a limited process only. What cannot be read says why, and what would help.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from recourse.bilingual import Words
from recourse.exhibits import encodings, kinds, limited
from recourse.exhibits.kinds import Kind
from recourse.exhibits.refusals import Refused, TooMuch, Unreadable

BYTES = 20_000_000  # of one file, this many still taken
PAGES = 50  # of one PDF; what follows is not read, and it is said
CHARACTERS = 400_000  # of one text
PARTS = 200  # of one mail
ATTACHED = 3  # PDFs of a mail that are read with it
LIMITS = limited.Limits(memory=768 << 20, cpu=10, seconds=15.0, output=8 << 20)
PICTURE_LIMITS = limited.Limits(memory=6 << 30, cpu=60, seconds=60.0, output=8 << 20, files=256)  # a reader has 0.5 GB

EMPTY = Words("the file is empty", "文件为空")
TOO_LARGE = Words("the file is larger than 20 MB", "文件超过 20 MB")
SMALLER = Words("give the pages that matter", "请只提交相关页面")
ONLY_PICTURES = Words(
    "the pages are pictures without text, as a scanner makes them: type what they say",
    "页面为没有文字层的图像（如扫描件）：请手工填写其内容",
)
SOME_PICTURES = Words(
    "{pictures} pages are pictures without text and were not read", "{pictures} 页为没有文字层的图像，未读取"
)
NO_TEXT = Words("there is no text in this file", "文件中没有文字")
SOME_PAGES = Words("only the first {read} of {pages} pages were read", "只读取了前 {read} 页，共 {pages} 页")
CUT = Words("only the beginning was read: the text is very long", "文本过长，只读取了开头部分")
UNSURE = Words(
    "the encoding of the text is not certain ({encoding}): look whether it reads well",
    "文本编码不确定（{encoding}）：请核对是否有乱码",
)
MORE_PARTS = Words("the mail has more parts than were looked at", "邮件的部分过多，没有全部查看")
UNREAD = Words("{name} could not be read: {why}", "无法读取 {name}：{why}")
REFUSED = {
    Kind.ARCHIVE: Words("this is an archive of files", "这是压缩文件"),
    Kind.OFFICE: Words("this is an office document", "这是办公文档"),
    Kind.PROGRAM: Words("this is a program or a script", "这是程序或脚本"),
    Kind.AUDIO: Words("this is a sound file", "这是音频文件"),
    Kind.VIDEO: Words("this is a film", "这是视频文件"),
}  # fmt: skip
NOT_READ = Words("files of this kind are not read", "不支持读取此类文件")
AS_PDF = Words("save it as PDF, or give a mail, a page or plain text", "请另存为 PDF，或提交邮件、网页或纯文本")
_PICTURES = kinds.PICTURES | {Kind.GIF}
_PLAIN = kinds.WRITTEN | {Kind.XML, Kind.UNKNOWN}


@dataclass(frozen=True)
class Attachment:
    """Something that hangs on a mail."""

    name: str
    kind: Kind
    size: int


@dataclass(frozen=True)
class Text:
    """What a file says: its text, and what there is to know of the reading; `blocks` are a page's structured data."""

    kind: Kind
    text: str
    notes: tuple[Words, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    blocks: tuple[str, ...] = ()
    title: str = ""


def read(data: bytes) -> Text:
    """The text of a file by its content. Raises `Unreadable` or `TooMuch`, which say what would help."""
    if not data:
        raise Unreadable(EMPTY)
    if len(data) > BYTES:
        raise TooMuch(TOO_LARGE, hint=SMALLER)
    kind = kinds.kind(data)
    if kind is Kind.PDF:
        return _pdf(data)
    if kind is Kind.MAIL:
        return _mail(data)
    if kind is Kind.HTML:
        return _page(data)
    if kind in _PICTURES:
        found = _inside("picture", data, PICTURE_LIMITS)
        return _noted(Text(kind, str(found["text"])))
    if kind in _PLAIN:
        return _plain(data, kind)
    raise Unreadable(REFUSED.get(kind, NOT_READ), hint=AS_PDF)


def _plain(data: bytes, kind: Kind) -> Text:
    found = encodings.decode(data)
    if found is None:
        raise Unreadable(NOT_READ, hint=AS_PDF)
    notes = [] if found.sure else [_filled(UNSURE, encoding=found.encoding)]
    if len(found.text) > CHARACTERS:
        notes.append(CUT)
    return _noted(Text(Kind.TEXT if kind is Kind.UNKNOWN else kind, found.text[:CHARACTERS], tuple(notes)))


def _pdf(data: bytes) -> Text:
    found = _inside("pdf", data, LIMITS, pages=PAGES)
    notes = []
    if found["read"] < found["pages"]:
        notes.append(_filled(SOME_PAGES, read=found["read"], pages=found["pages"]))
    if found["pictures"] and not found["text"].strip():
        return Text(Kind.PDF, "", (*notes, ONLY_PICTURES))
    if found["pictures"]:
        notes.append(_filled(SOME_PICTURES, pictures=found["pictures"]))
    if len(found["text"]) >= CHARACTERS:
        notes.append(CUT)
    return _noted(Text(Kind.PDF, found["text"], tuple(notes)))


def _mail(data: bytes) -> Text:
    found = _inside("mail", data, LIMITS, parts=PARTS)
    heads = "\n".join(f"{name}: {text}" for name, text in found["heads"].items() if text)
    listed = [(Attachment(one["name"], Kind(one["kind"]), one["size"]), one["part"]) for one in found["attachments"]]
    texts, notes = [f"{heads}\n\n{found['text']}"], [MORE_PARTS] if found["more"] else []
    for attachment, part in [one for one in listed if one[0].kind is Kind.PDF][:ATTACHED]:
        try:
            inner = _pdf(limited.run("recourse.documents.inside:attached", data, LIMITS, part=part))
        except Refused as problem:
            notes.append(_unread(attachment.name, problem))
            continue
        texts.append(f"[{attachment.name}]\n{inner.text}")
        notes += inner.notes
    whole = "\n\n".join(texts)
    notes += [CUT] if len(whole) > CHARACTERS else []
    return Text(Kind.MAIL, whole[:CHARACTERS], tuple(notes), tuple(attachment for attachment, _ in listed))


def _page(data: bytes) -> Text:
    found = _inside("page", data, LIMITS)
    notes = [*([CUT] if found["cut"] else []), *([] if found["sure"] else [_filled(UNSURE, encoding="?")])]
    read = Text(Kind.HTML, found["text"], tuple(notes), (), tuple(found["blocks"]), found["title"])
    return read if read.blocks else _noted(read)


def _inside(task: str, data: bytes, limits: limited.Limits, **settings: int) -> dict[str, Any]:
    """What a task of `inside` says; a child that was taken over may say anything, so its shape is looked at."""
    said = limited.run(f"recourse.documents.inside:{task}", data, limits, characters=CHARACTERS, **settings)
    found = json.loads(said)
    if not isinstance(found, dict) or not isinstance(found.get("text"), str):
        raise Unreadable(NOT_READ, hint=AS_PDF)
    return found


def _noted(text: Text) -> Text:
    return text if text.text.strip() else replace(text, notes=(*text.notes, NO_TEXT))


def _unread(name: str, problem: Refused) -> Words:
    return Words(
        UNREAD.en.format(name=name, why=problem.message.en), UNREAD.zh.format(name=name, why=problem.message.zh)
    )


def _filled(words: Words, **about: object) -> Words:
    return Words(words.en.format(**about), words.zh.format(**about))
